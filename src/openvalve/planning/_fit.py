"""Fit one heart to whatever was measured: weighted least squares on priors, and its posterior."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import SolverError
from openvalve.heart import HeartParams, HeartState
from openvalve.patient import Patient, Profile, measurement_errors
from openvalve.planning._knobs import Knob, apply_knobs, knobs_of
from openvalve.planning._observe import Observer
from openvalve.planning._start import first_guess

__all__ = ["Conflict", "Fit", "Target", "fit_patient"]

# Expected values that hold a fit where nothing was measured; each with the prior's own spread.
ANCHORS = (
    "cardiac_output_l_min",
    "aortic_systolic_mmhg",
    "aortic_diastolic_mmhg",
    "la_mean_mmhg",
    "ra_mean_mmhg",
    "pa_mean_mmhg",
    "lv_end_diastolic_mmhg",
    "lv_ejection_frac",
    "gradient_mean_mmhg",
)
# One anchor gives way to any of these measurements of the same thing.
REPLACED_BY = {
    "la_mean_mmhg": ("pcw_mean_mmhg",),
    "cardiac_output_l_min": ("stroke_volume_ml", "cardiac_index_l_min_m2"),
    "aortic_systolic_mmhg": ("aortic_mean_mmhg",),
    "aortic_diastolic_mmhg": ("aortic_mean_mmhg",),
    "pa_mean_mmhg": ("pa_systolic_mmhg",),
    "gradient_mean_mmhg": (
        "gradient_peak_to_peak_mmhg",
        "gradient_peak_instant_mmhg",
        "velocity_peak_m_s",
    ),
}
DIFFERENCE_STEP = 0.04  # of a log parameter
REACH_SDS = 3.0  # how far a parameter may leave its first guess
CONFLICT_SDS = 2.0  # a measurement further than this from the fit is in conflict
ROUNDS = 3  # how many measurements are doubted, one after the other
FREE_SDS = 1000.0  # an error under which a measurement has no say
CANDIDATES = 4  # of how many each time the one is sought that costs least to doubt


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """One number that the fit is asked to meet.

    Attributes
    ----------
    key : a measured key of the patient file.
    value, sd : what was measured or is expected, and its error, in the unit of the key.
    measured : False for an expected value.
    """

    key: str
    value: float
    sd: float
    measured: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Conflict:
    """A measurement that the others contradict.

    Attributes
    ----------
    key : which.
    measured, sd : as given.
    fitted : what the other numbers make of it.
    sd_used : the error it was given in the end.
    smallest_change : what change of this one number would reconcile it.
    """

    key: str
    measured: float
    sd: float
    fitted: float
    sd_used: float
    smallest_change: float


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


def targets_of(patient: Patient, profile: Profile, extra_sd: Mapping[str, float]) -> list[Target]:
    """Return what a fit must meet: every measurement, and the anchors nobody measured."""
    errors = measurement_errors(patient)
    targets = [
        Target(
            key=key,
            value=m.value,
            sd=max(errors[key], extra_sd.get(key, 0.0)),
            measured=True,
        )
        for key, m in patient.measured.items()
    ]
    for key in ANCHORS:
        given = key in patient.measured or any(
            other in patient.measured for other in REPLACED_BY.get(key, ())
        )
        if not given and key in profile.expected:
            prior = profile.expected[key]
            targets.append(Target(key=key, value=prior.mean, sd=prior.sd, measured=False))
    return targets


class _Problem:
    """Residuals and their derivatives for one patient."""

    def __init__(
        self,
        base: HeartParams,
        knobs: Sequence[Knob],
        targets: Sequence[Target],
        observer: Observer,
    ) -> None:
        self.base = base
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
        return apply_knobs(self.base, self.observer.valve, self.names, theta)

    def observed(self, theta: NDArray[np.float64]) -> dict[str, float]:
        self.evaluations += 1
        return self.observer.observe(self.heart(theta), self.start)

    def residuals(self, theta: NDArray[np.float64]) -> NDArray[np.float64]:
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
        at = self.residuals(theta)
        columns = []
        for i in range(theta.size):
            moved = theta.copy()
            moved[i] += DIFFERENCE_STEP
            columns.append((self.residuals(moved) - at) / DIFFERENCE_STEP)
        return np.stack(columns, axis=1)


def _solve(
    problem: _Problem, theta: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    from scipy.optimize import least_squares

    limit = REACH_SDS * problem.spread
    result = least_squares(
        problem.residuals,
        np.clip(theta, -0.99 * limit, 0.99 * limit),
        jac=problem.jacobian,
        bounds=(-limit, limit),
        x_scale=problem.spread,
        method="trf",
        xtol=2e-3,
        ftol=2e-3,
        gtol=1e-3,
        max_nfev=14,
    )
    slope = np.asarray(result.jac, dtype=np.float64)
    inverse = np.linalg.inv(slope.T @ slope)
    return np.asarray(result.x, dtype=np.float64), np.asarray(inverse, dtype=np.float64)


def _conflicts(
    targets: Sequence[Target], values: Mapping[str, float], given: Mapping[str, float]
) -> list[Conflict]:
    found = []
    for t in targets:
        if not t.measured or t.key not in values:
            continue
        gap = values[t.key] - t.value
        sd = given[t.key]
        if abs(gap) > CONFLICT_SDS * sd:
            change = float(np.sign(gap)) * (abs(gap) - CONFLICT_SDS * sd)
            found.append(
                Conflict(
                    key=t.key,
                    measured=t.value,
                    sd=sd,
                    fitted=values[t.key],
                    sd_used=t.sd,
                    smallest_change=change,
                )
            )
    return found


def _with_errors(
    problem: _Problem,
    patient: Patient,
    profile: Profile,
    extra: Mapping[str, float],
    theta: NDArray[np.float64],
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """Return cost, factors and covariance when some measurements are given more error."""
    targets = targets_of(patient, profile, extra)
    problem.targets = tuple(t for t in targets if t.key in problem.shown)
    found, covariance = _solve(problem, theta)
    return float(np.sum(problem.residuals(found) ** 2)), found, covariance


def fit_patient(patient: Patient, profile: Profile) -> Fit:
    """Fit the closed loop to one patient's numbers.

    Every measurement counts with its own error, every parameter with its prior; a measurement
    that the rest contradicts by more than two of its errors is kept with an error as large as the
    gap, and reported; of several, first the one whose doubt lets the others agree best. The
    covariance is that of the linearized problem at the best fit.

    Raises
    ------
    SolverError : the first guess itself cannot be simulated.
    """
    lesion = patient.lesion[0]
    guess = first_guess(patient, profile)
    observer = Observer(valve=lesion.valve, etiology=profile.etiology)
    knobs = knobs_of(lesion.valve)
    extra: dict[str, float] = {}
    targets = targets_of(patient, profile, extra)
    given = {t.key: t.sd for t in targets}
    problem = _Problem(guess.heart, knobs, targets, observer)
    theta, covariance = _solve(problem, np.zeros(len(knobs)))
    for _ in range(ROUNDS):
        values = problem.observed(theta)
        fresh = [t for t in problem.targets if t.key not in extra]
        found = sorted(
            _conflicts(fresh, values, given),
            key=lambda c: -abs(c.fitted - c.measured) / c.sd,
        )
        if not found:
            break
        # Doubt the one without which the others agree best, not all that the compromise moved.
        trials = [
            (
                _with_errors(problem, patient, profile, {**extra, c.key: FREE_SDS * c.sd}, theta),
                c,
            )
            for c in found[:CANDIDATES]
        ]
        (_, theta, _), least = min(trials, key=lambda trial: trial[0][0])
        gap = problem.observed(theta)[least.key] - least.measured
        extra[least.key] = max(abs(gap), least.sd)
        _, theta, covariance = _with_errors(problem, patient, profile, extra, theta)
    heart = problem.heart(theta)
    run = observer.run(heart, problem.start)
    values = observer.read(run.recording, heart)
    return Fit(
        base=guess.heart,
        knobs=knobs,
        theta=theta,
        covariance=covariance,
        heart=heart,
        state=run.state,
        values=values,
        targets=problem.targets,
        conflicts=tuple(_conflicts(problem.targets, values, given)),
        observer=observer,
        unused=tuple(k for k in patient.measured if k not in problem.shown),
        evaluations=problem.evaluations,
    )
