"""Fibrillation: random waves, a node that blocks most of them, and what that gives."""

from pathlib import Path

import numpy as np
import pytest

from openvalve.rhythm import CODES, Ways
from openvalve.rhythm._atria import ATRIAL_REFRACTORY_S, FIBRILLATION_S
from openvalve.rhythm._marks import LONG_S
from openvalve.rhythm._node import (
    REFRACTORY_S,
    autonomic,
    enter_node,
    fibrillation_stretch,
    slowness,
)
from openvalve.rhythm._source_state import Node, resting_rhythm

SHARED = Path(__file__).parents[4] / "shared" / "data" / "waveforms" / "human_annotated_beats"
AF = CODES["atrial_fibrillation"]


def intervals(run, drive, rate, seconds=400.0, **others):
    r = drive(kind="atrial_fibrillation", rate=rate, **{"seed": 3.0, **others})
    return np.diff(run(r, seconds).qrs[5:])


def spread(gaps):
    """Return what tells fibrillation's intervals: CV, rMSSD over the mean, skew, correlation."""
    z = (gaps - gaps.mean()) / gaps.std()
    return np.array(
        [
            gaps.std() / gaps.mean(),
            np.sqrt(np.mean(np.diff(gaps) ** 2)) / gaps.mean(),
            np.mean(z**3),
            np.corrcoef(gaps[:-1], gaps[1:])[0, 1],
        ]
    )


@pytest.mark.parametrize("rate", [65.0, 80.0, 100.0, 130.0, 150.0])
def test_the_asked_rate_comes_out_of_the_node(run, drive, rate):
    """CV 0.2 to 0.25, skewed to the right, no interval tells the next."""
    gaps = intervals(run, drive, rate)
    assert 60.0 / gaps.mean() == pytest.approx(rate, rel=0.04)
    cv, _, skew, correlation = spread(gaps)
    assert 0.19 <= cv <= 0.26
    assert 0.1 < skew < 1.2
    assert abs(correlation) < 0.12
    assert gaps.min() > 0.2


def test_successive_differences_are_those_of_patients(run, drive):
    """rMSSD 171 +- 47 ms in 60 without, 226 to 256 ms with drugs that slow (Corino 2015)."""
    free = intervals(run, drive, 96.0, seed=5.0)
    slowed = intervals(run, drive, 96.0, seed=5.0, av_delay_factor=1.25)
    rmssd = [1e3 * float(np.sqrt(np.mean(np.diff(x) ** 2))) for x in (free, slowed)]
    assert 171.0 - 47.0 < rmssd[0] < 171.0 + 47.0
    assert 1.1 * rmssd[0] < rmssd[1] < 256.0 + 87.0


@pytest.mark.skipif(not SHARED.exists(), reason="no shared data")
def test_the_intervals_are_spread_as_in_a_recording(run, drive):
    """CPSC 2021 data_8_2, persistent fibrillation at 71 /min: 255 intervals of one patient."""
    wfdb = pytest.importorskip("wfdb")
    marks = wfdb.rdann(str(SHARED / "data_8_2"), "atr")
    beats = marks.sample[[symbol in "NVA" for symbol in marks.symbol]] / 200.0
    real = np.diff(beats)
    assert real.size > 200
    # Stretches as long as the record, so that their spread is that of one patient's record.
    rate = 60.0 / real.mean()
    ours = np.array(
        [spread(intervals(run, drive, rate, beats[-1], seed=float(s))) for s in range(1, 8)]
    )
    np.testing.assert_array_less(np.abs(spread(real)[:2] - ours[:, :2].mean(0)), 0.03)
    assert abs(spread(real)[2] - ours[:, 2].mean()) < 0.5
    assert abs(spread(real)[3]) < 0.12
    shortest = [np.quantile(real, q) / real.mean() for q in (0.05, 0.5, 0.95)]
    gaps = intervals(run, drive, rate, 900.0)
    model = [np.quantile(gaps, q) / gaps.mean() for q in (0.05, 0.5, 0.95)]
    np.testing.assert_allclose(model, shortest, atol=0.07)


def test_tone_drugs_and_fatigue_act_through_the_node(run, drive):
    rest = 60.0 / intervals(run, drive, 100.0).mean()

    def rate(**others):
        return 60.0 / intervals(run, drive, 100.0, **others).mean()

    assert rate(rate_bpm=150.0) > 1.08 * rest  # nerves that would drive the sinus node
    assert rate(rate_bpm=65.0) < 0.95 * rest
    assert rate(av_delay_factor=0.7) > 1.2 * rest  # sympathetic drive
    assert rate(av_delay_factor=1.4) < 0.8 * rest  # a drug that slows the node
    assert rate(av_block_frac=0.2) < 0.75 * rest
    fresh = Node(1.0, LONG_S, LONG_S, 0.0, 0.0)
    r = resting_rhythm(100.0)
    tired = slowness(fresh._replace(fatigue=1.0), r, AF) / slowness(fresh, r, AF)
    assert 1.02 <= tired <= 1.2


def test_fatigue_comes_and_goes_within_a_minute_or_two(run, drive):
    """Half within 17 s, 90 % within 93 s in rabbits (Billette 1988)."""

    def plan(t):
        return drive(rate=60.0, atrial_pacing_bpm=150.0 if 20.0 <= t < 140.0 else 0.0)

    ran = run(plan, 300.0)
    fatigue = np.array([state.node.fatigue for state in ran.states])
    begin, end = round(20.0 / 0.02), round(140.0 / 0.02)
    most = fatigue[end - 10]
    assert 0.7 < most <= 1.0
    half = float(np.argmax(fatigue[begin:] > 0.5 * most)) * 0.02
    ninety = float(np.argmax(fatigue[begin:] > 0.9 * most)) * 0.02
    assert 12.0 < half < 30.0
    assert 60.0 < ninety < 110.0
    assert fatigue[-1] < 0.05 * most
    assert fatigue[begin - 100] == 0.0


def test_blocked_waves_conceal_themselves_in_the_node():
    """The later a blocked wave comes, the later the next one passes."""
    r = resting_rhythm(70.0)
    node = Node(0.0, LONG_S, LONG_S, 0.0, 0.0)
    early = enter_node(node, r, AF, 0.02, 1.0, 0.0)
    late = enter_node(node, r, AF, 0.20, 1.0, 0.0)
    assert early.since == late.since == 0.0  # neither passes
    assert 0.0 < early.concealed < late.concealed <= 0.22
    just = 1.05 * REFRACTORY_S * slowness(node, r, CODES["sinus"]) - 0.04 * autonomic(70.0)
    assert enter_node(node, r, CODES["sinus"], just, 0.0, 0.0).arriving < LONG_S
    kept = enter_node(node._replace(concealed=0.2), r, CODES["sinus"], just, 0.0, 0.0)
    assert kept.arriving == LONG_S
    through = enter_node(node._replace(concealed=0.2), r, CODES["sinus"], 0.5, 0.0, 0.0)
    assert through.concealed == 0.0


def test_waves_come_as_fast_as_fibrillation_is(run, drive):
    """350 to 600 /min; with a dead time, and never regular."""
    ran = run(drive(kind="atrial_fibrillation", rate=80.0, seed=2.0), 200.0)
    per_min = 60.0 * ran.states[-1].waves / 200.0
    assert 350.0 <= per_min <= 600.0
    assert per_min == pytest.approx(60.0 / FIBRILLATION_S, rel=0.04)
    assert ATRIAL_REFRACTORY_S > FIBRILLATION_S  # fibrillating atria are refractory to all else


def test_a_beat_from_below_holds_fibrillation_back(run, drive):
    """It enters the node, so that the next conducted beat comes later than after any other."""
    r = drive(kind="atrial_fibrillation", rate=120.0, seed=4.0, ways=Ways(0.0, 9.0, 0.0))
    usual = np.diff(run(r, 120.0).qrs).mean()
    after = []
    for k in range(12):
        last = run(r, 6.0 + 0.5 * k).qrs[-1]
        ran = run(r, 9.0 + 0.5 * k, actions=[(last + 0.35, 12, 1.0, 0.75)])
        ectopic = np.flatnonzero(ran.kinds == "qrs_ectopic_rv")
        if ectopic.size:
            after.append(ran.qrs[ectopic[0] + 1] - ran.qrs[ectopic[0]])
    assert len(after) >= 4
    assert np.mean(after) > 1.1 * usual


def test_the_stretch_of_a_node_is_bounded():
    assert fibrillation_stretch(0.0) == fibrillation_stretch(5.0) == 6.0
    assert fibrillation_stretch(1e4) == 0.2
    stretches = [fibrillation_stretch(float(rate)) for rate in range(20, 300, 10)]
    assert (np.diff(stretches) <= 0.0).all()
