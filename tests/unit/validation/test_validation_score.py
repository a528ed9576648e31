"""Scores against hand calculation."""

import numpy as np
import pytest

from openvalve.validation import Prediction, Row, Variation, Yardstick, score_block, score_row
from openvalve.validation._score import ErrorTable, skill_of


def _row(**changes: object) -> Row:
    values: dict[str, object] = {
        "id": "x",
        "valve": "mitral",
        "quantity": "valve_area_cm2",
        "pre_mean": 1.0,
        "post_mean": 2.0,
        "post_sd": 0.4,
        "n": 16,
        "source_id": "p",
    }
    return Row(**(values | changes))  # type: ignore[arg-type]


STICK = Yardstick(
    variation=Variation(by_quantity={"valve_area_cm2": 0.3}, by_block={"area": 0.3}),
    between={("mitral", "valve_area_cm2"): 0.1},
    between_block={"area": 0.2},
)


def test_error_by_hand() -> None:
    guess = Prediction(mean=1.7, sd=0.5, p05=1.4, p95=2.1)
    found = score_row(_row(), guess, STICK)
    # SEM 0.4 / 4 = 0.1; between papers 0.1 * 2 = 0.2.
    assert found.error == pytest.approx(0.3 / np.hypot(0.1, 0.2))
    assert found.error_frac == pytest.approx(0.15)
    assert found.difference_sds == pytest.approx(-0.75)
    assert found.covered
    far = score_row(_row(), Prediction(mean=9.0, sd=1.0, p05=8.0, p95=10.0), STICK)
    assert far.error == 5.0 and not far.covered


def test_missing_sd_is_imputed_and_a_miss_is_a_miss() -> None:
    assert STICK.sd_after(_row(post_sd=None)) == pytest.approx(0.6)
    miss = score_row(_row(), None, STICK)
    assert miss.error == 5.0 and not miss.covered and miss.difference_sds is None
    score = score_block([miss], {"rule": [miss]})
    assert score.within_1sd_frac == 0.0 and score.covered_90_frac == 0.0


def test_between_paper_sd_of_known_truth() -> None:
    """DerSimonian-Laird finds a spread of 0.25 among 300 simulated papers."""
    rng = np.random.default_rng(1)
    rows = [
        _row(
            id=f"r{i}",
            source_id=f"p{i}",
            pre_mean=1.0,
            pre_sd=0.3,
            post_mean=2.0 * float(np.exp(rng.normal(0, 0.25))),
            n=400,
        )
        for i in range(300)
    ]
    stick = Yardstick.learn(rows)
    assert stick.between["mitral", "valve_area_cm2"] == pytest.approx(0.25, abs=0.03)


def test_skill_and_bootstrap() -> None:
    papers = [f"p{i}" for i in range(20)]
    table = ErrorTable(
        papers=papers,
        blocks=["area"] * 20,
        ours=[0.5] * 20,
        baselines={"good": [1.0] * 20, "bad": [3.0] * 20},
    )
    skill, p05 = skill_of(table)
    assert skill == pytest.approx(0.5) and p05 == pytest.approx(0.5)
    # A best baseline per block: half the endpoints in each block, each with another best.
    mixed = ErrorTable(
        papers=papers,
        blocks=["area"] * 10 + ["other"] * 10,
        ours=[0.5] * 20,
        baselines={"a": [1.0] * 10 + [4.0] * 10, "b": [4.0] * 10 + [2.0] * 10},
    )
    assert skill_of(mixed)[0] == pytest.approx(1 - 0.5 / 1.5)


def test_one_lucky_paper_gives_a_low_p05() -> None:
    table = ErrorTable(
        papers=["lucky", "p1", "p2", "p3"],
        blocks=["area"] * 4,
        ours=[0.0, 1.0, 1.0, 1.0],
        baselines={"b": [4.0, 1.0, 1.0, 1.0]},
    )
    skill, p05 = skill_of(table)
    assert skill == pytest.approx(1 - 3 / 7) and p05 == pytest.approx(0.0)
