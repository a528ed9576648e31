"""One analyzed recording as a page: warnings, traces with beats and gradients, findings."""

import importlib.resources
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openvalve.hemodynamics import TraceFindings
from openvalve.recording import Recording
from openvalve.report._numbers import format_number
from openvalve.report._trace_figure import traces_svg
from openvalve.report._trace_overview import overview_svg
from openvalve.report._trace_rows import finding_groups
from openvalve.report._words import key_label, sentence
from openvalve.report._write import check_extra, place_page, read_part

__all__ = ["write_trace_page"]

NAME = "findings.html"
RHYTHMS = {
    "sinus": "regular",
    "atrial_fibrillation": "as in atrial fibrillation",
    "unknown": "not known",
}
FIRST = ("gradient_mean_mmhg", "gradient_peak_to_peak_mmhg", "valve_area_gorlin_cm2")


def write_trace_page(
    recording: Recording, found: TraceFindings, document: Mapping[str, Any], folder: Path
) -> Path:
    """Write ``findings.html``, one self-contained page for light, dark, desk, phone and paper.

    Parameters
    ----------
    recording : what was analyzed.
    found : what ``openvalve.hemodynamics.analyze`` returned.
    document : ``findings.json``.
    folder : where it goes.

    Raises
    ------
    MissingExtraError : jinja2 or matplotlib is not installed.
    FileError : the page cannot be written.
    """
    check_extra()
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    environment = Environment(autoescape=True, undefined=StrictUndefined)
    text = (importlib.resources.files("openvalve.report") / "traces.html.j2").read_text("utf-8")
    page = environment.from_string(text).render(
        style=Markup(read_part("style.css")),  # our own file
        # text in the drawings is escaped by matplotlib
        traces=[Markup(traces_svg(recording, found, narrow=n)) for n in (False, True)],
        overview=[Markup(overview_svg(recording, found, narrow=n)) for n in (False, True)],
        recording=document["recording"],
        version=document["version"],
        disclaimer=document["disclaimer"],
        length=f"{recording.length_count / recording.rate_hz:.1f} s at {recording.rate_hz:g} Hz",
        facts=_facts(found),
        channels=list(recording.channels),
        warnings=_warnings(document, found),
        removed=document["removed"],
        groups=finding_groups(document, found),
    )
    return place_page(page, folder / NAME)


def _facts(found: TraceFindings) -> list[tuple[str, str, str]]:
    """Return what is read first: name, value, and where it comes from."""
    beats = f"{found.beats_s.size}"
    facts = [("Beats", beats, f"from {found.beats_from}" if found.beats_from else "none trusted")]
    if found.rate_bpm > 0.0:
        rate = format_number("heart_rate_bpm", found.rate_bpm, unit=True)
        facts.append(("Mean rate", rate, RHYTHMS.get(found.rhythm, found.rhythm)))
    for key in FIRST:
        if found.valve and key in found.findings:
            value = format_number(key, found.findings[key].value, unit=True)
            facts.append((key_label(key), value, f"{found.valve} valve"))
    if len(facts) == 2:
        for key in ("cuff_mean_mmhg", "aortic_mean_mmhg", "rv_systolic_mmhg", "pa_mean_mmhg"):
            if key in found.findings:
                value = format_number(key, found.findings[key].value, unit=True)
                facts.append((key_label(key).replace("Cuff", "Arterial"), value, ""))
    return facts[:4]


def _warnings(document: Mapping[str, Any], found: TraceFindings) -> list[tuple[str, str]]:
    """Return (kind, text): first what was not read at all, then what a reader should know."""
    refused = tuple(f"{name} refused:" for name in found.refused)
    shapes = set(found.refused.values())
    rows = []
    for text in document["warnings"]:
        stop = text.startswith((*refused, "ECG not used", "no beats")) or text in shapes
        rows.append(("stop" if stop else "warn", sentence(text)))
    return sorted(rows, key=lambda row: row[0] != "stop")
