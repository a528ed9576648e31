"""Phases of an inflation: each ends at rest, or is lengthened, or refused with its ratios."""

from dataclasses import dataclass, replace
from itertools import pairwise

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
    "Stages",
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
# A folded balloon still pushes aside what it touches: least of its last pressure [K; 0.02 to 0.1].
LEAST_OF_TARGET_FRAC = 0.05
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Stages:
    """A balloon from folded to a pressure.

    Attributes
    ----------
    balloon : as the shell reads it; its table of stages runs from folded to full.
    pressures_atm : (stages,) inside; 0 while it unfolds.
    """

    balloon: Balloon
    pressures_atm: Floats

    def held(self) -> Load:
        """Return the load of the full balloon."""
        return Load(balloon=replace(self.balloon, stage=self.balloon.stage[-1:].repeat(2)))

    def emptied(self) -> Load:
        """Return the load of a balloon that is emptied over the run."""
        return Load(balloon=replace(self.balloon, stage=self.balloon.stage[::-1].copy()))

    def point(self, valve: LeafletValve, state: State, inflation_atm: Atm) -> Point:
        """Return what is seen at a pressure."""
        rows = np.arange(len(self.pressures_atm))
        stage = float(np.interp(inflation_atm, self.pressures_atm, rows))
        return self.point_at(valve, state, stage)

    def point_at(self, valve: LeafletValve, state: State, stage: float) -> Point:
        """Return what is seen at a stage, a fraction of the way between two rows."""
        widths = np.sqrt((self.balloon.radius_mm.max(axis=2) ** 2).sum(axis=0))
        rows = np.arange(len(widths))
        free = 2.0 * float(np.interp(stage, rows, widths))
        inside = 2.0 * float(np.sqrt(orifice_mm2(valve, state) / np.pi))
        return Point(
            inflation_atm=float(np.interp(stage, rows, self.pressures_atm)),
            free_mm=free,
            waist_mm=min(free, inside),
            torn_frac=tuple(valve.torn_frac(state.opening_mm).tolist()),
        )


def balloon_stages(surface: BalloonSurface, target_atm: Atm) -> Stages:
    """Return the balloon from folded to its pressure.

    Radii grow from a thread to the first row of the chart at next to no pressure, then by the
    chart; the table of stages is even in the mean of diameter and pressure.
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
    progress = 0.5 * wide / wide[-1] + 0.5 * pressures / target_atm
    progress = np.maximum.accumulate(progress) + 1e-9 * np.arange(len(progress))
    even = np.linspace(progress[0], progress[-1], 64)
    least = LEAST_OF_TARGET_FRAC * target_atm
    made = Balloon(
        axes_mm=last.axes_mm,
        bottom_mm=float(last.z_mm[0]),
        spacing_mm=float(last.z_mm[1] - last.z_mm[0]),
        radius_mm=np.ascontiguousarray(radius.transpose(1, 0, 2)),
        pressure_mpa=np.maximum(pressures, least) * MMHG_PER_ATM / MMHG_PER_MPA,
        stage=np.interp(even, progress, np.arange(len(progress))),
    )
    return Stages(balloon=made, pressures_atm=pressures)


def orifice_mm2(valve: LeafletValve, state: State) -> Mm2:
    """Return the area that the leaflets leave open."""
    mesh = valve.mesh
    seen = open_area(state.nodes_mm[: valve.count], mesh.triangles, mesh.ring)
    return seen.area_mm2


def inflate(
    valve: LeafletValve, state: State, stages: Stages, *, begin_atm: Atm = 0.0
) -> tuple[State, tuple[Point, ...], int]:
    """Fill the balloon from a pressure, 0 folded; return points on the way and steps made.

    The valve need not rest at the end.
    """
    table = stages.balloon.stage
    rows = np.arange(len(stages.pressures_atm))
    first = float(np.interp(begin_atm, stages.pressures_atm, rows)) if begin_atm > 0.0 else 0.0
    table = np.concatenate([[first], table[table > first]])
    share = (table[-1] - first) / max(float(table[-1]), 1e-9)
    chunks = max(2, round(CHUNKS * share))
    steps = max(30, _steps(valve, RAMP_PARTS) // CHUNKS)
    points = []
    at = np.linspace(0.0, len(table) - 1.0, chunks + 1)
    index = np.arange(len(table), dtype=np.float64)
    for begin, end in pairwise(at):
        piece = np.interp(np.linspace(begin, end, 9), index, table)
        load = Load(balloon=replace(stages.balloon, stage=piece))
        state, _ = relax(valve.shell, state, load, Control(steps=steps))
        points.append(stages.point_at(valve, state, float(piece[-1])))
    return state, tuple(points), chunks * steps


def deflate(valve: LeafletValve, state: State, stages: Stages) -> tuple[State, Phase]:
    """Empty the balloon; the valve springs back, but need not rest until it is loaded again."""
    steps = _steps(valve, DEFLATE_PARTS)
    state, report = relax(valve.shell, state, stages.emptied(), Control(steps=steps))
    return state, Phase(name="deflate", report=report, settled=settled(valve, state, report))


def ramp_load(valve: LeafletValve, state: State, load: Load) -> State:
    """Apply a load that changes over the run; the valve need not rest at its end."""
    return relax(valve.shell, state, load, Control(steps=_steps(valve, RAMP_PARTS)))[0]
