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
        "aortic_systolic_mmhg": (0.122, 0.122),
        "cardiac_index_l_min_m2": (0.044, 0.122),
        "cardiac_output_l_min": (0.021, 0.109),
        "gradient_mean_mmhg": (-0.021, 0.14),
        "gradient_peak_instant_mmhg": (0.008, 0.122),
        "gradient_peak_to_peak_mmhg": (-0.018, 0.164),
        "lv_dpdt_max_mmhg_s": (-0.021, 0.106),
        "lv_ejection_frac": (-0.012, 0.1),
        "lv_end_diastolic_mmhg": (-0.017, 0.104),
        "lv_end_diastolic_volume_ml": (-0.044, 0.1),
        "lv_end_systolic_volume_ml": (-0.051, 0.107),
    },
    "congenital": {
        "gradient_peak_to_peak_mmhg": (-0.443, 0.343),
        "lv_systolic_mmhg": (-0.03, 0.117),
    },
    "pulmonary": {
        "gradient_peak_instant_mmhg": (-0.197, 0.122),
        "gradient_peak_to_peak_mmhg": (-0.273, 0.239),
        "rv_systolic_mmhg": (-0.106, 0.174),
    },
    "rheumatic": {
        "cardiac_index_l_min_m2": (0.094, 0.117),
        "cardiac_output_l_min": (0.064, 0.106),
        "gradient_mean_mmhg": (-0.145, 0.284),
        "la_mean_mmhg": (0.073, 0.134),
        "pa_mean_mmhg": (0.033, 0.115),
        "pa_systolic_mmhg": (-0.111, 0.233),
        "pcw_mean_mmhg": (-0.05, 0.122),
    },
}
