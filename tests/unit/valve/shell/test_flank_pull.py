"""The pull of a waist's slack flanks on the free edge: closed form, where it acts, its energy."""

import dataclasses

import numpy as np
import pytest
from numpy.typing import NDArray

from openvalve.errors import InputError
from openvalve.units import MMHG_PER_ATM, MMHG_PER_MPA
from openvalve.valve.balloon import flank_pull_n_mm
from openvalve.valve.shell import (
    TISSUES,
    Balloon,
    Control,
    FreeEdge,
    Load,
    Report,
    Shell,
    State,
    forces_n,
    relax,
    shell_of,
    start,
)
from openvalve.valve.shell._contact import edge_pull, flank_pull

Floats = NDArray[np.float64]
MPA_PER_ATM = MMHG_PER_ATM / MMHG_PER_MPA
INNER_MM, OUTER_MM, AROUND, RINGS = 6.0, 12.0, 48, 6
FREE_MM, INSIDE_MPA = 10.0, 0.02


@pytest.mark.parametrize("waist", [0.5, 3.0, 6.0, 9.0, 9.99])
def test_two_free_flanks_pull_twice_as_one(waist: float) -> None:
    """On a flat funnel both flanks leave the edge as they would: twice the closed form of one."""
    one = flank_pull_n_mm(3.0, 10.0, waist)
    got = 3.0 * MPA_PER_ATM * flank_pull(10.0, waist, 1.0, 0.0)
    assert got == pytest.approx(2.0 * one, rel=1e-6)


@pytest.mark.parametrize("waist", [0.0, 10.0, 10.5, 40.0])
def test_no_waist_no_pull(waist: float) -> None:
    assert flank_pull(10.0, waist, 1.0, 0.0) == 0.0


def test_the_pull_fades_as_the_waist_goes() -> None:
    pulls = [flank_pull(10.0, waist, 5.0, 2.0) for waist in np.linspace(1.0, 10.0, 200)]
    assert np.all(np.diff(pulls) < 0.0)
    assert pulls[-2] < 0.02 * pulls[0]


def test_the_upstream_flank_lies_on_the_funnel() -> None:
    """K = p R^2 / 2; a funnel of 3 to 4 lets it pull 0.6 K, a tube or a turned one nothing."""
    carried, down = 0.5 * 10.0**2, np.sqrt(1.0 - 0.4**4)
    assert flank_pull(10.0, 4.0, 3.0, 4.0) == pytest.approx(carried * (down + 0.6) / 4.0)
    assert flank_pull(10.0, 4.0, 0.0, 4.0) == pytest.approx(carried * down / 4.0)
    assert flank_pull(10.0, 4.0, -3.0, 4.0) == pytest.approx(carried * down / 4.0)


def circle(radius: float, x: float, z: float, count: int = 24) -> Floats:
    """Return points round an axis at x."""
    angle = 2.0 * np.pi * np.arange(count) / count
    return np.column_stack([x + radius * np.cos(angle), radius * np.sin(angle), np.full(count, z)])


def pull_of(nodes: Floats, axes: Floats, axis: int, ring_mm: float = 9.0) -> float:
    """Return the pull of cylinders of radius 8 between z = -5 and 5 on every node."""
    every, row = np.arange(len(nodes), dtype=np.uint32), np.full(11, 8.0)
    return edge_pull(nodes, every, axes, axis, -5.0, 1.0, row, row, 0.0, ring_mm, 0.0)


def test_each_of_two_balloons_pulls_on_the_edge_about_it() -> None:
    axes = np.array([[-6.0, 0.0], [6.0, 0.0]])
    edge = np.concatenate([circle(3.0, -6.0, 2.0), circle(5.0, 6.0, 2.0)])
    for axis, waist in ((0, 3.0), (1, 5.0)):
        want = flank_pull(8.0, waist, 9.0 - waist, 2.0)
        assert pull_of(edge, axes, axis) == pytest.approx(want, rel=1e-12)


def test_an_edge_beside_the_balloon_feels_nothing() -> None:
    axis = np.zeros((1, 2))
    assert pull_of(circle(3.0, 0.0, 2.0), axis, 0) > 0.0
    assert pull_of(circle(3.0, 0.0, 5.5), axis, 0) == 0.0
    assert pull_of(circle(3.0, 0.0, -5.5), axis, 0) == 0.0
    assert pull_of(np.zeros((0, 3)), axis, 0) == 0.0


def washer() -> tuple[Shell, FreeEdge]:
    """Return a flat ring held outside, and its hole as a free edge."""
    angle = 2.0 * np.pi * np.arange(AROUND) / AROUND
    radii = np.linspace(INNER_MM, OUTER_MM, RINGS)
    nodes = np.array([(r * np.cos(a), r * np.sin(a), 0.0) for r in radii for a in angle])
    tri = []
    for k in range(RINGS - 1):
        for i in range(AROUND):
            a, b = k * AROUND + i, k * AROUND + (i + 1) % AROUND
            tri += [(a, a + AROUND, b), (b, a + AROUND, b + AROUND)]
    triangles = np.array(tri)
    fibre = np.cross([0.0, 0.0, 1.0], nodes[triangles].mean(axis=1))
    held = np.arange(len(nodes)) >= AROUND * (RINGS - 1)
    shell = shell_of(nodes, triangles, 1.5, fibre, TISSUES["mitral_rheumatic"], held=held)
    length = np.zeros(len(nodes))
    length[:AROUND] = 2.0 * INNER_MM * np.sin(np.pi / AROUND)
    edge = FreeEdge(nodes=np.arange(AROUND), length_mm=length, ring_mm=OUTER_MM, ring_z_mm=0.0)
    return shell, edge


def pressed(edge: FreeEdge | None) -> Load:
    """Return a cylinder that fills in the hole."""
    return Load(
        balloon=Balloon(
            axes_mm=np.zeros((1, 2)), bottom_mm=-20.0, spacing_mm=5.0,
            radius_mm=np.full((1, 2, 9), FREE_MM), pressure_mpa=np.array([0.0, INSIDE_MPA]),
            stage=np.array([0.0, 1.0, 1.0, 1.0]), edge=edge,
        )
    )  # fmt: skip


def test_the_edge_bears_pressure_times_pull_times_length() -> None:
    shell, edge = washer()
    bare = forces_n(shell, start(shell), pressed(None))[1]
    got = forces_n(shell, start(shell), pressed(edge))[1] - bare
    pull = INSIDE_MPA * flank_pull(FREE_MM, INNER_MM, OUTER_MM - INNER_MM, 0.0)
    away = shell.nodes_mm / np.linalg.norm(shell.nodes_mm, axis=1, keepdims=True)
    assert got == pytest.approx(pull * edge.length_mm[:, None] * away, abs=1e-12)


def held(edge: FreeEdge | None) -> tuple[State, Report]:
    shell, _ = washer()
    return relax(shell, start(shell), pressed(edge), Control(steps=2400))


def test_the_pull_opens_the_hole_and_its_work_is_accounted_for() -> None:
    _, edge = washer()
    (bare, one), (pulled, other) = held(None), held(edge)
    for report in (one, other):
        assert report.settled
        assert report.imbalance_frac < 0.005
        assert report.kinetic_ratio < 0.05
    wide = [np.hypot(*state.nodes_mm[:AROUND, :2].T).mean() for state in (bare, pulled)]
    assert INNER_MM < wide[0] < wide[1] < FREE_MM
    assert other.loads_mj > one.loads_mj


def test_no_edge_or_one_without_length_is_no_pull_to_the_bit() -> None:
    _, edge = washer()
    nothing = dataclasses.replace(edge, length_mm=0.0 * edge.length_mm)
    (bare, one), (same, other) = held(None), held(nothing)
    assert bare.nodes_mm.tobytes() == same.nodes_mm.tobytes()
    assert one == other


@pytest.mark.parametrize(
    ("key", "value", "what"),
    [
        ("length_mm", np.nan, "length_mm"),
        ("length_mm", -1.0, "length_mm"),
        ("length_mm", None, "length_mm"),
        ("nodes", np.array([-1]), "nodes"),
        ("nodes", np.array([AROUND * RINGS]), "nodes"),
        ("nodes", np.zeros(0, np.int64), "nodes"),
        ("ring_mm", np.nan, "ring_mm: got nan mm"),
        ("ring_mm", np.inf, "ring_mm: got inf mm"),
        ("ring_mm", 0.0, "ring_mm: got 0 mm, allowed finite, above 0 mm"),
        ("ring_mm", -12.0, "ring_mm: got -12 mm"),
        ("ring_z_mm", np.nan, "ring_z_mm: got nan mm, allowed finite"),
        ("ring_z_mm", -np.inf, "ring_z_mm: got -inf mm"),
    ],
)
def test_a_wrong_edge_is_refused(key: str, value: object, what: str) -> None:
    shell, edge = washer()
    if key == "length_mm":
        length = edge.length_mm.copy()
        length[3] = 0.0 if value is None else value
        value = length[:-1] if value is None else length
    wrong = dataclasses.replace(edge, **{key: value})
    with pytest.raises(InputError, match=what):
        relax(shell, start(shell), pressed(wrong), Control(steps=3))
