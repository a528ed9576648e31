"""Probabilities of the document: success by definition, risks, leak grades."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openvalve.report._numbers import (
    DASH,
    format_probability,
    format_probability_band,
    read_estimate,
    read_number,
)
from openvalve.report._view import Option
from openvalve.report._words import plain

__all__ = ["Chance", "ChanceRow", "chance_rows", "leak_of"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Chance:
    """A probability: how it is printed, how long its bar is, what it means and stands on."""

    name: str
    text: str
    percent: float
    band: str = ""
    horizon: str = ""
    basis: str = ""
    source: str = ""
    meaning: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChanceRow:
    """One definition or risk: what it is, and one cell for each balloon.

    Attributes
    ----------
    head : name, meaning, basis, horizon and source.
    cells : in the order of the options.
    same : whether all cells print alike, as cohort figures do.
    """

    head: Chance
    cells: tuple[Chance, ...]
    same: bool


def _read(name: str, value: Any, *, meaning: str = "", source: str = "") -> Chance:
    """Return a probability of the document, a number or a mapping with its basis."""
    row = value if isinstance(value, Mapping) else {}
    estimate = read_estimate(value)
    if estimate is None:
        return Chance(name=plain(name), text=DASH, percent=0.0, meaning=meaning, source=source)
    band = ""
    if estimate.low is not None and estimate.high is not None:
        band = format_probability_band(estimate.low, estimate.high)
    return Chance(
        name=plain(name),
        text=format_probability(estimate.median),
        percent=round(100.0 * min(max(estimate.median, 0.0), 1.0), 1),
        band=band,
        horizon=str(row.get("horizon") or ""),
        basis=str(row.get("basis") or ""),
        source=str(row.get("source") or source),
        meaning=meaning,
    )


def leak_of(option: Option) -> tuple[float, ...]:
    """Return the chance of each leak grade 0 to 4, nothing where it is not known."""
    value = option.raw.get("regurgitation_grade_prob")
    if not isinstance(value, Sequence) or isinstance(value, str):
        return ()
    chances = [read_number(v) for v in value]
    return tuple(c for c in chances if c is not None) if None not in chances else ()


def chance_rows(options: Sequence[Option], table: str) -> list[ChanceRow]:
    """Return rows of named probabilities, one cell for each balloon."""
    names: dict[str, None] = {}
    for option in options:
        entries = option.raw.get(table)
        if isinstance(entries, Mapping):
            names.update(dict.fromkeys(str(n) for n in entries))
    rows = []
    for name in names:
        cells = [_chance(o, table, name) for o in options]
        first = next((c for c in cells if c.basis or c.meaning), cells[0])
        same = len({(c.text, c.band) for c in cells}) == 1
        rows.append(ChanceRow(head=first, cells=tuple(cells), same=same))
    return rows


def _chance(option: Option, table: str, name: str) -> Chance:
    entries = option.raw.get(table)
    value = entries.get(name) if isinstance(entries, Mapping) else None
    definitions = option.raw.get(f"{table}_definitions")
    meaning = definitions.get(name) if isinstance(definitions, Mapping) else None
    row = meaning if isinstance(meaning, Mapping) else {}
    return _read(
        name, value, meaning=str(row.get("text") or ""), source=str(row.get("source") or "")
    )
