"""How the acceptance protocols read traces: relaxation, onsets, beats, features."""

from dataclasses import replace

import numpy as np
import pytest

from openvalve.heart import reference_heart, simulate
from openvalve.recording import Recording
from openvalve.validation._circulation_beats import beat_table, joined, onsets_s
from openvalve.validation._circulation_reading import beat_features, relaxation_s


@pytest.fixture(scope="module")
def recording() -> Recording:
    return simulate(reference_heart(bsa_m2=1.8), beats=26, record_beats=6).recording


def test_relaxation_of_an_exponential() -> None:
    time = np.arange(400) / 1000.0
    pressure = np.where(time < 0.05, 100.0, 100.0 * np.exp(-(time - 0.05) / 0.040))
    assert 1000.0 * relaxation_s(pressure, 3.0, 1000.0) == pytest.approx(40.0, rel=1e-3)
    assert np.isnan(relaxation_s(np.full(400, 80.0), 3.0, 1000.0))


def test_onsets_are_found_where_they_were(recording: Recording) -> None:
    blind = replace(recording, beats_s=np.empty(0))
    found = onsets_s(blind)
    known = recording.beats_s[1:-1]
    nearest = np.array([np.abs(found - t).min() for t in known])
    assert nearest.max() < 0.04
    assert abs(len(found) - 6) <= 1


def test_beats_add_up(recording: Recording) -> None:
    table = beat_table(recording)
    assert table["rate_bpm"] == pytest.approx(70.0, abs=0.2)
    assert table["stroke_ml"] == pytest.approx(table["rv_stroke_ml"], rel=0.02)
    assert table["pulse_mmhg"] == pytest.approx(table["systolic_mmhg"] - table["diastolic_mmhg"])
    assert table.between("lv_mmhg", 0.0, 2.0).size == 3


def test_joined_recordings_follow_each_other(recording: Recording) -> None:
    twice = joined(recording, recording)
    assert twice.length_count == 2 * recording.length_count
    assert len(onsets_s(twice)) >= 10


def test_features_hang_together(recording: Recording) -> None:
    f = beat_features(recording)
    assert f["ejection_ms"] == pytest.approx(f["aortic_closure_ms"] - f["aortic_opening_ms"])
    assert f["relaxation_interval_ms"] > 0.0
    assert f["e_a_ratio"] == pytest.approx(f["e_m_s"] / f["a_m_s"])
    assert f["la_a_mmhg"] > f["la_x_mmhg"] < f["la_v_mmhg"] > f["la_y_mmhg"]
    assert f["loop_gap_frac"] < 0.01
