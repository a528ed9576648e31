"""Traces of an analyzed recording as drawings: the beats that were read, and the whole of it."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from openvalve.hemodynamics import GradientWindow, TraceFindings
from openvalve.recording import Recording
from openvalve.report._numbers import format_number
from openvalve.report._svg import color, figure_svg, stand_alone
from openvalve.report._trace_heading import LINE_PT, Entry, draw_heading, wrap
from openvalve.report._trace_panels import (
    DASHED,
    Panel,
    choose_window,
    is_dashed,
    panels_of,
    readable,
    reading_of,
    role_of,
    short_name,
    strips_of,
)
from openvalve.report._write import check_extra, read_part
from openvalve.units import S

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["traces_picture", "traces_svg"]

Samples = NDArray[np.float64]
Window = tuple[S, S]

# Sizes in points: on a desk 720 across show 8 s, on a phone 340 show 4 s.
WIDE, NARROW = (720.0, 8.0), (340.0, 4.0)
STRIP, PANEL, TOP, FOOT, SPACE = 50.0, 138.0, 14.0, 29.0, 7.0
LEFT, RIGHT, MARKS = 44.0, 8.0, 9.0
LEAD_HZ, LINE_HZ = 250.0, 125.0  # drawn; more cannot be seen
SHADES = {"aortic": "accent", "pulmonary": "accent", "mitral": "la", "tricuspid": "ra"}
LEAST_SPAN_MV = 1.0
EDGE_S = 0.1  # a beat is cut at the start of its QRS, and marked at its R wave
SQUARE_S, SQUARE_MV = 0.2, 0.5  # of ECG paper


def traces_svg(recording: Recording, found: TraceFindings, *, narrow: bool = False) -> str:
    """Return the beats that were read: a strip for each lead, a panel for each side of the heart.

    Parameters
    ----------
    recording, found : what was analyzed, and with what result.
    narrow : for a phone.
    """
    width, seconds = NARROW if narrow else WIDE
    window = choose_window(recording, found, seconds)
    strips, panels = strips_of(recording, found), panels_of(recording, found)
    inner = width - LEFT - RIGHT
    heads = [wrap(_entries(found, panel, window), inner) for panel in panels]
    panel_pt = PANEL if not narrow else 0.9 * PANEL
    tall = TOP + STRIP * len(strips) + FOOT + (0.0 if strips else MARKS)
    tall += sum(panel_pt + SPACE + LINE_PT * len(head) for head in heads)

    def draw(figure: "Figure") -> None:
        at = TOP
        axes: list[Axes] = []

        def add(high: float) -> "Axes":
            nonlocal at
            at += high
            axes.append(
                figure.add_axes((LEFT / width, 1.0 - at / tall, inner / width, high / tall))
            )
            return axes[-1]

        span_mv = _span_mv(recording, strips, window)
        for name in strips:
            _strip(add(STRIP), recording, name, window, span_mv)
        for panel, head in zip(panels, heads, strict=True):
            at += SPACE
            draw_heading(figure, head, (LEFT, at))
            at += LINE_PT * len(head) + (0.0 if axes else MARKS)
            _panel(add(panel_pt), recording, found, panel, window)
        for one in axes:
            _clock(one, found, window, last=one is axes[-1])
        if axes:
            _marks(axes[0], found, window, STRIP if strips else panel_pt)

    names = ", ".join([*strips, *(n for panel in panels for n in panel.names)])
    words = f"{window[0]:.1f} to {window[1]:.1f} s of {names}, with beats and gradients"
    name = "traces-narrow" if narrow else "traces"
    return figure_svg(name, tall, "Traces", words, draw, width_pt=width)


def traces_picture(recording: Recording, found: TraceFindings) -> str:
    """Return the same drawing as a file of its own, which answers light and dark.

    Parameters
    ----------
    recording, found : what was analyzed, and with what result.

    Raises
    ------
    MissingExtraError : jinja2 or matplotlib is not installed.
    """
    check_extra()
    return stand_alone(traces_svg(recording, found), read_part("style.css"))


def _entries(found: TraceFindings, panel: Panel, window: Window) -> list[Entry]:
    entries = [Entry(text=panel.title)]
    for name in panel.names:
        text = reading_of(name, found, filling="mitral" in panel.valves)
        entries.append(
            Entry(text=text, role=role_of(found, name), dashed=is_dashed(found, panel, name))
        )
    for valve in panel.valves:
        if any(w.valve == valve and _inside(w, window) for w in found.windows):
            mean = found.valves[valve]["gradient_mean_mmhg"].value
            text = f"{valve} gradient, mean {format_number('gradient_mean_mmhg', mean)}"
            entries.append(Entry(text=text, role=SHADES[valve], filled=True))
    return entries


def _inside(part: GradientWindow, window: Window) -> bool:
    return window[0] <= part.start_s and part.end_s <= window[1]


def _cut(recording: Recording, name: str, window: Window) -> tuple[Samples, Samples]:
    first, last = (round(t * recording.rate_hz) for t in window)
    most_hz = LINE_HZ if recording.channels[name].unit == "mmhg" else LEAD_HZ
    every = max(round(recording.rate_hz / most_hz), 1)
    x = recording[name][first:last:every]
    return (first + every * np.arange(x.size)) / recording.rate_hz, x


def _span_mv(recording: Recording, names: list[str], window: Window) -> float:
    """Return one height for all strips, so that leads can be compared."""
    spans = [LEAST_SPAN_MV]
    for name in names:
        x = _cut(recording, name, window)[1]
        x = x[np.isfinite(x)]
        spans += [float(np.ptp(x))] if x.size else []
    return max(spans)


def _strip(axes: "Axes", recording: Recording, name: str, window: Window, span_mv: float) -> None:
    time_s, x = _cut(recording, name, window)
    axes.plot(time_s, x, lw=0.9, color=color("ink"))
    good = x[np.isfinite(x)]
    middle = 0.5 * (float(good.min()) + float(good.max())) if good.size else 0.0
    low, high = middle - 0.55 * span_mv, middle + 0.55 * span_mv
    axes.set_yticks([])
    if recording.channels[name].unit == "mv":
        squares = np.arange(np.ceil(low / SQUARE_MV), np.floor(high / SQUARE_MV) + 1.0)
        axes.set_yticks(SQUARE_MV * squares, minor=True)
    axes.set_ylim(low, high)
    squares = np.arange(np.ceil(window[0] / SQUARE_S), np.floor(window[1] / SQUARE_S) + 1.0)
    axes.set_xticks(SQUARE_S * squares, minor=True)
    axes.grid(which="minor", color=color("line"), lw=0.5, alpha=0.7)
    axes.text(
        -0.008, 0.5, short_name(name), transform=axes.transAxes, ha="right", va="center",
        color=color("ink"), fontsize=9.0, fontweight="bold",
    )  # fmt: skip


def _panel(
    axes: "Axes", recording: Recording, found: TraceFindings, panel: Panel, window: Window
) -> None:
    from matplotlib.transforms import blended_transform_factory

    across = blended_transform_factory(axes.transData, axes.transAxes)
    first, last = (round(t * recording.rate_hz) for t in window)
    levels = []
    for k, name in enumerate(panel.names):
        shade = color(role_of(found, name))
        time_s, x = _cut(recording, name, window)
        axes.plot(
            time_s, x, "--" if is_dashed(found, panel, name) else "-", lw=1.1, color=shade, zorder=3
        )
        kept = readable(recording, found, name)[first:last]
        shown = recording[name][first:last]
        levels.append(shown[kept] if kept.any() else shown[np.isfinite(shown)])
        a, b = np.clip(found.used_s.get(name, (0.0, 0.0)), *window)
        if b > a:
            level = 0.99 - 0.024 * k
            axes.plot((a, b), (level, level), lw=2.0, color=shade, transform=across, zorder=4)
        for s in found.stretches:
            if s.channel == name and s.start_s < window[1] and s.end_s > window[0]:
                axes.axvspan(s.start_s, s.end_s, color=color("stop-soft"), lw=0, zorder=0)
    for part in found.windows:
        if part.valve in panel.valves and _inside(part, window):
            _shade(axes, part, recording.rate_hz)
    _limits(axes, np.concatenate(levels), panel)
    axes.set_ylabel("mmHg", color=color("muted"), fontsize=8.5, labelpad=3.0)
    axes.grid(which="major", axis="y", color=color("line"), lw=0.5)


def _shade(axes: "Axes", part: GradientWindow, rate_hz: float) -> None:
    """Shade a gradient; a line that was moved in time is dotted where it was moved to."""
    time_s = part.start_s + np.arange(part.upstream_mmhg.size) / rate_hz
    up, down = part.upstream_mmhg, part.downstream_mmhg
    shade = color(SHADES[part.valve])
    axes.fill_between(time_s, up, down, where=list(up > down), color=shade, alpha=0.3, lw=0)
    if part.shift_s > 0.0:
        moved = up if part.upstream in DASHED else down
        axes.plot(time_s, moved, ":", lw=1.0, color=shade, zorder=3)


def _limits(axes: "Axes", levels: Samples, panel: Panel) -> None:
    low = float(levels.min()) if levels.size else 0.0
    high = float(levels.max()) if levels.size else 1.0
    if panel.top_mmhg is not None:
        high = panel.top_mmhg
    low = min(low, 0.0) if low < 0.6 * high else low
    margin = 0.04 * max(high - low, 1.0)
    top = high if panel.top_mmhg is not None else high + 2.5 * margin
    axes.set_ylim(low - margin, top)


def _clock(axes: "Axes", found: TraceFindings, window: Window, *, last: bool) -> None:
    axes.set_xlim(window)
    for beat in found.beats_s:
        if window[0] <= beat <= window[1]:
            axes.axvline(float(beat), color=color("muted"), lw=0.6, alpha=0.6, zorder=1)
    seconds = np.arange(np.ceil(window[0]), np.floor(window[1]) + 1.0)
    axes.set_xticks(seconds, [f"{s:g}" for s in seconds] if last else [])
    axes.patch.set_visible(False)
    axes.tick_params(which="both", colors=color("muted"), labelsize=8.5, length=0, pad=3.0)
    for side, spine in axes.spines.items():
        spine.set_visible(side == "left")
        spine.set_color(color("line"))
    if last:
        axes.set_xlabel("seconds from the start", color=color("muted"), fontsize=8.5, labelpad=2.0)


def _marks(axes: "Axes", found: TraceFindings, window: Window, high_pt: float) -> None:
    """Put a triangle over every beat, filled where a number comes from it."""
    level = 1.0 + 3.5 / high_pt
    spans = list(found.used_s.values())
    starts = [w.start_s for w in found.windows]
    for beat, after in zip(found.beats_s, (*found.beats_s[1:], np.inf), strict=False):
        if window[0] <= beat <= window[1]:
            used = any(a - EDGE_S <= beat < b - EDGE_S for a, b in spans)
            used = used or any(beat <= a < after for a in starts)
            face = color("accent") if used else "none"
            axes.plot(
                [float(beat)], [level], "v", ms=5.0, mec=color("accent"), mfc=face, mew=0.8,
                transform=axes.get_xaxis_transform(), clip_on=False,
            )  # fmt: skip
