"""How thick and how stiff each place of a valve is, from what was reported of it."""

import numpy as np
from numpy.typing import NDArray

from openvalve.anatomy._shape import ATRIOVENTRICULAR, ValveShape
from openvalve.anatomy._tissue_tables import (
    AGES_YEARS,
    CALCIFIC_EDGE_MM,
    CHORD_SECTION_MM2,
    DYSPLASTIC_RATIO,
    EDGE_MM,
    MIDDLE_RATIO,
    STIFFENED_FRAC,
    STIFFENED_RATIO,
    THIN_RING_MM,
    WILKINS_BODY_MM,
    WILKINS_EDGE_MM,
)
from openvalve.units import Mm2

__all__ = ["chord_section_mm2", "stiffness_ratio", "thickness_mm"]

Array = NDArray[np.float64]
ITEMS = (1.0, 2.0, 3.0, 4.0)


def thickness_mm(shape: ValveShape, place: Array) -> Array:
    """Return the thickness of the leaflets at places (u, v), shape (n,).

    Rheumatic atrioventricular valves follow the Wilkins thickening item, calcific cusps one
    thickness, others their age; congenital ones in small rings are thinner in proportion.
    """
    body, edge = _body_and_edge(shape)
    return np.asarray(body + (edge - body) * _smooth(np.asarray(place)[:, 1], 0.5, 1.0))


def _body_and_edge(shape: ValveShape) -> tuple[float, float]:
    if shape.valve in ATRIOVENTRICULAR and shape.etiology == "rheumatic":
        item = shape.wilkins_thickening_score
        body = float(np.interp(item, ITEMS, WILKINS_BODY_MM))
        return body, float(np.interp(item, ITEMS, WILKINS_EDGE_MM))
    if shape.etiology in ("calcific", "bioprosthesis"):
        return CALCIFIC_EDGE_MM, CALCIFIC_EDGE_MM
    edge = float(np.interp(shape.age_years, AGES_YEARS, EDGE_MM[shape.valve]))
    edge *= min(1.0, shape.annulus_mm / THIN_RING_MM)
    if shape.morphology == "dysplastic" or shape.etiology == "carcinoid":
        return DYSPLASTIC_RATIO * edge, DYSPLASTIC_RATIO * edge
    return MIDDLE_RATIO * edge, edge


def stiffness_ratio(shape: ValveShape, place: Array) -> Array:
    """Return how much stiffer than its material a place is, shape (n,), by Wilkins mobility.

    The stiff part reaches from the free edge towards the ring; 1 elsewhere and in other valves.
    """
    v = np.asarray(place)[:, 1]
    if shape.valve not in ATRIOVENTRICULAR or shape.etiology != "rheumatic":
        return np.ones(len(v))
    item = shape.wilkins_mobility_score
    start = 1.0 - float(np.interp(item, ITEMS, STIFFENED_FRAC))
    most = float(np.interp(item, ITEMS, STIFFENED_RATIO))
    return np.asarray(1.0 + (most - 1.0) * _smooth(v, start - 0.1, start + 0.1))


def chord_section_mm2(shape: ValveShape) -> Mm2:
    """Return the section of one chord, by the Wilkins subvalvular item of a rheumatic valve."""
    item = shape.wilkins_subvalvular_score if shape.etiology == "rheumatic" else 1.0
    return float(np.interp(item, ITEMS, CHORD_SECTION_MM2))


def _smooth(x: Array, low: float, high: float) -> Array:
    t = np.clip((x - low) / (high - low), 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t))
