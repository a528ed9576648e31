"""Balloons side by side: one row each, the same rows in every panel."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openvalve.report._numbers import (
    Estimate,
    format_estimate,
    format_number,
    format_probability,
    unit_label,
)
from openvalve.report._svg import WIDTH, color, figure_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["BandRow", "LeakRow", "band_panel", "leak_panel"]

TOP, ROW, FOOT = 22.0, 56.0, 26.0
LEFT, RIGHT = 3.0, WIDTH - 3.0
LABEL = 70.0  # wide enough for the longest of them
SMALL = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class BandRow:
    """One balloon in a panel of bands: at once, and after hours."""

    letter: str
    label: str
    acute: Estimate | None
    later: Estimate | None


@dataclass(frozen=True, kw_only=True, slots=True)
class LeakRow:
    """One balloon in the panel of leak grades; ``chances`` of grade 0 to 4, summing to one."""

    letter: str
    label: str
    chances: tuple[float, ...]


def _height(rows: Sequence[Any]) -> float:
    return TOP + ROW * len(rows) + FOOT


def _canvas(figure: "Figure", height: float) -> "Axes":
    """Return axes that cover the figure, in points, y downward."""
    ax = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    ax.set_xlim(0.0, WIDTH)
    ax.set_ylim(height, 0.0)
    ax.axis("off")
    return ax


def _text(ax: "Axes", x: float, y: float, text: str, role: str = "ink", **how: Any) -> None:
    ax.text(x, y, text, color=color(role), **how)


def _name(ax: "Axes", y: float, letter: str, label: str, value: str) -> None:
    short = label if len(label) <= 30 else label[:29] + "…"
    _text(ax, LEFT, y, letter, "accent", weight="bold", va="baseline")
    _text(ax, LEFT + 15, y, short, va="baseline")
    _text(ax, RIGHT, y, value, ha="right", va="baseline", weight="bold")


def _scale(values: Sequence[float]) -> tuple[float, list[float]]:
    """Return the end of an axis from zero and its ticks."""
    from matplotlib.ticker import MaxNLocator

    top = max(values, default=1.0) or 1.0
    ticks = [float(t) for t in MaxNLocator(nbins=5).tick_values(0.0, 1.04 * top) if t >= 0.0]
    return ticks[-1], ticks


def band_panel(
    name: str,
    key: str,
    rows: Sequence[BandRow],
    before: Estimate | None,
    model: Estimate | None = None,
) -> str:
    """Return the panel of one quantity: medians and bands of every balloon against before.

    ``model`` is where the fitted model starts, given where that is not the measured ``before``.
    """
    known = [e for r in rows for e in (r.acute, r.later) if e is not None]
    known += [e for e in (before, model) if e is not None]
    end, ticks = _scale([max(e.median, e.high or e.median) for e in known])
    height = _height(rows)

    def place(value: float) -> float:
        return LEFT + 3 + (RIGHT - LEFT - 6) * min(max(value / end, 0.0), 1.0)

    def draw(figure: "Figure") -> None:
        ax = _canvas(figure, height)
        _axis(ax, key, ticks, place, height - FOOT)
        for i, row in enumerate(rows):
            y = TOP + i * ROW
            _name(ax, y + 12, row.letter, row.label, _summary(key, row.acute))
            _marks(ax, y, row, before, place)
            if model is not None:
                x = place(model.median)
                ax.plot([x, x], [y + 19, y + 48], color=color("muted"), lw=1.2, dashes=(1, 2))
        _starts(ax, key, before, model, place)

    words = "; ".join(
        f"{r.letter}, {r.label}: right after {format_estimate(key, r.acute, unit=True)}, "
        f"after hours {format_estimate(key, r.later, unit=True)}"
        for r in rows
    )
    start = f"Before: {format_estimate(key, before, unit=True)}. " if before else ""
    if model is not None:
        start += f"The fitted model starts from {format_estimate(key, model, unit=True)}. "
    return figure_svg(name, height, "Medians and 90 % bands by balloon", start + words, draw)


def _starts(
    ax: "Axes", key: str, before: Estimate | None, model: Estimate | None, place: Any
) -> None:
    """Name the value before, and the model's where it is another, apart from each other."""
    named = [
        (place(estimate.median), f"{word} {format_number(key, estimate.median)}", role)
        for estimate, word, role in ((before, "before", "before"), (model, "model", "muted"))
        if estimate is not None
    ]
    named.sort()
    if len(named) == 2 and named[0][0] > LABEL and named[1][0] < RIGHT - LABEL:
        sides = ["right", "left"]
    elif len(named) == 2:  # no room on one side of them: one after the other from the edge
        at = LEFT if named[0][0] <= LABEL else RIGHT - 2.0 * LABEL
        named = [(at + k * LABEL, text, role) for k, (_, text, role) in enumerate(named)]
        sides = ["left", "left"]
    else:
        sides = ["left" if x < 40 else "right" if x > 300 else "center" for x, *_ in named]
    for (x, text, role), side in zip(named, sides, strict=True):
        _text(ax, x, TOP - 9, text, role, size=SMALL, va="baseline", ha=side)


def _summary(key: str, estimate: Estimate | None) -> str:
    return "not predicted" if estimate is None else format_estimate(key, estimate)


def _axis(ax: "Axes", key: str, ticks: Sequence[float], place: Any, y: float) -> None:
    ax.plot([place(0.0), place(ticks[-1])], [y, y], color=color("line"), lw=1)
    digits = 0 if all(float(t).is_integer() for t in ticks) else 1
    digits = 2 if any(abs(10 * t - round(10 * t)) > 1e-6 for t in ticks) else digits
    factor = 100.0 if unit_label(key) == "%" else 1.0
    for i, tick in enumerate(ticks):
        x = place(tick)
        ax.plot([x, x], [TOP, y], color=color("line"), lw=0.6, zorder=0)
        last = i == len(ticks) - 1
        unit = f" {unit_label(key)}" if last else ""
        _text(ax, x, y + 14, f"{factor * tick:.{0 if factor > 1 else digits}f}{unit}", "muted",
              size=SMALL, ha="left" if i == 0 else "right" if last else "center")  # fmt: skip


def _marks(ax: "Axes", y: float, row: BandRow, before: Estimate | None, place: Any) -> None:
    if before is not None:
        x = place(before.median)
        ax.plot([x, x], [y + 19, y + 48], color=color("before"), lw=1.6, dashes=(3, 2))
    for estimate, dy, role, wide in ((row.acute, 27, "accent", 9.0), (row.later, 42, "later", 3.0)):
        if estimate is None:
            continue
        if estimate.low is not None and estimate.high is not None:
            ax.plot([place(estimate.low), place(estimate.high)], [y + dy, y + dy],
                    color=color(role), lw=wide, alpha=0.38 if wide > 5 else 0.75,
                    solid_capstyle="butt")  # fmt: skip
        hollow = role == "later"
        ax.plot([place(estimate.median)], [y + dy], color=color(role),
            marker="D" if hollow else "o",
                ms=5.5 if hollow else 8, mfc=color("card" if hollow else role),
                mec=color(role), mew=1.5)  # fmt: skip


def leak_panel(name: str, rows: Sequence[LeakRow]) -> str:
    """Return the panel of leak grades: one stacked bar for each balloon."""
    height = _height(rows)

    def draw(figure: "Figure") -> None:
        ax = _canvas(figure, height)
        for i, row in enumerate(rows):
            y = TOP + i * ROW
            severe = sum(row.chances[3:])
            value = f"grade 3–4: {format_probability(severe)}" if row.chances else "not predicted"
            _name(ax, y + 12, row.letter, row.label, value)
            _stack(ax, y + 20, row.chances)
        _grade_key(ax, height - FOOT + 14)

    words = "; ".join(
        f"{r.letter}, {r.label}: "
        + ", ".join(f"grade {g} {format_probability(p)}" for g, p in enumerate(r.chances))
        for r in rows
    )
    return figure_svg(name, height, "Chance of each leak grade by balloon", words, draw)


def _stack(ax: "Axes", y: float, chances: Sequence[float]) -> None:
    from matplotlib.patches import Rectangle

    total = sum(chances) or 1.0
    x, width = LEFT, RIGHT - LEFT
    for grade, chance in enumerate(chances):
        w = width * chance / total
        if w >= 0.6:
            ax.add_patch(Rectangle((x, y), max(w - 1.2, 0.6), 24, fc=color(f"g{grade}"), lw=0))
        words = f"{grade}: {100 * chance:.0f}%" if w > 46 else f"{grade}" if w > 12 else ""
        _text(ax, x + (w - 1.2) / 2, y + 12.5, words, f"g{grade}-ink", size=SMALL, ha="center",
              va="center")  # fmt: skip
        x += w


def _grade_key(ax: "Axes", y: float) -> None:
    from matplotlib.patches import Rectangle

    words = ("none", "trace", "mild", "moderate", "severe")
    x = LEFT
    for grade, word in enumerate(words):
        ax.add_patch(Rectangle((x, y - 9), 10, 10, fc=color(f"g{grade}"), lw=0))
        _text(ax, x + 13, y, f"{grade} {word}", "muted", size=SMALL)
        x += 13 + 7.2 * 0.76 * (len(word) + 2) + 13
