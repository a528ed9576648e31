"""What a balloon does to a root."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.devices import Balloon
from openvalve.units import Atm, Deg, Frac, Mm, Mm2, MPa, Ratio
from openvalve.valve.leaflets import Phase
from openvalve.valve.root._build import AorticRoot

__all__ = ["RootInflation", "WallPeak"]


@dataclass(frozen=True, kw_only=True, slots=True)
class WallPeak:
    """Where soft wall bears most. Peaks are means over the highest 10 mm2.

    Attributes
    ----------
    areal_stretch_ratio : area over that before the balloon.
    stress_mpa : round the wall; stress_ratio : stress over strength, round or along.
    direction_deg, height_mm : of the triangle that bears most of its strength; height above the
        ring's plane.
    overstressed_mm2 : unloaded soft wall that bears more than its strength.
    ruptures : ``stress_ratio`` is 1 or more.
    rupture_prob : share of walls of this age that are weaker than the stress, by the spread of
        coupons alone; not set by any count of ruptures in patients.
    contained : it ruptures, and no more of it than a patch; what lies on the wall is not computed.
    """

    areal_stretch_ratio: Ratio
    stress_mpa: MPa
    stress_ratio: Ratio
    direction_deg: Deg
    height_mm: Mm
    overstressed_mm2: Mm2
    ruptures: bool
    rupture_prob: Frac
    contained: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class RootInflation:
    """A root about a full balloon.

    Attributes
    ----------
    root, balloon, inflation_atm, seat_mm : what was inflated, and the height of its middle above
        the ring's plane.
    wall : peaks of stretch and stress.
    ring_stretch_ratio : area inside the ring over that before.
    contact_n, conduction_n : the balloon's push, summed over all of the wall, and over the
        conduction tissue below the commissure of right and non-coronary cusps.
    phases : rest before, and inflation, with the ratios that they ended at.
    peak_nodes_mm : (n, 3).
    """

    root: AorticRoot
    balloon: Balloon
    inflation_atm: Atm
    seat_mm: Mm
    wall: WallPeak
    ring_stretch_ratio: Ratio
    contact_n: float
    conduction_n: float
    phases: tuple[Phase, ...]
    peak_nodes_mm: NDArray[np.float64]
