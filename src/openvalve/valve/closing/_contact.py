"""Leaflet against leaflet: what pushes two sheets apart, without pulling and without friction."""

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import driver
from openvalve.valve.closing._grid import Bytes, Floats, Ints
from openvalve.valve.closing._pair import APART, BEYOND, LOST, NOWHERE, overlap_energy, pair_push

__all__ = ["contact_forces"]


@driver
def contact_forces(
    nodes: Floats,
    triangles: Ints,
    leaflet: Bytes,
    bits: NDArray[np.uint8],
    neighbors: Ints,
    node_area: Floats,
    pairs: int,
    pair_node: Ints,
    pair_triangle: Ints,
    pair_offset: Floats,
    pair_facing: Bytes,
    side: Bytes,
    stiffness_mpa_mm: float,
    skin_mm: float,
    out_forces: Floats,
    out_stiffness: Floats,
) -> tuple[int, int, float, float]:
    """Add the contact force of every listed pair to ``out_forces``.

    Equation
    --------
    f = k A (h - s d) min(1, |d| / (c h)) s e on the node, -w_i f on the three corners of its
    triangle: d is the distance from the nearest point, positive on the outflow side, e points along
    it, s the side on which the node belongs, h the offset by both half thicknesses, A the node's
    area, w the weights of the nearest point. Nearer than the share c of the offset the force falls,
    to nothing on the sheet itself, where it has no direction. The force lies on the line from the
    nearest point to the node, so that neither momentum nor angular momentum arises. Beyond the edge
    of a leaflet the edge is round and has no sides. A node without an offset, on a seam, is not
    pushed.

    Parameters
    ----------
    nodes : (n, 3) mm; triangles, neighbors : (m, 3), neighbour across edges 01, 12, 20 or -1.
    node_area : (n,) mm2; pairs and what follows as ``find_pairs`` left them. A pair whose
        nearest point slides over an inner edge moves on to the neighbour.
    stiffness_mpa_mm : pressure per depth, MPa/mm. Check: both sheets push, so 80 mmHg at 0.5
        MPa/mm makes 0.011 mm.
    out_forces : (n, 3) N; out_stiffness : (n,) N/mm, for the masses of an explicit solver.

    Returns
    -------
    Touching pairs; pairs on the wrong side deeper than skin and offset, which are left alone;
    deepest overlap, mm; energy, N mm.
    """
    touching, lost = 0, 0
    deepest, energy = 0.0, 0.0
    for k in range(pairs):
        i, t = pair_node[k], pair_triangle[k]
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ax, ay, az = nodes[a, 0], nodes[a, 1], nodes[a, 2]
        stiff = stiffness_mpa_mm * node_area[i]
        push = pair_push(
            nodes[i, 0] - ax, nodes[i, 1] - ay, nodes[i, 2] - az,
            nodes[b, 0] - ax, nodes[b, 1] - ay, nodes[b, 2] - az,
            nodes[c, 0] - ax, nodes[c, 1] - ay, nodes[c, 2] - az,
            pair_offset[k], side[i, leaflet[t]], bits[t], pair_facing[k] == 1, skin_mm, stiff,
        )  # fmt: skip
        if push.touch == NOWHERE:
            continue
        if push.touch == BEYOND:
            out_stiffness[i] += stiff
            out_stiffness[a] += stiff / 3.0
            out_stiffness[b] += stiff / 3.0
            out_stiffness[c] += stiff / 3.0
            continue
        if push.slide > 0 and neighbors[t, push.slide - 1] >= 0:
            pair_triangle[k] = neighbors[t, push.slide - 1]
        side[i, leaflet[t]] = push.side
        wb, wc = push.wb, push.wc
        wa = 1.0 - wb - wc
        out_stiffness[i] += stiff
        out_stiffness[a] += wa * stiff
        out_stiffness[b] += wb * stiff
        out_stiffness[c] += wc * stiff
        if push.touch == APART:
            continue
        if push.touch == LOST:
            lost += 1
            continue
        touching += 1
        fx, fy, fz = push.x, push.y, push.z
        out_forces[i, 0] += fx
        out_forces[i, 1] += fy
        out_forces[i, 2] += fz
        out_forces[a, 0] -= wa * fx
        out_forces[a, 1] -= wa * fy
        out_forces[a, 2] -= wa * fz
        out_forces[b, 0] -= wb * fx
        out_forces[b, 1] -= wb * fy
        out_forces[b, 2] -= wb * fz
        out_forces[c, 0] -= wc * fx
        out_forces[c, 1] -= wc * fy
        out_forces[c, 2] -= wc * fz
        deepest = max(deepest, push.overlap)
        energy += overlap_energy(push.overlap, pair_offset[k], stiff)
    return touching, lost, deepest, energy
