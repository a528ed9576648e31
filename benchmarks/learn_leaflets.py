"""Learn the strengths of seams, calcium and tissue from published areas through solver runs.

``python benchmarks/learn_leaflets.py RUNS.csv`` reads what ``leaflet_runs.py`` wrote, fits an
interpolator (a Gaussian process with one length per input) to the runs of each class of valve,
prints how exact it is with every run left out in turn, learns the strengths of the class from open
papers, and prints the error of the area after with every paper left out beside the other rules of
``learn_valve.py``. A minute.
"""

import csv
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from learn_valve import RULES, Row, Rule, print_scores, row_of
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import least_squares, minimize

from openvalve.validation import training_samples

# Inputs that a cohort tells, then those that are learned or drawn.
GEOMETRY = ("log_size", "log_hole", "log_ring")
STRENGTH = {
    "rheumatic": ("seam_ratio", "set_ratio", "stiffness_ratio", "thickening"),
    "calcific": ("seam_ratio", "calcium_ratio", "set_ratio", "stiffness_ratio"),
    "congenital": ("seam_ratio", "set_ratio", "stiffness_ratio"),
    "pulmonary": ("seam_ratio", "set_ratio", "stiffness_ratio"),
}
# Starts and how far a class may be from them, log SD (set: SD): the ranges marked [K] in
# valve/leaflets/_strength_tables.py and valve/shell/_tissue_tables.py.
PRIOR = {
    "seam_ratio": (0.0, 0.5), "calcium_ratio": (0.0, 0.6), "stiffness_ratio": (0.0, 0.35),
    "set_ratio": (1.0, 0.6), "thickening": (2.4, 0.3),
}  # fmt: skip
LINEAR = ("set_ratio", "thickening")  # not taken as logarithms


@dataclass(frozen=True)
class Surrogate:
    """A Gaussian process over standardised inputs: linear mean and one length per input."""

    middle: np.ndarray
    scale: np.ndarray
    x: np.ndarray
    beta: np.ndarray
    alpha: np.ndarray
    logs: np.ndarray  # lengths, amplitude, noise
    left_out: np.ndarray  # residual of every run by the others

    def __call__(self, raw: np.ndarray) -> np.ndarray:
        """Return the mean at inputs (k, d)."""
        x = (raw - self.middle) / self.scale
        return (
            np.column_stack([np.ones(len(x)), x]) @ self.beta
            + kernel(x, self.x, self.logs) @ self.alpha
        )


def kernel(a: np.ndarray, b: np.ndarray, logs: np.ndarray) -> np.ndarray:
    """Return the covariance between inputs, squared exponential."""
    length = np.exp(logs[:-2])
    away = (a[:, None] - b[None]) / length
    return np.exp(2.0 * logs[-2] - 0.5 * (away**2).sum(axis=2))


def surrogate(raw: np.ndarray, y: np.ndarray) -> Surrogate:
    """Fit by marginal likelihood; the residuals that it keeps are leave-one-out."""
    middle, scale = raw.mean(axis=0), raw.std(axis=0)
    x = (raw - middle) / scale
    base = np.column_stack([np.ones(len(x)), x])
    ridge = np.diag([1e-8, *[0.3] * x.shape[1]])
    beta = np.linalg.solve(base.T @ base + ridge, base.T @ y)
    rest = y - base @ beta

    def cost(logs: np.ndarray) -> float:
        k = kernel(x, x, logs) + math.exp(2.0 * logs[-1]) * np.eye(len(x))
        factor = cho_factor(k, lower=True)
        prior = 0.5 * (((logs[:-2] - 1.0) / 0.7) ** 2).sum() + 0.5 * ((logs[-1] + 2.5) / 0.7) ** 2
        return float(
            0.5 * rest @ cho_solve(factor, rest) + np.log(np.diag(factor[0])).sum() + prior
        )

    start = np.array([*[1.0] * x.shape[1], math.log(rest.std() + 1e-3), -2.0])
    bounds = [(-0.7, 3.0)] * x.shape[1] + [(-4.0, 2.0), (-4.0, 1.0)]
    logs = minimize(cost, start, bounds=bounds, method="L-BFGS-B").x
    k = kernel(x, x, logs) + math.exp(2.0 * logs[-1]) * np.eye(len(x))
    inverse = np.linalg.inv(k)
    alpha = inverse @ rest
    return Surrogate(middle, scale, x, beta, alpha, logs, alpha / np.diag(inverse))


def read(path: Path) -> list[dict[str, str]]:
    """Return the runs that ended."""
    with path.open() as held:
        return [r for r in csv.DictReader(held) if r["status"] == "done"]


def class_of(run: dict[str, str]) -> str:
    """Return the class whose strengths a run has: pulmonary valves have their own."""
    return "pulmonary" if run["valve"] == "pulmonary" else run["class"]


def hole_of(area_cm2: float, ring_mm: float) -> float:
    """Return ln of the circle of an orifice over the ring's."""
    return math.log(2.0 * math.sqrt(100.0 * area_cm2 / math.pi) / ring_mm)


def inputs_of(run: dict[str, str], name: str) -> list[float]:
    """Return the inputs of one run."""
    ring = float(run["annulus_mm"])
    x = [
        math.log(float(run["free_mm" if name != "rheumatic" else "diameter_mm"]) / ring),
        hole_of(float(run["before_cm2"]), ring),
        math.log(ring),
    ]
    for key in STRENGTH[name]:
        value = float(run[key])
        x.append(value if key in LINEAR else math.log(value))
    return x


@cache
def fitted(path: Path, name: str, key: str) -> Surrogate:
    """Return the interpolator of one output of one class."""
    runs = [r for r in read(path) if class_of(r) == name]
    x = np.array([inputs_of(r, name) for r in runs])
    if key == "log_ratio":
        y = np.array(
            [
                math.log(float(r["effective_after_cm2"]) / float(r["effective_before_cm2"]))
                for r in runs
            ]
        )
    elif key == "leak":
        y = np.array([float(r["leak_after_mm2"]) - float(r["leak_before_mm2"]) for r in runs])
    else:
        y = np.array([float(r[key]) for r in runs])
    return surrogate(x, y)


def raw_of(row: Row, name: str, strengths: np.ndarray) -> list[float]:
    """Return a cohort's inputs with given strengths."""
    o = row.observation
    ring = o.state.ring_perimeter_mm / math.pi
    area = float(np.mean(o.state.area_anatomic_cm2))
    return [
        math.log(o.balloon_perimeter_mm / math.pi / ring),
        hole_of(area, ring),
        math.log(ring),
        *strengths,
    ]


def strengths_of(train: Sequence[Row], path: Path, name: str) -> np.ndarray:
    """Return a class's strengths by least squares on log areas with priors."""
    made = fitted(path, name, "log_ratio")
    prior = np.array([PRIOR[key] for key in STRENGTH[name]])
    seen = np.array([r.observation.log_ratio for r in train])
    sd = np.array([r.observation.log_sd for r in train])

    def residuals(theta: np.ndarray) -> np.ndarray:
        got = made(np.array([raw_of(r, name, theta) for r in train]))
        return np.concatenate([(got - seen) / sd, (theta - prior[:, 0]) / prior[:, 1]])

    edge = (
        made.x.min(axis=0) * made.scale + made.middle,
        made.x.max(axis=0) * made.scale + made.middle,
    )
    low, high = (e[-len(prior) :] for e in edge)
    return least_squares(
        residuals, np.clip(prior[:, 0], low + 1e-6, high - 1e-6), bounds=(low, high), loss="soft_l1"
    ).x


def leaflet_rule(path: Path) -> Rule:
    """Return the rule that learns strengths from the training papers."""
    held: dict[tuple[str, tuple[str, ...]], np.ndarray] = {}

    def rule(train: Sequence[Row], row: Row) -> float:
        name = row.group
        own = [r for r in train if r.group == name]
        key = (name, tuple(r.id for r in own))
        if key not in held:
            held[key] = strengths_of(own, path, name)
        got = fitted(path, name, "log_ratio")(np.array([raw_of(row, name, held[key])]))
        return float(got[0])

    return rule


def main() -> None:
    path = Path(sys.argv[1])
    for name in STRENGTH:
        runs = [r for r in read(path) if class_of(r) == name]
        print(f"{name}: {len(runs)} runs")
        for key in ("log_ratio", "leak", "stretch_ratio", "split_frac"):
            made = fitted(path, name, key)
            lengths = dict(
                zip(GEOMETRY + STRENGTH[name], np.round(np.exp(made.logs[:-2]), 1), strict=True)
            )
            print(
                f"  {key:14s} left out RMS {np.sqrt((made.left_out**2).mean()):.3f}, noise"
                f" {np.exp(made.logs[-1]):.3f}, slopes {np.round(made.beta[1:], 3)} {lengths}"
            )
    rows = [row for sample in training_samples() if (row := row_of(sample)) is not None]
    for name in STRENGTH:
        own = [r for r in rows if r.group == name]
        theta = strengths_of(own, path, name)
        shown = {
            k: round(float(v if k in LINEAR else math.exp(v)), 2)
            for k, v in zip(STRENGTH[name], theta, strict=True)
        }
        got = fitted(path, name, "log_ratio")(np.array([raw_of(r, name, theta) for r in own]))
        seen = np.array([r.observation.log_ratio for r in own])
        print(f"{name}: {len(own)} cohorts, {shown}, mean miss {np.mean(got - seen):+.3f}")
    RULES["leaflet solver"] = leaflet_rule(path)
    print_scores(rows)


if __name__ == "__main__":
    main()
