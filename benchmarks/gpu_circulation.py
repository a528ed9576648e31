"""Speed of the GPU form: cost against size, 100,000 patients for 40 beats, the program's year.

.venv/bin/pip install '.[gpu]' && .venv/bin/python benchmarks/gpu_circulation.py >> measured.jsonl

One JSON object a line. Needs an NVIDIA GPU; no figure of it was measured where this was written,
for want of one. Patients are DISTINCT settled random hearts, repeated side by side with a seed of
their own for irregular beats; memory and divergence are those of a real batch.
"""

import argparse
import json
import platform
import sys
import time
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from openvalve.bench._random_hearts import random_heart
from openvalve.circulation import WINDOW_S
from openvalve.errors import SolverError
from openvalve.heart._body import BodyParams, build_patient
from openvalve.heart._cuda import THREADS, run_on_gpu, window_times
from openvalve.heart._layout import PACKED_BLOOD_AT, ROWS
from openvalve.heart._slow_blocks import PackedBlood

DISTINCT = 256
SIZES = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000)
SWEEP_S = 10.0
BEAT_S = 60.0 / 70.0
TICK_S = 1e-3
PROCEDURES, PROCEDURE_S, PIECE_S = 12_000, 3600.0, 60.0
SEED_ROW = PACKED_BLOOD_AT + PackedBlood._fields.index("seed")


def distinct_patients() -> NDArray[np.float64]:
    """Return settled random patients, shape (ROWS, DISTINCT)."""
    columns: list[NDArray[np.float64]] = []
    index = 0
    while len(columns) < DISTINCT:
        index += 1
        try:
            patient = build_patient(random_heart(11, index), BodyParams(seed_count=index))
        except SolverError:
            continue
        columns.append(patient.buffer)
    return np.stack(columns, axis=1)


def batch(distinct: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return ``count`` patients side by side."""
    buffers = distinct[:, np.arange(count) % distinct.shape[1]]
    buffers[SEED_ROW] = np.arange(1, count + 1)
    return buffers


class Resident:
    """A batch that stays on the device, so that the kernel is timed alone."""

    def __init__(self, buffers: NDArray[np.float64], *, single: bool) -> None:
        from openvalve.heart._cuda_kernel import cuda, patients_kernel

        kind = np.float32 if single else np.float64
        self.count = buffers.shape[1]
        self.device = cuda.to_device(buffers.astype(kind).reshape(-1))
        self.times = cuda.to_device(window_times(TICK_S).astype(kind))
        self.failed = cuda.to_device(np.full(self.count, -1, dtype=np.int64))
        self.kernel = patients_kernel(single)
        self.wait = cuda.synchronize

    def run(self, seconds_s: float) -> float:
        """Return the wall time of one launch, s; without a tally, as a live hour would run."""
        windows = round(seconds_s / WINDOW_S)
        started = time.perf_counter()
        blocks = -(-self.count // THREADS)
        self.kernel[blocks, THREADS](
            self.device, self.count, windows, windows, self.times, self.failed
        )
        self.wait()
        return time.perf_counter() - started

    def failures(self) -> int:
        """Return how many patients of the last launch left all bounds."""
        return int((self.failed.copy_to_host() >= 0).sum())


def say(**figures: Any) -> None:
    """Print one line of figures."""
    print(json.dumps(figures), flush=True)


def sweep(distinct: NDArray[np.float64], largest: int, *, single: bool) -> None:
    """Print cost against size."""
    precision = "float32" if single else "float64"
    first = Resident(batch(distinct, 1), single=single).run(WINDOW_S)
    say(benchmark="gpu_compile", precision=precision, first_s=first)
    for count in (size for size in SIZES if size <= largest):
        resident = Resident(batch(distinct, count), single=single)
        wall_s = min(resident.run(SWEEP_S) for _ in range(3))
        say(
            benchmark="gpu_size",
            precision=precision,
            patients_count=count,
            simulated_s=SWEEP_S,
            wall_s=wall_s,
            batch_patient_s_per_s=count * SWEEP_S / wall_s,
            failures_count=resident.failures(),
        )


def forty_beats(distinct: NDArray[np.float64], *, single: bool) -> None:
    """Print the goal of 100,000 patients for 40 beats: the kernel alone, and with both copies."""
    buffers = batch(distinct, 100_000)
    seconds_s = round(40 * BEAT_S / WINDOW_S) * WINDOW_S
    kernel_s = Resident(buffers, single=single).run(seconds_s)
    started = time.perf_counter()
    windows = round(seconds_s / WINDOW_S)
    run_on_gpu(buffers, windows, windows - 300, single=single)  # the last 6 s tallied
    say(
        benchmark="gpu_forty_beats",
        precision="float32" if single else "float64",
        patients_count=100_000,
        kernel_s=kernel_s,
        with_copies_s=time.perf_counter() - started,
        goal_s=1.0,
    )


def program_year(distinct: NDArray[np.float64], *, single: bool) -> None:
    """Print the goal of a year: 12,000 procedures of an hour, 4.3e10 steps, in pieces."""
    resident = Resident(batch(distinct, PROCEDURES), single=single)
    pieces = round(PROCEDURE_S / PIECE_S)
    wall_s = 0.0
    for piece in range(pieces):
        wall_s += resident.run(PIECE_S)
        print(f"year: {piece + 1} of {pieces} pieces, {wall_s:.1f} s", file=sys.stderr)
    say(
        benchmark="gpu_program_year",
        precision="float32" if single else "float64",
        steps_count=PROCEDURES * PROCEDURE_S / TICK_S,
        wall_s=wall_s,
        goal_s=120.0,
        failures_count=resident.failures(),
    )


def main() -> None:
    """Print a line for each figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--largest", type=int, default=SIZES[-1], help="patients of the sweep")
    parser.add_argument("--skip-year", action="store_true")
    asked = parser.parse_args()
    from openvalve.heart._cuda_kernel import cuda

    simulated: Any = numba.config
    if simulated.ENABLE_CUDASIM or not cuda.is_available():
        sys.exit("error: no NVIDIA GPU can be used here\nhint: pip install '.[gpu]' beside a GPU")
    name = cuda.get_current_device().name
    say(
        benchmark="gpu_machine",
        device=name.decode() if isinstance(name, bytes) else name,
        python=platform.python_version(),
        bytes_per_patient=ROWS * 8,
    )
    distinct = distinct_patients()
    for single in (False, True):
        sweep(distinct, asked.largest, single=single)
        forty_beats(distinct, single=single)
        if not asked.skip_year:
            program_year(distinct, single=single)


if __name__ == "__main__":
    main()
