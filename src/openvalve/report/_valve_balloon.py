"""The balloon in the valve: its free outline, and what the leaflets leave of it in a section."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from openvalve.units import Atm, Deg, Mm

if TYPE_CHECKING:
    from openvalve.valve.balloon import BalloonSurface
    from openvalve.valve.leaflets import LeafletInflation

__all__ = ["Outline", "line_deg_of", "outline_of", "surface_of"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Outline:
    """A balloon at one moment, by its free shape.

    Attributes
    ----------
    z_mm : (k,) heights; radius_mm : (a, k) about each axis; axes_mm : (a, 2) where they lie.
    """

    z_mm: Floats
    radius_mm: Floats
    axes_mm: Floats


def line_deg_of(one: "LeafletInflation") -> Deg:
    """Return the direction of the orifice's long axis, along which two balloons lie."""
    from openvalve.valve.closing import open_area

    mesh = one.valve.mesh
    openings = open_area(mesh.nodes_mm, mesh.triangles, mesh.ring).openings
    return openings[0].direction_deg if openings else 0.0


def surface_of(one: "LeafletInflation") -> "BalloonSurface":
    """Return the balloon's surface, seated where the free edges are."""
    from openvalve.valve.balloon import balloon_surface

    mesh = one.valve.mesh
    seat = float(mesh.nodes_mm[np.concatenate(mesh.free_edges), 2].mean())
    return balloon_surface(one.balloon, seat_mm=seat, line_deg=line_deg_of(one))


def outline_of(
    one: "LeafletInflation",
    surface: "BalloonSurface",
    nodes_mm: Floats,
    inflation_atm: Atm,
    free_mm: Mm,
) -> Outline:
    """Return the balloon at a pressure, or while it unfolds at none, in the middle of the orifice.

    Parameters
    ----------
    free_mm : its widest free diameter (of two: root of the sum of squares), as in a ``Point``.
    """
    from openvalve.valve.closing import open_area

    mesh = one.valve.mesh
    profile = surface.profile(min(inflation_atm, surface.highest_atm))
    whole = 2.0 * float(np.sqrt((profile.radius_mm.max(axis=1) ** 2).sum()))
    share = min(1.0, free_mm / whole)
    openings = open_area(nodes_mm, mesh.triangles, mesh.ring).openings
    middle = np.array(openings[0].center_mm) if openings else np.zeros(2)
    return Outline(
        z_mm=profile.z_mm,
        radius_mm=share * profile.radius_mm,
        axes_mm=share * profile.axes_mm + middle,
    )
