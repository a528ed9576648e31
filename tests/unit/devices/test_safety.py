import math

import pytest

from openvalve.devices import burst_probability, check_inflation, find_balloon, sheath_fits
from openvalve.errors import InputError
from openvalve.patient import BalloonRequest

TRUE_20 = find_balloon(BalloonRequest(model="True Dilatation", diameter_mm=20))
TRUE_28 = find_balloon(BalloonRequest(model="True Dilatation", diameter_mm=28))
INOUE = find_balloon(BalloonRequest(model="Inoue", diameter_mm=26))
CRISTAL = find_balloon(BalloonRequest(model="Cristal", diameter_mm=20))


def test_bench_of_true() -> None:
    """MB3: small at the rated 6 atm, likely near 15 and 12 atm; more than half beyond them."""
    assert burst_probability(TRUE_20, 6.0, 0.0) <= 0.002
    assert burst_probability(TRUE_28, 6.0, 0.0) <= 0.002
    assert 0.2 < burst_probability(TRUE_20, 15.0, 0.0) < 0.5 < burst_probability(TRUE_20, 16.0, 0.0)
    assert 0.2 < burst_probability(TRUE_28, 12.0, 0.0) < 0.5 < burst_probability(TRUE_28, 13.0, 0.0)
    assert burst_probability(TRUE_20, 20.0, 0.0) > 0.95


def test_compliant_balloons_in_calcific_valves() -> None:
    """33 % ruptured, 30 of 90 [seropian_2019]; 95 % interval 23 to 43 %."""
    assert 0.23 < burst_probability(CRISTAL, 4.0, 0.6) < 0.43


def test_inoue_in_practice() -> None:
    """1 of 100 [rahman_2010]."""
    assert burst_probability(INOUE, INOUE.nominal_atm, 0.1) < 0.03


def test_pressure_and_calcium_raise_it() -> None:
    by_pressure = [burst_probability(TRUE_20, p, 0.3) for p in (1, 3, 6, 9, 12, 15, 20)]
    by_calcium = [burst_probability(TRUE_20, 5.0, c) for c in (0.0, 0.25, 0.5, 1.0)]
    assert by_pressure == sorted(by_pressure)
    assert by_calcium == sorted(by_calcium)
    assert by_calcium[0] < by_calcium[-1]


def test_one_of_two_is_enough() -> None:
    two = find_balloon(BalloonRequest(model="Z-MED II", diameter_mm=(20.0, 20.0)))
    single = burst_probability(two.parts[0], 6.0, 0.2)
    assert burst_probability(two, 6.0, 0.2) == pytest.approx(1.0 - (1.0 - single) ** 2)


def test_warnings() -> None:
    assert check_inflation(TRUE_20, 4.0) == ()
    assert check_inflation(TRUE_20, 6.0) == ()
    assert "above the rated burst of 6 atm" in check_inflation(TRUE_20, 6.5)[0]
    assert len(check_inflation(TRUE_20, 16.0)) == 2
    assert "only" in check_inflation(TRUE_20, 1.0)[0]
    guessed = find_balloon(BalloonRequest(model="Z-MED II", diameter_mm=20))
    assert "(assumed)" in check_inflation(guessed, 9.0)[0]


@pytest.mark.parametrize("atm", [0.0, -1.0, 31.0, math.nan])
def test_impossible_pressures(atm: float) -> None:
    with pytest.raises(InputError):
        check_inflation(TRUE_20, atm)
    with pytest.raises(InputError):
        burst_probability(TRUE_20, atm, 0.0)


@pytest.mark.parametrize("calcium", [-0.1, 1.1, math.nan])
def test_impossible_calcium(calcium: float) -> None:
    with pytest.raises(InputError):
        burst_probability(TRUE_20, 4.0, calcium)


def test_sheaths() -> None:
    """14 F is 4.67 mm inside: a small artery of 4 mm does not take it, one of 7 mm does."""
    ascendra = find_balloon(BalloonRequest(model="Ascendra BAVC", diameter_mm=20))
    assert sheath_fits(ascendra, 7.0)
    assert not sheath_fits(ascendra, 4.0)
    mini = find_balloon(BalloonRequest(model="Tyshak Mini", diameter_mm=6))
    assert sheath_fits(mini, 2.5)
    with pytest.raises(InputError):
        sheath_fits(mini, 0.0)
