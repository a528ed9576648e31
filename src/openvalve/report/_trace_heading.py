"""Headings of trace panels: a title, then each line's stroke and numbers, wrapped to the width."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openvalve.report._svg import color

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["LINE_PT", "Entry", "draw_heading", "wrap"]

LINE_PT, SIZE_PT = 13.0, 8.8
CHARACTER = 0.54  # mean width of a character over the size of the type
STROKE_PT, SPACE_PT = 16.0, 14.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One piece of a heading.

    Attributes
    ----------
    text : its words.
    role : colour of the stroke or patch before it; empty for a title.
    dashed, filled : the stroke is dashed; it is a shaded patch.
    """

    text: str
    role: str = ""
    dashed: bool = False
    filled: bool = False


def _width(entry: Entry) -> float:
    stroke = STROKE_PT + 4.0 if entry.role else 0.0
    return stroke + CHARACTER * SIZE_PT * len(entry.text) + SPACE_PT


def wrap(entries: Sequence[Entry], width_pt: float) -> list[list[Entry]]:
    """Return the entries in lines no wider than that, as far as single entries allow."""
    lines: list[list[Entry]] = []
    used = 0.0
    for entry in entries:
        wide = _width(entry)
        if not lines or used + wide - SPACE_PT > width_pt:
            lines.append([])
            used = 0.0
        lines[-1].append(entry)
        used += wide
    return lines


def draw_heading(
    figure: "Figure", lines: Sequence[Sequence[Entry]], corner_pt: tuple[float, float]
) -> None:
    """Draw lines of entries from a corner: points from the left and from above."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle

    wide, tall = 72.0 * figure.get_figwidth(), 72.0 * figure.get_figheight()
    for row, line in enumerate(lines):
        x = corner_pt[0]
        y = 1.0 - (corner_pt[1] + (row + 0.5) * LINE_PT) / tall
        for entry in line:
            start = x
            if entry.role:
                ends = (x / wide, (x + STROKE_PT) / wide)
                if entry.filled:
                    size = ((STROKE_PT - 4.0) / wide, 8.0 / tall)
                    patch = Rectangle(
                        (ends[0] + 2.0 / wide, y - 0.5 * size[1]), *size, lw=0, alpha=0.45
                    )
                    patch.set_facecolor(color(entry.role))
                    figure.add_artist(patch)
                else:
                    style = "--" if entry.dashed else "-"
                    stroke = Line2D(ends, (y, y), lw=1.6, ls=style, color=color(entry.role))
                    figure.add_artist(stroke)
                start += STROKE_PT + 4.0
            weight = "normal" if entry.role else "bold"
            figure.text(
                start / wide, y, entry.text, va="center_baseline", ha="left", fontsize=SIZE_PT,
                fontweight=weight, color=color("ink"),
            )  # fmt: skip
            x += _width(entry)
