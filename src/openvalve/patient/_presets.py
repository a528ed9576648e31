"""Generic patients: healthy bodies and the typical stenoses; not from any one person."""

from collections.abc import Mapping
from typing import Any

from openvalve.patient._models import Patient
from openvalve.patient._read import parse_patient

__all__ = ["presets"]

# Typical values of the cohorts in evidence/clinical_outcomes.csv and of circulation_targets
# section 3; the healthy adults carry a normal aortic valve (area [memory]).
_PRESETS: Mapping[str, Mapping[str, Any]] = {
    "healthy_man": {
        "age_years": 40, "sex": "male", "height_cm": 178, "weight_kg": 78,
        "lesion": [{"valve": "aortic", "morphology": "tricuspid", "calcium_agatston": 0,
                    "etiology": "congenital", "regurgitation_grade": 0}],
        "measured": {"valve_area_cm2": 3.6},
    },
    "healthy_woman": {
        "age_years": 40, "sex": "female", "height_cm": 165, "weight_kg": 63,
        "lesion": [{"valve": "aortic", "morphology": "tricuspid", "calcium_agatston": 0,
                    "etiology": "congenital", "regurgitation_grade": 0}],
        "measured": {"valve_area_cm2": 3.1},
    },
    "child_6y": {
        "age_years": 6, "sex": "female", "height_cm": 115, "weight_kg": 20.5,
        "lesion": [{"valve": "pulmonary", "etiology": "congenital", "morphology": "domed"}],
    },
    "newborn": {
        "age_days": 3, "sex": "male", "height_cm": 50, "weight_kg": 3.3,
        "lesion": [{"valve": "pulmonary", "etiology": "congenital", "morphology": "domed"}],
    },
    "calcific_aortic_stenosis": {
        "age_years": 82, "sex": "female", "height_cm": 158, "weight_kg": 65,
        "lesion": [{"valve": "aortic", "etiology": "calcific", "morphology": "tricuspid"}],
        "measured": {"valve_area_cm2": 0.6, "gradient_mean_mmhg": 54,
                     "gradient_peak_to_peak_mmhg": 60},
    },
    "rheumatic_mitral_stenosis": {
        "age_years": 35, "sex": "female", "height_cm": 158, "weight_kg": 56,
        "lesion": [{"valve": "mitral", "etiology": "rheumatic", "wilkins_score": 7}],
        "measured": {"valve_area_cm2": 0.9, "gradient_mean_mmhg": 14, "la_mean_mmhg": 23,
                     "pa_mean_mmhg": 33},
    },
    "pulmonary_stenosis": {
        "age_years": 10, "sex": "male", "height_cm": 138, "weight_kg": 31,
        "lesion": [{"valve": "pulmonary", "etiology": "congenital", "morphology": "domed"}],
        "measured": {"gradient_peak_to_peak_mmhg": 70, "rv_systolic_mmhg": 91,
                     "pa_systolic_mmhg": 21},
    },
}  # fmt: skip


def presets() -> dict[str, Patient]:
    """Return the generic patients by name; each is a new, complete ``Patient``."""
    return {name: parse_patient({"id": name, **data}) for name, data in _PRESETS.items()}
