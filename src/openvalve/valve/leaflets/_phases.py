"""Phases of an inflation: each ends at rest, or is lengthened, or refused with its ratios."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import SolverError
from openvalve.units import MMHG_PER_ATM, MMHG_PER_MPA, Atm, Frac, Ml, Mm, Mm2, Mmhg, Ratio
from openvalve.valve.balloon import BalloonSurface, waist_displaced_ml
from openvalve.valve.closing import OpenArea, open_area
from openvalve.valve.leaflets._build import LeafletValve
from openvalve.valve.leaflets._strength_tables import CLOSING_MMHG, STEPS_PER_EDGE2
from openvalve.valve.shell import Balloon, Load, Relaxation, Report, State
from openvalve.valve.shell._report import (
    CHANGE_MOST_FRAC,
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
    "flow_load",
    "hold_balloon",
    "inflate",
    "meeting",
    "orifice_mm2",
    "ramp_load",
    "relaxation",
    "settle",
    "settled",
]

Floats = NDArray[np.float64]
FOLDED_MM = 0.5  # radius that every orifice lets through
UNFOLDING_ROWS = 12
CHUNKS = 12  # of the ramp: points of the pressure-diameter curve
# Steps of filling, emptying, a pressure that rises, a usual hold, and between looks at a hold, over
# ``STEPS_PER_EDGE2`` times the square of edges across. Ramps four times as slow moved the area
# after of three valves by -4, 0 and +3 %, as another mesh does; with ramps half as long one
# calcified hinge in thirty more cracks. A closing pressure is damped by the way of many steps: in
# half the steps that the last step's damping was given, three valves open to 0.7 % of where a ramp
# eight times as slow as that leaves them, not 1.8 %.
RAMP_PARTS, DEFLATE_PARTS, LOAD_PARTS, HOLD_PARTS, LOOK_PARTS = 0.75, 0.35, 0.35, 0.35, 0.04
MASS_RATIO: Ratio = 1.0  # the least that row sums call stable; 2.4 times what a valve's modes ask
# Least damping times the square of edges across: the slowest way of a valve asks for 6, of a split
# one for 3.
CALM = 2.0
# A hold ends where the change over a third of a usual one, later over a share of all steps, is
# small, so that a slow shape is not taken for one at rest; at most so many usual holds.
MOST_HOLDS, LONGEST_HOLD, THIRDS, OF_ALL = 40, 8, 3, 15
NEARLY: Ratio = 5.0  # times the change that may be left where more is to come
# A folded balloon still pushes aside what it touches: least of its last pressure [K; 0.02 to 0.1].
LEAST_OF_TARGET_FRAC = 0.05
# What leaflets overlap by where the closing pressure presses them together, whatever it is: a tenth
# of a thickness or less. Stiffer contact makes crumpled leaflets tremble [K; 0.02 to 0.2 mm].
OVERLAP_MM: Mm = 0.07
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
    volume_ml : inside, less what the waist takes.
    free_mm, waist_mm : diameter of the free balloon, and of the circle of the orifice it is in.
    torn_frac : (seams,) torn share of each seam.
    nodes_mm : (n, 3) of the mesh.
    """

    inflation_atm: Atm
    volume_ml: Ml
    free_mm: Mm
    waist_mm: Mm
    torn_frac: tuple[Frac, ...]
    nodes_mm: Floats


def _steps(valve: LeafletValve, parts: float) -> int:
    across = valve.mesh.annulus_mm / valve.edge_mm
    return max(30, int(parts * STEPS_PER_EDGE2 * across**2))


def way_mm(valve: LeafletValve, nodes_mm: Floats, report: Report) -> Mm:
    """Return the root mean square way that a report's change stands for."""
    far = np.sqrt(((nodes_mm - valve.shell.nodes_mm) ** 2).sum(axis=1).mean())
    return float(report.change_frac * far)


def settled(valve: LeafletValve, nodes_mm: Floats, report: Report, loose: Ratio = 1.0) -> bool:
    """Return whether a shape may be used: by its report, or because it barely moves at all.

    ``loose`` : how many times the change that may be left.
    """
    return (
        report.kinetic_ratio < KINETIC_MOST_RATIO
        and report.residual_ratio < RESIDUAL_MOST_RATIO
        and report.imbalance_frac < IMBALANCE_MOST_FRAC
        and (
            report.change_frac < loose * CHANGE_MOST_FRAC
            or way_mm(valve, nodes_mm, report) < loose * STILL_MM
        )
    )


def relaxation(valve: LeafletValve, state: State) -> Relaxation:
    """Return a run of a valve that begins at a state."""
    return Relaxation(
        valve.shell,
        state,
        mass_ratio=MASS_RATIO,
        damping_floor_ratio=CALM / (valve.mesh.annulus_mm / valve.edge_mm) ** 2,
    )


def settle(
    valve: LeafletValve,
    run: Relaxation,
    load: Load | Callable[[State], tuple[Load, bool]],
    name: str,
    *,
    nearly: bool = False,
) -> tuple[State, Phase]:
    """Hold a load until the valve rests: it is looked at often, and the hold ends as it does.

    Rest is asked for over a third of a usual hold, and later over a share of all steps, so that a
    slow shape is not taken for one at rest.

    Parameters
    ----------
    run : goes on.
    load : or what gives it anew after each third of a usual hold, and says whether it is what the
        shape asks for.
    nearly : a shape on the way, which may still move ``NEARLY`` times as far.

    Raises
    ------
    SolverError : it does not within ``MOST_HOLDS`` holds; with its ratios.
    """
    hold, look = _steps(valve, HOLD_PARTS), _steps(valve, LOOK_PARTS)
    looks, third = MOST_HOLDS * hold // look, -(-hold // THIRDS // look)
    marks, unfit = [run.mark()], 0
    for done in range(1, looks + 1):
        if isinstance(load, Load):
            now, fits = load, True
        elif (done - 1) % third == 0:
            now, fits = load(run.state)
        if done % (THIRDS * third) == 0:
            run.forget_sides()
        run.advance(now, look)
        marks.append(run.mark())
        unfit = unfit if fits else done - 1
        begin = done - min(max(third, done // OF_ALL), LONGEST_HOLD * third)
        if begin < unfit:
            continue
        report = run.report(marks[begin])
        if settled(valve, run.nodes_mm, report, NEARLY if nearly else 1.0):
            return run.state, Phase(name=name, report=report, settled=True)
    report = run.report(marks[-1 - third])
    raise SolverError(
        f"leaflets: {name} does not settle in {run.steps} steps",
        state={
            "kinetic_ratio": report.kinetic_ratio,
            "residual_ratio": report.residual_ratio,
            "change_frac": report.change_frac,
            "imbalance_frac": report.imbalance_frac,
            "way_mm": way_mm(valve, run.nodes_mm, report),
        },
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Stages:
    """A balloon from folded to a pressure.

    Attributes
    ----------
    surface : the free balloon.
    balloon : as the shell reads it; its table of stages runs from folded to full.
    pressures_atm : (stages,) inside; 0 while it unfolds.
    axes_mm : (a, 2) of its axes from the middle of the orifice.
    """

    surface: BalloonSurface
    balloon: Balloon
    pressures_atm: Floats
    axes_mm: Floats

    def centred(self, valve: LeafletValve, state: State) -> "Stages":
        """Return the balloon in the middle of the orifice: its wire is slack."""
        seen = _seen(valve, state)
        if not seen.openings:
            return self
        axes = self.axes_mm + np.array(seen.openings[0].center_mm)
        return replace(self, balloon=replace(self.balloon, axes_mm=axes))

    def over(self, stage: Floats) -> Load:
        """Return the load of a balloon that runs through stages."""
        return Load(balloon=replace(self.balloon, stage=stage))

    def held(self) -> Load:
        """Return the load of the full balloon."""
        return self.over(self.balloon.stage[-1:].repeat(2))

    def emptied(self) -> Load:
        """Return the load of a balloon that is emptied over the run."""
        return self.over(self.balloon.stage[::-1].copy())

    def row_of(self, inflation_atm: Atm) -> float:
        """Return the stage of a pressure; 0, folded, where there is none."""
        if inflation_atm <= 0.0:
            return 0.0
        rows = np.arange(len(self.pressures_atm))
        return float(np.interp(inflation_atm, self.pressures_atm, rows))

    def point(self, valve: LeafletValve, state: State, row: float) -> Point:
        """Return what is seen at a stage, a fraction of the way between two rows."""
        low = min(int(row), self.balloon.radius_mm.shape[1] - 2)
        mix = row - low
        table = self.balloon.radius_mm
        radius = (1.0 - mix) * table[:, low] + mix * table[:, low + 1]
        atm = float(np.interp(row, np.arange(len(self.pressures_atm)), self.pressures_atm))
        free = 2.0 * float(np.sqrt((radius.max(axis=1) ** 2).sum()))
        waist = min(free, 2.0 * float(np.sqrt(orifice_mm2(valve, state) / np.pi)))
        volume = float(np.trapezoid(np.pi * radius**2, self.surface.grid_mm, axis=1).sum()) / 1000.0
        if atm > 0.0:
            volume -= waist_displaced_ml(self.surface, atm, self.lumen_mm(valve, state))
        return Point(
            inflation_atm=atm,
            volume_ml=volume,
            free_mm=free,
            waist_mm=waist,
            torn_frac=tuple(valve.torn_frac(state.opening_mm).tolist()),
            nodes_mm=state.nodes_mm[: valve.count].copy(),
        )

    def lumen_mm(self, valve: LeafletValve, state: State) -> Floats:
        """Return the radius that the valve leaves to each section of the balloon, (heights,)."""
        edges = np.concatenate(valve.mesh.free_edges)
        height: Mm = float(state.nodes_mm[edges, 2].mean()) - self.surface.seat_mm
        lumen = np.full(len(self.surface.grid_mm), np.inf)
        nearest = int(np.argmin(np.abs(self.surface.grid_mm - height)))
        parts = len(self.axes_mm)
        lumen[nearest] = max(np.sqrt(orifice_mm2(valve, state) / (np.pi * parts)), FOLDED_MM)
        return lumen


def balloon_stages(valve: LeafletValve, surface: BalloonSurface, target_atm: Atm) -> Stages:
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
        edge=valve.free_edge,
    )
    return Stages(
        surface=surface, balloon=made, pressures_atm=pressures, axes_mm=last.axes_mm.copy()
    )


def _seen(valve: LeafletValve, state: State) -> OpenArea:
    mesh = valve.mesh
    return open_area(state.nodes_mm[: valve.count], mesh.triangles, mesh.ring)


def orifice_mm2(valve: LeafletValve, state: State) -> Mm2:
    """Return the area that the leaflets leave open."""
    return _seen(valve, state).area_mm2


def inflate(
    valve: LeafletValve, state: State, stages: Stages, *, begin_atm: Atm = 0.0
) -> tuple[State, tuple[Point, ...], int]:
    """Fill the balloon from a pressure, 0 folded; return points on the way and steps made.

    It follows the middle of the orifice. The valve need not rest at the end.
    """
    table = stages.balloon.stage
    first = stages.row_of(begin_atm)
    table = np.concatenate([[first], table[table > first]])
    share = (table[-1] - first) / max(float(table[-1]), 1e-9)
    chunks = max(2, round(CHUNKS * share))
    steps = max(30, _steps(valve, RAMP_PARTS) // CHUNKS)
    points, run = [], relaxation(valve, state)
    at = np.linspace(0.0, len(table) - 1.0, chunks + 1)
    index = np.arange(len(table), dtype=np.float64)
    for begin, end in pairwise(at):
        piece = np.interp(np.linspace(begin, end, 9), index, table)
        run.advance(stages.centred(valve, run.state).over(piece), steps)
        points.append(stages.point(valve, run.state, float(piece[-1])))
    return run.state, tuple(points), run.steps


def hold_balloon(
    valve: LeafletValve, state: State, stages: Stages, *, nearly: bool = False
) -> tuple[State, Phase, Stages]:
    """Hold the full balloon until the valve rests; it follows the middle of the orifice.

    About a fixed axis an orifice is not stable: the longer side, farther away, is pushed harder, so
    that an orifice that stays narrow would slip off sideways.

    Raises
    ------
    SolverError : it does not rest; with its ratios.
    """
    state, phase = settle(
        valve,
        relaxation(valve, state),
        lambda now: (stages.centred(valve, now).held(), True),
        "inflate",
        nearly=nearly,
    )
    return state, phase, stages.centred(valve, state)


def flow_load(valve: LeafletValve, pressure_mmhg: Mmhg, area_mm2: Mm2) -> Load:
    """Return the load of blood that flows through an orifice.

    Equation
    --------
    Of the drop there acts 1 - (a0 / a)^2 at each triangle, a the lumen there, straight from ring to
    edge in radius: what flow still has as pressure when it speeds up towards it (Bernoulli).
    """
    mesh = valve.mesh
    ring = 0.5 * mesh.annulus_mm
    edge = min(float(np.sqrt(area_mm2 / np.pi)), ring)
    radius = ring + (edge - ring) * mesh.place[:, 1]
    share = np.asarray(np.clip(1.0 - (edge / radius) ** 4, 0.0, 1.0))
    return Load(pressure_mmhg=np.full(2, pressure_mmhg), face_share=share)


def deflate(valve: LeafletValve, state: State, stages: Stages) -> tuple[State, Phase]:
    """Empty the balloon; the valve springs back, but need not rest until it is loaded again.

    Leaflets meet from here on: one that has come to lie on the wrong side of another never closes.
    """
    run = relaxation(valve, state)
    begin = run.mark()
    run.advance(meeting(valve, stages.emptied()), _steps(valve, DEFLATE_PARTS), calm=False)
    report = run.report(begin)
    empty = run.state
    return empty, Phase(
        name="deflate", report=report, settled=settled(valve, empty.nodes_mm, report)
    )


def meeting(valve: LeafletValve, load: Load) -> Load:
    """Return a load under which leaflets meet."""
    stiffness = CLOSING_MMHG[valve.shape.valve] / MMHG_PER_MPA / OVERLAP_MM
    return replace(load, sheets=valve.sheets, sheet_mpa_mm=stiffness)


def ramp_load(valve: LeafletValve, state: State, load: Load) -> Relaxation:
    """Apply a load that changes over its steps; the run goes on, the valve need not rest yet."""
    run = relaxation(valve, state)
    run.advance(load, _steps(valve, LOAD_PARTS))
    return run
