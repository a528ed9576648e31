"""Leaflets that may meet into a batch of the GPU form."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvalve.valve.closing import ContactArrays
from openvalve.valve.shell._cuda_layout import Sheets, Span, Whole
from openvalve.valve.shell._relax import Loads

__all__ = ["leaflets_of", "sheets_of"]


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
    for sheets, s in zip(meet, spans, strict=True):
        if sheets is not None:
            beside = sheets.neighbors.astype(np.int64)
            neighbors[:, s.tri : s.tri_end] = np.where(beside >= 0, beside + s.tri, -1).T
            side[: s.leaflets, s.node : s.node_end] = sheets.side.T
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
        pair_tri=np.full((leaflets, nodes), -1, np.int32),
        pair_offset=np.zeros((leaflets, nodes)),
        pair_facing=np.zeros((leaflets, nodes), np.int32),
        nearest=np.zeros((leaflets, nodes)),
        pairs=np.zeros(len(spans), np.int32),
        listed=np.zeros((2, pairs), np.int32),
        pushing=np.zeros((2, pairs), np.int32),
        push=np.zeros((6, pairs)),
        face=np.zeros((7, faces)),
        before=np.full((nodes, 3), np.inf),
        pressed=np.zeros(nodes),
    )


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
