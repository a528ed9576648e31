"""Measured against true: hearts of this project seen through leads and lines of a laboratory."""

import functools

import pytest

from openvalve.heart import Live, reference_heart
from openvalve.hemodynamics import TraceFindings, analyze, measure
from openvalve.recording import Recording
from openvalve.signals import Laboratory, laboratory_of


@functools.cache
def seen(valve: str) -> tuple[Recording, Recording]:
    """Return the true recording and what the laboratory shows, 15 s at rest."""
    live = Live(reference_heart(bsa_m2=1.8))
    if valve == "aortic":
        live.change(aortic_area_cm2=0.7)
    elif valve == "mitral":
        live.change(mitral_area_cm2=1.0)
    live.run(20.0)
    true = live.run(15.0)
    return true, Laboratory(laboratory_of(true, bsa_m2=1.8)).see(true)


def only(recording: Recording, names: tuple[str, ...]) -> Recording:
    return Recording(
        rate_hz=recording.rate_hz,
        channels={name: recording.channels[name] for name in names},
        beats_s=recording.beats_s,
    )


def read(valve: str, names: tuple[str, ...] = ()) -> tuple[TraceFindings, dict[str, float]]:
    true, shown = seen(valve)
    values = measure(true, valve)
    recording = only(shown, names) if names else shown
    return analyze(
        recording, cardiac_output_l_min=values["cardiac_output_l_min"], valve=valve
    ), values


def test_aortic_stenosis() -> None:
    """What a reader has, pressures, against the true pressures read in the same way."""
    found, true = read("aortic")
    value = {key: f.value for key, f in found.findings.items()}
    assert found.beats_from.startswith("ECG")
    assert value["gradient_mean_mmhg"] == pytest.approx(true["gradient_mean_mmhg"], abs=4.0)
    for key, off in (
        ("gradient_peak_to_peak_mmhg", 2.0),
        ("gradient_peak_instant_catheter_mmhg", 2.0),
        ("lv_systolic_mmhg", 2.0),
        ("aortic_systolic_mmhg", 2.0),
        ("aortic_diastolic_mmhg", 2.0),
        ("aortic_mean_mmhg", 1.0),
        ("lv_end_diastolic_mmhg", 2.0),
        ("heart_rate_bpm", 1.0),
    ):
        assert value[key] == pytest.approx(true[key], abs=off), key
    assert value["ejection_period_s"] == pytest.approx(true["gradient_period_s"], abs=0.03)
    assert value["lv_dpdt_max_mmhg_s"] == pytest.approx(true["lv_dpdt_max_mmhg_s"], rel=0.05)
    area = found.findings["valve_area_gorlin_cm2"]
    assert area.value == pytest.approx(true["valve_area_gorlin_cm2"], rel=0.10)


def test_mitral_stenosis() -> None:
    found, true = read("mitral")
    for key, off in (
        ("gradient_mean_mmhg", 1.0),
        ("la_mean_mmhg", 1.0),
        ("la_v_wave_mmhg", 1.5),
        ("la_a_wave_mmhg", 1.5),
        ("pa_systolic_mmhg", 2.0),
        ("pa_mean_mmhg", 1.0),
        ("ra_mean_mmhg", 1.0),
        ("rv_systolic_mmhg", 2.0),
        ("filling_period_s", 0.03),
    ):
        assert found.findings[key].value == pytest.approx(true[key], abs=off), key
    area = found.findings["valve_area_gorlin_cm2"]
    assert area.value == pytest.approx(true["valve_area_gorlin_cm2"], rel=0.08)


def test_mitral_gradient_from_the_wedge() -> None:
    """The line of the wedge is 70 ms late and has a pole of 60 ms: 120 to 130 ms together."""
    found, true = read("mitral", ("II", "V5", "LV", "PCW"))
    assert 0.09 < found.windows[0].shift_s < 0.15
    assert any("moved" in w and "best fit" in w for w in found.warnings)
    mean = found.findings["gradient_mean_mmhg"].value
    assert mean == pytest.approx(true["gradient_mean_mmhg"], abs=1.5)


def test_pressures_alone_give_the_same() -> None:
    with_ecg, _ = read("aortic")
    without, _ = read("aortic", ("LV", "AO"))
    assert without.beats_from == "pressure LV"
    for key in ("gradient_mean_mmhg", "gradient_peak_to_peak_mmhg", "lv_systolic_mmhg"):
        assert without.findings[key].value == pytest.approx(with_ecg.findings[key].value, abs=1.0)


def test_beats_are_those_of_the_heart() -> None:
    true, shown = seen("normal")
    found = analyze(shown)
    whole = true.beats_s[(true.beats_s > 0.2) & (true.beats_s < 14.8)]
    for beat in whole:
        assert min(abs(found.beats_s - beat)) < 0.08
    assert abs(len(found.beats_s) - len(true.beats_s)) <= 1
    assert found.rhythm == "sinus"


def test_no_area_from_a_gradient_within_its_error() -> None:
    found = analyze(seen("normal")[1], valve="pulmonary", cardiac_output_l_min=6.0)
    assert any("no pulmonary area" in w for w in found.warnings)
    assert "valve_area_gorlin_cm2" not in found.findings
    assert not found.refused


def test_no_area_of_a_valve_that_is_not_stenotic() -> None:
    """A normal aortic valve: LV above AO in the first part of ejection only."""
    found = analyze(seen("normal")[1], valve="aortic", cardiac_output_l_min=6.0)
    assert any("not stenotic" in w for w in found.warnings)
    assert "valve_area_gorlin_cm2" not in found.findings
