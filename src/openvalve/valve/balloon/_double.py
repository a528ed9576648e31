"""Two balloons side by side: where their axes lie, and the loop around them."""

import math

import numpy as np
from numpy.typing import NDArray

from openvalve.devices import taut_loop_perimeter_mm
from openvalve.units import Deg, Mm

__all__ = ["double_axes_mm", "loop_perimeters_mm"]


def double_axes_mm(
    radius_one_mm: Mm, radius_two_mm: Mm, line_deg: Deg = 0.0
) -> NDArray[np.float64]:
    """Return the axes of two touching circles, shape (2, 2), mm.

    Their common width is centred on the origin, along a line turned by ``line_deg`` about z.
    """
    turn = math.radians(line_deg)
    along = np.array([math.cos(turn), math.sin(turn)])
    return np.array([-radius_two_mm * along, radius_one_mm * along])


def loop_perimeters_mm(radius_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the taut loop round one or two touching circles, section by section.

    Parameters
    ----------
    radius_mm : shape (a, k), a of 1 or 2.

    Returns
    -------
    perimeter_mm : shape (k,); over pi it is the effective diameter.
    """
    if len(radius_mm) == 1:
        return np.asarray(2.0 * np.pi * radius_mm[0])
    pairs = zip(2.0 * radius_mm[0], 2.0 * radius_mm[1], strict=True)
    return np.array(
        [taut_loop_perimeter_mm(diameter_one_mm=a, diameter_two_mm=b) for a, b in pairs]
    )
