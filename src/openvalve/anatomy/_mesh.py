"""What a valve is as a mesh: leaflets in their unloaded shape, held together by pre-cut seams."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.anatomy._curves import loop_area_mm2
from openvalve.anatomy._triangulate import heights
from openvalve.units import Cm2, Mm

__all__ = ["Seam", "ValveMesh", "height_ratio", "orifice_area_cm2"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Seam:
    """A pre-cut line of the mesh, held by bonds until they break.

    Attributes
    ----------
    kind : ``commissure``, ``raphe`` or ``calcium``.
    pairs : shape (s, 2), coincident nodes on the two sides, from the ring inward.
    tributary_mm : shape (s,), length of seam that each pair stands for; the last half edge before
        a blind end belongs to none.
    ring_distance_mm : shape (s,), along the seam from the ring; of calcium its first node counts
        from the ring along the leaflet.
    """

    kind: str
    pairs: NDArray[np.int32]
    tributary_mm: NDArray[np.float64]
    ring_distance_mm: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class ValveMesh:
    """One valve, unloaded; mm, z along forward flow, the ring's plane (or lowest point) at z = 0.

    Attributes
    ----------
    valve, morphology : as in ``ValveShape``.
    nodes_mm : shape (n, 3), the sides of a seam being separate, coincident nodes.
    triangles : shape (m, 3), with normals towards the outflow side.
    leaflet : shape (m,), the cusp between two seams; a raphe parts two cusps like a commissure.
    place : shape (m, 2), of each centroid: u along the attachment 0 to 1, counter-clockwise seen
        from downstream, and v from the ring 0 to the free edge 1.
    fibre : shape (m, 3), unit vectors round the valve (towards growing u at the same v).
    calcium_frac : shape (m,), share of calcified tissue.
    ring : shape (r,), nodes on the attachment, in order.
    free_edges : one (k,) per leaflet, from seam to seam in order of u.
    seams : commissures and raphes first, then calcium.
    chord_nodes, chord_anchors_mm, chord_kind : shapes (c,), (c, 3), (c,); 0 marginal, 1 strut;
        empty but for atrioventricular valves.
    annulus_mm : diameter of the circle with the ring's area.
    wall_profile_mm : shape (k, 2), height z and inner radius of tract, sinus and vessel, as if
        round about the axis.
    """

    valve: str
    morphology: str
    nodes_mm: NDArray[np.float64]
    triangles: NDArray[np.int32]
    leaflet: NDArray[np.int8]
    place: NDArray[np.float64]
    fibre: NDArray[np.float64]
    calcium_frac: NDArray[np.float64]
    ring: NDArray[np.int32]
    free_edges: tuple[NDArray[np.int32], ...]
    seams: tuple[Seam, ...]
    chord_nodes: NDArray[np.int32]
    chord_anchors_mm: NDArray[np.float64]
    chord_kind: NDArray[np.int8]
    annulus_mm: Mm
    wall_profile_mm: NDArray[np.float64]


def orifice_area_cm2(mesh: ValveMesh, nodes_mm: NDArray[np.float64] | None = None) -> Cm2:
    """Return the area that the free edges bound, while all seams hold.

    Equation : half the sum of the cross products of neighbours along the loop, its length.

    Parameters
    ----------
    nodes_mm : shape (n, 3), a deformed valve; None for the unloaded one.
    """
    nodes = mesh.nodes_mm if nodes_mm is None else nodes_mm
    return 0.01 * loop_area_mm2(nodes[np.concatenate(mesh.free_edges)])


def height_ratio(mesh: ValveMesh) -> NDArray[np.float64]:
    """Return the least height over the longest edge of every triangle, shape (m,)."""
    return heights(mesh.nodes_mm[mesh.triangles])
