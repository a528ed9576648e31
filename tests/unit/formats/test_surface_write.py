"""Surfaces as VTU: what is written is read back by another reader."""

import sys
from pathlib import Path

import numpy as np
import pytest

from openvalve.errors import MissingExtraError
from openvalve.formats import write_surface

NODES = np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.5], [1.0, 1.0, 0.5]])
TRIANGLES = np.array([[0, 1, 2], [1, 3, 2]], dtype=np.int32)
POINT = {"torn_seam": np.array([0, 1, 0, 1], dtype=np.int8), "moved_mm": 2.0 * NODES}
CELL = {"leaflet": np.array([0, 1], dtype=np.int8), "thickness_mm": np.array([1.5, 0.25])}


def test_surface_comes_back(tmp_path: Path) -> None:
    meshio = pytest.importorskip("meshio")
    path = tmp_path / "valve.vtu"
    write_surface(path, NODES, TRIANGLES, point_data=POINT, cell_data=CELL)
    back = meshio.read(path)
    np.testing.assert_array_equal(back.points, NODES)
    np.testing.assert_array_equal(back.cells_dict["triangle"], TRIANGLES)
    for name, values in POINT.items():
        np.testing.assert_array_equal(back.point_data[name], values)
    for name, values in CELL.items():
        np.testing.assert_array_equal(back.cell_data[name][0], values)


def test_the_same_surface_is_the_same_file(tmp_path: Path) -> None:
    pytest.importorskip("meshio")
    for name in ("a.vtu", "b.vtu"):
        write_surface(tmp_path / name, NODES, TRIANGLES, point_data=POINT, cell_data=CELL)
    assert (tmp_path / "a.vtu").read_bytes() == (tmp_path / "b.vtu").read_bytes()


def test_missing_package_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "meshio", None)
    with pytest.raises(MissingExtraError) as caught:
        write_surface(tmp_path / "x.vtu", NODES, TRIANGLES, point_data={}, cell_data={})
    assert caught.value.hint == "pip install 'openvalve[mesh]'"
    assert not list(tmp_path.iterdir())
