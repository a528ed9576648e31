"""What is kept but warned about."""

from openvalve.patient._models import Patient

__all__ = ["warnings_of"]


def warnings_of(patient: Patient) -> tuple[str, ...]:
    return ()
