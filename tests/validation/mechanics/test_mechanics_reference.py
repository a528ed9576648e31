"""The static reference judged itself: derivatives, a tube in closed form, order of convergence."""

import dataclasses

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import brentq

from openvalve.errors import SolverError
from openvalve.validation import _mechanics_reference as reference
from openvalve.validation._mechanics_closed import leaflet_problem
from openvalve.validation._mechanics_patches import Rectangle, grid, rectangle_problem
from openvalve.validation._mechanics_reference import StaticMembrane, _Assembly, solve_membrane
from openvalve.valve.shell import TISSUES, Family, Tissue, uniaxial_mpa

pytest.importorskip("skfem", reason="the static reference of MB9")
Floats = NDArray[np.float64]
SLACK = Family(stress_mpa=0.0, exponent=10.0, lock_frac=0.3, strength_mpa=1.0)
RUBBER = Tissue(shear_mpa=0.3, round=SLACK, radial=SLACK)
RADIUS_MM, THICK_MM, PRESSURE_MPA = 10.0, 0.8, 0.012


@pytest.mark.parametrize("order", [1, 2])
def test_stiffness_is_the_derivative_of_the_forces(order: int) -> None:
    problem = leaflet_problem(4, 3, order, TISSUES["aortic_old"])
    made = _Assembly(problem)
    rng = np.random.default_rng(3)
    # some points behind the walls, so that these count
    x = made.start + rng.normal(0.0, 0.05, made.start.shape)
    x[0] -= 0.6
    way = rng.normal(0.0, 1.0, made.start.shape)
    e = 1e-6
    change = (made.missing(x + e * way)[0] - made.missing(x - e * way)[0]) / (2.0 * e)
    want = -(made.stiffness(x) @ way.ravel()).reshape(way.shape)
    assert np.abs(change - want).max() < 1e-5 * np.abs(want).max()


def quarter_tube(cells: int, order: int) -> StaticMembrane:
    """A quarter of a tube that keeps its length, on its planes of symmetry."""
    net = grid(cells, 2, (0.0, 0.0), (0.5 * np.pi, 2.0))

    def place(u: Floats, v: Floats) -> Floats:
        return np.stack([RADIUS_MM * np.cos(u), RADIUS_MM * np.sin(u), v])

    def held(at: Floats) -> NDArray[np.bool_]:
        return np.stack(
            [at[0] > 0.5 * np.pi - 1e-9, at[0] < 1e-9, np.ones(at.shape[1], dtype=bool)]
        )

    return StaticMembrane(
        points=net.points, triangles=net.triangles, place=place, order=order, held=held,
        tissue=RUBBER, thickness_mm=THICK_MM, pressure_mpa=PRESSURE_MPA,
    )  # fmt: skip


def test_tube_in_closed_form_and_order_of_convergence() -> None:
    """p r = mu t (s^2 - s^-2) with s of the circumference, r = s R."""
    mu = RUBBER.shear_mpa
    grown = brentq(
        lambda s: PRESSURE_MPA * RADIUS_MM * s * s - mu * THICK_MM * (s * s - s**-2), 1.0001, 2.0
    )
    errors = {}
    for order in (1, 2):
        found = []
        for cells in (3, 6, 12):
            still = solve_membrane(quarter_tube(cells, order))
            mean = np.hypot(still.nodes_mm[:, 0], still.nodes_mm[:, 1]).mean() / RADIUS_MM
            found.append(abs(mean / grown - 1.0))
        errors[order] = found
    assert errors[2][-1] < 1e-5
    assert np.log2(errors[1][1] / errors[1][2]) == pytest.approx(2.0, abs=0.3)
    assert np.log2(errors[2][0] / errors[2][1]) > 3.0


def test_strip_is_the_coupon_law() -> None:
    """An end force on a strip along its fibres: the stress of the law at its stretch."""
    tissue, line = TISSUES["aortic_old"], 0.3
    strip = Rectangle(long_mm=10.0, wide_mm=4.0, thick_mm=0.5, cells=5)
    problem = dataclasses.replace(rectangle_problem(strip, tissue, (line, 0.0), 0.0), order=2)
    still = solve_membrane(problem, lambda u, v: np.stack([1.05 * u, v, 0.0 * u]))
    ends = still.at(np.array([[0.0, 10.0], [2.0, 2.0]]))
    stretch = float(ends[1, 0] - ends[0, 0]) / 10.0
    stress = uniaxial_mpa(tissue.round, tissue.shear_mpa, stretch)
    assert line * stretch / 0.5 == pytest.approx(stress, rel=1e-6)


def test_a_membrane_without_rest_is_refused() -> None:
    """Above p R = mu t a tube of rubber has no rest; a saddle that Newton finds is not returned."""
    most = RUBBER.shear_mpa * THICK_MM / RADIUS_MM
    solve_membrane(dataclasses.replace(quarter_tube(4, 1), pressure_mpa=0.9 * most))
    for over, words in ((1.2, "no rest"), (40.0, "not stable")):
        burst = dataclasses.replace(quarter_tube(4, 1), pressure_mpa=over * most)
        with pytest.raises(SolverError, match=words):
            solve_membrane(burst)


def test_ways_out_of_rest_are_counted_as_by_eigenvalues(monkeypatch: pytest.MonkeyPatch) -> None:
    most = RUBBER.shear_mpa * THICK_MM / RADIUS_MM
    problem = dataclasses.replace(quarter_tube(4, 1), pressure_mpa=40.0 * most)
    counted = reference._unstable_count
    monkeypatch.setattr(reference, "_unstable_count", lambda made, x: 0)
    saddle = solve_membrane(problem).nodes_mm.T
    made = _Assembly(problem)
    stiff = made.stiffness(saddle)[made.free][:, made.free].toarray()
    below = int((np.linalg.eigvalsh(0.5 * (stiff + stiff.T)) < 0.0).sum())
    assert counted(made, saddle) == below == 5
