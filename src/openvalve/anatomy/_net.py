"""The lines along which calcium may part, cleared of what no good mesh can follow."""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Voronoi, cKDTree

from openvalve.anatomy._triangulate import inside
from openvalve.units import Mm

__all__ = ["Net", "tidy_net"]

Array = NDArray[np.float64]
SHARPEST_RAD = math.radians(45.0)  # between two lines
STEPS = 24  # along a line, where it is looked whether it is far enough inside


@dataclass(frozen=True, kw_only=True, slots=True)
class Net:
    """Straight lines between points.

    Attributes
    ----------
    points : shape (q, 2), mm, in the flattened leaflet.
    lines : shape (l, 2), pairs of points.
    """

    points: Array
    lines: NDArray[np.int64]

    @property
    def length_mm(self) -> Mm:
        """Length of all lines."""
        ends = self.points[self.lines]
        return float(np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1).sum())

    @classmethod
    def empty(cls) -> Self:
        """Return no lines."""
        return cls(points=np.empty((0, 2)), lines=np.empty((0, 2), dtype=np.int64))


def tidy_net(cells: Voronoi, plates: NDArray[np.bool_], *, outline: Array, shortest_mm: Mm) -> Net:
    """Return the lines between plates and round them, well inside the leaflet.

    Lines shorter than ``shortest_mm`` shrink to a point, those that come nearer than it to the
    boundary end there, ends that come near one another join, of two lines that meet at less than
    45 degrees the shorter goes, and so does one whose end all but touches another.
    """
    pairs = np.asarray(cells.ridge_points)
    ridges = np.asarray(cells.ridge_vertices)
    wanted = plates[pairs].any(axis=1) & (ridges >= 0).all(axis=1)
    ridges = ridges[wanted]
    points, ridges = _merged(np.asarray(cells.vertices), ridges, shortest_mm)
    points, lines = _trimmed(points, ridges, outline, shortest_mm)
    points, lines = _merged(*_joined(points, lines, shortest_mm), shortest_mm)
    lines = _clear(points, _blunt(points, lines), 0.8 * shortest_mm)
    used, inverse = np.unique(lines, return_inverse=True)
    return Net(points=points[used], lines=inverse.reshape(-1, 2).astype(np.int64))


def _merged(
    points: Array, ridges: NDArray[np.int64], shortest: float
) -> tuple[Array, NDArray[np.int64]]:
    """Return the points with those of short lines moved into one, shortest lines first."""
    owner = np.arange(len(points))
    place = points.copy()
    while len(ridges):
        length = np.linalg.norm(place[ridges[:, 0]] - place[ridges[:, 1]], axis=1)
        k = int(np.argmin(length))
        if length[k] >= shortest:
            break
        keep, gone = ridges[k]
        place[keep] = 0.5 * (place[keep] + place[gone])
        owner[owner == gone] = keep
        ridges = np.where(ridges == gone, keep, ridges)
        ridges = np.unique(np.sort(ridges[ridges[:, 0] != ridges[:, 1]], axis=1), axis=0)
    return place, ridges


def _trimmed(
    points: Array, ridges: NDArray[np.int64], outline: Array, margin: float
) -> tuple[Array, NDArray[np.int64]]:
    """Return points and lines, each cut back to where it is ``margin`` inside the boundary."""
    t = np.linspace(0.0, 1.0, STEPS + 1)
    tree = cKDTree(_dense(outline, 0.1 * margin))
    added, lines, count = [points], [], len(points)
    ends = points[ridges]
    whole_way = ends[:, :1] + t[None, :, None] * (ends[:, 1:] - ends[:, :1])
    flat = whole_way.reshape(-1, 2)
    deep = inside(flat, outline) & (tree.query(flat)[0] >= margin)
    for (a, b), along, well in zip(ridges, whole_way, deep.reshape(-1, STEPS + 1), strict=True):
        runs = np.flatnonzero(np.diff(np.concatenate(([0], well.astype(np.int8), [0]))))
        for first, last in runs.reshape(-1, 2):
            start, stop = along[first], along[last - 1]
            if np.linalg.norm(stop - start) < margin:
                continue
            tips = []
            for at, whole, place in ((first, a, start), (last - 1, b, stop)):
                if at in (0, STEPS):
                    tips.append(int(whole))
                else:
                    added.append(place[None])
                    tips.append(count)
                    count += 1
            lines.append(tips)
    made = np.array(lines, dtype=np.int64).reshape(-1, 2)
    return np.concatenate(added), made


def _joined(
    points: Array, lines: NDArray[np.int64], near: float
) -> tuple[Array, NDArray[np.int64]]:
    """Return the lines with ends that are nearer than ``near`` made one."""
    place, lines = points.copy(), lines.copy()
    while len(lines):
        used = np.unique(lines)
        pairs = used[cKDTree(place[used]).query_pairs(near, output_type="ndarray")]
        linked = {(int(a), int(b)) for a, b in np.sort(lines, axis=1)}
        loose = sorted((int(a), int(b)) for a, b in np.sort(pairs, axis=1))
        loose = [pair for pair in loose if pair not in linked]
        if not loose:
            break
        keep, gone = loose[0]
        place[keep] = 0.5 * (place[keep] + place[gone])
        lines[lines == gone] = keep
        lines = np.unique(np.sort(lines, axis=1), axis=0)
    return place, lines


def _clear(points: Array, lines: NDArray[np.int64], near: float) -> NDArray[np.int64]:
    """Return the lines without those that have an end nearer than ``near`` to another line."""
    kept = np.ones(len(lines), dtype=bool)
    start, way = points[lines[:, 0]], points[lines[:, 1]] - points[lines[:, 0]]
    square = np.einsum("li,li->l", way, way)
    for k, ends in enumerate(lines):
        for end in ends:
            away = points[end] - start
            t = np.clip(np.einsum("li,li->l", away, way) / square, 0.0, 1.0)
            gap = np.linalg.norm(away - t[:, None] * way, axis=1)
            if np.any((gap < near) & kept & ~np.any(lines == end, axis=1)):
                kept[k] = False
    return lines[kept]


def _dense(outline: Array, step: float) -> Array:
    """Return points of a closed polygon at most ``step`` apart."""
    ahead = np.roll(outline, -1, axis=0)
    most = float(np.max(np.linalg.norm(ahead - outline, axis=1)))
    parts = max(1, math.ceil(most / step))
    t = np.arange(parts)[:, None, None] / parts
    return np.asarray((outline + t * (ahead - outline)).reshape(-1, 2))


def _blunt(points: Array, lines: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the lines without the shorter of any two that meet too sharply."""
    length = np.linalg.norm(points[lines[:, 0]] - points[lines[:, 1]], axis=1)
    kept: list[int] = []
    leaving: dict[int, list[float]] = {}
    for k in np.argsort(-length, kind="stable"):
        a, b = (int(n) for n in lines[k])
        way = points[b] - points[a]
        turn = math.atan2(way[1], way[0])
        ends = ((a, turn), (b, turn + math.pi))
        if all(_apart(angle, other) for n, angle in ends for other in leaving.get(n, [])):
            kept.append(int(k))
            for n, angle in ends:
                leaving.setdefault(n, []).append(angle)
    return lines[sorted(kept)]


def _apart(one: float, two: float) -> bool:
    gap = abs((one - two + math.pi) % math.tau - math.pi)
    return gap >= SHARPEST_RAD
