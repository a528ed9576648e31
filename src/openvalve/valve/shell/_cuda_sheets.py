"""Leaflet against leaflet on the GPU: the list of pairs, and their pushes, with no atomics.

Each node looks for its own nearest triangle of every other leaflet, in the order of triangles, so
no grid is needed. Pushes lie in a table; each thread goes through all of it in its order and adds
what falls on the nodes that are its own: the order of ``contact_forces``.
"""

import math

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import leaf
from openvalve.valve.closing._grid import closest_weights, first_side
from openvalve.valve.closing._pair import BEYOND, NOWHERE, TOUCHING, pair_push
from openvalve.valve.shell._cuda_layout import Marks, Mesh, Numbers, Sheets, Span

__all__ = [
    "add_pushes",
    "list_pairs",
    "measure_faces",
    "moved_most",
    "push_pairs",
    "seek_pairs",
]

Floats = NDArray[np.float64]
FARTHEST_MM = 1e6  # as ``find_pairs``: no place of a valve
FAR2 = 1e30


@leaf
def moved_most(t: int, threads: int, s: Span, m: Marks, c: Sheets) -> tuple[float, float]:
    """Return the largest way since the list was made, squared, and 1 where a place is no number."""
    most, bad = 0.0, 0.0
    for i in range(s.node + t, s.node_end, threads):
        x, y, z = m.x[i, 0] - c.before[i, 0], m.x[i, 1] - c.before[i, 1], m.x[i, 2] - c.before[i, 2]
        square = x * x + y * y + z * z
        if square != square:
            bad = 1.0
        most = max(most, square)
    return most, bad


@leaf
def measure_faces(t: int, threads: int, s: Span, mesh: Mesh, m: Marks, c: Sheets) -> float:
    """Set middle, radius and normal of each triangle; return 1 where a place is no number."""
    bad = 0.0
    for i in range(s.node + t, s.node_end, threads):
        for j in range(3):
            if not abs(m.x[i, j]) <= FARTHEST_MM:
                bad = 1.0
            c.before[i, j] = m.x[i, j]
    for e in range(s.tri + t, s.tri_end, threads):
        i, j, k = mesh.tri[0, e], mesh.tri[1, e], mesh.tri[2, e]
        ax, ay, az = m.x[i, 0], m.x[i, 1], m.x[i, 2]
        bx, by, bz = m.x[j, 0], m.x[j, 1], m.x[j, 2]
        cx, cy, cz = m.x[k, 0], m.x[k, 1], m.x[k, 2]
        ux, uy, uz = bx - ax, by - ay, bz - az
        vx, vy, vz = cx - ax, cy - ay, cz - az
        gx, gy, gz = (ax + bx + cx) / 3.0, (ay + by + cy) / 3.0, (az + bz + cz) / 3.0
        ra = (ax - gx) * (ax - gx) + (ay - gy) * (ay - gy) + (az - gz) * (az - gz)
        rb = (bx - gx) * (bx - gx) + (by - gy) * (by - gy) + (bz - gz) * (bz - gz)
        rc = (cx - gx) * (cx - gx) + (cy - gy) * (cy - gy) + (cz - gz) * (cz - gz)
        c.face[0, e], c.face[1, e], c.face[2, e] = gx, gy, gz
        c.face[3, e] = math.sqrt(max(ra, rb, rc))
        c.face[4, e], c.face[5, e], c.face[6, e] = (
            uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        )  # fmt: skip
    return bad


@leaf
def seek_pairs(t: int, threads: int, s: Span, n: Numbers, mesh: Mesh, m: Marks, c: Sheets) -> None:
    """Find the nearest triangle of each other leaflet to each node, and whether it is near."""
    for i in range(s.node + t, s.node_end, threads):
        own = c.node_leaflet[i]
        px, py, pz = m.x[i, 0], m.x[i, 1], m.x[i, 2]
        for j in range(s.leaflets):
            c.nearest[j, i], c.pair_tri[j, i] = math.inf, -1
        if own < 0:
            for j in range(s.leaflets):
                c.side[j, i] = 0
            continue
        for e in range(s.tri, s.tri_end):
            j = c.leaflet[e]
            if j == own:
                continue
            fx, fy, fz = px - c.face[0, e], py - c.face[1, e], pz - c.face[2, e]
            limit = c.face[3, e] + math.sqrt(min(c.nearest[j, i], FAR2))
            if fx * fx + fy * fy + fz * fz > limit * limit:
                continue
            a, b, d = mesh.tri[0, e], mesh.tri[1, e], mesh.tri[2, e]
            ax, ay, az = m.x[a, 0], m.x[a, 1], m.x[a, 2]
            bx, by, bz = m.x[b, 0], m.x[b, 1], m.x[b, 2]
            dx, dy, dz = m.x[d, 0], m.x[d, 1], m.x[d, 2]
            reach = n.skin + c.face_margin[e] + n.thickest
            if px < min(ax, bx, dx) - reach or px > max(ax, bx, dx) + reach:
                continue
            if py < min(ay, by, dy) - reach or py > max(ay, by, dy) + reach:
                continue
            if pz < min(az, bz, dz) - reach or pz > max(az, bz, dz) + reach:
                continue
            qx, qy, qz = px - ax, py - ay, pz - az
            ux, uy, uz = bx - ax, by - ay, bz - az
            vx, vy, vz = dx - ax, dy - ay, dz - az
            wb, wc, _ = closest_weights(qx, qy, qz, ux, uy, uz, vx, vy, vz)
            ex, ey, ez = qx - wb * ux - wc * vx, qy - wb * uy - wc * vy, qz - wb * uz - wc * vz
            square = ex * ex + ey * ey + ez * ez
            if square < c.nearest[j, i]:
                c.nearest[j, i] = square
                c.pair_tri[j, i] = e
        hx, hy, hz = 0.0, 0.0, 0.0
        for q in range(mesh.corner_start[i], mesh.corner_start[i + 1]):
            e = mesh.corner_of[q] // 3
            hx += c.face[4, e]
            hy += c.face[5, e]
            hz += c.face[6, e]
        for j in range(s.leaflets):
            e = c.pair_tri[j, i]
            c.pair_tri[j, i] = -1
            if e < 0:
                c.side[j, i] = 0
                continue
            offset = min(c.margin[i] + c.face_margin[e], c.rest[i])
            reach = offset + n.skin
            if c.nearest[j, i] > reach * reach:
                c.side[j, i] = 0
                continue
            a, b, d = mesh.tri[0, e], mesh.tri[1, e], mesh.tri[2, e]
            ax, ay, az = m.x[a, 0], m.x[a, 1], m.x[a, 2]
            qx, qy, qz = px - ax, py - ay, pz - az
            ux, uy, uz = m.x[b, 0] - ax, m.x[b, 1] - ay, m.x[b, 2] - az
            vx, vy, vz = m.x[d, 0] - ax, m.x[d, 1] - ay, m.x[d, 2] - az
            _, _, feature = closest_weights(qx, qy, qz, ux, uy, uz, vx, vy, vz)
            rim = feature > 0 and (c.bits[e] >> (feature - 1)) & 1 == 1
            tx, ty, tz = c.face[4, e], c.face[5, e], c.face[6, e]
            facing = hx * tx + hy * ty + hz * tz < 0.0
            if rim:
                if c.nearest[j, i] > offset * offset:
                    c.side[j, i] = 0
            elif c.side[j, i] == 0:
                height = (qx * tx + qy * ty + qz * tz) / math.sqrt(tx * tx + ty * ty + tz * tz)
                c.side[j, i] = first_side(height, facing, offset + n.skin)
            c.pair_tri[j, i], c.pair_offset[j, i] = e, offset
            c.pair_facing[j, i] = 1 if facing else 0


@leaf
def list_pairs(s: Span, c: Sheets) -> int:
    """List the pairs that are near, in the order of nodes, by one thread; return their number."""
    found = 0
    for i in range(s.node, s.node_end):
        for j in range(s.leaflets):
            if c.pair_tri[j, i] >= 0:
                c.listed[0, s.pair + found], c.listed[1, s.pair + found] = i, j
                found += 1
    return found


@leaf
def push_pairs(
    t: int, threads: int, s: Span, n: Numbers, mesh: Mesh, m: Marks, c: Sheets, pairs: int
) -> None:
    """Set the push of every listed pair, and go on to the neighbor where it slides over an edge."""
    for q in range(s.pair + t, s.pair + pairs, threads):
        i, j = c.listed[0, q], c.listed[1, q]
        e = c.pair_tri[j, i]
        a, b, d = mesh.tri[0, e], mesh.tri[1, e], mesh.tri[2, e]
        ax, ay, az = m.x[a, 0], m.x[a, 1], m.x[a, 2]
        stiff = n.sheet * c.node_area[i]
        push = pair_push(
            m.x[i, 0] - ax, m.x[i, 1] - ay, m.x[i, 2] - az,
            m.x[b, 0] - ax, m.x[b, 1] - ay, m.x[b, 2] - az,
            m.x[d, 0] - ax, m.x[d, 1] - ay, m.x[d, 2] - az,
            c.pair_offset[j, i], c.side[j, i], c.bits[e], c.pair_facing[j, i] == 1, n.skin, stiff,
        )  # fmt: skip
        c.side[j, i] = push.side
        if push.slide > 0 and c.neighbors[push.slide - 1, e] >= 0:
            c.pair_tri[j, i] = c.neighbors[push.slide - 1, e]
        c.pushing[0, q], c.pushing[1, q] = e, push.touch
        c.push[0, q], c.push[1, q], c.push[2, q] = push.x, push.y, push.z
        c.push[3, q], c.push[4, q], c.push[5, q] = push.wb, push.wc, stiff


@leaf
def add_pushes(
    t: int, threads: int, s: Span, mesh: Mesh, force: Floats, c: Sheets, pairs: int
) -> None:
    """Add all pushes on this thread's own nodes to ``force``, and how stiff they are there."""
    for i in range(s.node + t, s.node_end, threads):
        c.pressed[i] = 0.0
    for q in range(s.pair, s.pair + pairs):
        e, touch = c.pushing[0, q], c.pushing[1, q]
        if touch == NOWHERE:
            continue
        i, wb, wc, stiff = c.listed[0, q], c.push[3, q], c.push[4, q], c.push[5, q]
        if (i - s.node) % threads == t:
            c.pressed[i] += stiff
            if touch == TOUCHING:
                force[i, 0] += c.push[0, q]
                force[i, 1] += c.push[1, q]
                force[i, 2] += c.push[2, q]
        for corner in range(3):
            k = mesh.tri[corner, e]
            if (k - s.node) % threads != t:
                continue
            weight = wb if corner == 1 else wc
            if corner == 0:
                weight = 1.0 - wb - wc
            c.pressed[k] += stiff / 3.0 if touch == BEYOND else weight * stiff
            if touch == TOUCHING:
                force[k, 0] -= weight * c.push[0, q]
                force[k, 1] -= weight * c.push[1, q]
                force[k, 2] -= weight * c.push[2, q]
