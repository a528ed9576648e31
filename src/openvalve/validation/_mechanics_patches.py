"""The fast solver on a static problem's mesh: rectangles of tissue pulled at their sides."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import SolverError
from openvalve.units import Deg, Frac, Mm, Ratio
from openvalve.validation._mechanics_reference import StaticMembrane, solve_membrane
from openvalve.valve.shell import (
    RAMP_HOLD,
    Control,
    Load,
    Report,
    Shell,
    State,
    Tissue,
    relax,
    shell_of,
    start,
)

__all__ = [
    "Grid",
    "Pulled",
    "Rectangle",
    "fast_shell",
    "grid",
    "patch_gap_frac",
    "pulled",
    "rectangle_problem",
    "settled",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
STEPS = 2000
STILL_RATIO = 1e-5  # of forces left, where a judge compares


@dataclass(frozen=True, kw_only=True, slots=True)
class Grid:
    """A rectangle of parameters in triangles: points (2, n), triangles (3, m)."""

    points: Floats
    triangles: Ints


def grid(columns: int, rows: int, low: tuple[float, float], high: tuple[float, float]) -> Grid:
    """Return a rectangle of crossed triangles."""
    u, v = np.meshgrid(
        np.linspace(low[0], high[0], columns + 1),
        np.linspace(low[1], high[1], rows + 1),
        indexing="ij",
    )
    at = np.arange(u.size).reshape(u.shape)
    a, b, c, d = at[:-1, :-1], at[1:, :-1], at[1:, 1:], at[:-1, 1:]
    i, j = np.indices(a.shape)
    even = ((i + j) % 2 == 0).ravel()
    a, b, c, d = (k.ravel() for k in (a, b, c, d))
    one = np.where(even, [a, b, c], [a, b, d])
    two = np.where(even, [a, c, d], [b, c, d])
    return Grid(points=np.stack([u.ravel(), v.ravel()]), triangles=np.concatenate([one, two], 1))


def fast_shell(problem: StaticMembrane, bending_ratio: Ratio) -> Shell:
    """Return a static problem's corners and triangles as a shell of the solver."""
    nodes = problem.place(problem.points[0], problem.points[1]).T
    tri = problem.triangles.T.astype(np.int32)
    # fibres along growing u of each flat triangle, turned as the problem says
    corners, places = nodes[tri], problem.points.T[tri]
    p, q = places[:, 1] - places[:, 0], places[:, 2] - places[:, 0]
    one, two = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    along = q[:, 1:] * one - p[:, 1:] * two
    along /= (p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0])[:, None]
    along /= np.linalg.norm(along, axis=1)[:, None]
    normal = np.cross(one, two)
    normal /= np.linalg.norm(normal, axis=1)[:, None]
    angle = np.radians(problem.fibre_deg)
    fibre = np.cos(angle) * along + np.sin(angle) * np.cross(normal, along)
    shell = shell_of(
        nodes,
        tri,
        np.full(len(tri), problem.thickness_mm),
        fibre,
        problem.tissue,
        held=problem.held(problem.points).T,
        bending_ratio=np.full(len(tri), bending_ratio),
    )
    if bending_ratio > 0.0:
        return shell
    none = slice(0, 0)
    return replace(
        shell,
        hinges=shell.hinges[none],
        hinge_mj=shell.hinge_mj[none],
        hinge_rad=shell.hinge_rad[none],
        hinge_crack_mj=shell.hinge_crack_mj[none],
    )


def settled(
    shell: Shell, load: Load, steps: int, *, mass_ratio: Ratio = 2.0
) -> tuple[State, Report]:
    """Return a shape at rest; more steps are added, at full load, up to four times."""
    control = Control(steps=steps, mass_ratio=mass_ratio)
    state, report = relax(shell, start(shell), load, control)
    still = replace(load, pressure_mmhg=load.pressure_mmhg[-1:], force_ramp=load.force_ramp[-1:])
    for _ in range(4):
        if report.settled and report.residual_ratio < STILL_RATIO:
            return state, report
        state, report = relax(shell, state, still, control)
    if not report.settled:
        raise SolverError(
            "the fast solver does not settle",
            state={"residual_ratio": report.residual_ratio, "change_frac": report.change_frac},
        )
    return state, report


@dataclass(frozen=True, kw_only=True, slots=True)
class Rectangle:
    """A flat piece of tissue, ``cells`` squares long."""

    long_mm: Mm
    wide_mm: Mm
    thick_mm: Mm
    cells: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Pulled:
    """A rectangle at rest under its tensions.

    Attributes
    ----------
    green : (3,) Green strain of its two sides, and shear, from three corners.
    report : how the run ended.
    """

    green: Floats
    report: Report

    @property
    def long_ratio(self) -> Ratio:
        """Stretch of the long side."""
        return float(np.sqrt(1.0 + 2.0 * self.green[0]))

    @property
    def wide_ratio(self) -> Ratio:
        """Stretch of the other side."""
        return float(np.sqrt(1.0 + 2.0 * self.green[1]))


def _corner(places: Floats) -> NDArray[np.bool_]:
    """Hold the plane, and one corner in it."""
    held = np.zeros((3, places.shape[1]), dtype=bool)
    held[2] = True
    held[:2, (np.abs(places) < 1e-9).all(axis=0)] = True
    return held


def _flat(u: Floats, v: Floats) -> Floats:
    return np.stack([u, v, 0.0 * u])


def rectangle_problem(
    shape: Rectangle, tissue: Tissue, tensions_n_mm: tuple[float, float], fibre_deg: Deg
) -> StaticMembrane:
    """Return a rectangle pulled at its four sides by dead tensions, N per unloaded mm."""
    rows = max(2, round(shape.cells * shape.wide_mm / shape.long_mm))
    net = grid(shape.cells, rows, (0.0, 0.0), (shape.long_mm, shape.wide_mm))
    return StaticMembrane(
        points=net.points,
        triangles=net.triangles,
        place=_flat,
        order=1,
        held=_corner,
        tissue=tissue,
        thickness_mm=shape.thick_mm,
        fibre_deg=fibre_deg,
        edge_n_mm=tensions_n_mm,
    )


def pulled(
    shape: Rectangle, tissue: Tissue, tensions_n_mm: tuple[float, float], fibre_deg: Deg
) -> Pulled:
    """Return a rectangle pulled in the fast solver.

    Parameters
    ----------
    tensions_n_mm : along its long side and across it.
    fibre_deg : of the fibres from its long side.
    """
    problem = rectangle_problem(shape, tissue, tensions_n_mm, fibre_deg)
    at = problem.points
    force = np.zeros((at.shape[1], 3))
    for axis, tension in enumerate(tensions_n_mm):
        far = at[1 - axis].max()
        spacing = far / (len(np.unique(at[1 - axis])) - 1)
        for sign, end in ((-1.0, 0.0), (1.0, at[axis].max())):
            on = at[axis] == end
            along = at[1 - axis, on]
            share = np.where((along == 0.0) | (along == far), 0.5, 1.0) * spacing
            force[on, axis] += sign * tension * share
    load = Load(node_force_n=force, force_ramp=np.array(RAMP_HOLD))
    state, report = settled(fast_shell(problem, 0.0), load, STEPS)
    corners = _corners(shape)
    here = [int(np.argmin(((at.T - c) ** 2).sum(1))) for c in corners.T]
    return Pulled(green=_green(state.nodes_mm[here], shape), report=report)


def patch_gap_frac(
    tissue: Tissue, tensions_n_mm: tuple[float, float], fibre_deg: Deg, shape: Rectangle
) -> Frac:
    """Return the largest difference of Green strain, fast against reference, over the largest."""
    problem = rectangle_problem(shape, tissue, tensions_n_mm, fibre_deg)
    exact = solve_membrane(replace(problem, order=2), lambda u, v: 1.02 * _flat(u, v))
    strain = _green(exact.at(_corners(shape)), shape)
    found = pulled(shape, tissue, tensions_n_mm, fibre_deg).green
    return float(np.abs(found - strain).max() / np.abs(strain).max())


def _corners(shape: Rectangle) -> Floats:
    return np.array([[0.0, shape.long_mm, 0.0], [0.0, 0.0, shape.wide_mm]])


def _green(corners: Floats, shape: Rectangle) -> Floats:
    """Return E11, E22, E12 from the places (3, 3) of a corner and its neighbours."""
    f = (corners[1:] - corners[0]).T / [shape.long_mm, shape.wide_mm]
    c = f.T @ f
    return np.array([0.5 * (c[0, 0] - 1.0), 0.5 * (c[1, 1] - 1.0), 0.5 * c[0, 1]])
