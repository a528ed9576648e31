"""A run in pieces: loads may change between them, and it is looked at in between."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import InputError, InputItem, SolverError
from openvalve.units import Ratio
from openvalve.valve.closing import ContactArrays
from openvalve.valve.shell._load import Control, Load
from openvalve.valve.shell._loads import check_run, loads_of
from openvalve.valve.shell._relax import (
    Begun,
    Kept,
    Pace,
    Run,
    advance_arrays,
    arrays_of,
    energies_of,
    kept_of,
    left_of,
    must_hold,
    report_of,
    set_inverse,
)
from openvalve.valve.shell._report import Report
from openvalve.valve.shell._shell import Shell, State
from openvalve.valve.shell._ties import mass_of, no_ties, ties_of

__all__ = ["Mark", "Piece", "Relaxation", "advance_pieces"]

Floats = NDArray[np.float64]
LOOK_BACK = 50.0  # steps: several periods of a tremor, a small part of the slowest way. 20 to 150
FIRST_DAMPING = 0.02
# The same with masses that are tied: the slowest way takes a tenth to a twentieth of the steps. 0.2
# to 1 of the speed stops what a load sets off, before there is a way to look back on
TIED_LOOK_BACK, TIED_FIRST_DAMPING = 10.0, 0.5
HEAVIEST: Ratio = 4.0  # masses that are tried where a number is lost, over the least stable ones


class Mark(NamedTuple):
    """Where a run was: places (n, 3), stored and kinetic energy, mJ, and what GAINS lists."""

    nodes_mm: Floats
    energy_mj: float
    gains: Floats


class Relaxation:
    """A run that goes on: loads may change between its pieces, and it is looked at in between.

    Unlike one ``relax`` after another, pieces share masses, damping, and the memory of the side of
    a leaflet that a node is on. A calm one takes its damping from ``LOOK_BACK`` steps. Set, cracks
    and openings follow the shape now beyond what lasts: what the state had that the run began with,
    or had when ``keep`` was last called. So no shape that is passed in a hurry leaves a trace.

    Parameters
    ----------
    shell, state : what it starts from; the state is not changed.
    mass_ratio, damping_floor_ratio : as of ``Control``.
    tied : masses are those of ``_mesh_mass`` and not diagonal, so that long waves come to rest in a
        tenth of the steps; nodes are then held whole or not at all.

    Raises
    ------
    InputError : a node held in part, where masses are tied.
    """

    def __init__(
        self,
        shell: Shell,
        state: State,
        *,
        mass_ratio: Ratio = 2.0,
        damping_floor_ratio: Ratio = 0.001,
        tied: bool = False,
    ) -> None:
        if tied and (shell.free != shell.free[:, :1]).any():
            raise InputError(
                [InputItem(key="shell.free", got="a node held in part", allowed="whole or free")]
            )
        self.shell, self.steps = shell, 0
        self._mass_ratio, self._floor_ratio = mass_ratio, damping_floor_ratio
        self._before_mj = state.lost_mj
        self._s = arrays_of(state)
        self._inverse = set_inverse(shell, self._s["stretch_set"])
        self._kept = Kept(*(a.copy() for a in kept_of(self._s)))
        self._left = left_of(self._s)
        x = self._s["nodes_mm"]
        self.tied = tied
        first = TIED_FIRST_DAMPING if tied else FIRST_DAMPING
        self._pace = Pace(x.copy(), np.zeros_like(x), np.array([0.0, first, 0.0]))
        self._ties = (
            ties_of(len(x), shell.triangles, shell.hinges, shell.bonds, shell.cables)
            if tied
            else no_ties()
        )
        self._sheets: tuple[ContactArrays, ContactArrays] | None = None

    def advance(
        self,
        load: Load,
        steps: int,
        *,
        calm: bool = True,
        damping_floor_ratio: Ratio | None = None,
    ) -> None:
        """Go on by ``steps`` under a load, whose tables spread over them.

        Where a number is lost, the piece is made anew with twice the masses, which then stay:
        tissue that snaps taut within a step is stiffer than the masses of that step allow.

        Parameters
        ----------
        calm : damp the way of many steps, so that a shape comes to rest soon; False damps by the
            last step, as ``relax`` does: slower, and with less overshoot while a load changes.
        damping_floor_ratio : least damping of this piece; the run's by default.

        Raises
        ------
        SolverError : a number was lost with ``HEAVIEST`` masses too; with the step.
        InputError : tables of a wrong shape.
        """
        piece = Piece(self, load, steps, calm, damping_floor_ratio)
        (error,) = advance_pieces([piece], lambda runs: [advance_arrays(run) for run in runs])
        if error is not None:
            raise error

    def check(self, load: Load, steps: int) -> None:
        """Raise ``InputError`` where a load cannot be gone on with."""
        check_run(self.shell, load, self._control(steps, None))

    def asked(self, piece: "Piece") -> Run:
        """Return the run of a piece: this one's arrays, which change in place."""
        look_back = TIED_LOOK_BACK if self.tied else LOOK_BACK
        self._pace.values[0] = look_back if piece.calm else 0.0
        loads, sheets = loads_of(self.shell, piece.load), piece.load.sheets
        if sheets is not None:
            if self._sheets is None or self._sheets[0] is not sheets:
                self._sheets = sheets, loads.sheets
            loads = loads._replace(sheets=self._sheets[1])
        return Run(
            self.shell, self._s, self._inverse, loads,
            self._control(piece.steps, piece.damping_floor_ratio), self._left, self._pace,
            self._kept, self._ties,
        )  # fmt: skip

    def held(self) -> list[Floats]:
        """Return copies of every array that a step changes, but those of contact."""
        return [a.copy() for a in self._arrays()]

    def heavier(self, held: list[Floats]) -> bool:
        """Go back to ``held`` with twice the masses; False where no mass is left to add."""
        if 2.0 * self._mass_ratio > HEAVIEST:
            return False
        self._mass_ratio *= 2.0
        self.forget_sides()
        for array, before in zip(self._arrays(), held, strict=True):
            array[...] = before
        return True

    def _control(self, steps: int, floor_ratio: Ratio | None) -> Control:
        floor = self._floor_ratio if floor_ratio is None else floor_ratio
        return Control(steps=steps, mass_ratio=self._mass_ratio, damping_floor_ratio=floor)

    def _arrays(self) -> list[Floats]:
        return [*self._s.values(), self._inverse, *self._left, *self._pace, *mass_of(self._ties)]

    def keep(self) -> None:
        """Let the set, the cracks and the openings of the shape now last."""
        for lasts, now in zip(self._kept, kept_of(self._s), strict=True):
            lasts[...] = now

    def forget_sides(self) -> None:
        """Let contact find anew on which side of a leaflet each node is.

        Leaflets that were crumpled together may each hold the other for what lies below it.
        """
        self._sheets = None

    @property
    def nodes_mm(self) -> Floats:
        """Return a copy of the places now, (n, 3)."""
        return self._s["nodes_mm"].copy()

    @property
    def state(self) -> State:
        """Return a copy of the state now."""
        lost = self._before_mj + float(self._left.gains[3:].sum())
        return State(lost_mj=lost, **{key: value.copy() for key, value in self._s.items()})

    def mark(self) -> Mark:
        """Return where the run is now, for a later report."""
        energy = float(energies_of(self.shell, self._s, self._inverse)[0].sum())
        v = self._s["velocity_mm"]
        momentum = self._ties.momentum if self.tied else self._left.mass[:, None] * v
        kinetic = 0.5 * float((momentum * v).sum())
        return Mark(self.nodes_mm, energy + kinetic, self._left.gains.copy())

    def report(self, since: Mark) -> Report:
        """Return the report of what came after a mark, its change included; steps are all."""
        left = self._left._replace(third=since.nodes_mm, gains=self._left.gains - since.gains)
        made = Begun(self._s, self._inverse, since.energy_mj)
        return report_of(
            self.shell, self.steps, made, left, self._ties.momentum if self.tied else None
        )


class Piece(NamedTuple):
    """What ``Relaxation.advance`` is asked for."""

    relaxation: Relaxation
    load: Load
    steps: int
    calm: bool = True
    damping_floor_ratio: Ratio | None = None


def advance_pieces(
    pieces: Sequence[Piece], advance: Callable[[list[Run]], list[int]]
) -> list[SolverError | None]:
    """Go on with relaxations, each by its piece; return what failed, None where none did.

    Parameters
    ----------
    pieces : each with a relaxation of its own.
    advance : what makes the steps, as ``advance_arrays`` does of one run.
    """
    for piece in pieces:
        piece.relaxation.check(piece.load, piece.steps)
    errors: list[SolverError | None] = [None] * len(pieces)
    held = [piece.relaxation.held() for piece in pieces]
    waiting = list(range(len(pieces)))
    while waiting:
        runs = [pieces[k].relaxation.asked(pieces[k]) for k in waiting]
        lost = []
        for k, run, failed in zip(waiting, runs, advance(runs), strict=True):
            try:
                must_hold(run.arrays, failed, run.control)
                pieces[k].relaxation.steps += pieces[k].steps
            except SolverError as error:
                if pieces[k].relaxation.heavier(held[k]):
                    lost.append(k)
                else:
                    errors[k] = error
        waiting = lost
    return errors
