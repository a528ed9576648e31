"""Pressure drops, losses and resistances as a reader computes them."""

import math
from typing import Annotated

from openvalve.hemodynamics._checks import above, check, within
from openvalve.units import (
    M2,
    MS,
    Bpm,
    Cm2,
    DynSCm5,
    LMin,
    Ml,
    MlPerMmhg,
    Mm,
    Mmhg,
    S,
    Unit,
)

__all__ = [
    "Cm2M2",
    "CmS2",
    "Wood",
    "atrial_compliance_ml_mmhg",
    "bernoulli_drop_mmhg",
    "bernoulli_net_drop_mmhg",
    "circle_area_cm2",
    "energy_loss_area_cm2",
    "energy_loss_index_cm2_m2",
    "net_compliance_ml_mmhg",
    "pressure_recovery_mmhg",
    "valve_resistance_dyn_s_cm5",
    "vascular_resistance_dyn_s_cm5",
    "vascular_resistance_wood",
]

CmS2 = Annotated[float, Unit(suffix="cm_s2", label="cm/s²", ucum="cm/s2", si_factor=1e-2)]
Cm2M2 = Annotated[float, Unit(suffix="cm2_m2", label="cm²/m²", ucum="cm2/m2", si_factor=1e-4)]
Wood = Annotated[
    float, Unit(suffix="wood", label="WU", ucum="mm[Hg].min/L", si_factor=133.322387415 * 6e4)
]

BERNOULLI_MMHG_S2_M2 = 4.0  # half of 1060 kg/m3 in mmHg: 3.98, rounded by every guideline
PROXIMAL_MATTERS_M_S = 1.5  # proximal velocity above this is not left out [sizing_and_severity 5]
DYN_PER_WOOD = 80.0  # dyn s cm-5 in a Wood unit: 79.99
NET_COMPLIANCE_FACTOR = 1270.0  # [cn_bmv_36, read]


def bernoulli_drop_mmhg(*, velocity_m_s: MS) -> Mmhg:
    """Return the instantaneous pressure drop of a jet, proximal velocity left out.

    Equation
    --------
    dp = 4 v^2.  Check: 4 m/s gives 64 mmHg.

    Limits    : overestimates by 54 % (5 to 136 %) against 4D flow [donati_2017].
    """
    check(within("velocity_m_s", velocity_m_s, 0.0, 12.0))
    return BERNOULLI_MMHG_S2_M2 * velocity_m_s**2


def bernoulli_net_drop_mmhg(*, velocity_m_s: MS, proximal_velocity_m_s: MS) -> Mmhg:
    """Return the pressure drop of a jet, less the head of the flow that reaches it.

    Equation
    --------
    dp = 4 (v2^2 - v1^2), v1 counted above 1.5 m/s only.
    Check: 4.0 and 2.0 m/s give 48 mmHg; 4.0 and 1.0 m/s give 64 mmHg.

    Source    : [sizing_and_severity section 5].
    """
    check(
        within("velocity_m_s", velocity_m_s, 0.0, 12.0),
        within("proximal_velocity_m_s", proximal_velocity_m_s, 0.0, max(velocity_m_s, 0.0)),
    )
    v1 = proximal_velocity_m_s if proximal_velocity_m_s > PROXIMAL_MATTERS_M_S else 0.0
    return BERNOULLI_MMHG_S2_M2 * (velocity_m_s**2 - v1**2)


def circle_area_cm2(*, diameter_mm: Mm) -> Cm2:
    """Return the area of a circle.  Check: 26 mm gives 5.31 cm2."""
    check(above("diameter_mm", diameter_mm, 0.0, 120.0))
    return 0.0025 * math.pi * diameter_mm**2


def energy_loss_area_cm2(*, area_effective_cm2: Cm2, aorta_area_cm2: Cm2) -> Cm2:
    """Return the energy loss coefficient: the area a catheter downstream would find.

    Equation
    --------
    ELCo = EOA Aa / (Aa - EOA).  Check: 0.9 cm2 in an aorta of 2.6 cm gives 1.084 cm2.

    Source    : [garcia_kadem_2006]; equals the Gorlin area.
    Verified  : tests/validation/test_worked_examples.py
    """
    check(
        above("area_effective_cm2", area_effective_cm2, 0.0, 12.0),
        above("aorta_area_cm2", aorta_area_cm2, max(area_effective_cm2, 0.0), 80.0),
    )
    return area_effective_cm2 * aorta_area_cm2 / (aorta_area_cm2 - area_effective_cm2)


def energy_loss_index_cm2_m2(*, area_effective_cm2: Cm2, aorta_area_cm2: Cm2, bsa_m2: M2) -> Cm2M2:
    """Return the energy loss coefficient per body surface; severe at 0.5 to 0.6 or less [mem].

    Equation
    --------
    ELI = EOA Aa / (Aa - EOA) / BSA.  Check: 1.084 cm2 at 1.8 m2 gives 0.602.
    """
    check(above("bsa_m2", bsa_m2, 0.0, 4.0))
    area = energy_loss_area_cm2(
        area_effective_cm2=area_effective_cm2, aorta_area_cm2=aorta_area_cm2
    )
    return area / bsa_m2


def pressure_recovery_mmhg(
    *, velocity_m_s: MS, area_effective_cm2: Cm2, aorta_area_cm2: Cm2
) -> Mmhg:
    """Return the pressure that a jet gives back downstream: Doppler less catheter.

    Equation
    --------
    PR = 4 v^2 2 (EOA/Aa) (1 - EOA/Aa).  Check: 4 m/s, 0.9 cm2, aorta 2.6 cm gives 18.0 mmHg.

    Limits    : matters for aortas of 3 cm or less.
    Source    : [baumgartner_1999].
    Verified  : tests/validation/test_worked_examples.py
    """
    check(
        within("velocity_m_s", velocity_m_s, 0.0, 12.0),
        above("area_effective_cm2", area_effective_cm2, 0.0, 12.0),
        above("aorta_area_cm2", aorta_area_cm2, max(area_effective_cm2, 0.0), 80.0),
    )
    share = area_effective_cm2 / aorta_area_cm2
    return BERNOULLI_MMHG_S2_M2 * velocity_m_s**2 * 2.0 * share * (1.0 - share)


def valve_resistance_dyn_s_cm5(
    *,
    gradient_mean_mmhg: Mmhg,
    heart_rate_bpm: Bpm,
    period_s: S,
    cardiac_output_l_min: LMin,
) -> DynSCm5:
    """Return the mean drop over the mean flow while the valve is open.

    Equation
    --------
    R = 1333 dp HR T / CO, CO in mL/min.
    Check: 50 mmHg, 75/min, 0.33 s, 4.0 L/min gives 412 dyn s cm-5.

    Source    : [ford_1990]; 117 to 1244 at Gorlin areas 0.22 to 1.26 cm2, n 40.
    Verified  : tests/validation/test_worked_examples.py
    """
    check(
        within("gradient_mean_mmhg", gradient_mean_mmhg, 0.0, 400.0),
        above("heart_rate_bpm", heart_rate_bpm, 0.0, 350.0),
        above("period_s", period_s, 0.0, 5.0),
        above("cardiac_output_l_min", cardiac_output_l_min, 0.0, 30.0),
    )
    return 1.333 * gradient_mean_mmhg * heart_rate_bpm * period_s / cardiac_output_l_min


def net_compliance_ml_mmhg(*, area_planimetry_cm2: Cm2, e_slope_cm_s2: CmS2) -> MlPerMmhg:
    """Return the net atrioventricular compliance from the decay of early mitral flow.

    Equation
    --------
    Cn = 1270 MVA / E slope.  Check: 1.0 cm2, 300 cm/s2 gives 4.2 mL/mmHg.

    Source    : [cn_bmv_36]; normal 4 to 6 [cn_51_2011], at or below 4 a bad outlook [cn_mva_2024].
    """
    check(
        above("area_planimetry_cm2", area_planimetry_cm2, 0.0, 12.0),
        above("e_slope_cm_s2", e_slope_cm_s2, 0.0, 5000.0),
    )
    return NET_COMPLIANCE_FACTOR * area_planimetry_cm2 / e_slope_cm_s2


def atrial_compliance_ml_mmhg(
    *, filling_volume_ml: Ml, v_wave_mmhg: Mmhg, x_trough_mmhg: Mmhg
) -> MlPerMmhg:
    """Return the compliance of an atrium from its filling between x trough and v wave.

    Equation
    --------
    C = V / (v - x).  Check: 60 mL, 22 and 10 mmHg gives 5 mL/mmHg.

    Source    : [wang_vwave_1998]; v amplitude against C r = -0.92.
    """
    check(
        above("filling_volume_ml", filling_volume_ml, 0.0, 500.0),
        above("v_wave_mmhg", v_wave_mmhg, x_trough_mmhg, 150.0),
    )
    return filling_volume_ml / (v_wave_mmhg - x_trough_mmhg)


def vascular_resistance_wood(
    *, upstream_mmhg: Mmhg, downstream_mmhg: Mmhg, cardiac_output_l_min: LMin
) -> Wood:
    """Return the resistance of a bed in Wood units, mmHg min/L.

    Equation
    --------
    R = (P1 - P2) / CO.  Check: PA 58, LA 38 mmHg at 4.9 L/min gives 4.08 WU.

    A negative result is possible when the means contradict each other; it is returned as it is.
    """
    check(
        within("upstream_mmhg", upstream_mmhg, -10.0, 300.0),
        within("downstream_mmhg", downstream_mmhg, -10.0, 300.0),
        above("cardiac_output_l_min", cardiac_output_l_min, 0.0, 30.0),
    )
    return (upstream_mmhg - downstream_mmhg) / cardiac_output_l_min


def vascular_resistance_dyn_s_cm5(
    *, upstream_mmhg: Mmhg, downstream_mmhg: Mmhg, cardiac_output_l_min: LMin
) -> DynSCm5:
    """Return the resistance of a bed in dyn s cm-5: 80 times its Wood units."""
    return DYN_PER_WOOD * vascular_resistance_wood(
        upstream_mmhg=upstream_mmhg,
        downstream_mmhg=downstream_mmhg,
        cardiac_output_l_min=cardiac_output_l_min,
    )
