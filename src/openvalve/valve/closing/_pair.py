"""One node against one triangle of another leaflet: the push between them."""

import math
from typing import NamedTuple

from openvalve._kernels import leaf
from openvalve.valve.closing._grid import closest_weights, first_side

__all__ = [
    "APART",
    "BEYOND",
    "LOST",
    "NOWHERE",
    "TOUCHING",
    "Push",
    "overlap_energy",
    "pair_push",
]

BEYOND, APART, TOUCHING, LOST, NOWHERE = 0, 1, 2, 3, 4
# Share of the offset below which a push falls with the distance, to none on the sheet itself: there
# it has no direction, and a whole push that turns about trembles for ever. A closed valve overlaps
# by a tenth of the offset. 0.3 to 0.7: at 0.75 the leak of a split valve moves by 2 mm2.
TAPER = 0.5


class Push(NamedTuple):
    """What a pair does.

    Attributes
    ----------
    touch : BEYOND the offset, or APART, TOUCHING, LOST (deeper on the wrong side than skin and
        offset); NOWHERE where the node lies on the triangle, so that there is no direction.
    side : of the leaflet on which the node now belongs.
    slide : edge of the triangle, 1 to 3, over which the nearest point goes; 0 none.
    wb, wc : weights of the triangle's second and third corner at the nearest point.
    x, y, z : force on the node, N; its opposite acts on the corners.
    overlap : mm.
    """

    touch: int
    side: int
    slide: int
    wb: float
    wc: float
    x: float
    y: float
    z: float
    overlap: float


@leaf
def pair_push(
    px: float, py: float, pz: float, ux: float, uy: float, uz: float,
    vx: float, vy: float, vz: float, h: float, side: int, bits: int, facing: bool,
    skin: float, stiff: float,
) -> Push:  # fmt: skip
    """Return the push on a node at p from the first corner of a triangle with edges u and v.

    Equation
    --------
    As ``contact_forces``: f = k A (h - s d) min(1, |d| / (c h)) s e.

    Parameters
    ----------
    h : offset by both half thicknesses, mm; without one, as on a seam, nothing is pushed.
    side : -1 inflow, 1 outflow, 0 not known yet.
    bits : features on the leaflet's boundary; facing : whether the sheets face each other.
    stiff : pressure per overlap times the node's area, N/mm.
    """
    nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    square = nx * nx + ny * ny + nz * nz
    height = px * nx + py * ny + pz * nz  # times the length of n
    came = 0
    came += side  # as wide an integer as any
    s = float(came)
    if height * s >= 0.0 and height * height > h * h * square:
        return Push(BEYOND, came, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    uu = ux * ux + uy * uy + uz * uz
    uv = ux * vx + uy * vy + uz * vz
    vv = vx * vx + vy * vy + vz * vz
    pu = px * ux + py * uy + pz * uz
    pv = px * vx + py * vy + pz * vz
    wb, wc = vv * pu - uv * pv, uu * pv - uv * pu
    rim, slide = False, 0
    if wb >= 0.0 and wc >= 0.0 and wb + wc <= square:
        wb, wc = wb / square, wc / square
        length = math.sqrt(square)
        distance = height / length
        ex, ey, ez = nx / length, ny / length, nz / length
    else:
        wb, wc, feature = closest_weights(px, py, pz, ux, uy, uz, vx, vy, vz)
        rim = feature > 0 and (bits >> (feature - 1)) & 1 == 1
        ex, ey, ez = px - wb * ux - wc * vx, py - wb * uy - wc * vy, pz - wb * uz - wc * vz
        distance = math.sqrt(ex * ex + ey * ey + ez * ez)
        if distance < 1e-9:
            return Push(NOWHERE, came, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        if height < 0.0 and not rim:
            distance = -distance
        ex, ey, ez = ex / distance, ey / distance, ez / distance
        if not rim and 1 <= feature <= 3:
            slide = feature
    if rim:
        s = 1.0
    elif came == 0:
        came = first_side(distance, facing, h + skin)
        s = float(came)
    overlap = h - s * distance
    if overlap <= 0.0 or h <= 0.0:
        return Push(APART, came, slide, wb, wc, 0.0, 0.0, 0.0, overlap)
    if overlap > 2.0 * h + skin:
        return Push(LOST, came, slide, wb, wc, 0.0, 0.0, 0.0, overlap)
    size = s * stiff * overlap
    if abs(distance) < TAPER * h:
        size *= abs(distance) / (TAPER * h)
    return Push(TOUCHING, came, slide, wb, wc, size * ex, size * ey, size * ez, overlap)


@leaf
def overlap_energy(overlap: float, h: float, stiff: float) -> float:
    """Return the energy of a pair that touches, N mm: the integral of its push over the distance.

    Parameters
    ----------
    overlap, h : mm, h the offset, above 0; stiff : N/mm.
    """
    near = TAPER * h
    y = h - overlap  # distance, negative on the wrong side
    if y >= near:
        return 0.5 * stiff * overlap * overlap
    up = min(abs(y), near)
    part = 0.5 * h * up * up
    cubic = up * up * up / 3.0
    energy = 0.5 * (h - near) * (h - near) + 0.5 * h * near - near * near / 3.0
    if y >= 0.0:
        return stiff * (energy - (part - cubic) / near)
    energy += (part + cubic) / near
    if y < -near:
        energy += 0.5 * (overlap * overlap - (h + near) * (h + near))
    return stiff * energy
