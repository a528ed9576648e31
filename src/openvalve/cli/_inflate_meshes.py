"""Every shape of every inflation as a mesh file."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from openvalve.anatomy import thickness_mm
from openvalve.formats import write_surface
from openvalve.report import Still, stills_of, torn_nodes
from openvalve.valve.closing import areal_stretch
from openvalve.valve.leaflets import LeafletInflation

__all__ = ["write_meshes"]

# Values of ``kind``; marginal chords, then struts. Chords are of no leaflet, and what only tissue
# has is not a number there.
TISSUE, FIRST_CHORD, NO_LEAFLET = 0, 1, -1
OF_TISSUE = ("thickness_mm", "calcium_frac", "areal_stretch_ratio")


def write_meshes(made: Sequence[LeafletInflation], folder: Path) -> None:
    """Write ``1-before.vtu``, ``1-peak.vtu``, ... into a folder.

    Raises
    ------
    MissingExtraError : meshio is not installed.
    """
    for k, (one, former) in enumerate(zip(made, (None, *made), strict=False), start=1):
        for still in stills_of(one, former):
            _write(one, still, folder / f"{k}-{still.name}.vtu")


def _write(one: LeafletInflation, still: Still, path: Path) -> None:
    mesh = one.valve.mesh
    stretch = areal_stretch(mesh.nodes_mm, still.nodes_mm, mesh.triangles).each
    count, chords = len(mesh.nodes_mm), len(mesh.chord_nodes)
    hung = np.arange(count, count + chords)  # where chords hang, after the nodes of the leaflets
    faces = len(mesh.triangles)
    write_surface(
        path,
        np.vstack([still.nodes_mm, mesh.chord_anchors_mm]),
        mesh.triangles,
        point_data={
            "moved_mm": np.vstack([still.nodes_mm - mesh.nodes_mm, np.zeros((chords, 3))]),
            "torn_seam": np.append(torn_nodes(one, still), np.zeros(chords)).astype(np.int8),
        },
        cell_data={
            "leaflet": mesh.leaflet,
            "thickness_mm": thickness_mm(one.valve.shape, mesh.place),
            "calcium_frac": mesh.calcium_frac,
            "areal_stretch_ratio": stretch,
            "kind": np.full(faces, TISSUE, np.int8),
            "torn": np.zeros(faces, np.int8),
        },
        lines=np.column_stack([mesh.chord_nodes, hung]).astype(np.int32),
        line_data={
            "leaflet": np.full(chords, NO_LEAFLET, np.int8),
            **{name: np.full(chords, np.nan) for name in OF_TISSUE},
            "kind": (FIRST_CHORD + mesh.chord_kind).astype(np.int8),
            "torn": still.torn_chords.astype(np.int8),
        },
    )
