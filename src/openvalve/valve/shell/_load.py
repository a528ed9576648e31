"""What acts on a shell during a run; tables spread evenly over the run's steps."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from openvalve.valve.closing import STIFFNESS_MPA_MM, ContactArrays

__all__ = ["HOLD", "RAMP_HOLD", "Balloon", "Control", "FreeEdge", "Load"]

Floats = NDArray[np.float64]

HOLD = (1.0, 1.0)
RAMP_HOLD = (0.0, 1.0, 1.0, 1.0)  # up in the first third, then constant, so that it can settle


@dataclass(frozen=True, kw_only=True, slots=True)
class FreeEdge:
    """Edges of an orifice, on which the slack flanks of a balloon's waist pull.

    Attributes
    ----------
    nodes : (e,) of the edges.
    length_mm : (n,) length of edge whose pull each node bears, 0 far from them.
    ring_mm, ring_z_mm : mean radius and height of the ring, from which the funnel runs to the edge.
    """

    nodes: NDArray[np.int64]
    length_mm: Floats
    ring_mm: float
    ring_z_mm: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Balloon:
    """A balloon as a surface: a radius profile about one or two axes parallel to z.

    Attributes
    ----------
    axes_mm : (a, 2) x and y of each axis; from the middle of the opening where it ``follows`` one.
    bottom_mm, spacing_mm : height of the profile's first radius, and between radii.
    radius_mm : (a, stages, heights) free radius, at chart shape for the stage's pressure.
    pressure_mpa : (stages,).
    stage : table over the run, 0 to stages - 1, of the stage reached.
    stiffness_mpa_mm : contact pressure per depth, until the stage's pressure is borne.
    edge : where its flanks pull; None leaves the pull out.
    follows : (r,) nodes of a ring in order: its wire is slack, and its section fills the largest
        opening in the ring, so that its middle is the opening's; None holds the axes in place.
    """

    axes_mm: Floats
    bottom_mm: float
    spacing_mm: float
    radius_mm: Floats
    pressure_mpa: Floats
    stage: Floats
    stiffness_mpa_mm: float = 2.0
    edge: FreeEdge | None = None
    follows: NDArray[np.int64] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """What acts on a shell.

    Attributes
    ----------
    pressure_mmhg : table; positive pushes along the triangles' normals, towards the outflow side.
    face_share : (m,) share of it on each triangle; 1 by default.
    facing : spare faces that have turned over, so that both their sides are in one chamber.
    node_force_n : (n, 3) forces, times the table ``force_ramp``; none by default.
    balloon : None where there is none.
    sheets : of ``contact_arrays``, where leaflets may meet; None lets them pass through each other.
    sheet_mpa_mm : contact pressure per overlap of two leaflets.
    """

    pressure_mmhg: Floats = field(default_factory=lambda: np.zeros(2))
    face_share: Floats | None = None
    facing: bool = False
    node_force_n: Floats | None = None
    force_ramp: Floats = field(default_factory=lambda: np.array(RAMP_HOLD))
    balloon: Balloon | None = None
    sheets: ContactArrays | None = None
    sheet_mpa_mm: float = STIFFNESS_MPA_MM


@dataclass(frozen=True, kw_only=True, slots=True)
class Control:
    """How the solver runs.

    Attributes
    ----------
    steps : pseudo-steps of the run; grow as 1/h^2 (4,000 at 1.0 mm of edge, 9,000 at 0.7).
    refresh : steps between new masses, damping and permanent set.
    mass_ratio : mass over the least that is stable; 2 (0.5 diverges, by the prototype).
    damping_floor_ratio : least share of speed lost in a step.
    damping_ratio : a fixed share instead, 0 for none; None takes the Rayleigh quotient.
    """

    steps: int = 4000
    refresh: int = 10
    mass_ratio: float = 2.0
    damping_floor_ratio: float = 0.001
    damping_ratio: float | None = None
