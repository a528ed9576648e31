"""What is wrong with a pressure line: gaps, flushes, spikes, no pulse, damping, the wrong name."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.hemodynamics._detect import fill_gaps
from openvalve.units import Hz, Ratio, S

__all__ = ["Flush", "Stretch", "bad_stretches", "flush_response", "shape_of"]

Samples = NDArray[np.float64]

# Choices of this project, tried on the records of shared/data/waveforms, unless a source is named.
SATURATED_S = 0.15  # at the highest or lowest value of the channel
FLUSH_MMHG = 250.0  # a flush bag is inflated to 300 mmHg [K]
FLUSH_S = 0.10
FLUSH_ABOVE_MMHG = 40.0  # over the 95th percentile, and flat
FLAT_S = 2.4  # without a pulse; holds a beat down to 25/min
RISE_S = 0.3  # a pulse rises in less
FLAT_FRAC = 0.12  # of the usual rise in a stretch so long
FLAT_MMHG = 2.5  # a line that rises less has no pulse; an atrium may
FLAT_ATRIUM_MMHG = 0.7
OPEN_MMHG = 5.0  # a flat line below is open to air, off, or at its zero
SPIKE_S = 0.06  # median filter that takes a spike away
SPIKE_MMHG = 15.0
MARGIN_S = 0.05  # beside a spike or a gap
ATRIA = frozenset({"LA", "RA", "PCW", "CVP"})
WORDS = {
    "missing": "no samples",
    "saturated": "the converter is at its limit",
    "flush": "flushed",
    "spike": "spikes",
    "off": "no pulse near zero: disconnected or open to air",
    "closed": "no pulse: closed, clotted or caught",
}
POINTS = 100  # of a usual beat
MOST_SHAPED = 40  # beats from which it is drawn
FALL_RATIO = 0.45  # steepest fall over steepest rise: above in a ventricle, below in an artery
TAIL_FRAC = 0.35  # height of diastole over the lowest point, in pulses
# Points of 100: a ventricle is lowest long before its next beat, an artery just before.
VENTRICLE_TAIL, ARTERY_TAIL, ARTERY_LOW = 12, 30, 45


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """A part of a channel that must not be read.

    Attributes
    ----------
    channel : its name.
    start_s, end_s : from the first sample of the recording.
    kind : missing | saturated | flush | spike | off | closed.
    """

    channel: str
    start_s: S
    end_s: S
    kind: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Flush:
    """How a line rings after a fast flush.

    Attributes
    ----------
    natural_frequency_hz, damping_ratio : of the second-order system that rings so.
    """

    natural_frequency_hz: Hz
    damping_ratio: Ratio


def bad_stretches(
    name: str, samples: Samples, rate_hz: Hz
) -> tuple[NDArray[np.bool_], list[Stretch]]:
    """Return which samples of a pressure must not be read, and the stretches with their reason.

    Parameters
    ----------
    name : of the channel; an atrium may be almost flat.
    samples : shape (n,), mmHg.
    rate_hz : samples a second.

    Verified  : tests/unit/hemodynamics/test_traces_quality.py
    """
    missing = ~np.isfinite(samples)
    x = fill_gaps(samples)
    margin = max(1, round(MARGIN_S * rate_hz))
    flat = _flat(name, x, rate_hz)
    masks = {
        "missing": _grow(missing, margin),
        "flush": _flushed(x, rate_hz),
        "saturated": _saturated(x, rate_hz),
        "spike": _grow(_spikes(x, rate_hz), margin),
        "off": np.zeros(0, dtype=bool),
        "closed": np.zeros(0, dtype=bool),
    }
    low = np.zeros_like(flat)
    for a, b in _runs(flat):
        low[a:b] = float(np.median(x[a:b])) < OPEN_MMHG
    masks["off"], masks["closed"] = flat & low, flat & ~low
    bad = np.zeros_like(missing)
    stretches: list[Stretch] = []
    for kind, mask in masks.items():
        fresh = mask & ~bad
        bad |= mask
        stretches += [
            Stretch(channel=name, start_s=a / rate_hz, end_s=b / rate_hz, kind=kind)
            for a, b in _runs(fresh)
        ]
    return bad, sorted(stretches, key=lambda s: s.start_s)


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return first and one after last of each run of true."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _grow(mask: NDArray[np.bool_], margin: int) -> NDArray[np.bool_]:
    from scipy.ndimage import maximum_filter1d

    if not mask.any():
        return mask
    return np.asarray(maximum_filter1d(mask.astype(np.int8), 2 * margin + 1) > 0)


def _long(mask: NDArray[np.bool_], least: int) -> NDArray[np.bool_]:
    kept = np.zeros_like(mask)
    for a, b in _runs(mask):
        if b - a >= least:
            kept[a:b] = True
    return kept


def _range(x: Samples, size: int) -> Samples:
    from scipy.ndimage import maximum_filter1d, minimum_filter1d

    return np.asarray(maximum_filter1d(x, size) - minimum_filter1d(x, size))


def _saturated(x: Samples, rate_hz: float) -> NDArray[np.bool_]:
    least = max(4, round(SATURATED_S * rate_hz))
    return _long(x == x.max(), least) | _long(x == x.min(), least)


def _flushed(x: Samples, rate_hz: float) -> NDArray[np.bool_]:
    """Return where the line is flushed, with the edges and the ringing after it."""
    least = max(3, round(FLUSH_S * rate_hz))
    high = _long(x > FLUSH_MMHG, least)
    level = float(np.percentile(x, 95.0)) + FLUSH_ABOVE_MMHG
    if float(x.max()) > level:
        size = max(3, round(0.2 * rate_hz))
        high |= _grow(_long((_range(x, size) < 8.0) & (x > level), 1), size // 2)
    return _grow(high, round(0.3 * rate_hz)) if high.any() else high


def _spikes(x: Samples, rate_hz: float) -> NDArray[np.bool_]:
    from scipy.ndimage import median_filter

    size = max(3, round(SPIKE_S * rate_hz) | 1)
    step = max(1, size // 15)
    if step > 1:  # a long median is slow: look only where the trace moves as fast as a spike
        quick = _range(x, size) > SPIKE_MMHG
        if not quick.any():
            return quick
    return np.asarray(np.abs(x - median_filter(x, size)) > SPIKE_MMHG)


def _flat(name: str, x: Samples, rate_hz: float) -> NDArray[np.bool_]:
    """Return where nothing rises as a pulse does for the time of a slow beat; drift is no pulse."""
    from scipy.ndimage import maximum_filter1d, minimum_filter1d

    size = min(max(3, round(FLAT_S * rate_hz)), x.shape[0])
    ahead = max(2, round(RISE_S * rate_hz))
    lowest = minimum_filter1d(
        x, ahead, origin=(ahead - 1) // 2, mode="nearest"
    )  # of the last 0.3 s
    moved = maximum_filter1d(x - lowest, size)
    half = size // 2
    if x.shape[0] > 2 * half + 1:  # whole windows only
        moved[:half], moved[-half:] = moved[half], moved[-half - 1]
    if name in ATRIA:
        least = FLAT_ATRIUM_MMHG
    else:
        least = max(FLAT_MMHG, FLAT_FRAC * float(np.percentile(moved, 75.0)))
    return _grow(moved < least, half)


def flush_response(samples: Samples, rate_hz: Hz, flush: Stretch) -> Flush | None:
    """Return natural frequency and damping of a line from its ringing after a flush.

    Equation
    --------
    With r the ratio of one half swing to the one before it: zeta = -ln r / sqrt(pi^2 + ln^2 r);
    f_n = f_d / sqrt(1 - zeta^2), f_d one over twice the time between two extremes.
    Check: swings of 24 and 17 mm, 1.7 mm apart at 25 mm/s: zeta 0.11, f_d 14.7 Hz.

    Limits    : needs two swings before the next pulse; None where the line does not ring.
    Source    : [gardner_1981], example in Miller's Anesthesia fig. 32-11.
    Verified  : tests/unit/hemodynamics/test_traces_quality.py
    """
    a, b = round(flush.start_s * rate_hz), round(flush.end_s * rate_hz)
    x = fill_gaps(samples[a : min(b + round(0.1 * rate_hz), samples.shape[0])])
    if x.shape[0] < 8:
        return None
    top = float(np.percentile(x, 90.0))
    high = np.flatnonzero(x > top - 0.1 * abs(top))
    if high.shape[0] == 0 or high[-1] > x.shape[0] - 5:
        return None
    after = x[high[-1] :]
    turns = np.flatnonzero(np.diff(np.sign(np.diff(after))) != 0) + 1
    turns = turns[:4]
    if turns.shape[0] < 3:
        return None
    swings = np.abs(np.diff(after[turns]))
    if swings[0] < 4.0 or not 0.0 < swings[1] < swings[0]:
        return None
    return damping_of(
        float(swings[1] / swings[0]), half_period_s=float(turns[1] - turns[0]) / rate_hz
    )


def damping_of(swing_ratio: Ratio, *, half_period_s: S) -> Flush:
    """Return the second-order system whose swings shrink by a ratio each half period."""
    log = math.log(swing_ratio)
    zeta = -log / math.hypot(math.pi, log)
    damped_hz = 0.5 / half_period_s
    return Flush(natural_frequency_hz=damped_hz / math.sqrt(1.0 - zeta**2), damping_ratio=zeta)


def usual_beat(
    samples: Samples, edges: NDArray[np.int64], good: NDArray[np.bool_]
) -> Samples | None:
    """Return the median of the good beats, each drawn on 100 points."""
    chosen = np.flatnonzero(good)
    if chosen.shape[0] == 0:
        return None
    chosen = chosen[:: max(1, chosen.shape[0] // MOST_SHAPED)]
    phase = np.linspace(0.0, 1.0, POINTS, endpoint=False)
    at = edges[chosen][:, None] + phase[None, :] * (edges[chosen + 1] - edges[chosen])[:, None]
    x = fill_gaps(samples)
    return np.asarray(np.median(np.interp(at, np.arange(x.shape[0]), x), axis=0))


def shape_of(beat_mmhg: Samples) -> str:
    """Return what a usual beat looks like: ventricle | artery | atrium | unclear.

    A ventricle falls about as steeply as it rises and then stays near its lowest pressure, rising
    slowly until the next beat; an artery falls slowly until the next beat begins; an atrium has a
    small pulse of several waves.

    Parameters
    ----------
    beat_mmhg : shape (100,), from one ventricular onset to the next.
    """
    pulse = float(np.ptp(beat_mmhg))
    if pulse < 1.0:
        return "unclear"
    x = np.roll(beat_mmhg, -int(beat_mmhg.argmax()))  # from the peak on
    smooth = np.convolve(np.concatenate((x[-2:], x, x[:2])), np.full(5, 0.2), "valid")
    slope = np.gradient(np.concatenate((smooth[-2:], smooth, smooth[:2])))[2:-2]
    rise, fall = float(slope.max()), float(-slope.min())
    low = int(smooth.argmin())
    to_rise = int(slope.argmax())
    tail = to_rise - low  # from the lowest point to the next beat
    late = float(np.median(smooth[min(45, to_rise) : max(to_rise - 8, 46)])) - float(smooth.min())
    if fall > FALL_RATIO * rise and late < TAIL_FRAC * pulse and tail > VENTRICLE_TAIL:
        return "ventricle" if pulse > 8.0 else "unclear"
    if fall < FALL_RATIO * rise and low > ARTERY_LOW and tail < ARTERY_TAIL:
        return "artery"
    return "atrium" if pulse < 30.0 and float(smooth.max()) < 60.0 else "unclear"
