"""The orifice of shapes whose area is known: ellipses, slits, tilted and torn diaphragms."""

import time

import numpy as np
import pytest

from openvalve.valve.closing import open_area, opening_middle

AROUND = 120


def diaphragm(a_mm, b_mm, *, ring_mm=15.0, height_mm=5.0, rows=30, center=(0.0, 0.0), tilt_deg=0.0):
    """Return nodes, triangles and ring of a funnel from a circle to an ellipse."""
    t = 2.0 * np.pi * np.arange(AROUND) / AROUND
    hole = np.stack([center[0] + a_mm * np.cos(t), center[1] + b_mm * np.sin(t), 0 * t], -1)
    hole[:, 2] = height_mm
    circle = np.stack([ring_mm * np.cos(t), ring_mm * np.sin(t), 0 * t], -1)
    share = np.linspace(0.0, 1.0, rows)[:, None, None]
    nodes = (circle * (1.0 - share) + hole * share).reshape(-1, 3)
    q = np.arange(rows * AROUND).reshape(rows, AROUND)
    r = np.roll(q, -1, axis=1)
    a, b, c, d = q[:-1].ravel(), r[:-1].ravel(), r[1:].ravel(), q[1:].ravel()
    triangles = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])
    s, k = np.sin(np.radians(tilt_deg)), np.cos(np.radians(tilt_deg))
    turn = np.array([[1.0, 0.0, 0.0], [0.0, k, -s], [0.0, s, k]])
    return nodes @ turn.T, triangles, q[0]


def polygon_mm2(a_mm, b_mm):
    """Return the area of the ellipse's inscribed polygon, which is the mesh's true hole."""
    return 0.5 * AROUND * np.sin(2.0 * np.pi / AROUND) * a_mm * b_mm


@pytest.mark.parametrize(("a", "b"), [(7.0, 7.0), (12.0, 2.0), (1.0, 10.0), (12.0, 0.02)])
def test_ellipses_and_slits_down_to_forty_micrometres(a, b):
    found = open_area(*diaphragm(a, b))
    hole = found.openings[0]
    assert found.area_mm2 == pytest.approx(polygon_mm2(a, b), rel=5e-4)
    assert found.vector_area_mm2 == pytest.approx(polygon_mm2(a, b), rel=1e-9)
    assert hole.long_axis_mm == pytest.approx(2.0 * max(a, b), rel=2e-3)
    assert hole.short_axis_mm == pytest.approx(2.0 * min(a, b), rel=2e-3)
    assert hole.direction_deg % 180.0 == pytest.approx(90.0 if b > a else hole.direction_deg)
    assert not found.torn


def test_perimeter_of_a_circle_and_of_a_long_ellipse():
    round_one = open_area(*diaphragm(7.0, 7.0)).openings[0].perimeter_mm
    long_one = open_area(*diaphragm(12.0, 2.0)).openings[0].perimeter_mm
    assert round_one == pytest.approx(14.0 * np.pi, rel=2e-3)
    assert long_one == pytest.approx(49.82, rel=2e-3)  # Ramanujan's second rule


@pytest.mark.parametrize(("a", "b"), [(7.0, 7.0), (12.0, 2.0), (2.0, 10.0)])
def test_the_middle_is_that_of_the_opening_by_coarse_lines_too(a, b):
    """Within a tenth of the distance of the lines."""
    nodes, *indices = diaphragm(a, b, center=(1.3, -0.7))
    nodes = np.ascontiguousarray(nodes)
    triangles, ring = (i.astype(np.uint32) for i in indices)  # as a run hands them in
    area, x, y = opening_middle(nodes, triangles, ring, 0.5)
    assert area == pytest.approx(polygon_mm2(a, b), rel=0.02)
    assert (x, y) == pytest.approx((1.3, -0.7), abs=0.05)
    corners = ring[[0, 40, 80]]
    assert opening_middle(nodes, np.vstack([triangles, corners]), corners, 0.5)[0] == 0.0


def test_error_falls_with_the_step(record_property):
    mesh = diaphragm(9.0, 4.0, center=(1.3, 0.7))
    steps = np.array([0.8, 0.4, 0.2, 0.1])
    errors = [
        np.mean(
            [
                abs(
                    open_area(*diaphragm(9.0, 4.0, center=(1.3, 0.7 + s)), step_mm=h).area_mm2
                    / polygon_mm2(9.0, 4.0)
                    - 1.0
                )
                for s in (0.0, 0.03, 0.07, 0.11)
            ]
        )
        for h in steps
    ]
    order = np.polyfit(np.log(steps), np.log(errors), 1)[0]
    record_property("order of the orifice's error", f"{order:.2f}")
    assert order > 1.0  # the blunt ends of an ellipse cost the second order
    assert errors[-1] < 3e-4
    assert open_area(*mesh).area_mm2 == pytest.approx(polygon_mm2(9.0, 4.0), rel=3e-4)


def test_tilt_is_told_and_made_good():
    for tilt in (10.0, 25.0):
        found = open_area(*diaphragm(7.0, 7.0, tilt_deg=tilt))
        assert found.tilt_deg == pytest.approx(tilt, abs=0.01)
        assert found.area_mm2 == pytest.approx(
            np.cos(np.radians(tilt)) * polygon_mm2(7.0, 7.0), rel=5e-4
        )
        assert found.normal_area_mm2 == pytest.approx(polygon_mm2(7.0, 7.0), rel=5e-4)
        along = open_area(*diaphragm(7.0, 7.0, tilt_deg=tilt), axis=found.normal)
        assert along.area_mm2 == pytest.approx(polygon_mm2(7.0, 7.0), rel=5e-4)


def without(mesh, drop):
    nodes, triangles, ring = mesh
    return nodes, triangles[~drop(nodes[triangles].mean(axis=1))], ring


def test_several_openings_are_told_apart():
    mesh = diaphragm(4.0, 4.0, height_mm=0.0)
    holed = without(mesh, lambda c: np.hypot(c[:, 0] - 9.0, c[:, 1]) < 2.0)
    found = open_area(*holed)
    assert len(found.openings) == 2
    assert found.openings[0].center_mm == pytest.approx((0.0, 0.0), abs=0.02)
    assert found.openings[1].center_mm == pytest.approx((9.0, 0.0), abs=0.3)
    # the border of the second is a zigzag of half a millimetre
    assert found.area_mm2 == pytest.approx(found.vector_area_mm2, rel=2e-3)
    fine = open_area(*holed, step_mm=0.02)
    assert fine.area_mm2 == pytest.approx(fine.vector_area_mm2, rel=2e-4)
    assert not found.torn


def test_a_leaflet_off_its_wall_is_flagged():
    mesh = diaphragm(4.0, 4.0, height_mm=0.0)
    found = open_area(*without(mesh, lambda c: c[:, 0] > 13.0))
    assert len(found.openings) == 2
    assert found.openings[1].wall_mm > 2.0
    assert found.torn


def test_a_pouch_over_the_ring_makes_the_two_ways_disagree():
    nodes, triangles, ring = diaphragm(5.0, 5.0, rows=31)
    swollen = nodes.copy()
    r = np.hypot(nodes[:, 0], nodes[:, 1])
    bulge = 1.0 + 0.6 * np.exp(-((r - 11.0) ** 2)) * (nodes[:, 0] > 0.0)
    swollen[:, :2] *= bulge[:, None]
    found = open_area(swollen, triangles, ring)
    assert found.area_mm2 == pytest.approx(polygon_mm2(5.0, 5.0), rel=1e-3)
    # the pouch hangs outside: its flux cancels, so both ways still see the one orifice
    assert found.vector_area_mm2 == pytest.approx(found.area_mm2, rel=1e-3)
    folded = nodes.copy()
    folded[:, 0] += np.where((r < 5.3) & (nodes[:, 0] > 4.0), 4.0, 0.0)  # edge folded outwards
    found = open_area(folded, triangles, ring)
    assert found.disagreement_frac < -0.03
    assert found.torn


def test_a_thick_tissue_narrows_the_lumen():
    nodes, triangles, ring = diaphragm(7.0, 7.0)
    found = open_area(nodes, triangles, ring, margin_mm=np.full(len(triangles), 0.5))
    assert found.area_mm2 == pytest.approx(np.pi * 6.5**2, rel=2e-3)


def test_a_closed_and_a_missing_mesh():
    nodes, triangles, ring = diaphragm(0.0, 0.0)
    assert open_area(nodes, triangles, ring).area_mm2 == pytest.approx(0.0, abs=0.05)
    assert open_area(nodes, triangles, ring).openings == ()


def test_seven_thousand_triangles_in_a_blink(record_property):
    mesh = diaphragm(9.0, 4.0)
    assert len(mesh[1]) > 6900
    times = []
    for _ in range(5):
        started = time.thread_time()
        open_area(*mesh)
        times.append(time.thread_time() - started)
    record_property("orifice of 7k triangles", f"{1e3 * min(times):.1f} ms")
