"""Phases of an inflation: each ends at rest, or is lengthened, or refused with its ratios."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import SolverError
from openvalve.units import MMHG_PER_MPA, Atm, Mm, Mm2, Mmhg, Ratio
from openvalve.valve.leaflets._build import LeafletValve
from openvalve.valve.leaflets._stages import Point, Stages
from openvalve.valve.leaflets._strength_tables import CLOSING_MMHG
from openvalve.valve.shell import Load, Relaxation, Report, State
from openvalve.valve.shell._report import (
    CHANGE_MOST_FRAC,
    IMBALANCE_MOST_FRAC,
    KINETIC_MOST_RATIO,
    RESIDUAL_MOST_RATIO,
)

__all__ = [
    "MASS_RATIO",
    "Phase",
    "deflate",
    "flow_load",
    "hold_balloon",
    "inflate",
    "meeting",
    "ramp_load",
    "relaxation",
    "settle",
    "settled",
]

Floats = NDArray[np.float64]
CHUNKS = 12  # of a filling: points of the pressure-diameter curve
# Steps of a piece of filling, of emptying, a pressure that rises, a usual hold, and between looks
# at it: with tied masses the slowest way of a valve takes 50 to 200 steps whatever its mesh. Half a
# hold more moves no area of four valves by more than 0.2 %; half as long a one ends two of them
# 10 % off. Pieces of filling half as long move 25 areas by 0.1 % in the middle, SD 3 %
# (docs/mechanics.md). A thin torn dome folds as chance has it: nine ways of pacing leave 1.09 to
# 1.45 cm2.
FILL_STEPS, DEFLATE_STEPS, LOAD_STEPS, HOLD_STEPS, LOOK_STEPS = 60, 300, 300, 600, 34
MASS_RATIO: Ratio = 1.0  # the least that row sums call stable; at 0.8 a calcific valve trembles
CALM: Ratio = 0.02  # least damping: the slowest way asks for 0.02 to 0.15
# The same while a pressure rises: a valve that snaps through is then not carried past its rest, as
# a dome that is pressed shut would be turned over. 0.3 to 0.7
SLOW: Ratio = 0.5
# A hold ends where the change over a third of a usual one, later over a share of all steps, is
# small, so that a slow shape is not taken for one at rest; at most so many usual holds.
MOST_HOLDS, LONGEST_HOLD, THIRDS, OF_ALL = 40, 8, 3, 15
NEARLY: Ratio = 5.0  # times the change that may be left where more is to come
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
    report : of its last run, all steps of the phase counted; of a closing that was begun anew,
        those of the try that came to rest.
    settled : whether its shape may be used; a ramp on the way does not have to be.
    """

    name: str
    report: Report
    settled: bool


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


def relaxation(valve: LeafletValve, state: State, mass_ratio: Ratio = MASS_RATIO) -> Relaxation:
    """Return a run of a valve that begins at a state."""
    return Relaxation(
        valve.shell, state, mass_ratio=mass_ratio, damping_floor_ratio=CALM, tied=True
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
    looks = MOST_HOLDS * HOLD_STEPS // LOOK_STEPS
    third = -(-HOLD_STEPS // THIRDS // LOOK_STEPS)
    marks, unfit = [run.mark()], 0
    for done in range(1, looks + 1):
        if isinstance(load, Load):
            now, fits = load, True
        elif (done - 1) % third == 0:
            now, fits = load(run.state)
        run.advance(now, LOOK_STEPS)
        if done % third == 0 and done >= THIRDS * third:
            run.keep()  # a jolt is over; what follows a shape in both directions may never rest
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
            **report.ratios,
            "way_mm": way_mm(valve, run.nodes_mm, report),
        },
    )


def inflate(
    valve: LeafletValve, state: State, stages: Stages, *, begin_atm: Atm = 0.0
) -> tuple[State, tuple[Point, ...], int]:
    """Fill the balloon from a pressure, 0 folded; return points on the way and steps made.

    It is filled in pieces, each of which ends where the valve all but rests; only what it is there
    lasts: tears, cracks and set of a shape that is thrown past its rest do not. The valve need not
    rest at the end.
    """
    table = stages.balloon.stage
    first = stages.row_of(begin_atm)
    table = np.concatenate([[first], table[table > first]])
    share = (table[-1] - first) / max(float(table[-1]), 1e-9)
    chunks = max(2, round(CHUNKS * share))
    points, run = [], relaxation(valve, state)
    at = np.linspace(0.0, len(table) - 1.0, chunks + 1)
    index = np.arange(len(table), dtype=np.float64)
    for begin, end in pairwise(at):
        piece = np.interp(np.linspace(begin, end, 9), index, table)
        run.advance(stages.over(piece), FILL_STEPS)
        _calm_down(valve, run, stages.over(piece[-1:].repeat(2)))
        run.keep()
        points.append(stages.point(valve, run.state, float(piece[-1])))
    return run.state, tuple(points), run.steps


def _calm_down(valve: LeafletValve, run: Relaxation, load: Load) -> None:
    """Hold a load until the valve all but rests, at most for a usual hold."""
    for _ in range(HOLD_STEPS // LOOK_STEPS):
        since = run.mark()
        run.advance(load, LOOK_STEPS)
        if settled(valve, run.nodes_mm, run.report(since), NEARLY):
            return


def hold_balloon(
    valve: LeafletValve, state: State, stages: Stages, *, nearly: bool = False
) -> tuple[State, Phase]:
    """Hold the full balloon until the valve rests.

    Raises
    ------
    SolverError : it does not rest; with its ratios.
    """
    return settle(valve, relaxation(valve, state), stages.held(), "inflate", nearly=nearly)


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
    run.advance(meeting(valve, stages.emptied()), DEFLATE_STEPS, damping_floor_ratio=SLOW)
    report = run.report(begin)
    empty = run.state
    return empty, Phase(
        name="deflate", report=report, settled=settled(valve, empty.nodes_mm, report)
    )


def meeting(valve: LeafletValve, load: Load) -> Load:
    """Return a load under which leaflets meet."""
    stiffness = CLOSING_MMHG[valve.shape.valve] / MMHG_PER_MPA / OVERLAP_MM
    return replace(load, sheets=valve.sheets, sheet_mpa_mm=stiffness)


def ramp_load(
    valve: LeafletValve, state: State, load: Load, mass_ratio: Ratio = MASS_RATIO
) -> Relaxation:
    """Apply a load that changes over its steps; the run goes on, the valve need not rest yet."""
    run = relaxation(valve, state, mass_ratio)
    run.advance(load, LOAD_STEPS, damping_floor_ratio=SLOW)
    return run
