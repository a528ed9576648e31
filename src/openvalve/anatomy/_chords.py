"""Chords from the papillary muscles to the leaflets of atrioventricular valves."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.anatomy._chords_tables import (
    HEAD_SPREAD,
    MARGINAL_PLACES,
    MUSCLES,
    ORIFICE_TO_MUSCLE,
    STRUT_PLACES,
    SUBVALVULAR_LENGTH,
)
from openvalve.anatomy._curves import Leaflet
from openvalve.anatomy._shape import ATRIOVENTRICULAR, ValveShape

__all__ = ["Chord", "chords_of"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Chord:
    """One chord before any mesh: where it holds a leaflet and where it comes from.

    Attributes
    ----------
    leaflet : which one.
    place : (u, v) on it.
    point, anchor : shape (3,), mm, its two ends.
    strut : whether it holds the body of the leaflet rather than its edge.
    """

    leaflet: int
    place: tuple[float, float]
    point: Array
    anchor: Array
    strut: bool


def chords_of(shape: ValveShape, leaflets: tuple[Leaflet, ...]) -> tuple[Chord, ...]:
    """Return the chords of the valve, none for semilunar valves.

    Each runs to the nearest head of the nearest papillary muscle, which stand below the orifice by
    the length of a chord; fusion (Wilkins subvalvular item) draws them near.
    """
    if shape.valve not in ATRIOVENTRICULAR:
        return ()
    radius = 0.5 * shape.annulus_mm
    edge = np.concatenate([leaflet.edge for leaflet in leaflets])
    item = shape.wilkins_subvalvular_score if shape.etiology == "rheumatic" else 1.0
    left = float(np.interp(item, (1.0, 2.0, 3.0, 4.0), SUBVALVULAR_LENGTH))
    depth = float(edge[:, 2].max()) + ORIFICE_TO_MUSCLE * radius * left
    middle = edge.mean(axis=0)
    heads = [
        np.array([x * radius + dx, y * radius + middle[1] + dy, depth])
        for x, y in MUSCLES[shape.valve]
        for dx, dy in HEAD_SPREAD * radius * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    ]
    anchors = np.array(heads)
    chords = []
    for k, leaflet in enumerate(leaflets):
        struts = STRUT_PLACES[shape.valve][k]
        for u, v, strut in (
            *((u, 1.0, False) for u in MARGINAL_PLACES),
            *((u, v, True) for u, v in struts),
        ):
            point = leaflet.at(np.array([u]), np.array([v]))[0]
            near = int(np.argmin(np.linalg.norm(anchors - point, axis=1)))
            chords.append(
                Chord(leaflet=k, place=(u, v), point=point, anchor=anchors[near], strut=strut)
            )
    return tuple(chords)
