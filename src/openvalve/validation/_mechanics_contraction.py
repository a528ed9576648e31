"""MB10: contraction of the jet behind mitral funnels, measured on meshes."""

import math

import numpy as np
from numpy.typing import NDArray

from openvalve.anatomy import ValveShape, valve_mesh
from openvalve.units import Mm, Mm2, Ratio
from openvalve.validation._acceptance_types import Measured
from openvalve.validation._mechanics_types import MechanicsSettings
from openvalve.valve.closing import contraction_ratio, funnel_of, open_area

__all__ = ["contraction"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

RING_MM = 15.5  # radius; of gilon_1996 not seen, a mitral ring of 31 mm
ORIFICE_MM2 = 150.0
# The depths are not published: the middle of a shallow and of a deep funnel.
FLAT_MM, DOME_MM = 8.0, 22.0
SIDES_PER_ROW = 4
PAIRED = ("flat_ratio", "dome_ratio", "drawn_ratio")


def _funnel(
    area_mm2: Mm2, depth_mm: Mm, axis_ratio: Ratio, triangles: int
) -> tuple[Floats, Ints, Ints]:
    """Return nodes, triangles and ring of a straight funnel to an elliptic orifice."""
    rows = round(math.sqrt(triangles / (2.0 * SIDES_PER_ROW)))
    around = SIDES_PER_ROW * rows
    turn = 2.0 * np.pi * np.arange(around) / around
    long = math.sqrt(area_mm2 * axis_ratio / math.pi)
    hole = np.stack([long * np.cos(turn), long / axis_ratio * np.sin(turn)], -1)
    circle = RING_MM * np.stack([np.cos(turn), np.sin(turn)], -1)
    share = np.linspace(0.0, 1.0, rows + 1)[:, None, None]
    plane = circle * (1.0 - share) + hole * share
    height = np.broadcast_to(depth_mm * share, (rows + 1, around, 1))
    nodes = np.concatenate([plane, height], -1).reshape(-1, 3)
    at = np.arange((rows + 1) * around, dtype=np.int32).reshape(rows + 1, around)
    beside = np.roll(at, -1, axis=1)
    a, b, c, d = (k.ravel() for k in (at[:-1], beside[:-1], beside[1:], at[1:]))
    cells = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])
    return nodes, cells, at[0]


def _ratio(depth_mm: Mm, axis_ratio: Ratio, triangles: int) -> Ratio:
    return _of_mesh(*_funnel(ORIFICE_MM2, depth_mm, axis_ratio, triangles))


def _of_mesh(nodes: Floats, cells: Ints, ring: Ints) -> Ratio:
    found = open_area(nodes, cells, ring)
    funnel = funnel_of(nodes, cells, ring, found)
    return contraction_ratio(funnel, found.area_mm2, found.openings[0].axis_ratio)


def _drawn(triangles: int) -> Ratio:
    shape = ValveShape(
        valve="mitral",
        etiology="rheumatic",
        morphology="tricuspid",
        annulus_mm=2.0 * RING_MM,
        area_anatomic_cm2=0.01 * ORIFICE_MM2,
    )
    mesh = valve_mesh(shape, 0, triangles)
    return _of_mesh(mesh.nodes_mm, mesh.triangles, mesh.ring)


def _found(triangles: int) -> dict[str, float]:
    flat, dome = (_ratio(depth, 1.0, triangles) for depth in (FLAT_MM, DOME_MM))
    ellipse = _ratio(0.0, 5.0, triangles) / _ratio(0.0, 1.0, triangles) - 1.0
    return {
        "flat_ratio": flat,
        "dome_ratio": dome,
        "ellipse_frac": ellipse,
        "drawn_ratio": _drawn(triangles),
    }


def contraction(settings: MechanicsSettings) -> Measured:
    """MB10, and the same with the mesh halved."""
    coarse, fine = _found(settings.triangles), _found(4 * settings.triangles)
    moved = max(abs(coarse[k] / fine[k] - 1.0) for k in PAIRED)
    return Measured(
        values={**coarse, "pair_frac": moved},
        mesh_triangles_count=settings.triangles,
        notes={"flat_ratio": f"depth {FLAT_MM:g} mm", "dome_ratio": f"depth {DOME_MM:g} mm"},
    )
