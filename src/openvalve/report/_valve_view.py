"""One valve as a painter sees it: from above, and cut along its axis."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from openvalve.report._valve_balloon import Outline, line_deg_of
from openvalve.report._valve_look import (
    BALLOON,
    BLOOD,
    CALCIUM,
    HELD,
    LEAFLETS,
    LEAK,
    TORN,
    hidden,
    lit,
)
from openvalve.units import Mm

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from openvalve.valve.closing import Leak
    from openvalve.valve.leaflets import LeafletInflation, LeafletValve

__all__ = ["View", "draw_above", "draw_section", "view_of"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int32]

LIFT_EDGES = 0.6  # of an edge: a line this close behind a triangle is still seen
AROUND = 1.1  # of the widest shape
FAINT = 0.5  # of the half valve behind a cut, towards white
WALL_BEND_MM: Mm = 2.5  # over which the drawn wall of a balloon bends
LEAST_LEAK_MM: Mm = 0.6  # radius of the mark of a leak


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """What every picture of one valve shares.

    Attributes
    ----------
    from_above : (3, 3) rows right, up, towards the viewer, along the axis.
    across : (3, 3) the same for the section: the last row is normal to the plane of the cut.
    base : (m, 3) colours of the triangles; thick_mm : (m,).
    depth_mm : farthest and nearest along the first view.
    reach_mm, tall_mm : half its width, half its height.
    low_mm, high_mm : of the section, upwards.
    """

    valve: "LeafletValve"
    from_above: Floats
    across: Floats
    base: Floats
    thick_mm: Floats
    depth_mm: tuple[Mm, Mm]
    reach_mm: Mm
    tall_mm: Mm
    low_mm: Mm
    high_mm: Mm


def view_of(one: "LeafletInflation", shapes_mm: list[Floats]) -> View:
    """Return a view that holds all shapes, each (n, 3) of the mesh.

    Semilunar valves are seen from the artery, flow upwards in the section; atrioventricular ones
    from the atrium, flow downwards. The cut goes through the middle of a leaflet, or along two
    balloons side by side.
    """
    from openvalve.anatomy import thickness_mm

    valve = one.valve
    mesh = valve.mesh
    atrial = len(mesh.chord_nodes) > 0
    sign = -1.0 if atrial else 1.0
    own = np.intersect1d(mesh.ring, mesh.triangles[mesh.leaflet == 0])
    middle = (mesh.nodes_mm[own].mean(axis=0) - mesh.nodes_mm[mesh.ring].mean(axis=0))[:2]
    angle = float(np.arctan2(middle[1], middle[0]))
    if one.balloon.parts:
        angle = float(np.radians(line_deg_of(one)))
    along = np.array([np.cos(angle), np.sin(angle), 0.0])
    up = np.array([0.0, 0.0, sign])
    across = np.array([sign * along, up, np.cross(sign * along, up)])
    above = np.array([[sign, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, sign]])
    every = np.concatenate(shapes_mm)
    heights = every @ up
    return View(
        valve=valve,
        from_above=above,
        across=across,
        base=_colours(valve),
        thick_mm=thickness_mm(valve.shape, mesh.place),
        depth_mm=(float(heights.min()), float(heights.max())),
        reach_mm=AROUND * float(np.hypot(every[:, 0], every[:, 1]).max()),
        tall_mm=AROUND * AROUND * float(np.abs(every[:, 1]).max()),
        low_mm=float(heights.min()) - 4.0,
        high_mm=float(heights.max()) + 4.0,
    )


def _colours(valve: "LeafletValve") -> Floats:
    from matplotlib.colors import to_rgb

    tones = np.array([to_rgb(c) for c in LEAFLETS])[valve.mesh.leaflet % len(LEAFLETS)]
    share = np.clip(valve.mesh.calcium_frac, 0.0, 1.0)[:, None]
    return np.asarray(tones + share * (np.array(to_rgb(CALCIUM)) - tones))


def _paint(axes: "Axes", seen: Floats, triangles: Ints, colours: Floats, **more: Any) -> None:
    """Paint triangles, the nearest last."""
    from matplotlib.collections import PolyCollection

    order = np.argsort(seen[triangles, 2].mean(axis=1), kind="stable")
    corners: Any = seen[triangles[order], :2]
    axes.add_collection(
        PolyCollection(
            corners,
            facecolors=colours[order],
            edgecolors=colours[order],
            linewidths=0.35,
            **more,
        ),
        autolim=False,
    )


def _lines(axes: "Axes", pieces: list[Floats], **more: Any) -> None:
    from matplotlib.collections import LineCollection

    axes.add_collection(LineCollection(pieces, capstyle="round", **more), autolim=False)


def draw_above(
    axes: "Axes",
    view: View,
    nodes_mm: Floats,
    torn: Bools,
    *,
    balloon: Outline | None = None,
    leak: "Leak | None" = None,
) -> None:
    """Draw a shape along its axis: leaflets, openings, seams; a balloon cut away on this side."""
    from matplotlib.patches import Circle

    mesh = view.valve.mesh
    seen = nodes_mm @ view.from_above.T
    ring = seen[mesh.ring]
    (hole,) = axes.fill(ring[:, 0], ring[:, 1], color=BLOOD, lw=0, zorder=1)
    if balloon is not None:
        for radius, place in zip(balloon.radius_mm.max(axis=1), balloon.axes_mm, strict=True):
            at = (view.from_above[0, 0] * place[0], place[1])
            disc = Circle(at, radius, facecolor="#a9cde6", edgecolor=BALLOON, zorder=2)
            axes.add_patch(disc)
            disc.set_clip_path(hole)
            axes.add_patch(
                Circle(at, radius, fill=False, edgecolor=BALLOON, ls="--", lw=1.2, zorder=6)
            )
    _paint(
        axes, seen, mesh.triangles, lit(seen, mesh.triangles, view.base, view.depth_mm), zorder=3
    )
    closed = np.append(mesh.ring, mesh.ring[0])
    axes.plot(seen[closed, 0], seen[closed, 1], color=HELD, lw=1.1, zorder=4)
    edges = [seen[e[k : k + 2]] for e in mesh.free_edges for k in range(len(e) - 1)]
    _lines(axes, _in_front(edges, seen, view), colors=HELD, linewidths=0.8, zorder=4)
    held, gone = _seam_pieces(view.valve, seen, torn)
    _lines(axes, _in_front(held, seen, view), colors=HELD, linewidths=1.3, zorder=5)
    _lines(axes, _in_front(gone, seen, view), colors=TORN, linewidths=1.9, zorder=5)
    for region in leak.regions if leak is not None else ():
        x, y, _ = view.from_above @ np.array(region.center_mm)
        size = max(float(np.sqrt(region.area_mm2 / np.pi)), LEAST_LEAK_MM)
        axes.add_patch(Circle((x, y), size, fill=False, edgecolor="white", lw=3.2, zorder=7))
        axes.add_patch(Circle((x, y), size, fill=False, edgecolor=LEAK, lw=1.8, zorder=8))
    axes.set_xlim(-view.reach_mm, view.reach_mm)
    axes.set_ylim(-view.tall_mm, view.tall_mm)


def _in_front(pieces: list[Floats], seen: Floats, view: View) -> list[Floats]:
    """Return the pieces, (2, 2) each, that no leaflet hides."""
    if not pieces:
        return []
    middles = np.array([piece.mean(axis=0) for piece in pieces])
    behind = hidden(middles, seen, view.valve.mesh.triangles, LIFT_EDGES * view.valve.edge_mm)
    return [piece[:, :2] for piece, out in zip(pieces, behind, strict=True) if not out]


def _seam_pieces(
    valve: "LeafletValve", seen: Floats, torn: Bools
) -> tuple[list[Floats], list[Floats]]:
    """Return pieces of seams that hold (calcium left out) and, on both sides, that are torn."""
    held, gone = [], []
    first = 0
    for seam in valve.mesh.seams:
        pairs = seam.pairs
        broken = torn[first : first + len(pairs)]
        first += len(pairs)
        for k in range(len(pairs) - 1):
            if broken[k] or broken[k + 1]:
                gone += [seen[pairs[k : k + 2, 0]], seen[pairs[k : k + 2, 1]]]
            elif seam.kind != "calcium":
                held.append(seen[pairs[k : k + 2, 0]])
    return held, gone


def draw_section(
    axes: "Axes", view: View, nodes_mm: Floats, *, balloon: Outline | None = None
) -> None:
    """Draw a shape cut along its axis: the cut with its thickness, behind it the other half."""
    mesh = view.valve.mesh
    middle = nodes_mm[np.concatenate(mesh.free_edges)].mean(axis=0)
    middle[:2] *= 0.5  # between the axis and the middle of the orifice
    if balloon is not None:
        middle[:2] = balloon.axes_mm.mean(axis=0)
    seen = nodes_mm @ view.across.T
    plane = float(middle @ view.across[2])
    away = seen[:, 2] - plane
    behind = away[mesh.triangles].max(axis=1) <= 0.0
    depth = (float(away.min()), 0.0)
    shifted = np.column_stack([seen[:, :2], away])
    colours = lit(shifted, mesh.triangles, view.base, depth)
    colours = FAINT + (1.0 - FAINT) * colours
    pieces, at = _cut(seen, away, mesh.triangles)
    _wall(axes, view)
    _chords(axes, view, seen, away)
    _paint(axes, shifted, mesh.triangles[behind], colours[behind], zorder=2)
    if balloon is not None:
        _balloon(axes, view, balloon, plane, pieces, view.thick_mm[at])
    _thick(axes, pieces, view.thick_mm[at], view.base[at])
    axes.set_xlim(-view.reach_mm, view.reach_mm)
    axes.set_ylim(view.low_mm, view.high_mm)


def _cut(seen: Floats, away: Floats, triangles: Ints) -> tuple[Floats, Ints]:
    """Return the pieces in which a plane cuts triangles, (k, 2, 2), and which; (k,)."""
    pieces, at = [], []
    side = away[triangles] > 0.0
    for index in np.flatnonzero(side.any(axis=1) & ~side.all(axis=1)):
        ends = []
        for a, b in ((0, 1), (1, 2), (2, 0)):
            if side[index, a] != side[index, b]:
                p, q = triangles[index, a], triangles[index, b]
                share = away[p] / (away[p] - away[q])
                ends.append(seen[p, :2] + share * (seen[q, :2] - seen[p, :2]))
        pieces.append(ends)
        at.append(index)
    return np.array(pieces).reshape(-1, 2, 2), np.array(at, dtype=np.int32)


def _thick(axes: "Axes", pieces: Floats, thick_mm: Floats, colours: Floats) -> None:
    """Draw the cut with its thickness, outlined."""
    from matplotlib.collections import PolyCollection

    if not len(pieces):
        return
    step = pieces[:, 1] - pieces[:, 0]
    step /= np.maximum(np.linalg.norm(step, axis=1, keepdims=True), 1e-9)
    aside = 0.5 * thick_mm[:, None] * np.column_stack([-step[:, 1], step[:, 0]])
    box: Any = np.stack(
        [pieces[:, 0] + aside, pieces[:, 1] + aside, pieces[:, 1] - aside, pieces[:, 0] - aside],
        axis=1,
    )
    axes.add_collection(
        PolyCollection(box, facecolors=HELD, edgecolors=HELD, linewidths=1.6, zorder=5),
        autolim=False,
    )
    axes.add_collection(
        PolyCollection(box, facecolors=colours, edgecolors=colours, linewidths=0.4, zorder=6),
        autolim=False,
    )


def _wall(axes: "Axes", view: View) -> None:
    """Draw the walls about the valve, as if round about the axis, where they fit in whole."""
    height, radius = view.valve.mesh.wall_profile_mm.T
    up = view.across[1, 2] * height
    if radius[(up > view.low_mm) & (up < view.high_mm)].max(initial=0.0) > view.reach_mm:
        return
    for side in (-1.0, 1.0):
        axes.plot(side * radius, up, color="#b9c3cc", lw=2.4, zorder=1, solid_capstyle="round")


def _chords(axes: "Axes", view: View, seen: Floats, away: Floats) -> None:
    mesh = view.valve.mesh
    if not len(mesh.chord_nodes):
        return
    own = away[mesh.chord_nodes] <= 0.0
    ends = mesh.chord_anchors_mm[own] @ view.across.T
    starts = seen[mesh.chord_nodes[own]]
    pieces = [np.array([a[:2], b[:2]]) for a, b in zip(starts, ends, strict=True)]
    _lines(axes, pieces, colors="#b08d6d", linewidths=0.5, alpha=0.7, zorder=1)


def _balloon(
    axes: "Axes", view: View, balloon: Outline, plane: float, pieces: Floats, thick_mm: Floats
) -> None:
    """Draw the free outline dashed, and filled what the cut leaflets leave of it."""
    up = view.across[1, 2] * balloon.z_mm
    for radius, place in zip(balloon.radius_mm, balloon.axes_mm, strict=True):
        point = view.across @ np.array([place[0], place[1], 0.0])
        half = np.sqrt(np.maximum(radius**2 - (point[2] - plane) ** 2, 0.0))
        left, right = _left_free(up, point[0], half, pieces, thick_mm)
        axes.fill_betweenx(up, left, right, color=BALLOON, alpha=0.30, lw=0, zorder=3)
        for edge in (left, right):
            axes.plot(edge, up, color=BALLOON, lw=1.6, zorder=4)
        for edge in (point[0] - half, point[0] + half):
            axes.plot(edge, up, color=BALLOON, lw=1.0, ls="--", zorder=7)


def _left_free(
    up: Floats, at: Mm, half: Floats, pieces: Floats, thick_mm: Floats
) -> tuple[Floats, Floats]:
    """Return how far the balloon reaches on either side of its axis at each height, (k,) each.

    It keeps clear of the leaflets; its wall bends over ``WALL_BEND_MM``.
    """
    from scipy.ndimage import maximum_filter1d, uniform_filter1d

    dents = np.zeros((2, len(up)))
    for (a, b), thick in zip(pieces, thick_mm, strict=True):
        low, high = min(a[1], b[1]), max(a[1], b[1])
        near = (up >= low - 0.3 * thick) & (up <= high + 0.3 * thick)
        rise = b[1] - a[1]
        share = np.clip((up[near] - a[1]) / (rise if abs(rise) > 1e-6 else 1e-6), 0.0, 1.0)
        away = a[0] + share * (b[0] - a[0]) - at
        side = 1 if 0.5 * (a[0] + b[0]) > at else 0
        free = np.maximum(np.abs(away) - 0.5 * thick, 0.0)
        dents[side, near] = np.maximum(dents[side, near], half[near] - free)
    span = max(3, round(WALL_BEND_MM / abs(float(up[1] - up[0]))))
    dents = maximum_filter1d(dents, span, axis=1)
    dents = np.minimum(uniform_filter1d(dents, span, axis=1), half)
    return at - half + dents[0], at + half - dents[1]
