"""Learn how a balloon loads the ring of its valve from runs of the leaflet solver.

``python benchmarks/learn_ring.py`` fits the width and the pull of ``valve._ring_tables.RING_LOADS``
to lesions 200 and above of ``leaflet_runs.csv`` (random strengths), and prints how far the law is
from those; from lesions 0 to 199 of ``leaflet_middle.csv``, none of them fitted, but in sight while
the form of the law was chosen; and from ``leaflet_ring.csv``, lesions from 480 on at the same
strengths, drawn when the law stood and run to the peak only. Seconds.
"""

from pathlib import Path

import numpy as np
from leaflet_runs import balloon_of
from learn_leaflets import read
from scipy.optimize import least_squares
from tie_reduced import state_of

from openvalve.valve._ring import stretch_by
from openvalve.valve._ring_tables import RING_LOADS, ring_group

HERE = Path(__file__).parent
SEEN_FROM = 200  # lesions below are what the tie is measured on


def group_of(run: dict[str, str]) -> str:
    """Return which of ``RING_LOADS`` a run belongs to."""
    state = state_of(run)
    return ring_group(state.valve, state.valve_class, state.morphology)


def said(run: dict[str, str], width: float, pull: float) -> float:
    """Return the law's stretch of one run, the ring as stiff as the solver's."""
    numbers = {k: float(run[k]) for k in ("diameter_mm", "annulus_mm")}
    balloon = balloon_of({"balloon": run["balloon"], **numbers})
    inoue = run["balloon"] == "inoue"
    atm = balloon.nominal_atm if inoue else float(run["inflation_atm"])
    found = stretch_by(
        state_of(run),
        balloon_mm=balloon.perimeter_mm(atm),
        inflation_atm=atm,
        width_ratio=width,
        pull_n_mm=pull,
    )
    return float(found[0])


def misses(runs: list[dict[str, str]], width: float, pull: float) -> np.ndarray:
    """Return the law less the solver, one per run."""
    return np.array([said(r, width, pull) - float(r["stretch_ratio"]) for r in runs])


def main() -> None:
    seen = [r for r in read(HERE / "leaflet_runs.csv") if int(r["row"]) >= SEEN_FROM]
    sets = (seen, *(read(HERE / f"leaflet_{name}.csv") for name in ("middle", "ring")))
    head = ("fitted: runs, mean, SD", "tie: runs, mean, SD", "drawn after: runs, mean, SD")
    print("group                 width  pull   " + "   ".join(f"{h:>24s}" for h in head))
    for name in RING_LOADS:
        own = [r for r in seen if group_of(r) == name]
        fit = least_squares(lambda t, own=own: misses(own, t[0], t[1]), (2.0, 0.02))
        found = [misses([r for r in rs if group_of(r) == name], *fit.x) for rs in sets]
        parts = [f"{len(e):4d} {e.mean():+.4f} {e.std():.4f}" for e in found]
        print(
            f"{name:20s} {fit.x[0]:6.2f} {fit.x[1]:6.4f}   "
            + "   ".join(f"{p:>24s}" for p in parts)
        )


if __name__ == "__main__":
    main()
