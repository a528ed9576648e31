"""Phases of an inflation: each ends at rest, or is lengthened, or refused with its ratios."""

import itertools
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import SolverError
from openvalve.units import MMHG_PER_ATM, MMHG_PER_MPA, Atm, Frac, Mm, Mm2
from openvalve.valve.balloon import BalloonSurface
from openvalve.valve.closing import open_area
from openvalve.valve.leaflets._build import LeafletValve
from openvalve.valve.leaflets._strength_tables import STEPS_AT_1_MM
from openvalve.valve.shell import Balloon, Control, Load, Report, State, relax
from openvalve.valve.shell._report import (
    IMBALANCE_MOST_FRAC,
    KINETIC_MOST_RATIO,
    RESIDUAL_MOST_RATIO,
)

__all__ = [
    "Phase",
    "Point",
    "balloon_stages",
    "deflate",
    "inflate",
    "orifice_mm2",
    "ramp_load",
    "settle",
    "settled",
]

Floats = NDArray[np.float64]
FOLDED_MM = 0.5  # radius that every orifice lets through
UNFOLDING_ROWS = 12
CHUNKS = 12  # of the ramp: points of the pressure-diameter curve
RAMP_PARTS, DEFLATE_PARTS, HOLD_PARTS = 1.5, 0.75, 0.5  # of the steps at this edge
MOST_HOLDS = 16
# A shape that hardly left the unloaded one never passes a share of its way: this rest of the root
# mean square way in a third of a hold is at rest too, mm [K; 0.001 to 0.01]
STILL_MM: Mm = 0.004


@dataclass(frozen=True, kw_only=True, slots=True)
class Phase:
    """One phase and how it ended.

    Attributes
    ----------
    name : inflate, deflate, open or close.
    report : of its last run, all steps of the phase counted.
    settled : whether its shape may be used; a ramp on the way does not have to be.
    """

    name: str
    report: Report
    settled: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """One point of an inflation.

    Attributes
    ----------
    inflation_atm : pressure inside.
    free_mm, waist_mm : diameter of the free balloon, and of the circle of the orifice it is in.
    torn_frac : (seams,) torn share of each seam.
    """

    inflation_atm: Atm
    free_mm: Mm
    waist_mm: Mm
    torn_frac: tuple[Frac, ...]


def _steps(valve: LeafletValve, parts: float) -> int:
    return max(300, int(parts * STEPS_AT_1_MM / valve.edge_mm**2))


def way_mm(valve: LeafletValve, state: State, report: Report) -> Mm:
    """Return the root mean square way in the last third of a run."""
    far = np.sqrt(((state.nodes_mm - valve.shell.nodes_mm) ** 2).sum(axis=1).mean())
    return float(report.change_frac * far)


def settled(valve: LeafletValve, state: State, report: Report) -> bool:
    """Return whether a shape may be used: by its report, or because it barely moves at all."""
    return report.settled or (
        report.kinetic_ratio < KINETIC_MOST_RATIO
        and report.residual_ratio < RESIDUAL_MOST_RATIO
        and report.imbalance_frac < IMBALANCE_MOST_FRAC
        and way_mm(valve, state, report) < STILL_MM
    )


def settle(
    valve: LeafletValve, state: State, load: Load, name: str, *, most: int = MOST_HOLDS
) -> tuple[State, Phase]:
    """Hold a load until the valve rests.

    Raises
    ------
    SolverError : it does not within ``most`` holds; with its ratios.
    """
    control = Control(steps=_steps(valve, HOLD_PARTS))
    done = 0
    for _ in range(most):
        state, report = relax(valve.shell, state, load, control)
        done += control.steps
        if settled(valve, state, report):
            return state, Phase(name=name, report=replace(report, steps=done), settled=True)
    raise SolverError(
        f"leaflets: {name} does not settle in {done} steps",
        state={
            "kinetic_ratio": report.kinetic_ratio,
            "residual_ratio": report.residual_ratio,
            "change_frac": report.change_frac,
            "imbalance_frac": report.imbalance_frac,
            "way_mm": way_mm(valve, state, report),
        },
    )


def balloon_stages(surface: BalloonSurface, target_atm: Atm) -> tuple[Balloon, Floats]:
    """Return the balloon from folded to its pressure, and the pressure of each stage, atm.

    Radii grow from a thread to the shape of the first chart row that has half the final diameter,
    at next to no pressure, then by the chart; stages are even in the mean of diameter and pressure.
    """
    table = surface.table(32)
    last = surface.profile(target_atm)
    below = table.pressures_atm < target_atm - 1e-9
    pressures = np.append(table.pressures_atm[below], target_atm)
    radius = np.concatenate([table.radius_mm[below], last.radius_mm[None]])
    scale = np.linspace(0.0, 1.0, UNFOLDING_ROWS, endpoint=False)[:, None, None]
    folded = np.minimum(radius[:1], FOLDED_MM)
    radius = np.concatenate([folded + scale * (radius[:1] - folded), radius])
    pressures = np.concatenate([np.zeros(UNFOLDING_ROWS), pressures])
    wide = radius.max(axis=(1, 2))
    progress = 0.5 * wide / wide[-1] + 0.5 * pressures / max(target_atm, 1e-9)
    progress = np.maximum.accumulate(progress) + 1e-9 * np.arange(len(progress))
    even = np.linspace(progress[0], progress[-1], 64)
    stage = np.interp(even, progress, np.arange(len(progress)))
    least = 0.05 * target_atm  # a folded balloon still pushes aside what it touches
    made = Balloon(
        axes_mm=last.axes_mm,
        bottom_mm=float(last.z_mm[0]),
        spacing_mm=float(last.z_mm[1] - last.z_mm[0]),
        radius_mm=np.ascontiguousarray(radius.transpose(1, 0, 2)),
        pressure_mpa=np.maximum(pressures, least) * MMHG_PER_ATM / MMHG_PER_MPA,
        stage=stage,
    )
    return made, pressures


def _point(valve: LeafletValve, state: State, balloon: Balloon, stage: float, atm: Atm) -> Point:
    low = int(stage)
    high = min(low + 1, balloon.radius_mm.shape[1] - 1)
    mix = stage - low
    shape = (1.0 - mix) * balloon.radius_mm[:, low] + mix * balloon.radius_mm[:, high]
    free = 2.0 * float(np.sqrt((shape.max(axis=1) ** 2).sum()))
    area = orifice_mm2(valve, state)
    return Point(
        inflation_atm=atm,
        free_mm=free,
        waist_mm=min(free, 2.0 * float(np.sqrt(area / np.pi))),
        torn_frac=tuple(valve.torn_frac(state.opening_mm).tolist()),
    )


def orifice_mm2(valve: LeafletValve, state: State) -> Mm2:
    """Return the area that the leaflets leave open."""
    mesh = valve.mesh
    seen = open_area(state.nodes_mm[: valve.count], mesh.triangles, mesh.ring)
    return seen.area_mm2


def inflate(
    valve: LeafletValve, state: State, balloon: Balloon, pressures_atm: Floats
) -> tuple[State, Phase, tuple[Point, ...]]:
    """Fill the balloon, hold it until the valve rests; points from folded to held."""
    steps = max(30, _steps(valve, RAMP_PARTS) // CHUNKS)
    table = balloon.stage
    points, done = [], 0
    at = np.linspace(0.0, len(table) - 1.0, CHUNKS + 1)
    index = np.arange(len(table), dtype=np.float64)
    for begin, end in itertools.pairwise(at):
        piece = np.interp(np.linspace(begin, end, 9), index, table)
        load = Load(balloon=replace(balloon, stage=piece))
        state, report = relax(valve.shell, state, load, Control(steps=steps))
        done += report.steps
        inside = float(np.interp(piece[-1], np.arange(len(pressures_atm)), pressures_atm))
        points.append(_point(valve, state, balloon, float(piece[-1]), inside))
    held = Load(balloon=replace(balloon, stage=table[-1:].repeat(2)))
    state, phase = settle(valve, state, held, "inflate")
    points.append(_point(valve, state, balloon, float(table[-1]), float(pressures_atm[-1])))
    total = replace(phase.report, steps=done + phase.report.steps)
    return state, replace(phase, report=total), tuple(points)


def deflate(valve: LeafletValve, state: State, balloon: Balloon) -> tuple[State, Phase]:
    """Empty the balloon; the valve springs back, but need not rest until it is loaded again."""
    load = Load(balloon=replace(balloon, stage=balloon.stage[::-1].copy()))
    state, report = relax(valve.shell, state, load, Control(steps=_steps(valve, DEFLATE_PARTS)))
    return state, Phase(name="deflate", report=report, settled=settled(valve, state, report))


def ramp_load(valve: LeafletValve, state: State, load: Load) -> State:
    """Apply a load that changes over the run; the valve need not rest at its end."""
    return relax(valve.shell, state, load, Control(steps=_steps(valve, RAMP_PARTS)))[0]
