"""Runs of at most 200 steps, so that they also pass without a compiler (docs/physics.md)."""

from dataclasses import replace

import numpy as np
import pytest

from openvalve.circulation import State
from openvalve.errors import SolverError
from openvalve.heart import (
    COLUMNS,
    HeartState,
    build_circulation,
    initial_state,
    reference_heart,
    simulate,
    total_volume_ml,
    warm,
)
from openvalve.units import UNITS

# A short beat in long steps: 0.41 s in 2.5 ms are 164 steps.
QUICK = {"beats": 1, "record_beats": 1, "tick_s": 2.5e-3}
HEART = reference_heart(bsa_m2=1.8, rate_bpm=200.0)


@pytest.fixture(scope="module")
def run():
    return simulate(HEART, **QUICK)


def test_recording_has_every_column_with_its_unit(run):
    assert tuple(run.recording.channels) == COLUMNS
    units = {"LV": "mmhg", "VOL_RA": "ml", "FLOW_MITRAL": "ml_s", "AREA_AORTIC": "cm2"}
    units["JET_TRICUSPID"] = "m_s"
    for name, unit in units.items():
        assert run.recording.channels[name].unit == unit
    assert all(c.unit in UNITS for c in run.recording.channels.values())
    assert not any(c.measured for c in run.recording.channels.values())


def test_the_contract_of_the_recording_is_there():
    wanted = ["LV", "AO", "LA", "RA", "RV", "PA", "RVOT", "VOL_LV", "VOL_LA", "VOL_RV", "VOL_RA"]
    for valve in ("AORTIC", "MITRAL", "PULMONARY", "TRICUSPID"):
        wanted += [f"{kind}_{valve}" for kind in ("FLOW", "JET", "AREA")]
    assert set(wanted) <= set(COLUMNS)


def test_recording_spans_the_beats_it_names(run):
    rec = run.recording
    assert rec.rate_hz == pytest.approx(400.0)
    assert rec.beats_s[0] == pytest.approx(0.0, abs=0.5 / rec.rate_hz)
    assert rec.beats_s[-1] - rec.beats_s[0] == pytest.approx(60.0 / 200.0)
    assert rec.length_count == pytest.approx(0.3 * rec.rate_hz, abs=1)
    assert rec.time_s[-1] == pytest.approx(rec.beats_s[-1], abs=1.5 / rec.rate_hz)


def test_fine_ticks_are_recorded_at_a_kilohertz():
    fine = simulate(reference_heart(bsa_m2=1.8, rate_bpm=220.0), beats=1, record_beats=1)
    assert fine.recording.rate_hz == pytest.approx(1000.0)
    finer = simulate(
        reference_heart(bsa_m2=1.8, rate_bpm=220.0), beats=1, record_beats=1, tick_s=5e-4
    )
    assert finer.recording.rate_hz == pytest.approx(1000.0)
    assert finer.recording.length_count == pytest.approx(fine.recording.length_count, abs=1)


def test_each_row_is_one_instant(run):
    """Jet times area is flow wherever the valve stands open."""
    rec = run.recording
    for valve, orifice in (("AORTIC", HEART.aortic), ("MITRAL", HEART.mitral)):
        forward = rec[f"FLOW_{valve}"] > 5.0
        assert forward.any(), valve
        jet = rec[f"JET_{valve}"][forward]
        np.testing.assert_allclose(
            100.0 * jet * orifice.area_effective_cm2, rec[f"FLOW_{valve}"][forward], rtol=1e-12
        )


def test_state_goes_on(run):
    assert run.state.values.shape == (len(State._fields),)
    on = simulate(HEART, initial=run.state, **QUICK)
    assert not np.array_equal(on.state.values, run.state.values)
    assert total_volume_ml(on.state.values) == pytest.approx(HEART.circulating_volume_ml)


def test_blood_added_or_lost_is_taken_from_the_veins(run):
    bled = replace(HEART, circulating_volume_ml=HEART.circulating_volume_ml - 60.0)
    after = simulate(bled, initial=run.state, **QUICK)
    assert total_volume_ml(after.state.values) == pytest.approx(bled.circulating_volume_ml)


@pytest.mark.parametrize("name", ["sinus", "atrial_fibrillation", "paced"])
def test_every_rhythm_beats(name):
    heart = replace(HEART, rhythm=replace(HEART.rhythm, name=name))
    assert simulate(heart, **QUICK).recording["FLOW_AORTIC"].max() > 20.0


def test_a_fast_beat_begins_before_the_last_has_ended():
    """Two beats of 0.27 s in steps of 5 ms: the second adds to what is left of the first."""
    fast = reference_heart(bsa_m2=1.8, rate_bpm=220.0)
    rec = simulate(fast, beats=2, record_beats=2, tick_s=5e-3).recording
    assert rec.beats_s.shape == (3,)
    second = round(float(rec.beats_s[1]) * rec.rate_hz)
    relaxed = (
        initial_state(build_circulation(fast)).values[State._fields.index("v_upper_veins")] / 35.0
    )
    assert rec["LV"][second] > 2.0 * relaxed


def test_failure_carries_time_and_state():
    values = initial_state(build_circulation(HEART)).values.copy()
    values[State._fields.index("z_mitral")] = np.nan
    with pytest.raises(SolverError, match=r"at 0\.000 s") as caught:
        simulate(HEART, initial=HeartState(values=values), **QUICK)
    assert list(caught.value.state) == list(State._fields)
    assert caught.value.time_s == 0.0
    assert caught.value.state["v_lv"] == values[1]
    assert np.isnan(caught.value.state["z_mitral"])


def test_warm_only_warms(monkeypatch):
    asked = {}
    monkeypatch.setattr(
        "openvalve.heart._simulate.simulate", lambda heart, **how: asked.update(how)
    )
    assert warm() is None
    assert asked["beats"] <= 2
