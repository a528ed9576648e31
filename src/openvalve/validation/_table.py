"""Reads evidence tables (CSV) and case files (TOML) into rows; every bad row is listed at once."""

import csv
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import Any, Literal, cast

from openvalve.errors import FileError, InputError, InputItem
from openvalve.units import Years
from openvalve.validation._quantities import CASE_KEYS, GRADE_KEYS, block_of
from openvalve.validation._text import is_balloon_procedure, spreads_of
from openvalve.validation._types import Block, RowValue, Valve

__all__ = [
    "Row",
    "parse_cases",
    "parse_evidence",
    "read_cases",
    "read_evidence",
    "shipped_cases",
    "shipped_evidence",
]

VALVES = ("aortic", "mitral", "pulmonary", "tricuspid")
REQUIRED = ("id", "valve", "quantity", "pre_mean")
_NUMBERS = ("n", "age_mean", "pre_mean", "pre_sd", "post_mean", "post_sd")
_LARGEST = 1e9


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One cohort (or patient) and one quantity.

    ``pre_sd`` and ``post_sd`` are standard deviations between patients, as printed or made from a
    printed SEM or interquartile range; None where nothing was printed. ``origin`` tells table rows
    from cases.
    """

    id: str
    valve: Valve
    quantity: str
    pre_mean: RowValue | None
    pre_sd: RowValue | None = None
    post_mean: RowValue | None = None
    post_sd: RowValue | None = None
    n: int | None = None
    age_years: Years | None = None
    population: str = ""
    technique: str = ""
    unit: str = ""
    source_id: str = ""
    seen: str = ""
    timepoint: str = "acute"
    baseline: str = "pre"
    cohort: str = ""
    origin: Literal["evidence", "case"] = "evidence"
    facts: Mapping[str, Any] | None = None

    @property
    def block(self) -> Block:
        """Return the block in which this row is scored."""
        return "case" if self.origin == "case" else block_of(self.quantity)

    @property
    def is_acute(self) -> bool:
        """Return whether the row compares before the balloon with right after it."""
        return self.timepoint == "acute" and self.baseline != "post_acute"

    @property
    def is_endpoint(self) -> bool:
        """Return whether the row is scored: acute, by balloon, with before and after."""
        return (
            self.is_acute
            and self.pre_mean is not None
            and self.post_mean is not None
            and is_balloon_procedure(self.population, self.technique)
        )

    def blinded(self) -> "Row":
        """Return the row without anything that was seen after the balloon."""
        return replace(self, post_mean=None, post_sd=None)


def text_of(path: Path, key: str, kind: str) -> str:
    """Return the text of a file, or say what is wrong with it."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        item = InputItem(key=key, got=f"{path} (missing)", allowed=f"a {kind} file")
        raise InputError([item]) from error
    except UnicodeDecodeError as error:
        item = InputItem(key=key, got=f"{path} (not UTF-8)", allowed=f"a {kind} file in UTF-8")
        raise InputError([item]) from error
    except OSError as error:
        raise FileError(f"cannot read {path}: {error.strerror}") from error


def read_evidence(path: Path) -> tuple[Row, ...]:
    """Return the rows of an evidence table; raise InputError with every bad row."""
    return parse_evidence(text_of(path, "evidence", "CSV"))


def read_cases(path: Path) -> tuple[Row, ...]:
    """Return the rows of a case file; raise InputError with every bad entry."""
    return parse_cases(text_of(path, "cases", "TOML"))


def parse_evidence(text: str) -> tuple[Row, ...]:
    """Return the rows of an evidence table given as CSV text.

    Needed columns: id, valve, quantity, pre_mean. All others may be missing or blank, the after
    columns among them. Blank is unknown; ``nan`` and other words in a number column are refused.
    """
    reader = csv.DictReader(StringIO(text.replace("\x00", "�")), strict=True)
    try:
        header = [name.strip() for name in reader.fieldnames or ()]
        reader.fieldnames = header
        records = [(reader.line_num, record) for record in reader]
    except csv.Error as error:
        item = InputItem(key=f"line {reader.line_num}", got=str(error), allowed="a CSV table")
        raise InputError([item]) from error
    items = [
        InputItem(key=f"column {name}", got="missing", allowed="in the header line")
        for name in REQUIRED
        if name not in header
    ]
    if items:
        raise InputError(items, hint=f"columns needed: {', '.join(REQUIRED)}")
    rows: list[Row] = []
    seen: dict[str, int] = {}
    for line, record in records:
        row = _row_of(line, record, items)
        if row is None:
            continue
        if row.id in seen:
            got = f"{row.id} again (first on line {seen[row.id]})"
            items.append(InputItem(key=f"line {line}: id", got=got, allowed="a new id"))
        seen.setdefault(row.id, line)
        rows.append(row)
    if not records:
        items.append(InputItem(key="evidence", got="no rows", allowed="at least one row"))
    if items:
        raise InputError(items)
    return tuple(rows)


def _row_of(
    line: int, record: Mapping[str | None, str | list[str] | None], items: list[InputItem]
) -> Row | None:
    """Return the row on a line; add what is wrong with it to ``items``."""
    before = len(items)
    if record.get(None):
        got = f"{len(record) - 1 + len(record[None] or ())} fields"
        allowed = f"{len(record) - 1} fields, as in the header (quote a text with commas)"
        items.append(InputItem(key=f"line {line}", got=got, allowed=allowed))
        return None
    cells = {str(k): (v or "").strip() if isinstance(v, str) else "" for k, v in record.items()}
    label = f"line {line} ({cells.get('id') or 'no id'})"
    if not cells["id"]:
        items.append(InputItem(key=f"{label}: id", got="blank", allowed="a text"))
    if not cells["quantity"]:
        items.append(InputItem(key=f"{label}: quantity", got="blank", allowed="a name"))
    valve = cells["valve"].lower()
    if valve not in VALVES:
        got = cells["valve"] or "blank"
        items.append(InputItem(key=f"{label}: valve", got=got, allowed=" | ".join(VALVES)))
    numbers = {name: _number(label, name, cells.get(name, ""), items) for name in _NUMBERS}
    if len(items) > before:
        return None
    n = None if numbers["n"] is None else round(numbers["n"])
    pre_sd_note, post_sd_note = spreads_of(cells.get("note", ""), n)
    source = cells.get("source_id", "") or cells["id"].split(".")[0]
    return Row(
        id=cells["id"],
        valve=cast(Valve, valve),
        quantity=cells["quantity"],
        pre_mean=numbers["pre_mean"],
        pre_sd=numbers["pre_sd"] if numbers["pre_sd"] is not None else pre_sd_note,
        post_mean=numbers["post_mean"],
        post_sd=numbers["post_sd"] if numbers["post_sd"] is not None else post_sd_note,
        n=n,
        age_years=numbers["age_mean"],
        population=cells.get("population", ""),
        technique=cells.get("technique", ""),
        unit=cells.get("unit", ""),
        source_id=source,
        seen=cells.get("seen", ""),
        timepoint=(cells.get("timepoint") or "acute").lower(),
        baseline=(cells.get("baseline") or "pre").lower(),
        cohort=cells.get("cohort", "") or cells["id"].split(".")[0],
    )


def _number(label: str, name: str, cell: str, items: list[InputItem]) -> float | None:
    """Return the number in a cell, None where blank; add what is wrong to ``items``."""
    if not cell:
        return None
    allowed = "a number from 0" if name.endswith("_sd") else "a number"
    if name == "n":
        allowed = "a whole number from 1"
    elif name == "age_mean":
        allowed = "a number from 0 to 120 years"
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    bad = not math.isfinite(value) or abs(value) > _LARGEST
    bad = bad or (name.endswith("_sd") and value < 0)
    bad = bad or (name == "n" and (value < 1 or value != round(value)))
    bad = bad or (name == "age_mean" and not 0 <= value <= 120)
    if bad:
        items.append(InputItem(key=f"{label}: {name}", got=cell, allowed=allowed))
        return None
    return value


def parse_cases(text: str) -> tuple[Row, ...]:
    """Return one row per case and quantity of a case file given as TOML text.

    ``[[composite_case]]`` are mean patients, ``[[case]]`` single ones (entries marked
    ``qualitative`` carry no figures). The part ``post`` may be missing.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        item = InputItem(key="cases", got=str(error), allowed="a TOML file")
        raise InputError([item]) from error
    items: list[InputItem] = []
    rows: list[Row] = []
    seen: set[str] = set()
    for kind in ("composite_case", "case"):
        entries = document.get(kind, [])
        if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
            items.append(InputItem(key=kind, got="no list of tables", allowed=f"[[{kind}]]"))
            continue
        for index, entry in enumerate(entries):
            rows.extend(_case_rows(f"{kind}[{index}]", entry, seen, items))
    if not rows and not items:
        allowed = "[[case]] or [[composite_case]] with numbers before the balloon"
        items.append(InputItem(key="cases", got="no rows", allowed=allowed))
    if items:
        raise InputError(items)
    return tuple(rows)


def _case_rows(
    label: str, entry: Mapping[str, Any], seen: set[str], items: list[InputItem]
) -> list[Row]:
    """Return the rows of one case; add what is wrong with it to ``items``."""
    before = len(items)
    name, valve = entry.get("id"), entry.get("valve")
    if not isinstance(name, str) or not name:
        items.append(InputItem(key=f"{label}.id", got=str(name), allowed="a text"))
    elif name in seen:
        items.append(InputItem(key=f"{label}.id", got=f"{name} again", allowed="a new id"))
    else:
        seen.add(name)
    if valve not in VALVES:
        got = str(valve)
        items.append(InputItem(key=f"{label}.valve", got=got, allowed=" | ".join(VALVES)))
    pre = _numbers_of(f"{label}.pre", entry.get("pre", {}), items)
    post = _numbers_of(f"{label}.post", entry.get("post", {}), items)
    facts = {k: v for k, v in entry.items() if k not in ("pre", "post", "note", "complications")}
    n = _number(label, "n", str(entry.get("n", 1)), items)
    age = _number(label, "age_mean", str(entry.get("age_mean", entry.get("age", ""))), items)
    if len(items) > before:
        return []
    procedure = entry.get("procedure", {})
    technique = str(entry.get("technique") or "")
    if isinstance(procedure, dict):
        words = [str(procedure.get(k, "")) for k in ("balloon", "technique")]
        technique = technique or ", ".join(w for w in words if w)
    rows: list[Row] = []
    for key, value in pre.items():
        if key.endswith("_sd") or key in GRADE_KEYS:
            continue
        quantity = CASE_KEYS.get(key, key)
        # m_man38: several before-keys may mean one quantity; the later ones keep their own name.
        if any(row.quantity == quantity for row in rows):
            continue
        rows.append(
            Row(
                id=f"{name}.{quantity}",
                valve=cast(Valve, valve),
                quantity=quantity,
                pre_mean=value,
                pre_sd=pre.get(f"{key}_sd"),
                post_mean=post.get(key),
                post_sd=post.get(f"{key}_sd"),
                n=None if n is None else round(n),
                age_years=age,
                population=str(entry.get("population") or entry.get("etiology") or ""),
                technique=technique,
                source_id=str(entry.get("source_id") or name),
                seen=str(entry.get("seen") or ""),
                cohort=str(name),
                origin="case",
                facts=facts,
            )
        )
    return rows


def _numbers_of(label: str, part: Any, items: list[InputItem]) -> dict[str, float]:
    """Return the finite numbers of a part of a case; texts and lists are left aside."""
    if not isinstance(part, dict):
        items.append(InputItem(key=label, got=repr(part), allowed="a table"))
        return {}
    numbers = {}
    for key, value in part.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        if not math.isfinite(value) or abs(value) > _LARGEST or (key.endswith("_sd") and value < 0):
            items.append(InputItem(key=f"{label}.{key}", got=str(value), allowed="a number"))
            continue
        numbers[key] = float(value)
    return numbers


def _shipped(name: str) -> str:
    """Return the text of a shipped table."""
    return (files("openvalve.validation") / "data" / name).read_text(encoding="utf-8")


@cache
def shipped_evidence() -> tuple[Row, ...]:
    """Return the rows of the shipped open table of cohorts."""
    return parse_evidence(_shipped("clinical_outcomes.csv"))


@cache
def shipped_cases() -> tuple[Row, ...]:
    """Return the rows of the shipped open cases."""
    return parse_cases(_shipped("cases.toml"))
