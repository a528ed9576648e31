"""Linear kinetics as sums of exponentials.

A bolus D (per kg) into one or two compartments with an effect site behind them gives

    plasma(t) = D/V (A exp(-a t) + B exp(-b t))
    effect(t) = D/V (A k/(k-a) exp(-a t) + B k/(k-b) exp(-b t) - (sum of both) exp(-k t))

with a, b the roots of x^2 - (k10 + k12 + k21) x + k10 k21, A = (a - k21)/(a - b),
B = (k21 - b)/(a - b), k the rate of the effect site. The state therefore holds one number for each
exponential: every dose is added to all of them, every one decays by its own factor, and only the
reading weighs them. That is exact for any window and superposes to rounding.
"""

import math

from openvalve.circulation._drugs_tables import KINETICS

__all__ = ["LN2", "effect_weights", "plasma_weights", "rates_per_s", "two_roots"]

LN2 = math.log(2.0)


def two_roots(k10: float, k12: float, k21: float) -> tuple[float, float, float]:
    """Return the fast and the slow rate of two compartments and the weight of the fast one."""
    total = k10 + k12 + k21
    root = math.sqrt(total * total - 4.0 * k10 * k21)
    fast, slow = 0.5 * (total + root), 2.0 * k10 * k21 / (total + root)
    return fast, slow, (fast - k21) / (fast - slow)


def _roots(drug: str) -> tuple[float, float, float]:
    """Return the fast and the slow rate and the weight of the fast one in plasma, per min."""
    k = KINETICS[drug]
    k10 = 1e-3 * k.clearance_ml_kg_min / k.central_l_kg
    if k.peripheral_l_kg == 0.0:
        return k10, 0.0, 1.0
    k12 = 1e-3 * k.exchange_ml_kg_min / k.central_l_kg
    k21 = 1e-3 * k.exchange_ml_kg_min / k.peripheral_l_kg
    return two_roots(k10, k12, k21)


def rates_per_s(drug: str) -> tuple[float, float, float]:
    """Return the rates of the exponentials of a drug: fast, slow (0 if none), effect site, 1/s."""
    fast, slow, _ = _roots(drug)
    effect = LN2 / KINETICS[drug].effect_half_life_min
    return fast / 60.0, slow / 60.0, effect / 60.0


def plasma_weights(drug: str) -> tuple[float, float]:
    """Return what one unit per kg in fast and slow adds to plasma, unit/L."""
    _, _, share = _roots(drug)
    volume = KINETICS[drug].central_l_kg
    return share / volume, (1.0 - share) / volume


def effect_weights(drug: str, half: float = 1.0) -> tuple[float, float, float]:
    """Return what fast, slow and effect site add to the effect concentration over ``half``.

    Parameters
    ----------
    drug : name of a row of the table.
    half : concentration at the effect site that gives half of the effect, unit/L.
    """
    fast, slow, effect = rates_per_s(drug)
    a, b = plasma_weights(drug)
    first = a * effect / (effect - fast) / half
    second = b * effect / (effect - slow) / half
    return first, second, -(first + second)
