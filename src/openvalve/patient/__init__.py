"""Who the patient is: body, rhythm, lesions as reported, what was measured; the patient file."""

from openvalve.patient._balloon_request import BalloonRequest
from openvalve.patient._body import mosteller_m2
from openvalve.patient._contradictions import (
    Contradiction,
    find_contradictions,
    measurement_errors,
)
from openvalve.patient._keys import MEASURED_KEYS
from openvalve.patient._models import Lesion, Patient, Wilkins
from openvalve.patient._presets import presets
from openvalve.patient._prior import Assumption, Prior
from openvalve.patient._profile import LesionProfile, Profile, complete
from openvalve.patient._quantity import KeyUnit, Measurement
from openvalve.patient._read import parse_patient, patient_schema, read_patient
from openvalve.patient._write import patient_mapping

__all__ = [
    "MEASURED_KEYS",
    "Assumption",
    "BalloonRequest",
    "Contradiction",
    "KeyUnit",
    "Lesion",
    "LesionProfile",
    "Measurement",
    "Patient",
    "Prior",
    "Profile",
    "Wilkins",
    "complete",
    "find_contradictions",
    "measurement_errors",
    "mosteller_m2",
    "parse_patient",
    "patient_mapping",
    "patient_schema",
    "presets",
    "read_patient",
]
