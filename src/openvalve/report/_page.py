"""The context of the page: every section as plain data and finished drawings."""

from collections.abc import Mapping, Sequence
from typing import Any

from openvalve.patient import MEASURED_KEYS
from openvalve.report._bars import BandRow, LeakRow, band_panel, leak_panel
from openvalve.report._chances import ChanceRow, chance_rows, leak_of
from openvalve.report._numbers import (
    format_error,
    format_number,
    format_probability,
    read_number,
    unit_label,
)
from openvalve.report._panes import PlanLike, details
from openvalve.report._sources import cited
from openvalve.report._view import (
    AREA_KEYS,
    Document,
    Option,
    before_of,
    cell,
    clean,
    conflict_rows,
    fit_rows,
    gradient_key,
    model_before_of,
    options_of,
    pick_key,
    rows_of,
    texts_of,
    who,
)
from openvalve.report._words import key_label, plain, sentence, with_key_labels

__all__ = ["page_context"]

# What is printed large at the head, in this order, as far as it was measured.
FACTS = {
    "aortic": ("gradient_mean_mmhg", "gradient_peak_to_peak_mmhg", "cardiac_output_l_min",
               "lv_systolic_mmhg", "lv_end_diastolic_mmhg", "lv_ejection_frac"),
    "mitral": ("gradient_mean_mmhg", "la_mean_mmhg", "pcw_mean_mmhg", "pa_mean_mmhg",
               "cardiac_output_l_min", "heart_rate_bpm"),
    "pulmonary": ("gradient_peak_to_peak_mmhg", "gradient_peak_instant_mmhg", "rv_systolic_mmhg",
                  "pa_mean_mmhg", "cardiac_output_l_min"),
    "tricuspid": ("gradient_mean_mmhg", "ra_mean_mmhg", "cardiac_output_l_min"),
}  # fmt: skip


def page_context(plan: PlanLike) -> dict[str, Any]:
    """Return everything the template needs."""
    document = clean(plan.document)
    options = options_of(document)
    head = who(document)
    risks = chance_rows(options, "risk")
    return {
        "who": head,
        "facts": _facts(document, head["valve"]),
        "options": [{"letter": o.letter, "label": o.label, "index": o.index} for o in options],
        "compare": _compare(document, options, head["valve"]),
        "glance": _glance(document, options, head["valve"]),
        "success": chance_rows(options, "success"),
        "risks": [r for r in risks if not _shared(r)],
        "cohort_risks": [r for r in risks if _shared(r)],
        "origins": _origins(risks),
        "sizing": [_sizing(o) for o in options],
        "details": details(plan, document, options),
        "fit": fit_rows(document),
        "conflicts": conflict_rows(document),
        "warnings": _warnings(document),
        "contraindications": _findings(document.get("contraindications")),
        "alternatives": _findings(document.get("alternatives")),
        "assumed": _assumed(document),
        "sources": cited(document),
        "run": _run(document),
    }


def _findings(value: Any) -> list[dict[str, str]]:
    return [
        {
            "name": plain(row.get("name") or ""),
            "message": with_key_labels(str(row.get("message") or ""), MEASURED_KEYS),
            "source": str(row.get("source") or ""),
        }
        for row in rows_of(value)
    ]


def _shared(row: ChanceRow) -> bool:
    """Return whether a risk is a cohort's, one number for every balloon."""
    return row.same and row.head.basis == "cohort"


def _origins(rows: Sequence[ChanceRow]) -> list[dict[str, str]]:
    """Return where each risk comes from, for the small print below the table."""
    return [{"name": r.head.name, "source": r.head.source} for r in rows if r.head.source]


def _warnings(document: Document) -> list[str]:
    """Return the warnings in words, without those that are shown as conflicts."""
    told = {str(row.get("message") or "") for row in rows_of(document.get("conflicts"))}
    texts = [t for t in texts_of(document.get("warnings")) if t not in told]
    return [sentence(with_key_labels(t, MEASURED_KEYS)) for t in texts]


def _facts(document: Document, valve: str) -> list[dict[str, Any]]:
    """Return the few measured numbers that a reader looks for first."""
    table = document.get("fit")
    fit = table if isinstance(table, Mapping) else {}
    keys = [k for k in (*AREA_KEYS, *FACTS.get(valve, FACTS["mitral"])) if k in fit]
    found = []
    for key in keys:
        row = fit[key]
        measured = read_number(row.get("measured")) if isinstance(row, Mapping) else None
        if measured is not None:
            found.append({"label": key_label(key), "cell": cell(key, measured)})
    return found[:6]


def _span(texts: Sequence[str], unit: str = "") -> str:
    low, high = texts
    return f"{low}{unit}" if low == high else f"{low} to {high}{unit}"


def _glance(document: Document, options: Sequence[Option], valve: str) -> str:
    """Return the sentence that sums the comparison up: ranges of medians, never advice."""
    found = []
    for key in (pick_key(document, options, AREA_KEYS), gradient_key(document, options, valve)):
        middles = [e.median for o in options if key and (e := o.after(key)) is not None]
        if key is None or not middles:
            continue
        span = _span([format_number(key, f(middles)) for f in (min, max)], f" {unit_label(key)}")
        start = before_of(document, key)
        was = f"before {format_number(key, start.median)}" if start else ""
        if (model := model_before_of(document, key)) is not None:
            was += f"; the model starts from {format_number(key, model.median)}"
        label = key_label(key)
        found.append(f"{label[0].lower()}{label[1:]} {span}{f' ({was})' if was else ''}")
    severe = [sum(leak[3:]) for o in options if (leak := leak_of(o))]
    if severe:
        span = _span([format_probability(f(severe)) for f in (min, max)])
        found.append(f"leak grade 3–4 in {span}")
    return f"Right after, by the median of the draws: {', '.join(found)}." if found else ""


def _compare(document: Document, options: Sequence[Option], valve: str) -> list[dict[str, str]]:
    """Return the panels of balloons side by side."""
    panels = []
    keys = (pick_key(document, options, AREA_KEYS), gradient_key(document, options, valve))
    for name, key in zip(("area", "gradient"), keys, strict=True):
        if key is None:
            continue
        rows = [
            BandRow(
                letter=o.letter, label=o.label, acute=o.after(key), later=o.after(key, hours=True)
            )
            for o in options
        ]
        panels.append(
            {
                "title": key_label(key),
                "unit": unit_label(key),
                "svg": band_panel(
                    f"compare-{name}",
                    key,
                    rows,
                    before_of(document, key),
                    model_before_of(document, key),
                ),
                "marks": "bands",
            }
        )
    if any(leak_of(o) for o in options):
        leak = [LeakRow(letter=o.letter, label=o.label, chances=leak_of(o)) for o in options]
        panels.append(
            {
                "title": "Leak grade",
                "unit": "chance",
                "svg": leak_panel("compare-leak", leak),
                "marks": "",
            }
        )
    return panels


def _sizing(option: Option) -> dict[str, Any]:
    raw = option.raw.get("sizing")
    sizing = raw if isinstance(raw, Mapping) else {}
    body = option.raw.get("balloon")
    balloon = body if isinstance(body, Mapping) else {}
    fits = sizing.get("sheath_fits")
    french = read_number(sizing.get("sheath_fr", balloon.get("sheath_fr")))
    atm, rated = (read_number(balloon.get(k)) for k in ("inflation_atm", "rated_burst_atm"))
    return {
        "letter": option.letter,
        "label": option.label,
        "model": str(balloon.get("model") or ""),
        "effective": cell("x_mm", balloon.get("effective_diameter_mm"), reason="not known"),
        "annulus": cell("x_ratio", sizing.get("balloon_annulus_ratio"), reason="ring not known"),
        "lvot": cell("x_ratio", sizing.get("balloon_lvot_ratio"), reason="LVOT not known"),
        "atm": "" if atm is None else f"{round(atm, 1):g}",
        "rated": "" if rated is None else f"{round(rated, 1):g}",
        "french": "" if french is None else f"{round(french, 1):g}",
        "fits": {True: "fits", False: "larger than the artery"}.get(fits, "not known")
        if isinstance(fits, bool)
        else "not known",
        "fits_ok": fits is not False,
        "warnings": texts_of(option.raw.get("warnings")),
    }


def _assumed(document: Document) -> list[dict[str, str]]:
    found = []
    for row in rows_of(document.get("assumed")):
        key = str(row.get("key") or "")
        number, sd = read_number(row.get("value")), read_number(row.get("sd"))
        text = plain(row.get("value")) if number is None else format_number(key, number)
        found.append(
            {
                "label": key_label(key),
                "value": text,
                "unit": "" if number is None else unit_label(key),
                "sd": "" if sd is None else format_error(key, number, sd),
                "source": str(row.get("source") or ""),
            }
        )
    return found


def _run(document: Document) -> list[dict[str, str]]:
    rows = [
        {"name": name, "text": str(document[key])}
        for key, name in (("version", "OpenValve"), ("seed", "Seed"), ("draws", "Draws"))
        if document.get(key) is not None
    ]
    stages = document.get("stages_s")
    if isinstance(stages, Mapping):
        times = [
            f"{str(k).replace('_', ' ')} {n:.1f} s"
            for k, v in stages.items()
            if (n := read_number(v)) is not None
        ]
        rows.append({"name": "Time", "text": ", ".join(times)})
    return rows
