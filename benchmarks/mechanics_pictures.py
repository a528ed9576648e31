"""Draw what the leaflet solver is checked against: ``docs/images/mechanics_checks.png``.

``python benchmarks/mechanics_pictures.py``; half a minute. Left, the waist of a balloon in a rigid
ring, in closed form; middle, what its flanks and its pressure do to a millimetre of edge; right, a
closed aortic leaflet cut along its middle, by the fast solver and by scikit-fem (MB9).
"""

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.axes import Axes

matplotlib.use("Agg")
from matplotlib import pyplot as plt

from openvalve.devices import find_balloon
from openvalve.patient import BalloonRequest
from openvalve.validation import _mechanics_closed as closed
from openvalve.valve.balloon import balloon_surface, flank_pull_n_mm, waist_radii_mm
from openvalve.valve.shell import TISSUES

TARGET = Path(__file__).parents[1] / "docs" / "images" / "mechanics_checks.png"
ATM = 3.0
MPA_PER_ATM = 0.101325
COLUMNS = 24


def waist(axes: Axes) -> None:
    """Draw a balloon of 20 mm in rings 12, 15 and 18 mm wide."""
    surface = balloon_surface(find_balloon(BalloonRequest(kind="cylinder", diameter_mm=20.0)))
    z = surface.grid_mm
    for radius, color in ((6.0, "C0"), (7.5, "C1"), (9.0, "C2")):
        lumen = np.full(len(z), np.inf)
        lumen[int(np.argmin(np.abs(z - z.mean())))] = radius
        held = waist_radii_mm(surface, ATM, lumen)[0]
        axes.plot(z - z.mean(), held, color=color, label=f"ring of {2.0 * radius:g} mm")
        axes.plot(0.0, radius, "o", color=color)
    axes.set(xlabel="along the balloon, mm", ylabel="radius, mm", ylim=(0.0, 11.0))
    axes.set_title("A balloon of 20 mm at 3 atm", fontsize=10)
    axes.legend(fontsize=8, loc="lower center")


def pull(axes: Axes) -> None:
    """Draw the outward load on a millimetre of edge against the waist."""
    radii = np.linspace(3.0, 10.0, 200)
    one = [flank_pull_n_mm(ATM, 10.0, float(r)) for r in radii]
    axes.plot(2.0 * radii, one, label="one flank")
    bare = MPA_PER_ATM * ATM
    axes.plot(2.0 * radii, np.full_like(radii, bare), label="pressure, each mm of contact")
    axes.set(xlabel="waist, mm", ylabel="N/mm of edge, outwards", ylim=(0.0, None))
    axes.set_title("What pushes the edge", fontsize=10)
    axes.legend(fontsize=8)


def leaflet(axes: Axes) -> None:
    """Draw the middle line of a leaflet, unloaded and closed at 80 mmHg."""
    tissue = TISSUES["aortic_young_porcine"]
    rows = 3 * COLUMNS // 4
    problem = closed.leaflet_problem(COLUMNS, rows, 1, tissue)
    fast = closed.leaflet_fast(problem, steps=closed.STEPS_AT_24)
    flat = closed.leaflet_reference(problem, fast)
    exact = closed.leaflet_reference(closed.leaflet_problem(COLUMNS, rows, 2, tissue), flat)
    points = fast.grid.points
    middle = np.flatnonzero(np.abs(points[0]) < 1e-9)
    middle = middle[np.argsort(points[1, middle])]
    bare = closed.leaflet_place(*points[:, middle])
    fine = np.stack([np.zeros(200), np.linspace(0.0, 1.0, 200)])
    still = exact.at(fine)
    axes.plot(bare[0], bare[2], ":", color="grey", label="unloaded")
    axes.plot(still[:, 0], still[:, 2], "-", color="C1", label="static finite elements")
    own = fast.nodes_mm[middle]
    axes.plot(own[:, 0], own[:, 2], ".", color="C0", label="fast solver")
    axes.set(xlabel="from the axis, mm", ylabel="along flow, mm", aspect="equal")
    axes.set_title("Aortic leaflet at 80 mmHg, cut", fontsize=10)
    axes.legend(fontsize=8, loc="upper right")


def main() -> None:
    figure, axes = plt.subplots(1, 3, figsize=(12.0, 3.8), layout="constrained")
    for draw, place in zip((waist, pull, leaflet), axes, strict=True):
        draw(place)
    TARGET.parent.mkdir(exist_ok=True)
    figure.savefig(TARGET, dpi=110)


if __name__ == "__main__":
    main()
