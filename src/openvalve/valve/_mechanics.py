"""The waist: a balloon against bonds in a ring; what parts, what tears, what stays open.

One kernel for single inflations and for learning; every array broadcasts over leading axes, the
last axis holds the bonds.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.units import Atm, Mm

__all__ = [
    "Loads",
    "Parted",
    "full_perimeter_mm",
    "part_bonds",
    "retained_frac",
    "retained_perimeter_mm",
    "tension_n_mm",
]

Array = NDArray[np.float64]

MPA_PER_ATM = 0.101325
RING_POWER = 4.0  # how sharply the ring ends a split [K; 3 to 12]
PART_WIDTH = 0.15  # log tension over which a split runs to its end [K; 0.05 to 0.3]
# Calcium cracks too finely to be seen before it breaks: 12 of 39 valves showed nothing, and the
# area grew in all [mckay_pm_1987, read]. Share of a plate's opening, and where it starts [K].
MICRO_FRAC = 0.65
MICRO_ONSET_RATIO = 0.4


@dataclass(frozen=True, kw_only=True, slots=True)
class Loads:
    """A balloon against a valve; all arrays broadcast, bonds on the last axis.

    Attributes
    ----------
    orifice_mm, balloon_mm, ring_mm : perimeters, last axis of length 1.
    inflation_atm : last axis of length 1.
    bond_n_mm, leaflet_n_mm : strengths, ``inf`` where a valve has fewer bonds.
    calcium : 1 where the bond is a plate of calcium, else 0.
    present : 1 where the bond exists, else 0.
    overload : factor on the leaflets' load, last axis of length 1.
    """

    orifice_mm: Array
    balloon_mm: Array
    ring_mm: Array
    inflation_atm: Array
    bond_n_mm: Array
    leaflet_n_mm: Array
    calcium: Array
    present: Array
    overload: Array


@dataclass(frozen=True, kw_only=True, slots=True)
class Parted:
    """What gave way; bonds on the last axis, weakest first.

    Attributes
    ----------
    open_frac : how far each bond opened, 0 to 1.
    torn_frac : how far the leaflet beside it tore, in its stead or off the wall, 0 to 1.
    calcium : as in ``Loads``, in the new order.
    split_frac : of the whole valve, shape without the last axis.
    borne_n_mm : highest tension that the valve bore, shape without the last axis.
    """

    open_frac: Array
    torn_frac: Array
    calcium: Array
    split_frac: Array
    borne_n_mm: Array


def tension_n_mm(
    orifice_mm: Array, balloon_mm: Array, inflation_atm: Array | Atm, open_frac: Array | float
) -> Array:
    """Return the line tension that the wall of the waist bears.

    Equation
    --------
    T = p r. Below its chart diameter a balloon's own wall is slack, so the valve bears the whole
    pressure; r moves from the orifice's to the balloon's as the valve opens. A balloon that is
    smaller than the orifice does not touch it. Check: 2.22 atm at 13 mm is 2.9 N/mm.

    Source    : yamabe_1994 (pressure inside Inoue balloons), thin-wall balance.
    """
    room = np.maximum(balloon_mm - orifice_mm, 0.0)
    radius = (orifice_mm + open_frac * room) / (2.0 * np.pi)
    return np.asarray(np.where(room > 0.0, MPA_PER_ATM * inflation_atm * radius, 0.0))


def _run(tension: Array, strength: Array) -> Array:
    """Return how far a bond opened: 0 below its strength, 1 once the tension is 15 % above."""
    with np.errstate(divide="ignore"):
        over = np.log(tension / strength) / PART_WIDTH
    x = np.clip(over, 0.0, 1.0)
    return np.asarray(x * x * (3.0 - 2.0 * x))


def part_bonds(loads: Loads) -> Parted:
    """Return what parts: the weakest bond first, then, at the larger waist, the next.

    All bonds of a loop bear the same tension. Beside each bond stands its leaflet: where that is
    weaker than the bond it tears in the bond's stead, and opens the valve as a split would. What a
    balloon beyond the ring loads on top acts at the seam's outer end, the wall: it pulls leaflets
    off, which leaks, and does not widen the orifice.
    """
    weakest = np.minimum(loads.bond_n_mm, loads.leaflet_n_mm)
    order = np.argsort(weakest, axis=-1)
    strength, bond, beside = (
        np.take_along_axis(a, order, axis=-1)
        for a in (weakest, loads.bond_n_mm, loads.leaflet_n_mm / loads.overload)
    )
    calcium, present = (
        np.take_along_axis(np.broadcast_to(a, weakest.shape), order, axis=-1)
        for a in (loads.calcium, loads.present)
    )
    count = loads.present.sum(axis=-1)[..., None]
    opened = np.zeros_like(weakest)
    visible = np.zeros_like(weakest)
    torn = np.zeros_like(weakest)
    borne = np.zeros(weakest.shape[:-1])
    for k in range(weakest.shape[-1]):
        share = (opened.sum(axis=-1, keepdims=True) + 1.0) / (count + 1.0)
        tension = tension_n_mm(loads.orifice_mm, loads.balloon_mm, loads.inflation_atm, share)
        tension = tension[..., 0] + np.zeros_like(borne)
        run = _run(tension, strength[..., k])
        fine = MICRO_FRAC * _run(tension, MICRO_ONSET_RATIO * strength[..., k])
        visible[..., k] = run * present[..., k]
        tears = present[..., k] * (beside[..., k] <= bond[..., k])
        torn[..., k] = tears * _run(tension, beside[..., k])
        opened[..., k] = visible[..., k] + calcium[..., k] * fine * (1.0 - run)
        borne = np.where(
            present[..., k] > 0.0, np.maximum(borne, np.minimum(tension, strength[..., k])), borne
        )
    return Parted(
        open_frac=visible,
        torn_frac=torn,
        calcium=calcium,
        split_frac=opened.sum(axis=-1) / count[..., 0],
        borne_n_mm=borne,
    )


def full_perimeter_mm(balloon_mm: Array | Mm, ring_mm: Array | Mm) -> Array:
    """Return the perimeter that a wholly split valve lends to a balloon.

    Equation
    --------
    F = b (1 + (b/r)^4)^(-1/4): the balloon's while it is small, never more than the ring's.
    Check: at balloon = ring, 0.841 of either.
    """
    b, r = np.asarray(balloon_mm, dtype=np.float64), np.asarray(ring_mm, dtype=np.float64)
    return np.asarray(b * (1.0 + (b / r) ** RING_POWER) ** (-1.0 / RING_POWER))


def retained_frac(share: Array, exponent: Array, log_thickness: Array | float) -> Array:
    """Return the share of the forced perimeter that stays: thicker tissue springs back more.

    f = share * exp(-exponent * log thickness), at most 1.
    """
    return np.minimum(share * np.exp(-exponent * log_thickness), 1.0)


def retained_perimeter_mm(
    orifice_mm: Array, full_mm: Array, split_frac: Array, retained: Array
) -> Array:
    """Return the orifice's perimeter once the balloon is gone.

    Equation
    --------
    P = P0 + retained * split * (F - P0). Nothing split: as before. All split and nothing springs
    back: the balloon's perimeter itself.
    """
    return np.asarray(orifice_mm + retained * split_frac * np.maximum(full_mm - orifice_mm, 0.0))
