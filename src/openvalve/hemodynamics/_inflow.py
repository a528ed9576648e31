"""The decay of an early filling jet: its pressure half-time, as it is read from Doppler."""

import math

import numpy as np
from numpy.typing import NDArray

from openvalve.hemodynamics._beats import Phase
from openvalve.units import Ms

__all__ = ["half_time_ms"]

HALF = math.sqrt(0.5)  # of the velocity at half of the pressure drop
EARLY_S = 0.16  # after opening: where the early peak is looked for
KICK_S = 0.16  # before closing: where the atrial jet may begin, at most a third of the filling
SETTLE_S = 0.04  # after the peak: left out of the fitted line, as readers leave out the tip
SHORTEST_FILLING_S = 0.28  # in shorter ones early and atrial jets are one hump: nothing to read [K]
LONGEST_MS = 1000.0  # slower decays than this are not a half-time


def half_time_ms(
    jet_m_s: NDArray[np.float64], phase: Phase, rate_hz: float, *, atrial_kick: bool
) -> Ms | None:
    """Return the pressure half-time of the early filling jet, mean of the beats that show one.

    Where the velocity falls to 0.71 of its early peak before the atrial jet, that time; else the
    line through the decay, drawn on, as a reader does. None where no beat decays, and at fast rates
    where early and atrial jets are one.

    Parameters
    ----------
    jet_m_s : shape (n,), forward velocity in turned samples.
    phase : the fillings, in turned samples.
    rate_hz : samples a second.
    atrial_kick : whether an atrial jet may end the filling (not in fibrillation).
    """
    found = []
    early = max(2, int(EARLY_S * rate_hz))
    for first, after in phase.spans:
        kick = min(int(KICK_S * rate_hz), (after - first) // 3) if atrial_kick else 0
        end = after - kick
        if after - first < SHORTEST_FILLING_S * rate_hz:
            continue
        peak = first + int(jet_m_s[first : min(first + early, end)].argmax())
        samples = _decay_samples(jet_m_s[peak:end], rate_hz)
        if samples is not None and samples * 1000.0 / rate_hz <= LONGEST_MS:
            found.append(samples * 1000.0 / rate_hz)
    return sum(found) / len(found) if found else None


def _decay_samples(decay: NDArray[np.float64], rate_hz: float) -> float | None:
    """Return the samples from the peak, ``decay[0]``, to 0.71 of it; None where it never falls."""
    if decay[0] <= 0.0:
        return None
    target = HALF * float(decay[0])
    below = decay <= target
    k = int(below.argmax())
    if below[k]:
        over, under = float(decay[k - 1]), float(decay[k])
        return k - 1 + (over - target) / (over - under)
    tail = decay[int(SETTLE_S * rate_hz) :]
    n = tail.shape[0]
    if n < 5:
        return None
    steps = np.arange(n) - 0.5 * (n - 1)
    slope = float(steps @ tail) / (n * (n * n - 1.0) / 12.0)
    return float(decay[0]) * (1.0 - HALF) / -slope if slope < 0.0 else None
