"""Murmurs: what eight jets sound like, from their own speed and flow.

A jet is heard as a band of noise around a pitch that follows its speed, as loud as its turbulence.
Shape, lateness, softening at low flow and the change after a balloon all follow from the jet.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from openvalve._kernels import driver
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
        self._state = np.zeros((len(JETS), 5))
        widths = np.full(len(JETS), OUTFLOW_WIDTH_HZ)
        widths[list(INFLOW_ROWS)] = INFLOW_WIDTH_HZ
        widths[len(VALVES) :] = LEAK_WIDTH_HZ
        self._bands = np.array([_band(width, rate_hz) for width in widths])

    def hear(self, speed: Samples, flow: Samples, upsample: int) -> Samples:
        """Return the next samples, shape (8, n * upsample).

        Parameters
        ----------
        speed, flow : shape (8, n + 1), m/s and mL/s, not negative; column 0 was the last heard.
        upsample : audio samples a column; the last of them is at its time.
        """
        speed = np.minimum(speed, FASTEST_M_S)
        strength = jet_strength(speed, flow, self._healthy)
        turns = jet_pitch_hz(speed) / self._rate
        noise = self._noise.draw((speed.shape[1] - 1) * upsample)
        out = np.empty((len(JETS), noise.shape[1]))
        sing(strength, turns, noise, self._bands, self._state, out)
        return out


def _band(width_hz: float, rate_hz: float) -> tuple[float, float]:
    """Return gain and pole of two equal poles of that half width, of unit output power."""
    keep = math.exp(-2.0 * math.pi * width_hz / rate_hz)
    pulse = np.zeros(round(rate_hz))
    pulse[0] = 1.0
    answer = lfilter([1.0], [1.0, -2.0 * keep, keep * keep], pulse)
    return 1.0 / math.sqrt(float(np.sum(answer**2))), keep


@driver
def sing(
    strength: Samples,
    turns: Samples,
    noise: Samples,
    bands: Samples,
    state: Samples,
    out: Samples,
) -> None:
    """Write bands of noise, each around its jet's pitch and as loud as its jet.

    Equation
    --------
    x = a Re(n exp(2 pi i phi)), n complex noise through two equal poles, phi the sum of pitch over
    rate; a and pitch linear between columns.

    Parameters
    ----------
    strength, turns : shape (k, n + 1); rms, and pitch over the rate of the audio.
    noise : shape (2 k, m), m a multiple of n; real parts, then imaginary ones.
    bands : shape (k, 2); gain and pole.
    state : shape (k, 5), kept: phase in turns, two samples of the real part, two of the other.
    out : shape (k, m), written.
    """
    rows, columns = strength.shape[0], strength.shape[1] - 1
    upsample = out.shape[1] // max(columns, 1)
    for k in range(rows):
        gain, keep = bands[k]
        first, second = 2.0 * keep, keep * keep
        phase, r1, r2, i1, i2 = state[k]
        for c in range(columns):
            silent = strength[k, c] == 0.0 and strength[k, c + 1] == 0.0
            for j in range(upsample):
                at = c * upsample + j
                share = (j + 1) / upsample
                phase += turns[k, c] + (turns[k, c + 1] - turns[k, c]) * share
                phase -= math.floor(phase)
                r0 = gain * noise[k, at] + first * r1 - second * r2
                i0 = gain * noise[rows + k, at] + first * i1 - second * i2
                r2, r1, i2, i1 = r1, r0, i1, i0
                out[k, at] = 0.0
                if not silent:
                    loud = strength[k, c] + (strength[k, c + 1] - strength[k, c]) * share
                    angle = 2.0 * math.pi * phase
                    out[k, at] = loud * (r0 * math.cos(angle) - i0 * math.sin(angle))
        state[k, 0], state[k, 1], state[k, 2], state[k, 3], state[k, 4] = phase, r1, r2, i1, i2
