"""Activation curves: the double Hill function of time, tabulated once."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import leaf
from openvalve.units import Bpm, S

__all__ = [
    "CURVE_COUNT",
    "CURVE_SPAN_S",
    "REFERENCE_INTERVAL_S",
    "activation_at",
    "atrial_curve",
    "duration_scale",
    "ventricular_curve",
]

CURVE_SPAN_S = 1.0  # the curves end (below 1e-6) before this time at scale 1
CURVE_COUNT = 1024
REFERENCE_INTERVAL_S = 60.0 / 70.0  # the curves are drawn for 70 beats a minute

# Systolic duration goes with the beat interval to this power, not with the interval itself: 0.25
# to 0.35 lets pressure fall under rapid pacing as measured (circulation_targets section 5).
DURATION_POWER = 0.35

# Double Hill constants, seconds at 70/min [circulation_targets section 2, prototype M]:
# ventricle: rise 0.20 T, fall 0.50 T of T = 0.857 s, m 1.9 and 22, for an ejection near 280 ms at
# 70/min (294 by Weissler 1968 [K]); atrium 0.075 and 0.140 s, m 2 and 11 after Mynard 2012 [K].
VENTRICLE = (0.17, 0.43, 1.9, 22.0)
ATRIUM = (0.075, 0.140, 2.0, 11.0)


def double_hill(
    time_s: NDArray[np.float64], rise_s: S, fall_s: S, rise_power: float, fall_power: float
) -> NDArray[np.float64]:
    """Return the double Hill activation, scaled to a peak of 1, same shape as ``time_s``.

    Equation
    --------
    e = k g1/(1 + g1) 1/(1 + g2), g_i = (t/tau_i)^m_i [Stergiopulos 1996; Mynard 2012].
    """
    t = np.maximum(time_s, 0.0)
    g1 = (t / rise_s) ** rise_power
    g2 = (t / fall_s) ** fall_power
    curve = g1 / (1.0 + g1) / (1.0 + g2)
    return np.asarray(curve / curve.max(), dtype=np.float64)


def _table(constants: tuple[float, float, float, float]) -> NDArray[np.float64]:
    grid = np.linspace(0.0, CURVE_SPAN_S, CURVE_COUNT + 1)
    table = double_hill(grid, *constants)
    table[-1] = 0.0
    table.flags.writeable = False
    return table


@lru_cache(maxsize=1)
def ventricular_curve() -> NDArray[np.float64]:
    """Return the ventricular activation table, shape (CURVE_COUNT + 1,)."""
    return _table(VENTRICLE)


@lru_cache(maxsize=1)
def atrial_curve() -> NDArray[np.float64]:
    """Return the atrial activation table, shape (CURVE_COUNT + 1,)."""
    return _table(ATRIUM)


def duration_scale(interval_s: S) -> float:
    """Return the duration of a contraction relative to that at 70 beats a minute.

    Equation
    --------
    (interval / 0.857 s)^0.35, with the interval before the beat.
    """
    return float((interval_s / REFERENCE_INTERVAL_S) ** DURATION_POWER)


def interval_s(rate_bpm: Bpm) -> S:
    """Return the beat interval of a rate."""
    return 60.0 / rate_bpm


@leaf
def activation_at(table: NDArray[np.float64], since_s: float, inv_scale: float) -> float:
    """Return the activation ``since_s`` after an onset, 0 outside the curve.

    Linear between table entries; the table ends in zero.
    """
    x = since_s * inv_scale * (CURVE_COUNT / CURVE_SPAN_S)
    x = min(max(x, 0.0), CURVE_COUNT - 1e-9)
    i = int(x)
    f = x - i
    return float(table[i] + f * (table[i + 1] - table[i]))
