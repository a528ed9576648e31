"""A synthetic model whose truth is known, combined with what other papers say."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from openvalve.errors import SolverError
from openvalve.validation import (
    After,
    Before,
    Cohort,
    CombinedPredictor,
    Sample,
    StatisticalPredictor,
)
from openvalve.validation._text import BalloonText

QUANTITY = "LA_mean_pressure_mmHg"
BIAS = -0.25


def _cohort(i: int, before: float) -> Cohort:
    return Cohort(
        id=f"c{i}",
        source_id=f"p{i}",
        valve="mitral",
        valve_class="mitral",
        population="MS",
        technique="Inoue",
        n=100,
        age_years=40.0,
        balloon=BalloonText(),
        before={QUANTITY: Before(mean=before, sd=5.0)},
        facts={"hidden": 0.5 * math.sin(37.0 * i)},
    )


def _truth(cohort: Cohort) -> float:
    """What the toy model knows and no ratio of before-values can: a hidden fact of each cohort."""
    return -0.6 + float(cohort.facts["hidden"])


class Toy:
    """Right up to a constant bias; fails or stays silent on request."""

    name = "toy"

    def __init__(self, silent: str = "", failing: str = "") -> None:
        self.silent, self.failing = silent, failing

    def prepare(self, training: Sequence[Sample]) -> int:
        return len(training)

    def log_ratios(self, cohort: Cohort, state: int) -> Mapping[str, float]:
        if cohort.id == self.failing:
            raise SolverError("lost its footing", time_s=1.0, state={})
        return {} if cohort.id == self.silent else {QUANTITY: _truth(cohort)}


def _training(papers: int) -> list[Sample]:
    rng = np.random.default_rng(8)
    samples = []
    for i in range(papers):
        cohort = _cohort(i, float(rng.uniform(15, 35)))
        before = cohort.before[QUANTITY].mean
        log_ratio = _truth(cohort) + BIAS + float(rng.normal(0, 0.05))
        after = After(mean=before * math.exp(log_ratio), sd=4.0)
        samples.append(Sample(cohort=cohort, after={QUANTITY: after}))
    return samples


def test_model_and_bias_beat_ratios() -> None:
    training = _training(15)
    toy, ratios = CombinedPredictor(Toy(), "toy"), StatisticalPredictor()
    toy_state, ratio_state = toy.prepare(training), ratios.prepare(training)
    toy_errors, ratio_errors = [], []
    for i in range(100, 130):
        cohort = _cohort(i, 25.0)
        truth = 25.0 * math.exp(_truth(cohort) + BIAS)
        found = toy.predict(cohort, toy_state)[QUANTITY]
        toy_errors.append(abs(math.log(found.mean / truth)))
        ratio_errors.append(
            abs(math.log(ratios.predict(cohort, ratio_state)[QUANTITY].mean / truth))
        )
        assert found.p05 < truth < found.p95
    assert max(toy_errors) < 0.08
    assert np.mean(ratio_errors) > 0.2


@pytest.mark.parametrize("how", ["silent", "failing"])
def test_without_the_model_the_papers_stand_alone(how: str) -> None:
    training = _training(15)
    toy = CombinedPredictor(Toy(**{how: "c99"}), "toy")
    found = toy.predict(_cohort(99, 24.0), toy.prepare(training))[QUANTITY]
    plain = StatisticalPredictor()
    alone = plain.predict(_cohort(99, 24.0), plain.prepare(training))[QUANTITY]
    assert found.mean == pytest.approx(alone.mean)
    assert found.mean < 0.7 * 24.0  # not "unchanged"


def test_a_useless_model_is_set_aside() -> None:
    """A model that is noise loses its weight, and the band is no narrower than of plain ratios."""

    class Noise(Toy):
        def log_ratios(self, cohort: Cohort, state: int) -> Mapping[str, float]:
            return {QUANTITY: 0.8 * math.cos(11.0 * int(cohort.id[1:]))}

    training = _training(15)
    key = ("mitral", "left_atrium")
    noise, toy = CombinedPredictor(Noise(), "noise"), CombinedPredictor(Toy(), "toy")
    noise_state, toy_state = noise.prepare(training), toy.prepare(training)
    assert noise_state.weights[key] < 0.1 and toy_state.weights[key] > 0.9
    plain = StatisticalPredictor()
    alone = plain.predict(_cohort(99, 24.0), plain.prepare(training))[QUANTITY]
    wide = noise.predict(_cohort(99, 24.0), noise_state)[QUANTITY]
    narrow = toy.predict(_cohort(99, 24.0), toy_state)[QUANTITY]
    assert wide.mean == pytest.approx(alone.mean, rel=0.1)
    assert math.log(wide.p95 / wide.p05) > 0.95 * math.log(alone.p95 / alone.p05)
    assert math.log(wide.p95 / wide.p05) > 2 * math.log(narrow.p95 / narrow.p05)
