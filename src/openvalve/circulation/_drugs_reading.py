"""From the state of a drug to its effect: concentration over the half effect, and saturation."""

from openvalve._kernels import leaf

__all__ = ["occupied", "read2", "read3"]


@leaf
def read3(a: float, b: float, e: float, w: tuple[float, float, float]) -> float:
    """Return an effect-site concentration over its half effect, never below zero."""
    return max(a * w[0] + b * w[1] + e * w[2], 0.0)


@leaf
def read2(a: float, e: float, w: tuple[float, float, float]) -> float:
    """Return the same of a drug with one compartment."""
    return max(a * w[0] + e * w[2], 0.0)


@leaf
def occupied(x: float) -> float:
    """Return x / (1 + x)."""
    return x / (1.0 + x)
