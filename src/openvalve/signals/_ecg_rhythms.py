"""Activity without waves: fibrillating and fluttering atria, fibrillating ventricles."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from openvalve.signals._dower import projected
from openvalve.signals._ecg_noise import Filter, WhiteNoise
from openvalve.signals._ecg_params import EcgParams

__all__ = ["Episode", "smooth_step"]

Array = NDArray[np.float64]

FADE_S: Final = 0.06
F_BAND_HZ: Final = 0.8  # half width; within a patient the peak moves by 0.2 to 0.5 Hz (PMID
VF_BAND_HZ: Final = 1.4  # 15333085, abstract read); VF: half width, unchecked default
# Frank directions of two independent sources: right atrium (front, right, down), left atrium.
_ATRIA = np.array([[-0.65, 0.45, -0.65], [0.10, 0.18, 0.16]])
_VENTRICLES = np.array([[0.55, 0.75, -0.15], [0.60, -0.30, 0.45], [-0.25, 0.20, 0.75]])
# Flutter around the tricuspid ring: slow down, fast up in II, III, aVF; up in V1.
_FLUTTER = np.array([-0.06, 0.92, -0.45])
_UPSTROKE_FRAC = 0.28
PEAK_TO_PEAK_SD: Final = 4.0  # a narrow band: typical waves of 2 standard deviations each way


def smooth_step(x: Array) -> Array:
    """Return 3 x^2 - 2 x^3 between 0 and 1, 0 before, 1 after."""
    x = np.minimum(np.maximum(x, 0.0), 1.0)
    return x * x * (3.0 - 2.0 * x)


def _seconds(
    steps: NDArray[np.int64], first: int, onset: tuple[int, float], rate_hz: float
) -> Array:
    since: Array = (steps + (first - onset[0]) - onset[1]) / np.float64(rate_hz)
    return since


class Episode:
    """One stretch of ``f``, ``flutter`` or ``vf`` from its onset to its end.

    Attributes
    ----------
    onset : sample number, whole and fraction. end : the same, None while it lasts.
    """

    def __init__(
        self, params: EcgParams, kind: str, seed: int, rate_hz: float, onset: tuple[int, float]
    ) -> None:
        self.kind = kind
        self.onset = onset
        self.end: tuple[int, float] | None = None
        self._params = params
        self._rate = rate_hz
        self._filter: Filter | None = None
        if kind != "flutter":
            columns = 2 if kind == "f" else 3
            center, half = (params.f_hz, F_BAND_HZ) if kind == "f" else (params.vf_hz, VF_BAND_HZ)
            self._filter = Filter(center - half, center + half, rate_hz, columns)
            self._white = WhiteNoise(seed, 16 + columns, columns)

    def over(self, first: int) -> bool:
        """Return whether nothing is left of it at that sample."""
        return self.end is not None and first > self.end[0] + 1 + FADE_S * self._rate

    def run(self, first: int, count: int) -> tuple[int, Array]:
        """Return from where in the chunk it speaks, and the dipole there, shape (m, 3), mV."""
        skip = min(max(self.onset[0] + 1 - first, 0), count)
        if skip == count:
            return skip, np.zeros((0, 3))
        steps = np.arange(skip, count)
        since = _seconds(steps, first, self.onset, self._rate)
        fade = smooth_step(since / FADE_S)
        if self.end is not None:
            left = _seconds(steps, first, self.end, self._rate)
            fade = fade * (1.0 - smooth_step(left / FADE_S))
        if self._filter is None:
            return skip, (fade * self._flutter(since))[:, None] * _FLUTTER
        waves = self._filter(self._white.at(first + skip, count - skip))
        if self.kind == "f":
            return skip, self._params.f_mv / PEAK_TO_PEAK_SD * fade[:, None] * projected(
                waves, _ATRIA
            )
        size = self._params.vf_mv / PEAK_TO_PEAK_SD * np.exp(-since / self._params.vf_decay_s)
        return skip, (size * fade)[:, None] * projected(waves, _VENTRICLES)

    def _flutter(self, since: Array) -> Array:
        phase = np.mod(since * self._params.flutter_bpm / 60.0, 1.0)
        up = np.minimum(phase / _UPSTROKE_FRAC, 1.0)
        down = np.maximum(phase - _UPSTROKE_FRAC, 0.0) / (1.0 - _UPSTROKE_FRAC)
        rise = 0.5 - 0.5 * np.cos(math.pi * up)
        return self._params.flutter_mv * (rise - down**1.3 - 0.5)
