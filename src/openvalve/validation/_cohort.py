"""Groups rows into cohorts as they stood before the balloon, and makes a patient of each.

A cohort holds nothing that was seen after the balloon: no after-value, no note.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from openvalve.patient import MEASURED_KEYS, Patient, parse_patient
from openvalve.units import Mm, Ratio, Years
from openvalve.validation._quantities import find_quantity
from openvalve.validation._table import Row
from openvalve.validation._text import (
    BalloonText,
    age_years_of,
    balloon_of,
    is_balloon_procedure,
    rhythm_of,
    sex_of,
    valve_class_of,
    wilkins_of,
)
from openvalve.validation._types import RowValue, Valve

__all__ = ["CLASS_ETIOLOGY", "Before", "Cohort", "Question", "cohort_patient", "questions_of"]

# Middle ages where neither mean nor words give one: medians of the shipped table's age_mean for
# the class (aortic calcific 76, congenital 10, mitral 43, pulmonary 14).
_CLASS_AGE: Mapping[str, Years] = {
    "aortic_calcific": 76.0,
    "aortic_congenital": 10.0,
    "aortic_rheumatic": 42.0,
    "mitral": 43.0,
    "pulmonary": 14.0,
    "tricuspid": 43.0,
}
_ADULT_YEARS = 30.0  # "adults" with a congenital lesion; 16 to 45 in the tables
CLASS_ETIOLOGY = {
    "aortic_calcific": "calcific",
    "aortic_congenital": "congenital",
    "aortic_rheumatic": "rheumatic",
    "mitral": "rheumatic",
    "pulmonary": "congenital",
    "tricuspid": "rheumatic",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Before:
    """A value before the balloon and its spread between patients."""

    mean: RowValue
    sd: RowValue | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Cohort:
    """A group (or a patient) as it stood before the balloon.

    Attributes
    ----------
    id : name of the cohort.
    source_id : the paper, left out when this cohort is predicted.
    valve, valve_class : and how it is bound (``aortic_calcific``, ``aortic_congenital`` ...).
    population, technique : as printed.
    n : patients, None where not printed.
    age_years : mean, from the words, or the class's middle.
    balloon : what the technique says.
    before : quantity to value before.
    facts : what a case file says beyond the figures.
    """

    id: str
    source_id: str
    valve: Valve
    valve_class: str
    population: str
    technique: str
    n: int | None
    age_years: Years
    balloon: BalloonText
    before: Mapping[str, Before]
    facts: Mapping[str, Any]

    @property
    def sex(self) -> Literal["female", "male"]:
        """Return the sex, or the commoner one: women for mitral stenosis, men for aortic."""
        stated = {"F": "female", "M": "male"}.get(str(self.facts.get("sex", ""))[:1].upper())
        if stated is None:
            stated = sex_of(self.population)
        if stated is None:
            stated = "female" if self.valve in ("mitral", "tricuspid") else "male"
        return "female" if stated == "female" else "male"

    @property
    def wilkins_score(self) -> Ratio | None:
        """Return the Wilkins score of a mitral valve where it is given."""
        if isinstance(self.facts.get("wilkins"), int | float):
            return min(16.0, max(4.0, float(self.facts["wilkins"])))
        return wilkins_of(self.population) if self.valve == "mitral" else None

    @property
    def repeated(self) -> bool:
        """Return whether the valve had a balloon before."""
        text = self.population.lower()
        return bool(re.search(r"second|repeat|restenos", text)) and "first" not in text


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A cohort and the rows asked of it, at most one per quantity; rows are blinded."""

    cohort: Cohort
    rows: tuple[Row, ...]


def questions_of(rows: Iterable[Row]) -> tuple[Question, ...]:
    """Return every cohort of the rows with what is asked of it, in order of appearance.

    A row is asked where it has a before-value of a balloon procedure that is not itself a value
    after the balloon. A second row of the same quantity gets a cohort of its own in which that
    before-value takes the place of the first.
    """
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        key = (row.origin, row.source_id, row.cohort, row.valve)
        groups.setdefault(key, []).append(row.blinded())
    return tuple(question for group in groups.values() for question in _questions(group))


def _questions(group: Sequence[Row]) -> list[Question]:
    """Return the questions of one cohort."""
    asked = [
        row
        for row in group
        if row.pre_mean is not None
        and row.baseline != "post_acute"
        and is_balloon_procedure(row.population, row.technique)
    ]
    asked.sort(key=lambda row: row.timepoint != "acute")  # stable: acute rows first
    layers: list[dict[str, Row]] = []
    for row in asked:
        layer = next((one for one in layers if row.quantity not in one), None)
        if layer is None:
            layer = {}
            layers.append(layer)
        layer[row.quantity] = row
    if not layers:
        return []
    base = {q: _before(row) for q, row in layers[0].items()}
    cohort = _cohort(asked, base)
    questions = [Question(cohort=cohort, rows=tuple(layers[0].values()))]
    for layer in layers[1:]:
        before = base | {q: _before(row) for q, row in layer.items()}
        questions.append(
            Question(cohort=replace(cohort, before=before), rows=tuple(layer.values()))
        )
    return questions


def _before(row: Row) -> Before:
    """Return the before-value of a row that has one."""
    assert row.pre_mean is not None
    return Before(mean=row.pre_mean, sd=row.pre_sd)


def _cohort(rows: Sequence[Row], before: Mapping[str, Before]) -> Cohort:
    """Return the cohort that these rows describe."""
    first = rows[0]
    population = next((row.population for row in rows if row.population), "")
    technique = next((row.technique for row in rows if row.technique), "")
    printed = next((row.age_years for row in rows if row.age_years is not None), None)
    stated = printed if printed is not None else age_years_of(population)
    valve_class = valve_class_of(first.valve, population, stated)
    if stated is None:
        adult = re.search(r"\badult", population.lower()) and valve_class != "aortic_calcific"
        stated = _ADULT_YEARS if adult else _CLASS_AGE[valve_class]
    return Cohort(
        id=first.cohort,
        source_id=first.source_id,
        valve=first.valve,
        valve_class=valve_class,
        population=population,
        technique=technique,
        n=next((row.n for row in rows if row.n is not None), None),
        age_years=stated,
        balloon=balloon_of(technique),
        before=dict(before),
        facts=dict(first.facts or {}),
    )


def cohort_patient(cohort: Cohort) -> Patient:
    """Return the mean patient of a cohort in the form of a patient file.

    Before-values become measured keys where one exists and the value lies in its range; a balloon
    is named where the technique gives its size, else the published sizing rule is left to act.
    """
    return parse_patient(cohort_mapping(cohort))


def cohort_mapping(cohort: Cohort) -> dict[str, Any]:
    """Return the patient file (contract: DESIGN.md section 3) of a cohort's mean patient."""
    lesion: dict[str, Any] = {
        "valve": cohort.valve,
        "etiology": CLASS_ETIOLOGY[cohort.valve_class],
    }
    annulus = _annulus_mm(cohort)
    if annulus is not None:
        lesion["annulus_mm"] = annulus
    if cohort.wilkins_score is not None:
        lesion["wilkins_score"] = cohort.wilkins_score
    if cohort.repeated:
        lesion["prior_procedure"] = "balloon"
    text = f"{cohort.population} {cohort.facts.get('rhythm', '')}"
    patient: dict[str, Any] = {
        "schema": 1,
        "id": re.sub(r"[/\\\x00-\x1f]", "_", cohort.id)[:64] or "cohort",
        "age_years": cohort.age_years,
        "sex": cohort.sex,
        "rhythm": rhythm_of(text) or "sinus",
        "lesion": [lesion],
        "measured": _measured(cohort),
    }
    weeks = _pregnancy_weeks(cohort)
    if weeks and cohort.sex == "female" and 12 <= cohort.age_years <= 55:
        patient["pregnancy_weeks"] = weeks
    weight = cohort.facts.get("weight_kg")
    if isinstance(weight, int | float) and 0.5 <= weight <= 250:
        patient["weight_kg"] = float(weight)
    if request := _balloon(cohort, annulus):
        patient["balloon"] = [request]
    return patient


def _measured(cohort: Cohort) -> dict[str, RowValue]:
    """Return the measured keys that the cohort's before-values give."""
    measured: dict[str, RowValue] = {}
    for name, before in cohort.before.items():
        quantity = find_quantity(name)
        if quantity is None or quantity.key is None or quantity.key in measured:
            continue
        value = before.mean * quantity.key_factor_ratio
        low, high = MEASURED_KEYS[quantity.key]
        if low <= value <= high:
            measured[quantity.key] = value
    return measured


def _annulus_mm(cohort: Cohort) -> Mm | None:
    """Return a possible annulus that the cohort's rows, case or words give."""
    names = ("annulus_diameter_mm", "annulus_diameter_TEE_mm", "annulus_diameter_TTE_mm")
    rows = [cohort.before[name].mean for name in (*names, "annulus_mm") if name in cohort.before]
    found = re.search(r"annulus\s+(\d+(?:\.\d+)?)\s*mm", cohort.population.lower())
    sizes = [*rows, *([float(found[1])] if found else [])]
    return next((size for size in sizes if 3 <= size <= 60), None)


def _pregnancy_weeks(cohort: Cohort) -> float | None:
    """Return the weeks of pregnancy; 24 where only the word is given (most were treated then)."""
    if isinstance(weeks := cohort.facts.get("pregnant_weeks"), int | float):
        return min(44.0, max(0.0, float(weeks)))
    if cohort.facts.get("pregnant_trimester") in (1, 2, 3):
        return 13.0 * float(cohort.facts["pregnant_trimester"]) - 3.0
    return 24.0 if re.search(r"pregnan|gestation", cohort.population.lower()) else None


def _balloon(cohort: Cohort, annulus_mm: Mm | None) -> dict[str, Any] | None:
    """Return the balloon that was used where its size is known, else None."""
    procedure = cohort.facts.get("procedure")
    printed = procedure.get("balloon_mm") if isinstance(procedure, dict) else None
    if isinstance(printed, list) and not all(
        isinstance(x, int | float) and 3 <= x <= 40 for x in printed
    ):
        printed = None
    said = cohort.balloon
    kind = said.kind or "cylinder"
    if isinstance(printed, list) and 2 <= len(printed) <= 12 and kind == "inoue":
        return {"kind": "inoue", "steps_mm": [float(x) for x in printed]}
    if isinstance(printed, list) and len(printed) == 2:
        return {"kind": "double", "diameter_mm": [float(x) for x in printed]}
    size = float(printed) if isinstance(printed, int | float) else said.diameter_mm
    if size is None and said.annulus_ratio is not None and annulus_mm is not None:
        size = said.annulus_ratio * annulus_mm
    if size is None or not 3 <= size <= 40 or kind == "double":
        return None
    request: dict[str, Any] = {"kind": kind, "diameter_mm": round(size, 1)}
    if said.inflation_atm is not None and kind == "cylinder":
        request["inflation_atm"] = round(min(30.0, max(0.1, said.inflation_atm)), 2)
    return request
