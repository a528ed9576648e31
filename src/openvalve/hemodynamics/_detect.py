"""QRS complexes in any leads: a band-pass, an adaptive threshold, a look back, a check of shape."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from openvalve.units import Frac, Hz, Ratio, S

__all__ = ["Qrs", "detect_qrs", "fill_gaps", "running_median"]

Samples = NDArray[np.float64]

# The band holds a narrow QRS and most of a paced one, not the T wave [pan_tompkins_1985: 5 to
# 15 Hz; wfdb's xqrs, read: 5 to 20 Hz]. The refractory and T-wave times are those of both.
BAND_HZ = (5.0, 20.0)
WINDOW_S = 0.10  # of the running energy; 0.08 to 0.15
REFRACTORY_S = 0.20
T_WAVE_S = 0.36
WORK_RATE_HZ = 260.0  # leads are thinned to this or less, at least 130
LEVEL_BIN_S = 1.6  # holds a beat down to 40/min
LEVEL_BINS = 7  # of a running median: 11 s
LEVEL_PERCENT = 75.0  # of the highest values of the bins: the usual height of a complex
THRESHOLD_FRAC = 0.35  # of the running level; 0.25 to 0.5
LOOK_BACK_FRAC = 0.18
LOOK_BACK_RR = 1.6
STEEP_FRAC = 0.5  # a T wave is less than half as steep as the QRS before it
FLOOR_FRAC = 0.2  # of the level of the whole record: a silent stretch has no beats
SHAPE_S = 0.08  # each side of a beat, compared with the usual beat
LEAST_SHAPE = 0.70  # median correlation below which a lead shows no QRS; noise reaches 0.68
LEAST_CONTRAST = 5.5  # level over the tenth percentile of the running amplitude; VF reaches 4.7
# Wide complexes at 200/min leave no rest between them, contrast 2.7 to 8, but look alike (1.0); VF
# in a narrow band reaches 0.85 of likeness.
ALIKE_SHAPE, ALIKE_CONTRAST = 0.92, 2.2
MOST_LEADS = 3
ONSET_S = 0.12  # from onset to peak at most; a paced complex of 200 ms reaches 0.1
ONSET_FRAC = 0.10  # of the steepest slope of the median complex
MOST_COMPLEXES = 200
NEXT_LEAD_FRAC = 0.5  # of the contrast of the best lead, for a lead that may help


@dataclass(frozen=True, kw_only=True, slots=True)
class Qrs:
    """Where the QRS complexes of a set of leads are.

    Attributes
    ----------
    peaks : shape (k,), sample of each largest deflection.
    shapes : shape (k,), correlation of each complex with the usual one.
    leads : indices of the leads used, best first; empty when none shows QRS complexes.
    shape_frac : median of ``shapes``, 0 when there are none.
    contrast_ratio : usual height of a complex over the tenth percentile of the running amplitude.
    onset_s : from the onset of the usual complex to its peak.
    """

    peaks: NDArray[np.int64]
    shapes: Samples
    leads: tuple[int, ...]
    shape_frac: Frac
    contrast_ratio: Ratio
    onset_s: S = 0.0


NOTHING = Qrs(
    peaks=np.empty(0, dtype=np.int64),
    shapes=np.empty(0),
    leads=(),
    shape_frac=0.0,
    contrast_ratio=0.0,
)


def detect_qrs(leads: Sequence[Samples], rate_hz: Hz) -> Qrs:
    """Return the QRS complexes that the leads show together.

    Each lead is judged by itself first: its complexes must look alike and stand out from what is
    between them (noise, ventricular fibrillation and a broken lead do not). The amplitudes of the
    best three are then added, and the beats sought once more in the sum.

    Parameters
    ----------
    leads : each of shape (n,), in any unit and polarity; NaN where the lead is off.
    rate_hz : samples a second, at least 100.

    Limits    : a complex that looks like none before it is found, but an artefact of the same
                steepness is as well; atrial spikes of more than 5 mV are not removed.
    Source    : [pan_tompkins_1985]; wfdb's xqrs for the look back and the T-wave rule.
    Verified  : tests/physics/hemodynamics/test_traces_detect.py
    """
    step = max(1, int(rate_hz // (0.5 * WORK_RATE_HZ)))
    while step > 1 and rate_hz / step < 0.5 * WORK_RATE_HZ:
        step -= 1
    rate = rate_hz / step
    looks = [_Lead.of(lead, rate_hz, step) for lead in leads]
    found = [(_judge(look, rate), i) for i, look in enumerate(looks) if look is not None]
    good = sorted(((f.contrast_ratio, i) for f, i in found if f.leads), reverse=True)[:MOST_LEADS]
    if not good:
        return NOTHING
    order = [i for contrast, i in good if contrast >= NEXT_LEAD_FRAC * good[0][0]]
    chosen = [look for look in (looks[i] for i in order) if look is not None]
    together = np.mean([look.amplitude / look.scale for look in chosen], axis=0)
    qrs = _find(together, chosen[0].band, rate)
    if not qrs.leads:
        return NOTHING
    peaks = _refine(qrs.peaks * step, np.asarray(leads[order[0]]), rate_hz)
    onset_s = _onset_s(peaks, np.asarray(leads[order[0]], dtype=np.float64), rate_hz)
    return replace(qrs, peaks=peaks, leads=tuple(order), onset_s=onset_s)


def fill_gaps(x: Samples) -> Samples:
    """Return the samples with what is not finite drawn straight across, zero where all is so."""
    bad = ~np.isfinite(x)
    if not bad.any():
        return x
    if bad.all():
        return np.zeros_like(x)
    at = np.arange(x.shape[0])
    return np.interp(at, at[~bad], x[~bad])


def running_median(x: Samples, count: int) -> Samples:
    """Return the median of the ``count`` values around each, the ends mirrored."""
    from scipy.ndimage import median_filter

    return np.asarray(median_filter(x, size=min(count, 2 * x.shape[0] - 1), mode="nearest"))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Lead:
    """A thinned lead in the band, its running amplitude, and the usual height of that."""

    band: Samples
    amplitude: Samples
    scale: float

    @classmethod
    def of(cls, lead: Samples, rate_hz: float, step: int) -> "_Lead | None":
        """Return the lead as the detector sees it; None where nothing moves."""
        from scipy.ndimage import uniform_filter1d
        from scipy.signal import butter, sosfiltfilt

        x = np.asarray(lead, dtype=np.float64)
        if np.isfinite(x).mean() < 0.05:
            return None
        x = fill_gaps(x)
        rate = rate_hz / step
        if step > 1:
            x = uniform_filter1d(x, step)[::step]
        if x.shape[0] < rate:
            return None
        sos = butter(2, (BAND_HZ[0], min(BAND_HZ[1], 0.45 * rate)), "band", fs=rate, output="sos")
        band = sosfiltfilt(sos, x)
        limit = 5.0 * _level(np.abs(band), rate)
        band = np.clip(band, -limit, limit)
        slope = np.gradient(band)
        energy = uniform_filter1d(slope**2, max(3, round(WINDOW_S * rate)))
        amplitude = np.sqrt(np.maximum(energy, 0.0))
        scale = _level(amplitude, rate)
        return cls(band=band, amplitude=amplitude, scale=scale) if scale > 0.0 else None


def _level(amplitude: Samples, rate: float) -> float:
    """Return the usual height of a complex, also where most of the record is silent."""
    return float(np.percentile(_bins(amplitude, rate), LEVEL_PERCENT))


def _bins(amplitude: Samples, rate: float) -> Samples:
    size = max(1, round(LEVEL_BIN_S * rate))
    count = max(1, amplitude.shape[0] // size)
    return np.maximum.reduceat(amplitude, np.arange(count) * size)


def _judge(look: _Lead, rate: float) -> Qrs:
    return _find(look.amplitude / look.scale, look.band, rate)


def _find(amplitude: Samples, band: Samples, rate: float) -> Qrs:
    """Return the beats of one running amplitude whose usual height is 1."""
    from scipy.signal import find_peaks

    highs = _bins(amplitude, rate)
    level = running_median(highs, LEVEL_BINS)
    level = np.maximum(level, FLOOR_FRAC * float(np.percentile(highs, LEVEL_PERCENT)))
    at = (np.arange(highs.shape[0]) + 0.5) * (LEVEL_BIN_S * rate)
    candidates, _ = find_peaks(
        amplitude, height=0.5 * LOOK_BACK_FRAC * level.min(), distance=max(1, round(0.1 * rate))
    )
    if candidates.shape[0] == 0:
        return NOTHING
    heights = amplitude[candidates] / np.interp(candidates, at, level)
    kept = _pick(candidates, heights, rate)
    if not kept:
        return NOTHING
    peaks = candidates[kept]
    low = float(np.percentile(amplitude, 10.0))
    contrast = float(np.median(amplitude[peaks])) / low if low > 0.0 else 1e3
    if contrast < ALIKE_CONTRAST:
        return NOTHING
    shapes = _shapes(peaks, band, rate)
    usual = float(np.median(shapes))
    if usual < (LEAST_SHAPE if contrast >= LEAST_CONTRAST else ALIKE_SHAPE):
        return NOTHING
    return Qrs(
        peaks=peaks, shapes=shapes, leads=(0,), shape_frac=usual, contrast_ratio=min(contrast, 1e3)
    )


def _pick(at: NDArray[np.int64], heights: Samples, rate: float) -> list[int]:
    """Return which candidates are beats, in order."""
    refractory, t_wave = REFRACTORY_S * rate, T_WAVE_S * rate
    kept: list[int] = []
    intervals: list[float] = []
    for k, (where, height) in enumerate(zip(at.tolist(), heights.tolist(), strict=True)):
        if height < THRESHOLD_FRAC:
            continue
        if kept:
            since = where - int(at[kept[-1]])
            last = float(heights[kept[-1]])
            if since < refractory:
                if height > last:
                    kept[-1] = k
                continue
            if since < t_wave and height < STEEP_FRAC * last:
                continue
            usual = float(np.median(intervals[-8:])) if len(intervals) > 2 else float("inf")
            if since > LOOK_BACK_RR * usual:
                kept += _look_back(at, heights, kept[-1], k, refractory, t_wave)
            intervals.append(where - int(at[kept[-1]]))
        kept.append(k)
    return kept


def _look_back(
    at: NDArray[np.int64],
    heights: Samples,
    before: int,
    after: int,
    refractory: float,
    t_wave: float,
) -> list[int]:
    """Return the highest candidate between two beats that are far apart, if it is one."""
    inside = [
        j
        for j in range(before + 1, after)
        if heights[j] > LOOK_BACK_FRAC
        and at[j] - at[before] > t_wave
        and at[after] - at[j] > refractory
    ]
    return [max(inside, key=lambda j: float(heights[j]))] if inside else []


def _shapes(peaks: NDArray[np.int64], band: Samples, rate: float) -> Samples:
    """Return the correlation of each complex with the median one, aligned on its own peak."""
    half = max(2, round(SHAPE_S * rate))
    centers = _refine(peaks, band, rate)
    padded = np.pad(band, 2 * half)
    rows = padded[centers[:, None] + 2 * half + np.arange(-half, half + 1)[None, :]]
    rows = rows - rows.mean(axis=1, keepdims=True)
    size = np.sqrt((rows**2).sum(axis=1))
    size[size == 0.0] = 1.0
    rows = rows / size[:, None]
    usual = np.median(rows, axis=0)
    norm = float(np.sqrt(usual @ usual))
    return np.asarray(rows @ usual / norm) if norm > 0.0 else np.zeros(len(peaks))


def _onset_s(peaks: NDArray[np.int64], lead: Samples, rate: float) -> float:
    """Return how long before its peak the median complex begins to move fast."""
    from scipy.ndimage import uniform_filter1d

    back, ahead = round((ONSET_S + 0.03) * rate), round(0.05 * rate)
    inside = peaks[(peaks >= back) & (peaks < lead.shape[0] - ahead)][:MOST_COMPLEXES]
    if inside.shape[0] == 0:
        return 0.0
    rows = fill_gaps(lead)[inside[:, None] + np.arange(-back, ahead)[None, :]]
    complex_ = uniform_filter1d(np.median(rows, axis=0), max(1, round(0.008 * rate)))
    slope = np.abs(np.gradient(complex_))
    still = uniform_filter1d(slope, max(1, round(0.012 * rate))) < ONSET_FRAC * slope.max()
    before = np.flatnonzero(still[: back - round(0.008 * rate)])
    first = int(before[-1]) if before.shape[0] else 0
    return float(min((back - first) / rate, ONSET_S))


def _refine(peaks: NDArray[np.int64], lead: Samples, rate: float) -> NDArray[np.int64]:
    """Return the sample of the largest deflection from the local median around each peak."""
    half = max(1, round(0.06 * rate))
    x = np.pad(fill_gaps(lead), 2 * half, mode="edge")
    rows = x[peaks[:, None] + 2 * half + np.arange(-half, half + 1)[None, :]]
    deflection = np.abs(rows - np.median(rows, axis=1, keepdims=True))
    return np.asarray(np.clip(peaks - half + deflection.argmax(axis=1), 0, lead.shape[0] - 1))
