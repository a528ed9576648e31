"""The product as a model of after/before ratios: fit the heart, open the valve, read it again.

Each cohort's mean patient goes through the same rooms as a plan: ``fit_patient`` on its
before-values, the valve's mechanics with the balloon that the words name (else the published
sizing rule), ``apply_relief``, and the same reading of the beats. Population parameters (valve and
answer to relief) are learned from the training papers alone.

A cohort is simulated a dozen times: over a grid of area ratios, and with each parameter of the
answer moved. Between these its log ratios are interpolated (in the area) and linear (in the log
parameters), so that leaving every paper out in turn costs no further simulation; the interpolation
misses a direct simulation by less than 0.02, a peak-to-peak gradient, which may vanish, by 0.05
(tests/validation/test_heart_model.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, log
from statistics import fmean
from typing import TYPE_CHECKING

from openvalve.errors import InputError, SolverError
from openvalve.planning import (
    AFTER_PARAMETERS,
    AFTER_PRIOR,
    AfterState,
    Fit,
    apply_relief,
    fit_patient,
    requested_balloons,
    valve_of,
)
from openvalve.units import Cm2
from openvalve.validation._cohort import Cohort, cohort_patient
from openvalve.validation._predictor import Sample, log_ratio_of
from openvalve.validation._quantities import Quantity, find_quantity
from openvalve.validation._types import LogRatio

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from openvalve.devices import Balloon
    from openvalve.patient import BalloonRequest, Patient, Profile
    from openvalve.valve import AreaObservation, Population

__all__ = ["HeartModel", "Learned"]

# How far one paper's figure may lie from the mechanics, log SD: between-paper spread of about a
# tenth, and what a mean patient leaves out; a gradient says less of the area.
RESIDUAL_LOG_SD = 0.15
AREA_LOG_SD = 0.15
GRADIENT_LOG_SD = 0.22
PRIOR_LOG_SD = 0.7  # of each parameter of the answer to relief around ``AFTER_PRIOR``
STEP = 0.25  # relative step for the derivative by each parameter of the answer
AREA_GRID = (1.0, 1.35, 1.75, 2.3, 3.2)  # area after over before
HUBER_SDS = 1.5
LEAK_DRAWS, LEAK_SEED = 400, 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Learned:
    """Population parameters learned from training papers.

    Attributes
    ----------
    population : of the valve.
    after : of the body's answer to relief.
    """

    population: "Population"
    after: AfterState


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """A cohort's mean patient, simulated.

    Attributes
    ----------
    fit : its heart before.
    asked : the question to the valve's mechanics.
    new_leak_cm2 : what the balloon adds to the leak.
    log_ratios : quantity to shape (grid,), at ``AREA_GRID`` and the prior answer to relief.
    slopes : quantity to shape (parameters,), by the log of each parameter, at the middle area.
    """

    fit: Fit
    asked: "AreaObservation"
    new_leak_cm2: Cm2
    log_ratios: Mapping[str, "NDArray[np.float64]"]
    slopes: Mapping[str, "NDArray[np.float64]"]

    def at(self, quantity: str, area_ratio: float, steps: "NDArray[np.float64]") -> LogRatio:
        """Return the log ratio of a quantity; ``steps`` are log factors on the prior answer.

        The answer to relief grows with the relief, so its slope is scaled by it.
        """
        import numpy as np

        grid = np.log(AREA_GRID)
        level = float(np.interp(log(area_ratio), grid, self.log_ratios[quantity]))
        relief = (1.0 - area_ratio**-2) / (1.0 - AREA_GRID[MIDDLE] ** -2)
        return level + relief * float(self.slopes[quantity] @ steps)


MIDDLE = 2  # of ``AREA_GRID``


class HeartModel:
    """A ``RatioModel``; each cohort's mean patient is simulated once."""

    name = "heart"

    def __init__(self) -> None:
        self._settings: dict[tuple[object, ...], Setting | None] = {}

    def setting(self, cohort: Cohort) -> Setting | None:
        """Return the simulated mean patient, None where it cannot be made."""
        key = _key(cohort)
        if key not in self._settings:
            try:
                self._settings[key] = _setting(cohort)
            except (InputError, SolverError):
                self._settings[key] = None
        return self._settings[key]

    def prepare(self, training: Sequence[Sample]) -> Learned:
        """Return population parameters of valve and body from other papers."""
        from openvalve.valve import learn

        known = [(s, setting) for s in training if (setting := self.setting(s.cohort)) is not None]
        population = learn([_observation(sample, setting) for sample, setting in known])
        return Learned(population=population, after=_learn_after(known))

    def log_ratios(self, cohort: Cohort, state: Learned) -> Mapping[str, LogRatio]:
        """Return ln(after/before) of every quantity that the model can express."""
        from openvalve.valve import predicted_log_ratio

        setting = self.setting(cohort)
        if setting is None:
            return {}
        ratio = exp(predicted_log_ratio(setting.asked, state.population))
        steps = _steps(state.after)
        return {name: setting.at(name, ratio, steps) for name in setting.log_ratios}


def _key(cohort: Cohort) -> tuple[object, ...]:
    before = tuple((name, b.mean) for name, b in cohort.before.items())
    return (cohort.valve, cohort.population, cohort.technique, cohort.age_years, before)


def _setting(cohort: Cohort) -> Setting:
    import numpy as np

    from openvalve.devices import find_balloon
    from openvalve.patient import complete
    from openvalve.valve import AreaObservation

    patient = cohort_patient(cohort)
    profile = complete(patient)
    fit = fit_patient(patient, profile)
    area = getattr(fit.heart, cohort.valve).area_effective_cm2
    request = _request(cohort, patient, profile)
    balloon = find_balloon(request)
    atm = request.inflation_atm or balloon.nominal_atm
    asked = AreaObservation(
        source_id=cohort.source_id,
        state=valve_of(patient, profile, np.array([area])),
        balloon_perimeter_mm=balloon.perimeter_mm(atm),
        inflation_atm=atm,
        log_ratio=0.0,
        log_sd=AREA_LOG_SD,
    )
    leak = _new_leak_cm2(asked, balloon)
    rows = [_ratios(cohort, fit, ratio, leak, AFTER_PRIOR) for ratio in AREA_GRID]
    names = [name for name in rows[0] if all(name in row for row in rows)]
    middle = rows[MIDDLE]
    moved = [
        _ratios(cohort, fit, AREA_GRID[MIDDLE], leak, _scaled(AFTER_PRIOR, name, STEP))
        for name in AFTER_PARAMETERS
    ]
    return Setting(
        fit=fit,
        asked=asked,
        new_leak_cm2=leak,
        log_ratios={name: np.array([row[name] for row in rows]) for name in names},
        slopes={
            name: np.array([row.get(name, middle[name]) - middle[name] for row in moved])
            / np.log1p(STEP)
            for name in names
        },
    )


def _request(cohort: Cohort, patient: "Patient", profile: "Profile") -> "BalloonRequest":
    """Return the balloon that was printed, of steps the last, else what such papers used."""
    from openvalve.patient import BalloonRequest
    from openvalve.valve import usual_balloon

    if patient.balloon:
        return requested_balloons(patient, profile)[-1]
    usual = usual_balloon(
        valve=cohort.valve,
        etiology=profile.etiology,
        kind=cohort.balloon.kind,
        annulus_mm=profile.annulus_mm.mean,
    )
    sizes = usual.diameters_mm
    return BalloonRequest.model_validate(
        {"kind": usual.kind, "diameter_mm": sizes[0] if len(sizes) == 1 else list(sizes)}
    )


def _new_leak_cm2(asked: "AreaObservation", balloon: "Balloon") -> Cm2:
    """Return the leak that the balloon adds in the middle of a population no paper has taught."""
    import numpy as np

    from openvalve.valve import PRIOR, inflate, sample_population

    draws = sample_population(LEAK_DRAWS, LEAK_SEED, PRIOR)
    left = inflate(asked.state, balloon, inflation_atm=asked.inflation_atm, draws=draws)
    return 0.01 * float(np.median(left.eroa_mm2 - asked.state.eroa_mm2))


def _ratios(
    cohort: Cohort, fit: Fit, area_ratio: float, new_leak_cm2: Cm2, after: AfterState
) -> dict[str, LogRatio]:
    """Return the log ratio of every quantity with a relation to the model, simulated.

    A valve that has not opened has no new leak.
    """
    orifice = getattr(fit.heart, cohort.valve)
    heart = apply_relief(
        fit.heart,
        cohort.valve,
        area_cm2=orifice.area_effective_cm2 * area_ratio,
        leak_cm2=orifice.area_leak_cm2 + (new_leak_cm2 if area_ratio > 1.0 else 0.0),
        after=after,
    )
    values = fit.observer.observe(heart, fit.state)
    found = {}
    for name, before in cohort.before.items():
        quantity = find_quantity(name)
        if quantity is None or not quantity.relation or before.mean <= 0:
            continue
        ratio = _ratio(quantity, before.mean, fit.values, values)
        if ratio is not None:
            found[name] = ratio
    return found


def _ratio(
    quantity: Quantity, before: float, start: Mapping[str, float], end: Mapping[str, float]
) -> LogRatio | None:
    """Return ln(after/before) of one quantity, None where the model lacks a key of it."""
    if any(start.get(key, 0.0) <= 0.0 or end.get(key, 0.0) <= 0.0 for key in quantity.relation):
        return None
    if quantity.additive:
        (key,) = quantity.relation
        change = (end[key] - start[key]) / quantity.key_factor_ratio
        return log_ratio_of(before, max(before + change, 0.1 * before))
    return sum(power * log(end[key] / start[key]) for key, power in quantity.relation.items())


def _scaled(after: AfterState, name: str, step: float) -> AfterState:
    return replace(after, **{name: getattr(after, name) * (1.0 + step)})


def _steps(after: AfterState) -> "NDArray[np.float64]":
    """Return log factors of an answer to relief on the prior one, shape (parameters,)."""
    import numpy as np

    return np.array(
        [log(getattr(after, name) / getattr(AFTER_PRIOR, name)) for name in AFTER_PARAMETERS]
    )


def _observation(sample: Sample, setting: Setting) -> "AreaObservation":
    known = [find_quantity(name) for name in sample.after]
    area = any(q is not None and q.family == "area" for q in known)
    return replace(
        setting.asked,
        log_ratio=log(_published_area_ratio(sample)),
        log_sd=AREA_LOG_SD if area else GRADIENT_LOG_SD,
    )


def _published_area_ratio(sample: Sample) -> float:
    """Return the relief that a paper printed: of its area, else of its gradient, else typical.

    Only for learning from other papers; a gradient falls as the area to the power -1.5
    (``RELIEF_POWER``).
    """
    ratios: dict[str, list[float]] = {"area": [], "gradient": []}
    for name, after in sample.after.items():
        quantity = find_quantity(name)
        if quantity is not None and quantity.family in ratios and quantity.exponent_ratio == 1.0:
            ratios[quantity.family].append(after.mean / sample.cohort.before[name].mean)
    if ratios["area"]:
        return max(fmean(ratios["area"]), 1.0)
    if ratios["gradient"]:
        return max(float(fmean(ratios["gradient"]) ** (-1.0 / 1.5)), 1.0)
    return {"aortic": 1.6, "mitral": 2.1}.get(sample.cohort.valve, 1.7)


def _learn_after(known: Sequence[tuple[Sample, Setting]]) -> AfterState:
    """Return the answer to relief: least squares on log factors at the published relief, Huber.

    Pressures, volumes and flows of the training papers, with the valve opened as far as each paper
    printed; ``PRIOR_LOG_SD`` holds a parameter that no paper informs.
    """
    import numpy as np

    zero = np.zeros(len(AFTER_PARAMETERS))
    rows, rest = [], []
    for sample, setting in known:
        ratio = _published_area_ratio(sample)
        relief = (1.0 - ratio**-2) / (1.0 - AREA_GRID[MIDDLE] ** -2)
        for name, after in sample.after.items():
            quantity = find_quantity(name)
            if quantity is None or quantity.family == "area" or name not in setting.log_ratios:
                continue
            seen = log_ratio_of(sample.cohort.before[name].mean, after.mean)
            if seen is not None:
                rows.append(relief * setting.slopes[name] / RESIDUAL_LOG_SD)
                rest.append((seen - setting.at(name, ratio, zero)) / RESIDUAL_LOG_SD)
    if not rows:
        return AFTER_PRIOR
    a = np.vstack([np.stack(rows), np.eye(len(AFTER_PARAMETERS)) / PRIOR_LOG_SD])
    b = np.concatenate([np.array(rest), zero])
    weight = np.ones(b.size)
    x: NDArray[np.float64] = zero
    for _ in range(8):
        x = np.asarray(np.linalg.lstsq(a * weight[:, None], b * weight, rcond=None)[0])
        weight = np.sqrt(np.minimum(1.0, HUBER_SDS / np.maximum(np.abs(b - a @ x), 1e-9)))
    x = np.clip(x, -2.0, 1.0)
    return AfterState(
        **{
            name: getattr(AFTER_PRIOR, name) * float(np.exp(step))
            for name, step in zip(AFTER_PARAMETERS, x, strict=True)
        }
    )
