"""Three leaflets under 80 mmHg close: they meet along their edges and none cuts another.

The tissue is a net of springs here, without bending, so that slack corners go on trembling; a shell
comes to rest.
"""

import numpy as np
import pytest
from scipy.spatial import Delaunay

from openvalve.valve.closing import contact_arrays, contact_step, leak_area, open_area, skin_of

RADIUS_MM, COMMISSURE_MM, EDGE_MM, HEIGHT_MM = 11.5, 13.0, 1.2, 17.0
HALF_MM = RADIUS_MM * np.pi / 3.0
MPA_80_MMHG, THICK_MM = 0.010666, 0.5


def _even(curve, count=4000):
    """Return points of z = curve(s) at even distances, shape (k, 2)."""
    s = np.linspace(-HALF_MM, HALF_MM, count)
    z = curve(s)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(s), np.diff(z)))])
    at = np.linspace(0.0, along[-1], round(along[-1] / EDGE_MM) + 1)
    return np.column_stack([np.interp(at, along, s), np.interp(at, along, z)])


def _attached(s):
    return COMMISSURE_MM * (s / HALF_MM) ** 2


def _flat_leaflet():
    """Return places on the unrolled wall, triangles, and which nodes are attached."""
    side = np.arange(COMMISSURE_MM + EDGE_MM, HEIGHT_MM - 0.5 * EDGE_MM, EDGE_MM)
    border = np.concatenate(
        [
            _even(_attached),
            _even(lambda s: 0.0 * s + HEIGHT_MM),
            np.column_stack([np.repeat([-HALF_MM, HALF_MM], len(side)), np.tile(side, 2)]),
        ]
    )
    rows = np.arange(0.0, HEIGHT_MM, 0.866 * EDGE_MM)
    inner = np.array(
        [
            (s + 0.5 * EDGE_MM * (k % 2), z)
            for k, z in enumerate(rows)
            for s in np.arange(-HALF_MM, HALF_MM, EDGE_MM)
        ]
    )
    inner = inner[(inner[:, 1] > _attached(inner[:, 0])) & (np.abs(inner[:, 0]) < HALF_MM)]
    apart = np.linalg.norm(inner[:, None] - border[None], axis=2).min(axis=1)
    points = np.concatenate([border, inner[apart > 0.62 * EDGE_MM]])
    triangles = Delaunay(points).simplices
    a, b, c = points[triangles].transpose(1, 0, 2)
    twice = np.abs((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0])
    middle = (a + b + c) / 3.0
    triangles = triangles[(middle[:, 1] > _attached(middle[:, 0])) & (twice > 0.04 * EDGE_MM**2)]
    held = (points[:, 1] < _attached(points[:, 0]) + 1e-6) | (np.abs(points[:, 0]) > HALF_MM - 1e-6)
    return points, triangles, held


@pytest.fixture(scope="module")
def closed():
    """Return the valve, open and closed, with and without contact."""
    flat, faces, held = _flat_leaflet()
    u = flat[:, 0] / HALF_MM
    v = (flat[:, 1] - _attached(flat[:, 0])) / (HEIGHT_MM - _attached(flat[:, 0]))
    r = RADIUS_MM * (1.0 - 0.05 * (1.0 - u * u) * v)
    nodes = np.concatenate(
        [
            np.column_stack([r * np.cos(p), r * np.sin(p), flat[:, 1]])
            for p in (u * np.pi / 3.0 + k * 2.0 * np.pi / 3.0 for k in range(3))
        ]
    )
    a, b, c = nodes[faces].transpose(1, 0, 2)
    inward = (np.cross(b - a, c - a) * (a + b + c))[:, :2].sum(axis=1) < 0.0
    faces = np.where(inward[:, None], faces[:, ::-1], faces)  # outflow side: towards the wall
    n = len(flat)
    triangles = np.concatenate([faces + k * n for k in range(3)]).astype(np.int32)
    leaflet = np.repeat([0, 1, 2], len(faces)).astype(np.int8)
    arrays = contact_arrays(nodes, triangles, leaflet, np.full(len(triangles), THICK_MM))
    place = np.tile(np.column_stack([0.5 * (u + 1.0), v])[faces].mean(axis=1), (3, 1))
    order = np.argsort(u)
    top = order[flat[order, 1] > HEIGHT_MM - 1e-6]
    rim = order[held[order]]
    side = np.abs(u[rim]) > 1.0 - 1e-6
    rim = np.concatenate([rim[~side], rim[side & (u[rim] > 0)][:1]])
    return {
        "nodes": nodes,
        "triangles": triangles,
        "arrays": arrays,
        "place": place,
        "edges": tuple((top + k * n).astype(np.int32) for k in range(3)),
        "ring": np.concatenate([rim + k * n for k in range(3)]).astype(np.int32),
        "held": np.tile(held, 3),
        "with": _close(nodes, triangles, arrays, np.tile(held, 3), 1.0),
        "without": _close(nodes, triangles, arrays, np.tile(held, 3), 0.0),
    }


def _close(nodes, triangles, arrays, held, stiffness, steps=2400):
    """Return the shape under closing pressure and the last contact report and forces."""
    pairs = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    i, j = np.unique(np.sort(pairs, axis=1), axis=0).T
    rest = np.linalg.norm(nodes[j] - nodes[i], axis=1)[:, None]
    x, v, skin = nodes.copy(), np.zeros_like(nodes), skin_of(arrays)
    arrays.counts[:] = (-1, 0)
    report = (0, 0, 0.0, 0.0)
    for n in range(steps):
        contact, stiff = np.zeros_like(x), np.zeros(len(x))
        if stiffness > 0.0:
            report = contact_step(x, arrays, skin, stiffness, contact, stiff)
        d = x[j] - x[i]
        pull = 0.6 * (1.0 - rest / np.linalg.norm(d, axis=1, keepdims=True)) * d
        a, b, c = x[triangles].transpose(1, 0, 2)
        load = -MPA_80_MMHG * min(1.0, 3.0 * n / steps) * np.cross(b - a, c - a) / 6.0
        force = contact.copy()
        for k in range(3):
            force[:, k] += np.bincount(i, pull[:, k], len(x)) - np.bincount(j, pull[:, k], len(x))
            for m in range(3):
                force[:, k] += np.bincount(triangles[:, m], load[:, k], len(x))
        v = 0.98 * v + force / (9.0 + 2.0 * stiff[:, None])
        v[held] = 0.0
        x = x + v
    return {"x": x, "report": report, "residual": np.abs(force[~held]).max(), "contact": contact}


def _cuts(valve, x):
    """Return how many edges of the mesh pierce a triangle of another leaflet."""
    triangles, leaflet = valve["triangles"], valve["arrays"].leaflet
    a, b, c = x[triangles].transpose(1, 0, 2)
    u, v = b - a, c - a
    count = 0
    for own in range(3):
        mine = triangles[leaflet == own]
        pairs = np.concatenate([mine[:, [0, 1]], mine[:, [1, 2]], mine[:, [2, 0]]])
        pairs = np.unique(np.sort(pairs, axis=1), axis=0)
        other = leaflet != own
        for i, j in pairs:
            if valve["held"][i] or valve["held"][j]:
                continue  # on the wall commissures of neighbours coincide
            d = x[j] - x[i]
            p = np.cross(d, v[other])
            det = (u[other] * p).sum(axis=1)
            det = np.where(np.abs(det) < 1e-14, np.inf, det)
            t = x[i] - a[other]
            w1 = (t * p).sum(axis=1) / det
            q = np.cross(t, u[other])
            w2 = q @ d / det
            along = (v[other] * q).sum(axis=1) / det
            inside = (w1 > 0) & (w2 > 0) & (w1 + w2 < 1) & (along > 0) & (along < 1)
            count += int(inside.sum())
    return count


def test_leaflets_meet_and_none_cuts_another(closed, record_property):
    through, shut = (_cuts(closed, closed[k]["x"]) for k in ("without", "with"))
    record_property("edges through another leaflet, without and with contact", f"{through}, {shut}")
    assert through > 50  # the load would carry them through
    assert shut == 0
    touching, lost, deepest, _ = closed["with"]["report"]
    record_property("three leaflets closed", f"{touching} touch, deepest {deepest:.3f} mm")
    assert touching > 50
    assert lost == 0
    assert deepest < 0.5 * THICK_MM
    assert np.abs(closed["with"]["contact"].sum(axis=0)).max() < 1e-10


def test_the_closed_valve_is_shut_but_for_a_pinhole_where_the_three_meet(closed, record_property):
    mesh = (closed["triangles"], closed["ring"])
    wide = open_area(closed["nodes"], *mesh)
    assert wide.area_mm2 > 300.0
    measure = (closed["arrays"], closed["place"], closed["ring"], closed["edges"])
    leak = leak_area(closed["with"]["x"], *measure)
    record_property("leak of the closed valve", f"{leak.area_mm2:.2f} mm2, {leak.regions}")
    assert leak.area_mm2 < 1.0
    assert leak.sealed_frac > 0.95
    assert {r.kind for r in leak.regions} <= {"central"}


def test_a_short_leaflet_leaks_where_it_is_short(closed):
    x = closed["with"]["x"].copy()
    edge = closed["edges"][0]
    middle = edge[len(edge) // 3 : -(len(edge) // 3)]
    near = np.linalg.norm(x[:, None] - x[middle][None], axis=2).min(axis=1) < 4.0
    near &= closed["arrays"].node_leaflet == 0
    x[near, 0] += 1.5  # leaflet 0 lies towards +x: its edge is held back by 1.5 mm
    leak = leak_area(x, closed["arrays"], closed["place"], closed["ring"], closed["edges"])
    assert leak.area_mm2 > 5.0
    assert 0 in leak.regions[0].leaflets
    assert leak.regions[0].center_mm[0] > -2.0
