"""One balloon in one root, to a pressure."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from openvalve.devices import Balloon
from openvalve.errors import InputError, InputItem
from openvalve.units import MMHG_PER_ATM, MMHG_PER_MPA, Atm, Mm, Mm2
from openvalve.valve.balloon import BalloonSurface, balloon_surface
from openvalve.valve.closing import areal_stretch
from openvalve.valve.leaflets import refuse_balloon
from openvalve.valve.root._build import AorticRoot, strength_sd_ratio
from openvalve.valve.root._result import RootInflation, WallPeak
from openvalve.valve.root._settle import settle_root
from openvalve.valve.root._stress import peak_of, reference_mm2, strength_shares, wall_stress_mpa
from openvalve.valve.root._wall_tables import (
    CONDUCTION_DEPTH_MM,
    CONDUCTION_WIDTH_MM,
    CONTAINED_MM2,
    RIGHT_NON_DEG,
)
from openvalve.valve.shell import Balloon as Surface
from openvalve.valve.shell import Load, State, forces_n

__all__ = ["conduction_shares", "inflate_root", "lumen_center_mm"]

Floats = NDArray[np.float64]
CLEAR_FRAC = 0.95  # of the way from the axis to the nearest wall, at which the balloon begins
SEAT_MM = (-60.0, 60.0)


def inflate_root(
    root: AorticRoot,
    balloon: Balloon,
    *,
    inflation_atm: Atm | None = None,
    seat_mm: Mm = 0.0,
    line_deg: float = 0.0,
) -> RootInflation:
    """Return what a full balloon does to the wall of a root.

    The balloon grows evenly to its shape at the pressure; the wall is elastic, so that the way
    there is of no matter. Its wire is slack: it lies in the middle of the lumen. The pressure of
    diastole stays.

    Parameters
    ----------
    inflation_atm : inside the balloon, 0.05 atm to the end of its chart; by default nominal, of an
        Inoue the end of its chart.
    seat_mm : height of the balloon's middle above the ring's plane, -60 to 60 mm.
    line_deg : direction of the line through two balloons.

    Raises
    ------
    InputError : a balloon wider than twice the ring, a pressure off its chart, a seat off the root.
    SolverError : the wall does not come to rest, or a number was lost.

    Limits    : no leaflets between balloon and wall; one wall all round, where the septum is muscle
        and the curtain to the mitral valve is thin; the inner face stands for the whole wall.
    Verified  : tests/physics/valve/root
    """
    _refuse(root, balloon, inflation_atm, seat_mm)
    surface = balloon_surface(balloon, seat_mm=seat_mm, line_deg=line_deg)
    own = surface.highest_atm if balloon.kind == "inoue" else balloon.nominal_atm
    reached = min(own if inflation_atm is None else inflation_atm, surface.highest_atm)
    grown = _growing(root, surface, reached)
    rest = np.full(2, root.rest_mmhg)

    def placed(state: State) -> Surface:
        return replace(grown, axes_mm=grown.axes_mm + lumen_center_mm(root, state.nodes_mm))

    def held(state: State) -> Load:
        return Load(pressure_mmhg=rest, balloon=replace(placed(state), stage=np.ones(2)))

    filling = Load(pressure_mmhg=rest, balloon=placed(root.rest))
    peak, phase = settle_root(
        root.shell, root.rest, filling, "inflate", across=root.across, follow=held
    )
    push = _push_n(root, peak, replace(held(peak), pressure_mmhg=np.zeros(2)))
    before, after = (state.nodes_mm[root.mesh.ring] for state in (root.rest, peak))
    return RootInflation(
        root=root,
        balloon=balloon,
        inflation_atm=reached,
        seat_mm=seat_mm,
        wall=_judged(root, peak),
        ring_stretch_ratio=_inside_mm2(after) / _inside_mm2(before),
        contact_n=float(push.sum()),
        conduction_n=float(push @ conduction_shares(root)),
        phases=(root.phase, phase),
        peak_nodes_mm=peak.nodes_mm,
    )


def _refuse(root: AorticRoot, balloon: Balloon, inflation_atm: Atm | None, seat_mm: Mm) -> None:
    refuse_balloon(balloon, annulus_mm=root.shape.annulus_mm, inflation_atm=inflation_atm)
    if not SEAT_MM[0] <= seat_mm <= SEAT_MM[1]:
        low, high = SEAT_MM
        item = InputItem(key="seat_mm", got=f"{seat_mm:g} mm", allowed=f"{low:g} to {high:g} mm")
        raise InputError([item])


def _judged(root: AorticRoot, peak: State) -> WallPeak:
    """Return how far the soft wall is stretched, and what it bears of what it can."""
    soft = root.mesh.triangles[root.soft]
    area = reference_mm2(root.shell)[root.soft]
    stress = wall_stress_mpa(root.shell, root.tissue, peak.nodes_mm)[root.soft]
    shares = strength_shares(stress, root.tissue, root.strength_ratio)
    stretch = areal_stretch(root.rest.nodes_mm, peak.nodes_mm, soft)
    x, y, z = root.rest.nodes_mm[soft[int(np.argmax(shares))]].mean(axis=0)
    over: Mm2 = float(area[shares >= 1.0].sum())
    worst, spread = peak_of(shares, area), strength_sd_ratio(root.shape.age_years)
    return WallPeak(
        areal_stretch_ratio=peak_of(stretch.each, area),
        stress_mpa=peak_of(stress[:, 0], area),
        stress_ratio=worst,
        direction_deg=float(np.degrees(np.arctan2(y, x)) % 360.0),
        height_mm=float(z),
        overstressed_mm2=over,
        ruptures=worst >= 1.0,
        rupture_prob=float(ndtr((worst * root.strength_ratio - 1.0) / spread)),
        contained=worst >= 1.0 and over < CONTAINED_MM2,
    )


def _growing(root: AorticRoot, surface: BalloonSurface, reached: Atm) -> Surface:
    """Return the balloon that grows evenly from the lumen to its shape at a pressure."""
    full = surface.profile(reached)
    wall = root.rest.nodes_mm
    clear = CLEAR_FRAC * float(np.linalg.norm(wall[:, :2], axis=1).min())
    widest = float(np.linalg.norm(full.axes_mm, axis=1).max() + full.radius_mm.max())
    begin = min(clear / widest, 1.0)
    mpa = reached * MMHG_PER_ATM / MMHG_PER_MPA
    return Surface(
        axes_mm=full.axes_mm,
        bottom_mm=float(full.z_mm[0]),
        spacing_mm=float(full.z_mm[1] - full.z_mm[0]),
        radius_mm=np.stack([begin * full.radius_mm, full.radius_mm], axis=1),
        pressure_mpa=np.full(2, mpa),
        stage=np.linspace(0.0, 1.0, 2),
    )


def lumen_center_mm(root: AorticRoot, nodes_mm: Floats) -> Floats:
    """Return the middle of the lumen from the outflow tract to the ring, (2,).

    Equation
    --------
    Mean over the rows of each one's centroid, sum of (p + q) (p x q) / 6 over its area.
    """
    rows = nodes_mm[: root.mesh.columns * (root.mesh.ring_row + 1), :2]
    p = rows.reshape(-1, root.mesh.columns, 2)
    q = np.roll(p, -1, axis=1)
    cross = p[..., 0] * q[..., 1] - p[..., 1] * q[..., 0]
    centers = ((p + q) * cross[..., None]).sum(axis=1) / (3.0 * cross.sum(axis=1))[:, None]
    return np.asarray(centers.mean(axis=0))


def conduction_shares(root: AorticRoot) -> Floats:
    """Return the share of each node's wall that lies over the conduction tissue, (n,).

    That is round the lower margin of the membranous septum.
    """
    x, y, z = root.mesh.nodes_mm.T
    radius = np.hypot(x, y)
    away = np.degrees(np.arctan2(y, x)) - RIGHT_NON_DEG
    away = radius * np.deg2rad((away + 180.0) % 360.0 - 180.0)
    cell = 2.0 * np.pi * radius / root.mesh.columns
    around = _overlap(away, cell, -0.5 * CONDUCTION_WIDTH_MM, 0.5 * CONDUCTION_WIDTH_MM)
    rows = z[:: root.mesh.columns]
    tall = np.repeat(np.gradient(rows), root.mesh.columns)
    low, high = CONDUCTION_DEPTH_MM
    return around * _overlap(z, tall, -high, -low)


def _overlap(at: Floats, wide: Floats, low: Mm, high: Mm) -> Floats:
    """Return the share of a length ``wide`` about each place that lies between two bounds."""
    inside = np.minimum(high, at + 0.5 * wide) - np.maximum(low, at - 0.5 * wide)
    return np.asarray(np.clip(inside / wide, 0.0, 1.0))


def _push_n(root: AorticRoot, peak: State, load: Load) -> Floats:
    """Return the balloon's push on each node, N, (n,)."""
    return np.asarray(np.linalg.norm(forces_n(root.shell, peak, load)[1], axis=1))


def _inside_mm2(loop: Floats) -> Mm2:
    """Return the area inside a loop, seen along the axis."""
    x, y = loop[:, 0], loop[:, 1]
    return 0.5 * abs(float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum()))
