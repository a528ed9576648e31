"""Leaflet against leaflet: what pushes two sheets apart, without pulling and without friction."""

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import driver
from openvalve.valve.closing._grid import Bytes, Floats, Ints, closest_weights, first_side

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
    f = k A (h - s d) s e on the node, -w_i f on the three corners of its triangle: d is the
    distance from the nearest point, positive on the outflow side, e points along it, s the side
    on which the node belongs, h the offset by both half thicknesses, A the node's area, w the
    weights of the nearest point. The force lies on the line from the nearest point to the node,
    so that neither momentum nor angular momentum arises. Beyond the edge of a leaflet the edge is
    round and has no sides.

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
        h = pair_offset[k]
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ax, ay, az = nodes[a, 0], nodes[a, 1], nodes[a, 2]
        px, py, pz = nodes[i, 0] - ax, nodes[i, 1] - ay, nodes[i, 2] - az
        ux, uy, uz = nodes[b, 0] - ax, nodes[b, 1] - ay, nodes[b, 2] - az
        vx, vy, vz = nodes[c, 0] - ax, nodes[c, 1] - ay, nodes[c, 2] - az
        nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        square = nx * nx + ny * ny + nz * nz
        height = px * nx + py * ny + pz * nz  # times the length of n
        s = float(side[i, leaflet[t]])
        stiff = stiffness_mpa_mm * node_area[i]
        if height * s >= 0.0 and height * height > h * h * square:
            out_stiffness[i] += stiff
            out_stiffness[a] += stiff / 3.0
            out_stiffness[b] += stiff / 3.0
            out_stiffness[c] += stiff / 3.0
            continue
        uu = ux * ux + uy * uy + uz * uz
        uv = ux * vx + uy * vy + uz * vz
        vv = vx * vx + vy * vy + vz * vz
        pu = px * ux + py * uy + pz * uz
        pv = px * vx + py * vy + pz * vz
        wb, wc = vv * pu - uv * pv, uu * pv - uv * pu
        if wb >= 0.0 and wc >= 0.0 and wb + wc <= square:
            wb, wc = wb / square, wc / square
            length = np.sqrt(square)
            distance = height / length
            ex, ey, ez = nx / length, ny / length, nz / length
            rim = False
        else:
            wb, wc, feature = closest_weights(px, py, pz, ux, uy, uz, vx, vy, vz)
            rim = feature > 0 and (bits[t] >> (feature - 1)) & 1 == 1
            ex, ey, ez = px - wb * ux - wc * vx, py - wb * uy - wc * vy, pz - wb * uz - wc * vz
            distance = np.sqrt(ex * ex + ey * ey + ez * ez)
            if distance < 1e-9:
                continue
            if height < 0.0 and not rim:
                distance = -distance
            ex, ey, ez = ex / distance, ey / distance, ez / distance
            if not rim and 1 <= feature <= 3 and neighbors[t, feature - 1] >= 0:
                pair_triangle[k] = neighbors[t, feature - 1]
        if rim:
            s = 1.0
        elif s == 0.0:
            came = first_side(distance, pair_facing[k] == 1, h + skin_mm)
            side[i, leaflet[t]] = came
            s = float(came)
        wa = 1.0 - wb - wc
        out_stiffness[i] += stiff
        out_stiffness[a] += wa * stiff
        out_stiffness[b] += wb * stiff
        out_stiffness[c] += wc * stiff
        overlap = h - s * distance
        if overlap <= 0.0:
            continue
        if overlap > 2.0 * h + skin_mm:
            lost += 1
            continue
        touching += 1
        size = s * stiff * overlap
        fx, fy, fz = size * ex, size * ey, size * ez
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
        deepest = max(deepest, overlap)
        energy += 0.5 * stiff * overlap * overlap
    return touching, lost, deepest, energy
