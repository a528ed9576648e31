"""From the marks of windows to the events of a run."""

import numpy as np
import pytest

from openvalve.recording import EVENT_KINDS
from openvalve.rhythm import Marks, beat_times, electrical_events, no_marks
from openvalve.rhythm._marks import ATRIAL_KINDS, VENTRICULAR_KINDS

WINDOW_S = 0.02


def rows(*marks):
    return np.array([no_marks()._replace(**m) for m in marks])


def events(table, before=0.0, length=None, last=None):
    length = len(table) * WINDOW_S - before if length is None else length
    last = np.array(no_marks() if last is None else last)
    return electrical_events(table, last, WINDOW_S, before_s=before, length_s=length)


def test_every_kind_is_one_of_a_recording():
    assert set(ATRIAL_KINDS) | set(VENTRICULAR_KINDS) < set(EVENT_KINDS)


def test_nothing_fires_in_no_marks():
    assert events(rows({}, {})) == []
    assert events(np.empty((0, len(Marks._fields))), length=0.0) == []


def test_events_are_in_order_and_a_stimulus_before_its_answer():
    table = rows(
        {"qrs": 0.019, "qrs_kind": 9.0, "p": 0.003, "p_kind": 1.0},
        {"qrs": 0.004, "qrs_kind": 7.0, "spike_v": 0.004, "spike_a": 0.001},
        {"shock": 0.0},
    )
    got = events(table)
    assert [kind for _, kind in got] == [
        *("p_ectopic", "fusion", "spike_a", "spike_v", "qrs_paced_rv", "shock")
    ]
    np.testing.assert_allclose([at for at, _ in got], [0.003, 0.019, 0.021, 0.024, 0.024, 0.04])


@pytest.mark.parametrize("before", [0.0, 0.005, 0.012])
def test_a_run_has_what_lies_in_it(before):
    table = rows({"p": 0.005, "beat": 0.005}, {}, {"qrs": 0.007, "beat": 0.0199})
    got = events(table, before, 0.047 - before)
    assert [kind for _, kind in got] == (["p"] if before <= 0.005 else [])  # the qrs comes after
    beats = beat_times(table, WINDOW_S, before_s=before, length_s=0.06 - before)
    assert beats.size == (2 if before <= 0.005 else 1)
    assert beats[-1] == pytest.approx(0.0599 - before)


def test_fibrillation_is_told_where_it_begins_and_ends():
    table = rows({}, {"atria": 1.0}, {"atria": 1.0, "ventricles": 1.0}, {"ventricles": 1.0}, {})
    want = [[0.02, "f"], [0.04, "vf"], [0.06, "atria_quiet"], [0.08, "vf_end"]]
    assert events(table) == [[pytest.approx(at), kind] for at, kind in want]
    was = no_marks()._replace(atria=2.0)
    assert events(rows({}), last=was) == [[0.0, "atria_quiet"]]
    assert events(rows({"atria": 2.0}), last=was) == [[0.0, "flutter"]]
    assert events(rows({"atria": 2.0}), 0.013) == [[0.0, "flutter"]]  # it lasts from before


def test_windows_without_a_beat_have_none_in_a_long_run():
    table = np.array([no_marks()] * 60_000)  # twenty minutes
    table[50_001, Marks._fields.index("beat")] = 0.01
    beats = beat_times(table, WINDOW_S, before_s=0.0, length_s=1200.0)
    assert beats.tolist() == [pytest.approx(1000.03)]
