"""The plan as the contract writes it: plain numbers with bands, no NaN."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvalve.devices import check_inflation, sheath_fits
from openvalve.hemodynamics import SUCCESS_DEFINITIONS, Severity, success
from openvalve.patient import BalloonRequest, Patient, Profile, find_contradictions
from openvalve.planning._doubt import Conflict
from openvalve.planning._fit import Fit
from openvalve.planning._options import Before, Option, with_grade
from openvalve.planning._risk import option_risks
from openvalve.planning._start import grade_of

__all__ = [
    "anchored_before",
    "band",
    "describe_conflicts",
    "describe_fit",
    "describe_option",
    "describe_patient",
    "own_measures",
]

Values = Mapping[str, NDArray[np.float64]]

# Pressure and work of what lies upstream of each valve (issue 3 item 4).
UPSTREAM = {
    "aortic": ("lv_systolic_mmhg", "lv_end_diastolic_mmhg", "lv_stroke_work_j", "la_mean_mmhg"),
    "mitral": ("la_mean_mmhg", "pa_mean_mmhg", "rv_systolic_mmhg", "rv_stroke_work_j"),
    "pulmonary": ("rv_systolic_mmhg", "rv_end_diastolic_mmhg", "rv_stroke_work_j", "ra_mean_mmhg"),
    "tricuspid": ("ra_mean_mmhg",),
}
# Numbers of one kind add a shift rather than a factor: a pressure that the valve does not make.
AREA_PREFIX = "valve_area"
SHIFTED = ("systolic_mmhg", "diastolic_mmhg", "aortic_mean_mmhg")


def band(values: NDArray[np.float64]) -> dict[str, float]:
    """Return median and 90 % band of draws, shape (n,)."""
    low, middle, high = np.percentile(values, [5.0, 50.0, 95.0])
    return {"median": _plain(middle), "p05": _plain(low), "p95": _plain(high)}


def _plain(value: float) -> float:
    return float(f"{float(value):.5g}")


def describe_patient(patient: Patient, profile: Profile, severity: Severity) -> dict[str, Any]:
    """Return who this is, for the head of a report."""
    lesion = patient.lesion[0]
    return {
        "age_years": profile.age_years,
        "sex": profile.sex,
        "rhythm": patient.rhythm,
        "height_cm": _plain(profile.height_cm.mean),
        "weight_kg": _plain(profile.weight_kg.mean),
        "bsa_m2": _plain(profile.bsa_m2.mean),
        "pregnancy_weeks": patient.pregnancy_weeks,
        "valve": lesion.valve,
        "etiology": profile.etiology,
        "morphology": profile.morphology,
        "annulus_mm": _plain(profile.annulus_mm.mean),
        "severity": {
            "grade": severity.grade,
            "guideline": severity.guideline,
            "reasons": list(severity.reasons),
        },
    }


def describe_fit(fit: Fit, before: Before) -> dict[str, Any]:
    """Return how well the model meets each number: measured, and the posterior's band."""
    rows = {}
    for target in fit.targets:
        draws = before.values.get(target.key)
        if draws is None:
            continue
        rows[target.key] = {
            "measured": target.value if target.measured else None,
            "measured_sd": _plain(target.sd),
            **band(draws),
            "sd": _plain(float(draws.std())),
            "expected": None if target.measured else target.value,
        }
    return rows


def _conflict_row(conflict: Conflict) -> dict[str, Any]:
    return {
        "keys": [conflict.key],
        "measured": conflict.measured,
        "sd": _plain(conflict.sd),
        "fitted": _plain(conflict.fitted),
        "sd_used": _plain(conflict.sd_used),
        "gap_sds": _plain((conflict.fitted - conflict.measured) / conflict.sd),
        "message": f"{conflict.key}: measured {conflict.measured:g}, the other numbers fit"
        f" {conflict.fitted:.3g}; kept, with an error of {conflict.sd_used:.2g} instead of"
        f" {conflict.sd:.2g}",
        "smallest_change": f"{conflict.key} {conflict.measured:g} →"
        f" {conflict.measured + conflict.smallest_change:.3g}",
    }


def describe_conflicts(patient: Patient, fit: Fit) -> list[dict[str, Any]]:
    """Return what contradicts what, by arithmetic and by the fit, and what would reconcile it."""
    rows = [
        {
            "keys": list(c.keys),
            "message": c.message,
            "smallest_change": c.smallest_change,
        }
        for c in find_contradictions(patient)
    ]
    return rows + [_conflict_row(c) for c in fit.conflicts]


def _anchored(values: Values, fit: Fit, patient: Patient) -> dict[str, NDArray[np.float64]]:
    """Return predictions in the patient's own measure: what was read before, changed as modeled.

    A measurement that the rest contradicts does not shift them.
    """
    anchored = dict(values)
    for key, m in patient.measured.items():
        if key not in values or key not in fit.values or key in fit.doubtful:
            continue
        model = fit.values[key]
        if key.endswith(SHIFTED):
            anchored[key] = values[key] + (m.value - model)
        elif abs(model) > 1e-9:
            anchored[key] = values[key] * (m.value / model)
    return anchored


def anchored_before(patient: Patient, fit: Fit, before: Before) -> dict[str, dict[str, float]]:
    """Return the bands before, in the patient's own measure, by key."""
    return {k: band(v) for k, v in _anchored(before.values, fit, patient).items()}


def own_measures(patient: Patient) -> Callable[[Values], Values]:
    """Return a filter that leaves only the kinds of valve area that this patient was measured by.

    Without a measured area all stay; a definition must not read a planimetry nobody drew.
    """
    measured = [key for key in patient.measured if key.startswith(AREA_PREFIX)]

    def only(values: Values) -> Values:
        if not measured:
            return values
        return {k: v for k, v in values.items() if not k.startswith(AREA_PREFIX) or k in measured}

    return only


def label_of(option: Option) -> str:
    """Return what a balloon is called on a page."""
    request, balloon = option.request, option.balloon
    if isinstance(request.diameter_mm, tuple):
        one, two = request.diameter_mm
        size = f"2 x {one:g} mm" if one == two else f"{one:g} + {two:g} mm"
        return f"{size} side by side"
    return f"{balloon.model} {request.diameter_mm or balloon.diameter_mm:g} mm"


def _step_up(option: Option, options: Sequence[Option]) -> dict[str, Any] | None:
    """Return what the next larger Inoue step would add in area and in severe leak."""
    if option.request.kind != "inoue":
        return None
    size = option.balloon.effective_diameter_mm
    larger = [
        o
        for o in options
        if o.request.kind == "inoue" and o.balloon.effective_diameter_mm > size + 1e-6
    ]
    if not larger:
        return None
    up = min(larger, key=lambda o: o.balloon.effective_diameter_mm)
    gain = up.acute["valve_area_effective_cm2"] - option.acute["valve_area_effective_cm2"]
    severe = [np.mean(np.asarray(o.inflation.regurgitation_grade) >= 3.0) for o in (option, up)]
    return {
        "to": label_of(up),
        "area_gain_cm2": band(gain),
        "severe_regurgitation_added_prob": _plain(float(severe[1] - severe[0])),
    }


def _grades(grades: NDArray[np.float64]) -> list[float]:
    """Return the chance of each whole grade 0 to 4; a half counts with the grade below."""
    whole = np.clip(np.ceil(np.asarray(grades) - 0.5), 0, 4)
    return [_plain(float(np.mean(whole == g))) for g in range(5)]


def describe_option(
    option: Option,
    options: Sequence[Option],
    patient: Patient,
    profile: Profile,
    fit: Fit,
    before: Before,
) -> dict[str, Any]:
    """Return one entry of ``options``."""
    valve = fit.observer.valve
    request, balloon = option.request, option.balloon
    acute = _anchored(option.acute, fit, patient)
    hours = _anchored(option.hours, fit, patient)
    seen = _anchored(before.values, fit, patient)
    start = {
        **seen,
        "regurgitation_grade": np.full(len(before.hearts), grade_of(patient.lesion[0])),
    }
    own = own_measures(patient)
    chances = success(valve, own(start), own(with_grade(option, acute)))
    atm = request.inflation_atm or balloon.nominal_atm
    return {
        "balloon": _balloon(option),
        "label": label_of(option),
        "after": {k: band(v) for k, v in acute.items()},
        "after_hours": {k: band(v) for k, v in hours.items()},
        "regurgitation_grade_prob": _grades(np.asarray(option.inflation.regurgitation_grade)),
        "success": {name: _plain(float(np.mean(hit))) for name, hit in chances.items()},
        "success_definitions": {
            d.name: {"text": d.text, "source": d.source} for d in SUCCESS_DEFINITIONS[valve]
        },
        "risk": option_risks(option, valve, profile),
        "sizing": {
            "balloon_annulus_ratio": _plain(
                balloon.effective_diameter_mm / profile.annulus_mm.mean
            ),
            "balloon_lvot_ratio": _plain(balloon.effective_diameter_mm / profile.lvot_mm.mean)
            if valve == "aortic"
            else None,
            "sheath_fr": _plain(balloon.sheath_fr),
            "sheath_fits": sheath_fits(balloon, profile.femoral_artery_mm.mean)
            if valve == "aortic"
            else True,
        },
        "mechanics": _mechanics(option),
        "step_up": _step_up(option, options),
        "upstream": {
            k: {"before": band(seen[k]), "after": band(acute[k]), "after_hours": band(hours[k])}
            for k in UPSTREAM[valve]
            if k in acute and k in seen
        },
        "warnings": [*check_inflation(balloon, atm), *_without_effect(request)],
    }


def _without_effect(request: BalloonRequest) -> list[str]:
    """Return what was asked for and does not act on the prediction, as one sentence or none."""
    named = [k for k in ("volume_ml", "hold_s", "pacing_bpm") if getattr(request, k) is not None]
    return [f"{', '.join(named)}: kept, without effect on the prediction"] if named else []


def _balloon(option: Option) -> dict[str, Any]:
    request, balloon = option.request, option.balloon
    row = {
        "model": balloon.model,
        "kind": request.kind,
        "diameter_mm": request.diameter_mm or balloon.diameter_mm,
        "effective_diameter_mm": _plain(balloon.effective_diameter_mm),
        "inflations": request.inflations or 1,
        "inflation_atm": request.inflation_atm or balloon.nominal_atm,
        "rated_burst_atm": balloon.rated_burst_atm,
        "volume_ml": request.volume_ml or balloon.volume_ml,
        "hold_s": request.hold_s,
        "pacing_bpm": request.pacing_bpm,
    }
    return {k: list(v) if isinstance(v, tuple) else v for k, v in row.items()}


def _mechanics(option: Option) -> dict[str, Any]:
    inflation = option.inflation
    splits = np.asarray(inflation.commissures_split_count)
    stretch = np.asarray(inflation.annular_stretch_ratio, dtype=float)
    torn = np.asarray(inflation.leaflet_torn)
    calcium = np.asarray(inflation.calcium_fracture)
    found = {
        "commissures_split_prob": [
            _plain(float(np.mean(splits == k))) for k in range(int(splits.max()) + 1)
        ],
        "calcium_fracture_prob": _plain(float(np.mean(calcium))),
        "leaflet_torn_prob": _plain(float(np.mean(torn))),
        "annular_stretch_ratio": band(stretch),
    }
    return {k: v for k, v in found.items() if not _is_nan(v)}


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and not math.isfinite(value)
