"""One balloon in one patient: every draw through valve and heart, at once and after hours."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.devices import Balloon, find_balloon
from openvalve.errors import SolverError
from openvalve.heart import HeartParams, HeartState
from openvalve.patient import BalloonRequest, Patient, Profile
from openvalve.planning._after import AFTER_PARAMETERS, AfterState, TimePoint, apply_relief
from openvalve.planning._discrepancy import with_discrepancy
from openvalve.planning._fit import Fit
from openvalve.planning._population_tables import AFTER_SPREAD_FRAC, AFTER_STATE
from openvalve.planning._start import grade_of
from openvalve.recording import Recording
from openvalve.valve import Inflation, PopulationDraws, ValveState, build_valve, inflate

__all__ = ["Before", "Option", "draw_before", "evaluate_option", "valve_of"]

Values = Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Before:
    """The patient as the fit leaves him open.

    Attributes
    ----------
    hearts, states : one per draw.
    values : key to shape (n,), what each draw shows.
    """

    hearts: tuple[HeartParams, ...]
    states: tuple[HeartState, ...]
    values: Values


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """What one balloon would do.

    Attributes
    ----------
    request, balloon : what was asked for, and the catalogue entry behind it.
    inflation : the valve after it, arrays (n,).
    acute, hours : key to shape (n,), right after and the next morning.
    recording : the beats of the middle draw right after.
    """

    request: BalloonRequest
    balloon: Balloon
    inflation: Inflation
    acute: Values
    hours: Values
    recording: Recording


def valve_of(patient: Patient, profile: Profile, area_cm2: NDArray[np.float64]) -> ValveState:
    """Return the mechanics of the treated valve for a distribution of areas, shape (n,)."""
    lesion = patient.lesion[0]
    return build_valve(
        valve=lesion.valve,
        etiology=profile.etiology,
        morphology=profile.morphology,
        annulus_mm=profile.annulus_mm.mean,
        area_effective_cm2=area_cm2,
        age_years=profile.age_years,
        wilkins_score=profile.wilkins_score.mean,
        calcium_agatston=profile.calcium_agatston.mean,
        commissural_calcium=lesion.commissural_calcium,
        lvot_mm=profile.lvot_mm.mean,
        regurgitation_grade=grade_of(lesion),
        prior_procedure=lesion.prior_procedure,
        annulus_axis_ratio=profile.annulus_max_mm.mean / profile.annulus_min_mm.mean
        if lesion.annulus_min_mm is not None and lesion.annulus_max_mm is not None
        else 1.0,
        lvot_calcium=lesion.lvot_calcium,
    )


def _stack(rows: Sequence[Mapping[str, float]]) -> dict[str, NDArray[np.float64]]:
    """Return key to shape (n,).

    What most draws show and a few do not (a half-time where filling waves fuse) stands at the
    median there; what fewer than half show is left out.
    """
    stacked = {}
    for key in dict.fromkeys(k for row in rows for k in row):
        shown = [row[key] for row in rows if key in row]
        if 2 * len(shown) >= len(rows):
            middle = float(np.median(shown))
            stacked[key] = np.array([row.get(key, middle) for row in rows])
    return stacked


def draw_before(fit: Fit, draws: int, seed: int) -> Before:
    """Return hearts drawn from the posterior, settled and read.

    A draw whose circulation fails is replaced by the best fit, which has settled before.
    """
    hearts, states, rows = [], [], []
    for theta in fit.sample(draws, seed):
        heart = fit.heart_at(theta)
        try:
            run = fit.observer.run(heart, fit.state)
        except SolverError:
            heart = fit.heart
            run = fit.observer.run(heart, fit.state)
        hearts.append(heart)
        states.append(run.state)
        rows.append(fit.observer.read(run.recording, heart))
    return Before(hearts=tuple(hearts), states=tuple(states), values=_stack(rows))


def after_draws(draws: int, seed: int) -> list[AfterState]:
    """Return how strongly the body answers, one per draw, log-normal around the learned values."""
    rng = np.random.Generator(np.random.Philox(key=seed, counter=[0, 0, 0, 2]))
    factors = np.exp(AFTER_SPREAD_FRAC * rng.standard_normal((draws, len(AFTER_PARAMETERS))))
    centre = np.array([getattr(AFTER_STATE, name) for name in AFTER_PARAMETERS])
    return [
        AfterState(**dict(zip(AFTER_PARAMETERS, (float(v) for v in row), strict=True)))
        for row in centre * factors
    ]


def _after(
    fit: Fit,
    before: Before,
    inflation: Inflation,
    answers: Sequence[AfterState],
    time: TimePoint,
    tick: Callable[[], None],
) -> tuple[dict[str, NDArray[np.float64]], list[Recording]]:
    rows, recordings = [], []
    for i, heart in enumerate(before.hearts):
        relieved = apply_relief(
            heart,
            fit.observer.valve,
            area_cm2=float(inflation.area_effective_cm2[i]),
            leak_cm2=0.01 * float(inflation.eroa_mm2[i]),
            after=answers[i],
            time=time,
        )
        run = fit.observer.run(relieved, before.states[i])
        rows.append(fit.observer.read(run.recording, relieved))
        recordings.append(run.recording)
        tick()
    return _stack(rows), recordings


def evaluate_option(
    *,
    fit: Fit,
    before: Before,
    valve: ValveState,
    request: BalloonRequest,
    population: PopulationDraws,
    seed: int,
    tick: Callable[[], None],
) -> Option:
    """Send every draw through one balloon and read it at once and after hours."""
    balloon = find_balloon(request)
    inflation = inflate(
        valve,
        balloon,
        inflation_atm=request.inflation_atm,
        inflations=request.inflations or 1,
        draws=population,
    )
    answers = after_draws(len(before.hearts), seed)
    acute, recordings = _after(fit, before, inflation, answers, "acute", tick)
    hours, _ = _after(fit, before, inflation, answers, "hours", tick)
    gone = before.values["valve_area_effective_cm2"] / acute["valve_area_effective_cm2"]
    acute, hours = (
        with_discrepancy(
            values,
            np.maximum(1.0 - gone**2, 0.0),
            valve=fit.observer.valve,
            etiology=fit.observer.etiology,
            seed=seed,
        )
        for values in (acute, hours)
    )
    area = np.asarray(inflation.area_effective_cm2)
    middle = int(np.argsort(area)[area.size // 2])
    return Option(
        request=request,
        balloon=balloon,
        inflation=inflation,
        acute=acute,
        hours=hours,
        recording=recordings[middle],
    )


def with_grade(option: Option, values: Values) -> dict[str, NDArray[np.float64]]:
    """Return the values with the leak grade beside them, as success definitions need it."""
    return {**values, "regurgitation_grade": np.asarray(option.inflation.regurgitation_grade)}
