"""What the protocols of the mechanics take."""

from collections.abc import Callable
from dataclasses import dataclass

from openvalve.validation._acceptance_types import Measured

__all__ = ["MechanicsProtocol", "MechanicsSettings"]


@dataclass(frozen=True, kw_only=True, slots=True)
class MechanicsSettings:
    """What a protocol may need.

    Attributes
    ----------
    triangles : of a whole valve, 2,700, 7,000 or 25,000; parts of a valve take their share.
    valves_count : most of each virtual population; None for all of it, which takes an hour.
    processes_count : that inflate them; changes no number.
    """

    triangles: int = 2700
    valves_count: int | None = 3
    processes_count: int = 1


MechanicsProtocol = Callable[[MechanicsSettings], Measured]
