"""What a predictor is: it learns from other papers' cohorts, then says what follows the balloon."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from typing import Any, Protocol

from openvalve.units import Frac
from openvalve.validation._cohort import Cohort, Question
from openvalve.validation._table import Row
from openvalve.validation._types import LogRatio, RowValue

__all__ = ["After", "Prediction", "Predictor", "Sample", "prediction_of", "samples_of"]

P05_NORMAL = 1.6448536269514722  # 95th percentile of the standard normal distribution


@dataclass(frozen=True, kw_only=True, slots=True)
class After:
    """What a paper printed right after the balloon."""

    mean: RowValue
    sd: RowValue | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """A cohort with what became of it; predictors learn from these.

    Attributes
    ----------
    cohort : as it stood before.
    after : quantity to value after.
    """

    cohort: Cohort
    after: Mapping[str, After]


@dataclass(frozen=True, kw_only=True, slots=True)
class Prediction:
    """What a cohort's after-value will be.

    Attributes
    ----------
    mean : of the cohort.
    sd : between its patients.
    p05, p95 : the printed cohort mean lies between them nine times in ten; they hold what the
        predictor does not know, how papers differ, and the sampling error of the cohort's size.
    """

    mean: RowValue
    sd: RowValue
    p05: RowValue
    p95: RowValue


class Predictor(Protocol):
    """Learns from samples of other papers, then predicts cohorts it has not seen."""

    name: str

    def prepare(self, training: Sequence[Sample]) -> Any:
        """Return what was learned; the samples hold no row of the paper to be predicted."""
        ...

    def predict(self, cohort: Cohort, state: Any) -> Mapping[str, Prediction]:
        """Return predictions by quantity for what the cohort has before-values of."""
        ...


def samples_of(questions: Sequence[Question], rows: Sequence[Row]) -> tuple[Sample, ...]:
    """Return the questions with the after-values of their scored rows put back."""
    answers = {(row.origin, row.id): row for row in rows if row.is_endpoint}
    samples = []
    for question in questions:
        after = {}
        for asked in question.rows:
            row = answers.get((asked.origin, asked.id))
            if row is not None and row.post_mean is not None:
                after[row.quantity] = After(mean=row.post_mean, sd=row.post_sd)
        if after:
            samples.append(Sample(cohort=question.cohort, after=after))
    return tuple(samples)


def prediction_of(
    *,
    before: RowValue,
    log_ratio: LogRatio,
    log_ratio_sd: LogRatio,
    variation_frac: Frac,
    n: int | None,
) -> Prediction:
    """Return a log-normal prediction of a positive after-value.

    Parameters
    ----------
    before : value before, above zero.
    log_ratio, log_ratio_sd : ln(after/before) of the cohort mean and what is not known of it.
    variation_frac : SD between patients over the mean, after.
    n : patients; adds variation_frac / sqrt(n) to the band, 30 patients where it is not printed.
    """
    mean = before * exp(log_ratio)
    half = P05_NORMAL * sqrt(log_ratio_sd**2 + variation_frac**2 / (n or 30))
    return Prediction(
        mean=mean,
        sd=variation_frac * mean,
        p05=mean * exp(-half),
        p95=mean * exp(half),
    )


def log_ratio_of(before: RowValue, after: RowValue) -> LogRatio | None:
    """Return ln(after/before) where both are above zero."""
    return log(after / before) if before > 0 and after > 0 else None
