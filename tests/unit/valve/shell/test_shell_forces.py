"""Forces are the derivative of the energy; nothing acts on a shell that only moves as a whole."""

import dataclasses

import numpy as np
import pytest
from numpy.typing import NDArray

from openvalve.valve.shell import (
    TISSUES,
    Bonds,
    Cables,
    Control,
    Load,
    Shell,
    State,
    energies_mj,
    forces_n,
    relax,
    ring_cables,
    shell_of,
    start,
)

Floats = NDArray[np.float64]
SHAKEN_MM = 0.12


def at(state: State, nodes_mm: Floats) -> State:
    """Return a state moved to other places."""
    return dataclasses.replace(state, nodes_mm=nodes_mm)


def disc(rings: int = 3, edge_mm: float = 1.0) -> tuple[Floats, NDArray[np.int64]]:
    """Return a hexagonal disc of equilateral triangles."""
    rows = [
        (edge_mm * (i + 0.5 * j), edge_mm * 3**0.5 / 2 * j)
        for j in range(-rings, rings + 1)
        for i in range(-rings, rings + 1)
        if abs(i + j) <= rings
    ]
    flat = np.array(rows)
    index = {
        (round(2 * x / edge_mm), round(2 * y / (edge_mm * 3**0.5))): k
        for k, (x, y) in enumerate(rows)
    }
    triangles = []
    for (a, b), k in index.items():
        right, up, down = (
            index.get((a + 2, b)),
            index.get((a + 1, b + 1)),
            index.get((a + 1, b - 1)),
        )
        if right is not None and up is not None:
            triangles.append((k, right, up))
        if right is not None and down is not None:
            triangles.append((k, down, right))
    return np.column_stack([flat, np.zeros(len(flat))]), np.array(triangles)


def shaken(tissue: str, *, dome_mm: float = 0.6, seed: int = 3) -> tuple[Shell, State]:
    """Return a domed shell with every kind of part, and a state away from rest."""
    nodes, tri = disc()
    nodes[:, 2] = dome_mm * (1 - (nodes[:, :2] ** 2).sum(1) / 9.0)
    rng = np.random.default_rng(seed)
    fibre = np.tile([0.8, 0.6, 0.0], (len(tri), 1))
    bonds = Bonds(
        pairs=np.array([[0, 5], [3, 8]]),
        tributary_mm=np.array([1.0, 0.5]),
        peak_n_mm=np.array([2.0, 3.0]),
        energy_mj_mm=np.array([3.0, 9.0]),
    )
    rim = np.flatnonzero((nodes[:, :2] ** 2).sum(1) > 8.9)
    pairs, values = ring_cables(nodes, rim.astype(np.int32), stiffness_n=4.0, exponent=4.0)
    shell = shell_of(
        nodes, tri, 0.8 + 0.3 * rng.random(len(tri)), fibre, TISSUES[tissue],
        bonds=bonds, cables=Cables(pairs=pairs, values=values),
        anchor_n_mm=rng.random(len(nodes)),
    )  # fmt: skip
    state = start(shell)
    moved = nodes * 1.05 + SHAKEN_MM * rng.standard_normal(nodes.shape)
    state = dataclasses.replace(
        state,
        nodes_mm=moved,
        bend_set_rad=0.1 * rng.standard_normal(len(shell.hinges)),
        stretch_set=0.05 * rng.random((len(tri), 2)),
        opening_mm=np.full(2, 2.5),
    )
    return shell, state


@pytest.mark.parametrize("tissue", sorted(TISSUES))
def test_forces_are_the_derivative_of_the_energy(tissue: str) -> None:
    """Sixth-order differences along random ways, against the forces: 1e-9 of their size."""
    shell, state = shaken(tissue)
    inner, outer = forces_n(shell, state, Load())
    assert not outer.any()
    for way in np.random.default_rng(1).standard_normal((4, *inner.shape)):
        step, slope = 2e-5, 0.0  # small, so that few fibres cross from slack to taut
        for k, weight in ((1, 45.0), (2, -9.0), (3, 1.0)):
            high, low = (
                sum(energies_mj(shell, at(state, state.nodes_mm + s * k * step * way)).values())
                for s in (1.0, -1.0)
            )
            slope += weight * (high - low) / (60.0 * step)
        assert slope == pytest.approx(-(inner * way).sum(), abs=1e-9 * np.abs(inner * way).sum())


def test_no_net_force_nor_moment() -> None:
    shell, state = shaken("aortic_old")
    inner, _ = forces_n(
        dataclasses.replace(shell, anchor_n_mm=0 * shell.anchor_n_mm), state, Load()
    )
    size = np.abs(inner).sum()
    assert np.abs(inner.sum(0)).max() < 1e-13 * size
    assert np.abs(np.cross(state.nodes_mm, inner).sum(0)).max() < 1e-12 * size


def test_a_turned_shell_is_at_rest() -> None:
    shell, _ = shaken("aortic_old")
    free = dataclasses.replace(shell, anchor_n_mm=0 * shell.anchor_n_mm, bonds=shell.bonds[:0],
                               bond_law=shell.bond_law[:0])  # fmt: skip
    turn, _ = np.linalg.qr(np.random.default_rng(2).standard_normal((3, 3)))
    turn *= np.linalg.det(turn)
    moved = at(start(free), shell.nodes_mm @ turn.T + [3.0, -2.0, 5.0])
    inner, _ = forces_n(free, moved, Load())
    assert np.abs(inner).max() < 1e-12
    assert sum(energies_mj(free, moved).values()) == pytest.approx(0.0, abs=1e-13)


def test_two_runs_give_the_same_bits() -> None:
    shell, _ = shaken("mitral_rheumatic")
    runs = [
        relax(shell, start(shell), Load(pressure_mmhg=np.array([0.0, 40.0])), Control(steps=60))
        for _ in range(2)
    ]
    assert runs[0][0].nodes_mm.tobytes() == runs[1][0].nodes_mm.tobytes()
    assert runs[0][1] == runs[1][1]
