import importlib.util
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from openvalve.errors import InputError
from openvalve.hemodynamics import measure
from openvalve.patient import MEASURED_KEYS
from openvalve.recording import Channel, Recording

_spec = importlib.util.spec_from_file_location(
    "hemodynamics_traces", Path(__file__).parent / "traces.py"
)
assert _spec is not None and _spec.loader is not None
traces: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(traces)

SAMPLE = 0.004  # relative: one sample of the shortest period


def test_aortic_numbers_follow_from_the_construction() -> None:
    values = measure(traces.recording(), "aortic")
    assert values["heart_rate_bpm"] == pytest.approx(75.0)
    assert values["cardiac_output_l_min"] == pytest.approx(0.075 * 75.0)
    assert values["stroke_volume_ml"] == pytest.approx(75.0)
    assert values["lv_systolic_mmhg"] == 150.0
    assert values["lv_end_diastolic_mmhg"] == 10.0
    assert values["aortic_systolic_mmhg"] == 100.0
    assert values["aortic_diastolic_mmhg"] == 70.0
    assert values["aortic_mean_mmhg"] == pytest.approx(70.0 + 30.0 * 0.30 / 0.80)
    assert values["gradient_peak_to_peak_mmhg"] == 50.0
    assert values["gradient_peak_instant_catheter_mmhg"] == 50.0
    assert values["gradient_mean_mmhg"] == pytest.approx(50.0, rel=SAMPLE)
    assert values["ejection_period_s"] == pytest.approx(0.30, rel=SAMPLE)
    assert values["filling_period_s"] == pytest.approx(0.35, rel=SAMPLE)
    assert values["velocity_peak_m_s"] == 3.5
    assert values["gradient_peak_instant_mmhg"] == pytest.approx(49.0)
    assert values["gradient_mean_doppler_mmhg"] == pytest.approx(49.0, rel=SAMPLE)
    assert values["valve_vti_cm"] == pytest.approx(105.0)
    assert values["valve_area_continuity_cm2"] == pytest.approx(75.0 / 105.0)
    assert values["regurgitant_volume_ml"] == pytest.approx(0.0, abs=1e-9)


def test_gorlin_is_what_a_reader_gets() -> None:
    """5.625 L/min, 75/min, 0.30 s, 50 mmHg: 5625 / (44.3 75 0.30 7.071) = 0.798 cm2."""
    values = measure(traces.recording(), "aortic")
    assert values["valve_area_gorlin_cm2"] == pytest.approx(0.798, rel=SAMPLE)
    assert values["valve_resistance_dyn_s_cm5"] == pytest.approx(
        1333.0 * 50.0 * 75.0 * 0.30 / 5625.0, rel=2 * SAMPLE
    )


def test_volumes_and_work() -> None:
    """A rectangular loop: 75 mL at 150 mmHg out, 10 mmHg in: 140 x 75 mmHg mL = 1.400 J."""
    values = measure(traces.recording(), "aortic")
    assert values["lv_end_diastolic_volume_ml"] == pytest.approx(130.0, rel=SAMPLE)
    assert values["lv_end_systolic_volume_ml"] == pytest.approx(55.0, rel=SAMPLE)
    assert values["lv_ejection_frac"] == pytest.approx(75.0 / 130.0, rel=SAMPLE)
    assert values["lv_stroke_work_j"] == pytest.approx(140.0 * 75.0 * 133.322e-6, rel=SAMPLE)
    assert values["valve_energy_loss_j"] == pytest.approx(50.0 * 75.0 * 133.322e-6, rel=SAMPLE)


def test_mitral_numbers() -> None:
    values = measure(traces.recording(), "mitral")
    mean_la = 20.0 + 8.0 * 0.049 / 0.8 + 5.0 * 0.059 / 0.8
    assert values["la_mean_mmhg"] == pytest.approx(mean_la)
    assert values["pcw_mean_mmhg"] == values["la_mean_mmhg"]
    assert values["la_v_wave_mmhg"] == 28.0
    assert values["la_a_wave_mmhg"] == 25.0
    # LA 20 over LV 10 for 0.35 s, 15 of it for the a wave's 0.059 s.
    assert values["gradient_mean_mmhg"] == pytest.approx(10.0 + 5.0 * 0.059 / 0.35, rel=2 * SAMPLE)
    assert "gradient_peak_to_peak_mmhg" not in values
    # v falls 2.0 m/s each second: 0.293 x 2.0 of it takes 293 ms, beyond the 0.19 s seen, so drawn.
    assert values["pressure_half_time_ms"] == pytest.approx(293.0, abs=1.0)
    assert values["valve_area_pht_cm2"] == pytest.approx(220.0 / 292.9, rel=SAMPLE)


def test_half_time_is_read_where_the_jet_falls_far_enough() -> None:
    """In fibrillation a long beat shows it all: 293 ms after the peak."""
    lengths = (1.2, 0.7, 0.9, 1.1)
    values = measure(traces.recording(beats_s=lengths), "mitral")
    assert values["pressure_half_time_ms"] == pytest.approx(293.0, abs=1.5)
    assert "la_a_wave_mmhg" not in values
    assert values["heart_rate_bpm"] == pytest.approx(60.0 * 4 / sum(lengths))
    assert values["stroke_volume_ml"] == pytest.approx(75.0)
    assert values["filling_period_s"] == pytest.approx(sum(lengths) / 4 - 0.45, rel=SAMPLE)


def test_fused_jets_have_no_half_time() -> None:
    """At 92/min here the filling lasts 0.20 s: one hump."""
    assert "pressure_half_time_ms" not in measure(traces.recording(beats_s=(0.65,) * 3), "mitral")


def test_named_rhythm_decides_about_a_waves() -> None:
    even = traces.recording(notes={"rhythm": "atrial_fibrillation"})
    assert "la_a_wave_mmhg" not in measure(even, "mitral")


def test_what_stands_outside_whole_beats_does_not_count() -> None:
    whole = measure(traces.recording(), "aortic")
    after_part = measure(traces.recording(before_s=0.3), "aortic")
    assert after_part == pytest.approx(whole)


@pytest.mark.parametrize("rate_hz", [250.0, 500.0, 2000.0])
def test_rate_does_not_matter(rate_hz: float) -> None:
    slow, fast = (measure(traces.recording(rate_hz=r), "aortic") for r in (rate_hz, 1000.0))
    assert slow.keys() == fast.keys()
    dull = {k for k in slow if k == "lv_dpdt_max_mmhg_s" or k.startswith("regurg")}
    for key in slow.keys() - dull:
        assert slow[key] == pytest.approx(fast[key], rel=0.02, abs=1e-6), key


def test_steepest_rise() -> None:
    """A ramp of 60 mmHg in 40 ms is 1500 mmHg/s."""
    t = np.arange(800) / 1000.0
    lv = 10.0 + np.clip((t - 0.02) * 1500.0, 0.0, 60.0) - np.clip((t - 0.3) * 600.0, 0.0, 60.0)
    ramp = Recording(
        rate_hz=1000.0,
        channels={"LV": Channel(name="LV", unit="mmhg", samples=np.tile(lv, 2))},
        beats_s=np.array([0.0, 0.8, 1.6]),
    )
    assert measure(ramp, "aortic")["lv_dpdt_max_mmhg_s"] == pytest.approx(1500.0)


def test_pressures_alone_give_pressure_keys_alone() -> None:
    values = measure(traces.recording(only=("LV", "AO", "LA")), "aortic")
    full = measure(traces.recording(), "aortic")
    for key in ("gradient_mean_mmhg", "gradient_peak_to_peak_mmhg", "ejection_period_s"):
        assert values[key] == pytest.approx(full[key], rel=SAMPLE)
    for key in values:
        assert not key.startswith(("cardiac", "stroke", "valve", "velocity", "regurg")), key
        assert "volume" not in key


def test_one_channel_is_enough() -> None:
    values = measure(traces.recording(only=("LA",)), "mitral")
    assert values["la_v_wave_mmhg"] == 28.0
    assert values["la_a_wave_mmhg"] == 25.0
    assert set(values) == {
        "heart_rate_bpm",
        *(f"{place}_{key}_mmhg" for place in ("la", "pcw") for key in ("mean", "a_wave", "v_wave")),
    }


def test_optional_areas() -> None:
    values = measure(traces.recording(), "aortic", lvot_area_cm2=3.0, aorta_area_cm2=5.0)
    assert values["lvot_vti_cm"] == pytest.approx(25.0)
    area = 75.0 / 105.0
    assert values["energy_loss_area_cm2"] == pytest.approx(5.0 * area / (5.0 - area))


def test_leak_is_seen() -> None:
    """A tenth of the ejected 250 mL/s back for the 0.35 s of filling: 8.75 of 75 mL."""
    made = traces.recording()
    flow = made["FLOW_AORTIC"] - 25.0 * (made["FLOW_MITRAL"] > 0.0)
    channels = {**made.channels, "FLOW_AORTIC": Channel(name="F", unit="ml_s", samples=flow)}
    leaking = Recording(rate_hz=1000.0, channels=channels, beats_s=made.beats_s)
    values = measure(leaking, "aortic")
    assert values["regurgitant_volume_ml"] == pytest.approx(8.75)
    assert values["regurgitant_fraction_frac"] == pytest.approx(8.75 / 75.0)
    assert values["stroke_volume_ml"] == pytest.approx(75.0 - 8.75)


def test_nothing_that_is_not_a_number_comes_out() -> None:
    made = traces.recording()
    channels = dict(made.channels)
    channels["LA"] = Channel(name="LA", unit="mmhg", samples=np.full(made.length_count, np.nan))
    values = measure(Recording(rate_hz=1000.0, channels=channels, beats_s=made.beats_s), "aortic")
    assert all(math.isfinite(v) for v in values.values())
    assert "la_mean_mmhg" not in values
    assert values["lv_systolic_mmhg"] == 150.0


def test_keys_are_those_of_the_contract() -> None:
    """What the patient file knows keeps its name; what it does not is listed here."""
    extra = {
        "gradient_mean_doppler_mmhg",
        "gradient_peak_instant_catheter_mmhg",
        "gradient_period_s",
        "lv_stroke_work_j",
        "regurgitant_fraction_frac",
        "regurgitant_volume_ml",
        "valve_energy_loss_j",
        "valve_resistance_dyn_s_cm5",
    }
    values = measure(traces.recording(), "aortic") | measure(traces.recording(), "mitral")
    assert values.keys() - MEASURED_KEYS.keys() <= extra


@pytest.mark.parametrize(
    "beats_s", [np.array([]), np.array([0.1]), np.array([0.5, 0.5]), np.array([9.0, 10.0])]
)
def test_no_whole_beat_is_refused(beats_s: np.ndarray) -> None:
    made = traces.recording()
    with pytest.raises(InputError):
        measure(Recording(rate_hz=1000.0, channels=made.channels, beats_s=beats_s), "aortic")


def test_unknown_valve_and_no_channel_are_refused() -> None:
    with pytest.raises(InputError):
        measure(traces.recording(), "left")
    empty = Recording(rate_hz=1000.0, channels={}, beats_s=np.array([0.0, 1.0]))
    with pytest.raises(InputError):
        measure(empty, "aortic")
