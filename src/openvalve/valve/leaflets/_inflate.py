"""One balloon in one valve, from folded to the valve that is left behind."""

import time

import numpy as np

from openvalve.devices import Balloon
from openvalve.errors import InputError, InputItem
from openvalve.units import Atm, Mm
from openvalve.valve._leak import leak_grade
from openvalve.valve.balloon import BalloonSurface, balloon_surface, burst_pressure_atm
from openvalve.valve.closing import open_area
from openvalve.valve.leaflets._after import (
    Closed,
    Opened,
    beat,
    first_beat,
    ring_diameter_mm,
    seam_splits,
)
from openvalve.valve.leaflets._build import LeafletValve
from openvalve.valve.leaflets._fill import fill_to_pressure, fill_to_volume
from openvalve.valve.leaflets._phases import deflate
from openvalve.valve.leaflets._result import LeafletInflation
from openvalve.valve.shell import State

__all__ = ["inflate_leaflets", "refuse_balloon"]

BURST_STREAM = 7
MOST_OF_RING = 2.0  # diameter of a balloon over the ring's


def inflate_leaflets(
    valve: LeafletValve,
    balloon: Balloon,
    *,
    inflation_atm: Atm | None = None,
    former: LeafletInflation | None = None,
) -> LeafletInflation:
    """Return what a balloon does to a valve.

    The balloon is filled in the orifice, held and emptied; then the valve beats: pressed shut, then
    opened by its usual gradient. Each shape that is measured has come to rest.

    Parameters
    ----------
    valve : of ``build_leaflets``.
    inflation_atm : inside the balloon, 0.05 atm to the end of its chart. By default nominal; an
        Inoue is filled to the volume of its label, at whatever pressure the valve then makes.
    former : an earlier inflation of the same valve, to go on from; a larger balloon, say.

    Raises
    ------
    InputError : a balloon wider than twice the ring, a pressure off its chart, another valve.
    SolverError : a phase does not settle, or a number was lost.
    """
    began = time.perf_counter()
    seat = float(valve.mesh.nodes_mm[np.concatenate(valve.mesh.free_edges), 2].mean())
    surface = balloon_surface(balloon, seat_mm=seat, line_deg=_line_deg(valve))
    asked = _checked(valve, surface, inflation_atm, former)
    count = 1 if former is None else former.count + 1
    limit = _burst_atm(valve, balloon, count)
    reached = min(asked, max(limit, 0.05))
    state, before, shut = _before(valve, former)
    by_volume = balloon.kind == "inoue" and inflation_atm is None
    fill = fill_to_volume if by_volume else fill_to_pressure
    full, filled, course, stages = fill(valve, state, surface, reached)
    empty, emptied = deflate(valve, full, stages)
    opened, closed, after = beat(valve, empty, before)
    seams = seam_splits(valve, state, opened, course)
    splits = [s.split_atm for s in seams if s.kind != "calcium" and s.split_atm is not None]
    torn = opened.torn[: valve.chord_count]
    return LeafletInflation(
        valve=valve,
        balloon=balloon,
        count=count,
        inflation_atm=course[-1].inflation_atm,
        burst=course[-1].inflation_atm >= limit,
        area_anatomic_before_cm2=0.01 * before.area_anatomic_mm2,
        area_anatomic_after_cm2=0.01 * after.area_anatomic_mm2,
        area_effective_before_cm2=0.01 * before.area_effective_mm2,
        area_effective_after_cm2=0.01 * after.area_effective_mm2,
        leak_before_mm2=shut.eroa_mm2,
        leak_after_mm2=closed.eroa_mm2,
        leak_before_grade=_grade(valve, shut),
        leak_after_grade=_grade(valve, closed),
        split_atm=min(splits) if splits else None,
        seams=seams,
        annular_stretch_ratio=ring_diameter_mm(valve, full.nodes_mm)
        / ring_diameter_mm(valve, state.nodes_mm),
        waist_mm=course[-1].waist_mm,
        free_mm=course[-1].free_mm,
        torn_chords_count=int(torn.sum()),
        cracked_frac=_cracked_frac(valve, opened),
        course=course,
        phases=(filled, emptied, closed.phase, after.phase),
        before=before,
        after=after,
        closed_before=shut,
        closed_after=closed,
        peak_nodes_mm=full.nodes_mm[: valve.count].copy(),
        state=opened,
        wall_s=time.perf_counter() - began,
    )


def _before(valve: LeafletValve, former: LeafletInflation | None) -> tuple[State, Opened, Closed]:
    """Return the valve before this inflation: its state, opened, and closed."""
    if former is not None:
        return former.state, former.after, former.closed_after
    first = first_beat(valve)
    return first.state, first.opened, first.closed


def _checked(
    valve: LeafletValve,
    surface: BalloonSurface,
    inflation_atm: Atm | None,
    former: LeafletInflation | None,
) -> Atm:
    """Return the pressure asked for, or refuse with every reason at once."""
    asked, items = _asked(surface, valve.mesh.annulus_mm, inflation_atm)
    if former is not None and not _same(former.valve, valve):
        items.append(InputItem(key="former", got="another valve", allowed="the same valve"))
    if items:
        raise InputError(items)
    return min(asked, surface.highest_atm)


def refuse_balloon(balloon: Balloon, *, annulus_mm: Mm, inflation_atm: Atm | None = None) -> None:
    """Refuse what no valve with this ring takes, before the valve is made.

    Raises
    ------
    InputError : as ``inflate_leaflets``.
    """
    items = _asked(balloon_surface(balloon, seat_mm=0.0), annulus_mm, inflation_atm)[1]
    if items:
        raise InputError(items)


def _asked(
    surface: BalloonSurface, annulus_mm: Mm, inflation_atm: Atm | None
) -> tuple[Atm, list[InputItem]]:
    """Return the pressure asked for, and what is wrong with it and with the balloon."""
    balloon, items = surface.balloon, []
    asked = inflation_atm
    if asked is None:
        own = surface.highest_atm if balloon.kind == "inoue" else balloon.nominal_atm
        asked = min(own, surface.highest_atm)
    most: Mm = MOST_OF_RING * annulus_mm
    if not balloon.diameter_mm <= most:
        items.append(
            InputItem(
                key="balloon.diameter_mm",
                got=f"{balloon.diameter_mm:.4g} mm",
                allowed=f"up to {most:.4g} mm, twice the ring",
            )
        )
    if not 0.05 <= asked <= surface.highest_atm + 1e-9:
        items.append(
            InputItem(
                key="inflation_atm",
                got=f"{asked:g} atm",
                allowed=f"0.05 to {surface.highest_atm:.3g} atm, where its chart ends",
            )
        )
    return asked, items


def _same(one: LeafletValve, other: LeafletValve) -> bool:
    """Return whether two are one valve: shape, seed, mesh and strengths."""
    return (
        (one.shape, one.seed) == (other.shape, other.seed)
        and np.array_equal(one.shell.nodes_mm, other.shell.nodes_mm)
        and np.array_equal(one.shell.bond_law, other.shell.bond_law)
        and np.array_equal(one.shell.law, other.shell.law)
    )


def _line_deg(valve: LeafletValve) -> float:
    """Return the direction of the orifice's long axis: two balloons lie along it."""
    mesh = valve.mesh
    openings = open_area(mesh.nodes_mm, mesh.triangles, mesh.ring).openings
    return openings[0].direction_deg if openings else 0.0


def _burst_atm(valve: LeafletValve, balloon: Balloon, count: int) -> Atm:
    """Return the pressure at which this balloon bursts in this inflation, from the seed."""
    rng = np.random.Generator(np.random.Philox(key=valve.seed, counter=[0, 0, count, BURST_STREAM]))
    calcium = float(valve.mesh.calcium_frac.mean())
    parts = balloon.parts or (balloon,)
    return min(burst_pressure_atm(part, calcium, float(rng.random())) for part in parts)


def _grade(valve: LeafletValve, closed: Closed) -> float:
    eroa = np.array([closed.eroa_mm2])
    return float(leak_grade(valve.shape.valve, eroa, valve.mesh.annulus_mm)[0])


def _cracked_frac(valve: LeafletValve, state: State) -> float:
    may = np.isfinite(valve.shell.hinge_crack_mj)
    return float((state.crack_frac[may] < 1.0).mean()) if may.any() else 0.0
