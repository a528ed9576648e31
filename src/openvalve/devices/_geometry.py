"""Cross-sections of two round balloons side by side."""

import math

from openvalve.units import Mm, Mm2

__all__ = ["taut_loop_area_mm2", "taut_loop_perimeter_mm"]


def taut_loop_perimeter_mm(*, diameter_one_mm: Mm, diameter_two_mm: Mm) -> Mm:
    """Return the length of a taut loop round two touching circles.

    Equation
    --------
    L = 2 sqrt((r1+r2)^2 - (r2-r1)^2) + pi (r1+r2) + 2 (r2-r1) asin((r2-r1)/(r1+r2)).
    Check: 12 and 18 mm give 77.73 mm, that is 24.74 mm of an equal circle (paper: 24.8).

    Source    : geometry; benchmark MB12 [sequential_1988].
    Verified  : tests/unit/devices/test_two_balloons.py
    """
    small, large = sorted((0.5 * diameter_one_mm, 0.5 * diameter_two_mm))
    total, step = small + large, large - small
    straight = 2.0 * math.sqrt(total**2 - step**2)
    return straight + math.pi * total + 2.0 * step * math.asin(step / total)


def taut_loop_area_mm2(*, diameter_one_mm: Mm, diameter_two_mm: Mm) -> Mm2:
    """Return the area inside a taut loop round two touching circles, gaps included.

    Equation
    --------
    A = (r1+r2) 2 sqrt(r1 r2) + r2^2 (pi/2 + a) + r1^2 (pi/2 - a), a = asin((r2-r1)/(r1+r2)).
    Check: two circles of 20 mm give 400 + 314.2 = 714.2 mm2.
    """
    small, large = sorted((0.5 * diameter_one_mm, 0.5 * diameter_two_mm))
    lean = math.asin((large - small) / (small + large))
    sides = (small + large) * 2.0 * math.sqrt(small * large)
    return sides + large**2 * (0.5 * math.pi + lean) + small**2 * (0.5 * math.pi - lean)
