"""Speed and accuracy of the beating heart."""

import os
import statistics
import subprocess
import sys
import time
from typing import Any

from openvalve.bench._random_hearts import random_heart, survives
from openvalve.bench._step_size import step_errors
from openvalve.bench._types import Figures, Progress
from openvalve.heart import reference_heart, simulate, total_volume_ml, warm
from openvalve.units import Frac, S

__all__ = ["bench_circulation"]

BODY_M2 = 1.8
SPEED_BEATS = 4000
SPEED_TRIES = 5
START_TRIES = 3
DRIFT_BEATS = 1000
PATIENTS = 10_000
TICK_S = 1e-3
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
    ``x_real``, ``simulated_s``, ``wall_s``, ``steps_per_beat``: one warm patient on one core,
    median of five runs. ``first_s``: from process start to the first beat with a warm cache.
    ``drift_frac``: change of blood volume over 1,000 beats. ``failures_count`` of
    ``patients_count``. ``dt_error_...``: 1 ms against 0.02 ms, the worst of four hearts.
    """
    progress("kernels", 0.0)
    warm()
    progress("speed", 0.0)
    figures = _speed(beats)
    progress("first beat", 0.0)
    figures["first_s"] = _first_s()
    progress("drift", 0.0)
    figures["drift_frac"] = _drift_frac()
    progress("step size", 0.0)
    figures.update(step_errors())
    failures = 0
    started = time.perf_counter()
    for index in range(patients):
        failures += not survives(random_heart(seed, index))
        if index % 50 == 0:
            progress("random patients", index / patients)
    figures["failures_count"] = failures
    figures["patients_count"] = patients
    figures["patients_s"] = time.perf_counter() - started
    figures["cores_count"] = os.cpu_count() or 0
    return figures


def _speed(beats: int) -> dict[str, Any]:
    heart = reference_heart(bsa_m2=BODY_M2)
    state = simulate(heart, beats=40).state
    simulated_s = beats * 60.0 / heart.rhythm.rate_bpm
    walls = []
    for _ in range(SPEED_TRIES):
        started = time.perf_counter()
        simulate(heart, beats=beats, initial=state)
        walls.append(time.perf_counter() - started)
    wall_s = statistics.median(walls)
    return {
        "x_real": simulated_s / wall_s,
        "simulated_s": simulated_s,
        "wall_s": wall_s,
        "steps_per_beat": 60.0 / heart.rhythm.rate_bpm / TICK_S,
    }


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
