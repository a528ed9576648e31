"""Speed of the GPU form of the leaflet solver: 1, 64 and 1,024 valves that fill, and that close.

.venv/bin/pip install '.[gpu]' && .venv/bin/python benchmarks/gpu_leaflets.py >> measured.jsonl

One JSON object a line. Needs an NVIDIA GPU; no figure of it was measured where this was written,
for want of one. Valves are DISTINCT rheumatic mitral valves of 2,700 triangles, seams and calcium
from seeds of their own, repeated. Both are pieces of runs as an inflation makes them: a balloon is
filled, held still as the GPU form asks, and a valve is pressed shut, so that leaflets meet. The
processor's figure is ``Relaxation.advance`` on one core, and a few valves are compared with it.
"""

import argparse
import copy
import json
import platform
import sys
import time
from typing import Any

import numba
import numpy as np

from openvalve.bench._leaflet_inflations import SHAPE
from openvalve.devices import find_balloon
from openvalve.patient import BalloonRequest
from openvalve.valve.balloon import balloon_surface
from openvalve.valve.leaflets import build_leaflets
from openvalve.valve.leaflets._phases import SLOW, meeting, relaxation
from openvalve.valve.leaflets._stages import balloon_stages
from openvalve.valve.shell import Load, start
from openvalve.valve.shell._cuda import advance_batch_gpu
from openvalve.valve.shell._cuda_layout import Batch
from openvalve.valve.shell._cuda_pack import pack
from openvalve.valve.shell._relaxation import Piece

DISTINCT = 16
SIZES = (1, 64, 1024)
THREADS = (64, 128, 256)
FILLING_STEPS, CLOSING_STEPS = 1000, 300
BALLOON_MM, TARGET_ATM, CLOSING_MMHG = 26.0, 3.0, 100.0
COMPARED = 4


def distinct_pieces(triangles: int) -> dict[str, list[Piece]]:
    """Return the filling of a balloon, and a closing, of valves with seeds of their own."""
    balloon = find_balloon(BalloonRequest.model_validate({"diameter_mm": BALLOON_MM}))
    shut = Load(pressure_mmhg=np.array([0.0, -CLOSING_MMHG]))
    pieces: dict[str, list[Piece]] = {"filling": [], "closing": []}
    for seed in range(DISTINCT):
        valve = build_leaflets(SHAPE, seed=seed, target_triangles=triangles)
        seat = float(valve.mesh.nodes_mm[np.concatenate(valve.mesh.free_edges), 2].mean())
        stages = balloon_stages(valve, balloon_surface(balloon, seat_mm=seat), TARGET_ATM)
        state = start(valve.shell)
        load = stages.centred(valve, state).over(stages.balloon.stage)
        pieces["filling"].append(Piece(relaxation(valve, state), load, FILLING_STEPS))
        closing = relaxation(valve, state)
        piece = Piece(closing, meeting(valve, shut), CLOSING_STEPS, damping_floor_ratio=SLOW)
        pieces["closing"].append(piece)
    return pieces


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


def sweep(name: str, pieces: list[Piece], largest: int) -> None:
    """Print cost against the number of valves and the threads of a block."""
    distinct = [piece.relaxation.asked(piece) for piece in pieces]
    for valves in (size for size in SIZES if size <= largest):
        batch = pack([distinct[k % DISTINCT] for k in range(valves)])
        for threads in THREADS:
            wall_s = min(kernel_s(batch, valves, threads) for _ in range(3))
            elements, steps = batch.mesh.tri.shape[1], pieces[0].steps
            say(
                benchmark="gpu_leaflets_size",
                phase=name,
                valves_count=valves,
                threads_count=threads,
                triangles_count=elements,
                steps_count=steps,
                wall_s=wall_s,
                element_steps_per_s=elements * steps / wall_s,
            )


def beside_the_processor(name: str, pieces: list[Piece]) -> None:
    """Print the processor's speed, and how far apart the shapes of both are."""
    twins = copy.deepcopy(pieces)
    copy.deepcopy(pieces[0]).relaxation.advance(*pieces[0][1:3])  # compiles
    for piece, twin, error in zip(pieces, twins, advance_batch_gpu(pieces), strict=True):
        began = time.process_time()
        twin.relaxation.advance(
            twin.load, twin.steps, calm=twin.calm, damping_floor_ratio=twin.damping_floor_ratio
        )
        took_s = time.process_time() - began
        if error is not None:
            say(benchmark="gpu_leaflets_failed", phase=name, error=str(error))
            continue
        apart = np.abs(piece.relaxation.nodes_mm - twin.relaxation.nodes_mm)
        say(
            benchmark="gpu_leaflets_processor",
            phase=name,
            element_steps_per_s=len(piece.relaxation.shell.triangles) * piece.steps / took_s,
            largest_difference_mm=float(apart.max()),
            median_difference_mm=float(np.median(apart)),
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
    phases = distinct_pieces(asked.triangles)
    one = phases["closing"][0]
    first_s = kernel_s(pack([one.relaxation.asked(one)]), 1, THREADS[0])
    say(benchmark="gpu_leaflets_compile", first_s=first_s)
    for phase, pieces in phases.items():
        sweep(phase, pieces, asked.largest)
        beside_the_processor(phase, pieces[:COMPARED])


if __name__ == "__main__":
    main()
