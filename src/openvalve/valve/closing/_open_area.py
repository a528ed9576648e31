"""The geometric orifice of a deformed valve: visible openings, their shape, and a second way."""

from dataclasses import dataclass

import numpy as np

from openvalve.units import Deg, Frac, Mm, Mm2, Ratio
from openvalve.valve.closing._grid import Floats, Ints
from openvalve.valve.closing._scan import label_chords, sweep

__all__ = ["OpenArea", "Opening", "open_area", "vector_area_mm2", "visible"]

STEP_MM = 0.1
LEAST_OPENING_MM2 = 0.05
DISAGREEMENT = 0.03  # the two ways differ by 0.2 % on whole valves (prototype notes, section 4)


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """One uncovered region.

    Attributes
    ----------
    area_mm2, perimeter_mm : of the region.
    long_axis_mm, short_axis_mm : of the ellipse with its second moments.
    center_mm : place in the plane of view; direction_deg : of the long axis in it.
    wall_mm : how much of its border is wall: a leaflet off the wall, not an orifice.
    """

    area_mm2: Mm2
    perimeter_mm: Mm
    long_axis_mm: Mm
    short_axis_mm: Mm
    center_mm: tuple[Mm, Mm]
    direction_deg: Deg
    wall_mm: Mm

    @property
    def axis_ratio(self) -> Ratio:
        """Long over short axis."""
        return self.long_axis_mm / max(self.short_axis_mm, 1e-9)


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenArea:
    """How far a valve stands open.

    Attributes
    ----------
    area_mm2 : visible along the axis, all openings.
    openings : largest first.
    vector_area_mm2 : the same from the free edges' vector area; where sheets overlap or a pouch
        hangs over the ring it is the smaller.
    normal : (3,) direction of that vector: which way the orifice looks.
    tilt_deg : between it and the axis; normal_area_mm2 : the area seen along it.
    disagreement_frac : visible over vector area, less one; torn : above 3 %, or wall is seen.
    """

    area_mm2: Mm2
    openings: tuple[Opening, ...]
    vector_area_mm2: Mm2
    normal: tuple[Ratio, Ratio, Ratio]
    tilt_deg: Deg
    normal_area_mm2: Mm2
    disagreement_frac: Frac
    torn: bool


def vector_area_mm2(nodes_mm: Floats, triangles: Ints, ring: Ints) -> Floats:
    """Return the vector area of all that the sheets leave open in their ring, shape (3,).

    By Stokes' theorem the ring's loop less all triangles; equal to the free edges' loops, also
    where seams have opened as far as the ring.
    """
    loop = nodes_mm[ring]
    loop = loop - loop.mean(axis=0)
    whole = 0.5 * np.cross(loop, np.roll(loop, -1, axis=0)).sum(axis=0)
    corners = nodes_mm[triangles]
    sides = corners[:, 1:] - corners[:, :1]
    covered = 0.5 * np.cross(sides[:, 0], sides[:, 1]).sum(axis=0)
    return np.asarray(whole * (1.0 if whole @ covered >= 0.0 else -1.0) - covered)


def _frame(axis: Floats) -> Floats:
    """Return two directions across an axis, shape (2, 3); x and y where it is z."""
    axis = axis / np.linalg.norm(axis)
    first = np.array([1.0, 0.0, 0.0]) if abs(axis[0]) < 0.9 else np.array([0.0, 1.0, 0.0])
    first = first - (first @ axis) * axis
    first /= np.linalg.norm(first)
    return np.stack([first, np.cross(axis, first)])


def visible(
    plane_mm: Floats, triangles: Ints, wall_mm: Floats, margin_mm: Floats, step_mm: Mm
) -> tuple[Floats, float]:
    """Return the uncovered chords and the angle, rad, by which the plane was turned for them.

    The lines cut the largest opening across its long axis, found by a coarse sweep, so that a
    narrow slit is measured where it is narrow.

    Parameters
    ----------
    plane_mm : (n, 2); wall_mm : (k, 2); margin_mm : (m,).
    """
    angle = 0.0
    for step in (4.0 * step_mm, step_mm):
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        x, y = (plane_mm @ turn.T).T
        wall = np.ascontiguousarray(wall_mm @ turn.T)
        low = float(wall[:, 1].min()) + 0.5 * step
        chords = sweep(
            np.ascontiguousarray(x), np.ascontiguousarray(y), triangles, margin_mm, wall, low, step
        )
        if len(chords) == 0 or step == step_mm:
            break
        label, _ = label_chords(chords, step)
        area = np.bincount(label, chords[:, 2] - chords[:, 1])
        angle = 0.5 * np.pi - _moments(chords[label == np.argmax(area)], low, step)[3]
    chords[:, 0] = low + step * chords[:, 0]
    return chords, angle


def _moments(chords: Floats, low: float, step: float) -> tuple[Floats, float, float, float]:
    """Return center, both axes and the long axis' angle, rad, of the chords of one opening."""
    y = low + step * chords[:, 0]
    a, b = chords[:, 1], chords[:, 2]
    width = b - a
    area = width.sum()
    mid = 0.5 * (a + b)
    x0, y0 = (mid * width).sum() / area, (y * width).sum() / area
    xx = (width * ((mid - x0) ** 2 + width**2 / 12.0)).sum() / area
    yy = (width * ((y - y0) ** 2 + step * step / 12.0)).sum() / area
    xy = (width * (mid - x0) * (y - y0)).sum() / area
    values, vectors = np.linalg.eigh(np.array([[xx, xy], [xy, yy]]))
    short, long = 4.0 * np.sqrt(np.maximum(values, 0.0))
    return (
        np.array([x0, y0]),
        float(long),
        float(short),
        float(np.arctan2(vectors[1, 1], vectors[0, 1])),
    )


def _openings(chords: Floats, angle: float, step_mm: Mm) -> tuple[Opening, ...]:
    if len(chords) == 0:
        return ()
    low = float(chords[0, 0])
    lined = chords.copy()
    lined[:, 0] = np.round((chords[:, 0] - low) / step_mm)
    label, perimeters = label_chords(lined, step_mm)
    areas = step_mm * np.bincount(label, chords[:, 2] - chords[:, 1])
    walls = step_mm * np.bincount(label, chords[:, 3] + chords[:, 4])
    back = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    found = []
    for n in np.argsort(-areas, kind="stable"):
        if areas[n] < LEAST_OPENING_MM2:
            break
        center, long, short, direction = _moments(lined[label == n], low, step_mm)
        x, y = back @ center
        found.append(
            Opening(
                area_mm2=float(areas[n]),
                perimeter_mm=float(perimeters[n]),
                long_axis_mm=long,
                short_axis_mm=short,
                center_mm=(float(x), float(y)),
                direction_deg=float(np.degrees(direction - angle) % 180.0),
                wall_mm=float(walls[n]),
            )
        )
    return tuple(found)


def open_area(
    nodes_mm: Floats,
    triangles: Ints,
    ring: Ints,
    *,
    axis: tuple[Ratio, Ratio, Ratio] = (0.0, 0.0, 1.0),
    margin_mm: Floats | None = None,
    step_mm: Mm = STEP_MM,
) -> OpenArea:
    """Measure the orifice of a deformed mesh, seen along an axis.

    Parameters
    ----------
    nodes_mm : (n, 3); triangles : (m, 3), normals towards the outflow side.
    ring : (r,) attachment nodes in order; their projected polygon is the wall, moving with them.
    margin_mm : (m,) half thickness of the tissue; by default its mid-surface bounds the orifice.

    Verified  : tests/physics/valve/closing/test_open_area.py
    """
    triangles = np.ascontiguousarray(triangles, dtype=np.int32)
    along = np.asarray(axis, dtype=np.float64)
    along = along / np.linalg.norm(along)
    plane = nodes_mm @ _frame(along).T
    margin = np.zeros(len(triangles)) if margin_mm is None else margin_mm
    chords, angle = visible(plane, triangles, plane[ring], margin, step_mm)
    openings = _openings(chords, angle, step_mm)
    area = sum(o.area_mm2 for o in openings)
    vector = vector_area_mm2(nodes_mm, triangles, ring)
    size = float(np.linalg.norm(vector))
    normal = vector / size if size > LEAST_OPENING_MM2 else along
    cosine = float(np.clip(normal @ along, -1.0, 1.0))
    least = max(LEAST_OPENING_MM2, float(vector @ along))
    wrong = max(area, LEAST_OPENING_MM2) / least - 1.0
    return OpenArea(
        area_mm2=area,
        openings=openings,
        vector_area_mm2=float(vector @ along),
        normal=(float(normal[0]), float(normal[1]), float(normal[2])),
        tilt_deg=float(np.degrees(np.arccos(cosine))),
        normal_area_mm2=area / max(cosine, 0.5),
        disagreement_frac=wrong,
        torn=abs(wrong) > DISAGREEMENT or any(o.wall_mm > 4.0 * step_mm for o in openings),
    )
