"""What keys and fixed names are called on a page."""

import re
from collections.abc import Iterable
from typing import Any

from openvalve.units import UNITS

__all__ = ["key_label", "plain", "sentence", "with_key_labels"]

LABELS = {
    "heart_rate_bpm": "Heart rate",
    "cardiac_output_l_min": "Cardiac output",
    "cardiac_index_l_min_m2": "Cardiac index",
    "stroke_volume_ml": "Stroke volume",
    "qp_qs_ratio": "Lung to body flow (Qp/Qs)",
    "valve_area_cm2": "Valve area",
    "valve_area_effective_cm2": "Valve area, effective",
    "valve_area_gorlin_cm2": "Valve area (Gorlin)",
    "valve_area_continuity_cm2": "Valve area (continuity)",
    "valve_area_planimetry_cm2": "Valve area (planimetry)",
    "valve_area_pht_cm2": "Valve area (half-time)",
    "valve_area_index_cm2_m2": "Valve area per body surface",
    "gradient_mean_mmhg": "Mean gradient",
    "gradient_peak_to_peak_mmhg": "Peak-to-peak gradient",
    "gradient_peak_instant_mmhg": "Peak instantaneous gradient",
    "velocity_peak_m_s": "Peak jet velocity",
    "pressure_half_time_ms": "Pressure half-time",
    "lv_ejection_frac": "LV ejection fraction",
    "rv_ejection_frac": "RV ejection fraction",
    "lv_dpdt_max_mmhg_s": "LV dP/dt max",
    "lv_end_diastolic_mmhg": "LV end-diastolic",
    "rv_end_diastolic_mmhg": "RV end-diastolic",
    "rv_infundibular_gradient_mmhg": "RV infundibular gradient",
    "eroa_mm2": "Regurgitant orifice",
    "lv_stroke_work_j": "LV stroke work",
    "rv_stroke_work_j": "RV stroke work",
    "regurgitation_grade": "Leak grade",
    "to": "Next size",
    "area_gain_cm2": "Area gained",
    "severe_regurgitation_added_prob": "Chance of leak grade 3–4, added",
    "wilkins_score": "Wilkins score",
    "calcium_agatston": "Calcium (Agatston)",
    "haemoglobin_g_dl": "Haemoglobin",
}
WORDS = {
    "la": "LA", "lv": "LV", "ra": "RA", "rv": "RV", "pa": "PA", "ao": "AO", "pcw": "Wedge",
    "lvot": "LVOT", "rvot": "RVOT", "vti": "VTI", "bsa": "BSA", "mr": "MR", "ar": "AR", "tr": "TR",
    "pr": "PR", "gorlin": "Gorlin", "inoue": "Inoue", "cm2": "cm²",
}  # fmt: skip
NAMES = {
    "severe_regurgitation": "Severe leak (grade 3–4)",
    "conduction_block": "Conduction block",
    "interatrial_shunt": "Shunt left in the atrial septum",
    "reactive_infundibulum": "Reactive infundibulum",
    "vascular": "Vascular complication",
    "annular_rupture": "Tear of the ring",
    "balloon_rupture": "Balloon bursts",
    "death": "Death",
    "la_thrombus": "Left atrial thrombus",
    "lv_thrombus": "Left ventricular thrombus",
    "atrial_fibrillation": "atrial fibrillation",
    "sinus": "sinus rhythm",
    "paced": "paced rhythm",
    "tricuspid": "Three leaflets",
    "bicuspid_0": "Bicuspid, no raphe (type 0)",
    "bicuspid_1": "Bicuspid, one raphe (type 1)",
    "bicuspid_2": "Bicuspid, two raphes (type 2)",
    "waiting": "Waiting",
    "palliation_only": "Palliation",
    "none": "none",
}


def plain(name: Any) -> str:
    """Return a fixed name in words: ``la_thrombus`` becomes ``Left atrial thrombus``."""
    text = str(name)
    return NAMES.get(text) or sentence(" ".join(WORDS.get(w, w) for w in text.split("_")))


def sentence(text: str) -> str:
    """Return the text with a capital first letter."""
    return text[:1].upper() + text[1:]


def key_label(key: str) -> str:
    """Return what a key is called, without its unit: ``la_mean_mmhg`` becomes ``LA mean``."""
    if key in LABELS:
        return LABELS[key]
    other = re.fullmatch(r"lesion\[(\d+)\]\.(\w+)", key)
    if other:
        return f"{key_label(other.group(2))}, lesion {int(other.group(1)) + 1}"
    suffix = next(
        (s for s in sorted([*UNITS, "j"], key=len, reverse=True) if key.endswith("_" + s)), ""
    )
    return plain(key[: -len(suffix) - 1] if suffix else key)


def with_key_labels(text: str, keys: Iterable[str]) -> str:
    """Return a message with the names of keys put into words, whole names only."""
    names = sorted((k for k in keys if k in text), key=len, reverse=True)
    if not names:
        return text
    pattern = r"(?<![\w.])(?:" + "|".join(re.escape(k) for k in names) + r")(?!\w)"
    return re.sub(pattern, lambda m: key_label(m.group()), text)
