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
    """

    triangles: int = 2700


MechanicsProtocol = Callable[[MechanicsSettings], Measured]
