"""The tissue: a neo-Hookean matrix with two families of fibres, in plane stress."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import InputError, InputItem
from openvalve.units import Frac, MPa, Ratio
from openvalve.valve.shell._element import LAW, fibre_stress, membrane_stress

__all__ = ["Disease", "Family", "Tissue", "diseased", "law_of", "stress_mpa", "uniaxial_mpa"]

BENDING_SHARE = 0.5  # only the stretched half of a bent leaflet pulls its fibres


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """A family of fibres: S = stress (exp(exponent e) - 1) over Green strain e > 0.

    Attributes
    ----------
    stress_mpa : amplitude, 1e-6 to 1 MPa.
    exponent : per Green strain, 1 to 100.
    lock_frac : Green strain from which the tangent stays: all fibres bear.
    strength_mpa : Cauchy stress along the fibres at which a coupon fails.
    """

    stress_mpa: MPa
    exponent: Ratio
    lock_frac: Frac
    strength_mpa: MPa

    @property
    def start_mpa(self) -> MPa:
        """Return the modulus at no strain."""
        return self.stress_mpa * self.exponent


@dataclass(frozen=True, kw_only=True, slots=True)
class Tissue:
    """A leaflet's tissue: shear modulus of the matrix, fibres round the valve and radial."""

    shear_mpa: MPa
    round: Family
    radial: Family

    def bending_mpa(self, round_cosine: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return E/(1 - nu^2) of small bending along a direction, any shape.

        Equation
        --------
        4 mu + (k_round cos^4 + k_radial sin^4)/2: matrix in plane strain, fibres in half the depth.

        Parameters
        ----------
        round_cosine : cosine between the direction and the round fibres.
        """
        c2 = round_cosine**2
        fibres = self.round.start_mpa * c2**2 + self.radial.start_mpa * (1.0 - c2) ** 2
        return np.asarray(4.0 * self.shear_mpa + BENDING_SHARE * fibres)


@dataclass(frozen=True, kw_only=True, slots=True)
class Disease:
    """What a disease does to a leaflet.

    Attributes
    ----------
    stiffening_ratio : factor on every modulus.
    thickening_ratio : factor on the thickness.
    calcium_ratio : further factor on the moduli where the tissue is calcium.
    bending_ratio : of the stiffness of small bending, where collagen is crimped.
    calcium_bending_ratio : the most that calcium may raise a hinge's stiffness; heavy flaps on
        soft hinges do not settle (prototype, trap 6).
    stretch_set_frac, bend_set_frac : share of a strain and of an angle that stays for good.
    crushed_frac : share of its whole angle that stays where calcium has cracked.
    """

    stiffening_ratio: Ratio = 1.0
    thickening_ratio: Ratio = 1.0
    calcium_ratio: Ratio = 1.0
    bending_ratio: Ratio = 1.0
    calcium_bending_ratio: Ratio = 45.0
    stretch_set_frac: Frac = 0.0
    bend_set_frac: Frac = 0.0
    crushed_frac: Frac = 0.0


def diseased(tissue: Tissue, stiffening_ratio: Ratio) -> Tissue:
    """Return a tissue with every modulus times ``stiffening_ratio``; strengths stay."""
    if not 0.05 <= stiffening_ratio <= 50.0:
        item = InputItem(key="stiffening_ratio", got=f"{stiffening_ratio:g}", allowed="0.05 to 50")
        raise InputError([item])
    s = stiffening_ratio
    return Tissue(
        shear_mpa=tissue.shear_mpa * s,
        round=replace(tissue.round, stress_mpa=tissue.round.stress_mpa * s),
        radial=replace(tissue.radial, stress_mpa=tissue.radial.stress_mpa * s),
    )


def law_of(tissue: Tissue) -> tuple[float, ...]:
    """Return the tissue as the kernels read it (columns of ``LAW``, per unit volume)."""
    law: list[float] = [tissue.shear_mpa]
    for f in (tissue.round, tissue.radial):
        law += [f.stress_mpa, f.exponent, f.lock_frac]
    if len(law) != len(LAW):
        raise AssertionError(LAW)
    return tuple(law)


def stress_mpa(tissue: Tissue, round_ratio: float, radial_ratio: float) -> tuple[MPa, MPa]:
    """Return Cauchy stress round and radial at two principal stretches along the fibres."""
    c1, c2 = round_ratio**2, radial_ratio**2
    s = membrane_stress(c1, c2, 0.0, law_of(tissue))
    return float(s.round * c1), float(s.radial * c2)


def uniaxial_mpa(family: Family, shear_mpa: MPa, stretch_ratio: Ratio) -> MPa:
    """Return Cauchy stress of a strip cut along a family; the other is slack, so free of load.

    Equation
    --------
    sigma = mu (s^2 - 1/s) + s^2 S((s^2 - 1)/2).

    Verified  : tests/physics/valve/shell/test_shell_coupons.py
    """
    s, f = stretch_ratio, family
    fibres = fibre_stress(0.5 * (s * s - 1.0), f.stress_mpa, f.exponent, f.lock_frac)
    return float(shear_mpa * (s * s - 1.0 / s) + s * s * fibres)
