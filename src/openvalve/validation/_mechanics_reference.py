"""A static finite-element membrane in an established library (scikit-fem): the judge of MB9.

Total Lagrangian, plane stress, incompressible; any order of triangle over a plane patch of
parameters (u, v) that a map sends into space. The law (``_mechanics_law``) is written a second
time, from its energy, and shares no code with the solver. Lengths in mm, forces N, stress MPa.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import MissingExtraError, SolverError
from openvalve.units import Deg, Mm, MPa, Ratio
from openvalve.validation._mechanics_law import (
    cross_slopes,
    frame_of,
    law_at,
    strain_slopes,
    strained,
    stress_stiffness,
)
from openvalve.valve.shell import Tissue

__all__ = ["Plane", "Reference", "StaticMembrane", "solve_membrane"]

Floats = NDArray[np.float64]
Map = Callable[[Floats, Floats], Floats]

MOST_NEWTON = 150
# A step is halved a few times until less force is left; where that fails, a drag is added, a share
# of the mean stiffness, since slack parts of a membrane have next to none of their own.
MOST_HALVINGS = 7
LEAST_DRAG, MOST_DRAG = 1e-4, 1e4
REMEMBERED = 4
RESIDUAL = 1e-6  # norm of the forces left on free dofs, over that of the membrane's forces
QUADRATURE = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Plane:
    """A wall without friction: the side its normal (3,) points to, from its point (3,), is free."""

    normal: Floats
    point_mm: Floats
    stiffness_mpa_mm: float


@dataclass(frozen=True, kw_only=True, slots=True)
class StaticMembrane:
    """A problem: a patch of parameters, its map, tissue, loads.

    Attributes
    ----------
    points : (2, n) parameters of the corners; triangles : (3, m).
    place : (u, v) of any shape to mm (3, ...).
    order : 1 or 2, of the triangles.
    held : of a place (3, k) in parameters and component, bool (3, k); what does not move.
    fibre_deg : angle of the fibres from the direction of growing u.
    pressure_mpa : along u x v, follows the surface.
    edge_n_mm : tension on the sides, per unloaded length, (3, 2): on the sides where u, where v is
        least or most, outwards along the first and second row of parameters; dead.
    planes : walls.
    """

    points: Floats
    triangles: NDArray[np.int64]
    place: Map
    order: int
    held: Callable[[Floats], NDArray[np.bool_]]
    tissue: Tissue
    thickness_mm: Mm
    fibre_deg: Deg = 0.0
    pressure_mpa: MPa = 0.0
    edge_n_mm: tuple[float, float] = (0.0, 0.0)
    planes: tuple[Plane, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """A solution at rest.

    Attributes
    ----------
    places : (2, k) parameters of the nodes; nodes_mm : (k, 3) where they are.
    at : parameters (2, j) to places in space (j, 3), by the elements' own shape functions.
    stretch : at parameters (2, j), round and radial stretch (j, 2).
    newton_count : steps taken; residual_ratio : what is left.
    """

    places: Floats
    nodes_mm: Floats
    at: Callable[[Floats], Floats]
    stretch: Callable[[Floats], Floats]
    newton_count: int
    residual_ratio: Ratio


def _library() -> Any:
    try:
        return importlib.import_module("skfem")
    except ImportError as error:
        raise MissingExtraError("reference", "the static reference of MB9") from error


def _column(vector: Floats, like: Floats) -> Floats:
    return vector.reshape(3, *([1] * (like.ndim - 1)))


def _above(plane: Plane, x: Floats) -> Floats:
    return np.asarray((_column(plane.normal, x) * (x - _column(plane.point_mm, x))).sum(axis=0))


class _Assembly:
    """The library's forms of one problem, by component: dofs are all x, then all y, then all z."""

    def __init__(self, problem: StaticMembrane) -> None:
        fem = _library()
        mesh = fem.MeshTri(problem.points, problem.triangles)
        element = fem.ElementTriP1() if problem.order == 1 else fem.ElementTriP2()
        self.problem = problem
        self.basis = fem.Basis(mesh, element, intorder=QUADRATURE)
        self.places = np.asarray(self.basis.doflocs)
        self.start = np.asarray(problem.place(*self.places))
        self.frame = frame_of(self._fields(self.start)[1], problem.fibre_deg, problem.thickness_mm)
        self.free = np.flatnonzero(~problem.held(self.places).ravel())
        self.force = fem.LinearForm(lambda v, w: w.p0 * v.grad[0] + w.p1 * v.grad[1] + w.q * v)
        self.block = fem.BilinearForm(_block)
        self.dead = self._edges(fem)

    def _fields(self, x: Floats) -> tuple[Floats, Floats]:
        """Return places (3, ...) and gradients (3, 2, ...) at the points of quadrature."""
        found = [self.basis.interpolate(row) for row in x]
        values = np.stack([np.asarray(field) for field in found])
        return values, np.stack([np.asarray(field.grad) for field in found])

    def _edges(self, fem: Any) -> Floats:
        """Return forces (3, k) of the tension on the four sides."""
        total = np.zeros_like(self.start)
        mesh = self.basis.mesh
        for axis, tension in enumerate(self.problem.edge_n_mm):
            for sign, end in ((-1.0, mesh.p[axis].min()), (1.0, mesh.p[axis].max())):
                middles = mesh.p[axis, mesh.facets].mean(axis=0)
                side = np.flatnonzero(np.abs(middles - end) < 1e-9)
                facets = fem.FacetBasis(mesh, self.basis.elem, facets=side)
                total[axis] += sign * tension * fem.LinearForm(lambda v, w: v).assemble(facets)
        return total

    def _push(self, x: Floats, g: Floats) -> Floats:
        """Return pressure and walls as a load per area of the parameters, (3, ...)."""
        normal = np.cross(g[:, 0], g[:, 1], axis=0)
        area = np.sqrt((normal**2).sum(axis=0))
        push = self.problem.pressure_mpa * normal
        for plane in self.problem.planes:
            depth = np.maximum(-_above(plane, x), 0.0)
            push = push + plane.stiffness_mpa_mm * depth * area * _column(plane.normal, x)
        return np.asarray(push)

    def missing(self, x: Floats) -> tuple[Floats, Floats]:
        """Return forces left on every dof (3, k), and those of the membrane."""
        places, g = self._fields(x)
        f, c = strained(self.frame, g)
        pull = np.einsum(
            "a...,aij...->ij...",
            law_at(self.problem.tissue, c)[0],
            strain_slopes(f, self.frame.spread),
        )
        pull, push = self.frame.weight * pull, self._push(places, g)
        none = np.zeros_like(push[0])
        inner, outer = np.empty_like(x), np.empty_like(x)
        for i in range(3):
            inner[i] = self.force.assemble(self.basis, p0=pull[i, 0], p1=pull[i, 1], q=none)
            outer[i] = self.force.assemble(self.basis, p0=none, p1=none, q=push[i])
        return outer + self.dead - inner, inner

    def stiffness(self, x: Floats) -> Any:
        """Return the derivative of the forces left, sparse, its sign turned."""
        from scipy.sparse import bmat

        places, g = self._fields(x)
        f, c = strained(self.frame, g)
        gradient, hessian = law_at(self.problem.tissue, c)
        slopes = strain_slopes(f, self.frame.spread)
        stiff = np.einsum("aij...,ab...,bkl...->ijkl...", slopes, hessian, slopes, optimize=True)
        twice = stress_stiffness(gradient, self.frame.spread)
        for i in range(3):
            stiff[i, :, i] += twice
        stiff *= self.frame.weight
        turn, press = self._follow(places, g)
        rows = [
            [
                self.block.assemble(
                    self.basis,
                    a00=stiff[i, 0, k, 0], a01=stiff[i, 0, k, 1],
                    a10=stiff[i, 1, k, 0], a11=stiff[i, 1, k, 1],
                    b0=turn[i, k, 0], b1=turn[i, k, 1], c=press[i, k],
                )
                for k in range(3)
            ]
            for i in range(3)
        ]  # fmt: skip
        return bmat(rows, format="csr")

    def _follow(self, places: Floats, g: Floats) -> tuple[Floats, Floats]:
        """Return how the loads change with slopes (3, 3, 2, ...) and places (3, 3, ...), less."""
        normal = np.cross(g[:, 0], g[:, 1], axis=0)
        area = np.sqrt((normal**2).sum(axis=0))
        slopes = cross_slopes(g)
        turn = -self.problem.pressure_mpa * slopes
        press = np.zeros((3, 3, *area.shape))
        grown = np.einsum("j...,jkl...->kl...", normal / area, slopes)
        for plane in self.problem.planes:
            depth = np.maximum(-_above(plane, places), 0.0)
            k = plane.stiffness_mpa_mm
            turn = turn - np.multiply.outer(k * plane.normal, depth * grown)
            press += np.multiply.outer(
                k * np.outer(plane.normal, plane.normal), area * (depth > 0.0)
            )
        return turn, press


def _block(u: Any, v: Any, w: Any) -> Any:
    """Return one block of the stiffness at a point."""
    pulled = (w.a00 * u.grad[0] + w.a01 * u.grad[1]) * v.grad[0]
    pulled = pulled + (w.a10 * u.grad[0] + w.a11 * u.grad[1]) * v.grad[1]
    return pulled + (w.b0 * u.grad[0] + w.b1 * u.grad[1] + w.c * u) * v


def solve_membrane(problem: StaticMembrane, guess: Map | None = None) -> Reference:
    """Return a membrane at rest, by Newton's method with drag.

    Parameters
    ----------
    guess : where to start, as ``place``; a shape at rest does not depend on it beyond which of
        several is found.

    Raises
    ------
    MissingExtraError : scikit-fem is not installed.
    SolverError : no rest was found, or one that a touch would end.
    Verified  : tests/validation/mechanics/test_mechanics_reference.py
    """
    made = _Assembly(problem)
    x = made.start.copy()
    if guess is not None:
        x.flat[made.free] = guess(*made.places).flat[made.free]
    left, inner = made.missing(x)
    drag, recent = 0.0, [_size(made, left)]
    for count in range(MOST_NEWTON):
        ratio = recent[-1] / max(float(np.linalg.norm(inner)), 1e-12)
        if ratio < RESIDUAL:
            ways = _unstable_count(made, x)
            if ways:
                raise SolverError(
                    "the static membrane's rest is not stable", state={"unstable_count": ways}
                )
            return _solution(made, x, count, ratio)
        x, left, inner, drag = _stepped(made, x, left, recent[-REMEMBERED:], drag)
        recent.append(_size(made, left))
    raise SolverError(
        "the static membrane does not settle",
        state={"residual_ratio": ratio, "newton_count": float(MOST_NEWTON)},
    )


def _unstable_count(made: _Assembly, x: Floats) -> int:
    """Return in how many ways a touch would end the rest.

    Eigenvalues below 0 of the stiffness' symmetric part, however large: as many as pivots below 0
    when it is taken apart about its diagonal (Sylvester).
    """
    from scipy.sparse.linalg import splu

    stiff = made.stiffness(x)[made.free][:, made.free]
    parts = splu(
        (0.5 * (stiff + stiff.T)).tocsc(),
        permc_spec="MMD_AT_PLUS_A",
        diag_pivot_thresh=0.0,
        options={"SymmetricMode": True},
    )
    if not np.array_equal(parts.perm_r, parts.perm_c):
        raise SolverError("the static membrane's stiffness is singular", state={})
    return int((parts.U.diagonal() < 0.0).sum())


def _size(made: _Assembly, left: Floats) -> float:
    return float(np.linalg.norm(left.flat[made.free]))


def _stepped(
    made: _Assembly, x: Floats, left: Floats, recent: list[float], drag: float
) -> tuple[Floats, Floats, Floats, float]:
    """Return the next shape, its forces, and the drag to go on with."""
    from scipy.sparse import identity
    from scipy.sparse.linalg import splu

    free = made.free
    stiff = made.stiffness(x)[free][:, free].tocsc()
    unit = float(np.abs(stiff.diagonal()).mean()) * identity(len(free), format="csc")

    def tried(move: Floats) -> tuple[Floats, Floats, Floats]:
        there = x.copy()
        there.flat[free] += move
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            return there, *made.missing(there)

    if drag == 0.0:
        move = splu(stiff).solve(left.flat[free])
        for halvings in range(MOST_HALVINGS):
            found = tried(0.5**halvings * move)
            if _size(made, found[1]) < recent[-1]:
                return *found, 0.0
    while drag < MOST_DRAG:
        found = tried(splu(stiff + drag * unit).solve(left.flat[free]))
        if _size(made, found[1]) < max(recent):
            return *found, 0.25 * drag if drag > LEAST_DRAG else 0.0
        drag = max(4.0 * drag, LEAST_DRAG)
    raise SolverError("the static membrane finds no rest", state={"force_n": recent[-1]})


def _solution(made: _Assembly, x: Floats, count: int, ratio: Ratio) -> Reference:
    basis = made.basis

    def probed(at: Floats, values: Floats) -> tuple[Floats, Floats]:
        """Return values (3, j) and gradients (3, 2, j) at parameters (2, j)."""
        cells = basis.mesh.element_finder()(*at)
        local = basis.mapping.invF(at[:, :, None], tind=cells)
        value, slope = np.zeros((3, at.shape[1])), np.zeros((3, 2, at.shape[1]))
        for k in range(basis.Nbfun):
            shape = basis.elem.gbasis(basis.mapping, local, k, tind=cells)[0]
            weight = values[:, basis.element_dofs[k, cells]]
            value += weight * np.asarray(shape)[:, 0]
            slope += weight[:, None] * np.asarray(shape.grad)[:, :, 0]
        return value, slope

    def at(places: Floats) -> Floats:
        return np.asarray(probed(places, x)[0].T)

    def stretch(places: Floats) -> Floats:
        edges = probed(places, made.start)[1]
        frame = frame_of(edges, made.problem.fibre_deg, made.problem.thickness_mm)
        return np.asarray(np.sqrt(strained(frame, probed(places, x)[1])[1][:2].T))

    return Reference(
        places=made.places,
        nodes_mm=x.T,
        at=at,
        stretch=stretch,
        newton_count=count,
        residual_ratio=ratio,
    )
