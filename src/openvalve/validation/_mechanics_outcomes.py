"""What a whole inflation did to one virtual valve, in the plain numbers that the rows ask for."""

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import OpenValveError, SolverError
from openvalve.units import Atm, Cm2, Frac, Mm, Mm2
from openvalve.validation._mechanics_types import MechanicsSettings
from openvalve.validation._mechanics_virtual import POPULATIONS, VirtualValve
from openvalve.valve.balloon import inoue_pressure_atm
from openvalve.valve.leaflets import (
    LeafletInflation,
    LeafletValve,
    build_leaflets,
    inflate_leaflets,
    matched_leaflets,
)
from openvalve.valve.shell import stretches

__all__ = ["TRIANGLES", "Outcome", "Population", "in_processes", "outcomes_of", "told_of"]

Floats = NDArray[np.float64]
Thing = TypeVar("Thing")
Made = TypeVar("Made")

TRIANGLES = 2000
FULL = 3.0  # progress of an Inoue at its label
# The outermost part of a seam is grown into the wall: torn there, the cusps are off it.
RIM_FRAC: Frac = 0.18
BARE_FRAC: Frac = 0.5  # of calcium: below it a triangle is tissue
MIDDLE = (0.15, 0.85)  # of the way from the ring to the free edge
# Mean strains at which coupons of old aortic leaflets fail, the larger of the two printed
# [leaflet_table, read; SD 0.106 and 0.139].
FAILING_ROUND_FRAC, FAILING_RADIAL_FRAC = 0.219, 0.298


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """One valve after its balloon.

    Attributes
    ----------
    oversize_frac : of the balloon over the ring.
    area_before_cm2, area_after_cm2 : held open by its flow.
    splits_mm : of each commissure and raphe, new in this inflation; calcium_mm : of all calcium.
    rim_torn : a seam tore where it is grown into the wall.
    overstretched_mm2 : bare leaflet away from seams stretched at the peak as coupons fail.
    peak_atm : highest pressure inside the balloon; free_atm : what a free Inoue needs at its label.
    """

    oversize_frac: Frac
    area_before_cm2: Cm2
    area_after_cm2: Cm2
    splits_mm: tuple[Mm, ...]
    calcium_mm: Mm
    rim_torn: bool
    overstretched_mm2: Mm2
    peak_atm: Atm
    free_atm: Atm


@dataclass(frozen=True, kw_only=True, slots=True)
class Population:
    """What became of a population; ``told`` says how many were run and what stopped the others."""

    outcomes: tuple[Outcome, ...]
    told: str


def outcomes_of(name: str, settings: MechanicsSettings) -> Population:
    """Return the outcomes of a population, or of its first valves.

    Raises
    ------
    SolverError : none of them came to rest.
    """
    everyone = POPULATIONS[name]()
    some = everyone[: settings.valves_count]
    found = _mapped(some, settings.processes_count)
    good = tuple(one for one in found if isinstance(one, Outcome))
    return Population(outcomes=good, told=told_of(found, len(everyone), "valves"))


def told_of(found: Sequence[object], everyone_count: int, noun: str) -> str:
    """Return how many were run, and what stopped those whose outcome is a reason in words.

    Raises
    ------
    SolverError : none of them came to rest.
    """
    stopped = sorted({one for one in found if isinstance(one, str)})
    rests = sum(not isinstance(one, str) for one in found)
    if not rests:
        raise SolverError(f"none of {len(found)} {noun} came to rest: {stopped[0]}", state={})
    told = f"{rests} of {len(found)} {noun} at rest"
    if len(found) < everyone_count:
        told += f", a sample of {everyone_count}"
    return f"{told}; stopped: {'; '.join(stopped)}" if stopped else told


def _mapped(valves: Sequence[VirtualValve], processes: int) -> list[Outcome | str]:
    return in_processes(valves, processes, inflated)


def in_processes(
    things: Sequence[Thing], processes: int, work: Callable[[Thing], Made]
) -> list[Made]:
    """Return what ``work`` makes of each, by fresh processes where there are two or more."""
    if processes < 2:
        return [work(thing) for thing in things]
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(processes, len(things)), mp_context=fresh) as pool:
        return list(pool.map(work, things))


def inflated(one: VirtualValve) -> Outcome | str:
    """Return what the balloon did, or why there is no answer."""
    try:
        made = matched_leaflets if one.matched else build_leaflets
        valve = made(one.shape, seed=one.seed, target_triangles=TRIANGLES, strengths=one.strengths)
        return _digest(one, inflate_leaflets(valve, one.balloon))
    except OpenValveError as error:
        return " ".join(str(error).split())


def _digest(one: VirtualValve, done: LeafletInflation) -> Outcome:
    valve, opening = done.valve, done.state.opening_mm
    length = np.array([seam.tributary_mm.sum() for seam in valve.mesh.seams])
    fresh = length * (valve.torn_frac(opening) - np.array(done.course[0].torn_frac))
    calcium = np.array([seam.kind == "calcium" for seam in valve.mesh.seams])
    inoue = one.balloon.kind == "inoue"
    return Outcome(
        oversize_frac=one.oversize_frac,
        area_before_cm2=done.area_anatomic_before_cm2,
        area_after_cm2=done.area_anatomic_after_cm2,
        splits_mm=tuple(fresh[~calcium].tolist()),
        calcium_mm=float(fresh[calcium].sum()),
        rim_torn=_rim_torn(valve, opening) or done.after.wall_torn,
        overstretched_mm2=_overstretched_mm2(done),
        peak_atm=max(point.inflation_atm for point in done.course),
        free_atm=inoue_pressure_atm(one.balloon, FULL) if inoue else 0.0,
    )


def _rim_torn(valve: LeafletValve, opening_mm: Floats) -> bool:
    torn = opening_mm >= valve.shell.bond_law[:, 2]
    rim = np.concatenate(
        [
            (seam.kind != "calcium")
            & (seam.ring_distance_mm < RIM_FRAC * seam.ring_distance_mm.max())
            for seam in valve.mesh.seams
        ]
    )
    return bool((torn & rim).any())


def _overstretched_mm2(done: LeafletInflation) -> Mm2:
    valve, mesh = done.valve, done.valve.mesh
    held = valve.shell.nodes_mm[valve.count :]
    peak = replace(done.state, nodes_mm=np.vstack([done.peak_nodes_mm, held]))
    around, radial, _ = stretches(valve.shell, peak).T - 1.0
    at_seam = np.isin(mesh.triangles, np.concatenate([s.pairs for s in mesh.seams])).any(axis=1)
    middle = (mesh.place[:, 1] > MIDDLE[0]) & (mesh.place[:, 1] < MIDDLE[1])
    bare = (mesh.calcium_frac < BARE_FRAC) & middle & ~at_seam
    failing = (around > FAILING_ROUND_FRAC) | (radial > FAILING_RADIAL_FRAC)
    a, b, c = (mesh.nodes_mm[mesh.triangles[:, k]] for k in range(3))
    area = 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1)
    return float(area[bare & failing].sum())
