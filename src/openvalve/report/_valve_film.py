"""An inflation as a short film: from folded to full, then pressed shut and opened by flow."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from openvalve.report._valve_balloon import Outline, outline_of, surface_of
from openvalve.report._valve_look import (
    BALLOON,
    INK,
    LABEL,
    MUTED,
    bare,
    drawing,
    new_figure,
    scale_bar,
)
from openvalve.report._valve_shapes import film_torn, stills_of
from openvalve.report._valve_sheet import balloon_name, bar_mm, sheet_titles, side_names
from openvalve.report._valve_view import View, draw_above, draw_section, view_of
from openvalve.units import Ml, Mm

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from PIL.Image import Image

    from openvalve.valve.balloon import BalloonSurface
    from openvalve.valve.leaflets import LeafletInflation

__all__ = ["Frame", "frames_of", "write_film"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

BETWEEN = 3  # pictures from one point of the course to the next
SHUTTING = 6  # pictures from one shape to the next after it
MOVING_MS, HELD_MS = 90, 1500
DOTS_PER_INCH = 90
COLOURS = 128


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """One picture of a film.

    Attributes
    ----------
    nodes_mm, torn : as in ``Still``; title : two lines; balloon : None once it is out.
    volume_ml, waist_mm, free_mm : where the curve stands; of the last point once it is out.
    shown_ms : for how long.
    """

    nodes_mm: Floats
    torn: Bools
    title: tuple[str, str]
    balloon: Outline | None
    volume_ml: Ml
    waist_mm: Mm
    free_mm: Mm
    shown_ms: int


def frames_of(one: "LeafletInflation", former: "LeafletInflation | None") -> tuple[Frame, ...]:
    """Return the pictures: straight between the shapes that were computed."""
    surface = surface_of(one)
    return (*_filling(one, former, surface), *_afterwards(one, former))


def _filling(
    one: "LeafletInflation", former: "LeafletInflation | None", surface: "BalloonSurface"
) -> list[Frame]:
    course = one.course
    torn = film_torn(one, former)
    found = []
    for k, (a, b) in enumerate(pairwise(course)):
        for share in np.linspace(0.0, 1.0, BETWEEN, endpoint=False):
            mix = float(share)
            nodes = (1.0 - mix) * a.nodes_mm + mix * b.nodes_mm
            atm = (1.0 - mix) * a.inflation_atm + mix * b.inflation_atm
            free = (1.0 - mix) * a.free_mm + mix * b.free_mm
            waist = (1.0 - mix) * a.waist_mm + mix * b.waist_mm
            title = (f"{balloon_name(one)}, {atm:.2f} atm", f"waist {waist:.1f} of {free:.1f} mm")
            found.append(
                Frame(
                    nodes_mm=nodes,
                    torn=torn[k],
                    title=title,
                    balloon=outline_of(one, surface, nodes, atm, free),
                    volume_ml=(1.0 - mix) * a.volume_ml + mix * b.volume_ml,
                    waist_mm=waist,
                    free_mm=free,
                    shown_ms=MOVING_MS,
                )
            )
    last, nodes = course[-1], one.peak_nodes_mm
    balloon = outline_of(one, surface, nodes, last.inflation_atm, last.free_mm)
    found.append(_still(one, nodes, torn[-1], sheet_titles(one)["peak"], balloon, HELD_MS))
    return found


def _afterwards(one: "LeafletInflation", former: "LeafletInflation | None") -> list[Frame]:
    """Return the shapes after it, each reached in a straight line."""
    titles = sheet_titles(one)
    _, peak, opened, closed = stills_of(one, former)
    found = []
    for a, b in pairwise((peak, closed, opened)):
        for share in np.linspace(0.0, 1.0, SHUTTING, endpoint=False)[1:]:
            nodes = (1.0 - share) * a.nodes_mm + share * b.nodes_mm
            found.append(_still(one, nodes, b.torn, titles[b.name], None, MOVING_MS))
        found.append(_still(one, b.nodes_mm, b.torn, titles[b.name], None, HELD_MS))
    return found


def _still(
    one: "LeafletInflation",
    nodes_mm: Floats,
    torn: Bools,
    title: tuple[str, str],
    balloon: Outline | None,
    shown_ms: int,
) -> Frame:
    last = one.course[-1]
    return Frame(
        nodes_mm=nodes_mm,
        torn=torn,
        title=title,
        balloon=balloon,
        volume_ml=last.volume_ml,
        waist_mm=last.waist_mm,
        free_mm=last.free_mm,
        shown_ms=shown_ms,
    )


def write_film(one: "LeafletInflation", former: "LeafletInflation | None", path: Path) -> None:
    """Write the film of one inflation as animated GIF."""
    from PIL import Image

    frames = frames_of(one, former)
    view = view_of(one, [f.nodes_mm for f in frames])
    pictures = []
    with drawing():
        figure = new_figure(8.6, 5.2)
        for frame in frames:
            figure.clear()
            _draw(figure, one, view, frame)
            pictures.append(_picture(figure))
    palette = _palette([p for p, f in zip(pictures, frames, strict=True) if f.shown_ms > MOVING_MS])
    flat = [p.quantize(palette=palette, dither=Image.Dither.NONE) for p in pictures]
    flat[0].save(
        path,
        save_all=True,
        append_images=flat[1:],
        duration=[f.shown_ms for f in frames],
        loop=0,
        optimize=False,
    )


def _palette(pictures: "list[Image]") -> "Image":
    """Return colours that every shape needs: a film whose first picture chose would lack some."""
    from PIL import Image

    wide, tall = pictures[0].size
    whole = Image.new("RGB", (wide, tall * len(pictures)))
    for k, picture in enumerate(pictures):
        whole.paste(picture, (0, tall * k))
    return whole.quantize(COLOURS, method=Image.Quantize.FASTOCTREE)


def _draw(figure: "Figure", one: "LeafletInflation", view: View, frame: Frame) -> None:
    axes: Any = (
        figure.add_axes((0.035, 0.30, 0.46, 0.56)),
        figure.add_axes((0.525, 0.30, 0.46, 0.56)),
    )
    draw_above(axes[0], view, frame.nodes_mm, frame.torn, balloon=frame.balloon)
    draw_section(axes[1], view, frame.nodes_mm, balloon=frame.balloon)
    above, below = side_names(one)
    for each in axes:
        bare(each)
    scale_bar(axes[0], bar_mm(view))
    axes[0].text(0.0, 0.0, f"from the {above}", transform=axes[0].transAxes, color=MUTED)
    for level, name, side in ((1.0, above, "top"), (0.0, below, "bottom")):
        axes[1].text(
            1.0, level, name, transform=axes[1].transAxes, ha="right", va=side, color=MUTED
        )
    figure.text(0.5, 0.945, frame.title[0], ha="center", fontsize=11.5, weight="bold", color=INK)
    figure.text(0.5, 0.895, frame.title[1], ha="center", fontsize=10.0, color=INK)
    curve = figure.add_axes((0.085, 0.105, 0.88, 0.13))
    volume = [p.volume_ml for p in one.course]
    curve.plot(volume, [p.free_mm for p in one.course], "--", color=BALLOON, lw=1.2)
    curve.plot(volume, [p.waist_mm for p in one.course], color=INK, lw=1.2)
    curve.plot([frame.volume_ml] * 2, [frame.waist_mm, frame.free_mm], color=BALLOON, lw=2.0)
    curve.plot([frame.volume_ml], [frame.waist_mm], "o", color=INK, ms=5.0)
    curve.set_ylim(0.0, 1.1 * max(p.free_mm for p in one.course))
    curve.set_ylabel("free, waist\nmm", fontsize=8.0)
    curve.set_xlabel("volume inside, mL", fontsize=8.0, labelpad=1.0)
    curve.tick_params(labelsize=7.5)
    curve.spines[["top", "right"]].set_visible(False)
    figure.text(0.99, 0.008, LABEL, ha="right", fontsize=7.0, color=MUTED)


def _picture(figure: "Figure") -> "Image":
    from PIL import Image

    figure.set_dpi(DOTS_PER_INCH)
    figure.canvas.draw()
    shown: Any = figure.canvas
    return Image.fromarray(np.asarray(shown.buffer_rgba())[:, :, :3].copy())
