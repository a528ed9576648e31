"""Stress of the wall against its strength, triangle by triangle."""

import numpy as np
from numpy.typing import NDArray

from openvalve.units import Ratio
from openvalve.valve.root._wall_tables import PEAK_MM2
from openvalve.valve.shell import Shell, Tissue
from openvalve.valve.shell._element import membrane_stress
from openvalve.valve.shell._tissue import law_of

__all__ = ["peak_of", "reference_mm2", "strength_shares", "wall_stress_mpa"]

Floats = NDArray[np.float64]


def reference_mm2(shell: Shell) -> Floats:
    """Return the unloaded area of each triangle, (m,)."""
    corners = shell.nodes_mm[shell.triangles]
    sides = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    return np.asarray(0.5 * np.linalg.norm(sides, axis=1))


def wall_stress_mpa(shell: Shell, tissue: Tissue, nodes_mm: Floats) -> Floats:
    """Return Cauchy stress along the stretched directions, round and along the wall, (m, 2).

    Equation
    --------
    F carries the directions a of the unloaded wall along; s = a C S C a / (a C a), no change of
    volume.

    Parameters
    ----------
    tissue : of soft wall; where the shell is calcified this is not its stress.
    nodes_mm : (n, 3) deformed.
    """
    corners = nodes_mm[shell.triangles]
    u, w = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    round_b, along_b, round_c, along_c = (shell.inverse[:, [k]] for k in range(4))
    f1, f2 = u * round_b + w * round_c, u * along_b + w * along_c
    c11, c22, c12 = (np.einsum("ij,ij->i", a, b) for a, b in ((f1, f1), (f2, f2), (f1, f2)))
    law = law_of(tissue)
    s11, s22, s12 = np.array(
        [
            membrane_stress(float(a), float(b), float(c), law)
            for a, b, c in zip(c11, c22, c12, strict=True)
        ]
    ).T
    around = (c11**2 * s11 + 2.0 * c11 * c12 * s12 + c12**2 * s22) / c11
    along = (c22**2 * s22 + 2.0 * c22 * c12 * s12 + c12**2 * s11) / c22
    return np.column_stack([around, along])


def strength_shares(stress_mpa: Floats, tissue: Tissue, strength_ratio: Ratio) -> Floats:
    """Return the larger of stress over strength, round and along the wall, (m,).

    Assumes : the two do not weaken each other, and shear breaks nothing; no measurement of a wall
        torn in both directions at once was found.
    """
    strength = strength_ratio * np.array([tissue.round.strength_mpa, tissue.radial.strength_mpa])
    return np.asarray((stress_mpa / strength).max(axis=1))


def peak_of(values: Floats, area_mm2: Floats) -> float:
    """Return the mean of the highest values on ``PEAK_MM2`` of wall; of at least one triangle."""
    order = np.argsort(-values, kind="stable")
    top = order[: int(np.searchsorted(np.cumsum(area_mm2[order]), PEAK_MM2)) + 1]
    return float(np.average(values[top], weights=area_mm2[top]))
