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
    write_surface(
        path,
        still.nodes_mm,
        mesh.triangles,
        point_data={
            "moved_mm": still.nodes_mm - mesh.nodes_mm,
            "torn_seam": torn_nodes(one, still).astype(np.int8),
        },
        cell_data={
            "leaflet": mesh.leaflet,
            "thickness_mm": thickness_mm(one.valve.shape, mesh.place),
            "calcium_frac": mesh.calcium_frac,
            "areal_stretch_ratio": stretch,
        },
    )
