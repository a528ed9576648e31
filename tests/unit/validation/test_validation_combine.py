"""The combiner against what was put in: synthetic papers with a known truth."""

import numpy as np
import pytest

from openvalve.validation import Combiner, Residual


def _papers(rng: np.random.Generator, shift: float, papers: int, noise: float) -> list[Residual]:
    return [
        Residual(
            valve="mitral",
            valve_class="mitral",
            quantity="LA_mean_pressure_mmHg",
            family="left_atrium",
            source_id=f"paper{i}",
            log_before=float(np.log(rng.uniform(15, 35))),
            log_residual=shift + float(rng.normal(0, noise)),
            variance=noise**2,
        )
        for i in range(papers)
    ]


def test_no_training_leaves_the_model_alone() -> None:
    asked = Residual(
        valve="mitral", valve_class="mitral", quantity="q", family="f", source_id="new"
    )
    shift, sd = Combiner.learn(()).predict(asked)
    assert shift == 0.0 and 0.3 < sd < 0.7


def test_many_papers_find_the_bias_and_few_are_shrunk() -> None:
    rng = np.random.default_rng(3)
    truth = -0.5
    asked = _papers(rng, 0.0, 1, 0.05)[0]
    few = Combiner.learn(_papers(rng, truth, 1, 0.05)).predict(asked)
    many = Combiner.learn(_papers(rng, truth, 30, 0.05)).predict(asked)
    assert many[0] == pytest.approx(truth, abs=0.05)
    assert truth < few[0] < 0.0  # drawn to zero, on the right side
    assert many[1] < few[1]


def test_other_valves_learn_nothing_from_each_other() -> None:
    rng = np.random.default_rng(4)
    trained = Combiner.learn(_papers(rng, -0.5, 10, 0.05))
    asked = Residual(
        valve="aortic",
        valve_class="aortic_calcific",
        quantity="LVEDP_mmHg",
        family="filling_pressure",
        source_id="new",
    )
    assert trained.predict(asked)[0] == 0.0


def test_exponent_carries_a_family_to_an_unseen_quantity() -> None:
    rng = np.random.default_rng(5)
    trained = Combiner.learn(_papers(rng, -0.6, 20, 0.03))
    base = _papers(rng, 0.0, 1, 0.05)[0]
    asked = Residual(
        valve=base.valve,
        valve_class=base.valve_class,
        quantity="another",
        family=base.family,
        source_id="new",
        exponent_ratio=-1.0,
        log_before=base.log_before,
    )
    shift, _ = trained.predict(asked)
    assert 0.2 < shift < 0.6  # opposite sign, drawn to zero as the quantity itself is unseen


def test_slope_on_the_before_value() -> None:
    rng = np.random.default_rng(6)
    slope = -0.8
    some = []
    for i in range(40):
        x = float(rng.uniform(-0.5, 0.5))
        some.append(
            Residual(
                valve="aortic",
                valve_class="aortic_calcific",
                quantity="valve_area_cm2",
                family="area",
                source_id=f"p{i}",
                log_before=x,
                log_residual=0.5 + slope * x + float(rng.normal(0, 0.03)),
                variance=0.03**2,
            )
        )
    trained = Combiner.learn(some)
    ends = [
        trained.predict(
            Residual(
                valve="aortic",
                valve_class="aortic_calcific",
                quantity="valve_area_cm2",
                family="area",
                source_id="new",
                log_before=x,
            )
        )[0]
        for x in (-0.4, 0.4)
    ]
    assert (ends[1] - ends[0]) / 0.8 == pytest.approx(slope, abs=0.1)


def test_bands_cover_new_papers() -> None:
    """Nine in ten of new papers' values lie in +-1.645 SD when papers differ by 0.2."""
    inside = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        papers = [
            Residual(
                valve="mitral",
                valve_class="mitral",
                quantity="q",
                family="f",
                source_id=f"p{i}",
                log_residual=-0.4 + float(rng.normal(0, 0.2)),
                variance=0.05**2,
            )
            for i in range(13)
        ]
        trained = Combiner.learn(papers[:12])
        shift, sd = trained.predict(papers[12])
        half = 1.645 * np.hypot(sd, 0.05)
        inside += abs(papers[12].log_residual - shift) < half
    assert 48 <= inside <= 60  # 54 expected, 2.6 SDs either way
