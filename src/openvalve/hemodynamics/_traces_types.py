"""What an analysis of a measured recording returns."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from openvalve.hemodynamics._quality import Stretch
from openvalve.units import Bpm, S, unit_of_name

__all__ = ["Finding", "GradientWindow", "TraceFindings", "error_of_mean", "finding_of"]

Samples = NDArray[np.float64]

# Error of a zeroed and leveled fluid-filled line: 1 mmHg of zero and height (1.4 cm), 1 % of gain
# [K]; half to twice is plausible. Timing: two samples of a monitor. Derivative: of the line's band.
ZERO_MMHG = 1.0
GAIN_FRAC = 0.01
TIMING_S = 0.008
DERIVATIVE_FRAC = 0.08
RATE_BPM = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One number of a report, in the unit of its key.

    Attributes
    ----------
    value : mean over the beats used.
    sd : beat-to-beat spread and error of the line together; of a derived number, the errors of the
        means of its inputs.
    formula : how it was read or computed, in words or symbols.
    inputs : name with unit suffix to number.
    """

    value: float
    sd: float
    formula: str
    inputs: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class GradientWindow:
    """The open period of one valve in one beat that was averaged: what a plot shades.

    Attributes
    ----------
    start_s, end_s : pressure crossings, from the first sample of the recording.
    valve : aortic | mitral | pulmonary | tricuspid.
    upstream, downstream : names of the channels.
    shift_s : how much later than its true time the upstream (wedge) or downstream (peripheral)
        channel was; it was moved earlier by that.
    upstream_mmhg, downstream_mmhg : shape (m,), samples from ``start_s`` on, after the move.
    """

    start_s: S
    end_s: S
    valve: str
    upstream: str
    downstream: str
    shift_s: S
    upstream_mmhg: Samples
    downstream_mmhg: Samples


@dataclass(frozen=True, kw_only=True, slots=True)
class TraceFindings:
    """The findings of a measured recording.

    Attributes
    ----------
    beats_s : shape (k,), R waves, or ventricular onsets where a pressure gives the beats; from the
        first sample.
    beats_from : ``ECG II V5``, ``pressure LV`` or empty.
    rhythm : sinus (any regular rhythm) | atrial_fibrillation | unknown.
    rate_bpm : mean rate, 0 without beats.
    valve : that the gradient and area keys are of; empty when there is no pair of pressures.
    findings : measured key to finding.
    valves : valve to the findings of every valve with a pair of pressures.
    warnings : what a reader should know, in words.
    refused : channel to the reason why it was not read.
    places : channel that was read to the place of its tip, ``RV``.
    windows : open periods averaged, all valves.
    used_s : channel to start and end of the beats averaged.
    stretches : parts of channels that must not be read.
    per_beat : key to shape (k - 1,), value of every readable beat, NaN elsewhere.
    """

    beats_s: Samples
    beats_from: str
    rhythm: str
    rate_bpm: Bpm
    valve: str
    findings: Mapping[str, Finding]
    valves: Mapping[str, Mapping[str, Finding]]
    warnings: Sequence[str]
    refused: Mapping[str, str]
    places: Mapping[str, str]
    windows: Sequence[GradientWindow]
    used_s: Mapping[str, tuple[S, S]]
    stretches: Sequence[Stretch]
    per_beat: Mapping[str, Samples]


def finding_of(key: str, values: Samples, formula: str, *, lines_count: int = 1) -> Finding | None:
    """Return the mean of one value a beat with its uncertainty; None where there is none.

    Equation
    --------
    sd^2 = s^2 + n (1 mmHg)^2 + (1 % of the mean)^2, s the spread between beats, n the lines read.
    """
    x = values[np.isfinite(values)]
    if x.shape[0] == 0:
        return None
    mean = float(x.mean())
    spread = float(x.std(ddof=1)) if x.shape[0] > 1 else 0.0
    error = _line_error(key, mean, lines_count)
    return Finding(
        value=mean,
        sd=math.hypot(spread, error),
        formula=formula,
        inputs={
            "beats_count": float(x.shape[0]),
            f"spread_{_suffix(key)}": spread,
            f"line_error_{_suffix(key)}": error,
        },
    )


def error_of_mean(key: str, finding: Finding) -> float:
    """Return the error of the mean over the beats: what a number derived from it inherits."""
    spread = finding.inputs[f"spread_{_suffix(key)}"]
    count = finding.inputs["beats_count"]
    return math.hypot(spread / math.sqrt(count), finding.inputs[f"line_error_{_suffix(key)}"])


def _line_error(key: str, mean: float, lines_count: int) -> float:
    suffix = _suffix(key)
    if suffix == "mmhg":
        return math.hypot(math.sqrt(lines_count) * ZERO_MMHG, GAIN_FRAC * mean)
    if suffix == "mmhg_s":
        return DERIVATIVE_FRAC * abs(mean)
    return TIMING_S if suffix == "s" else RATE_BPM


def _suffix(key: str) -> str:
    unit = unit_of_name(key)
    return unit.suffix if unit is not None else "ratio"
