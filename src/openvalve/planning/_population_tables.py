"""Population parameters of the answer to relief; written by ``benchmarks/learn_after.py``.

Learned from the open acute rows that carry before and after, all papers; ``openvalve validate``
learns them again with each paper left out.
"""

from openvalve.planning._after import AfterState

__all__ = ["AFTER_SPREAD_FRAC", "AFTER_STATE", "DISCREPANCY", "TYPICAL_RELIEF_FRAC"]

AFTER_STATE = AfterState(
    volume_aortic_frac=0.1709,
    volume_mitral_frac=0.4345,
    volume_right_frac=0.1134,
    lung_resistance_frac=0.4239,
    contractility_aortic_frac=0.07292,
    contractility_right_frac=0.6796,
)
# Log spread of each between patients; not measured anywhere, taken wide.
AFTER_SPREAD_FRAC = 0.35

# Relief at which the discrepancies were read.
TYPICAL_RELIEF_FRAC = 0.70
# Class of valve -> key -> (log shift drawn to zero, log spread between papers).
DISCREPANCY: dict[str, dict[str, tuple[float, float]]] = {
    "calcific": {
        "aortic_systolic_mmhg": (0.12, 0.122),
        "cardiac_index_l_min_m2": (0.037, 0.122),
        "cardiac_output_l_min": (0.011, 0.108),
        "gradient_mean_mmhg": (-0.094, 0.156),
        "gradient_peak_instant_mmhg": (0.03, 0.122),
        "gradient_peak_to_peak_mmhg": (0.09, 0.152),
        "lv_dpdt_max_mmhg_s": (-0.037, 0.106),
        "lv_ejection_frac": (-0.034, 0.1),
        "lv_end_diastolic_mmhg": (0.014, 0.106),
        "lv_end_diastolic_volume_ml": (-0.03, 0.101),
        "lv_end_systolic_volume_ml": (-0.032, 0.107),
        "valve_area_cm2": (0.053, 0.11),
        "valve_area_continuity_cm2": (0.053, 0.11),
        "valve_area_gorlin_cm2": (0.053, 0.11),
        "valve_area_index_cm2_m2": (0.053, 0.11),
        "valve_area_planimetry_cm2": (0.053, 0.11),
    },
    "congenital": {
        "gradient_peak_to_peak_mmhg": (-0.044, 0.337),
        "lv_systolic_mmhg": (0.05, 0.104),
    },
    "pulmonary": {
        "gradient_peak_instant_mmhg": (-0.129, 0.122),
        "gradient_peak_to_peak_mmhg": (-0.091, 0.215),
        "rv_systolic_mmhg": (-0.004, 0.147),
        "valve_area_cm2": (-0.086, 0.122),
        "valve_area_continuity_cm2": (-0.086, 0.122),
        "valve_area_gorlin_cm2": (-0.086, 0.122),
        "valve_area_index_cm2_m2": (-0.086, 0.122),
        "valve_area_planimetry_cm2": (-0.086, 0.122),
    },
    "rheumatic": {
        "cardiac_index_l_min_m2": (0.11, 0.118),
        "cardiac_output_l_min": (0.06, 0.106),
        "gradient_mean_mmhg": (-0.16, 0.273),
        "la_mean_mmhg": (0.092, 0.134),
        "pa_mean_mmhg": (0.029, 0.116),
        "pa_systolic_mmhg": (-0.126, 0.221),
        "pcw_mean_mmhg": (-0.051, 0.122),
        "valve_area_cm2": (0.09, 0.12),
        "valve_area_continuity_cm2": (0.09, 0.12),
        "valve_area_gorlin_cm2": (0.09, 0.12),
        "valve_area_index_cm2_m2": (0.09, 0.12),
        "valve_area_planimetry_cm2": (0.09, 0.12),
    },
}
