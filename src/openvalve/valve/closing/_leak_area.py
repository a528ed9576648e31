"""What a closed valve leaves open, and where: commissure, tear, prolapse or centre."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.units import Frac, Mm, Mm2
from openvalve.valve.closing._contact_step import ContactArrays
from openvalve.valve.closing._grid import Floats, Ints
from openvalve.valve.closing._open_area import visible
from openvalve.valve.closing._scan import label_chords
from openvalve.valve.closing._stations import KINDS, Stations, stations_of

__all__ = ["Leak", "LeakRegion", "leak_area"]

SEAL_MM = 0.06  # gaps below the flatness of a mesh's facets are shut
STEP_MM = 0.1
LEAST_MM2 = 0.02


@dataclass(frozen=True, kw_only=True, slots=True)
class LeakRegion:
    """One leaking place.

    Attributes
    ----------
    kind : commissure, tear, prolapse or central; leaflets : whose edges border it.
    area_mm2 : the larger of what is seen along the flow and of the throats between the sheets.
    seen_mm2, throat_mm2 : each of them.
    edge_frac : mean place along the free edges, 0 to 1; center_mm : in space.
    """

    kind: str
    leaflets: tuple[int, ...]
    area_mm2: Mm2
    seen_mm2: Mm2
    throat_mm2: Mm2
    edge_frac: Frac
    center_mm: tuple[Mm, Mm, Mm]


@dataclass(frozen=True, kw_only=True, slots=True)
class Leak:
    """Leak of a closed valve: geometric area, its regions, largest first, and what is shut.

    Attributes
    ----------
    sealed_frac : share of the free edges' length below which another leaflet is touched.
    """

    area_mm2: Mm2
    regions: tuple[LeakRegion, ...]
    sealed_frac: Frac


def _seen(
    nodes: Floats, arrays: ContactArrays, ring: Ints, stations: Stations, step_mm: Mm
) -> Floats:
    """Return the area seen along z that is nearest to each station, shape (k,).

    Tissue is widened by its half thickness and half the seal; what the seal took from the border
    of an opening is given back, border times half the seal.
    """
    margin = np.minimum(arrays.margin, 0.5 * arrays.rest)[arrays.triangles].mean(axis=1)
    plane = np.ascontiguousarray(nodes[:, :2])
    chords, angle = visible(plane, arrays.triangles, plane[ring], margin + 0.5 * SEAL_MM, step_mm)
    found = np.zeros(len(stations.u))
    if len(chords) == 0:
        return found
    lined = chords.copy()
    lined[:, 0] = np.round((chords[:, 0] - chords[0, 0]) / step_mm)
    label, border = label_chords(lined, step_mm)
    pieces = step_mm * (chords[:, 2] - chords[:, 1])
    core = np.bincount(label, pieces)
    whole = core + 0.5 * SEAL_MM * border
    back = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    middle = np.column_stack([0.5 * (chords[:, 1] + chords[:, 2]), chords[:, 0]]) @ back.T
    near = np.linalg.norm(middle[:, None] - stations.middle[None, :, :2], axis=2).argmin(axis=1)
    np.add.at(found, near, pieces * (whole / core)[label])
    return found


def _regions(stations: Stations, seen: Floats, throat: Floats) -> tuple[LeakRegion, ...]:
    s = stations
    commissure, tear = KINDS.index("commissure"), KINDS.index("tear")
    name = s.kind * 100
    name = name + np.where(s.kind == commissure, s.end, 0) + np.where(s.kind == tear, s.leaflet, 0)
    found = []
    for region in np.unique(name):
        at = np.flatnonzero(name == region)
        area = max(seen[at].sum(), throat[at].sum())
        if area < LEAST_MM2:
            continue
        weight = seen[at] + throat[at]
        leaking = at[weight > 0.0]
        center = (weight[:, None] * s.middle[at]).sum(axis=0) / weight.sum()
        leaflets = {int(v) for v in s.leaflet[leaking]} | {int(v) for v in s.other[leaking]}
        found.append(
            LeakRegion(
                kind=KINDS[region // 100],
                leaflets=tuple(sorted(leaflets - {-1})),
                area_mm2=float(area),
                seen_mm2=float(seen[at].sum()),
                throat_mm2=float(throat[at].sum()),
                edge_frac=float((weight * s.u[at]).sum() / weight.sum()),
                center_mm=(float(center[0]), float(center[1]), float(center[2])),
            )
        )
    return tuple(sorted(found, key=lambda r: -r.area_mm2))


def leak_area(
    nodes_mm: Floats,
    arrays: ContactArrays,
    place: Floats,
    ring: Ints,
    free_edges: tuple[Ints, ...],
    *,
    torn: NDArray[np.bool_] | None = None,
    step_mm: Mm = STEP_MM,
) -> Leak:
    """Measure what a closed valve leaves open.

    Equation
    --------
    Of each place the larger of two areas. Seen: what no tissue covers along the flow, a lower
    bound of the narrowest section. Throat: 1/2 sum of g ds over both edges, g the least clear gap
    to another leaflet in the column below a piece ds of free edge; an upper bound where it
    is narrow, and blind (at most 3 mm) where it is wide.

    Parameters
    ----------
    nodes_mm : (n, 3) closed shape; arrays : of ``contact_arrays``, which know the thickness.
    place : (m, 2) u and v of centroids; ring : (r,); free_edges : nodes from end to end.
    torn : (n,) nodes of a torn leaflet's borders.
    """
    marks = np.zeros(len(nodes_mm), dtype=bool) if torn is None else torn
    stations = stations_of(nodes_mm, arrays, place, free_edges, marks)
    gap = np.where(stations.gap < SEAL_MM, 0.0, stations.gap)
    seen = _seen(nodes_mm, arrays, ring, stations, step_mm)
    # a wide gap is an opening, which is seen; the throat counts what is hidden behind an edge
    throat = np.where(stations.other >= 0, 0.5 * gap * stations.length, 0.0)
    regions = _regions(stations, seen, throat)
    return Leak(
        area_mm2=sum(r.area_mm2 for r in regions),
        regions=regions,
        sealed_frac=float(stations.length[gap == 0.0].sum() / stations.length.sum()),
    )
