"""How a valve is drawn: colours that also read in print, light and depth, seams, a scale bar."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from openvalve.units import Mm

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "BALLOON",
    "BLOOD",
    "CALCIUM",
    "HELD",
    "INK",
    "LABEL",
    "LEAFLETS",
    "LEAK",
    "MUTED",
    "TORN",
    "bare",
    "drawing",
    "hidden",
    "key",
    "lit",
    "new_figure",
    "scale_bar",
]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LABEL = "Research and education. Not a medical device; not for clinical use."
INK, MUTED = "#14202b", "#4d5c6a"
LEAFLETS = ("#e3a283", "#d8918d", "#dfb07f")  # three tones, so that neighbours part
CALCIUM = "#fffbe8"
BLOOD = "#3a0d16"  # what is seen through an opening
TORN, HELD = "#e00025", "#4a2a22"
BALLOON, LEAK = "#2f7fb8", "#1557b0"
DARKEST = 0.72  # of the farthest places
LIGHT = (-0.45, 0.55, 0.70)
AMBIENT = 0.58
_SETTINGS: dict[Any, Any] = {"text.parse_math": False, "font.size": 9.0, "axes.linewidth": 0.8}


@contextmanager
def drawing() -> Iterator[None]:
    """Use matplotlib's own defaults, whatever the user's settings are."""
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_SETTINGS)
        yield


def new_figure(width_in: float, height_in: float) -> "Figure":
    """Return an empty white figure."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width_in, height_in), facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def bare(axes: "Axes") -> None:
    """Take ticks and frame away; a millimetre is the same both ways."""
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)


def scale_bar(axes: "Axes", length_mm: Mm) -> None:
    """Draw a bar of a length in the lower right corner."""
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    x, y = right - 0.03 * (right - left), low + 0.03 * (high - low)
    axes.plot([x - length_mm, x], [y, y], color=INK, lw=2.0, solid_capstyle="butt", zorder=20)
    axes.text(
        x - 0.5 * length_mm, y + 0.015 * (high - low), f"{length_mm:g} mm",
        ha="center", va="bottom", fontsize=8.0, color=INK, zorder=20,
    )  # fmt: skip


def lit(seen: Floats, triangles: NDArray[np.int32], base: Floats, depth: tuple[Mm, Mm]) -> Floats:
    """Return the colours of triangles, (m, 3), lit from the upper left, darker farther away.

    Parameters
    ----------
    seen : (n, 3) right, up and towards the viewer.
    base : (m, 3) colours; depth : farthest and nearest place of the whole sheet.
    """
    corners = seen[triangles]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    smooth = np.zeros_like(seen)
    for k in range(3):
        np.add.at(smooth, triangles[:, k], normal)
    normal = smooth[triangles].sum(axis=1)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    normal = np.where(normal[:, 2:] < 0.0, -normal, normal)  # the side that is seen
    light = np.array(LIGHT) / np.linalg.norm(LIGHT)
    shine = AMBIENT + (1.0 - AMBIENT) * np.clip(normal @ light, 0.0, 1.0)
    far = (corners[:, :, 2].mean(axis=1) - depth[0]) / max(depth[1] - depth[0], 1e-9)
    shade = shine * (DARKEST + (1.0 - DARKEST) * np.clip(far, 0.0, 1.0))
    return np.asarray(np.clip(base * shade[:, None] * 1.12, 0.0, 1.0))


def hidden(points: Floats, seen: Floats, triangles: NDArray[np.int32], near_mm: Mm) -> Bools:
    """Return which points lie behind a triangle by more than ``near_mm``, (k,).

    Parameters
    ----------
    points : (k, 3) and seen : (n, 3), as in ``lit``.
    """
    a, b, c = (seen[triangles[:, k]] for k in range(3))
    found = np.zeros(len(points), dtype=bool)
    whole = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    whole = np.where(np.abs(whole) < 1e-12, 1e-12, whole)
    for k, p in enumerate(points):
        one = (b[:, 0] - p[0]) * (c[:, 1] - p[1]) - (b[:, 1] - p[1]) * (c[:, 0] - p[0])
        two = (c[:, 0] - p[0]) * (a[:, 1] - p[1]) - (c[:, 1] - p[1]) * (a[:, 0] - p[0])
        one, two = one / whole, two / whole
        inside = (one >= 0.0) & (two >= 0.0) & (one + two <= 1.0)
        level = one * a[:, 2] + two * b[:, 2] + (1.0 - one - two) * c[:, 2]
        found[k] = bool((inside & (level > p[2] + near_mm)).any())
    return found


def key(figure: "Figure") -> None:
    """Say below the figure what the colours are, and what it is for."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = [
        Patch(facecolor=LEAFLETS[0], edgecolor=HELD, lw=0.5, label="leaflet"),
        Patch(facecolor=CALCIUM, edgecolor=HELD, lw=0.5, label="calcium"),
        Line2D([], [], color=HELD, lw=1.4, label="commissure or raphe that holds"),
        Line2D([], [], color=TORN, lw=2.2, label="torn seam, cracked calcium"),
        Patch(facecolor=BLOOD, label="opening"),
        Patch(facecolor=BALLOON, alpha=0.35, label="balloon"),
        Line2D([], [], color=BALLOON, lw=1.2, ls="--", label="its free shape"),
        Line2D([], [], color=LEAK, marker="o", mfc="none", mew=1.6, lw=0, label="leak, to scale"),
    ]
    figure.legend(
        handles=handles, loc="lower center", ncols=len(handles), frameon=False, fontsize=8.5,
        bbox_to_anchor=(0.5, 0.028), columnspacing=1.4, handlelength=1.6,
    )  # fmt: skip
    figure.text(0.5, 0.012, LABEL, ha="center", fontsize=8.0, color=MUTED)
