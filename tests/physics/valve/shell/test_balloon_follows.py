"""A balloon on a slack wire holds a valve to no side: against closed forms and a held balloon."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from openvalve.valve.shell import (
    TISSUES,
    Balloon,
    Control,
    Load,
    Relaxation,
    Report,
    Shell,
    forces_n,
    relax,
    shell_of,
    start,
)

Floats = NDArray[np.float64]
AROUND, TALL, RADIUS_MM = 36, 6, 8.0
SPRING_N_MM = 0.1  # of each node to its place: nodes of 7 rings of 36
PUSH_N = 12.0


def tube() -> Shell:
    """Return a tube along z on soft springs, its nodes held to no place round or across."""
    step = 2.0 * np.pi * RADIUS_MM / AROUND
    angle = 2.0 * np.pi * np.arange(AROUND) / AROUND
    nodes = np.array(
        [
            (RADIUS_MM * np.cos(a), RADIUS_MM * np.sin(a), (k - TALL / 2) * step)
            for k in range(TALL + 1)
            for a in angle
        ]
    )
    q = np.arange(len(nodes)).reshape(TALL + 1, AROUND)
    r = np.roll(q, -1, axis=1)
    a, b, c, d = q[:-1].ravel(), r[:-1].ravel(), r[1:].ravel(), q[1:].ravel()
    tri = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])
    fibre = np.cross([0.0, 0.0, 1.0], nodes[tri].mean(1))
    springs = np.full(len(nodes), SPRING_N_MM)
    return shell_of(nodes, tri, 1.0, fibre, TISSUES["mitral_rheumatic"], anchor_n_mm=springs)


def pushed(shell: Shell, *axes: tuple[float, float], slack: bool = True) -> Load:
    """Return a balloon that grows a little wider than the tube, and a push on the tube along x."""
    wide = 9.0 if len(axes) == 1 else 6.0
    radius = np.repeat([[wide - 1.5], [wide]], 9, axis=1)
    balloon = Balloon(
        axes_mm=np.array(axes), bottom_mm=-20.0, spacing_mm=5.0,
        radius_mm=np.repeat(radius[None], len(axes), axis=0), pressure_mpa=np.full(2, 5.0),
        stage=np.array([0.0, 1.0]), follows=np.arange(AROUND) if slack else None,
    )  # fmt: skip
    force = np.zeros_like(shell.nodes_mm)
    force[:, 0] = PUSH_N / len(force)
    return Load(balloon=balloon, node_force_n=force, force_ramp=np.array([0.0, 1.0]))


def full(load: Load) -> Load:
    """Return a load at its end."""
    assert load.balloon is not None
    return replace(load, balloon=replace(load.balloon, stage=np.ones(2)), force_ramp=np.ones(2))


def rest(shell: Shell, load: Load, *, tied: bool) -> tuple[Relaxation, Report]:
    """Run until the tube rests; the report is of all of it."""
    floor = 0.02 if tied else 0.001
    run = Relaxation(shell, start(shell), damping_floor_ratio=floor, tied=tied)
    begin = run.mark()
    run.advance(load, 1000)
    for _ in range(40):
        last = run.mark()
        run.advance(full(load), 300)
        if run.report(last).change_frac < 1e-4:
            break
    return run, run.report(begin)


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("axes", [((0.0, 0.0),), ((-3.0, 0.5), (3.0, -0.5))])
def test_a_slack_balloon_bears_no_push(axes: tuple[tuple[float, float], ...], tied: bool) -> None:
    """The springs alone bear it, as if there were no balloon: u = F / (sum of k)."""
    shell = tube()
    run, report = rest(shell, pushed(shell, *axes), tied=tied)
    way = run.nodes_mm.mean(axis=0) - shell.nodes_mm.mean(axis=0)
    alone = PUSH_N / (SPRING_N_MM * len(shell.nodes_mm))
    assert way[0] == pytest.approx(alone, rel=0.01)
    assert abs(way[1]) < 0.001 * alone
    # what the moving balloon does to the tube is counted where the nodes go
    assert report.imbalance_frac < 1e-4


def test_a_held_balloon_bears_it() -> None:
    shell = tube()
    run, _ = rest(shell, pushed(shell, (0.0, 0.0), slack=False), tied=True)
    way = run.nodes_mm.mean(axis=0) - shell.nodes_mm.mean(axis=0)
    alone = PUSH_N / (SPRING_N_MM * len(shell.nodes_mm))
    assert way[0] < 0.2 * alone


def test_it_goes_with_the_valve() -> None:
    """A valve moved aside feels the forces that it felt before."""
    shell = tube()
    load = replace(full(pushed(shell, (0.3, -0.2))), node_force_n=None)
    state = start(shell)
    far = np.array([2.7, -1.9, 0.0])
    moved = replace(state, nodes_mm=state.nodes_mm + far)
    here, there = (forces_n(shell, s, load)[1] for s in (state, moved))
    assert np.abs(here).max() > 0.1
    assert there == pytest.approx(here, abs=0.02 * float(np.abs(here).max()))


def test_a_valve_that_is_shut_leaves_it_where_it_is() -> None:
    """No opening is seen: the axes stay about the middle of the frame."""
    shell = tube()
    load = full(pushed(shell, (0.0, 0.0)))
    assert load.balloon is not None
    flat = replace(load, balloon=replace(load.balloon, follows=np.zeros(3, np.int64)))
    held = replace(load, balloon=replace(load.balloon, follows=None))
    control = Control(steps=30)
    one, other = (relax(shell, start(shell), each, control)[0] for each in (flat, held))
    np.testing.assert_array_equal(one.nodes_mm, other.nodes_mm)
