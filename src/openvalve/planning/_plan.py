"""From a patient to a plan: fit, draw, try every balloon, and write down what each would do."""

import dataclasses
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvalve import DISCLAIMER, __version__
from openvalve.devices import default_balloons, find_balloon
from openvalve.hemodynamics import grade
from openvalve.patient import BalloonRequest, Patient, Profile, complete
from openvalve.planning._document import (
    anchored_before,
    describe_conflicts,
    describe_fit,
    describe_option,
    describe_patient,
    own_measures,
)
from openvalve.planning._fit import Fit, fit_patient
from openvalve.planning._options import Before, Option, draw_before, evaluate_option, valve_of
from openvalve.planning._screen import alternatives, contraindications
from openvalve.recording import Recording
from openvalve.units import S
from openvalve.valve import POPULATION, sample_population

__all__ = ["Plan", "make_plan", "requested_balloons"]

Progress = Callable[[str, float], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What each balloon would do to one patient.

    Attributes
    ----------
    document : the ``plan.json`` of the contract (DESIGN.md section 3), without NaN.
    before : two beats of the fitted heart.
    after : two beats right after each balloon, of its middle draw.
    stages_s : seconds spent in each stage.
    """

    document: Mapping[str, Any]
    before: Recording
    after: tuple[Recording, ...]
    stages_s: Mapping[str, S]


def requested_balloons(patient: Patient, profile: Profile) -> tuple[BalloonRequest, ...]:
    """Return the balloons of the file, each step apart, or those of the published sizing rule."""
    if patient.balloon:
        requests: list[BalloonRequest] = []
        for request in patient.balloon:
            requests += _steps(request)
        return tuple(requests)
    lesion = patient.lesion[0]
    return tuple(
        default_balloons(
            valve=lesion.valve,
            etiology=profile.etiology,
            annulus_mm=profile.annulus_mm.mean,
            age_years=profile.age_years,
            height_cm=profile.height_cm.mean,
            bsa_m2=profile.bsa_m2.mean,
        )
    )


def _steps(request: BalloonRequest) -> list[BalloonRequest]:
    """Return one request for each step of a stepwise dilatation."""
    if request.steps_mm is None:
        return [request]
    return [
        request.model_copy(update={"diameter_mm": step, "steps_mm": None})
        for step in request.steps_mm
    ]


def make_plan(
    patient: Patient,
    *,
    draws: int = 200,
    seed: int = 0,
    progress: Progress | None = None,
) -> Plan:
    """Return the plan of a patient.

    Parameters
    ----------
    patient : as read from its file; balloons of the file, or the published sizing rule.
    draws : posterior draws per balloon, at least 20; 200 for a report.
    seed : of every random draw; the same patient, seed and version give the same plan.
    progress : called with a stage name and the fraction done.

    Raises
    ------
    InputError : a balloon that does not exist.
    SolverError : the fitted heart cannot be simulated.
    """
    stages: dict[str, float] = {}
    tell = progress or (lambda stage, done: None)
    started = time.perf_counter()
    profile = complete(patient)
    requests = requested_balloons(patient, profile)
    for request in requests:
        find_balloon(request)  # every unknown balloon is refused before the first computation
    tell("fit", 0.0)
    fit = fit_patient(patient, profile)
    stages["fit"] = time.perf_counter() - started
    mark = time.perf_counter()
    before = draw_before(fit, draws, seed)
    stages["before"] = time.perf_counter() - mark
    mark = time.perf_counter()
    options = _options(patient, profile, fit, before, requests, seed, tell)
    stages["options"] = time.perf_counter() - mark
    recording = fit.observer.run(fit.heart, fit.state).recording
    stages["total"] = time.perf_counter() - started
    document = _document(patient, profile, fit, before, options, seed, stages)
    return Plan(
        document=document,
        before=recording,
        after=tuple(o.recording for o in options),
        stages_s=stages,
    )


def _options(
    patient: Patient,
    profile: Profile,
    fit: Fit,
    before: Before,
    requests: tuple[BalloonRequest, ...],
    seed: int,
    tell: Progress,
) -> list[Option]:
    area: NDArray[np.float64] = before.values["valve_area_effective_cm2"]
    valve = valve_of(patient, profile, area)
    population = sample_population(area.size, seed, POPULATION)
    work = 2 * len(requests) * area.size
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        if done % 20 == 0:
            tell("balloons", done / work)

    return [
        evaluate_option(
            fit=fit,
            before=before,
            valve=valve,
            request=request,
            population=population,
            seed=seed,
            tick=tick,
        )
        for request in requests
    ]


def _document(
    patient: Patient,
    profile: Profile,
    fit: Fit,
    before: Before,
    options: list[Option],
    seed: int,
    stages: Mapping[str, S],
) -> dict[str, Any]:
    lesion = patient.lesion[0]
    area = before.values["valve_area_effective_cm2"]
    values = {k: float(np.median(v)) for k, v in own_measures(patient)(before.values).items()}
    values.update({k: m.value for k, m in patient.measured.items()})
    severity = grade(lesion.valve, values, bsa_m2=profile.bsa_m2.mean)
    return {
        "schema": 1,
        "patient": patient.id,
        "version": __version__,
        "disclaimer": DISCLAIMER,
        "seed": seed,
        "draws": int(area.size),
        "summary": describe_patient(patient, profile, severity),
        "fit": describe_fit(fit, before),
        "before": anchored_before(patient, fit, before),
        "conflicts": describe_conflicts(patient, fit),
        "warnings": _warnings(patient, fit, before),
        "assumed": [
            {"key": a.key, "value": a.value, "sd": a.sd, "source": a.source}
            for a in profile.assumed
        ],
        "options": [describe_option(o, options, patient, profile, fit, before) for o in options],
        "contraindications": [
            dataclasses.asdict(f) for f in contraindications(patient, profile, values)
        ],
        "alternatives": [dataclasses.asdict(f) for f in alternatives(patient, profile)],
        "stages_s": {k: round(v, 3) for k, v in stages.items()},
    }


def _warnings(patient: Patient, fit: Fit, before: Before) -> list[str]:
    found = list(patient.warnings)
    unread = [k for k in patient.measured if k in fit.unused or k not in before.values]
    found += [f"{key}: kept, but the model has nothing to compare it with" for key in unread]
    if patient.measured_dobutamine or patient.measured_exercise:
        found.append("dobutamine and exercise values are kept but not fitted in this version")
    return found
