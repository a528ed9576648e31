"""One membrane triangle: constant strain, total Lagrangian, forces from the energy's derivative.

Lengths in mm, forces in N, energies in mJ (N mm). The fibre frame of a triangle is (round, radial);
F = [f1 f2] maps it into space, C = F'F. Plane stress and incompressibility give C33 = 1/det C.
"""

import math
from typing import NamedTuple

from openvalve._kernels import leaf

__all__ = [
    "INVERSE",
    "LAW",
    "Pull",
    "Rows",
    "Stress",
    "element_energy",
    "element_pull",
    "element_stiffness",
    "fibre_energy",
    "fibre_growth",
    "fibre_stress",
    "fibre_tangent",
    "membrane_stress",
]

# Columns of an element's arrays. ``LAW`` is multiplied by the element's reference volume.
INVERSE = ("round_b", "radial_b", "round_c", "radial_c")
LAW = (
    "shear", "round", "round_exponent", "round_lock", "radial", "radial_exponent", "radial_lock",
)  # fmt: skip


class Stress(NamedTuple):
    """Second Piola-Kirchhoff stress in the fibre frame."""

    round: float
    radial: float
    shear: float


class Pull(NamedTuple):
    """Forces of a triangle on its second and third node (the first bears their opposite), N."""

    bx: float
    by: float
    bz: float
    cx: float
    cy: float
    cz: float


class Rows(NamedTuple):
    """Bounds on a triangle's stiffness, N/mm, and its area, mm2.

    Row sums at its nodes, then what is between each two: a triangle that is moved as a whole bears
    nothing, so that u K u = -sum (ua - ub) K_ab (ua - ub).
    """

    a: float
    b: float
    c: float
    ab: float
    bc: float
    ca: float
    area: float


@leaf
def fibre_growth(y: float) -> float:
    """Return exp(y) for 0 <= y <= 16 to 2e-10 (1e-11 up to 11), with no call and no branch.

    So lanes go abreast, and short chains of products keep them busy.

    Equation
    --------
    exp(y) = exp(y/128)^128, the inner one by its series to the seventh power.
    """
    r = y * (1.0 / 128.0)
    r2 = r * r
    low = (1.0 + r) + r2 * (1.0 / 2.0 + r * (1.0 / 6.0))
    high = (1.0 / 24.0 + r * (1.0 / 120.0)) + r2 * (1.0 / 720.0 + r * (1.0 / 5040.0))
    p = low + (r2 * r2) * high
    p *= p
    p *= p
    p *= p
    p *= p
    p *= p
    p *= p
    return p * p


@leaf
def fibre_stress(e: float, a: float, b: float, lock: float) -> float:
    """Return the stress of a fibre family at Green strain e, in the unit of ``a``.

    Equation
    --------
    S = a (exp(b e) - 1) for 0 < e < lock, then straight on with the slope reached; nothing when
    shortened.
    """
    taut = max(e, 0.0)
    bent = min(taut, lock)
    return a * (fibre_growth(b * bent) * (1.0 + b * (taut - bent)) - 1.0)


@leaf
def fibre_energy(e: float, a: float, b: float, lock: float) -> float:
    """Return the energy of a fibre family: the integral of its stress over Green strain."""
    taut = max(e, 0.0)
    bent = min(taut, lock)
    grown, d = fibre_growth(b * bent), taut - bent
    return a * ((grown - 1.0) / b - bent + (grown * (1.0 + 0.5 * b * d) - 1.0) * d)


@leaf
def fibre_tangent(e: float, a: float, b: float, lock: float) -> float:
    """Return dS/de of a fibre family, which also bounds its stress over e."""
    grown = a * b * fibre_growth(b * min(max(e, 0.0), lock))
    return grown if e > 0.0 else 0.0


@leaf
def membrane_stress(c11: float, c22: float, c12: float, law: tuple[float, ...]) -> Stress:
    """Return the stress of the tissue at the right Cauchy-Green tensor C, times the law's volume.

    Equation
    --------
    W = mu/2 (tr C + 1/det C - 3) + W1((C11 - 1)/2) + W2((C22 - 1)/2), S = 2 dW/dC.
    """
    mu, a1, b1, l1, a2, b2, l2 = law
    inv = 1.0 / (c11 * c22 - c12 * c12)
    q = mu * inv * inv
    s1 = fibre_stress(0.5 * (c11 - 1.0), a1, b1, l1)
    s2 = fibre_stress(0.5 * (c22 - 1.0), a2, b2, l2)
    return Stress(mu - q * c22 + s1, mu - q * c11 + s2, q * c12)


@leaf
def element_pull(
    ux: float, uy: float, uz: float, wx: float, wy: float, wz: float,
    inverse: tuple[float, float, float, float], law: tuple[float, ...],
) -> Pull:  # fmt: skip
    """Return the forces of a triangle with edges u (first to second node) and w (first to third).

    Equation
    --------
    F = [u w] D^-1, P = F S, force on the second and third node = -V P D^-T.
    """
    b1, b2, c1, c2 = inverse
    f1x, f1y, f1z = ux * b1 + wx * c1, uy * b1 + wy * c1, uz * b1 + wz * c1
    f2x, f2y, f2z = ux * b2 + wx * c2, uy * b2 + wy * c2, uz * b2 + wz * c2
    s = membrane_stress(
        f1x * f1x + f1y * f1y + f1z * f1z,
        f2x * f2x + f2y * f2y + f2z * f2z,
        f1x * f2x + f1y * f2y + f1z * f2z,
        law,
    )
    p1 = s.round * b1 + s.shear * b2
    p2 = s.shear * b1 + s.radial * b2
    q1 = s.round * c1 + s.shear * c2
    q2 = s.shear * c1 + s.radial * c2
    return Pull(
        -(f1x * p1 + f2x * p2),
        -(f1y * p1 + f2y * p2),
        -(f1z * p1 + f2z * p2),
        -(f1x * q1 + f2x * q2),
        -(f1y * q1 + f2y * q2),
        -(f1z * q1 + f2z * q2),
    )


@leaf
def element_energy(c11: float, c22: float, c12: float, law: tuple[float, ...]) -> float:
    """Return the strain energy of a triangle, mJ (law times volume)."""
    mu, a1, b1, l1, a2, b2, l2 = law
    inv = 1.0 / (c11 * c22 - c12 * c12)
    return (
        0.5 * mu * (c11 + c22 + inv - 3.0)
        + fibre_energy(0.5 * (c11 - 1.0), a1, b1, l1)
        + fibre_energy(0.5 * (c22 - 1.0), a2, b2, l2)
    )


@leaf
def element_stiffness(
    ux: float, uy: float, uz: float, wx: float, wy: float, wz: float,
    inverse: tuple[float, float, float, float], law: tuple[float, ...],
) -> Rows:  # fmt: skip
    """Return bounds on the stiffness, and the area now.

    Equation
    --------
    |K_ab| <= V (k |g_a| |g_b| + t1 |g_a1| |g_b1| + t2 |g_a2| |g_b2|), g the shape gradients,
    k of the matrix (tangent and stress), t of each fibre family.
    """
    mu, a1, b1, l1, a2, b2, l2 = law
    gb1, gb2, gc1, gc2 = inverse
    f1x, f1y, f1z = ux * gb1 + wx * gc1, uy * gb1 + wy * gc1, uz * gb1 + wz * gc1
    f2x, f2y, f2z = ux * gb2 + wx * gc2, uy * gb2 + wy * gc2, uz * gb2 + wz * gc2
    c11 = f1x * f1x + f1y * f1y + f1z * f1z
    c22 = f2x * f2x + f2y * f2y + f2z * f2z
    c12 = f1x * f2x + f1y * f2y + f1z * f2z
    e1, e2 = 0.5 * (c11 - 1.0), 0.5 * (c22 - 1.0)
    k = mu * (1.0 + 4.0 / ((c11 * c22 - c12 * c12) * min(c11, c22)))
    k1 = fibre_tangent(e1, a1, b1, l1) * (c11 + e1)
    k2 = fibre_tangent(e2, a2, b2, l2) * (c22 + e2)
    ga1, ga2 = abs(gb1 + gc1), abs(gb2 + gc2)
    gb1, gb2, gc1, gc2 = abs(gb1), abs(gb2), abs(gc1), abs(gc2)
    ga = math.sqrt(ga1 * ga1 + ga2 * ga2)
    gb = math.sqrt(gb1 * gb1 + gb2 * gb2)
    gc = math.sqrt(gc1 * gc1 + gc2 * gc2)
    row, row1, row2 = k * (ga + gb + gc), k1 * (ga1 + gb1 + gc1), k2 * (ga2 + gb2 + gc2)
    nx, ny, nz = uy * wz - uz * wy, uz * wx - ux * wz, ux * wy - uy * wx
    return Rows(
        row * ga + row1 * ga1 + row2 * ga2,
        row * gb + row1 * gb1 + row2 * gb2,
        row * gc + row1 * gc1 + row2 * gc2,
        k * ga * gb + k1 * ga1 * gb1 + k2 * ga2 * gb2,
        k * gb * gc + k1 * gb1 * gc1 + k2 * gb2 * gc2,
        k * gc * ga + k1 * gc1 * ga1 + k2 * gc2 * ga2,
        0.5 * math.sqrt(nx * nx + ny * ny + nz * nz),
    )
