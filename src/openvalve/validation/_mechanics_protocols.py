"""The protocols of the mechanics by name."""

from collections.abc import Mapping

from openvalve.validation._mechanics_balloons import (
    free_edwards,
    free_true,
    large_small,
    two_balloons,
)
from openvalve.validation._mechanics_closed import closed_leaflet
from openvalve.validation._mechanics_contraction import contraction
from openvalve.validation._mechanics_coupons import strips, toe
from openvalve.validation._mechanics_types import MechanicsProtocol

__all__ = ["PROTOCOLS"]

PROTOCOLS: Mapping[str, MechanicsProtocol] = {
    "closed_leaflet": closed_leaflet,
    "contraction": contraction,
    "free_edwards": free_edwards,
    "free_true": free_true,
    "large_small": large_small,
    "strips": strips,
    "toe": toe,
    "two_balloons": two_balloons,
}
