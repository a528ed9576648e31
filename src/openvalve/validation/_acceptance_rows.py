"""Reads a shipped acceptance table."""

import csv
from importlib import resources

from openvalve.validation._acceptance_types import AcceptanceRow

__all__ = ["read_rows"]


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def read_rows(name: str) -> tuple[AcceptanceRow, ...]:
    """Return every row of the table ``data/NAME``, in its order; without a kind it is a gate."""
    table = resources.files("openvalve.validation").joinpath(f"data/{name}")
    lines = table.read_text(encoding="utf-8").splitlines()
    return tuple(
        AcceptanceRow(
            id=line["id"],
            asks=line["asks"],
            protocol=line["protocol"],
            key=line["key"],
            expected=line["expected"],
            low=_number(line["low"]),
            high=_number(line["high"]),
            unit=line["unit"],
            tolerance=line["tolerance"],
            source=line["source"],
            mark="V" if line["mark"] == "V" else "K",
            kind="T" if line.get("kind") == "T" else "G",
            cannot=line["cannot"],
        )
        for line in csv.DictReader(lines)
    )
