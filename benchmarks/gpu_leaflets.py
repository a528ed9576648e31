"""Speed of the GPU form of the leaflet solver: 1, 64 and 1,024 valves under a filling balloon.

.venv/bin/pip install '.[gpu]' && .venv/bin/python benchmarks/gpu_leaflets.py >> measured.jsonl

One JSON object a line. Needs an NVIDIA GPU; no figure of it was measured where this was written,
for want of one. Valves are DISTINCT rheumatic mitral valves of 2,700 triangles, seams and calcium
from seeds of their own, repeated. A run of STEPS steps fills a balloon. The processor's figure is
``relax`` on one core, and a few valves are compared with it.
"""

import argparse
import json
import platform
import sys
import time
from typing import Any

import numba
import numpy as np

from openvalve.bench._leaflet_inflations import SHAPE
from openvalve.devices import find_balloon
from openvalve.errors import SolverError
from openvalve.patient import BalloonRequest
from openvalve.valve.balloon import balloon_surface
from openvalve.valve.leaflets import build_leaflets
from openvalve.valve.leaflets._phases import balloon_stages
from openvalve.valve.shell import Control, relax, start
from openvalve.valve.shell._cuda import Task, relax_batch_gpu, run_of
from openvalve.valve.shell._cuda_layout import Batch
from openvalve.valve.shell._cuda_pack import pack

DISTINCT = 16
SIZES = (1, 64, 1024)
THREADS = (64, 128, 256)
STEPS = 1000
BALLOON_MM, TARGET_ATM = 26.0, 3.0
COMPARED = 4


def distinct_tasks(triangles: int) -> list[Task]:
    """Return the filling of a balloon in valves with seeds of their own."""
    balloon = find_balloon(BalloonRequest.model_validate({"diameter_mm": BALLOON_MM}))
    tasks = []
    for seed in range(DISTINCT):
        valve = build_leaflets(SHAPE, seed=seed, target_triangles=triangles)
        seat = float(valve.mesh.nodes_mm[np.concatenate(valve.mesh.free_edges), 2].mean())
        stages = balloon_stages(valve, balloon_surface(balloon, seat_mm=seat), TARGET_ATM)
        state = start(valve.shell)
        load = stages.centred(valve, state).over(stages.balloon.stage)
        tasks.append(Task(valve.shell, state, load, Control(steps=STEPS)))
    return tasks


def say(**figures: Any) -> None:
    """Print one line of figures."""
    print(json.dumps(figures), flush=True)


def kernel_s(batch: Batch, valves: int, threads: int) -> float:
    """Return the wall time of one launch with the batch on the device already, s."""
    from openvalve.valve.shell._cuda_kernel import cuda, valves_kernel

    device = Batch._make(
        type(part)._make(cuda.to_device(array) for array in part) for part in batch
    )
    cuda.synchronize()
    started = time.perf_counter()
    valves_kernel()[valves, threads](*device)
    cuda.synchronize()
    took_s = time.perf_counter() - started
    failures = int((device.work.failed.copy_to_host() >= 0).sum())
    if failures:
        say(benchmark="gpu_leaflets_failures", valves_count=valves, failures_count=failures)
    return took_s


def sweep(tasks: list[Task], largest: int) -> None:
    """Print cost against the number of valves and the threads of a block."""
    distinct = [run_of(task) for task in tasks]
    say(benchmark="gpu_leaflets_compile", first_s=kernel_s(pack(distinct[:1]), 1, THREADS[0]))
    for valves in (size for size in SIZES if size <= largest):
        batch = pack([distinct[k % DISTINCT] for k in range(valves)])
        for threads in THREADS:
            wall_s = min(kernel_s(batch, valves, threads) for _ in range(3))
            elements = batch.mesh.tri.shape[1]
            say(
                benchmark="gpu_leaflets_size",
                valves_count=valves,
                threads_count=threads,
                triangles_count=elements,
                steps_count=STEPS,
                wall_s=wall_s,
                element_steps_per_s=elements * STEPS / wall_s,
            )


def beside_the_processor(tasks: list[Task]) -> None:
    """Print the processor's speed, and how far apart the shapes of both are."""
    found = relax_batch_gpu(tasks)
    for task, outcome in zip(tasks, found, strict=True):
        relax(*task)
        began = time.process_time()
        state, _ = relax(*task)
        took_s = time.process_time() - began
        if isinstance(outcome, SolverError):
            say(benchmark="gpu_leaflets_failed", error=str(outcome))
            continue
        say(
            benchmark="gpu_leaflets_processor",
            element_steps_per_s=len(task.shell.triangles) * STEPS / took_s,
            largest_difference_mm=float(np.abs(state.nodes_mm - outcome[0].nodes_mm).max()),
            median_difference_mm=float(np.median(np.abs(state.nodes_mm - outcome[0].nodes_mm))),
        )


def main() -> None:
    """Print a line for each figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--largest", type=int, default=SIZES[-1], help="valves of the sweep")
    parser.add_argument("--triangles", type=int, default=2700)
    asked = parser.parse_args()
    from openvalve.valve.shell._cuda_kernel import cuda

    simulated: Any = numba.config
    if simulated.ENABLE_CUDASIM or not cuda.is_available():
        sys.exit("error: no NVIDIA GPU can be used here\nhint: pip install '.[gpu]' beside a GPU")
    name = cuda.get_current_device().name
    say(
        benchmark="gpu_leaflets_machine",
        device=name.decode() if isinstance(name, bytes) else name,
        python=platform.python_version(),
    )
    tasks = distinct_tasks(asked.triangles)
    sweep(tasks, asked.largest)
    beside_the_processor(tasks[:COMPARED])


if __name__ == "__main__":
    main()
