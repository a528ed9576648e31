"""Whole beats cut out of a recording, and the periods in which its valves are open.

Two cuts of the same samples are used. *Onset windows* run from one ventricular onset to the next:
systole, then the filling after it. *Filling windows* run from the middle of one systole to the
middle of the next, so that each holds one whole filling; for them the samples are turned, what
precedes the first systole joined to the end of the last diastole.

Work is done on all channels at once, or on slices of one beat: both cost a few microseconds.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import InputError, InputItem
from openvalve.recording import Recording
from openvalve.units import Frac, S

__all__ = ["OPEN_FRAC", "Beats", "Phase", "cut_beats"]

Samples = NDArray[np.float64]

OPEN_FRAC = 0.01  # a valve is open while its flow exceeds this share of its peak
EARLY_FRAC = 0.7  # of a beat; systole is at most 0.6 of it even at 180/min
NOMINAL_SYSTOLE_S = 0.2  # after the onset, where no channel shows the middle of systole
IRREGULAR_FRAC = 0.08  # SD over mean of the beat lengths above which no a wave is looked for
SYSTOLE_FROM = ("FLOW_AORTIC", "LV", "FLOW_PULMONARY", "RV", "AO", "PA")
TURNED = frozenset(
    {
        *("LA", "RA", "PCW", "LV", "RV", "VOL_LV", "VOL_RV", "VOL_LA"),
        *("FLOW_MITRAL", "FLOW_TRICUSPID", "JET_MITRAL", "JET_TRICUSPID"),
    }
)
LEAST_SAMPLES = 8  # of a beat


@dataclass(frozen=True, kw_only=True, slots=True)
class Phase:
    """The periods in which one valve is open, one a beat.

    Attributes
    ----------
    spans : first open sample and the one after the last, of each beat that has one.
    period_s : mean length, crossings interpolated between samples.
    turned : whether the spans count in turned samples.
    """

    spans: tuple[tuple[int, int], ...]
    period_s: S
    turned: bool


class Beats:
    """The whole beats of a recording.

    Attributes
    ----------
    rate_hz : samples a second.
    count : number of beats.
    edges : first sample of each beat, and the one after the last.
    beat_s : mean length of a beat.
    regular : whether the beats follow each other evenly, as in sinus rhythm or pacing.
    peaks, lows, means : name to mean over beats of the maximum and minimum, and to the mean.
    systole : middle of each systole.
    fillings : edges of the filling windows in turned samples.
    """

    def __init__(
        self, *, rate_hz: float, edges: Sequence[int], beat_s: S, names: list[str], block: Samples
    ) -> None:
        self.rate_hz = rate_hz
        self.beat_s = beat_s
        self.edges = tuple(edges)
        self.count = len(edges) - 1
        self.size = block.shape[1]
        self._row: dict[str, Samples] = {name: block[i] for i, name in enumerate(names)}
        starts = self.edges[:-1]
        self.peaks = _per_row(names, np.maximum.reduceat(block, starts, axis=1), self.count)
        self.lows = _per_row(names, np.minimum.reduceat(block, starts, axis=1), self.count)
        self.means = dict(zip(names, (block.sum(axis=1) / self.size).tolist(), strict=True))
        lengths = [b - a for a, b in itertools.pairwise(edges)]
        mean = self.size / self.count
        spread = (sum((n - mean) ** 2 for n in lengths) / self.count) ** 0.5
        self.regular = spread <= IRREGULAR_FRAC * mean
        self.systole = self._systole()
        turn = self.systole[0]
        self.fillings = (*(s - turn for s in self.systole), self.size)
        kept = [name for name in names if name in TURNED]  # they come first, see cut_beats
        self._turned: dict[str, Samples] = {}
        if kept:
            rows = block[: len(kept)]
            turned = np.concatenate((rows[:, turn:], rows[:, :turn]), axis=1)
            self._turned = {name: turned[i] for i, name in enumerate(kept)}
            at = self.fillings[:-1]
            self.filling_peaks = _per_row(kept, np.maximum.reduceat(turned, at, axis=1), self.count)
            self.filling_lows = _per_row(kept, np.minimum.reduceat(turned, at, axis=1), self.count)

    def __contains__(self, name: str) -> bool:
        """Return whether a channel is there."""
        return name in self._row

    def __getitem__(self, name: str) -> Samples:
        """Return the samples of a channel from the first onset on, shape (n,)."""
        return self._row[name]

    def turned(self, name: str) -> Samples:
        """Return the samples of a channel from the middle of the first systole on, shape (n,)."""
        return self._turned[name]

    def _systole(self) -> list[int]:
        for name in SYSTOLE_FROM:
            if name in self._row:
                x = self._row[name]
                return [a + int(x[a:b].argmax()) for a, b in self.systolic_windows()]
        after = int(NOMINAL_SYSTOLE_S * self.rate_hz)
        return [a + min(after, (b - a) // 2) for a, b in self.systolic_windows()]

    def systolic_windows(self) -> list[tuple[int, int]]:
        """Return the first 70 % of each beat, where ejection is."""
        return [
            (a, a + max(2, int(EARLY_FRAC * (b - a))))
            for a, b in zip(self.edges, self.edges[1:], strict=False)
        ]

    def filling_windows(self) -> list[tuple[int, int]]:
        """Return the filling windows in turned samples."""
        return list(zip(self.fillings, self.fillings[1:], strict=False))

    def phase(self, signal: Samples, threshold: float, *, turned: bool) -> Phase | None:
        """Return the period of each beat from the first to the last sample above a threshold.

        Parameters
        ----------
        signal : shape (n,), a flow or a pressure drop; turned samples when ``turned``.
        threshold : above which the valve counts as open.
        turned : filling windows instead of the first 70 % of onset windows.
        """
        windows = self.filling_windows() if turned else self.systolic_windows()
        above = signal > threshold
        spans, open_samples = [], 0.0
        for a, b in windows:
            inside = above[a:b]
            first = int(inside.argmax())
            if not inside[first]:
                continue
            first += a
            last = b - 1 - int(inside[::-1].argmax())
            spans.append((first, last + 1))
            open_samples += last - first
            open_samples += _crossing(signal, threshold, first, -1)
            open_samples += _crossing(signal, threshold, last, 1)
        if not spans:
            return None
        return Phase(
            spans=tuple(spans),
            period_s=open_samples / len(spans) / self.rate_hz,
            turned=turned,
        )


def _per_row(names: list[str], values: Samples, count: int) -> dict[str, float]:
    return dict(zip(names, (values.sum(axis=1) / count).tolist(), strict=True))


def _crossing(signal: Samples, threshold: float, at: int, step: int) -> Frac:
    """Return the part of a sample between ``at``, above the threshold, and the crossing."""
    over = float(signal[at]) - threshold
    under = float(signal[(at + step) % signal.shape[0]]) - threshold
    return min(over / (over - under), 1.0) if under < over else 0.5


def cut_beats(recording: Recording, wanted: Sequence[str]) -> Beats:
    """Return the whole beats of a recording, of those ``wanted`` channels that it has.

    Raises
    ------
    InputError : fewer than one whole beat, or onsets that do not rise inside the recording.
    """
    onsets = np.asarray(recording.beats_s, dtype=np.float64)
    n, rate_hz = recording.length_count, recording.rate_hz
    edges = [round(t * rate_hz) for t in onsets.tolist()]
    whole = [k for k, e in enumerate(edges) if 0 <= e <= n]
    names = [name for name in wanted if name in recording.channels]
    names.sort(key=lambda name: name not in TURNED)
    if (
        len(whole) < 2
        or not names
        or any(edges[b] - edges[a] < LEAST_SAMPLES for a, b in itertools.pairwise(whole))
    ):
        raise InputError(
            [
                InputItem(
                    key="recording",
                    got=f"{len(whole)} onsets in {n} samples of {len(names)} known channels",
                    allowed="at least one known channel and two rising onsets, a whole beat apart",
                )
            ]
        )
    low, high = edges[whole[0]], edges[whole[-1]]
    span_s = float(onsets[whole[-1]] - onsets[whole[0]])
    block = np.empty((len(names), high - low))
    for row, name in zip(block, names, strict=True):
        row[:] = recording.channels[name].samples[low:high]
    return Beats(
        rate_hz=rate_hz,
        edges=[edges[k] - low for k in whole],
        beat_s=span_s / (len(whole) - 1),
        names=names,
        block=block,
    )
