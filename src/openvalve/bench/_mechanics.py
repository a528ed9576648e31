"""Speed of the leaflet solver: element steps a second, and whole inflations."""

import os
import statistics
import sys
import time
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from openvalve.anatomy import ValveMesh, thickness_mm, valve_mesh
from openvalve.bench._leaflet_inflations import SHAPE, inflation_figures
from openvalve.bench._leaflet_live import live_figures
from openvalve.bench._types import Figures, Progress
from openvalve.valve.shell import (
    RAMP_HOLD,
    TISSUES,
    Control,
    Load,
    Shell,
    relax,
    shell_of,
    start,
)

__all__ = ["bench_mechanics"]

MESHES = {"2k": 2700, "7k": 7000}
SEEDS = 5
STEPS = 2000
TRIES = 5
PRESSURE_MMHG = 2.0  # small: what is asked is the speed, not an opening
KIB_PER_MIB = 1024
BYTES_PER_MIB = 1024 * 1024


def bench_mechanics(
    progress: Progress,
    *,
    steps: int = STEPS,
    inflations: Mapping[str, int] = MESHES,
    seeds_count: int = SEEDS,
) -> Figures:
    """Return what a step of the shell and what a whole inflation costs, one core.

    Parameters
    ----------
    progress : called with a stage and the fraction done.
    steps : of each of five runs.
    inflations : name to triangles of whole inflations; ``{"25k": 25000}`` takes many minutes.
    seeds_count : valves on the first of them.

    Returns
    -------
    ``element_steps_per_s``: triangles times steps a second of the processor, median of five, with
    hinges, on 2,700 triangles; ``element_steps_7k_per_s`` on 7,000;
    ``element_steps_no_hinges_per_s`` and the like without, its seams open; ``..._wall_per_s`` by
    the clock on the wall. The keys of ``inflation_figures``, and of ``live_figures`` on the first
    mesh. ``peak_mib``: largest resident memory of this process (absent where it is not told).
    """
    figures: Figures = {"steps_count": steps}
    for place, (name, triangles) in enumerate(MESHES.items()):
        progress(f"shell of {triangles} triangles", 0.2 * place / len(MESHES))
        mesh = valve_mesh(SHAPE, 0, triangles)
        shell = _shell(mesh)
        ending = "" if name == "2k" else f"_{name}"
        figures[f"triangles_{name}_count"] = len(mesh.triangles)
        for kind, one in (("", shell), ("_no_hinges", _without_hinges(shell))):
            by_processor, by_wall = _speed(one, steps)
            figures[f"element_steps{kind}{ending}_per_s"] = by_processor
            figures[f"element_steps{kind}{ending}_wall_per_s"] = by_wall
    figures |= inflation_figures(
        lambda stage, done: progress(stage, 0.2 + 0.75 * done),
        meshes=inflations,
        seeds_count=seeds_count,
    )
    progress("an inflation beside a patient", 0.98)
    figures |= live_figures(next(iter(inflations.values())))
    peak = _peak_mib()
    if peak is not None:
        figures["peak_mib"] = peak
    figures["cores_count"] = os.cpu_count() or 0
    return figures


def _shell(mesh: ValveMesh) -> Shell:
    held = np.zeros(len(mesh.nodes_mm), dtype=bool)
    held[mesh.ring] = True
    return shell_of(
        mesh.nodes_mm,
        mesh.triangles,
        thickness_mm(SHAPE, mesh.place),
        mesh.fibre,
        TISSUES["mitral_rheumatic"],
        held=held,
    )


def _without_hinges(shell: Shell) -> Shell:
    none = slice(0, 0)
    return replace(
        shell,
        hinges=shell.hinges[none],
        hinge_mj=shell.hinge_mj[none],
        hinge_rad=shell.hinge_rad[none],
        hinge_crack_mj=shell.hinge_crack_mj[none],
    )


def _speed(shell: Shell, steps: int) -> tuple[float, float]:
    """Return element steps per second of the processor and of the wall, medians."""
    load = Load(pressure_mmhg=PRESSURE_MMHG * np.array(RAMP_HOLD))
    control = Control(steps=steps)
    relax(shell, start(shell), load, Control(steps=3))
    processor, wall = [], []
    for _ in range(TRIES):
        began, began_wall = time.thread_time(), time.perf_counter()
        relax(shell, start(shell), load, control)
        processor.append(time.thread_time() - began)
        wall.append(time.perf_counter() - began_wall)
    work = len(shell.triangles) * steps
    return work / statistics.median(processor), work / statistics.median(wall)


def _peak_mib() -> float | None:
    """Return the largest resident memory that this process had, where the system tells it."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (BYTES_PER_MIB if sys.platform == "darwin" else KIB_PER_MIB)
