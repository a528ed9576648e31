"""Speed and accuracy of the beating heart."""

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from openvalve.bench._random_hearts import random_patient
from openvalve.bench._step_size import step_errors
from openvalve.bench._types import Figures, Progress
from openvalve.heart import (
    Live,
    build_patient,
    reference_heart,
    run_patient,
    simulate,
    simulate_batch,
    total_volume_ml,
    warm,
)
from openvalve.units import Frac, S

__all__ = ["bench_circulation"]

BODY_M2 = 1.8
SPEED_BEATS = 4000
SPEED_TRIES = 5
START_TRIES = 3
DRIFT_BEATS = 1000
PATIENTS = 100_000
CHUNK = 2048
RANDOM_S = 15.0
RATE_BPM = 70.0
FRAMES = 500
FRAME_S = 0.04
BATCH = 512
BATCH_S = 5.0
CORES = 2
# What a process does that wants one beat and nothing else.
FIRST_BEAT = "import time; from openvalve.heart import warm; warm(); print(time.time())"


def bench_circulation(
    progress: Progress, *, patients: int = PATIENTS, beats: int = SPEED_BEATS, seed: int = 0
) -> Figures:
    """Return speed, start, volume drift, failures over random patients and the error of the step.

    Parameters
    ----------
    progress : called with a stage and the fraction done.
    patients : random patients of 15 s each.
    beats : length of the run whose speed is taken.
    seed : of the random patients.

    Returns
    -------
    ``x_real``: the full model (breath, reflexes, gases, drugs) of one warm patient on one core,
    median of five runs; ``static_x_real``: the form that fits use, without the slow parts.
    ``frame_ms``: 40 ms of case time through ``Live.run``, median. ``batch_patient_s_per_s`` and
    ``batch_one_core_patient_s_per_s``: the full model in lanes. ``first_s``: from process start to
    the first beat with a warm cache. ``drift_frac``: change of blood volume over 1,000 beats.
    ``failures_count`` of ``patients_count``. ``dt_error_...``: 1 ms against 0.02 ms, the worst of
    four hearts. ``peak_mib``: of this process before the random patients.
    """
    progress("kernels", 0.0)
    warm()
    progress("speed", 0.0)
    figures = _speed(beats) | _live_speed(beats * 60.0 / RATE_BPM)
    progress("batch", 0.0)
    figures |= _batch_speed()
    progress("first beat", 0.0)
    figures["first_s"] = _first_s()
    progress("drift", 0.0)
    figures["drift_frac"] = _drift_frac()
    progress("step size", 0.0)
    figures.update(step_errors())
    figures["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    started = time.perf_counter()
    figures["failures_count"] = sum(
        _failures(seed, first, min(CHUNK, patients - first), progress, first / patients)
        for first in range(0, patients, CHUNK)
    )
    figures["patients_count"] = patients
    figures["patients_s"] = time.perf_counter() - started
    figures["cores_count"] = os.cpu_count() or 0
    return figures


def _failures(seed: int, first: int, count: int, progress: Progress, done_frac: Frac) -> int:
    progress("random patients", done_frac)
    run = simulate_batch(
        [random_patient(seed, first + k) for k in range(count)], RANDOM_S, threads_count=CORES
    )
    return int((run.failed_window_count >= 0).sum())


def _speed(beats: int) -> dict[str, Any]:
    heart = reference_heart(bsa_m2=BODY_M2, rate_bpm=RATE_BPM)
    state = simulate(heart, beats=40).state
    wall_s = _median_wall(lambda: simulate(heart, beats=beats, initial=state))
    return {"static_x_real": beats * 60.0 / RATE_BPM / wall_s}


def _live_speed(seconds_s: S) -> dict[str, Any]:
    """Return the speed of the full model, alone and through the live object in frames."""
    patient = build_patient(reference_heart(bsa_m2=BODY_M2, rate_bpm=RATE_BPM))
    wall_s = _median_wall(lambda: run_patient(patient, seconds_s))
    live = Live(reference_heart(bsa_m2=BODY_M2, rate_bpm=RATE_BPM))
    frames = []
    for _ in range(FRAMES):
        started = time.perf_counter()
        live.run(FRAME_S)
        frames.append(time.perf_counter() - started)
    return {
        "x_real": seconds_s / wall_s,
        "simulated_s": seconds_s,
        "wall_s": wall_s,
        "frame_ms": 1e3 * statistics.median(frames),
        "frame_p99_ms": 1e3 * sorted(frames)[int(0.99 * FRAMES)],
    }


def _batch_speed() -> dict[str, Any]:
    patients = [random_patient(1, k) for k in range(BATCH)]
    simulate_batch(patients[:1], 0.1)
    figures: dict[str, Any] = {"batch_patients_count": BATCH}
    for name, threads in (("batch_one_core_", 1), ("batch_", CORES)):
        wall_s = _median_wall(partial(simulate_batch, patients, BATCH_S, threads_count=threads))
        figures[f"{name}patient_s_per_s"] = BATCH * BATCH_S / wall_s
    return figures


def _median_wall(work: Callable[[], object]) -> S:
    walls = []
    for _ in range(SPEED_TRIES):
        started = time.perf_counter()
        work()
        walls.append(time.perf_counter() - started)
    return statistics.median(walls)


def _first_s() -> S:
    """Return the median time from the start of a process to the end of its first beat."""
    command = [sys.executable, "-c", FIRST_BEAT]
    times = []
    for _ in range(START_TRIES + 1):
        started = time.time()
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        times.append(float(done.stdout) - started)
    return statistics.median(times[1:])  # the first run fills the file cache


def _drift_frac() -> Frac:
    heart = reference_heart(bsa_m2=BODY_M2)
    settled = simulate(heart, beats=40).state
    before = total_volume_ml(settled.values)
    after = total_volume_ml(simulate(heart, beats=DRIFT_BEATS, initial=settled).state.values)
    return abs(after - before) / before
