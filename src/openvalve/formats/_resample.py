"""Bring channels of different rates to one."""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from openvalve.units import Hz

__all__ = ["ratio_of", "resample"]

# Ripple of 6e-5 of the amplitude; the default of SciPy (5.0) leaves 2e-3, 0.08 mmHg of 40 [here].
WINDOW = ("kaiser", 8.0)
MOST_FACTOR = 4096  # a filter of a larger ratio has more taps than a recording has use for


def ratio_of(rate_hz: Hz, to_hz: Hz) -> Fraction:
    """Return ``to_hz / rate_hz`` as a fraction of small whole numbers, within 1e-6 of it.

    Raises
    ------
    ValueError : no such fraction exists.
    """
    ratio = Fraction(to_hz / rate_hz).limit_denominator(MOST_FACTOR)
    if ratio.numerator > MOST_FACTOR or abs(float(ratio) * rate_hz / to_hz - 1) > 1e-6:
        raise ValueError(f"{to_hz:g} Hz is no simple multiple of {rate_hz:g} Hz")
    return ratio


def resample(
    samples: NDArray[np.float64], ratio: Fraction, length_count: int
) -> NDArray[np.float64]:
    """Return samples at ``ratio`` times the rate, shape (length_count,).

    A zero-phase low-pass (``scipy.signal.resample_poly``) about a line through the ends, so that
    neither the offset of a pressure nor its drift rings there. Gaps (NaN) are bridged by straight
    lines for the filter and are gaps again afterwards.
    """
    from scipy.signal import resample_poly

    gap = np.isnan(samples)
    if gap.all():
        return np.full(length_count, np.nan)
    index = np.arange(samples.shape[0])
    full = np.interp(index, index[~gap], samples[~gap]) if gap.any() else samples
    made = resample_poly(full, ratio.numerator, ratio.denominator, window=WINDOW, padtype="line")
    made = made[:length_count]
    if made.shape[0] < length_count:
        made = np.pad(made, (0, length_count - made.shape[0]), mode="edge")
    if gap.any():
        near = np.rint(np.arange(length_count) / float(ratio)).astype(np.int64)
        made = np.where(gap[np.minimum(near, gap.shape[0] - 1)], np.nan, made)
    return np.asarray(made, dtype=np.float64)
