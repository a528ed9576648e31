"""What an input of the live patient may be."""

from openvalve.circulation import ACTS
from openvalve.rhythm import CODES, PACING_MODES, PACING_PLACES

__all__ = ["INPUT_LIMITS"]

VALVES = ("mitral", "aortic", "tricuspid", "pulmonary")

# Lowest and highest value of every input; a beating heart is asked up to 350/min.
INPUT_LIMITS: dict[str, tuple[float, float]] = {
    "rhythm": (0.0, max(CODES.values())),
    "rate_bpm": (0.0, 350.0),
    "pacing_bpm": (0.0, 350.0),
    "atrial_pacing_bpm": (0.0, 350.0),
    "pacing_place": (0.0, max(PACING_PLACES.values())),
    "pacing_mode": (0.0, max(PACING_MODES.values())),
    "pacing_ma": (0.0, 25.0),
    "pacing_threshold_ma": (0.1, 25.0),
    **{f"{way}_block_frac": (0.0, 1.0) for way in ("av", "his")},
    **{f"{way}_frac": (0.0, 1.0) for way in ("lbbb", "rbbb", "lafb")},
    "conduction_stretch_ratio": (0.5, 2.0),
    **{f"contact_{place}_frac": (0.0, 1.0) for place in ("ra", "rv", "lv")},
    "act": (0.0, max(ACTS.values())),
    "act_level_mmhg": (0.0, 200.0),
    "breaths_per_min": (0.0, 120.0),
    "peep_mmhg": (0.0, 40.0),
    "fio2_frac": (0.1, 1.0),
    **{f"{valve}_area_cm2": (0.01, 12.0) for valve in VALVES},
    **{f"{valve}_leak_cm2": (0.0, 6.0) for valve in VALVES},
    **{f"{valve}_occlusion_frac": (0.0, 1.0) for valve in VALVES},
    **{f"{valve}_gap_cm2": (0.0, 6.0) for valve in VALVES},
    "shunt_area_cm2": (0.0, 10.0),
    "effusion_ml_s": (0.0, 50.0),
    "drain_ml_s": (0.0, 50.0),
    "bleed_ml_s": (0.0, 100.0),
    "infusion_ml_s": (0.0, 100.0),
    "vagal_stimulus_frac": (0.0, 1.0),
    "metabolic_factor": (0.3, 4.0),
}
