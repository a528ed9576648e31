"""How far the reduced model of the planner is from the leaflet solver.

``python benchmarks/tie_reduced.py MIDDLE.csv AGAIN.csv RUNS.csv`` reads what ``leaflet_runs.py``
wrote and gives each lesion and balloon of MIDDLE to ``valve.inflate``: error of the area after
(ln), of the regurgitant orifice that is new and of the ring's stretch, beside the spread between
patients, by the classes whose share the reduced model holds. AGAIN holds the same lesions with
other seeds: how far two seeds of one lesion differ is chance, which no model of a lesion can know,
and is taken off in ``left``; there areas have one factor on the change of a class free, so that
what is left is shape, not level.
Patients' rings differ by how the same lesion with random strengths (RUNS) stretches them in the
solver, and by how stiff they are in the reduced model; what its law misses is left out of that.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
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
Run = dict[str, str]
Values = np.ndarray


def state_of(run: Run) -> ValveState:
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


def reduced(run: Run) -> Inflation:
    """Return what the reduced model says of one run, all draws but no miss of the ring's law."""
    numbers = {k: float(run[k]) for k in ("diameter_mm", "annulus_mm")}
    balloon = balloon_of({"balloon": run["balloon"], **numbers})
    atm = float(run["inflation_atm"]) if run["balloon"] != "inoue" else None
    draws = sample_population(DRAWS, 1, POPULATION)
    known = replace(draws, ring=draws.ring * (1.0, 0.0))
    return inflate(state_of(run), balloon, inflation_atm=atm, draws=known)


def ratio_of(run: Run) -> float:
    """Return ln of the solver's area after over that before."""
    return float(np.log(float(run["effective_after_cm2"]) / float(run["effective_before_cm2"])))


def apart(runs: list[Run], others: list[Run], value: Callable[[Run], float]) -> float:
    """Return the root mean square of how far two runs of one lesion differ."""
    other = {r["row"]: value(r) for r in others}
    pairs = [value(r) - other[r["row"]] for r in runs if r["row"] in other]
    return float(np.sqrt(np.mean(np.square(pairs))))


def seeds_sd(runs: list[Run], again: list[Run], value: Callable[[Run], float]) -> float:
    """Return the SD of one run about its lesion."""
    return apart(runs, again, value) / float(np.sqrt(2.0))


def leak_of(run: Run) -> float:
    """Return the solver's new regurgitant orifice, mm2."""
    new = float(run["leak_after_mm2"]) - float(run["leak_before_mm2"])
    return LEAK_CONTRACTION_RATIO * new


def stretch_of(run: Run) -> float:
    """Return how far the solver stretches the ring."""
    return float(run["stretch_ratio"])


@dataclass(frozen=True)
class Tie:
    """How far the reduced model is from the solver in one quantity and class.

    ``left`` is the SD of what is missed, less the chance between ``seeds``; ``patients`` is how
    far patients differ in it.
    """

    mean: float
    sd: float
    seeds: float
    left: float
    patients: float


def tie_of(miss: Values, shape: Values, seeds: float, patients: float) -> Tie:
    """Return the tie by the misses, and by those whose SD counts."""
    left = float(np.sqrt(max(shape.var() - seeds**2, 0.0)))
    return Tie(float(miss.mean()), float(miss.std()), seeds, left, patients)


def area_tie(own: list[Run], again: list[Run], found: list[Inflation]) -> Tie:
    """Return the tie of ln area after; one factor on the change is free in ``left``."""
    before = np.array([float(r["effective_before_cm2"]) for r in own])
    said = np.log(np.array([f.area_effective_cm2.mean() for f in found]) / before)
    solver = np.array([ratio_of(r) for r in own])
    tied = float((solver * said).sum() / (said**2).sum()) * said - solver
    patients = np.mean([np.log(f.area_effective_cm2).std() for f in found])
    return tie_of(said - solver, tied, seeds_sd(own, again, ratio_of), float(patients))


def leak_tie(own: list[Run], again: list[Run], found: list[Inflation]) -> Tie:
    """Return the tie of the new regurgitant orifice, mm2."""
    said = np.array([f.eroa_mm2.mean() for f in found])
    miss = said - np.array([leak_of(r) for r in own])
    patients = np.mean([f.eroa_mm2.std() for f in found])
    return tie_of(miss, miss, seeds_sd(own, again, leak_of), float(patients))


def ring_tie(own: list[Run], again: list[Run], random: list[Run], found: list[Inflation]) -> Tie:
    """Return the tie of the ring's stretch."""
    said = np.array([f.annular_stretch_ratio.mean() for f in found])
    miss = said - np.array([stretch_of(r) for r in own])
    stiff = np.mean([f.annular_stretch_ratio.var() for f in found])
    patients = float(np.hypot(apart(own, random, stretch_of), np.sqrt(stiff)))
    return tie_of(miss, miss, seeds_sd(own, again, stretch_of), patients)


def ties(runs: list[Run], again: list[Run], random: list[Run]) -> dict[str, dict[str, Tie]]:
    """Return the tie of area, leak and ring by class of valve."""
    out = {}
    for name in STRENGTH:
        own = [r for r in runs if class_of(r) == name]
        found = [reduced(r) for r in own]
        out[name] = {
            "ln area": area_tie(own, again, found),
            "leak mm2": leak_tie(own, again, found),
            "stretch": ring_tie(own, again, random, found),
        }
    return out


def main() -> None:
    print("class       of          mean     SD  seeds  left patients")
    for name, found in ties(*(read(Path(a)) for a in sys.argv[1:])).items():
        for what, tie in found.items():
            values = (tie.mean, tie.sd, tie.seeds, tie.left, tie.patients)
            print(f"{name:11s} {what:8s} " + " ".join(f"{v:+9.4f}" for v in values))


if __name__ == "__main__":
    main()
