"""The tube that a valve stands in, as if round about its axis."""

import numpy as np
from numpy.typing import NDArray

from openvalve.anatomy._shape import ValveShape
from openvalve.anatomy._wall_tables import OUTFLOW_RATIO, VESSEL_RATIO, WALLS

__all__ = ["wall_profile"]


def wall_profile(shape: ValveShape) -> NDArray[np.float64]:
    """Return heights and inner radii, shape (k, 2), mm, from upstream to downstream.

    Assumes : lobes of a sinus are drawn as their circle; commissures stand inside it.
    """
    ring = 0.5 * shape.annulus_mm
    outflow = shape.outflow_mm or OUTFLOW_RATIO[shape.valve] * shape.annulus_mm
    vessel = shape.vessel_mm or VESSEL_RATIO[shape.valve] * shape.annulus_mm
    named = {"outflow": 0.5 * outflow, "vessel": 0.5 * vessel}
    rows = [
        (z * ring, named[radius] if isinstance(radius, str) else radius * ring)
        for z, radius in WALLS[shape.valve]
    ]
    return np.array(rows)
