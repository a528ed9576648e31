"""The heart: circulation, rhythm and the four orifices coupled into one step."""

from openvalve.heart._batch import BatchRun, batch_numbers, simulate_batch
from openvalve.heart._body import (
    BodyParams,
    Patient,
    acted_on,
    build_patient,
    rough_patient,
    run_patient,
)
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
    "BatchRun",
    "BodyParams",
    "HeartParams",
    "HeartState",
    "Live",
    "OrificeParams",
    "Patient",
    "Run",
    "Snapshot",
    "acted_on",
    "batch_numbers",
    "build_circulation",
    "build_patient",
    "initial_state",
    "reference_heart",
    "rough_patient",
    "run_patient",
    "simulate",
    "simulate_batch",
    "total_volume_ml",
    "warm",
]
