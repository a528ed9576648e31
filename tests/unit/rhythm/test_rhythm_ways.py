"""Strain on the ways below the valve: who is blocked, how badly, for how long."""

import numpy as np
import pytest

from openvalve.rhythm import FIRST_WAYS, Ways, draw_ways
from openvalve.rhythm._source_state import Tissue, resting_rhythm
from openvalve.rhythm._ventricles import ways_blocked
from openvalve.rhythm._ways import HIS_STRAIN, hurt, strained

WINDOW_S = 0.02
DAY_S = 86400.0
BORNE = 1.15


def ways(place="left_bundle"):
    return Ways(0.0, BORNE, FIRST_WAYS[place])


def after(strain, waited_s, place="left_bundle"):
    """Return the ways ``waited_s`` after a balloon that strained them by so much too much."""
    r = resting_rhythm(70.0)._replace(ways=ways(place), stretch_ratio=BORNE + strain)
    tissue = strained(Tissue(0.0, 0.0), r, WINDOW_S)
    if waited_s:
        tissue = strained(tissue, r._replace(stretch_ratio=1.0), waited_s)
    return hurt(r, tissue)


def test_no_balloon_no_block():
    r = resting_rhythm(70.0)
    tissue = strained(Tissue(0.0, 0.0), r, WINDOW_S)
    assert hurt(r, tissue) == r
    assert after(-0.01, 0.0) == r._replace(ways=ways(), stretch_ratio=BORNE - 0.01)


@pytest.mark.parametrize(
    ("place", "kind"),
    [("left_bundle", "lbbb_frac"), ("left_anterior", "lafb_frac"), ("right_bundle", "rbbb_frac")],
)
def test_more_strain_blocks_more(place, kind):
    """The branch, then the whole left bundle, then the bundle of His."""
    slight, clear, much = (after(x, 0.0, place) for x in (0.02, 0.1, HIS_STRAIN + 0.06))
    assert 0.0 < getattr(slight, kind) < 1.0 == getattr(clear, kind)
    assert clear.his_block_frac == 0.0
    assert much.his_block_frac == 1.0
    assert much.lbbb_frac == 1.0
    assert ways_blocked(much)
    assert not ways_blocked(clear)


def test_a_block_that_was_there_adds_up():
    """A new left block on an old right one is complete, as in the one of 76 patients."""
    r = resting_rhythm(70.0)._replace(ways=ways(), stretch_ratio=1.3, rbbb_frac=1.0, lbbb_frac=0.2)
    now = hurt(r, strained(Tissue(0.0, 0.0), r, WINDOW_S))
    assert ways_blocked(now)
    half = hurt(r._replace(stretch_ratio=1.0), Tissue(0.0125, 0.0125))
    assert 0.2 < half.lbbb_frac < 0.8


def test_it_goes_back_the_later_the_worse_it_was():
    """Minutes where little more than what is borne was asked, days where much was."""

    def minutes(strain):
        r = resting_rhythm(70.0)._replace(ways=ways(), stretch_ratio=BORNE + strain)
        tissue = strained(Tissue(0.0, 0.0), r, WINDOW_S)
        r = r._replace(stretch_ratio=1.0)
        k = 0
        while hurt(r, tissue).lbbb_frac >= 0.5 and k < 20_000:
            tissue = strained(tissue, r, 60.0)
            k += 1
        return k

    waits = [minutes(x) for x in (0.03, 0.06, 0.1, 0.15, 0.25, 0.4)]
    assert (np.diff(waits) > 0).all()
    assert 1 <= waits[0] < 5
    assert 8 <= waits[2] < 30
    assert waits[4] > 24 * 60


def cohort(count=4000):
    """Return balloon over outflow tract and drawn ways, as in the 271 of Laynez 2011."""
    rng = np.random.default_rng(11)
    ratios = rng.normal(1.155, 0.12, count)
    return ratios, [draw_ways(k) for k in range(count)]


def blocked(r):
    return (
        max(r.lbbb_frac, r.rbbb_frac, r.lafb_frac) >= 0.5 or r.his_block_frac >= 0.5,
        r.his_block_frac >= 1.0,
    )


def test_a_cohort_has_the_published_rates():
    """Set by 8.5 % of 271 and 1.21 against 1.15; 6.6 % of 76 is another series.

    95 % of 5 in 76 is 2 to 15 %; complete block for good in 1.5 %.
    """
    ratios, drawn = cohort()
    acute, late, complete = [], [], []
    for ratio, w in zip(ratios, drawn, strict=True):
        r = resting_rhythm(70.0)._replace(ways=w, stretch_ratio=float(ratio))
        tissue = strained(Tissue(0.0, 0.0), r, WINDOW_S)
        now = blocked(hurt(r, tissue))
        r = r._replace(stretch_ratio=1.0)
        for _ in range(24 * 60):
            tissue = strained(tissue, r, 60.0)
        then = blocked(hurt(r, tissue))
        acute.append(now[0])
        late.append(then[0])
        complete.append((now[1], then[1]))
    late = np.array(late)
    assert 0.065 <= late.mean() <= 0.105
    assert 0.02 < late.mean() < 0.15
    assert ratios[late].mean() - ratios[~late].mean() == pytest.approx(0.06, abs=0.025)
    gone = 1.0 - late.mean() / np.mean(acute)
    assert 0.40 <= gone <= 0.60  # 46 and 52 % within days at valve implantation
    now, then = np.mean(complete, axis=0)
    assert 0.005 < then < 0.025
    assert 2.0 * then < now < 0.07  # 0.07: 95 % of 1 in 76


def test_a_balloon_that_fills_nothing_strains_nothing():
    fragile = Ways(0.0, 0.5, 0.0)
    r = resting_rhythm(70.0)._replace(ways=fragile, stretch_ratio=0.98)
    assert strained(Tissue(0.0, 0.0), r, WINDOW_S) == Tissue(0.0, 0.0)
    touched = strained(Tissue(0.0, 0.0), r._replace(stretch_ratio=1.02), WINDOW_S)
    assert 0.0 < touched.injured == touched.stunned < 0.52


def test_every_first_way_is_drawn_as_often_as_seen():
    """9, 7 and 2 of the 18 whose branch was named."""
    places = np.array([draw_ways(k).place for k in range(4000)])
    shares = [(places == code).mean() for code in FIRST_WAYS.values()]
    np.testing.assert_allclose(shares, np.array([9.0, 7.0, 2.0]) / 18.0, atol=0.025)


def test_the_source_shows_the_block_and_its_end(run, drive):
    def plan(t):
        return drive(ways=ways(), stretch_ratio=BORNE + 0.04 if 5.0 <= t < 8.0 else 1.0)

    ran = run(plan, 400.0)
    assert set(ran.kinds[ran.qrs < 4.9]) == {"qrs"}
    assert set(ran.kinds[(ran.qrs > 5.0) & (ran.qrs < 100.0)]) == {"qrs_lbbb"}
    assert ran.kinds[-1] == "qrs"


def test_a_strained_bundle_of_his_leaves_the_ventricles_to_escape(run, drive):
    ran = run(
        drive(ways=ways("left_anterior"), stretch_ratio=BORNE + HIS_STRAIN + 0.1),
        40.0,
    )
    assert set(ran.kinds) == {"qrs_escape"}
