"""A predictor without physics: partly pooled ratios; also the last step of every model.

``CombinedPredictor`` takes any model of after/before ratios, learns what it leaves unexplained
from other papers, and adds it. With no model (every ratio one) it is ``StatisticalPredictor``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log
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
    plain : part to the same without the model, for quantities on which it is silent.
    variation : between patients.
    """

    model_state: Any
    combiners: Mapping[str, Combiner]
    plain: Mapping[str, Combiner]
    variation: Variation


class CombinedPredictor:
    """prediction = before * exp(model's log ratio + discrepancy of valve, class and quantity).

    The discrepancy is the mean of other papers' residuals drawn to zero (``Combiner``); the band
    holds what is unknown of it, the spread between papers, and the cohort's sampling error. Where
    the model says nothing of a quantity, the partly pooled ratio of other papers stands alone.
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
        left: dict[str, list[Residual]] = {}
        whole: dict[str, list[Residual]] = {}
        for sample in training:
            ratios = self._ratios(sample.cohort, model_state)
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
                part = _part(quantity)
                plain = residual_of(sample.cohort, quantity, seen, variance)
                whole.setdefault(part, []).append(plain)
                if quantity in ratios:
                    rest = replace(plain, log_residual=seen - ratios[quantity])
                    left.setdefault(part, []).append(rest)
        return CombinedState(
            model_state=model_state,
            combiners={part: Combiner.learn(some) for part, some in left.items()},
            plain={part: Combiner.learn(some) for part, some in whole.items()},
            variation=variation,
        )

    def predict(self, cohort: Cohort, state: CombinedState) -> Mapping[str, Prediction]:
        """Return predictions for every known quantity with a before-value above zero."""
        ratios = self._ratios(cohort, state.model_state)
        predictions = {}
        for quantity, before in cohort.before.items():
            if find_quantity(quantity) is None or before.mean <= 0:
                continue
            combiners = state.combiners if quantity in ratios else state.plain
            combiner = combiners.get(_part(quantity), Combiner.learn(()))
            shift, sd = combiner.predict(residual_of(cohort, quantity, 0.0, 0.0))
            predictions[quantity] = prediction_of(
                before=before.mean,
                log_ratio=ratios.get(quantity, 0.0) + shift,
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
