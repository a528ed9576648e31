"""Cables: springs of the ring, and chords, between two nodes; slack when short, some may break."""

import math

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import leaf

__all__ = ["CABLE", "cable_energy", "cable_tangent", "cable_tension", "ring_cables"]

CABLE = ("rest_mm", "stiffness_n", "exponent", "break_n", "push_frac")


@leaf
def cable_tension(length: float, rest: float, k: float, b: float, push: float) -> float:
    """Return the tension of a cable, N.

    Equation
    --------
    T = k/b (exp(b e) - 1), e = length/rest - 1 (Fung); shortened, the share ``push`` of k e.
    """
    e = length / rest - 1.0
    return k / b * (math.exp(b * e) - 1.0) if e > 0.0 else push * k * e


@leaf
def cable_tangent(length: float, rest: float, k: float, b: float, push: float) -> float:
    """Return a bound on the stiffness of a cable along and across it, N/mm."""
    e = length / rest - 1.0
    return k * math.exp(b * e) / rest if e > 0.0 else push * k / rest


@leaf
def cable_energy(length: float, rest: float, k: float, b: float, push: float) -> float:
    """Return the energy of a cable, mJ."""
    e = length / rest - 1.0
    if e <= 0.0:
        return 0.5 * push * k * e * e * rest
    return rest * k / b * ((math.exp(b * e) - 1.0) / b - e)


def ring_cables(
    nodes_mm: NDArray[np.float64],
    ring: NDArray[np.int32],
    *,
    stiffness_n: float,
    exponent: float,
    closed: bool = True,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the cables of a ring, along it from node to node: pairs (r, 2), values (r, 5).

    Parameters
    ----------
    nodes_mm : (n, 3).
    ring : int32 (r,), in order.
    stiffness_n : force per strain of the ring's wall: modulus times its cross-section, 1 to 100 N.
    exponent : of the Fung law, 2 to 15.
    closed : whether the last node is tied to the first.
    """
    pairs = np.column_stack([ring, np.roll(ring, -1)]).astype(np.int64)
    if not closed:
        pairs = pairs[:-1]
    rest = np.linalg.norm(nodes_mm[pairs[:, 1]] - nodes_mm[pairs[:, 0]], axis=1)
    values = np.empty((len(pairs), len(CABLE)))
    values[:, 0] = rest
    values[:, 1:] = stiffness_n, exponent, np.inf, 1.0
    return pairs, values
