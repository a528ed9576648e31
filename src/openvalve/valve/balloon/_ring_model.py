"""A balloon in a narrowed tube, ring by ring: waist, flanks, wall, in milliseconds."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, solveh_banded
from scipy.optimize import brentq

from openvalve.devices import Balloon
from openvalve.errors import InputError, InputItem, SolverError
from openvalve.units import MMHG_PER_MPA, Atm, Ml, Mm, MPa, NPerMm

__all__ = [
    "ChartCylinder",
    "ElasticCylinder",
    "Membrane",
    "RingState",
    "Tube",
    "inflate_in_tube",
    "opening_atm",
    "rubber_tube",
    "stenosed_tube",
]

Array = NDArray[np.float64]

MPA_PER_ATM = 0.101325
MOST_STEP_MM = 0.3  # of one Newton step
MOST_STEPS = 400
MOST_ENDS, END_MM = 50, 1e-7  # rounds and closeness of the radius at the grid's end
RESIDUAL = 1e-9  # of the balloon's pressure times its radius times a cell
HIGHEST_ATM = 40.0


class Membrane(Protocol):
    """The wall of a balloon: what it bears round itself."""

    def hoop_n_mm(self, radius_mm: Array) -> Array:
        """Return the tension round the balloon at radii, 0 where it is slack."""
        ...

    def free_radius_mm(self, pressure_atm: Atm) -> Mm:
        """Return the radius of the free cylinder at a pressure."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class ElasticCylinder:
    """A thin wall that is slack below its own size and elastic above.

    Attributes
    ----------
    radius_mm : without tension.
    stiffness_n_mm : modulus times thickness (nylon of 1 to 2 GPa, 0.03 to 0.06 mm [K]: 30 to 120).
    """

    radius_mm: Mm
    stiffness_n_mm: NPerMm

    def hoop_n_mm(self, radius_mm: Array) -> Array:
        """Return T = E t (r / R - 1), 0 below R."""
        return self.stiffness_n_mm * np.maximum(radius_mm / self.radius_mm - 1.0, 0.0)

    def free_radius_mm(self, pressure_atm: Atm) -> Mm:
        """Return R / (1 - p R / E t); refused where the wall would run away."""
        share = MPA_PER_ATM * pressure_atm * self.radius_mm / self.stiffness_n_mm
        if not share < 1.0:
            raise _refused(
                "balloon.inflation_atm",
                f"{pressure_atm:g} atm",
                f"below {pressure_atm / share:.3g} atm for this wall",
            )
        return self.radius_mm / (1.0 - share)


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartCylinder:
    """The wall of a catalogue balloon, from its chart: T(r) = P(2 r) r.

    Attributes
    ----------
    balloon : a single cylinder; beyond its last knot the chart goes on with its last slope.
    """

    balloon: Balloon

    def _knots(self) -> tuple[Array, Array]:
        pressures, diameters = (np.array(x) for x in zip(*self.balloon.chart, strict=True))
        slope = (diameters[-1] - diameters[-2]) / (pressures[-1] - pressures[-2])
        most = max(HIGHEST_ATM, float(pressures[-1]) + 1.0)
        last = diameters[-1] + slope * (most - pressures[-1])
        return np.append(pressures, most), np.append(diameters, last)

    def hoop_n_mm(self, radius_mm: Array) -> Array:
        """Return the chart's pressure at a radius times the radius."""
        pressures, diameters = self._knots()
        return MPA_PER_ATM * np.interp(2.0 * radius_mm, diameters, pressures) * radius_mm

    def free_radius_mm(self, pressure_atm: Atm) -> Mm:
        """Return half of the chart's diameter."""
        pressures, diameters = self._knots()
        return 0.5 * float(np.interp(pressure_atm, pressures, diameters))


@dataclass(frozen=True, kw_only=True, slots=True)
class Tube:
    """A tube of incompressible neo-Hookean rings that keep their length.

    Attributes
    ----------
    z_mm : uniform grid, shape (k,).
    lumen_mm, outer_mm : unloaded inner and outer radius, shape (k,).
    shear_mpa : modulus mu of the wall.
    """

    z_mm: Array
    lumen_mm: Array
    outer_mm: Array
    shear_mpa: MPa

    def pressure_mpa(self, radius_mm: Array) -> Array:
        """Return the inner pressure that opens the rings to radii; 0 below the unloaded lumen.

        Equation
        --------
        p = mu (ln(la / lb) + (lb^-2 - la^-2) / 2), la = a / A, lb = b / B, b^2 = a^2 + B^2 - A^2:
        thick tube in plane strain.
        """
        inner, outer = self.lumen_mm, self.outer_mm
        a = np.maximum(radius_mm, inner)
        b = np.sqrt(a**2 + outer**2 - inner**2)
        la, lb = a / inner, b / outer
        return np.asarray(self.shear_mpa * (np.log(la / lb) + 0.5 * (lb**-2 - la**-2)))


@dataclass(frozen=True, kw_only=True, slots=True)
class RingState:
    """A balloon in a tube at rest.

    Attributes
    ----------
    pressure_atm : inside the balloon.
    radius_mm : of the balloon, which is the lumen where it touches; shape (k,).
    contact_mpa : pressure between balloon and wall, shape (k,).
    hoop_n_mm : tension round the balloon, shape (k,).
    meridian_n : tension along the balloon, times radius; the same in every section.
    volume_ml : inside the balloon within the grid.
    residual_ratio : largest force left on a ring over p r dz.
    """

    pressure_atm: Atm
    radius_mm: Array
    contact_mpa: Array
    hoop_n_mm: Array
    meridian_n: float
    volume_ml: Ml
    residual_ratio: float


def _refused(key: str, got: str, allowed: str) -> InputError:
    return InputError([InputItem(key=key, got=got, allowed=allowed)])


def _positive(**values: float) -> None:
    bad = [
        InputItem(key=key, got=f"{got:g}", allowed="more than 0")
        for key, got in values.items()
        if not 0.0 < got < np.inf
    ]
    if bad:
        raise InputError(bad)


def stenosed_tube(
    *,
    lumen_mm: Mm,
    vessel_mm: Mm,
    length_mm: Mm,
    wall_mm: Mm,
    shear_mpa: MPa,
    blend_mm: Mm = 2.0,
    half_mm: Mm = 30.0,
    step_mm: Mm = 0.1,
) -> Tube:
    """Return a tube with a cylindrical narrowing that fills its own wall inwards.

    Parameters
    ----------
    lumen_mm, vessel_mm : inner diameters in the narrowing and beside it.
    length_mm, blend_mm : of the narrowing and of each slope beside it.
    wall_mm : of the vessel.
    half_mm, step_mm : of the grid.
    """
    _positive(
        lumen_mm=lumen_mm,
        vessel_mm=vessel_mm,
        length_mm=length_mm,
        wall_mm=wall_mm,
        shear_mpa=shear_mpa,
        blend_mm=blend_mm,
        half_mm=half_mm,
        step_mm=step_mm,
    )
    if lumen_mm > vessel_mm:
        raise _refused("lumen_mm", f"{lumen_mm:g} mm", f"at most the vessel's {vessel_mm:g} mm")
    count = round(half_mm / step_mm)
    z = step_mm * np.arange(-count, count + 1, dtype=np.float64)
    share = np.clip((np.abs(z) - 0.5 * length_mm) / blend_mm, 0.0, 1.0)
    share = share**2 * (3.0 - 2.0 * share)
    inner = 0.5 * (lumen_mm + (vessel_mm - lumen_mm) * share)
    outer = np.full_like(z, 0.5 * vessel_mm + wall_mm)
    return Tube(z_mm=z, lumen_mm=inner, outer_mm=outer, shear_mpa=shear_mpa)


def rubber_tube(
    *,
    inner_mm: Mm,
    wall_mm: Mm,
    distensibility_per_mmhg: float,
    half_mm: Mm = 20.0,
    step_mm: Mm = 0.2,
) -> Tube:
    """Return an even tube whose modulus follows from its distensibility, dA / (A dp).

    Equation
    --------
    From the slope of the wall law at rest, dp/da = 2 mu (1 - A^2 / B^2) / A.
    """
    _positive(
        inner_mm=inner_mm,
        wall_mm=wall_mm,
        distensibility_per_mmhg=distensibility_per_mmhg,
        half_mm=half_mm,
        step_mm=step_mm,
    )
    count = round(half_mm / step_mm)
    z = step_mm * np.arange(-count, count + 1, dtype=np.float64)
    inner, outer = 0.5 * inner_mm, 0.5 * inner_mm + wall_mm
    shear = 1.0 / (MMHG_PER_MPA * distensibility_per_mmhg * (1.0 - (inner / outer) ** 2))
    return Tube(
        z_mm=z,
        lumen_mm=np.full_like(z, inner),
        outer_mm=np.full_like(z, outer),
        shear_mpa=shear,
    )


def inflate_in_tube(membrane: Membrane, tube: Tube, pressure_atm: Atm) -> RingState:
    """Return the shape of a balloon in a tube at a pressure.

    Equation
    --------
    Along the meridian r T_s = K everywhere (no friction), K = p R^2 / 2 with the radius R at the
    grid's end, beyond which the balloon closes and its shaft bears nothing. Across it
    -d/dz(K r' / sqrt(1 + r'^2)) = p r - T(r) - q(r) r: pressure against the balloon's own ring, the
    wall's ring and the pull of the flanks, which helps to open the waist. Energy of this problem
    per radian: int K sqrt(1 + r'^2) - p r^2 / 2 + U_T + U_q dz; Newton with banded Hessian.

    Assumes   : balloon longer than the grid shows, slack wherever its ring is below its chart,
                not stretched along; rings of the wall act alone; no friction.
    Raises    : SolverError where the rings do not settle.
    Verified  : tests/physics/valve/balloon/test_ring_model.py (Mylar flank in closed form, energy
                slope, mesh halved, MB2, MB4).
    """
    if not 0.0 < pressure_atm <= HIGHEST_ATM:
        raise _refused(
            "balloon.inflation_atm",
            f"{pressure_atm:g} atm",
            f"more than 0, up to {HIGHEST_ATM:g} atm",
        )
    pressure = MPA_PER_ATM * pressure_atm

    def push(radius: Array) -> Array:
        wall = tube.pressure_mpa(radius) * radius
        return np.asarray(pressure * radius - membrane.hoop_n_mm(radius) - wall)

    radius = np.minimum(tube.lumen_mm, membrane.free_radius_mm(pressure_atm))
    end = membrane.free_radius_mm(pressure_atm)
    for _ in range(MOST_ENDS):
        meridian = 0.5 * pressure * end**2
        radius, worst = _settle(push, radius, meridian, tube, pressure * end)
        if abs(radius[-1] - end) < END_MM:
            return _state(membrane, tube, pressure_atm, radius, meridian, worst)
        end = float(radius[-1])
    raise SolverError(
        "the balloon's ends did not settle",
        state={"pressure_atm": pressure_atm, "end_mm": end},
    )


def _settle(
    push: "_Push", radius: Array, meridian: float, tube: Tube, line_n_mm: NPerMm
) -> tuple[Array, float]:
    """Return radii at rest and the largest force left, by Newton's method."""
    step = float(tube.z_mm[1] - tube.z_mm[0])
    weights = np.full(tube.z_mm.size, step)
    weights[[0, -1]] *= 0.5
    scale, worst = line_n_mm * step, np.inf
    for _ in range(MOST_STEPS):
        force, banded = _linearized(push, radius, weights, meridian, step)
        worst = float(np.abs(force).max()) / scale
        if worst < RESIDUAL:
            return radius, worst
        move = _newton_step(force, banded, scale)
        radius = radius + move * min(1.0, MOST_STEP_MM / float(np.abs(move).max()))
    raise SolverError(
        "the balloon's rings did not settle",
        state={"residual_ratio": worst, "line_n_mm": line_n_mm},
    )


class _Push(Protocol):
    def __call__(self, radius: Array) -> Array: ...


def _linearized(
    push: _Push, radius: Array, weights: Array, meridian: float, step: Mm
) -> tuple[Array, Array]:
    """Return forces on the rings (k,) and the Hessian in upper banded form (2, k)."""
    slope = np.diff(radius)
    length = np.hypot(step, slope)
    tension = meridian * slope / length
    force = weights * push(radius)
    force[:-1] += tension
    force[1:] -= tension
    eps = 1e-6
    stiff = meridian * step**2 / length**3
    banded = np.zeros((2, radius.size))
    banded[1] = -weights * (push(radius + eps) - push(radius - eps)) / (2.0 * eps)
    banded[1, :-1] += stiff
    banded[1, 1:] += stiff
    banded[0, 1:] = -stiff
    return force, banded


def _newton_step(force: Array, banded: Array, scale: float) -> Array:
    """Return a descent step; the Hessian is shifted until it is positive."""
    shift = 0.0
    while True:
        try:
            shifted = banded.copy()
            shifted[1] += shift
            return np.asarray(solveh_banded(shifted, force))
        except LinAlgError:
            shift = max(2.0 * shift, 1e-3 * scale)


def _state(
    membrane: Membrane, tube: Tube, pressure_atm: Atm, radius: Array, meridian: float, worst: float
) -> RingState:
    return RingState(
        pressure_atm=pressure_atm,
        radius_mm=radius,
        contact_mpa=tube.pressure_mpa(radius),
        hoop_n_mm=membrane.hoop_n_mm(radius),
        meridian_n=meridian,
        volume_ml=float(np.trapezoid(np.pi * radius**2, tube.z_mm) / 1000.0),
        residual_ratio=worst,
    )


def opening_atm(membrane: Membrane, tube: Tube, lumen_mm: Mm, *, highest_atm: Atm = 25.0) -> Atm:
    """Return the pressure at which the narrowest ring is opened to a lumen.

    Raises
    ------
    InputError : the tube is as wide already, or the balloon does not open it that far below the
        highest pressure.
    """
    middle = int(np.argmin(tube.lumen_mm + 1e-9 * np.abs(tube.z_mm)))

    def missing(atm: float) -> float:
        return 2.0 * float(inflate_in_tube(membrane, tube, atm).radius_mm[middle]) - lumen_mm

    if not lumen_mm > 2.0 * float(tube.lumen_mm[middle]):
        raise _refused(
            "lumen_mm",
            f"{lumen_mm:g} mm",
            f"more than the {2.0 * float(tube.lumen_mm[middle]):.3g} mm there are",
        )
    if missing(highest_atm) < 0.0:
        raise _refused(
            "lumen_mm",
            f"{lumen_mm:g} mm",
            f"at most {lumen_mm + missing(highest_atm):.3g} mm at {highest_atm:g} atm",
        )
    return float(brentq(missing, 1e-2, highest_atm, xtol=1e-5))
