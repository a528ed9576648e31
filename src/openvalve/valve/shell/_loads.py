"""Loads as the kernel reads them, and what it cannot take."""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import InputError, InputItem
from openvalve.units import MMHG_PER_MPA
from openvalve.valve.closing import ContactArrays, contact_arrays, skin_of
from openvalve.valve.shell._load import Balloon, Control, FreeEdge, Load
from openvalve.valve.shell._shell import Shell

__all__ = ["Loads", "check_run", "loads_of"]

Floats = NDArray[np.float64]


class Loads(NamedTuple):
    """Loads as the kernel reads them, in its order."""

    face_share: Floats
    facing: float
    pressure: Floats
    node_force: Floats
    force_ramp: Floats
    axes: Floats
    wall: NDArray[np.uint32]
    bottom: float
    spacing: float
    radius: Floats
    balloon_pressure: Floats
    stage: Floats
    contact: float
    edge: NDArray[np.uint32]
    edge_length: Floats
    ring: float
    ring_z: float
    sheets: ContactArrays
    skin: float
    sheet: float


@cache
def _no_sheets() -> ContactArrays:
    """Return the arrays of one triangle, which meets nothing."""
    corners = np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    return contact_arrays(
        corners, np.array([[0, 1, 2]], np.int32), np.zeros(1, np.int8), np.full(1, 0.1)
    )


def _own(sheets: ContactArrays) -> ContactArrays:
    """Return the arrays with work space of this run's own, its list of pairs still to be made."""
    own = ContactArrays._make(a.copy() for a in sheets)
    own.counts[:] = -1, 0
    own.before[:] = np.inf
    return own


def loads_of(shell: Shell, load: Load) -> Loads:
    """Return the loads as the kernel reads them."""
    m, n = len(shell.triangles), len(shell.nodes_mm)
    share = np.ones(m) if load.face_share is None else np.array(load.face_share, float)
    force = np.zeros((n, 3)) if load.node_force_n is None else np.array(load.node_force_n, float)
    b = load.balloon or Balloon(
        axes_mm=np.zeros((0, 2)), bottom_mm=0.0, spacing_mm=1.0, radius_mm=np.zeros((0, 0, 2)),
        pressure_mpa=np.zeros(0), stage=np.zeros(2),
    )  # fmt: skip
    e = b.edge or FreeEdge(
        nodes=np.zeros(0, np.int64), length_mm=np.zeros(n), ring_mm=0.0, ring_z_mm=0.0
    )
    return Loads(
        share, float(load.facing), np.array(load.pressure_mmhg, float) / MMHG_PER_MPA, force,
        np.array(load.force_ramp, float),
        np.array(b.axes_mm, float), np.array([] if b.follows is None else b.follows, np.uint32),
        float(b.bottom_mm), float(b.spacing_mm),
        np.array(b.radius_mm, float), np.array(b.pressure_mpa, float), np.array(b.stage, float),
        float(b.stiffness_mpa_mm),
        np.array(e.nodes, np.uint32), np.array(e.length_mm, float), float(e.ring_mm),
        float(e.ring_z_mm),
        _own(_no_sheets() if load.sheets is None else load.sheets),
        0.5 if load.sheets is None else float(skin_of(load.sheets)),
        0.0 if load.sheets is None else float(load.sheet_mpa_mm),
    )  # fmt: skip


def check_run(shell: Shell, load: Load, control: Control) -> None:
    """Raise ``InputError`` with every fault of loads and control."""
    faults = []

    def expect(key: str, true: bool, got: object, allowed: str) -> None:
        if not true:
            faults.append(InputItem(key=key, got=str(got), allowed=allowed))

    m, n = len(shell.triangles), len(shell.nodes_mm)
    expect("control.steps", control.steps >= 3, control.steps, "3 or more")
    expect("control.refresh", control.refresh >= 1, control.refresh, "1 or more")
    expect("control.mass_ratio", control.mass_ratio > 0.0, control.mass_ratio, "above 0")
    for key, table in (("pressure_mmhg", load.pressure_mmhg), ("force_ramp", load.force_ramp)):
        values = np.asarray(table, float)
        fine = values.ndim == 1 and len(values) > 0 and bool(np.isfinite(values).all())
        expect(f"load.{key}", fine, values.shape, "a table of finite numbers")
    for key, given, shape in (
        ("face_share", load.face_share, (m,)),
        ("node_force_n", load.node_force_n, (n, 3)),
    ):
        if given is not None:
            fine = np.shape(given) == shape and bool(np.isfinite(given).all())
            expect(f"load.{key}", fine, np.shape(given), f"{shape}, finite")
    if load.sheets is not None:
        held = len(load.sheets.margin)
        expect("load.sheets", held == n, f"{held} nodes", f"{n} nodes, those of the shell")
    b = load.balloon
    if b is not None:
        dims: tuple[int, ...] = np.shape(b.radius_mm)
        fine = len(dims) == 3 and dims[:2] == (len(b.axes_mm), len(b.pressure_mpa))
        expect("balloon.radius_mm", fine and dims[-1] > 1, dims, "(axes, stages, heights)")
        every = np.concatenate(
            [np.ravel(b.radius_mm), b.pressure_mpa, b.stage, np.ravel(b.axes_mm)]
        )
        expect("balloon", bool(np.isfinite(every).all()), "not finite", "finite numbers")
        expect("balloon.stage", len(b.stage) > 0, len(b.stage), "a table")
        if b.follows is not None:
            wall = np.asarray(b.follows)
            fine = wall.ndim == 1 and len(wall) > 2 and bool((wall >= 0).all() and (wall < n).all())
            expect("balloon.follows", fine, wall.shape, f"3 nodes or more, 0 to {n - 1}")
        if b.edge is not None:
            nodes, lengths = np.asarray(b.edge.nodes), b.edge.length_mm
            fine = nodes.size > 0 and bool((nodes >= 0).all() and (nodes < n).all())
            expect("balloon.edge.nodes", fine, nodes.size, f"nodes 0 to {n - 1}")
            fine = np.shape(lengths) == (n,) and bool((np.asarray(lengths) >= 0.0).all())
            expect("balloon.edge.length_mm", fine, np.shape(lengths), f"({n},), 0 or more")
            ring, height = b.edge.ring_mm, b.edge.ring_z_mm
            fine = bool(np.isfinite(ring)) and ring > 0.0
            expect("balloon.edge.ring_mm", fine, f"{ring:g} mm", "finite, above 0 mm")
            fine = bool(np.isfinite(height))
            expect("balloon.edge.ring_z_mm", fine, f"{height:g} mm", "finite")
    if faults:
        raise InputError(faults)
