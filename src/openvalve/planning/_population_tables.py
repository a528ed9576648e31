"""Population parameters of the answer to relief; written by ``benchmarks/learn_after.py``.

Learned from the open acute rows that carry before and after, all papers; ``openvalve validate``
learns them again with each paper left out.
"""

from openvalve.planning._after import AfterState

__all__ = ["AFTER_SPREAD_FRAC", "AFTER_STATE", "DISCREPANCY", "TYPICAL_RELIEF_FRAC"]

AFTER_STATE = AfterState(
    volume_aortic_frac=0.1944,
    volume_mitral_frac=0.4462,
    volume_right_frac=0.123,
    lung_resistance_frac=0.489,
    contractility_aortic_frac=0.08763,
    contractility_right_frac=0.6796,
)
# Log spread of each between patients; not measured anywhere, taken wide.
AFTER_SPREAD_FRAC = 0.35

# Relief at which the discrepancies were read.
TYPICAL_RELIEF_FRAC = 0.70
# Class of valve -> key -> (log shift drawn to zero, log spread between papers).
DISCREPANCY: dict[str, dict[str, tuple[float, float]]] = {
    "calcific": {
        "aortic_systolic_mmhg": (0.126, 0.122),
        "cardiac_index_l_min_m2": (0.045, 0.122),
        "cardiac_output_l_min": (0.022, 0.109),
        "gradient_mean_mmhg": (-0.045, 0.143),
        "gradient_peak_instant_mmhg": (0.002, 0.122),
        "gradient_peak_to_peak_mmhg": (-0.046, 0.166),
        "lv_dpdt_max_mmhg_s": (-0.023, 0.106),
        "lv_ejection_frac": (-0.01, 0.1),
        "lv_end_diastolic_mmhg": (-0.023, 0.105),
        "lv_end_diastolic_volume_ml": (-0.047, 0.1),
        "lv_end_systolic_volume_ml": (-0.055, 0.107),
        "valve_area_cm2": (0.082, 0.112),
        "valve_area_continuity_cm2": (0.082, 0.112),
        "valve_area_gorlin_cm2": (0.082, 0.112),
        "valve_area_index_cm2_m2": (0.082, 0.112),
        "valve_area_planimetry_cm2": (0.082, 0.112),
    },
    "congenital": {
        "gradient_peak_to_peak_mmhg": (-0.237, 0.292),
        "lv_systolic_mmhg": (-0.003, 0.11),
    },
    "pulmonary": {
        "gradient_peak_instant_mmhg": (-0.139, 0.122),
        "gradient_peak_to_peak_mmhg": (-0.127, 0.212),
        "rv_systolic_mmhg": (-0.032, 0.157),
        "valve_area_cm2": (-0.083, 0.122),
        "valve_area_continuity_cm2": (-0.083, 0.122),
        "valve_area_gorlin_cm2": (-0.083, 0.122),
        "valve_area_index_cm2_m2": (-0.083, 0.122),
        "valve_area_planimetry_cm2": (-0.083, 0.122),
    },
    "rheumatic": {
        "cardiac_index_l_min_m2": (0.092, 0.117),
        "cardiac_output_l_min": (0.063, 0.106),
        "gradient_mean_mmhg": (-0.132, 0.281),
        "la_mean_mmhg": (0.078, 0.134),
        "pa_mean_mmhg": (0.035, 0.114),
        "pa_systolic_mmhg": (-0.11, 0.233),
        "pcw_mean_mmhg": (-0.048, 0.122),
        "valve_area_cm2": (0.115, 0.114),
        "valve_area_continuity_cm2": (0.115, 0.114),
        "valve_area_gorlin_cm2": (0.115, 0.114),
        "valve_area_index_cm2_m2": (0.115, 0.114),
        "valve_area_planimetry_cm2": (0.115, 0.114),
    },
}
