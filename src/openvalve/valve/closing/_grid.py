"""Which node may touch which triangle of another leaflet: a uniform grid of nodes."""

import math

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import driver, leaf

__all__ = ["BOUNDARY_BITS", "closest_weights", "farthest_move_mm", "find_pairs", "first_side"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Bytes = NDArray[np.int8]

# Feature of a triangle nearest to a point: 0 its face, 1 to 3 its edges (01, 12, 20), 4 to 6 its
# corners; the bit of each in ``bits`` where it lies on the boundary of its leaflet.
BOUNDARY_BITS = (0, 1, 2, 4, 8, 16, 32)


@leaf
def closest_weights(
    px: float,
    py: float,
    pz: float,
    ux: float,
    uy: float,
    uz: float,
    vx: float,
    vy: float,
    vz: float,
) -> tuple[float, float, int]:
    """Return weights of corners 1 and 2 of the nearest point of a triangle, and the feature.

    Corner 0 is the origin, u and v lead to corners 1 and 2. The regions of the plane are
    tested in turn (Ericson, Real-Time Collision Detection, 2005, section 5.1.5).
    """
    d1 = ux * px + uy * py + uz * pz
    d2 = vx * px + vy * py + vz * pz
    if d1 <= 0.0 and d2 <= 0.0:
        return 0.0, 0.0, 4
    uu = ux * ux + uy * uy + uz * uz
    uv = ux * vx + uy * vy + uz * vz
    vv = vx * vx + vy * vy + vz * vz
    d3, d4 = d1 - uu, d2 - uv
    if d3 >= 0.0 and d4 <= d3:
        return 1.0, 0.0, 5
    vc = d1 * d4 - d3 * d2
    if vc <= 0.0 and d1 >= 0.0 and d3 <= 0.0:
        return d1 / (d1 - d3), 0.0, 1
    d5, d6 = d1 - uv, d2 - vv
    if d6 >= 0.0 and d5 <= d6:
        return 0.0, 1.0, 6
    vb = d5 * d2 - d1 * d6
    if vb <= 0.0 and d2 >= 0.0 and d6 <= 0.0:
        return 0.0, d2 / (d2 - d6), 3
    va = d3 * d6 - d5 * d4
    if va <= 0.0 and d4 - d3 >= 0.0 and d5 - d6 >= 0.0:
        w = (d4 - d3) / ((d4 - d3) + (d5 - d6))
        return 1.0 - w, w, 2
    inverse = 1.0 / (va + vb + vc)
    return vb * inverse, vc * inverse, 0


@leaf
def first_side(height: float, facing: bool, reach: float) -> int:
    """Return the side of a leaflet on which a node that comes near it belongs: -1 inflow.

    Sheets meet with their inflow sides, so a node a little behind another leaflet has come round
    its edge the wrong way. What is approached from behind is first seen at the end of the reach;
    where sheets lie like shingles, their normals alike, half of it is enough.
    """
    return 1 if height > (0.8 if facing else 0.5) * reach else -1


@driver
def farthest_move_mm(nodes: Floats, before: Floats) -> float:
    """Return how far the fastest node has moved, mm; NaN where a place is not a number."""
    most = 0.0
    for i in range(nodes.shape[0]):
        x = nodes[i, 0] - before[i, 0]
        y = nodes[i, 1] - before[i, 1]
        z = nodes[i, 2] - before[i, 2]
        square = x * x + y * y + z * z
        if not square <= most:
            most = square
        if square != square:
            return np.nan
    return math.sqrt(most)


@driver
def _sort_into_cells(
    nodes: Floats, least_cell_mm: float, start: Ints, content: Ints, cell_of: Ints, box: Floats
) -> int:
    """Sort nodes into cells; box becomes low corner, 1/cell; sizes are returned packed."""
    count = nodes.shape[0]
    for axis in range(3):
        low, high = nodes[0, axis], nodes[0, axis]
        for i in range(count):
            x = nodes[i, axis]
            if x != x or np.abs(x) > 1e6:
                return -1
            low, high = min(low, x), max(high, x)
        box[axis], box[3 + axis] = low, high
    cell = least_cell_mm
    while True:
        nx = int((box[3] - box[0]) / cell) + 1
        ny = int((box[4] - box[1]) / cell) + 1
        nz = int((box[5] - box[2]) / cell) + 1
        if nx < 1024 and ny < 1024 and nz < 1024 and nx * ny * nz + 1 <= start.shape[0]:
            break
        cell *= 1.26
    inverse = 1.0 / cell
    box[6] = inverse
    cells = nx * ny * nz
    for c in range(cells + 1):
        start[c] = 0
    for i in range(count):
        ix = int((nodes[i, 0] - box[0]) * inverse)
        iy = int((nodes[i, 1] - box[1]) * inverse)
        iz = int((nodes[i, 2] - box[2]) * inverse)
        c = (min(iz, nz - 1) * ny + min(iy, ny - 1)) * nx + min(ix, nx - 1)
        cell_of[i] = c
        start[c + 1] += 1
    for c in range(cells):
        start[c + 1] += start[c]
    for i in range(count - 1, -1, -1):  # filled from the end: start[c + 1] walks down to start
        c = cell_of[i]
        start[c + 1] -= 1
        content[start[c + 1]] = i
    # now start[c + 1] is where cell c begins; shift back by one
    for c in range(cells):
        start[c] = start[c + 1]
    start[cells] = count
    return (nz * 1024 + ny) * 1024 + nx


@driver
def find_pairs(
    nodes: Floats,
    triangles: Ints,
    leaflet: Bytes,
    node_leaflet: Bytes,
    bits: NDArray[np.uint8],
    margin: Floats,
    triangle_margin: Floats,
    rest: Floats,
    skin_mm: float,
    cell_mm: float,
    start: Ints,
    content: Ints,
    cell_of: Ints,
    box: Floats,
    best: Ints,
    nearest: Floats,
    side: Bytes,
    pair_node: Ints,
    pair_triangle: Ints,
    pair_offset: Floats,
    pair_facing: Bytes,
    normals: Floats,
) -> int:
    """List the nodes that may soon touch another leaflet, each with its nearest triangle.

    Parameters
    ----------
    nodes : (n, 3) mm; triangles : (m, 3); leaflet : (m,); node_leaflet : (n,), -1 where shared.
    bits : (m,) features on a leaflet's boundary, ``BOUNDARY_BITS``.
    margin, triangle_margin : (n,), (m,) half thickness, mm; rest : (n,) distance from the other
        leaflets before any load, mm, beyond which nothing is pushed apart.
    skin_mm : how far beyond touching a pair is kept; cell_mm : least size of a cell.
    start : (cells + 1,); content, cell_of : (n,); box : (8,) work space of the grid.
    best, nearest : (n, leaflets) work space; side : (n, leaflets) on which side of that leaflet a
        node is: -1 inflow, 1 outflow, 0 not near. It is kept as long as the node is near.
    pair_node, pair_triangle, pair_offset, pair_facing : (n leaflets,) the list; 1 where the
        sheets face each other, their normals opposed, 0 where one lies on the other like shingles.
    normals : (n, 3) work space.

    Returns
    -------
    Number of pairs, -1 where a place is not a number.
    """
    packed = _sort_into_cells(nodes, cell_mm, start, content, cell_of, box)
    if packed < 0:
        return -1
    nx, ny, nz = packed % 1024, (packed // 1024) % 1024, packed // 1048576
    inverse = box[6]
    count, leaflets = side.shape
    thickest = 0.0
    for i in range(count):
        thickest = max(thickest, margin[i])
        for j in range(leaflets):
            best[i, j] = -1
            nearest[i, j] = np.inf
        normals[i, 0], normals[i, 1], normals[i, 2] = 0.0, 0.0, 0.0
    for t in range(triangles.shape[0]):
        own = leaflet[t]
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ax, ay, az = nodes[a, 0], nodes[a, 1], nodes[a, 2]
        bx, by, bz = nodes[b, 0], nodes[b, 1], nodes[b, 2]
        cx, cy, cz = nodes[c, 0], nodes[c, 1], nodes[c, 2]
        ux, uy, uz = bx - ax, by - ay, bz - az
        vx, vy, vz = cx - ax, cy - ay, cz - az
        nx_, ny_, nz_ = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        for i in (a, b, c):
            normals[i, 0] += nx_
            normals[i, 1] += ny_
            normals[i, 2] += nz_
        reach = skin_mm + triangle_margin[t] + thickest
        gx, gy, gz = (ax + bx + cx) / 3.0, (ay + by + cy) / 3.0, (az + bz + cz) / 3.0
        ra = (ax - gx) ** 2 + (ay - gy) ** 2 + (az - gz) ** 2
        rb = (bx - gx) ** 2 + (by - gy) ** 2 + (bz - gz) ** 2
        rc = (cx - gx) ** 2 + (cy - gy) ** 2 + (cz - gz) ** 2
        radius = np.sqrt(max(ra, rb, rc))
        x0, x1 = min(ax, bx, cx) - reach, max(ax, bx, cx) + reach
        y0, y1 = min(ay, by, cy) - reach, max(ay, by, cy) + reach
        z0, z1 = min(az, bz, cz) - reach, max(az, bz, cz) + reach
        ix0, ix1 = int(max((x0 - box[0]) * inverse, 0.0)), int((x1 - box[0]) * inverse)
        iy0, iy1 = int(max((y0 - box[1]) * inverse, 0.0)), int((y1 - box[1]) * inverse)
        iz0, iz1 = int(max((z0 - box[2]) * inverse, 0.0)), int((z1 - box[2]) * inverse)
        for iz in range(iz0, min(iz1, nz - 1) + 1):
            for iy in range(iy0, min(iy1, ny - 1) + 1):
                row = (iz * ny + iy) * nx
                first = start[row + min(ix0, nx - 1)]
                last = start[row + min(ix1, nx - 1) + 1]
                for k in range(first, last):
                    i = content[k]
                    if node_leaflet[i] == own or node_leaflet[i] < 0:
                        continue
                    px, py, pz = nodes[i, 0], nodes[i, 1], nodes[i, 2]
                    if px < x0 or px > x1 or py < y0 or py > y1 or pz < z0 or pz > z1:
                        continue
                    far = (px - gx) ** 2 + (py - gy) ** 2 + (pz - gz) ** 2
                    limit = radius + np.sqrt(min(nearest[i, own], 1e30))
                    if far > limit * limit:  # no point of it can be nearer than the best
                        continue
                    px, py, pz = px - ax, py - ay, pz - az
                    wb, wc, _ = closest_weights(px, py, pz, ux, uy, uz, vx, vy, vz)
                    dx = px - wb * ux - wc * vx
                    dy = py - wb * uy - wc * vy
                    dz = pz - wb * uz - wc * vz
                    square = dx * dx + dy * dy + dz * dz
                    if square < nearest[i, own]:
                        nearest[i, own] = square
                        best[i, own] = t
    found = 0
    for i in range(count):
        for j in range(leaflets):
            t = best[i, j]
            if t < 0:
                side[i, j] = 0
                continue
            offset = min(margin[i] + triangle_margin[t], rest[i])
            if nearest[i, j] > (offset + skin_mm) ** 2:
                side[i, j] = 0
                continue
            a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
            ax, ay, az = nodes[a, 0], nodes[a, 1], nodes[a, 2]
            px, py, pz = nodes[i, 0] - ax, nodes[i, 1] - ay, nodes[i, 2] - az
            ux, uy, uz = nodes[b, 0] - ax, nodes[b, 1] - ay, nodes[b, 2] - az
            vx, vy, vz = nodes[c, 0] - ax, nodes[c, 1] - ay, nodes[c, 2] - az
            _, _, feature = closest_weights(px, py, pz, ux, uy, uz, vx, vy, vz)
            rim = feature > 0 and (bits[t] >> (feature - 1)) & 1 == 1
            tx, ty, tz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
            facing = normals[i, 0] * tx + normals[i, 1] * ty + normals[i, 2] * tz < 0.0
            if rim:
                if nearest[i, j] > offset * offset:
                    side[i, j] = 0
            elif side[i, j] == 0:
                height = (px * tx + py * ty + pz * tz) / np.sqrt(tx * tx + ty * ty + tz * tz)
                side[i, j] = first_side(height, facing, offset + skin_mm)
            pair_facing[found] = 1 if facing else 0
            pair_node[found] = i
            pair_triangle[found] = t
            pair_offset[found] = offset
            found += 1
    return found
