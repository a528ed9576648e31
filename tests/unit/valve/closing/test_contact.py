"""The contact of leaflets, pair by pair: search, sides, forces as a gradient, repeatability."""

import numpy as np
import pytest

from openvalve.valve.closing import contact_arrays, contact_step, skin_of
from openvalve.valve.closing._pair import pair_push

THICK_MM = 0.8


def sheets(gap_mm=1.5, seed=3):
    """Return two wavy sheets face to face, upper outflow side up, lower outflow side down."""
    rng = np.random.default_rng(seed)
    parts, triangles, first = [], [], 0
    for k, (nx, ny) in enumerate(((9, 11), (12, 8))):
        x, y = np.meshgrid(np.linspace(0, 8, nx), np.linspace(0, 8, ny), indexing="ij")
        x, y = x + 0.08 * rng.standard_normal(x.shape), y + 0.08 * rng.standard_normal(x.shape)
        z = 0.2 * np.sin(x + k) * np.cos(y) + (gap_mm if k == 0 else 0.0)
        q = first + np.arange(nx * ny).reshape(nx, ny)
        a, b, c, d = (v.ravel() for v in (q[:-1, :-1], q[1:, :-1], q[1:, 1:], q[:-1, 1:]))
        t = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])
        triangles.append(t if k == 0 else t[:, ::-1])
        parts.append(np.stack([x, y, z], -1).reshape(-1, 3))
        first += nx * ny
    leaflet = np.repeat([0, 1], [len(t) for t in triangles]).astype(np.int8)
    return np.concatenate(parts), np.concatenate(triangles).astype(np.int32), leaflet


def arrays_of(gap_mm=1.5):
    nodes, triangles, leaflet = sheets(gap_mm)
    return nodes, contact_arrays(nodes, triangles, leaflet, np.full(len(triangles), THICK_MM))


def run(nodes, c, skin=0.5):
    forces, stiff = np.zeros_like(nodes), np.zeros(len(nodes))
    return contact_step(nodes, c, skin, 0.5, forces, stiff), forces, stiff


def pressed(by_mm):
    """Return the unloaded sheets' arrays and the sheets brought nearer."""
    nodes, c = arrays_of()
    near = nodes.copy()
    near[c.node_leaflet == 0, 2] -= by_mm
    return near, c


def brute_distance(p, a, b, c):
    """Return the distance from a point to a triangle by a fine search over its weights."""
    s = np.linspace(0.0, 1.0, 201)
    w1, w2 = np.meshgrid(s, s, indexing="ij")
    keep = w1 + w2 <= 1.0 + 1e-12
    w1, w2 = w1[keep][:, None], w2[keep][:, None]
    return np.linalg.norm(a + w1 * (b - a) + w2 * (c - a) - p, axis=1).min()


@pytest.mark.parametrize("gap_mm", [1.5, 0.6])
def test_nothing_pushes_an_unloaded_mesh_however_near_its_sheets(gap_mm):
    nodes, c = arrays_of(gap_mm)
    assert c.rest.min() > 0.1
    _, forces, _ = run(nodes, c)
    assert np.abs(forces).max() == pytest.approx(0.0, abs=1e-12)


def seam():
    """Return two sheets side by side in one plane that share a line of coincident nodes."""
    x, y = np.meshgrid(np.linspace(0, 4, 7), np.linspace(0, 4, 7), indexing="ij")
    left = np.stack([-x, y, 0.0 * x], -1).reshape(-1, 3)
    right = np.stack([x, y, 0.0 * x], -1).reshape(-1, 3)
    q = np.arange(49).reshape(7, 7)
    a, b, c, d = (v.ravel() for v in (q[:-1, :-1], q[1:, :-1], q[1:, 1:], q[:-1, 1:]))
    t = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])
    nodes, triangles = np.concatenate([left, right]), np.concatenate([t[:, ::-1], t + 49])
    leaflet = np.repeat([0, 1], len(t)).astype(np.int8)
    return nodes, contact_arrays(nodes, triangles, leaflet, np.full(2 * len(t), THICK_MM))


def test_a_seam_is_at_rest_however_thick_and_pushes_once_its_sides_fold_together():
    nodes, c = seam()
    assert c.rest[c.node_leaflet >= 0].min() == 0.0
    _, forces, _ = run(nodes, c)
    assert np.abs(forces).max() == pytest.approx(0.0, abs=1e-12)
    # fold both halves down the flow side until they face each other at a sixth of the thickness
    folded = nodes.copy()
    sign = np.where(c.node_leaflet == 0, -1.0, 1.0)
    folded[:, 2] = -np.abs(nodes[:, 0])  # inflow sides (normals +z at first) come face to face
    folded[:, 0] = sign * 0.0
    folded[:, 0] += sign * 0.07
    c.counts[:] = (-1, 0)
    (touching, _, _, _), forces, _ = run(folded, c)
    assert touching > 40
    assert forces[c.node_leaflet == 1, 0].sum() > 0.1
    assert forces[c.node_leaflet == 0, 0].sum() < -0.1
    line = np.abs(nodes[:, 0]) < 1e-9  # at the seam itself the sides lie edge to edge
    assert np.abs(forces[line]).max() < 0.3 * np.abs(forces).max()


def test_the_nearest_triangle_is_found():
    nodes, c = pressed(0.9)
    run(nodes, c)
    n = c.counts[0]
    assert n > 100
    for i, t in list(zip(c.pair_node[:n], c.pair_triangle[:n], strict=True))[::17]:
        others = np.flatnonzero(c.leaflet != c.node_leaflet[i])
        corners = nodes[c.triangles[others]]
        close = np.linalg.norm(corners.mean(axis=1) - nodes[i], axis=1) < 2.5
        least = min(brute_distance(nodes[i], *k) for k in corners[close])
        assert brute_distance(nodes[i], *nodes[c.triangles[t]]) == pytest.approx(least, abs=0.01)


@pytest.mark.parametrize("deeper_mm", [0.2, 0.5, 0.9, 1.3])
def test_the_force_is_the_gradient_of_the_energy(deeper_mm):
    nodes, c = pressed(0.7)  # in touch: sides are known
    run(nodes, c)
    nodes[c.node_leaflet == 0, 2] -= deeper_mm  # at 0.8 the mid-surfaces meet
    for _ in range(4):  # until every pair has slid to its triangle
        run(nodes, c)
        c.counts[1] = 10_000  # the list stays
    (touching, lost, _, _), forces, _ = run(nodes, c)
    assert touching > 50
    assert lost == 0
    step = 1e-6
    for i in np.flatnonzero(np.abs(forces).max(axis=1) > 1e-3)[::9]:
        for axis in range(3):
            energies = []
            for sign in (-1.0, 1.0):
                moved = nodes.copy()
                moved[i, axis] += sign * step
                energies.append(run(moved, c)[0][3])
            slope = (energies[1] - energies[0]) / (2.0 * step)
            assert forces[i, axis] == pytest.approx(-slope, abs=2e-5)


def test_a_push_that_turns_about_falls_to_nothing_on_the_sheet_itself():
    def push(px, pz):  # on a node beside the edge 01 of a triangle, on an inner edge
        p = pair_push(px, -0.02, pz, 0.0, 2.0, 0.0, -2.0, 1.0, 0.0, 0.8, 1, 0, True, 0.5, 1.0)
        return np.array([p.x, p.y, p.z])

    for far in (0.1, 0.01, 0.001):
        sizes = [np.linalg.norm(push(far * x, far * z)) for x, z in ((1, 0.1), (1, -0.1), (0, 1))]
        assert max(sizes) < 0.05 + 3.0 * far
    assert push(0.0, 0.5)[2] == pytest.approx(0.3, abs=0.01)  # whole where leaflets rest


def test_no_momentum_and_no_turning_arise():
    nodes, c = pressed(1.1)
    _, forces, stiff = run(nodes, c)
    size = np.abs(forces).sum()
    assert size > 1.0
    assert np.abs(forces.sum(axis=0)).max() < 1e-13 * size
    assert np.abs(np.cross(nodes, forces).sum(axis=0)).max() < 1e-12 * size
    assert (stiff[np.abs(forces).max(axis=1) > 0.0] > 0.0).all()


def test_it_repeats_to_the_bit():
    first, again = (run(*pressed(0.9))[1] for _ in range(2))
    assert np.array_equal(first, again)


def test_a_node_that_came_through_is_pushed_back_where_it_came_from():
    nodes, c = pressed(0.7)  # in touch: sides are known
    run(nodes, c)
    through = nodes.copy()
    upper = c.node_leaflet == 0
    through[upper, 2] -= 1.1  # mid-surfaces have crossed by 0.3 mm
    (touching, lost, deepest, _), forces, _ = run(through, c)
    assert touching > 50
    assert lost == 0
    assert deepest > THICK_MM
    assert forces[upper, 2].sum() > 0.0


def test_facing_sides_are_inflow_sides_and_what_lies_behind_stays_there():
    nodes, triangles, leaflet = sheets(-1.5)  # the upper sheet lies below: both show outflow sides
    wide = np.full(len(triangles), THICK_MM)
    c = contact_arrays(nodes, triangles, leaflet, wide)
    near = nodes.copy()
    upper = c.node_leaflet == 0
    near[upper, 2] += 0.2
    run(near, c, skin=0.6)
    assert (c.side[upper, 1] == 1).sum() > 20
    near[upper, 2] += 0.65
    _, forces, _ = run(near, c, skin=0.6)
    assert forces[upper, 2].sum() < 0.0  # it is held below


def test_shingles_keep_their_order_either_way():
    for order in (1.0, -1.0):
        nodes, triangles, leaflet = sheets(1.5 * order)
        lower = leaflet == 1
        triangles[lower] = triangles[lower][:, ::-1]  # both outflow sides up now
        c = contact_arrays(nodes, triangles, leaflet, np.full(len(triangles), THICK_MM))
        near = nodes.copy()
        for step in (0.35, 0.55):  # the first comes within reach, the second touches
            near[c.node_leaflet == 0, 2] -= step * order
            _, forces, _ = run(near, c)
            c.counts[1] = 0
        assert order * forces[c.node_leaflet == 0, 2].sum() > 0.0


def test_a_node_slides_from_triangle_to_triangle():
    nodes, c = pressed(0.8)
    run(nodes, c)
    before = c.pair_triangle.copy()
    c.counts[1] = 10_000
    slid = nodes.copy()
    slid[c.node_leaflet == 0, 0] += 0.2  # as far as nodes go before the list is remade
    for _ in range(3):
        report, _, _ = run(slid, c)
    assert (c.pair_triangle != before).sum() > 10
    c.counts[:] = (-1, 0)
    fresh, _, _ = run(slid, c)
    assert report[3] == pytest.approx(fresh[3], rel=0.02)


def test_beside_a_leaflet_there_is_no_contact_and_its_edge_is_round():
    nodes, triangles, leaflet = sheets(3.0)
    c = contact_arrays(nodes, triangles, leaflet, np.full(len(triangles), THICK_MM))
    beside = nodes.copy()
    upper = c.node_leaflet == 0
    beside[upper, 0] += 8.6  # sheet 0 stands beyond the edge x = 8 of sheet 1, level with it
    beside[upper, 2] -= 3.0
    _, forces, _ = run(beside, c)
    assert forces[upper, 0].sum() > 0.0  # pushed away from the edge, not up or down
    assert abs(forces[upper, 2].sum()) < 0.5 * forces[upper, 0].sum()
    beside[upper, 0] += 2.0
    assert run(beside, c)[0][0] == 0


def test_a_lost_number_is_told():
    nodes, c = pressed(0.9)
    nodes[5, 0] = np.nan
    assert run(nodes, c)[0][0] == -1


def test_a_shared_node_touches_nothing_and_three_leaflets_are_told_apart():
    nodes, triangles, leaflet = sheets()
    triangles = triangles.copy()
    triangles[leaflet == 1] = np.where(
        triangles[leaflet == 1] == triangles[leaflet == 1].min(), 0, triangles[leaflet == 1]
    )
    c = contact_arrays(nodes, triangles, leaflet, np.full(len(triangles), THICK_MM))
    assert c.node_leaflet[0] == -1
    assert set(np.unique(c.node_leaflet)) == {-1, 0, 1}
    assert 0.2 < skin_of(c) < 0.6
