"""Answers that can be written down without the model.

Closed forms, with units of mmHg, mL, s and cm2; rho = 1.06 g/mL and 1 mmHg = 1333.22 dyn/cm2 are
written out here again, so that a slip in ``openvalve.units`` is seen. Numbers:
circulation_targets.md sections 1 and 4.
"""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from openvalve.circulation import Chamber, Orifice, State, pack
from openvalve.circulation._step import (
    _pack_chamber,
    _pack_orifice,
    chamber_pressure,
    jet_velocity,
    loss_coefficient,
    pericardial_pressure,
    valve_area,
    valve_flow,
)
from openvalve.heart import COLUMNS, build_circulation, initial_state, reference_heart
from openvalve.heart._kernel import advance

RHO = 1.06
DYN = 1333.22387415
SPEED = math.sqrt(2.0 * DYN / RHO)  # 50.15: q = 50.15 A sqrt(dp)


def bernoulli_mmhg(q_ml_s: float, area_cm2: float) -> float:
    return 0.5 * RHO * (q_ml_s / area_cm2) ** 2 / DYN


def steady_flow(dp: float, area: float, inv_down: float = 0.0, resistance: float = 0.0) -> float:
    """The kernel's own step, repeated until the flow stands."""
    q = 0.0
    for _ in range(20_000):
        q = valve_flow(
            q, dp, area, loss_coefficient(area, inv_down), RHO / DYN * 1.0, resistance, 1e-3
        )
    return q


# Steady flow


@pytest.mark.parametrize(
    ("area_cm2", "flow_ml_s", "drop_mmhg"),
    [(1.0, 250.0, 24.9), (0.7, 250.0, 50.7), (1.0, 150.0, 8.95)],
)
def test_steady_orifice_table(area_cm2, flow_ml_s, drop_mmhg):
    exact = bernoulli_mmhg(flow_ml_s, area_cm2)
    assert exact == pytest.approx(
        drop_mmhg, rel=2.5e-3
    )  # printed with three figures, 24.846 as 24.9
    assert steady_flow(exact, area_cm2) == pytest.approx(flow_ml_s, rel=1e-3)


def test_flow_is_signed_with_the_drop():
    assert steady_flow(-24.9, 1.0) == pytest.approx(-steady_flow(24.9, 1.0), rel=1e-12)


def test_doppler_reads_the_convective_head_within_one_percent():
    # 4 v^2 = 1.006 x rho v^2 / 2 in these units (section 1).
    orifice = _pack_orifice(Orifice(area_effective_cm2=1.0))
    velocity_m_s = jet_velocity(orifice, 1.0, 250.0)
    assert velocity_m_s == pytest.approx(2.50, rel=1e-12)
    assert 4.0 * velocity_m_s**2 / bernoulli_mmhg(250.0, 1.0) == pytest.approx(1.006, abs=5e-4)


@pytest.mark.parametrize(("area", "aorta"), [(0.7, 7.0), (1.0, 4.9), (0.8, math.pi * 1.25**2)])
def test_energy_loss_area_is_what_the_loop_loses(area, aorta):
    # Garcia 2000: ELCo = A A_a / (A_a - A); the drop that is not recovered belongs to it.
    elco = area * aorta / (aorta - area)
    q = steady_flow(40.0, area, 1.0 / aorta)
    assert q / (SPEED * math.sqrt(40.0)) == pytest.approx(elco, rel=1e-4)


def test_smaller_aorta_recovers_more():
    # Liebenberg 2023: AVA 0.8, sinus 25, 30, 35 mm: larger sinus, larger net gradient.
    losses = [loss_coefficient(0.8, 1.0 / (math.pi / 400 * d**2)) for d in (25.0, 30.0, 35.0)]
    assert losses == sorted(losses)
    assert losses[-1] < loss_coefficient(0.8, 0.0)


def test_nothing_is_lost_into_a_narrower_vessel():
    assert loss_coefficient(3.0, 1.0 / 2.0) == 0.0


def test_inertance_sets_the_start_of_flow():
    # L dq/dt = dp at q = 0, L = rho l / A: 10 mmHg, 2 cm2, 1.5 cm.
    inertance = RHO * 1.5 / 2.0 / DYN
    dt = 1e-7
    q = valve_flow(0.0, 10.0, 2.0, loss_coefficient(2.0, 0.0), RHO * 1.5 / DYN, 0.0, dt)
    assert q / dt == pytest.approx(10.0 / inertance, rel=1e-4)


# Area from flow and drop


def _pulse(area, inv_down, duration_s=0.3, peak_mmhg=60.0, dt=1e-4):
    n = round(duration_s / dt)
    drop = peak_mmhg * np.sin(np.pi * (np.arange(n) + 0.5) / n)
    flow = np.empty(n)
    q = 0.0
    b = loss_coefficient(area, inv_down)
    for i, dp in enumerate(drop):
        q = valve_flow(q, dp, area, b, RHO / DYN * 0.01, 0.0, dt)
        flow[i] = q
    return flow, drop


def test_integral_area_and_the_bias_of_gorlin():
    area, aorta = 0.8, 7.0
    elco = area * aorta / (aorta - area)
    flow, drop = _pulse(area, 1.0 / aorta)
    assert flow.sum() / (SPEED * np.sqrt(drop).sum()) == pytest.approx(elco, rel=0.02)
    # Mean flow over the root of the mean drop, with Gorlin's constant put aside: it reads low by
    # averaging alone. For a drop that is a half sine, mean sqrt(sin) / sqrt(mean sin) = 0.9565.
    averaged = flow.mean() / (SPEED * math.sqrt(drop.mean()))
    assert averaged / elco == pytest.approx(0.9565, rel=0.02)
    assert averaged < elco


def test_averaging_bias_of_the_two_shapes_in_the_evidence():
    """Section 4 item 2: 10 % for a half-sine flow, 13 % for a flow falling linearly to zero."""
    t = (np.arange(100_000) + 0.5) / 100_000
    for flow, bias in ((np.sin(np.pi * t), 0.10), (t, 0.134)):
        assert 1.0 - flow.mean() / math.sqrt((flow**2).mean()) == pytest.approx(bias, abs=0.005)


def test_continuity_returns_the_effective_area():
    orifice = _pack_orifice(Orifice(area_effective_cm2=0.8))
    flow, _ = _pulse(0.8, 0.0)
    jet_cm_s = np.array([100.0 * jet_velocity(orifice, 1.0, q) for q in flow])
    assert flow.sum() / jet_cm_s.sum() == pytest.approx(0.8, rel=0.02)


# Transmitral decay


@pytest.mark.parametrize(
    ("area", "net_compliance", "start_mmhg"),
    [(1.0, 5.0, 14.0), (0.5, 20.0, 8.0), (2.0, 16.0, 10.0)],
)
def test_transmitral_decay_is_a_parabola(area, net_compliance, start_mmhg):
    """Thomas & Weyman 1989: sqrt(dp) falls linearly; T1/2 = 0.01168 Cn sqrt(dp0) / A."""
    compliance_atrium = compliance_ventricle = 2.0 * net_compliance
    dt = 1e-4
    # Start on the quasi-steady flow, so that the transient of the inertance is not measured.
    q = SPEED * area * math.sqrt(start_mmhg)
    v_atrium, v_ventricle = start_mmhg * compliance_atrium, 0.0
    b = loss_coefficient(area, 0.0)
    drops = []
    while len(drops) < 100_000:
        dp = v_atrium / compliance_atrium - v_ventricle / compliance_ventricle
        if dp <= 0.05 * start_mmhg:
            break
        drops.append(dp)
        q = valve_flow(q, dp, area, b, RHO / DYN * 0.1, 0.0, dt)
        v_atrium -= dt * q
        v_ventricle += dt * q
    time_s = dt * np.arange(len(drops))
    rate = SPEED * area / (2.0 * net_compliance)
    parabola = np.maximum(math.sqrt(start_mmhg) - rate * time_s, 0.0) ** 2
    assert np.abs(np.array(drops) - parabola).max() < 0.02 * start_mmhg
    half = time_s[np.flatnonzero(np.array(drops) <= start_mmhg / 2)[0]]
    assert half == pytest.approx(0.01168 * net_compliance * math.sqrt(start_mmhg) / area, rel=0.02)


def test_hatle_constant_needs_the_product_in_the_evidence():
    # T1/2 = 220 ms at 1.0 cm2 needs Cn sqrt(dp0) = 18.8.
    assert 0.220 / (2.0 * (1.0 - math.sqrt(0.5)) / SPEED) == pytest.approx(18.8, abs=0.05)


# Windkessel


def _arrested():
    """A circulation at rest with shut valves, one lumped arterial compliance emptying to a vein."""
    params = build_circulation(reference_heart(bsa_m2=1.8))
    huge = 1e6
    return replace(
        params,
        systemic=replace(
            params.systemic,
            root_inertance_mmhg_s2_ml=1e-6,
            root_resistance_mmhg_s_ml=1e-6,
            root_wall_resistance_mmhg_s_ml=0.0,
            venous_compliance_ml_mmhg=huge,
            venous_resistance_mmhg_s_ml=huge,
        ),
    )


def _rest(params, values, steps, dt):
    """Let the loop run without a beat; return the last recorded row by column name."""
    never, none, flat = np.zeros(1), np.zeros(1), np.zeros(1025)
    row = np.empty((1, len(COLUMNS)))
    timing = (never, np.ones(1), none, never, np.ones(1), none, flat, flat)
    assert advance(values, pack(params), *timing, 0, steps, dt, row, steps - 1, 1) == -1
    return dict(zip(COLUMNS, row[0], strict=True))


def test_arterial_pressure_decays_exponentially_when_the_heart_rests():
    params = _arrested()
    bed = params.systemic
    start = dict(zip(State._fields, initial_state(params).values, strict=True))
    start["v_ao"] = 90.0 * bed.root_compliance_ml_mmhg
    start["v_sa"] = 90.0 * bed.arterial_compliance_ml_mmhg
    start["v_sv"] = 0.0
    dt = 1e-4
    tau = bed.resistance_mmhg_s_ml * (bed.root_compliance_ml_mmhg + bed.arterial_compliance_ml_mmhg)
    count = round(tau / dt)
    row = _rest(params, np.array([start[name] for name in State._fields]), count + 1, dt)
    assert row["ART"] == pytest.approx(90.0 * math.exp(-count * dt / tau), rel=2e-3)


def test_resting_loop_comes_to_one_pressure():
    """With no beat blood runs from the arteries to the veins until nothing drives it."""
    params = build_circulation(reference_heart(bsa_m2=1.8))
    values = initial_state(params).values.copy()
    total = values[:10].sum()
    row = _rest(params, values, 300_000, 1e-3)
    assert values[:10].sum() == pytest.approx(total, rel=1e-12)
    level = values[6] / params.systemic.venous_compliance_ml_mmhg
    for column in ("ART", "AO", "RA", "RV", "PA", "LA", "LV"):
        assert row[column] == pytest.approx(level, abs=0.3), column
    assert 2.0 < level < 12.0  # mean circulatory filling pressure, about 7 [K]


# Chambers


def test_passive_curve_follows_klotz():
    """Klotz 2006 [K]: P = 27.8 v^2.76, v = (V - V0)/(V30 - V0), within 1 mmHg for v 0.4 to 1."""
    heart = reference_heart(bsa_m2=1.8)
    lv = build_circulation(heart).lv
    packed = _pack_chamber(lv)
    for v in np.linspace(0.4, 1.0, 13):
        volume = lv.rest_volume_ml + v * heart.lv_filling_volume_ml
        assert chamber_pressure(packed, volume, 0.0) == pytest.approx(27.8 * v**2.76, abs=1.0)


def test_systolic_curve_bends_over():
    chamber = Chamber(
        ees_mmhg_ml=2.4,
        dead_volume_ml=10.0,
        ceiling_mmhg=300.0,
        rest_volume_ml=16.0,
        stiffness_mmhg_ml=0.01,
        stiffening_mmhg_ml3=6e-6,
    )
    packed = _pack_chamber(chamber)
    low = chamber_pressure(packed, 11.0, 1.0) - chamber_pressure(packed, 10.0, 1.0)
    assert low == pytest.approx(2.4, rel=1e-3)
    values = [chamber_pressure(packed, v, 1.0) for v in np.linspace(10.0, 2000.0, 200)]
    assert all(a < b for a, b in pairwise(values))
    assert values[-1] < 300.0


def test_pericardium_is_slack_then_nearly_exponential():
    p0, v0, w = 0.4, 300.0, 60.0
    inv_w8 = 1.0 / (8.0 * w)
    assert pericardial_pressure(p0, v0, inv_w8, 250.0) == 0.0
    for excess in (0.25, 0.5, 1.0):
        exact = p0 * (math.exp(excess) - 1.0)
        got = pericardial_pressure(p0, v0, inv_w8, v0 + excess * w)
        assert got == pytest.approx(exact, rel=0.15)


# The valve opens further at a higher drop


def test_stiff_valve_opens_further_at_a_higher_head():
    orifice = _pack_orifice(
        Orifice(area_effective_cm2=0.8, opening_elasticity_ratio=0.2, reference_head_mmhg=40.0)
    )
    low, reference, high = (
        valve_area(orifice, 1.0, SPEED * 0.8 * math.sqrt(h)) for h in (10.0, 40.0, 90.0)
    )
    assert low < reference < high
    assert reference == pytest.approx(0.8, rel=1e-12)
    assert low > 0.8 * 0.8
    assert high < 0.8 * 1.2


def test_free_valve_does_not_care_about_the_head():
    orifice = _pack_orifice(Orifice(area_effective_cm2=0.8))
    assert valve_area(orifice, 1.0, 50.0) == valve_area(orifice, 1.0, 500.0) == 0.8


def test_closed_valve_is_its_leak():
    orifice = _pack_orifice(Orifice(area_effective_cm2=3.0, area_leak_cm2=0.3))
    assert valve_area(orifice, 0.0, -80.0) == 0.3
    assert jet_velocity(orifice, 0.0, -120.0) == pytest.approx(-4.0)
