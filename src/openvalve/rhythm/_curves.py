"""Activation curves: the double Hill function of the time since a chamber fired."""

from typing import NamedTuple

import numpy as np

from openvalve._kernels import leaf
from openvalve.units import Bpm, S

__all__ = [
    "ATRIUM",
    "REFERENCE_INTERVAL_S",
    "VENTRICLE",
    "Beat",
    "Beats",
    "Curve",
    "aged",
    "atrial_activation",
    "duration_scale",
    "interval_s",
    "quiet",
    "started",
    "ventricular_activation",
]

REFERENCE_INTERVAL_S = 60.0 / 70.0  # the curves are drawn for 70 beats a minute

# Systolic duration goes with the beat interval to this power, not with the interval itself: 0.25
# to 0.35 lets pressure fall under rapid pacing as measured (circulation_targets section 5).
DURATION_POWER = 0.35

AGE_LIMIT_S = 10.0  # older contractions are over; keeps powers finite in single precision
NEVER_S = 9.0


class Curve(NamedTuple):
    """Constants of one double Hill curve at 70/min, s, and the factor that makes its peak 1.

    Equation
    --------
    e = k g1/(1 + g1) 1/(1 + g2), g_i = (t/tau_i)^m_i [Stergiopulos 1996; Mynard 2012], with
    m1 = 2, and m2 = 18 for ventricles, 12 for atria: whole powers, which are multiplications.
    """

    rise_s: float
    fall_s: float
    scale: float


def _curve(rise_s: S, fall_s: S, fall_power: int) -> Curve:
    t = np.linspace(1e-5, 1.0, 100_001)
    u = (t / rise_s) ** 2
    peak = float((u / (1.0 + u) / (1.0 + (t / fall_s) ** fall_power)).max())
    return Curve(rise_s, fall_s, 1.0 / peak)


# Ventricle: rise 0.19 T, fall 0.47 T of T = 0.857 s, for an ejection near 290 ms at 70/min
# (Weissler 1968 [K]) and a relaxation of 30 to 45 ms; atrium after Mynard 2012 [K].
VENTRICLE = _curve(0.16, 0.405, 18)
ATRIUM = _curve(0.075, 0.140, 12)
V_INV_RISE, V_INV_FALL, V_SCALE = 1.0 / VENTRICLE.rise_s, 1.0 / VENTRICLE.fall_s, VENTRICLE.scale
A_INV_RISE, A_INV_FALL, A_SCALE = 1.0 / ATRIUM.rise_s, 1.0 / ATRIUM.fall_s, ATRIUM.scale


class Beat(NamedTuple):
    """The last two contractions of a chamber, ages in s since each began, at a window's start.

    ``inv_scale`` is the inverse of a contraction's duration relative to 70/min.
    """

    age: float
    inv_scale: float
    strength: float
    age_before: float
    inv_scale_before: float
    strength_before: float


class Beats(NamedTuple):
    """The contractions of the four chambers."""

    ra: Beat
    la: Beat
    rv: Beat
    lv: Beat


def quiet() -> Beats:
    """Return a heart that has never beaten."""
    still = Beat(NEVER_S, 1.0, 0.0, NEVER_S, 1.0, 0.0)
    return Beats(still, still, still, still)


@leaf
def aged(b: Beat, by_s: float) -> Beat:
    """Return the contractions ``by_s`` later."""
    return Beat(
        min(b.age + by_s, AGE_LIMIT_S),
        b.inv_scale,
        b.strength,
        min(b.age_before + by_s, AGE_LIMIT_S),
        b.inv_scale_before,
        b.strength_before,
    )


@leaf
def started(b: Beat, age: float, scale: float, strength: float) -> Beat:
    """Return the contractions after a new one began ``age`` s ago (negative: is about to begin)."""
    return Beat(age, 1.0 / scale, strength, b.age, b.inv_scale, b.strength)


@leaf
def ventricular_activation(b: Beat, since_s: float) -> float:
    """Return the activation of a ventricle ``since_s`` into the window: the larger of two beats."""
    t = max(b.age + since_s, 0.0) * b.inv_scale
    x, y = t * V_INV_RISE, t * V_INV_FALL
    u = x * x
    y2 = y * y
    y4 = y2 * y2
    y16 = y4 * y4 * y4 * y4
    num = b.strength * u
    den = (1.0 + u) * (1.0 + y16 * y2)
    t = max(b.age_before + since_s, 0.0) * b.inv_scale_before
    x, y = t * V_INV_RISE, t * V_INV_FALL
    u = x * x
    y2 = y * y
    y4 = y2 * y2
    y16 = y4 * y4 * y4 * y4
    num_before = b.strength_before * u
    den_before = (1.0 + u) * (1.0 + y16 * y2)
    newer = num * den_before >= num_before * den
    return V_SCALE * (num if newer else num_before) / (den if newer else den_before)


@leaf
def atrial_activation(b: Beat, since_s: float) -> float:
    """Return the activation of an atrium ``since_s`` into the window: the larger of two beats."""
    t = max(b.age + since_s, 0.0) * b.inv_scale
    x, y = t * A_INV_RISE, t * A_INV_FALL
    u = x * x
    y2 = y * y
    y4 = y2 * y2
    num = b.strength * u
    den = (1.0 + u) * (1.0 + y4 * y4 * y4)
    t = max(b.age_before + since_s, 0.0) * b.inv_scale_before
    x, y = t * A_INV_RISE, t * A_INV_FALL
    u = x * x
    y2 = y * y
    y4 = y2 * y2
    num_before = b.strength_before * u
    den_before = (1.0 + u) * (1.0 + y4 * y4 * y4)
    newer = num * den_before >= num_before * den
    return A_SCALE * (num if newer else num_before) / (den if newer else den_before)


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
