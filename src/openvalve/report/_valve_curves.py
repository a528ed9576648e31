"""How an inflation went: diameter and waist, pressure and volume, and when the seams gave way."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from openvalve.report._valve_balloon import surface_of
from openvalve.report._valve_look import (
    BALLOON,
    INK,
    LABEL,
    MUTED,
    TORN,
    drawing,
    new_figure,
)
from openvalve.report._valve_sheet import balloon_name
from openvalve.units import Mm

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from openvalve.valve.leaflets import LeafletInflation

__all__ = ["plain_axes", "write_curves", "write_sizes"]

DOTS_PER_INCH = 150
DASHES = ("-", "--", "-.", ":")


def write_curves(one: "LeafletInflation", path: Path) -> None:
    """Write the curves of one inflation as PNG."""
    with drawing():
        figure = new_figure(11.4, 4.0)
        axes = figure.subplots(1, 3)
        figure.subplots_adjust(left=0.055, right=0.985, top=0.83, bottom=0.19, wspace=0.26)
        _diameters(axes[0], one)
        _volumes(axes[1], one)
        _splits(axes[2], one)
        shape = one.valve.shape
        figure.suptitle(
            f"{balloon_name(one)} in a {shape.etiology} {shape.valve} valve,"
            f" ring {shape.annulus_mm:.1f} mm",
            fontsize=12.0, fontweight="bold", color=INK,
        )  # fmt: skip
        figure.text(0.5, 0.02, LABEL, ha="center", fontsize=8.0, color=MUTED)
        figure.savefig(path, dpi=DOTS_PER_INCH, metadata={"Software": None})


def plain_axes(axes: "Axes", across: str, up: str, title: str) -> None:
    """Name both axes and take the upper and right frame away."""
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.set_title(title, fontsize=10.0, color=INK, loc="left")
    axes.grid(color="#e3e8ec", lw=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def _diameters(axes: "Axes", one: "LeafletInflation") -> None:
    volume = [p.volume_ml for p in one.course]
    free = [p.free_mm for p in one.course]
    waist = [p.waist_mm for p in one.course]
    axes.plot(volume, free, "--", color=BALLOON, lw=1.5)
    axes.plot(volume, waist, "o-", color=INK, lw=1.6, ms=3.0)
    axes.fill_between(volume, waist, free, color=BALLOON, alpha=0.14, lw=0)
    ring: Mm = one.valve.mesh.annulus_mm
    axes.axhline(ring, color=MUTED, lw=0.9, ls=":")
    _beside(axes, 0.02, ring, f"ring {ring:.1f} mm", MUTED)
    _at_end(axes, volume[-1], free[-1], f"free {free[-1]:.1f}", BALLOON, above=True)
    _at_end(axes, volume[-1], waist[-1], f"waist {waist[-1]:.1f}", INK, above=False)
    axes.set_ylim(0.0, 1.12 * max(ring, *free))
    plain_axes(axes, "volume inside, mL", "diameter, mm", "Free diameter and waist")


def _beside(axes: "Axes", x: float, y: float, text: str, color: str, *, ha: str = "left") -> None:
    place = axes.get_yaxis_transform()
    axes.text(x, y, text, transform=place, color=color, ha=ha, va="bottom", fontsize=8.5)


def _at_end(axes: "Axes", x: float, y: float, text: str, color: str, *, above: bool) -> None:
    axes.annotate(
        text, (x, y), (0, 5) if above else (-7, 2), textcoords="offset points", color=color,
        ha="right", va="bottom" if above else "center", fontsize=8.5,
    )  # fmt: skip


def _volumes(axes: "Axes", one: "LeafletInflation") -> None:
    from openvalve.valve.balloon import pressure_volume

    volume = np.array([p.volume_ml for p in one.course])
    pressure = np.array([p.inflation_atm for p in one.course])
    table = pressure_volume(surface_of(one))
    most = max(float(pressure.max()), 1e-3)
    alone = np.linspace(0.0, most, 60)
    free = [table.volume_ml(float(p)) for p in alone]
    axes.plot(free, alone, "--", color=BALLOON, lw=1.5, label="balloon alone")
    axes.plot(volume, pressure, "o-", color=INK, lw=1.6, ms=3.0, label="in the valve")
    for seam in one.seams:
        if seam.split_atm is not None:
            axes.axhline(seam.split_atm, color=TORN, lw=0.9, ls=":")
    if one.split_atm is not None:
        _beside(axes, 0.02, one.split_atm, f"first seam gives way, {one.split_atm:.2f} atm", TORN)
    axes.set_ylim(0.0, 1.14 * most)
    axes.legend(frameon=False, loc="lower right", fontsize=8.5)
    plain_axes(axes, "volume inside, mL", "pressure inside, atm", "Pressure and volume")


def _splits(axes: "Axes", one: "LeafletInflation") -> None:
    """Draw the torn share of each commissure and raphe against the waist."""
    waist = [p.waist_mm for p in one.course]
    own = [k for k, seam in enumerate(one.valve.mesh.seams) if seam.kind != "calcium"]
    found = [s for s in one.seams if s.kind != "calcium"]
    for n, (k, seam) in enumerate(zip(own, found, strict=True)):
        share = [100.0 * p.torn_frac[k] for p in one.course]
        name = f"{seam.kind} at {seam.direction_deg:.0f}°: {seam.torn_mm:.1f} mm"
        tone = (TORN, "#8a4b08", INK)[n % 3]
        axes.plot(waist, share, DASHES[n % 4], marker="o", ms=3.0, lw=1.5, color=tone, label=name)
    axes.set_ylim(-3.0, 103.0)
    axes.legend(frameon=False, loc="upper left", fontsize=8.5)
    plain_axes(axes, "diameter of the waist, mm", "torn, % of its length", "Seams")


def write_sizes(sizes: "Sequence[LeafletInflation]", path: Path) -> None:
    """Write area and stretch of the ring against the size of the balloon as PNG.

    Parameters
    ----------
    sizes : each in a fresh valve, by rising size.
    """
    first = sizes[0]
    ring: Mm = first.valve.mesh.annulus_mm
    wide = [one.balloon.effective_diameter_mm for one in sizes]
    wider = [100.0 * (one.annular_stretch_ratio - 1.0) for one in sizes]
    with drawing():
        figure = new_figure(11.4, 4.0)
        axes = figure.subplots(1, 3)
        figure.subplots_adjust(left=0.055, right=0.985, top=0.83, bottom=0.19, wspace=0.26)
        before = first.area_anatomic_before_cm2
        _pair(
            axes[0],
            wide,
            ("anatomic", [one.area_anatomic_after_cm2 for one in sizes]),
            ("jet", [one.area_effective_after_cm2 for one in sizes]),
        )
        axes[0].axhline(before, color=MUTED, lw=0.9, ls=":")
        _beside(axes[0], 0.98, before, f"before, {before:.2f} cm²", MUTED, ha="right")
        plain_axes(axes[0], "balloon, mm", "area after, cm²", "Area held open by flow")
        _pair(
            axes[1],
            wide,
            ("seams: torn, of their length", [100.0 * one.split_frac for one in sizes]),
            ("ring: wider at the peak", wider),
        )
        plain_axes(axes[1], "balloon, mm", "%", "What gives way")
        leak = [one.leak_after_mm2 for one in sizes]
        axes[2].plot(wide, leak, "o-", color=TORN, lw=1.6)
        axes[2].axhline(first.leak_before_mm2, color=MUTED, lw=0.9, ls=":")
        text = f"before, {first.leak_before_mm2:.1f} mm²"
        _beside(axes[2], 0.98, first.leak_before_mm2, text, MUTED, ha="right")
        axes[2].set_ylim(0.0, 1.25 * max(*leak, first.leak_before_mm2, 1.0))
        plain_axes(axes[2], "balloon, mm", "jet of the closed valve, mm²", "Leak")
        for each in axes if min(wide) < ring < max(wide) else ():
            each.axvline(ring, color=MUTED, lw=0.9, ls="-.")
        shape = first.valve.shape
        figure.suptitle(
            f"{_family(first)} in a {shape.etiology} {shape.valve} valve,"
            f" ring {ring:.1f} mm (dash-dotted): each size in a fresh valve",
            fontsize=12.0, fontweight="bold", color=INK,
        )  # fmt: skip
        figure.text(0.5, 0.02, LABEL, ha="center", fontsize=8.0, color=MUTED)
        figure.savefig(path, dpi=DOTS_PER_INCH, metadata={"Software": None})


def _family(one: "LeafletInflation") -> str:
    if one.balloon.kind == "inoue":
        return "Inoue balloons"
    pair = "two balloons, " if one.balloon.parts else ""
    return f"{pair}{one.balloon.model}"


def _pair(
    axes: "Axes",
    wide_mm: Sequence[float],
    first: tuple[str, Sequence[float]],
    second: tuple[str, Sequence[float]],
) -> None:
    axes.plot(wide_mm, first[1], "o-", color=INK, lw=1.6, label=first[0])
    axes.plot(wide_mm, second[1], "s--", color=BALLOON, lw=1.6, ms=5.0, label=second[0])
    axes.set_ylim(min(0.0, *second[1]), 1.25 * max(*first[1], *second[1]))
    axes.legend(frameon=False, loc="upper left", fontsize=8.5)
