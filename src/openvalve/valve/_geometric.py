"""The plain geometric rule: no strength, no tears, one learned share per valve."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from openvalve.units import Cm2, Frac, Mm

__all__ = ["GEOMETRIC", "GeometricRow", "geometric_rule", "learn_geometric"]

# Shares of other people's sums before any data [prototype_mechanics section 1]; congenital [K].
GEOMETRIC: Mapping[str, Frac] = {
    "rheumatic": 0.31,
    "calcific": 0.19,
    "congenital": 0.35,
    "pulmonary": 0.24,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class GeometricRow:
    """One published change: class of valve, areas before and after, the balloon's perimeter."""

    valve_class: str
    before_cm2: Cm2
    after_cm2: Cm2
    balloon_perimeter_mm: Mm


def _room_mm(before_cm2: Cm2, balloon_perimeter_mm: Mm) -> Mm:
    return max(balloon_perimeter_mm - 2.0 * math.sqrt(100.0 * math.pi * before_cm2), 0.0)


def geometric_rule(
    *,
    valve_class: str,
    area_effective_cm2: Cm2,
    balloon_perimeter_mm: Mm,
    shares: Mapping[str, Frac] = GEOMETRIC,
) -> Cm2:
    """Return the area after: a share of (balloon perimeter - orifice perimeter) stays open.

    Equation
    --------
    P = P0 + share (P_balloon - P0), area = P^2 / (4 pi). Check: 1.0 cm2, one 26 mm balloon,
    share 0.31: P 35.4 -> 49.8 mm, 1.97 cm2.
    """
    start = 2.0 * math.sqrt(100.0 * math.pi * area_effective_cm2)
    after = start + shares[valve_class] * _room_mm(area_effective_cm2, balloon_perimeter_mm)
    return after**2 / (400.0 * math.pi)


def learn_geometric(rows: Sequence[GeometricRow]) -> dict[str, Frac]:
    """Return the median share per class of valve; a class without rows keeps its start."""
    found: dict[str, list[float]] = {}
    for row in rows:
        room = _room_mm(row.before_cm2, row.balloon_perimeter_mm)
        if room > 0.0:
            grown = (
                2.0
                * math.sqrt(100.0 * math.pi)
                * (math.sqrt(row.after_cm2) - math.sqrt(row.before_cm2))
            )
            found.setdefault(row.valve_class, []).append(grown / room)
    return {**GEOMETRIC, **{key: median(some) for key, some in found.items()}}
