"""Two sheets pressed together: they meet, they do not pass, and they carry the pressure."""

import numpy as np
import pytest

from openvalve.valve.closing import contact_arrays, contact_step

MPA_80_MMHG = 0.010666
THICKNESS_MM = 0.8


def sheet(nx, ny, size_mm, height, outflow_up):
    """Return nodes and triangles of a sheet z = height(x, y) over a centred square."""
    x, y = np.meshgrid(np.linspace(-0.5, 0.5, nx), np.linspace(-0.5, 0.5, ny), indexing="ij")
    x, y = size_mm * x, size_mm * y
    nodes = np.stack([x, y, height(x, y)], axis=-1).reshape(-1, 3)
    q = np.arange(nx * ny).reshape(nx, ny)
    a, b, c, d = (v.ravel() for v in (q[:-1, :-1], q[1:, :-1], q[1:, 1:], q[:-1, 1:]))
    triangles = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])
    return nodes, triangles if outflow_up else triangles[:, ::-1]


def two_sheets(gap_mm=2.0, size_mm=12.0, bulge_mm=0.8):
    """Return nodes, triangles, leaflet of two different meshes that bulge towards each other."""
    square = (0.5 * size_mm) ** 2
    up, up_t = sheet(14, 13, size_mm, lambda x, y: gap_mm - bulge_mm * (1 - x * x / square), True)
    low, low_t = sheet(12, 15, size_mm, lambda x, y: bulge_mm * (1 - y * y / square), False)
    nodes = np.concatenate([up, low])
    triangles = np.concatenate([up_t, low_t + len(up)]).astype(np.int32)
    leaflet = np.repeat([0, 1], [len(up_t), len(low_t)]).astype(np.int8)
    return nodes, triangles, leaflet, len(up)


def pressure_forces(x, triangles, pressure_mpa):
    """Return nodal forces of a pressure on the outflow side, N."""
    a, b, c = x[triangles].transpose(1, 0, 2)
    third = -pressure_mpa * np.cross(b - a, c - a) / 6.0
    forces = np.zeros_like(x)
    for k in range(3):
        np.add.at(forces, triangles[:, k], third)
    return forces


class Springs:
    """A net of springs along the edges and a weak hold against sliding: a stand-in for tissue."""

    def __init__(self, nodes, triangles, stiffness_n_mm=0.5, hold_n_mm=0.0):
        edges = np.sort(
            np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]),
            axis=1,
        )
        self.i, self.j = np.unique(edges, axis=0).T
        self.rest = np.linalg.norm(nodes[self.j] - nodes[self.i], axis=1)
        self.nodes, self.stiffness, self.hold = nodes, stiffness_n_mm, hold_n_mm

    def forces(self, x):
        d = x[self.j] - x[self.i]
        length = np.linalg.norm(d, axis=1, keepdims=True)
        f = self.stiffness * (1.0 - self.rest[:, None] / length) * d
        out = np.zeros_like(x)
        np.add.at(out, self.i, f)
        np.add.at(out, self.j, -f)
        out[:, :2] -= self.hold * (x - self.nodes)[:, :2]
        return out


def relax(nodes, triangles, leaflet, springs, fixed, pressure_mpa, steps, stiffness=0.5):
    """Return places, contact forces and the last report after damped motion at unit step."""
    c = contact_arrays(nodes, triangles, leaflet, np.full(len(triangles), THICKNESS_MM))
    x, v = nodes.copy(), np.zeros_like(nodes)
    mass = np.full((len(x), 1), 8.0)
    for n in range(steps):
        contact, stiff = np.zeros_like(x), np.zeros(len(x))
        report = contact_step(x, c, 0.45, stiffness, contact, stiff)
        load = pressure_forces(x, triangles, pressure_mpa * min(1.0, 3.0 * n / steps))
        v = 0.985 * v + (springs.forces(x) + load + contact) / (mass + 2.0 * stiff[:, None])
        v[fixed] = 0.0
        x = x + v
    return x, contact, load, report


def test_free_sheets_pressed_together_carry_the_whole_pressure(record_property):
    nodes, triangles, leaflet, first = two_sheets()
    springs = Springs(nodes, triangles, hold_n_mm=0.02)
    fixed = np.zeros(len(nodes), dtype=bool)
    _, contact, load, report = relax(
        nodes, triangles, leaflet, springs, fixed, MPA_80_MMHG, steps=2500
    )
    touching, lost, deepest, _ = report
    assert touching > 0.7 * len(nodes)
    assert lost == 0
    # in balance: what one sheet bears of pressure it gives to the other
    pressed = load[:first, 2].sum()
    assert pressed == pytest.approx(-MPA_80_MMHG * 144.0, rel=0.05)
    assert contact[:first, 2].sum() == pytest.approx(-pressed, rel=2e-3)
    assert contact[first:, 2].sum() == pytest.approx(-load[first:, 2].sum(), rel=2e-3)
    # no sheet passes the other, and the give of the penalty is what its stiffness says
    assert deepest < 0.08
    record_property("deepest overlap at 80 mmHg", f"{deepest:.3f} mm of {THICKNESS_MM} mm")
    record_property("contact over pressure", f"{-contact[:first, 2].sum() / pressed:.5f}")


def test_held_domes_share_the_pressure_between_rim_and_contact():
    nodes, triangles, leaflet, first = two_sheets(gap_mm=2.4)
    springs = Springs(nodes, triangles, stiffness_n_mm=0.2)
    fixed = np.abs(nodes[:, :2]).max(axis=1) > 5.99
    x, contact, load, (touching, lost, deepest, _) = relax(
        nodes, triangles, leaflet, springs, fixed, MPA_80_MMHG, steps=2000
    )
    assert touching > 30
    assert lost == 0
    assert deepest < 0.08
    free = ~fixed
    residual = springs.forces(x) + load + contact
    assert np.abs(residual[free]).max() < 1e-4
    for part in (slice(None, first), slice(first, None)):
        reaction = -residual[part][fixed[part], 2].sum()
        total = reaction + load[part, 2].sum() + contact[part, 2].sum()
        assert abs(total) < 0.01 * abs(load[part, 2].sum())


def test_the_overlap_falls_with_the_penalty():
    nodes, triangles, leaflet, _ = two_sheets()
    springs = Springs(nodes, triangles, hold_n_mm=0.02)
    fixed = np.zeros(len(nodes), dtype=bool)
    deep = [
        relax(nodes, triangles, leaflet, springs, fixed, MPA_80_MMHG, 2000, k)[3][2]
        for k in (0.25, 1.0)
    ]
    assert deep[1] < 0.5 * deep[0]
