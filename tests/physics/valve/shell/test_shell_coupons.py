"""MB8 and MB8b: coupons of the leaflet's tissue against what was pulled on the bench."""

import numpy as np
import pytest
from scipy.optimize import brentq

from openvalve.valve.shell import TISSUES, Family, diseased, stress_mpa, uniaxial_mpa


def stretch_at(family: Family, shear_mpa: float, stress: float) -> float:
    """Return the stretch of a strip at a Cauchy stress."""
    found = brentq(lambda s: uniaxial_mpa(family, shear_mpa, s) - stress, 1.0, 3.0, xtol=1e-12)
    return float(found)


def modulus(family: Family, shear_mpa: float, stress: float) -> float:
    """Return the tangent modulus of a strip at a stress, MPa."""
    s, h = stretch_at(family, shear_mpa, stress), 1e-6
    high, low = (uniaxial_mpa(family, shear_mpa, s + d) for d in (h, -h))
    return (high - low) / (2 * h)


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

    def stretches(stress: float) -> tuple[float, float]:
        one, two = 1.1, 1.4
        for _ in range(60):
            one = brentq(lambda s: stress_mpa(whole, s, two)[0] - stress, 0.7, 2.0, xtol=1e-13)  # noqa: B023
            two = brentq(lambda s: stress_mpa(whole, one, s)[1] - stress, 0.7, 2.5, xtol=1e-13)  # noqa: B023
        return one, two

    # beyond both locks, over the next 0.05 MPa
    low, high = stretches(0.60), stretches(0.65)
    for k, toe in ((0, 1.18), (1, 1.55)):
        slope = 0.05 / (high[k] - low[k])
        assert low[k] - 0.60 / slope == pytest.approx(toe, abs=0.05)


def test_neo_hookean_alone_is_the_closed_form() -> None:
    """Uniaxial mu (s^2 - 1/s), equibiaxial mu (s^2 - s^-4), pure shear mu (s^2 - s^-2)."""
    none = Family(stress_mpa=0.0, exponent=10.0, lock_frac=0.3, strength_mpa=1.0)
    from openvalve.valve.shell import Tissue

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
