"""Row sums of the stiffness: what the pseudo-masses of the nodes are made from."""

import math

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import driver
from openvalve.valve.shell._element import element_stiffness
from openvalve.valve.shell._hinge import hinge_stiffness
from openvalve.valve.shell._ring import cable_tangent

__all__ = ["LANES", "VALUES", "link_rows", "stiffness_rows"]

Floats = NDArray[np.float64]
Ints = NDArray[np.uint32]

LANES = 64  # triangles or hinges in a block: its values stay in the first cache
VALUES = 11  # of a triangle: INVERSE and LAW


@driver
def stiffness_rows(
    x: Floats, tri: Ints, packed: Floats, hinges: Ints, rests: Floats, lanes: Floats,
    rows: Floats, area: Floats,
) -> None:  # fmt: skip
    """Add the row sums of triangles and hinges to ``rows``, N/mm; set each node's ``area``, mm2.

    ``packed``, ``rests`` and ``lanes`` are the blocks of the run.
    """
    m = tri.shape[0]
    area[:] = 0.0
    for at in range(0, m, LANES):
        count = min(LANES, m - at)
        for j in range(count):
            a, b, c = tri[at + j, 0], tri[at + j, 1], tri[at + j, 2]
            px, py, pz = x[a, 0], x[a, 1], x[a, 2]
            lanes[j] = x[b, 0] - px
            lanes[LANES + j] = x[b, 1] - py
            lanes[2 * LANES + j] = x[b, 2] - pz
            lanes[3 * LANES + j] = x[c, 0] - px
            lanes[4 * LANES + j] = x[c, 1] - py
            lanes[5 * LANES + j] = x[c, 2] - pz
        tissue = packed[at * VALUES : (at + LANES) * VALUES]
        for j in range(LANES):
            row = element_stiffness(
                lanes[j], lanes[LANES + j], lanes[2 * LANES + j],
                lanes[3 * LANES + j], lanes[4 * LANES + j], lanes[5 * LANES + j],
                (tissue[j], tissue[LANES + j], tissue[2 * LANES + j], tissue[3 * LANES + j]),
                (
                    tissue[4 * LANES + j], tissue[5 * LANES + j], tissue[6 * LANES + j],
                    tissue[7 * LANES + j], tissue[8 * LANES + j], tissue[9 * LANES + j],
                    tissue[10 * LANES + j],
                ),
            )  # fmt: skip
            lanes[9 * LANES + j] = row.a
            lanes[10 * LANES + j] = row.b
            lanes[11 * LANES + j] = row.c
            lanes[12 * LANES + j] = row.area
        for j in range(count):
            a, b, c = tri[at + j, 0], tri[at + j, 1], tri[at + j, 2]
            rows[a] += lanes[9 * LANES + j]
            rows[b] += lanes[10 * LANES + j]
            rows[c] += lanes[11 * LANES + j]
            third = lanes[12 * LANES + j] / 3.0
            area[a] += third
            area[b] += third
            area[c] += third
    for at in range(0, hinges.shape[0], LANES):
        count = min(LANES, hinges.shape[0] - at)
        for j in range(count):
            a, b, c, d = (
                hinges[at + j, 0], hinges[at + j, 1], hinges[at + j, 2], hinges[at + j, 3]
            )  # fmt: skip
            px, py, pz = x[a, 0], x[a, 1], x[a, 2]
            lanes[j] = x[b, 0] - px
            lanes[LANES + j] = x[b, 1] - py
            lanes[2 * LANES + j] = x[b, 2] - pz
            lanes[3 * LANES + j] = x[c, 0] - px
            lanes[4 * LANES + j] = x[c, 1] - py
            lanes[5 * LANES + j] = x[c, 2] - pz
            lanes[6 * LANES + j] = x[d, 0] - px
            lanes[7 * LANES + j] = x[d, 1] - py
            lanes[8 * LANES + j] = x[d, 2] - pz
        rest = rests[2 * at : 2 * (at + LANES)]
        for j in range(LANES):
            bound = hinge_stiffness(
                lanes[j], lanes[LANES + j], lanes[2 * LANES + j],
                lanes[3 * LANES + j], lanes[4 * LANES + j], lanes[5 * LANES + j],
                lanes[6 * LANES + j], lanes[7 * LANES + j], lanes[8 * LANES + j],
                rest[j], rest[LANES + j],
            )  # fmt: skip
            lanes[9 * LANES + j] = bound[0]
            lanes[10 * LANES + j] = bound[1]
            lanes[11 * LANES + j] = bound[2]
            lanes[12 * LANES + j] = bound[3]
        for j in range(count):
            for k in range(4):
                rows[hinges[at + j, k]] += lanes[(9 + k) * LANES + j]


@driver
def link_rows(
    x: Floats, bonds: Ints, bond_law: Floats, opening: Floats,
    cables: Ints, cable_law: Floats, torn: Floats, rows: Floats,
) -> None:  # fmt: skip
    """Add the row sums of bonds and cables to ``rows``, N/mm."""
    for s in range(bonds.shape[0]):
        k = bond_law[s, 0] / bond_law[s, 1] if opening[s] < bond_law[s, 2] else 0.0
        rows[bonds[s, 0]] += 2.0 * k
        rows[bonds[s, 1]] += 2.0 * k
    for s in range(cables.shape[0]):
        if torn[s] == 0.0:
            a, b = cables[s, 0], cables[s, 1]
            ex, ey, ez = x[b, 0] - x[a, 0], x[b, 1] - x[a, 1], x[b, 2] - x[a, 2]
            k = 2.0 * cable_tangent(
                math.sqrt(ex * ex + ey * ey + ez * ez),
                cable_law[s, 0], cable_law[s, 1], cable_law[s, 2], cable_law[s, 4],
            )  # fmt: skip
            rows[a] += k
            rows[b] += k
