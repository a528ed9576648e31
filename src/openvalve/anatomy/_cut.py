"""Cut a welded surface along given lines: nodes on them become coincident nodes on either side."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

__all__ = ["Cut", "Line", "cut", "sides_of"]

Array = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A chain of welded nodes along which the surface is cut.

    Attributes
    ----------
    kind : ``commissure``, ``raphe`` or ``calcium``.
    nodes : from the ring inwards.
    from_ring_mm : of its first node.
    """

    kind: str
    nodes: Indices
    from_ring_mm: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Cut:
    """The surface after the cut.

    Attributes
    ----------
    triangles : shape (m, 3), of new nodes.
    origin : shape (n,), the welded node that each new node came from.
    edges : (a, b) of welded nodes to (triangle, corner of a), a to b being its own direction.
    """

    triangles: Indices
    origin: Indices
    edges: dict[tuple[int, int], tuple[int, int]]


def cut(triangles: Indices, count: int, lines: tuple[Line, ...]) -> Cut:
    """Return the surface with every inner node of a line, and every end on a border, doubled.

    Corners of neighbouring triangles stay one node where the edge between them is not cut.
    """
    parted = set()
    for line in lines:
        for a, b in zip(line.nodes[:-1].tolist(), line.nodes[1:].tolist(), strict=True):
            parted |= {(a, b), (b, a)}
    edges: dict[tuple[int, int], tuple[int, int]] = {}
    for t, corners in enumerate(triangles.tolist()):
        for k in range(3):
            edges[corners[k], corners[(k + 1) % 3]] = (t, k)
    ones, twos = [], []
    for (a, b), (t, k) in edges.items():
        other = edges.get((b, a))
        if a < b and other is not None and (a, b) not in parted:
            s, j = other
            ones += [3 * t + k, 3 * t + (k + 1) % 3]
            twos += [3 * s + (j + 1) % 3, 3 * s + j]
    size = 3 * len(triangles)
    ends = (np.array(ones, dtype=np.int64), np.array(twos, dtype=np.int64))
    joined = coo_matrix((np.ones(len(ones)), ends), shape=(size, size))
    number, label = connected_components(joined, directed=False)
    origin = np.empty(number, dtype=np.int64)
    origin[label] = triangles.ravel()
    order = np.lexsort((np.arange(number), origin))
    rank = np.empty(number, dtype=np.int64)
    rank[order] = np.arange(number)
    return Cut(triangles=rank[label].reshape(-1, 3), origin=origin[order], edges=edges)


def sides_of(made: Cut, line: Line, places: Array) -> tuple[Indices, Array, Array]:
    """Return pairs (s, 2), tributary lengths (s,) and distances from the ring (s,) of a line.

    The first of a pair lies to the left of the line seen along it from downstream.
    """
    pairs: list[tuple[int, int]] = []
    share: list[float] = []
    distance: list[float] = []
    along = line.from_ring_mm
    for a, b in zip(line.nodes[:-1].tolist(), line.nodes[1:].tolist(), strict=True):
        length = float(np.linalg.norm(places[b] - places[a]))
        (t, k), (s, j) = made.edges[a, b], made.edges[b, a]
        left, right = made.triangles[t], made.triangles[s]
        found = (
            (int(left[k]), int(right[(j + 1) % 3]), along),
            (int(left[(k + 1) % 3]), int(right[j]), along + length),
        )
        for one, two, at in found:
            if one == two:
                continue
            if pairs and pairs[-1] == (one, two):
                share[-1] += 0.5 * length
            else:
                pairs.append((one, two))
                share.append(0.5 * length)
                distance.append(at)
        along += length
    made_pairs = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return made_pairs, np.array(share), np.array(distance)
