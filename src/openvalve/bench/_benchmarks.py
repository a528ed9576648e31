"""The benchmarks by name."""

from collections.abc import Callable, Mapping

from openvalve.bench._circulation import bench_circulation
from openvalve.bench._mechanics import bench_mechanics
from openvalve.bench._plan import bench_plan
from openvalve.bench._signals import bench_signals
from openvalve.bench._types import Figures, Progress

__all__ = ["BENCHMARKS"]

BENCHMARKS: Mapping[str, Callable[[Progress], Figures]] = {
    "circulation": bench_circulation,
    "mechanics": bench_mechanics,
    "plan": bench_plan,
    "signals": bench_signals,
}
