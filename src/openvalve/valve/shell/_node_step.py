"""All nodes one pseudo-step on, with masses of their own or tied ones."""

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import driver, leaf
from openvalve.valve.shell._cholesky import solve
from openvalve.valve.shell._motion import Way, damped_way
from openvalve.valve.shell._ties import Ties

__all__ = ["diagonal_step", "tied_step"]

Floats = NDArray[np.float64]


@leaf
def _go(x: Floats, v: Floats, i: int, way: Way) -> tuple[float, float, float]:
    """Move a node; return its way between the middles of two steps, which work is reckoned by."""
    ux, uy, uz = 0.5 * (way.x + v[i, 0]), 0.5 * (way.y + v[i, 1]), 0.5 * (way.z + v[i, 2])
    v[i, 0], v[i, 1], v[i, 2] = way.x, way.y, way.z
    x[i, 0] += way.x
    x[i, 1] += way.y
    x[i, 2] += way.z
    return ux, uy, uz


@driver
def diagonal_step(
    x: Floats, v: Floats, f: Floats, g: Floats, free: Floats, mass: Floats, damping: float,
    gains: Floats,
) -> float:  # fmt: skip
    """Make one step with a mass of each node; return the way of the fastest node, squared.

    Work of loads and loss to damping are added to the first two of ``gains``.
    """
    keep, give = (2.0 - damping) / (2.0 + damping), 2.0 / (2.0 + damping)
    work, loss, fastest = 0.0, 0.0, 0.0
    for i in range(x.shape[0]):
        way = damped_way(
            v[i, 0], v[i, 1], v[i, 2], f[i, 0] + g[i, 0], f[i, 1] + g[i, 1], f[i, 2] + g[i, 2],
            free[i, 0], free[i, 1], free[i, 2], keep, give / mass[i],
        )  # fmt: skip
        fastest = max(fastest, way.square)
        ux, uy, uz = _go(x, v, i, way)
        work += ux * g[i, 0] + uy * g[i, 1] + uz * g[i, 2]
        loss += mass[i] * (ux * ux + uy * uy + uz * uz)
    gains[0] += work
    gains[1] += damping * loss
    return fastest


@driver
def tied_step(
    x: Floats, v: Floats, f: Floats, g: Floats, free: Floats, ties: Ties, damping: float,
    y: Floats, gains: Floats,
) -> float:  # fmt: skip
    """Make one step with the mass of ``ties``; return the way of the fastest node, squared.

    Work of loads and loss to damping are added to the first two of ``gains``; ``y`` is scratch.
    """
    n = x.shape[0]
    keep, give = (2.0 - damping) / (2.0 + damping), 2.0 / (2.0 + damping)
    for i in range(n):
        at = 4 * ties.places[i]
        y[at] = (f[i, 0] + g[i, 0]) * free[i, 0]
        y[at + 1] = (f[i, 1] + g[i, 1]) * free[i, 1]
        y[at + 2] = (f[i, 2] + g[i, 2]) * free[i, 2]
        y[at + 3] = 0.0
    solve(ties.begin, ties.rows, ties.lower, ties.pivot, y)
    work, loss, fastest = 0.0, 0.0, 0.0
    for i in range(n):
        at = 4 * ties.places[i]
        way = damped_way(
            v[i, 0], v[i, 1], v[i, 2], y[at], y[at + 1], y[at + 2],
            free[i, 0], free[i, 1], free[i, 2], keep, give,
        )  # fmt: skip
        fastest = max(fastest, way.square)
        ux, uy, uz = _go(x, v, i, way)
        work += ux * g[i, 0] + uy * g[i, 1] + uz * g[i, 2]
        px, py, pz = ties.momentum[i, 0], ties.momentum[i, 1], ties.momentum[i, 2]
        qx = keep * px + give * (f[i, 0] + g[i, 0])
        qy = keep * py + give * (f[i, 1] + g[i, 1])
        qz = keep * pz + give * (f[i, 2] + g[i, 2])
        ties.momentum[i, 0], ties.momentum[i, 1], ties.momentum[i, 2] = qx, qy, qz
        loss += 0.5 * (ux * (px + qx) + uy * (py + qy) + uz * (pz + qz))
    gains[0] += work
    gains[1] += damping * loss
    return fastest
