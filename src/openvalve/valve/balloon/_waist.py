"""The waist: slack flanks beside a narrow lumen, in closed form."""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import InputError, InputItem
from openvalve.units import Atm, Ml, Mm, NPerMm
from openvalve.valve.balloon._surface import BalloonSurface

__all__ = ["flank_pull_n_mm", "waist_displaced_ml", "waist_radii_mm"]

Array = NDArray[np.float64]

MPA_PER_ATM = 0.101325
ROWS = 400
NEAREST_RATIO = 0.02  # of the free radius: narrower lumens are counted as this


@lru_cache(maxsize=1)
def _flank() -> tuple[Array, Array]:
    """Return radius and distance to the full cylinder, both over its radius, distance rising.

    z(s) = int_s^1 t^2 / sqrt(1 - t^4) dt; with t^2 = cos a it is int sqrt(cos a) / 2 da, smooth.
    """
    angle = np.linspace(0.0, 0.5 * np.pi, ROWS)
    root = np.sqrt(np.maximum(np.cos(angle), 0.0))
    pieces = 0.25 * (root[1:] + root[:-1]) * np.diff(angle)
    return root, np.concatenate(([0.0], np.cumsum(pieces)))


def flank_pull_n_mm(pressure_atm: Atm, free_radius_mm: Mm, waist_radius_mm: Mm) -> NPerMm:
    """Return the outward pull of one flank on a millimetre of the waist's edge.

    Equation
    --------
    A slack flank carries K = p R^2 / 2 along itself (tension times radius) and leaves the waist
    at cos = (r / R)^2, so it pulls K sin / r = p sqrt(R^4 - r^4) / (2 r) outwards.
    Check: 3 atm, R 10, r 6 mm: 0.304 x 93.3 / 12 = 2.36 N/mm, where p alone does 0.30 N/mm for
    each mm of length of contact.

    Assumes   : waist inside a longer cylinder, no friction, nothing on the shaft.
    Source    : wrinkled membrane of revolution (the curve of a Mylar balloon), worked out here.
    Verified  : tests/physics/valve/balloon/test_waist.py
    """
    if not 0.0 < waist_radius_mm <= free_radius_mm:
        raise InputError(
            [
                InputItem(
                    key="waist_radius_mm",
                    got=f"{waist_radius_mm:g} mm",
                    allowed=f"more than 0, at most {free_radius_mm:g} mm",
                )
            ]
        )
    root = math.sqrt(free_radius_mm**4 - waist_radius_mm**4)
    return MPA_PER_ATM * pressure_atm * root / (2.0 * waist_radius_mm)


def waist_radii_mm(surface: BalloonSurface, pressure_atm: Atm, lumen_radius_mm: Array) -> Array:
    """Return the balloon's radii with a waist in a rigid lumen, flanks included, shape (a, k).

    Parameters
    ----------
    lumen_radius_mm : largest radius left on the surface's grid, infinite where nothing touches;
        shape (k,) or (a, k).

    Assumes   : flanks slack round themselves (below the chart); the free shape beyond them.
    """
    profile = surface.profile(pressure_atm)
    lumen = np.broadcast_to(np.asarray(lumen_radius_mm, dtype=np.float64), profile.radius_mm.shape)
    if np.any(np.isnan(lumen)) or np.any(lumen <= 0.0):
        raise InputError(
            [InputItem(key="lumen_radius_mm", got="0, less or no number", allowed="more than 0 mm")]
        )
    radii = np.minimum(profile.radius_mm, lumen)
    share, distance = _flank()
    for row, free, left in zip(radii, profile.radius_mm, lumen, strict=True):
        touched = np.flatnonzero(left < free)
        size = float(free.max())
        start = np.interp(
            np.maximum(left[touched] / size, NEAREST_RATIO), share[::-1], distance[::-1]
        )
        away = np.abs(surface.grid_mm[:, None] - surface.grid_mm[touched]) / size
        reach = np.interp(start - away, distance, share, left=1.0)  # beyond the flank: the cylinder
        if touched.size:
            np.minimum(row, np.where(away > 0.0, size * reach, np.inf).min(axis=1), out=row)
    return radii


def waist_displaced_ml(surface: BalloonSurface, pressure_atm: Atm, lumen_radius_mm: Array) -> Ml:
    """Return the volume that a rigid lumen takes from the free shape, flanks included."""
    free = surface.profile(pressure_atm).radius_mm
    held = waist_radii_mm(surface, pressure_atm, lumen_radius_mm)
    lost = np.pi * (free**2 - held**2)
    return float(np.trapezoid(lost, surface.grid_mm, axis=-1).sum() / 1000.0)
