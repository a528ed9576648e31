"""The whole of an analyzed recording in one glance: where it was read, where it must not be."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from openvalve.hemodynamics import TraceFindings
from openvalve.recording import Recording
from openvalve.report._svg import color, figure_svg
from openvalve.report._trace_figure import LEFT, NARROW, WIDE
from openvalve.report._trace_panels import choose_window, readable, role_of, short_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["overview_svg"]

Samples = NDArray[np.float64]

ROW, SPACE, FOOT, TOP, RIGHT = 28.0, 6.0, 27.0, 4.0, 28.0
COLUMN_PT = 1.0  # of a column of lowest and highest


def overview_svg(recording: Recording, found: TraceFindings, *, narrow: bool = False) -> str:
    """Return every pressure from end to end; empty where all of it was shown already.

    Parameters
    ----------
    recording, found : what was analyzed, and with what result.
    narrow : for a phone.
    """
    width, seconds = NARROW if narrow else WIDE
    length_s = recording.length_count / recording.rate_hz
    names = [*found.places, *found.refused]
    if length_s <= 1.25 * seconds or not names:
        return ""
    names.sort(key=list(recording.channels).index)
    inner = width - LEFT - RIGHT
    tall = TOP + (ROW + SPACE) * len(names) + FOOT

    def draw(figure: "Figure") -> None:
        for k, name in enumerate(names):
            bottom = 1.0 - (TOP + (k + 1) * ROW + k * SPACE) / tall
            axes = figure.add_axes((LEFT / width, bottom, inner / width, ROW / tall))
            _row(axes, recording, found, name, round(inner / COLUMN_PT))
            a, b = choose_window(recording, found, seconds)
            axes.axvspan(a, b, fill=False, ec=color("accent"), lw=1.0, zorder=4)
            axes.set_xlim(0.0, length_s)
            if k < len(names) - 1:
                axes.set_xticklabels([])
            else:
                axes.set_xlabel("seconds from the start", color=color("muted"), fontsize=8.5)

    words = f"{length_s:.0f} s of {', '.join(names)}; parts that must not be read are tinted"
    name = "overview-narrow" if narrow else "overview"
    return figure_svg(name, tall, "Whole recording", words, draw, width_pt=width)


def _row(axes: "Axes", recording: Recording, found: TraceFindings, name: str, columns: int) -> None:
    x = recording[name]
    edges = np.unique(np.linspace(0, x.size, columns + 1).astype(np.int64))
    filled = np.where(np.isfinite(x), x, np.nan)
    low = np.fmin.reduceat(filled, edges[:-1])
    high = np.fmax.reduceat(filled, edges[:-1])
    time_s = 0.5 * (edges[:-1] + edges[1:]) / recording.rate_hz
    shade = color(role_of(found, name))
    axes.fill_between(time_s, low, high, color=shade, lw=0.4, alpha=0.8)
    for s in found.stretches:
        if s.channel == name:
            axes.axvspan(s.start_s, s.end_s, color=color("stop-soft"), lw=0, zorder=0)
            axes.axvspan(s.start_s, s.end_s, ymax=0.07, color=color("stop-ink"), lw=0, zorder=3)
    kept = x[readable(recording, found, name)]
    if kept.size:
        bottom, top = (float(v) for v in np.percentile(kept, (0.1, 99.9)))
        margin = max(0.1 * (top - bottom), 1.0)
        axes.set_ylim(bottom - margin, top + margin)
        axes.set_yticks([round(bottom), round(top)])
    axes.patch.set_visible(False)
    axes.yaxis.tick_right()
    axes.tick_params(colors=color("muted"), labelsize=7.5, length=0, pad=2.0)
    for side, spine in axes.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(color("line"))
    axes.text(
        -0.008, 0.5, short_name(name), transform=axes.transAxes, ha="right", va="center",
        color=color("ink"), fontsize=9.0, fontweight="bold", zorder=5,
    )  # fmt: skip
