"""From a patient back to the keys of the file."""

from collections.abc import Mapping
from typing import Any

from openvalve.patient._models import Patient
from openvalve.patient._quantity import Measurement

__all__ = ["patient_mapping"]


def patient_mapping(patient: Patient) -> dict[str, Any]:
    """Return the keys of the patient file, ready for JSON or TOML.

    ``parse_patient(patient_mapping(patient)) == patient`` for every patient that was read.
    """
    data: dict[str, Any] = {"schema": 1, "id": patient.id, "sex": patient.sex}
    if not {"age_years", "age_days"} & patient.body.keys():
        data["age_years"] = patient.age_years
    data |= _plain(patient.body)
    data["rhythm"] = patient.rhythm
    if patient.pregnancy_weeks:
        data["pregnancy_weeks"] = patient.pregnancy_weeks
    if patient.contraindications:
        data["contraindications"] = list(patient.contraindications)
    data["lesion"] = [_section(lesion) for lesion in patient.lesion]
    measured = _plain(patient.measured)
    for name in ("dobutamine", "exercise"):
        stress: Mapping[str, Measurement] = getattr(patient, f"measured_{name}")
        if stress:
            measured[name] = _plain(stress)
    if measured:
        data["measured"] = measured
    if patient.balloon:
        data["balloon"] = [b.model_dump(mode="json", exclude_none=True) for b in patient.balloon]
    return data


def _section(model: Any) -> dict[str, Any]:
    """Return the given keys of a lesion; measurements as plain as they can be."""
    made = {}
    for key in type(model).model_fields:
        value = getattr(model, key)
        if isinstance(value, Measurement):
            made[key] = _number_or_table(value)
        elif hasattr(value, "model_dump"):
            made[key] = value.model_dump(mode="json")
        elif value is not None:
            made[key] = value
    return made


def _plain(measured: Mapping[str, Measurement]) -> dict[str, Any]:
    return {key: _number_or_table(value) for key, value in measured.items()}


def _number_or_table(measurement: Measurement) -> Any:
    if measurement.sd is None and measurement.method is None:
        return measurement.value
    return measurement.model_dump(mode="json", exclude_none=True)
