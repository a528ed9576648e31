"""The product as a model of cohorts: interpolated reliefs, and the leak that the balloon leaves."""

from math import log

import pytest

from openvalve.planning import AFTER_PRIOR
from openvalve.validation import training_samples
from openvalve.validation._physics import AREA_GRID, HeartModel, Setting, _ratios
from openvalve.validation._predictor import Sample

KEY = {"mitral": "LA_mean_pressure_mmHg", "aortic": "LVEDP_mmHg"}


@pytest.fixture(scope="module", params=sorted(KEY))
def case(request: pytest.FixtureRequest) -> tuple[Sample, Setting]:
    """The first paper of a valve that prints the pressure behind it."""
    valve = request.param
    for sample in training_samples():
        if sample.cohort.valve == valve and KEY[valve] in sample.after:
            setting = HeartModel().setting(sample.cohort)
            if setting is not None and KEY[valve] in setting.log_ratios:
                return sample, setting
    raise AssertionError(valve)


def test_between_its_grid_a_cohort_is_interpolated_within_a_fiftieth(
    case: tuple[Sample, Setting],
) -> None:
    sample, setting = case
    zero = 0.0 * next(iter(setting.slopes.values()))
    for ratio in (1.5, 2.0):
        direct = _ratios(sample.cohort, setting.fit, ratio, setting.new_leak_cm2, AFTER_PRIOR)
        for name, found in direct.items():
            miss = 0.05 if "peak_to_peak" in name else 0.02  # it may vanish
            assert setting.at(name, ratio, zero) == pytest.approx(found, abs=miss), name


def test_a_balloon_that_opens_leaves_a_leak_that_is_felt_behind_the_valve(
    case: tuple[Sample, Setting],
) -> None:
    sample, setting = case
    assert 0.002 < setting.new_leak_cm2 < 0.3
    key = KEY[sample.cohort.valve]
    tight = _ratios(sample.cohort, setting.fit, 2.0, 0.0, AFTER_PRIOR)[key]
    leaky = _ratios(sample.cohort, setting.fit, 2.0, setting.new_leak_cm2, AFTER_PRIOR)[key]
    assert tight < leaky < tight + log(1.5)
    shut = _ratios(sample.cohort, setting.fit, AREA_GRID[0], setting.new_leak_cm2, AFTER_PRIOR)
    assert shut[key] == pytest.approx(0.0, abs=1e-3), "what has not opened has no new leak"
