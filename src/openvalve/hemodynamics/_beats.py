"""Whole beats cut out of a recording, and the windows in which a reader looks for things.

Two cuts of the same samples are used. ``onset`` windows run from one ventricular onset to the
next: systole, then the filling after it. ``filling`` windows run from the middle of one systole to
the middle of the next, so that each holds one whole filling; the samples are rotated so that what
precedes the first systole joins the end of the last diastole.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import InputError, InputItem
from openvalve.recording import Recording

__all__ = ["Beats", "Phase", "cut_beats"]

Samples = NDArray[np.float64]
Indices = NDArray[np.intp]

OPEN_FRAC = 0.01  # a valve is open while its flow exceeds this share of its peak
EARLY_FRAC = 0.7  # of a beat; systole is at most 0.6 of it even at 180/min
IRREGULAR_FRAC = 0.08  # SD over mean of the beat lengths above which no a wave is looked for


@dataclass(frozen=True, kw_only=True, slots=True)
class Phase:
    """One period per beat in which a valve is open.

    Attributes
    ----------
    first, last : shape (k,), first and last open sample of each beat.
    inside : shape (n,), 1 inside the periods, else 0.
    period_s : mean length, crossings interpolated between samples.
    rotated : whether the indices count in the rotated samples.
    """

    first: Indices
    last: Indices
    inside: Samples
    period_s: float
    rotated: bool


class Beats:
    """The whole beats of a recording.

    Attributes
    ----------
    rate_hz : samples a second.
    count : number of beats.
    starts : shape (k,), first sample of each beat.
    length : shape (k,), samples of each beat.
    samples : name to shape (n,), whole beats only.
    """

    def __init__(self, *, rate_hz: float, edges: Indices, samples: dict[str, Samples]) -> None:
        self.rate_hz = rate_hz
        self.count = edges.size - 1
        self.starts = edges[:-1] - edges[0]
        self.length = np.diff(edges)
        self.samples = samples
        self.size = int(edges[-1] - edges[0])

    def __contains__(self, name: str) -> bool:
        """Return whether a channel is there."""
        return name in self.samples

    def __getitem__(self, name: str) -> Samples:
        """Return the samples of a channel, shape (n,)."""
        return self.samples[name]

    @cached_property
    def beat_s(self) -> float:
        """Mean length of a beat."""
        return self.size / self.count / self.rate_hz

    @cached_property
    def regular(self) -> bool:
        """Whether the beats follow each other evenly, as in sinus rhythm or pacing."""
        return bool(self.length.std() <= IRREGULAR_FRAC * self.length.mean())

    @cached_property
    def systole(self) -> Indices:
        """Middle of each ejection, shape (k,): the peak of LV, RV, AO or PA, else 0.2 s in."""
        for name in ("FLOW_AORTIC", "LV", "FLOW_PULMONARY", "RV", "AO", "PA"):
            if name in self.samples:
                x = self.samples[name]
                return np.array(
                    [
                        s + int(x[s : s + max(2, int(EARLY_FRAC * n))].argmax())
                        for s, n in zip(self.starts.tolist(), self.length.tolist(), strict=True)
                    ]
                )
        middle: Indices = self.starts + np.minimum(int(0.2 * self.rate_hz), self.length // 2)
        return middle

    @cached_property
    def early(self) -> NDArray[np.bool_]:
        """Whether a sample lies in the first 70 % of its beat, where ejection is, shape (n,)."""
        within = np.arange(self.size) - np.repeat(self.starts, self.length)
        early: NDArray[np.bool_] = within < np.repeat(EARLY_FRAC * self.length, self.length)
        return early

    def rotate(self, x: Samples) -> Samples:
        """Return samples from the middle of the first systole on, the start joined to the end."""
        first = int(self.systole[0])
        return np.concatenate((x[first:], x[:first]))

    @cached_property
    def rotated_starts(self) -> Indices:
        """Middle of each systole in rotated samples, shape (k,)."""
        starts: Indices = self.systole - self.systole[0]
        return starts

    def phase(self, signal: Samples, threshold: Samples | float, *, rotated: bool) -> Phase:
        """Return the period of each beat from the first to the last sample above a threshold.

        Parameters
        ----------
        signal : shape (n,), a flow or a pressure drop; in rotated order when ``rotated``.
        threshold : above which the valve counts as open.
        rotated : filling windows instead of onset windows.
        """
        starts = self.rotated_starts if rotated else self.starts
        above = signal > threshold
        if not rotated:
            above &= self.early
        index = np.arange(self.size)
        first = np.minimum.reduceat(np.where(above, index, self.size), starts)
        last = np.maximum.reduceat(np.where(above, index, -1), starts)
        found = last >= first
        first, last = first[found], last[found]
        steps = np.zeros(self.size + 1)
        steps[first] = 1.0
        steps[last + 1] -= 1.0
        inside = np.cumsum(steps[:-1])
        length = (last - first).sum() + _edge(signal, threshold, first, -1)
        length += _edge(signal, threshold, last, 1)
        return Phase(
            first=first,
            last=last,
            inside=inside,
            period_s=float(length) / max(first.size, 1) / self.rate_hz,
            rotated=rotated,
        )


def _edge(signal: Samples, threshold: Samples | float, at: Indices, step: int) -> float:
    """Return the sum over beats of the part of a sample between ``at`` and the crossing."""
    over = signal[at] - threshold
    under = signal[(at + step) % signal.size] - threshold
    fall = over - under
    return float(
        np.where(fall > 0.0, np.minimum(over / np.where(fall > 0.0, fall, 1.0), 1.0), 0.5).sum()
    )


def cut_beats(recording: Recording) -> Beats:
    """Return the whole beats of a recording.

    Raises
    ------
    InputError : fewer than one whole beat, or onsets that do not rise inside the recording.
    """
    onsets = np.asarray(recording.beats_s, dtype=np.float64)
    n = recording.length_count
    edges = np.rint(onsets * recording.rate_hz).astype(np.intp)
    edges = edges[(edges >= 0) & (edges <= n)]
    if edges.size < 2 or np.any(np.diff(edges) < 4):
        raise InputError(
            [
                InputItem(
                    key="recording.beats_s",
                    got=f"{edges.size} onsets inside {n} samples",
                    allowed="at least two onsets, rising, one whole beat between them",
                )
            ]
        )
    low, high = int(edges[0]), int(edges[-1])
    samples = {
        name: np.ascontiguousarray(channel.samples[low:high], dtype=np.float64)
        for name, channel in recording.channels.items()
    }
    return Beats(rate_hz=recording.rate_hz, edges=edges, samples=samples)
