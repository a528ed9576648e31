"""Draw the wall of the aortic root against a balloon: ``docs/images/root_wall.png``.

``python benchmarks/root_pictures.py``; a minute. Left, a wall rolled out, how much its area grew
from before the balloon, with a nodule and the place of the conduction tissue; middle, stress over
strength against the balloon's size, with and without it; right, the 62 virtual roots of MB11.
"""

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

matplotlib.use("Agg")
from matplotlib import pyplot as plt

from openvalve.anatomy import ValveShape
from openvalve.devices import find_balloon
from openvalve.patient import BalloonRequest
from openvalve.validation._mechanics_roots import RootOutcome, rooted, virtual_roots
from openvalve.valve.closing import areal_stretch
from openvalve.valve.root import Nodule, RootInflation, build_root, inflate_root

TARGET = Path(__file__).parents[1] / "docs" / "images" / "root_wall.png"
RING_MM = 23.0
SHAPE = ValveShape(
    valve="aortic",
    etiology="calcific",
    morphology="tricuspid",
    annulus_mm=RING_MM,
    area_anatomic_cm2=0.7,
    age_years=78.0,
)
NODULE = Nodule(direction_deg=120.0, depth_mm=4.5, width_mm=8.0, height_mm=6.0, thickness_mm=2.2)


def inflated(nodule: Nodule | None, oversize_frac: float) -> RootInflation:
    """Return one wall about a balloon so much wider than its ring."""
    wide = round(RING_MM * (1.0 + oversize_frac), 1)
    balloon = find_balloon(BalloonRequest(kind="cylinder", diameter_mm=wide))
    return inflate_root(build_root(SHAPE, nodule=nodule), balloon)


def rolled_out(figure: Figure, axes: Axes) -> None:
    """Draw areal stretch over direction and height."""
    done = inflated(NODULE, 0.2)
    mesh, rest = done.root.mesh, done.root.rest.nodes_mm
    stretch = areal_stretch(rest, done.peak_nodes_mm, mesh.triangles).each
    corners = mesh.nodes_mm[mesh.triangles]
    middle = corners.mean(axis=1)
    turn = np.degrees(np.arctan2(middle[:, 1], middle[:, 0])) % 360.0
    away = np.degrees(np.arctan2(corners[..., 1], corners[..., 0])) - turn[:, None]
    places = np.stack([turn[:, None] + (away + 180.0) % 360.0 - 180.0, corners[..., 2]], axis=-1)
    calcium = mesh.bulge_frac > 0.0
    kept = done.root.soft | calcium
    seen = PolyCollection(places[kept], array=stretch[kept], edgecolors="face", clim=(1.0, 1.6))
    axes.add_collection(seen)
    axes.plot(turn[calcium], middle[calcium, 2], ".", color="white", markersize=3)
    half = np.degrees(5.1 / (0.5 * RING_MM))
    axes.add_patch(Rectangle((330.0 - half, -4.2), 2.0 * half, 4.2, fill=False, color="red"))
    axes.axhline(0.0, color="black", linewidth=0.8)
    axes.set(xlabel="direction, °", ylabel="above the ring, mm", xlim=(0.0, 360.0))
    axes.set_ylim(middle[kept, 2].min(), middle[kept, 2].max())
    axes.set_title("Area over before, balloon 20 % over the ring", fontsize=10)
    figure.colorbar(seen, ax=axes)


def by_size(axes: Axes) -> None:
    """Draw stress over the mean strength of the age against the balloon's size."""
    sizes = np.linspace(0.0, 0.3, 7)
    for nodule, label in ((None, "no nodule"), (NODULE, "nodule 8 x 6 x 2.2 mm")):
        made = [inflated(nodule, float(size)) for size in sizes]
        shares = [one.wall.stress_ratio * one.root.strength_ratio for one in made]
        axes.plot(100.0 * sizes, shares, "o-", label=label)
    axes.axhspan(0.83, 1.17, color="grey", alpha=0.3, label="strength, ± 1 SD")
    axes.set(xlabel="balloon wider than the ring by, %", ylabel="stress over mean strength")
    axes.set_title("Ring 23 mm, outflow tract 19.9 mm", fontsize=10)
    axes.legend(fontsize=8)


def population(axes: Axes) -> None:
    """Draw areal stretch against oversizing for all virtual roots."""
    found = [one for one in map(rooted, virtual_roots()) if isinstance(one, RootOutcome)]
    for nodule, marker, words in ((False, "o", "no nodule"), (True, "^", "nodule")):
        for ruptured, color in ((False, "C0"), (True, "C3")):
            some = [r for r in found if (r.nodule, r.ruptured) == (nodule, ruptured)]
            axes.plot(
                [100.0 * r.oversize_frac for r in some],
                [r.areal_stretch_ratio for r in some],
                marker,
                color=color,
                label=f"{words}, {'ruptures' if ruptured else 'holds'}",
            )
    axes.axhline(1.6, color="grey", linestyle=":", label="published cut")
    axes.set(xlabel="balloon wider than the ring by, %", ylabel="peak areal stretch")
    axes.set_title("62 virtual roots (MB11)", fontsize=10)
    axes.legend(fontsize=7)


def main() -> None:
    figure, axes = plt.subplots(1, 3, figsize=(13.5, 3.9), layout="constrained")
    rolled_out(figure, axes[0])
    by_size(axes[1])
    population(axes[2])
    figure.savefig(TARGET, dpi=110)
    print(TARGET.name)


if __name__ == "__main__":
    main()
