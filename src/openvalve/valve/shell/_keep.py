"""Permanent set and cracks: what a stretched or bent leaflet keeps.

Both follow from the shape now and from what lasts from before, so that a shape on the way, thrown
farther than it would rest, leaves nothing behind unless it is kept.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import driver, leaf
from openvalve.valve.shell._element import element_energy
from openvalve.valve.shell._hinge import hinge_angle
from openvalve.valve.shell._rows import LANES, VALUES

__all__ = ["Bent", "Stretched", "bent_set", "keep_set", "rests_calm", "stretched_set"]

Floats = NDArray[np.float64]
Ints = NDArray[np.uint32]

WIDEST_CALM = 2.4  # rad: the series of the cosine falls up to here


class Stretched(NamedTuple):
    """Permanent stretches of a triangle, ratios to the first shape, and the energy lost, mJ."""

    round: float
    radial: float
    lost: float


class Bent(NamedTuple):
    """A hinge's permanent angle, its cracked share, stiffness (mJ) and the energy lost, mJ."""

    set: float
    crack: float
    k: float
    lost: float


@leaf
def stretched_set(
    c11: float, c22: float, c12: float, law: tuple[float, ...],
    old1: float, old2: float, kept1: float, kept2: float, share: float, yields: float,
) -> Stretched:  # fmt: skip
    """Return what a triangle keeps of its stretch.

    Parameters
    ----------
    c11, c22, c12 : against the shape that it has by ``old1`` and ``old2``.
    old1, old2 : permanent stretches that it has, ratios; ``kept1``, ``kept2`` : what lasts of them.
    share, yields : of the stretch ratio beyond ``yields`` this share stays.
    """
    new1 = max(kept1, 1.0 + share * (math.sqrt(c11) * old1 - yields))
    new2 = max(kept2, 1.0 + share * (math.sqrt(c22) * old2 - yields))
    if new1 == old1 and new2 == old2:
        return Stretched(old1, old2, 0.0)
    r1, r2 = old1 / new1, old2 / new2
    held = element_energy(c11, c22, c12, law)
    left = element_energy(c11 * r1 * r1, c22 * r2 * r2, c12 * r1 * r2, law)
    return Stretched(new1, new2, held - left)


@leaf
def rests_calm(
    sine: float, cosine: float, k_cos: float, k_sin: float, k: float, set_old: float, crack: float,
    crack_moment: float, share: float, yields: float,
) -> bool:  # fmt: skip
    """Return whether ``bent_set`` surely changes nothing, without any angle function.

    Parameters
    ----------
    k_cos, k_sin, k : k cos q0, k sin q0 and k of the hinge as it is, mJ.

    It is asked of a hinge that has nothing but what lasts.

    Equation
    --------
    Nothing new stays where share (|turned| - yields) <= |set|; so it is where turned is within
    d = yields + (1/share - 1) |set| of set, so where cos(turned - set) >= 1 - d^2/2 + d^4/24.
    """
    if crack != 1.0 or not abs(sine * k_cos - cosine * k_sin) <= crack_moment:
        return False
    if share == 0.0:
        return True
    d = min(yields + (1.0 / share - 1.0) * abs(set_old), WIDEST_CALM)
    d *= d
    return cosine * k_cos + sine * k_sin >= (1.0 - d * (0.5 - d * (1.0 / 24.0))) * k


@leaf
def bent_set(
    sine: float, cosine: float, rest: float, k_whole: float, set_old: float, crack_old: float,
    set_kept: float, crack_kept: float, crack_moment: float, share: float, yields: float,
    cracked: float, crushed: float,
) -> Bent:  # fmt: skip
    """Return what a hinge keeps of its angle, and whether it cracks.

    Parameters
    ----------
    sine, cosine : of the angle now; ``rest`` of the unloaded shape, rad.
    k_whole : stiffness when whole, mJ.
    set_old, crack_old : what it has; ``set_kept``, ``crack_kept`` : what lasts of them.
    share, yields : of the turn beyond ``yields`` (rad) this share stays.
    cracked, crushed : shares of the stiffness and of its whole turn that a cracked hinge keeps.
    """
    turned = math.atan2(sine, cosine) - rest
    if turned > math.pi:
        turned -= 2.0 * math.pi
    elif turned < -math.pi:
        turned += 2.0 * math.pi
    target = share * max(abs(turned) - yields, 0.0)
    set_new, crack = set_kept, crack_kept
    if target > abs(set_kept):
        set_new = math.copysign(target, turned)
    if crack_kept == 1.0 and k_whole * abs(math.sin(turned - set_new)) > crack_moment:
        crack = cracked
    if crack < 1.0 and crushed * abs(turned) > abs(set_new):
        set_new = math.copysign(crushed * abs(turned), turned)
    k_old, k_new = k_whole * crack_old, k_whole * crack
    if k_new == k_old and set_new == set_old:
        return Bent(set_old, crack, k_old, 0.0)
    lost = k_old * (1.0 - math.cos(turned - set_old)) - k_new * (1.0 - math.cos(turned - set_new))
    return Bent(set_new, crack, k_new, lost)


@driver
def keep_set(
    x: Floats, tri: Ints, inverse: Floats, law: Floats, packed: Floats, stretch_set: Floats,
    hinges: Ints, hinge_k: Floats, hinge_rad: Floats, bend_set: Floats, crack: Floats,
    crack_moment: Floats, rests: Floats, stretch_kept: Floats, bend_kept: Floats,
    crack_kept: Floats, set_values: Floats, gains: Floats,
) -> None:  # fmt: skip
    """Let set and cracks follow strain, angle and moment now beyond what lasts, in place.

    Where ``stretch_kept``, ``bend_kept`` and ``crack_kept`` are the arrays that change, all lasts
    at once. The energy that goes with it is added to ``gains`` (GAINS, set). ``packed`` and
    ``rests`` are the blocks of the run.
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
            kept = stretched_set(
                c11, c22, c12, values, old1, old2,
                1.0 + stretch_kept[e, 0], 1.0 + stretch_kept[e, 1],
                set_values[0], 1.0 + set_values[1],
            )  # fmt: skip
            if kept.round != old1 or kept.radial != old2:
                gains[4] += kept.lost
                r1, r2 = old1 / kept.round, old2 / kept.radial
                b1, b2, c1, c2 = b1 * r1, b2 * r2, c1 * r1, c2 * r2
                inverse[e, 0], inverse[e, 1], inverse[e, 2], inverse[e, 3] = b1, b2, c1, c2
                stretch_set[e, 0], stretch_set[e, 1] = kept.round - 1.0, kept.radial - 1.0
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
            base = h // LANES * LANES * 2 + h % LANES
            lasts = bend_set[h] == bend_kept[h] and crack[h] == crack_kept[h]
            if lasts and rests_calm(
                now.sine, now.cosine, rests[base], rests[base + LANES], hinge_k[h] * crack[h],
                bend_set[h], crack[h], crack_moment[h], set_values[2], set_values[3],
            ):  # fmt: skip
                continue
            bent = bent_set(
                now.sine, now.cosine, hinge_rad[h], hinge_k[h], bend_set[h], crack[h],
                bend_kept[h], crack_kept[h], crack_moment[h],
                set_values[2], set_values[3], set_values[4], set_values[5],
            )  # fmt: skip
            if bent.set != bend_set[h] or bent.crack != crack[h]:
                gains[4] += bent.lost
                bend_set[h], crack[h] = bent.set, bent.crack
                rests[base] = bent.k * math.cos(hinge_rad[h] + bent.set)
                rests[base + LANES] = bent.k * math.sin(hinge_rad[h] + bent.set)
