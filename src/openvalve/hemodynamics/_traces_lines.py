"""One pressure line of a recording, cut into beats: which of them can be read, and their values."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.hemodynamics._detect import fill_gaps, running_median
from openvalve.hemodynamics._quality import (
    ATRIA,
    POINTS,
    WORDS,
    Stretch,
    bad_stretches,
    flush_response,
    shape_of,
    usual_beat,
)
from openvalve.hemodynamics._traces_beats import Train
from openvalve.units import Hz

__all__ = ["LEAST_BEATS", "Line", "choose_run", "read_line", "refusal", "shape_warning"]

Samples = NDArray[np.float64]
Mask = NDArray[np.bool_]

LEAST_BEATS = 3  # fewer readable beats are no measurement
RUN_SINUS = (
    5  # beats averaged: 3 to 5 in sinus rhythm, 10 in fibrillation (issue 5; usual practice)
)
RUN_AF = 10
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
TARDY_PER_S = (
    6.0  # steepest rise of an artery in pulses a second [tried on shared/]; 10 to 20 usual
)
LOW_FREQUENCY_HZ = 7.0  # below, a line is not acceptable [gardner_1981]
LOW_DAMPING = 0.15  # rings; the usual line has 0.2 to 0.4 [gardner_1981]
VENTRICLES, ARTERIES = ("LV", "RV"), ("AO", "PA", "ART", "FEM")


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A pressure of one place.

    Attributes
    ----------
    name : of the channel; ``place`` where its catheter is, ``RV``.
    samples : shape (n,), gaps bridged.
    bad : shape (n,), what must not be read.
    stretches : the same with reasons.
    good : shape (k,), windows that can be read, of all rhythms.
    high, low, mean : shape (k,), of each window.
    shape : ventricle | artery | atrium | unclear.
    steepness : median over beats, pulses a second.
    """

    name: str
    place: str
    samples: Samples
    bad: Mask
    stretches: tuple[Stretch, ...]
    good: Mask
    high: Samples
    low: Samples
    mean: Samples
    shape: str
    steepness: float


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
            name=name, place=place, samples=x, bad=bad, stretches=tuple(stretches),
            good=np.zeros(0, dtype=bool), high=nothing, low=nothing, mean=nothing,
            shape="unclear", steepness=0.0,
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
        samples=x,
        bad=bad,
        stretches=tuple(stretches),
        good=good,
        high=high,
        low=low,
        mean=mean,
        shape="unclear" if beat is None else shape_of(beat),
        steepness=_steepness(x[cut], starts, high - low, good, rate_hz),
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


def _steepness(
    x: Samples, starts: NDArray[np.int64], pulse: Samples, good: Mask, rate_hz: float
) -> float:
    from scipy.ndimage import uniform_filter1d

    if not good.any():
        return 0.0
    rise = np.gradient(uniform_filter1d(x, max(1, round(0.02 * rate_hz)))) * rate_hz
    steepest = np.maximum.reduceat(rise, starts)
    return float(np.median(steepest[good] / np.maximum(pulse[good], 0.1)))


def refusal(line: Line, length_count: int, edges: NDArray[np.int64]) -> str:
    """Return why a line cannot be read at all, empty when it can."""
    count = int(line.good.sum())
    if edges.shape[0] < 2:
        return _why_bad(line) or "no beats to read it by"
    readable = int(np.diff(edges)[line.good].sum()) / max(1, length_count)
    if count < LEAST_BEATS or readable < LEAST_SHARE:
        words = f"{count} readable beats of {line.good.shape[0]}"
        return f"{_why_bad(line) or 'beats unlike each other'} ({words})"
    if line.place not in ATRIA and float(np.median((line.high - line.low)[line.good])) < 2.5:
        return f"{WORDS['closed']} (pulse below 2.5 mmHg)"
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

    A ventricle is only called so when its lowest pressure is below 40 % of its highest, which an
    artery reaches in severe aortic regurgitation alone.
    """
    if not line.good.any():
        return ""
    low, high = float(np.median(line.low[line.good])), float(np.median(line.high[line.good]))
    if line.place in ARTERIES and line.shape == "ventricle" and low < 0.4 * high:
        return (
            f"{line.name} has the shape of a ventricle ({high:.0f}/{low:.0f} mmHg, falls as it "
            "rises): label or catheter place wrong?"
        )
    if line.place in VENTRICLES and line.shape == "artery" and low > 0.3 * high:
        return (
            f"{line.name} has the shape of an artery ({high:.0f}/{low:.0f} mmHg, slow fall to the "
            "next beat): label or catheter place wrong?"
        )
    return ""


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
        told.append(f"{line.name}: {WORDS[kind]}, {sum(each):.1f} s in {len(each)} places")
    if line.place in ARTERIES and line.good.any() and line.steepness < TARDY_PER_S:
        told.append(
            f"{line.name}: rises slowly ({line.steepness:.1f} pulses/s): damped line, or a severe "
            "stenosis before it"
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
