"""The heart: circulation, rhythm and the four orifices coupled into one step."""

from openvalve.heart._body import BodyParams
from openvalve.heart._limits import INPUT_LIMITS
from openvalve.heart._live import Live, Snapshot
from openvalve.heart._observe import COLUMNS, SLOW_COLUMNS
from openvalve.heart._params import (
    HeartParams,
    OrificeParams,
    build_circulation,
    reference_heart,
)
from openvalve.heart._simulate import (
    HeartState,
    Run,
    initial_state,
    simulate,
    total_volume_ml,
    warm,
)

__all__ = [
    "COLUMNS",
    "INPUT_LIMITS",
    "SLOW_COLUMNS",
    "BodyParams",
    "HeartParams",
    "HeartState",
    "Live",
    "OrificeParams",
    "Run",
    "Snapshot",
    "build_circulation",
    "initial_state",
    "reference_heart",
    "simulate",
    "total_volume_ml",
    "warm",
]
