"""The two curves of every leaflet, attachment and free edge, and the surface between them."""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from openvalve.anatomy._proportions_tables import (
    MITRAL_SPAN_LIMITS_DEG,
    SHORTEST_SEAM,
    Form,
    Plan,
)
from openvalve.anatomy._shape import ValveShape, form_of, plan_of
from openvalve.errors import SolverError
from openvalve.units import Mm2

__all__ = ["Leaflet", "leaflets_of", "loop_area_mm2"]

Array = NDArray[np.float64]
SAMPLES = 201  # along each curve
RAPHE_HEIGHT = 0.6  # of a commissure's height: a low one, "below" the junction [michelena_2021]
RAPHE_REACH = 0.25  # how much of a commissure's notch a raphe keeps [K; 0 to 0.5]
MOST_REACH = 0.96  # of the way to the wall, however large the orifice
SADDLE = 0.1  # half height of a mitral ring over its radius, normally 0.2 (6.9 mm) [K; 0-0.2]


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaflet:
    """One leaflet between two seams; the seams' points are shared with its neighbours.

    Attributes
    ----------
    attachment, edge : shape (SAMPLES, 3), mm, counter-clockwise, at equal steps of u.
    belly : shape (SAMPLES,), bulge over the length from ring to edge.
    outwards : shape (SAMPLES, 2), unit vectors from the orifice's centre to the wall.
    """

    attachment: Array
    edge: Array
    belly: Array
    outwards: Array

    def at(self, u: Array, v: Array) -> Array:
        """Return points of the surface, shape (n, 3), at u along the ring and v from it."""
        grid = np.linspace(0.0, 1.0, SAMPLES)
        start, end = _along(grid, self.attachment, u), _along(grid, self.edge, u)
        chord = end - start
        out = _along(grid, self.outwards, u)
        across = np.einsum("ni,ni->n", chord[:, :2], out)
        bulge = 4.0 * v * (1.0 - v) * np.interp(u, grid, self.belly)
        normal = np.column_stack((chord[:, 2:] * out, -across))
        return np.asarray(start + v[:, None] * chord + bulge[:, None] * normal)


def _along(grid: Array, curve: Array, u: Array) -> Array:
    return np.column_stack([np.interp(u, grid, column) for column in curve.T])


def loop_area_mm2(loop: Array) -> Mm2:
    """Return the area that a closed loop of points, shape (n, 3), bounds: its vector area."""
    ahead = np.roll(loop, -1, axis=0)
    return float(np.linalg.norm(0.5 * np.cross(loop, ahead).sum(axis=0)))


def leaflets_of(shape: ValveShape) -> tuple[Leaflet, ...]:
    """Return the leaflets whose free edges bound the asked orifice.

    The opening grows with one number, the distance of the cusps' middles from its centre in radii
    of the ring; it is found by bracketing.
    """
    target = 100.0 * shape.area_anatomic_cm2

    def excess(opening: float) -> float:
        edges = [leaflet.edge[:-1] for leaflet in _leaflets(shape, opening)]
        return loop_area_mm2(np.concatenate(edges)) - target

    if excess(4.0) < 0.0:
        state = {"asked_mm2": target, "reached_mm2": excess(4.0) + target}
        raise SolverError("anatomy: the orifice does not fit the ring", state=state)
    return _leaflets(shape, float(brentq(excess, 0.0, 4.0, xtol=1e-6, rtol=1e-6)))


def _leaflets(shape: ValveShape, opening: float) -> tuple[Leaflet, ...]:
    """Return the leaflets with the middle of each cusp ``opening`` radii from the centre."""
    form, plan = form_of(shape), _turned(shape, plan_of(shape))
    form = replace(form, reach=form.reach if form.star else form.reach * plan.slit)
    center = _center(shape, plan, opening)
    ring = np.radians(plan.seam_deg)
    walls = _wall(shape, ring)
    edge = np.radians(plan.edge_deg) if plan.edge_deg else np.arctan2(*(walls - center).T[::-1])
    count = len(ring)
    return tuple(
        _leaflet(
            shape,
            form,
            opening,
            center,
            (ring[i], ring[j] + (math.tau if j == 0 else 0.0)),
            (edge[i], edge[i] + (edge[j] - edge[i]) % math.tau),
            (plan.seam_kinds[i] == "raphe", plan.seam_kinds[j] == "raphe"),
        )
        for i, j in ((k, (k + 1) % count) for k in range(count))
    )


def _turned(shape: ValveShape, plan: Plan) -> Plan:
    """Return the plan with mitral commissures at their given distance."""
    if shape.valve != "mitral" or shape.intercommissural_mm is None:
        return plan
    share = min(1.0, 0.5 * shape.intercommissural_mm / shape.semi_axes_mm[0])
    low, high = MITRAL_SPAN_LIMITS_DEG
    half = 0.5 * min(high, max(low, 2.0 * math.degrees(math.asin(share))))
    return replace(plan, seam_deg=(90.0 - half, 90.0 + half))


def _center(shape: ValveShape, plan: Plan, opening: float) -> Array:
    """Return where the orifice's centre lies; a large one moves to the axis."""
    left = max(0.0, 1.0 - max(0.0, opening - 0.3) / 0.5)
    return np.asarray(left * np.multiply(plan.center, shape.semi_axes_mm))


def _wall(shape: ValveShape, angle: Array) -> Array:
    """Return points of the ring, shape (n, 2)."""
    a, b = shape.semi_axes_mm
    return np.column_stack((a * np.cos(angle), b * np.sin(angle)))


def _to_wall(shape: ValveShape, center: Array, direction: Array) -> Array:
    """Return the distance from the centre to the ring along unit vectors, shape (n,)."""
    scale = 1.0 / np.asarray(shape.semi_axes_mm)
    d, c = direction * scale, center * scale
    dd, dc = np.einsum("ni,ni->n", d, d), d @ c
    return np.asarray((-dc + np.sqrt(dc**2 + dd * (1.0 - c @ c))) / dd)


def _leaflet(
    shape: ValveShape,
    form: Form,
    opening: float,
    center: Array,
    ring: tuple[float, float],
    edge: tuple[float, float],
    raphe: tuple[bool, bool],
) -> Leaflet:
    radius = 0.5 * shape.annulus_mm
    s = np.linspace(-1.0, 1.0, 2 * SAMPLES + 1)
    kept = np.where(s < 0.0, RAPHE_HEIGHT if raphe[0] else 1.0, RAPHE_HEIGHT if raphe[1] else 1.0)
    angle = np.interp(s, (-1.0, 1.0), ring)
    wall = _wall(shape, angle)
    height = form.commissure_height * radius * kept * s**2
    if shape.valve == "mitral":
        height = -SADDLE * radius * np.cos(2.0 * (angle - 0.5 * math.pi))
    attachment = _equal_steps(np.column_stack((wall, height)))
    notch = np.where(s < 0.0, RAPHE_REACH if raphe[0] else 1.0, RAPHE_REACH if raphe[1] else 1.0)
    turn = np.interp(s, (-1.0, 1.0), edge)
    direction = np.column_stack((np.cos(turn), np.sin(turn)))
    reach = _to_wall(shape, center, direction)
    distance = _orifice(form, opening, radius, reach, np.abs(s), notch)
    top = _edge_height(shape, form, opening, s, kept, height)
    free = _equal_steps(np.column_stack((center + distance[:, None] * direction, top)))
    u = np.linspace(-1.0, 1.0, SAMPLES)
    out = attachment[:, :2] - center
    return Leaflet(
        attachment=attachment,
        edge=free,
        belly=form.belly_at_seams + (form.belly - form.belly_at_seams) * (1.0 - u**2),
        outwards=out / np.linalg.norm(out, axis=1)[:, None],
    )


def _orifice(
    form: Form, opening: float, radius: float, wall: Array, side: Array, notch: Array
) -> Array:
    """Return the distance of the free edge from the orifice's centre, shape (n,)."""
    middle = opening * radius
    if form.mouth:
        distance = middle * _mouth(form.reach, side)
    elif form.star:
        # A small opening has narrow slits, and below 0.1 radii shorter ones.
        sharp = 2.0 + 0.35 / max(opening, 1e-3)
        reach = min(form.reach, 10.0 * opening) * wall
        distance = middle + np.maximum(notch * (reach - middle), 0.0) * side**sharp
    else:
        distance = middle * (1.0 + (form.reach - 1.0) * notch * side**2)
    most = MOST_REACH * wall
    return np.asarray(distance / (1.0 + (distance / most) ** 8) ** 0.125)


def _mouth(reach: float, side: Array) -> Array:
    """Return how far the lips of a fish mouth lie from its centre, in half widths, shape (n,).

    Equation : y = 1 - (x / reach)^2 in polar coordinates; side 0 in the middle, 1 at the end.
    """
    cosine, sine = np.cos(0.5 * math.pi * side), np.sin(0.5 * math.pi * side)
    return np.asarray(2.0 / (cosine + np.sqrt(cosine**2 + (2.0 * sine / reach) ** 2)))


def _edge_height(
    shape: ValveShape, form: Form, opening: float, s: Array, kept: Array, attached: Array
) -> Array:
    """Return the height of the free edge over the ring's plane, shape (n,).

    The middles of all cusps stand at one height, that of a cusp of its length over the mean way
    from wall to edge, so the opening stays level where the orifice lies off the axis.
    """
    radius = 0.5 * shape.annulus_mm
    if not form.star:
        least = SHORTEST_SEAM * radius + float(np.max(attached))
        return np.full(s.shape, max(form.orifice_height * radius, least))
    inwards = max(1.0 - opening, 0.0)
    rise = math.sqrt(max(form.cusp_height, 1.05 * inwards) ** 2 - inwards**2)
    corner = np.where(kept < 1.0, rise, form.commissure_height + SHORTEST_SEAM)
    return np.asarray(radius * (rise + (corner - rise) * s**2))


def _equal_steps(curve: Array) -> Array:
    """Return the curve at ``SAMPLES`` equal steps of its length."""
    step = np.linalg.norm(np.diff(curve, axis=0), axis=1)
    length = np.concatenate(([0.0], np.cumsum(step)))
    return _along(length, curve, np.linspace(0.0, length[-1], SAMPLES))
