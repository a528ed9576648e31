"""One analyzed recording as a page: traces with beats and shaded gradients, findings, warnings."""

import importlib.resources
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from openvalve.hemodynamics import TraceFindings
from openvalve.recording import Recording
from openvalve.report._svg import color, figure_svg
from openvalve.report._write import check_extra, place_page, read_part

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["write_trace_page"]

NAME = "findings.html"
SHOWN_S = 8.0
WIDTH_PT, ROW_PT = 720.0, 150.0
ROLES = {"LV": "lv", "AO": "ao", "ART": "ao", "LA": "la", "PCW": "la", "RA": "ra", "RV": "rv"}
POINTS = 2000  # a row; more cannot be seen


def write_trace_page(
    recording: Recording, found: TraceFindings, document: Mapping[str, Any], folder: Path
) -> Path:
    """Write ``findings.html``, one self-contained page.

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
        figure=Markup(_figure(recording, found)),  # text in it is escaped by matplotlib
        recording=document["recording"],
        disclaimer=document["disclaimer"],
        length=f"{recording.length_count / recording.rate_hz:.1f} s at {recording.rate_hz:g} Hz",
        beats=len(document["beats"]),
        channels=list(recording.channels),
        warnings=document["warnings"],
        removed=document["removed"],
        rows=[_row(key, finding) for key, finding in document["findings"].items()],
    )
    return place_page(page, folder / NAME)


def _row(key: str, finding: Mapping[str, Any]) -> dict[str, str]:
    inputs = ", ".join(f"{name} {value:.4g}" for name, value in finding["inputs"].items())
    return {
        "key": key,
        "value": f"{finding['value']:.4g}",
        "sd": f"{finding['sd']:.2g}",
        "formula": finding["formula"],
        "inputs": inputs,
    }


def _figure(recording: Recording, found: TraceFindings) -> str:
    first = found.windows[0].start_s - 1.0 if found.windows else 0.0
    end = recording.length_count / recording.rate_hz
    start = max(min(first, end - SHOWN_S), 0.0)
    window = (start, min(start + SHOWN_S, end))
    pressures = [n for n, c in recording.channels.items() if c.unit == "mmhg"]
    leads = [n for n, c in recording.channels.items() if c.unit == "mv"][:3]
    rows = (len(leads) > 0) + (len(pressures) > 0)

    def draw(figure: "Figure") -> None:
        axes = list(figure.subplots(max(rows, 1), 1, sharex=True, squeeze=False)[:, 0])
        figure.subplots_adjust(left=0.07, right=0.99, top=0.98, bottom=0.09, hspace=0.12)
        if leads:
            _plot(axes[0], recording, leads, window)
            axes[0].set_ylabel("mV", color=color("muted"))
        if pressures:
            _plot(axes[-1], recording, pressures, window)
            axes[-1].set_ylabel("mmHg", color=color("muted"))
            for part in found.windows:
                if window[0] <= part.start_s and part.end_s <= window[1]:
                    time_s = part.start_s + np.arange(part.upstream_mmhg.size) / recording.rate_hz
                    up, down = part.upstream_mmhg, part.downstream_mmhg
                    axes[-1].fill_between(time_s, up, down, color=color("accent"), alpha=0.25, lw=0)
        for one in axes:
            for beat in found.beats_s:
                if window[0] <= beat <= window[1]:
                    one.axvline(beat, color=color("line"), lw=0.8, zorder=0)
            one.set_xlim(window)
        axes[-1].set_xlabel("s", color=color("muted"))

    words = f"{SHOWN_S:g} s of {', '.join(leads + pressures)} with beats and gradients"
    return figure_svg("traces", ROW_PT * (rows + 1), "Traces", words, draw, width_pt=WIDTH_PT)


def _plot(
    axes: "Axes", recording: Recording, names: list[str], window: tuple[float, float]
) -> None:
    first, last = (round(t * recording.rate_hz) for t in window)
    every = max((last - first) // POINTS, 1)
    for name in names:
        x = recording[name][first:last:every]
        time_s = window[0] + np.arange(x.size) * every / recording.rate_hz
        axes.plot(time_s, x, lw=0.9, color=color(ROLES.get(name, "ink")), label=name)
    axes.legend(loc="upper right", frameon=False, fontsize=8, labelcolor=color("ink"))
    axes.patch.set_visible(False)
    axes.tick_params(colors=color("muted"), labelsize=8)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(color("line"))
