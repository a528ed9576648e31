"""From one shape of a shell to the next, under given loads."""

from dataclasses import fields, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import SolverError
from openvalve.valve.shell._advance import GAINS, advance
from openvalve.valve.shell._audit import ENERGIES, audit
from openvalve.valve.shell._load import Control, Load
from openvalve.valve.shell._loads import Loads, check_run, loads_of
from openvalve.valve.shell._report import Report
from openvalve.valve.shell._shell import Set, Shell, State
from openvalve.valve.shell._ties import Ties, no_ties

__all__ = [
    "Begun",
    "Kept",
    "Left",
    "Loads",
    "Pace",
    "Run",
    "advance_arrays",
    "arrays_of",
    "begun",
    "energies_mj",
    "energies_of",
    "finished",
    "forces_n",
    "kept_of",
    "left_of",
    "loads_of",
    "must_hold",
    "relax",
    "report_of",
    "run_at_once",
    "set_inverse",
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
    run = run_at_once(shell, made.arrays, made.inverse, loads_of(shell, load), control)
    return finished(shell, state, control, made, run.left, advance_arrays(run))


class Begun(NamedTuple):
    """What a run changes: a state's arrays by name, inverse edges; and the energy before, mJ."""

    arrays: dict[str, Floats]
    inverse: Floats
    energy_mj: float


class Pace(NamedTuple):
    """What the damping goes by: shape and forces at its mark, and ``pace`` of ``advance``."""

    mark: Floats
    force: Floats
    values: Floats


class Kept(NamedTuple):
    """What lasts of a shape that was reached: set of stretch and angle, cracks, openings."""

    stretch_set: Floats
    bend_set: Floats
    crack: Floats
    opening: Floats


class Left(NamedTuple):
    """Arrays that a run leaves."""

    mass: Floats
    inner: Floats
    outer: Floats
    third: Floats
    gains: Floats


class Run(NamedTuple):
    """What a run goes by, and the arrays that it changes in place: a state's by name, and the rest.

    Where ``kept`` are the state's own arrays, all that is reached at any step lasts.
    """

    shell: Shell
    arrays: dict[str, Floats]
    inverse: Floats
    loads: Loads
    control: Control
    left: Left
    pace: Pace
    kept: Kept
    ties: Ties


def begun(shell: Shell, state: State, load: Load, control: Control) -> Begun:
    """Return what a run starts from; refuse what it cannot take, as ``relax`` says."""
    check_run(shell, load, control)
    s = arrays_of(state)
    inverse = set_inverse(shell, s["stretch_set"])
    before = float(energies_of(shell, s, inverse)[0].sum())
    if not np.isfinite(before):
        raise SolverError("valve shell: the shape it starts from is not finite", state={})
    return Begun(s, inverse, before)


def finished(
    shell: Shell, state: State, control: Control, made: Begun, left: Left, failed: int
) -> tuple[State, Report]:
    """Return the new state and report of a run that failed at a step, or -1 where it did not."""
    must_hold(made.arrays, failed, control)
    report = report_of(shell, control.steps, made, left)
    return State(lost_mj=state.lost_mj + report.lost_mj, **made.arrays), report


def must_hold(s: dict[str, Floats], failed: int, control: Control) -> None:
    """Raise ``SolverError`` where a number was lost; with the step."""
    x, v = s["nodes_mm"], s["velocity_mm"]
    if failed < 0 and not (np.isfinite(x).all() and np.isfinite(v).all()):
        failed = control.steps
    if failed >= 0:
        raise SolverError(
            f"valve shell: a number was lost at step {failed} of {control.steps}",
            state={"step": float(failed), "steps": float(control.steps)},
        )


def forces_n(shell: Shell, state: State, load: Load) -> tuple[Floats, Floats]:
    """Return inner and outer forces on every node (n, 3), the loads at their last values.

    Where a node is held, the support bears the opposite of their sum.
    """
    control = Control(steps=3, refresh=3)
    check_run(shell, load, control)
    s = arrays_of(state)
    one = replace(control, steps=1)
    still = replace(shell, free=np.zeros_like(shell.free), set=Set())
    inverse = set_inverse(shell, s["stretch_set"])
    run = run_at_once(still, s, inverse, loads_of(shell, load), one)
    advance_arrays(run)
    return run.left.inner, run.left.outer


def arrays_of(state: State) -> dict[str, Floats]:
    """Return copies of a state's arrays by name."""
    return {f.name: np.array(getattr(state, f.name)) for f in fields(state) if f.name != "lost_mj"}


def kept_of(s: dict[str, Floats]) -> Kept:
    """Return the arrays of a state, by name, that say what lasts: themselves, no copies."""
    return Kept(s["stretch_set"], s["bend_set_rad"], s["crack_frac"], s["opening_mm"])


def left_of(s: dict[str, Floats]) -> Left:
    """Return the arrays of a run that has made no step."""
    n = len(s["nodes_mm"])
    return Left(
        np.zeros(n), np.zeros((n, 3)), np.zeros((n, 3)), s["nodes_mm"].copy(), np.zeros(len(GAINS))
    )


def run_at_once(
    shell: Shell, s: dict[str, Floats], inverse: Floats, loads: Loads, control: Control
) -> Run:
    """Return a run of diagonal masses that begins, damps by its last step and keeps everything."""
    x = s["nodes_mm"]
    pace = Pace(x.copy(), np.zeros_like(x), np.zeros(3))
    return Run(shell, s, inverse, loads, control, left_of(s), pace, kept_of(s), no_ties())


def advance_arrays(run: Run) -> int:
    """Advance the arrays of a run in place; return the step of a failure, or -1."""
    shell, s, control, keeps = run.shell, run.arrays, run.control, run.shell.set
    failed = advance(
        s["nodes_mm"], s["velocity_mm"], shell.triangles, run.inverse, shell.law, s["stretch_set"],
        shell.hinges, shell.hinge_mj, shell.hinge_rad, s["bend_set_rad"], s["crack_frac"],
        shell.hinge_crack_mj, shell.bonds, shell.bond_law, s["opening_mm"],
        shell.cables, shell.cable_law, s["torn"], shell.free, shell.anchor_n_mm, shell.nodes_mm,
        *run.loads,
        np.array([keeps.stretch_frac, keeps.stretch_yield_frac, keeps.bend_frac,
                  np.deg2rad(keeps.bend_yield_deg), keeps.cracked_frac,
                  keeps.crushed_frac]),
        control.steps, 2 * control.steps // 3, control.refresh, control.mass_ratio,
        control.damping_floor_ratio,
        -1.0 if control.damping_ratio is None else control.damping_ratio, *run.left, *run.pace,
        *run.kept, run.ties,
    )  # fmt: skip
    return int(failed)


def energies_mj(shell: Shell, state: State) -> dict[str, float]:
    """Return the energy stored in each part of a shell (``membrane``, ``bending``, ...)."""
    s = arrays_of(state)
    values = energies_of(shell, s, set_inverse(shell, state.stretch_set))[0]
    return dict(zip(ENERGIES, values.tolist(), strict=True))


def stretches(shell: Shell, state: State) -> Floats:
    """Return each triangle's stretch round, radial, and of area, against the unloaded shape (m, 3).

    Permanent set is part of it.
    """
    s = arrays_of(state)
    c = energies_of(shell, s, shell.inverse)[1]
    area = np.sqrt(c[:, 0] * c[:, 1] - c[:, 2] ** 2)
    return np.column_stack([np.sqrt(c[:, 0]), np.sqrt(c[:, 1]), area])


def set_inverse(shell: Shell, stretch_set: Floats) -> Floats:
    """Return the inverse reference edges with the permanent stretch taken out."""
    kept = 1.0 + stretch_set
    return np.ascontiguousarray(shell.inverse / kept[:, [0, 1, 0, 1]])


def energies_of(
    shell: Shell, s: dict[str, Floats], inverse: Floats
) -> tuple[Floats, Floats, float]:
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


def report_of(
    shell: Shell, steps: int, made: Begun, left: Left, momentum: Floats | None = None
) -> Report:
    """Return the report of a run that left ``left``."""
    s, before = made.arrays, made.energy_mj
    mass, f, g, third_x, gains = left
    energies, _, grip = energies_of(shell, s, made.inverse)
    x, v = s["nodes_mm"], s["velocity_mm"]
    kinetic = 0.5 * float(((mass[:, None] * v if momentum is None else momentum) * v).sum())
    stored, lost = float(energies.sum()), float(gains[3:].sum())
    missing = stored + kinetic + float(gains[1]) + lost - before - float(gains[0] + gains[2])
    turned = max(abs(float(gains[0])), before, stored, 1e-12)
    unmet = float(np.linalg.norm((f + g) * shell.free, axis=1).sum())
    moved = float(((x - third_x) ** 2).sum()) ** 0.5
    far = float(((x - shell.nodes_mm) ** 2).sum()) ** 0.5
    torn = s["opening_mm"] >= shell.bond_law[:, 2]
    length = shell.bond_law[:, 0]
    return Report(
        steps=steps,
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
