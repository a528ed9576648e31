"""Leaflets that may meet into a batch of the GPU form."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvalve.valve.closing import ContactArrays
from openvalve.valve.shell._cuda_layout import Sheets, Span, Whole
from openvalve.valve.shell._relax import Loads

__all__ = ["leaflets_of", "sheets_into", "sheets_of"]


def leaflets_of(loads: Loads) -> int:
    """Return how many leaflets of a valve may meet, 0 where none do."""
    return loads.sheets.side.shape[1] if loads.sheet > 0.0 else 0


def sheets_of(loads: Sequence[Loads], span: Whole) -> Sheets:
    """Return the leaflets of a batch; what a valve without contact has is never read."""
    spans = [Span(*row) for row in span.tolist()]
    meet = [p.sheets if leaflets_of(p) else None for p in loads]
    nodes, faces = spans[-1].node_end, spans[-1].tri_end
    leaflets = max(1, *(s.leaflets for s in spans))
    pairs = spans[-1].pair + spans[-1].leaflets * (nodes - spans[-1].node)

    def of_nodes(value: Callable[[ContactArrays], NDArray[Any]], kind: type) -> NDArray[Any]:
        return _placed(meet, [(s.node, s.node_end) for s in spans], value, kind)

    def of_faces(value: Callable[[ContactArrays], NDArray[Any]], kind: type) -> NDArray[Any]:
        return _placed(meet, [(s.tri, s.tri_end) for s in spans], value, kind)

    neighbors, side = np.full((3, faces), -1, np.int32), np.zeros((leaflets, nodes), np.int32)
    near = np.full((leaflets, nodes), -1, np.int32)
    offset, facing = np.zeros((leaflets, nodes)), np.zeros((leaflets, nodes), np.int32)
    counts, listed = np.zeros((len(spans), 2), np.int32), np.zeros((2, pairs), np.int32)
    before = np.full((nodes, 3), np.inf)
    for valve, (sheets, s) in enumerate(zip(meet, spans, strict=True)):
        if sheets is None:
            continue
        beside = sheets.neighbors.astype(np.int64)
        neighbors[:, s.tri : s.tri_end] = np.where(beside >= 0, beside + s.tri, -1).T
        side[: s.leaflets, s.node : s.node_end] = sheets.side.T
        before[s.node : s.node_end] = sheets.before
        counts[valve] = sheets.counts
        found = max(0, int(sheets.counts[0]))
        node, face = sheets.pair_node[:found], sheets.pair_triangle[:found]
        other = sheets.leaflet[face]
        near[other, node + s.node] = face + s.tri
        offset[other, node + s.node] = sheets.pair_offset[:found]
        facing[other, node + s.node] = sheets.pair_facing[:found]
        listed[:, s.pair : s.pair + found] = node + s.node, other
    return Sheets(
        neighbors=neighbors,
        leaflet=of_faces(lambda c: c.leaflet, np.int32),
        bits=of_faces(lambda c: c.bits, np.int32),
        face_margin=of_faces(lambda c: c.triangle_margin, np.float64),
        node_leaflet=of_nodes(lambda c: c.node_leaflet, np.int32),
        node_area=of_nodes(lambda c: c.node_area, np.float64),
        margin=of_nodes(lambda c: c.margin, np.float64),
        rest=of_nodes(lambda c: c.rest, np.float64),
        side=side,
        pair_tri=near,
        pair_offset=offset,
        pair_facing=facing,
        nearest=np.zeros((leaflets, nodes)),
        pairs=np.ascontiguousarray(counts[:, 0]),
        wait=np.ascontiguousarray(counts[:, 1]),
        listed=listed,
        pushing=np.zeros((2, pairs), np.int32),
        push=np.zeros((6, pairs)),
        face=np.zeros((7, faces)),
        before=before,
        pressed=np.zeros(nodes),
    )


def sheets_into(loads: Loads, made: Sheets, s: Span, valve: int) -> None:
    """Set the memory of contact of one valve, sides and the list of pairs, to that of the batch."""
    if s.leaflets == 0:
        return
    own, found = loads.sheets, int(made.pairs[valve])
    own.side[...] = made.side[: s.leaflets, s.node : s.node_end].T
    own.before[...] = made.before[s.node : s.node_end]
    own.counts[...] = found, made.wait[valve]
    node, other = made.listed[:, s.pair : s.pair + max(0, found)]
    count = len(node)
    own.pair_node[:count] = node - s.node
    own.pair_triangle[:count] = made.pair_tri[other, node] - s.tri
    own.pair_offset[:count] = made.pair_offset[other, node]
    own.pair_facing[:count] = made.pair_facing[other, node]


def _placed(
    meet: Sequence[ContactArrays | None],
    places: Sequence[tuple[int, int]],
    value: Callable[[ContactArrays], NDArray[Any]],
    kind: type,
) -> NDArray[Any]:
    """Return values of all valves end to end, 0 where leaflets do not meet."""
    table: NDArray[Any] = np.zeros(places[-1][1], kind)
    for sheets, (first, end) in zip(meet, places, strict=True):
        if sheets is not None:
            table[first:end] = value(sheets)
    return table
