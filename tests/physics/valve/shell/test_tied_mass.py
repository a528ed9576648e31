"""Tied masses: the rest of diagonal ones in a small part of their steps, whatever the mesh."""

import numpy as np
from numpy.typing import NDArray

from openvalve.valve.shell import HOLD, TISSUES, Bonds, Load, Relaxation, Shell, shell_of, start

Floats = NDArray[np.float64]
PRESSED = Load(pressure_mmhg=8.0 * np.array(HOLD))


def flap(edges: int) -> Shell:
    """Return a strip of 24 mm held at one end, with so many edges to 6 mm."""
    nx, ny = 4 * edges, edges
    gx, gy = np.meshgrid(np.arange(nx + 1.0), np.arange(ny + 1.0), indexing="ij")
    at = np.arange((nx + 1) * (ny + 1)).reshape(nx + 1, ny + 1)
    tri = []
    for i in range(nx):
        for j in range(ny):
            a, b, c, d = at[i, j], at[i + 1, j], at[i + 1, j + 1], at[i, j + 1]
            tri += [(a, b, c), (a, c, d)] if (i + j) % 2 else [(a, b, d), (b, c, d)]
    nodes = np.column_stack([gx.ravel(), gy.ravel(), 0.0 * gx.ravel()]) * 6.0 / edges
    return shell_of(
        nodes, np.array(tri), np.full(len(tri), 1.5), np.tile([1.0, 0.0, 0.0], (len(tri), 1)),
        TISSUES["mitral_rheumatic"], held=nodes[:, 0] < 1.5,
    )  # fmt: skip


def rest_of(shell: Shell, *, tied: bool) -> tuple[Floats, int]:
    """Return the rest of a flap that is pressed, and the steps until it is reached to 1e-5."""
    run = Relaxation(
        shell, start(shell), mass_ratio=1.0, damping_floor_ratio=0.02 if tied else 0.001, tied=tied
    )
    for _ in range(2000):
        mark = run.mark()
        run.advance(PRESSED, 40)
        report = run.report(mark)
        assert report.imbalance_frac < 0.01
        if report.change_frac < 1e-5 and report.residual_ratio < 1e-4:
            break
    return run.nodes_mm, run.steps


def test_rest_is_the_same_in_a_fifth_of_the_steps() -> None:
    shell = flap(6)
    one, steps = rest_of(shell, tied=False)
    other, fewer = rest_of(shell, tied=True)
    assert np.abs(one - other).max() < 1e-3 * np.abs(one - shell.nodes_mm).max()
    assert fewer < 0.2 * steps


def test_steps_do_not_grow_with_the_mesh() -> None:
    coarse, fine = rest_of(flap(4), tied=True)[1], rest_of(flap(12), tied=True)[1]
    assert fine < 1.5 * coarse


def test_energy_adds_up_while_masses_change() -> None:
    shell = flap(6)
    run = Relaxation(shell, start(shell), damping_floor_ratio=0.02, tied=True)
    mark = run.mark()
    for load in (PRESSED, Load(), PRESSED):
        run.advance(load, 60)
    report = run.report(mark)
    assert report.kinetic_mj > 0.0
    assert report.imbalance_frac < 0.01


def test_the_same_run_gives_the_same_bits() -> None:
    ends = []
    for _ in range(2):
        shell = flap(4)
        run = Relaxation(shell, start(shell), tied=True)
        run.advance(PRESSED, 50)
        run.advance(PRESSED, 50)
        ends.append(run.nodes_mm)
    np.testing.assert_array_equal(ends[0], ends[1])


def test_a_seam_opens_as_far_whatever_the_masses() -> None:
    nodes = np.array(
        [(0, 0, 0), (0, 1, 0), (-1, 0, 0), (0, 0, 0), (0, 1, 0), (1, 0, 0)], dtype=np.float64
    )
    bonds = Bonds(
        pairs=np.array([(0, 3), (1, 4)]), tributary_mm=np.full(2, 0.5),
        peak_n_mm=np.full(2, 0.2), energy_mj_mm=np.full(2, 0.02),
    )  # fmt: skip
    shell = shell_of(
        nodes, np.array([(2, 0, 1), (5, 4, 3)]), np.full(2, 0.5), np.tile([1.0, 0.0, 0.0], (2, 1)),
        TISSUES["pulmonary"], bonds=bonds, held=nodes[:, 0] < -0.5, anchor_n_mm=np.full(6, 0.01),
    )  # fmt: skip
    pull = np.zeros_like(nodes)
    pull[3:, 0] = 0.02
    widths = []
    for tied in (False, True):
        run = Relaxation(shell, start(shell), damping_floor_ratio=0.02, tied=tied)
        run.advance(Load(node_force_n=pull, force_ramp=np.array([0.0, 1.0, 1.0])), 8000)
        widths.append(np.linalg.norm(run.nodes_mm[[3, 4]] - run.nodes_mm[[0, 1]], axis=1))
    np.testing.assert_allclose(widths[0], widths[1], rtol=1e-3)
    assert widths[1].min() > 0.0
