"""One weighted least-squares fit of a heart, with some measurements doubted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import SolverError
from openvalve.heart import HeartParams, HeartState
from openvalve.patient import Patient, Profile, complete
from openvalve.planning._knobs import Knob, apply_knobs, knobs_of
from openvalve.planning._observe import Observer
from openvalve.planning._start import first_guess
from openvalve.planning._targets import Target, set_aside, targets_of

__all__ = ["Attempt", "attempt_fit"]

DIFFERENCE_STEP = 0.04  # of a log parameter
FINE, ROUGH = 2e-3, 2e-2  # change of parameters or of cost at which a search ends
REACH_SDS = 3.0  # how far a parameter may leave its first guess


class Problem:
    """Residuals and their derivatives for one patient."""

    def __init__(
        self,
        base: HeartParams,
        knobs: Sequence[Knob],
        targets: Sequence[Target],
        observer: Observer,
    ) -> None:
        self.base = base
        self.knobs = tuple(knobs)
        self.names = tuple(k.name for k in knobs)
        self.spread = np.array([k.spread_frac for k in knobs])
        self.observer = observer
        self.evaluations = 1
        first = observer.run(base)
        self.start: HeartState = first.state
        # What the loop cannot show (an arm cuff, a shunt it does not have) cannot be met.
        self.shown = frozenset(observer.read(first.recording, base))
        self.targets = tuple(t for t in targets if t.key in self.shown)

    def heart(self, theta: NDArray[np.float64]) -> HeartParams:
        """Return the heart of log factors, shape (k,)."""
        return apply_knobs(self.base, self.observer.valve, self.names, theta)

    def observed(self, theta: NDArray[np.float64]) -> dict[str, float]:
        """Return the numbers that the heart of log factors shows, shape (k,)."""
        self.evaluations += 1
        return self.observer.observe(self.heart(theta), self.start)

    def residuals(self, theta: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return misfits over errors, then log factors over their spreads."""
        try:
            seen = self.observed(theta)
        except SolverError:
            seen = {}
        misfit = [
            (min(max(seen.get(t.key, np.nan), -1e4), 1e4) - t.value) / t.sd for t in self.targets
        ]
        r = np.concatenate((misfit, theta / self.spread))
        return np.where(np.isfinite(r), r, 30.0)

    def jacobian(self, theta: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the slopes of the residuals, shape (residuals, k)."""
        at = self.residuals(theta)
        columns = []
        for i in range(theta.size):
            moved = theta.copy()
            moved[i] += DIFFERENCE_STEP
            columns.append((self.residuals(moved) - at) / DIFFERENCE_STEP)
        return np.stack(columns, axis=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """The best fit when some measurements are doubted.

    Attributes
    ----------
    doubted : key to the larger error that a measurement was given.
    problem : what was solved.
    theta : shape (k,), log factors at the best fit.
    residuals : shape (targets + k,), there.
    covariance : shape (k, k), of the log factors (Laplace).
    slope : shape (targets + k, k), of the residuals.
    values : the numbers it shows, by key.
    """

    doubted: Mapping[str, float]
    problem: Problem
    theta: NDArray[np.float64]
    residuals: NDArray[np.float64]
    covariance: NDArray[np.float64]
    slope: NDArray[np.float64]
    values: Mapping[str, float]

    @property
    def cost(self) -> float:
        """Sum of the squared residuals."""
        return float(np.sum(self.residuals**2))

    @property
    def misfit(self) -> float:
        """Sum of the squared residuals of what was measured."""
        measured = [t.measured for t in self.problem.targets]
        return float(np.sum(self.residuals[: len(measured)][measured] ** 2))


def attempt_fit(
    patient: Patient, profile: Profile, doubted: Mapping[str, float], *, rough: bool = False
) -> Attempt:
    """Return the best fit when some measurements are given more error.

    The first guess, and what is expected of such a patient, are made from the others alone: the
    priors stand around that guess, so a wrong number must not move them. The search sets out from
    it too: from where a wrong number drew an earlier fit it may not find back.

    Parameters
    ----------
    profile : of the patient with all measurements.
    doubted : key to the larger error that a measurement is given.
    rough : to a fiftieth of the cost, for comparing.
    """
    rest = set_aside(patient, doubted)
    profile = complete(rest) if doubted else profile
    valve = patient.lesion[0].valve
    problem = Problem(
        first_guess(rest, profile).heart,
        knobs_of(valve),
        targets_of(patient, profile, doubted),
        Observer(valve=valve, etiology=profile.etiology),
    )
    return _solved(problem, doubted, ROUGH if rough else FINE)


def _solved(problem: Problem, doubted: Mapping[str, float], tolerance: float) -> Attempt:
    from scipy.optimize import least_squares

    limit = REACH_SDS * problem.spread
    result = least_squares(
        problem.residuals,
        np.zeros(problem.spread.size),
        jac=problem.jacobian,
        bounds=(-limit, limit),
        x_scale=problem.spread,
        method="trf",
        xtol=tolerance,
        ftol=tolerance,
        gtol=1e-3,
        max_nfev=14,
    )
    theta = np.asarray(result.x, dtype=np.float64)
    slope = np.asarray(result.jac, dtype=np.float64)
    return Attempt(
        doubted=dict(doubted),
        problem=problem,
        theta=theta,
        residuals=np.asarray(result.fun, dtype=np.float64),
        covariance=np.asarray(np.linalg.inv(slope.T @ slope), dtype=np.float64),
        slope=slope,
        values=problem.observed(theta),
    )
