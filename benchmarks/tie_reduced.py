"""How far the reduced model of the planner is from the leaflet solver.

``python benchmarks/tie_reduced.py RUNS.csv`` reads what ``leaflet_runs.py --middle`` wrote and
gives each lesion and balloon to ``valve.inflate``: error of the area after (ln), of the leak that
is new and of the ring's stretch, beside the spread between patients. ``SD tied`` takes one factor
on the reduced model's change, so that what is left is shape, not level.
"""

import sys
from pathlib import Path

import numpy as np
from leaflet_runs import balloon_of
from learn_leaflets import read

from openvalve.valve import (
    POPULATION,
    Inflation,
    ValveState,
    build_valve,
    inflate,
    sample_population,
)

DRAWS = 400


def state_of(run: dict[str, str]) -> ValveState:
    """Return the reduced model's valve of one run."""
    score = sum(float(run[k]) for k in ("mobility", "thickening", "subvalvular", "calcium_score"))
    return build_valve(
        valve=run["valve"],
        etiology=run["class"],
        morphology=run["morphology"],
        annulus_mm=float(run["annulus_mm"]),
        area_effective_cm2=float(run["effective_before_cm2"]),
        age_years=float(run["age_years"]),
        wilkins_score=score if run["class"] == "rheumatic" else None,
        calcium_agatston=float(run["agatston"]) if run["class"] == "calcific" else None,
    )


def reduced(run: dict[str, str]) -> Inflation:
    """Return what the reduced model says of one run, all draws of the population."""
    numbers = {k: float(run[k]) for k in ("diameter_mm", "annulus_mm")}
    balloon = balloon_of({"balloon": run["balloon"], **numbers})
    atm = float(run["inflation_atm"]) if run["balloon"] != "inoue" else None
    return inflate(
        state_of(run), balloon, inflation_atm=atm, draws=sample_population(DRAWS, 1, POPULATION)
    )


def main() -> None:
    runs = read(Path(sys.argv[1]))
    print("class       runs  area ln: mean, SD (SD tied; spread)   leak mm2: mean, SD   stretch")
    for name in ("rheumatic", "calcific", "congenital"):
        own = [r for r in runs if r["class"] == name]
        solver = np.array([float(r["effective_after_cm2"]) for r in own])
        before = np.array([float(r["effective_before_cm2"]) for r in own])
        found = [reduced(r) for r in own]
        area = np.array([f.area_effective_cm2.mean() for f in found])
        spread = np.mean([np.log(f.area_effective_cm2).std() for f in found])
        miss = np.log(area / solver)
        ratio = np.log(solver / before), np.log(area / before)
        slope = float((ratio[0] * ratio[1]).sum() / (ratio[1] ** 2).sum())
        tied = slope * ratio[1] - ratio[0]
        new = np.array([float(r["leak_after_mm2"]) - float(r["leak_before_mm2"]) for r in own])
        leak = np.array([f.eroa_mm2.mean() for f in found]) - new
        stretch = np.array([f.annular_stretch_ratio[0] for f in found]) - np.array(
            [float(r["stretch_ratio"]) for r in own]
        )
        print(
            f"{name:11s} {len(own):4d}  {miss.mean():+.3f}, {miss.std():.3f} ({tied.std():.3f};"
            f" {spread:.3f})   {leak.mean():+.1f}, {leak.std():.1f}"
            f"   {stretch.mean():+.3f}, {stretch.std():.3f}"
        )


if __name__ == "__main__":
    main()
