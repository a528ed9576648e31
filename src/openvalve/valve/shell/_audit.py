"""Where the energy of a shell is, and what its forces leave over."""

import math

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import driver
from openvalve.valve.shell._bonds import bond_secant
from openvalve.valve.shell._element import element_energy, element_pull
from openvalve.valve.shell._hinge import hinge_angle
from openvalve.valve.shell._ring import cable_energy

__all__ = ["ENERGIES", "audit"]

Floats = NDArray[np.float64]
Ints = NDArray[np.uint32]

ENERGIES = ("membrane", "bending", "bonds", "cables", "anchors")  # mJ


@driver
def audit(
    x: Floats, tri: Ints, inverse: Floats, law: Floats,
    hinges: Ints, hinge_k: Floats, hinge_rad: Floats, bend_set: Floats, crack: Floats,
    bonds: Ints, bond_law: Floats, opening: Floats,
    cables: Ints, cable_law: Floats, torn: Floats, anchor: Floats, home: Floats,
    energies: Floats, strain: Floats,
) -> float:  # fmt: skip
    """Fill ``energies`` (ENERGIES) and ``strain`` (m, 3: C11, C22, C12); return the grip.

    The grip is the sum over triangles and nodes of the size of the forces there, N: what a
    residual is measured against.
    """
    normals = np.empty((tri.shape[0], 4))
    grip = 0.0
    energies[:] = 0.0
    for e in range(tri.shape[0]):
        a, b, c = tri[e, 0], tri[e, 1], tri[e, 2]
        ux, uy, uz = x[b, 0] - x[a, 0], x[b, 1] - x[a, 1], x[b, 2] - x[a, 2]
        wx, wy, wz = x[c, 0] - x[a, 0], x[c, 1] - x[a, 1], x[c, 2] - x[a, 2]
        b1, b2, c1, c2 = inverse[e, 0], inverse[e, 1], inverse[e, 2], inverse[e, 3]
        f1x, f1y, f1z = ux * b1 + wx * c1, uy * b1 + wy * c1, uz * b1 + wz * c1
        f2x, f2y, f2z = ux * b2 + wx * c2, uy * b2 + wy * c2, uz * b2 + wz * c2
        strain[e, 0] = f1x * f1x + f1y * f1y + f1z * f1z
        strain[e, 1] = f2x * f2x + f2y * f2y + f2z * f2z
        strain[e, 2] = f1x * f2x + f1y * f2y + f1z * f2z
        values = (
            law[e, 0], law[e, 1], law[e, 2], law[e, 3], law[e, 4], law[e, 5], law[e, 6],
        )  # fmt: skip
        energies[0] += element_energy(strain[e, 0], strain[e, 1], strain[e, 2], values)
        pull = element_pull(ux, uy, uz, wx, wy, wz, (b1, b2, c1, c2), values)
        ax, ay, az = pull.bx + pull.cx, pull.by + pull.cy, pull.bz + pull.cz
        grip += math.sqrt(ax * ax + ay * ay + az * az)
        grip += math.sqrt(pull.bx**2 + pull.by**2 + pull.bz**2)
        grip += math.sqrt(pull.cx**2 + pull.cy**2 + pull.cz**2)
        nx, ny, nz = uy * wz - uz * wy, uz * wx - ux * wz, ux * wy - uy * wx
        normals[e, 0], normals[e, 1], normals[e, 2] = nx, ny, nz
        normals[e, 3] = 1.0 / (nx * nx + ny * ny + nz * nz)
    for h in range(hinges.shape[0]):
        a, b, d = hinges[h, 0], hinges[h, 1], hinges[h, 3]
        k1, k2 = hinges[h, 4], hinges[h, 5]
        now = hinge_angle(
            x[b, 0] - x[a, 0], x[b, 1] - x[a, 1], x[b, 2] - x[a, 2],
            x[d, 0] - x[a, 0], x[d, 1] - x[a, 1], x[d, 2] - x[a, 2],
            (normals[k1, 0], normals[k1, 1], normals[k1, 2], normals[k1, 3]),
            (normals[k2, 0], normals[k2, 1], normals[k2, 2], normals[k2, 3]),
        )  # fmt: skip
        q = hinge_rad[h] + bend_set[h]
        turned = now.cosine * math.cos(q) + now.sine * math.sin(q)
        energies[1] += hinge_k[h] * crack[h] * (1.0 - turned)
    for s in range(bonds.shape[0]):
        a, b = bonds[s, 0], bonds[s, 1]
        ex, ey, ez = x[b, 0] - x[a, 0], x[b, 1] - x[a, 1], x[b, 2] - x[a, 2]
        k = bond_secant(opening[s], bond_law[s, 0], bond_law[s, 1], bond_law[s, 2])
        energies[2] += 0.5 * k * (ex * ex + ey * ey + ez * ez)
    for s in range(cables.shape[0]):
        if torn[s] == 0.0:
            a, b = cables[s, 0], cables[s, 1]
            ex, ey, ez = x[b, 0] - x[a, 0], x[b, 1] - x[a, 1], x[b, 2] - x[a, 2]
            energies[3] += cable_energy(
                math.sqrt(ex * ex + ey * ey + ez * ez),
                cable_law[s, 0], cable_law[s, 1], cable_law[s, 2], cable_law[s, 4],
            )  # fmt: skip
    for i in range(x.shape[0]):
        ex, ey, ez = x[i, 0] - home[i, 0], x[i, 1] - home[i, 1], x[i, 2] - home[i, 2]
        energies[4] += 0.5 * anchor[i] * (ex * ex + ey * ey + ez * ez)
    return grip
