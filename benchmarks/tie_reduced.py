"""How far the reduced model of the planner is from the leaflet solver.

``python benchmarks/tie_reduced.py RUNS.csv [AGAIN.csv]`` reads what ``leaflet_runs.py --middle``
wrote and gives each lesion and balloon to ``valve.inflate``: error of the area after (ln), of the
regurgitant orifice that is new and of the ring's stretch, beside the spread between patients, by
the classes whose share the reduced model holds. ``SD tied`` takes one factor on its change, so that
what is left is shape, not level. AGAIN.csv holds the same lesions with other seeds: how far two
seeds of one lesion differ is chance, which no model of a lesion can know, and is taken off. The
reduced model stretches every ring of one size alike: stretch stands beside its SD over lesions.
"""

import sys
from pathlib import Path

import numpy as np
from leaflet_runs import balloon_of
from learn_leaflets import STRENGTH, class_of, read

from openvalve.valve import (
    POPULATION,
    Inflation,
    ValveState,
    build_valve,
    inflate,
    sample_population,
)
from openvalve.valve.leaflets._strength_tables import LEAK_CONTRACTION_RATIO

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


def ratio_of(run: dict[str, str]) -> float:
    """Return ln of the solver's area after over that before."""
    return float(np.log(float(run["effective_after_cm2"]) / float(run["effective_before_cm2"])))


def chance(runs: list[dict[str, str]], again: list[dict[str, str]]) -> float:
    """Return the SD of the solver's ln ratio between seeds of one lesion."""
    other = {r["row"]: ratio_of(r) for r in again}
    pairs = [ratio_of(r) - other[r["row"]] for r in runs if r["row"] in other]
    return float(np.sqrt(0.5 * np.mean(np.square(pairs)))) if pairs else float("nan")


def main() -> None:
    runs, *more = (read(Path(a)) for a in sys.argv[1:])
    print(
        "class       runs  area ln: mean, SD (SD tied; seeds; tied less seeds; patients)"
        "   leak mm2: mean, SD (patients)   stretch: mean, SD (lesions)"
    )
    for name in STRENGTH:
        own = [r for r in runs if class_of(r) == name]
        found = [reduced(r) for r in own]
        before = np.array([float(r["effective_before_cm2"]) for r in own])
        said = np.log(np.array([f.area_effective_cm2.mean() for f in found]) / before)
        spread = np.mean([np.log(f.area_effective_cm2).std() for f in found])
        solver = np.array([ratio_of(r) for r in own])
        miss = said - solver
        tied = float((solver * said).sum() / (said**2).sum()) * said - solver
        luck = chance(own, more[0]) if more else float("nan")
        left = np.sqrt(max(tied.var() - luck**2, 0.0)) if more else float("nan")
        new = np.array([float(r["leak_after_mm2"]) - float(r["leak_before_mm2"]) for r in own])
        leak = np.array([f.eroa_mm2.mean() for f in found]) - LEAK_CONTRACTION_RATIO * new
        patients = np.mean([f.eroa_mm2.std() for f in found])
        wider = np.array([float(r["stretch_ratio"]) for r in own])
        stretch = np.array([f.annular_stretch_ratio[0] for f in found]) - wider
        print(
            f"{name:11s} {len(own):4d}  {miss.mean():+.3f}, {miss.std():.3f} ({tied.std():.3f};"
            f" {luck:.3f}; {left:.3f}; {spread:.3f})   {leak.mean():+.1f}, {leak.std():.1f}"
            f" ({patients:.1f})"
            f"   {stretch.mean():+.3f}, {stretch.std():.3f} ({wider.std():.3f})"
        )


if __name__ == "__main__":
    main()
