"""Well-shaped triangles in a flat region with given points on its boundary and lines inside."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Delaunay, cKDTree

from openvalve.errors import SolverError
from openvalve.units import Mm

__all__ = ["Region", "heights", "inside", "triangulate"]

Array = NDArray[np.float64]
Indices = NDArray[np.int64]
ROUNDS = 24
LATE = 18  # from this round on triangles are made anew after every move, before after two
KEEP_OFF = 0.62  # how near to a fixed piece, in its own length, a free point may come


@dataclass(frozen=True, kw_only=True, slots=True)
class Region:
    """What is to be filled.

    Attributes
    ----------
    fixed : shape (f, 2), points that stay: first the boundary, counter-clockwise, then the lines'.
    boundary : how many of them bound the region.
    pieces : shape (p, 2), lines inside, as pairs of fixed points; each becomes an edge.
    """

    fixed: Array
    boundary: int
    pieces: Indices

    @property
    def segments(self) -> Indices:
        """Every edge that must appear, boundary first, shape (boundary + p, 2)."""
        i = np.arange(self.boundary)
        return np.concatenate((np.column_stack((i, (i + 1) % self.boundary)), self.pieces))


def heights(corners: Array) -> Array:
    """Return the least height over the longest edge of triangles (m, 3, d): 0.866 at best."""
    edges = corners - np.roll(corners, 1, axis=1)
    longest = np.max(np.einsum("mij,mij->mi", edges, edges), axis=1)
    one, two = edges[:, 1], edges[:, 2]
    dots = np.einsum("mi,mi->m", one, one) * np.einsum("mi,mi->m", two, two)
    square = dots - np.einsum("mi,mi->m", one, two) ** 2
    return np.asarray(np.sqrt(np.maximum(square, 0.0)) / longest)


def inside(points: Array, polygon: Array) -> NDArray[np.bool_]:
    """Return which points, shape (n, 2), lie in a polygon, shape (k, 2): crossings are odd."""
    x, y = points[:, :1], points[:, 1:]
    ahead = np.roll(polygon, -1, axis=0)
    (x0, y0), (x1, y1) = polygon.T, ahead.T
    crosses = (y0 > y) != (y1 > y)
    rise = np.where(y1 == y0, 1.0, y1 - y0)
    right = x < x0 + (y - y0) * (x1 - x0) / rise
    return np.asarray(np.count_nonzero(crosses & right, axis=1) % 2 == 1)


def triangulate(region: Region, edge_mm: Mm, turn: int = 0) -> tuple[Array, Indices]:
    """Return points (fixed ones first) and counter-clockwise triangles of about one edge length.

    Method : points of a hexagonal lattice, moved again and again to the mean of their triangles'
    centres with Delaunay triangles in between, kept off the fixed lines so that every piece stays
    an edge; now and then points that crowd are taken out and gaps are filled.

    Parameters
    ----------
    turn : which of several starting lattices.
    """
    guard = _Guard(region)
    points = np.concatenate((region.fixed, _lattice(region, edge_mm, turn, guard)))
    triangles = _delaunay(points, region)
    for stroke in range(ROUNDS):
        if stroke in (4, 8, 12, 16):
            points = _thinned_and_filled(points, triangles, region, edge_mm)
            triangles = _delaunay(points, region)
        points = _smoothed(points, triangles, region, guard)
        if stroke % 2 or stroke >= LATE:
            triangles = _delaunay(points, region)
    _check(points, triangles, region)
    return points, triangles


class _Guard:
    """Pushes free points off the fixed lines."""

    def __init__(self, region: Region) -> None:
        ends = region.fixed[region.segments]
        length = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1)
        self.centers = np.concatenate((ends.mean(axis=1), ends[:, 0], ends[:, 1]))
        self.radii = KEEP_OFF * np.concatenate((length, length, length))
        self.tree = cKDTree(self.centers)

    def nearest(self, points: Array) -> tuple[Array, Indices]:
        """Return how far the nearest kept-off middle or end is, and which."""
        distance, which = self.tree.query(points)
        return np.asarray(distance), np.asarray(which)

    def pushed(self, points: Array) -> Array:
        """Return the points, those too near a line moved straight off it."""
        distance, nearest = self.nearest(points)
        near = distance < self.radii[nearest]
        away = points[near] - self.centers[nearest[near]]
        scale = self.radii[nearest[near]] / np.maximum(distance[near], 1e-9)
        moved = points.copy()
        moved[near] = self.centers[nearest[near]] + away * scale[:, None]
        return moved


def _lattice(region: Region, edge_mm: Mm, turn: int, guard: _Guard) -> Array:
    boundary = region.fixed[: region.boundary]
    low, high = boundary.min(axis=0), boundary.max(axis=0)
    rise = edge_mm * np.sqrt(0.75)
    rows = np.arange(low[1] + (0.5 - 0.27 * turn) * rise, high[1], rise)
    columns = np.arange(low[0] - 0.38 * turn * edge_mm, high[0] + edge_mm, edge_mm)
    y = np.repeat(rows, len(columns))
    x = (columns[None, :] + 0.5 * edge_mm * (np.arange(len(rows)) % 2)[:, None]).ravel()
    points = np.column_stack((x, y))
    points = points[inside(points, boundary)]
    distance, nearest = guard.nearest(points)
    return points[distance > 1.05 * guard.radii[nearest]]


def _delaunay(points: Array, region: Region) -> Indices:
    triangles = Delaunay(points).simplices.astype(np.int64)
    corners = points[triangles]
    one, two = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    cross = one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]
    back = cross < 0.0
    triangles[back] = triangles[back][:, ::-1]
    keep = np.abs(cross) > 1e-12
    edge_only = np.all(triangles < region.boundary, axis=1)
    middle = corners[edge_only].mean(axis=1)
    keep[edge_only] &= inside(middle, region.fixed[: region.boundary])
    return triangles[keep]


def _smoothed(points: Array, triangles: Indices, region: Region, guard: _Guard) -> Array:
    corners = points[triangles]
    one, two = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]
    center = corners.mean(axis=1) * area[:, None]
    flat = triangles.ravel()
    weight = np.bincount(flat, np.repeat(area, 3), len(points))
    goal = np.column_stack(
        [np.bincount(flat, np.repeat(center[:, k], 3), len(points)) for k in (0, 1)]
    )
    first = len(region.fixed)
    moved = points.copy()
    moved[first:] = guard.pushed(goal[first:] / np.maximum(weight[first:, None], 1e-12))
    return moved


def _thinned_and_filled(points: Array, triangles: Indices, region: Region, edge_mm: Mm) -> Array:
    """Return the points without free ones that crowd, and with new ones in wide triangles."""
    first = len(region.fixed)
    pairs = cKDTree(points).query_pairs(0.68 * edge_mm, output_type="ndarray")
    gone = np.zeros(len(points), dtype=bool)
    for i, j in np.sort(pairs, axis=1):
        if j >= first and not gone[i] and not gone[j]:
            gone[j] = True
    corners = points[triangles]
    size = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2)
    one, two = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = 0.5 * np.abs(one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0])
    around = size.prod(axis=1) / (4.0 * area)
    wide = (around > 0.95 * edge_mm) & (heights(corners) > 0.25) & (area > 0.6 * edge_mm**2)
    wide &= ~gone[triangles].any(axis=1)
    return np.concatenate((points[~gone], corners[wide].mean(axis=1)))


def _check(points: Array, triangles: Indices, region: Region) -> None:
    """Raise where a fixed line is not an edge or a point is left out."""
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    count = len(points)
    have = np.unique(np.sort(edges, axis=1) @ np.array([count, 1]))
    want = np.sort(region.segments, axis=1) @ np.array([count, 1])
    missing = int(np.count_nonzero(~np.isin(want, have)))
    unused = count - len(np.unique(triangles))
    if missing or unused:
        state = {"missing_edges": float(missing), "unused_points": float(unused)}
        raise SolverError("anatomy: the mesh does not follow its lines", state=state)
