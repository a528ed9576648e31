"""Pulses in a pressure: the feet of its upstrokes, for records without a usable ECG."""

import numpy as np
from numpy.typing import NDArray

from openvalve.hemodynamics._detect import fill_gaps, running_median
from openvalve.units import Hz, S

__all__ = ["find_pulses", "pulse_lag_s"]

Samples = NDArray[np.float64]

# The sum of rises over the length of an upstroke, against a running threshold [zong_2003, wabp].
UPSTROKE_S = 0.128  # window of the sum; wabp's value
LOW_PASS_HZ = 16.0  # wabp's value
REFRACTORY_S = 0.25  # 240/min
LEVEL_BIN_S = 1.6
LEVEL_BINS = 7
THRESHOLD_FRAC = 0.5  # of the running level; 0.4 to 0.6
FLOOR_FRAC = 0.3  # of the level of the whole record
LEAST_RISE_MMHG = 4.0  # a smaller one is a wave of an atrium or noise
FOOT_FRAC = 0.12  # of the steepest rise
FOOT_BACK_S = 0.25

# From the R wave to the foot of the upstroke [K]: ventricles 0.02 to 0.06 s, great arteries after
# the isovolumic time 0.06 to 0.12 s, radial and femoral arteries 0.14 to 0.22 s.
LAGS_S = {"LV": 0.03, "RV": 0.03, "AO": 0.08, "PA": 0.08, "ART": 0.18, "FEM": 0.18}


def pulse_lag_s(name: str) -> S:
    """Return how long after the R wave the upstroke of a place begins; 0.1 s where unknown."""
    return LAGS_S.get(name, 0.1)


def find_pulses(pressure_mmhg: Samples, rate_hz: Hz) -> NDArray[np.int64]:
    """Return the foot of each pulse, shape (k,), rising.

    Parameters
    ----------
    pressure_mmhg : shape (n,), NaN where it is not known.
    rate_hz : samples a second, at least 50.

    Limits    : pulses of less than 4 mmHg are not seen; an artefact that rises like one is.
    Source    : [zong_2003].
    Verified  : tests/physics/hemodynamics/test_traces_detect.py
    """
    from scipy.ndimage import uniform_filter1d
    from scipy.signal import butter, find_peaks, sosfiltfilt

    x = fill_gaps(np.asarray(pressure_mmhg, dtype=np.float64))
    if x.shape[0] < rate_hz or np.ptp(x) < LEAST_RISE_MMHG:
        return np.empty(0, dtype=np.int64)
    sos = butter(2, min(LOW_PASS_HZ, 0.4 * rate_hz), fs=rate_hz, output="sos")
    rise = np.gradient(sosfiltfilt(sos, x))
    window = max(3, round(UPSTROKE_S * rate_hz))
    total = uniform_filter1d(np.maximum(rise, 0.0), window) * window
    bin_size = max(1, round(LEVEL_BIN_S * rate_hz))
    count = max(1, total.shape[0] // bin_size)
    highs = np.maximum.reduceat(total, np.arange(count) * bin_size)
    usual = float(np.median(highs))
    level = np.maximum(running_median(highs, LEVEL_BINS), max(FLOOR_FRAC * usual, LEAST_RISE_MMHG))
    at = (np.arange(count) + 0.5) * bin_size
    threshold = THRESHOLD_FRAC * np.interp(np.arange(total.shape[0]), at, level)
    tops, _ = find_peaks(
        total,
        height=np.maximum(threshold, LEAST_RISE_MMHG),
        distance=max(1, round(REFRACTORY_S * rate_hz)),
    )
    return _feet(tops, rise, rate_hz)


def _feet(tops: NDArray[np.int64], rise: Samples, rate_hz: float) -> NDArray[np.int64]:
    """Return where each upstroke begins: the last sample before it that hardly rises."""
    if tops.shape[0] == 0:
        return tops
    back, ahead = round(FOOT_BACK_S * rate_hz), round(0.5 * UPSTROKE_S * rate_hz)
    padded = np.pad(rise, back + ahead)
    rows = padded[tops[:, None] + back + ahead + np.arange(-back, ahead + 1)[None, :]]
    steepest = rows[:, back - ahead :].argmax(axis=1) + back - ahead
    flat = rows < FOOT_FRAC * rows[np.arange(len(tops)), steepest][:, None]
    flat &= np.arange(rows.shape[1])[None, :] < steepest[:, None]
    last = rows.shape[1] - 1 - flat[:, ::-1].argmax(axis=1)
    last = np.where(flat.any(axis=1), last, steepest)
    feet = np.clip(tops - back + last, 0, rise.shape[0] - 1)
    return np.unique(feet)
