"""All nodes one pseudo-step on, with masses of their own or tied ones."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import driver, leaf
from openvalve.valve.shell._cholesky import solve
from openvalve.valve.shell._motion import Way, damped_way
from openvalve.valve.shell._ties import Ties

__all__ = ["Gone", "diagonal_node", "diagonal_step", "shares", "tied_node", "tied_step"]

Floats = NDArray[np.float64]


class Gone(NamedTuple):
    """Way of a node, squared, work of the loads on it, mJ, and its loss over the damping, mJ."""

    square: float
    work: float
    loss: float


@leaf
def _go(x: Floats, v: Floats, i: int, way: Way) -> tuple[float, float, float]:
    """Move a node; return its way between the middles of two steps, which work is reckoned by."""
    ux, uy, uz = 0.5 * (way.x + v[i, 0]), 0.5 * (way.y + v[i, 1]), 0.5 * (way.z + v[i, 2])
    v[i, 0], v[i, 1], v[i, 2] = way.x, way.y, way.z
    x[i, 0] += way.x
    x[i, 1] += way.y
    x[i, 2] += way.z
    return ux, uy, uz


@leaf
def diagonal_node(
    x: Floats, v: Floats, f: Floats, g: Floats, free: Floats, mass: Floats, i: int,
    keep: float, give: float,
) -> Gone:  # fmt: skip
    """Make one step of a node with a mass of its own; ``keep`` and ``give`` as in ``shares``."""
    way = damped_way(
        v[i, 0], v[i, 1], v[i, 2], f[i, 0] + g[i, 0], f[i, 1] + g[i, 1], f[i, 2] + g[i, 2],
        free[i, 0], free[i, 1], free[i, 2], keep, give / mass[i],
    )  # fmt: skip
    ux, uy, uz = _go(x, v, i, way)
    work = ux * g[i, 0] + uy * g[i, 1] + uz * g[i, 2]
    return Gone(way.square, work, mass[i] * (ux * ux + uy * uy + uz * uz))


@leaf
def tied_node(
    x: Floats, v: Floats, f: Floats, g: Floats, free: Floats, momentum: Floats, i: int,
    ax: float, ay: float, az: float, keep: float, give: float,
) -> Gone:  # fmt: skip
    """Make one step of a node whose force over the tied mass is ``a``; its momentum follows."""
    way = damped_way(
        v[i, 0], v[i, 1], v[i, 2], ax, ay, az, free[i, 0], free[i, 1], free[i, 2], keep, give
    )
    ux, uy, uz = _go(x, v, i, way)
    work = ux * g[i, 0] + uy * g[i, 1] + uz * g[i, 2]
    px, py, pz = momentum[i, 0], momentum[i, 1], momentum[i, 2]
    qx = keep * px + give * (f[i, 0] + g[i, 0])
    qy = keep * py + give * (f[i, 1] + g[i, 1])
    qz = keep * pz + give * (f[i, 2] + g[i, 2])
    momentum[i, 0], momentum[i, 1], momentum[i, 2] = qx, qy, qz
    return Gone(way.square, work, 0.5 * (ux * (px + qx) + uy * (py + qy) + uz * (pz + qz)))


@leaf
def shares(damping: float) -> tuple[float, float]:
    """Return the share of its way that a node keeps in a step, and of the force that it is given.

    Equation
    --------
    keep = (2 - c)/(2 + c), give = 2/(2 + c) with the damping c, as in ``damped_way``.
    """
    return (2.0 - damping) / (2.0 + damping), 2.0 / (2.0 + damping)


@driver
def diagonal_step(
    x: Floats, v: Floats, f: Floats, g: Floats, free: Floats, mass: Floats, damping: float,
    gains: Floats,
) -> float:  # fmt: skip
    """Make one step with a mass of each node; return the way of the fastest node, squared.

    Work of loads and loss to damping are added to the first two of ``gains``.
    """
    keep, give = shares(damping)
    work, loss, fastest = 0.0, 0.0, 0.0
    for i in range(x.shape[0]):
        gone = diagonal_node(x, v, f, g, free, mass, i, keep, give)
        fastest = max(fastest, gone.square)
        work += gone.work
        loss += gone.loss
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
    keep, give = shares(damping)
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
        gone = tied_node(
            x, v, f, g, free, ties.momentum, i, y[at], y[at + 1], y[at + 2], keep, give
        )
        fastest = max(fastest, gone.square)
        work += gone.work
        loss += gone.loss
    gains[0] += work
    gains[1] += damping * loss
    return fastest
