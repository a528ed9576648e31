"""Pressure traces and pressure-volume loops, before and after on the same scale."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from openvalve.recording import Recording
from openvalve.report._svg import color, figure_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["LOOPS", "TRACES", "Scale", "has_loop", "has_traces", "loop_figure", "scale_of",
           "trace_figure"]  # fmt: skip

HEIGHT = 236.0
STEPS = (10, 20, 30, 40, 50, 60, 80, 100, 120, 150, 200, 250, 300, 400)
ALONG_MMHG = 2.0  # the outflow tract is drawn when it leaves the ventricle by more
SAMPLES = 420  # points drawn of each trace


@dataclass(frozen=True, kw_only=True, slots=True)
class Traces:
    """What is drawn for one valve: channels upstream first, the valve's flow, who sets the scale.

    Attributes
    ----------
    names : channels, the last one downstream.
    across : the two whose difference is the gradient.
    flow : channel that is positive while the valve is open.
    ruler : channels that must fit on the scale; others may run off its top.
    """

    names: tuple[str, ...]
    across: tuple[str, str]
    flow: str
    ruler: tuple[str, ...]


# Each trace: colour role, width, dashes; the ventricle is a full line, so that print in gray reads.
TRACES = {
    "aortic": Traces(
        names=("LV", "AO"), across=("LV", "AO"), flow="FLOW_AORTIC", ruler=("LV", "AO")
    ),
    "mitral": Traces(names=("LA", "LV"), across=("LA", "LV"), flow="FLOW_MITRAL", ruler=("LA",)),
    "pulmonary": Traces(
        names=("RV", "RVOT", "PA"),
        across=("RVOT", "PA"),
        flow="FLOW_PULMONARY",
        ruler=("RV", "PA"),
    ),
    "tricuspid": Traces(
        names=("RA", "RV"), across=("RA", "RV"), flow="FLOW_TRICUSPID", ruler=("RA",)
    ),
}
LOOPS = {
    "aortic": ("LV",),
    "mitral": ("LV", "RV"),
    "pulmonary": ("RV",),
    "tricuspid": ("RV",),
}
_DASHES: dict[str, tuple[float, ...]] = {
    "AO": (6, 2), "LA": (6, 2), "PA": (6, 2), "RA": (6, 2), "RVOT": (1.5, 1.5)
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """The common scale of before and after, and what is drawn on it.

    Attributes
    ----------
    names : channels drawn; one that runs along with its neighbor is left out.
    top_mmhg, bottom_mmhg, end_s : ends of the axes.
    clipped : channels that run off the top.
    """

    names: tuple[str, ...]
    top_mmhg: float
    bottom_mmhg: float
    end_s: float
    clipped: tuple[str, ...]


def has_traces(recording: Recording | None, valve: str) -> bool:
    """Return whether the recording holds what the traces of this valve need."""
    traces = TRACES.get(valve)
    return (
        recording is not None and traces is not None and all(n in recording for n in traces.across)
    )


def has_loop(recording: Recording | None, chamber: str) -> bool:
    """Return whether the recording holds pressure and volume of a chamber."""
    return recording is not None and chamber in recording and f"VOL_{chamber}" in recording


def scale_of(recordings: Sequence[Recording], valve: str) -> Scale:
    """Return one scale on which all recordings of a valve can be compared."""
    traces = TRACES[valve]
    names = tuple(n for n in traces.names if _tells(recordings, traces.names[0], n))
    high = max(float(np.nanmax(r[n])) for r in recordings for n in traces.ruler if n in r)
    low = min(float(np.nanmin(r[n])) for r in recordings for n in traces.names if n in r)
    top = next((s for s in STEPS if s >= 1.06 * high), 1.1 * high)
    clipped = tuple(
        n for n in traces.names if any(n in r and float(np.nanmax(r[n])) > top for r in recordings)
    )
    end = max(r.length_count / r.rate_hz for r in recordings)
    bottom = 0.0 if low >= 0.0 else 10.0 * np.floor(low / 10.0)
    return Scale(
        names=names, top_mmhg=float(top), bottom_mmhg=float(bottom), end_s=end, clipped=clipped
    )


def _tells(recordings: Sequence[Recording], first: str, name: str) -> bool:
    """Return whether a channel is there and is not just the first one drawn twice."""
    found = [r for r in recordings if name in r]
    if name != "RVOT":
        return bool(found)
    return any(float(np.nanmax(np.abs(r[first] - r[name]))) > ALONG_MMHG for r in found)


def _thin(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values[:: max(1, values.shape[0] // SAMPLES)]


def _frame(ax: "Axes", x_label: str, y_label: str) -> None:
    ax.spines[["top", "right"]].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_color(color("line"))
    ax.tick_params(colors=color("line"), labelcolor=color("muted"), labelsize=10, length=3)
    ax.grid(color=color("line"), lw=0.5)
    ax.set_axisbelow(True)
    ax.set_xlabel(x_label, color=color("muted"), size=10, labelpad=2)
    ax.set_ylabel(y_label, color=color("muted"), size=10, labelpad=3)


def _axes(figure: "Figure") -> "Axes":
    return figure.add_axes((38 / 340, 32 / HEIGHT, 290 / 340, (HEIGHT - 32 - 24) / HEIGHT))


def _legend(ax: "Axes") -> None:
    legend = ax.legend(
        loc="lower left", bbox_to_anchor=(-0.01, 0.99), ncols=4, frameon=False, fontsize=11,
        handlelength=2.1, columnspacing=1.3, borderaxespad=0.0, handletextpad=0.5,
    )  # fmt: skip
    for text in legend.get_texts():
        text.set_color(color("ink"))


def trace_figure(
    name: str, recording: Recording, valve: str, scale: Scale, title: str, words: str
) -> str:
    """Return the pressures on both sides of the valve, the gradient shaded."""
    traces = TRACES[valve]

    def draw(figure: "Figure") -> None:
        ax = _axes(figure)
        time = _thin(recording.time_s)
        for channel in scale.names:
            if channel in recording:
                line, = ax.plot(time, _thin(recording[channel]), label=channel, lw=1.8,
                                color=color(channel.lower()))  # fmt: skip
                if channel in _DASHES:
                    line.set_dashes(_DASHES[channel])
        _shade(ax, recording, traces, time)
        ax.set_xlim(0.0, scale.end_s)
        ax.set_ylim(scale.bottom_mmhg, scale.top_mmhg)
        _frame(ax, "s", "mmHg")
        _legend(ax)

    return figure_svg(name, HEIGHT, title, words, draw)


def _shade(ax: "Axes", recording: Recording, traces: Traces, time: NDArray[np.float64]) -> None:
    up, down = (_thin(recording[n]) for n in traces.across)
    open_ = up > down
    if traces.flow in recording:
        open_ &= _thin(recording[traces.flow]) > 0.0
    ax.fill_between(time, down, up, where=open_, color=color("accent"), alpha=0.22, lw=0,
                    label="gradient")  # fmt: skip


def _beat(recording: Recording, channel: str) -> NDArray[np.float64]:
    """Return the last whole beat of a channel, closed on itself, shape (n,)."""
    samples = recording[channel]
    marks = [round(float(b) * recording.rate_hz) for b in recording.beats_s]
    marks = [m for m in marks if 0 <= m <= samples.shape[0]]
    beat = samples[marks[-2] : marks[-1]] if len(marks) > 1 else samples
    thin = _thin(beat)
    return np.append(thin, thin[:1])


def loop_figure(
    name: str,
    chamber: str,
    before: Recording,
    after: Recording,
    everyone: Sequence[Recording],
    title: str,
    words: str,
) -> str:
    """Return the pressure-volume loop of a chamber before and after, scaled to hold all."""

    def draw(figure: "Figure") -> None:
        ax = _axes(figure)
        volumes = [r[f"VOL_{chamber}"] for r in everyone]
        tops = [float(np.nanmax(r[chamber])) for r in everyone]
        for recording, label in ((before, "before"), (after, "after")):
            late = label == "after"
            line, = ax.plot(_beat(recording, f"VOL_{chamber}"), _beat(recording, chamber),
                            label=f"{chamber} {label}", lw=2.0 if late else 1.6,
                            color=color(chamber.lower() if late else "before"))  # fmt: skip
            if not late:
                line.set_dashes((4, 2))
        low, high = (float(f(v)) for f, v in ((min, [np.nanmin(v) for v in volumes]),
                                              (max, [np.nanmax(v) for v in volumes])))  # fmt: skip
        margin = 0.08 * max(high - low, 1.0)
        ax.set_xlim(max(0.0, low - margin), high + margin)
        ax.set_ylim(min(0.0, min(float(np.nanmin(r[chamber])) for r in everyone)), 1.08 * max(tops))
        _frame(ax, "mL", "mmHg")
        _legend(ax)

    return figure_svg(name, HEIGHT, title, words, draw)
