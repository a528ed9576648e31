"""Reads a contrast table: what changes when balloon, technique, valve or time changes.

Only its form is checked here; the block ``contrast`` is scored once the planner compares arms.
"""

import csv
from io import StringIO
from pathlib import Path

from openvalve.errors import InputError, InputItem
from openvalve.validation._table import VALVES, text_of

__all__ = ["read_contrasts"]

REQUIRED = ("id", "valve", "quantity", "group_a")


def read_contrasts(path: Path) -> tuple[dict[str, str], ...]:
    """Return the rows of a contrast table as text; raise InputError with every bad row."""
    reader = csv.DictReader(StringIO(text_of(path, "contrasts", "CSV")))
    header = list(reader.fieldnames or ())
    items = [
        InputItem(key=f"column {name}", got="missing", allowed="in the header line")
        for name in REQUIRED
        if name not in header
    ]
    if items:
        raise InputError(items)
    rows = []
    for record in reader:
        label = f"line {reader.line_num} ({record['id']})"
        if None in record or None in record.values():
            allowed = f"{len(header)} fields"
            items.append(InputItem(key=label, got="more or fewer fields", allowed=allowed))
        elif record["valve"] not in VALVES:
            got = record["valve"]
            items.append(InputItem(key=f"{label}: valve", got=got, allowed=" | ".join(VALVES)))
        rows.append({str(k): str(v) for k, v in record.items()})
    if items:
        raise InputError(items)
    return tuple(rows)
