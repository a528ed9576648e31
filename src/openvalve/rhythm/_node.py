"""The atrioventricular node: how long it delays an impulse, and which it does not let through.

Equation
--------
AH = n (AH0 + K exp(-t / (n tau))), t the time since the node was last left, or entered from below;
t < n t0 is blocked. n stretches all of it: autonomic tone, drugs, damage.

With the time since the last ventricular beat this is the form of [Seidel and Herzel 1998], 0.09 s,
0.78 s and 0.11 s in a published code of it; here all three are taken 0.85 times, so that the
numbers are those of 20 healthy people [Alboni 1985, Eur Heart J 6:602]: AH 83 (55 to 110) ms, HV
40 (35 to 45) ms, first Wenckebach period at 177 (150 to 200) /min, effective refractory period
269 (230 to 310) ms, functional 395 (330 to 450) ms.
"""

from openvalve._kernels import leaf
from openvalve.rhythm._marks import LONG_S

__all__ = [
    "ATRIUM_TO_NODE_S",
    "HIS_TO_VENTRICLE_S",
    "decay",
    "node_delay",
    "node_factor",
]

ATRIUM_TO_NODE_S = 0.040  # sinus node to the septum, PA interval, 25 to 55 ms [K]
HIS_TO_VENTRICLE_S = 0.040
LEAST_DELAY_S = 0.85 * 0.09
MORE_DELAY_S = 0.85 * 0.78
INV_RECOVERY_S = 1.0 / (0.85 * 0.11)
REFRACTORY_S = 0.18  # after the exit; 269 ms after the last entry less its delay
BLOCK_FRAC = 0.5  # from here on nothing passes; below, all times go with 1/(1 - 2 block)


@leaf
def decay(x: float) -> float:
    """Return exp(-x) for x of 0 or more, to 1 % below 4: the second-order form, 32 times."""
    y = min(max(x, 0.0), 24.0) * (1.0 / 32.0)
    t = 1.0 - y + 0.5 * y * y
    t = t * t
    t = t * t
    t = t * t
    t = t * t
    return t * t


@leaf
def node_factor(slowness: float, block_frac: float) -> float:
    """Return what stretches the times of the node; a block of 0.5 is complete.

    A fifth of block makes the PR interval longer than 200 ms (first degree), a third gives
    Wenckebach periods at rest, more conducts every second or third beat.
    """
    return slowness / max(1.0 - block_frac * (1.0 / BLOCK_FRAC), 0.01)


@leaf
def node_delay(since_s: float, factor: float, block_frac: float) -> float:
    """Return the delay of an impulse that comes ``since_s`` after the last; LONG_S: it is blocked.

    Parameters
    ----------
    since_s : since the node was last left; negative while an impulse is on its way.
    factor : of ``node_factor``.
    block_frac : 0 to 1, 0.5 is complete.
    """
    delay = factor * (LEAST_DELAY_S + MORE_DELAY_S * decay(since_s * INV_RECOVERY_S / factor))
    passes = block_frac < BLOCK_FRAC and since_s > REFRACTORY_S * factor
    return delay if passes else LONG_S
