"""MB8 and MB8b: coupons of the leaflet's tissue against what was pulled on the bench."""

import numpy as np
import pytest
from scipy.optimize import brentq

from openvalve.errors import InputError
from openvalve.valve.shell import (
    TISSUES,
    Family,
    Tissue,
    aortic_cusp,
    diseased,
    stress_mpa,
    uniaxial_mpa,
)


def stretch_at(family: Family, shear_mpa: float, stress: float) -> float:
    """Return the stretch of a strip at a Cauchy stress."""
    found = brentq(lambda s: uniaxial_mpa(family, shear_mpa, s) - stress, 1.0, 3.0, xtol=1e-12)
    return float(found)


def modulus(family: Family, shear_mpa: float, stress: float) -> float:
    """Return the tangent modulus of a strip at a stress, MPa."""
    s, h = stretch_at(family, shear_mpa, stress), 1e-6
    high, low = (uniaxial_mpa(family, shear_mpa, s + d) for d in (h, -h))
    return (high - low) / (2 * h)


def biaxial(tissue: Tissue, stress: float, nominal: int) -> tuple[float, float]:
    """Return the stretches round and radial under a Cauchy stress, or a nominal one, both ways."""
    one, two = 1.1, 1.4
    for _ in range(60):
        one = brentq(
            lambda s, two=two: stress_mpa(tissue, s, two)[0] / s**nominal - stress, 0.5, 2.0
        )
        two = brentq(
            lambda s, one=one: stress_mpa(tissue, one, s)[1] / s**nominal - stress, 0.5, 2.5
        )
    return float(one), float(two)


# tissue: family, stress of the modulus, modulus, strength, its SD, failure strain (leaflet_table)
COUPONS = (
    ("aortic_old", "round", (1.0,), 15.34, 1.74, 0.29, 0.184),
    ("aortic_old", "radial", (0.05, 0.075, 0.1), 1.57, 0.32, 0.04, 0.239),
    ("pulmonary", "round", (1.0,), 16.05, 2.78, 1.05, 0.194),
    ("pulmonary", "radial", (0.05, 0.075, 0.1), 1.32, 0.29, 0.06, 0.297),
)


@pytest.mark.parametrize(("tissue", "way", "at", "e", "strength", "sd", "strain"), COUPONS)
def test_strips(
    tissue: str,
    way: str,
    at: tuple[float, ...],
    e: float,
    strength: float,
    sd: float,
    strain: float,
) -> None:
    """Modulus +/- 25 %, strength within 1 SD, strain at failure +/- 0.06 (gate MB8)."""
    whole = TISSUES[tissue]
    family = whole.round if way == "round" else whole.radial
    found = np.mean([modulus(family, whole.shear_mpa, s) for s in at])
    assert found == pytest.approx(e, rel=0.25)
    assert family.strength_mpa == pytest.approx(strength, abs=sd)
    failed = stretch_at(family, whole.shear_mpa, family.strength_mpa) - 1.0
    assert failed == pytest.approx(strain, abs=0.06)


def test_toe_of_young_porcine_tissue() -> None:
    """MB8b: equal tension in both ways; the stiff part, carried back, begins at 1.18 and 1.55."""
    whole = TISSUES["aortic_young_porcine"]
    # beyond both locks, over the next 0.05 MPa
    low, high = biaxial(whole, 0.60, 0), biaxial(whole, 0.65, 0)
    for k, toe in ((0, 1.18), (1, 1.55)):
        slope = 0.05 / (high[k] - low[k])
        assert low[k] - 0.60 / slope == pytest.approx(toe, abs=0.05)


@pytest.mark.parametrize(
    ("age", "stretch"), [(15, 1.80), (20, 1.60), (25, 1.40), (40, 1.40), (58, 1.22)]
)
def test_cusps_stretch_as_far_as_their_age_lets_them(age: float, stretch: float) -> None:
    """60 N/m both ways: 80 % at 15 years, 40 % from 25 to 40, 1 % a year less after [abstract]."""
    tissue = aortic_cusp(age)
    round_stretch, radial = biaxial(tissue, 60e-3 / 0.67, 1)
    assert radial == pytest.approx(stretch, abs=0.01)
    assert 0.9 < round_stretch < 1.15
    taut = modulus(tissue.radial, tissue.shear_mpa, 0.2)
    assert taut == pytest.approx(1.57, rel=0.25), "as stiff as a coupon once it is taut"


def test_cusps_of_every_age_are_coupons_round_the_valve() -> None:
    for age in (0.0, 30.0, 120.0):
        tissue = aortic_cusp(age)
        assert modulus(tissue.round, tissue.shear_mpa, 1.0) == pytest.approx(15.34, rel=0.01)
        failed = stretch_at(tissue.round, tissue.shear_mpa, tissue.round.strength_mpa) - 1.0
        assert failed == pytest.approx(0.184, abs=0.002)


@pytest.mark.parametrize("age", [-1.0, 121.0, float("nan")])
def test_cusps_of_no_age_are_refused(age: float) -> None:
    with pytest.raises(InputError, match="age_years"):
        aortic_cusp(age)


def test_neo_hookean_alone_is_the_closed_form() -> None:
    """Uniaxial mu (s^2 - 1/s), equibiaxial mu (s^2 - s^-4), pure shear mu (s^2 - s^-2)."""
    none = Family(stress_mpa=0.0, exponent=10.0, lock_frac=0.3, strength_mpa=1.0)
    bare = Tissue(shear_mpa=0.7, round=none, radial=none)
    s = 1.37
    assert uniaxial_mpa(none, 0.7, s) == pytest.approx(0.7 * (s**2 - 1 / s))
    assert stress_mpa(bare, s, s) == pytest.approx([0.7 * (s**2 - s**-4)] * 2)
    assert stress_mpa(bare, s, 1.0)[0] == pytest.approx(0.7 * (s**2 - s**-2))


def test_disease_stiffens_every_part() -> None:
    well = TISSUES["aortic_old"]
    ill = diseased(well, 2.5)
    for pair in ((1.05, 1.1), (1.2, 0.9)):
        assert stress_mpa(ill, *pair) == pytest.approx(2.5 * np.array(stress_mpa(well, *pair)))
    assert ill.round.strength_mpa == well.round.strength_mpa
