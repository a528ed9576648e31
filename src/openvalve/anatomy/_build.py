"""Build the mesh of one valve from its plain numbers."""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from openvalve.anatomy._calcium import Deposits, deposits_of
from openvalve.anatomy._chords import chords_of
from openvalve.anatomy._curves import Leaflet, leaflets_of, loop_area_mm2
from openvalve.anatomy._cut import Cut, Line, cut, sides_of
from openvalve.anatomy._flatten import Chart, flatten
from openvalve.anatomy._mesh import Seam, ValveMesh
from openvalve.anatomy._shape import ValveShape, checked, plan_of
from openvalve.anatomy._triangulate import Region, heights, triangulate
from openvalve.anatomy._wall import wall_profile
from openvalve.errors import InputError, InputItem, SolverError

__all__ = ["LEAST_HEIGHT", "valve_mesh"]

Array = NDArray[np.float64]
Indices = NDArray[np.int64]
LEAST_HEIGHT = 0.3  # of a triangle over its longest edge: below it, it is a sliver
BORDER_SURPLUS = 1.045  # of triangles to ask for, measured
LINE_LOSS = 0.40  # edges of width that a line costs, measured
TURNS = 4  # starting lattices that are tried where a sliver is left
FEWEST, MOST = 2000, 60000  # triangles


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sheet:
    """One leaflet as triangles of welded nodes.

    ``points`` (k, 3), ``places`` (k, 2) and ``nodes`` (k,) of its own points; ``triangles`` (m, 3)
    of them; ``attachment`` and ``edge`` from u = 0 to 1; ``lines`` of its calcium.
    """

    points: Array
    places: Array
    nodes: Indices
    triangles: Indices
    attachment: Indices
    edge: Indices
    lines: tuple[Line, ...]
    calcium: Array


def valve_mesh(shape: ValveShape, seed: int, target_triangles: int = 2700) -> ValveMesh:
    """Return a valve as a mesh.

    Parameters
    ----------
    shape : refused with every reason at once where it cannot be a valve.
    seed : of the calcium; the same seed gives the same deposits at every mesh size.
    target_triangles : about how many, 2,000 to 60,000; usual are 2,700, 7,000 and 25,000.

    Limits    : SolverError where a triangle would be a sliver.
    Verified  : tests/physics/anatomy, tests/unit/anatomy.
    """
    _check_counts(seed, target_triangles)
    drawn = leaflets_of(checked(shape))
    charts = [flatten(leaflet) for leaflet in drawn]
    kinds = plan_of(shape).seam_kinds
    count = len(charts)
    deposits = [
        deposits_of(
            shape,
            chart,
            seed=seed,
            leaflet=k,
            raphes=(kinds[k] == "raphe", kinds[(k + 1) % count] == "raphe"),
        )
        for k, chart in enumerate(charts)
    ]
    edge_mm = _edge_mm(charts, deposits, target_triangles)
    free = [max(2, _parts(leaflet.edge, edge_mm)) for leaflet in drawn]
    leaflets = _opened(shape, drawn, free)
    seams, first = _seam_places(leaflets, edge_mm)
    sheets = []
    for k, chart in enumerate(charts):
        ends = (seams[k], seams[(k + 1) % count])
        sheets.append(_sheet(chart, leaflets[k], deposits[k], ends, edge_mm, free[k], first))
        first += len(sheets[k].nodes) - len(ends[0][0]) - len(ends[1][0])
    welded = np.zeros((first, 3))
    for sheet in reversed(sheets):
        welded[sheet.nodes] = sheet.points
    lines = [Line(kind=kinds[k], nodes=seams[k][0], from_ring_mm=0.0) for k in range(count)] + [
        line for sheet in sheets for line in sheet.lines
    ]
    whole = np.concatenate([sheet.nodes[sheet.triangles] for sheet in sheets])
    made = cut(whole, first, tuple(lines))
    return _assembled(shape, leaflets, sheets, made, welded, lines)


def _check_counts(seed: int, target_triangles: int) -> None:
    items = []
    if not 0 <= seed < 2**63:
        items.append(InputItem(key="seed", got=str(seed), allowed="0 to 2^63 - 1"))
    if not FEWEST <= target_triangles <= MOST:
        allowed = f"{FEWEST} to {MOST}"
        items.append(InputItem(key="target_triangles", got=str(target_triangles), allowed=allowed))
    if items:
        raise InputError(items)


def _edge_mm(charts: list[Chart], deposits: list[Deposits], target: int) -> float:
    """Return the edge of about so many triangles.

    Borders and lines of calcium keep points away, as if the leaflets were smaller: measured, by
    0.2 of an edge to either side of a line.
    """
    area = sum(chart.area_mm2 for chart in charts)
    length = sum(deposit.net.length_mm for deposit in deposits)
    edge = math.sqrt(4.0 * area / math.sqrt(3.0) / (BORDER_SURPLUS * target))
    lost = LINE_LOSS * length * edge
    return edge * math.sqrt(max(0.5, 1.0 - lost / area))


def _opened(shape: ValveShape, drawn: tuple[Leaflet, ...], free: list[int]) -> tuple[Leaflet, ...]:
    """Return leaflets whose free edges, as polygons of so many edges, bound the asked area.

    A polygon lies inside its curve, so the curve is drawn a little larger.
    """
    asked = larger = shape.area_anatomic_cm2
    leaflets = drawn
    for _ in range(8):
        loop = [
            leaflet.at(np.linspace(0.0, 1.0, parts + 1), np.ones(parts + 1))[:-1]
            for leaflet, parts in zip(leaflets, free, strict=True)
        ]
        got = 0.01 * loop_area_mm2(np.concatenate(loop))
        if abs(got - asked) < 1e-3 * asked:
            break
        larger *= asked / got
        leaflets = leaflets_of(replace(shape, area_anatomic_cm2=larger))
    return leaflets


def _parts(curve: Array, edge_mm: float) -> int:
    length = float(np.linalg.norm(np.diff(curve, axis=0), axis=1).sum())
    return max(1, round(length / edge_mm))


def _seam_places(
    leaflets: tuple[Leaflet, ...], edge_mm: float
) -> tuple[list[tuple[Indices, Array]], int]:
    """Return (nodes, v) of each seam from ring to edge at equal steps; and the next free node."""
    fine = np.linspace(0.0, 1.0, 101)
    seams, first = [], 0
    for leaflet in leaflets:
        curve = leaflet.at(np.zeros(101), fine)
        length = np.concatenate(([0.0], np.cumsum(np.linalg.norm(np.diff(curve, axis=0), axis=1))))
        parts = _parts(curve, edge_mm)
        v = np.interp(np.linspace(0.0, length[-1], parts + 1), length, fine)
        seams.append((np.arange(first, first + parts + 1), v))
        first += parts + 1
    return seams, first


def _sheet(
    chart: Chart,
    leaflet: Leaflet,
    deposits: Deposits,
    ends: tuple[tuple[Indices, Array], tuple[Indices, Array]],
    edge_mm: float,
    free_parts: int,
    first: int,
) -> _Sheet:
    """Return one leaflet as triangles; its own nodes are numbered from ``first``."""
    (left, v_left), (right, v_right) = ends
    along = np.linspace(0.0, 1.0, _parts(leaflet.attachment, edge_mm) + 1)
    across = np.linspace(0.0, 1.0, free_parts + 1)
    inner, outer = len(along) - 2, len(across) - 2
    ring = np.concatenate((left[:1], first + np.arange(inner), right[:1]))
    free = np.concatenate((left[-1:], first + inner + np.arange(outer), right[-1:]))
    nodes = np.concatenate((ring, right[1:-1], free[::-1], left[-2:0:-1]))
    zero, one = np.zeros, np.ones
    u = np.concatenate((along, one(len(right) - 2), across[::-1], zero(len(left) - 2)))
    v = np.concatenate((zero(len(along)), v_right[1:-1], one(len(across)), v_left[-2:0:-1]))
    flat = chart.to_flat(u, v)
    extra, pieces, chains = _subdivided(deposits, edge_mm, len(nodes))
    region = Region(fixed=np.concatenate((flat, extra)), boundary=len(nodes), pieces=pieces)
    flat, places, space, triangles = _filled(
        chart, leaflet, region, np.column_stack((u, v)), edge_mm
    )
    numbers = np.concatenate((nodes, first + inner + outer + np.arange(len(flat) - len(nodes))))
    return _Sheet(
        points=space,
        places=places,
        nodes=numbers,
        triangles=triangles,
        attachment=ring,
        edge=free,
        lines=tuple(_calcium_line(leaflet, places, numbers, chain) for chain in chains),
        calcium=deposits.share_at(flat[triangles].mean(axis=1)),
    )


def _filled(
    chart: Chart, leaflet: Leaflet, region: Region, border: Array, edge_mm: float
) -> tuple[Array, Array, Array, Indices]:
    """Return flat points, places, points in space, triangles; the best of a few lattices.

    ``border`` holds the places of the boundary.
    """
    best: tuple[Array, Array, Array, Indices] | None = None
    most = -1.0
    for turn in range(TURNS):
        flat, triangles = triangulate(region, edge_mm, turn)
        places = np.concatenate((border, chart.to_places(flat[len(border) :])))
        space = leaflet.at(places[:, 0], places[:, 1])
        worst = float(heights(space[triangles]).min())
        if worst > most:
            best, most = (flat, places, space, triangles), worst
        if worst >= LEAST_HEIGHT:
            break
    assert best is not None
    return best


def _subdivided(
    deposits: Deposits, edge_mm: float, first: int
) -> tuple[Array, Indices, list[Indices]]:
    """Return the net's points at mesh steps, pieces between them, and the chain of each line."""
    points = [deposits.net.points]
    count = first + len(deposits.net.points)
    pieces, chains = [np.empty((0, 2), dtype=np.int64)], []
    for a, b in deposits.net.lines:
        start, stop = deposits.net.points[a], deposits.net.points[b]
        parts = max(1, round(float(np.linalg.norm(stop - start)) / edge_mm))
        t = np.linspace(0.0, 1.0, parts + 1)[1:-1, None]
        points.append(start + t * (stop - start))
        chain = np.concatenate(([first + a], count + np.arange(parts - 1), [first + b]))
        count += parts - 1
        chains.append(chain)
        pieces.append(np.column_stack((chain[:-1], chain[1:])))
    return np.concatenate(points), np.concatenate(pieces), chains


def _calcium_line(leaflet: Leaflet, places: Array, nodes: Indices, chain: Indices) -> Line:
    """Return one line of the net, starting at its end nearer to the ring."""
    if places[chain[0], 1] > places[chain[-1], 1]:
        chain = chain[::-1]
    u, v = places[chain[0]]
    way = leaflet.at(np.full(9, u), np.linspace(0.0, v, 9))
    length = float(np.linalg.norm(np.diff(way, axis=0), axis=1).sum())
    return Line(kind="calcium", nodes=nodes[chain], from_ring_mm=length)


def _assembled(
    shape: ValveShape,
    leaflets: tuple[Leaflet, ...],
    sheets: list[_Sheet],
    made: Cut,
    welded: Array,
    lines: list[Line],
) -> ValveMesh:
    nodes = welded[made.origin]
    corners = nodes[made.triangles]
    worst = float(heights(corners).min())
    if worst < LEAST_HEIGHT:
        state = {"height_ratio": worst, "triangles": float(len(corners))}
        raise SolverError("anatomy: a triangle of the mesh is a sliver", state=state)
    places = np.concatenate([sheet.places[sheet.triangles] for sheet in sheets])
    ring = [node for sheet in sheets for node in _chain(made, sheet.attachment)]
    edges = tuple(np.array(_chain(made, sheet.edge[::-1])[::-1]) for sheet in sheets)
    seams = []
    for line in lines:
        pairs, tributary, distance = sides_of(made, line, welded)
        seams.append(
            Seam(
                kind=line.kind,
                pairs=pairs.astype(np.int32),
                tributary_mm=tributary,
                ring_distance_mm=distance,
            )
        )
    leaflet = np.repeat(np.arange(len(sheets)), [len(sheet.triangles) for sheet in sheets])
    chords = chords_of(shape, leaflets)
    return ValveMesh(
        valve=shape.valve,
        morphology=shape.morphology,
        nodes_mm=nodes,
        triangles=made.triangles.astype(np.int32),
        leaflet=leaflet.astype(np.int8),
        place=places.mean(axis=1),
        fibre=_round(corners, places[:, :, 1]),
        calcium_frac=np.concatenate([sheet.calcium for sheet in sheets]),
        ring=np.array(ring, dtype=np.int32),
        free_edges=tuple(edge.astype(np.int32) for edge in edges),
        seams=tuple(seams),
        chord_nodes=np.array(
            [_nearest(made, leaflet, nodes, c.leaflet, c.point) for c in chords], dtype=np.int32
        ),
        chord_anchors_mm=np.array([c.anchor for c in chords]).reshape(-1, 3),
        chord_kind=np.array([c.strut for c in chords], dtype=np.int8),
        annulus_mm=shape.annulus_mm,
        wall_profile_mm=wall_profile(shape),
    )


def _chain(made: Cut, welded: Indices) -> list[int]:
    """Return the new nodes along a border of the surface, in the order of the welded ones."""
    chain: list[int] = []
    for a, b in zip(welded[:-1].tolist(), welded[1:].tolist(), strict=True):
        t, k = made.edges[a, b]
        for node in (int(made.triangles[t, k]), int(made.triangles[t, (k + 1) % 3])):
            if not chain or chain[-1] != node:
                chain.append(node)
    return chain


def _nearest(made: Cut, leaflet: Indices, nodes: Array, which: int, point: Array) -> int:
    own = np.unique(made.triangles[leaflet == which])
    return int(own[np.argmin(np.linalg.norm(nodes[own] - point, axis=1))])


def _round(corners: Array, v: Array) -> Array:
    """Return unit vectors along lines of equal v, shape (m, 3), towards growing u."""
    one, two = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    a, b = v[:, 1] - v[:, 0], v[:, 2] - v[:, 0]
    along = b[:, None] * one - a[:, None] * two
    return np.asarray(along / np.linalg.norm(along, axis=1)[:, None])
