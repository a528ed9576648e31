"""The GPU form of the loop: one thread per patient, every leaf as the CPU has it.

Patients lie side by side: value k of patient i stands at ``b[k * patients + i]``, so neighboring
threads read neighboring numbers, and a whole run is one launch. ``numba.cuda`` is imported inside
functions only; without the extra ``gpu`` Numba's own simulator still runs the kernel
(docs/adr/0006).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import leaf
from openvalve.circulation import WINDOW_S
from openvalve.circulation._step import pressures, step
from openvalve.errors import InputError, InputItem
from openvalve.heart._batch import BatchRun, batch_numbers
from openvalve.heart._beating import activation
from openvalve.heart._body import Patient
from openvalve.heart._layout import (
    ROWS,
    TALLY_AT,
    load_beats,
    load_control,
    load_packed,
    load_state,
    load_tally,
    store_state,
    store_tally,
)
from openvalve.heart._simulate import TICK_S
from openvalve.heart._tally import Tally, empty_tally, tally
from openvalve.heart._window import (
    close_window,
    enter,
    finite,
    slow_window,
    sound,
    source_window,
)
from openvalve.units import S

__all__ = ["THREADS", "patient_run", "run_on_gpu", "simulate_batch_gpu", "window_times"]

THREADS = 64  # a block; at 255 registers a thread a multiprocessor holds 256 threads


def window_times(tick_s: S) -> NDArray[np.float64]:
    """Return the times of the ticks in a window and its length, s, shape (ticks + 1,).

    A table, so that no kernel multiplies an integer with a float (docs/adr/0006).
    """
    return np.arange(round(WINDOW_S / tick_s) + 1, dtype=np.float64) * tick_s


@leaf
def patient_run(
    b: NDArray[np.float64],
    at: int,
    stride: int,
    windows: int,
    tally_from: int,
    times: NDArray[np.float64],
) -> int:
    """Advance one patient by whole windows; return the window that failed, or -1.

    ``times`` is that of ``window_times``; windows before ``tally_from`` are not tallied.
    """
    ticks = times.shape[0] - 1
    dt = times[1]
    for window in range(windows):
        slow_window(b, at, stride)
        source_window(b, at, stride)
        p = load_packed(b, at, stride)
        c = load_control(b, at, stride)
        beats = load_beats(b, at, stride)
        s = load_state(b, at, stride)
        if window < tally_from:
            for j in range(ticks):
                s = step(s, p, c, activation(beats, c, times[j]), dt)
        else:
            t = load_tally(b, at, stride)
            for j in range(ticks):
                e = activation(beats, c, times[j])
                t = tally(t, s, pressures(s, p, c, e))
                s = step(s, p, c, e, dt)
            store_tally(b, at, stride, t)
        ledger = enter(b, at, stride, times[ticks])
        if not sound(s, ledger) or not finite(b, at, stride):
            return window
        store_state(b, at, stride, s)
        close_window(b, at, stride)
    return -1


def simulate_batch_gpu(
    patients: Sequence[Patient], seconds_s: S, *, tally_s: S = 6.0, single: bool = False
) -> BatchRun:
    """Let every patient run on the GPU under what acts on it, one thread each.

    As ``simulate_batch``, whose numbers it gives to rounding. A patient that leaves all bounds
    stops there.

    Parameters
    ----------
    patients : settled patients; their buffers are not changed.
    seconds_s : length of the run, rounded to a window of 20 ms.
    tally_s : the last part that counts for ``numbers``.
    single : True computes in float32; seeds above 2**24 then draw other beats.

    Raises
    ------
    InputError : no patients, or a run shorter than a window.
    """
    bad = []
    if not patients:
        bad.append(InputItem(key="patients", got="none", allowed="one or more"))
    if not WINDOW_S <= seconds_s < np.inf:
        bad.append(InputItem(key="seconds_s", got=f"{seconds_s} s", allowed=f"from {WINDOW_S} s"))
    if bad:
        raise InputError(bad)
    table = np.stack([patient.buffer for patient in patients], axis=1)
    table[TALLY_AT : TALLY_AT + len(Tally._fields)] = np.array(empty_tally())[:, None]
    windows = round(seconds_s / WINDOW_S)
    start = max(windows - round(tally_s / WINDOW_S), 0)
    after, failed = run_on_gpu(table, windows, start, single=single)
    buffers = np.ascontiguousarray(after.T, dtype=np.float64)
    return BatchRun(buffers=buffers, failed_window_count=failed, numbers=batch_numbers(buffers))


def run_on_gpu(
    table: NDArray[np.floating[Any]], windows: int, tally_from: int, *, single: bool
) -> tuple[NDArray[np.floating[Any]], NDArray[np.int64]]:
    """Run patients side by side; return where they stand and the window each failed in, or -1.

    Parameters
    ----------
    table : the patients' buffers, shape (ROWS, patients).
    windows, tally_from : how many windows, and the first that is tallied.
    single : compute in float32; the table comes back in that.
    """
    from openvalve.heart._cuda_kernel import cuda, patients_kernel

    kind = np.float32 if single else np.float64
    patients = table.shape[1]
    device = cuda.to_device(np.array(table, dtype=kind, order="C").reshape(-1))
    times = cuda.to_device(window_times(TICK_S).astype(kind))
    failed = cuda.to_device(np.full(patients, -1, dtype=np.int64))
    blocks = -(-patients // THREADS)
    patients_kernel(single)[blocks, THREADS](device, patients, windows, tally_from, times, failed)
    return device.copy_to_host().reshape(ROWS, patients), failed.copy_to_host()
