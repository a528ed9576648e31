"""The acceptance table of the circulation, as shipped: ``data/circulation_rows.csv``.

Ids are fixed: ``C3`` to ``C7`` are the sections of the target list, then what is measured. Limits
were written before the protocols were run. Where a source prints a spread, it is the tolerance;
where it prints none, the list's own rule for changes (50 to 150 % of the published change) or a
reason stands in ``tolerance``. docs/circulation_validation.md explains the rows.
"""

from functools import lru_cache

from openvalve.validation._acceptance_rows import read_rows
from openvalve.validation._acceptance_types import AcceptanceRow

__all__ = ["circulation_rows"]


@lru_cache(maxsize=1)
def circulation_rows() -> tuple[AcceptanceRow, ...]:
    """Return every row of the shipped table, in its order."""
    return read_rows("circulation_rows.csv")
