"""Population parameters of the answer to relief; written by ``benchmarks/learn_after.py``.

Learned from the open acute rows that carry before and after, all papers; ``openvalve validate``
learns them again with each paper left out.
"""

from openvalve.planning._after import AfterState

__all__ = ["AFTER_SPREAD_FRAC", "AFTER_STATE", "DISCREPANCY", "TYPICAL_RELIEF_FRAC"]

AFTER_STATE = AfterState(
    volume_aortic_frac=0.1686,
    volume_mitral_frac=0.3926,
    volume_right_frac=0.1111,
    lung_resistance_frac=0.4981,
    contractility_aortic_frac=0.07058,
    contractility_right_frac=0.6796,
)
# Log spread of each between patients; not measured anywhere, taken wide.
AFTER_SPREAD_FRAC = 0.35

# Relief at which the discrepancies were read.
TYPICAL_RELIEF_FRAC = 0.70
# Class of valve -> key -> (log shift drawn to zero, log spread between papers).
DISCREPANCY: dict[str, dict[str, tuple[float, float]]] = {
    "calcific": {
        "aortic_systolic_mmhg": (0.121, 0.122),
        "cardiac_index_l_min_m2": (0.037, 0.122),
        "cardiac_output_l_min": (0.011, 0.109),
        "gradient_mean_mmhg": (-0.021, 0.145),
        "gradient_peak_instant_mmhg": (0.027, 0.122),
        "gradient_peak_to_peak_mmhg": (0.053, 0.168),
        "lv_dpdt_max_mmhg_s": (-0.037, 0.106),
        "lv_ejection_frac": (-0.032, 0.1),
        "lv_end_diastolic_mmhg": (-0.003, 0.107),
        "lv_end_diastolic_volume_ml": (-0.03, 0.101),
        "lv_end_systolic_volume_ml": (-0.026, 0.108),
        "valve_area_cm2": (0.078, 0.113),
        "valve_area_continuity_cm2": (0.078, 0.113),
        "valve_area_gorlin_cm2": (0.078, 0.113),
        "valve_area_index_cm2_m2": (0.078, 0.113),
        "valve_area_planimetry_cm2": (0.078, 0.113),
    },
    "congenital": {
        "gradient_peak_to_peak_mmhg": (-0.072, 0.333),
        "lv_systolic_mmhg": (0.045, 0.104),
    },
    "pulmonary": {
        "gradient_peak_instant_mmhg": (-0.123, 0.122),
        "gradient_peak_to_peak_mmhg": (-0.094, 0.21),
        "rv_systolic_mmhg": (-0.008, 0.146),
        "valve_area_cm2": (-0.074, 0.122),
        "valve_area_continuity_cm2": (-0.074, 0.122),
        "valve_area_gorlin_cm2": (-0.074, 0.122),
        "valve_area_index_cm2_m2": (-0.074, 0.122),
        "valve_area_planimetry_cm2": (-0.074, 0.122),
    },
    "rheumatic": {
        "cardiac_index_l_min_m2": (0.096, 0.119),
        "cardiac_output_l_min": (0.049, 0.106),
        "gradient_mean_mmhg": (-0.133, 0.277),
        "la_mean_mmhg": (0.079, 0.134),
        "pa_mean_mmhg": (0.026, 0.116),
        "pa_systolic_mmhg": (-0.121, 0.222),
        "pcw_mean_mmhg": (-0.058, 0.122),
        "valve_area_cm2": (0.106, 0.116),
        "valve_area_continuity_cm2": (0.106, 0.116),
        "valve_area_gorlin_cm2": (0.106, 0.116),
        "valve_area_index_cm2_m2": (0.106, 0.116),
        "valve_area_planimetry_cm2": (0.106, 0.116),
    },
}
