import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openvalve.devices import burst_probability, check_inflation, find_balloon
from openvalve.errors import InputError
from openvalve.patient import BalloonRequest
from openvalve.valve.balloon import (
    balloon_surface,
    burst_pressure_atm,
    burst_risk_prob,
    pressure_volume,
    waist_displaced_ml,
)

TRUE_20 = find_balloon(BalloonRequest(model="True Dilatation", diameter_mm=20))
TRUE_28 = find_balloon(BalloonRequest(model="True Dilatation", diameter_mm=28))
EDWARDS = find_balloon(BalloonRequest(model="9350BC23", diameter_mm=23))
CRISTAL = find_balloon(BalloonRequest(model="Cristal", diameter_mm=20))
SURFACE = balloon_surface(TRUE_20)
TABLE = pressure_volume(SURFACE)


@given(st.floats(0.0, 15.0), st.floats(0.0, 1.0))
@settings(max_examples=60, deadline=None)
def test_inverse(pressure_atm: float, displaced_ml: float) -> None:
    volume = TABLE.volume_ml(pressure_atm, displaced_ml)
    assert TABLE.pressure_atm(volume, displaced_ml) == pytest.approx(pressure_atm, abs=1e-6)


def test_table_is_the_surface() -> None:
    for atm in (0.05, 0.3, 1.0, 3.0, 6.0, 11.0, 15.0):
        assert TABLE.volume_ml(atm) == pytest.approx(SURFACE.volumes_ml(atm).sum(), rel=1e-4)


def test_a_waist_raises_pressure_and_never_lowers_it() -> None:
    volume = TABLE.volume_ml(1.0)
    pressures = [TABLE.pressure_atm(volume, v) for v in np.linspace(0.0, 0.5, 21)]
    assert np.all(np.diff(pressures) > 0.0)
    assert pressures[0] == pytest.approx(1.0)


def test_settled_pressure_fills_what_is_left() -> None:
    """Volume in a rigid waist: free shape minus what the waist takes is the volume given."""
    lumen = np.where(np.abs(SURFACE.grid_mm) <= 2.0, 8.5, np.inf)
    volume = TABLE.volume_ml(0.5)
    atm = TABLE.settled_atm(volume, lumen)
    left = TABLE.volume_ml(atm) - waist_displaced_ml(SURFACE, atm, lumen)
    assert left == pytest.approx(volume, rel=1e-6)
    assert atm > 0.6
    assert TABLE.settled_atm(volume, np.full_like(lumen, np.inf)) == pytest.approx(0.5, abs=1e-6)
    with pytest.raises(InputError, match="lumen"):
        TABLE.settled_atm(TABLE.volume_ml(15.0), lumen)


def test_mb1_until_its_curve_is_read() -> None:
    """Edwards 23 mm: 23 +- 0.5 mm over 2 to 5.6 atm, p-V steep after full shape [bosi_2016]."""
    surface = balloon_surface(EDWARDS)
    table = pressure_volume(surface)
    for atm in np.linspace(2.0, 5.6, 10):
        assert 2.0 * surface.profile(atm).radius_mm.max() == pytest.approx(23.0, abs=0.5)
    filling = 0.2 / (table.volume_ml(0.25) - table.volume_ml(0.05))
    full = 0.2 / (table.volume_ml(4.1) - table.volume_ml(3.9))
    assert full > 20.0 * filling


@pytest.mark.parametrize(
    ("volume_ml", "displaced_ml"),
    [(0.1, 0.0), (30.0, 0.0), (17.0, 5.0), (math.nan, 0.0), (15.0, -1.0), (15.0, math.nan)],
)
def test_volumes_out_of_range_are_refused(volume_ml: float, displaced_ml: float) -> None:
    with pytest.raises(InputError):
        TABLE.pressure_atm(volume_ml, displaced_ml)


@pytest.mark.parametrize(("atm", "displaced_ml"), [(-1.0, 0.0), (16.0, 0.0), (0.1, 50.0)])
def test_pressures_out_of_range_are_refused(atm: float, displaced_ml: float) -> None:
    with pytest.raises(InputError):
        TABLE.volume_ml(atm, displaced_ml)


def test_mb3_warning_and_burst() -> None:
    """Above rated a warning; burst small at rated, likely near 15 and 12 atm [B1, B2]."""
    assert check_inflation(TRUE_20, 6.1) != ()
    draws = (np.arange(400) + 0.5) / 400
    for balloon, top in ((TRUE_20, 15.0), (TRUE_28, 12.0)):
        burst = np.array([burst_pressure_atm(balloon, 0.0, float(u)) for u in draws])
        assert np.mean(burst <= 6.0) <= 0.0025
        assert 0.2 < np.mean(burst <= top) < 0.5
        assert np.mean(burst <= top + 1.0) > 0.5


def test_sampled_burst_is_the_hazard() -> None:
    draw = burst_probability(TRUE_20, 13.0, 0.4)
    assert burst_pressure_atm(TRUE_20, 0.4, draw) == pytest.approx(13.0, abs=1e-6)
    assert burst_pressure_atm(TRUE_20, 0.0, 1.0) == pytest.approx(30.0, abs=3.0)
    mild = [burst_pressure_atm(CRISTAL, c, 0.3) for c in (0.0, 0.3, 0.6, 1.0)]
    assert mild == sorted(mild, reverse=True)
    with pytest.raises(InputError):
        burst_pressure_atm(TRUE_20, 0.0, 1.5)


def test_sharp_calcium() -> None:
    """Compliant balloons [seropian_2019]: 12.3 of 18.3 above 2686 AU, 17.7 of 71.7 below.

    The calcium share that gives the lower group its rate must give the upper group a rate inside
    its 95 % interval (0.44 to 0.85, Wilson), once the calcium is called sharp.
    """
    share = next(c for c in np.linspace(0, 1, 1001) if burst_risk_prob(CRISTAL, 4.0, c) >= 0.247)
    assert 0.44 < burst_risk_prob(CRISTAL, 4.0, float(share), sharp=True) < 0.85
    clean = burst_risk_prob(CRISTAL, 4.0, 0.0, sharp=True)
    assert clean == pytest.approx(burst_probability(CRISTAL, 4.0, 0.0), rel=1e-6)


def test_a_strong_balloon_outlasts_the_syringe() -> None:
    strong = find_balloon(BalloonRequest(model="Mullins-X", diameter_mm=12))
    assert burst_pressure_atm(strong, 0.0, 0.9999) == math.inf
    assert burst_pressure_atm(strong, 0.0, 0.5) == pytest.approx(strong.burst_median_atm, rel=1e-6)
