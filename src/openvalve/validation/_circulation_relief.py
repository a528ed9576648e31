"""Section 5 and 7: patients sampled to a group before the balloon, then given its area.

Each group's mean patient is fitted by ``planning.fit_patient`` on what was printed before; then the
valve opens by the printed ratio of areas and the body answers as in a plan (``apply_relief``). The
answer's strength was learned from papers of this kind, these among them: it is the product's own.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from openvalve.errors import InputError, InputItem
from openvalve.patient import Patient, complete, parse_patient
from openvalve.planning import AFTER_PRIOR, Fit, apply_relief, fit_patient, make_plan
from openvalve.validation._acceptance_types import Measured
from openvalve.validation._circulation_hearts import adult, draws, read, with_area
from openvalve.validation._circulation_types import CirculationSettings, Protocol

__all__ = ["RELIEF_PROTOCOLS"]

# What was printed before, and how far the valve opened. Ages and sexes are the papers', or usual.
_AORTIC = {"valve": "aortic", "etiology": "calcific"}
_MITRAL = {"valve": "mitral", "etiology": "rheumatic"}
_PULMONARY = {"valve": "pulmonary", "etiology": "congenital"}


def _patient(
    name: str, lesion: Mapping[str, str], age: float, sex: str, measured: Mapping[str, float]
) -> Patient:
    return parse_patient(
        {
            "schema": 1,
            "id": name,
            "age_years": age,
            "sex": sex,
            "lesion": [dict(lesion)],
            "measured": dict(measured),
        }
    )


GROUPS: Mapping[str, tuple[Mapping[str, str], float, str, Mapping[str, float], float]] = {
    "bav15": (
        _AORTIC,
        75.0,
        "male",
        {
            "gradient_peak_to_peak_mmhg": 63.0,
            "gradient_mean_mmhg": 54.0,
            "valve_area_gorlin_cm2": 0.60,
            "lv_end_diastolic_volume_ml": 186.0,
            "lv_end_systolic_volume_ml": 114.0,
            "lv_end_diastolic_mmhg": 20.0,
            "lv_ejection_frac": 0.39,
            "lv_dpdt_max_mmhg_s": 1700.0,
        },
        0.90 / 0.60,
    ),
    "bav25": (
        _AORTIC,
        76.0,
        "male",
        {
            "gradient_peak_to_peak_mmhg": 73.0,
            "gradient_mean_mmhg": 61.0,
            "valve_area_gorlin_cm2": 0.55,
            "lv_end_diastolic_volume_ml": 186.0,
            "lv_end_systolic_volume_ml": 115.0,
            "lv_end_diastolic_mmhg": 22.0,
            "lv_ejection_frac": 0.41,
        },
        0.80 / 0.55,
    ),
    "bav41": (
        _AORTIC,
        77.0,
        "female",
        {
            "valve_area_gorlin_cm2": 0.51,
            "lv_ejection_frac": 0.52,
            "lv_dpdt_max_mmhg_s": 1650.0,
            "lv_end_diastolic_volume_ml": 136.0,
        },
        0.81 / 0.51,
    ),
    "bav25d": (
        _AORTIC,
        77.0,
        "female",
        {"gradient_mean_mmhg": 50.0, "valve_area_continuity_cm2": 0.45},
        0.73 / 0.45,
    ),
    "pmv12": (
        _MITRAL,
        45.0,
        "female",
        {
            "gradient_mean_mmhg": 16.0,
            "la_mean_mmhg": 29.0,
            "cardiac_output_l_min": 4.4,
            "valve_area_gorlin_cm2": 1.0,
        },
        2.4,
    ),
    "pmv20s": (
        _MITRAL,
        40.0,
        "female",
        {"valve_area_gorlin_cm2": 0.68, "pa_mean_mmhg": 48.8},
        1.5 / 0.68,
    ),
    "pmv20d": (
        _MITRAL,
        40.0,
        "female",
        {"valve_area_gorlin_cm2": 0.68, "pa_mean_mmhg": 46.7},
        1.9 / 0.68,
    ),
}
REGISTRY_COUNT, READINGS = 40, 25
POSTERIOR_DRAWS = 15  # patients sampled to the row before, as many as the paper had


@lru_cache(maxsize=8)
def _fitted(name: str) -> Fit:
    lesion, age, sex, measured, _ = GROUPS[name]
    patient = _patient(name, lesion, age, sex, measured)
    return fit_patient(patient, complete(patient))


def _after(
    fit: Fit, valve: str, ratio: float, time: Literal["acute", "hours"] = "acute"
) -> dict[str, float]:
    orifice = getattr(fit.heart, valve)
    heart = apply_relief(
        fit.heart,
        valve,
        area_cm2=orifice.area_effective_cm2 * ratio,
        leak_cm2=orifice.area_leak_cm2,
        after=AFTER_PRIOR,
        time=time,
    )
    return fit.observer.observe(heart, fit.state)


def _changes(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    return {key: after[key] - before[key] for key in before if key in after}


def _group(name: str) -> Measured:
    lesion, *_, ratio = GROUPS[name]
    fit = _fitted(name)
    after = _after(fit, lesion["valve"], ratio)
    found = _changes(fit.values, after)
    found["output_ratio"] = after["cardiac_output_l_min"] / fit.values["cardiac_output_l_min"]
    found["rate_ratio"] = after["heart_rate_bpm"] / fit.values["heart_rate_bpm"]
    if lesion["valve"] == "mitral":
        found["la_after_mmhg"] = after["la_mean_mmhg"]
        found["gradient_after_mmhg"] = after["gradient_mean_mmhg"]
        found["output_after_l_min"] = after["cardiac_output_l_min"]
    if name == "bav25d":
        day = _after(fit, "aortic", 0.86 / 0.45, "hours")
        found["day_mmhg"] = day["gradient_mean_mmhg"] - fit.values["gradient_mean_mmhg"]
    return Measured(values=found)


def _bav_hours(settings: CirculationSettings) -> Measured:
    """Return mean changes of patients drawn around the fit to n 15, opened by the same ratio."""
    fit = _fitted("bav15")
    rng = np.random.Generator(np.random.Philox(key=15))
    rows = []
    for theta in rng.multivariate_normal(fit.theta, fit.covariance, POSTERIOR_DRAWS):
        heart = fit.heart_at(theta)
        before = fit.observer.observe(heart, fit.state)
        orifice = heart.aortic
        opened = apply_relief(
            heart,
            "aortic",
            area_cm2=orifice.area_effective_cm2 * 0.90 / 0.60,
            leak_cm2=orifice.area_leak_cm2,
            after=AFTER_PRIOR,
            time="hours",
        )
        rows.append(_changes(before, fit.observer.observe(opened, fit.state)))
    return Measured(values={k: float(np.mean([r[k] for r in rows])) for k in rows[0]})


def _until(fit: Fit, valve: str, key: str, wanted: float) -> dict[str, float]:
    """Return what is read once the valve is as open as leaves ``wanted``, by bisection."""
    low, high = 1.0, 12.0
    values: dict[str, float] = {}
    for _ in range(14):
        middle = float(np.sqrt(low * high))
        values = _after(fit, valve, middle)
        low, high = (middle, high) if values[key] > wanted else (low, middle)
    return values


def _children(settings: CirculationSettings) -> Measured:
    """Return the fall of LV peak when the gradient of children goes from 113 to 32."""
    patient = _patient(
        "children23",
        {"valve": "aortic", "etiology": "congenital"},
        8.0,
        "male",
        {"gradient_peak_to_peak_mmhg": 113.0, "lv_systolic_mmhg": 221.0},
    )
    fit = fit_patient(patient, complete(patient))
    after = _until(fit, "aortic", "gradient_peak_to_peak_mmhg", 32.0)
    found = _changes(fit.values, after)
    found["gradient_before_mmhg"] = fit.values["gradient_peak_to_peak_mmhg"]
    return Measured(values=found)


def _pmv_general(settings: CirculationSettings) -> Measured:
    """Return the mean gradient after over before when a mitral area of 1.0 doubles."""
    fit = _fitted("pmv12")
    after = _after(fit, "mitral", 2.0)
    return Measured(
        values={"ratio": after["gradient_mean_mmhg"] / fit.values["gradient_mean_mmhg"]}
    )


def _registry(settings: CirculationSettings) -> Measured:
    """Return the whole and the infundibular gradient once the pulmonary valve leaves 16 mmHg."""
    patient = _patient("vaca", _PULMONARY, 8.0, "female", {"gradient_peak_to_peak_mmhg": 71.0})
    fit = fit_patient(patient, complete(patient))
    after = _until(fit, "pulmonary", "gradient_valvar_peak_to_peak_mmhg", 16.0)
    return Measured(
        values={
            "total_mmhg": after["gradient_peak_to_peak_mmhg"],
            "infundibular_mmhg": after["rv_infundibular_gradient_mmhg"],
        }
    )


def _registry_areas(settings: CirculationSettings) -> Measured:
    """Return continuity areas of a population sampled to catheter areas of 0.50, then 0.80.

    Forty fitted-like hearts stand for the registry: areas with a SD of 0.14 and 0.19 [Davidson
    1990], output 4.0 +- 0.9 L/min by contractility. Both areas are then read 25 times with their
    usual errors, 12 % by catheter and 18 % by Doppler (``patient``), for the correlations.
    """
    rng = np.random.Generator(np.random.Philox(key=589))
    found = {}
    for name, mean, spread in (("before", 0.50, 0.14), ("after", 0.80, 0.19)):
        gorlin, doppler = [], []
        for a, c in draws(589, REGISTRY_COUNT, 2):
            heart = with_area(adult(), "aortic", max(mean + spread * a, 0.25))
            strength = heart.lv_ees_mmhg_ml * float(np.exp(0.35 * c - 0.3))
            values = read(replace(heart, lv_ees_mmhg_ml=strength))
            gorlin.append(values["valve_area_gorlin_cm2"])
            doppler.append(values["valve_area_continuity_cm2"])
        found[f"doppler_{name}_cm2"] = float(np.mean(doppler)) * mean / float(np.mean(gorlin))
        x = np.repeat(gorlin, READINGS) * (1.0 + 0.12 * rng.standard_normal(40 * READINGS))
        y = np.repeat(doppler, READINGS) * (1.0 + 0.18 * rng.standard_normal(40 * READINGS))
        found[f"r_{name}"] = float(np.corrcoef(x, y)[0, 1])
    return Measured(values=found)


def _planned(
    name: str, age: float, gradient: float, balloon_annulus_ratio: float | None
) -> Protocol:
    """Return a protocol that plans the usual balloon (or a given ratio) and reads the gradient."""

    def protocol(settings: CirculationSettings) -> Measured:
        made: dict[str, Any] = {
            "schema": 1,
            "id": name,
            "age_years": age,
            "sex": "female",
            "lesion": [dict(_PULMONARY)],
            "measured": {"gradient_peak_to_peak_mmhg": gradient},
        }
        if balloon_annulus_ratio is not None:
            annulus = complete(parse_patient(made)).annulus_mm.mean
            size = round(balloon_annulus_ratio * annulus, 1)
            made["balloon"] = [{"kind": "cylinder", "diameter_mm": size}]
        plan = make_plan(parse_patient(made), draws=60, seed=0)
        options = plan.document["options"]
        if not options:
            raise InputError([InputItem(key=name, got="no option", allowed="a balloon")])
        middle = options[len(options) // 2]
        return Measured(
            values={"after_mmhg": middle["after"]["gradient_peak_to_peak_mmhg"]["median"]}
        )

    return protocol


def _of(name: str) -> Protocol:
    def protocol(settings: CirculationSettings) -> Measured:
        return _group(name)

    return protocol


RELIEF_PROTOCOLS: Mapping[str, Protocol] = {
    **{name: _of(name) for name in GROUPS},
    "bav_hours": _bav_hours,
    "children23": _children,
    "nhlbi": _registry_areas,
    "pmv_general": _pmv_general,
    "pbpv784": _registry,
    "pbpv_adults": _planned("pbpv_adults", 30.0, 71.3, None),
    "pbpv_children": _planned("pbpv_children", 5.0, 74.0, None),
    "pbpv_infants": _planned("pbpv_infants", 0.5, 43.5, 1.28),
}
