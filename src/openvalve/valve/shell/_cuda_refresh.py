"""What the threads of a block do where masses are taken anew: permanent set, cracks, row sums.

Each takes every ``threads``-th part; the arithmetic is that of ``keep_set``, ``stiffness_rows`` and
``link_rows``, in their order.
"""

import math

from openvalve._kernels import leaf
from openvalve.valve.shell._advance import LEAST
from openvalve.valve.shell._cuda_layout import (
    Marks,
    Mesh,
    Numbers,
    Sheets,
    Span,
    Tissues,
    Work,
)
from openvalve.valve.shell._element import element_stiffness
from openvalve.valve.shell._hinge import hinge_angle, hinge_sides, hinge_stiffness
from openvalve.valve.shell._keep import bent_set, rests_calm, stretched_set
from openvalve.valve.shell._ring import cable_tangent

__all__ = [
    "bend_hinges",
    "gather_masses",
    "rest_hinges",
    "row_hinges",
    "row_links",
    "row_triangles",
    "side_hinges",
    "stretch_triangles",
]


@leaf
def rest_hinges(t: int, threads: int, s: Span, c: Tissues, m: Marks, w: Work) -> None:
    """Set what hinges turn back to."""
    for h in range(s.hinge + t, s.hinge_end, threads):
        k = c.hinge_k[h] * m.crack[h]
        w.rests[0, h] = k * math.cos(c.hinge_rad[h] + m.bend_set[h])
        w.rests[1, h] = k * math.sin(c.hinge_rad[h] + m.bend_set[h])


@leaf
def stretch_triangles(
    t: int, threads: int, s: Span, n: Numbers, mesh: Mesh, c: Tissues, m: Marks, w: Work
) -> float:
    """Let triangles keep a part of their stretch; return the energy lost. Leaves normals."""
    lost = 0.0
    for e in range(s.tri + t, s.tri_end, threads):
        i, j, k = mesh.tri[0, e], mesh.tri[1, e], mesh.tri[2, e]
        ux, uy, uz = m.x[j, 0] - m.x[i, 0], m.x[j, 1] - m.x[i, 1], m.x[j, 2] - m.x[i, 2]
        wx, wy, wz = m.x[k, 0] - m.x[i, 0], m.x[k, 1] - m.x[i, 1], m.x[k, 2] - m.x[i, 2]
        nx, ny, nz = uy * wz - uz * wy, uz * wx - ux * wz, ux * wy - uy * wx
        if n.stretch_share > 0.0:
            b1, b2, c1, c2 = m.inverse[0, e], m.inverse[1, e], m.inverse[2, e], m.inverse[3, e]
            f1x, f1y, f1z = ux * b1 + wx * c1, uy * b1 + wy * c1, uz * b1 + wz * c1
            f2x, f2y, f2z = ux * b2 + wx * c2, uy * b2 + wy * c2, uz * b2 + wz * c2
            old1, old2 = 1.0 + m.stretch_set[0, e], 1.0 + m.stretch_set[1, e]
            kept = stretched_set(
                f1x * f1x + f1y * f1y + f1z * f1z,
                f2x * f2x + f2y * f2y + f2z * f2z,
                f1x * f2x + f1y * f2y + f1z * f2z,
                (
                    c.law[0, e], c.law[1, e], c.law[2, e], c.law[3, e], c.law[4, e], c.law[5, e],
                    c.law[6, e],
                ),
                old1, old2,
                1.0 + m.stretch_kept[0, e], 1.0 + m.stretch_kept[1, e],
                n.stretch_share, 1.0 + n.stretch_yield,
            )  # fmt: skip
            if kept.round != old1 or kept.radial != old2:
                lost += kept.lost
                r1, r2 = old1 / kept.round, old2 / kept.radial
                m.inverse[0, e], m.inverse[1, e] = b1 * r1, b2 * r2
                m.inverse[2, e], m.inverse[3, e] = c1 * r1, c2 * r2
                m.stretch_set[0, e] = kept.round - 1.0
                m.stretch_set[1, e] = kept.radial - 1.0
                if s.lasts == 1:
                    m.stretch_kept[0, e] = m.stretch_set[0, e]
                    m.stretch_kept[1, e] = m.stretch_set[1, e]
        w.pull[0, e], w.pull[1, e], w.pull[2, e] = nx, ny, nz
        w.pull[3, e] = 1.0 / (nx * nx + ny * ny + nz * nz)
    return lost


@leaf
def bend_hinges(
    t: int, threads: int, s: Span, n: Numbers, mesh: Mesh, c: Tissues, m: Marks, w: Work
) -> float:
    """Let hinges keep a part of their angle, or crack; return the energy lost."""
    lost = 0.0
    for h in range(s.hinge + t, s.hinge_end, threads):
        if not (n.bend_share > 0.0 or c.crack_moment[h] < math.inf):
            continue
        a, b, d = mesh.hinges[0, h], mesh.hinges[1, h], mesh.hinges[3, h]
        k1, k2 = mesh.hinges[4, h], mesh.hinges[5, h]
        now = hinge_angle(
            m.x[b, 0] - m.x[a, 0], m.x[b, 1] - m.x[a, 1], m.x[b, 2] - m.x[a, 2],
            m.x[d, 0] - m.x[a, 0], m.x[d, 1] - m.x[a, 1], m.x[d, 2] - m.x[a, 2],
            (w.pull[0, k1], w.pull[1, k1], w.pull[2, k1], w.pull[3, k1]),
            (w.pull[0, k2], w.pull[1, k2], w.pull[2, k2], w.pull[3, k2]),
        )  # fmt: skip
        lasts = m.bend_set[h] == m.bend_kept[h] and m.crack[h] == m.crack_kept[h]
        if lasts and rests_calm(
            now.sine, now.cosine, w.rests[0, h], w.rests[1, h], c.hinge_k[h] * m.crack[h],
            m.bend_set[h], m.crack[h], c.crack_moment[h], n.bend_share, n.bend_yield,
        ):  # fmt: skip
            continue
        bent = bent_set(
            now.sine, now.cosine, c.hinge_rad[h], c.hinge_k[h], m.bend_set[h], m.crack[h],
            m.bend_kept[h], m.crack_kept[h], c.crack_moment[h],
            n.bend_share, n.bend_yield, n.cracked, n.crushed,
        )  # fmt: skip
        if bent.set != m.bend_set[h] or bent.crack != m.crack[h]:
            lost += bent.lost
            m.bend_set[h], m.crack[h] = bent.set, bent.crack
            if s.lasts == 1:
                m.bend_kept[h], m.crack_kept[h] = bent.set, bent.crack
            w.rests[0, h] = bent.k * math.cos(c.hinge_rad[h] + bent.set)
            w.rests[1, h] = bent.k * math.sin(c.hinge_rad[h] + bent.set)
    return lost


@leaf
def row_triangles(t: int, threads: int, s: Span, mesh: Mesh, c: Tissues, m: Marks, w: Work) -> None:
    """Set the row sums of triangles, at each node, a third of their area, and what is between."""
    for e in range(s.tri + t, s.tri_end, threads):
        i, j, k = mesh.tri[0, e], mesh.tri[1, e], mesh.tri[2, e]
        row = element_stiffness(
            m.x[j, 0] - m.x[i, 0], m.x[j, 1] - m.x[i, 1], m.x[j, 2] - m.x[i, 2],
            m.x[k, 0] - m.x[i, 0], m.x[k, 1] - m.x[i, 1], m.x[k, 2] - m.x[i, 2],
            (m.inverse[0, e], m.inverse[1, e], m.inverse[2, e], m.inverse[3, e]),
            (
                c.law[0, e], c.law[1, e], c.law[2, e], c.law[3, e], c.law[4, e], c.law[5, e],
                c.law[6, e],
            ),
        )  # fmt: skip
        w.pull[0, e], w.pull[1, e], w.pull[2, e] = row.a, row.b, row.c
        w.pull[3, e] = row.area / 3.0
        w.part[3 * e], w.part[3 * e + 1], w.part[3 * e + 2] = row.ab, row.bc, row.ca


@leaf
def row_hinges(t: int, threads: int, s: Span, mesh: Mesh, m: Marks, w: Work) -> None:
    """Set the row sums of hinges, at each node."""
    for h in range(s.hinge + t, s.hinge_end, threads):
        a, b, c, d = mesh.hinges[0, h], mesh.hinges[1, h], mesh.hinges[2, h], mesh.hinges[3, h]
        px, py, pz = m.x[a, 0], m.x[a, 1], m.x[a, 2]
        bound = hinge_stiffness(
            m.x[b, 0] - px, m.x[b, 1] - py, m.x[b, 2] - pz,
            m.x[c, 0] - px, m.x[c, 1] - py, m.x[c, 2] - pz,
            m.x[d, 0] - px, m.x[d, 1] - py, m.x[d, 2] - pz,
            w.rests[0, h], w.rests[1, h],
        )  # fmt: skip
        w.rows[0, h], w.rows[1, h], w.rows[2, h], w.rows[3, h] = bound


@leaf
def side_hinges(t: int, threads: int, s: Span, mesh: Mesh, m: Marks, w: Work) -> None:
    """Set what hinges are between their tips and their edge's nodes."""
    first = 3 * mesh.tri.shape[1]
    for h in range(s.hinge + t, s.hinge_end, threads):
        a, b, c, d = mesh.hinges[0, h], mesh.hinges[1, h], mesh.hinges[2, h], mesh.hinges[3, h]
        px, py, pz = m.x[a, 0], m.x[a, 1], m.x[a, 2]
        bound = hinge_sides(
            m.x[b, 0] - px, m.x[b, 1] - py, m.x[b, 2] - pz,
            m.x[c, 0] - px, m.x[c, 1] - py, m.x[c, 2] - pz,
            m.x[d, 0] - px, m.x[d, 1] - py, m.x[d, 2] - pz,
            math.sqrt(w.rests[0, h] * w.rests[0, h] + w.rests[1, h] * w.rests[1, h]),
        )  # fmt: skip
        at = first + 4 * h
        w.part[at], w.part[at + 1], w.part[at + 2], w.part[at + 3] = bound


@leaf
def row_links(t: int, threads: int, s: Span, mesh: Mesh, c: Tissues, m: Marks, w: Work) -> None:
    """Set how stiff bonds and cables are between their nodes."""
    first = 3 * mesh.tri.shape[1] + 4 * mesh.hinges.shape[1]
    for b in range(s.bond + t, s.bond_end, threads):
        whole = m.opening_kept[b] < c.bond_law[2, b]
        w.part[first + b] = c.bond_law[0, b] / c.bond_law[1, b] if whole else 0.0
    first += mesh.bonds.shape[1]
    for r in range(s.cable + t, s.cable_end, threads):
        i, j = mesh.cables[0, r], mesh.cables[1, r]
        ex, ey, ez = m.x[j, 0] - m.x[i, 0], m.x[j, 1] - m.x[i, 1], m.x[j, 2] - m.x[i, 2]
        k = cable_tangent(
            math.sqrt(ex * ex + ey * ey + ez * ez),
            c.cable_law[0, r], c.cable_law[1, r], c.cable_law[2, r], c.cable_law[4, r],
        )  # fmt: skip
        w.part[first + r] = k if m.torn[r] == 0.0 else 0.0


@leaf
def gather_masses(
    t: int, threads: int, s: Span, n: Numbers, mesh: Mesh, c: Tissues, m: Marks, w: Work,
    meet: Sheets,
) -> float:  # fmt: skip
    """Set masses and areas of nodes; return the kinetic energy that they bring."""
    brought = 0.0
    bonds = 3 * mesh.tri.shape[1] + 4 * mesh.hinges.shape[1]
    cables = bonds + mesh.bonds.shape[1]
    for i in range(s.node + t, s.node_end, threads):
        rows, area = c.anchor[i], 0.0
        for q in range(mesh.corner_start[i], mesh.corner_start[i + 1]):
            e, corner = mesh.corner_of[q] // 3, mesh.corner_of[q] % 3
            rows += w.pull[corner, e]
            area += w.pull[3, e]
        for q in range(mesh.hinge_start[i], mesh.hinge_start[i + 1]):
            rows += w.rows[mesh.hinge_of[q] % 4, mesh.hinge_of[q] // 4]
        for q in range(mesh.bond_start[i], mesh.bond_start[i + 1]):
            rows += 2.0 * w.part[bonds + mesh.bond_of[q] // 2]
        for q in range(mesh.cable_start[i], mesh.cable_start[i + 1]):
            rows += 2.0 * w.part[cables + mesh.cable_of[q] // 2]
        k = n.contact * area if s.stages > 0 else 0.0
        if s.leaflets > 0:
            k += 2.0 * meet.pressed[i]
        old = w.mass[i]
        w.area[i] = area
        w.mass[i] = max(0.25 * n.mass_scale * (rows + k), LEAST)
        vx, vy, vz = m.v[i, 0], m.v[i, 1], m.v[i, 2]
        brought += 0.5 * (w.mass[i] - old) * (vx * vx + vy * vy + vz * vz)
        for j in range(3):
            w.before[i, j] = w.f[i, j] + w.g[i, j]
    return brought
