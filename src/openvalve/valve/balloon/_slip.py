"""Does the balloon stay in the orifice: squeezed shoulders and blood against friction and hand."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import InputError, InputItem
from openvalve.units import MMHG_PER_MPA, Atm, Mm, Mmhg, Ratio
from openvalve.valve.balloon._surface import BalloonSurface, Profile

__all__ = ["Orifice", "Slip", "conical_orifice", "slip"]

MPA_PER_ATM = 0.101325
# Unchecked defaults. Friction of a wet polymer balloon on endocardium: no number found in print
# (anatomy_and_devices.md proposes 0.03 hydrophilic to 0.15 steel [K]). Hand and shaft before the
# shaft on its wire buckles or gives: 3 N [K]; 1 to 10.
FRICTION_RATIO = 0.08
HOLD_N = 3.0
STEP_MM = 0.25


@dataclass(frozen=True, kw_only=True, slots=True)
class Orifice:
    """The lumen that a valve leaves, along z.

    Attributes
    ----------
    z_mm : rising, shape (o,).
    radius_mm : shape (o,); of two balloons, the largest radius left to each.
    """

    z_mm: NDArray[np.float64]
    radius_mm: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Refuse sections that do not rise or have no opening."""
        z, radius = self.z_mm, self.radius_mm
        fine = z.ndim == 1 and z.shape == radius.shape and z.size > 1
        if not (fine and np.all(np.diff(z) > 0.0) and np.all(radius > 0.0)):
            raise InputError(
                [
                    InputItem(
                        key="orifice",
                        got="sections that do not rise along z or have no opening",
                        allowed="z_mm rising, radius_mm more than 0, equal shapes",
                    )
                ]
            )


def conical_orifice(
    *, ring_mm: Mm, tip_mm: Mm, height_mm: Mm, lip_mm: Mm = 1.0, count: int = 121
) -> Orifice:
    """Return a valve that narrows from its ring (z = 0) to its tips, then a short straight lip.

    Parameters
    ----------
    ring_mm, tip_mm : diameters at ring and tips.
    height_mm, lip_mm : of the cone, of the straight part behind it.
    count : sections.
    """
    bad = [
        InputItem(key=key, got=f"{got:g} mm", allowed="more than 0 mm")
        for key, got in (("ring_mm", ring_mm), ("tip_mm", tip_mm), ("height_mm", height_mm))
        if not got > 0.0
    ]
    if bad:
        raise InputError(bad)
    z = np.linspace(0.0, height_mm + lip_mm, count)
    share = np.clip(z / height_mm, 0.0, 1.0)
    return Orifice(z_mm=z, radius_mm=0.5 * (ring_mm + (tip_mm - ring_mm) * share))


@dataclass(frozen=True, kw_only=True, slots=True)
class Slip:
    """Forces along +z on a balloon in an orifice, and where it comes to rest.

    Attributes
    ----------
    squeeze_n : of the orifice on the balloon's shape; 0 with the cylinder on both sides.
    blood_n : of the pressure across the blocked orifice.
    friction_n, hold_n : what resists, both without sign.
    slips : whether squeeze and blood pass what resists.
    travel_mm : how far it goes before it holds, or until it is out; signed.
    ejected : the working part has left the tips of the valve.
    """

    squeeze_n: float
    blood_n: float
    friction_n: float
    hold_n: float
    slips: bool
    travel_mm: Mm
    ejected: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class _Forces:
    squeeze_n: float
    blood_n: float
    friction_n: float
    touches: bool
    covers: bool


def slip(
    surface: BalloonSurface,
    orifice: Orifice,
    *,
    pressure_atm: Atm,
    drop_mmhg: Mmhg,
    friction_ratio: Ratio = FRICTION_RATIO,
    hold_n: float = HOLD_N,
) -> Slip:
    """Return whether a balloon slips out of an orifice.

    Equation
    --------
    Squeeze, by virtual work on the volume v that the orifice takes from the free shape:
    F = -p dv/ds = int_contact q 2 pi r r' dz, q = max(p - P(2 a), 0), r free, a lumen, P chart.
    Blood: drop x pi a_min^2. Both against friction mu int q 2 pi a dz and the hand. Between two
    equal cylinders' ends F = 0; with a shoulder in the orifice F pushes the balloon out ("melon
    seed"); with the waist of a dog-bone in it, F pulls it back.
    Check: 3 atm, shoulder edges of radius 10 and 6 mm: 0.304 x pi (100 - 36) = 61 N.

    Parameters
    ----------
    surface : seated at ``surface.seat_mm``.
    orifice : at rest; it does not widen while the balloon slips.
    pressure_atm : inside.
    drop_mmhg : pressure upstream minus downstream, positive pushes along +z.
    friction_ratio, hold_n : unchecked defaults, see above.

    Assumes   : axes along z, slow sliding, rigid orifice, pressure constant while it slides.
    Verified  : tests/physics/valve/balloon/test_slip.py
    """
    if not (math.isfinite(drop_mmhg) and friction_ratio >= 0.0 and hold_n >= 0.0):
        raise InputError(
            [
                InputItem(
                    key="slip",
                    got=f"drop {drop_mmhg:g} mmHg, friction {friction_ratio:g}, hold {hold_n:g} N",
                    allowed="a finite drop, friction and hold of 0 or more",
                )
            ]
        )
    profile = surface.profile(pressure_atm)
    hoop = _chart_mpa(surface, orifice)
    body = _working_part_mm(surface)
    pressure = MPA_PER_ATM * pressure_atm

    def at(moved_mm: Mm) -> _Forces:
        return _forces(profile, orifice, moved_mm, pressure, hoop, drop_mmhg, body)

    first = at(0.0)
    push = first.squeeze_n + first.blood_n
    goes = abs(push) > friction_ratio * first.friction_n + hold_n
    travel, ejected = 0.0, False
    if goes:
        way = math.copysign(STEP_MM, push)
        most = float(np.ptp(profile.z_mm) + np.ptp(orifice.z_mm))
        now, moving = first, True
        while moving and abs(travel) < most:
            travel += way
            now = at(travel)
            along = math.copysign(1.0, way) * (now.squeeze_n + now.blood_n)
            moving = now.touches and along > friction_ratio * now.friction_n + hold_n
        ejected = not now.covers
    return Slip(
        squeeze_n=first.squeeze_n,
        blood_n=first.blood_n,
        friction_n=friction_ratio * first.friction_n,
        hold_n=hold_n,
        slips=goes,
        travel_mm=travel,
        ejected=ejected,
    )


def _working_part_mm(surface: BalloonSurface) -> tuple[Mm, Mm]:
    """Return where the working part begins and ends, shoulders left out (of two, the longer)."""
    full = surface.grid_mm[surface.weights.sum(axis=1).max(axis=0) > 1.0 - 1e-9]
    return surface.seat_mm + float(full[0]), surface.seat_mm + float(full[-1])


def _chart_mpa(surface: BalloonSurface, orifice: Orifice) -> NDArray[np.float64]:
    """Return what each balloon's own wall bears at the lumen's size, shape (a, o)."""
    rows = []
    for part in surface.parts:
        if part.kind == "inoue":
            rows.append(np.zeros(orifice.z_mm.size))  # its mesh is slack below the full size
            continue
        pressures, diameters = zip(*part.chart, strict=True)
        rows.append(MPA_PER_ATM * np.interp(2.0 * orifice.radius_mm, diameters, pressures))
    return np.array(rows)


def _forces(
    profile: Profile,
    orifice: Orifice,
    moved_mm: Mm,
    pressure_mpa: float,
    hoop_mpa: NDArray[np.float64],
    drop_mmhg: Mmhg,
    body_mm: tuple[Mm, Mm],
) -> _Forces:
    """Return the forces with the balloon moved along z from its seat."""
    z, lumen = orifice.z_mm, orifice.radius_mm
    tips = float(z[np.argmin(lumen)])
    squeeze = normal = blocked = 0.0
    for radius, hoop in zip(profile.radius_mm, hoop_mpa, strict=True):
        free = np.interp(z, profile.z_mm + moved_mm, radius, left=0.0, right=0.0)
        slope = np.interp(
            z,
            profile.z_mm + moved_mm,
            np.gradient(radius, profile.z_mm),
            left=0.0,
            right=0.0,
        )
        bears = np.where(free > lumen, np.maximum(pressure_mpa - hoop, 0.0), 0.0)
        squeeze += float(np.trapezoid(bears * 2.0 * np.pi * free * slope, z))
        normal += float(np.trapezoid(bears * 2.0 * np.pi * lumen, z))
        section = np.pi * np.minimum(free, lumen) ** 2
        if np.any(free > lumen):
            blocked += float(section[np.argmin(lumen)])
    return _Forces(
        squeeze_n=squeeze,
        blood_n=blocked * drop_mmhg / MMHG_PER_MPA,
        friction_n=normal,
        touches=normal > 0.0,
        covers=body_mm[0] <= tips - moved_mm <= body_mm[1],
    )
