"""What the model leaves unexplained after relief, learned from published cohorts.

The ratio after/before of a quantity is the model's times exp(shift), and what one paper may lie
off it is the table's spread; both grow with the relief, so that a balloon that opens nothing is
corrected by nothing. ``docs/validation.md`` shows how large they are: a large shift is a fault of
the model, kept in sight here.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from openvalve.planning._population_tables import DISCREPANCY, TYPICAL_RELIEF_FRAC
from openvalve.valve import class_of

__all__ = ["with_discrepancy"]

Values = Mapping[str, NDArray[np.float64]]


def with_discrepancy(
    values: Values, relief: NDArray[np.float64], *, valve: str, etiology: str, seed: int
) -> dict[str, NDArray[np.float64]]:
    """Return after-values with what published cohorts say the model leaves out, by key.

    Parameters
    ----------
    values : key to shape (n,), after the balloon.
    relief : shape (n,), part of the valve's drop that is gone at equal flow.
    valve, etiology : of the treated lesion.
    seed : of the spread; the same for every balloon, so that comparisons stay fair.
    """
    table = DISCREPANCY.get(class_of(valve, etiology), {})
    corrected = dict(values)
    share = relief / TYPICAL_RELIEF_FRAC
    for stream, key in enumerate(sorted(table)):
        if key not in values:
            continue
        shift, spread = table[key]
        rng = np.random.Generator(np.random.Philox(key=seed, counter=[0, 0, stream, 4]))
        noise = spread * rng.standard_normal(relief.size)
        corrected[key] = values[key] * np.exp(share * (shift + noise))
    return corrected
