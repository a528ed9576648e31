"""The source of beats inside the loop: sinus, fibrillation, flutter, none; window by window."""

import numpy as np
import pytest

from openvalve.rhythm import (
    ATRIAL_MECHANICAL_S,
    PACED_STRENGTH_FRAC,
    VENTRICULAR_MECHANICAL_S,
    Beat,
    Filling,
    Fired,
    about_to_contract,
    aged,
    beats_after,
    contraction_strength,
    duration_scale,
    filled,
    initial_source,
    quiet,
    uniform,
)
from openvalve.rhythm._atria import ATRIAL_REFRACTORY_S, FLUTTER_S
from openvalve.rhythm._marks import LONG_S
from openvalve.rhythm._ventricles import JUNCTION_S

WINDOW_S = 0.02


# Sinus


@pytest.mark.parametrize("rate", [52.0, 60.0, 75.0, 100.0, 150.0, 180.0, 200.0])
def test_sinus_keeps_its_rate_and_conducts_every_beat(run, drive, rate):
    """75 and 150: a beat that falls on the border of a window is not lost."""
    ran = run(drive(rate=rate), 60.0)
    assert abs(ran.p.size - rate) <= 1
    np.testing.assert_allclose(np.diff(ran.p), 60.0 / rate, atol=5e-5)
    assert abs(ran.p.size - ran.qrs.size) <= 1
    assert set(ran.kinds) == {"qrs"}
    lead = ran.qrs[-20:-1] - ran.p[ran.p < ran.qrs[-1]][-20:-1]
    assert np.ptp(lead) < 1e-3
    assert 0.11 <= lead.mean() <= 0.20  # PR 120 to 200 ms at rest, shorter at 200/min


def test_the_pr_interval_is_that_of_the_old_conduction_time_at_rest(run, drive):
    ran = run(drive(rate=70.0), 20.0)
    lead = ran.qrs[-5:] - ran.p[ran.p < ran.qrs[-1]][-5:]
    np.testing.assert_allclose(lead, 0.157, atol=0.004)
    np.testing.assert_allclose(ran.beats[-5:-1], ran.qrs[-5:-1] + VENTRICULAR_MECHANICAL_S)


@pytest.mark.parametrize("rate", [260.0, 280.0, 350.0])
def test_the_node_protects_the_ventricles(run, drive, rate):
    ran = run(drive(rate=rate), 30.0)
    assert np.diff(ran.qrs).min() >= 0.24
    assert np.diff(ran.p).min() >= ATRIAL_REFRACTORY_S
    assert 30.0 < ran.qrs.size < 0.8 * rate / 2.0


def test_a_slow_sinus_node_lets_the_junction_escape(run, drive):
    for rate in (0.0, 20.0, 35.0):
        ran = run(drive(rate=rate), 30.0)
        assert np.diff(ran.qrs).max() <= 1.25 * JUNCTION_S
        assert set(ran.kinds) == {"qrs"}


@pytest.mark.parametrize("rate", [0.0, 180.0])
def test_no_rhythm_is_no_beat(run, drive, rate):
    ran = run(drive(kind="none", rate=rate))
    assert ran.qrs.size == ran.p.size == 0


def test_a_change_of_rate_acts_in_the_middle_of_an_interval(run, drive):
    ran = run(lambda t: drive(rate=60.0 if t < 2.499 else 120.0), 6.0, initial_source(60.0))
    gaps = np.diff(ran.p)
    # First at 0.05 s; of the interval from 2.05 s on 0.45 s run at 60, the rest at 120 a minute.
    np.testing.assert_allclose(gaps[:2], 1.0, atol=5e-5)
    assert gaps[2] == pytest.approx(0.45 + 0.55 / 2.0, abs=5e-5)
    np.testing.assert_allclose(gaps[3:], 0.5, atol=5e-5)


# Fibrillation and flutter


def test_fibrillation_is_irregularly_irregular_at_its_mean(run, drive):
    ran = run(drive(kind="atrial_fibrillation", rate=90.0, seed=3.0), 600.0)
    gaps = np.diff(ran.qrs)
    assert ran.p.size == 0
    assert gaps.mean() == pytest.approx(60.0 / 90.0, rel=0.03)
    assert 0.16 <= gaps.std() / gaps.mean() <= 0.26  # [K]; ecg_and_murmur.md
    assert gaps.min() >= 0.4 * 60.0 / 90.0
    assert abs(np.corrcoef(gaps[:-1], gaps[1:])[0, 1]) < 0.1


def test_fibrillation_repeats_with_its_seed_only(run, drive):
    def beats(seed):
        return run(drive(kind="atrial_fibrillation", seed=seed), 20.0).qrs

    np.testing.assert_array_equal(beats(5.0), beats(5.0))
    first, second = beats(5.0), beats(6.0)
    assert first.size != second.size or not np.allclose(first, second)


def test_fibrillation_that_begins_late_does_not_hurry(run, drive):
    ran = run(lambda t: drive(kind="sinus" if t < 20.0 else "atrial_fibrillation"), 30.0)
    assert np.diff(ran.qrs[ran.qrs > 20.0]).min() > 0.35


def test_a_blocked_node_leaves_fibrillation_to_the_junction(run, drive):
    ran = run(drive(kind="atrial_fibrillation", rate=100.0, av_block_frac=1.0), 60.0)
    np.testing.assert_allclose(np.diff(ran.qrs)[-5:], JUNCTION_S, rtol=0.02)


def test_flutter_is_conducted_two_to_one(run, drive):
    ran = run(drive(kind="flutter", rate=75.0), 60.0)
    gaps = np.diff(ran.qrs[5:])
    assert ran.p.size == 0
    assert gaps.mean() == pytest.approx(2.0 * FLUTTER_S, rel=0.05)
    slow = np.diff(run(drive(kind="flutter", rate=75.0, av_delay_factor=1.5), 60.0).qrs)
    assert slow.mean() > 1.2 * gaps.mean()


def test_draws_are_even_and_each_its_own():
    draws = np.array([uniform(7.0, float(k)) for k in range(20_000)])
    assert 0.0 < draws.min() < draws.max() < 1.0
    assert draws.mean() == pytest.approx(0.5, abs=0.01)
    assert draws.var() == pytest.approx(1.0 / 12.0, rel=0.03)
    assert np.histogram(draws, 20, (0.0, 1.0))[0] == pytest.approx(1000.0, rel=0.15)
    assert abs(np.corrcoef(draws[:-1], draws[1:])[0, 1]) < 0.02
    assert uniform(7.0, 11.0) == draws[11]
    assert uniform(8.0, 11.0) != draws[11]


# How strongly


def test_a_steady_rhythm_has_the_strength_of_its_origin():
    for interval in (0.28, 0.5, 0.857, 1.5, 2.9):
        assert contraction_strength(interval, interval, 0.0, 1.0).strength == 1.0
        assert contraction_strength(interval, interval, 0.0, 0.6).strength == 0.6
        assert contraction_strength(interval, interval, 0.0, 1.0).interval == interval
        scale = contraction_strength(interval, interval, 0.0, 1.0).scale
        assert scale == pytest.approx(duration_scale(interval))


@pytest.mark.parametrize("rate", [52.0, 60.0, 70.0, 73.3, 75.0, 100.0])
def test_steady_sinus_beats_have_their_full_strength(run, drive, rate):
    strengths = run(drive(rate=rate), 300.0).strengths[-60:]
    np.testing.assert_allclose(strengths, 1.0, rtol=0.0, atol=1e-4)


@pytest.mark.parametrize("pacing", [75.0, 90.0, 180.0, 220.0])
def test_steady_paced_beats_have_their_full_strength(run, drive, pacing):
    strengths = run(drive(kind="none", rate=0.0, pacing_bpm=pacing), 300.0).strengths[-60:]
    np.testing.assert_allclose(strengths / PACED_STRENGTH_FRAC, 1.0, rtol=0.0, atol=1e-4)


def test_an_early_beat_is_weak_and_the_next_one_strong():
    """Mechanical restitution and potentiation: the calcium left over comes with the next beat."""
    early = contraction_strength(0.40, 0.857, 0.0, 1.0)
    earlier = contraction_strength(0.25, 0.857, 0.0, 1.0)
    assert earlier.strength < early.strength < 0.9
    after = contraction_strength(1.3, early.interval, early.potentiation, 1.0)
    assert after.strength > 1.1
    assert after.strength > contraction_strength(1.3, early.interval, 0.0, 1.0).strength
    later = contraction_strength(0.857, after.interval, after.potentiation, 1.0)
    assert 1.0 < later.strength < after.strength


@pytest.mark.parametrize("since", [0.0, 0.1, 0.17, 5.0, 1e3])
@pytest.mark.parametrize("interval", [0.0, 0.3, 3.0])
def test_strength_stays_within_what_muscle_does(since, interval):
    beat = contraction_strength(since, interval, 0.0, 1.0)
    for _ in range(20):
        assert 0.0 < beat.strength <= 1.6
        assert 0.0 <= beat.potentiation <= 1.0
        beat = contraction_strength(since, beat.interval, beat.potentiation, 1.0)


def test_only_what_fires_begins_to_contract():
    still = quiet()
    none = Fired(LONG_S, 1.0, 1.0, LONG_S, 1.0, 1.0, 0.0, 0.0)
    assert beats_after(still, none, WINDOW_S) == still
    atria = beats_after(still, none._replace(atria=0.005, atrial_scale=0.8), WINDOW_S)
    assert (atria.rv, atria.lv) == (still.rv, still.lv)
    assert atria.la.age == atria.ra.age == -0.005 - ATRIAL_MECHANICAL_S
    assert atria.la.inv_scale == 1.25
    fired = none._replace(ventricles=0.011, scale=0.5, strength=0.55, left_delay=0.08)
    ventricles = beats_after(still, fired, WINDOW_S)
    assert (ventricles.ra, ventricles.la) == (still.ra, still.la)
    assert ventricles.lv.strength == ventricles.rv.strength == 0.55
    assert ventricles.lv.inv_scale == 2.0
    assert ventricles.lv.age_before == still.lv.age
    assert ventricles.rv.age == -0.011 - VENTRICULAR_MECHANICAL_S
    assert ventricles.lv.age == pytest.approx(ventricles.rv.age - 0.08)


@pytest.mark.parametrize(
    ("ratio", "scale"),
    [(0.0, 0.8), (0.41, 0.8), (0.9, 0.9**0.25), (1.0, 1.0), (1.2, 1.2**0.25), (3.0, 1.25)],
)
def test_a_contraction_is_as_long_as_its_filling(ratio, scale):
    coming = Beat(-0.006, 1.1, 1.0, 0.9, 1.0, 1.0)
    got = filled(coming, Filling(120.0, 120.0 * ratio, 0.0), 120.0 * ratio, 0.0, WINDOW_S)
    assert coming.inv_scale / got.rv.inv_scale == pytest.approx(scale, rel=1e-3)
    assert got.rv._replace(inv_scale=1.1) == coming
    assert got.filling.usual_rv_ml == pytest.approx(120.0 + 120.0 * (ratio - 1.0) / 10.0)


def test_the_first_filling_is_the_usual_one():
    coming = Beat(-0.006, 1.0, 1.0, 0.9, 1.0, 1.0)
    got = filled(coming, Filling(0.0, 110.0, 0.0), 110.0, 0.0, WINDOW_S)
    assert got.rv == coming
    assert got.filling == Filling(110.0, 110.0, 0.0)


@pytest.mark.parametrize("age", [-0.02, -0.0153, -0.01, -0.001, -1e-9])
def test_filling_is_that_of_a_window_before_the_contraction(age):
    """A cubic volume is met exactly wherever the beat lies in its window."""

    def volume(t):
        return 100.0 + 400.0 * t - 3e3 * t * t - 2e4 * t**3

    def gain(t):
        return 400.0 - 6e3 * t - 6e4 * t * t

    before = Filling(100.0, volume(age - WINDOW_S), gain(age - WINDOW_S))
    got = filled(Beat(age, 1.0, 1.0, 0.9, 1.0, 1.0), before, volume(age), gain(age), WINDOW_S)
    assert (1.0 / got.rv.inv_scale) ** 4 == pytest.approx(volume(-WINDOW_S) / 100.0, rel=1e-12)
    assert got.filling == (got.filling.usual_rv_ml, volume(age), gain(age))


@pytest.mark.parametrize("kind", [float, np.float32])
def test_a_contraction_is_awaited_in_one_window_only(kind):
    """Whatever the rounding, from wherever in its window the beat fires, also on its border."""
    window = kind(WINDOW_S)
    for onset in (*np.linspace(0.0, WINDOW_S, 301), 0.01 - 1e-9, 0.01 + 1e-9):
        beat = Beat(kind(-onset - VENTRICULAR_MECHANICAL_S), 1.0, 1.0, 0.9, 1.0, 1.0)
        assert not about_to_contract(beat, window)  # so what was held a window ago is known
        awaited = 0
        for _ in range(5):
            beat = aged(beat, window)
            awaited += about_to_contract(beat, window)
        assert awaited == 1
