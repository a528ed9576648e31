"""A balloon against nodes: a radius profile about one or two axes parallel to z."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import leaf

__all__ = ["Touch", "balloon_touch", "edge_pull", "flank_pull", "table_at"]


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


@leaf
def flank_pull(free: float, waist: float, run: float, rise: float) -> float:
    """Return the pull of a waist's two flanks on its edge, N/mm per MPa inside.

    Equation
    --------
    A flank slack round itself carries K = p R^2 / 2, tension times radius, along itself. Downstream
    it leaves the edge at sin = sqrt(1 - (r / R)^4) to the axis; upstream it lies on the funnel,
    which it follows down to that angle. q = K (sin + sin up) / r.

    Parameters
    ----------
    free, waist : R and r, mm.
    run, rise : the funnel from ring to edge, mm outwards and along the axis.

    Source    : wrinkled membrane of revolution, as ``valve.balloon.flank_pull_n_mm``.
    """
    if waist >= free or waist <= 0.0:
        return 0.0
    share = waist / free
    down = math.sqrt(1.0 - share * share * share * share)
    up = min(max(run, 0.0) / max(math.sqrt(run * run + rise * rise), 1e-9), down)
    return 0.5 * free * free * (down + up) / waist


@leaf
def edge_pull(
    x: NDArray[np.float64], edge: NDArray[np.uint32], axes: NDArray[np.float64], axis: int,
    z0: float, dz: float, low: NDArray[np.float64], high: NDArray[np.float64], mix: float,
    ring_r: float, ring_z: float,
) -> float:  # fmt: skip
    """Return the flanks' pull on an edge about one axis, N/mm per MPa inside; 0 without an edge.

    The waist is the mean distance of the edge's nodes that are nearest to this axis.
    """
    count, r, z = 0, 0.0, 0.0
    for k in range(edge.shape[0]):
        i = edge[k]
        px, py = x[i, 0] - axes[axis, 0], x[i, 1] - axes[axis, 1]
        mine = px * px + py * py
        nearest = True
        for other in range(axes.shape[0]):
            px, py = x[i, 0] - axes[other, 0], x[i, 1] - axes[other, 1]
            nearest = nearest and mine <= px * px + py * py
        if nearest:
            count += 1
            r += math.sqrt(mine)
            z += x[i, 2]
    if count == 0:
        return 0.0
    r, z = r / count, z / count
    at = (z - z0) / dz
    if at < 0.0 or at >= low.shape[0] - 1:
        return 0.0
    i = int(at)
    t = at - i
    r0 = low[i] + mix * (high[i] - low[i])
    r1 = low[i + 1] + mix * (high[i + 1] - low[i + 1])
    return flank_pull(r0 + t * (r1 - r0), r, ring_r - r, abs(z - ring_z))
