"""The yardstick of an error: sampling error of the printed mean and how far papers differ.

Both are estimated once, from the shipped open table, so that every predictor and every table is
measured with the same stick. They enter scores only, never a prediction.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import sqrt
from statistics import median

from openvalve.units import Frac, Ratio
from openvalve.validation._predictor import log_ratio_of
from openvalve.validation._quantities import block_of
from openvalve.validation._table import Row, shipped_evidence
from openvalve.validation._types import LogRatio, RowValue

__all__ = ["Variation", "Yardstick", "paired_variance", "shipped_yardstick"]

# Correlation of a patient's value before with the one after, on the log scale; nobody prints it.
# 0 to 0.8 is plausible; it moves the yardstick, equally for all predictors.
PAIRED_CORRELATION = 0.5
POOLED_PAPERS = 3
CV_UNKNOWN_FRAC = 0.35  # where no paper printed any spread in the block
N_UNKNOWN = 30  # median of the shipped table is 32


@dataclass(frozen=True, kw_only=True, slots=True)
class Variation:
    """Spread between patients over the mean: medians of what was printed.

    Attributes
    ----------
    by_quantity, by_block : medians of SD / mean; a quantity counts from one printed spread.
    """

    by_quantity: Mapping[str, Frac]
    by_block: Mapping[str, Frac]

    def of(self, quantity: str) -> Frac:
        """Return the variation to assume for a quantity."""
        fallback = self.by_block.get(block_of(quantity), CV_UNKNOWN_FRAC)
        return self.by_quantity.get(quantity, fallback)

    @staticmethod
    def learn(values: Iterable[tuple[str, RowValue, RowValue | None]]) -> "Variation":
        """Return the medians over (quantity, mean, sd)."""
        quantities: dict[str, list[Frac]] = {}
        blocks: dict[str, list[Frac]] = {}
        for quantity, mean, sd in values:
            if sd is not None and sd > 0 and mean > 0:
                quantities.setdefault(quantity, []).append(sd / mean)
                blocks.setdefault(block_of(quantity), []).append(sd / mean)
        return Variation(
            by_quantity={k: median(v) for k, v in quantities.items()},
            by_block={k: median(v) for k, v in blocks.items()},
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Yardstick:
    """Turns a difference into a number of expected differences.

    Attributes
    ----------
    variation : to impute a missing SD after.
    between : (valve, quantity) to the SD between papers of ln(after/before).
    between_block : the same, pooled over a block.
    """

    variation: Variation
    between: Mapping[tuple[str, str], LogRatio]
    between_block: Mapping[str, LogRatio]

    def sd_after(self, row: Row) -> RowValue:
        """Return the printed SD after, or the quantity's usual variation times the mean."""
        assert row.post_mean is not None
        if row.post_sd is not None and row.post_sd > 0:
            return row.post_sd
        return self.variation.of(row.quantity) * abs(row.post_mean)

    def length(self, row: Row) -> RowValue:
        """Return sqrt(SEM^2 + between-paper SD^2) of a row with an after-value."""
        assert row.post_mean is not None
        between = self.between.get(
            (row.valve, row.quantity), self.between_block.get(block_of(row.quantity), 0.0)
        )
        sem = self.sd_after(row) / sqrt(row.n or N_UNKNOWN)
        return sqrt(sem**2 + (between * row.post_mean) ** 2)

    @staticmethod
    def learn(rows: Sequence[Row]) -> "Yardstick":
        """Return the yardstick that the scored rows of a table give (DerSimonian-Laird).

        Arms of one paper are first joined by their precision, then papers of one valve and
        quantity give tau^2 = (Q - df) / c, at least 0. The block's tau^2 is their mean weighted
        by df; each group is drawn to it as if the block added POOLED_PAPERS papers, so that two
        or three sister papers that agree do not make a stick of no length.

        Source: DerSimonian and Laird 1986, Controlled Clinical Trials 7:177 [K].
        """
        scored = [row for row in rows if row.is_endpoint]
        variation = Variation.learn(
            (row.quantity, row.post_mean or 0.0, row.post_sd) for row in scored
        )
        groups: dict[tuple[str, str], dict[str, list[tuple[LogRatio, float]]]] = {}
        for row in scored:
            ratio = log_ratio_of(row.pre_mean or 0.0, row.post_mean or 0.0)
            if ratio is not None:
                papers = groups.setdefault((row.valve, row.quantity), {})
                papers.setdefault(row.source_id, []).append((ratio, _variance(row, variation)))
        parts = {key: _tau2([_joined(arms) for arms in g.values()]) for key, g in groups.items()}
        blocks: dict[str, list[tuple[float, int]]] = {}
        for (_, quantity), (tau2, df) in parts.items():
            blocks.setdefault(block_of(quantity), []).append((tau2, df))
        pooled = {
            block: sum(t * df for t, df in some) / max(sum(df for _, df in some), 1)
            for block, some in blocks.items()
        }
        return Yardstick(
            variation=variation,
            between={
                (valve, quantity): sqrt(
                    (df * tau2 + POOLED_PAPERS * pooled[block_of(quantity)]) / (df + POOLED_PAPERS)
                )
                for (valve, quantity), (tau2, df) in parts.items()
            },
            between_block={block: sqrt(tau2) for block, tau2 in pooled.items()},
        )


def paired_variance(
    variation_frac: Frac,
    *,
    before: tuple[RowValue, RowValue | None],
    after: tuple[RowValue, RowValue | None],
    n: int | None,
) -> Ratio:
    """Return the sampling variance of ln(after/before) of paired values.

    Parameters
    ----------
    variation_frac : SD over mean where one is not printed.
    before, after : (mean, SD or None); means above zero.
    n : patients, 30 where not printed.
    """
    cv_before = before[1] / before[0] if before[1] else variation_frac
    cv_after = after[1] / after[0] if after[1] else variation_frac
    paired = cv_after**2 + cv_before**2 - 2 * PAIRED_CORRELATION * cv_after * cv_before
    return paired / (n or N_UNKNOWN)


def _variance(row: Row, variation: Variation) -> float:
    """Return the sampling variance of a row's ln(after/before)."""
    assert row.pre_mean is not None and row.post_mean is not None
    return paired_variance(
        variation.of(row.quantity),
        before=(row.pre_mean, row.pre_sd),
        after=(row.post_mean, row.post_sd),
        n=row.n,
    )


def _joined(arms: Sequence[tuple[LogRatio, float]]) -> tuple[LogRatio, float]:
    """Return the arms of one paper as one value and variance."""
    weight = sum(1 / v for _, v in arms)
    return sum(y / v for y, v in arms) / weight, 1 / weight


def _tau2(papers: Sequence[tuple[LogRatio, float]]) -> tuple[float, int]:
    """Return (tau^2, df) of DerSimonian and Laird."""
    if len(papers) < 2:
        return 0.0, 0
    weights = [1 / v for _, v in papers]
    total = sum(weights)
    mean = sum(w * y for w, (y, _) in zip(weights, papers, strict=True)) / total
    q = sum(w * (y - mean) ** 2 for w, (y, _) in zip(weights, papers, strict=True))
    df = len(papers) - 1
    return max(0.0, (q - df) / (total - sum(w * w for w in weights) / total)), df


@cache
def shipped_yardstick() -> Yardstick:
    """Return the yardstick of the shipped open table."""
    return Yardstick.learn(shipped_evidence())
