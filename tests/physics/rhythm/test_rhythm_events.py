"""The live patient's electrical events: in step with the pressures, however time is cut."""

import numpy as np
import pytest

from openvalve.heart import Live, reference_heart
from openvalve.rhythm import VENTRICULAR_MECHANICAL_S


@pytest.fixture(scope="module")
def settled():
    return Live(reference_heart(bsa_m2=1.8)).snapshot()


def times(recording, kind):
    return np.array([at for at, k in recording.notes["events"] if k == kind])


def acted(live):
    live.change(pacing_bpm=100.0)
    live.fire(["ra", "la"], at_s=live.time_s + 0.4)
    live.fire(["lv", "rv"], at_s=live.time_s + 1.2345)


@pytest.mark.parametrize("cut_ms", [40, 7, 613])
def test_events_are_the_same_however_time_is_cut(settled, cut_ms):
    one, many = Live.restore(settled), Live.restore(settled)
    acted(one)
    acted(many)
    whole = one.run(3.0)
    events, beats, left = [], [], 3000
    while left:
        part = many.run(min(cut_ms, left) * 1e-3)
        shift = part.start_s - whole.start_s
        events += [(at + shift, kind) for at, kind in part.notes["events"]]
        beats += (part.beats_s + shift).tolist()
        left -= min(cut_ms, left)
    assert [kind for _, kind in events] == [kind for _, kind in whole.notes["events"]]
    want = [at for at, _ in whole.notes["events"]]
    np.testing.assert_allclose([at for at, _ in events], want, rtol=0.0, atol=1e-9)
    np.testing.assert_allclose(beats, whole.beats_s, rtol=0.0, atol=1e-9)
    assert {"p", "p_ectopic", "qrs", "qrs_paced_rv", "spike_v"} <= {k for _, k in events}


def test_every_beat_raises_the_pressure_after_its_qrs(settled):
    rec = Live.restore(settled).run(20.0)
    qrs, p = times(rec, "qrs"), times(rec, "p")
    assert qrs.size >= 20
    np.testing.assert_allclose(rec.beats_s[rec.beats_s > qrs[0]][: qrs.size - 1], qrs[:-1] + 0.03)
    lead = [(qrs[qrs > at][0] - at) for at in p[:-1]]
    assert 0.12 <= min(lead) <= max(lead) <= 0.20  # PR
    for at in qrs[1:-1]:
        k = round(1e3 * at)
        rise = np.diff(rec["LV"][k : k + 200])
        half = int(np.flatnonzero(rise > 0.5 * rise.max())[0])
        assert 30 <= half <= 100  # pressure rises 40 to 80 ms after the QRS begins
        assert rise[: round(1e3 * VENTRICULAR_MECHANICAL_S)].max() < 0.1 * rise.max()


def test_fibrillation_begins_and_ends_and_has_no_p(settled):
    live = Live.restore(settled)
    live.change(rhythm="atrial_fibrillation")
    first = live.run(5.0)
    assert times(first, "f").size == 1
    assert times(first, "p").size == 0
    gaps = np.diff(times(first, "qrs"))
    assert gaps.min() > 0.4  # no burst where it begins
    assert live.run(1.0).notes["events"][0] == [0.0, "f"]
    live.change(rhythm="sinus")
    last = live.run(5.0)
    assert times(last, "atria_quiet").size == 1
    assert times(last, "p").size >= 4
