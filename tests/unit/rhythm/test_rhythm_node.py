"""The AV node, the ways below it, and who escapes where they fail."""

from itertools import pairwise

import numpy as np
import pytest

from openvalve.rhythm._marks import LONG_S
from openvalve.rhythm._node import decay, node_delay, node_factor
from openvalve.rhythm._ventricles import ESCAPE_S, JUNCTION_S


def leads(ran):
    """Return each PR interval, NaN for a wave that is not conducted."""
    found = []
    ends = np.append(ran.p[1:], np.inf)
    for at, end in zip(ran.p, ends, strict=True):
        later = ran.qrs[(ran.qrs > at) & (ran.qrs <= end + 0.25)]
        found.append(later[0] - at if later.size else np.nan)
    return np.array(found)


def test_decay_is_the_exponential():
    x = np.linspace(0.0, 4.0, 400)
    np.testing.assert_allclose([decay(float(v)) for v in x], np.exp(-x), rtol=0.012)
    far = [decay(v) for v in (4.0, 8.0, 12.0, 50.0, 1e4)]
    assert all(0.0 <= b <= a < 0.02 for a, b in pairwise(far))


def test_an_early_impulse_is_delayed_more_and_the_earliest_not_let_through():
    """AH 55 to 110 ms at rest; no conduction below the refractory period [Alboni 1985]."""
    assert 0.055 <= node_delay(0.7, 1.0, 0.0, 0.0) <= 0.110
    delays = [node_delay(t, 1.0, 0.0, 0.0) for t in np.arange(0.19, 1.0, 0.01)]
    assert (np.diff(delays) < 0.0).all()
    assert delays[0] > 2.0 * delays[-1]
    assert node_delay(0.15, 1.0, 0.0, 0.0) == node_delay(-0.1, 1.0, 0.0, 0.0) == LONG_S
    assert node_delay(5.0, 1.0, 0.5, 0.0) == LONG_S
    assert node_delay(0.3, node_factor(1.0, 0.4), 0.4, 0.0) == LONG_S


def atrial_pacing(drive, rate):
    return drive(rate=60.0, atrial_pacing_bpm=rate)


@pytest.mark.parametrize("rate", [100.0, 130.0, 150.0])
def test_moderate_atrial_pacing_is_conducted_with_a_longer_delay(run, drive, rate):
    ran = run(atrial_pacing(drive, rate), 40.0)
    assert np.diff(ran.qrs[-30:]) == pytest.approx(60.0 / rate, abs=1e-3)
    slow = leads(run(drive(rate=60.0), 20.0))[-5:-1].mean()
    assert slow < leads(ran)[-20:-2].mean() < 0.35


def test_the_first_wenckebach_period_comes_where_people_have_it(run, drive):
    """At 150 to 200 /min in 20 healthy people, mean 177 [Alboni 1985]."""
    rates = np.arange(140.0, 211.0, 2.0)
    dropped = [run(atrial_pacing(drive, rate), 30.0).qrs.size < 0.97 * rate / 2.0 for rate in rates]
    assert 150.0 <= rates[dropped.index(True)] <= 200.0
    assert all(dropped[dropped.index(True) :])


def test_wenckebach_periods_lengthen_by_ever_less_until_a_beat_is_dropped(run, drive):
    """So RR intervals shorten, and the pause is less than two of the shortest.

    At 163 /min: fatigue has made the periods at 170 three beats long after a minute.
    """
    cycle = 60.0 / 163.0
    ran = run(atrial_pacing(drive, 163.0), 60.0)
    gaps = np.diff(ran.qrs[20:])
    drops = np.flatnonzero(gaps > 1.4 * cycle)
    assert drops.size >= 20
    for begin, end in pairwise(drops):
        period = gaps[begin + 1 : end]
        assert 3 <= period.size <= 8
        assert (period > cycle).all()  # every PR is longer than the one before
        assert (np.diff(period) < 0.0).all()  # by less and less
        assert gaps[end] < 2.0 * period[-1]


@pytest.mark.parametrize("block", [0.0, 0.2])
def test_first_degree_block_conducts_all_but_slowly(run, drive, block):
    ran = run(drive(rate=70.0, av_block_frac=block), 40.0)
    assert abs(ran.qrs.size - ran.p.size) <= 1
    pr = leads(ran)[5:-2]
    assert (pr > 0.20).all() == (block > 0.0)


def test_second_degree_block_drops_some_and_third_degree_all(run, drive):
    some = run(drive(rate=90.0, av_block_frac=0.38), 60.0)
    assert 0.4 * some.p.size < some.qrs.size < 0.9 * some.p.size
    none = run(lambda t: drive(rate=90.0, av_block_frac=0.5 if t >= 10.0 else 0.0), 60.0)
    warming = np.diff(none.qrs[none.qrs > 9.9 - 60.0 / 90.0])
    assert warming.max() > 1.3 * JUNCTION_S  # it was driven fast
    np.testing.assert_allclose(warming[-5:], JUNCTION_S, rtol=0.02)
    assert none.p.size >= 89  # the atria go on by themselves
    assert set(none.kinds) == {"qrs"}


def test_block_below_the_node_drops_beats_without_warning(run, drive):
    """Mobitz II: PR stays; complete, only the ventricles are left to escape."""
    some = run(drive(rate=110.0, his_block_frac=0.3, seed=4.0), 120.0)
    pr = leads(some)[3:-1]
    steady = pr[np.abs(pr - np.nanmedian(pr)) < 0.003]  # the others meet an escape
    assert 0.55 < steady.size / some.p.size < 0.85
    none = run(lambda t: drive(rate=80.0, his_block_frac=1.0 if t >= 10.0 else 0.0), 90.0)
    np.testing.assert_allclose(np.diff(none.qrs)[-5:], ESCAPE_S, rtol=0.03)
    assert 3.0 < np.diff(none.qrs).max() < 4.0  # the first comes late
    assert set(none.kinds[none.qrs > 10.2]) == {"qrs_escape"}
    both = run(drive(rate=80.0, lbbb_frac=1.0, rbbb_frac=1.0), 60.0)
    assert set(both.kinds[1:]) == {"qrs_escape"}


@pytest.mark.parametrize(
    ("ways", "kind"),
    [
        ({"lbbb_frac": 1.0}, "qrs_lbbb"),
        ({"rbbb_frac": 1.0}, "qrs_rbbb"),
        ({"lafb_frac": 1.0}, "qrs_lafb"),
        ({"rbbb_frac": 1.0, "lafb_frac": 1.0}, "qrs_rbbb"),
        ({"lbbb_frac": 0.3}, "qrs"),
    ],
)
def test_a_blocked_branch_names_every_conducted_beat(run, drive, ways, kind):
    ran = run(drive(**ways), 20.0)
    assert set(ran.kinds[1:]) == {kind}
    assert ran.qrs.size >= 22


def test_the_junction_follows_the_nerves(run, drive):
    slow = run(drive(kind="arrest", escape_factor=1.5), 60.0)
    assert slow.p.size == 0
    np.testing.assert_allclose(np.diff(slow.qrs)[-5:], 1.5 * JUNCTION_S, rtol=0.02)
    slower = run(drive(kind="arrest", escape_factor=2.5))
    assert set(slower.kinds[1:]) == {"qrs_escape"}  # the ventricles are not slowed
