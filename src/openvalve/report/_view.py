"""From the plan's document to what the page shows: words, numbers and bands, nothing computed."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openvalve.patient import MEASURED_KEYS
from openvalve.report._numbers import (
    DASH,
    Estimate,
    format_band,
    format_error,
    format_number,
    read_estimate,
    read_number,
    unit_label,
)
from openvalve.report._words import key_label, plain, sentence, with_key_labels

__all__ = [
    "AREA_KEYS",
    "Cell",
    "FitRow",
    "Option",
    "before_of",
    "cell",
    "clean",
    "conflict_rows",
    "fit_rows",
    "gradient_key",
    "model_before_of",
    "options_of",
    "pick_key",
    "rows_of",
    "texts_of",
    "who",
]

Document = Mapping[str, Any]

AREA_KEYS = (
    "valve_area_cm2",
    "valve_area_gorlin_cm2",
    "valve_area_continuity_cm2",
    "valve_area_planimetry_cm2",
    "valve_area_pht_cm2",
    "valve_area_effective_cm2",
)
GRADIENT_KEYS = {
    "aortic": (
        "gradient_mean_mmhg",
        "gradient_peak_to_peak_mmhg",
        "gradient_peak_instant_mmhg",
    ),
    "pulmonary": (
        "gradient_peak_to_peak_mmhg",
        "gradient_peak_instant_mmhg",
        "gradient_mean_mmhg",
    ),
}
ANY_GRADIENT = ("gradient_mean_mmhg", "gradient_peak_instant_mmhg", "gradient_peak_to_peak_mmhg")


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One number in a table: the value, its band, its unit; ``reason`` where there is none."""

    value: str
    band: str = ""
    unit: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class FitRow:
    """One measured or expected number and how the model meets it.

    Positions are in percent of the width of the small picture, whose middle is the measured value
    and whose sides are four of its errors away; None where no error is known.
    """

    key: str
    label: str
    unit: str
    measured: str
    error: str
    model: Cell
    gap: str
    at: float | None
    low: float | None
    high: float | None
    beyond: bool
    expected: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """One balloon as the page shows it; ``raw`` is its entry of the document."""

    index: int
    letter: str
    label: str
    raw: Document

    def after(self, key: str, *, hours: bool = False) -> Estimate | None:
        """Return a predicted value, right after or after hours."""
        table = self.raw.get("after_hours" if hours else "after")
        return read_estimate(table.get(key)) if isinstance(table, Mapping) else None


def rows_of(value: Any) -> list[Mapping[str, Any]]:
    """Return the mappings of a list in the document; nothing where it is no list."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        return []
    return [v for v in value if isinstance(v, Mapping)]


def clean(value: Any) -> Any:
    """Return the document without control characters, which no page and no terminal should get."""
    if isinstance(value, str):
        spaced = " ".join(value.splitlines()) if "\n" in value or "\r" in value else value
        return "".join(c for c in spaced if unicodedata.category(c) not in ("Cc", "Cs"))
    if isinstance(value, Mapping):
        return {clean(k): clean(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [clean(v) for v in value]
    return value


def texts_of(value: Any) -> list[str]:
    """Return a list of the document as texts; nothing where it is no list."""
    return [str(v) for v in value] if isinstance(value, list | tuple) else []


def options_of(document: Document) -> list[Option]:
    """Return the balloons with the letters that name them on the page."""
    found = []
    for i, raw in enumerate(rows_of(document.get("options"))):
        letter = chr(ord("A") + i) if i < 26 else str(i + 1)
        label = str(raw.get("label") or _balloon_label(raw.get("balloon")))
        found.append(Option(index=i, letter=letter, label=label, raw=raw))
    return found


def _balloon_label(balloon: Any) -> str:
    if not isinstance(balloon, Mapping):
        return "Balloon"
    size = balloon.get("diameter_mm")
    sizes = size if isinstance(size, list | tuple) else [size]
    numbers = " + ".join(f"{n:g}" for s in sizes if (n := read_number(s)) is not None)
    kind = plain(balloon.get("kind") or "balloon")
    return f"{kind} {numbers} mm" if numbers else kind


def before_of(document: Document, key: str) -> Estimate | None:
    """Return a value before the balloon: as measured, else as the fitted model shows it."""
    table = document.get("fit")
    row = table.get(key) if isinstance(table, Mapping) else None
    if isinstance(row, Mapping):
        measured = read_number(row.get("measured"))
        if measured is not None:
            return Estimate(median=measured)
        if (fitted := read_estimate(row)) is not None:
            return fitted
    general = document.get("before")
    if isinstance(general, Mapping) and (found := read_estimate(general.get(key))) is not None:
        return found
    for option in rows_of(document.get("options")):
        upstream = option.get("upstream")
        entry = upstream.get(key) if isinstance(upstream, Mapping) else None
        if isinstance(entry, Mapping):
            return read_estimate(entry.get("before"))
    return None


def model_before_of(document: Document, key: str) -> Estimate | None:
    """Return where the fitted model starts, if the measured value lies outside its band.

    What follows after a balloon is the model's, so it compares with this.
    """
    table = document.get("fit")
    row = table.get(key) if isinstance(table, Mapping) else None
    if not isinstance(row, Mapping):
        return None
    measured, fitted = read_number(row.get("measured")), read_estimate(row)
    if measured is None or fitted is None or fitted.low is None or fitted.high is None:
        return None
    return None if fitted.low <= measured <= fitted.high else fitted


def pick_key(document: Document, options: Sequence[Option], keys: Sequence[str]) -> str | None:
    """Return the key to compare, in the given order: measured, else known before, else predicted.

    An area that nobody measured is compared as the model has it, by the effective area.
    """
    predicted = [k for k in keys if any(o.after(k) is not None for o in options)]
    table = document.get("fit")
    fit = table if isinstance(table, Mapping) else {}
    measured = [
        k
        for k in predicted
        if isinstance(fit.get(k), Mapping) and read_number(fit[k].get("measured")) is not None
    ]
    known = [k for k in predicted if before_of(document, k) is not None]
    model = [k for k in predicted if k == "valve_area_effective_cm2"]
    return next(iter([*measured, *known, *model, *predicted]), None)


def gradient_key(document: Document, options: Sequence[Option], valve: str) -> str | None:
    """Return the gradient that is compared for this valve."""
    return pick_key(document, options, GRADIENT_KEYS.get(valve, ANY_GRADIENT))


def cell(key: str, value: Any, *, reason: str = "not predicted") -> Cell:
    """Return one number of the document as a table cell."""
    estimate = value if isinstance(value, Estimate) else read_estimate(value)
    if estimate is None:
        return Cell(value=DASH, reason=reason)
    return Cell(
        value=format_number(key, estimate.median),
        band=format_band(key, estimate),
        unit=unit_label(key),
    )


def _place(value: float, center: float, sd: float) -> float:
    return min(max(50.0 + 12.5 * (value - center) / sd, 2.0), 98.0)


def _fit_row(key: str, row: Mapping[str, Any]) -> FitRow:
    measured = read_number(row.get("measured"))
    expected = read_number(row.get("expected"))
    center = measured if measured is not None else expected
    sd = next(
        (
            n
            for k in ("measured_sd", "sd")
            if (n := read_number(row.get(k))) is not None and n > 0.0
        ),
        None,
    )
    model = read_estimate(row)
    gap = None
    at = low = high = None
    if model is not None and center is not None and sd is not None:
        gap = (model.median - center) / sd
        at = _place(model.median, center, sd)
        low = None if model.low is None else _place(model.low, center, sd)
        high = None if model.high is None else _place(model.high, center, sd)
    return FitRow(
        key=key,
        label=key_label(key),
        unit=unit_label(key),
        measured=format_number(key, center),
        error="" if sd is None else format_error(key, center, sd),
        model=cell(key, model, reason="not shown by the model"),
        gap="" if gap is None else f"{gap:+.1f}".replace("-", "−"),
        at=at,
        low=low,
        high=high,
        beyond=gap is not None and abs(gap) > 2.0,
        expected=measured is None,
    )


def fit_rows(document: Document) -> list[FitRow]:
    """Return how well the model meets each number, the measured ones first."""
    table = document.get("fit")
    if not isinstance(table, Mapping):
        return []
    rows = [_fit_row(str(k), row) for k, row in table.items() if isinstance(row, Mapping)]
    return sorted(rows, key=lambda r: r.expected)


def _change(value: Any, known: set[str]) -> str:
    """Return the smallest change in words: a text, or key to new value."""
    if isinstance(value, Mapping):
        parts = [
            f"{key_label(str(k))} to {format_number(str(k), n, unit=True)}"
            for k, v in value.items()
            if (n := read_number(v)) is not None
        ]
        return ", ".join(parts)
    return with_key_labels(str(value or ""), known)


def conflict_rows(document: Document) -> list[dict[str, str]]:
    """Return the contradictions, keys put into words."""
    found = []
    for row in rows_of(document.get("conflicts")):
        named = row.get("keys")
        keys = [str(k) for k in named] if isinstance(named, list | tuple) else []
        known = {*keys, *MEASURED_KEYS}
        text = str(row.get("message") or "")
        change = _change(row.get("smallest_change"), known)
        found.append(
            {
                "what": " · ".join(key_label(k) for k in keys) or "Measurements",
                "message": sentence(with_key_labels(text, known)),
                "change": "" if "smallest change" in text.lower() else change,
            }
        )
    return found


def _age(years: float) -> str:
    if years >= 2.0:
        return f"{years:.0f}-year-old"
    days = years * 365.25
    if days < 60:
        return f"{days:.0f}-day-old"
    return f"{12 * years:.0f}-month-old"


def _person(age: float | None, sex: str) -> str:
    if age is None:
        return {"female": "Female patient", "male": "Male patient"}.get(sex, "Patient")
    if age < 1.0 / 12.0:
        noun = {"female": "newborn girl", "male": "newborn boy"}.get(sex, "newborn")
    elif age < 16.0:
        noun = {"female": "girl", "male": "boy"}.get(sex, "child")
    else:
        noun = {"female": "woman", "male": "man"}.get(sex, "person")
    return f"{_age(age)} {noun}"


def who(document: Document) -> dict[str, Any]:
    """Return the head of the page: person, body, valve, severity."""
    raw = document.get("summary")
    summary: Mapping[str, Any] = raw if isinstance(raw, Mapping) else {}
    body = [_person(read_number(summary.get("age_years")), str(summary.get("sex") or ""))]
    weeks = read_number(summary.get("pregnancy_weeks"))
    if weeks:
        body.append(f"{weeks:.0f} weeks pregnant")
    if summary.get("rhythm"):
        body.append(plain(summary["rhythm"]))
    for key, name in (("height_cm", ""), ("weight_kg", ""), ("bsa_m2", "body surface ")):
        number = read_number(summary.get(key))
        if number is not None:
            body.append(name + _body_number(key, number))
    valve = str(summary.get("valve") or "")
    lesion = [plain(summary[k]) for k in ("etiology", "morphology") if summary.get(k)]
    if valve in ("mitral", "tricuspid"):  # what is said of the leaflets' number does not fit there
        lesion = lesion[:1]
    annulus = read_number(summary.get("annulus_mm"))
    if annulus is not None:
        lesion.append("ring " + format_number("annulus_mm", annulus, unit=True))
    severity = summary.get("severity")
    grade: Mapping[str, Any] = severity if isinstance(severity, Mapping) else {}
    guideline, _, source = str(grade.get("guideline") or "").partition(" [")
    return {
        "patient": str(document.get("patient") or "unnamed patient"),
        "body": body,
        "valve": valve,
        "title": f"{sentence(valve)} valve" if valve else "Valve",
        "lesion": lesion,
        "grade": _severity(str(grade.get("grade") or ""), str(grade.get("stage") or "")),
        "severe": "severe" in str(grade.get("grade") or ""),
        "guideline": guideline.split(",")[0],
        "guideline_source": source.rstrip("]"),
        "reasons": [str(r) for r in grade.get("reasons") or []],
    }


def _severity(grade: str, stage: str) -> str:
    """Return the grade in words: ``Severe stenosis, stage D1``."""
    if not grade:
        return ""
    words = {
        "unknown": "Severity not graded",
        "none": "No stenosis by these numbers",
    }.get(grade, sentence(grade.replace("_", " ")) + " stenosis")
    return f"{words}, stage {stage}" if stage else words


def _body_number(key: str, value: float) -> str:
    if key == "bsa_m2":
        return format_number(key, value, unit=True)
    digits = 0 if value >= 20.0 else 1
    return f"{value:.{digits}f}\u202f{unit_label(key)}"
