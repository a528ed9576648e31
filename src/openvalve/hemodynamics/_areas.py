"""Valve areas as a reader computes them: Gorlin, Hakki, continuity, pressure half-time."""

import math
from typing import Literal

from openvalve.hemodynamics._checks import above, check, one_of
from openvalve.units import Bpm, Cm, Cm2, LMin, Ml, Mmhg, Ms, Ratio, S

__all__ = [
    "GORLIN_CONSTANTS",
    "HALF_TIME_CONSTANTS_MS_CM2",
    "VALVES",
    "Valve",
    "angel_divisor_ratio",
    "continuity_area_cm2",
    "gorlin_area_cm2",
    "hakki_angel_area_cm2",
    "hakki_area_cm2",
    "lvot_continuity_area_cm2",
    "pressure_half_time_area_cm2",
]

Valve = Literal["aortic", "mitral", "pulmonary", "tricuspid"]
VALVES = ("aortic", "mitral", "pulmonary", "tricuspid")

# Gorlin's constant: sqrt(2 g) in mixed units, 44.3, times an empirical coefficient: 1.0 for the
# semilunar valves, 0.85 for the mitral valve [gorlin_1951, read]. Nobody calibrated the right
# side; laboratories use the constant of the left valve of the same kind [mem].
GORLIN_CONSTANTS = {"aortic": 44.3, "mitral": 37.7, "pulmonary": 44.3, "tricuspid": 37.7}

# Half-time times area, ms cm2: mitral 220 [csecho_pht, read]; tricuspid 190 [mem].
HALF_TIME_CONSTANTS_MS_CM2 = {"mitral": 220.0, "tricuspid": 190.0}

ANGEL_DIVISOR = 1.35  # [angel_1985, mem]; 1.2 to 1.5
ANGEL_SLOW_BPM = 75.0  # mitral: below [mem]
ANGEL_FAST_BPM = 90.0  # aortic: above [mem]


def gorlin_area_cm2(
    valve: str,
    *,
    cardiac_output_l_min: LMin,
    heart_rate_bpm: Bpm,
    period_s: S,
    gradient_mean_mmhg: Mmhg,
) -> Cm2:
    """Return the valve area from a catheter's mean gradient and the flow while the valve is open.

    Equation
    --------
    A = CO / (K HR T sqrt(dp)), CO in mL/min, T in s per beat, dp in mmHg; K 44.3 (aortic,
    pulmonary) or 37.7 (mitral, tricuspid).
    Check: aortic 5.0 L/min, 75/min, 0.33 s, 30 mmHg gives 0.83 cm2.

    Parameters
    ----------
    valve : aortic | mitral | pulmonary | tricuspid.
    cardiac_output_l_min : flow through the valve, above 0, up to 30 L/min.
    heart_rate_bpm : above 0, up to 350.
    period_s : ejection (aortic, pulmonary) or filling (mitral, tricuspid) period of a beat.
    gradient_mean_mmhg : mean over that period, above 0.

    Raises
    ------
    InputError : an impossible value, such as no flow or a negative gradient.

    Assumes   : no regurgitation unless the output is the forward flow through this valve.
    Limits    : at low flow the area comes out too small.
    Source    : [gorlin_1951]; checks [calc_only, calc_freesmart].
    Verified  : tests/validation/test_worked_examples.py
    """
    check(
        one_of("valve", valve, VALVES),
        above("cardiac_output_l_min", cardiac_output_l_min, 0.0, 30.0),
        above("heart_rate_bpm", heart_rate_bpm, 0.0, 350.0),
        above("period_s", period_s, 0.0, 5.0),
        above("gradient_mean_mmhg", gradient_mean_mmhg, 0.0, 400.0),
    )
    minute_s = heart_rate_bpm * period_s
    flow_ml_s = 1000.0 * cardiac_output_l_min / minute_s
    return flow_ml_s / (GORLIN_CONSTANTS[valve] * math.sqrt(gradient_mean_mmhg))


def hakki_area_cm2(*, cardiac_output_l_min: LMin, gradient_mmhg: Mmhg) -> Cm2:
    """Return the valve area by Hakki's short form, for the mean or peak-to-peak gradient.

    Equation
    --------
    A = CO / sqrt(dp), CO in L/min.  Check: 5.0 L/min, 30 mmHg gives 0.91 cm2.

    Assumes   : HR T K / 1000 = 1, that is about 75/min.
    Source    : [hakki_1981]; r 0.90 to 0.91 with Gorlin, n 83 [hakki_itali].
    Verified  : tests/validation/test_worked_examples.py
    """
    check(
        above("cardiac_output_l_min", cardiac_output_l_min, 0.0, 30.0),
        above("gradient_mmhg", gradient_mmhg, 0.0, 400.0),
    )
    return cardiac_output_l_min / math.sqrt(gradient_mmhg)


def angel_divisor_ratio(valve: str, *, heart_rate_bpm: Bpm) -> Ratio:
    """Return what to divide Hakki's area by at this rate: 1.35 or 1.

    Source    : [angel_1985, mem]: mitral below 75/min, aortic above 90/min.
    """
    check(
        one_of("valve", valve, ("aortic", "mitral")),
        above("heart_rate_bpm", heart_rate_bpm, 0.0, 350.0),
    )
    slow = valve == "mitral" and heart_rate_bpm < ANGEL_SLOW_BPM
    fast = valve == "aortic" and heart_rate_bpm > ANGEL_FAST_BPM
    return ANGEL_DIVISOR if slow or fast else 1.0


def hakki_angel_area_cm2(
    valve: str, *, cardiac_output_l_min: LMin, gradient_mmhg: Mmhg, heart_rate_bpm: Bpm
) -> Cm2:
    """Return Hakki's area with Angel's correction for the heart rate.

    Equation
    --------
    A = CO / sqrt(dp) / (1.35 or 1).  Check: mitral, 4.0 L/min, 10 mmHg, 60/min gives 0.937 cm2.

    Source    : [hakki_1981], [angel_1985, mem].
    Verified  : tests/validation/test_worked_examples.py
    """
    area = hakki_area_cm2(cardiac_output_l_min=cardiac_output_l_min, gradient_mmhg=gradient_mmhg)
    return area / angel_divisor_ratio(valve, heart_rate_bpm=heart_rate_bpm)


def continuity_area_cm2(*, stroke_volume_ml: Ml, valve_vti_cm: Cm) -> Cm2:
    """Return the valve area that carries a stroke volume at a velocity-time integral.

    Equation
    --------
    A = SV / VTI.  Check: 62.8 mL, 90 cm gives 0.698 cm2.

    Source    : [clin_method].
    """
    check(
        above("stroke_volume_ml", stroke_volume_ml, 0.0, 400.0),
        above("valve_vti_cm", valve_vti_cm, 0.0, 500.0),
    )
    return stroke_volume_ml / valve_vti_cm


def lvot_continuity_area_cm2(*, lvot_cm: Cm, lvot_vti_cm: Cm, valve_vti_cm: Cm) -> Cm2:
    """Return the aortic valve area by continuity with the outflow tract.

    Equation
    --------
    A = pi/4 D^2 VTI_lvot / VTI_valve.  Check: 2.0 cm, 20 and 90 cm gives 0.698 cm2.

    Assumes   : a round outflow tract, flat profile.
    Source    : [clin_method].
    Verified  : tests/validation/test_worked_examples.py
    """
    check(
        above("lvot_cm", lvot_cm, 0.0, 5.0),
        above("lvot_vti_cm", lvot_vti_cm, 0.0, 100.0),
    )
    return continuity_area_cm2(
        stroke_volume_ml=0.25 * math.pi * lvot_cm**2 * lvot_vti_cm, valve_vti_cm=valve_vti_cm
    )


def pressure_half_time_area_cm2(valve: str = "mitral", *, pressure_half_time_ms: Ms) -> Cm2:
    """Return the area of a stenotic inflow valve from the half-time of its pressure drop.

    Equation
    --------
    A = 220 / PHT (mitral), 190 / PHT (tricuspid, [mem]).  Check: 220 ms gives 1.0 cm2.

    Limits    : the half-time also rises with net compliance and the first gradient, so it must not
                be used right after a valvotomy (r 0.05 to 0.28 [thomas_1988]).
    Source    : [csecho_pht].
    Verified  : tests/validation/test_worked_examples.py
    """
    check(
        one_of("valve", valve, tuple(HALF_TIME_CONSTANTS_MS_CM2)),
        above("pressure_half_time_ms", pressure_half_time_ms, 0.0, 2000.0),
    )
    return HALF_TIME_CONSTANTS_MS_CM2[valve] / pressure_half_time_ms
