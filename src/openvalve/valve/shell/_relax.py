"""From one shape of a shell to the next, under given loads."""

from dataclasses import fields, replace
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import InputError, InputItem, SolverError
from openvalve.units import MMHG_PER_MPA
from openvalve.valve.closing import ContactArrays, contact_arrays, skin_of
from openvalve.valve.shell._advance import GAINS, advance
from openvalve.valve.shell._audit import ENERGIES, audit
from openvalve.valve.shell._load import Balloon, Control, FreeEdge, Load
from openvalve.valve.shell._report import Report
from openvalve.valve.shell._shell import Set, Shell, State

__all__ = [
    "Begun",
    "Left",
    "Loads",
    "begun",
    "energies_mj",
    "finished",
    "forces_n",
    "loads_of",
    "relax",
    "stretches",
]

Floats = NDArray[np.float64]
MOST_OPENINGS = 10


def relax(shell: Shell, state: State, load: Load, control: Control) -> tuple[State, Report]:
    """Advance a shell by a fixed number of damped pseudo-steps; return its new state and report.

    The state that goes in is not changed. Use the answer only where ``report.settled``.

    Raises
    ------
    SolverError : a number was lost; with the step.
    InputError : tables of a wrong shape.
    """
    made = begun(shell, state, load, control)
    failed, left = _advance(shell, made.arrays, made.inverse, loads_of(shell, load), control)
    return finished(shell, state, control, made, left, failed)


class Begun(NamedTuple):
    """What a run changes: a state's arrays by name, inverse edges; and the energy before, mJ."""

    arrays: dict[str, Floats]
    inverse: Floats
    energy_mj: float


class Left(NamedTuple):
    """Arrays that a run leaves."""

    mass: Floats
    inner: Floats
    outer: Floats
    third: Floats
    gains: Floats


def begun(shell: Shell, state: State, load: Load, control: Control) -> Begun:
    """Return what a run starts from; refuse what it cannot take, as ``relax`` says."""
    _check(shell, load, control)
    s = _arrays(state)
    inverse = _set_inverse(shell, s["stretch_set"])
    before = float(_energies(shell, s, inverse)[0].sum())
    if not np.isfinite(before):
        raise SolverError("valve shell: the shape it starts from is not finite", state={})
    return Begun(s, inverse, before)


def finished(
    shell: Shell, state: State, control: Control, made: Begun, left: Left, failed: int
) -> tuple[State, Report]:
    """Return the new state and report of a run that failed at a step, or -1 where it did not."""
    s = made.arrays
    x, v = s["nodes_mm"], s["velocity_mm"]
    if failed < 0 and not (np.isfinite(x).all() and np.isfinite(v).all()):
        failed = control.steps
    if failed >= 0:
        raise SolverError(
            f"valve shell: a number was lost at step {failed} of {control.steps}",
            state={"step": float(failed), "steps": float(control.steps)},
        )
    report = _report(shell, control, made, left)
    return State(lost_mj=state.lost_mj + report.lost_mj, **s), report


def forces_n(shell: Shell, state: State, load: Load) -> tuple[Floats, Floats]:
    """Return inner and outer forces on every node (n, 3), the loads at their last values.

    Where a node is held, the support bears the opposite of their sum.
    """
    control = Control(steps=3, refresh=3)
    _check(shell, load, control)
    s = _arrays(state)
    one = replace(control, steps=1)
    still = replace(shell, free=np.zeros_like(shell.free), set=Set())
    inverse = _set_inverse(shell, s["stretch_set"])
    left = _advance(still, s, inverse, loads_of(shell, load), one)[1]
    return left.inner, left.outer


def _arrays(state: State) -> dict[str, Floats]:
    """Return copies of a state's arrays by name."""
    return {f.name: np.array(getattr(state, f.name)) for f in fields(state) if f.name != "lost_mj"}


def _advance(
    shell: Shell, s: dict[str, Floats], inverse: Floats, loads: "Loads", control: Control
) -> tuple[int, Left]:
    """Advance the arrays ``s`` in place; return the step of a failure, or -1, and the rest."""
    n = len(shell.nodes_mm)
    left = Left(
        np.zeros(n), np.zeros((n, 3)), np.zeros((n, 3)), s["nodes_mm"].copy(), np.zeros(len(GAINS))
    )
    keeps = shell.set
    failed = advance(
        s["nodes_mm"], s["velocity_mm"], shell.triangles, inverse, shell.law, s["stretch_set"],
        shell.hinges, shell.hinge_mj, shell.hinge_rad, s["bend_set_rad"], s["crack_frac"],
        shell.hinge_crack_mj, shell.bonds, shell.bond_law, s["opening_mm"],
        shell.cables, shell.cable_law, s["torn"], shell.free, shell.anchor_n_mm, shell.nodes_mm,
        *loads,
        np.array([keeps.stretch_frac, keeps.stretch_yield_frac, keeps.bend_frac,
                  np.deg2rad(keeps.bend_yield_deg), keeps.cracked_frac]),
        control.steps, 2 * control.steps // 3, control.refresh, control.mass_ratio,
        control.damping_floor_ratio,
        -1.0 if control.damping_ratio is None else control.damping_ratio, *left,
    )  # fmt: skip
    return failed, left


def energies_mj(shell: Shell, state: State) -> dict[str, float]:
    """Return the energy stored in each part of a shell (``membrane``, ``bending``, ...)."""
    s = _arrays(state)
    values = _energies(shell, s, _set_inverse(shell, state.stretch_set))[0]
    return dict(zip(ENERGIES, values.tolist(), strict=True))


def stretches(shell: Shell, state: State) -> Floats:
    """Return each triangle's stretch round, radial, and of area, against the unloaded shape (m, 3).

    Permanent set is part of it.
    """
    s = _arrays(state)
    c = _energies(shell, s, shell.inverse)[1]
    area = np.sqrt(c[:, 0] * c[:, 1] - c[:, 2] ** 2)
    return np.column_stack([np.sqrt(c[:, 0]), np.sqrt(c[:, 1]), area])


def _set_inverse(shell: Shell, stretch_set: Floats) -> Floats:
    """Return the inverse reference edges with the permanent stretch taken out."""
    kept = 1.0 + stretch_set
    return np.ascontiguousarray(shell.inverse / kept[:, [0, 1, 0, 1]])


def _energies(shell: Shell, s: dict[str, Floats], inverse: Floats) -> tuple[Floats, Floats, float]:
    """Return energies, C of each triangle, and the grip."""
    energies = np.empty(len(ENERGIES))
    strain = np.empty((len(shell.triangles), 3))
    grip = audit(
        s["nodes_mm"], shell.triangles, inverse, shell.law,
        shell.hinges, shell.hinge_mj, shell.hinge_rad, s["bend_set_rad"], s["crack_frac"],
        shell.bonds, shell.bond_law, s["opening_mm"],
        shell.cables, shell.cable_law, s["torn"], shell.anchor_n_mm, shell.nodes_mm,
        energies, strain,
    )  # fmt: skip
    return energies, strain, float(grip)


class Loads(NamedTuple):
    """Loads as the kernel reads them, in its order."""

    face_share: Floats
    pressure: Floats
    node_force: Floats
    force_ramp: Floats
    axes: Floats
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
        share, np.array(load.pressure_mmhg, float) / MMHG_PER_MPA, force,
        np.array(load.force_ramp, float),
        np.array(b.axes_mm, float), float(b.bottom_mm), float(b.spacing_mm),
        np.array(b.radius_mm, float), np.array(b.pressure_mpa, float), np.array(b.stage, float),
        float(b.stiffness_mpa_mm),
        np.array(e.nodes, np.uint32), np.array(e.length_mm, float), float(e.ring_mm),
        float(e.ring_z_mm),
        _own(_no_sheets() if load.sheets is None else load.sheets),
        0.5 if load.sheets is None else float(skin_of(load.sheets)),
        0.0 if load.sheets is None else float(load.sheet_mpa_mm),
    )  # fmt: skip


def _check(shell: Shell, load: Load, control: Control) -> None:
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


def _report(shell: Shell, control: Control, made: Begun, left: Left) -> Report:
    """Return the report of a run that left ``left``."""
    s, before = made.arrays, made.energy_mj
    mass, f, g, third_x, gains = left
    energies, _, grip = _energies(shell, s, made.inverse)
    x, v = s["nodes_mm"], s["velocity_mm"]
    kinetic = 0.5 * float((mass[:, None] * v**2).sum())
    stored, lost = float(energies.sum()), float(gains[3:].sum())
    missing = stored + kinetic + float(gains[1]) + lost - before - float(gains[0] + gains[2])
    turned = max(abs(float(gains[0])), before, stored, 1e-12)
    unmet = float(np.linalg.norm((f + g) * shell.free, axis=1).sum())
    moved = float(((x - third_x) ** 2).sum()) ** 0.5
    far = float(((x - shell.nodes_mm) ** 2).sum()) ** 0.5
    torn = s["opening_mm"] >= shell.bond_law[:, 2]
    length = shell.bond_law[:, 0]
    return Report(
        steps=control.steps,
        kinetic_mj=kinetic,
        loads_mj=float(gains[0]),
        damping_mj=float(gains[1]),
        lost_mj=lost,
        imbalance_frac=abs(missing) / turned,
        kinetic_ratio=kinetic / max(stored, 1e-12),
        residual_ratio=unmet / max(grip, 1e-12),
        change_frac=moved / max(far, 1e-9 * len(x) ** 0.5),
        openings_mm=tuple(np.sort(s["opening_mm"])[::-1][:MOST_OPENINGS].tolist()),
        torn_frac=float(length[torn].sum() / length.sum()) if len(length) else 0.0,
        membrane_mj=float(energies[0]),
        bending_mj=float(energies[1]),
        bonds_mj=float(energies[2]),
        cables_mj=float(energies[3]),
        anchors_mj=float(energies[4]),
    )
