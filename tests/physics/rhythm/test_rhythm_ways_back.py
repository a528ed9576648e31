"""The live heart: waves from below, fibrillation through the node, a strained outflow tract."""

import numpy as np
import pytest

from openvalve.heart import BodyParams, Live, reference_heart
from openvalve.rhythm import Ways

HEART = reference_heart(bsa_m2=1.8)
CONDUCTS = Ways(1.2, 1.12, 0.0)


@pytest.fixture(scope="module")
def settled():
    return Live(HEART, BodyParams(ways=CONDUCTS)).snapshot()


def times(recording, *kinds):
    return np.array([at for at, k in recording.notes["events"] if k in kinds])


def qrs(recording):
    found = [at for at, k in recording.notes["events"] if k.startswith("qrs") or k == "fusion"]
    return np.array(found)


def test_atria_hit_early_contract_against_shut_valves(settled):
    """Cannon waves: the right atrial pressure rises by far more than a sinus beat's a wave."""
    live = Live.restore(settled)
    rest = live.run(10.0)
    live.change(pacing_bpm=100.0)
    live.run(5.0)
    paced = live.run(10.0)
    beats, waves = qrs(paced), times(paced, "p_ectopic")
    assert 0 <= beats.size - waves.size <= 1  # each beat leads the atria, the last one later
    lags = waves - beats[: waves.size]
    assert ((lags > 0.10) & (lags < 0.25)).all()
    assert times(paced, "p").size == 0
    shut = 0
    for at in waves[1:-1]:
        k = round(1e3 * (at + 0.09))  # where the atria contract most
        shut += paced["FLOW_TRICUSPID"][k] < 20.0 and paced["RV"][k] > paced["RA"][k]
    assert shut >= 0.9 * (waves.size - 2)
    assert paced["RA"].max() > rest["RA"].max() + 2.0
    assert paced["LA"].max() > rest["LA"].max()


def test_without_a_way_back_waves_are_large_now_and_then_only(settled):
    live = Live(HEART, BodyParams(ways=Ways(0.0, 9.0, 0.0)))
    live.change(pacing_bpm=97.0)
    live.run(5.0)
    rec = live.run(20.0)
    assert times(rec, "p_ectopic").size == 0
    tops = np.array([rec["RA"][a : a + 600].max() for a in range(0, 19_000, 620)])
    assert np.ptp(tops) > 1.5  # the atria drift through the ventricles' cycle


def rate_of(recording, first_s=5.0):
    beats = qrs(recording)
    return 60.0 / np.diff(beats[beats > first_s]).mean()


def test_drugs_slow_fibrillation_through_the_node(settled):
    """Esmolol slows it, atropine speeds it, adenosine stops it for seconds."""
    live = Live.restore(settled)
    live.change(rhythm="atrial_fibrillation", rate_bpm=110.0)
    before = live.run(45.0)
    assert rate_of(before) == pytest.approx(110.0, rel=0.08)
    fibrillating = live.snapshot()
    live.give("esmolol", 50.0)
    assert rate_of(live.run(45.0), 15.0) < 0.92 * rate_of(before)
    live = Live.restore(fibrillating)
    live.give("atropine", 1.0)
    assert rate_of(live.run(60.0), 30.0) > 1.05 * rate_of(before)
    live = Live.restore(fibrillating)
    live.give("adenosine", 12.0)
    stopped = live.run(60.0)
    assert 2.0 < np.diff(qrs(stopped)).max() < 12.0
    assert times(stopped, "f")[0] == 0.0


def test_a_balloon_too_wide_for_the_outflow_tract_blocks_the_bundle(settled):
    """With the left ventricle's late start, and gone within the hour where it was little."""
    live = Live.restore(settled)
    live.run(1.0)
    ramp = [(0.0, 1.0), (1.0, 1.18), (8.0, 1.18), (9.0, 1.0)]
    rec = live.run(20.0, ramps={"conduction_stretch_ratio": ramp})
    assert (times(rec, "qrs_lbbb") > 0.5).all()
    assert times(rec, "qrs_lbbb").size >= 18
    first = times(rec, "qrs_lbbb")[3:-2]
    late = []
    for at in first:
        k = round(1e3 * at)
        rises = [np.diff(rec[name][k : k + 250]).argmax() for name in ("LV", "RV")]
        late.append(rises[0] - rises[1])
    assert np.mean(late) > 40.0  # ms
    for _ in range(6):
        rec = live.run(300.0)
    assert times(rec, "qrs_lbbb").size == 0
    assert times(rec, "qrs").size > 200


def test_the_worst_strain_stops_the_conduction(settled):
    live = Live.restore(settled)
    live.change(conduction_stretch_ratio=1.6)
    rec = live.run(15.0)
    late = qrs(rec)[qrs(rec) > 1.0]
    assert set(times(rec, "qrs_escape")) >= set(late)
    assert times(rec, "p").size >= 12
