"""One pressure line of a recording, cut into beats: which of them can be read, and their values."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.hemodynamics._detect import fill_gaps, running_median
from openvalve.hemodynamics._quality import (
    ATRIA,
    FLAT_MMHG,
    POINTS,
    WORDS,
    Stretch,
    bad_stretches,
    flush_response,
    shape_of,
    usual_beat,
)
from openvalve.hemodynamics._traces_beats import Train
from openvalve.patient import MEASURED_KEYS
from openvalve.units import Hz

__all__ = ["LEAST_BEATS", "Line", "choose_run", "read_line", "refusal", "shape_warning"]

Samples = NDArray[np.float64]
Mask = NDArray[np.bool_]

LEAST_BEATS = 3  # fewer readable beats are no measurement
RUN_SINUS, RUN_AF = 5, 10  # beats averaged; in sinus rhythm 3 to 5 by usual practice
LEAST_SHARE = 0.10  # of the recording that is readable beats
NEIGHBORS = 15  # of a running median
FAR_PULSES = 0.30  # from it, in pulse pressures; twice that in fibrillation
FAR_MMHG = 5.0
FAST_RATIO = 4.0  # fast movement over the usual
FAST_MMHG = 1.5
FAST_S = 0.04
LIKE = 0.80  # correlation with the usual beat; an atrium's waves move
LIKE_ATRIUM = 0.30
SHORT_PERCENT = 10.0  # of the beats may be shorter than the time compared
# Movement between 6 and 25 Hz of an artery: 0.012 to 0.05 in the records of shared/ and in hearts
# of this project seen through good lines, 0.004 to 0.008 through lines of 2 to 3 Hz with damping
# ratios of 1 to 2, 0.08 through one of 8 Hz with 0.1 [tried here].
FAST_BAND_HZ = (6.0, 25.0)
DAMPED_FRAC = 0.0095
SHORTEST_S = 0.45
RINGING_FRAC = 0.072
LOW_FREQUENCY_HZ = 7.0  # below, a line is not acceptable [gardner_1981]
LOW_DAMPING = 0.15  # rings; the usual line has 0.2 to 0.4 [gardner_1981]
PREFIX = {
    "AO": "aortic",
    "ART": "cuff",
    "FEM": "cuff",
    "PA": "pa",
    "LV": "lv",
    "RV": "rv",
    "LA": "la",
    "RA": "ra",
    "CVP": "ra",
    "PCW": "pcw",
}
ARTERY_LOW_FRAC = 0.25
VENTRICLE_LOW_FRAC = 0.45  # of its highest pressure; an early diastolic one above is an artery's
# The mean of the body's arteries is higher in anyone whose heart ejects, a preterm infant's is 25
# to 30; a healthy lung's is below (unchecked default, 15 to 25).
SYSTEMIC_MEAN_MMHG = 22.0
VENTRICLES, ARTERIES = ("LV", "RV"), ("AO", "PA", "ART", "FEM")


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A pressure of one place.

    Attributes
    ----------
    name : of the channel; ``place`` where its catheter is, ``RV``.
    rate_hz : samples a second.
    samples : shape (n,), gaps bridged.
    bad : shape (n,), what must not be read.
    stretches : the same with reasons.
    good : shape (k,), windows that can be read, of all rhythms.
    high, low, mean : shape (k,), of each window.
    shape : ventricle | artery | atrium | unclear.
    fast_frac : movement between 6 and 25 Hz in a beat of 1 s, in pulses; NaN where not known.
    """

    name: str
    place: str
    rate_hz: Hz
    samples: Samples
    bad: Mask
    stretches: tuple[Stretch, ...]
    good: Mask
    high: Samples
    low: Samples
    mean: Samples
    shape: str
    fast_frac: float


def read_line(
    name: str,
    place: str,
    samples: Samples,
    checked: tuple[Mask, list[Stretch]],
    train: Train,
    rate_hz: Hz,
) -> Line:
    """Return a channel cut at the edges of the beats."""
    bad, stretches = checked
    x = fill_gaps(samples)
    count = train.normal.shape[0]
    if count == 0:
        nothing = np.zeros(0)
        return Line(
            name=name, place=place, rate_hz=rate_hz, samples=x, bad=bad, stretches=tuple(stretches),
            good=np.zeros(0, dtype=bool), high=nothing, low=nothing, mean=nothing,
            shape="unclear", fast_frac=math.nan,
        )  # fmt: skip
    edges = train.edges
    cut = slice(int(edges[0]), int(edges[-1]))
    starts = edges[:-1] - edges[0]
    lengths = np.diff(edges)
    high = np.maximum.reduceat(x[cut], starts)
    low = np.minimum.reduceat(x[cut], starts)
    mean = np.add.reduceat(x[cut], starts) / lengths
    clean = np.add.reduceat(bad[cut].astype(np.int64), starts) == 0
    wild = train.rhythm == "atrial_fibrillation"
    features = (high, low, mean)
    good = clean & train.normal & ~_far(features, clean & train.normal, wild)
    good &= ~_fast(x[cut], starts, lengths, good, rate_hz)
    beat = usual_beat(x, edges, good)
    if beat is not None:
        good &= _likeness(x, edges, good) > (LIKE_ATRIUM if place in ATRIA else LIKE)
    return Line(
        name=name,
        place=place,
        rate_hz=rate_hz,
        samples=x,
        bad=bad,
        stretches=tuple(stretches),
        good=good,
        high=high,
        low=low,
        mean=mean,
        shape="unclear" if beat is None else shape_of(beat),
        fast_frac=_fast_frac(x[cut], starts, high - low, good, rate_hz),
    )


def _far(features: tuple[Samples, ...], use: Mask, wild: bool) -> Mask:
    """Return the beats that are far from their neighbors in any feature."""
    far = np.zeros(use.shape[0], dtype=bool)
    if use.sum() < LEAST_BEATS:
        return far
    pulse = float(np.median((features[0] - features[1])[use]))
    tolerance = max(FAR_PULSES * pulse, FAR_MMHG) * (2.0 if wild else 1.0)
    at = np.flatnonzero(use)
    for value in features:
        usual = running_median(value[at], NEIGHBORS)
        far[at] |= np.abs(value[at] - usual) > tolerance
    return far


def _fast(
    x: Samples, starts: NDArray[np.int64], lengths: NDArray[np.int64], use: Mask, rate_hz: float
) -> Mask:
    """Return the beats with much more fast movement than usual."""
    from scipy.ndimage import uniform_filter1d

    quick = x - uniform_filter1d(x, max(3, round(FAST_S * rate_hz)))
    power = np.sqrt(np.add.reduceat(quick**2, starts) / lengths)
    usual = float(np.median(power[use])) if use.any() else 0.0
    return np.asarray(power > max(FAST_RATIO * usual, FAST_MMHG))


def _likeness(x: Samples, edges: NDArray[np.int64], good: Mask) -> Samples:
    """Return the correlation of each beat with the median one, over the time that all last."""
    lengths = np.diff(edges)
    horizon = int(np.percentile(lengths[good], SHORT_PERCENT))
    at = edges[:-1][:, None] + np.linspace(0, horizon - 1, POINTS).astype(np.int64)[None, :]
    rows = x[np.minimum(at, x.shape[0] - 1)]
    rows = rows - rows.mean(axis=1, keepdims=True)
    y = np.median(rows[good], axis=0)
    y = y - y.mean()
    size = np.sqrt((rows**2).sum(axis=1) * float(y @ y))
    return np.asarray((rows @ y) / np.where(size > 0.0, size, 1.0))


def _fast_frac(
    x: Samples, starts: NDArray[np.int64], pulse: Samples, good: Mask, rate_hz: float
) -> float:
    """Return the movement between 6 and 25 Hz over the pulse: what a damped line has lost.

    The root mean square of a beat falls with its length, since it is all in systole; it is given
    for beats of 1 s.
    """
    from scipy.signal import butter, sosfiltfilt

    if not good.any() or rate_hz < 2.5 * FAST_BAND_HZ[0] or x.shape[0] < rate_hz:
        return math.nan
    if x.shape[0] / starts.shape[0] < SHORTEST_S * rate_hz:  # a rounded sine at any line
        return math.nan
    band = (FAST_BAND_HZ[0], min(FAST_BAND_HZ[1], 0.45 * rate_hz))
    quick = sosfiltfilt(butter(2, band, "band", fs=rate_hz, output="sos"), x)
    sums = np.add.reduceat(quick**2, starts) / rate_hz
    each = np.sqrt(sums) / np.maximum(pulse, 0.1)
    return float(np.median(each[good]))


def refusal(line: Line, length_count: int, edges: NDArray[np.int64]) -> str:
    """Return why a line cannot be read at all, empty when it can."""
    count = int(line.good.sum())
    whole = line.good.shape[0]
    if whole < LEAST_BEATS:
        return _why_bad(line) or f"{whole} whole beats, {LEAST_BEATS} are needed"
    readable = int(np.diff(edges)[line.good].sum()) / max(1, length_count)
    if count < LEAST_BEATS or readable < LEAST_SHARE:
        words = f"{count} readable beats of {whole}"
        return f"{_why_bad(line) or 'beats unlike each other'} ({words})"
    if line.place not in ATRIA and float(np.median((line.high - line.low)[line.good])) < FLAT_MMHG:
        return f"{WORDS['closed']} (pulse below {FLAT_MMHG:g} mmHg)"
    return _impossible(line)


def _impossible(line: Line) -> str:
    """Return what no body has: a wrong zero, unit or label."""
    prefix = PREFIX.get(line.place, "")
    for key, value in ((f"{prefix}_systolic_mmhg", line.high), (f"{prefix}_mean_mmhg", line.mean)):
        allowed = MEASURED_KEYS.get(key)
        if allowed is None:
            continue
        level = float(np.median(value[line.good]))
        if not allowed[0] - 3.0 <= level <= allowed[1]:
            return (
                f"{key} of {level:.0f} mmHg is not possible (allowed {allowed[0]:g} to "
                f"{allowed[1]:g}): wrong zero, unit or label"
            )
    return ""


def _why_bad(line: Line) -> str:
    """Return what is wrong most of the time, if that is much of the recording."""
    lengths: dict[str, float] = {}
    for s in line.stretches:
        lengths[s.kind] = lengths.get(s.kind, 0.0) + s.end_s - s.start_s
    if not lengths or line.bad.mean() < 0.2:
        return ""
    return WORDS[max(lengths, key=lambda kind: lengths[kind])]


def shape_warning(line: Line) -> str:
    """Return what the shape says against the name, empty when nothing.

    A ventricle is only called so when its lowest pressure is below a quarter of its highest, which
    hardly an artery reaches, even in severe aortic regurgitation.
    """
    if not line.good.any():
        return ""
    low, high = float(np.median(line.low[line.good])), float(np.median(line.high[line.good]))
    if line.place in ARTERIES and line.shape == "ventricle" and low < ARTERY_LOW_FRAC * high:
        return (
            f"{line.name} has the shape of a ventricle ({high:.0f}/{low:.0f} mmHg, falls as it "
            "rises): label or catheter place wrong?"
        )
    slow = line.shape == "artery" and low > 0.3 * high
    if line.place in VENTRICLES and (slow or low > VENTRICLE_LOW_FRAC * high):
        return (
            f"{line.name} has the shape of an artery ({high:.0f}/{low:.0f} mmHg, no fall to a "
            "diastole near zero): label or catheter place wrong?"
        )
    return ""


def level_warnings(lines: Mapping[str, Line]) -> list[str]:
    """Return which artery of the body has the pressure of the lungs, by place to line."""
    told = []
    lung = lines.get("PA")
    lung_mean = -math.inf if lung is None else float(np.median(lung.mean[lung.good]))
    for place in ("AO", "ART", "FEM"):
        line = lines.get(place)
        if line is None:
            continue
        mean = float(np.median(line.mean[line.good]))
        if mean < SYSTEMIC_MEAN_MMHG:
            told.append(
                f"{line.name} has the pressure of a pulmonary artery (mean {mean:.0f} mmHg): label "
                "or catheter place wrong?"
            )
        elif lung_mean > mean + FAR_MMHG:
            told.append(f"PA is above {line.name} (means {lung_mean:.0f}, {mean:.0f}): swapped?")
    return told


def line_warnings(line: Line, rate_hz: Hz) -> list[str]:
    """Return what a reader should know of the quality of a line."""
    told = []
    lengths: dict[str, list[float]] = {}
    for s in line.stretches:
        lengths.setdefault(s.kind, []).append(s.end_s - s.start_s)
        if s.kind == "flush":
            ring = flush_response(line.samples, rate_hz, s)
            if ring is not None and (
                ring.natural_frequency_hz < LOW_FREQUENCY_HZ or ring.damping_ratio < LOW_DAMPING
            ):
                told.append(
                    f"{line.name}: rings after the flush at {s.start_s:.1f} s (natural frequency "
                    f"{ring.natural_frequency_hz:.0f} Hz, damping {ring.damping_ratio:.2f}): "
                    "systolic pressures overshoot"
                )
    for kind, each in lengths.items():
        where = "1 place" if len(each) == 1 else f"{len(each)} places"
        told.append(f"{line.name}: {WORDS[kind]}, {sum(each):.1f} s in {where}")
    return told


def damping_warnings(line: Line) -> list[str]:
    """Return what the shape of an artery's trace says of its line."""
    told = []
    if line.place in ARTERIES and line.fast_frac < DAMPED_FRAC:
        told.append(
            f"{line.name}: rounded trace, the line may be damped (bubble, clot, kink): systolic "
            "pressure too low, diastolic too high, the mean holds"
        )
    if line.place in ARTERIES and line.fast_frac > RINGING_FRAC:
        told.append(
            f"{line.name}: ringing trace, the line may be underdamped: systolic pressure too high, "
            "the mean holds"
        )
    return told


def choose_run(use: Mask, lines: list[Line], train: Train) -> NDArray[np.int64]:
    """Return the windows to average: consecutive where possible, the most usual ones.

    Parameters
    ----------
    use : windows that all lines can be read in.
    lines : whose pressures decide what is usual.
    train : fibrillation takes 10 beats, else 5; their length counts as well.
    """
    at = np.flatnonzero(use)
    want = RUN_AF if train.rhythm == "atrial_fibrillation" else RUN_SINUS
    if at.shape[0] <= want:
        return at
    score = np.zeros(at.shape[0] - want + 1)
    lengths = np.diff(train.edges) * (100.0 / np.median(np.diff(train.edges)))
    for value in [lengths, *(v for line in lines for v in (line.high, line.low, line.mean))]:
        picked = value[at]
        spread = float(np.median(np.abs(picked - np.median(picked)))) + 0.5
        rolled = np.convolve(picked, np.full(want, 1.0 / want), "valid")
        score += np.abs(rolled - np.median(picked)) / spread
    score += 3.0 * (at[want - 1 :] - at[: -want + 1] - (want - 1))  # gaps in the run
    first = int(score.argmin())
    return at[first : first + want]


def check_line(name: str, samples: Samples, rate_hz: Hz) -> tuple[Mask, list[Stretch]]:
    """Return ``bad_stretches``, all bad where there is not one number."""
    if not np.isfinite(samples).any():
        n = samples.shape[0]
        stretch = Stretch(channel=name, start_s=0.0, end_s=n / rate_hz, kind="missing")
        return np.ones(n, dtype=bool), [stretch]
    return bad_stretches(name, samples, rate_hz)


def all_flat(lines: list[Line]) -> Mask:
    """Return where no line has a pulse, shape (n,); empty without lines."""
    if not lines:
        return np.zeros(0, dtype=bool)
    flat = []
    for line in lines:
        mask = np.zeros(line.bad.shape, dtype=bool)
        for s in line.stretches:
            if s.kind in ("off", "closed", "saturated"):
                rate = line.rate_hz
                mask[round(s.start_s * rate) : round(s.end_s * rate)] = True
        flat.append(mask)
    return np.asarray(np.logical_and.reduce(flat))
