"""The acceptance table of the mechanics, as shipped: ``data/mechanics_rows.csv``.

Ids are fixed: the benchmark of the list, then what is measured. Kinds and limits are the list's
own; where one line of it asks several things, each is a row. Its rules for meshes, mass scaling,
kinetic energy and repetition are rows of the benchmarks that they apply to.
"""

from functools import lru_cache

from openvalve.validation._acceptance_rows import read_rows
from openvalve.validation._acceptance_types import AcceptanceRow

__all__ = ["mechanics_rows"]


@lru_cache(maxsize=1)
def mechanics_rows() -> tuple[AcceptanceRow, ...]:
    """Return every row of the shipped table, in its order."""
    return read_rows("mechanics_rows.csv")
