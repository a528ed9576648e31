"""Draws that depend on nothing but a seed, a stream and a count."""

from openvalve._kernels import leaf

__all__ = ["draw", "irregular", "uniform"]

STREAM = 15485863.0  # a prime: seeds of two streams are far apart


@leaf
def uniform(seed: float, k: float) -> float:
    """Return draw k of a seed, in (0, 1): a counter-based hash, so no draw depends on another.

    Source : 32-bit mixer with low bias, multipliers 0x7feb352d and 0x846ca68b [Ellis 2018, K].
    """
    x = (int(seed) * 2654435761 + int(k) * 2246822519 + 374761393) & 0xFFFFFFFF
    x = ((x ^ (x >> 16)) * 0x7FEB352D) & 0xFFFFFFFF
    x = ((x ^ (x >> 15)) * 0x846CA68B) & 0xFFFFFFFF
    x = x ^ (x >> 16)
    return (x + 0.5) * (1.0 / 4294967296.0)


@leaf
def draw(seed: float, stream: float, k: float) -> float:
    """Return draw k of a stream of a seed, in (0, 1)."""
    return uniform(seed + stream * STREAM, k)


@leaf
def irregular(seed: float, k: float, cv_frac: float) -> float:
    """Return an interval relative to the mean: three uniform draws, near normal."""
    z = uniform(seed, 3.0 * k) + uniform(seed, 3.0 * k + 1.0) + uniform(seed, 3.0 * k + 2.0)
    return 1.0 + cv_frac * 2.0 * (z - 1.5)
