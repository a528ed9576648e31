"""Every numeric key of the patient file with the range that is accepted.

Ranges are limits of the possible over all ages (a newborn of 0.5 kg to a giant), not of the
likely; what is merely unlikely is kept and warned about. They are choices of this project, wide
enough to hold every row of the evidence tables. The unit of a key is its suffix (``units.py``).
"""

from collections.abc import Mapping
from types import MappingProxyType

from openvalve.units import unit_of_name

__all__ = [
    "BALLOON_KEYS",
    "BODY_KEYS",
    "LESION_KEYS",
    "MEASURED_KEYS",
    "allowed_text",
    "range_of",
    "unit_label",
]

Range = tuple[float, float]

_AREA: Range = (0.01, 12.0)
_SYSTOLIC: Range = (20.0, 300.0)
_DIASTOLIC: Range = (5.0, 200.0)

MEASURED_KEYS: Mapping[str, Range] = MappingProxyType(
    {
        "heart_rate_bpm": (20.0, 300.0),
        "cardiac_output_l_min": (0.05, 25.0),
        "cardiac_index_l_min_m2": (0.3, 12.0),
        "stroke_volume_ml": (0.3, 300.0),
        "qp_qs_ratio": (0.1, 10.0),
        "valve_area_cm2": _AREA,
        "valve_area_gorlin_cm2": _AREA,
        "valve_area_continuity_cm2": _AREA,
        "valve_area_planimetry_cm2": _AREA,
        "valve_area_pht_cm2": _AREA,
        "valve_area_index_cm2_m2": (0.02, 8.0),
        "gradient_mean_mmhg": (0.0, 200.0),
        "gradient_peak_to_peak_mmhg": (0.0, 300.0),
        "gradient_peak_instant_mmhg": (0.0, 350.0),
        "velocity_peak_m_s": (0.1, 9.0),
        "lvot_vti_cm": (1.0, 60.0),
        "valve_vti_cm": (1.0, 300.0),
        "filling_period_s": (0.05, 2.5),
        "ejection_period_s": (0.05, 0.8),
        "pressure_half_time_ms": (10.0, 1000.0),
        "aortic_systolic_mmhg": _SYSTOLIC,
        "aortic_diastolic_mmhg": _DIASTOLIC,
        "aortic_mean_mmhg": (10.0, 230.0),
        "cuff_systolic_mmhg": _SYSTOLIC,
        "cuff_diastolic_mmhg": _DIASTOLIC,
        "cuff_mean_mmhg": (10.0, 230.0),
        "lv_systolic_mmhg": (20.0, 400.0),
        "lv_end_diastolic_mmhg": (-5.0, 70.0),
        "lv_end_diastolic_volume_ml": (1.0, 700.0),
        "lv_end_systolic_volume_ml": (0.2, 650.0),
        "lv_ejection_frac": (0.03, 0.95),
        "lv_dpdt_max_mmhg_s": (100.0, 8000.0),
        "la_mean_mmhg": (0.0, 70.0),
        "la_a_wave_mmhg": (0.0, 90.0),
        "la_v_wave_mmhg": (0.0, 120.0),
        "la_volume_ml": (0.5, 2000.0),
        "pcw_mean_mmhg": (0.0, 70.0),
        "pcw_a_wave_mmhg": (0.0, 90.0),
        "pcw_v_wave_mmhg": (0.0, 120.0),
        "ra_mean_mmhg": (-5.0, 50.0),
        "ra_a_wave_mmhg": (-5.0, 60.0),
        "ra_v_wave_mmhg": (-5.0, 60.0),
        "pa_systolic_mmhg": (5.0, 200.0),
        "pa_diastolic_mmhg": (0.0, 120.0),
        "pa_mean_mmhg": (3.0, 150.0),
        "rv_systolic_mmhg": (5.0, 300.0),
        "rv_end_diastolic_mmhg": (-8.0, 50.0),
        "rv_infundibular_gradient_mmhg": (0.0, 250.0),
        "rv_end_diastolic_volume_ml": (1.0, 800.0),
        "rv_end_systolic_volume_ml": (0.2, 700.0),
        "rv_ejection_frac": (0.03, 0.95),
    }
)
"""Key of ``[measured]`` to (lowest, highest) accepted value, in the unit of the key's suffix."""

BODY_KEYS: Mapping[str, Range] = MappingProxyType(
    {
        "age_years": (0.0, 120.0),
        "age_days": (0.0, 43_830.0),
        "height_cm": (20.0, 250.0),
        "weight_kg": (0.5, 250.0),
        "bsa_m2": (0.05, 3.5),
        "pregnancy_weeks": (0.0, 44.0),
        "haemoglobin_g_dl": (3.0, 25.0),
        "femoral_artery_mm": (0.5, 20.0),
    }
)

LESION_KEYS: Mapping[str, Range] = MappingProxyType(
    {
        "annulus_mm": (3.0, 60.0),
        "annulus_min_mm": (2.0, 60.0),
        "annulus_max_mm": (3.0, 70.0),
        "annulus_area_mm2": (7.0, 3000.0),
        "intercommissural_mm": (3.0, 60.0),
        "lvot_mm": (2.0, 45.0),
        "ascending_aorta_mm": (3.0, 90.0),
        "pulmonary_artery_mm": (2.0, 80.0),
        "calcium_agatston": (0.0, 20_000.0),
        "wilkins_score": (4.0, 16.0),
        "regurgitation_grade": (0.0, 4.0),
        "eroa_mm2": (0.0, 300.0),
        "regurgitant_fraction_frac": (0.0, 0.95),
        "wilkins.mobility": (1.0, 4.0),
        "wilkins.thickening": (1.0, 4.0),
        "wilkins.subvalvular": (1.0, 4.0),
        "wilkins.calcium": (1.0, 4.0),
    }
)

BALLOON_KEYS: Mapping[str, Range] = MappingProxyType(
    {
        "diameter_mm": (3.0, 40.0),
        "steps_mm": (3.0, 40.0),
        "inflations": (1.0, 30.0),
        "inflation_atm": (0.1, 30.0),
        "volume_ml": (0.1, 150.0),
        "hold_s": (0.5, 120.0),
        "pacing_bpm": (60.0, 300.0),
    }
)

_TABLES: Mapping[str, Mapping[str, Range]] = MappingProxyType(
    {"": BODY_KEYS, "measured": MEASURED_KEYS, "lesion": LESION_KEYS, "balloon": BALLOON_KEYS}
)


def range_of(section: str, key: str) -> Range | None:
    """Return the accepted range of a numeric key of one section of the file, else None."""
    return _TABLES[section].get(key)


def unit_label(key: str) -> str:
    """Return the printed unit of a key with a leading space, ``" mmHg"``, or nothing."""
    unit = unit_of_name(key)
    return f" {unit.label}" if unit is not None and unit.label else ""


def allowed_text(section: str, key: str) -> str:
    """Return ``"3 to 40 mm"`` for a numeric key."""
    low, high = _TABLES[section][key]
    halves = " in halves" if key == "regurgitation_grade" else ""
    return f"{low:g} to {high:g}{unit_label(key)}{halves}"
