"""Figures measured on the spot: ``openvalve bench NAME``; never a timed test."""

from openvalve.bench._benchmarks import BENCHMARKS
from openvalve.bench._circulation import bench_circulation
from openvalve.bench._mechanics import bench_mechanics
from openvalve.bench._plan import bench_plan
from openvalve.bench._signals import bench_signals
from openvalve.bench._types import Figure, Figures, Progress

__all__ = [
    "BENCHMARKS",
    "Figure",
    "Figures",
    "Progress",
    "bench_circulation",
    "bench_mechanics",
    "bench_plan",
    "bench_signals",
]
