"""Beats of a measured recording: from the ECG where it can be trusted, else from a pressure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.hemodynamics._detect import Qrs, running_median
from openvalve.hemodynamics._pulses import find_pulses, pulse_lag_s
from openvalve.hemodynamics._quality import ATRIA
from openvalve.units import Bpm, Hz, S

__all__ = ["Train", "beat_train", "rhythm_of"]

Samples = NDArray[np.float64]

BY_PULSE = ("LV", "RV", "AO", "PA", "ART", "FEM")  # in this order of trust
MATCHED_FRAC = 0.8  # of the pulses follow a QRS, else the ECG is not of this heart
LAG_S = 0.45  # the longest from a QRS to its pulse
EARLY_FOOT_S = 0.06  # a ventricle may seem to rise before the R wave's peak
LAG_SPREAD_S = 0.04  # median deviation; random marks give 0.1
MOST_QRS_RATIO = 2.3  # QRS complexes a pulse: bigeminy whose early beats make none gives 2
MOST_QRS_RATIO_VENTRICLE = 1.25  # an early beat that opens no valve still shows in the ventricle
PREMATURE_FRAC = 0.80  # of the usual interval; usual definition [mem], 0.75 to 0.85
LATE_FRAC = 1.20  # a longer interval after an early beat is its pause
LONGEST_S = 3.0  # a longer window is a pause, not a beat
ODD_SHAPE = 0.60  # correlation with the usual QRS, below it another complex
# COSEn above -1.4 over 12 beats is atrial fibrillation [lake_2011, threshold mem].
COSEN_AF = -1.4
COSEN_BEATS = 12
COSEN_MATCHES = 5
COSEN_R_S = 0.03
AF_SHARE = 2 / 3  # of the stretches
IRREGULAR_FRAC = 0.12  # median difference of neighbors over the median interval: AF 0.1 to 0.3


@dataclass(frozen=True, kw_only=True, slots=True)
class Train:
    """The beats of a recording.

    Attributes
    ----------
    edges : shape (k,), sample of each ventricular onset (of the QRS, or what a pressure says).
    marks : shape (k,), sample of each R wave; of the onset where a pressure gives the beats.
    source : ``ECG II V`` or ``pressure LV``; empty where there are no beats.
    normal : shape (k - 1,), windows between edges that are neither early, after an early beat, cut
        short by one, nor a pause.
    rhythm : sinus | atrial_fibrillation | unknown; sinus stands for every regular rhythm.
    rate_bpm : mean over all windows but pauses, 0 where there are none.
    early_count : early beats.
    """

    edges: NDArray[np.int64]
    marks: NDArray[np.int64]
    source: str
    normal: NDArray[np.bool_]
    rhythm: str
    rate_bpm: Bpm
    early_count: int


def beat_train(
    qrs: Qrs,
    lead_names: Sequence[str],
    lines: Mapping[str, Samples],
    rate_hz: Hz,
    warnings: list[str],
) -> Train:
    """Return the beats; what speaks against the ECG is added to the warnings.

    Parameters
    ----------
    qrs : complexes of the leads together.
    lead_names : names of those leads.
    lines : name to pressure of shape (n,), NaN where it must not be read.
    rate_hz : samples a second.
    """
    pulses = {name: find_pulses(x, rate_hz) for name, x in lines.items()}
    others = sorted(set(lines) - set(BY_PULSE))
    order = [n for n in (*BY_PULSE, *others) if n in pulses]
    beating = [n for n in order if n not in ATRIA and pulses[n].shape[0] > 1]
    order = beating or order  # an atrium has two waves a beat
    best = max(order, key=lambda n: pulses[n].shape[0], default=None)
    for name in order:  # the first that shows nearly as many pulses as the best
        if best is not None and pulses[name].shape[0] >= 0.8 * pulses[best].shape[0]:
            best = name
            break
    if best is not None and pulses[best].shape[0] < 2:
        best = None
    if qrs.peaks.shape[0] > 1:
        fault = "" if best is None else _disagreement(qrs.peaks, pulses[best], best, rate_hz)
        if not fault:
            used = " ".join(lead_names[i] for i in qrs.leads)
            lead = round(qrs.onset_s * rate_hz)
            return _train(qrs.peaks, lead, qrs.shapes, f"ECG {used}", rate_hz)
        warnings.append(f"ECG not used: {fault} of {best}; beats from the pressure")
    elif lead_names:
        warnings.append("ECG not used: no lead shows QRS complexes that stand out and look alike")
    if best is None:
        none = np.empty(0, dtype=np.int64)
        return _train(none, 0, np.empty(0), "", rate_hz)
    lag = round(pulse_lag_s(best) * rate_hz)
    edges = pulses[best] - lag
    edges = edges[edges >= 0]
    return _train(edges, 0, np.ones(edges.shape[0]), f"pressure {best}", rate_hz)


def _disagreement(
    qrs: NDArray[np.int64], feet: NDArray[np.int64], place: str, rate_hz: float
) -> str:
    """Return what is wrong with the QRS marks in the light of the pulses, empty when nothing."""
    before = np.searchsorted(qrs, feet + round(EARLY_FOOT_S * rate_hz), side="right") - 1
    inside = (before >= 0) & (feet > qrs[0])
    if inside.sum() < 3:
        return ""
    lags = (feet[inside] - qrs[before[inside]]) / rate_hz
    if float(np.mean(lags < LAG_S)) < MATCHED_FRAC:
        return "its complexes do not precede the pulses"
    spread = float(np.median(np.abs(lags - np.median(lags))))
    if spread > LAG_SPREAD_S:
        return f"its complexes precede the pulses by a time that varies by {1000 * spread:.0f} ms"
    between = int(((qrs >= feet[0] - LAG_S * rate_hz) & (qrs <= feet[-1])).sum())
    most = MOST_QRS_RATIO_VENTRICLE if place in ("LV", "RV") else MOST_QRS_RATIO
    if between > most * feet.shape[0]:
        return f"{between} complexes for {feet.shape[0]} pulses"
    return ""


def _train(
    marks: NDArray[np.int64], lead: int, shapes: Samples, source: str, rate_hz: float
) -> Train:
    shapes = shapes[marks >= lead]
    marks = marks[marks >= lead]
    edges = marks - lead
    if edges.shape[0] < 2:
        return Train(
            edges=edges,
            marks=marks,
            source=source if edges.shape[0] else "",
            normal=np.zeros(0, dtype=bool),
            rhythm="unknown",
            rate_bpm=0.0,
            early_count=0,
        )
    intervals = np.diff(edges) / rate_hz
    rhythm = rhythm_of(intervals)
    odd = shapes < ODD_SHAPE
    early = odd.copy()
    if rhythm != "atrial_fibrillation":
        usual = running_median(intervals, 9)
        early[1:] |= intervals < PREMATURE_FRAC * usual
    normal = ~early[:-1] & ~early[1:]
    normal[1:] &= ~early[:-2]
    normal &= intervals < LONGEST_S
    kept = intervals[intervals < LONGEST_S]
    rate = 60.0 / float(kept.mean()) if kept.shape[0] else 0.0
    return Train(
        edges=edges,
        marks=marks,
        source=source,
        normal=normal,
        rhythm=rhythm,
        rate_bpm=rate,
        early_count=int(early.sum()),
    )


def rhythm_of(intervals_s: Samples) -> str:
    """Return sinus | atrial_fibrillation | unknown from the intervals between beats.

    Equation
    --------
    COSEn = -ln(A/B) + ln(2 r) - ln(mean RR), A and B the pairs that match over two and one
    interval within r, r widened until there are 5. Fibrillation where two thirds of the stretches
    of 12 beats are above -1.4 and neighbors differ by more than 12 % of the usual interval.

    Limits    : frequent early beats can look like fibrillation; P waves are not sought.
    Source    : [lake_2011], the threshold from memory; checked on the records in shared/.
    Verified  : tests/physics/hemodynamics/test_traces_detect.py
    """
    x = intervals_s[intervals_s < LONGEST_S]
    if x.shape[0] < COSEN_BEATS:
        return "unknown" if x.shape[0] < 3 else _by_difference(x)
    starts = range(0, x.shape[0] - COSEN_BEATS + 1, COSEN_BEATS // 2)
    scores = np.array([cosen(x[i : i + COSEN_BEATS]) for i in starts])
    share = float(np.mean(scores > COSEN_AF))
    if share > AF_SHARE and _by_difference(x) == "atrial_fibrillation":
        return "atrial_fibrillation"
    return "sinus"


def _by_difference(x: Samples) -> str:
    typical = float(np.median(np.abs(np.diff(x)))) / float(np.median(x))
    return "atrial_fibrillation" if typical > IRREGULAR_FRAC else "sinus"


def cosen(x_s: Samples) -> float:
    """Return the coefficient of sample entropy of a few intervals, S."""
    one = np.abs(x_s[:, None] - x_s[None, :])
    upper = np.triu(np.ones((x_s.shape[0] - 1,) * 2, dtype=bool), 1)
    two = np.maximum(one[:-1, :-1], one[1:, 1:])[upper]
    r: S = max(COSEN_R_S, float(np.partition(two, COSEN_MATCHES)[COSEN_MATCHES]) + 1e-9)
    matched = int((two <= r).sum())
    tried = int((one[:-1, :-1][upper] <= r).sum())
    return -math.log(matched / tried) + math.log(2.0 * r) - math.log(float(x_s.mean()))
