"""Pictures of a balloon in a valve: all there, true to the shapes, and the same each time."""

import importlib.util
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from openvalve.anatomy import ValveShape
from openvalve.devices import find_balloon
from openvalve.errors import MissingExtraError
from openvalve.patient import BalloonRequest
from openvalve.report import _valve_film, stills_of, torn_nodes, write_valve_pictures
from openvalve.report._valve_balloon import outline_of, surface_of
from openvalve.report._valve_film import frames_of
from openvalve.report._valve_look import hidden
from openvalve.report._valve_shapes import film_torn
from openvalve.report._valve_sheet import sheet_titles
from openvalve.report._valve_view import _cut, _left_free, view_of
from openvalve.valve.leaflets import LeafletInflation, build_leaflets, inflate_leaflets

SHAPE = ValveShape(
    valve="pulmonary",
    etiology="congenital",
    morphology="domed",
    annulus_mm=18.0,
    area_anatomic_cm2=0.45,
    age_years=8.0,
)


@pytest.fixture(scope="module")
def one() -> LeafletInflation:
    valve = build_leaflets(SHAPE, target_triangles=2000)
    return inflate_leaflets(valve, find_balloon(BalloonRequest(diameter_mm=20.0)))


def test_every_picture_is_written(
    one: LeafletInflation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = pytest.importorskip("PIL.Image")
    monkeypatch.setattr(_valve_film, "BETWEEN", 1)
    monkeypatch.setattr(_valve_film, "SHUTTING", 1)
    larger = replace(one.balloon, diameter_mm=22.0)
    sizes = [one, replace(one, balloon=larger, area_anatomic_after_cm2=2.0)]
    write_valve_pictures([one], sizes, tmp_path)
    names = sorted(p.name for p in tmp_path.iterdir())
    assert names == ["1-curves.png", "1-film.gif", "1-valve.png", "sizes.png"]
    for name in names:
        with image.open(tmp_path / name) as picture:
            colours = picture.convert("RGB").getcolors(1 << 22)
            assert picture.width > 600
            assert len(colours) > 40, name
    with image.open(tmp_path / "1-film.gif") as film:
        assert film.n_frames == len(one.course) + 2
        film.seek(len(one.course) - 1)
        assert film.info["duration"] == _valve_film.HELD_MS


def test_missing_matplotlib_is_said(
    one: LeafletInflation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError) as caught:
        write_valve_pictures([one], [], tmp_path)
    assert caught.value.hint == "pip install 'openvalve[report]'"


def test_stills_are_the_shapes_that_were_measured(one: LeafletInflation) -> None:
    before, peak, opened, closed = stills_of(one, None)
    assert [s.name for s in (before, peak, opened, closed)] == [
        "before", "peak", "opened", "closed",
    ]  # fmt: skip
    assert not before.torn.any()
    # the split that the result tells is what the pictures mark
    length = sum(seam.length_mm for seam in one.seams)
    told = sum(seam.torn_mm for seam in one.seams) / length
    tributary = np.concatenate([s.tributary_mm for s in one.valve.mesh.seams])
    assert peak.torn @ tributary / tributary.sum() == pytest.approx(told, abs=1e-9)
    assert told > 0.1
    marked = torn_nodes(one, closed)
    assert marked.sum() > 0
    assert not torn_nodes(one, before).any()


def test_second_inflation_starts_with_the_tears_of_the_first(one: LeafletInflation) -> None:
    again = replace(one, count=2)
    before, peak, *_ = stills_of(again, one)
    np.testing.assert_array_equal(before.torn, peak.torn)


def test_no_seam_heals_in_the_film(one: LeafletInflation) -> None:
    course = film_torn(one, None)
    assert len(course) == len(one.course)
    for a, b in pairwise(course):
        assert (b | ~a).all()
    assert (stills_of(one, None)[1].torn | ~course[-1]).all()
    assert course[-1].sum() > course[0].sum()


def test_film_runs_from_folded_to_open(one: LeafletInflation) -> None:
    frames = frames_of(one, None)
    np.testing.assert_array_equal(frames[0].nodes_mm, one.course[0].nodes_mm)
    np.testing.assert_array_equal(frames[-1].nodes_mm, one.after.nodes_mm)
    volumes = [f.volume_ml for f in frames]
    # Held at one pressure the waist still settles, by microlitres; otherwise the balloon fills.
    assert np.diff(volumes).min() > -1e-3
    assert volumes[-1] > 10.0 * volumes[0]
    assert frames[-1].balloon is None
    assert [f.title for f in frames if f.shown_ms > 1000] == [
        sheet_titles(one)[name] for name in ("peak", "closed", "opened")
    ]


def test_outline_is_as_wide_as_the_balloon(one: LeafletInflation) -> None:
    surface = surface_of(one)
    full = outline_of(one, surface, one.peak_nodes_mm, one.inflation_atm, one.free_mm)
    assert 2.0 * full.radius_mm.max() == pytest.approx(one.free_mm, rel=1e-3)
    half = outline_of(one, surface, one.peak_nodes_mm, 0.0, 2.0)
    assert 2.0 * half.radius_mm.max() == pytest.approx(2.0, rel=1e-6)


def test_a_cut_through_a_square_is_its_middle() -> None:
    seen = np.array([[0.0, 0.0, -1.0], [0.0, 2.0, -1.0], [4.0, 0.0, 1.0], [4.0, 2.0, 1.0]])
    triangles = np.array([[0, 2, 1], [1, 2, 3]], dtype=np.int32)
    pieces, at = _cut(seen, seen[:, 2], triangles)
    assert at.tolist() == [0, 1]
    np.testing.assert_allclose(pieces[:, :, 0], 2.0)
    ends = np.unique(pieces[:, :, 1].round(12))
    np.testing.assert_allclose(ends, [0.0, 1.0, 2.0])


def test_balloon_in_a_section_keeps_clear_of_a_wall() -> None:
    up = np.arange(-10.0, 10.01, 0.25)
    wall = np.array([[[3.0, -1.0], [3.0, 1.0]]])
    left, right = _left_free(up, 0.0, np.full(len(up), 5.0), wall, np.array([1.0]))
    assert (left == -5.0).all()
    at_wall = np.abs(up) <= 1.0
    np.testing.assert_allclose(right[at_wall], 2.5)
    np.testing.assert_allclose(right[np.abs(up) > 5.0], 5.0)


def test_what_lies_behind_is_hidden() -> None:
    seen = np.array([[0.0, 0.0, 0.0], [4.0, 0.0, 0.0], [0.0, 4.0, 0.0]])
    triangles = np.array([[0, 1, 2]], dtype=np.int32)
    points = np.array([[1.0, 1.0, -1.0], [1.0, 1.0, 1.0], [1.0, 1.0, -0.1], [5.0, 5.0, -1.0]])
    assert hidden(points, seen, triangles, 0.5).tolist() == [True, False, False, False]


@pytest.mark.parametrize("name", ["from_above", "across"])
def test_views_do_not_mirror(one: LeafletInflation, name: str) -> None:
    rows = getattr(view_of(one, [one.peak_nodes_mm]), name)
    assert np.linalg.det(rows) == pytest.approx(1.0)
    np.testing.assert_allclose(rows @ rows.T, np.eye(3), atol=1e-12)


def test_reports_of_other_commands_load_no_solver() -> None:
    code = "import sys, openvalve.report; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numba", "openvalve.valve.leaflets", "matplotlib"} & set(done.stdout.split())
