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
from openvalve.validation._mechanics_roots import root_rupture
from openvalve.validation._mechanics_types import MechanicsProtocol
from openvalve.validation._mechanics_whole import (
    calcific_opening,
    excised_opening,
    inoue_pressure,
)

__all__ = ["PROTOCOLS"]

PROTOCOLS: Mapping[str, MechanicsProtocol] = {
    "calcific_opening": calcific_opening,
    "closed_leaflet": closed_leaflet,
    "contraction": contraction,
    "excised_opening": excised_opening,
    "free_edwards": free_edwards,
    "free_true": free_true,
    "inoue_pressure": inoue_pressure,
    "large_small": large_small,
    "root_rupture": root_rupture,
    "strips": strips,
    "toe": toe,
    "two_balloons": two_balloons,
}
