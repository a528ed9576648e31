"""circulation (Regazzoni 2020): four elastance chambers, smooth diodes, in Python and NumPy."""

import logging
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from _worker import BEATS, Case, serve
from circulation.regazzoni2020 import Regazzoni2020

INTERVAL_S = 0.8  # its own cycle, 75 beats a minute
STEP_S = 1e-3


def run(folder: Path) -> Any:
    logging.disable(logging.INFO)
    return Regazzoni2020(outdir=folder).solve(num_beats=BEATS, dt=STEP_S)


def read(history: Any) -> tuple[float, float, float, float]:
    beat = slice(-round(INTERVAL_S / STEP_S), None)
    ao, lv = history["p_AR_SYS"][beat], history["V_LV"][beat]
    return float(np.max(ao)), float(np.min(ao)), float(np.min(lv)), float(np.max(lv))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        euler = Case(
            model="12 states: 4 elastance chambers, 4 smooth diodes, vessels",
            step="forward Euler, 1 ms (its default)",
            step_s=STEP_S,
            interval_s=INTERVAL_S,
            run=lambda: run(folder),
            read=read,
        )
        serve("circulation", version("circulation"), {"1 ms": euler})
