"""Permanent set and cracks: what a stretched or bent leaflet keeps."""

import math

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import driver
from openvalve.valve.shell._element import element_energy
from openvalve.valve.shell._hinge import hinge_angle
from openvalve.valve.shell._rows import LANES, VALUES

__all__ = ["keep_set"]

Floats = NDArray[np.float64]
Ints = NDArray[np.uint32]


@driver
def keep_set(
    x: Floats, tri: Ints, inverse: Floats, law: Floats, packed: Floats, stretch_set: Floats,
    hinges: Ints, hinge_k: Floats, hinge_rad: Floats, bend_set: Floats, crack: Floats,
    crack_moment: Floats, rests: Floats, set_values: Floats, gains: Floats,
) -> None:  # fmt: skip
    """Let set and cracks follow the largest strain, angle and moment so far, in place.

    The energy that goes with it is added to ``gains`` (GAINS, set). ``packed`` and ``rests`` are
    the blocks of the run.
    """
    m = tri.shape[0]
    normals = np.empty((m, 4))
    for e in range(m):
        a, b, c = tri[e, 0], tri[e, 1], tri[e, 2]
        ux, uy, uz = x[b, 0] - x[a, 0], x[b, 1] - x[a, 1], x[b, 2] - x[a, 2]
        wx, wy, wz = x[c, 0] - x[a, 0], x[c, 1] - x[a, 1], x[c, 2] - x[a, 2]
        nx, ny, nz = uy * wz - uz * wy, uz * wx - ux * wz, ux * wy - uy * wx
        b1, b2, c1, c2 = inverse[e, 0], inverse[e, 1], inverse[e, 2], inverse[e, 3]
        f1x, f1y, f1z = ux * b1 + wx * c1, uy * b1 + wy * c1, uz * b1 + wz * c1
        f2x, f2y, f2z = ux * b2 + wx * c2, uy * b2 + wy * c2, uz * b2 + wz * c2
        c11 = f1x * f1x + f1y * f1y + f1z * f1z
        c22 = f2x * f2x + f2y * f2y + f2z * f2z
        c12 = f1x * f2x + f1y * f2y + f1z * f2z
        values = (
            law[e, 0], law[e, 1], law[e, 2], law[e, 3], law[e, 4], law[e, 5], law[e, 6],
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
                gains[4] += held - element_energy(c11, c22, c12, values)
                b1, b2, c1, c2 = b1 * r1, b2 * r2, c1 * r1, c2 * r2
                inverse[e, 0], inverse[e, 1], inverse[e, 2], inverse[e, 3] = b1, b2, c1, c2
                stretch_set[e, 0], stretch_set[e, 1] = new1 - 1.0, new2 - 1.0
                base = e // LANES * LANES * VALUES + e % LANES
                packed[base], packed[base + LANES] = b1, b2
                packed[base + 2 * LANES], packed[base + 3 * LANES] = c1, c2
        normals[e, 0], normals[e, 1], normals[e, 2] = nx, ny, nz
        normals[e, 3] = 1.0 / (nx * nx + ny * ny + nz * nz)
    for h in range(hinges.shape[0]):
        a, b, c, d = hinges[h, 0], hinges[h, 1], hinges[h, 2], hinges[h, 3]
        k1, k2 = hinges[h, 4], hinges[h, 5]
        ex, ey, ez = x[b, 0] - x[a, 0], x[b, 1] - x[a, 1], x[b, 2] - x[a, 2]
        wx, wy, wz = x[d, 0] - x[a, 0], x[d, 1] - x[a, 1], x[d, 2] - x[a, 2]
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
                gains[4] += k_old * (1.0 - math.cos(turned - set_old)) - k_new * (
                    1.0 - math.cos(turned - set_new)
                )
                bend_set[h] = set_new
                base = h // LANES * LANES * 2 + h % LANES
                rests[base] = k_new * math.cos(hinge_rad[h] + set_new)
                rests[base + LANES] = k_new * math.sin(hinge_rad[h] + set_new)
