"""Time and memory of a whole plan, as a user starts it."""

import json
import os
import subprocess
import sys
import tempfile
import time
from importlib import resources
from pathlib import Path
from typing import Any

from openvalve.bench._types import Figures, Progress
from openvalve.heart import warm

__all__ = ["bench_plan"]

DRAWS = 200
KIB_PER_MIB = 1024
BYTES_PER_MIB = 1024 * 1024


def bench_plan(progress: Progress, *, draws: int = DRAWS) -> Figures:
    """Return the time and peak memory of ``openvalve plan`` on a published patient, warm.

    The patient is ``examples/m_pregnant27_double18.toml`` with five balloons.

    Parameters
    ----------
    progress : called with a stage and the fraction done.
    draws : posterior draws per balloon.

    Returns
    -------
    ``plan_s``: the whole process; ``fit_s`` and ``stages_s``: as the plan reports them;
    ``peak_mib``: its largest resident memory (absent where the system does not tell).
    """
    progress("kernels", 0.0)
    warm()
    progress("plan", 0.0)
    patient = resources.files("openvalve.bench").joinpath("patient.toml")
    with resources.as_file(patient) as path, tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "openvalve", "plan", str(path)]
        command += ["--out", str(Path(folder, "plan")), "--draws", str(draws), "--json"]
        started = time.perf_counter()
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        plan_s = time.perf_counter() - started
    document: dict[str, Any] = json.loads(done.stdout)
    stages: dict[str, float] = dict(document["stages_s"])
    figures: Figures = {
        "plan_s": plan_s,
        "stages_s": stages,
        "fit_s": stages["fit"],
        "draws": int(document["draws"]),
        "options": len(document["options"]),
        "cores_count": os.cpu_count() or 0,
    }
    peak = _peak_of_children_mib()
    return figures if peak is None else {**figures, "peak_mib": peak}


def _peak_of_children_mib() -> float | None:
    """Return the largest resident memory that any finished child process had."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return peak / (BYTES_PER_MIB if sys.platform == "darwin" else KIB_PER_MIB)
