"""What a mesh must be before the solver takes it; every fault is named at once."""

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import InputError, InputItem

__all__ = ["MIN_HEIGHT_RATIO", "check_mesh", "height_ratios"]

# Smallest height over longest edge: slivers of 0.08 cost ten times the steps (prototype); a mesh
# for the solver has 0.3 (issue 6). Refused is only what cannot be solved at all.
MIN_HEIGHT_RATIO = 0.05
THICKNESS_MM = (0.05, 6.0)


def height_ratios(
    nodes_mm: NDArray[np.float64], triangles: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the smallest height over the longest edge of each triangle, (m,)."""
    a, b, c = (nodes_mm[triangles[:, i]] for i in range(3))
    longest2 = np.max([((p - q) ** 2).sum(1) for p, q in ((a, b), (b, c), (c, a))], axis=0)
    return np.asarray(np.linalg.norm(np.cross(b - a, c - a), axis=1) / longest2)


def check_mesh(
    nodes: NDArray[np.float64],
    tri: NDArray[np.int64],
    thick: NDArray[np.float64],
    fibre: NDArray[np.float64],
    held: NDArray[np.bool_] | None,
) -> None:
    """Raise ``InputError`` with every fault of a mesh."""
    faults: list[InputItem] = []

    def fault(key: str, got: str, allowed: str) -> None:
        faults.append(InputItem(key=key, got=got, allowed=allowed))

    if not np.isfinite(nodes).all():
        fault("nodes_mm", "not finite", "finite coordinates")
    if len(tri) == 0 or tri.min() < 0 or tri.max() >= len(nodes):
        fault("triangles", "node out of range", f"0 to {len(nodes) - 1}")
    if np.shape(fibre) != (len(tri), 3):
        fault("fibre", f"shape {np.shape(fibre)}", f"({len(tri)}, 3)")
    if held is not None and np.shape(held)[0] != len(nodes):
        fault("held", f"{np.shape(held)[0]} rows", f"{len(nodes)} rows")
    if not ((thick >= THICKNESS_MM[0]) & (thick <= THICKNESS_MM[1])).all():
        low, high = THICKNESS_MM
        fault("thickness_mm", f"{thick.min():g} to {thick.max():g} mm", f"{low:g} to {high:g} mm")
    if not faults:
        worst = float(height_ratios(nodes, tri).min())
        if not worst >= MIN_HEIGHT_RATIO:
            fault("triangles", f"height/edge {worst:.3f}", f"at least {MIN_HEIGHT_RATIO:g}")
        if len(np.unique(_directed(tri))) != 3 * len(tri):
            fault("triangles", "an edge used twice in one direction", "one winding throughout")
        a, b, c = (nodes[tri[:, i]] for i in range(3))
        normal = np.cross(b - a, c - a)
        flat = np.linalg.norm(np.cross(fibre, normal), axis=1)
        if not (flat > 0.05 * np.linalg.norm(fibre, axis=1) * np.linalg.norm(normal, axis=1)).all():
            fault("fibre", "upright on its triangle, or nothing", "a direction in it")
    if faults:
        raise InputError(faults)


def _directed(tri: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a key of each directed edge, (3 m,)."""
    size = int(tri.max()) + 1
    return np.concatenate([tri[:, i] * size + tri[:, (i + 1) % 3] for i in range(3)])
