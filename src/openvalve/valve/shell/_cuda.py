"""The GPU form of the run: a batch of valves, one block each, by the leaves of the processor.

``numba.cuda`` is imported inside functions only; without the extra ``gpu`` Numba's own simulator
still runs the kernel (docs/adr/0006).
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from openvalve.errors import InputError, InputItem, SolverError
from openvalve.valve.shell._cuda_layout import MOST_THREADS, Batch
from openvalve.valve.shell._cuda_pack import pack, unpack
from openvalve.valve.shell._load import Control, Load
from openvalve.valve.shell._relax import Begun, Run, begun, finished, loads_of, run_at_once
from openvalve.valve.shell._relaxation import Piece, advance_pieces
from openvalve.valve.shell._report import Report
from openvalve.valve.shell._shell import Shell, State

__all__ = [
    "THREADS",
    "Task",
    "advance_batch_gpu",
    "relax_batch_gpu",
    "run_batch",
    "run_of",
    "run_on_gpu",
]

THREADS = 128  # of a block


class Task(NamedTuple):
    """What ``relax`` would be asked for one valve."""

    shell: Shell
    state: State
    load: Load
    control: Control


def relax_batch_gpu(
    tasks: Sequence[Task], *, threads_count: int = THREADS
) -> list[tuple[State, Report] | SolverError]:
    """Advance valves of any sizes on the GPU, one block each; return what became of each.

    As ``relax``, force by force in its order. Sums over all nodes, of the Rayleigh quotient and of
    energies, are added thread by thread, so that their last bits depend on ``threads_count``; NVVM
    fuses multiply and add, which the processor does not. One machine repeats to the bit. Valves
    that fail leave the others alone.

    Parameters
    ----------
    tasks : valves; ``load.sheets`` have the triangles of their shell.
    threads_count : of a block, a power of two up to 256.

    Raises
    ------
    InputError : no valves, or what ``relax`` refuses; named by valve.
    """
    items = _faults("tasks", len(tasks), threads_count)
    asked: dict[int, tuple[Begun, Run]] = {}
    outcomes: dict[int, tuple[State, Report] | SolverError] = {}
    for k, task in enumerate(tasks):
        try:
            asked[k] = run_of(task)
        except SolverError as error:
            outcomes[k] = error
        except InputError as error:
            items += _named("tasks", k, error)
    if items:
        raise InputError(items)
    failures = run_batch([run for _, run in asked.values()], threads_count) if asked else []
    for (k, (made, run)), failed in zip(asked.items(), failures, strict=True):
        try:
            task = tasks[k]
            outcomes[k] = finished(task.shell, task.state, task.control, made, run.left, failed)
        except SolverError as error:
            outcomes[k] = error
    return [outcomes[k] for k in range(len(tasks))]


def advance_batch_gpu(
    pieces: Sequence[Piece], *, threads_count: int = THREADS
) -> list[SolverError | None]:
    """Go on with relaxations on the GPU, one block each; return what became of each.

    As ``Relaxation.advance``, tied masses, damping that looks back and what lasts included; sums as
    in ``relax_batch_gpu``, and those of the factor and of solving with it in the processor's order.

    Parameters
    ----------
    pieces : what each is asked for; ``load.sheets`` have the triangles of their shell.
    threads_count : of a block, a power of two up to 256.

    Raises
    ------
    InputError : no pieces, one relaxation twice, or what ``Relaxation.advance`` refuses; named by
        piece. None has gone on then.
    """
    items = _faults("pieces", len(pieces), threads_count)
    if len({id(piece.relaxation) for piece in pieces}) < len(pieces):
        item = InputItem(key="pieces", got="one relaxation twice", allowed="each its own")
        items.append(item)
    for k, piece in enumerate(pieces):
        try:
            piece.relaxation.check(piece.load, piece.steps)
            _check_load(piece.relaxation.shell, piece.load)
        except InputError as error:
            items += _named("pieces", k, error)
    if items:
        raise InputError(items)
    return advance_pieces(pieces, lambda runs: run_batch(runs, threads_count))


def _faults(key: str, count: int, threads: int) -> list[InputItem]:
    items = []
    if count == 0:
        items.append(InputItem(key=key, got="none", allowed="one or more"))
    if threads not in [2**k for k in range(MOST_THREADS.bit_length())]:
        allowed = f"a power of two up to {MOST_THREADS}"
        items.append(InputItem(key="threads_count", got=str(threads), allowed=allowed))
    return items


def _named(key: str, k: int, error: InputError) -> Iterator[InputItem]:
    for i in error.items:
        yield InputItem(key=f"{key}[{k}].{i.key}", got=i.got, allowed=i.allowed)


def run_batch(runs: Sequence[Run], threads: int) -> list[int]:
    """Advance the arrays of runs in place, as ``advance_arrays`` does those of one."""
    batch = run_on_gpu(pack(runs), len(runs), threads)
    return [unpack(run, batch, valve) for valve, run in enumerate(runs)]


def run_on_gpu(batch: Batch, valves: int, threads: int) -> Batch:
    """Run a packed batch; return it with what a run changes as the GPU leaves it."""
    from openvalve.valve.shell._cuda_kernel import cuda, valves_kernel

    device = Batch._make(_moved(part, cuda.to_device) for part in batch)
    valves_kernel()[valves, threads](*device)
    changed = ("marks", "work", "sheets", "knots")
    return batch._replace(
        **{name: _moved(getattr(device, name), lambda a: a.copy_to_host()) for name in changed}
    )


def _moved(part: Any, move: Callable[[Any], Any]) -> Any:
    return type(part)._make(move(array) for array in part)


def run_of(task: Task) -> tuple[Begun, Run]:
    """Return what a task starts from and its run; refuse what the GPU form cannot run."""
    made = begun(task.shell, task.state, task.load, task.control)
    _check_load(task.shell, task.load)
    loads = loads_of(task.shell, task.load)
    return made, run_at_once(task.shell, made.arrays, made.inverse, loads, task.control)


def _check_load(shell: Shell, load: Load) -> None:
    items = []
    if load.sheets is not None and not np.array_equal(load.sheets.triangles, shell.triangles):
        items.append(
            InputItem(key="load.sheets", got="other triangles", allowed="those of the shell")
        )
    if load.balloon is not None and load.balloon.follows is not None:
        got = "goes with an opening"
        items.append(InputItem(key="load.balloon.follows", got=got, allowed="a balloon held still"))
    if items:
        raise InputError(items)
