"""Population parameters of the answer to relief; written by ``benchmarks/learn_after.py``.

Learned from the open acute rows that carry before and after, all papers; ``openvalve validate``
learns them again with each paper left out.
"""

from openvalve.planning._after import AfterState

__all__ = ["AFTER_SPREAD_FRAC", "AFTER_STATE", "DISCREPANCY", "TYPICAL_RELIEF_FRAC"]

AFTER_STATE = AfterState(
    volume_aortic_frac=0.1971,
    volume_mitral_frac=0.4558,
    volume_right_frac=0.1221,
    lung_resistance_frac=0.4887,
    contractility_aortic_frac=0.08729,
    contractility_right_frac=0.6796,
)
# Log spread of each between patients; not measured anywhere, taken wide.
AFTER_SPREAD_FRAC = 0.35

# Relief at which the discrepancies were read.
TYPICAL_RELIEF_FRAC = 0.70
# Class of valve -> key -> (log shift drawn to zero, log spread between papers).
DISCREPANCY: dict[str, dict[str, tuple[float, float]]] = {
    "calcific": {
        "aortic_systolic_mmhg": (0.123, 0.122),
        "cardiac_index_l_min_m2": (0.044, 0.122),
        "cardiac_output_l_min": (0.021, 0.109),
        "gradient_mean_mmhg": (-0.025, 0.14),
        "gradient_peak_instant_mmhg": (0.008, 0.122),
        "gradient_peak_to_peak_mmhg": (-0.022, 0.164),
        "lv_dpdt_max_mmhg_s": (-0.022, 0.106),
        "lv_ejection_frac": (-0.012, 0.1),
        "lv_end_diastolic_mmhg": (-0.016, 0.105),
        "lv_end_diastolic_volume_ml": (-0.044, 0.1),
        "lv_end_systolic_volume_ml": (-0.05, 0.107),
    },
    "congenital": {
        "gradient_peak_to_peak_mmhg": (-0.446, 0.344),
        "lv_systolic_mmhg": (-0.03, 0.117),
    },
    "pulmonary": {
        "gradient_peak_instant_mmhg": (-0.198, 0.122),
        "gradient_peak_to_peak_mmhg": (-0.277, 0.241),
        "rv_systolic_mmhg": (-0.108, 0.175),
    },
    "rheumatic": {
        "cardiac_index_l_min_m2": (0.096, 0.118),
        "cardiac_output_l_min": (0.063, 0.106),
        "gradient_mean_mmhg": (-0.15, 0.283),
        "la_mean_mmhg": (0.071, 0.134),
        "pa_mean_mmhg": (0.032, 0.115),
        "pa_systolic_mmhg": (-0.111, 0.233),
        "pcw_mean_mmhg": (-0.051, 0.122),
    },
}
