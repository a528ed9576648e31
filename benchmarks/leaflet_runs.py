"""Run the leaflet solver on random lesions and balloons; one row of a table each.

``python benchmarks/leaflet_runs.py OUT.csv [FIRST LAST] [--middle] [--again]`` adds rows FIRST to
LAST - 1 (0 to 479 by default), classes in turn; rows that are there already are left. About 8 s a
row on one core. What is drawn covers more than patients have, so that what is learned from it never
extrapolates. With ``--middle`` strengths are what the solver holds (rows say 1) instead of drawn,
with ``--again`` the same lesions get other seeds: what differs is chance.
"""

import csv
import sys
import time
from pathlib import Path

import numpy as np
from scipy.stats import qmc

from openvalve.anatomy import ValveShape
from openvalve.devices import Balloon, find_balloon
from openvalve.errors import OpenValveError
from openvalve.patient import BalloonRequest
from openvalve.valve.leaflets import LeafletInflation, Strengths, build_leaflets, inflate_leaflets

CLASSES = ("rheumatic", "calcific", "congenital")
TRIANGLES = 2000
SEED = 20261126
AGAIN = 1000  # added to the seed of a valve where it is asked for again
DIMENSIONS = 16
INPUTS = (
    "row", "class", "valve", "morphology", "balloon", "diameter_mm", "annulus_mm", "drawn_cm2",
    "age_years", "agatston", "commissural_calcium", "mobility", "thickening", "subvalvular",
    "calcium_score", "seam_ratio", "calcium_ratio", "set_ratio", "stiffness_ratio",
)  # fmt: skip
OUTPUTS = (
    "status", "inflation_atm", "burst", "before_cm2", "after_cm2", "effective_before_cm2",
    "effective_after_cm2", "leak_before_mm2", "leak_after_mm2", "stretch_ratio", "split_frac",
    "split_atm", "splits_count", "calcium_torn_frac", "cracked_frac", "waist_mm", "free_mm",
    "torn_chords", "steps", "wall_s",
)  # fmt: skip


RATIOS = ("seam_ratio", "calcium_ratio", "set_ratio", "stiffness_ratio")
# What the solver holds over the strengths that learning starts from, in valve/leaflets and
# valve/shell: rows tell ratios to the starts, so that learning anew does not move them.
HELD = {
    "rheumatic": {"seam_ratio": 0.82, "set_ratio": 2.37},
    "calcific": {"seam_ratio": 0.83, "calcium_ratio": 0.92, "set_ratio": 2.95},
    "congenital": {},
}
# Middles of what is drawn, over the same starts: what it held when the rows were drawn.
MIDDLE = {
    "rheumatic": {"seam_ratio": 0.816, "set_ratio": 1.9},
    "calcific": {"seam_ratio": 0.672, "calcium_ratio": 0.62, "set_ratio": 2.95},
    "congenital": {},
}
MOST_SET = {"rheumatic": 1.0 / 0.30, "calcific": 1.0 / 0.20}  # beyond it all of a turn stays


def drawn(row: int) -> dict[str, object]:
    """Return the inputs of one row."""
    name = CLASSES[row % len(CLASSES)]
    u = qmc.Halton(DIMENSIONS, seed=SEED).random(row + 1)[-1]
    picked = {"row": row, "class": name}
    even = {
        "annulus_mm": (28.0, 37.0), "mobility": (1.0, 4.0), "thickening": (1.0, 4.0),
        "subvalvular": (1.0, 4.0), "calcium_score": (1.0, 4.0), "age_years": (18.0, 70.0),
    }  # fmt: skip
    for k, (key, (low, high)) in enumerate(even.items()):
        picked[key] = low + u[k] * (high - low)
    for k, key in enumerate(("seam_ratio", "calcium_ratio", "stiffness_ratio")):
        low, high = {"seam_ratio": (0.25, 4.0), "calcium_ratio": (0.1, 1.5)}.get(key, (0.5, 2.0))
        picked[key] = low * (high / low) ** u[6 + k]
    picked["set_ratio"] = 3.0 * u[9]
    picked["commissural_calcium"] = ("none", "mild", "heavy")[int(3 * u[10])]
    picked["agatston"] = 0.0
    if name == "rheumatic":
        picked |= {"valve": "mitral", "morphology": "tricuspid", "drawn_cm2": 0.5 + 1.0 * u[11]}
        size = 19.0 + 11.0 * u[12]
        picked["set_ratio"] = 1.7 * u[9]  # a share of at most 1
        picked["mobility"] = 1.0 + 3.0 * u[14]  # its own column goes by threes, as classes do
        kind = ("inoue", "inoue", "inoue", "double", "cylinder")[int(5 * u[13])]
        picked |= {"balloon": kind, "diameter_mm": size}
    elif name == "calcific":
        picked["valve"] = "aortic"
        picked["morphology"] = ("tricuspid", "tricuspid", "bicuspid_1", "bicuspid_0")[
            int(4 * u[13])
        ]
        picked["annulus_mm"] = 19.0 + 9.0 * u[0]
        picked["age_years"] = 55.0 + 40.0 * u[5]
        picked["agatston"] = 400.0 * 15.0 ** u[14]
        picked["drawn_cm2"] = 0.2 + 0.7 * u[11]
        picked |= {
            "balloon": "cylinder",
            "diameter_mm": picked["annulus_mm"] * (0.65 + 0.5 * u[12]),
        }
    else:
        pulmonary = u[13] < 0.65
        picked["valve"] = "pulmonary" if pulmonary else "aortic"
        picked["morphology"] = (
            "domed" if pulmonary else ("bicuspid_0", "unicuspid")[int(u[13] > 0.85)]
        )
        picked["annulus_mm"] = 7.0 * (26.0 / 7.0) ** u[0]
        ring_cm2 = np.pi / 400.0 * picked["annulus_mm"] ** 2
        picked["drawn_cm2"] = ring_cm2 * (0.06 + 0.3 * u[11])
        picked["age_years"] = 30.0 * u[5]
        picked["commissural_calcium"] = "none"
        low, high = (0.8, 1.5) if pulmonary else (0.7, 1.15)
        picked |= {
            "balloon": "cylinder",
            "diameter_mm": picked["annulus_mm"] * (low + (high - low) * u[12]),
        }
    for key, middle in MIDDLE[name].items():
        picked[key] *= middle
    picked["set_ratio"] = min(picked["set_ratio"], MOST_SET.get(name, np.inf))
    return picked


def balloon_of(picked: dict[str, object]) -> Balloon:
    """Return the balloon; two side by side have the loop of the diameter drawn."""
    size = picked["diameter_mm"]
    if picked["balloon"] == "double":
        one = round(size / (1.0 + 2.0 / np.pi), 1)
        return find_balloon(BalloonRequest(kind="double", diameter_mm=[one, one]))
    if picked["balloon"] == "inoue":
        return find_balloon(BalloonRequest(kind="inoue", diameter_mm=max(round(size), 20)))
    return find_balloon(BalloonRequest(kind="cylinder", diameter_mm=round(size, 1)))


def strengths_of(picked: dict[str, object]) -> Strengths:
    """Return a row's strengths, over what the solver holds."""
    held = HELD[picked["class"]]
    return Strengths(**{key: picked[key] / held.get(key, 1.0) for key in RATIOS})


def run(picked: dict[str, object], strengths: Strengths, seed: int) -> dict[str, object]:
    """Return the outputs of one row; ``status`` says why where there are none."""
    shape = ValveShape(
        valve=picked["valve"],
        etiology=picked["class"],
        morphology=picked["morphology"],
        annulus_mm=picked["annulus_mm"],
        area_anatomic_cm2=picked["drawn_cm2"],
        age_years=picked["age_years"],
        calcium_agatston=picked["agatston"],
        commissural_calcium=picked["commissural_calcium"],
        wilkins_mobility_score=picked["mobility"],
        wilkins_thickening_score=picked["thickening"],
        wilkins_subvalvular_score=picked["subvalvular"],
        wilkins_calcium_score=picked["calcium_score"],
    )
    began = time.perf_counter()
    try:
        valve = build_leaflets(shape, seed=seed, target_triangles=TRIANGLES, strengths=strengths)
        done = inflate_leaflets(valve, balloon_of(picked))
    except OpenValveError as error:
        return {"status": f"{type(error).__name__}: {error}"[:90].replace(",", ";")}
    return outputs(done) | {"wall_s": time.perf_counter() - began}


def outputs(done: LeafletInflation) -> dict[str, object]:
    """Return what one inflation did."""
    calcium = [s.torn_frac for s in done.seams if s.kind == "calcium"]
    own = [s for s in done.seams if s.kind != "calcium"]
    return {
        "status": "done",
        "inflation_atm": done.inflation_atm,
        "burst": int(done.burst),
        "before_cm2": done.area_anatomic_before_cm2,
        "after_cm2": done.area_anatomic_after_cm2,
        "effective_before_cm2": done.area_effective_before_cm2,
        "effective_after_cm2": done.area_effective_after_cm2,
        "leak_before_mm2": done.leak_before_mm2,
        "leak_after_mm2": done.leak_after_mm2,
        "stretch_ratio": done.annular_stretch_ratio,
        "split_frac": done.split_frac,
        "split_atm": "" if done.split_atm is None else done.split_atm,
        "splits_count": sum(s.torn_frac > 0.15 for s in own),
        "calcium_torn_frac": calcium[0] if calcium else 0.0,
        "cracked_frac": done.cracked_frac,
        "waist_mm": done.waist_mm,
        "free_mm": done.free_mm,
        "torn_chords": done.torn_chords_count,
        "steps": sum(p.report.steps for p in done.phases),
    }


def main() -> None:
    middle, again = "--middle" in sys.argv, "--again" in sys.argv
    words = [a for a in sys.argv[1:] if not a.startswith("--")]
    target = Path(words[0])
    first, last = (int(a) for a in words[1:3]) if len(words) > 2 else (0, 480)
    there = set()
    if target.exists():
        with target.open() as held:
            there = {int(line["row"]) for line in csv.DictReader(held)}
    with target.open("a", newline="") as out:
        writer = csv.DictWriter(out, INPUTS + OUTPUTS)
        if not there:
            writer.writeheader()
        for row in range(first, last):
            if row in there:
                continue
            picked = drawn(row)
            strengths = Strengths() if middle else strengths_of(picked)
            if middle:
                picked |= dict.fromkeys(RATIOS, 1.0)
            line = picked | run(picked, strengths, row + again * AGAIN)
            writer.writerow({k: f"{v:.5g}" if isinstance(v, float) else v for k, v in line.items()})
            out.flush()


if __name__ == "__main__":
    main()
