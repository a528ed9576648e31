"""Triangulated surfaces with numbers on them, as VTU files for ParaView and others."""

import importlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import MissingExtraError

__all__ = ["write_surface"]

Numbers = NDArray[np.float64] | NDArray[np.int32] | NDArray[np.int8]


def write_surface(
    path: Path,
    nodes_mm: NDArray[np.float64],
    triangles: NDArray[np.int32],
    *,
    point_data: Mapping[str, Numbers],
    cell_data: Mapping[str, Numbers],
) -> None:
    """Write one surface as VTU, the XML format of VTK for unstructured meshes.

    Parameters
    ----------
    path : ends in ``.vtu``.
    nodes_mm, triangles : shapes (n, 3) and (m, 3).
    point_data, cell_data : name, with its unit, to shape (n,) or (n, 3), and (m,).

    Raises
    ------
    MissingExtraError : meshio is not installed.
    """
    try:
        meshio = importlib.import_module("meshio")
    except ImportError as error:
        raise MissingExtraError("mesh", "mesh files") from error
    mesh = meshio.Mesh(
        nodes_mm,
        [("triangle", triangles)],
        point_data=dict(point_data),
        cell_data={name: [values] for name, values in cell_data.items()},
    )
    mesh.write(path, file_format="vtu")
