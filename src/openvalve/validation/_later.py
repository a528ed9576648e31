"""Rows that start after the balloon: what becomes of the result over hours to years.

Not scored in the acute blocks. Too few papers for more than a pooled ratio.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from openvalve.validation._predictor import Prediction, log_ratio_of, prediction_of
from openvalve.validation._quantities import block_of, find_quantity
from openvalve.validation._table import Row
from openvalve.validation._types import LogRatio
from openvalve.validation._yardstick import Variation

__all__ = ["LaterCourse"]

LATER_SD: LogRatio = 0.25  # spread of ln(later/right after); 13 open rows range from -0.7 to +0.5
SHRINK_ROWS = 3  # rows that "no change" counts for


@dataclass(frozen=True, kw_only=True, slots=True)
class LaterCourse:
    """Ratios of later to right-after values: (valve, block, source) kept to leave papers out."""

    ratios: Mapping[tuple[str, str], tuple[tuple[str, LogRatio], ...]]
    variation: Variation

    @staticmethod
    def learn(rows: Sequence[Row]) -> "LaterCourse":
        """Return the course that a table's ``post_acute`` rows show."""
        ratios: dict[tuple[str, str], list[tuple[str, LogRatio]]] = {}
        for row in rows:
            if row.baseline != "post_acute" or row.pre_mean is None or row.post_mean is None:
                continue
            ratio = log_ratio_of(row.pre_mean, row.post_mean)
            if ratio is not None:
                key = (row.valve, block_of(row.quantity))
                ratios.setdefault(key, []).append((row.source_id, ratio))
        return LaterCourse(
            ratios={key: tuple(some) for key, some in ratios.items()},
            variation=Variation.learn((r.quantity, r.pre_mean or 0.0, r.pre_sd) for r in rows),
        )

    def predict(self, row: Row) -> Prediction | None:
        """Return the later value of a row that starts after the balloon, else None."""
        if row.baseline != "post_acute" or row.pre_mean is None or row.pre_mean <= 0:
            return None
        if find_quantity(row.quantity) is None:
            return None
        some = self.ratios.get((row.valve, block_of(row.quantity)), ())
        others = [ratio for source, ratio in some if source != row.source_id]
        shift = median(others) * len(others) / (len(others) + SHRINK_ROWS) if others else 0.0
        return prediction_of(
            before=row.pre_mean,
            log_ratio=shift,
            log_ratio_sd=LATER_SD,
            variation_frac=self.variation.of(row.quantity),
            n=row.n,
        )
