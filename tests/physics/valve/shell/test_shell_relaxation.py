"""A run in pieces: the rest of one long run, with tied masses too; its energy, and what lasts."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from openvalve.errors import InputError, SolverError
from openvalve.valve.closing import contact_arrays
from openvalve.valve.shell import (
    HOLD,
    TISSUES,
    Bonds,
    Control,
    Load,
    Mark,
    Relaxation,
    Set,
    Shell,
    relax,
    shell_of,
    start,
)
from openvalve.valve.shell._motion import calm_damping
from openvalve.valve.shell._relax import Run, advance_arrays
from openvalve.valve.shell._relaxation import Piece, advance_pieces

Floats = NDArray[np.float64]
PRESSED = Load(pressure_mmhg=8.0 * np.array(HOLD))


def flap(edges: int = 6) -> Shell:
    """Return a strip of 24 mm, held at one end and free to bend, with so many edges to 6 mm."""
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


def seam() -> Shell:
    """Return two triangles that two bonds hold together, one of them held."""
    nodes = np.array(
        [(0, 0, 0), (0, 1, 0), (-1, 0, 0), (0, 0, 0), (0, 1, 0), (1, 0, 0)], dtype=np.float64
    )
    bonds = Bonds(
        pairs=np.array([(0, 3), (1, 4)]), tributary_mm=np.full(2, 0.5),
        peak_n_mm=np.full(2, 0.2), energy_mj_mm=np.full(2, 0.02),
    )  # fmt: skip
    return shell_of(
        nodes, np.array([(2, 0, 1), (5, 4, 3)]), np.full(2, 0.5), np.tile([1.0, 0.0, 0.0], (2, 1)),
        TISSUES["pulmonary"], bonds=bonds, held=nodes[:, 0] < -0.5, anchor_n_mm=np.full(6, 0.01),
    )  # fmt: skip


LIFTS = np.array([0.0, 1.0, 1.0])


def bending_flap() -> tuple[Shell, Floats]:
    """Return a flap that keeps 0.3 of its bend, and a force that lifts its end."""
    shell = replace(flap(), set=Set(bend_frac=0.3))
    force = np.zeros_like(shell.nodes_mm)
    force[shell.nodes_mm[:, 0] > 23.5, 2] = 1e-3
    return shell, force


def test_a_shape_that_is_passed_leaves_no_set() -> None:
    shell, force = bending_flap()
    run = Relaxation(shell, start(shell))
    run.advance(Load(node_force_n=force, force_ramp=LIFTS), 4000)
    assert np.abs(run.state.bend_set_rad).max() > 0.005  # it follows the shape that it has
    run.advance(Load(), 20_000)
    assert np.abs(run.state.bend_set_rad).max() < 1e-3
    assert away_mm(run.nodes_mm, shell.nodes_mm) < 0.02


def test_set_that_is_kept_is_the_share_of_the_shape_it_was_kept_at() -> None:
    shell, force = bending_flap()
    ends = []
    for jolt in (1.0, 3.0):  # thrown farther on the way, and back
        run = Relaxation(shell, start(shell))
        run.advance(Load(node_force_n=jolt * force, force_ramp=LIFTS), 2000)
        run.advance(Load(node_force_n=force, force_ramp=np.ones(2)), 20_000)
        run.keep()
        bent = run.nodes_mm[:, 2].max()
        run.advance(Load(), 20_000)
        ends.append(run.nodes_mm[:, 2].max())
        assert ends[-1] / bent == pytest.approx(0.3, abs=0.03)
    assert ends[0] == pytest.approx(ends[1], rel=0.02)


@pytest.mark.parametrize("kept", [False, True])
def test_a_seam_is_torn_for_good_once_it_is_kept(kept: bool) -> None:
    """Pulled apart and let go."""
    shell = seam()
    pull = np.zeros_like(shell.nodes_mm)
    pull[3:, 0] = 0.2
    run = Relaxation(shell, start(shell))
    run.advance(Load(node_force_n=pull, force_ramp=LIFTS), 3000)
    torn = run.state.opening_mm > shell.bond_law[:, 2]
    assert torn.all()
    if kept:
        run.keep()
    run.advance(Load(), 20_000)
    assert (run.state.opening_mm > shell.bond_law[:, 2]).all() == kept
    mark = run.mark()
    run.advance(Load(), 100)
    assert run.report(mark).imbalance_frac < 0.01


def away_mm(one: Floats, other: Floats) -> float:
    return float(np.sqrt(((one - other) ** 2).sum(axis=1).mean()))


def test_pieces_come_to_the_rest_of_one_long_run() -> None:
    shell = flap()
    rest, report = relax(shell, start(shell), PRESSED, Control(steps=60_000))
    assert report.settled
    far = away_mm(rest.nodes_mm, shell.nodes_mm)
    assert far > 2.0
    run = Relaxation(shell, start(shell))
    for _ in range(100):
        mark = run.mark()
        run.advance(PRESSED, 100)
    assert away_mm(run.nodes_mm, rest.nodes_mm) < 2e-3 * far
    assert run.report(mark).residual_ratio < 1e-3


def test_energy_since_a_mark_is_in_balance_and_the_change_is_the_way_since_it() -> None:
    shell = flap()
    run = Relaxation(shell, start(shell))
    run.advance(PRESSED, 300)
    mark = run.mark()
    assert isinstance(mark, Mark)
    run.advance(PRESSED, 300)
    report = run.report(mark)
    assert report.steps == 600
    assert report.imbalance_frac < 0.01
    assert report.loads_mj > 0.1 * report.stored_mj  # the balance is of something
    way = np.linalg.norm(run.nodes_mm - mark.nodes_mm)
    assert report.change_frac == pytest.approx(way / np.linalg.norm(run.nodes_mm - shell.nodes_mm))
    assert not report.settled


def test_pieces_repeat_to_the_bit_and_leave_the_start_alone() -> None:
    shell = flap()
    begin = start(shell)
    kept = begin.nodes_mm.copy()
    ends = []
    for _ in range(2):
        run = Relaxation(shell, begin)
        for steps in (70, 50, 90):
            run.advance(PRESSED, steps)
        ends.append(run.state)
    assert ends[0].nodes_mm.tobytes() == ends[1].nodes_mm.tobytes()
    assert ends[0].velocity_mm.tobytes() == ends[1].velocity_mm.tobytes()
    assert begin.nodes_mm.tobytes() == kept.tobytes()


def test_a_state_of_a_run_does_not_follow_it() -> None:
    shell = flap()
    run = Relaxation(shell, start(shell))
    run.advance(PRESSED, 50)
    seen = run.state
    kept = seen.nodes_mm.copy()
    run.advance(PRESSED, 50)
    assert seen.nodes_mm.tobytes() == kept.tobytes()
    assert away_mm(run.nodes_mm, kept) > 0.0


def test_sheets_pressed_together_in_pieces_stop_at_each_other() -> None:
    lower = np.array([(x, y, 0.0) for x in (0.0, 1.0, 2.0) for y in (0.0, 1.0, 2.0)])
    tri = []
    for i in range(2):
        for j in range(2):
            a, b, c, d = 3 * i + j, 3 * i + 3 + j, 3 * i + 4 + j, 3 * i + j + 1
            tri += [(a, b, c), (a, c, d)]
    nodes = np.vstack([lower, lower + np.array([0.0, 0.0, 0.5])])
    below = np.array(tri)
    triangles = np.vstack([below[:, ::-1], below + 9])  # sheets face each other: inflow between
    leaflet = np.repeat([0, 1], len(below)).astype(np.int8)
    held = np.r_[np.ones(9, bool), np.isin(np.arange(9), [0, 2, 6, 8])]
    shell = shell_of(
        nodes, triangles, np.full(16, 0.3), np.tile([1.0, 0.0, 0.0], (16, 1)),
        TISSUES["pulmonary"], held=held,
    )  # fmt: skip
    apart = nodes + np.where(np.arange(18)[:, None] > 8, (0.0, 0.0, 1.5), 0.0)
    sheets = contact_arrays(apart, triangles.astype(np.int32), leaflet, np.full(16, 0.3))
    push = np.zeros_like(nodes)
    push[13, 2] = -0.02
    load = Load(node_force_n=push, force_ramp=np.ones(2), sheets=sheets)
    run = Relaxation(shell, start(shell))
    for _ in range(20):
        run.advance(load, 100)
    assert run.nodes_mm[13, 2] > 0.25  # half thicknesses of both, less a little overlap
    assert run.nodes_mm[13, 2] < 0.45  # and they do touch


@pytest.mark.parametrize("steps", [0, 2])
def test_a_piece_of_no_length_is_refused(steps: int) -> None:
    shell = flap()
    with pytest.raises(InputError, match=r"control\.steps"):
        Relaxation(shell, start(shell)).advance(PRESSED, steps)


def test_a_piece_that_loses_a_number_is_made_anew_with_twice_the_masses() -> None:
    shell, ends = flap(), []
    for ratio in (0.05, 2.0):  # the first is far below what is stable
        run = Relaxation(shell, start(shell), mass_ratio=ratio)
        for _ in range(300):
            run.advance(PRESSED, 100)
        ends.append(run.nodes_mm)
    assert np.abs(ends[1] - shell.nodes_mm).max() > 10.0
    assert np.abs(ends[0] - ends[1]).max() < 0.05
    with pytest.raises(SolverError, match="a number was lost"):
        relax(shell, start(shell), PRESSED, Control(steps=100, mass_ratio=0.05))


def test_a_lost_number_that_no_mass_cures_ends_the_run() -> None:
    shell = flap()
    run = Relaxation(shell, start(shell))
    with pytest.raises(SolverError, match="a number was lost"):
        for _ in range(100):
            run.advance(Load(pressure_mmhg=np.full(2, 1e60)), 100)


def test_damping_is_that_of_the_way_where_a_tremor_is_small_beside_it() -> None:
    """Two modes of one mass: slow 0.004 a step, fast 0.5; the fast one has a tenth of the speed."""
    slow, fast, window = 0.004, 0.5, 50.0
    v = np.array([1.0, 0.1])
    k = np.array([slow, fast]) ** 2
    way = np.array([window * v[0], 0.2])  # the tremor goes nowhere
    last = float(v @ (k * v)), float(v @ v)
    far = float(way @ (k * way)), float(way @ way)
    damping = calm_damping(*last, *far, window, 0.001)
    assert damping == pytest.approx(2.0 * slow, rel=0.2)
    assert 2.0 * np.sqrt(last[0] / last[1]) > 10.0 * damping  # what the last step alone gives


def test_damping_is_that_of_the_tremor_where_the_nodes_only_tremble() -> None:
    fast, window = 0.5, 50.0
    damping = calm_damping(fast**2, 1.0, 0.01 * 0.004**2, 0.01, window, 0.001)
    assert damping == pytest.approx(2.0 * fast)
    assert calm_damping(0.0, 0.0, 0.0, 0.0, window, 0.001) == 0.001


def test_of_pieces_together_each_goes_as_alone_and_the_lost_one_is_told() -> None:
    """The lost one was tried with heavier masses, the others once."""
    shell = flap(4)
    lost = replace(start(shell), velocity_mm=np.full_like(shell.nodes_mm, np.nan))
    runs = [Relaxation(shell, state, tied=True) for state in (start(shell), lost, start(shell))]
    pieces = [
        Piece(run, PRESSED, steps, calm)
        for run, steps, calm in zip(runs, (30, 30, 40), (True, True, False), strict=True)
    ]
    tried = []

    def one_by_one(asked: list[Run]) -> list[int]:
        tried.append([run.control.mass_ratio for run in asked])
        return [advance_arrays(run) for run in asked]

    errors = advance_pieces(pieces, one_by_one)
    assert [type(error) for error in errors] == [type(None), SolverError, type(None)]
    assert tried == [[2.0, 2.0, 2.0], [4.0]]
    for k in (0, 2):
        alone = Relaxation(shell, start(shell), tied=True)
        alone.advance(PRESSED, pieces[k].steps, calm=pieces[k].calm)
        np.testing.assert_array_equal(runs[k].nodes_mm, alone.nodes_mm)
        assert runs[k].steps == alone.steps


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
    shell = seam()
    pull = np.zeros_like(shell.nodes_mm)
    pull[3:, 0] = 0.02
    widths = []
    for tied in (False, True):
        run = Relaxation(shell, start(shell), damping_floor_ratio=0.02, tied=tied)
        run.advance(Load(node_force_n=pull, force_ramp=np.array([0.0, 1.0, 1.0])), 8000)
        widths.append(np.linalg.norm(run.nodes_mm[[3, 4]] - run.nodes_mm[[0, 1]], axis=1))
    np.testing.assert_allclose(widths[0], widths[1], rtol=1e-3)
    assert widths[1].min() > 0.0
