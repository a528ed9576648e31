"""Findings of constructed traces, whose every number is known."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from openvalve.errors import InputError
from openvalve.hemodynamics import TraceFindings, analyze, gorlin_area_cm2
from openvalve.hemodynamics._traces_beats import rhythm_of
from openvalve.patient import MEASURED_KEYS
from openvalve.recording import Channel, Recording

RATE = 500.0
EJECTION_S, RISE_S, FALL_S, OPEN_S = 0.30, 0.06, 0.08, 0.06
Samples = NDArray[np.float64]


def beats(intervals: list[float]) -> dict[str, Samples]:
    """Return ECG and pressures: AO 80 to 100ish, LV 140ish, 40 mmHg sin between them, LA 15.

    In ejection, x from 0 to 1: AO = 80 + 20 sin(pi x) + 10 x, LV = AO + 40 sin(pi x).
    """
    n = round(sum(intervals) * RATE)
    t = np.arange(n) / RATE
    ecg, lv, ao = np.zeros(n), np.full(n, 8.0), np.full(n, 80.0)
    starts = np.concatenate(([0.0], np.cumsum(intervals)[:-1]))
    for start, length in zip(starts, intervals, strict=True):
        r = start + 0.10
        for width, at, height in ((0.010, 0.0, 1.0), (0.008, 0.022, -0.25), (0.04, 0.26, 0.2)):
            ecg += height * np.exp(-0.5 * ((t - r - at) / width) ** 2)
        u = t - r
        last = length + 0.10
        x = (u - OPEN_S) / EJECTION_S
        rise, ejects = (u >= 0.0) & (u < OPEN_S), (x >= 0.0) & (x < 1.0)
        lv[rise] = 8.0 + 72.0 * u[rise] / RISE_S
        ao[ejects] = 80.0 + 20.0 * np.sin(np.pi * x[ejects]) + 10.0 * x[ejects]
        lv[ejects] = ao[ejects] + 40.0 * np.sin(np.pi * x[ejects])
        end = OPEN_S + EJECTION_S
        fall = (u >= end) & (u < end + FALL_S)
        lv[fall] = 90.0 - 85.0 * (u[fall] - end) / FALL_S
        fill = (u >= end + FALL_S) & (u < last)
        lv[fill] = 5.0 + 3.0 * (u[fill] - end - FALL_S) / (last - 0.1 - end - FALL_S)
        late = (u >= end) & (u < last + OPEN_S)
        ao[late] = 90.0 - 10.0 * (u[late] - end) / (last - 0.1 + OPEN_S - end)
    return {"II": ecg, "LV": lv, "AO": ao}


def record(channels: dict[str, Samples], rate_hz: float = RATE) -> Recording:
    made = {
        name: Channel(
            name=name, unit="mv" if name in ("II", "V5") else "mmhg", samples=x, measured=True
        )
        for name, x in channels.items()
    }
    return Recording(rate_hz=rate_hz, channels=made, beats_s=np.empty(0))


REGULAR = [0.8] * 14


def told(found: TraceFindings, words: str) -> bool:
    return any(words in w for w in found.warnings)


@pytest.mark.parametrize("with_ecg", [True, False])
def test_aortic_numbers_follow_from_the_construction(with_ecg: bool) -> None:
    channels = beats(REGULAR)
    if not with_ecg:
        del channels["II"]
    found = analyze(record(channels), cardiac_output_l_min=5.0)
    value = {key: f.value for key, f in found.findings.items()}
    assert found.beats_from == ("ECG II" if with_ecg else "pressure LV")
    assert found.valve == "aortic"
    assert found.rhythm == "sinus"
    assert value["heart_rate_bpm"] == pytest.approx(75.0, abs=0.2)
    assert value["gradient_mean_mmhg"] == pytest.approx(80.0 / math.pi, abs=0.3)
    assert value["gradient_peak_instant_catheter_mmhg"] == pytest.approx(40.0, abs=0.1)
    assert value["ejection_period_s"] == pytest.approx(EJECTION_S, abs=2 / RATE)
    x = np.linspace(0.0, 1.0, 10_001)
    ao = 80.0 + 20.0 * np.sin(np.pi * x) + 10.0 * x
    top = float((ao + 40.0 * np.sin(np.pi * x)).max())
    assert value["lv_systolic_mmhg"] == pytest.approx(top, abs=0.1)
    assert value["aortic_systolic_mmhg"] == pytest.approx(float(ao.max()), abs=0.1)
    assert value["aortic_diastolic_mmhg"] == pytest.approx(80.0, abs=0.3)
    assert value["gradient_peak_to_peak_mmhg"] == pytest.approx(top - float(ao.max()), abs=0.1)
    assert value["lv_end_diastolic_mmhg"] == pytest.approx(8.0, abs=0.5)
    assert value["valve_area_gorlin_cm2"] == pytest.approx(
        gorlin_area_cm2(
            "aortic",
            cardiac_output_l_min=5.0,
            heart_rate_bpm=75.0,
            period_s=0.30,
            gradient_mean_mmhg=80.0 / math.pi,
        ),
        rel=0.02,
    )
    assert value["valve_area_hakki_cm2"] == pytest.approx(5.0 / math.sqrt(80.0 / math.pi), rel=0.01)


def test_spread_holds_the_line_error_and_what_beats_add() -> None:
    channels = beats(REGULAR)
    still = analyze(record(channels)).findings["lv_systolic_mmhg"]
    assert still.sd == pytest.approx(math.hypot(1.0, 0.01 * still.value), rel=0.05)
    t = np.arange(channels["LV"].shape[0]) / RATE
    channels["LV"] = channels["LV"] + 6.0 * np.sin(2 * np.pi * t / 4.0)
    breathing = analyze(record(channels)).findings["lv_systolic_mmhg"]
    assert 3.5 < breathing.sd < 6.0  # sine of amplitude 6: SD 4.2, and the line
    assert breathing.inputs["beats_count"] == 5.0


def test_windows_are_what_was_averaged() -> None:
    found = analyze(record(beats(REGULAR)))
    assert len(found.windows) == 5
    drops = []
    for window in found.windows:
        assert window.valve == "aortic"
        drop = window.upstream_mmhg - window.downstream_mmhg
        assert drop.shape[0] / RATE == pytest.approx(window.end_s - window.start_s)
        drops.append(float(np.maximum(drop, 0.0).mean()))
    assert np.mean(drops) == pytest.approx(found.findings["gradient_mean_mmhg"].value)


def test_early_beats_and_their_neighbors_are_left_out() -> None:
    intervals = [0.8, 0.8, 0.8, 0.52, 1.08, *[0.8] * 4, 0.52, 1.08, *[0.8] * 8]
    found = analyze(record(beats(intervals)))
    assert told(found, "2 early or odd beats")
    systolic = found.per_beat["lv_systolic_mmhg"]
    for early in (4, 10):  # beat numbers of the early beats
        assert np.isnan(systolic[early - 1 : early + 2]).all()
    assert np.isfinite(systolic).sum() == len(systolic) - 6
    first, last = found.used_s["LV"]
    assert last - first == pytest.approx(5 * 0.8, abs=0.02)


def test_mitral_numbers_and_the_wedge_moved() -> None:
    """LA 15 over LV 5 to 8 in filling, from where LV falls through 15 to where it rises through."""
    channels = beats(REGULAR)
    channels["LA"] = np.full_like(channels["LV"], 15.0)
    t = (np.arange(channels["LV"].shape[0]) / RATE - 0.10) % 0.8
    opens = OPEN_S + EJECTION_S + FALL_S * 70.0 / 85.0  # the LV passes 20
    channels["LA"] += 5.0 * np.exp(-0.5 * ((t - opens) / 0.06) ** 2)
    found = analyze(record(channels), valve="mitral")
    mean = found.findings["gradient_mean_mmhg"].value
    assert 8.0 < mean < 10.5
    assert found.findings["la_v_wave_mmhg"].value == pytest.approx(20.0, abs=0.3)
    late = round(0.10 * RATE)
    channels["PCW"] = np.concatenate((np.full(late, 15.0), channels.pop("LA")[:-late]))
    wedge = analyze(record(channels), valve="mitral")
    assert wedge.windows[-1].shift_s == pytest.approx(0.10, abs=0.02)
    assert told(wedge, "PCW moved")
    assert wedge.findings["gradient_mean_mmhg"].value == pytest.approx(mean, abs=0.5)


def test_swapped_labels_are_told_and_refused() -> None:
    channels = beats(REGULAR)
    channels["LV"], channels["AO"] = channels["AO"], channels["LV"]
    found = analyze(record(channels))
    assert told(found, "AO has the shape of a ventricle")
    assert told(found, "AO and LV look swapped")
    assert set(found.refused) == {"AO", "LV"}
    assert "gradient_mean_mmhg" not in found.findings


def test_a_lung_named_as_the_body_is_told() -> None:
    channels = beats(REGULAR)
    lung = 0.25 * channels["AO"] - 5.0
    found = analyze(record({**channels, "AO": lung}))
    assert told(found, "AO has the pressure of a pulmonary artery")
    assert not told(analyze(record({**channels, "PA": lung})), "pulmonary artery")
    swapped = analyze(record({**channels, "AO": lung + 20.0, "PA": channels["AO"]}))
    assert told(swapped, "PA is above AO")


def test_right_labels_are_not_doubted() -> None:
    assert not told(analyze(record(beats(REGULAR))), "shape of")


def test_a_gap_costs_only_its_beats() -> None:
    channels = beats(REGULAR)
    whole = analyze(record(channels)).findings["gradient_mean_mmhg"].value
    for x in channels.values():
        x[2000:2500] = np.nan
    found = analyze(record(channels))
    assert found.findings["gradient_mean_mmhg"].value == pytest.approx(whole, abs=0.1)
    assert told(found, "LV: no samples")
    assert math.isfinite(found.findings["aortic_mean_mmhg"].value)


@pytest.mark.parametrize("count", [1, 2])
def test_too_few_beats_give_no_pressures(count: int) -> None:
    found = analyze(record(beats([0.8] * count)))
    assert set(found.findings) <= {"heart_rate_bpm"}
    assert told(found, "a number needs 3 or more")


@pytest.mark.parametrize(
    ("samples", "reason"),
    [
        (np.full(5000, np.nan), "no samples"),
        (np.full(5000, 80.0), "converter is at its limit"),
        (80.0 + 0.3 * np.sin(np.arange(5000) / 50.0), "no pulse"),
        (-16.0 + 0.3 * np.sin(np.arange(5000) / 50.0), "disconnected"),
    ],
)
def test_a_line_without_a_pulse_is_refused(samples: Samples, reason: str) -> None:
    found = analyze(record({"AO": samples}))
    assert reason in found.refused["AO"]
    assert not found.findings
    assert found.beats_s.shape == (0,)


def test_asystole_is_told() -> None:
    channels = beats([0.8] * 8)
    rest = {"II": 0.0, "LV": 8.0, "AO": 25.0}
    for name, x in channels.items():
        channels[name] = np.concatenate((x, np.full(4000, rest[name])))
    found = analyze(record(channels))
    assert told(found, "no beat for 8")
    assert told(found, "asystole, or all lines closed")
    assert found.findings["gradient_mean_mmhg"].value == pytest.approx(80.0 / math.pi, abs=0.3)


def test_two_waves_of_an_atrium_do_not_speak_against_the_ecg() -> None:
    channels = beats(REGULAR)
    t = np.arange(channels["LV"].size) / RATE
    phase = np.mod(t, REGULAR[0])
    waves = [np.exp(-0.5 * ((phase - at) / 0.05) ** 2) for at in (0.25, 0.65)]
    channels["LA"] = 9.0 + phase + 8.0 * waves[0] + 7.0 * waves[1]
    assert analyze(record(channels)).beats_from == "ECG II"


def test_lines_without_beats_are_refused_not_read() -> None:
    """Beats of a line at an impossible level are not trusted; the others then have none."""
    channels = beats(REGULAR)
    channels = {"AO": channels["AO"] - 200.0, "RA": 0.2 * channels["AO"]}
    found = analyze(record(channels))
    assert found.refused["RA"] == "no beats to read it by"
    assert not found.places
    assert not found.findings


def test_an_impossible_level_is_refused() -> None:
    channels = beats(REGULAR)
    channels["AO"] = channels["AO"] - 200.0
    assert "not possible" in analyze(record(channels)).refused["AO"]


@pytest.mark.parametrize(
    ("recording", "output", "valve", "key"),
    [
        (record({}), None, None, "recording"),
        (record({"AO": np.empty(0)}), None, None, "recording"),
        (record(beats(REGULAR), rate_hz=10.0), None, None, "rate_hz"),
        (record(beats(REGULAR)), -1.0, None, "cardiac_output_l_min"),
        (record(beats(REGULAR)), math.nan, None, "cardiac_output_l_min"),
        (record(beats(REGULAR)), None, "left", "valve"),
    ],
)
def test_wrong_use(recording: Recording, output: float | None, valve: str | None, key: str) -> None:
    with pytest.raises(InputError) as caught:
        analyze(recording, cardiac_output_l_min=output, valve=valve)
    assert [item.key for item in caught.value.items] == [key]


def test_nothing_is_nan_and_keys_are_in_range() -> None:
    found = analyze(record(beats(REGULAR)), cardiac_output_l_min=5.0)
    for key, finding in found.findings.items():
        assert math.isfinite(finding.value)
        assert finding.sd > 0.0
        assert finding.formula
        if key in MEASURED_KEYS:
            low, high = MEASURED_KEYS[key]
            assert low <= finding.value <= high


def test_marks_of_an_ecg_that_is_not_of_this_heart_are_not_used() -> None:
    channels = beats(REGULAR)
    other = beats([0.63] * 18)["II"]
    channels["II"] = other[: channels["LV"].shape[0]]
    found = analyze(record(channels))
    assert found.beats_from == "pressure LV"
    assert told(found, "ECG not used")
    assert found.findings["heart_rate_bpm"].value == pytest.approx(75.0, abs=0.2)


def test_rhythm_from_intervals() -> None:
    rng = np.random.default_rng(3)
    assert rhythm_of(0.8 + 0.02 * rng.standard_normal(60)) == "sinus"
    assert rhythm_of(0.7 + 0.15 * rng.standard_normal(60)) == "atrial_fibrillation"
    breathing = 0.8 + 0.08 * np.sin(np.arange(60) / 2.0)
    assert rhythm_of(breathing) == "sinus"
    assert rhythm_of(np.array([0.8, 0.8])) == "unknown"
