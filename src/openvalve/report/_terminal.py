"""The plan as a short table for a terminal; needs nothing but rich."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from openvalve.report._chances import chance_rows, leak_of
from openvalve.report._numbers import format_estimate, format_number, format_probability, unit_label
from openvalve.report._panes import PlanLike
from openvalve.report._view import (
    AREA_KEYS,
    Document,
    Option,
    before_of,
    clean,
    fit_rows,
    gradient_key,
    model_before_of,
    options_of,
    pick_key,
    who,
)
from openvalve.report._words import key_label

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

__all__ = ["terminal_table"]

LABEL = "Research and education. Not a medical device."


def terminal_table(plan: PlanLike) -> "Group":
    """Return what rich prints: who, one row a balloon, what to mind; within 100 columns."""
    from rich.console import Group

    document = clean(plan.document)
    options = options_of(document)
    return Group(
        *_head(document),
        _table(document, options, str(who(document)["valve"])),
        *_foot(document),
    )


def _head(document: Document) -> list["Text"]:
    from rich.text import Text

    head = who(document)
    first = Text(f"{head['patient']}: ", style="bold")
    first.append(", ".join(head["body"][:3]), style="default")
    second = ", ".join([head["title"].lower(), *(t.lower() for t in head["lesion"])])
    if head["grade"]:
        guideline = f" ({head['guideline']})" if head["guideline"] else ""
        second += f"; {head['grade'][0].lower()}{head['grade'][1:]}{guideline}"
    return [first, Text(second)]


def _heading(document: Document, key: str) -> str:
    before = before_of(document, key)
    was = f"\nbefore {format_number(key, before.median)}" if before else ""
    if (model := model_before_of(document, key)) is not None:
        was += f"\n(model {format_number(key, model.median)})"
    return f"{key_label(key)}, {unit_label(key)}{was}"


def _table(document: Document, options: Sequence[Option], valve: str) -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=False)
    table.add_column("Balloon", overflow="fold", max_width=26)
    area = pick_key(document, options, AREA_KEYS)
    keys = [k for k in (area, gradient_key(document, options, valve)) if k is not None]
    for key in keys:
        table.add_column(Text(_heading(document, key)), justify="right", max_width=18)
    success = next(iter(chance_rows(options, "success")), None)
    table.add_column("Leak\ngrade 3–4", justify="right")
    if success is not None:
        table.add_column("Success*", justify="right")
    for option in options:
        leak = leak_of(option)
        table.add_row(
            Text(f"{option.letter}  {option.label}"),
            *(Text(format_estimate(k, option.after(k))) for k in keys),
            Text(format_probability(sum(leak[3:]) if leak else None)),
            *([Text(success.cells[option.index].text)] if success is not None else []),
        )
    if success is not None:
        table.caption = Text(f"* {success.head.meaning or success.head.name}", justify="left")
        table.caption_justify = "left"
    return table


def _foot(document: Document) -> list["Text"]:
    from rich.text import Text

    rows = [r for r in fit_rows(document) if not r.expected]
    off = [r.label for r in rows if r.beyond]
    lines = [
        f"Model: {len(rows)} measured values, {len(off)} off by more than 2 SD"
        + (f" ({', '.join(off)})" if off else "")
    ]
    for key, one, words in (
        ("contraindications", "finding against a balloon", "findings against a balloon"),
        ("conflicts", "conflicting value", "conflicting values"),
        ("warnings", "warning", "warnings"),
        ("assumed", "assumed value", "assumed values"),
    ):
        entries = document.get(key)
        if isinstance(entries, Sequence) and entries:
            lines.append(f"{len(entries)} {words if len(entries) > 1 else one}")
    text = Text("; ".join(lines) + ".")
    return [text, Text("Median [5–95 %] right after. " + LABEL, style="dim")]
