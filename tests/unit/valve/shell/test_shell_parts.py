"""Parts of the shell one by one: bonds, cables, balloon, cracks, and what is refused."""

import dataclasses
import math

import numpy as np
import pytest
from numpy.typing import NDArray

from openvalve.errors import InputError
from openvalve.units import MMHG_PER_MPA
from openvalve.valve.shell import (
    TISSUES,
    Balloon,
    Cables,
    Control,
    Load,
    Set,
    Shell,
    State,
    diseased,
    energies_mj,
    forces_n,
    relax,
    ring_cables,
    shell_of,
    start,
    stretches,
)
from openvalve.valve.shell._bonds import bond_loss, bond_secant
from openvalve.valve.shell._element import fibre_growth
from openvalve.valve.shell._hinge import hinges_of
from openvalve.valve.shell._keep import bent_set, rests_calm
from openvalve.valve.shell._motion import due_refresh
from openvalve.valve.shell._ring import cable_energy, cable_tension

Floats = NDArray[np.float64]
SQUARE = np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]])
PAIR = np.array([[0, 1, 2], [0, 2, 3]])
ALONG = np.tile([1.0, 0.0, 0.0], (2, 1))


def tube(radius: float = 8.0, around: int = 36, tall: int = 6) -> tuple[Floats, NDArray[np.int64]]:
    """Return a tube of triangles with outward normals."""
    step = 2 * np.pi * radius / around
    angle = 2 * np.pi * np.arange(around) / around
    nodes = np.array(
        [
            (radius * np.cos(a), radius * np.sin(a), (k - tall / 2) * step)
            for k in range(tall + 1)
            for a in angle
        ]
    )
    tri = []
    for k in range(tall):
        for i in range(around):
            a, b = k * around + i, k * around + (i + 1) % around
            tri += [(a, b, b + around), (a, b + around, a + around)]
    return nodes, np.array(tri)


def test_growth_is_the_exponential() -> None:
    y = np.linspace(0.0, 16.0, 400)
    got = np.array([fibre_growth(float(v)) for v in y])
    assert np.abs(got / np.exp(y) - 1.0).max() < 3e-10
    assert np.abs(got / np.exp(y) - 1.0)[y < 11].max() < 2e-11


def test_bond_follows_its_triangle() -> None:
    peak, onset, final = 2.0, 0.1, 1.5
    opening = np.linspace(0.0, 1.6, 160001)
    force = np.array([bond_secant(float(d), peak, onset, final) * d for d in opening])
    assert force.max() == pytest.approx(peak)
    assert np.trapezoid(force, opening) == pytest.approx(0.5 * peak * final, rel=1e-6)
    # what is spent at any opening is the area below less what the secant still holds
    half = opening <= 0.7
    area = np.trapezoid(force[half], opening[half])
    assert bond_loss(0.7, peak, onset, final) == pytest.approx(
        area - 0.5 * 0.7 * force[half][-1], rel=1e-4
    )
    assert bond_loss(0.05, peak, onset, final) == 0.0
    assert bond_loss(2.0, peak, onset, final) == 0.5 * peak * final


def test_cable_tension_is_the_derivative_of_its_energy() -> None:
    for length in (0.8, 1.3, 2.2):
        h = 1e-6
        slope = cable_energy(length + h, 1.0, 4.0, 3.0, 0.5) - cable_energy(
            length - h, 1.0, 4.0, 3.0, 0.5
        )
        assert cable_tension(length, 1.0, 4.0, 3.0, 0.5) == pytest.approx(slope / (2 * h), rel=1e-7)
    assert cable_tension(0.8, 1.0, 4.0, 3.0, 0.0) == 0.0


def test_a_chord_breaks_and_its_energy_is_counted() -> None:
    nodes = np.vstack([SQUARE, [[0.5, 0.5, -2.0]]])
    held = np.array([True, True, True, False, True])
    values = np.array([[2.0, 3.0, 5.0, 0.6, 0.0]])
    chord = Cables(pairs=np.array([[3, 4]]), values=values)
    shell = shell_of(nodes, PAIR, 1.0, ALONG, TISSUES["mitral_rheumatic"], cables=chord, held=held)
    force = np.zeros_like(nodes)
    force[3, 2] = 0.7
    state, report = relax(shell, start(shell), Load(node_force_n=force), Control(steps=3000))
    assert state.torn[0] == 1.0
    strain = math.log(0.6 * 5.0 / 3.0 + 1.0) / 5.0
    spent = cable_energy(2.0 * (1.0 + strain), 2.0, 3.0, 5.0, 0.0)
    assert report.lost_mj == pytest.approx(spent, rel=0.05)
    assert report.cables_mj == 0.0


def test_hinges_of_a_disc_are_its_inner_edges() -> None:
    _, tri = tube()
    hinges = hinges_of(tri)
    assert len(hinges) == (3 * len(tri) - 2 * 36) // 2
    for a, b, c, d, f, g in hinges[::17]:
        assert {a, b, c} == set(tri[f].tolist())
        assert {a, b, d} == set(tri[g].tolist())


def inflated(radius_mm: float, pressure_mpa: float) -> tuple[Shell, State, Balloon]:
    """Return a tube of 8 mm around a balloon of ``radius_mm`` at the pressure given."""
    nodes, tri = tube()
    held = np.zeros_like(nodes, dtype=bool)
    held[:, 2] = True
    held[0::18, 1] = held[9::18, 0] = True  # a tube that may wander slips off, as it should
    fibre = np.cross([0.0, 0.0, 1.0], nodes[tri].mean(1))
    shell = shell_of(nodes, tri, 1.0, fibre, TISSUES["mitral_rheumatic"], held=held)
    radii = np.repeat([[7.5], [radius_mm]], 9, axis=1)[None]
    balloon = Balloon(
        axes_mm=np.zeros((1, 2)), bottom_mm=-20.0, spacing_mm=5.0, radius_mm=radii,
        pressure_mpa=np.full(2, pressure_mpa), stage=np.array([0.0, 1.0, 1.0, 1.0]),
    )  # fmt: skip
    state, report = relax(shell, start(shell), Load(balloon=balloon), Control(steps=3000))
    assert report.settled
    return shell, state, balloon


def test_a_strong_balloon_reaches_its_size() -> None:
    shell, state, balloon = inflated(9.0, 5.0)
    radius = np.hypot(state.nodes_mm[:, 0], state.nodes_mm[:, 1])
    # chart size, less the depth k d = p that bears the wall's tension
    depth = 9.0 - radius.mean()
    outer = forces_n(shell, state, Load(balloon=balloon))[1]
    press = np.hypot(outer[:, 0], outer[:, 1]).sum()
    area = 2 * np.pi * radius.mean() * np.ptp(state.nodes_mm[:, 2])
    assert press / area == pytest.approx(balloon.stiffness_mpa_mm * depth, rel=0.02)
    assert 0.0 < depth < 0.5


def test_a_weak_balloon_gives_its_whole_pressure() -> None:
    """Below its size the balloon is slack: the tube stands where p r = T of its wall."""
    shell, state, balloon = inflated(12.0, 0.06)
    radius = np.hypot(state.nodes_mm[:, 0], state.nodes_mm[:, 1]).mean()
    assert 8.0 < radius < 11.0
    outer = forces_n(shell, state, Load(balloon=balloon))[1]
    press = np.hypot(outer[:, 0], outer[:, 1]).sum()
    area = 2 * np.pi * radius * np.ptp(state.nodes_mm[:, 2])
    assert press / area == pytest.approx(0.06, rel=0.01)
    assert stretches(shell, state)[:, 0].mean() == pytest.approx(radius / 8.0, rel=1e-3)


def test_a_bent_hinge_cracks_and_stays_cracked() -> None:
    held = np.array([True, True, True, False])
    shell = shell_of(
        SQUARE, PAIR, 1.0, ALONG, TISSUES["mitral_rheumatic"], held=held,
        permanent=Set(crack_mpa=0.3, cracked_frac=0.3),
    )  # fmt: skip
    turned = dataclasses.replace(
        start(shell), nodes_mm=SQUARE + np.outer([0, 0, 0, 1], [0, 0, 0.9])
    )
    state, report = relax(shell, turned, Load(), Control(steps=200))
    assert state.crack_frac[0] == 0.3
    assert report.lost_mj > 0.0
    assert energies_mj(shell, turned)["bending"] > energies_mj(shell, state)["bending"]


@pytest.mark.parametrize(("share", "yields"), [(0.0, 0.0), (0.3, 0.0), (0.57, 0.2), (1.0, 0.4)])
def test_what_is_called_calm_keeps_nothing_new(share: float, yields: float) -> None:
    """The shortcut without an angle function never hides a set or a crack, and is often taken."""
    rng = np.random.default_rng(4)
    calm = 0
    for _ in range(4000):
        rest, old = rng.uniform(-0.4, 0.4), rng.uniform(-0.8, 0.8) * (share > 0.0)
        angle = rest + old + rng.normal(0.0, rng.choice([1e-9, 0.05, 0.5]))
        k, crack = rng.uniform(0.1, 2.0), rng.choice([1.0, 0.3])
        moment = rng.choice([math.inf, 0.3])
        sine, cosine = math.sin(angle), math.cos(angle)
        held = k * crack
        found = rests_calm(
            sine, cosine, held * math.cos(rest + old), held * math.sin(rest + old), held, old,
            crack, moment, share, yields,
        )  # fmt: skip
        bent = bent_set(
                sine, cosine, rest, k, old, crack, old, crack, moment, share, yields, 0.3, 0.6
            )  # fmt: skip
        calm += found
        # A turn of 1e-9 is lost in the rounding of a cosine.
        assert not found or (abs(bent.set - old) < 1e-7 and bent.crack == crack)
    assert calm > 400


def test_masses_wait_where_nodes_hardly_move() -> None:
    assert not due_refresh(9, 10, 0.01, 1.0)
    assert not due_refresh(10, 10, 0.01, 1.0)
    assert due_refresh(40, 10, 0.01, 1.0)
    assert due_refresh(10, 10, 0.2, 1.0)
    assert due_refresh(2, 10, 1.1, 1.0)


@pytest.mark.parametrize(("crack_mpa", "kept"), [(0.3, 0.4), (300.0, 0.0)])
def test_cracked_calcium_keeps_a_share_of_its_turn(crack_mpa: float, kept: float) -> None:
    """Thrown up by 0.9 mm and let go, the loose corner comes to rest at that share of its angle."""
    held = np.array([True, True, True, False])
    shell = shell_of(
        SQUARE, PAIR, 1.0, ALONG, TISSUES["mitral_rheumatic"], held=held,
        permanent=Set(crack_mpa=crack_mpa, crushed_frac=0.4),
    )  # fmt: skip
    lift = np.outer([0, 0, 0, 1], [0, 0, 0.9])
    turned = dataclasses.replace(start(shell), nodes_mm=SQUARE + lift)
    state, report = relax(shell, turned, Load(), Control(steps=4000))
    angle = np.arctan2(0.9, np.sqrt(0.5))  # from the diagonal, sqrt(1/2) away
    assert abs(state.bend_set_rad[0]) == pytest.approx(kept * angle, rel=1e-6)
    height = np.sqrt(0.5) * np.sin(kept * angle)
    assert state.nodes_mm[3, 2] == pytest.approx(height, abs=1e-3)
    assert report.settled


def test_bad_meshes_are_refused_with_every_fault() -> None:
    tissue = TISSUES["pulmonary"]
    with pytest.raises(InputError) as caught:
        shell_of(SQUARE * np.nan, PAIR + 5, 9.0, ALONG[:1], tissue, held=np.array([True]))
    assert {i.key for i in caught.value.items} == {
        "nodes_mm", "triangles", "fibre", "held", "thickness_mm",
    }  # fmt: skip
    flat = SQUARE * [1.0, 0.01, 1.0]
    with pytest.raises(InputError, match="height/edge"):
        shell_of(flat, PAIR, 1.0, ALONG, tissue)
    with pytest.raises(InputError, match="winding"):
        shell_of(SQUARE, np.array([[0, 1, 2], [0, 3, 2]]), 1.0, ALONG, tissue)
    with pytest.raises(InputError, match="fibre"):
        shell_of(SQUARE, PAIR, 1.0, np.tile([0.0, 0.0, 1.0], (2, 1)), tissue)
    with pytest.raises(InputError, match="stiffening_ratio"):
        diseased(tissue, 0.0)


def test_bad_loads_are_refused_with_every_fault() -> None:
    shell = shell_of(SQUARE, PAIR, 1.0, ALONG, TISSUES["pulmonary"])
    balloon = Balloon(
        axes_mm=np.zeros((1, 2)), bottom_mm=0.0, spacing_mm=1.0, radius_mm=np.ones((1, 2, 3)),
        pressure_mpa=np.ones(3), stage=np.array([np.nan]), follows=np.array([0, 1, 4]),
    )  # fmt: skip
    load = Load(face_share=np.ones(3), node_force_n=np.ones((1, 3)), balloon=balloon)
    with pytest.raises(InputError) as caught:
        relax(shell, start(shell), load, Control(steps=1, refresh=0, mass_ratio=0.0))
    assert len(caught.value.items) == 8


def test_a_ring_of_cables_stands_against_pressure() -> None:
    """A tube hooped at both ends: the hoops carry the share of p r that the wall does not."""
    nodes, tri = tube(tall=2)
    held = np.zeros_like(nodes, dtype=bool)
    held[:, 2] = True
    fibre = np.cross([0.0, 0.0, 1.0], nodes[tri].mean(1))
    wide, around = [], np.arange(36, dtype=np.int32)
    for stiffness in (1e-6, 20.0):
        ends = [
            ring_cables(nodes, first + around, stiffness_n=stiffness, exponent=4.0)
            for first in (0, 72)
        ]
        cables = Cables(
            pairs=np.concatenate([e[0] for e in ends]), values=np.concatenate([e[1] for e in ends])
        )
        shell = shell_of(nodes, tri, 0.5, fibre, TISSUES["aortic_old"], held=held, cables=cables)
        pressure = np.array([0.0, 1.0, 1.0]) * 200.0
        state, _ = relax(shell, start(shell), Load(pressure_mmhg=pressure), Control(steps=2000))
        wide.append(np.hypot(state.nodes_mm[:, 0], state.nodes_mm[:, 1]).mean())
    assert 8.0 < wide[1] < wide[0] - 0.05
    open_ring = ring_cables(nodes, around, stiffness_n=1.0, exponent=4.0, closed=False)
    assert len(open_ring[0]) == 35


@pytest.mark.parametrize(
    ("turned_deg", "share"),
    [
        (0.0, 1.0),
        (90.0, 1.0),
        (90.0 + math.degrees(math.asin(0.25)), 0.5),
        (120.0, 0.0),
        (180.0, 0.0),
    ],
)
def test_a_face_that_has_turned_over_is_spared(turned_deg: float, share: float) -> None:
    """Upright faces bear the whole pressure, faces that hang over by 30 degrees none."""
    angle = math.radians(turned_deg)
    turn = np.array(
        [[1.0, 0, 0], [0, math.cos(angle), -math.sin(angle)], [0, math.sin(angle), math.cos(angle)]]
    )
    shell = shell_of(SQUARE @ turn.T, PAIR, 0.5, ALONG, TISSUES["aortic_old"])
    normal = turn @ [0.0, 0.0, 1.0]
    for facing, part in ((True, share), (False, 1.0)):
        load = Load(pressure_mmhg=np.full(2, -80.0), facing=facing)
        _, outer = forces_n(shell, start(shell), load)
        force = -80.0 / MMHG_PER_MPA * part * normal
        assert outer.sum(axis=0) == pytest.approx(force, abs=1e-12)
