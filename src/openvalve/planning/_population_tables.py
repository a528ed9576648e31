"""Population parameters of the answer to relief; written by ``benchmarks/learn_after.py``.

Learned from the open acute rows that carry before and after, all papers; ``openvalve validate``
learns them again with each paper left out.
"""

from openvalve.planning._after import AfterState

__all__ = ["AFTER_SPREAD_FRAC", "AFTER_STATE", "DISCREPANCY", "TYPICAL_RELIEF_FRAC"]

AFTER_STATE = AfterState(
    volume_aortic_frac=0.163,
    volume_mitral_frac=0.3976,
    volume_right_frac=0.1133,
    lung_resistance_frac=0.4856,
    contractility_aortic_frac=0.06779,
    contractility_right_frac=0.6796,
)
# Log spread of each between patients; not measured anywhere, taken wide.
AFTER_SPREAD_FRAC = 0.35

# Relief at which the discrepancies were read.
TYPICAL_RELIEF_FRAC = 0.70
# Class of valve -> key -> (log shift drawn to zero, log spread between papers).
DISCREPANCY: dict[str, dict[str, tuple[float, float]]] = {
    "calcific": {
        "aortic_systolic_mmhg": (0.119, 0.122),
        "cardiac_index_l_min_m2": (0.035, 0.122),
        "cardiac_output_l_min": (0.009, 0.108),
        "gradient_mean_mmhg": (-0.032, 0.148),
        "gradient_peak_instant_mmhg": (0.027, 0.122),
        "gradient_peak_to_peak_mmhg": (0.032, 0.176),
        "lv_dpdt_max_mmhg_s": (-0.044, 0.106),
        "lv_ejection_frac": (-0.031, 0.1),
        "lv_end_diastolic_mmhg": (0.008, 0.109),
        "lv_end_diastolic_volume_ml": (-0.032, 0.101),
        "lv_end_systolic_volume_ml": (-0.029, 0.108),
        "valve_area_cm2": (0.077, 0.112),
        "valve_area_continuity_cm2": (0.077, 0.112),
        "valve_area_gorlin_cm2": (0.077, 0.112),
        "valve_area_index_cm2_m2": (0.077, 0.112),
        "valve_area_planimetry_cm2": (0.077, 0.112),
    },
    "congenital": {
        "gradient_peak_to_peak_mmhg": (-0.053, 0.34),
        "lv_systolic_mmhg": (0.046, 0.104),
    },
    "pulmonary": {
        "gradient_peak_instant_mmhg": (-0.129, 0.122),
        "gradient_peak_to_peak_mmhg": (-0.091, 0.212),
        "rv_systolic_mmhg": (-0.005, 0.144),
        "valve_area_cm2": (-0.069, 0.122),
        "valve_area_continuity_cm2": (-0.069, 0.122),
        "valve_area_gorlin_cm2": (-0.069, 0.122),
        "valve_area_index_cm2_m2": (-0.069, 0.122),
        "valve_area_planimetry_cm2": (-0.069, 0.122),
    },
    "rheumatic": {
        "cardiac_index_l_min_m2": (0.097, 0.119),
        "cardiac_output_l_min": (0.052, 0.106),
        "gradient_mean_mmhg": (-0.136, 0.277),
        "la_mean_mmhg": (0.082, 0.136),
        "pa_mean_mmhg": (0.028, 0.115),
        "pa_systolic_mmhg": (-0.122, 0.222),
        "pcw_mean_mmhg": (-0.055, 0.122),
        "valve_area_cm2": (0.106, 0.116),
        "valve_area_continuity_cm2": (0.106, 0.116),
        "valve_area_gorlin_cm2": (0.106, 0.116),
        "valve_area_index_cm2_m2": (0.106, 0.116),
        "valve_area_planimetry_cm2": (0.106, 0.116),
    },
}
