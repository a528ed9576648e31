"""The run: damped dynamic relaxation, one serial pass over elements, hinges and nodes a step.

Every contribution to a node is added in the order of elements, hinges, bonds, cables. That is the
order of a gather over each node's corners from a sorted table, so a kernel that gathers (one thread
a node) gives the same bits; on one core adding in place is faster, because the nodes stay in the
first cache.
"""

import math

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import driver
from openvalve.valve.closing import ContactArrays, contact_step, opening_middle
from openvalve.valve.shell._blocks import blocks_of
from openvalve.valve.shell._bonds import bond_loss, bond_secant
from openvalve.valve.shell._cholesky import WIDE
from openvalve.valve.shell._contact import balloon_touch, edge_pull, table_at
from openvalve.valve.shell._element import element_pull
from openvalve.valve.shell._face import face_push
from openvalve.valve.shell._hinge import hinge_lift, hinge_turn
from openvalve.valve.shell._keep import keep_set
from openvalve.valve.shell._mesh_mass import mass_times, tied_mass
from openvalve.valve.shell._motion import calm_damping, due_refresh, rayleigh_damping
from openvalve.valve.shell._node_step import diagonal_step, tied_step
from openvalve.valve.shell._ring import cable_energy, cable_tension
from openvalve.valve.shell._rows import LANES, VALUES, link_rows, stiffness_rows
from openvalve.valve.shell._ties import Ties

__all__ = ["GAINS", "advance"]

Floats = NDArray[np.float64]
Ints = NDArray[np.uint32]

# What ``gains`` returns, mJ: work of loads, lost to damping, kinetic energy that new masses bring,
# lost by bonds, by set and cracks, by cables.
GAINS = ("loads", "damping", "mass", "bonds", "set", "cables")
BESIDE = np.uint32(3 * LANES)
# Way of the fastest node, over the least height of a triangle, after which masses are taken anew at
# once: tissue pulled taut by a jolt stiffens tenfold within a few steps. 0.02 to 0.1
REACH = 0.05
TIED_REACH = 0.4  # the same where nodes are tied and go far together. 0.2 to 0.5
SIGHT_MM = 0.5  # most between lines along which an opening is seen. 0.2 to 0.5
LEAST = 1e-9  # mass of a node that nothing holds, as where a torn chord was fixed


@driver
def advance(
    x: Floats, v: Floats, tri: Ints, inverse: Floats, law: Floats, stretch_set: Floats,
    hinges: Ints, hinge_k: Floats, hinge_rad: Floats, bend_set: Floats, crack: Floats,
    crack_moment: Floats,
    bonds: Ints, bond_law: Floats, opening: Floats,
    cables: Ints, cable_law: Floats, torn: Floats,
    free: Floats, anchor: Floats, home: Floats,
    face_share: Floats, facing: float, pressure: Floats, node_force: Floats, force_ramp: Floats,
    axes: Floats, wall: Ints, z0: float, dz: float, radius: Floats, balloon_p: Floats,
    stage: Floats, contact_k: float, edge: Ints, edge_length: Floats, ring_r: float, ring_z: float,
    sheets: ContactArrays, skin: float, sheet_k: float,
    set_values: Floats, steps: int, third: int, refresh: int, mass_scale: float,
    damping_floor: float, damping_fixed: float,
    mass: Floats, f: Floats, g: Floats, third_x: Floats, gains: Floats,
    mark_x: Floats, mark_f: Floats, pace: Floats, stretch_kept: Floats, bend_kept: Floats,
    crack_kept: Floats, opening_kept: Floats, ties: Ties,
) -> int:  # fmt: skip
    """Advance in place by ``steps``; return the step at which a number was lost, or -1.

    The state is ``x``, ``v``, ``inverse``, ``stretch_set``, ``bend_set``, ``crack``, ``opening``
    and ``torn``. Tables ``pressure`` (MPa), ``force_ramp`` and ``stage`` spread over the run;
    ``radius`` (axes, stages, heights) and ``balloon_p`` (stages) are the balloon; where there is a
    ``wall``, nodes of the ring, its ``axes`` count from the middle of the largest opening within,
    and are taken there whenever masses are, so that these hold for them. Its flanks pull on the
    nodes of ``edge``, spread as ``edge_length``, mm; leaflets meet as ``sheets``, not at all where
    ``sheet_k`` is 0. ``set_values`` are stretch share, yield stretch, bend share, yield angle,
    cracked share, crushed share. Masses, damping and set follow every ``refresh`` steps,
    sooner where nodes run, later where they hardly move, never where that is not below ``steps``;
    ``damping_fixed`` below 0 takes the damping from the Rayleigh quotient. ``f`` and ``g`` hold
    inner and outer forces of the last step, ``third_x`` the shape at step ``third``, ``gains`` what
    GAINS lists. ``pace`` holds the steps that the Rayleigh quotient looks back on, 0 for the last
    one alone, the damping, and the steps since ``mark_x`` and ``mark_f``, shape and forces. A run
    goes on where these are handed in again. The ``kept`` arrays last, beyond which the state's
    follow the shape now; where both are the same arrays, all lasts at once.
    """
    n, m = x.shape[0], tri.shape[0]
    has_set = set_values[0] > 0.0 or set_values[2] > 0.0
    for h in range(hinges.shape[0]):
        has_set = has_set or crack_moment[h] < math.inf
    lanes, packed, turns, slots, rests, steepest = blocks_of(
        tri, inverse, law, hinges, hinge_k, hinge_rad, bend_set, crack
    )
    reach = (TIED_REACH if ties.pairs.shape[0] > 0 else REACH) / steepest
    since, way = 0, 0.0
    area = np.zeros(n)
    old_mass = np.zeros(n)
    tied, y = ties.pairs.shape[0] > 0, np.zeros(WIDE * n)
    before, heavy = np.zeros((n, 3)), np.zeros((n, 3))
    pressed = np.zeros(n)  # stiffness of leaflet contact, which the first masses need too
    if sheet_k > 0.0 and contact_step(x, sheets, skin, sheet_k, before, pressed)[0] < 0:
        return 0
    tug = np.zeros(radius.shape[0])  # of each axis' flanks on the edge
    offset = axes.copy()
    damping = damping_fixed
    stages = radius.shape[1]
    within = np.zeros(max(radius.shape[2] - 1, 0))
    window, since_mark = pace[0], pace[2]
    if damping_fixed < 0.0:
        damping = max(pace[1], damping_floor)
    for step in range(steps):
        frac = (step + 1) / steps
        p = table_at(pressure, frac)
        ramp = table_at(force_ramp, frac)
        fresh = step == 0 or (refresh < steps and due_refresh(since, refresh, way, reach))
        since = 1 if fresh else since + 1
        way = 0.0 if fresh else way
        if fresh and wall.shape[0] > 0:
            middle = opening_middle(x, tri, wall, SIGHT_MM)
            if middle[0] > 0.0:
                for axis in range(axes.shape[0]):
                    axes[axis, 0] = offset[axis, 0] + middle[1]
                    axes[axis, 1] = offset[axis, 1] + middle[2]
        if fresh:
            before[:] = f + g
            old_mass[:] = mass
        for i in range(n):
            k = -anchor[i]
            f[i, 0], f[i, 1], f[i, 2] = (
                k * (x[i, 0] - home[i, 0]), k * (x[i, 1] - home[i, 1]), k * (x[i, 2] - home[i, 2])
            )  # fmt: skip
            g[i, 0], g[i, 1], g[i, 2] = (
                ramp * node_force[i, 0], ramp * node_force[i, 1], ramp * node_force[i, 2]
            )  # fmt: skip
        if fresh:
            if has_set:
                keep_set(
                    x, tri, inverse, law, packed, stretch_set,
                    hinges, hinge_k, hinge_rad, bend_set, crack, crack_moment, rests,
                    stretch_kept, bend_kept, crack_kept, set_values, gains,
                )  # fmt: skip
            mass[:] = anchor
            if tied:
                if not tied_mass(
                    x, v, tri, packed, hinges, rests, bonds, bond_law, opening_kept,
                    cables, cable_law, torn, free, pressed, axes, z0, dz, radius, balloon_p, stage,
                    contact_k, edge, edge_length, ring_r, ring_z, frac, frac + refresh / steps,
                    2.0 * reach, 0.25 * mass_scale, step == 0, ties, mass, area, gains,
                ):  # fmt: skip
                    return step
            else:
                stiffness_rows(x, tri, packed, hinges, rests, lanes, mass, area)
                link_rows(x, bonds, bond_law, opening_kept, cables, cable_law, torn, mass)
                for i in range(n):
                    k = contact_k * area[i] if stages else 0.0
                    k += 2.0 * pressed[i]
                    mass[i] = max(0.25 * mass_scale * (mass[i] + k), LEAST)  # some hang on nothing
                    speed2 = v[i, 0] * v[i, 0] + v[i, 1] * v[i, 1] + v[i, 2] * v[i, 2]
                    gains[2] += 0.5 * (mass[i] - old_mass[i]) * speed2

        # Forces.
        for at in range(0, hinges.shape[0], LANES):
            count = min(LANES, hinges.shape[0] - at)
            for j in range(count):
                a, b, c, d = (
                    hinges[at + j, 0], hinges[at + j, 1], hinges[at + j, 2], hinges[at + j, 3]
                )  # fmt: skip
                px, py, pz = x[a, 0], x[a, 1], x[a, 2]
                lanes[j] = x[b, 0] - px
                lanes[LANES + j] = x[b, 1] - py
                lanes[2 * LANES + j] = x[b, 2] - pz
                lanes[3 * LANES + j] = x[c, 0] - px
                lanes[4 * LANES + j] = x[c, 1] - py
                lanes[5 * LANES + j] = x[c, 2] - pz
                lanes[6 * LANES + j] = x[d, 0] - px
                lanes[7 * LANES + j] = x[d, 1] - py
                lanes[8 * LANES + j] = x[d, 2] - pz
            rest = rests[2 * at : 2 * (at + LANES)]
            for j in range(LANES):  # abreast: every lane, the last block's empty ones too
                turn = hinge_turn(
                    lanes[j], lanes[LANES + j], lanes[2 * LANES + j],
                    lanes[3 * LANES + j], lanes[4 * LANES + j], lanes[5 * LANES + j],
                    lanes[6 * LANES + j], lanes[7 * LANES + j], lanes[8 * LANES + j],
                    rest[j], rest[LANES + j],
                )  # fmt: skip
                lanes[9 * LANES + j] = turn.g1
                lanes[10 * LANES + j] = turn.h1
                lanes[11 * LANES + j] = turn.g2
                lanes[12 * LANES + j] = turn.h2
            for j in range(count):
                a, b = slots[at + j, 0], slots[at + j, 1]
                turns[a] = lanes[9 * LANES + j]
                turns[a + BESIDE] = lanes[10 * LANES + j]
                turns[b] = lanes[11 * LANES + j]
                turns[b + BESIDE] = lanes[12 * LANES + j]
        for at in range(0, m, LANES):
            count = min(LANES, m - at)
            for j in range(count):
                a, b, c = tri[at + j, 0], tri[at + j, 1], tri[at + j, 2]
                px, py, pz = x[a, 0], x[a, 1], x[a, 2]
                lanes[j] = x[b, 0] - px
                lanes[LANES + j] = x[b, 1] - py
                lanes[2 * LANES + j] = x[b, 2] - pz
                lanes[3 * LANES + j] = x[c, 0] - px
                lanes[4 * LANES + j] = x[c, 1] - py
                lanes[5 * LANES + j] = x[c, 2] - pz
            tissue = packed[at * VALUES : (at + LANES) * VALUES]  # views: no index below zero
            loads = turns[at * 6 : (at + LANES) * 6]
            for j in range(LANES):
                lift = hinge_lift(
                    lanes[j], lanes[LANES + j], lanes[2 * LANES + j],
                    lanes[3 * LANES + j], lanes[4 * LANES + j], lanes[5 * LANES + j],
                    loads[j], loads[LANES + j], loads[2 * LANES + j],
                    loads[3 * LANES + j], loads[4 * LANES + j],
                    loads[5 * LANES + j],
                )  # fmt: skip
                pull = element_pull(
                    lanes[j], lanes[LANES + j], lanes[2 * LANES + j],
                    lanes[3 * LANES + j], lanes[4 * LANES + j], lanes[5 * LANES + j],
                    (
                        tissue[j], tissue[LANES + j],
                        tissue[2 * LANES + j], tissue[3 * LANES + j],
                    ),
                    (
                        tissue[4 * LANES + j], tissue[5 * LANES + j],
                        tissue[6 * LANES + j], tissue[7 * LANES + j],
                        tissue[8 * LANES + j], tissue[9 * LANES + j],
                        tissue[10 * LANES + j],
                    ),
                )  # fmt: skip
                lanes[9 * LANES + j] = pull.bx + lift.bx
                lanes[10 * LANES + j] = pull.by + lift.by
                lanes[11 * LANES + j] = pull.bz + lift.bz
                lanes[12 * LANES + j] = pull.cx + lift.cx
                lanes[13 * LANES + j] = pull.cy + lift.cy
                lanes[14 * LANES + j] = pull.cz + lift.cz
            for j in range(count):
                a, b, c = tri[at + j, 0], tri[at + j, 1], tri[at + j, 2]
                ux, uy, uz = lanes[9 * LANES + j], lanes[10 * LANES + j], lanes[11 * LANES + j]
                wx, wy, wz = lanes[12 * LANES + j], lanes[13 * LANES + j], lanes[14 * LANES + j]
                f[b, 0] += ux
                f[b, 1] += uy
                f[b, 2] += uz
                f[c, 0] += wx
                f[c, 1] += wy
                f[c, 2] += wz
                f[a, 0] -= ux + wx
                f[a, 1] -= uy + wy
                f[a, 2] -= uz + wz
            if p != 0.0:
                for j in range(count):
                    a, b, c = tri[at + j, 0], tri[at + j, 1], tri[at + j, 2]
                    ux, uy, uz = lanes[j], lanes[LANES + j], lanes[2 * LANES + j]
                    wx, wy, wz = lanes[3 * LANES + j], lanes[4 * LANES + j], lanes[5 * LANES + j]
                    push = face_push(ux, uy, uz, wx, wy, wz, p * face_share[at + j] / 6.0, facing)
                    nx, ny, nz = push.x, push.y, push.z
                    g[a, 0] += nx
                    g[a, 1] += ny
                    g[a, 2] += nz
                    g[b, 0] += nx
                    g[b, 1] += ny
                    g[b, 2] += nz
                    g[c, 0] += nx
                    g[c, 1] += ny
                    g[c, 2] += nz
        for s in range(bonds.shape[0]):
            peak, onset, final = bond_law[s, 0], bond_law[s, 1], bond_law[s, 2]
            if opening_kept[s] >= final:
                continue
            a, b = bonds[s, 0], bonds[s, 1]
            ex, ey, ez = x[b, 0] - x[a, 0], x[b, 1] - x[a, 1], x[b, 2] - x[a, 2]
            wide = max(math.sqrt(ex * ex + ey * ey + ez * ez), opening_kept[s])
            if wide != opening[s]:
                gains[3] += bond_loss(wide, peak, onset, final) - bond_loss(
                    opening[s], peak, onset, final
                )
                opening[s] = wide
            k = bond_secant(opening[s], peak, onset, final)
            ex, ey, ez = k * ex, k * ey, k * ez
            f[a, 0] += ex
            f[a, 1] += ey
            f[a, 2] += ez
            f[b, 0] -= ex
            f[b, 1] -= ey
            f[b, 2] -= ez
        for s in range(cables.shape[0]):
            if torn[s] != 0.0:
                continue
            a, b = cables[s, 0], cables[s, 1]
            length, k, exponent, push = (
                cable_law[s, 0], cable_law[s, 1], cable_law[s, 2], cable_law[s, 4]
            )  # fmt: skip
            ex, ey, ez = x[b, 0] - x[a, 0], x[b, 1] - x[a, 1], x[b, 2] - x[a, 2]
            long = math.sqrt(ex * ex + ey * ey + ez * ez)
            tension = cable_tension(long, length, k, exponent, push)
            if tension > cable_law[s, 3]:
                torn[s] = 1.0
                gains[5] += cable_energy(long, length, k, exponent, push)
                continue
            k = tension / long
            ex, ey, ez = k * ex, k * ey, k * ez
            f[a, 0] += ex
            f[a, 1] += ey
            f[a, 2] += ez
            f[b, 0] -= ex
            f[b, 1] -= ey
            f[b, 2] -= ez

        if sheet_k > 0.0:
            pressed[:] = 0.0
            if contact_step(x, sheets, skin, sheet_k, g, pressed)[0] < 0:
                return step

        # Nodes: balloon, damping, step.
        low, mix, p_balloon = 0, 0.0, 0.0
        if stages > 0:
            reached = min(max(table_at(stage, frac), 0.0), stages - 1.0)
            low = min(int(reached), max(stages - 2, 0))
            mix = reached - low
            high = min(low + 1, stages - 1)
            p_balloon = balloon_p[low] + mix * (balloon_p[high] - balloon_p[low])
            for axis in range(radius.shape[0]):
                if fresh:
                    tug[axis] = edge_pull(
                        x, edge, axes, axis, z0, dz, radius[axis, low], radius[axis, high], mix,
                        ring_r, ring_z,
                    )  # fmt: skip
                ax, ay = axes[axis, 0], axes[axis, 1]
                for k in range(within.shape[0]):  # wider than any part of a section, squared
                    wide = max(
                        radius[axis, low, k], radius[axis, high, k],
                        radius[axis, low, k + 1], radius[axis, high, k + 1],
                    )  # fmt: skip
                    within[k] = wide * wide
                for i in range(n):
                    at = (x[i, 2] - z0) / dz
                    if at < 0.0 or at >= within.shape[0]:
                        continue
                    px, py = x[i, 0] - ax, x[i, 1] - ay
                    if px * px + py * py > within[int(at)]:
                        continue
                    touch = balloon_touch(
                        x[i, 0], x[i, 1], x[i, 2], ax, ay,
                        z0, dz, radius[axis, low], radius[axis, high], mix,
                    )  # fmt: skip
                    if touch.depth > 0.0:
                        load = min(contact_k * touch.depth, p_balloon)
                        load *= area[i] + tug[axis] * edge_length[i]
                        g[i, 0] += load * touch.nx
                        g[i, 1] += load * touch.ny
                        g[i, 2] += load * touch.nz
        if fresh:  # damping from the Rayleigh quotient of the last step
            over, under = 0.0, 0.0
            for i in range(n):
                for j in range(3):
                    w = v[i, j] * free[i, j]
                    over += w * (before[i, j] - f[i, j] - g[i, j])
                    under += w * (ties.momentum[i, j] if tied else mass[i] * w)
            if not (math.isfinite(over) and math.isfinite(under)):
                return step
            if damping_fixed < 0.0 and window <= 0.0:
                damping = rayleigh_damping(over, under, damping_floor)
            elif damping_fixed < 0.0 and since_mark >= window:
                far_over, far_under = 0.0, 0.0
                if tied:
                    before[:] = x - mark_x
                    mass_times(ties, before, heavy)
                for i in range(n):
                    for j in range(3):
                        w = (x[i, j] - mark_x[i, j]) * free[i, j]
                        far_over += w * (mark_f[i, j] - f[i, j] - g[i, j])
                        far_under += w * (heavy[i, j] if tied else mass[i] * w)
                        mark_x[i, j], mark_f[i, j] = x[i, j], f[i, j] + g[i, j]
                damping = calm_damping(over, under, far_over, far_under, since_mark, damping_floor)
                since_mark = 0.0
        since_mark += 1.0
        if tied:
            fastest = tied_step(x, v, f, g, free, ties, damping, y, gains)
        else:
            fastest = diagonal_step(x, v, f, g, free, mass, damping, gains)
        way += math.sqrt(fastest)
        if step == third:
            third_x[:] = x
    pace[1], pace[2] = damping, since_mark
    return -1
