"""What the protocols of the circulation take."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from openvalve.validation._acceptance_types import Measured

__all__ = ["CirculationSettings", "Numerics", "Protocol"]

Numerics = Callable[[int], Mapping[str, float]]


@dataclass(frozen=True, kw_only=True, slots=True)
class CirculationSettings:
    """What a protocol may need.

    Attributes
    ----------
    patients : size of the sampled populations is their own; this is the count of random hearts
        that the numerics rows put through the solver.
    numerics : measures drift, step error and failures; given by the caller, because the
        benchmarks are a neighbour of this room.
    """

    patients: int = 1_000
    numerics: Numerics | None = None


Protocol = Callable[[CirculationSettings], Measured]
