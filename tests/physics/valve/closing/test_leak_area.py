"""Leaks whose area is known: slits, hidden slits, wedges at an end, and a fallen edge."""

import numpy as np
import pytest

from openvalve.errors import SolverError
from openvalve.valve.closing import contact_arrays, leak_area

THICK_MM, HALF_X, HALF_Y, DEEP = 0.4, 12.0, 8.0, 5.0
COLUMNS, FLAT, WALL = 41, 11, 9


def two_leaflets(gap, depth=(DEEP, DEEP), reach=(0.0, 0.0)):
    """Return nodes, triangles, leaflet, place, ring and edges of two leaflets in a square ring.

    Each runs level from its side to its wall, which turns down the flow (+z) to its free edge.
    gap(x): clear distance between the walls' surfaces; depth: of each wall; reach: how far each
    free edge leans over the other's half.
    """
    x = np.linspace(-HALF_X, HALF_X, COLUMNS)
    nodes, triangles, place, edges, sides = [], [], [], [], []
    for k, sign in enumerate((-1.0, 1.0)):
        start = k * COLUMNS * (FLAT + WALL)
        at = sign * 0.5 * (gap(x) + THICK_MM)
        level = np.linspace(0.0, 1.0, FLAT)[:, None]
        flat = sign * HALF_Y * (1.0 - level) + at * level
        down = np.linspace(0.0, 1.0, WALL + 1)[1:, None]
        y = np.concatenate([flat, at - sign * reach[k] * down])
        z = np.concatenate([0.0 * flat, 0.0 * at + depth[k] * down])
        nodes.append(np.stack([np.broadcast_to(x, y.shape), y, z], -1).reshape(-1, 3))
        q = start + np.arange(y.size).reshape(y.shape)
        a, b, c, d = (w.ravel() for w in (q[:-1, :-1], q[:-1, 1:], q[1:, 1:], q[1:, :-1]))
        t = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])
        triangles.append(t if sign < 0 else t[:, ::-1])
        v = np.repeat(np.linspace(0.0, 1.0, len(y)), COLUMNS)
        u = np.tile((x + HALF_X) / (2.0 * HALF_X), len(y))
        place.append(np.stack([u, v], 1)[triangles[-1] - start].mean(axis=1))
        edges.append(q[-1].astype(np.int32))
        sides.append(q)
    low, high = sides
    ring = np.concatenate(
        [
            low[0],
            low[1:FLAT, -1],
            high[1:FLAT, -1][::-1],
            high[0][::-1],
            high[1:FLAT, 0],
            low[1:FLAT, 0][::-1],
        ]
    )
    count = [len(t) for t in triangles]
    leaflet = np.repeat([0, 1], count).astype(np.int8)
    return (
        np.concatenate(nodes),
        np.concatenate(triangles).astype(np.int32),
        leaflet,
        np.concatenate(place),
        ring.astype(np.int32),
        tuple(edges),
    )


def measured(shape, torn=None):
    """Return the leak of a shape whose unloaded form stood wide open."""
    nodes, triangles, leaflet, place, ring, edges = shape
    wide = two_leaflets(lambda x: 6.0 + 0.0 * x)[0]
    arrays = contact_arrays(wide, triangles, leaflet, np.full(len(triangles), THICK_MM))
    return leak_area(nodes, arrays, place, ring, edges, torn=torn)


def test_a_shut_valve_is_shut():
    shut = measured(two_leaflets(lambda x: -0.01 + 0.0 * x))
    assert shut.area_mm2 == 0.0
    assert shut.sealed_frac == pytest.approx(1.0)
    assert shut.regions == ()


@pytest.mark.parametrize("gap_mm", [0.15, 0.5, 1.5])
def test_an_even_slit_is_width_by_length(gap_mm):
    leak = measured(two_leaflets(lambda x: gap_mm + 0.0 * x))
    assert leak.area_mm2 == pytest.approx(gap_mm * 2.0 * HALF_X, rel=0.03)
    assert leak.sealed_frac == 0.0
    assert sum(r.throat_mm2 for r in leak.regions) == pytest.approx(gap_mm * 24.0, rel=0.01)


def test_a_slit_hidden_under_an_overhang_is_found():
    # The upper edge leans 1.5 mm over the lower, shorter wall: nothing is seen along the flow.
    shape = two_leaflets(lambda x: 0.6 + 0.0 * x, depth=(2.0, 5.0), reach=(0.0, 1.5))
    leak = measured(shape)
    assert sum(r.seen_mm2 for r in leak.regions) < 0.1
    # the wall leans by 1.5 in 5: at the lower edge, 2 mm down, it has come 0.6 mm near
    slope = np.cos(np.arctan(1.5 / 5.0))
    expected = max((0.6 + THICK_MM - 1.5 * 2.0 / 5.0) * slope - THICK_MM, 0.0)
    assert expected < 0.05
    assert leak.area_mm2 < 0.05 * 24.0
    wider = measured(two_leaflets(lambda x: 1.2 + 0.0 * x, depth=(2.0, 5.0), reach=(0.0, 1.9)))
    assert sum(r.seen_mm2 for r in wider.regions) < 0.1
    slope = np.cos(np.arctan(1.9 / 5.0))
    expected = (1.2 + THICK_MM - 1.9 * 2.0 / 5.0) * slope - THICK_MM
    assert wider.area_mm2 == pytest.approx(expected * 24.0, rel=0.08)


def test_a_wedge_at_one_end_is_a_commissure():
    leak = measured(two_leaflets(lambda x: np.maximum(0.4 * (x - 9.0), -0.01)))
    assert len(leak.regions) == 1
    found = leak.regions[0]
    assert found.kind == "commissure"
    assert found.leaflets == (0, 1)
    assert found.area_mm2 == pytest.approx(0.5 * 3.0 * 1.2, rel=0.12)
    assert found.center_mm[0] > 9.0
    assert found.edge_frac > 0.85


def test_both_commissures_are_two_places():
    leak = measured(two_leaflets(lambda x: np.maximum(0.4 * (np.abs(x) - 9.0), -0.01)))
    assert [r.kind for r in leak.regions] == ["commissure", "commissure"]
    assert leak.regions[0].center_mm[0] * leak.regions[1].center_mm[0] < 0.0


def test_a_hole_in_the_middle_is_central_or_where_it_is_torn_a_tear():
    shape = two_leaflets(lambda x: np.where(np.abs(x) < 3.0, 0.8 * (1 - np.abs(x) / 3.0), -0.01))
    leak = measured(shape)
    assert leak.regions[0].kind == "central"
    assert leak.area_mm2 == pytest.approx(0.8 * 3.0, rel=0.12)
    assert measured(shape).regions == leak.regions
    torn = np.abs(shape[0][:, 0]) < 1.0
    kinds = {r.kind for r in measured(shape, torn).regions}
    assert "tear" in kinds


def test_a_fallen_edge_is_a_prolapse():
    shape = two_leaflets(lambda x: np.where(np.abs(x) < 5.0, 0.5, -0.01), depth=(2.0, DEEP))
    leak = measured(shape)
    assert leak.regions[0].kind == "prolapse"
    assert leak.area_mm2 == pytest.approx(5.0, rel=0.1)


def test_a_lost_number_is_refused():
    nodes, *rest = two_leaflets(lambda x: 0.5 + 0.0 * x)
    nodes[7, 1] = np.nan
    with pytest.raises(SolverError, match="not a number"):
        measured((nodes, *rest))
