"""One pseudo-step of a node, and how much of its speed is lost."""

import math
from typing import NamedTuple

from openvalve._kernels import leaf

__all__ = ["Way", "calm_damping", "damped_way", "due_refresh", "rayleigh_damping"]

STILL = 1e-60  # squared way below which a node rests: denormal numbers cost twenty times the step
MOST_DAMPING = 1.9  # share of the speed; 2 stops every node in each step
NO_SPEED = 1e-200
# Share of the last step's kinetic energy that is in the way of many steps: below it the nodes
# tremble more than they go. 0.1 to 0.5
TREMBLE_FRAC = 0.25
# Masses, set and damping of nodes that went less than this share of what asks for them at once wait
# so many times longer. Shares 0.05 to 0.2
CALM_FRAC, CALM_WAITS = 0.1, 4


class Way(NamedTuple):
    """Way of a node in a step, mm, and its square before it was taken for rest."""

    x: float
    y: float
    z: float
    square: float


@leaf
def damped_way(
    vx: float, vy: float, vz: float, fx: float, fy: float, fz: float,
    free_x: float, free_y: float, free_z: float, keep: float, inv: float,
) -> Way:  # fmt: skip
    """Return a node's way after the way ``v`` of the last step, under a force.

    Equation
    --------
    u = keep v + inv f, keep = (2 - c)/(2 + c), inv = 2/((2 + c) m): central differences with the
    damping c and the pseudo-mass m, the step as the unit of time.
    """
    ux = (keep * vx + inv * fx) * free_x
    uy = (keep * vy + inv * fy) * free_y
    uz = (keep * vz + inv * fz) * free_z
    square = ux * ux + uy * uy + uz * uz
    if square < STILL:
        return Way(0.0, 0.0, 0.0, square)
    return Way(ux, uy, uz, square)


@leaf
def due_refresh(since: int, refresh: int, way: float, reach: float) -> bool:
    """Return whether masses, set and damping are due.

    Parameters
    ----------
    since, refresh : steps since they were taken, and usually between.
    way, reach : way of the fastest node since, and that at which they are due at once, mm.
    """
    if since >= refresh:
        return way > CALM_FRAC * reach or since >= CALM_WAITS * refresh
    return way > reach


@leaf
def rayleigh_damping(over: float, under: float, floor: float) -> float:
    """Return twice the frequency of the way that the nodes go, from its Rayleigh quotient.

    Parameters
    ----------
    over, under : v K v and v M v of the last step.
    floor : the least.
    """
    quotient = over / under if under > NO_SPEED and over > 0.0 else 0.0
    return min(max(2.0 * math.sqrt(quotient), floor), MOST_DAMPING)


@leaf
def calm_damping(
    over: float, under: float, far_over: float, far_under: float, steps: float, floor: float
) -> float:
    """Return twice the frequency of the way that the nodes go in many steps.

    The last step alone tells more of a tremor than of the way: what is left to go is damped too
    much, and creeps. Where the nodes do little but tremble the tremor is damped.

    Parameters
    ----------
    over, under : v K v and v M v of the last step.
    far_over, far_under : of the way in the last ``steps``.
    floor : the least.
    """
    damping = rayleigh_damping(far_over, far_under, floor)
    if far_under < TREMBLE_FRAC * steps * steps * under:
        damping = max(damping, rayleigh_damping(over, under, floor))
    return damping
