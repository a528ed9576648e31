"""Baselines that know no physics; each learns with the whole paper left out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, pi, sqrt
from statistics import fmean, median

from openvalve.units import Cm2, Mm
from openvalve.validation._cohort import CLASS_ETIOLOGY, Cohort
from openvalve.validation._predictor import (
    Prediction,
    Predictor,
    Sample,
    log_ratio_of,
    prediction_of,
)
from openvalve.validation._quantities import block_of, find_quantity
from openvalve.validation._types import LogRatio, RowValue
from openvalve.validation._yardstick import Variation

__all__ = ["GeometricRule", "MedianRatio", "Regression", "RuleOfThumb", "baselines"]

REGRESSION_ROWS = 4  # fewer rows outside the paper: no change (the contract's rule)
RATIO_SD = 0.25  # ln units, where residuals of fewer than three rows cannot give one
RULE_GAIN_AORTIC_CM2: Cm2 = 0.3
RULE_MITRAL_RATIO = 2.0
RULE_GRADIENT_RATIO = 0.5
BSA_ADULT_M2 = 1.75  # to turn a gain in cm2 into one per m2; 1.5 to 2.0

Key = tuple[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Learned:
    """Spreads that every baseline takes from the training papers.

    Attributes
    ----------
    variation : between patients.
    residual_sd : (valve, block) to SD of ln(after/before) about the baseline's own answer.
    points : (valve, quantity) to what the baseline learned from.
    numbers : (valve, quantity or block) to what it learned.
    """

    variation: Variation
    residual_sd: Mapping[Key, LogRatio]
    points: Mapping[Key, tuple[tuple[RowValue, RowValue], ...]]
    numbers: Mapping[Key, float]


def _points(training: Sequence[Sample]) -> dict[Key, list[tuple[RowValue, RowValue]]]:
    """Return (before, after) by valve and quantity."""
    points: dict[Key, list[tuple[RowValue, RowValue]]] = {}
    for sample in training:
        for quantity, after in sample.after.items():
            before = sample.cohort.before[quantity].mean
            valve = sample.cohort.valve
            for group in {quantity, _pool(quantity)} - {""}:
                points.setdefault((valve, group), []).append((before, after.mean))
    return points


def _pool(quantity: str) -> str:
    """Return the group of like quantities that a baseline may pool, empty for none."""
    if _is_plain_area(quantity):
        return "area"
    return "gradient" if block_of(quantity) == "gradient" else ""


def _learn(
    training: Sequence[Sample],
    numbers: Mapping[Key, float],
    answer: Callable[[Cohort, str, RowValue, Learned], RowValue],
) -> Learned:
    """Return what a baseline learned, its residual spreads measured on the training rows."""
    variation = Variation.learn(
        (q, after.mean, after.sd) for sample in training for q, after in sample.after.items()
    )
    points = {key: tuple(some) for key, some in _points(training).items()}
    learned = Learned(variation=variation, residual_sd={}, points=points, numbers=numbers)
    residuals: dict[Key, list[LogRatio]] = {}
    for sample in training:
        for quantity, after in sample.after.items():
            before = sample.cohort.before[quantity].mean
            guess = answer(sample.cohort, quantity, before, learned)
            miss = log_ratio_of(guess, after.mean)
            if miss is not None:
                key = (sample.cohort.valve, block_of(quantity))
                residuals.setdefault(key, []).append(miss)
    spread = {
        key: sqrt(fmean([r * r for r in some])) for key, some in residuals.items() if len(some) >= 3
    }
    return Learned(variation=variation, residual_sd=spread, points=points, numbers=numbers)


def _predictions(
    cohort: Cohort,
    learned: Learned,
    answer: Callable[[Cohort, str, RowValue, Learned], RowValue],
) -> dict[str, Prediction]:
    """Return a baseline's predictions for every known quantity of a cohort."""
    predictions = {}
    for quantity, before in cohort.before.items():
        if find_quantity(quantity) is None or before.mean <= 0:
            continue
        ratio = log_ratio_of(before.mean, answer(cohort, quantity, before.mean, learned))
        key = (cohort.valve, block_of(quantity))
        predictions[quantity] = prediction_of(
            before=before.mean,
            log_ratio=0.0 if ratio is None else ratio,
            log_ratio_sd=learned.residual_sd.get(key, RATIO_SD),
            variation_frac=learned.variation.of(quantity),
            n=cohort.n,
        )
    return predictions


class RuleOfThumb:
    """Mitral area doubles, aortic area gains 0.3 cm2, gradients halve, the rest is unchanged.

    A pulmonary or tricuspid area grows by root two, as a gradient halved at equal flow implies;
    an indexed aortic area gains 0.3 cm2 over 1.75 m2.
    """

    name = "rule_of_thumb"

    @staticmethod
    def answer(cohort: Cohort, quantity: str, before: RowValue, _: Learned) -> RowValue:
        """Return the value after."""
        if block_of(quantity) == "gradient":
            return RULE_GRADIENT_RATIO * before
        if block_of(quantity) != "area":
            return before
        if cohort.valve == "mitral":
            return RULE_MITRAL_RATIO * before
        if cohort.valve == "aortic":
            per_m2 = BSA_ADULT_M2 if quantity == "valve_area_index_cm2_m2" else 1.0
            return before + RULE_GAIN_AORTIC_CM2 / per_m2
        return before / sqrt(RULE_GRADIENT_RATIO)

    def prepare(self, training: Sequence[Sample]) -> Learned:
        """Return spreads only; the rule itself learns nothing."""
        return _learn(training, {}, self.answer)

    def predict(self, cohort: Cohort, state: Learned) -> Mapping[str, Prediction]:
        """Return the rule's predictions."""
        return _predictions(cohort, state, self.answer)


class Regression:
    """Least squares of after on before, per valve and quantity.

    Under four rows: one line through all areas in cm2 (or all gradients) of the valve, however
    measured; under four of those too, and for all other quantities, no change.
    """

    name = "regression"

    @staticmethod
    def answer(cohort: Cohort, quantity: str, before: RowValue, learned: Learned) -> RowValue:
        """Return the line's value, at least a tenth of the before-value."""
        points = learned.points.get((cohort.valve, quantity), ())
        if len(points) < REGRESSION_ROWS:
            points = learned.points.get((cohort.valve, _pool(quantity)), ())
        if len(points) < REGRESSION_ROWS:
            return before
        x0, y0 = fmean([x for x, _ in points]), fmean([y for _, y in points])
        sxx = sum((x - x0) ** 2 for x, _ in points)
        slope = sum((x - x0) * (y - y0) for x, y in points) / sxx if sxx > 0 else 0.0
        return max(0.1 * before, y0 + slope * (before - x0))

    def prepare(self, training: Sequence[Sample]) -> Learned:
        """Return the training rows."""
        return _learn(training, {}, self.answer)

    def predict(self, cohort: Cohort, state: Learned) -> Mapping[str, Prediction]:
        """Return the regression's predictions."""
        return _predictions(cohort, state, self.answer)


class MedianRatio:
    """The median after/before ratio per valve and quantity.

    Without a row of the quantity outside the paper: the median of all the valve's areas in cm2
    (or gradients), unchanged for the rest.
    """

    name = "median_ratio"

    @staticmethod
    def answer(cohort: Cohort, quantity: str, before: RowValue, learned: Learned) -> RowValue:
        """Return the before-value times the ratio."""
        ratio = learned.numbers.get((cohort.valve, quantity))
        if ratio is None and block_of(quantity) != "other":
            ratio = learned.numbers.get((cohort.valve, block_of(quantity)))
        return before * (1.0 if ratio is None else ratio)

    def prepare(self, training: Sequence[Sample]) -> Learned:
        """Return the medians."""
        ratios: dict[Key, list[float]] = {}
        for (valve, quantity), points in _points(training).items():
            some = [after / before for before, after in points if before > 0]
            ratios.setdefault((valve, quantity), []).extend(some)
        return _learn(training, {k: median(v) for k, v in ratios.items() if v}, self.answer)

    def predict(self, cohort: Cohort, state: Learned) -> Mapping[str, Prediction]:
        """Return the median ratio's predictions."""
        return _predictions(cohort, state, self.answer)


def ring_mm(cohort: Cohort) -> Mm:
    """Return a usual annulus for the age: an adult's, smaller before 16 years with body size.

    Adult aortic 22, mitral 30, pulmonary 22, tricuspid 32 mm [K; 18 to 26, 26 to 36, 18 to 26,
    28 to 38]; at birth a third of it, growing as the cube root of age.
    """
    adult = {"aortic": 22.0, "mitral": 30.0, "pulmonary": 22.0, "tricuspid": 32.0}[cohort.valve]
    grown = float(min(1.0, cohort.age_years / 16) ** (1 / 3))
    return adult * (0.33 + 0.67 * grown)


def balloon_mm(cohort: Cohort) -> Mm:
    """Return the balloon of the text, or the usual one on the usual ring.

    Two mitral balloons act as 30 mm, one Inoue as 26 mm, one cylinder as 25 mm; aortic balloons
    measure 0.95, pulmonary ones 1.25 of the ring [K; 0.8 to 1.1, 1.2 to 1.4].
    """
    said = cohort.balloon
    if said.diameter_mm is not None and said.kind != "double":
        return said.diameter_mm
    if cohort.valve in ("mitral", "tricuspid"):
        size = {"double": 30.0, "inoue": 26.0, "cylinder": 25.0}.get(said.kind or "inoue", 26.0)
        return size * ring_mm(cohort) / 30.0 if cohort.age_years < 16 else size
    ratio = said.annulus_ratio or (0.95 if cohort.valve == "aortic" else 1.25)
    return ratio * ring_mm(cohort)


def rule_class(cohort: Cohort) -> str:
    """Return the class of bound valve that the rule learns one share for."""
    from openvalve.valve import class_of

    return class_of(cohort.valve, CLASS_ETIOLOGY[cohort.valve_class])


class GeometricRule:
    """The valve room's plain rule: a share of (balloon perimeter - orifice perimeter) stays open.

    The share is learned per class of valve from other papers' areas
    (``openvalve.valve.geometric_rule``); a gradient goes as the area to the power -2, all else is
    unchanged. Where no area is known before, the valve's median before-area stands in.
    """

    name = "geometric_rule"

    @staticmethod
    def area_ratio(cohort: Cohort, before: Cm2, learned: Learned) -> float:
        """Return the area after over before for a cohort."""
        from openvalve.valve import GEOMETRIC, geometric_rule

        kind = rule_class(cohort)
        share = learned.numbers.get((kind, "share"), GEOMETRIC[kind])
        after = geometric_rule(
            valve_class=kind,
            area_effective_cm2=before,
            balloon_perimeter_mm=pi * balloon_mm(cohort),
            shares={kind: share},
        )
        return after / before

    @classmethod
    def answer(cls, cohort: Cohort, quantity: str, before: RowValue, learned: Learned) -> RowValue:
        """Return the value after."""
        block = block_of(quantity)
        if block == "other" or before <= 0:
            return before
        own = [b.mean for q, b in cohort.before.items() if _is_plain_area(q) and b.mean > 0]
        usual = own[0] if own else learned.numbers.get((cohort.valve, "before"), 0.7)
        plain = block == "area" and _is_plain_area(quantity)
        ratio = cls.area_ratio(cohort, before if plain else usual, learned)
        return before * (ratio if block == "area" else exp(-2.0 * log(ratio)))

    def prepare(self, training: Sequence[Sample]) -> Learned:
        """Return the share per class of valve, the median over other papers' areas."""
        from openvalve.valve import GeometricRow, learn_geometric

        rows: list[GeometricRow] = []
        areas: dict[str, list[float]] = {}
        for sample in training:
            for quantity, after in sample.after.items():
                before = sample.cohort.before[quantity].mean
                if _is_plain_area(quantity) and before > 0 and after.mean > 0:
                    areas.setdefault(sample.cohort.valve, []).append(before)
                    rows.append(
                        GeometricRow(
                            valve_class=rule_class(sample.cohort),
                            before_cm2=before,
                            after_cm2=after.mean,
                            balloon_perimeter_mm=pi * balloon_mm(sample.cohort),
                        )
                    )
        numbers = {(kind, "share"): share for kind, share in learn_geometric(rows).items()}
        numbers |= {(valve, "before"): median(some) for valve, some in areas.items()}
        return _learn(training, numbers, self.answer)

    def predict(self, cohort: Cohort, state: Learned) -> Mapping[str, Prediction]:
        """Return the rule's predictions."""
        return _predictions(cohort, state, self.answer)


def _is_plain_area(quantity: str) -> bool:
    """Return whether the quantity is an area in cm2, not per body surface."""
    return block_of(quantity) == "area" and quantity.endswith("_cm2")


def baselines() -> tuple[Predictor, ...]:
    """Return the baselines of the scorecard."""
    return (RuleOfThumb(), Regression(), MedianRatio(), GeometricRule())
