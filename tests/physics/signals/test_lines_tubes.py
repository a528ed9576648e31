"""Tubes against the manometer's closed forms, and tips against what they must show."""

import itertools
import math

import numpy as np
import pytest
from numpy.typing import NDArray

from openvalve.errors import InputError
from openvalve.recording import Channel, Recording
from openvalve.signals._lines import LINE_TAPS, LineParams, PressureLine
from openvalve.signals._places import (
    LEFT_ROUTE,
    Catheter,
    CaughtTip,
    ChamberTip,
    Route,
    RouteTip,
    WedgedTip,
    measured_pressures,
)
from openvalve.signals._tubes import Tube, bubble_compliance_ml_mmhg, tube_response

Samples = NDArray[np.float64]


def hearts() -> dict[str, Samples]:
    """Return plain pressures of 8 s at 70/min: LV with a steep rise, AO, LA, PA."""
    t = np.arange(8000) / 1000.0
    phase = (t * 70.0 / 60.0) % 1.0
    systole = np.clip(np.sin(np.pi * phase / 0.4), 0.0, None) * (phase < 0.4)
    lv = 8.0 + 130.0 * systole**0.6
    la = (
        12.0
        + 6.0 * np.exp(-(((phase - 0.42) / 0.05) ** 2))
        + 4.0 * np.exp(-(((phase - 0.9) / 0.04) ** 2))
    )
    return {"LV": lv, "AO": 90.0 + 20.0 * systole, "LA": la, "PA": 18.0 + 10.0 * systole}


def test_tube_against_a_worked_value() -> None:
    """1 m, 0.92 mm bore, 0.49e15 N/m5: 91 Hz and 0.033 (Webster, example of chapter 7 [K])."""
    found = tube_response(
        Tube(length_cm=100.0, bore_mm=0.92, compliance_ml_mmhg=133.322e6 / 0.49e15)
    )
    assert found.natural_frequency_hz == pytest.approx(91.0, rel=0.02)
    assert found.damping_ratio == pytest.approx(0.033, rel=0.05)


def test_tube_scales_as_its_formulas() -> None:
    base = Tube(length_cm=110.0, bore_mm=1.0, compliance_ml_mmhg=4e-6)
    one = tube_response(base)
    longer = tube_response(Tube(length_cm=440.0, bore_mm=1.0, compliance_ml_mmhg=4e-6))
    wider = tube_response(Tube(length_cm=110.0, bore_mm=2.0, compliance_ml_mmhg=4e-6))
    assert longer.natural_frequency_hz == pytest.approx(one.natural_frequency_hz / 2.0)
    assert longer.damping_ratio == pytest.approx(2.0 * one.damping_ratio)
    assert wider.natural_frequency_hz == pytest.approx(2.0 * one.natural_frequency_hz)
    assert wider.damping_ratio == pytest.approx(one.damping_ratio / 8.0)
    bubble = 4e-6 * 850.0 * 3.0  # four times the compliance
    assert bubble_compliance_ml_mmhg(bubble) == pytest.approx(12e-6)
    assert tube_response(base, bubble_ml=bubble).natural_frequency_hz == pytest.approx(
        one.natural_frequency_hz / 2.0
    )


def test_taps_show_what_they_must() -> None:
    tube = PressureLine(
        LineParams(open_end_cm=-22.0, height_cm=5.0, zero_mmhg=3.0), rate_out_hz=1000.0
    )
    x = np.full(1000, 90.0)
    at_rest = tube.run(x)[-1]
    tube.turn("closed")
    assert tube.run(x) == pytest.approx(at_rest, abs=1e-9)
    tube.turn("disconnected")  # as record 3234460_0018: about -16 mmHg
    assert tube.run(x)[-1] == pytest.approx(-22.0 * 0.739 + 3.0, abs=0.05)
    tube.turn("air")
    assert tube.run(x)[-1] == pytest.approx(3.0, abs=1e-6)
    tube.set_zero()
    assert tube.run(x)[-1] == pytest.approx(0.0, abs=1e-6)
    tube.turn("open")
    assert tube.run(np.full(4000, 90.0))[-1] == pytest.approx(90.0 - 5.0 * 0.739, abs=0.05)


def test_whip_adds_swings_but_no_mean() -> None:
    x = hearts()["LV"]
    still = PressureLine(LineParams()).run(x)
    moved = PressureLine(LineParams(whip_mmhg=8.0)).run(x)
    extra = (moved - still)[500:]
    assert 2.0 < np.abs(extra).max() < 40.0
    assert extra.mean() == pytest.approx(0.0, abs=0.2)


def test_pull_back_goes_from_ventricle_to_aorta_through_a_mixture() -> None:
    p = hearts()
    tip = RouteTip(LEFT_ROUTE, depth_cm=0.0, holes_cm=2.0)
    tip.follow(np.linspace(4.0, 14.0, 8000))
    y = tip.run(p)
    depth = np.linspace(4.0, 14.0, 8000)
    assert np.array_equal(y[depth < 8.0], p["LV"][depth < 8.0])
    assert y[depth > 10.0] == pytest.approx(p["AO"][depth > 10.0])
    middle = (depth > 8.99) & (depth < 9.01)
    assert y[middle] == pytest.approx(0.5 * (p["LV"] + p["AO"])[middle], abs=1.0)
    assert tip.depth_cm == 14.0
    end_hole = RouteTip(LEFT_ROUTE, depth_cm=8.0)
    assert np.array_equal(end_hole.run(p), p["AO"])


def test_wedge_is_late_and_blunt_but_keeps_the_mean() -> None:
    """100 to 150 ms late, 2 to 4 mmHg smaller than the left atrium [Eberli, read]."""
    p = hearts()
    wedge, la = WedgedTip().run(p)[3000:], p["LA"][3000:]
    lags = range(0, 300)
    match = [float(np.corrcoef(wedge[300:], la[300 - k : la.shape[0] - k])[0, 1]) for k in lags]
    assert 100 <= int(np.argmax(match)) <= 150
    assert 2.0 <= la.max() - wedge.max() <= 4.0
    assert wedge.mean() == pytest.approx(la.mean(), abs=0.2)
    half = WedgedTip(leak_frac=0.5).run(p)[3000:]
    assert half.mean() == pytest.approx(0.5 * (la.mean() + p["PA"][3000:].mean()), abs=0.3)


def test_caught_tip_is_too_high_damped_and_spiky() -> None:
    p = hearts()
    caught, lv = CaughtTip("LV").run(p)[1000:], p["LV"][1000:]
    assert caught.max() > lv.max() + 10.0

    def above_20_hz(x: Samples) -> float:
        power = np.abs(np.fft.rfft(x - x.mean())) ** 2
        f = np.fft.rfftfreq(x.shape[0], 1e-3)
        return float(power[f > 20.0].sum() / power.sum())

    assert above_20_hz(caught) > 2.0 * above_20_hz(lv)


@pytest.mark.parametrize("kind", ["route", "wedge", "caught"])
def test_tips_run_the_same_in_chunks(kind: str) -> None:
    def tip() -> RouteTip | WedgedTip | CaughtTip:
        if kind == "route":
            return RouteTip(LEFT_ROUTE, depth_cm=8.7, holes_cm=2.0)
        return WedgedTip(leak_frac=0.2) if kind == "wedge" else CaughtTip("LV")

    p = hearts()
    whole, part = tip().run(p), tip()
    cuts = [0, 1, 7, 7, 90, 400, 1000, 1040, 8000]
    parts = [part.run({k: v[a:b] for k, v in p.items()}) for a, b in itertools.pairwise(cuts)]
    assert np.abs(np.concatenate(parts) - whole).max() < 1e-12


def test_catheters_show_measured_and_true_together() -> None:
    p = hearts()
    channels = {k: Channel(name=k, unit="mmhg", samples=v) for k, v in p.items()}
    true = Recording(rate_hz=1000.0, channels=channels, beats_s=np.arange(0.1, 8.0, 60.0 / 70.0))
    manometer = PressureLine(LineParams(natural_frequency_hz=5000.0, damping_ratio=0.6))
    seen = measured_pressures(
        true,
        [
            Catheter("LV", ChamberTip("LV"), PressureLine(), moved_by="LV"),
            Catheter("AO", ChamberTip("AO"), manometer),
            Catheter("PCW", WedgedTip(), PressureLine(stream_count=2)),
        ],
    )
    assert sorted(seen.channels) == ["AO", "AO_TRUE", "LV", "LV_TRUE", "PCW", "PCW_TRUE"]
    assert seen.channels["LV"].measured and not seen.channels["LV_TRUE"].measured
    assert np.array_equal(seen["AO_TRUE"], p["AO"][::4])
    assert seen.length_count == 2000
    # A manometer shows the truth but for the filter's 4 ms.
    assert np.abs(seen["AO"][2:] - seen["AO_TRUE"][1:-1]).max() < 1.5


@pytest.mark.parametrize(
    "wrong",
    [
        {"natural_frequency_hz": 0.0},
        {"damping_ratio": math.nan},
        {"obstruction_frac": 1.0},
        {"fluid": "oil"},
    ],
)
def test_impossible_lines_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError, match=next(iter(wrong))):
        PressureLine(LineParams(**wrong))  # type: ignore[arg-type]


def test_impossible_uses_are_refused() -> None:
    with pytest.raises(InputError, match="rate_out_hz"):
        PressureLine(rate_out_hz=300.0)
    with pytest.raises(InputError, match="tap"):
        PressureLine().turn("ajar")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="motion"):
        PressureLine().run(np.zeros(4), np.zeros(5))
    with pytest.raises(InputError, match="XX"):
        ChamberTip("XX").run(hearts())
    with pytest.raises(InputError, match="borders"):
        RouteTip(Route(chambers=("LV", "AO"), borders_cm=()), depth_cm=0.0)
    assert len(LINE_TAPS) == 5
    assert PressureLine().run(np.empty(0)).shape == (0,)
