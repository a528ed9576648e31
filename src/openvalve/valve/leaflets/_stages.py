"""A balloon between folded and full, and what is seen of it in the orifice."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from openvalve.units import MMHG_PER_ATM, MMHG_PER_MPA, Atm, Frac, Ml, Mm, Mm2
from openvalve.valve.balloon import BalloonSurface, waist_displaced_ml
from openvalve.valve.closing import OpenArea, open_area
from openvalve.valve.leaflets._build import LeafletValve
from openvalve.valve.shell import Balloon, Load, State

__all__ = ["Point", "Stages", "balloon_stages", "orifice_mm2"]

Floats = NDArray[np.float64]
FOLDED_MM = 0.5  # radius that every orifice lets through
UNFOLDING_ROWS = 12
# A folded balloon still pushes aside what it touches: least of its last pressure [K; 0.02 to 0.1].
LEAST_OF_TARGET_FRAC = 0.05


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Stages:
    """A balloon from folded to a pressure.

    Attributes
    ----------
    surface : the free balloon.
    balloon : as the shell reads it, in the middle of the orifice wherever that goes; its table of
        stages runs from folded to full.
    pressures_atm : (stages,) inside; 0 while it unfolds.
    """

    surface: BalloonSurface
    balloon: Balloon
    pressures_atm: Floats

    def centred(self, valve: LeafletValve, state: State) -> "Stages":
        """Return the balloon held where the middle of the orifice is now."""
        seen = _seen(valve, state).openings
        middle = np.array(seen[0].center_mm) if seen else np.zeros(2)
        axes = self.balloon.axes_mm + middle
        return replace(self, balloon=replace(self.balloon, axes_mm=axes, follows=None))

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
        parts = len(self.balloon.axes_mm)
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
        follows=valve.mesh.ring.astype(np.int64),
    )
    return Stages(surface=surface, balloon=made, pressures_atm=pressures)


def _seen(valve: LeafletValve, state: State) -> OpenArea:
    mesh = valve.mesh
    return open_area(state.nodes_mm[: valve.count], mesh.triangles, mesh.ring)


def orifice_mm2(valve: LeafletValve, state: State) -> Mm2:
    """Return the area that the leaflets leave open."""
    return _seen(valve, state).area_mm2
