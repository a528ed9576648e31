"""Reads what the tables say in words: who was treated, with which balloon, what a spread means.

Every function takes free text and returns None (or an empty result) where the text does not say.
"""

import re
from dataclasses import dataclass
from math import sqrt
from typing import Literal

from openvalve.units import Atm, Mm, Ratio, Years
from openvalve.validation._types import RowValue, Valve

__all__ = [
    "BalloonText",
    "age_years_of",
    "balloon_of",
    "is_balloon_procedure",
    "rhythm_of",
    "sex_of",
    "spreads_of",
    "valve_class_of",
    "wilkins_of",
]

_NUMBER = r"(\d+(?:\.\d+)?)"
_YEARS = r"\s*(?:y|yr|yrs|year|years)\b"

# Words for an age where no mean is printed; the figure is the middle of what the word covers.
_AGE_WORDS: tuple[tuple[str, Years], ...] = (
    (r"\b(?:newborn|neonat)", 0.03),
    (r"\binfant", 0.5),
    (r"\bnonagenarian", 92.0),
    (r"\boctogenarian", 84.0),
    (r"\belderly", 80.0),
    (r"\bpregnan", 27.0),
    (r"\bjuvenile", 14.0),
    (r"\b(?:child|pediatric|paediatric)", 8.0),
    (r"\badolescen", 15.0),
    (r"\byoung adult", 22.0),
)


def age_years_of(population: str) -> Years | None:
    """Return the age that the text states (a mean, the middle of a range) or implies."""
    age = _age_years_of(population.lower())
    return age if age is not None and age <= 110 else None


def _age_years_of(text: str) -> Years | None:
    """Return the first age that a pattern finds, however odd."""
    if found := re.search(
        rf"\bmean\s+(?:age\s+)?{_NUMBER}(?:\s*(?:sd|±)\s*{_NUMBER})?{_YEARS}", text
    ):
        return float(found[1])
    if found := re.search(rf"\baged?\s+{_NUMBER}(?!\s*(?:mo|d\b|w|-|\d|\.))", text):
        return float(found[1])
    if found := re.search(rf"median\s+{_NUMBER}\s*(?:mo|months?)\b", text):
        return float(found[1]) / 12
    if found := re.search(rf"median\s+{_NUMBER}{_YEARS}", text):
        return float(found[1])
    if found := re.search(rf"{_NUMBER}\s*d\s*-\s*{_NUMBER}{_YEARS}", text):
        return (float(found[1]) / 365.25 + float(found[2])) / 2
    if found := re.search(rf"{_NUMBER}\s*(?:-|to)\s*{_NUMBER}{_YEARS}", text):
        return (float(found[1]) + float(found[2])) / 2
    if found := re.search(rf"<\s*{_NUMBER}{_YEARS}", text):
        return 0.7 * float(found[1])
    for pattern, age in _AGE_WORDS:
        if re.search(pattern, text):
            return age
    return None


def sex_of(population: str) -> Literal["female", "male"] | None:
    """Return the sex where the whole group has one."""
    text = population.lower()
    if re.search(r"\bpregnan|\bwomen\b|\bwoman\b|\bfemales?\b|\bgestation", text):
        return None if re.search(r"%\s*(?:women|female)", text) else "female"
    return "male" if re.search(r"\bmen\b|\bman\b|\bmales?\b", text) else None


def rhythm_of(population: str) -> Literal["sinus", "atrial_fibrillation", "paced"] | None:
    """Return the rhythm that the text states."""
    if re.search(r"\bAF\b|atrial fibrillation", population):
        return "atrial_fibrillation"
    return "sinus" if re.search(r"\bsinus\b", population.lower()) else None


def wilkins_of(population: str) -> Ratio | None:
    """Return the Wilkins score (4 to 16) that the text states; a limit moves one or two away."""
    found = re.search(
        r"(?:wilkins|echo)(?:\s+score)?\s*(<=|>=|<|>|≤|≥|=)?\s*(\d+(?:\.\d+)?)", population.lower()
    )
    if not found:
        return 7.0 if re.search(r"\bpliable\b", population.lower()) else None
    sign, score = found[1] or "=", float(found[2])
    shift = {"<": -2.0, "<=": -1.0, "≤": -1.0, ">": 2.0, ">=": 1.0, "≥": 1.0, "=": 0.0}[sign]
    return min(16.0, max(4.0, score + shift))


def valve_class_of(valve: Valve, population: str, age_years: Years | None) -> str:
    """Return how the valve is bound: ``aortic_calcific``, ``aortic_congenital`` or the valve.

    Words decide; without words an aortic patient under 40 counts as congenital.
    """
    if valve != "aortic":
        return valve
    text = population.lower()
    if re.search(r"rheumatic", text):
        return "aortic_rheumatic"
    if re.search(r"calcif|degenerat|senile|elderly|nonagen|octogen", text):
        return "aortic_calcific"
    words = r"congenit|bicuspid|bicommissural|unicommissural|unicuspid|newborn|neonat|child|infant"
    if re.search(words, text) or (age_years is not None and age_years < 40):
        return "aortic_congenital"
    return "aortic_calcific"


def is_balloon_procedure(population: str, technique: str) -> bool:
    """Return whether the row is of a balloon: no surgical comparator, no measurement study."""
    text = population.lower()
    if re.search(r"surgical comparator|measurement study|ct study|without (?:a )?balloon", text):
        return False
    return not re.fullmatch(
        r"(?:none|no|closed surgical|open surgical|surgical(?: valvotomy)?|surgery)",
        technique.strip().lower(),
    )


BalloonKind = Literal["cylinder", "inoue", "double", "nucleus"]


@dataclass(frozen=True, kw_only=True, slots=True)
class BalloonText:
    """What a technique text says of the balloon; None where it does not say.

    Attributes
    ----------
    kind : ``cylinder``, ``inoue``, ``double`` or ``nucleus``.
    diameter_mm : one diameter, the middle of a printed range.
    annulus_ratio : balloon over annulus.
    inflation_atm : as printed (psi converted at 14.696).
    stepwise : inflated in growing steps.
    """

    kind: BalloonKind | None = None
    diameter_mm: Mm | None = None
    annulus_ratio: Ratio | None = None
    inflation_atm: Atm | None = None
    stepwise: bool = False


_COUNTED: tuple[tuple[str, BalloonKind], ...] = (
    (r"inoue", "inoue"),
    (r"double(?: balloon)?", "double"),
    (r"2 balloons", "double"),
    (r"single(?: balloon)?", "cylinder"),
    (r"1 balloon", "cylinder"),
)
_NAMED: tuple[tuple[str, BalloonKind], ...] = (
    (r"nucleus", "nucleus"),
    (r"mostly double|^double|multi-?track|multiballoon|double balloon", "double"),
    (r"inoue|accura|chinese single balloon", "inoue"),
    (r"double|bifoil", "double"),
    (r"tyshak|cordis|single|retrograde|antegrade|cylind", "cylinder"),
)


def _kind_of(text: str) -> BalloonKind | None:
    """Return the balloon that most of the group got: by printed counts, else the first named."""
    tally: dict[BalloonKind, int] = {}
    for name, kind in _COUNTED:
        if found := re.search(rf"{name}\s+(\d+)(?![\d.]|\s*mm|\s*-)", text):
            tally[kind] = max(tally.get(kind, 0), int(found[1]))
    if len(tally) > 1:
        return max(tally, key=lambda kind: tally[kind])
    return next((kind for pattern, kind in _NAMED if re.search(pattern, text)), None)


def balloon_of(technique: str) -> BalloonText:
    """Return what the technique says of the balloon."""
    text = technique.lower()
    ratio = re.search(rf"\bbar\s+{_NUMBER}", text)
    if found := re.search(rf"mean\s+{_NUMBER}\s*mm", text):
        diameter: Mm | None = float(found[1])
    elif found := re.search(rf"reference size\s+{_NUMBER}", text):
        diameter = float(found[1])
    elif found := re.search(rf"{_NUMBER}\s*(?:-|to)\s*{_NUMBER}\s*mm", text):
        diameter = (float(found[1]) + float(found[2])) / 2
    elif found := re.search(rf"(?<![=<>\d.]){_NUMBER}\s*mm(?!\s*(?:smaller|larger|less|hg))", text):
        diameter = float(found[1])
    else:
        diameter = None
    smaller = re.search(r"smaller than (?:the )?annulus", text)
    return BalloonText(
        kind=_kind_of(text),
        diameter_mm=diameter if diameter is None or 2 <= diameter <= 45 else None,
        annulus_ratio=float(ratio[1]) if ratio else (0.93 if smaller else None),
        inflation_atm=_pressure_atm(text),
        stepwise="stepwise" in text,
    )


def _pressure_atm(text: str) -> Atm | None:
    """Return a printed inflation pressure."""
    if found := re.search(rf"{_NUMBER}\s*(?:-|to)\s*{_NUMBER}\s*(atm|psi)", text):
        middle = (float(found[1]) + float(found[2])) / 2
        return middle / 14.696 if found[3] == "psi" else middle
    if found := re.search(rf"{_NUMBER}\s*(atm|psi)", text):
        return float(found[1]) / 14.696 if found[2] == "psi" else float(found[1])
    return None


def spreads_of(note: str, n: int | None) -> tuple[RowValue | None, RowValue | None]:
    """Return SDs before and after that a note gives as SEM or interquartile range.

    ``SEM 2 and 1`` becomes SEM times root n; an IQR becomes its width / 1.349 (normal). A spread
    that only "may be" an SEM is left as printed.
    """
    pair = rf"{_NUMBER}\s+and\s+{_NUMBER}"
    sem = re.search(rf"\bSEM\s+{pair}", note) or re.search(rf"\bspread\s+{pair}\s+\(SEM\)", note)
    if sem and n:
        return float(sem[1]) * sqrt(n), float(sem[2]) * sqrt(n)
    width = rf"{_NUMBER}\s*-\s*{_NUMBER}"
    if iqr := re.search(rf"\bIQR\s+{width}(?:\s+and\s+|,\s*){width}", note):
        low, high, low_after, high_after = (float(iqr[i]) for i in (1, 2, 3, 4))
        return (high - low) / 1.349, (high_after - low_after) / 1.349
    return None, None
