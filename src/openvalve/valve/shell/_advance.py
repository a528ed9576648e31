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
from openvalve.valve.shell._bonds import bond_loss, bond_secant
from openvalve.valve.shell._contact import balloon_touch, table_at
from openvalve.valve.shell._element import element_energy, element_pull, element_stiffness
from openvalve.valve.shell._hinge import hinge_angle, hinge_bend, hinge_stiffness
from openvalve.valve.shell._ring import cable_energy, cable_tangent, cable_tension

__all__ = ["GAINS", "advance"]

Floats = NDArray[np.float64]
Ints = NDArray[np.uint32]

# What ``gains`` returns, mJ: work of loads, of damping, lost by bonds, set and cracks, cables.
GAINS = ("loads", "damping", "bonds", "set", "cables")
STILL = 1e-60  # squared way below which a node rests: denormal numbers cost twenty times the step


@driver
def advance(
    x: Floats, v: Floats, tri: Ints, inverse: Floats, law: Floats, stretch_set: Floats,
    hinges: Ints, hinge_k: Floats, hinge_rad: Floats, bend_set: Floats, crack: Floats,
    crack_moment: Floats,
    bonds: Ints, bond_law: Floats, opening: Floats,
    cables: Ints, cable_law: Floats, torn: Floats,
    free: Floats, anchor: Floats, home: Floats,
    face_share: Floats, pressure: Floats, node_force: Floats, force_ramp: Floats,
    axes: Floats, z0: float, dz: float, radius: Floats, balloon_p: Floats, stage: Floats,
    contact_k: float,
    set_values: Floats, steps: int, third: int, refresh: int, mass_scale: float,
    damping_floor: float, damping_fixed: float,
    mass: Floats, f: Floats, g: Floats, third_x: Floats, gains: Floats,
) -> int:  # fmt: skip
    """Advance in place by ``steps``; return the step at which a number was lost, or -1.

    The state is ``x``, ``v``, ``inverse``, ``stretch_set``, ``bend_set``, ``crack``, ``opening``
    and ``torn``. Tables ``pressure`` (MPa), ``force_ramp`` and ``stage`` spread over the run;
    ``radius`` (axes, stages, heights) and ``balloon_p`` (stages) are the balloon. ``set_values``
    are stretch share, yield stretch, bend share, yield angle, cracked share. Masses, damping and
    set follow every ``refresh`` steps; ``damping_fixed`` below 0 takes the damping from the
    Rayleigh quotient. ``f`` and ``g`` hold inner and outer forces of the last step, ``third_x``
    the shape at step ``third``, ``gains`` what GAINS lists.
    """
    n, m = x.shape[0], tri.shape[0]
    normals = np.empty((m, 4))
    hinge_cos, hinge_sin = np.empty(hinges.shape[0]), np.empty(hinges.shape[0])
    for h in range(hinges.shape[0]):
        hinge_cos[h] = hinge_k[h] * crack[h] * math.cos(hinge_rad[h] + bend_set[h])
        hinge_sin[h] = hinge_k[h] * crack[h] * math.sin(hinge_rad[h] + bend_set[h])
    area = np.zeros(n)
    before = np.zeros((n, 3))
    has_hinges = hinges.shape[0] > 0
    damping = max(damping_fixed, damping_floor) if damping_fixed < 0.0 else damping_fixed
    stages = radius.shape[1]
    for step in range(steps):
        frac = (step + 1) / steps
        p = table_at(pressure, frac)
        ramp = table_at(force_ramp, frac)
        for i in range(n):
            before[i, 0], before[i, 1], before[i, 2] = (
                f[i, 0] + g[i, 0], f[i, 1] + g[i, 1], f[i, 2] + g[i, 2]
            )  # fmt: skip
            k = -anchor[i]
            f[i, 0], f[i, 1], f[i, 2] = (
                k * (x[i, 0] - home[i, 0]), k * (x[i, 1] - home[i, 1]), k * (x[i, 2] - home[i, 2])
            )  # fmt: skip
            g[i, 0], g[i, 1], g[i, 2] = (
                ramp * node_force[i, 0], ramp * node_force[i, 1], ramp * node_force[i, 2]
            )  # fmt: skip
        fresh = step % refresh == 0

        if fresh:  # Every few steps: masses, areas, permanent set
            for i in range(n):
                mass[i] = anchor[i]
                area[i] = 0.0
            for e in range(m):
                a, b, c = tri[e, 0], tri[e, 1], tri[e, 2]
                ux, uy, uz = x[b, 0] - x[a, 0], x[b, 1] - x[a, 1], x[b, 2] - x[a, 2]
                wx, wy, wz = x[c, 0] - x[a, 0], x[c, 1] - x[a, 1], x[c, 2] - x[a, 2]
                nx, ny, nz = uy * wz - uz * wy, uz * wx - ux * wz, ux * wy - uy * wx
                third_area = math.sqrt(nx * nx + ny * ny + nz * nz) / 6.0
                area[a] += third_area
                area[b] += third_area
                area[c] += third_area
                b1, b2, c1, c2 = inverse[e, 0], inverse[e, 1], inverse[e, 2], inverse[e, 3]
                f1x, f1y, f1z = ux * b1 + wx * c1, uy * b1 + wy * c1, uz * b1 + wz * c1
                f2x, f2y, f2z = ux * b2 + wx * c2, uy * b2 + wy * c2, uz * b2 + wz * c2
                c11 = f1x * f1x + f1y * f1y + f1z * f1z
                c22 = f2x * f2x + f2y * f2y + f2z * f2z
                c12 = f1x * f2x + f1y * f2y + f1z * f2z
                values = (
                    law[e, 0], law[e, 1], law[e, 2], law[e, 3], law[e, 4],
                    law[e, 5], law[e, 6], law[e, 7], law[e, 8],
                )  # fmt: skip
                if set_values[0] > 0.0:
                    old1, old2 = 1.0 + stretch_set[e, 0], 1.0 + stretch_set[e, 1]
                    yields = 1.0 + set_values[1]
                    new1 = max(old1, 1.0 + set_values[0] * (math.sqrt(c11) * old1 - yields))
                    new2 = max(old2, 1.0 + set_values[0] * (math.sqrt(c22) * old2 - yields))
                    if new1 > old1 or new2 > old2:
                        r1, r2 = old1 / new1, old2 / new2
                        held = element_energy(c11, c22, c12, values)
                        c11, c22, c12 = c11 * r1 * r1, c22 * r2 * r2, c12 * r1 * r2
                        gains[3] += held - element_energy(c11, c22, c12, values)
                        b1, b2, c1, c2 = b1 * r1, b2 * r2, c1 * r1, c2 * r2
                        inverse[e, 0], inverse[e, 1], inverse[e, 2], inverse[e, 3] = b1, b2, c1, c2
                        stretch_set[e, 0], stretch_set[e, 1] = new1 - 1.0, new2 - 1.0
                row = element_stiffness(c11, c22, c12, (b1, b2, c1, c2), values)
                mass[a] += row[0]
                mass[b] += row[1]
                mass[c] += row[2]
                normals[e, 0], normals[e, 1], normals[e, 2] = nx, ny, nz
                normals[e, 3] = 1.0 / (nx * nx + ny * ny + nz * nz)
            for h in range(hinges.shape[0]):
                a, b, c, d = hinges[h, 0], hinges[h, 1], hinges[h, 2], hinges[h, 3]
                k1, k2 = hinges[h, 4], hinges[h, 5]
                ex, ey, ez = x[b, 0] - x[a, 0], x[b, 1] - x[a, 1], x[b, 2] - x[a, 2]
                wx, wy, wz = x[d, 0] - x[a, 0], x[d, 1] - x[a, 1], x[d, 2] - x[a, 2]
                rows = hinge_stiffness(
                    ex, ey, ez, x[c, 0] - x[a, 0], x[c, 1] - x[a, 1], x[c, 2] - x[a, 2],
                    wx, wy, wz, normals[k1, 3], normals[k2, 3], hinge_k[h] * crack[h],
                )  # fmt: skip
                mass[a] += rows[0]
                mass[b] += rows[1]
                mass[c] += rows[2]
                mass[d] += rows[3]
                if set_values[2] > 0.0 or crack_moment[h] < math.inf:
                    now = hinge_angle(
                        ex, ey, ez, wx, wy, wz,
                        (normals[k1, 0], normals[k1, 1], normals[k1, 2], normals[k1, 3]),
                        (normals[k2, 0], normals[k2, 1], normals[k2, 2], normals[k2, 3]),
                    )  # fmt: skip
                    angle = math.atan2(now.sine, now.cosine)
                    turned = angle - hinge_rad[h]
                    if turned > math.pi:
                        turned -= 2.0 * math.pi
                    elif turned < -math.pi:
                        turned += 2.0 * math.pi
                    target = set_values[2] * max(abs(turned) - set_values[3], 0.0)
                    k_old, set_old = hinge_k[h] * crack[h], bend_set[h]
                    k_new, set_new = k_old, set_old
                    if target > abs(set_old):
                        set_new = math.copysign(target, turned)
                    if crack[h] == 1.0:
                        moment = k_old * abs(math.sin(turned - set_new))
                        if moment > crack_moment[h]:
                            crack[h] = set_values[4]
                            k_new = hinge_k[h] * crack[h]
                    if k_new != k_old or set_new != set_old:
                        gains[3] += k_old * (1.0 - math.cos(turned - set_old)) - k_new * (
                            1.0 - math.cos(turned - set_new)
                        )
                        bend_set[h] = set_new
                        hinge_cos[h] = k_new * math.cos(hinge_rad[h] + set_new)
                        hinge_sin[h] = k_new * math.sin(hinge_rad[h] + set_new)
            for s in range(bonds.shape[0]):
                k = bond_law[s, 0] / bond_law[s, 1] if opening[s] < bond_law[s, 2] else 0.0
                mass[bonds[s, 0]] += 2.0 * k
                mass[bonds[s, 1]] += 2.0 * k
            for s in range(cables.shape[0]):
                if torn[s] == 0.0:
                    a, b = cables[s, 0], cables[s, 1]
                    ex, ey, ez = x[b, 0] - x[a, 0], x[b, 1] - x[a, 1], x[b, 2] - x[a, 2]
                    k = 2.0 * cable_tangent(
                        math.sqrt(ex * ex + ey * ey + ez * ez),
                        cable_law[s, 0], cable_law[s, 1], cable_law[s, 2], cable_law[s, 4],
                    )  # fmt: skip
                    mass[a] += k
                    mass[b] += k
            for i in range(n):
                mass[i] = 0.25 * mass_scale * (mass[i] + (contact_k * area[i] if stages else 0.0))

        # Forces.
        for e in range(m):
            a, b, c = tri[e, 0], tri[e, 1], tri[e, 2]
            ux, uy, uz = x[b, 0] - x[a, 0], x[b, 1] - x[a, 1], x[b, 2] - x[a, 2]
            wx, wy, wz = x[c, 0] - x[a, 0], x[c, 1] - x[a, 1], x[c, 2] - x[a, 2]
            pull = element_pull(
                ux, uy, uz, wx, wy, wz,
                (inverse[e, 0], inverse[e, 1], inverse[e, 2], inverse[e, 3]),
                (
                    law[e, 0], law[e, 1], law[e, 2], law[e, 3], law[e, 4],
                    law[e, 5], law[e, 6], law[e, 7], law[e, 8],
                ),
            )  # fmt: skip
            f[b, 0] += pull.bx
            f[b, 1] += pull.by
            f[b, 2] += pull.bz
            f[c, 0] += pull.cx
            f[c, 1] += pull.cy
            f[c, 2] += pull.cz
            f[a, 0] -= pull.bx + pull.cx
            f[a, 1] -= pull.by + pull.cy
            f[a, 2] -= pull.bz + pull.cz
            if has_hinges or p != 0.0:
                nx, ny, nz = uy * wz - uz * wy, uz * wx - ux * wz, ux * wy - uy * wx
                normals[e, 0], normals[e, 1], normals[e, 2] = nx, ny, nz
                normals[e, 3] = 1.0 / (nx * nx + ny * ny + nz * nz)
                if p != 0.0:
                    load = p * face_share[e] / 6.0
                    nx, ny, nz = nx * load, ny * load, nz * load
                    g[a, 0] += nx
                    g[a, 1] += ny
                    g[a, 2] += nz
                    g[b, 0] += nx
                    g[b, 1] += ny
                    g[b, 2] += nz
                    g[c, 0] += nx
                    g[c, 1] += ny
                    g[c, 2] += nz
        for h in range(hinges.shape[0]):
            a, b, c, d = hinges[h, 0], hinges[h, 1], hinges[h, 2], hinges[h, 3]
            k1, k2 = hinges[h, 4], hinges[h, 5]
            bend = hinge_bend(
                x[b, 0] - x[a, 0], x[b, 1] - x[a, 1], x[b, 2] - x[a, 2],
                x[c, 0] - x[a, 0], x[c, 1] - x[a, 1], x[c, 2] - x[a, 2],
                x[d, 0] - x[a, 0], x[d, 1] - x[a, 1], x[d, 2] - x[a, 2],
                (normals[k1, 0], normals[k1, 1], normals[k1, 2], normals[k1, 3]),
                (normals[k2, 0], normals[k2, 1], normals[k2, 2], normals[k2, 3]),
                hinge_cos[h], hinge_sin[h],
            )  # fmt: skip
            f[b, 0] += bend.bx
            f[b, 1] += bend.by
            f[b, 2] += bend.bz
            f[c, 0] += bend.cx
            f[c, 1] += bend.cy
            f[c, 2] += bend.cz
            f[d, 0] += bend.dx
            f[d, 1] += bend.dy
            f[d, 2] += bend.dz
            f[a, 0] -= bend.bx + bend.cx + bend.dx
            f[a, 1] -= bend.by + bend.cy + bend.dy
            f[a, 2] -= bend.bz + bend.cz + bend.dz
        for s in range(bonds.shape[0]):
            peak, onset, final = bond_law[s, 0], bond_law[s, 1], bond_law[s, 2]
            if opening[s] >= final:
                continue
            a, b = bonds[s, 0], bonds[s, 1]
            ex, ey, ez = x[b, 0] - x[a, 0], x[b, 1] - x[a, 1], x[b, 2] - x[a, 2]
            wide = math.sqrt(ex * ex + ey * ey + ez * ez)
            if wide > opening[s]:
                gains[2] += bond_loss(wide, peak, onset, final) - bond_loss(
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
            rest, k, exponent, push = (
                cable_law[s, 0], cable_law[s, 1], cable_law[s, 2], cable_law[s, 4]
            )  # fmt: skip
            ex, ey, ez = x[b, 0] - x[a, 0], x[b, 1] - x[a, 1], x[b, 2] - x[a, 2]
            long = math.sqrt(ex * ex + ey * ey + ez * ez)
            tension = cable_tension(long, rest, k, exponent, push)
            if tension > cable_law[s, 3]:
                torn[s] = 1.0
                gains[4] += cable_energy(long, rest, k, exponent, push)
                continue
            k = tension / long
            ex, ey, ez = k * ex, k * ey, k * ez
            f[a, 0] += ex
            f[a, 1] += ey
            f[a, 2] += ez
            f[b, 0] -= ex
            f[b, 1] -= ey
            f[b, 2] -= ez

        # Nodes: balloon, damping, step.
        low, mix, p_balloon = 0, 0.0, 0.0
        if stages > 0:
            at = min(max(table_at(stage, frac), 0.0), stages - 1.0)
            low = min(int(at), max(stages - 2, 0))
            mix = at - low
            high = min(low + 1, stages - 1)
            p_balloon = balloon_p[low] + mix * (balloon_p[high] - balloon_p[low])
            for k in range(radius.shape[0]):
                for i in range(n):
                    touch = balloon_touch(
                        x[i, 0], x[i, 1], x[i, 2], axes[k, 0], axes[k, 1],
                        z0, dz, radius[k, low], radius[k, high], mix,
                    )  # fmt: skip
                    if touch.depth > 0.0:
                        load = min(contact_k * touch.depth, p_balloon) * area[i]
                        g[i, 0] += load * touch.nx
                        g[i, 1] += load * touch.ny
                        g[i, 2] += load * touch.nz
        if fresh:  # damping from the Rayleigh quotient of the last step
            over, under = 0.0, 0.0
            for i in range(n):
                for j in range(3):
                    w = v[i, j] * free[i, j]
                    over += w * (before[i, j] - f[i, j] - g[i, j])
                    under += mass[i] * w * w
            if not (math.isfinite(over) and math.isfinite(under)):
                return step
            if damping_fixed < 0.0:
                quotient = over / under if under > 1e-200 and over > 0.0 else 0.0
                damping = min(max(2.0 * math.sqrt(quotient), damping_floor), 1.9)
        keep, give = (2.0 - damping) / (2.0 + damping), 2.0 / (2.0 + damping)
        work, loss = 0.0, 0.0
        for i in range(n):
            inv = give / mass[i]
            vx, vy, vz = v[i, 0], v[i, 1], v[i, 2]
            ux = (keep * vx + inv * (f[i, 0] + g[i, 0])) * free[i, 0]
            uy = (keep * vy + inv * (f[i, 1] + g[i, 1])) * free[i, 1]
            uz = (keep * vz + inv * (f[i, 2] + g[i, 2])) * free[i, 2]
            if ux * ux + uy * uy + uz * uz < STILL:
                ux, uy, uz = 0.0, 0.0, 0.0
            v[i, 0], v[i, 1], v[i, 2] = ux, uy, uz
            x[i, 0] += ux
            x[i, 1] += uy
            x[i, 2] += uz
            ux, uy, uz = 0.5 * (ux + vx), 0.5 * (uy + vy), 0.5 * (uz + vz)
            work += ux * g[i, 0] + uy * g[i, 1] + uz * g[i, 2]
            loss += mass[i] * (ux * ux + uy * uy + uz * uz)
        gains[0] += work
        gains[1] += damping * loss
        if step == third:
            third_x[:] = x
    return -1
