"""What the valve is after a balloon: how far it opens under flow, how it closes, what is torn."""

from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import SolverError
from openvalve.units import Atm, Deg, Frac, Mm, Mm2, Mmhg, Ratio
from openvalve.valve._cohort import GRADIENT_POWER
from openvalve.valve.closing import Leak, contraction_ratio, funnel_of, leak_area, open_area
from openvalve.valve.leaflets._build import LeafletValve
from openvalve.valve.leaflets._phases import (
    MASS_RATIO,
    Phase,
    flow_load,
    meeting,
    ramp_load,
    relaxation,
    settle,
)
from openvalve.valve.leaflets._stages import Point, orifice_mm2
from openvalve.valve.leaflets._strength_tables import (
    CLOSING_MMHG,
    LEAK_CONTRACTION_RATIO,
    OPENING_MMHG,
)
from openvalve.valve.shell import Load, Shell, State, start

__all__ = [
    "Beaten",
    "Closed",
    "Opened",
    "SeamSplit",
    "beat",
    "beating",
    "close_valve",
    "first_beat",
    "open_valve",
    "ring_diameter_mm",
    "seam_splits",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
# The gradient after follows the orifice; at rest it is what the orifice asks for, to 5 %.
SAME_LOG, SMALLEST_MM2 = 0.05, 1.0
# The pressure of flow begins at this part of the usual one and rises by at most this much in each
# third of a hold. From 0.2 by 1.15 eleven areas are the same within 1.1 %; of two thin domes one is
# 11 % off.
RISE_FROM, RISE = 0.4, 1.25
# Masses of a closing that are tried one after the other, over the usual ones: crumpled leaflets may
# tremble on the way that light masses take and rest on that of heavy ones.
TRIED = (1.0, 2.0, 4.0)
SPLIT_FRAC = 0.02  # of a seam's length: less is no split that anyone sees


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """A valve held open by flow.

    Attributes
    ----------
    nodes_mm : (n, 3) of the mesh.
    pressure_mmhg : upstream less downstream.
    area_anatomic_mm2 : visible along the axis; ``area_effective_mm2`` : of the jet.
    contraction_ratio, half_angle_deg, axis_ratio : of the funnel and orifice behind it.
    wall_torn : a leaflet is off its wall, or the two ways of measuring disagree.
    """

    nodes_mm: Floats
    pressure_mmhg: Mmhg
    area_anatomic_mm2: Mm2
    area_effective_mm2: Mm2
    contraction_ratio: Ratio
    half_angle_deg: Deg
    axis_ratio: Ratio
    wall_torn: bool
    phase: Phase


@dataclass(frozen=True, kw_only=True, slots=True)
class Closed:
    """A valve pressed shut.

    Attributes
    ----------
    nodes_mm : (n, 3) of the mesh; pressure_mmhg : downstream less upstream.
    leak : geometric, with its places; ``eroa_mm2`` : the jet's.
    """

    nodes_mm: Floats
    pressure_mmhg: Mmhg
    leak: Leak
    eroa_mm2: Mm2
    phase: Phase


@dataclass(frozen=True, kw_only=True, slots=True)
class SeamSplit:
    """What became of one commissure or raphe, or of all the calcium.

    Attributes
    ----------
    kind : commissure, raphe or calcium; direction_deg : where its middle lies about the axis.
    length_mm, torn_mm, torn_frac : of the seam and of its torn part, from the orifice outward.
    split_atm : pressure at which half of what tore in this inflation had torn; None if nothing did.
    """

    kind: str
    direction_deg: Deg
    length_mm: Mm
    torn_mm: Mm
    torn_frac: Frac
    split_atm: Atm | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Beaten:
    """The first beat of an unloaded valve: shell it was of, state after it, and what was seen."""

    shell: Shell
    state: State
    closed: Closed
    opened: Opened


def measure_open(
    valve: LeafletValve, nodes_mm: Floats, pressure_mmhg: Mmhg, phase: Phase
) -> Opened:
    """Return orifice and jet of a shape, nodes (n, 3) of the mesh."""
    mesh = valve.mesh
    seen = open_area(nodes_mm, mesh.triangles, mesh.ring)
    funnel = funnel_of(nodes_mm, mesh.triangles, mesh.ring, seen)
    axis = seen.openings[0].axis_ratio if seen.openings else 1.0
    ratio = contraction_ratio(funnel, seen.area_mm2, axis)
    return Opened(
        nodes_mm=nodes_mm.copy(),
        pressure_mmhg=pressure_mmhg,
        area_anatomic_mm2=seen.area_mm2,
        area_effective_mm2=ratio * seen.area_mm2,
        contraction_ratio=ratio,
        half_angle_deg=funnel.half_angle_deg,
        axis_ratio=axis,
        wall_torn=seen.torn,
        phase=phase,
    )


def beating(valve: LeafletValve) -> LeafletValve:
    """Return a valve as its own blood finds it: no set and no crack is added to those it has.

    Leaflets that are loaded again and again alike give the same curve after some ten times
    [leaflet_loading_1997, abstract read]: what beats could leave, those before have left.
    """
    shell = valve.shell
    spent = replace(shell.set, stretch_frac=0.0, bend_frac=0.0, crushed_frac=0.0)
    whole = np.full_like(shell.hinge_crack_mj, np.inf)
    return replace(valve, shell=replace(shell, set=spent, hinge_crack_mj=whole))


def open_valve(
    valve: LeafletValve, state: State, before: Opened | None = None
) -> tuple[State, Opened]:
    """Hold a valve open by its flow and measure it; no set comes of it.

    Its pressure rises from a part of the usual one until it is what the flow through the orifice
    leaves: the first rest on the way up. All at once on a valve that is shut it turns stiff cusps
    out, which then stay out under little.

    Parameters
    ----------
    before : the valve whose flow it is, so that a wider orifice has less of a gradient, by
        p A^1.5: its flow rises a little. None takes the usual gradient of a stenotic valve.

    Raises
    ------
    SolverError : it does not settle; with its ratios.
    """
    most = OPENING_MMHG[valve.shape.valve]
    pressure, share, last = RISE_FROM * most, 1.0, 0.0

    def flow(now: State) -> tuple[Load, bool]:
        nonlocal pressure, share, last
        area = max(orifice_mm2(valve, now), SMALLEST_MM2)
        wanted = most
        if before is not None:
            wanted = before.pressure_mmhg * (before.area_anatomic_mm2 / area) ** GRADIENT_POWER
        turn = float(np.log(min(wanted, most) / pressure))
        share *= 0.5 if turn * last < 0.0 else 1.0  # so that the two do not chase each other
        last = turn
        pressure *= min(float(np.exp(share * turn)), RISE)
        return flow_load(valve, pressure, area), abs(turn) < SAME_LOG

    state_after, phase = settle(valve, relaxation(beating(valve), state), flow, "open")
    nodes = state_after.nodes_mm[: valve.count]
    return state_after, measure_open(valve, nodes, pressure, phase)


def close_valve(valve: LeafletValve, state: State) -> tuple[State, Closed]:
    """Press a valve shut, its leaflets meeting, and measure what stays open; no set comes of it.

    Raises
    ------
    SolverError : it does not settle; with its ratios.
    """
    state, phase = _pressed_shut(valve, state)
    mesh = valve.mesh
    leak = leak_area(
        state.nodes_mm,
        valve.sheets,
        mesh.place,
        mesh.ring,
        tuple(_edge(valve, state, edge) for edge in mesh.free_edges),
        torn=_torn_nodes(valve, state),
    )
    return state, Closed(
        nodes_mm=state.nodes_mm[: valve.count].copy(),
        pressure_mmhg=CLOSING_MMHG[valve.shape.valve],
        leak=leak,
        eroa_mm2=LEAK_CONTRACTION_RATIO * leak.area_mm2,
        phase=phase,
    )


def _pressed_shut(valve: LeafletValve, state: State) -> tuple[State, Phase]:
    pressure = CLOSING_MMHG[valve.shape.valve]
    falling = meeting(valve, Load(pressure_mmhg=np.array([0.0, -pressure]), facing=True))
    still = meeting(valve, Load(pressure_mmhg=np.full(2, -pressure), facing=True))

    def tried(heavier: Ratio) -> tuple[State, Phase]:
        run = ramp_load(beating(valve), state, falling, heavier * MASS_RATIO)
        return settle(valve, run, still, "close")

    for heavier in TRIED[:-1]:
        with suppress(SolverError):
            return tried(heavier)
    return tried(TRIED[-1])


def beat(
    valve: LeafletValve, state: State, before: Opened | None = None
) -> tuple[State, Closed, Opened]:
    """Press a valve shut, then open it: a leaflet that a balloon turned over finds its way back.

    Raises
    ------
    SolverError : it does not settle; with its ratios.
    """
    state, closed = close_valve(valve, state)
    state, opened = open_valve(valve, state, before)
    return state, closed, opened


def first_beat(valve: LeafletValve) -> Beaten:
    """Return the beat of the unloaded valve, computed where the valve does not bring it.

    Raises
    ------
    SolverError : it does not settle; with its ratios.
    """
    if valve.beaten is not None and valve.beaten.shell is valve.shell:
        return valve.beaten
    state, closed, opened = beat(valve, start(valve.shell))
    return Beaten(shell=valve.shell, state=state, closed=closed, opened=opened)


def _broken(valve: LeafletValve, state: State) -> NDArray[np.bool_]:
    return np.asarray(state.opening_mm >= valve.shell.bond_law[:, 2])


def _edge(valve: LeafletValve, state: State, edge: Ints) -> Ints:
    """Return a free edge with the sides of its torn seams added at both ends."""
    broken = _broken(valve, state)
    first = np.concatenate([[0], np.cumsum([len(s.pairs) for s in valve.mesh.seams])])
    sides = {0: [], 1: []}  # type: dict[int, list[int]]
    for at, end in enumerate((edge[0], edge[-1])):
        for k, seam in enumerate(valve.mesh.seams):
            if seam.kind == "calcium":
                continue
            torn = broken[first[k] : first[k + 1]]
            for column in (0, 1):
                if seam.pairs[-1, column] != end:
                    continue
                i = len(torn) - 1
                while i > 0 and torn[i]:
                    i -= 1
                    sides[at].append(int(seam.pairs[i, column]))
    return np.array([*sides[0][::-1], *edge.tolist(), *sides[1]], dtype=np.int32)


def _torn_nodes(valve: LeafletValve, state: State) -> NDArray[np.bool_]:
    """Return which nodes lie on a crack within a leaflet, (n,)."""
    marks = np.zeros(len(state.nodes_mm), dtype=bool)
    inside = np.array([s.kind == "calcium" for s in valve.mesh.seams])[valve.seam_of_bond]
    marks[valve.shell.bonds[_broken(valve, state) & inside].ravel()] = True
    return marks


def ring_diameter_mm(valve: LeafletValve, nodes_mm: Floats) -> Mm:
    """Return the diameter of the circle with the ring's area, seen along the axis.

    Not its length: a crown that is pressed flat widens at the same length.
    """
    x, y = nodes_mm[valve.mesh.ring, :2].T
    area: Mm2 = 0.5 * abs(float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum()))
    return float(np.sqrt(4.0 * area / np.pi))


def seam_splits(
    valve: LeafletValve, before: State, after: State, points: tuple[Point, ...]
) -> tuple[SeamSplit, ...]:
    """Return commissures and raphes one by one, and calcium as one."""
    mesh = valve.mesh
    length = np.array([seam.tributary_mm.sum() for seam in mesh.seams])
    torn = valve.torn_frac(after.opening_mm) * length
    begun = valve.torn_frac(before.opening_mm) * length
    course = np.array([p.torn_frac for p in points]) * length
    groups = [[k] for k, seam in enumerate(mesh.seams) if seam.kind != "calcium"]
    calcium = [k for k, seam in enumerate(mesh.seams) if seam.kind == "calcium"]
    found = []
    for group in [*groups, *([calcium] if calcium else [])]:
        seam = mesh.seams[group[0]]
        x, y, _ = mesh.nodes_mm[seam.pairs[len(seam.pairs) // 2, 0]]
        whole, gone = float(length[group].sum()), float(torn[group].sum())
        fresh = gone - float(begun[group].sum())
        grown = course[:, group].sum(axis=1) - float(begun[group].sum())
        at = int(np.argmax(grown >= 0.5 * fresh))
        found.append(
            SeamSplit(
                kind=seam.kind,
                direction_deg=float(np.degrees(np.arctan2(y, x)) % 360.0),
                length_mm=whole,
                torn_mm=gone,
                torn_frac=gone / whole,
                split_atm=points[at].inflation_atm if fresh > SPLIT_FRAC * whole else None,
            )
        )
    return tuple(found)
