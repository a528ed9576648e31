import numpy as np
import pytest

from openvalve.rhythm import (
    CURVE_COUNT,
    CURVE_SPAN_S,
    REFERENCE_INTERVAL_S,
    activation_at,
    atrial_curve,
    duration_scale,
    ventricular_curve,
)
from openvalve.rhythm._curves import ATRIUM, VENTRICLE, double_hill, interval_s

CURVES = {"ventricle": (ventricular_curve, VENTRICLE), "atrium": (atrial_curve, ATRIUM)}


@pytest.mark.parametrize("name", CURVES)
def test_double_hill_rises_to_one_and_falls_to_nothing(name):
    curve, (rise, fall, _, fall_power) = CURVES[name]
    table = curve()
    assert table.shape == (CURVE_COUNT + 1,)
    assert table[0] == 0.0
    assert table[-1] == 0.0
    assert table.max() == 1.0
    peak = int(table.argmax())
    assert (np.diff(table[: peak + 1]) > 0.0).all()
    assert (np.diff(table[peak:]) <= 0.0).all()
    assert rise < CURVE_SPAN_S * peak / CURVE_COUNT < fall
    assert table[-2] < 1e-6  # it ends by itself, not by being cut
    # Past its knee the curve falls as the power of the second Hill function says.
    t = np.array([1.6, 1.7]) * fall
    ends = double_hill(np.array([0.5 * fall, *t]), *CURVES[name][1])[1:]
    slope = np.log(ends[1] / ends[0]) / np.log(t[1] / t[0])
    assert slope == pytest.approx(-fall_power, rel=0.05)


def test_double_hill_is_half_at_each_constant():
    """1/(1 + g) is one half where g is 1: at rise for the first, at fall for the second."""
    t = np.linspace(0.0, 1.0, 100_001)
    rise, fall, m1, m2 = VENTRICLE
    product = (t / rise) ** m1 / (1 + (t / rise) ** m1) / (1 + (t / fall) ** m2)
    np.testing.assert_allclose(double_hill(t, *VENTRICLE), product / product.max(), rtol=1e-12)
    at_rise = np.searchsorted(t, rise)
    assert product[at_rise] == pytest.approx(0.5, rel=1e-3)


def test_activation_is_zero_before_an_onset():
    assert (double_hill(np.array([-1.0, 0.0, 0.3]), *VENTRICLE)[:2] == 0.0).all()
    assert activation_at(ventricular_curve(), -0.1, 1.0) == 0.0


@pytest.mark.parametrize("since_s", [1.0, 1.5, 100.0])
def test_activation_is_zero_after_the_curve(since_s):
    assert activation_at(ventricular_curve(), since_s, 1.0) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("name", CURVES)
def test_table_follows_the_formula_between_its_entries(name):
    curve, constants = CURVES[name]
    t = np.linspace(0.0, 0.999, 7919)
    exact = double_hill(np.concatenate((t, np.linspace(0.0, 1.0, CURVE_COUNT + 1))), *constants)
    got = np.array([activation_at(curve(), float(x), 1.0) for x in t])
    # h^2/8 times the steepest second derivative (about 1000 /s2) is 1.2e-4.
    assert np.abs(got - exact[: t.size]).max() < 3e-4


def test_scale_stretches_time():
    table = ventricular_curve()
    assert activation_at(table, 0.3, 1.0) == pytest.approx(
        activation_at(table, 0.6, 0.5), rel=1e-12
    )


def test_duration_goes_with_a_power_of_the_interval():
    assert duration_scale(REFERENCE_INTERVAL_S) == 1.0
    # Halving the interval shortens systole by 2^-0.35, not by half (section 5).
    assert duration_scale(REFERENCE_INTERVAL_S / 2.0) == pytest.approx(0.5**0.35)
    power = np.log(duration_scale(0.4)) / np.log(0.4 / REFERENCE_INTERVAL_S)
    assert 0.25 <= round(power, 9) <= 0.35


def test_tables_are_shared_and_read_only():
    assert ventricular_curve() is ventricular_curve()
    assert atrial_curve() is atrial_curve()
    with pytest.raises(ValueError, match="read-only"):
        ventricular_curve()[0] = 1.0


def test_interval_of_a_rate():
    assert interval_s(75.0) == 0.8
