"""Masses that tie nodes: their factor, their product, and that no stiffness exceeds them."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.sparse import coo_matrix, diags
from scipy.sparse.linalg import spsolve

from openvalve.errors import InputError
from openvalve.valve.shell import (
    TISSUES,
    Bonds,
    Cables,
    Load,
    Relaxation,
    Shell,
    forces_n,
    shell_of,
    start,
)
from openvalve.valve.shell._blocks import blocks_of
from openvalve.valve.shell._cholesky import WIDE, factor, solve
from openvalve.valve.shell._cuda_layout import Batch, Span
from openvalve.valve.shell._cuda_pack import pack
from openvalve.valve.shell._cuda_solve import back, forth, reduce_level, scale_level
from openvalve.valve.shell._mesh_mass import mass_times, tie_weights
from openvalve.valve.shell._relaxation import Piece
from openvalve.valve.shell._ties import Ties, ties_of

Floats = NDArray[np.float64]


def sheets(nx: int = 6, ny: int = 4) -> Shell:
    """Return two sheets, end to end, that bonds hold together and a cable ties to a far corner."""
    gx, gy = np.meshgrid(np.arange(nx + 1.0), np.arange(ny + 1.0), indexing="ij")
    at = np.arange((nx + 1) * (ny + 1)).reshape(nx + 1, ny + 1)
    cells = [(at[i, j], at[i + 1, j], at[i + 1, j + 1], at[i, j + 1])
             for i in range(nx) for j in range(ny)]  # fmt: skip
    tri = np.array([t for a, b, c, d in cells for t in ((a, b, c), (a, c, d))])
    one = np.column_stack([gx.ravel(), gy.ravel(), 0.1 * gx.ravel() ** 2 / nx])
    other = one + np.array([nx, 0.0, 0.0])
    other[:, 2] = one[at[-1, 0], 2]
    pairs = np.column_stack([at[-1], at[0] + len(one)])
    values = np.array([[1.0, 2.0, 5.0, np.inf, 0.0]])
    return shell_of(
        np.concatenate([one, other]), np.concatenate([tri, tri + len(one)]),
        np.full(2 * len(tri), 0.8), np.tile([1.0, 0.0, 0.0], (2 * len(tri), 1)),
        TISSUES["mitral_rheumatic"], held=np.arange(2 * len(one)) < ny + 1,
        bonds=Bonds(pairs=pairs, tributary_mm=np.ones(ny + 1), peak_n_mm=np.full(ny + 1, 0.2),
                    energy_mj_mm=np.full(ny + 1, 0.5)),
        cables=Cables(pairs=np.array([[2, 2 * len(one) - 1]]), values=values),
    )  # fmt: skip


def tied(shell: Shell) -> Ties:
    return ties_of(len(shell.nodes_mm), shell.triangles, shell.hinges, shell.bonds, shell.cables)


def weights(shell: Shell, x: Floats, ties: Ties) -> Floats:
    """Return the weight of each pair at a shape."""
    s = start(shell)
    _, packed, _, _, rests, _ = blocks_of(
        shell.triangles, shell.inverse, shell.law, shell.hinges, shell.hinge_mj,
        shell.hinge_rad, s.bend_set_rad, s.crack_frac,
    )  # fmt: skip
    weight = np.empty(len(ties.pairs))
    tie_weights(
        x, shell.triangles, packed, shell.hinges, rests, shell.bonds, shell.bond_law,
        s.opening_mm, shell.cables, shell.cable_law, s.torn, ties, weight, np.empty(len(x)),
    )  # fmt: skip
    return weight


def laplacian(ties: Ties, weight: Floats, ground: Floats) -> Floats:
    """Return the matrix of pairs and nodes, (n, n)."""
    n = len(ground)
    a, b = ties.pairs.T.astype(int)
    part = coo_matrix((-weight, (a, b)), (n, n)).toarray()
    part += part.T
    return part + np.diag(ground - part.sum(axis=1))


def tangent(shell: Shell, x: Floats, eps: float = 1e-6) -> Floats:
    """Return the stiffness of free nodes by differences of forces."""
    free = np.flatnonzero(shell.free.ravel())
    rows = []
    for at in free:
        ends = []
        for way in (eps, -eps):
            moved = x.copy()
            moved.ravel()[at] += way
            ends.append(forces_n(shell, replace(start(shell), nodes_mm=moved), Load())[0])
        rows.append(((ends[1] - ends[0]) / (2.0 * eps)).ravel()[free])
    k = np.array(rows)
    return 0.5 * (k + k.T)


def test_factor_and_solve_are_those_of_scipy() -> None:
    ties, rng = tied(sheets()), np.random.default_rng(1)
    n = len(ties.ground)
    full = laplacian(ties, rng.uniform(0.1, 5.0, len(ties.pairs)), rng.uniform(0.0, 0.1, n))
    a, b = ties.pairs.T.astype(int)
    ties.lower[ties.slots] = full[a, b]
    ties.pivot[ties.places] = np.diag(full)
    assert factor(
        ties.begin, ties.rows, ties.left_begin, ties.left, ties.left_column, ties.lower, ties.pivot
    )
    right = rng.normal(size=(n, WIDE))
    y = np.empty((n, WIDE))
    y[ties.places] = right
    solve(ties.begin, ties.rows, ties.lower, ties.pivot, y.reshape(-1))
    wanted = spsolve(coo_matrix(full).tocsc(), right)
    np.testing.assert_allclose(y[ties.places], wanted, rtol=1e-9, atol=1e-12)
    columns = np.repeat(np.arange(n), np.diff(ties.begin.astype(int)))
    lower = coo_matrix((ties.lower, (ties.rows, columns)), (n, n)) + diags(np.ones(n))
    again = (lower @ diags(ties.pivot) @ lower.T).toarray()
    np.testing.assert_allclose(again[np.ix_(ties.places, ties.places)], full, atol=1e-12)


def test_a_matrix_that_is_not_positive_has_no_factor() -> None:
    ties = tied(sheets())
    ties.pivot[:] = -1.0
    assert not factor(
        ties.begin, ties.rows, ties.left_begin, ties.left, ties.left_column, ties.lower, ties.pivot
    )


def by_levels(batch: Batch, threads: int) -> None:
    """Factor and solve as the threads of a block do, each level's one after another."""
    (span,) = batch.mesh.span
    s, k = Span(*span.tolist()), batch.knots
    for level in range(s.level, s.level_end):
        assert sum(reduce_level(t, threads, level, k) for t in range(threads)) == 0.0
        for t in range(threads):
            scale_level(t, threads, level, k)
    for level in range(s.level, s.level_end):
        for t in range(threads):
            forth(t, threads, level, k)
    for level in range(s.level, s.level_end):
        for t in range(threads):
            back(t, threads, level, k)


@pytest.mark.parametrize("threads", [1, 5])
def test_levels_factor_and_solve_to_the_bit(threads: int) -> None:
    """No place of a level needs another of it, whatever the order of the threads."""
    shell, rng = sheets(), np.random.default_rng(4)
    run = Relaxation(shell, start(shell), tied=True)
    asked = run.asked(Piece(run, Load(), 3))
    ties = asked.ties
    n = len(ties.ground)
    full = laplacian(ties, rng.uniform(0.1, 5.0, len(ties.pairs)), rng.uniform(0.01, 0.1, n))
    a, b = ties.pairs.T.astype(int)
    ties.lower[ties.slots] = full[a, b]
    ties.pivot[ties.places] = np.diag(full)
    batch = pack([asked])
    y = np.zeros((n, WIDE))
    y[:, :3] = rng.normal(size=(n, 3))
    batch.knots.y[:] = y[:, :3]
    by_levels(batch, threads)
    factor(
        ties.begin, ties.rows, ties.left_begin, ties.left, ties.left_column, ties.lower, ties.pivot
    )
    solve(ties.begin, ties.rows, ties.lower, ties.pivot, y.reshape(-1))
    np.testing.assert_array_equal(batch.knots.lower, ties.lower)
    np.testing.assert_array_equal(batch.knots.pivot, ties.pivot)
    np.testing.assert_array_equal(batch.knots.y, y[:, :3])


def test_mass_times_is_the_matrix() -> None:
    ties, rng = tied(sheets()), np.random.default_rng(2)
    ties.weight[:] = rng.uniform(0.1, 5.0, len(ties.pairs))
    ties.ground[:] = rng.uniform(0.0, 1.0, len(ties.ground))
    v, out = rng.normal(size=(len(ties.ground), 3)), np.empty((len(ties.ground), 3))
    mass_times(ties, v, out)
    np.testing.assert_allclose(out, laplacian(ties, ties.weight, ties.ground) @ v, atol=1e-12)


@pytest.mark.parametrize("shape", ["flat", "bent", "taut", "crumpled"])
def test_no_stiffness_exceeds_what_ties(shape: str) -> None:
    shell, rng = sheets(), np.random.default_rng(3)
    x = shell.nodes_mm.copy()
    if shape == "bent":
        x[:, 2] += 1.5 * np.sin(0.8 * x[:, 0])
    elif shape == "taut":
        x[:, :2] *= 1.25
    elif shape == "crumpled":
        x += rng.normal(scale=0.08, size=x.shape)
    ties = tied(shell)
    n = len(x)
    mass = laplacian(ties, weights(shell, x, ties), np.full(n, 1e-9))
    held = shell.free[:, 0] > 0.0
    wide = np.kron(mass[np.ix_(held, held)], np.eye(3))
    assert eigh(tangent(shell, x), wide, eigvals_only=True)[-1] < 1.05


def test_a_node_held_in_part_is_refused() -> None:
    shell = sheets()
    free = shell.free.copy()
    free[-1, 0] = 0.0
    half = replace(shell, free=free)
    Relaxation(half, start(half))
    with pytest.raises(InputError, match=r"shell\.free"):
        Relaxation(half, start(half), tied=True)
