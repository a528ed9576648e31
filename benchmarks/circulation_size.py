"""Cost against size: what a patient costs alone, in a batch, on one thread and two.

python benchmarks/circulation_size.py docs/images [--most 1000000]

Copies of one settled patient, full model, one second each, in chunks of 65,536; one warm-up, the
median of three runs (one run from 10^5 on). Draws ``circulation_size.png``, prints one JSON object
a size. Needs the report extra (matplotlib). Research and education; not for clinical use.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from openvalve.heart import Patient, build_patient, reference_heart, run_patient, simulate_batch
from openvalve.heart._blocks import BLOCKS, field_names

SECONDS_S = 1.0
CHUNK = 65_536
SIZES = (1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_000_000)
THREADS = (1, 2)
ONCE_FROM = 100_000
INK, LINES = "#222222", {0: "#9a6b00", 1: "#0b7a75", 2: "#2f6fb0"}


def main() -> None:
    """Measure, draw and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=int, default=SIZES[-1])
    arguments = parser.parse_args()
    patient = build_patient(reference_heart(bsa_m2=1.8))
    live = _median_s(lambda: run_patient(patient, 60.0), 5) / 60.0
    numbers = sum(len(field_names(block)) for _, block in BLOCKS)
    print(json.dumps({"numbers_per_patient_count": numbers, "live_x_real": round(1.0 / live)}))
    rows = []
    for size in (n for n in SIZES if n <= arguments.most):
        speeds = {
            threads: size * SECONDS_S / _batch_s(patient, size, threads) for threads in THREADS
        }
        rows.append((size, speeds))
        found = {f"threads_{k}_patient_s_per_s": round(v) for k, v in speeds.items()}
        print(json.dumps({"patients_count": size, **found}), flush=True)
    _draw(arguments.folder / "circulation_size.png", rows, 1.0 / live)


def _batch_s(patient: Patient, size: int, threads: int) -> float:
    """Return the seconds that a batch takes."""

    def run() -> None:
        for first in range(0, size, CHUNK):
            some = [patient] * min(CHUNK, size - first)
            simulate_batch(some, SECONDS_S, threads_count=threads)

    return _median_s(run, 1 if size >= ONCE_FROM else 3)


def _median_s(work: Callable[[], object], times: int) -> float:
    walls = []
    for _ in range(times + (times > 1)):
        started = time.perf_counter()
        work()
        walls.append(time.perf_counter() - started)
    return statistics.median(walls[-times:])


def _draw(path: Path, rows: list[tuple[int, dict[int, float]]], live: float) -> None:
    import matplotlib
    from matplotlib.figure import Figure

    matplotlib.rcParams.update({"font.size": 9, "axes.edgecolor": "#777777"})
    figure = Figure(figsize=(6.5, 3.6), dpi=110, layout="constrained")
    axes = figure.subplots()
    sizes = [size for size, _ in rows]
    for threads in THREADS:
        label = f"lanes, {threads} thread{'s' if threads > 1 else ''}"
        values = [speeds[threads] for _, speeds in rows]
        axes.loglog(sizes, values, "o-", color=LINES[threads], ms=4, label=label)
    axes.axhline(live, color=LINES[0], ls="--", label="one patient, scalar loop")
    axes.set_xlabel("patients, one second each")
    axes.set_ylabel("patient-seconds per second")
    axes.grid(visible=True, which="major", color="#e5e5e5")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.legend(frameon=False)
    figure.savefig(path)


if __name__ == "__main__":
    main()
