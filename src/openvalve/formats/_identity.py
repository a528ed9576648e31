"""What may be said of a patient without saying who it is.

Kept: sex, and age in years, 90 standing for all above 89 (HIPAA Safe Harbor, 45 CFR 164.514(b)).
Coded diagnoses are kept too. Everything else that describes a person, a place or a day goes, and
its field is listed; its content is not.
"""

import re
from typing import Any

__all__ = ["age_years", "patient_of", "sex_of"]

OLDEST_TOLD_YEARS = 89


def sex_of(text: str) -> str | None:
    """Return ``female``, ``male`` or None."""
    return {"f": "female", "m": "male"}.get(text.strip().lower()[:1])


def age_years(text: str) -> int | None:
    """Return whole years of ``81``, ``81 years`` or DICOM's ``081Y``, 90 where older than 89."""
    found = re.match(r"\s*(\d{1,3})\s*(y|$)", text.lower())
    if not found or int(found[1]) > 130:
        return None
    return min(int(found[1]), OLDEST_TOLD_YEARS + 1)


def patient_of(*, sex: str = "", age: str = "") -> dict[str, Any]:
    """Return what is kept of a patient."""
    told = {"sex": sex_of(sex), "age_years": age_years(age)}
    return {key: value for key, value in told.items() if value is not None}
