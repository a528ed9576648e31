"""The first guess of a heart: direct arithmetic from what was measured and what is expected."""

import dataclasses
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from openvalve.heart import HeartParams, OrificeParams, reference_heart
from openvalve.hemodynamics import gorlin_area_cm2
from openvalve.patient import Lesion, LesionProfile, Patient, Profile
from openvalve.rhythm import Rhythm
from openvalve.units import M2, Cm2, Frac, Mmhg
from openvalve.valve import leak_mm2, opening_elasticity

__all__ = ["Guess", "first_guess", "grade_of"]

# A residual of 16 valvar and 18 infundibular mmHg after relief of 71 mmHg [stanger_1990, read]:
# at half of its grip the outflow of the model leaves about that.
GRIP_FRAC = 0.5
# These sums overshoot: over the examples fits settled 11 % below them in volume and in area (a
# reader's Gorlin area is above the jet's, mean pressures are above those of filling).
GUESS_FRAC = 0.89


@dataclass(frozen=True, kw_only=True, slots=True)
class Guess:
    """A heart to start a fit from, and the values it was made from.

    Attributes
    ----------
    heart : the first guess.
    values : measured where given, else expected, by key.
    """

    heart: HeartParams
    values: Mapping[str, float]


def grade_of(lesion: Lesion) -> float:
    """Return the leak grade before, 0 where none was reported."""
    return lesion.regurgitation_grade.value if lesion.regurgitation_grade is not None else 0.0


def _values(patient: Patient, profile: Profile) -> dict[str, float]:
    values = {key: prior.mean for key, prior in profile.expected.items()}
    measured = {key: m.value for key, m in patient.measured.items()}
    values.update(measured)
    if "la_mean_mmhg" not in measured and "pcw_mean_mmhg" in measured:
        values["la_mean_mmhg"] = measured["pcw_mean_mmhg"]
    hr, bsa = values["heart_rate_bpm"], profile.bsa_m2.mean
    if "cardiac_output_l_min" not in measured:
        if "cardiac_index_l_min_m2" in measured:
            values["cardiac_output_l_min"] = measured["cardiac_index_l_min_m2"] * bsa
        elif "stroke_volume_ml" in measured:
            values["cardiac_output_l_min"] = measured["stroke_volume_ml"] * hr / 1000.0
    values["stroke_volume_ml"] = values["cardiac_output_l_min"] * 1000.0 / hr
    if "aortic_mean_mmhg" not in measured:
        dia, sys = values["aortic_diastolic_mmhg"], values["aortic_systolic_mmhg"]
        values["aortic_mean_mmhg"] = dia + 0.4 * (sys - dia)
    if "pa_mean_mmhg" not in measured and "pa_systolic_mmhg" in measured:
        # PA mean = 0.61 systolic + 2 mmHg [Chemla 2004, mem]
        values["pa_mean_mmhg"] = 0.61 * measured["pa_systolic_mmhg"] + 2.0
    return values


def _klotz_fraction(pressure_mmhg: Mmhg) -> Frac:
    """Return v of 1.67 v + 26.1 v^3 = P by its hyperbolic root."""
    scale = math.sqrt(1.67 / (3.0 * 26.1))
    reach = math.asinh(1.5 * max(pressure_mmhg, 1.0) / (1.67 * scale))
    return 2.0 * scale * math.sinh(reach / 3.0)


def _valve_area(
    valve: str, values: Mapping[str, float], measured: Collection[str], bsa_m2: M2
) -> Cm2:
    """Return the effective area that the numbers suggest: a measured area, a measured gradient."""
    for key, to_effective in (
        ("valve_area_index_cm2_m2", bsa_m2),
        ("valve_area_continuity_cm2", 1.0),
        ("valve_area_gorlin_cm2", 1.0),
        ("valve_area_cm2", 1.0),
        ("valve_area_planimetry_cm2", 0.8),
        ("valve_area_pht_cm2", 0.9),
    ):
        if key in measured:
            return max(0.05, GUESS_FRAC * to_effective * values[key])
    hr = values["heart_rate_bpm"]
    mean = values["gradient_mean_mmhg"]
    if "gradient_mean_mmhg" not in measured:
        for key in ("gradient_peak_to_peak_mmhg", "gradient_peak_instant_mmhg"):
            if key in measured:
                mean = 0.65 * values[key]
                break
    ejects = valve in ("aortic", "pulmonary")
    period = (0.33 if ejects else 0.42) * 60.0 / hr
    area = gorlin_area_cm2(
        valve,
        cardiac_output_l_min=values["cardiac_output_l_min"],
        heart_rate_bpm=hr,
        period_s=period,
        gradient_mean_mmhg=max(mean, 1.0),
    )
    return max(0.05, GUESS_FRAC * area)


def _ventricle_slope(pressure_mmhg: Mmhg, esv_ml: float, dead_ml: float) -> float:
    """Return Ees for an end-systolic point on a curve that bends over at about twice it."""
    return 1.2 * pressure_mmhg / max(esv_ml - dead_ml, 0.1 * esv_ml)


def first_guess(patient: Patient, profile: Profile) -> Guess:
    """Return a heart whose simple sums already meet the measured and expected values.

    Resistances are pressure drops over flow, compliances stroke volume over pulse pressure, the
    passive ventricle passes through its end-diastolic point (Klotz), the systolic one through its
    end-systolic point, and the circulating volume is what these pressures hold.
    """
    lesion = patient.lesion[0]
    values = _values(patient, profile)
    hr = values["heart_rate_bpm"]
    ref = reference_heart(bsa_m2=profile.bsa_m2.mean, rate_bpm=hr)
    size = profile.bsa_m2.mean / 1.8
    flow = values["cardiac_output_l_min"] * 1000.0 / 60.0
    sv = values["stroke_volume_ml"]
    la, ra, pa = values["la_mean_mmhg"], values["ra_mean_mmhg"], values["pa_mean_mmhg"]
    mean = values["aortic_mean_mmhg"]
    edv = values.get("lv_end_diastolic_volume_ml", sv / max(values["lv_ejection_frac"], 0.1))
    edv = max(edv, 1.25 * sv)
    filling = edv / (0.10 + _klotz_fraction(values["lv_end_diastolic_mmhg"]))
    lv_sys = values.get("lv_systolic_mmhg", values["aortic_systolic_mmhg"])
    rv_filling = max(ref.rv_filling_volume_ml, 1.45 * sv)
    pulse = max(values["aortic_systolic_mmhg"] - values["aortic_diastolic_mmhg"], 10.0)
    pa_pulse = max(values["pa_systolic_mmhg"] - values["pa_diastolic_mmhg"], 5.0)
    rv_sys = values.get("rv_systolic_mmhg", values["pa_systolic_mmhg"])
    heart = dataclasses.replace(
        ref,
        rhythm=Rhythm(name=patient.rhythm, rate_bpm=hr),
        systemic_resistance_mmhg_s_ml=max((mean - ra) / flow - 0.04 / size, 0.2 / size),
        pulmonary_resistance_mmhg_s_ml=max((pa - la) / flow - 0.02 / size, 0.02 / size),
        arterial_compliance_ml_mmhg=min(max(1.05 * sv / pulse, 0.4 * size), 4.0 * size),
        pulmonary_compliance_ml_mmhg=min(max(0.82 * sv / pa_pulse, 0.6 * size), 10.0 * size),
        lv_filling_volume_ml=filling,
        lv_ees_mmhg_ml=_ventricle_slope(lv_sys, edv - sv, 0.06 * filling),
        rv_filling_volume_ml=rv_filling,
        rv_ees_mmhg_ml=_ventricle_slope(rv_sys, 0.75 * rv_filling - sv, 0.06 * rv_filling),
        aorta_mm=profile.ascending_aorta_mm.mean,
        pulmonary_artery_mm=profile.pulmonary_artery_mm.mean,
    )
    for index, other in enumerate(patient.lesion):
        area = None
        if index == 0:
            area = _valve_area(lesion.valve, values, patient.measured, ref.bsa_m2)
        heart = _with_lesion(heart, other, profile.lesion[index], area)
    return Guess(heart=_with_volume(heart, values, edv, sv), values=values)


def _with_lesion(
    heart: HeartParams, lesion: Lesion, found: LesionProfile, area_cm2: Cm2 | None
) -> HeartParams:
    valve = lesion.valve
    orifice: OrificeParams = getattr(heart, valve)
    if lesion.eroa_mm2 is not None:
        leak = lesion.eroa_mm2.value / 100.0
    else:
        leak = 0.01 * leak_mm2(valve, grade_of(lesion), found.annulus_mm.mean)
    orifice = dataclasses.replace(orifice, area_leak_cm2=leak)
    if area_cm2 is None:
        return dataclasses.replace(heart, **{valve: orifice})  # type: ignore[arg-type]
    orifice = dataclasses.replace(
        orifice,
        area_effective_cm2=area_cm2,
        opening_elasticity_ratio=opening_elasticity(found.etiology),
    )
    grip = GRIP_FRAC if valve == "pulmonary" else 0.0
    return dataclasses.replace(
        heart,
        infundibulum_grip_frac=grip,
        **{valve: orifice},  # type: ignore[arg-type]
    )


def _with_volume(
    heart: HeartParams, values: Mapping[str, float], edv_ml: float, sv_ml: float
) -> HeartParams:
    size = heart.bsa_m2 / 1.8
    flow = values["cardiac_output_l_min"] * 1000.0 / 60.0
    la, ra = values["la_mean_mmhg"], values["ra_mean_mmhg"]
    atria = 10.0 * size + 0.75 * la / heart.la_stiffness_mmhg_ml + ra / heart.ra_stiffness_mmhg_ml
    vessels = (
        heart.arterial_compliance_ml_mmhg * values["aortic_mean_mmhg"]
        + heart.pulmonary_compliance_ml_mmhg * values["pa_mean_mmhg"]
        + 124.0 * size * (ra + 0.02 / size * flow)
        + 10.0 * size * (la + 0.01 / size * flow)
    )
    ventricles = edv_ml - 0.4 * sv_ml + 0.75 * heart.rv_filling_volume_ml - 0.4 * sv_ml
    volume = GUESS_FRAC * (vessels + atria + ventricles)
    return dataclasses.replace(heart, circulating_volume_ml=volume)
