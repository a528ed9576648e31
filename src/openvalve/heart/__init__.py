"""The heart: circulation, rhythm and the four orifices coupled into one step."""

from openvalve.heart._observe import COLUMNS
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
    "HeartParams",
    "HeartState",
    "OrificeParams",
    "Run",
    "build_circulation",
    "initial_state",
    "reference_heart",
    "simulate",
    "total_volume_ml",
    "warm",
]
