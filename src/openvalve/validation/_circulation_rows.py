"""The acceptance table of the circulation, as shipped: ``data/circulation_rows.csv``.

Ids are fixed: ``C3`` to ``C7`` are the sections of the target list, then what is measured. Limits
were written before the protocols were run. Where a source prints a spread, it is the tolerance;
where it prints none, the list's own rule for changes (50 to 150 % of the published change) or a
reason stands in ``tolerance``. docs/circulation_validation.md explains the rows.
"""

import csv
from functools import lru_cache
from importlib import resources

from openvalve.validation._circulation_types import CirculationRow

__all__ = ["circulation_rows"]


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


@lru_cache(maxsize=1)
def circulation_rows() -> tuple[CirculationRow, ...]:
    """Return every row of the shipped table, in its order."""
    table = resources.files("openvalve.validation").joinpath("data/circulation_rows.csv")
    lines = table.read_text(encoding="utf-8").splitlines()
    return tuple(
        CirculationRow(
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
            cannot=line["cannot"],
        )
        for line in csv.DictReader(lines)
    )
