"""Numbers as a converter of 16 bits would give them."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["GAP_CODE", "Quantized", "quantize"]

GAP_CODE = -32768  # an invalid sample, as WFDB has it in its format 16
HIGHEST_CODE = 32767


class Quantized(NamedTuple):
    """Codes, and what makes numbers of them: value = step * (code - zero)."""

    codes: NDArray[np.int16]
    step: float
    zero: int


def quantize(samples: NDArray[np.float64]) -> Quantized:
    """Return samples as codes of -32767 to 32767, NaN as -32768, each within half a step.

    The step is a decimal number of at most three digits, so that a text header carries it without
    loss, and no smaller than a 2^30th of the largest number, so that ``zero`` stays a whole number.
    """
    lowest, highest = float(np.nanmin(samples)), float(np.nanmax(samples))
    largest = max(abs(lowest), abs(highest))
    step = _round_up(max((highest - lowest) / (2 * HIGHEST_CODE - 2), largest / 2**30, 1e-9))
    zero = -round((lowest + highest) / 2 / step)
    gap = np.isnan(samples)
    codes = np.rint(np.where(gap, 0.0, samples) / step) + zero
    return Quantized(np.where(gap, GAP_CODE, codes).astype(np.int16), step, zero)


def _round_up(step: float) -> float:
    """Return the next decimal number of three digits, not smaller."""
    power = math.floor(math.log10(step)) - 2
    return float(f"{math.ceil(step / 10.0**power * (1 - 1e-12))}e{power}")
