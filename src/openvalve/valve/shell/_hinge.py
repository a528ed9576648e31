"""Bending: one hinge on every inner edge, with no angle function in the step.

E = k (1 - cos(q - q0)), q the angle between the two faces. Its sine and cosine are a volume and a
dot product of the face normals, so the energy, its derivative and a rest angle q0 that may grow
(permanent set) cost two square roots and one division.

k = D e^2/(A1 + A2) with D = E t^3/12 (1 - nu^2): exact for a cylinder bent from a plane of
equilateral triangles, in any direction (Seung and Nelson 1988, Phys Rev A 38:1005, who also give
the price: a saddle counts as if nu were -1/3).
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import leaf

__all__ = [
    "Angle",
    "Lift",
    "Turn",
    "hinge_angle",
    "hinge_lift",
    "hinge_sides",
    "hinge_stiffness",
    "hinge_turn",
    "hinges_of",
]


class Turn(NamedTuple):
    """What a hinge puts on its faces: the load at each tip, per length of the face's normal.

    Attributes
    ----------
    g1, g2 : on the tip of the first and the second face, N/mm2.
    h1, h2 : the part of it that the third corner of the face bears against it, counted in the
        face's winding from the tip; the corner between bears the rest.
    """

    g1: float
    h1: float
    g2: float
    h2: float


class Lift(NamedTuple):
    """Forces along a face's normal on its second and third corner, N."""

    bx: float
    by: float
    bz: float
    cx: float
    cy: float
    cz: float


class Angle(NamedTuple):
    """Sine and cosine of the angle between the faces of a hinge."""

    sine: float
    cosine: float


@leaf
def hinge_angle(
    ex: float, ey: float, ez: float, wx: float, wy: float, wz: float,
    n1: tuple[float, float, float, float], n2: tuple[float, float, float, float],
) -> Angle:  # fmt: skip
    """Return the angle of a hinge: edge e, w from the edge's first node to the second tip.

    ``n1``, ``n2`` are the normals of the faces (twice the area long), each with 1/|n|^2.
    """
    s = math.sqrt(n1[3] * n2[3])
    length = math.sqrt(ex * ex + ey * ey + ez * ez)
    volume = n1[0] * wx + n1[1] * wy + n1[2] * wz
    return Angle(volume * length * s, (n1[0] * n2[0] + n1[1] * n2[1] + n1[2] * n2[2]) * s)


@leaf
def hinge_turn(
    ex: float, ey: float, ez: float,
    ux: float, uy: float, uz: float, wx: float, wy: float, wz: float,
    k_cos: float, k_sin: float,
) -> Turn:  # fmt: skip
    """Return the loads of a hinge: edge e, tips u and w, all from the edge's first node.

    ``k_cos``, ``k_sin`` are k cos q0 and k sin q0. Every force of a hinge stands upright on one of
    its faces, so two numbers a face say it all, and a face adds up those of its three edges.

    Equation
    --------
    -dE/dx = -k sin(q - q0) dq/dx, dq/du = |e| n/|n|^2 with n = e x u, dq/dw = |e| o/|o|^2 with
    o = w x e; the edge's nodes share the opposite in proportion to where the tips stand along it.
    """
    nx, ny, nz = ey * uz - ez * uy, ez * ux - ex * uz, ex * uy - ey * ux
    ox, oy, oz = wy * ez - wz * ey, wz * ex - wx * ez, wx * ey - wy * ex
    ee = ex * ex + ey * ey + ez * ez
    nn = nx * nx + ny * ny + nz * nz
    oo = ox * ox + oy * oy + oz * oz
    volume = nx * wx + ny * wy + nz * wz
    dot = nx * ox + ny * oy + nz * oz
    both = nn * oo
    part = 1.0 / (both * ee)
    inv = part * both
    part *= ee
    m = math.sqrt(part) * (dot * math.sqrt(ee) * k_sin - volume * ee * k_cos) * part
    g1, g2 = m * oo, m * nn  # m is -k sin(q - q0) |e| over |n|^2 |o|^2
    h1 = (ux * ex + uy * ey + uz * ez) * inv * g1
    h2 = g2 - (wx * ex + wy * ey + wz * ez) * inv * g2
    return Turn(g1, h1, g2, h2)


@leaf
def hinge_lift(
    ux: float, uy: float, uz: float, wx: float, wy: float, wz: float,
    g0: float, g1: float, g2: float, h0: float, h1: float, h2: float,
) -> Lift:  # fmt: skip
    """Return what the three hinges of a face, edges u and w, do to its second and third corner.

    ``g``, ``h`` are the loads of the hinge opposite each corner; the first corner bears the
    opposite of the sum.
    """
    nx, ny, nz = uy * wz - uz * wy, uz * wx - ux * wz, ux * wy - uy * wx
    b = g1 - h2 - g0 + h0
    c = g2 - h0 - g1 + h1
    return Lift(b * nx, b * ny, b * nz, c * nx, c * ny, c * nz)


@leaf
def hinge_stiffness(
    ex: float, ey: float, ez: float,
    ux: float, uy: float, uz: float, wx: float, wy: float, wz: float,
    k_cos: float, k_sin: float,
) -> tuple[float, float, float, float]:  # fmt: skip
    """Return a bound on each node's row sum of the stiffness: edge's nodes, then tips, N/mm."""
    nx, ny, nz = ey * uz - ez * uy, ez * ux - ex * uz, ex * uy - ey * ux
    ox, oy, oz = wy * ez - wz * ey, wz * ex - wx * ez, wx * ey - wy * ex
    ee = ex * ex + ey * ey + ez * ez
    g1 = math.sqrt(ee / (nx * nx + ny * ny + nz * nz))
    g2 = math.sqrt(ee / (ox * ox + oy * oy + oz * oz))
    inv = 1.0 / ee
    a = (ux * ex + uy * ey + uz * ez) * inv
    b = (wx * ex + wy * ey + wz * ez) * inv
    first = abs(1.0 - a) * g1 + abs(1.0 - b) * g2
    second = abs(a) * g1 + abs(b) * g2
    total = math.sqrt(k_cos * k_cos + k_sin * k_sin) * (first + second + g1 + g2)
    return total * first, total * second, total * g1, total * g2


@leaf
def hinge_sides(
    ex: float, ey: float, ez: float,
    ux: float, uy: float, uz: float, wx: float, wy: float, wz: float, k: float,
) -> tuple[float, float, float, float]:  # fmt: skip
    """Return bounds on the stiffness of a hinge between tips and edge's nodes, N/mm.

    In the order first tip with the edge's first node, with its second, second tip likewise; ``k``
    is the hinge's stiffness, mJ.

    Equation
    --------
    K <= k q' q'^T, q' u = p1 + p2, p1 = h1 ((1 - a)(uc - ua) + a (uc - ub)), |p1 + p2|^2 <=
    2 |p1|^2 + 2 |p2|^2, |(1 - a) v + a w|^2 <= (|1 - a| + |a|)(|1 - a| |v|^2 + |a| |w|^2).
    """
    nx, ny, nz = ey * uz - ez * uy, ez * ux - ex * uz, ex * uy - ey * ux
    ox, oy, oz = wy * ez - wz * ey, wz * ex - wx * ez, wx * ey - wy * ex
    ee = ex * ex + ey * ey + ez * ez
    inv = 1.0 / ee
    a = (ux * ex + uy * ey + uz * ez) * inv
    b = (wx * ex + wy * ey + wz * ez) * inv
    a0, a1, b0, b1 = abs(1.0 - a), abs(a), abs(1.0 - b), abs(b)
    k1 = 2.0 * k * (a0 + a1) * ee / (nx * nx + ny * ny + nz * nz)
    k2 = 2.0 * k * (b0 + b1) * ee / (ox * ox + oy * oy + oz * oz)
    return k1 * a0, k1 * a1, k2 * b0, k2 * b1


def hinges_of(triangles: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the hinges of a mesh, int64 (h, 6): edge's two nodes, two tips, two faces.

    Edges of one triangle carry none. The first face runs along the edge, the second against it.

    Parameters
    ----------
    triangles : (m, 3), all wound the same way.
    """
    half = np.concatenate(
        [triangles[:, [0, 1, 2]], triangles[:, [1, 2, 0]], triangles[:, [2, 0, 1]]]
    )
    face = np.tile(np.arange(len(triangles)), 3)
    size = int(triangles.max(initial=0)) + 1
    keys = half[:, 0].astype(np.int64) * size + half[:, 1]
    order = np.argsort(keys, kind="stable")
    twins = half[:, 1].astype(np.int64) * size + half[:, 0]
    at = np.minimum(np.searchsorted(keys[order], twins), len(keys) - 1)
    twin = order[at]
    paired = (keys[twin] == twins) & (half[:, 0] < half[:, 1])
    first, second = np.flatnonzero(paired), twin[paired]
    hinges = np.column_stack([half[first], half[second, 2], face[first], face[second]])
    return hinges[np.lexsort((hinges[:, 5], hinges[:, 4]))].astype(np.int64)
