"""Learn the valve's population parameters from published areas and score them paper by paper.

``python benchmarks/learn_valve.py [clinical_outcomes.csv]`` reads the shipped open table
(or one of its form), prints the learned values with their errors, the error of the area after with
every paper left out in turn beside plain rules; ``check_valve.py`` prints what was not learned
from. The shipped values are learned on fitted hearts instead (``learn_after.py``).
"""

import argparse
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import openvalve.valve as valve_room
from openvalve.devices import find_balloon
from openvalve.patient import BalloonRequest, complete
from openvalve.planning import requested_balloons
from openvalve.validation import (
    Sample,
    block_of,
    cohort_patient,
    questions_of,
    read_evidence,
    samples_of,
    training_samples,
)
from openvalve.valve import (
    PARAMETERS,
    AreaObservation,
    GeometricRow,
    Population,
    area_change_ratio,
    build_valve,
    geometric_rule,
    learn,
    learn_geometric,
    predicted_log_ratio,
    usual_area_cm2,
    usual_balloon,
)

AREA_LOG_SD, GRADIENT_LOG_SD = 0.15, 0.22
# A published area over the effective one of the model: Gorlin's constant makes a mitral area 1.3
# and an aortic one 1.07 of the jet's [prototype_planning, traps].
READING = {"mitral": 1.30, "aortic": 1.07, "pulmonary": 1.10, "tricuspid": 1.30}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One cohort: what was learned from it, and the areas as printed."""

    id: str
    observation: AreaObservation
    kind: str
    before_cm2: float
    ratio: float
    n: int

    @property
    def group(self) -> str:
        """Return the class of valve."""
        return self.observation.state.valve_class

    @property
    def source(self) -> str:
        """Return the paper."""
        return self.observation.source_id


def printed_change(sample: Sample) -> tuple[str, float, float] | None:
    """Return (kind, area before or 0, ratio of areas) of a cohort, its first plain area first."""
    before = sample.cohort.before
    found: dict[str, tuple[float, float]] = {}
    for quantity, after in sample.after.items():
        if "TR_jet" in quantity or before[quantity].mean <= 0:
            continue
        kind = block_of(quantity)
        kind = "index" if quantity.endswith("_m2") and kind == "area" else kind
        found.setdefault(kind, (before[quantity].mean, after.mean))
    if "area" in found:
        return "area", found["area"][0], found["area"][1] / found["area"][0]
    if "index" in found:
        return "index", found["index"][0], found["index"][1] / found["index"][0]
    if "gradient" in found:
        return "gradient", 0.0, area_change_ratio(found["gradient"][1] / found["gradient"][0])
    return None


def row_of(sample: Sample) -> Row | None:
    """Return what a cohort says of its valve, None where it says nothing."""
    change = printed_change(sample)
    if change is None:
        return None
    kind, before, ratio = change
    cohort = sample.cohort
    patient = cohort_patient(cohort)
    profile = complete(patient)
    ring = profile.annulus_mm.mean
    if patient.balloon:
        request = requested_balloons(patient, profile)[-1]
    else:
        usual = usual_balloon(
            valve=cohort.valve,
            etiology=profile.etiology,
            kind=cohort.balloon.kind,
            annulus_mm=ring,
        )
        sizes = usual.diameters_mm
        request = BalloonRequest(
            kind=usual.kind, diameter_mm=sizes[0] if len(sizes) == 1 else tuple(sizes)
        )
    balloon = find_balloon(request)
    atm = request.inflation_atm or balloon.nominal_atm
    bsa = profile.bsa_m2.mean
    if kind == "index":
        before *= bsa
    printed = before or READING[cohort.valve] * usual_area_cm2(cohort.valve, profile.etiology, bsa)
    state = build_valve(
        valve=cohort.valve,
        etiology=profile.etiology,
        morphology=profile.morphology,
        annulus_mm=ring,
        area_effective_cm2=printed / READING[cohort.valve],
        age_years=profile.age_years,
        wilkins_score=profile.wilkins_score.mean,
        calcium_agatston=profile.calcium_agatston.mean,
        prior_procedure=patient.lesion[0].prior_procedure,
    )
    observation = AreaObservation(
        source_id=cohort.source_id,
        state=state,
        balloon_perimeter_mm=balloon.perimeter_mm(atm),
        inflation_atm=atm,
        log_ratio=math.log(ratio),
        log_sd=GRADIENT_LOG_SD if kind == "gradient" else AREA_LOG_SD,
    )
    return Row(
        id=cohort.id,
        observation=observation,
        kind="gradient" if kind == "gradient" else "area",
        before_cm2=printed,
        ratio=ratio,
        n=cohort.n or 30,
    )


Rule = Callable[[Sequence[Row], Row], float]


def mechanics(train: Sequence[Row], row: Row) -> float:
    """Return the model's ln ratio."""
    return predicted_log_ratio(row.observation, learn([r.observation for r in train]))


def geometry(train: Sequence[Row], row: Row) -> float:
    """Return the ln ratio of the plain geometric rule."""
    shares = learn_geometric(
        [
            GeometricRow(
                valve_class=r.group,
                before_cm2=r.before_cm2,
                after_cm2=r.before_cm2 * r.ratio,
                balloon_perimeter_mm=r.observation.balloon_perimeter_mm,
            )
            for r in train
        ]
    )
    after = geometric_rule(
        valve_class=row.group,
        area_effective_cm2=row.before_cm2,
        balloon_perimeter_mm=row.observation.balloon_perimeter_mm,
        shares=shares,
    )
    return math.log(after / row.before_cm2)


def median_ratio(train: Sequence[Row], row: Row) -> float:
    """Return the median ln ratio of the class."""
    return float(np.median([math.log(r.ratio) for r in train if r.group == row.group]))


def regression(train: Sequence[Row], row: Row) -> float:
    """Return the ln ratio of a line through after against before of the class."""
    own = [r for r in train if r.group == row.group]
    x = np.array([r.before_cm2 for r in own])
    y = x * np.array([r.ratio for r in own])
    slope, level = np.polyfit(x, y, 1)
    return math.log(max(level + slope * row.before_cm2, 0.1) / row.before_cm2)


def thumb(_: Sequence[Row], row: Row) -> float:
    """Return the ln ratio of: mitral doubles, aortic +0.3 cm2, else a gradient halves."""
    if row.group == "calcific":
        return math.log(1.0 + 0.3 / row.before_cm2)
    return math.log(2.0) if row.group == "rheumatic" else math.log(area_change_ratio(0.5))


RULES: dict[str, Rule] = {
    "mechanics": mechanics,
    "geometric rule": geometry,
    "median ratio": median_ratio,
    "regression on before": regression,
    "rule of thumb": thumb,
}


def left_out(rows: Sequence[Row]) -> dict[str, np.ndarray]:
    """Return each rule's error in ln area, every paper left out in turn."""
    errors: dict[str, list[float]] = {name: [] for name in RULES}
    for row in rows:
        train = [r for r in rows if r.source != row.source]
        for name, rule in RULES.items():
            errors[name].append(rule(train, row) - math.log(row.ratio))
    return {name: np.array(some) for name, some in errors.items()}


def print_scores(rows: Sequence[Row]) -> None:
    """Print the mean absolute error in ln area (and cm2) per class and kind."""
    errors = left_out(rows)
    groups = sorted({(r.group, r.kind) for r in rows})
    print("\nerror of the area after, paper left out: mean |ln| (cm2 where printed)")
    print(
        f"{'':22s}" + "".join(f"{g[:9] + '/' + k[0] + ' ':>14s}" for g, k in groups) + "  all areas"
    )
    for name, error in errors.items():
        cells = []
        for key in groups:
            chosen = np.array([(r.group, r.kind) == key for r in rows])
            cells.append(f"{np.mean(np.abs(error[chosen])):.3f} ({chosen.sum():2d})  ")
        areas = np.array([r.kind == "area" for r in rows])
        after = np.array([r.before_cm2 * r.ratio for r in rows])
        cm2 = np.abs(after * (np.exp(error) - 1.0))[areas].mean()
        print(
            f"{name:22s}"
            + "".join(f"{c:>14s}" for c in cells)
            + f"  {np.mean(np.abs(error[areas])):.3f} ({cm2:.2f} cm2)"
        )


def print_population(population: Population) -> None:
    """Print the learned values with errors."""
    for name, value, error in zip(
        PARAMETERS, np.exp(population.logs()), population.log_errors, strict=True
    ):
        print(f"  {name:26s} {value:6.3f}   log error {error:.3f}")


def write_table(population: Population, papers: int) -> None:
    """Write the shipped table."""
    path = Path(valve_room.__file__).with_name("_population_tables.py")
    values = "".join(
        f"    {name}={value:.4g},\n"
        for name, value in zip(PARAMETERS, np.exp(population.logs()), strict=True)
    )
    errors = ", ".join(f"{e:.3f}" for e in population.log_errors)
    correlation = "".join(
        "        (" + ", ".join(f"{c:.3f}" for c in row) + "),\n"
        for row in population.correlation_frac
    )
    residual = ", ".join(f"{r:.2f}" for r in population.residual_frac)
    path.write_text(
        f'"""The learned population: {papers} open papers on fitted hearts.\n\n'
        'Written by ``benchmarks/learn_after.py``.\n"""\n\n'
        "from openvalve.valve._population import Population\n\n"
        '__all__ = ["POPULATION"]\n\n'
        "POPULATION = Population(\n"
        f"{values}    log_errors=({errors}),\n    correlation_frac=(\n{correlation}    ),\n"
        f"    residual_frac=({residual}),\n)\n"
    )


def main() -> None:
    """Learn, score, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", nargs="?", type=Path)
    chosen = parser.parse_args()
    samples = training_samples()
    if chosen.table is not None:
        table = read_evidence(chosen.table)
        samples = samples_of(questions_of(table), table)
    rows = [row for sample in samples if (row := row_of(sample)) is not None]
    start = time.perf_counter()
    population = learn([row.observation for row in rows])
    print(f"{len(rows)} cohorts, learned in {time.perf_counter() - start:.2f} s")
    print_population(population)
    print_scores(rows)


if __name__ == "__main__":
    main()
