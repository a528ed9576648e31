"""Free edges of a closed valve in pieces: how near the other leaflets are below each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.valve.closing._contact_step import ContactArrays, distances_within
from openvalve.valve.closing._grid import Floats, Ints

__all__ = ["KINDS", "REACH_MM", "Stations", "stations_of"]

KINDS = ("commissure", "tear", "prolapse", "central")
COMMISSURE_FRAC = 0.2  # of a free edge at each end that counts as its commissure [0.1 to 0.3]
PROLAPSE_MM = 2.0  # between an edge and its neighbour's, along the flow [1 to 3]
COAPTATION_FROM = 0.3  # v from which a leaflet may meet another; 0 ring, 1 free edge
REACH_MM = 3.0  # wider gaps are seen as openings
STATION_MM = 1.2  # least length of free edge that a throat is looked for in


@dataclass(frozen=True, kw_only=True, slots=True)
class Stations:
    """Pieces of free edges, shape (k,) each; lengths in mm.

    Attributes
    ----------
    leaflet, other : whose edge, and the nearest other leaflet (-1: none near).
    u : place along the edge, 0 to 1; length : of edge; middle : (k, 3).
    gap : clear width of the throat: the least over the column from v 0.3 to the edge, at most 3.
    kind : index into ``KINDS``; end : number of the commissure where it is one.
    """

    leaflet: NDArray[np.int64]
    other: NDArray[np.int64]
    u: Floats
    length: Floats
    middle: Floats
    gap: Floats
    kind: NDArray[np.int64]
    end: NDArray[np.int64]


def _gaps(nodes: Floats, arrays: ContactArrays) -> tuple[Floats, NDArray[np.int64]]:
    """Return the clear gap from each node to the nearest other leaflet, and which that is."""
    distance, best = distances_within(nodes, arrays, REACH_MM)
    reach = arrays.margin[:, None] + np.where(best >= 0, arrays.triangle_margin[best], 0.0)
    clear = distance - np.minimum(reach, arrays.rest[:, None])
    other = np.argmin(clear, axis=1)
    gap = np.take_along_axis(clear, other[:, None], axis=1)[:, 0]
    return np.clip(gap, 0.0, REACH_MM), np.where(np.isfinite(gap), other, -1)


def _node_place(place: Floats, triangles: Ints, count: int) -> Floats:
    """Return u and v of nodes, shape (n, 2): the mean of their triangles'."""
    total, many = np.zeros((count, 2)), np.zeros(count)
    for k in range(3):
        np.add.at(total, triangles[:, k], place)
        np.add.at(many, triangles[:, k], 1.0)
    return total / np.maximum(many, 1.0)[:, None]


def _commissures(nodes: Floats, edges: tuple[Ints, ...]) -> NDArray[np.int64]:
    """Return the commissure of both ends of each edge, shape (leaflets, 2).

    An end shares its number with the nearest end of another leaflet.
    """
    tips = np.array([nodes[edge[k]] for edge in edges for k in (0, -1)])
    apart = np.linalg.norm(tips[:, None] - tips[None], axis=2)
    owner = np.arange(len(tips)) // 2
    apart[owner[:, None] == owner[None]] = np.inf
    mate = np.argmin(apart, axis=1)
    return np.asarray(np.minimum(np.arange(len(tips)), mate).reshape(-1, 2))


def stations_of(
    nodes: Floats,
    arrays: ContactArrays,
    place: Floats,
    edges: tuple[Ints, ...],
    torn: NDArray[np.bool_],
) -> Stations:
    """Cut the free edges into stations.

    Parameters
    ----------
    nodes : (n, 3); place : (m, 2) of triangles' centroids; edges : nodes of each free edge.
    torn : (n,) where a leaflet is torn.
    """
    where = _node_place(place, arrays.triangles, len(nodes))
    gap, other = _gaps(nodes, arrays)
    ends = _commissures(nodes, edges)
    rows = []
    for own, edge in enumerate(edges):
        line = nodes[edge]
        along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
        pieces = max(int(along[-1] / STATION_MM), 3)
        u = where[:, 0] if where[edge[0], 0] < where[edge[-1], 0] else -where[:, 0]
        cuts = np.interp(np.linspace(0.0, along[-1], pieces + 1)[1:-1], along, u[edge])
        mine = (arrays.node_leaflet == own) & (where[:, 1] > COAPTATION_FROM)
        mine[edge] = True
        piece = np.where(mine, np.searchsorted(cuts, u), -1)
        for k in range(pieces):
            at = (k + 0.5) / pieces
            middle = [np.interp(at * along[-1], along, line[:, a]) for a in range(3)]
            column = np.flatnonzero(piece == k)
            if len(column) == 0:
                column = np.array([edge[np.argmin(np.abs(along - at * along[-1]))]])
            narrow = column[np.argmin(gap[column])]
            side = 0 if at < 0.5 else 1
            kind = "central"
            if torn[column].any():
                kind = "tear"
            elif min(at, 1.0 - at) < COMMISSURE_FRAC:
                kind = "commissure"
            rows.append(
                (own, other[narrow], at, along[-1] / pieces, *middle, gap[narrow],
                 KINDS.index(kind), ends[own, side])
            )  # fmt: skip
    table = np.array(rows, dtype=np.float64)
    return _with_prolapse(
        Stations(
            leaflet=table[:, 0].astype(np.int64),
            other=table[:, 1].astype(np.int64),
            u=table[:, 2],
            length=table[:, 3],
            middle=table[:, 4:7],
            gap=table[:, 7],
            kind=table[:, 8].astype(np.int64),
            end=table[:, 9].astype(np.int64),
        )
    )


def _with_prolapse(stations: Stations) -> Stations:
    """Mark central stations whose edge lies off the nearest other edge along the flow."""
    s = stations
    flat = np.linalg.norm(s.middle[:, None, :2] - s.middle[None, :, :2], axis=2)
    flat[s.leaflet[:, None] == s.leaflet[None]] = np.inf
    step = s.middle[np.argmin(flat, axis=1), 2] - s.middle[:, 2]
    fallen = (s.kind == KINDS.index("central")) & (np.abs(step) > PROLAPSE_MM)
    s.kind[fallen] = KINDS.index("prolapse")
    return s
