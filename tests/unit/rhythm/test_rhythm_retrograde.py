"""From the ventricles back through the node to the atria."""

from itertools import pairwise

import numpy as np
import pytest

from openvalve.rhythm import CODES, RETROGRADE_FRAC, Ways, draw_ways
from openvalve.rhythm._marks import LONG_S
from openvalve.rhythm._node import HIS_TO_VENTRICLE_S, climb, enter_node, moved
from openvalve.rhythm._source_state import Node, initial_source, resting_rhythm
from openvalve.rhythm._ways import RETROGRADE_RATIO

USUAL = 1.2
UNHARMED = 9.0


def ways(retrograde=USUAL):
    return Ways(retrograde, UNHARMED, 0.0)


def after_each(ran, first=10):
    """Return the time from each QRS to the P wave that follows before the next, NaN for none."""
    ends = np.append(ran.qrs[1:], np.inf)[first:]
    found = []
    for at, end in zip(ran.qrs[first:], ends, strict=True):
        later = ran.p[(ran.p > at) & (ran.p < end)]
        found.append(later[0] - at if later.size else np.nan)
    return np.array(found)


def test_a_slowly_paced_ventricle_leads_the_atria(run, drive):
    """VA 100 to 250 ms; the sinus node is reset before it fires."""
    ran = run(drive(rate=70.0, pacing_bpm=90.0, ways=ways()), 40.0)
    lags = after_each(ran)[:-1]
    assert ((lags > 0.10) & (lags < 0.25)).all()
    assert np.ptp(lags) < 0.02
    assert set(ran.p_kinds[10:]) == {"p_ectopic"}
    assert set(ran.kinds[5:]) == {"qrs_paced_rv"}  # none comes down again


@pytest.mark.parametrize(
    "others",
    [
        {"ways": ways(0.0)},
        {"ways": ways(), "av_block_frac": 0.5},
        {"ways": ways(), "his_block_frac": 1.0},
        {"ways": ways(), "lbbb_frac": 1.0, "rbbb_frac": 1.0},
    ],
)
def test_where_no_way_is_left_the_atria_go_on_alone(run, drive, others):
    ran = run(drive(rate=70.0, pacing_bpm=90.0, **others), 30.0)
    assert set(ran.p_kinds) == {"p"}
    np.testing.assert_allclose(np.diff(ran.p), 60.0 / 70.0, atol=1e-3)


def test_the_sinus_node_starts_again_with_the_wave_from_below(run, drive):
    ran = run(lambda t: drive(rate=70.0, pacing_bpm=90.0 if t < 20.0 else 0.0, ways=ways()), 25.0)
    last = ran.p[ran.p_kinds == "p_ectopic"][-1]
    assert ran.p[ran.p > last][0] - last == pytest.approx(60.0 / 70.0, abs=1e-3)


def first_drop(run, drive, ratio):
    """Return the shortest cycle that is followed back beat for beat, s."""
    followed = np.nan
    for rate in np.arange(80.0, 240.0, 6.0):
        ran = run(drive(kind="none", rate=70.0, pacing_bpm=rate, ways=ways(ratio)), 25.0)
        if np.isnan(after_each(ran)[:-1]).any():
            return followed
        followed = 60.0 / rate
    return followed


def test_the_shortest_cycle_followed_backwards_is_that_of_people(run, drive):
    """444 +- 118 ms in 16 people whose node conducts as usual (Dougherty 1987)."""
    usual = first_drop(run, drive, USUAL)
    assert usual == pytest.approx(0.444, abs=0.03)
    assert first_drop(run, drive, 1.0) < usual < first_drop(run, drive, 1.7)


def test_wenckebach_periods_backwards(run, drive):
    ran = run(drive(kind="none", rate=70.0, pacing_bpm=145.0, ways=ways()), 60.0)
    lags = after_each(ran, 30)[:-1]
    drops = np.flatnonzero(np.isnan(lags))
    assert drops.size >= 5
    for begin, end in pairwise(drops):
        period = lags[begin + 1 : end]
        assert period.size >= 2
        assert (np.diff(period) > 0.0).all()  # every VA is longer than the one before


@pytest.mark.parametrize(("early_s", "resets"), [(0.40, True), (0.80, False)])
def test_a_premature_beat_meets_the_sinus_wave_or_resets_it(run, drive, early_s, resets):
    """Late in diastole the sinus wave is on its way, so the pause is fully compensatory."""
    r = drive(rate=60.0, ways=ways())
    last = run(r, 9.0).qrs[-1]
    at = last + early_s
    ran = run(r, 14.0, actions=[(at, 12, 1.0, 0.75)])
    assert ("p_ectopic" in ran.p_kinds) == resets
    gap = ran.qrs[ran.qrs > at + 1e-6][0] - last
    assert (gap < 1.9) == resets


def test_the_junction_fires_the_atria_too(run, drive):
    ran = run(drive(kind="arrest", ways=ways()), 30.0)
    lags = after_each(ran, 3)[:-1]
    assert ((lags > 0.02) & (lags < 0.2)).all()  # P in the QRS or just after it
    alone = run(drive(kind="arrest"), 30.0)
    assert alone.p.size == 0


def test_fibrillating_atria_are_not_reached(run, drive):
    ran = run(drive(kind="atrial_fibrillation", rate=80.0, pacing_bpm=100.0, ways=ways()), 30.0)
    assert ran.p.size == 0


def test_two_waves_that_meet_in_the_node_both_end():
    r = resting_rhythm(70.0)._replace(ways=ways())
    rested = Node(1.0, LONG_S, LONG_S, 0.0, 0.0)
    down = enter_node(rested, r, CODES["sinus"], 0.0, 0.0, 0.0)
    assert down.since < 0.0 < down.arriving < 0.3
    met = climb(down, r, CODES["sinus"], 0.01, False)
    assert met.arriving == met.rising == LONG_S
    up = climb(rested, r, CODES["sinus"], 0.0, False)
    assert 0.1 < up.rising < 0.25
    late = enter_node(up, r, CODES["sinus"], 0.05, 0.0, 0.0)
    assert late.arriving == LONG_S
    assert late.rising == up.rising


def test_a_second_beat_does_not_stop_the_first_ones_way_up():
    r = resting_rhythm(70.0)._replace(ways=ways())
    rested = Node(1.0, LONG_S, LONG_S, 0.0, 0.0)
    up = climb(rested, r, CODES["sinus"], 0.0, False)
    again = climb(moved(up, 0.02), r, CODES["sinus"], 0.0, False)
    assert again.rising == pytest.approx(up.rising - 0.02)
    junction = climb(rested, r, CODES["sinus"], 0.0, True)
    assert junction.rising < up.rising - HIS_TO_VENTRICLE_S


def test_waves_wait_in_the_source_until_they_arrive():
    assert initial_source(70.0).node.rising == LONG_S
    node = moved(Node(0.1, 0.05, 0.2, 0.3, 0.4), 0.02)
    np.testing.assert_allclose(node, (0.12, 0.03, 0.18, 0.3, 0.4))
    assert moved(Node(LONG_S, LONG_S, LONG_S, 0.0, 0.0), 0.02)[:3] == (LONG_S,) * 3


def test_the_share_of_patients_lies_among_the_published():
    """70 % of 23, 81 % of 801, 89 % of 26 whose node conducts downwards."""
    drawn = np.array([draw_ways(k).retrograde for k in range(3000)])
    share = (drawn > 0.0).mean()
    assert share == pytest.approx(RETROGRADE_FRAC, abs=0.025)
    assert 0.70 <= share <= 0.89
    there = drawn[drawn > 0.0]
    assert there.mean() == pytest.approx(RETROGRADE_RATIO, rel=0.03)
    assert there.std() / there.mean() == pytest.approx(118.0 / 444.0, rel=0.15)
    assert draw_ways(17) == draw_ways(17)
