"""Where a simulated second goes: nanoseconds a step over run length, and the cost of a start.

    .venv/bin/python benchmarks/step_profile.py

A short run pays for the schedule and the recording in Python; a long one shows the kernel alone.
"""

import time

from openvalve.heart import HeartParams, reference_heart, simulate, warm


def main() -> None:
    """Print a line for each number of beats."""
    warm()
    heart = reference_heart(bsa_m2=1.8)
    steps_per_beat = 60_000 / heart.rhythm.rate_bpm
    print(f"{'beats':>7} {'ms':>9} {'ns/step':>9} {'x real':>9}")
    for beats in (3, 10, 30, 100, 1000, 10_000):
        best = min(_seconds(heart, beats) for _ in range(5))
        steps = beats * steps_per_beat
        print(
            f"{beats:>7} {1e3 * best:>9.2f} {1e9 * best / steps:>9.1f} {1e-3 * steps / best:>9.0f}"
        )


def _seconds(heart: HeartParams, beats: int) -> float:
    started = time.perf_counter()
    simulate(heart, beats=beats)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
