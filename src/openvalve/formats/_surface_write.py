"""Triangulated surfaces with numbers on them, as VTU files for ParaView and others."""

import importlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import InputError, InputItem, MissingExtraError

__all__ = ["write_surface"]

Numbers = NDArray[np.float64] | NDArray[np.int32] | NDArray[np.int8]


def write_surface(
    path: Path,
    nodes_mm: NDArray[np.float64],
    triangles: NDArray[np.int32],
    *,
    point_data: Mapping[str, Numbers],
    cell_data: Mapping[str, Numbers],
    lines: NDArray[np.int32] | None = None,
    line_data: Mapping[str, Numbers] | None = None,
) -> None:
    """Write one surface, and lines that hang on it, as VTU: VTK's XML of unstructured meshes.

    Parameters
    ----------
    path : ends in ``.vtu``.
    nodes_mm, triangles : shapes (n, 3) and (m, 3).
    point_data, cell_data : name, with its unit, to shape (n,) or (n, 3), and (m,).
    lines : shape (k, 2) of nodes; they follow the triangles, and are left out where there are none.
    line_data : for every name of ``cell_data``, shape (k,).

    Raises
    ------
    InputError : lines and triangles do not have the same names.
    MissingExtraError : meshio is not installed.
    """
    try:
        meshio = importlib.import_module("meshio")
    except ImportError as error:
        raise MissingExtraError("mesh", "mesh files") from error
    cells = [("triangle", triangles)]
    values = {name: [numbers] for name, numbers in cell_data.items()}
    if lines is not None and len(lines):
        beside = dict(line_data or {})
        if set(beside) != set(values):
            got, allowed = ", ".join(sorted(beside)) or "nothing", ", ".join(sorted(values))
            raise InputError([InputItem(key="line_data", got=got, allowed=allowed)])
        cells.append(("line", lines))
        values = {name: [*numbers, beside[name]] for name, numbers in values.items()}
    mesh = meshio.Mesh(nodes_mm, cells, point_data=dict(point_data), cell_data=values)
    mesh.write(path, file_format="vtu")
