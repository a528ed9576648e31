"""What the area after a balloon hangs on: seeds of one valve, each on two meshes.

``python benchmarks/leaflet_seeds.py [--seeds 50] [--meshes 2700 7000]`` inflates the valve of
``openvalve bench mechanics`` with every seed on every mesh and prints a line each, then mean and
spread by mesh and how far the finer mesh moves the area (ln). 50 seeds on 2,700 and 7,000 triangles
take a quarter of an hour on one core, one on 25,000 two minutes.
"""

import argparse
import time

import numpy as np

from openvalve.bench._leaflet_inflations import BALLOON_MM, SHAPE
from openvalve.devices import find_balloon
from openvalve.errors import SolverError
from openvalve.patient import BalloonRequest
from openvalve.valve.leaflets import build_leaflets, inflate_leaflets


def area_cm2(seed: int, triangles: int) -> tuple[float, int]:
    """Return the area after and the steps of one inflation; NaN where it comes to no rest."""
    balloon = find_balloon(BalloonRequest(kind="inoue", diameter_mm=BALLOON_MM))
    try:
        done = inflate_leaflets(
            build_leaflets(SHAPE, seed=seed, target_triangles=triangles), balloon
        )
    except SolverError as error:
        print(f"seed {seed}, {triangles} triangles: {error}")
        return float("nan"), 0
    return done.area_anatomic_after_cm2, sum(phase.report.steps for phase in done.phases)


def main() -> None:
    """Print every area, then what they have in common."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--meshes", type=int, nargs="+", default=[2700, 7000])
    asked = parser.parse_args()
    found = np.empty((asked.seeds, len(asked.meshes)))
    for seed in range(asked.seeds):
        for k, triangles in enumerate(asked.meshes):
            began = time.process_time()
            found[seed, k], steps = area_cm2(seed, triangles)
            took = time.process_time() - began
            print(
                f"seed {seed}, {triangles} triangles: {found[seed, k]:.4f} cm2,"
                f" {steps} steps, {took:.1f} s",
                flush=True,
            )
    for k, triangles in enumerate(asked.meshes):
        own = found[np.isfinite(found[:, k]), k]
        print(f"{triangles} triangles: {own.mean():.4f} cm2, SD {own.std():.4f}, {len(own)} seeds")
    moved = np.log(found[:, 1:] / found[:, :1])
    for k, triangles in enumerate(asked.meshes[1:]):
        own = moved[np.isfinite(moved[:, k]), k]
        error = own.std(ddof=min(1, len(own) - 1)) / np.sqrt(len(own))
        print(
            f"{triangles} less {asked.meshes[0]} triangles: ln {own.mean():+.4f} +- {error:.4f},"
            f" {own.min():+.4f} to {own.max():+.4f}, {len(own)} seeds"
        )


if __name__ == "__main__":
    main()
