"""haemflow-cl0: the closed loop of Korakianitis and Shi with moving valves, Fortran, explicit RK4.

Its shipped heart is far too large (left ventricle 290 to 380 mL, pulmonary artery 58 to 77 mmHg);
``healthy`` keeps its equations and vessels and sets adult chambers, filling and lung resistance.
The healthy heart ends in NaN at 0.75 ms, where the shipped one still runs.
"""

from importlib.metadata import version
from typing import Any

import numpy as np
from _worker import BEATS, INTERVAL_S, Case, serve
from src import solve_system  # the package installs itself under this name

HEALTHY: dict[str, dict[str, float]] = {
    "left_ventricle": {"emin": 0.07, "emax": 2.5, "vmin": 15, "vmax": 125},
    "right_ventricle": {"emin": 0.04, "emax": 0.6, "vmin": 20, "vmax": 130},
    "left_atrium": {"vmin": 5, "vmax": 60},
    "right_atrium": {"emin": 0.1, "emax": 0.2, "vmin": 5, "vmax": 60},
    "systemic": {"pini": 13, "scale_R": 0.9, "scale_C": 0.9},
    "pulmonary": {"pini": 12, "rcp": 0.03, "rat": 0.01, "rar": 0.03},
    "aortic_valve": {"aeffmax": 4},
}
MODEL = "14 states: 4 chambers, 4 valves with state, vessels"


def read(solution: Any) -> tuple[float, float, float, float]:
    ao = solution["Systemic Sinus Pressure"]
    lv = solution["Left Ventricular Volume"]
    return float(np.max(ao)), float(np.min(ao)), float(np.min(lv)), float(np.max(lv))


def case(steps: int, heart: dict[str, dict[str, float]], kind: str) -> Case:
    step_s = INTERVAL_S / steps
    timing = {"nstep": steps, "ncycle": BEATS, "period": INTERVAL_S, "est_h_vol": False}
    return Case(
        model=f"{MODEL} ({kind})",
        step=f"RK4, {1e3 * step_s:.2g} ms",
        step_s=round(step_s, 5),
        run=lambda: solve_system(generic_params=timing, **heart),
        read=read,
    )


if __name__ == "__main__":
    serve(
        "haemflow-cl0",
        version("haemflow-cl0"),
        {
            "healthy 0.60 ms": case(1429, HEALTHY, "healthy adult"),
            "shipped 0.75 ms": case(1143, {}, "its shipped heart, too large"),
        },
    )
