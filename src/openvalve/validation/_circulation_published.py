"""Section 4: what other models and studies found of gradients, tried on ours."""

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from openvalve.heart import HeartParams
from openvalve.hemodynamics import measure, net_compliance_ml_mmhg
from openvalve.recording import Recording
from openvalve.validation._acceptance_types import Measured, curve
from openvalve.validation._circulation_hearts import adult, at_rate, draws, read, settled, with_area
from openvalve.validation._circulation_reading import beat_features
from openvalve.validation._circulation_types import CirculationSettings

__all__ = ["compliance", "donati", "half_time", "liebenberg", "orhon"]

RAISED = 1.4  # systemic resistance of a raised arterial pressure over the usual
STENOSIS_CM2 = 0.8
SINUS_MM = (25.0, 30.0, 35.0)


def _stenosed(area_cm2: float = STENOSIS_CM2) -> HeartParams:
    return with_area(adult(), "aortic", area_cm2)


def _loaded(heart: HeartParams, factor: float = RAISED) -> HeartParams:
    return replace(
        heart, systemic_resistance_mmhg_s_ml=factor * heart.systemic_resistance_mmhg_s_ml
    )


def _per_pressure(heart: HeartParams, key: str) -> float:
    """Return the relative fall of a number per mmHg of raised arterial systolic pressure."""
    before, after = read(heart), read(_loaded(heart))
    rise = after["aortic_systolic_mmhg"] - before["aortic_systolic_mmhg"]
    return (1.0 - after[key] / before[key]) / rise


def liebenberg(settings: CirculationSettings) -> Measured:
    """Return what raised arterial pressure does to the mean gradient, and what modifies it."""
    base = _stenosed()
    before, after = read(base), read(_loaded(base))
    gradient = "gradient_mean_mmhg"
    fall = after[gradient] - before[gradient]
    flows = [r["stroke_volume_ml"] / r["ejection_period_s"] for r in (before, after)]
    by_flow = before[gradient] * ((flows[1] / flows[0]) ** 2 - 1.0)
    usual = _per_pressure(base, gradient)
    weak = replace(base, lv_ees_mmhg_ml=0.5 * base.lv_ees_mmhg_ml)
    poor = replace(base, circulating_volume_ml=0.8 * base.circulating_volume_ml)
    small = replace(base, lv_filling_volume_ml=0.7 * base.lv_filling_volume_ml)
    sinus = [read(replace(base, aorta_mm=mm))[gradient] for mm in SINUS_MM]
    loads = np.linspace(0.7, 1.8, 8)
    lines = {}
    for name, heart in (("Ees 2.4", base), ("Ees 1.2", weak)):
        rows = [read(_loaded(heart, float(f))) for f in loads]
        lines[name] = curve([r["aortic_systolic_mmhg"] for r in rows], [r[gradient] for r in rows])
    return Measured(
        values={
            "gradient_change_mmhg": fall,
            "through_flow_ratio": fall / by_flow,
            "low_elastance_ratio": _per_pressure(weak, gradient) / usual,
            "low_flow_ratio": _per_pressure(poor, gradient) / usual,
            "small_volume_ratio": _per_pressure(small, gradient) / usual,
            "sinus_order": float(sinus[0] < sinus[1] < sinus[2]),
        },
        curves={**lines, "sinus": curve(SINUS_MM, sinus)},
    )


def orhon(settings: CirculationSettings) -> Measured:
    """Return how the gradient at one area moves with contractility and with afterload."""
    base = _stenosed()
    key = "gradient_mean_mmhg"
    usual = read(base)[key]
    strong = replace(base, lv_ees_mmhg_ml=1.5 * base.lv_ees_mmhg_ml)
    return Measured(
        values={
            "performance_mmhg": read(strong)[key] - usual,
            "afterload_mmhg": read(_loaded(base))[key] - usual,
        }
    )


def donati(settings: CirculationSettings) -> Measured:
    """Return how far 4 v^2 overestimates the net drop in 32 patients, normal to severe.

    The study mixed normal, bicuspid and stenosed valves: areas 0.8 to 2.5 cm2 evenly in their
    logarithm, aortas 26 to 40 mm, drawn once.
    """
    rng = np.random.Generator(np.random.Philox(key=32))
    areas = np.exp(rng.uniform(math.log(0.8), math.log(2.5), 32))
    aortas = rng.uniform(26.0, 40.0, 32)
    over, convective = [], []
    for area, aorta in zip(areas, aortas, strict=True):
        heart = replace(with_area(adult(), "aortic", float(area)), aorta_mm=float(aorta))
        recording = settled(heart, record=2)
        n = round(float(recording.beats_s[1] - recording.beats_s[0]) * recording.rate_hz)
        jet = recording["JET_AORTIC"][:n]
        peak = int(jet.argmax())
        net = float(recording["LV"][peak] - recording["AO"][peak])
        over.append(100.0 * (4.0 * float(jet[peak]) ** 2 / net - 1.0))
        if area < 1.5:
            convective.append(100.0 * _convective_share(heart, recording["FLOW_AORTIC"], peak, net))
    return Measured(
        values={
            "mean_percent": float(np.mean(over)),
            "least_percent": float(np.min(over)),
            "most_percent": float(np.max(over)),
            "convective_percent": float(np.mean(convective)),
        },
        curves={"patients": curve(areas, over)},
    )


def _convective_share(
    heart: HeartParams, flow_ml_s: np.ndarray, peak: int, net_mmhg: float
) -> float:
    """Return the lost head over the whole drop at peak; the rest is inertia and viscosity."""
    aorta = math.pi / 400.0 * heart.aorta_mm**2
    area = heart.aortic.area_effective_cm2
    lost = (float(flow_ml_s[peak]) / 50.15 * (1.0 / area - 1.0 / aorta)) ** 2
    return lost / net_mmhg


def _stiff(heart: HeartParams, factor: float) -> HeartParams:
    """Return a heart whose left atrium and ventricle are stiffer by ``factor``."""
    return replace(
        heart,
        la_stiffness_mmhg_ml=factor * heart.la_stiffness_mmhg_ml,
        lv_filling_volume_ml=heart.lv_filling_volume_ml / math.sqrt(factor),
    )


def _exercising(heart: HeartParams) -> HeartParams:
    """Return a heart in supine exercise: rate 120, resistance down, veins tightened, stronger.

    Stated beforehand: resistance falls to 60 %, stressed volume and contractility rise by 20 %.
    """
    return replace(
        at_rate(heart, 120.0),
        systemic_resistance_mmhg_s_ml=0.6 * heart.systemic_resistance_mmhg_s_ml,
        circulating_volume_ml=1.2 * heart.circulating_volume_ml,
        contractility_frac=1.2 * heart.contractility_frac,
    )


def _net_compliance(values: Mapping[str, float], area_cm2: float) -> float:
    """Return Cn as the study read it, from area and E slope: v^2 halves, so v falls by 29 %."""
    half_s = values["pressure_half_time_ms"] / 1000.0
    slope = 100.0 * values["velocity_peak_m_s"] * (1.0 - math.sqrt(0.5)) / half_s
    return net_compliance_ml_mmhg(area_planimetry_cm2=area_cm2, e_slope_cm_s2=slope)


def compliance(settings: CirculationSettings) -> Measured:
    """Return net compliance and PA pressure of 20 patients with mitral stenosis, and exercise.

    Sampled so that net compliance spans the printed range and PA pressure at rest is near the
    printed mean: areas 1.3 +- 0.25 cm2, stiffness of the left heart twice the usual with a log SD
    of 0.5, retained volume 35 +- 10 %, lung resistance twice the usual, 65 /min. What exercise and
    the correlation then are is the answer.
    """
    z = draws(20, 20, 3)
    base = at_rate(adult(), 65.0)
    lungs = 2.0 * base.pulmonary_resistance_mmhg_s_ml
    base = replace(base, pulmonary_resistance_mmhg_s_ml=lungs)
    cn, rest, exercise = [], [], []
    for a, s, v in z:
        area = float(np.clip(1.3 + 0.25 * a, 0.8, 2.0))
        heart = _stiff(with_area(base, "mitral", area), 2.0 * math.exp(0.5 * s))
        volume = heart.circulating_volume_ml * (1.35 + 0.10 * v)
        heart = replace(heart, circulating_volume_ml=float(volume))
        values = read(heart, "mitral")
        if "pressure_half_time_ms" not in values:
            continue
        cn.append(_net_compliance(values, area))
        rest.append(values["pa_systolic_mmhg"])
        exercise.append(read(_exercising(heart), "mitral")["pa_systolic_mmhg"])
    return Measured(
        values={
            "read_count": float(len(cn)),
            "cn_least_ml_mmhg": min(cn),
            "cn_most_ml_mmhg": max(cn),
            "pa_rest_mmhg": float(np.mean(rest)),
            "pa_exercise_mmhg": float(np.mean(exercise)),
            "r_exercise": float(np.corrcoef(cn, exercise)[0, 1]),
        },
        curves={"rest": curve(cn, rest), "exercise": curve(cn, exercise)},
    )


def half_time(settings: CirculationSettings) -> Measured:
    """Return what the half-time says of the area in 18 patients right after a valvotomy.

    Areas 1.9 +- 0.5 cm2; stiffness of the left heart with a log SD of 0.5 (the atrium has just been
    unloaded), volume 10 +- 12 %. The full form corrects for compliance and first drop
    [Thomas & Weyman 1989]: A = 0.01168 Cn sqrt(dp0) / T.
    """
    z = draws(18, 18, 3)
    areas, plain, full = [], [], []
    for a, s, v in z:
        area = float(np.clip(1.9 + 0.5 * a, 0.9, 3.2))
        factor = 1.3 * math.exp(0.5 * s)
        heart = _stiff(with_area(adult(), "mitral", area), factor)
        volume = heart.circulating_volume_ml * (1.10 + 0.12 * v)
        heart = replace(heart, circulating_volume_ml=float(volume))
        recording = settled(heart)
        values = measure(recording, "mitral")
        half = values.get("pressure_half_time_ms")
        if half is None:
            continue
        stroke, swing = values["stroke_volume_ml"], values["la_v_wave_mmhg"] - _x_trough(recording)
        atrial = 0.6 * stroke / max(swing, 0.5)  # filled between x and v: 60 % of the stroke
        ventricular = stroke / max(_diastolic_rise(recording), 0.5)
        net = 1.0 / (1.0 / atrial + 1.0 / ventricular)
        first = 4.0 * values["velocity_peak_m_s"] ** 2
        areas.append(area)
        plain.append(220.0 / half)
        full.append(11.68 * net * math.sqrt(first) / half)
    return Measured(
        values={
            "read_count": float(len(areas)),
            "r_area": float(np.corrcoef(areas, plain)[0, 1]),
            "r_full": float(np.corrcoef(areas, full)[0, 1]),
        },
        curves={"plain": curve(areas, plain), "full": curve(areas, full)},
    )


def _x_trough(recording: Recording) -> float:
    return beat_features(recording)["la_x_mmhg"]


def _diastolic_rise(recording: Recording) -> float:
    """Return the rise of LV pressure from its least to the end of diastole."""
    n = round(float(recording.beats_s[1] - recording.beats_s[0]) * recording.rate_hz)
    lv = recording["LV"][:n]
    return float(lv[-1] - lv[n // 3 :].min())
