"""Population parameters of the answer to relief; written by ``benchmarks/learn_after.py``.

Learned from the open acute rows that carry before and after, all papers; ``openvalve validate``
learns them again with each paper left out.
"""

from openvalve.planning._after import AfterState

__all__ = ["AFTER_SPREAD_FRAC", "AFTER_STATE", "DISCREPANCY", "TYPICAL_RELIEF_FRAC"]

AFTER_STATE = AfterState(
    volume_aortic_frac=0.1621,
    volume_mitral_frac=0.3938,
    volume_right_frac=0.1127,
    lung_resistance_frac=0.492,
    contractility_aortic_frac=0.07111,
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
        "cardiac_index_l_min_m2": (0.036, 0.122),
        "cardiac_output_l_min": (0.01, 0.109),
        "gradient_mean_mmhg": (-0.022, 0.144),
        "gradient_peak_instant_mmhg": (0.026, 0.122),
        "gradient_peak_to_peak_mmhg": (0.051, 0.168),
        "lv_dpdt_max_mmhg_s": (-0.04, 0.106),
        "lv_ejection_frac": (-0.029, 0.1),
        "lv_end_diastolic_mmhg": (0.006, 0.108),
        "lv_end_diastolic_volume_ml": (-0.033, 0.101),
        "lv_end_systolic_volume_ml": (-0.029, 0.108),
        "valve_area_cm2": (0.078, 0.113),
        "valve_area_continuity_cm2": (0.078, 0.113),
        "valve_area_gorlin_cm2": (0.078, 0.113),
        "valve_area_index_cm2_m2": (0.078, 0.113),
        "valve_area_planimetry_cm2": (0.078, 0.113),
    },
    "congenital": {
        "gradient_peak_to_peak_mmhg": (-0.071, 0.332),
        "lv_systolic_mmhg": (0.043, 0.104),
    },
    "pulmonary": {
        "gradient_peak_instant_mmhg": (-0.116, 0.122),
        "gradient_peak_to_peak_mmhg": (-0.084, 0.209),
        "rv_systolic_mmhg": (-0.006, 0.148),
        "valve_area_cm2": (-0.08, 0.122),
        "valve_area_continuity_cm2": (-0.08, 0.122),
        "valve_area_gorlin_cm2": (-0.08, 0.122),
        "valve_area_index_cm2_m2": (-0.08, 0.122),
        "valve_area_planimetry_cm2": (-0.08, 0.122),
    },
    "rheumatic": {
        "cardiac_index_l_min_m2": (0.096, 0.119),
        "cardiac_output_l_min": (0.049, 0.106),
        "gradient_mean_mmhg": (-0.132, 0.276),
        "la_mean_mmhg": (0.079, 0.134),
        "pa_mean_mmhg": (0.025, 0.116),
        "pa_systolic_mmhg": (-0.122, 0.222),
        "pcw_mean_mmhg": (-0.059, 0.122),
        "valve_area_cm2": (0.106, 0.116),
        "valve_area_continuity_cm2": (0.106, 0.116),
        "valve_area_gorlin_cm2": (0.106, 0.116),
        "valve_area_index_cm2_m2": (0.106, 0.116),
        "valve_area_planimetry_cm2": (0.106, 0.116),
    },
}
