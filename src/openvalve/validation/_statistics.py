"""A predictor without physics: partly pooled ratios; also the last step of every model.

``CombinedPredictor`` takes any model of after/before ratios, learns what it leaves unexplained
from other papers, and adds it. With no model (every ratio one) it is ``StatisticalPredictor``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, log, sqrt
from typing import Any, Protocol

from openvalve.errors import InputError, SolverError
from openvalve.units import Ratio
from openvalve.validation._cohort import Cohort
from openvalve.validation._combine import Combiner, Residual
from openvalve.validation._predictor import Prediction, Sample, log_ratio_of, prediction_of
from openvalve.validation._quantities import find_quantity
from openvalve.validation._types import LogRatio
from openvalve.validation._yardstick import Variation, paired_variance

__all__ = ["CombinedPredictor", "NoModel", "RatioModel", "StatisticalPredictor"]


# Areas and gradients share one relief: at an output that rises a little with it, a gradient goes as
# the area to the power -1.5 (medians of the open table: -1.5 aortic, -1.4 mitral; -2 at unchanged
# flow; -2 to -1.2 plausible).
RELIEF_POWER: Mapping[str, Ratio] = {"area": 1.0, "gradient": -1.5}
PRIOR_WEIGHT: Ratio = 0.5  # of a model against plain ratios, before any paper; even odds


class RatioModel(Protocol):
    """A model that says by which factor each quantity of a cohort changes."""

    name: str

    def prepare(self, training: Sequence[Sample]) -> Any:
        """Return population parameters learned from other papers."""
        ...

    def log_ratios(self, cohort: Cohort, state: Any) -> Mapping[str, LogRatio]:
        """Return ln(after/before) by quantity; a quantity it knows nothing of is absent."""
        ...


class NoModel:
    """Every ratio is one."""

    name = "none"

    def prepare(self, training: Sequence[Sample]) -> None:
        """Return nothing: there is nothing to learn."""

    def log_ratios(self, cohort: Cohort, state: None) -> Mapping[str, LogRatio]:
        """Return no ratio."""
        return {}


@dataclass(frozen=True, kw_only=True, slots=True)
class CombinedState:
    """What a combined predictor learned.

    Attributes
    ----------
    model_state : population parameters of the model.
    combiners : part to what the model leaves unexplained.
    plain : part to the same without the model.
    weights : (valve, family) to the weight of the model.
    variation : between patients.
    """

    model_state: Any
    combiners: Mapping[str, Combiner]
    plain: Mapping[str, Combiner]
    weights: Mapping[tuple[str, str], Ratio]
    variation: Variation


class CombinedPredictor:
    """prediction = before * exp(model's log ratio + discrepancy of valve, class and quantity).

    The discrepancy is the mean of other papers' residuals drawn to zero (``Combiner``); the band
    holds what is unknown of it, the spread between papers, and the cohort's sampling error.

    Beside it stand the partly pooled ratios of other papers without the model. The two are
    averaged in ln units, per valve and family of quantities, by how likely each makes the
    training papers (Bayesian model averaging); where the model is silent the papers stand alone.
    Source: Hoeting et al. 1999, Statistical Science 14:382 [K].
    """

    def __init__(self, model: RatioModel, name: str) -> None:
        self.model = model
        self.name = name

    def prepare(self, training: Sequence[Sample]) -> CombinedState:
        """Return what the papers teach: model parameters first, then what they leave."""
        model_state = self.model.prepare(training)
        variation = Variation.learn(
            (q, after.mean, after.sd) for sample in training for q, after in sample.after.items()
        )
        whole: dict[str, list[Residual]] = {}
        spoken: dict[str, list[bool]] = {}
        left: dict[str, list[Residual]] = {}
        for sample in training:
            ratios = self._ratios(sample.cohort, model_state)
            for plain in _residuals(sample, variation):
                part = _part(plain.quantity)
                whole.setdefault(part, []).append(plain)
                spoken.setdefault(part, []).append(plain.quantity in ratios)
                if plain.quantity in ratios:
                    rest = plain.log_residual - ratios[plain.quantity]
                    left.setdefault(part, []).append(replace(plain, log_residual=rest))
        combiners = {part: Combiner.learn(some) for part, some in left.items()}
        alone = {part: Combiner.learn(some) for part, some in whole.items()}
        weights: dict[tuple[str, str], Ratio] = {}
        for part, combiner in combiners.items():
            weights |= _weights(combiner, alone[part], spoken[part])
        return CombinedState(
            model_state=model_state,
            combiners=combiners,
            plain=alone,
            weights=weights,
            variation=variation,
        )

    def predict(self, cohort: Cohort, state: CombinedState) -> Mapping[str, Prediction]:
        """Return predictions for every known quantity with a before-value above zero."""
        ratios = self._ratios(cohort, state.model_state)
        predictions = {}
        for quantity, before in cohort.before.items():
            if find_quantity(quantity) is None or before.mean <= 0:
                continue
            asked = residual_of(cohort, quantity, 0.0, 0.0)
            mean, sd = state.plain.get(_part(quantity), Combiner.learn(())).predict(asked)
            if quantity in ratios:
                with_model = state.combiners.get(_part(quantity), Combiner.learn(()))
                shift, model_sd = with_model.predict(asked)
                weight = state.weights.get((asked.valve, asked.family), 1.0)
                mean, sd = _mixed(weight, (ratios[quantity] + shift, model_sd), (mean, sd))
            predictions[quantity] = prediction_of(
                before=before.mean,
                log_ratio=mean,
                log_ratio_sd=sd,
                variation_frac=state.variation.of(quantity),
                n=cohort.n,
            )
        return predictions

    def _ratios(self, cohort: Cohort, model_state: Any) -> Mapping[str, LogRatio]:
        """Return the model's ratios; none where the cohort cannot be put into it or computed."""
        try:
            return self.model.log_ratios(cohort, model_state)
        except (InputError, SolverError):
            return {}


class StatisticalPredictor(CombinedPredictor):
    """Partly pooled after/before ratios and no physics."""

    def __init__(self) -> None:
        super().__init__(NoModel(), "statistics")


def _weights(
    model: Combiner, plain: Combiner, spoken: Sequence[bool]
) -> dict[tuple[str, str], Ratio]:
    """Return the model's posterior weight per valve and family, on the same training rows."""
    weights = {}
    for valve, family in {(r.valve, r.family) for r in model.training}:
        gain = model.log_evidence(valve, family, [True] * len(model.training))
        gain -= plain.log_evidence(valve, family, spoken)
        odds = PRIOR_WEIGHT / (1 - PRIOR_WEIGHT) * exp(max(-50.0, min(50.0, gain)))
        weights[valve, family] = odds / (1 + odds)
    return weights


def _mixed(
    weight: Ratio, first: tuple[LogRatio, LogRatio], second: tuple[LogRatio, LogRatio]
) -> tuple[LogRatio, LogRatio]:
    """Return mean and SD of a mixture of two normal answers (mean, SD)."""
    mean = weight * first[0] + (1 - weight) * second[0]
    variance = weight * first[1] ** 2 + (1 - weight) * second[1] ** 2
    variance += weight * (1 - weight) * (first[0] - second[0]) ** 2
    return mean, sqrt(variance)


def _residuals(sample: Sample, variation: Variation) -> list[Residual]:
    """Return the ln ratios that a paper printed, with their sampling variance."""
    residuals = []
    for quantity, after in sample.after.items():
        before = sample.cohort.before[quantity]
        seen = log_ratio_of(before.mean, after.mean)
        if seen is None or find_quantity(quantity) is None:
            continue
        variance = paired_variance(
            variation.of(quantity),
            before=(before.mean, before.sd),
            after=(after.mean, after.sd),
            n=sample.cohort.n,
        )
        residuals.append(residual_of(sample.cohort, quantity, seen, variance))
    return residuals


def _part(quantity: str) -> str:
    """Return the combiner that a quantity belongs to: ``relief`` or ``other``."""
    known = find_quantity(quantity)
    return "relief" if known is not None and known.family in RELIEF_POWER else "other"


def residual_of(cohort: Cohort, quantity: str, log_residual: LogRatio, variance: float) -> Residual:
    """Return a residual (or a question) of a cohort's quantity with its covariates."""
    known = find_quantity(quantity)
    score = cohort.wilkins_score
    covariates = {
        "child": float(cohort.age_years < 18),
        "score": 0.0 if score is None else max(-1.0, min(1.0, (score - 8.0) / 2)),
        "double": float(cohort.balloon.kind == "double"),
        "repeated": float(cohort.repeated),
    }
    relief = _part(quantity) == "relief"
    family = known.family if known else quantity
    power = known.exponent_ratio if known else 1.0
    return Residual(
        valve=cohort.valve,
        valve_class=cohort.valve_class,
        quantity=quantity,
        family="relief" if relief else family,
        source_id=cohort.source_id,
        exponent_ratio=power * RELIEF_POWER.get(family, 1.0),
        log_before=log(cohort.before[quantity].mean),
        covariates=covariates if relief else {},
        log_residual=log_residual,
        variance=variance,
    )
