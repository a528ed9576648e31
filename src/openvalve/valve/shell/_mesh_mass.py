"""Pseudo-masses that are not diagonal: short waves are made heavy, long ones stay light.

A diagonal mass that holds the shortest wave stable makes a long one as heavy: the slowest way of a
valve then takes 500 times as long as its fastest. What ties two nodes resists only what parts them,
so a mass with the same ties, each at least as heavy as its stiffness, is stable too and leaves what
moves as a whole light (as selective mass scaling: Olovsson, Simonsson and Unosson 2005, Int J Numer
Meth Engng 63:1436).
"""

import math

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import driver
from openvalve.valve.shell._cholesky import factor
from openvalve.valve.shell._contact import balloon_touch, edge_pull, table_at
from openvalve.valve.shell._element import element_stiffness
from openvalve.valve.shell._hinge import hinge_sides
from openvalve.valve.shell._ring import cable_tangent
from openvalve.valve.shell._rows import LANES, VALUES
from openvalve.valve.shell._ties import Ties

__all__ = ["mass_times", "take_mass", "tie_weights", "tied_mass"]

Floats = NDArray[np.float64]
Ints = NDArray[np.uint32]

# What is factored is heavier than asked for, so that it lasts while tissue stiffens. 1.1 to 2
SLACK = 1.25
# What is heavier than asked for by more than this is factored anew. 2 to 8
LOOSE = 4.0
# Share of a node's ties that holds it to its place, so that what hangs free is not without mass.
# 1e-4 to 1e-2
TETHER = 1e-3
LEAST = 1e-9


@driver
def tie_weights(
    x: Floats, tri: Ints, packed: Floats, hinges: Ints, rests: Floats,
    bonds: Ints, bond_law: Floats, opening: Floats, cables: Ints, cable_law: Floats, torn: Floats,
    ties: Ties, weight: Floats, area: Floats,
) -> None:  # fmt: skip
    """Set the ``weight`` of each pair of ``ties``, N/mm, and each node's ``area``, mm2.

    ``packed`` and ``rests`` are the blocks of the run.
    """
    weight[:] = 0.0
    area[:] = 0.0
    for e in range(tri.shape[0]):
        a, b, c = tri[e, 0], tri[e, 1], tri[e, 2]
        base = e // LANES * LANES * VALUES + e % LANES
        side = element_stiffness(
            x[b, 0] - x[a, 0], x[b, 1] - x[a, 1], x[b, 2] - x[a, 2],
            x[c, 0] - x[a, 0], x[c, 1] - x[a, 1], x[c, 2] - x[a, 2],
            (packed[base], packed[base + LANES],
             packed[base + 2 * LANES], packed[base + 3 * LANES]),
            (
                packed[base + 4 * LANES], packed[base + 5 * LANES], packed[base + 6 * LANES],
                packed[base + 7 * LANES], packed[base + 8 * LANES], packed[base + 9 * LANES],
                packed[base + 10 * LANES],
            ),
        )  # fmt: skip
        weight[ties.sides[e, 0]] += side.ab
        weight[ties.sides[e, 1]] += side.bc
        weight[ties.sides[e, 2]] += side.ca
        third = side.area / 3.0
        area[a] += third
        area[b] += third
        area[c] += third
    for h in range(hinges.shape[0]):
        a, b, c, d = hinges[h, 0], hinges[h, 1], hinges[h, 2], hinges[h, 3]
        base = h // LANES * LANES * 2 + h % LANES
        k = math.sqrt(rests[base] * rests[base] + rests[base + LANES] * rests[base + LANES])
        bound = hinge_sides(
            x[b, 0] - x[a, 0], x[b, 1] - x[a, 1], x[b, 2] - x[a, 2],
            x[c, 0] - x[a, 0], x[c, 1] - x[a, 1], x[c, 2] - x[a, 2],
            x[d, 0] - x[a, 0], x[d, 1] - x[a, 1], x[d, 2] - x[a, 2], k,
        )  # fmt: skip
        weight[ties.hinged[h, 0]] += bound[0]
        weight[ties.hinged[h, 1]] += bound[1]
        weight[ties.hinged[h, 2]] += bound[2]
        weight[ties.hinged[h, 3]] += bound[3]
    for s in range(bonds.shape[0]):
        if opening[s] < bond_law[s, 2]:
            weight[ties.bonds[s]] += bond_law[s, 0] / bond_law[s, 1]
    for s in range(cables.shape[0]):
        if torn[s] == 0.0:
            a, b = cables[s, 0], cables[s, 1]
            ex, ey, ez = x[b, 0] - x[a, 0], x[b, 1] - x[a, 1], x[b, 2] - x[a, 2]
            weight[ties.cables[s]] += cable_tangent(
                math.sqrt(ex * ex + ey * ey + ez * ez),
                cable_law[s, 0], cable_law[s, 1], cable_law[s, 2], cable_law[s, 4],
            )  # fmt: skip


@driver
def ground_balloon(
    x: Floats, axes: Floats, z0: float, dz: float, radius: Floats, balloon_p: Floats,
    low: int, high: int, contact_k: float, edge: Ints, edge_length: Floats, ring_r: float,
    ring_z: float, area: Floats, margin: float, ground: Floats,
) -> None:  # fmt: skip
    """Add the stiffness of contact to nodes whose contact may come or go between two stages.

    Nodes so deep that they bear the balloon's whole pressure have none.

    Parameters
    ----------
    low, high : stages before and after what comes until masses are taken anew.
    margin : way of nodes until then, mm.
    """
    deepest = max(balloon_p[low], balloon_p[high]) / contact_k + margin
    touched = np.zeros(x.shape[0])
    for axis in range(radius.shape[0]):
        tug = 0.0
        for mix in (0.0, 1.0):
            tug = max(tug, edge_pull(
                x, edge, axes, axis, z0, dz, radius[axis, low], radius[axis, high], mix,
                ring_r, ring_z,
            ))  # fmt: skip
        for i in range(x.shape[0]):
            one = balloon_touch(
                x[i, 0], x[i, 1], x[i, 2], axes[axis, 0], axes[axis, 1], z0, dz,
                radius[axis, low], radius[axis, low], 0.0,
            ).depth  # fmt: skip
            other = balloon_touch(
                x[i, 0], x[i, 1], x[i, 2], axes[axis, 0], axes[axis, 1], z0, dz,
                radius[axis, high], radius[axis, high], 0.0,
            ).depth  # fmt: skip
            if max(one, other) > -margin and min(one, other) < deepest:
                touched[i] = contact_k * (area[i] + tug * edge_length[i])
    for i in range(x.shape[0]):
        ground[i] += touched[i]


@driver
def mass_times(ties: Ties, v: Floats, out: Floats) -> None:
    """Set ``out`` to the mass of ``ties`` times ``v``, both (n, 3)."""
    for i in range(v.shape[0]):
        for j in range(3):
            out[i, j] = ties.ground[i] * v[i, j]
    for k in range(ties.pairs.shape[0]):
        a, b = ties.pairs[k, 0], ties.pairs[k, 1]
        for j in range(3):
            p = ties.weight[k] * (v[a, j] - v[b, j])
            out[a, j] += p
            out[b, j] -= p


@driver
def take_mass(
    ties: Ties, weight: Floats, ground: Floats, scale: float, free: Floats, v: Floats,
    gains: Floats, begins: bool,
) -> bool:  # fmt: skip
    """Factor a new mass where the old one is too light, or too heavy; False where none is.

    Parameters
    ----------
    weight, ground : stiffness of pairs and nodes, N/mm; changed.
    scale : mass over it.
    begins : whether what is too heavy counts.
    gains : kinetic energy that the new mass brings is added to the third.
    """
    n = v.shape[0]
    for k in range(ties.pairs.shape[0]):
        weight[k] *= scale
        part = TETHER * weight[k] / scale
        ground[ties.pairs[k, 0]] += part
        ground[ties.pairs[k, 1]] += part
    due = False
    for i in range(n):
        ground[i] = scale * ground[i] + LEAST
        due = due or ground[i] > ties.ground[i] or (begins and ties.ground[i] > LOOSE * ground[i])
    for k in range(ties.pairs.shape[0]):
        due = due or weight[k] > ties.weight[k]
        due = due or (begins and ties.weight[k] > LOOSE * weight[k] + LEAST)
    if not due:
        return True
    ties.lower[:] = 0.0
    for i in range(n):
        ties.ground[i] = SLACK * ground[i]
        ties.pivot[ties.places[i]] = ties.ground[i]
    for k in range(ties.pairs.shape[0]):
        w = SLACK * weight[k]
        ties.weight[k] = w
        a, b = ties.pairs[k, 0], ties.pairs[k, 1]
        if free[a, 0] != 0.0 and free[b, 0] != 0.0:
            ties.lower[ties.slots[k]] -= w
        ties.pivot[ties.places[a]] += w
        ties.pivot[ties.places[b]] += w
    if not factor(
        ties.begin, ties.rows, ties.left_begin, ties.left, ties.left_column, ties.lower, ties.pivot
    ):
        return False
    for i in range(n):
        for j in range(3):
            gains[2] -= 0.5 * v[i, j] * ties.momentum[i, j]
    mass_times(ties, v, ties.momentum)
    for i in range(n):
        for j in range(3):
            gains[2] += 0.5 * v[i, j] * ties.momentum[i, j]
    return True


@driver
def tied_mass(
    x: Floats, v: Floats, tri: Ints, packed: Floats, hinges: Ints, rests: Floats,
    bonds: Ints, bond_law: Floats, opening: Floats, cables: Ints, cable_law: Floats, torn: Floats,
    free: Floats, pressed: Floats, axes: Floats, z0: float, dz: float, radius: Floats,
    balloon_p: Floats, stage: Floats, contact_k: float, edge: Ints, edge_length: Floats,
    ring_r: float, ring_z: float, frac: float, ahead: float, margin: float, scale: float,
    begins: bool, ties: Ties, ground: Floats, area: Floats, gains: Floats,
) -> bool:  # fmt: skip
    """Take the mass of ``ties`` anew where it is due; False where no number is left.

    Parameters
    ----------
    frac, ahead : shares of the run that are done now, and when masses are usually taken again.
    ground : springs of nodes to their places, N/mm; changed.
    area : set to each node's, mm2.
    """
    weight = np.empty(ties.pairs.shape[0])
    tie_weights(
        x, tri, packed, hinges, rests, bonds, bond_law, opening, cables, cable_law, torn,
        ties, weight, area,
    )  # fmt: skip
    for i in range(x.shape[0]):
        ground[i] += 2.0 * pressed[i]
    stages = radius.shape[1]
    if stages > 0:
        now = min(max(table_at(stage, frac), 0.0), stages - 1.0)
        then = min(max(table_at(stage, min(ahead, 1.0)), 0.0), stages - 1.0)
        ground_balloon(
            x, axes, z0, dz, radius, balloon_p, int(min(now, then)),
            min(math.ceil(max(now, then)), stages - 1),
            contact_k, edge, edge_length, ring_r, ring_z, area, margin, ground,
        )  # fmt: skip
    return bool(take_mass(ties, weight, ground, scale, free, v, gains, begins))
