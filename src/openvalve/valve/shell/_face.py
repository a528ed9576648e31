"""Pressure on a triangle, and on one that has turned over."""

import math
from typing import NamedTuple

from openvalve._kernels import leaf

__all__ = ["Push", "face_push"]

# A leaflet that has turned over lies in one chamber with both of its faces: what pushes it on, as
# a follower would, is not there. A face looks into the chamber of its side while it is upright, and
# no more where it hangs over by this sine, 30 degrees [K; 20 to 60]; with 24 to 64
# degrees five torn thin domes come to areas 6 % less to 24 % more.
AWAY = 0.5


class Push(NamedTuple):
    """Force on each corner of a triangle, N."""

    x: float
    y: float
    z: float


@leaf
def face_push(
    ux: float, uy: float, uz: float, wx: float, wy: float, wz: float, load: float, facing: float
) -> Push:
    """Return what a pressure does to each corner of a triangle with sides ``u`` and ``w``.

    Equation
    --------
    f = p A n / 3; where ``facing`` is above 0, p falls from all to none as n_z, the outflow's share
    of the normal, goes from 0 to -``AWAY``.

    Parameters
    ----------
    load : pressure over six, MPa.
    facing : 0 or 1, whether a face that looks away from its chamber is spared.
    """
    nx, ny, nz = uy * wz - uz * wy, uz * wx - ux * wz, ux * wy - uy * wx
    if facing > 0.0 and nz < 0.0:
        away = -nz / math.sqrt(nx * nx + ny * ny + nz * nz)
        load *= max(1.0 - away / AWAY, 0.0)
    return Push(load * nx, load * ny, load * nz)
