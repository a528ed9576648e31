"""What a patient is made of in memory: named blocks of floats, one after another.

The order below is the layout of the flat buffer that all three forms of the loop share; value k
of patient i stands at ``buffer[k * stride + i]``. ``python -m openvalve.heart._generate`` writes
the leaves that load and store each block into ``_layout.py``.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from openvalve.circulation import Control, Packed, State
from openvalve.rhythm import Beats, SourceState

__all__ = ["BLOCKS", "Ledger", "flat", "put"]


class Ledger(NamedTuple):
    """What went into the blood since the start, net, and the blood there was then, mL."""

    net_ml: float
    initial_ml: float


BLOCKS: tuple[tuple[str, type], ...] = (
    ("state", State),
    ("control", Control),
    ("beats", Beats),
    ("source", SourceState),
    ("ledger", Ledger),
    ("packed", Packed),
)


def flat(block: tuple[Any, ...]) -> Iterator[float]:
    """Yield the floats of a block in the order of the layout, nested tuples flattened."""
    for value in block:
        if isinstance(value, tuple):
            yield from flat(value)
        else:
            yield value


def put(buffer: NDArray[np.float64], at: int, block: tuple[Any, ...]) -> None:
    """Write a block into the buffer of one patient, from row ``at`` on."""
    values = list(flat(block))
    buffer[at : at + len(values)] = values
