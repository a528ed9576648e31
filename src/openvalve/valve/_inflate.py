"""The balloon in the valve: what splits, what tears, what springs back, what leaks."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import InputError, InputItem
from openvalve.units import Atm, Mm
from openvalve.valve._leak import gap_mm2, leak_grade, size_frac, tear_mm2
from openvalve.valve._mechanics import (
    full_perimeter_mm,
    part_bonds,
    retained_frac,
    retained_perimeter_mm,
)
from openvalve.valve._population import PopulationDraws
from openvalve.valve._ring import annular_stretch_ratio, rupture_probability
from openvalve.valve._state import LARGEST_ORIFICE_FRAC, ValveState
from openvalve.valve._strength import loads_of

__all__ = ["BalloonLike", "Inflation", "inflate"]

SEEN_FRAC = 0.5  # a bond that opened by half counts as split, a plate as broken
TORN_FRAC = 0.02  # a leaflet that began to tear is torn


class BalloonLike(Protocol):
    """What a valve needs to know of a balloon."""

    @property
    def nominal_atm(self) -> Atm:
        """Pressure at which its label holds."""
        ...

    def perimeter_mm(self, pressure_atm: Atm) -> Mm:
        """Return the taut loop around it at a pressure."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Inflation:
    """A valve after a balloon; every field has shape (n,).

    Attributes
    ----------
    area_effective_cm2, area_anatomic_cm2 : open area.
    eroa_mm2, regurgitation_grade : leak of the closed valve, grade 0 to 4 in halves.
    commissures_split_count : commissures and raphes that parted.
    calcium_fracture, leaflet_torn : whether.
    annular_stretch_ratio : of the ring's diameter while the balloon was full; below 1 where the
        leaflets that hold a small balloon draw the ring in.
    rupture_prob : chance of a ring tear.
    conduction_stretch_ratio : balloon over outflow tract (aortic), 1 elsewhere.
    waist_tension_n_mm : line tension that the valve bore at most.
    """

    area_effective_cm2: NDArray[np.float64]
    area_anatomic_cm2: NDArray[np.float64]
    eroa_mm2: NDArray[np.float64]
    regurgitation_grade: NDArray[np.float64]
    commissures_split_count: NDArray[np.int64]
    calcium_fracture: NDArray[np.bool_]
    leaflet_torn: NDArray[np.bool_]
    annular_stretch_ratio: NDArray[np.float64]
    rupture_prob: NDArray[np.float64]
    conduction_stretch_ratio: NDArray[np.float64]
    waist_tension_n_mm: NDArray[np.float64]


def _pressure_atm(balloon: BalloonLike, inflation_atm: Atm | None, inflations: int) -> Atm:
    """Return the pressure of the largest inflation."""
    atm = balloon.nominal_atm if inflation_atm is None else inflation_atm
    items = []
    if not 0.0 < atm <= 40.0:
        items.append(
            InputItem(key="balloon.inflation_atm", got=f"{atm:g} atm", allowed="0 to 40 atm")
        )
    if inflations < 1:
        items.append(InputItem(key="balloon.inflations", got=str(inflations), allowed="1 or more"))
    if items:
        raise InputError(items)
    return atm


def inflate(
    state: ValveState,
    balloon: BalloonLike,
    *,
    inflation_atm: Atm | None = None,
    inflations: int = 1,
    draws: PopulationDraws,
) -> Inflation:
    """Return the valve after a balloon, one result per draw.

    Parameters
    ----------
    state : before; one area, or as many as there are draws.
    balloon : its perimeter at the pressure is all that acts; two balloons by their taut loop.
    inflation_atm : nominal where not given.
    inflations : how often; a bond that held at a pressure holds it again, so only the largest
        counts (no source shows fatigue within a case).
    draws : from ``sample_population``.

    Verified  : tests/physics/valve/test_valve_limits.py, tests/physics/valve/test_worked_valve.py
    """
    atm = _pressure_atm(balloon, inflation_atm, inflations)
    outer = balloon.perimeter_mm(atm)
    n = draws.residual.size
    parted = part_bonds(
        loads_of(
            state,
            balloon_mm=outer,
            inflation_atm=atm,
            bond_strength_n_mm=draws.column("bond_strength_n_mm"),
            side=draws.side,
            leaflet=draws.leaflet,
        )
    )
    ratio = outer / state.ring_perimeter_mm
    oversize = outer / state.giving_ring_mm - 1.0
    retained = retained_frac(
        draws.column(f"retained_{state.valve_class}_frac"),
        draws.column("recoil_exponent_ratio"),
        state.recoil_log_thickness,
    )
    full = full_perimeter_mm(outer, state.giving_ring_mm)
    perimeter = retained_perimeter_mm(state.orifice_perimeter_mm, full, parted.split_frac, retained)
    before = np.broadcast_to(state.area_anatomic_cm2, (n,))
    sd = draws.residual_of(state.valve_class)
    gain = (perimeter**2 / (400.0 * np.pi) - before) * np.exp(sd * draws.residual - 0.5 * sd**2)
    most = np.maximum(LARGEST_ORIFICE_FRAC * state.ring_cm2, before)
    anatomic = np.minimum(before + np.maximum(gain, 0.0), most)
    torn = parted.torn_frac.max(axis=-1)
    gap = gap_mm2(state.valve_class, parted.split_frac, ratio, draws.tear)
    added = np.maximum(gap, tear_mm2(state.valve, torn, draws.tear))
    eroa = state.eroa_mm2 + size_frac(state.valve, state.annulus_mm) * added
    seen = (parted.open_frac - parted.torn_frac) >= SEEN_FRAC
    lvot = state.lvot_mm
    return Inflation(
        area_effective_cm2=np.broadcast_to(state.contraction_ratio, (n,)) * anatomic,
        area_anatomic_cm2=anatomic,
        eroa_mm2=eroa,
        regurgitation_grade=leak_grade(state.valve, eroa, state.annulus_mm),
        commissures_split_count=np.sum(seen & (parted.calcium == 0.0), axis=-1),
        calcium_fracture=np.any(seen & (parted.calcium > 0.0), axis=-1),
        leaflet_torn=torn > TORN_FRAC,
        annular_stretch_ratio=annular_stretch_ratio(
            state, balloon_mm=outer, inflation_atm=atm, ring=draws.ring
        ),
        rupture_prob=rupture_probability(np.full(n, oversize), state.lvot_calcium),
        conduction_stretch_ratio=np.full(n, outer / (np.pi * lvot) if lvot else 1.0),
        waist_tension_n_mm=parted.borne_n_mm,
    )
