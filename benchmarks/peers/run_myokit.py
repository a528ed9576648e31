"""Myokit: our equations in its language (closed_loop.mmt), solved by CVODES as compiled C.

Missing against ours: infundibulum, leaks, everything of the live body. The solver chooses its
steps; ``tolerance`` is absolute and relative, ``longest`` the longest step it may take.
"""

import os
from pathlib import Path
from typing import Any

import myokit
import numpy as np
from _worker import BEATS, INTERVAL_S, Case, serve

NAMES = ("body.p_root", "lv.v")


def add_sundials() -> None:
    """Tell Myokit where the driver unpacked SUNDIALS, if it did."""
    root = os.environ.get("PEERS_SUNDIALS")
    if root:
        myokit.SUNDIALS_INC.append(str(Path(root) / "include"))
        myokit.SUNDIALS_LIB.extend(os.environ["LD_LIBRARY_PATH"].split(os.pathsep))


def case(simulation: Any, tolerance: float, longest_s: float) -> Case:
    def run() -> Any:
        simulation.reset()
        simulation.set_tolerance(tolerance, tolerance)
        simulation.set_max_step_size(longest_s)
        simulation.run((BEATS - 1) * INTERVAL_S, log=myokit.LOG_NONE)
        return simulation.run(INTERVAL_S, log=NAMES, log_interval=1e-3)

    return Case(
        model="our 20 states, compiled to C",
        step=f"CVODES, tolerance {tolerance:g}, at most {1e3 * longest_s:g} ms",
        run=run,
        read=read,
    )


def read(log: Any) -> tuple[float, float, float, float]:
    ao, lv = (np.array(log[name]) for name in NAMES)
    return float(ao.max()), float(ao.min()), float(lv.min()), float(lv.max())


if __name__ == "__main__":
    add_sundials()
    model = myokit.load_model(str(Path(__file__).with_name("closed_loop.mmt")))
    solver = myokit.Simulation(model)
    serve(
        "Myokit",
        myokit.__version__,
        {
            "1e-4": case(solver, 1e-4, 10e-3),
            "1e-6": case(solver, 1e-6, 5e-3),
            "1e-8": case(solver, 1e-8, 1e-3),
        },
    )
