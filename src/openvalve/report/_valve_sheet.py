"""One inflation on one sheet: before, at the peak, opened and closed after; two views of each."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from openvalve.report._valve_balloon import outline_of, surface_of
from openvalve.report._valve_look import INK, LEAK, MUTED, bare, drawing, key, new_figure, scale_bar
from openvalve.report._valve_shapes import stills_of
from openvalve.report._valve_view import View, draw_above, draw_section, view_of
from openvalve.units import Mm

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from openvalve.valve.leaflets import LeafletInflation

__all__ = ["balloon_name", "bar_mm", "sheet_titles", "side_names", "write_sheet"]

DOTS_PER_INCH = 150
HEAD_IN, FOOT_IN = 0.85, 0.62
BAR_MM = 10.0
SMALL_RING_MM, SMALL_BAR_MM = 14.0, 5.0
SIDES = {
    "mitral": ("left atrium", "left ventricle"),
    "tricuspid": ("right atrium", "right ventricle"),
    "aortic": ("aorta", "left ventricle"),
    "pulmonary": ("pulmonary artery", "right ventricle"),
}


def balloon_name(one: "LeafletInflation") -> str:
    """Return model and size in words."""
    sizes = " + ".join(f"{b.diameter_mm:g}" for b in one.balloon.parts or (one.balloon,))
    return f"{one.balloon.model} {sizes} mm"


def side_names(one: "LeafletInflation") -> tuple[str, str]:
    """Return what lies above and below the valve in the section."""
    return SIDES[one.valve.shape.valve]


def sheet_titles(one: "LeafletInflation") -> dict[str, tuple[str, str]]:
    """Return two lines for each shape."""
    burst = ", burst" if one.burst else ""
    return {
        "before": (
            "Before, held open by flow",
            f"{one.area_anatomic_before_cm2:.2f} cm², jet {one.area_effective_before_cm2:.2f} cm²",
        ),
        "peak": (
            f"{balloon_name(one)}, {one.inflation_atm:.2f} atm{burst}",
            f"waist {one.waist_mm:.1f} of {one.free_mm:.1f} mm",
        ),
        "opened": (
            "After, held open by flow",
            f"{one.area_anatomic_after_cm2:.2f} cm², jet {one.area_effective_after_cm2:.2f} cm²",
        ),
        "closed": (
            "After, pressed shut",
            f"leak {one.leak_after_mm2:.1f} mm², grade {one.leak_after_grade:g}",
        ),
    }


def write_sheet(one: "LeafletInflation", former: "LeafletInflation | None", path: Path) -> None:
    """Write the sheet of one inflation as PNG."""
    stills = stills_of(one, former)
    view = view_of(one, [s.nodes_mm for s in stills])
    surface = surface_of(one)
    titles = sheet_titles(one)
    wide = 3.25
    heights = [wide * view.tall_mm / view.reach_mm, wide * _section_mm(view) / (2 * view.reach_mm)]
    whole = sum(heights) + HEAD_IN + FOOT_IN
    with drawing():
        figure = new_figure(wide * len(stills), whole)
        axes = figure.subplots(2, len(stills), squeeze=False, height_ratios=heights)
        figure.subplots_adjust(
            left=0.025, right=0.998, top=1.0 - HEAD_IN / whole, bottom=FOOT_IN / whole,
            wspace=0.02, hspace=0.02,
        )  # fmt: skip
        for column, still in zip(axes.T, stills, strict=True):
            balloon = None
            if still.name == "peak":
                balloon = outline_of(one, surface, still.nodes_mm, one.inflation_atm, one.free_mm)
            leak = one.closed_after.leak if still.name == "closed" else None
            draw_above(column[0], view, still.nodes_mm, still.torn, balloon=balloon, leak=leak)
            draw_section(column[1], view, still.nodes_mm, balloon=balloon)
            first, second = titles[still.name]
            column[0].set_title(f"{first}\n{second}", fontsize=10.0, color=INK, linespacing=1.35)
            for each in column:
                bare(each)
                if still.name == "before":
                    scale_bar(each, bar_mm(view))
            if leak is not None and leak.regions:
                places = ", ".join(dict.fromkeys(r.kind for r in leak.regions))
                _note(column[0], 0.03, 0.03, places, LEAK)
        _places(one, axes)
        figure.suptitle(
            _heading(one),
            fontsize=12.0,
            fontweight="bold",
            color=INK,
            y=1.0 - 0.12 / whole,
            va="top",
        )
        key(figure)
        figure.savefig(path, dpi=DOTS_PER_INCH, metadata={"Software": None})


def _section_mm(view: View) -> Mm:
    return view.high_mm - view.low_mm


def _note(axes: "Axes", x: float, y: float, text: str, color: str = MUTED, **more: Any) -> None:
    axes.text(x, y, text, transform=axes.transAxes, color=color, fontsize=8.5, **more)


def _places(one: "LeafletInflation", axes: "NDArray[Any]") -> None:
    """Name the sides that are seen."""
    above, below = side_names(one)
    beside: dict[str, Any] = {"rotation": 90, "ha": "right"}
    _note(axes[0, 0], 0.0, 0.5, f"seen from the {above}", va="center", **beside)
    _note(axes[1, 0], 0.0, 0.99, above, va="top", **beside)
    _note(axes[1, 0], 0.0, 0.01, below, va="bottom", **beside)
    if one.valve.shape.valve == "mitral":
        _note(axes[0, 0], 0.5, 0.995, "anterior", ha="center", va="top")
        _note(axes[0, 0], 0.5, 0.005, "posterior", ha="center", va="bottom")
        if not one.balloon.parts:
            _note(axes[1, 0], 0.22, 0.98, "anterior", ha="center", va="top")
            _note(axes[1, 0], 0.78, 0.98, "posterior", ha="center", va="top")


def _heading(one: "LeafletInflation") -> str:
    shape = one.valve.shape
    split = np.round(100.0 * one.split_frac)
    name = f"{shape.etiology} {shape.valve} valve, ring {shape.annulus_mm:.1f} mm"
    which = f"inflation {one.count}: " if one.count > 1 else ""
    return f"{name[0].upper()}{name[1:]}; {which}{split:.0f} % of the seams split"


def bar_mm(view: View) -> float:
    """Return the length of the scale bar."""
    return SMALL_BAR_MM if view.valve.mesh.annulus_mm < SMALL_RING_MM else BAR_MM
