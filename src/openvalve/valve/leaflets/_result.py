"""What one inflation did to one valve."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.devices import Balloon
from openvalve.units import Atm, Cm2, Frac, Mm, Mm2, Ratio, S
from openvalve.valve.leaflets._after import Closed, Opened, SeamSplit
from openvalve.valve.leaflets._build import LeafletValve
from openvalve.valve.leaflets._phases import Phase
from openvalve.valve.leaflets._stages import Point
from openvalve.valve.shell import State

__all__ = ["LeafletInflation"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class LeafletInflation:
    """One inflation of one valve by leaflet mechanics.

    Attributes
    ----------
    valve, balloon : what met; count : how many inflations the valve has had, this one included.
    inflation_atm : pressure reached; less than asked where the balloon burst.
    burst : whether it did.
    area_anatomic_before_cm2, area_anatomic_after_cm2 : under the valve's opening gradient.
    area_effective_before_cm2, area_effective_after_cm2 : of the jet.
    leak_before_mm2, leak_after_mm2 : jet of the closed valve by mechanics; grades with it.
    split_atm : pressure at which the first commissure or raphe had half of its new split.
    seams : commissures and raphes, then calcium as one.
    annular_stretch_ratio : diameter of the circle with the ring's area, at the peak over before.
    waist_mm : narrowest diameter of the balloon at its peak; free_mm : what it has unhindered.
    torn_chords_count, cracked_frac : chords broken, share of calcified hinges cracked, up to now.
    course : pressure and diameters from folded to held.
    phases : every phase with its report.
    before, after, closed, peak_nodes_mm : shapes.
    state : to go on from, ``inflate_leaflets(..., former=this)``.
    wall_s : seconds that it took.
    """

    valve: LeafletValve
    balloon: Balloon
    count: int
    inflation_atm: Atm
    burst: bool
    area_anatomic_before_cm2: Cm2
    area_anatomic_after_cm2: Cm2
    area_effective_before_cm2: Cm2
    area_effective_after_cm2: Cm2
    leak_before_mm2: Mm2
    leak_after_mm2: Mm2
    leak_before_grade: Ratio
    leak_after_grade: Ratio
    split_atm: Atm | None
    seams: tuple[SeamSplit, ...]
    annular_stretch_ratio: Ratio
    waist_mm: Mm
    free_mm: Mm
    torn_chords_count: int
    cracked_frac: Frac
    course: tuple[Point, ...]
    phases: tuple[Phase, ...]
    before: Opened
    after: Opened
    closed_before: Closed
    closed_after: Closed
    peak_nodes_mm: Floats
    state: State
    wall_s: S

    @property
    def split_frac(self) -> Frac:
        """Torn share of the commissures' and raphes' length."""
        own = [s for s in self.seams if s.kind != "calcium"]
        return sum(s.torn_mm for s in own) / sum(s.length_mm for s in own)
