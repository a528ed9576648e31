"""Which measurement is wrong, when not all can be right."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from openvalve.patient import Patient, Profile, complete, find_contradictions
from openvalve.planning._attempt import Attempt, attempt_fit
from openvalve.planning._knobs import knob_logs
from openvalve.planning._start import first_guess
from openvalve.planning._targets import given_errors, set_aside

__all__ = ["Conflict", "contradicted_keys", "find_conflicts", "settle_doubts"]

CONFLICT_SDS = 2.0  # a measurement further than this from the fit is in conflict
# One that the rest rejects by this many is wrong too, though it drew the fit to itself: of ten
# right ones, one is that far off in 1 of 200 patients [K; 3 to 4].
MASKED_SDS = 3.5
ROUNDS = 3  # how many measurements are doubted, one after the other
FREE_SDS = 1000.0  # an error under which a measurement has no say
CANDIDATES = 4  # of how many each time the one is sought that costs least to doubt
LEANING_SDS = 2.0  # a first guess that a measurement moves by so much of a prior leans on it
TAIL_COUNT = 4.0  # degrees of freedom of Student's t: rare patients are real [K; 3 to 6]


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


def find_conflicts(patient: Patient, attempt: Attempt) -> tuple[Conflict, ...]:
    """Return the measurements that a fit misses by more than two of their errors."""
    given = given_errors(patient, attempt.doubted)
    found = []
    for t in attempt.problem.targets:
        if not t.measured or t.key not in attempt.values:
            continue
        gap = attempt.values[t.key] - t.value
        sd = given[t.key]
        if abs(gap) > CONFLICT_SDS * sd:
            change = float(np.sign(gap)) * (abs(gap) - CONFLICT_SDS * sd)
            found.append(
                Conflict(
                    key=t.key,
                    measured=t.value,
                    sd=sd,
                    fitted=attempt.values[t.key],
                    sd_used=t.sd,
                    smallest_change=change,
                )
            )
    return tuple(found)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Trial:
    """A fit without one measurement, and what speaks for that one being wrong, less is more."""

    attempt: Attempt
    score: float


def settle_doubts(patient: Patient, profile: Profile) -> tuple[Attempt, int]:
    """Return the best fit once what is wrong has been given more error, and the simulations used.

    In each round every suspect is left out once; the one without which the others agree best is
    given its distance from what they make of it as its error. First those that contradict each
    other by arithmetic, since neither has its say until that is decided.
    """
    attempt = attempt_fit(patient, profile, {})
    used = attempt.problem.evaluations
    for _ in range(ROUNDS):
        rivals = _rivals(patient, attempt)
        trials = _without_each(patient, profile, attempt, rivals)
        worst = _outvoted(rivals, trials)
        if worst is None:
            suspects = _suspects(patient, attempt)
            trials |= _without_each(patient, profile, attempt, suspects - trials.keys())
            worst = _worst(patient, attempt, trials) if suspects else None
        used += sum(t.attempt.problem.evaluations for t in trials.values())
        if worst is None:
            break
        gap = trials[worst].attempt.values[worst] - patient.measured[worst].value
        sd = max(abs(gap), given_errors(patient, {worst})[worst])
        attempt = attempt_fit(patient, profile, {**attempt.doubted, worst: sd})
        used += attempt.problem.evaluations
    return attempt, used


def _without_each(
    patient: Patient, profile: Profile, attempt: Attempt, keys: Iterable[str]
) -> dict[str, _Trial]:
    """Return what a fit makes of the others, for each measurement left out in turn.

    Equation
    --------
    score = cost - (n + 1) ln(1 + z^2 / n), z how far the value lies from what the others let
    expect of such a patient, in errors of both: a wrong value is often an unlikely one.
    """
    errors = given_errors(patient, attempt.doubted)
    trials = {}
    for key in sorted(keys):
        free = {**attempt.doubted, key: FREE_SDS * errors[key]}
        trial = attempt_fit(patient, profile, free, rough=True)
        expected = complete(set_aside(patient, free)).expected.get(key)
        unlikely = 0.0
        if expected is not None:
            z = (patient.measured[key].value - expected.mean) / math.hypot(expected.sd, errors[key])
            unlikely = (TAIL_COUNT + 1.0) * math.log1p(z**2 / TAIL_COUNT)
        trials[key] = _Trial(attempt=trial, score=trial.cost - unlikely)
    return trials


def _suspects(patient: Patient, attempt: Attempt) -> set[str]:
    """Return which measurements to leave out in turn, none where nothing looks wrong."""
    gains = _gains(attempt)
    suspects = {*_leaned_on(patient, attempt), *_missed(patient, attempt)}
    if not suspects and max(gains.values(), default=0.0) < MASKED_SDS**2:
        return set()
    return suspects | {*sorted(gains, key=lambda key: -gains[key])[:CANDIDATES]}


def _worst(patient: Patient, attempt: Attempt, trials: Mapping[str, _Trial]) -> str | None:
    """Return the one that is wrong; None where all are met and none is rejected by the rest.

    One that is met in spite of all is named before one that is missed only where the rest
    clearly points to it.
    """
    worst = min(trials, key=lambda key: trials[key].score)
    missed = _missed(patient, attempt) & trials.keys()
    if missed:
        first = min(missed, key=lambda key: trials[key].score)
        clear = trials[first].score - trials[worst].score > CONFLICT_SDS**2
        return worst if clear else first
    # Only other measurements may outvote one, never what is merely expected of such a patient.
    rejected = attempt.misfit - trials[worst].attempt.misfit > MASKED_SDS**2
    return worst if rejected else None


def _missed(patient: Patient, attempt: Attempt) -> set[str]:
    """Return the measurements in conflict that are not doubted yet."""
    return {c.key for c in find_conflicts(patient, attempt)} - attempt.doubted.keys()


def contradicted_keys(patient: Patient, doubted: Mapping[str, float]) -> frozenset[str]:
    """Return the measurements that contradict each other, when some are set aside."""
    rest = set_aside(patient, doubted)
    return frozenset(
        key
        for contradiction in find_contradictions(rest)
        for key in contradiction.smallest_change
        if key in rest.measured
    )


def _rivals(patient: Patient, attempt: Attempt) -> dict[str, set[str]]:
    """Return key to those that it contradicts by arithmetic, of what the loop can show."""
    rest = set_aside(patient, attempt.doubted)
    shown = rest.measured.keys() & attempt.problem.shown
    rivals: dict[str, set[str]] = {}
    for contradiction in find_contradictions(rest):
        parties = {*contradiction.smallest_change} & shown
        for key in parties if len(parties) > 1 else ():
            rivals.setdefault(key, set()).update(parties - {key})
    return rivals


def _outvoted(rivals: Mapping[str, set[str]], trials: Mapping[str, _Trial]) -> str | None:
    """Return a measurement against which the rest clearly sides with all that contradict it."""
    for key in sorted(rivals, key=lambda key: trials[key].score):
        margin = min(trials[r].score for r in rivals[key]) - trials[key].score
        if margin > CONFLICT_SDS**2:
            return key
    return None


def _gains(attempt: Attempt) -> dict[str, float]:
    """Return key to what the cost would fall by without a measurement, to first order.

    Equation
    --------
    r^2 / (1 - h) for a residual r of leverage h: so one that is met because it drags the fit along
    is found too.
    """
    leverage = np.einsum("ij,jk,ik->i", attempt.slope, attempt.covariance, attempt.slope)
    gain = attempt.residuals**2 / np.maximum(1.0 - leverage, 1e-6)
    return {
        t.key: float(gain[i])
        for i, t in enumerate(attempt.problem.targets)
        if t.measured and t.key not in attempt.doubted
    }


def _leaned_on(patient: Patient, attempt: Attempt) -> Iterator[str]:
    """Yield the measurements without which the first guess would be quite another heart.

    The rate is not among them: the fit does not turn it.
    """
    problem = attempt.problem
    rest = set_aside(patient, attempt.doubted)
    for key in (rest.measured.keys() & problem.shown) - {"heart_rate_bpm"}:
        without = set_aside(rest, {key})
        other = first_guess(without, complete(without)).heart
        moved = knob_logs(problem.knobs, problem.observer.valve, other, problem.base)
        if np.any(np.abs(moved) > LEANING_SDS * problem.spread):
            yield key
