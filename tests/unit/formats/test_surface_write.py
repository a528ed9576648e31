"""Surfaces as VTU: what is written is read back by another reader."""

import sys
from pathlib import Path

import numpy as np
import pytest

from openvalve.errors import InputError, MissingExtraError
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


def test_lines_come_back_after_the_triangles(tmp_path: Path) -> None:
    meshio = pytest.importorskip("meshio")
    path, lines = tmp_path / "valve.vtu", np.array([[1, 3], [0, 3], [2, 1]], dtype=np.int32)
    beside = {
        "leaflet": np.array([-1, -1, -1], dtype=np.int8),
        "thickness_mm": np.array([np.nan, 2.0, np.nan]),
    }
    write_surface(
        path, NODES, TRIANGLES, point_data=POINT, cell_data=CELL, lines=lines, line_data=beside
    )
    back = meshio.read(path)
    assert [block.type for block in back.cells] == ["triangle", "line"]
    np.testing.assert_array_equal(back.cells_dict["triangle"], TRIANGLES)
    np.testing.assert_array_equal(back.cells_dict["line"], lines)
    for name, values in CELL.items():
        np.testing.assert_array_equal(back.cell_data[name][0], values)
        np.testing.assert_array_equal(back.cell_data[name][1], beside[name])


def test_lines_have_the_names_of_triangles(tmp_path: Path) -> None:
    pytest.importorskip("meshio")
    lines = np.array([[0, 3]], dtype=np.int32)
    with pytest.raises(InputError, match="line_data: got nothing, allowed leaflet, thickness_mm"):
        write_surface(
            tmp_path / "x.vtu", NODES, TRIANGLES, point_data={}, cell_data=CELL, lines=lines
        )
    assert not list(tmp_path.iterdir())


def test_no_lines_leave_triangles_alone(tmp_path: Path) -> None:
    meshio = pytest.importorskip("meshio")
    path, none = tmp_path / "valve.vtu", np.empty((0, 2), dtype=np.int32)
    write_surface(path, NODES, TRIANGLES, point_data={}, cell_data=CELL, lines=none)
    assert [block.type for block in meshio.read(path).cells] == ["triangle"]


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
