"""Draws that depend on nothing but a seed, a stream and a count."""

from numpy import float64

from openvalve._kernels import leaf

__all__ = ["draw", "uniform"]

STREAM = 15485863  # a prime: seeds of two streams are far apart


@leaf
def _mixed(seed: int, k: int) -> float:
    """Return draw k of a seed, in the precision of the loop (``float64`` is what the twin swaps).

    In (0, 1); single precision may round the last draw of all up to 1.

    Source : 32-bit mixer with low bias, multipliers 0x7feb352d and 0x846ca68b [Ellis 2018, K].
    """
    x = (seed * 2654435761 + k * 2246822519 + 374761393) & 0xFFFFFFFF
    x = ((x ^ (x >> 16)) * 0x7FEB352D) & 0xFFFFFFFF
    x = ((x ^ (x >> 15)) * 0x846CA68B) & 0xFFFFFFFF
    x = x ^ (x >> 16)
    return (float64(x) + 0.5) * (1.0 / 4294967296.0)


@leaf
def uniform(seed: float, k: float) -> float:
    """Return draw k of a seed, in (0, 1): a counter-based hash, so no draw depends on another."""
    return _mixed(int(seed), int(k))


@leaf
def draw(seed: float, stream: float, k: float) -> float:
    """Return draw k of a stream of a seed, in (0, 1)."""
    return _mixed(int(seed) + int(stream) * STREAM, int(k))
