"""What a patient is made of in memory: named blocks of floats, one after another.

The order below is the layout of the flat buffer that all three forms of the loop share; value k
of patient i stands at ``buffer[k * stride + i]``. ``python -m openvalve.heart._generate`` writes
the leaves that load and store each block into ``_layout.py``.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple, get_type_hints

import numpy as np
from numpy.typing import NDArray

from openvalve.circulation import (
    BreathState,
    Control,
    CoronaryState,
    DrugEffects,
    DrugState,
    GasState,
    Packed,
    PackedBreath,
    PackedCoronary,
    PackedDrugs,
    PackedGas,
    PackedReflexes,
    ReflexState,
    State,
)
from openvalve.heart._inputs import Inputs
from openvalve.heart._slow_blocks import BloodState, PackedBlood, Sample
from openvalve.heart._tally import Tally
from openvalve.rhythm import Beats, Filling, Marks, RhythmInput, SourceState, Ways

__all__ = ["BLOCKS", "WATCHED", "Ledger", "field_names", "flat", "put"]


class Ledger(NamedTuple):
    """What went into the blood since the start, net, and the blood there was then, mL."""

    net_ml: float
    initial_ml: float


BLOCKS: tuple[tuple[str, type], ...] = (
    ("state", State),
    ("control", Control),
    ("beats", Beats),
    ("filling", Filling),
    ("source", SourceState),
    ("marks", Marks),
    ("ledger", Ledger),
    ("tally", Tally),
    ("rhythm", RhythmInput),
    ("breath", BreathState),
    ("gas", GasState),
    ("drugs", DrugState),
    ("drug_effects", DrugEffects),
    ("reflex", ReflexState),
    ("coronary", CoronaryState),
    ("blood", BloodState),
    ("sample", Sample),
    ("inputs", Inputs),
    ("packed", Packed),
    ("packed_breath", PackedBreath),
    ("packed_gas", PackedGas),
    ("packed_drugs", PackedDrugs),
    ("packed_reflex", PackedReflexes),
    ("packed_coronary", PackedCoronary),
    ("packed_blood", PackedBlood),
    ("packed_ways", Ways),
)

# Blocks that change in a run and must stay numbers; each has a leaf that adds it up.
WATCHED = (
    "control",
    "beats",
    "source",
    "rhythm",
    "breath",
    "gas",
    "drugs",
    "drug_effects",
    "reflex",
    "coronary",
    "blood",
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


def field_names(block: type, prefix: str = "") -> list[str]:
    """Return the dotted names of all floats of a block, nested tuples flattened in order."""
    names: list[str] = []
    for name, kind in get_type_hints(block).items():
        nested = isinstance(kind, type) and issubclass(kind, tuple)
        names += field_names(kind, f"{prefix}{name}.") if nested else [f"{prefix}{name}"]
    return names
