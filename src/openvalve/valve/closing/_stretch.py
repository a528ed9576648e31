"""How much a ring or a root is stretched in area, triangle by triangle (MB11)."""

from dataclasses import dataclass

import numpy as np

from openvalve.units import Ratio
from openvalve.valve.closing._grid import Floats, Ints

__all__ = ["ArealStretch", "areal_stretch"]

PEAK_FRAC = 0.02  # of the area: what the peak is the mean of, so that one sliver does not decide


@dataclass(frozen=True, kw_only=True, slots=True)
class ArealStretch:
    """Areal stretch of a wall.

    Attributes
    ----------
    each : (m,) of every triangle; mean_ratio : of the whole; peak_ratio : mean of the most
        stretched 2 % of the area (at least one triangle).
    peak_at : index of the most stretched triangle.
    """

    each: Floats
    mean_ratio: Ratio
    peak_ratio: Ratio
    peak_at: int


def areal_stretch(reference_mm: Floats, deformed_mm: Floats, wall: Ints) -> ArealStretch:
    """Return deformed over reference area of a wall.

    Equation
    --------
    J = |a x b| / |A x B| with the edges of each triangle; a cut near 1.6 parts ruptured from
    whole roots (precision_tavi_2026).

    Parameters
    ----------
    reference_mm, deformed_mm : (n, 3); wall : (m, 3) triangles of the ring or root.
    """
    areas = []
    for nodes in (reference_mm, deformed_mm):
        corners = nodes[wall]
        sides = corners[:, 1:] - corners[:, :1]
        areas.append(0.5 * np.linalg.norm(np.cross(sides[:, 0], sides[:, 1]), axis=1))
    before, after = areas
    each = after / before
    order = np.argsort(-each, kind="stable")
    share = np.cumsum(before[order])
    top = order[: int(np.searchsorted(share, PEAK_FRAC * share[-1])) + 1]
    return ArealStretch(
        each=each,
        mean_ratio=float(after.sum() / before.sum()),
        peak_ratio=float(after[top].sum() / before[top].sum()),
        peak_at=int(order[0]),
    )
