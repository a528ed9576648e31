"""Pressure and volume of a balloon, free or with a waist, and when it bursts."""

import math
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from openvalve.devices import Balloon, burst_probability
from openvalve.errors import InputError, InputItem
from openvalve.units import Atm, Frac, Ml
from openvalve.valve.balloon._surface import BalloonSurface
from openvalve.valve.balloon._waist import waist_displaced_ml

__all__ = [
    "SHARP_CALCIUM_RATIO",
    "PressureVolume",
    "burst_pressure_atm",
    "burst_risk_prob",
    "pressure_volume",
]

ROWS = 600  # of the table
# Heavy sharp calcium multiplies the hazard of a puncture. Worked out from seropian_2019 (abstract
# read: 30 of 90 ruptured; above 2686 AU were 41 % of these and 10 % of the others): 12.3 of 18.3
# against 17.7 of 71.7, that is hazards of 1.11 and 0.28. Compliant balloons of one hospital;
# 1.9 to 7.8 (95 %, from these counts).
SHARP_CALCIUM_RATIO = 3.9
HIGHEST_ATM = 30.0  # of devices.burst_probability


@dataclass(frozen=True, kw_only=True, slots=True)
class PressureVolume:
    """Pressure against volume of one balloon (or of two on one syringe).

    Attributes
    ----------
    surface : the free shape.
    pressures_atm, volumes_ml : table, both rising, shape (n,).
    """

    surface: BalloonSurface
    pressures_atm: NDArray[np.float64]
    volumes_ml: NDArray[np.float64]

    def pressure_atm(self, volume_ml: Ml, displaced_ml: Ml = 0.0) -> Atm:
        """Return the pressure that a filled volume gives.

        Equation
        --------
        p = P(V + v): fluid does not give, so what a waist of volume v takes has to go into the
        free part, which is then as if the free balloon held V + v.

        Parameters
        ----------
        volume_ml : inside the balloon.
        displaced_ml : volume the valve takes from the free shape at that pressure, 0 or more.

        Raises
        ------
        InputError : outside the table.
        """
        self._refuse_displaced(displaced_ml)
        low, high = float(self.volumes_ml[0]), float(self.volumes_ml[-1])
        if not low - 1e-9 <= volume_ml + displaced_ml <= high + 1e-9:
            raise _refused(
                "balloon.volume_ml",
                f"{volume_ml:.4g} mL with {displaced_ml:.4g} mL displaced",
                f"{low:.4g} to {high:.4g} mL together",
            )
        return float(np.interp(volume_ml + displaced_ml, self.volumes_ml, self.pressures_atm))

    def volume_ml(self, pressure_atm: Atm, displaced_ml: Ml = 0.0) -> Ml:
        """Return the volume inside at a pressure, V = P^-1(p) - v; see ``pressure_atm``."""
        self._refuse_displaced(displaced_ml)
        high = float(self.pressures_atm[-1])
        if not 0.0 <= pressure_atm <= high + 1e-9:
            raise _refused("balloon.inflation_atm", f"{pressure_atm:g} atm", f"0 to {high:.3g} atm")
        free = float(np.interp(pressure_atm, self.pressures_atm, self.volumes_ml))
        if displaced_ml > free:
            raise _refused("displaced_ml", f"{displaced_ml:g} mL", f"at most {free:.4g} mL")
        return free - displaced_ml

    def settled_atm(self, volume_ml: Ml, lumen_radius_mm: NDArray[np.float64]) -> Atm:
        """Return the pressure of a filled volume inside a rigid lumen, slack flanks included.

        The displaced volume grows with the free shape, hence with pressure; V_free(p) - v(p) = V is
        bracketed, as it rises with p.

        Parameters
        ----------
        volume_ml : inside the balloon.
        lumen_radius_mm : on the surface's grid, shape (k,) or (a, k).

        Raises
        ------
        InputError : more than fits at the end of the chart.
        """
        low, high = 0.0, float(self.pressures_atm[-1])
        held = partial(self._held_ml, lumen_radius_mm=lumen_radius_mm)
        if not held(low) - 1e-9 <= volume_ml <= held(high) + 1e-9:
            raise _refused(
                "balloon.volume_ml",
                f"{volume_ml:.4g} mL",
                f"{held(low):.4g} to {held(high):.4g} mL in this lumen",
            )
        if held(low) >= volume_ml:
            return low
        if held(high) <= volume_ml:
            return high
        return float(brentq(lambda p: held(p) - volume_ml, low, high, xtol=1e-12))

    def _held_ml(self, pressure_atm: Atm, lumen_radius_mm: NDArray[np.float64]) -> Ml:
        free = self.volume_ml(pressure_atm)
        return free - waist_displaced_ml(self.surface, pressure_atm, lumen_radius_mm)

    @staticmethod
    def _refuse_displaced(displaced_ml: Ml) -> None:
        if not 0.0 <= displaced_ml < math.inf:
            raise _refused("displaced_ml", f"{displaced_ml:g} mL", "0 or more")


def _refused(key: str, got: str, allowed: str) -> InputError:
    return InputError([InputItem(key=key, got=got, allowed=allowed)])


def pressure_volume(surface: BalloonSurface) -> PressureVolume:
    """Return the table of a balloon's free pressure and volume, up to the end of its chart.

    Knots of the chart are rows of the table, so no corner is cut.
    """
    knots = [p for part in surface.parts for p, _ in part.chart]
    high = surface.highest_atm
    even = high * np.linspace(0.0, 1.0, ROWS) ** 2
    pressures = np.unique(np.concatenate((even, [p for p in knots if p <= high])))
    volumes = surface.volumes_ml(pressures).sum(axis=-1)
    keep = np.concatenate(([True], np.diff(volumes) > 0.0))
    return PressureVolume(surface=surface, pressures_atm=pressures[keep], volumes_ml=volumes[keep])


def burst_risk_prob(
    balloon: Balloon, pressure_atm: Atm, calcium_frac: Frac, *, sharp: bool = False
) -> Frac:
    """Return the chance that a balloon bursts in one inflation.

    Equation
    --------
    ``devices.burst_probability``; on sharp calcium the part of the hazard that calcium adds counts
    3.9 times: h = h0 + 3.9 (h_c - h0), h = -ln(1 - P).

    Source    : see ``SHARP_CALCIUM_RATIO``.
    Verified  : tests/unit/valve/balloon/test_pressure_volume.py
    """
    usual = burst_probability(balloon, pressure_atm, calcium_frac)
    if not sharp or usual >= 1.0:
        return usual
    clean = -math.log1p(-burst_probability(balloon, pressure_atm, 0.0))
    added = -math.log1p(-usual) - clean
    return -math.expm1(-(clean + SHARP_CALCIUM_RATIO * added))


def burst_pressure_atm(
    balloon: Balloon, calcium_frac: Frac, draw_prob: Frac, *, sharp: bool = False
) -> Atm:
    """Return the pressure at which this one balloon bursts, from a uniform draw.

    The chance of a burst rises with pressure; the balloon bursts where it passes the draw. Infinite
    where it survives 30 atm.

    Parameters
    ----------
    draw_prob : uniform in 0 to 1, from the named stream of the case.
    """
    if not 0.0 <= draw_prob <= 1.0:
        raise _refused("draw_prob", f"{draw_prob:g}", "0 to 1")
    low, high = 0.0, HIGHEST_ATM
    if burst_risk_prob(balloon, high, calcium_frac, sharp=sharp) < draw_prob:
        return math.inf
    for _ in range(60):
        middle = 0.5 * (low + high)
        below = burst_risk_prob(balloon, middle, calcium_frac, sharp=sharp) < draw_prob
        low, high = (middle, high) if below else (low, middle)
    return 0.5 * (low + high)
