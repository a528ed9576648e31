"""A balloon against nodes: a radius profile about one or two axes parallel to z."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import leaf

__all__ = ["Touch", "balloon_touch", "table_at"]


class Touch(NamedTuple):
    """Depth inside the balloon's free shape (mm, negative outside) and its outward normal."""

    depth: float
    nx: float
    ny: float
    nz: float


@leaf
def table_at(table: NDArray[np.float64], frac: float) -> float:
    """Return a table's value at ``frac`` of its length, straight between its points."""
    last = table.shape[0] - 1
    at = frac * last
    i = min(int(at), max(last - 1, 0))
    t = at - i
    return float(table[i] + t * (table[min(i + 1, last)] - table[i]))


@leaf
def balloon_touch(
    x: float, y: float, z: float, ax: float, ay: float,
    z0: float, dz: float, low: NDArray[np.float64], high: NDArray[np.float64], mix: float,
) -> Touch:  # fmt: skip
    """Return how deep a point is in a balloon between its stages ``low`` and ``high``.

    Equation
    --------
    depth = (R(z) - r)/sqrt(1 + R'^2): the distance to the profile's tangent, exact where it is
    straight. On the axis itself there is no direction, so no contact.
    """
    at = (z - z0) / dz
    x, y = x - ax, y - ay
    rho = math.sqrt(x * x + y * y)
    if at < 0.0 or at >= low.shape[0] - 1 or rho < 1e-9:
        return Touch(-1.0, 0.0, 0.0, 0.0)
    i = int(at)
    t = at - i
    r0 = low[i] + mix * (high[i] - low[i])
    r1 = low[i + 1] + mix * (high[i + 1] - low[i + 1])
    slope = (r1 - r0) / dz
    c = 1.0 / math.sqrt(1.0 + slope * slope)
    return Touch((r0 + t * (r1 - r0) - rho) * c, x / rho * c, y / rho * c, -slope * c)
