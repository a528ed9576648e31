"""Fit one heart to whatever was measured: weighted least squares on priors, and its posterior."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.heart import HeartParams, HeartState
from openvalve.patient import Patient, Profile
from openvalve.planning._attempt import REACH_SDS
from openvalve.planning._doubt import Conflict, contradicted_keys, find_conflicts, settle_doubts
from openvalve.planning._knobs import Knob, apply_knobs
from openvalve.planning._observe import Observer
from openvalve.planning._targets import Target

__all__ = ["Fit", "fit_patient"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fit:
    """A heart that meets the measurements, with what they leave open.

    Attributes
    ----------
    base : the first guess on which the parameters act as factors.
    knobs : the open parameters.
    theta : shape (k,), their log factors at the best fit.
    covariance : shape (k, k), of the log factors (Laplace).
    heart, state : the fitted heart and where it settled.
    values : the numbers it shows, by key.
    targets : what it was asked to meet.
    conflicts : measurements that did not agree.
    doubtful : keys that must not shift a prediction: of measurements that the rest outvotes, and
        of those that contradict each other without the rest deciding.
    observer : how it is looked at.
    unused : measured keys that the loop cannot show.
    evaluations : simulations used.
    """

    base: HeartParams
    knobs: tuple[Knob, ...]
    theta: NDArray[np.float64]
    covariance: NDArray[np.float64]
    heart: HeartParams
    state: HeartState
    values: Mapping[str, float]
    targets: tuple[Target, ...]
    conflicts: tuple[Conflict, ...]
    doubtful: frozenset[str]
    observer: Observer
    unused: tuple[str, ...]
    evaluations: int

    def heart_at(self, theta: NDArray[np.float64]) -> HeartParams:
        """Return the heart of other log factors, shape (k,)."""
        names = tuple(k.name for k in self.knobs)
        return apply_knobs(self.base, self.observer.valve, names, theta)

    def sample(self, draws: int, seed: int) -> NDArray[np.float64]:
        """Return log factors drawn from the posterior, shape (draws, k)."""
        rng = np.random.Generator(np.random.Philox(key=seed, counter=[0, 0, 0, 1]))
        values, vectors = np.linalg.eigh(self.covariance)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        spread = np.array([k.spread_frac for k in self.knobs])
        theta = self.theta + rng.standard_normal((draws, self.theta.size)) @ root.T
        return np.asarray(np.clip(theta, -REACH_SDS * spread, REACH_SDS * spread))


def fit_patient(patient: Patient, profile: Profile) -> Fit:
    """Fit the closed loop to one patient's numbers.

    Every measurement counts with its own error, every parameter with its prior; a measurement
    that the rest contradicts by more than two of its errors is kept with an error as large as the
    gap, and reported; of several, first the one whose doubt lets the others agree best. It has no
    part in the first guess either. The covariance is that of the linearized problem at the best
    fit.

    Raises
    ------
    SolverError : the first guess itself cannot be simulated.
    """
    best, used = settle_doubts(patient, profile)
    problem = best.problem
    heart = problem.heart(best.theta)
    run = problem.observer.run(heart, problem.start)
    return Fit(
        base=problem.base,
        knobs=problem.knobs,
        theta=best.theta,
        covariance=best.covariance,
        heart=heart,
        state=run.state,
        values=problem.observer.read(run.recording, heart),
        targets=problem.targets,
        conflicts=find_conflicts(patient, best),
        doubtful=frozenset(best.doubted) | contradicted_keys(patient, best.doubted),
        observer=problem.observer,
        unused=tuple(k for k in patient.measured if k not in problem.shown),
        evaluations=used,
    )
