"""Findings of a recording as rows of a table, by place and by valve."""

from collections.abc import Iterable, Mapping
from typing import Any

from openvalve.hemodynamics import TraceFindings
from openvalve.report._numbers import MINUS, THIN, format_error, format_number, unit_label
from openvalve.report._words import key_label, sentence

__all__ = ["finding_groups"]

GROUPS = (
    ("Rhythm", ("heart_rate",)),
    ("Left ventricle", ("lv",)),
    ("Aorta", ("aortic",)),
    ("Arterial line", ("cuff",)),
    ("Left atrium", ("la",)),
    ("Wedge", ("pcw",)),
    ("Right ventricle", ("rv",)),
    ("Pulmonary artery", ("pa",)),
    ("Right atrium", ("ra",)),
    ("Resistances", ("systemic", "pulmonary")),
)
LABELS = {
    "gradient_peak_instant_catheter_mmhg": "Largest gradient at one instant",
    "cuff_systolic_mmhg": "Arterial line systolic",
    "cuff_diastolic_mmhg": "Arterial line diastolic",
    "cuff_mean_mmhg": "Arterial line mean",
    "valve_area_hakki_cm2": "Valve area (Hakki)",
    "ejection_period_s": "Ejection period",
    "filling_period_s": "Filling period",
}


def finding_groups(document: Mapping[str, Any], found: TraceFindings) -> list[dict[str, Any]]:
    """Return groups of rows: each place, then each valve whose two sides were recorded.

    Parameters
    ----------
    document : ``findings.json``: one valve's gradients and areas.
    found : the findings of every valve.
    """
    left = dict(document["findings"])
    groups = []
    for title, prefixes in GROUPS:
        keys = [k for k in left if k.startswith(tuple(f"{p}_" for p in prefixes))]
        groups.append(_group(title, ((k, left.pop(k)) for k in keys)))
    chosen = found.valve
    valves = []
    for valve in sorted(found.valves, key=lambda v: v != chosen):
        rows = left if valve == chosen else _plain(found, valve)
        valves.append(_group(f"{sentence(valve)} valve", rows.items()))
    if not chosen and left:
        valves.append(_group("Other", left.items()))
    return [g for g in (*groups[:1], *valves, *groups[1:]) if g["rows"]]


def _plain(found: TraceFindings, valve: str) -> dict[str, dict[str, Any]]:
    return {
        key: {"value": f.value, "sd": f.sd, "formula": f.formula, "inputs": dict(f.inputs)}
        for key, f in found.valves[valve].items()
        if key != "heart_rate_bpm"
    }


def _group(title: str, findings: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, Any]:
    return {"title": title, "rows": [_row(key, finding) for key, finding in findings]}


def _row(key: str, finding: Mapping[str, Any]) -> dict[str, str]:
    return {
        "key": key,
        "label": LABELS.get(key) or key_label(key),
        "value": format_number(key, finding["value"]),
        "sd": format_error(key, finding["value"], finding["sd"]),
        "unit": unit_label(key),
        "formula": sentence(finding["formula"]),
        "inputs": ", ".join(_input(name, value) for name, value in finding["inputs"].items()),
    }


def _input(name: str, value: float) -> str:
    """Return an input as read: ``5 beats``, ``spread 1.2 mmHg``."""
    if name == "beats_count":
        return f"{value:.0f} beats"
    unit = unit_label(name)
    for word in ("spread", "line_error"):
        if name.startswith(word + "_"):
            name, label = name[len(word) + 1 :], word.replace("_", " ")
            break
    else:
        label = LABELS.get(name) or key_label(name)
        label = label if label.isupper() else label[:1].lower() + label[1:]
    text = f"{value:.3g}".replace("-", MINUS)
    return f"{label} {text}{THIN}{unit}" if unit else f"{label} {text}"
