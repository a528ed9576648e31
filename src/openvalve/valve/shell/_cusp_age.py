"""The cusp of a young aortic valve: how far it stretches along its radius falls with age."""

import math

import numpy as np
from scipy.optimize import brentq

from openvalve.errors import InputError, InputItem
from openvalve.units import MPa, Years
from openvalve.valve.shell._tissue import Family, Tissue, stress_mpa

__all__ = ["aortic_cusp"]

# Stretch of 36 human cusps of 18 donors along the radius under 60 N/m both ways: 80 % at 15 years,
# less by 4 % a year to 40 % at 25, even until 40, then less by 1 % a year until the oldest, 58
# [radial_stretch_1995, abstract read]. Before 15 as at 15, beyond 58 on to a tenth at 70 [K].
AGES_YEARS = (15.0, 25.0, 40.0, 58.0, 70.0)
STRETCH_RATIO = (1.80, 1.40, 1.40, 1.22, 1.10)
TENSION_MPA: MPa = 0.09  # 60 N/m over 0.67 mm, the middle of a healthy cusp [K; 0.5 to 0.9 mm]
# Of the toe's order, where collagen is crimped: excised leaflets have 0.06 to 0.09 MPa there
# [krishnamurthy_2009, abstract read], some 3 mu [K; 0.02 to 0.1].
SHEAR_MPA: MPa = 0.05
# Once taut as stiff along the radius as coupons are, strong as they are; round the valve fitted to
# the modulus and failure of the same coupons as "aortic_old", with this matrix.
TAUT_MPA: MPa = 1.57
RADIAL_STRENGTH_MPA: MPa = 0.32
ROUND = Family(stress_mpa=0.2283, exponent=9.20, lock_frac=0.28, strength_mpa=1.74)
SLACK = Family(stress_mpa=0.0, exponent=1.0, lock_frac=1.0, strength_mpa=RADIAL_STRENGTH_MPA)
MOST_EXPONENT = 1000.0


def aortic_cusp(age_years: Years) -> Tissue:
    """Return the tissue of an aortic cusp that calcium has not stiffened.

    Equation
    --------
    Under the nominal stress p both ways the radius has stretched by s(age): with the round stretch
    r that the round fibres allow, p s = mu (s^2 - 1/(r s)^2) + s^2 S. There the radial fibres lock,
    with d sigma/ds = 1.57 MPa on a strip; both give amplitude and exponent of S.

    Parameters
    ----------
    age_years : 0 to 120.

    Raises    : InputError for an age outside.
    Verified  : tests/physics/valve/shell/test_shell_coupons.py
    """
    if not 0.0 <= age_years <= 120.0:
        item = InputItem(key="age_years", got=f"{age_years:g}", allowed="0 to 120 years")
        raise InputError([item])
    s = float(np.interp(age_years, AGES_YEARS, STRETCH_RATIO))
    slack = Tissue(shear_mpa=SHEAR_MPA, round=ROUND, radial=SLACK)
    r = brentq(lambda r: stress_mpa(slack, r, s)[0] - TENSION_MPA * r, 0.5, 1.5, xtol=1e-12)
    matrix = SHEAR_MPA * (s**2 - (r * s) ** -2.0)
    fibres = (TENSION_MPA * s - matrix) / s**2
    rise = (TAUT_MPA - SHEAR_MPA * (2.0 * s + s**-2.0) - 2.0 * s * fibres) / s**3
    return Tissue(
        shear_mpa=SHEAR_MPA, round=ROUND, radial=_taut_at(0.5 * (s**2 - 1.0), fibres, rise)
    )


def _taut_at(strain: float, stress: MPa, rise_mpa: MPa) -> Family:
    """Return radial fibres that lock at a Green strain, with that stress and dS/dE there."""
    ratio = rise_mpa / stress
    a = brentq(lambda a: a / -math.expm1(-a * strain) - ratio, 1e-9, MOST_EXPONENT)
    return Family(
        stress_mpa=stress / math.expm1(a * strain),
        exponent=float(a),
        lock_frac=strain,
        strength_mpa=RADIAL_STRENGTH_MPA,
    )
