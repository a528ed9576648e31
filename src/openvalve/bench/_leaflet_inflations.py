"""One whole inflation of a mitral valve: its cost by size of mesh, and what the numbers hang on."""

import time
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from openvalve.anatomy import ValveShape
from openvalve.bench._types import Figures, Progress
from openvalve.devices import find_balloon
from openvalve.errors import SolverError
from openvalve.patient import BalloonRequest
from openvalve.units import Frac, Mm2, Ratio
from openvalve.valve.closing import open_area
from openvalve.valve.leaflets import (
    LeafletInflation,
    LeafletValve,
    build_leaflets,
    inflate_leaflets,
)
from openvalve.valve.shell import HOLD, RAMP_HOLD, Control, Load, relax, start

__all__ = ["SHAPE", "inflation_figures"]

# A rheumatic mitral valve of middling numbers.
SHAPE = ValveShape(
    valve="mitral",
    etiology="rheumatic",
    morphology="tricuspid",
    annulus_mm=31.0,
    area_anatomic_cm2=1.0,
)
BALLOON_MM = 26.0  # Inoue, filled to its label
OPENING_MMHG = 8.0
STEPS_AT_1_MM, MOST_HOLDS = 4000, 12


def inflation_figures(
    progress: Progress, *, meshes: Mapping[str, int], seeds_count: int
) -> Figures:
    """Return what a whole inflation costs, and its spread.

    Parameters
    ----------
    meshes : name to triangles; ``inflation_NAME_s`` is the first seed's.
    seeds_count : valves on the first mesh: same shape, other calcium and strengths.

    Returns
    -------
    ``inflation_2k_s``: seconds of the processor of one whole inflation, all phases at rest;
    ``inflation_2k_wall_s`` by the clock on the wall; ``build_2k_s``; ``steps_inflation_2k_count``;
    ``area_after_2k_cm2``; the same on further meshes. ``area_after_mean_cm2``, ``..._sd_cm2`` and
    ``seeds_count``: over the seeds. ``seeds_stopped_count``: came to no rest.
    ``mass_pair_frac``: how far the area of the valve held open moves with mass scaling halved.
    """
    figures: Figures = {}
    areas, stopped = [], 0
    first = next(iter(meshes))
    for place, (name, triangles) in enumerate(meshes.items()):
        seeds = range(seeds_count) if name == first else range(1)
        for seed in seeds:
            share = (place + seed / len(seeds)) / len(meshes)
            progress(f"inflation on {triangles} triangles, seed {seed}", 0.9 * share)
            try:
                found, done = _timed(triangles, seed)
            except SolverError:
                stopped += 1
                continue
            if seed == 0:
                figures |= {key.format(name): value for key, value in found.items()}
            if name == first:
                areas.append(done.area_anatomic_after_cm2)
    figures["seeds_count"], figures["seeds_stopped_count"] = seeds_count, stopped
    if areas:
        figures["area_after_mean_cm2"] = float(np.mean(areas))
        figures["area_after_sd_cm2"] = float(np.std(areas, ddof=min(1, len(areas) - 1)))
    progress("mass scaling halved", 0.95)
    figures["mass_pair_frac"] = mass_pair_frac(
        build_leaflets(SHAPE, seed=0, target_triangles=meshes[first])
    )
    return figures


def _timed(triangles: int, seed: int) -> tuple[Figures, LeafletInflation]:
    balloon = find_balloon(BalloonRequest(kind="inoue", diameter_mm=BALLOON_MM))
    began = time.thread_time()
    valve = build_leaflets(SHAPE, seed=seed, target_triangles=triangles)
    built = time.thread_time()
    done = inflate_leaflets(valve, balloon)
    found: Figures = {
        "build_{}_s": built - began,
        "inflation_{}_s": time.thread_time() - built,
        "inflation_{}_wall_s": done.wall_s,
        "steps_inflation_{}_count": sum(phase.report.steps for phase in done.phases),
        "area_after_{}_cm2": done.area_anatomic_after_cm2,
    }
    return found, done


def mass_pair_frac(valve: LeafletValve) -> Frac:
    """Return how far the area of a valve held open by a pressure moves with half the masses."""
    usual, lighter = (_opened_mm2(valve, ratio) for ratio in (2.0, 1.0))
    return abs(lighter / usual - 1.0)


def _opened_mm2(valve: LeafletValve, mass_ratio: Ratio) -> Mm2:
    steps = round(STEPS_AT_1_MM / valve.edge_mm**2)
    control = Control(steps=steps, mass_ratio=mass_ratio)
    rising = Load(pressure_mmhg=OPENING_MMHG * np.array(RAMP_HOLD))
    state, report = relax(valve.shell, start(valve.shell), rising, control)
    held = replace(rising, pressure_mmhg=OPENING_MMHG * np.array(HOLD))
    for _ in range(MOST_HOLDS):
        if report.settled:
            mesh = valve.mesh
            return open_area(state.nodes_mm[: valve.count], mesh.triangles, mesh.ring).area_mm2
        state, report = relax(valve.shell, state, held, control)
    raise SolverError(
        "bench mechanics: the open valve does not settle",
        state={"mass_ratio": mass_ratio, "change_frac": report.change_frac},
    )
