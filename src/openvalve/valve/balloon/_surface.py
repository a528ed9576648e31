"""The balloon as a surface: a radius along one or two axes, at its chart's size."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from openvalve.devices import Balloon
from openvalve.errors import InputError, InputItem
from openvalve.units import Atm, Deg, Frac, Ml, Mm
from openvalve.valve.balloon._double import double_axes_mm, loop_perimeters_mm
from openvalve.valve.balloon._inoue import (
    inoue_diameters_mm,
    inoue_highest_atm,
    inoue_pressure_atm,
    inoue_progress,
)

__all__ = ["BalloonSurface", "Profile", "ProfileTable", "balloon_surface"]

Array = NDArray[np.float64]

# Shapes that no source prints [K], as shares of the label: length of a shoulder (0.4 to 0.9; the
# "short round shoulders" of B20 and the pillow ends of an Inoue 0.35), of the waist of a nucleus or
# an Inoue along the working part (0.15 to 0.4), of each blend beside it.
SHOULDER_FRAC, SHORT_SHOULDER_FRAC = 0.60, 0.35
WAIST_OF_LENGTH_FRAC, BLEND_OF_LENGTH_FRAC = 0.20, 0.20
# The wire tube under the balloon [K]: 0.035 in wire 0.6 (0.5 to 0.7), 0.014 to 0.021 in 0.35 mm.
CORE_RADIUS_MM, SMALL_CORE_RADIUS_MM, SMALL_BALLOON_MM = 0.6, 0.35, 8.0
STEP_MM = 0.25
# Ends of a nucleus fill before its waist, at no pressure that a gauge shows [B8]; (atm, share of
# the label), then the label at nominal and 3 % more at rated burst (assumed; 10 % allowed [B8]).
ENDS_FULL = (0.15, 0.92)
ENDS_AT_RATED_FRAC = 1.03


class Profile(NamedTuple):
    """What a contact kernel needs; ``z_mm`` never changes with pressure.

    Attributes
    ----------
    z_mm : uniform grid in the valve's frame, shape (k,).
    radius_mm : free radius about each axis, shape (a, k).
    axes_mm : where the axes cross the plane z = 0, shape (a, 2).
    """

    z_mm: Array
    radius_mm: Array
    axes_mm: Array


class ProfileTable(NamedTuple):
    """Every profile of a balloon, for a kernel that goes between rows by the pressure.

    Attributes
    ----------
    pressures_atm : rising from 0 to the end of the chart, knots of the chart among them; (n,).
    z_mm : as in ``Profile``, shape (k,).
    radius_mm, axes_mm : of each row, shapes (n, a, k) and (n, a, 2).
    """

    pressures_atm: Array
    z_mm: Array
    radius_mm: Array
    axes_mm: Array


@dataclass(frozen=True, kw_only=True, slots=True)
class BalloonSurface:
    """One balloon, or two side by side, as surfaces of revolution.

    Attributes
    ----------
    balloon : of the catalogue.
    seat_mm : where the middle of the working part lies along z.
    distal_forward : the tip points along +z (antegrade); retrograde: False.
    line_deg : direction of the line through the axes of two balloons, about z.
    grid_mm : distances from the middle of the working part along +z, shape (k,).
    weights : of proximal, waist and distal diameter in each section, shape (a, 3, k); they fall to
        0 over the shoulders.
    taper_frac : of a conical balloon, how much smaller its distal end is.
    """

    balloon: Balloon
    seat_mm: Mm
    distal_forward: bool
    line_deg: Deg
    grid_mm: Array
    weights: Array
    taper_frac: Frac

    @property
    def parts(self) -> tuple[Balloon, ...]:
        """The balloons of a pair, else the one."""
        return self.balloon.parts or (self.balloon,)

    @property
    def highest_atm(self) -> Atm:
        """Pressure at which the (first) chart ends."""
        return min(_highest_atm(part) for part in self.parts)

    def profile(self, pressure_atm: Atm) -> Profile:
        """Return the free shape at a pressure inside.

        Raises
        ------
        InputError : below 0, not a number, or beyond the end of the chart.
        """
        self._refuse(pressure_atm)
        radius = self._radii_mm(pressure_atm)
        axes = np.zeros((1, 2))
        if len(radius) == 2:
            axes = double_axes_mm(float(radius[0].max()), float(radius[1].max()), self.line_deg)
        return Profile(self.grid_mm + self.seat_mm, radius, axes)

    def _radii_mm(self, pressure_atm: Atm) -> Array:
        """Return the free radii of each balloon on the grid, shape (a, k)."""
        radius = np.empty((len(self.parts), self.grid_mm.size))
        for row, part, weights in zip(radius, self.parts, self.weights, strict=True):
            widths = _diameters_mm(part, pressure_atm)
            widths = widths * np.array([1.0, 1.0 - 0.5 * self.taper_frac, 1.0 - self.taper_frac])
            core = _core_mm(part)
            row[:] = np.maximum(core + (0.5 * widths - core) @ weights, core)
        return radius

    def table(self, rows: int = 32) -> ProfileTable:
        """Return profiles at the chart's knots and evenly between, about ``rows`` of them.

        Between knots the radii of chart balloons are linear in pressure, so a kernel that
        interpolates rows by pressure has the profile itself; an Inoue's are within 0.1 mm.
        """
        knots = [p for part in self.parts for p, _ in part.chart]
        knots += [q for p in self.parts if p.kind == "nucleus" for q in _ends_knots(p)]
        if self.balloon.kind == "inoue":
            knots = [inoue_pressure_atm(self.balloon, float(s)) for s in range(5)]
        even = self.highest_atm * np.linspace(0.0, 1.0, rows)
        pressures = np.unique(np.concatenate((even, [p for p in knots if p < self.highest_atm])))
        profiles = [self.profile(float(p)) for p in pressures]
        return ProfileTable(
            pressures,
            profiles[0].z_mm,
            np.array([p.radius_mm for p in profiles]),
            np.array([p.axes_mm for p in profiles]),
        )

    def volumes_ml(self, pressure_atm: Array | Atm) -> Array:
        """Return the room inside each balloon at its free shape, the shaft not counted; (..., a).

        Parameters
        ----------
        pressure_atm : one pressure, or shape (n,).
        """
        asked = np.atleast_1d(pressure_atm)
        for end in (asked.min(), asked.max()):
            self._refuse(float(end))
        radius = np.array([self._radii_mm(float(p)) for p in asked])
        radius = radius.reshape(*np.shape(pressure_atm), *radius.shape[1:])
        core = np.array([[_core_mm(part)] for part in self.parts])
        section = np.pi * (radius**2 - core**2)
        return np.asarray(np.trapezoid(section, self.grid_mm, axis=-1) / 1000.0)

    def displaced_ml(self, pressure_atm: Atm, lumen_radius_mm: Array) -> Ml:
        """Return the volume that a narrower lumen takes from the free shape.

        Parameters
        ----------
        lumen_radius_mm : largest radius left about the axis, on the profile's grid, shape (k,) or
            (a, k); infinite where nothing touches.
        """
        radius = self.profile(pressure_atm).radius_mm
        left = np.minimum(radius, lumen_radius_mm)
        lost = np.pi * (radius**2 - left**2)
        return float(np.trapezoid(lost, self.grid_mm, axis=-1).sum() / 1000.0)

    def effective_diameters_mm(self, pressure_atm: Atm) -> Array:
        """Return taut loop over pi in each section, shape (k,)."""
        return loop_perimeters_mm(self.profile(pressure_atm).radius_mm) / np.pi

    def _refuse(self, pressure_atm: Atm) -> None:
        if not 0.0 <= pressure_atm <= self.highest_atm + 1e-9:
            raise InputError(
                [
                    InputItem(
                        key="balloon.inflation_atm",
                        got=f"{pressure_atm:g} atm",
                        allowed=f"0 to {self.highest_atm:.3g} atm, where the chart of"
                        f" {self.balloon.model} {self.balloon.diameter_mm:.4g} mm ends",
                    )
                ]
            )


def _core_mm(balloon: Balloon) -> Mm:
    """Return the radius of the tube that the balloon sits on."""
    return SMALL_CORE_RADIUS_MM if balloon.diameter_mm < SMALL_BALLOON_MM else CORE_RADIUS_MM


def _highest_atm(balloon: Balloon) -> Atm:
    if balloon.kind == "inoue":
        return inoue_highest_atm(balloon)
    return balloon.chart[-1][0]


def _ends_knots(balloon: Balloon) -> tuple[Atm, ...]:
    """Return pressures at which the ends of a nucleus change their slope."""
    return 0.0, ENDS_FULL[0], balloon.nominal_atm, balloon.rated_burst_atm


def _diameters_mm(balloon: Balloon, pressure_atm: Atm) -> Array:
    """Return free diameters (proximal, waist, distal) at a pressure, shape (3,)."""
    if balloon.kind == "inoue":
        return inoue_diameters_mm(balloon, inoue_progress(balloon, pressure_atm))
    middle = balloon.diameter_at_mm(pressure_atm)
    if balloon.kind != "nucleus":
        return np.full(3, middle)
    d = balloon.diameter_mm
    knots = _ends_knots(balloon)
    widths = (balloon.chart[0][1], ENDS_FULL[1] * d, d, ENDS_AT_RATED_FRAC * d)
    ends = max(float(np.interp(pressure_atm, knots, widths)), middle)
    return np.array([ends, middle, ends])


def _ramp(x: Array) -> Array:
    """Return 1 below 0, a cosine between 0 and 1, 0 above."""
    return np.asarray(0.5 + 0.5 * np.cos(np.pi * np.clip(x, 0.0, 1.0)))


def _half_body_mm(balloon: Balloon) -> Mm:
    """Return half of the working part; the printed length of an Inoue holds half its ends."""
    ends = _shoulder_mm(balloon) if balloon.kind == "inoue" else 0.0
    return 0.5 * (balloon.length_mm - ends)


def _shoulder_mm(balloon: Balloon) -> Mm:
    short = balloon.kind == "inoue" or "short" in balloon.shape
    return (SHORT_SHOULDER_FRAC if short else SHOULDER_FRAC) * balloon.diameter_mm


def _weights(balloon: Balloon, grid_mm: Array, *, taper: bool) -> Array:
    """Return shares of the proximal, waist and distal diameter, distal along +z; (3, k)."""
    half = _half_body_mm(balloon)
    window = _ramp((np.abs(grid_mm) - half) / _shoulder_mm(balloon))
    if taper:
        share = np.clip(0.5 + 0.5 * grid_mm / half, 0.0, 1.0)
        return np.array([window * (1.0 - share), np.zeros_like(window), window * share])
    flat = WAIST_OF_LENGTH_FRAC * half
    waist = _ramp((np.abs(grid_mm) - flat) / (2.0 * BLEND_OF_LENGTH_FRAC * half))
    ends = window * (1.0 - waist)
    return np.array([ends * (grid_mm < 0.0), window * waist, ends * (grid_mm >= 0.0)])


def balloon_surface(
    balloon: Balloon,
    *,
    seat_mm: Mm = 0.0,
    distal_forward: bool = True,
    line_deg: Deg = 0.0,
    taper_frac: Frac = 0.0,
    step_mm: Mm = STEP_MM,
) -> BalloonSurface:
    """Return the surface of a balloon on a grid that holds it, shoulders included.

    Parameters
    ----------
    balloon : of the catalogue; two balloons share one grid.
    seat_mm, distal_forward, line_deg, taper_frac : see ``BalloonSurface``; none of the catalogue is
        conical, so a taper is given here, 0 to 0.5.
    step_mm : of the grid, 0.02 to 2 mm.

    Assumes   : straight axes; shape of the shoulders and waists [K], sizes by the chart.
    Verified  : tests/unit/valve/balloon/test_surface.py
    """
    wrong = []
    if not 0.02 <= step_mm <= 2.0:
        wrong.append(InputItem(key="step_mm", got=f"{step_mm:g} mm", allowed="0.02 to 2 mm"))
    if not 0.0 <= taper_frac <= 0.5:
        wrong.append(InputItem(key="taper_frac", got=f"{taper_frac:g}", allowed="0 to 0.5"))
    if wrong:
        raise InputError(wrong)
    parts = balloon.parts or (balloon,)
    reach = max(_half_body_mm(part) + _shoulder_mm(part) for part in parts)
    count = int(np.ceil(reach / step_mm)) + 1
    grid = step_mm * np.arange(-count, count + 1, dtype=np.float64)
    along = grid if distal_forward else -grid
    weights = np.array([_weights(part, along, taper=taper_frac > 0.0) for part in parts])
    return BalloonSurface(
        balloon=balloon,
        seat_mm=seat_mm,
        distal_forward=distal_forward,
        line_deg=line_deg,
        grid_mm=grid,
        weights=weights,
        taper_frac=taper_frac,
    )
