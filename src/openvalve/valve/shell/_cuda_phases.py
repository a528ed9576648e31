"""What the threads of a block do between two barriers; each takes every ``threads``-th part.

Forces lie in tables until each node gathers its own, in the order in which ``advance`` adds them:
the same bits on any number of threads. Everything here runs on the processor as well.
"""

import math
from typing import NamedTuple

from openvalve._kernels import leaf
from openvalve.valve.shell._bonds import bond_loss, bond_secant
from openvalve.valve.shell._contact import balloon_touch, edge_pull, table_at
from openvalve.valve.shell._cuda_layout import Marks, Mesh, Numbers, Pushes, Span, Tissues, Work
from openvalve.valve.shell._element import element_pull
from openvalve.valve.shell._face import face_push
from openvalve.valve.shell._hinge import hinge_lift, hinge_turn
from openvalve.valve.shell._node_step import diagonal_node, shares
from openvalve.valve.shell._ring import cable_energy, cable_tension

__all__ = [
    "Filled",
    "filled",
    "gather_forces",
    "keep_third",
    "move_nodes",
    "pull_links",
    "pull_triangles",
    "touch_nodes",
    "tug_edges",
    "turn_hinges",
]


class Filled(NamedTuple):
    """How far a balloon is filled: between which stages, and its pressure, MPa."""

    low: int
    high: int
    mix: float
    pressure: float


@leaf
def filled(s: Span, p: Pushes, frac: float) -> Filled:
    """Return how far the balloon is filled."""
    reached = min(max(table_at(p.stage[s.stage : s.stage_end], frac), 0.0), s.stages - 1.0)
    low = min(int(reached), max(s.stages - 2, 0))
    mix = reached - low
    high = min(low + 1, s.stages - 1)
    lower, upper = p.balloon_p[s.balloon + low], p.balloon_p[s.balloon + high]
    return Filled(low, high, mix, lower + mix * (upper - lower))


@leaf
def tug_edges(
    t: int, threads: int, s: Span, n: Numbers, m: Marks, p: Pushes, w: Work, at: Filled
) -> None:
    """Set the pull of each axis' flanks on the edge."""
    for axis in range(t, s.axis_end - s.axis, threads):
        first = s.radius + axis * s.stages * s.heights
        low, high = first + at.low * s.heights, first + at.high * s.heights
        w.tug[s.axis + axis] = edge_pull(
            m.x, p.edge[s.edge : s.edge_end], p.axes[s.axis : s.axis_end], axis,
            n.bottom, n.spacing, p.radius[low : low + s.heights],
            p.radius[high : high + s.heights], at.mix, n.ring, n.ring_z,
        )  # fmt: skip


@leaf
def turn_hinges(t: int, threads: int, s: Span, mesh: Mesh, m: Marks, w: Work) -> None:
    """Set the loads of hinges on their faces."""
    for h in range(s.hinge + t, s.hinge_end, threads):
        a, b, c, d = mesh.hinges[0, h], mesh.hinges[1, h], mesh.hinges[2, h], mesh.hinges[3, h]
        px, py, pz = m.x[a, 0], m.x[a, 1], m.x[a, 2]
        turn = hinge_turn(
            m.x[b, 0] - px, m.x[b, 1] - py, m.x[b, 2] - pz,
            m.x[c, 0] - px, m.x[c, 1] - py, m.x[c, 2] - pz,
            m.x[d, 0] - px, m.x[d, 1] - py, m.x[d, 2] - pz,
            w.rests[0, h], w.rests[1, h],
        )  # fmt: skip
        k1, k2 = mesh.hinges[4, h], mesh.hinges[5, h]
        w.turns[mesh.tips[0, h], k1], w.turns[3 + mesh.tips[0, h], k1] = turn.g1, turn.h1
        w.turns[mesh.tips[1, h], k2], w.turns[3 + mesh.tips[1, h], k2] = turn.g2, turn.h2


@leaf
def pull_triangles(
    t: int, threads: int, s: Span, mesh: Mesh, c: Tissues, m: Marks, p: Pushes, w: Work,
    pressure: float, facing: float,
) -> None:  # fmt: skip
    """Set what triangles, with their hinges, and the pressure on them do to their nodes."""
    for e in range(s.tri + t, s.tri_end, threads):
        i, j, k = mesh.tri[0, e], mesh.tri[1, e], mesh.tri[2, e]
        ux, uy, uz = m.x[j, 0] - m.x[i, 0], m.x[j, 1] - m.x[i, 1], m.x[j, 2] - m.x[i, 2]
        wx, wy, wz = m.x[k, 0] - m.x[i, 0], m.x[k, 1] - m.x[i, 1], m.x[k, 2] - m.x[i, 2]
        lift = hinge_lift(
            ux, uy, uz, wx, wy, wz,
            w.turns[0, e], w.turns[1, e], w.turns[2, e],
            w.turns[3, e], w.turns[4, e], w.turns[5, e],
        )  # fmt: skip
        pull = element_pull(
            ux, uy, uz, wx, wy, wz,
            (m.inverse[0, e], m.inverse[1, e], m.inverse[2, e], m.inverse[3, e]),
            (
                c.law[0, e], c.law[1, e], c.law[2, e], c.law[3, e], c.law[4, e], c.law[5, e],
                c.law[6, e],
            ),
        )  # fmt: skip
        w.pull[0, e], w.pull[1, e], w.pull[2, e] = (
            pull.bx + lift.bx, pull.by + lift.by, pull.bz + lift.bz
        )  # fmt: skip
        w.pull[3, e], w.pull[4, e], w.pull[5, e] = (
            pull.cx + lift.cx, pull.cy + lift.cy, pull.cz + lift.cz
        )  # fmt: skip
        push = face_push(ux, uy, uz, wx, wy, wz, pressure * p.face_share[e] / 6.0, facing)
        w.pull[6, e], w.pull[7, e], w.pull[8, e] = push.x, push.y, push.z


@leaf
def pull_links(
    t: int, threads: int, s: Span, mesh: Mesh, c: Tissues, m: Marks, w: Work
) -> tuple[float, float]:
    """Set the pull of bonds and cables on their first node; return what bonds and cables lost."""
    bonds, cables = 0.0, 0.0
    for b in range(s.bond + t, s.bond_end, threads):
        i, j = mesh.bonds[0, b], mesh.bonds[1, b]
        peak, onset, final = c.bond_law[0, b], c.bond_law[1, b], c.bond_law[2, b]
        ex, ey, ez = m.x[j, 0] - m.x[i, 0], m.x[j, 1] - m.x[i, 1], m.x[j, 2] - m.x[i, 2]
        k = 0.0
        if m.opening_kept[b] < final:
            wide = max(math.sqrt(ex * ex + ey * ey + ez * ez), m.opening_kept[b])
            if wide != m.opening[b]:
                bonds += bond_loss(wide, peak, onset, final) - bond_loss(
                    m.opening[b], peak, onset, final
                )
                m.opening[b] = wide
                if s.lasts == 1:
                    m.opening_kept[b] = wide
            k = bond_secant(m.opening[b], peak, onset, final)
        w.bond_pull[0, b], w.bond_pull[1, b], w.bond_pull[2, b] = k * ex, k * ey, k * ez
    for r in range(s.cable + t, s.cable_end, threads):
        i, j = mesh.cables[0, r], mesh.cables[1, r]
        length, stiff, exponent = c.cable_law[0, r], c.cable_law[1, r], c.cable_law[2, r]
        push = c.cable_law[4, r]
        ex, ey, ez = m.x[j, 0] - m.x[i, 0], m.x[j, 1] - m.x[i, 1], m.x[j, 2] - m.x[i, 2]
        k = 0.0
        if m.torn[r] == 0.0:
            long = math.sqrt(ex * ex + ey * ey + ez * ez)
            tension = cable_tension(long, length, stiff, exponent, push)
            if tension > c.cable_law[3, r]:
                m.torn[r] = 1.0
                cables += cable_energy(long, length, stiff, exponent, push)
            else:
                k = tension / long
        w.cable_pull[0, r], w.cable_pull[1, r], w.cable_pull[2, r] = k * ex, k * ey, k * ez
    return bonds, cables


@leaf
def gather_forces(
    t: int, threads: int, s: Span, mesh: Mesh, c: Tissues, m: Marks, p: Pushes, w: Work,
    ramp: float, pressure: float,
) -> None:  # fmt: skip
    """Set inner and outer forces on nodes, but for the balloon's."""
    for i in range(s.node + t, s.node_end, threads):
        k = -c.anchor[i]
        fx = k * (m.x[i, 0] - c.home[i, 0])
        fy = k * (m.x[i, 1] - c.home[i, 1])
        fz = k * (m.x[i, 2] - c.home[i, 2])
        gx, gy, gz = ramp * p.node_force[i, 0], ramp * p.node_force[i, 1], ramp * p.node_force[i, 2]
        for q in range(mesh.corner_start[i], mesh.corner_start[i + 1]):
            e, corner = mesh.corner_of[q] // 3, mesh.corner_of[q] % 3
            if corner == 0:
                fx -= w.pull[0, e] + w.pull[3, e]
                fy -= w.pull[1, e] + w.pull[4, e]
                fz -= w.pull[2, e] + w.pull[5, e]
            else:
                first = 3 * (corner - 1)
                fx += w.pull[first, e]
                fy += w.pull[first + 1, e]
                fz += w.pull[first + 2, e]
            if pressure != 0.0:
                gx += w.pull[6, e]
                gy += w.pull[7, e]
                gz += w.pull[8, e]
        for q in range(mesh.bond_start[i], mesh.bond_start[i + 1]):
            b, sign = mesh.bond_of[q] // 2, 1.0 - 2.0 * (mesh.bond_of[q] % 2)
            fx += sign * w.bond_pull[0, b]
            fy += sign * w.bond_pull[1, b]
            fz += sign * w.bond_pull[2, b]
        for q in range(mesh.cable_start[i], mesh.cable_start[i + 1]):
            r, sign = mesh.cable_of[q] // 2, 1.0 - 2.0 * (mesh.cable_of[q] % 2)
            fx += sign * w.cable_pull[0, r]
            fy += sign * w.cable_pull[1, r]
            fz += sign * w.cable_pull[2, r]
        w.f[i, 0], w.f[i, 1], w.f[i, 2] = fx, fy, fz
        w.g[i, 0], w.g[i, 1], w.g[i, 2] = gx, gy, gz


@leaf
def touch_nodes(
    t: int, threads: int, s: Span, n: Numbers, m: Marks, p: Pushes, w: Work, at: Filled
) -> None:
    """Add the balloon's forces on nodes."""
    for axis in range(s.axis_end - s.axis):
        first = s.radius + axis * s.stages * s.heights
        low, high = first + at.low * s.heights, first + at.high * s.heights
        ax, ay, tug = p.axes[s.axis + axis, 0], p.axes[s.axis + axis, 1], w.tug[s.axis + axis]
        for i in range(s.node + t, s.node_end, threads):
            touch = balloon_touch(
                m.x[i, 0], m.x[i, 1], m.x[i, 2], ax, ay, n.bottom, n.spacing,
                p.radius[low : low + s.heights], p.radius[high : high + s.heights], at.mix,
            )  # fmt: skip
            if touch.depth > 0.0:
                load = min(n.contact * touch.depth, at.pressure)
                load *= w.area[i] + tug * p.edge_length[i]
                w.g[i, 0] += load * touch.nx
                w.g[i, 1] += load * touch.ny
                w.g[i, 2] += load * touch.nz


@leaf
def move_nodes(
    t: int, threads: int, s: Span, c: Tissues, m: Marks, w: Work, damping: float
) -> tuple[float, float, float]:
    """Move nodes; return work of the loads, energy lost over damping, fastest way squared."""
    keep, give = shares(damping)
    work, loss, fastest = 0.0, 0.0, 0.0
    for i in range(s.node + t, s.node_end, threads):
        gone = diagonal_node(m.x, m.v, w.f, w.g, c.free, w.mass, i, keep, give)
        fastest = max(fastest, gone.square)
        work += gone.work
        loss += gone.loss
    return work, loss, fastest


@leaf
def keep_third(t: int, threads: int, s: Span, m: Marks, w: Work) -> None:
    """Set the shape of a third's end."""
    for i in range(s.node + t, s.node_end, threads):
        for j in range(3):
            w.third_x[i, j] = m.x[i, j]
