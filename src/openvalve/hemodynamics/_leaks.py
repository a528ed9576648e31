"""Leaks as a reader computes them: flow convergence, regurgitant volume and fraction."""

import math

from openvalve.hemodynamics._checks import above, check, within
from openvalve.units import MS, Cm, Frac, Ml, Mm, Mm2

__all__ = [
    "eroa_from_volume_mm2",
    "eroa_pisa_mm2",
    "regurgitant_fraction_frac",
    "regurgitant_volume_ml",
]


def eroa_pisa_mm2(*, radius_mm: Mm, aliasing_velocity_m_s: MS, jet_peak_m_s: MS) -> Mm2:
    """Return the effective regurgitant orifice from the flow convergence.

    Equation
    --------
    EROA = 2 pi r^2 Va / Vmax.  Check: 8 mm, 0.38 m/s, 5.0 m/s gives 30.6 mm2.

    Assumes   : a hemisphere of equal velocity.
    Source    : conservation of mass; [K] for its use by guidelines.
    """
    check(
        above("radius_mm", radius_mm, 0.0, 30.0),
        above("aliasing_velocity_m_s", aliasing_velocity_m_s, 0.0, max(jet_peak_m_s, 0.0)),
        above("jet_peak_m_s", jet_peak_m_s, 0.0, 12.0),
    )
    return 2.0 * math.pi * radius_mm**2 * aliasing_velocity_m_s / jet_peak_m_s


def eroa_from_volume_mm2(*, regurgitant_volume_ml: Ml, jet_vti_cm: Cm) -> Mm2:
    """Return the effective regurgitant orifice that leaks a volume at a velocity-time integral.

    Equation
    --------
    EROA = 100 RVol / VTI.  Check: 60 mL, 150 cm gives 40 mm2.
    """
    check(
        within("regurgitant_volume_ml", regurgitant_volume_ml, 0.0, 400.0),
        above("jet_vti_cm", jet_vti_cm, 0.0, 800.0),
    )
    return 100.0 * regurgitant_volume_ml / jet_vti_cm


def regurgitant_volume_ml(*, total_ml: Ml, forward_ml: Ml) -> Ml:
    """Return what leaks back a beat: total less forward stroke volume.

    Check: 100 and 60 mL give 40 mL.
    """
    check(
        above("total_ml", total_ml, 0.0, 500.0),
        within("forward_ml", forward_ml, 0.0, max(total_ml, 0.0)),
    )
    return total_ml - forward_ml


def regurgitant_fraction_frac(*, total_ml: Ml, forward_ml: Ml) -> Frac:
    """Return the share of the total stroke volume that leaks back.

    Check: 100 and 60 mL give 0.4.
    """
    return regurgitant_volume_ml(total_ml=total_ml, forward_ml=forward_ml) / total_ml
