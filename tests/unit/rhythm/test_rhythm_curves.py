import numpy as np
import pytest

from openvalve.rhythm import (
    ATRIUM,
    REFERENCE_INTERVAL_S,
    VENTRICLE,
    Beat,
    aged,
    atrial_activation,
    duration_scale,
    quiet,
    started,
    ventricular_activation,
)
from openvalve.rhythm._curves import AGE_LIMIT_S, interval_s

CURVES = {
    "ventricle": (ventricular_activation, VENTRICLE, 18),
    "atrium": (atrial_activation, ATRIUM, 12),
}
STILL = quiet().lv


def curve(name, times, scale=1.0, strength=1.0):
    beat = started(STILL, 0.0, scale, strength)
    return np.array([CURVES[name][0](beat, float(t)) for t in times])


@pytest.mark.parametrize("name", CURVES)
def test_double_hill_is_its_formula_with_a_peak_of_one(name):
    _, constants, power = CURVES[name]
    t = np.linspace(0.0, 1.2, 4001)
    u = (t / constants.rise_s) ** 2
    exact = u / (1.0 + u) / (1.0 + (t / constants.fall_s) ** power)
    got = curve(name, t)
    np.testing.assert_allclose(got, exact / exact.max(), rtol=1e-5, atol=1e-12)
    peak = int(got.argmax())
    assert got[0] == 0.0
    assert got.max() == pytest.approx(1.0, abs=1e-6)
    assert (np.diff(got[: peak + 1]) > 0.0).all()
    assert (np.diff(got[peak:]) < 0.0).all()
    assert constants.rise_s < t[peak] < constants.fall_s


@pytest.mark.parametrize("name", CURVES)
def test_nothing_before_the_onset_and_nothing_long_after(name):
    before = started(STILL, -0.015, 1.0, 1.0)
    assert CURVES[name][0](before, 0.0) == CURVES[name][0](before, 0.014) == 0.0
    assert CURVES[name][0](before, 0.02) > 0.0
    assert curve(name, [2.0]) < 1e-9


def test_scale_stretches_and_strength_lifts():
    t = np.linspace(0.01, 0.6, 50)
    np.testing.assert_allclose(curve("ventricle", 2.0 * t, scale=2.0), curve("ventricle", t))
    np.testing.assert_allclose(
        curve("ventricle", t, strength=0.7), 0.7 * curve("ventricle", t), rtol=1e-12
    )


def test_the_larger_of_two_contractions_counts():
    first = started(STILL, 0.0, 1.0, 1.0)
    both = started(aged(first, 0.25), -0.01, 0.6, 0.7)
    for since in np.linspace(0.0, 0.4, 80):
        alone = ventricular_activation(first, float(0.25 + since))
        late = ventricular_activation(started(STILL, -0.01, 0.6, 0.7), float(since))
        assert ventricular_activation(both, float(since)) == pytest.approx(
            max(alone, late), rel=1e-12
        )


def test_age_stops_growing():
    old = Beat(9.0, 1.0, 1.0, 9.5, 1.0, 1.0)
    for _ in range(200):
        old = aged(old, 0.02)
    assert old.age == old.age_before == AGE_LIMIT_S


def test_duration_goes_with_a_power_of_the_interval():
    assert duration_scale(REFERENCE_INTERVAL_S) == 1.0
    # Halving the interval shortens systole by 2^-0.35, not by half (section 5).
    assert duration_scale(REFERENCE_INTERVAL_S / 2.0) == pytest.approx(0.5**0.35)
    power = np.log(duration_scale(0.4)) / np.log(0.4 / REFERENCE_INTERVAL_S)
    assert 0.25 <= round(power, 9) <= 0.35


def test_interval_of_a_rate():
    assert interval_s(75.0) == 0.8
