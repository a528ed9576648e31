"""The membrane of the static reference at a point: strain, law and their derivatives.

Written from the energy a second time; shares no code with the solver.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.units import Deg, Mm
from openvalve.valve.shell import Tissue

__all__ = [
    "Frame",
    "cross_slopes",
    "frame_of",
    "law_at",
    "strain_slopes",
    "strained",
    "stress_stiffness",
]

Floats = NDArray[np.float64]


def _family(c: Floats, stress: float, b: float, lock: float) -> tuple[Floats, Floats]:
    """Return dW/dC and d2W/dC2 of a family, from S(E) = a (exp(b E) - 1), straight from lock on."""
    e = 0.5 * (c - 1.0)
    grown = np.exp(b * np.clip(e, 0.0, lock))
    s = stress * (grown * (1.0 + b * np.maximum(e - lock, 0.0)) - 1.0) * (e > 0.0)
    return 0.5 * s, 0.25 * stress * b * grown * (e > 0.0)


def law_at(tissue: Tissue, c: Floats) -> tuple[Floats, Floats]:
    """Return gradient (3, ...) and Hessian (3, 3, ...) of W over C11, C22, C12 (once)."""
    mu, one, two = tissue.shear_mpa, tissue.round, tissue.radial
    j = c[0] * c[1] - c[2] ** 2
    first = np.stack([c[1], c[0], -2.0 * c[2]])
    second = np.zeros((3, 3, *j.shape))
    second[0, 1] = second[1, 0] = 1.0
    second[2, 2] = -2.0
    gradient = -0.5 * mu * first / j**2
    gradient[:2] += 0.5 * mu
    hessian = 0.5 * mu * (2.0 * first[:, None] * first[None] / j**3 - second / j**2)
    for k, family in enumerate((one, two)):
        s, t = _family(c[k], family.stress_mpa, family.exponent, family.lock_frac)
        gradient[k] += s
        hessian[k, k] += t
    return gradient, hessian


@dataclass(frozen=True, slots=True)
class Frame:
    """Reference measures at the points of quadrature.

    ``spread`` (2, 2, ...) takes gradients over (u, v) to the fibre frame; ``weight`` is thickness
    times area over that of the parameters.
    """

    spread: Floats
    weight: Floats


def frame_of(edges: Floats, fibre_deg: Deg, thickness_mm: Mm) -> Frame:
    """Return the frame of a map's gradients ``edges`` (3, 2, ...)."""
    u, v = edges[:, 0], edges[:, 1]
    normal = np.cross(u, v, axis=0)
    area = np.sqrt((normal**2).sum(axis=0))
    along = u / np.sqrt((u**2).sum(axis=0))
    across = np.cross(normal / area, along, axis=0)
    cosine, sine = np.cos(np.radians(fibre_deg)), np.sin(np.radians(fibre_deg))
    e1, e2 = cosine * along + sine * across, cosine * across - sine * along
    a, b, c, d = ((p * q).sum(axis=0) for p, q in ((u, e1), (v, e1), (u, e2), (v, e2)))
    det = a * d - b * c
    return Frame(np.stack([np.stack([d, -b]), np.stack([-c, a])]) / det, thickness_mm * area)


def strained(frame: Frame, gradient: Floats) -> tuple[Floats, Floats]:
    """Return F (3, 2, ...) and C (3, ...) of a shape's gradient over (u, v)."""
    f = np.einsum("ij...,jk...->ik...", gradient, frame.spread)
    return f, np.stack([(f[:, 0] ** 2).sum(0), (f[:, 1] ** 2).sum(0), (f[:, 0] * f[:, 1]).sum(0)])


def strain_slopes(f: Floats, spread: Floats) -> Floats:
    """Return dC/dG (3, 3, 2, ...): of C11, C22, C12 over the gradient (3, 2) over (u, v)."""
    one = np.einsum("i...,j...->ij...", f[:, 0], spread[:, 0])
    two = np.einsum("i...,j...->ij...", f[:, 1], spread[:, 1])
    mixed = np.einsum("i...,j...->ij...", f[:, 0], spread[:, 1])
    mixed = mixed + np.einsum("i...,j...->ij...", f[:, 1], spread[:, 0])
    return np.stack([2.0 * one, 2.0 * two, mixed])


def stress_stiffness(gradient: Floats, spread: Floats) -> Floats:
    """Return the part of the stiffness (2, 2, ...) that stress makes, the same in x, y and z."""
    one, two = spread[:, 0], spread[:, 1]
    mixed = np.einsum("i...,j...->ij...", one, two)
    return np.asarray(
        2.0 * gradient[0] * np.einsum("i...,j...->ij...", one, one)
        + 2.0 * gradient[1] * np.einsum("i...,j...->ij...", two, two)
        + gradient[2] * (mixed + np.swapaxes(mixed, 0, 1))
    )


def cross_slopes(g: Floats) -> Floats:
    """Return how x_u cross x_v turns with component k of x_u and x_v: (3, 3, 2, ...)."""
    result = np.zeros((3, 3, 2, *g.shape[2:]))
    for k, unit in enumerate(np.eye(3)):
        e = np.broadcast_to(unit.reshape(3, *([1] * (g.ndim - 2))), g[:, 0].shape)
        result[:, k, 0] = np.cross(e, g[:, 1], axis=0)
        result[:, k, 1] = np.cross(g[:, 0], e, axis=0)
    return result
