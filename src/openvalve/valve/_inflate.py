"""The balloon in the valve: what splits, what tears, what springs back, what leaks."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from openvalve.units import Atm, Mm
from openvalve.valve._leak import leak_grade
from openvalve.valve._population import Population, PopulationDraws
from openvalve.valve._state import ValveState

__all__ = [
    "BalloonLike",
    "Inflation",
    "inflate",
    "open_perimeter_mm",
    "relative_bond_strength",
    "waist_tension_n_mm",
]

MPA_PER_ATM = 0.101325
SIDE_LOG_SD = 0.30  # between the bonds of one valve; 0.25-0.4 [prototype_mechanics section 5]
RING_YIELD_FRAC = 0.30  # of a balloon's perimeter beyond the ring, what still opens leaflets
# A leaflet against the commissure of its valve: it parts where the tension that the bonds bear
# exceeds this ratio (median). Set once so that the mean severe leak meets the pooled papers
# (mitral 4 % of 2,000, aortic adult 2 % of 1,700, congenital 6 %); the balloon, the score, calcium
# and pressure then move it by mechanics. Radial strength is a fifth of round (leaflet_table).
LEAFLET_RATIO = {"rheumatic": 2.6, "calcific": 3.6, "congenital": 2.8, "pulmonary": 3.4}
LEAFLET_LOG_SD = 0.45
TEAR_MM2 = {"mitral": 60.0, "aortic": 34.0, "pulmonary": 34.0, "tricuspid": 60.0}
TEAR_LOG_SD = 0.35
# A split that opens well closes less well. Median gap of a full split at balloon = ring, mm2, so
# that a rise to grade 2 is seen in 11 % below and 26 % above ratio 1 of congenital aortic valves
# [sholler_1988, read] and any rise in 4-29 % of mitral ones [nhlbi_bmc_1992, droracle_icd, read].
GAP_MM2 = {"rheumatic": 5.0, "calcific": 3.0, "congenital": 8.0, "pulmonary": 2.5}
GAP_POWER = 3.0  # of balloon over ring, from the two sholler_1988 rates
GAP_LOG_SD = 0.7
# Contained rupture of the root: diameter oversizing 24.6 +/- 5.4 % against 9.1 +/- 6.6 % intact
# [blanke_2012, read], on a rate of 0.3 % before (below 1 % [mem]).
RUPTURE = (0.246, 0.054)
INTACT = (0.091, 0.066)
RUPTURE_BASE_PROB = 0.003


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
    commissures_split_count : bonds that parted.
    calcium_fracture, leaflet_torn : whether.
    annular_stretch_ratio : of the ring's diameter while the balloon was full.
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


def waist_tension_n_mm(
    orifice_perimeter_mm: NDArray[np.float64],
    balloon_perimeter_mm: Mm,
    inflation_atm: Atm,
    open_frac: float,
) -> NDArray[np.float64]:
    """Return the line tension p r that a valve bears when ``open_frac`` of it is open, shape (n,).

    Below its chart diameter a balloon carries nothing itself, so the wall of the waist bears the
    whole pressure: T = p r, with the radius on its way from the orifice's to the balloon's.
    Check: 2.22 atm at 13 mm is 2.9 N/mm [yamabe_1994].
    """
    start = orifice_perimeter_mm / (2.0 * np.pi)
    radius = start + open_frac * np.maximum(balloon_perimeter_mm / (2.0 * np.pi) - start, 0.0)
    return np.asarray(MPA_PER_ATM * inflation_atm * radius)


def relative_bond_strength(
    state: ValveState, calcium_strength_ratio: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the strength of a valve's bonds against a rheumatic commissure of score 8."""
    if state.valve_class == "calcific":
        return np.asarray(state.relative_strength_ratio * calcium_strength_ratio)
    return np.full_like(calcium_strength_ratio, state.relative_strength_ratio)


def open_perimeter_mm(
    state: ValveState,
    balloon_perimeter_mm: Mm,
    split_frac: NDArray[np.float64],
    retained_frac: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the orifice's perimeter after the balloon is gone, shape (n,).

    Equation
    --------
    P = P0 + retained * split * (P_full - P0): each split bond frees its share of the perimeter
    that the balloon forces open; what is not retained springs back. Beyond the ring the balloon
    stretches the ring and opens only ``RING_YIELD_FRAC`` of the rest.
    """
    ring = state.ring_perimeter_mm
    full = min(balloon_perimeter_mm, ring) + RING_YIELD_FRAC * max(balloon_perimeter_mm - ring, 0.0)
    start = state.orifice_perimeter_mm
    return np.asarray(start + retained_frac * split_frac * np.maximum(full - start, 0.0))


def _split(
    state: ValveState, balloon_mm: Mm, atm: Atm, draws: PopulationDraws
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return bonds split and the highest tension borne, weakest bond first, shape (n,)."""
    bonds = state.bound_count
    median = draws.column("bond_strength_n_mm") * relative_bond_strength(
        state, draws.column("calcium_strength_ratio")
    )
    strength = median[:, None] * np.exp(SIDE_LOG_SD * np.sort(draws.side[:, :bonds], axis=1))
    count = np.zeros(median.size, dtype=np.int64)
    borne = np.zeros(median.size)
    running = np.ones(median.size, dtype=bool)
    touched = state.orifice_perimeter_mm < balloon_mm
    for k in range(bonds):
        tension = waist_tension_n_mm(
            state.orifice_perimeter_mm, balloon_mm, atm, (k + 1.0) / (bonds + 1.0)
        )
        parts = running & touched & (tension >= strength[:, k])
        borne = np.where(
            running & touched, np.maximum(borne, np.minimum(tension, strength[:, k])), borne
        )
        count += parts
        running &= parts
    return count, borne


def rupture_probability(oversize_frac: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the chance of a ring tear by diameter oversizing, by Bayes on ``blanke_2012``."""
    from scipy.stats import norm

    log_ratio = norm.logpdf(oversize_frac, *RUPTURE) - norm.logpdf(oversize_frac, *INTACT)
    odds = RUPTURE_BASE_PROB / (1.0 - RUPTURE_BASE_PROB) * np.exp(np.minimum(log_ratio, 30.0))
    return np.asarray(odds / (1.0 + odds))


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
    balloon : its chart gives perimeter at pressure.
    inflation_atm : pressure inside; the balloon's nominal where None.
    inflations : how often; a bond that held at a pressure holds it again, so only the largest
        counts (no source shows fatigue within a case).
    draws : from ``sample_population``.
    """
    del inflations
    atm = balloon.nominal_atm if inflation_atm is None else inflation_atm
    outer = balloon.perimeter_mm(atm)
    n = draws.residual.size
    count, borne = _split(state, outer, atm, draws)
    split = count / state.bound_count
    retained = draws.column(f"retained_{state.valve_class}_frac")
    perimeter = open_perimeter_mm(state, outer, split, retained)
    before = np.broadcast_to(state.area_anatomic_cm2, (n,))
    gain = (perimeter**2 / (400.0 * np.pi) - before) * np.exp(draws.residual)
    ring_cm2 = np.pi / 400.0 * state.annulus_mm**2
    anatomic = np.minimum(before + np.maximum(gain, 0.0), np.maximum(0.9 * ring_cm2, before))
    ratio = outer / state.ring_perimeter_mm
    reference = draws.column("bond_strength_n_mm")
    torn = borne * max(ratio, 1.0) ** 2 >= reference * LEAFLET_RATIO[state.valve_class] * np.exp(
        LEAFLET_LOG_SD * draws.leaflet
    )
    gap = GAP_MM2[state.valve_class] * split * ratio**GAP_POWER * np.exp(GAP_LOG_SD * draws.tear)
    tear = np.where(torn, TEAR_MM2[state.valve] * np.exp(TEAR_LOG_SD * draws.tear), 0.0)
    eroa = state.eroa_mm2 + np.where(anatomic > before, np.maximum(gap, tear), tear)
    stretch = max(ratio, 1.0)
    lvot = state.lvot_mm
    return Inflation(
        area_effective_cm2=np.broadcast_to(state.contraction_ratio, (n,)) * anatomic,
        area_anatomic_cm2=anatomic,
        eroa_mm2=eroa,
        regurgitation_grade=leak_grade(state.valve, eroa),
        commissures_split_count=count,
        calcium_fracture=(count > 0) & (state.calcium_ratio > 0.0),
        leaflet_torn=torn,
        annular_stretch_ratio=np.full(n, stretch),
        rupture_prob=rupture_probability(np.full(n, ratio - 1.0)),
        conduction_stretch_ratio=np.full(n, outer / (np.pi * lvot) if lvot else 1.0),
        waist_tension_n_mm=borne,
    )


def expected_log_ratio(state: ValveState, outer_mm: Mm, atm: Atm, population: Population) -> float:
    """Return ln(area after / before) of a mean valve, splits taken over their scatter.

    The chance that bond k of N parts is the share of a log-normal strength below the tension when
    k of N + 1 parts of the way are open; smooth in every parameter, for learning.
    """
    from scipy.special import ndtr

    start = state.orifice_perimeter_mm
    strength = population.bond_strength_n_mm * float(
        relative_bond_strength(state, np.array([population.calcium_strength_ratio]))[0]
    )
    bonds = state.bound_count
    chances = []
    for k in range(bonds):
        tension = waist_tension_n_mm(start, outer_mm, atm, (k + 1.0) / (bonds + 1.0))
        # Sorted strengths: bond k sits at its expected normal score.
        score = SCORES[bonds][k]
        z = (np.log(tension / strength) - SIDE_LOG_SD * score) / (0.6 * SIDE_LOG_SD + 0.05)
        chances.append(float(ndtr(z)[0]))
    split = float(np.mean(np.minimum.accumulate(chances)))
    retained = np.array([population.retained_frac(state.valve_class)])
    perimeter = open_perimeter_mm(state, outer_mm, np.array([split]), retained)
    area = float((perimeter**2 / (400.0 * np.pi))[0])
    return float(np.log(max(area, float(state.area_anatomic_cm2[0])) / state.area_anatomic_cm2[0]))


# Expected order statistics of 1, 2 and 3 standard normals: 1/sqrt(pi) and 3/(2 sqrt(pi)).
SCORES = {1: (0.0,), 2: (-0.5642, 0.5642), 3: (-0.8463, 0.0, 0.8463)}
