"""The GPU form of the run: a batch of valves, one block each, by the leaves of the processor.

``numba.cuda`` is imported inside functions only; without the extra ``gpu`` Numba's own simulator
still runs the kernel (docs/adr/0006).
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from openvalve.errors import InputError, InputItem, SolverError
from openvalve.valve.shell._cuda_layout import MOST_THREADS, Batch
from openvalve.valve.shell._cuda_pack import Run, pack, unpack
from openvalve.valve.shell._load import Control, Load
from openvalve.valve.shell._relax import begun, finished, loads_of
from openvalve.valve.shell._report import Report
from openvalve.valve.shell._shell import Shell, State

__all__ = ["THREADS", "Task", "relax_batch_gpu", "run_of", "run_on_gpu"]

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
    that fail leave the others alone. Damping that looks back, of ``Relaxation``, is not here.

    Parameters
    ----------
    tasks : valves; ``load.sheets`` have the triangles of their shell.
    threads_count : of a block, a power of two up to 256.

    Raises
    ------
    InputError : no valves, or what ``relax`` refuses; named by valve.
    """
    items = []
    if not tasks:
        items.append(InputItem(key="tasks", got="none", allowed="one or more"))
    if threads_count not in [2**k for k in range(MOST_THREADS.bit_length())]:
        allowed = f"a power of two up to {MOST_THREADS}"
        items.append(InputItem(key="threads_count", got=str(threads_count), allowed=allowed))
    runs: dict[int, Run] = {}
    outcomes: dict[int, tuple[State, Report] | SolverError] = {}
    for k, task in enumerate(tasks):
        try:
            runs[k] = run_of(task)
        except SolverError as error:
            outcomes[k] = error
        except InputError as error:
            items += [
                InputItem(key=f"tasks[{k}].{i.key}", got=i.got, allowed=i.allowed)
                for i in error.items
            ]
    if items:
        raise InputError(items)
    if runs:
        batch = run_on_gpu(pack(list(runs.values())), len(runs), threads_count)
        for valve, (k, run) in enumerate(runs.items()):
            outcomes[k] = _outcome(tasks[k], run, batch, valve)
    return [outcomes[k] for k in range(len(tasks))]


def run_on_gpu(batch: Batch, valves: int, threads: int) -> Batch:
    """Run a packed batch; return it as the GPU leaves it."""
    from openvalve.valve.shell._cuda_kernel import cuda, valves_kernel

    device = _moved(batch, cuda.to_device)
    valves_kernel()[valves, threads](*device)
    return _moved(device, lambda array: array.copy_to_host())


def _moved(batch: Batch, move: Any) -> Batch:
    return Batch._make(type(part)._make(move(array) for array in part) for part in batch)


def run_of(task: Task) -> Run:
    """Return a task as ``pack`` takes it; refuse what the GPU form cannot run."""
    made = begun(task.shell, task.state, task.load, task.control)
    sheets = task.load.sheets
    if sheets is not None and not np.array_equal(sheets.triangles, task.shell.triangles):
        item = InputItem(key="load.sheets", got="other triangles", allowed="those of the shell")
        raise InputError([item])
    return Run(task.shell, made, loads_of(task.shell, task.load), task.control)


def _outcome(task: Task, run: Run, batch: Batch, valve: int) -> tuple[State, Report] | SolverError:
    made, left, failed = unpack(run, batch, valve)
    try:
        return finished(task.shell, task.state, task.control, made, left, failed)
    except SolverError as error:
        return error
