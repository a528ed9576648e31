"""Who the patient is: body, rhythm, lesions as reported, what was measured; the patient file."""

from openvalve.patient._body import mosteller_m2
from openvalve.patient._keys import MEASURED_KEYS
from openvalve.patient._models import (
    BalloonRequest,
    KeyUnit,
    Lesion,
    Measurement,
    Patient,
    Wilkins,
)
from openvalve.patient._prior import Assumption, Prior
from openvalve.patient._profile import LesionProfile, Profile, complete
from openvalve.patient._read import parse_patient, patient_schema, read_patient

__all__ = [
    "MEASURED_KEYS",
    "Assumption",
    "BalloonRequest",
    "KeyUnit",
    "Lesion",
    "LesionProfile",
    "Measurement",
    "Patient",
    "Prior",
    "Profile",
    "Wilkins",
    "complete",
    "mosteller_m2",
    "parse_patient",
    "patient_schema",
    "read_patient",
]
