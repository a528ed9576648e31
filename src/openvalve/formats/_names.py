"""Which of our channels a label in a file means."""

import re
from typing import Literal

from openvalve.formats._names_tables import ELECTRODES, LEAD_ALIASES, LEADS, PRESSURES

__all__ = ["Kind", "kind_of", "name_of", "printable"]

Kind = Literal["ecg", "pressure", "other"]

_PRESSURE_OF = {alias: name for name, aliases in PRESSURES.items() for alias in aliases}
_TRAILING = re.compile(r"(PRESSURE|PRESS|WAVEFORM|SIGNAL)+$")
_LEADING = re.compile(r"^(ECG|EKG|LEAD)+")
MOST_LABEL_COUNT = 40


def name_of(label: str, unit: str) -> str:
    """Return our name for a label: ``ABP`` is ``ART``, ``ECG lead II`` is ``II``; else the label.

    Parameters
    ----------
    label : as the file has it.
    unit : suffix of its unit; ``RA`` in mV is an electrode, in mmHg the right atrium.
    """
    key = re.sub(r"[^A-Z0-9]", "", label.upper())
    lead = _LEADING.sub("", key)
    alone = LEADS.get(lead) or LEAD_ALIASES.get(lead)
    if alone:
        return alone
    if lead != key:
        return printable(label)
    place = _PRESSURE_OF.get(_TRAILING.sub("", key))
    if place is None:
        return printable(label)
    if unit == "mv" and key in ELECTRODES:
        return f"ECG_{key}"
    return place


def kind_of(name: str, unit: str) -> Kind:
    """Return what a channel is, by our name for it and the suffix of its unit."""
    key = name.upper()
    if unit == "mmhg" or name in PRESSURES:
        return "pressure"
    is_lead = key in LEADS or key.startswith(("ECG", "EKG"))
    return "ecg" if is_lead else "other"


def printable(label: str) -> str:
    """Return a label without control characters, spaces at its ends or undue length."""
    text = "".join(c if c.isprintable() else " " for c in label)
    return re.sub(r"\s+", " ", text).strip()[:MOST_LABEL_COUNT]
