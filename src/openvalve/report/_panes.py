"""One balloon at a time: beats before and after, tables, what lies upstream, one more step."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from openvalve.recording import Recording
from openvalve.report._beats import (
    LOOPS,
    TRACES,
    has_loop,
    has_traces,
    loop_figure,
    scale_of,
    trace_figure,
)
from openvalve.report._numbers import (
    format_estimate,
    format_number,
    format_points,
    format_probability,
    read_estimate,
    read_number,
    unit_label,
)
from openvalve.report._view import (
    AREA_KEYS,
    Cell,
    Document,
    Option,
    before_of,
    cell,
    gradient_key,
    model_before_of,
    pick_key,
    texts_of,
    who,
)
from openvalve.report._words import key_label

__all__ = ["PlanLike", "details"]

# The order of the table of one balloon; other predicted keys follow.
AFTER_ORDER = (
    *AREA_KEYS, "gradient_mean_mmhg", "gradient_peak_to_peak_mmhg", "gradient_peak_instant_mmhg",
    "velocity_peak_m_s", "cardiac_output_l_min", "stroke_volume_ml", "heart_rate_bpm",
    "la_mean_mmhg", "lv_systolic_mmhg", "lv_end_diastolic_mmhg", "lv_ejection_frac",
    "aortic_systolic_mmhg", "aortic_diastolic_mmhg", "aortic_mean_mmhg", "pa_systolic_mmhg",
    "pa_mean_mmhg", "rv_systolic_mmhg", "rv_end_diastolic_mmhg", "ra_mean_mmhg",
)  # fmt: skip
FIRST_ROWS = 16  # of the table of one balloon: what has a value before; the rest unfolds


class PlanLike(Protocol):
    """What the report needs of a plan; ``openvalve.planning.Plan`` has it."""

    @property
    def document(self) -> Mapping[str, Any]:
        """The ``plan.json`` of the contract."""
        ...

    @property
    def before(self) -> Recording | None:
        """Two beats before."""
        ...

    @property
    def after(self) -> Sequence[Recording]:
        """Two beats after each balloon."""
        ...


def details(plan: PlanLike, document: Document, options: Sequence[Option]) -> dict[str, Any]:
    """Return the section of one balloon at a time: beats, tables, steps."""
    valve = str(who(document)["valve"])
    before = plan.before
    after = list(plan.after or ())
    ready = before is not None and has_traces(before, valve) and len(after) == len(options)
    everyone = [before, *after] if before is not None and ready else []
    scale = scale_of(everyone, valve) if everyone else None
    key = gradient_key(document, options, valve)
    found: dict[str, Any] = {"before": "", "note": "", "panes": []}
    if before is not None and scale is not None:
        start = before_of(document, key) if key else None
        words = _trace_words(valve, key, format_estimate(key, start, unit=True) if key else "")
        found["before"] = trace_figure(
            "traces-before", before, valve, scale, "Pressures before", words
        )
        found["note"] = _scale_note(scale.clipped, scale.top_mmhg)
    for option in options:
        pane = _pane(document, option)
        if before is not None and scale is not None and has_traces(after[option.index], valve):
            end = format_estimate(key, option.after(key), unit=True) if key else ""
            pane["after"] = trace_figure(
                f"traces-{option.index}",
                after[option.index],
                valve,
                scale,
                f"Pressures right after balloon {option.letter}",
                _trace_words(valve, key, end),
            )
            pane["loops"] = _loops(option, before, after, valve)
        found["panes"].append(pane)
    return found


def _trace_words(valve: str, key: str | None, value: str) -> str:
    names = " and ".join(TRACES[valve].names)
    start = f"Two beats of {names} in mmHg."
    return f"{start} {key_label(key)}: {value}." if key and value else start


def _scale_note(clipped: Sequence[str], top: float) -> str:
    if not clipped:
        return ""
    return (
        f"Scale 0 to {top:g} mmHg, as a filling gradient is read in the lab:"
        f" {' and '.join(clipped)} runs off its top in systole."
    )


def _loops(
    option: Option, before: Recording, after: Sequence[Recording], valve: str
) -> list[dict[str, str]]:
    found = []
    for chamber in LOOPS.get(valve, ()):
        everyone = [before, *after]
        if not all(has_loop(r, chamber) for r in everyone):
            continue
        svg = loop_figure(
            f"loop-{chamber.lower()}-{option.index}",
            chamber,
            before,
            after[option.index],
            everyone,
            f"{chamber} pressure against volume before and after balloon {option.letter}",
            "One beat before, dashed, and one beat right after, a full line, on the same axes.",
        )
        found.append({"chamber": chamber, "svg": svg})
    return found


def _pane(document: Document, option: Option) -> dict[str, Any]:
    rows = _after_rows(document, option)
    first = [r for r in rows if r["main"]][:FIRST_ROWS]
    return {
        "letter": option.letter,
        "label": option.label,
        "index": option.index,
        "after": "",
        "loops": [],
        "rows": first,
        "more": [r for r in rows if r not in first],
        "upstream": _upstream(option),
        "mechanics": _mechanics(option.raw.get("mechanics")),
        "step_up": _step_up(option.raw.get("step_up")),
        "warnings": texts_of(option.raw.get("warnings")),
    }


def _after_rows(document: Document, option: Option) -> list[dict[str, Any]]:
    table = option.raw.get("after")
    keys = [str(k) for k in table] if isinstance(table, Mapping) else []
    order = {k: i for i, k in enumerate(AFTER_ORDER)}
    keys.sort(key=lambda k: order.get(k, len(order)))  # stable: the rest as the document has it
    compared = {
        pick_key(document, [option], AREA_KEYS),
        gradient_key(document, [option], str(who(document)["valve"])),
    }
    return [
        {
            "label": key_label(k),
            "unit": unit_label(k),
            "before": _start(document, k),
            "after": cell(k, option.after(k)),
            "hours": cell(k, option.after(k, hours=True)),
            "main": k in compared or (k in order and before_of(document, k) is not None),
        }
        for k in keys
    ]


def _start(document: Document, key: str) -> Cell:
    """Return the value before; beside it where the fitted model starts, if that is elsewhere."""
    found = cell(key, before_of(document, key), reason="not measured")
    model = model_before_of(document, key)
    if model is None:
        return found
    return replace(found, band=f"model {format_number(key, model.median)}")


def _upstream(option: Option) -> list[dict[str, Any]]:
    raw = option.raw.get("upstream")
    table = raw if isinstance(raw, Mapping) else {}
    rows = []
    for key, entry in table.items():
        if not isinstance(entry, Mapping):
            continue
        numbers = [read_estimate(entry.get(k)) for k in ("before", "after", "after_hours")]
        top = max((abs(e.median) for e in numbers if e is not None), default=0.0) or 1.0
        bars = [
            {
                "cell": cell(str(key), e),
                "width": 0.0 if e is None else round(100.0 * max(e.median, 0.0) / top, 1),
            }
            for e in numbers
        ]
        rows.append({"label": key_label(str(key)), "unit": unit_label(str(key)), "bars": bars})
    return rows


def _mechanics(raw: Any) -> list[dict[str, str]]:
    """Return what the balloon does to the valve, as far as it is known."""
    table = raw if isinstance(raw, Mapping) else {}
    rows = []
    splits = table.get("commissures_split_prob")
    if isinstance(splits, Sequence) and not isinstance(splits, str):
        parts = [
            f"{k}: {format_probability(p)}"
            for k, v in enumerate(splits)
            if (p := read_number(v)) is not None
        ]
        rows.append({"name": "Commissures split", "text": " · ".join(parts)})
    for key, name in (
        ("calcium_fracture_prob", "Calcium fractures"),
        ("leaflet_torn_prob", "A leaflet tears"),
    ):
        p = read_number(table.get(key))
        if p is not None:
            rows.append({"name": name, "text": format_probability(p)})
    stretch = read_estimate(table.get("annular_stretch_ratio"))
    if stretch is not None:
        rows.append({"name": "Ring stretch", "text": format_estimate("x_ratio", stretch)})
    return rows


def _step_up(raw: Any) -> list[dict[str, str]]:
    """Return what one more step of a stepwise balloon would add, whatever was worked out."""
    if not isinstance(raw, Mapping):
        return []
    rows = []
    for key, value in raw.items():
        estimate = read_estimate(value)
        if estimate is not None:
            text = (
                format_points(estimate.median)
                if str(key).endswith("_added_prob")
                else format_estimate(str(key), estimate, unit=True)
            )
        elif value is None:
            continue
        else:
            text = str(value)
        rows.append({"name": key_label(str(key)), "text": text})
    return rows
