"""The ring under the balloon: stretch, and the chance that it tears."""

import math

import numpy as np
from numpy.typing import NDArray

from openvalve.units import Atm, Mm, MPa, NPerMm, Ratio
from openvalve.valve._mechanics import MPA_PER_ATM
from openvalve.valve._ring_tables import (
    RIM_LOG_SD,
    RIMS,
    RING_LOADS,
    WIDTH_RADIUS_MM,
    Rim,
    crown_ratio,
    ring_group,
)
from openvalve.valve._state import ValveState

__all__ = ["annular_stretch_ratio", "ring_strain", "rupture_probability", "stretch_by"]

# Contained rupture of the root: diameter oversizing 24.6 +/- 5.4 % against 9.1 +/- 6.6 % intact
# [blanke_2012, read], on a rate of 0.3 % before (below 1 % [mem]).
RUPTURE = (0.246, 0.054)
INTACT = (0.091, 0.066)
RUPTURE_BASE_PROB = 0.003
# Moderate or heavy calcium below the valve: odds ratio about 11 [barbanti_2013, mem].
LVOT_CALCIUM_ODDS = {"none": 1.0, "mild": 2.0, "heavy": 11.0}
NEWTON_STEPS = 30  # at most; four to ten do
RESTS_AT = 1e-10  # strain


def ring_strain(
    rim: Rim,
    *,
    radius_mm: Mm,
    crown: Ratio,
    loop_ratio: Ratio,
    push_mpa: MPa,
    pull_n_mm: NDArray[np.float64] | NPerMm,
    stiffness_ratio: NDArray[np.float64] | Ratio = 1.0,
) -> NDArray[np.float64]:
    """Return the strain of a ring's diameter at rest between a balloon, its leaflets and itself.

    Equation
    --------
    Per mm of the circle of radius r that a crown k times as long is over, strain e:

        push r max(x - 1 - e, 0) = T(e/k^2) / (k r) + k a r e + pull,

    with T the Fung law of the cable (slope K below rest), a its anchors and x the balloon's loop
    over the ring's. A crown that widens lengthens by 1/k^2 of that: it flattens first. The left
    side is the balloon's pressure over a height in proportion to the gap between balloon and ring.

    Parameters
    ----------
    crown : length of the ring over its circle.
    loop_ratio : the balloon's loop over the ring's, x.
    push_mpa : pressure in the balloon times that height over the gap.
    pull_n_mm : by which leaflets draw the ring in, shape (n,).
    stiffness_ratio : of cable and anchors against the population's, shape (n,).

    Verified  : tests/physics/valve/test_ring.py
    """
    k, b = np.asarray(stiffness_ratio) * rim.stiffness_n, rim.exponent
    flat = 1.0 / crown**2
    anchor = np.asarray(stiffness_ratio) * rim.anchor_mpa * crown * radius_mm
    cable = k / (crown * radius_mm)
    push = push_mpa * radius_mm
    free = -np.asarray(pull_n_mm) / (cable * flat + anchor)
    # Right of the root, where the balance is rising and convex: Newton's steps stay there.
    bound = np.log1p(b * push * max(loop_ratio - 1.0, 0.0) / cable) / (b * flat)
    e = np.minimum(bound, loop_ratio - 1.0)
    for _ in range(NEWTON_STEPS):
        grown = np.expm1(b * flat * np.maximum(e, 0.0))
        held = np.where(e > 0.0, grown / b, flat * e) * cable + anchor * e
        slope = flat * (grown + 1.0) * cable + anchor + push
        step = (held + pull_n_mm - push * (loop_ratio - 1.0 - e)) / slope
        e = e - step
        if np.max(np.abs(step)) < RESTS_AT:
            break
    return np.asarray(np.where(free >= loop_ratio - 1.0, free, e))


def stretch_by(
    state: ValveState,
    *,
    balloon_mm: Mm,
    inflation_atm: Atm,
    width_ratio: Ratio,
    pull_n_mm: NPerMm,
    stiffness_ratio: NDArray[np.float64] | Ratio = 1.0,
) -> NDArray[np.float64]:
    """Return the ring's diameter under a balloon over its own by two numbers, shape (n,).

    Parameters
    ----------
    balloon_mm : its loop at that pressure.
    width_ratio, pull_n_mm : as in ``RingLoad``.
    stiffness_ratio : of the ring against the population's, shape (n,).
    """
    wider = np.maximum(balloon_mm / state.orifice_perimeter_mm, 1.0)
    radius = state.ring_perimeter_mm / (2.0 * math.pi)
    width = width_ratio * math.sqrt(WIDTH_RADIUS_MM / radius)
    strain = ring_strain(
        RIMS[state.valve],
        radius_mm=radius,
        crown=crown_ratio(state.valve, state.valve_class, state.morphology),
        loop_ratio=balloon_mm / state.ring_perimeter_mm,
        push_mpa=width * MPA_PER_ATM * inflation_atm,
        pull_n_mm=pull_n_mm * float(np.mean(state.bond_strength_ratio)) * np.log(wider),
        stiffness_ratio=stiffness_ratio,
    )
    return 1.0 + strain


def annular_stretch_ratio(
    state: ValveState, *, balloon_mm: Mm, inflation_atm: Atm, ring: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the ring's diameter under a balloon over its own, shape (n,).

    Equation
    --------
    ``ring_strain``, and on top what the solver's rings scatter about it; a balloon that the orifice
    lets through does nothing.

    Parameters
    ----------
    balloon_mm : its loop at that pressure.
    ring : shape (n, 2), standard normal: the ring's stiffness, and what the law misses.
    """
    load = RING_LOADS[ring_group(state.valve, state.valve_class, state.morphology)]
    stretch = stretch_by(
        state,
        balloon_mm=balloon_mm,
        inflation_atm=inflation_atm,
        width_ratio=load.width_ratio,
        pull_n_mm=load.pull_n_mm,
        stiffness_ratio=np.exp(RIM_LOG_SD[state.valve] * ring[:, 0]),
    )
    held = balloon_mm > state.orifice_perimeter_mm
    return np.asarray(np.where(held, stretch + load.tie_sd * ring[:, 1], 1.0))


def rupture_probability(
    oversize_frac: NDArray[np.float64], lvot_calcium: str = "none"
) -> NDArray[np.float64]:
    """Return the chance of a ring tear by diameter oversizing, by Bayes on ``blanke_2012``."""
    from scipy.stats import norm

    log_ratio = norm.logpdf(oversize_frac, *RUPTURE) - norm.logpdf(oversize_frac, *INTACT)
    prior = RUPTURE_BASE_PROB / (1.0 - RUPTURE_BASE_PROB)
    odds = prior * LVOT_CALCIUM_ODDS[lvot_calcium] * np.exp(np.minimum(log_ratio, 30.0))
    return np.asarray(odds / (1.0 + odds))
