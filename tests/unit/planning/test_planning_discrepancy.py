"""What cohorts say the model leaves out: nothing without relief, alike for every balloon."""

import numpy as np
import pytest

from openvalve.planning import _discrepancy
from openvalve.planning._discrepancy import with_discrepancy
from openvalve.planning._population_tables import (
    AFTER_SPREAD_FRAC,
    DISCREPANCY,
    TYPICAL_RELIEF_FRAC,
)
from openvalve.valve import VALVE_CLASSES

N = 4000
VALUES = {"gradient_mean_mmhg": np.full(N, 8.0), "la_mean_mmhg": np.full(N, 20.0)}
TABLE = {
    "rheumatic": {"gradient_mean_mmhg": (0.2, 0.1), "not_shown_mmhg": (1.0, 1.0)},
}


@pytest.fixture(autouse=True)
def table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_discrepancy, "DISCREPANCY", TABLE)


def correct(relief: float, seed: int = 3, etiology: str = "rheumatic") -> dict[str, np.ndarray]:
    return with_discrepancy(
        VALUES, np.full(N, relief), valve="mitral", etiology=etiology, seed=seed
    )


def test_no_relief_no_correction() -> None:
    for key, values in correct(0.0).items():
        np.testing.assert_array_equal(values, VALUES[key])


def test_at_the_typical_relief_it_is_the_table() -> None:
    log = np.log(correct(TYPICAL_RELIEF_FRAC)["gradient_mean_mmhg"] / 8.0)
    assert log.mean() == pytest.approx(0.2, abs=4 * 0.1 / np.sqrt(N))
    assert log.std() == pytest.approx(0.1, rel=0.06)


def test_shift_and_spread_grow_with_the_relief() -> None:
    full, half = (
        np.log(correct(share * TYPICAL_RELIEF_FRAC)["gradient_mean_mmhg"] / 8.0)
        for share in (1.0, 0.5)
    )
    np.testing.assert_allclose(half, 0.5 * full, atol=1e-12)


def test_the_same_draw_for_every_balloon_and_another_for_another_seed() -> None:
    np.testing.assert_array_equal(
        correct(0.6)["gradient_mean_mmhg"], correct(0.6)["gradient_mean_mmhg"]
    )
    assert not np.array_equal(
        correct(0.6)["gradient_mean_mmhg"], correct(0.6, seed=4)["gradient_mean_mmhg"]
    )


def test_what_the_table_does_not_name_stays() -> None:
    corrected = correct(0.6)
    assert sorted(corrected) == sorted(VALUES)
    np.testing.assert_array_equal(corrected["la_mean_mmhg"], VALUES["la_mean_mmhg"])
    unlisted = correct(0.6, etiology="calcific")
    np.testing.assert_array_equal(unlisted["gradient_mean_mmhg"], VALUES["gradient_mean_mmhg"])


def test_input_is_left_alone() -> None:
    correct(0.9)
    assert (VALUES["gradient_mean_mmhg"] == 8.0).all()


def test_learned_table_is_bounded() -> None:
    """A shift of more than a factor 2 would be a fault of the model, not a discrepancy."""
    assert set(DISCREPANCY) <= set(VALVE_CLASSES)
    for rows in DISCREPANCY.values():
        for key, (shift, spread) in rows.items():
            assert abs(shift) < 0.7, key
            assert 0.0 <= spread < 1.0, key
    assert 0.0 < TYPICAL_RELIEF_FRAC < 1.0
    assert 0.0 < AFTER_SPREAD_FRAC < 1.0
