"""Population parameters of the answer to relief; written by ``benchmarks/learn_after.py``.

Learned from the open acute rows that carry before and after, all papers; ``openvalve validate``
learns them again with each paper left out.
"""

from openvalve.planning._after import AfterState

__all__ = ["AFTER_SPREAD_FRAC", "AFTER_STATE", "DISCREPANCY", "TYPICAL_RELIEF_FRAC"]

AFTER_STATE = AfterState(
    volume_aortic_frac=0.1886,
    volume_mitral_frac=0.4927,
    volume_right_frac=0.1134,
    lung_resistance_frac=0.3904,
    contractility_aortic_frac=0.07997,
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
        "cardiac_index_l_min_m2": (0.044, 0.122),
        "cardiac_output_l_min": (0.021, 0.108),
        "gradient_mean_mmhg": (-0.101, 0.156),
        "gradient_peak_instant_mmhg": (0.029, 0.122),
        "gradient_peak_to_peak_mmhg": (0.094, 0.151),
        "lv_dpdt_max_mmhg_s": (-0.031, 0.106),
        "lv_ejection_frac": (-0.036, 0.1),
        "lv_end_diastolic_mmhg": (0.009, 0.107),
        "lv_end_diastolic_volume_ml": (-0.033, 0.101),
        "lv_end_systolic_volume_ml": (-0.033, 0.107),
        "valve_area_cm2": (0.072, 0.113),
        "valve_area_continuity_cm2": (0.072, 0.113),
        "valve_area_gorlin_cm2": (0.072, 0.113),
        "valve_area_index_cm2_m2": (0.072, 0.113),
        "valve_area_planimetry_cm2": (0.072, 0.113),
    },
    "congenital": {
        "gradient_peak_to_peak_mmhg": (-0.051, 0.35),
        "lv_systolic_mmhg": (0.054, 0.105),
    },
    "pulmonary": {
        "gradient_peak_instant_mmhg": (-0.153, 0.122),
        "gradient_peak_to_peak_mmhg": (-0.136, 0.218),
        "rv_systolic_mmhg": (-0.025, 0.146),
        "valve_area_cm2": (-0.059, 0.122),
        "valve_area_continuity_cm2": (-0.059, 0.122),
        "valve_area_gorlin_cm2": (-0.059, 0.122),
        "valve_area_index_cm2_m2": (-0.059, 0.122),
        "valve_area_planimetry_cm2": (-0.059, 0.122),
    },
    "rheumatic": {
        "cardiac_index_l_min_m2": (0.125, 0.119),
        "cardiac_output_l_min": (0.076, 0.107),
        "gradient_mean_mmhg": (-0.178, 0.265),
        "la_mean_mmhg": (0.098, 0.131),
        "pa_mean_mmhg": (0.037, 0.115),
        "pa_systolic_mmhg": (-0.12, 0.22),
        "pcw_mean_mmhg": (-0.043, 0.122),
        "valve_area_cm2": (0.133, 0.115),
        "valve_area_continuity_cm2": (0.133, 0.115),
        "valve_area_gorlin_cm2": (0.133, 0.115),
        "valve_area_index_cm2_m2": (0.133, 0.115),
        "valve_area_planimetry_cm2": (0.133, 0.115),
    },
}
