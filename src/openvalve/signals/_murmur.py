"""Murmurs: what eight jets sound like, from their own speed and flow.

A jet is heard as a band of noise around a pitch that follows its speed, as loud as its turbulence.
Shape, lateness, softening at low flow and the change after a balloon all follow from the jet.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from openvalve.signals._sounds_noise import Noise

__all__ = ["JETS", "JetSounds", "jet_pitch_hz", "jet_strength"]

Samples = NDArray[np.float64]

VALVES: Final = ("AORTIC", "MITRAL", "PULMONARY", "TRICUSPID")
# Forward jets of the four valves, then their leaks: one row each in every array here.
JETS: Final = (*VALVES, *(f"{name}_LEAK" for name in VALVES))
INFLOW_ROWS: Final = (1, 3)

# Least-squares line through the moments of Donnerstein 1989 (abstract read: 18 patients, jets of
# 1.1 to 4.6 m/s heard at 130 to 410 Hz, r = 0.85) [evidence/ecg_and_murmur.md section 4]. Leaks
# and pulmonary jets are taken to follow the same line (unchecked default).
PITCH_HZ, PITCH_HZ_PER_M_S = 66.0, 74.0
# Inflow rumbles lie lower, about 30 to 150 Hz [same, M: unchecked default], jets of 1 to 3 m/s.
RUMBLE_HZ, RUMBLE_HZ_PER_M_S = 30.0, 35.0
# Corners of the bands on either side of the centre: harsh outflow, low rumble, blowing leak
# (unchecked defaults, +-50 %).
OUTFLOW_WIDTH_HZ, INFLOW_WIDTH_HZ, LEAK_WIDTH_HZ = 70.0, 35.0, 100.0
# Sound power grows with v^4 (pressure fluctuations near the jet) to v^8 (free jet, Lighthill).
SPEED_POWER: Final = 6.0
# Jets turn turbulent between these Reynolds numbers, about the 2000 of a tube [Li, Dynamics of the
# Vascular System, read; for jets an unchecked default, 500 to 4000]. The leak of a closed healthy
# valve, 0.1 mm wide, is laminar and silent.
REYNOLDS_QUIET, REYNOLDS_LOUD = 1000.0, 3000.0
VISCOSITY_CM2_S: Final = 0.033  # kinematic, of blood; 0.03 to 0.04 [K]
# Even a valve that does not narrow the way is heard from this speed on, fully at the second: flow
# murmurs (unchecked default; sclerosis without stenosis is below 2 to 2.5 m/s).
FREE_M_S, FREE_LOUD_M_S = 2.0, 5.0
FASTEST_M_S: Final = 7.0  # 196 mmHg; a closing leaflet may show more for a sample
LEVEL_RATIO: Final = 0.30  # rms beside a normal first sound of 1, at the jet below
LEVEL_M_S, LEVEL_ML_S = 4.0, 350.0


def jet_pitch_hz(speed_m_s: Samples) -> Samples:
    """Return the centre of the band of each jet.

    Equation
    --------
    f = 66 Hz + 74 Hz/(m/s) v; inflow jets of the mitral and tricuspid valve 30 + 35 v.

    Parameters
    ----------
    speed_m_s : shape (8, n), speeds in the order of ``JETS``, not negative.

    Source    : Donnerstein 1989, line of evidence/ecg_and_murmur.md section 4.
    Verified  : tests/physics/signals/test_sounds_murmurs.py
    """
    pitch = PITCH_HZ + PITCH_HZ_PER_M_S * speed_m_s
    for row in INFLOW_ROWS:
        pitch[row] = RUMBLE_HZ + RUMBLE_HZ_PER_M_S * speed_m_s[row]
    return pitch


def _rise(x: Samples, low: float, high: float) -> Samples:
    """Return 0 below ``low``, 1 above ``high``, smooth between."""
    s = np.clip((x - low) / (high - low), 0.0, 1.0)
    return s * s * (3.0 - 2.0 * s)


def jet_strength(speed_m_s: Samples, flow_ml_s: Samples, healthy_cm2: Samples) -> Samples:
    """Return the rms of each jet's sound, of a normal first sound's amplitude.

    Equation
    --------
    a = K sqrt(Q v^(n-1)) c g, n = 6: power Q v^(n-1) is that of a jet of area A = Q/v and power
    A v^n. c = 1 - A/A_healthy: no free shear layer where nothing narrows the way; g rises with
    the Reynolds number v sqrt(4 A/pi)/nu.

    Parameters
    ----------
    speed_m_s, flow_ml_s : shape (8, n), not negative.
    healthy_cm2 : shape (8,), area of each valve if it were healthy.

    Assumes   : one jet a valve; no room acoustics.
    """
    area = 0.01 * flow_ml_s / np.maximum(speed_m_s, 1e-6)
    narrowed = np.clip(1.0 - area / healthy_cm2[:, None], 0.0, 1.0)
    free = _rise(speed_m_s, FREE_M_S, FREE_LOUD_M_S)
    reynolds = 100.0 * speed_m_s * np.sqrt(4.0 / math.pi * area) / VISCOSITY_CM2_S
    turbulent = _rise(reynolds, REYNOLDS_QUIET, REYNOLDS_LOUD)
    scale = LEVEL_RATIO / math.sqrt(LEVEL_ML_S * LEVEL_M_S ** (SPEED_POWER - 1.0))
    loud: Samples = np.sqrt(flow_ml_s * speed_m_s ** (SPEED_POWER - 1.0))
    return scale * loud * np.maximum(narrowed, free) * turbulent


class JetSounds:
    """The sound of eight jets, in consecutive chunks.

    Parameters
    ----------
    healthy_cm2 : shape (4,), healthy areas in the order of ``VALVES``.
    seed : of the noise.
    rate_hz : of the audio.
    """

    def __init__(self, healthy_cm2: Samples, seed: int, rate_hz: float) -> None:
        self._healthy = np.concatenate((healthy_cm2, healthy_cm2))
        self._rate = rate_hz
        self._noise = Noise(seed, 2 * len(JETS))
        self._turns = np.zeros(len(JETS))
        outflow = [i for i in range(len(VALVES)) if i not in INFLOW_ROWS]
        leaks = range(len(VALVES), len(JETS))
        widths = {OUTFLOW_WIDTH_HZ: outflow, INFLOW_WIDTH_HZ: INFLOW_ROWS, LEAK_WIDTH_HZ: leaks}
        self._bands = [_Band(width, np.array(rows), rate_hz) for width, rows in widths.items()]

    def hear(self, speed: Samples, flow: Samples, before: Samples, upsample: int) -> Samples:
        """Return the next samples, shape (8, n * upsample).

        Parameters
        ----------
        speed, flow : shape (8, n + 1), m/s and mL/s, not negative; column 0 was the last heard.
        before : shape (upsample,), share of the later column in each audio sample.
        upsample : audio samples a column.
        """
        speed = np.minimum(speed, FASTEST_M_S)
        strength = between(jet_strength(speed, flow, self._healthy), before)
        pitch = between(jet_pitch_hz(speed), before)
        steps = np.concatenate((self._turns[:, None], pitch / self._rate), axis=1)
        turns = np.cumsum(steps, axis=1)
        self._turns = turns[:, -1]
        angle = 2.0 * np.pi * (turns[:, 1:] - np.floor(turns[:, 1:]))
        noise = self._noise.draw(strength.shape[1])
        real, imaginary = noise[: len(JETS)].copy(), noise[len(JETS) :].copy()
        for band in self._bands:
            real[band.rows], imaginary[band.rows] = band.narrow(
                real[band.rows], imaginary[band.rows]
            )
        return strength * (real * np.cos(angle) - imaginary * np.sin(angle))


class _Band:
    """Two equal poles, of unit output power, for some rows of complex noise."""

    def __init__(self, width_hz: float, rows: NDArray[np.int64], rate_hz: float) -> None:
        self.rows = rows
        keep = math.exp(-2.0 * math.pi * width_hz / rate_hz)
        self._b, self._a = np.array([1.0]), np.array([1.0, -2.0 * keep, keep * keep])
        pulse = np.zeros(round(rate_hz))
        pulse[0] = 1.0
        self._b = self._b / math.sqrt(float(np.sum(lfilter(self._b, self._a, pulse) ** 2)))
        self._state = np.zeros((2 * len(rows), 2))

    def narrow(self, real: Samples, imaginary: Samples) -> tuple[Samples, Samples]:
        """Return both parts, filtered on from where the last chunk ended."""
        both = np.concatenate((real, imaginary))
        out, self._state = lfilter(self._b, self._a, both, axis=1, zi=self._state)
        half = len(self.rows)
        return out[:half], out[half:]


def between(columns: Samples, share: Samples) -> Samples:
    """Return rows interpolated linearly between neighbouring columns, shape (k, n * m).

    Parameters
    ----------
    columns : shape (k, n + 1).
    share : shape (m,), share of the later of two columns in each sample between them.
    """
    early, late = columns[:, :-1, None], columns[:, 1:, None]
    return (early + (late - early) * share).reshape(columns.shape[0], -1)
