"""Areas that a reader computes from a simulated heart (circulation_targets section 4, item 2)."""

import math
from dataclasses import replace

import numpy as np
import pytest

from openvalve.heart import reference_heart, simulate

HEALTHY = reference_heart(bsa_m2=1.8)


@pytest.fixture(scope="module", params=[1.5, 1.0, 0.7, 0.5])
def stenosis(request):
    area = request.param
    heart = replace(HEALTHY, aortic=replace(HEALTHY.aortic, area_effective_cm2=area))
    rec = simulate(heart).recording
    forward = rec["FLOW_AORTIC"] > 0.02 * rec["FLOW_AORTIC"].max()
    flow, drop = rec["FLOW_AORTIC"][forward], (rec["LV"] - rec["AO"])[forward]
    aorta = math.pi / 400.0 * HEALTHY.aorta_mm**2
    return area, area * aorta / (aorta - area), flow, drop, rec["JET_AORTIC"][forward]


def test_integrals_return_the_energy_loss_area_within_2_percent(request, stenosis):
    area, elco, flow, drop, _ = stenosis
    if area == 1.5:
        reason = "2.5 % high: while flow dies away its inertia carries it against the drop"
        request.applymarker(pytest.mark.xfail(strict=True, reason=reason))
    got = flow.sum() / (50.15 * np.sqrt(np.maximum(drop, 0.0)).sum())
    assert got == pytest.approx(elco, rel=0.02)


def test_continuity_returns_the_effective_area_within_2_percent(stenosis):
    area, _, flow, _, jet = stenosis
    assert flow.sum() / (100.0 * jet).sum() == pytest.approx(area, rel=0.02)


def test_gorlin_reads_low_by_averaging_and_high_by_recovery(stenosis, record_property):
    """Mean flow over the root of the mean drop reads low by averaging alone: by 10 % for a half
    sine of flow, by 13 % for one that falls evenly to nothing (section 4, item 2), which no pulse
    of one hump exceeds. The rest of the bias is exact: 50.15/44.3, and the energy-loss area."""
    area, elco, flow, drop, _ = stenosis
    averaging = flow.mean() / (50.15 * math.sqrt(drop.mean())) / elco
    assert math.sqrt(3.0) / 2.0 < averaging < 1.0
    bias = averaging * 50.15 / 44.3 * elco / area - 1.0
    record_property(f"gorlin bias at {area} cm2, percent", round(100.0 * bias, 1))
    record_property(f"of it averaging at {area} cm2, percent", round(100.0 * (averaging - 1.0), 1))


def test_doppler_sees_more_than_the_catheter(stenosis):
    """Peak of 4 v2 against peak drop: the recovered part is the difference."""
    area, elco, flow, drop, jet = stenosis
    doppler = 4.0 * jet.max() ** 2
    assert doppler > drop.max()
    net = (flow.max() / (50.15 * elco)) ** 2
    assert doppler / 1.006 - net == pytest.approx(
        (flow.max() / 50.15) ** 2 * (1.0 / area**2 - 1.0 / elco**2), rel=0.01
    )
