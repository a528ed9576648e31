"""What leaflet contact needs beside the nodes' places, and one step of it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import driver
from openvalve.errors import SolverError
from openvalve.units import Mm, MPa
from openvalve.valve.closing._contact import contact_forces
from openvalve.valve.closing._grid import (
    Bytes,
    Floats,
    Ints,
    farthest_move_mm,
    find_pairs,
)

__all__ = [
    "CHECK_EVERY",
    "MOVE_FRAC",
    "STIFFNESS_MPA_MM",
    "ContactArrays",
    "contact_arrays",
    "contact_step",
    "distances_within",
    "skin_of",
]

# Pressure per overlap. 80 mmHg, borne by both sheets' nodes, makes 0.005 mm on the flat; where
# three free edges meet a closed valve reached 0.12 mm at 0.5 and 0.05 mm at 2 with the same steps.
# On a node of 0.6 mm2 it is 0.6 N/mm, below the membrane's own stiffness. Plausible 0.5 to 2.
STIFFNESS_MPA_MM = 1.0
MOST_CELLS = 100_000
CHECK_EVERY = 8  # steps between looks at how far nodes have moved
MOVE_FRAC = 0.4  # of the skin: what a node may have moved before the list is made anew


class ContactArrays(NamedTuple):
    """Everything of one mesh that ``contact_step`` reads or keeps; lengths mm, areas mm2.

    Attributes
    ----------
    triangles, neighbors : (m, 3); leaflet, bits, triangle_margin : (m,).
    node_leaflet, node_area, margin, rest : (n,), as ``find_pairs`` and ``contact_forces`` take.
    start, content, cell_of, box, best, nearest : work space of the grid.
    side : (n, leaflets) memory of which side a node is on; copy it with the state.
    pair_node, pair_triangle, pair_offset, pair_facing : the list; normals : work space.
    before : (n, 3) places when it was made.
    counts : (2,) pairs in the list (-1: none yet), steps until the next look.
    """

    triangles: Ints
    neighbors: Ints
    leaflet: Bytes
    bits: NDArray[np.uint8]
    triangle_margin: Floats
    node_leaflet: Bytes
    node_area: Floats
    margin: Floats
    rest: Floats
    start: Ints
    content: Ints
    cell_of: Ints
    box: Floats
    best: Ints
    nearest: Floats
    side: Bytes
    pair_node: Ints
    pair_triangle: Ints
    pair_offset: Floats
    pair_facing: Bytes
    normals: Floats
    before: Floats
    counts: Ints


def _edges(triangles: Ints, leaflet: Bytes) -> tuple[Ints, NDArray[np.uint8]]:
    """Return neighbours across edges 01, 12, 20 and boundary bits, shapes (m, 3), (m,)."""
    m = len(triangles)
    tails = triangles.T.reshape(-1).astype(np.int64)
    heads = np.roll(triangles, -1, axis=1).T.reshape(-1).astype(np.int64)
    nodes = int(triangles.max()) + 1
    key = np.minimum(tails, heads) * nodes + np.maximum(tails, heads)
    key = key * (int(leaflet.max()) + 1) + np.tile(leaflet.astype(np.int64), 3)
    order = np.argsort(key, kind="stable")
    ranked = key[order]
    same = ranked[1:] == ranked[:-1]
    neighbors = np.full(3 * m, -1, dtype=np.int32)
    neighbors[order[:-1][same]] = order[1:][same] % m
    neighbors[order[1:][same]] = order[:-1][same] % m
    free = neighbors < 0
    corner = np.zeros((int(leaflet.max()) + 1, nodes), dtype=bool)
    owner = np.tile(leaflet, 3)
    corner[owner[free], tails[free]] = True
    corner[owner[free], heads[free]] = True
    bits = np.zeros(m, dtype=np.uint8)
    for k in range(3):
        bits |= free[k * m : (k + 1) * m].astype(np.uint8) << np.uint8(k)
        bits |= corner[leaflet, triangles[:, k]].astype(np.uint8) << np.uint8(3 + k)
    return np.ascontiguousarray(neighbors.reshape(3, m).T), bits


def _node_leaflets(triangles: Ints, leaflet: Bytes, count: int) -> Bytes:
    """Return the leaflet of each node, -1 where it has none or several, shape (n,)."""
    least = np.full(count, 127, dtype=np.int8)
    most = np.full(count, -1, dtype=np.int8)
    for k in range(3):
        np.minimum.at(least, triangles[:, k], leaflet)
        np.maximum.at(most, triangles[:, k], leaflet)
    return np.where(least == most, most, np.int8(-1))


def contact_arrays(
    reference_mm: Floats, triangles: Ints, leaflet: Bytes, thickness_mm: Floats
) -> ContactArrays:
    """Return the arrays of contact of an unloaded mesh.

    Parameters
    ----------
    reference_mm : (n, 3) unloaded places. Where leaflets meet there, as at a commissure, they
        stay as near as they were, however thick: tissue lies edge to edge there.
    triangles : (m, 3), normals towards the outflow side; leaflet : (m,) from 0 up.
    thickness_mm : (m,) of the tissue.
    """
    triangles = np.ascontiguousarray(triangles, dtype=np.int32)
    leaflet = np.ascontiguousarray(leaflet, dtype=np.int8)
    nodes = np.ascontiguousarray(reference_mm, dtype=np.float64)
    n, m, leaflets = len(nodes), len(triangles), int(leaflet.max()) + 1
    neighbors, bits = _edges(triangles, leaflet)
    corners = nodes[triangles]
    sides = corners[:, 1:] - corners[:, :1]
    areas = 0.5 * np.linalg.norm(np.cross(sides[:, 0], sides[:, 1]), axis=1)
    node_area, weighted = np.zeros(n), np.zeros(n)
    for k in range(3):
        np.add.at(node_area, triangles[:, k], areas / 3.0)
        np.add.at(weighted, triangles[:, k], areas / 3.0 * thickness_mm)
    half = 0.5 * np.divide(weighted, node_area, out=np.zeros(n), where=node_area > 0.0)
    arrays = ContactArrays(
        triangles=triangles,
        neighbors=neighbors,
        leaflet=leaflet,
        bits=bits,
        triangle_margin=np.zeros(m),
        node_leaflet=_node_leaflets(triangles, leaflet, n),
        node_area=node_area,
        margin=np.zeros(n),
        rest=np.full(n, np.inf),
        start=np.zeros(MOST_CELLS + 1, dtype=np.int32),
        content=np.zeros(n, dtype=np.int32),
        cell_of=np.zeros(n, dtype=np.int32),
        box=np.zeros(8),
        best=np.zeros((n, leaflets), dtype=np.int32),
        nearest=np.zeros((n, leaflets)),
        side=np.zeros((n, leaflets), dtype=np.int8),
        pair_node=np.zeros(n * leaflets, dtype=np.int32),
        pair_triangle=np.zeros(n * leaflets, dtype=np.int32),
        pair_offset=np.zeros(n * leaflets),
        pair_facing=np.zeros(n * leaflets, dtype=np.int8),
        normals=np.zeros((n, 3)),
        before=np.full((n, 3), np.inf),
        counts=np.array([-1, 0], dtype=np.int32),
    )
    distance, _ = distances_within(nodes, arrays, 2.0 * float(half.max()))
    rest = distance.min(axis=1)
    arrays.margin[:] = half
    arrays.triangle_margin[:] = half[triangles].mean(axis=1)
    arrays.rest[:] = rest
    return arrays


def skin_of(arrays: ContactArrays) -> Mm:
    """Return a skin of half an edge, mm: nodes may move half of it before the list is remade."""
    used = arrays.node_area[arrays.node_area > 0.0]
    return 0.5 * float(np.sqrt(used.mean() * 2.0 / np.sqrt(3.0)))


def distances_within(nodes_mm: Floats, arrays: ContactArrays, reach_mm: Mm) -> tuple[Floats, Ints]:
    """Return distance to the nearest triangle of each leaflet and that triangle, (n, leaflets).

    Beyond reach and thickness the distance is infinite, the triangle -1. Nothing is remembered.
    """
    fresh = arrays._replace(
        best=arrays.best.copy(),
        nearest=arrays.nearest.copy(),
        side=np.zeros_like(arrays.side),
        pair_node=arrays.pair_node.copy(),
        pair_triangle=arrays.pair_triangle.copy(),
        pair_offset=arrays.pair_offset.copy(),
        pair_facing=arrays.pair_facing.copy(),
        normals=arrays.normals.copy(),
    )
    if _list(np.ascontiguousarray(nodes_mm), fresh, reach_mm, reach_mm) < 0:
        raise SolverError("leaflet contact: a place is not a number", state={})
    return np.sqrt(fresh.nearest), fresh.best


@driver
def _list(nodes: Floats, c: ContactArrays, skin_mm: float, cell_mm: float) -> int:
    return find_pairs(
        nodes,
        c.triangles,
        c.leaflet,
        c.node_leaflet,
        c.bits,
        c.margin,
        c.triangle_margin,
        c.rest,
        skin_mm,
        cell_mm,
        c.start,
        c.content,
        c.cell_of,
        c.box,
        c.best,
        c.nearest,
        c.side,
        c.pair_node,
        c.pair_triangle,
        c.pair_offset,
        c.pair_facing,
        c.normals,
    )


@driver
def contact_step(
    nodes: Floats,
    c: ContactArrays,
    skin_mm: float,
    stiffness_mpa_mm: MPa,
    out_forces: Floats,
    out_stiffness: Floats,
) -> tuple[int, int, float, float]:
    """Add the contact of all leaflets to ``out_forces``; remake the list where nodes have moved.

    Parameters
    ----------
    nodes : (n, 3) mm; c : the mesh's arrays; skin_mm : half an edge is a good choice.
    out_forces : (n, 3) N; out_stiffness : (n,) N/mm; both are added to.

    Returns
    -------
    Touching pairs, or -1 where a place is not a number; lost pairs; deepest overlap, mm; energy,
    N mm. Serial and in the order of nodes, so that it repeats to the bit.
    """
    c.counts[1] -= 1
    if c.counts[1] < 0:
        moved = farthest_move_mm(nodes, c.before)
        if moved != moved:
            return -1, 0, 0.0, 0.0
        if c.counts[0] < 0 or moved > MOVE_FRAC * skin_mm:
            cell = 2.0 * skin_mm + 0.5
            c.counts[0] = _list(nodes, c, skin_mm, cell)
            if c.counts[0] < 0:
                return -1, 0, 0.0, 0.0
            c.before[:] = nodes
        c.counts[1] = CHECK_EVERY - 1
    return contact_forces(
        nodes,
        c.triangles,
        c.leaflet,
        c.bits,
        c.neighbors,
        c.node_area,
        c.counts[0],
        c.pair_node,
        c.pair_triangle,
        c.pair_offset,
        c.pair_facing,
        c.side,
        stiffness_mpa_mm,
        skin_mm,
        out_forces,
        out_stiffness,
    )
