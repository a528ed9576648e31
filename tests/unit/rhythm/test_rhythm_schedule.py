import numpy as np
import pytest

from openvalve.rhythm import Rhythm, duration_scale, schedule


def test_sinus_beats_are_even_and_the_atria_lead():
    plan = schedule(Rhythm(rate_bpm=75.0), 10)
    np.testing.assert_allclose(np.diff(plan.ventricular_s), 0.8, rtol=1e-12)
    assert plan.ventricular_s.shape == plan.atrial_s.shape == (10,)
    lead = plan.ventricular_s - plan.atrial_s
    assert (lead > 0.12).all()  # PR of 120 to 200 ms
    assert (lead < 0.20).all()
    assert plan.atrial_s[0] == pytest.approx(0.0, abs=1e-12)
    np.testing.assert_allclose(plan.ventricular_scale, duration_scale(0.8))
    np.testing.assert_allclose(plan.ventricular_strength, 1.0)
    np.testing.assert_allclose(plan.atrial_strength, 1.0)


def test_paced_beats_are_weaker_and_the_atria_are_out_of_step():
    plan = schedule(Rhythm(name="paced", rate_bpm=180.0), 5)
    np.testing.assert_allclose(np.diff(plan.ventricular_s), 1.0 / 3.0)
    assert (plan.ventricular_strength < 0.9).all()
    assert (plan.ventricular_strength >= 0.6).all()
    assert plan.atrial_s.shape == (1,)
    assert plan.atrial_strength[0] == 0.0


def test_fibrillation_is_irregular_with_the_asked_mean():
    plan = schedule(Rhythm(name="atrial_fibrillation", rate_bpm=90.0, seed=1), 2001)
    intervals = np.diff(plan.ventricular_s)
    assert intervals.mean() == pytest.approx(60.0 / 90.0, rel=0.01)
    assert intervals.min() > 0.3
    assert intervals.std() > 0.1 * intervals.mean()
    # Irregularly irregular: one interval does not tell the next.
    assert abs(np.corrcoef(intervals[:-1], intervals[1:])[0, 1]) < 0.2
    assert plan.atrial_strength[0] == 0.0


def test_duration_of_a_beat_follows_the_interval_before_it():
    plan = schedule(Rhythm(name="atrial_fibrillation", rate_bpm=90.0, seed=1), 50)
    intervals = np.diff(plan.ventricular_s)
    want = [duration_scale(float(i)) for i in intervals]
    np.testing.assert_allclose(plan.ventricular_scale[1:], want, rtol=1e-12)


@pytest.mark.parametrize("beats", [1, 7, 10, 25])
def test_a_longer_schedule_begins_with_the_shorter(beats):
    rhythm = Rhythm(name="atrial_fibrillation", rate_bpm=100.0, seed=5)
    short, long = schedule(rhythm, beats), schedule(rhythm, 40)
    np.testing.assert_array_equal(short.ventricular_s, long.ventricular_s[:beats])


def test_seeds_differ_and_repeat():
    def onsets(seed):
        return schedule(Rhythm(name="atrial_fibrillation", seed=seed), 30).ventricular_s

    np.testing.assert_array_equal(onsets(3), onsets(3))
    assert not np.array_equal(onsets(3), onsets(4))


def test_strength_is_common_to_all_beats():
    plan = schedule(Rhythm(), 3, strength_frac=0.5)
    assert plan.ventricular_strength.tolist() == [0.5, 0.5, 0.5]
    assert plan.atrial_strength.tolist() == [0.5, 0.5, 0.5]
