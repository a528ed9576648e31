"""Waves of single events: P, QRS with its T, stimuli, each a sum of Gaussians from its onset."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from openvalve.signals._ecg_params import EcgParams
from openvalve.signals._ecg_tables import P_WAVES, QRS, QRS_LVH, QRS_RVH, ST, T_PEAK, T_SHAPE
from openvalve.units import S

__all__ = [
    "TAIL_SD",
    "QtMemory",
    "Wave",
    "p_wave",
    "qt_s",
    "spike_wave",
    "turned",
    "ventricular_wave",
]

Array = NDArray[np.float64]

QT_MEMORY_S: Final = 60.0  # [Razak 2011, abstract read]: 1 minute; 40 to 120
# Share of the last interval in the one that QT answers to; action potentials follow the last
# interval in part, the rest over a minute. Unchecked default, 0.1 to 0.5.
QT_LAST_FRAC: Final = 0.25
QT_MOST_FRAC: Final = 0.90  # of the interval: a beat that follows had to find excitable muscle
QT_WIDE_FRAC: Final = 0.5  # of QRS beyond 100 ms goes into QT [sattimd.com calculator, read]
JT_LEAST_S: Final = 0.09
JT_SHAPE_S: Final = 0.30  # JT of the table of T
T_END_S: Final = 0.061  # from its center to where the tangent of its fall meets the baseline
TAIL_SD: Final = 8.5  # exp(-8.5^2 / 2) = 2e-16
RISE_S: Final = {"p": 0.020, "qrs": 0.008, "spike": 0.0005}
# Stimulus: from the electrode to the can or skin (up, right), atrial lower and smaller.
_SPIKES: Final = {
    "spike_v": np.array([-0.35, -0.75, 0.25]),
    "spike_a": np.array([-0.15, 0.40, -0.10]),
}
_FUSION: Final = {"qrs": 0.55, "qrs_paced_rv": 0.45}
_NARROW: Final = frozenset({"qrs", "qrs_lafb"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Wave:
    """One wave on the clock of its onset.

    Attributes
    ----------
    gaussians : shape (k, 5), center and standard deviation in s, then X, Y, Z in mV.
    rise_s : nothing before the onset, everything from here on.
    end_s : nothing after.
    st_mv : shape (3,), vector of the ST segment; None in waves that have none.
    st_s : shape (4,), the ST segment begins, is whole, fades, is gone.
    """

    gaussians: Array
    rise_s: S
    end_s: S
    st_mv: Array | None = None
    st_s: tuple[float, float, float, float] = (0.0, 1.0, 2.0, 3.0)


class QtMemory:
    """QT follows the intervals before it, with a memory of a minute.

    Equation
    --------
    RR* = f RR + (1 - f) m, where m moves to RR by 1 - exp(-RR / 60 s) at each beat, f = 0.25.

    Source    : memory, [Razak 2011] (PMC6931985): linear in past RR with a 60 s decay beat both
        Bazett's and Fridericia's formula on the last RR.
    Verified  : tests/unit/signals/test_ecg_waves.py
    """

    def __init__(self, interval_s: float) -> None:
        self.mean_s = interval_s

    def interval_s(self, last_s: float) -> float:
        """Take the interval before a beat, in s; return the one that its QT answers to."""
        last = min(max(last_s, 0.2), 3.0)
        self.mean_s += (1.0 - math.exp(-last / QT_MEMORY_S)) * (last - self.mean_s)
        return QT_LAST_FRAC * last + (1.0 - QT_LAST_FRAC) * self.mean_s


def qt_s(qtc_s: S, adapted_s: S, last_s: S, width_s: S) -> S:
    """Return QT of a beat, onset of QRS to the end of T by its tangent.

    Equation
    --------
    QT = QTc (RR*/1 s)^(1/3) + 0.5 max(0, QRS - 0.1 s), at most 0.9 RR, at least QRS + 0.09 s.

    Parameters
    ----------
    qtc_s : at 60/min. adapted_s : RR*, see ``QtMemory``. last_s : interval before this beat.
    width_s : duration of QRS.

    Source    : cube root, [Fridericia 1920] (form read in calculators citing it); the rest
        is ours, see the constants.
    Verified  : tests/unit/signals/test_ecg_waves.py
    """
    qt: float = qtc_s * adapted_s ** (1.0 / 3.0) + QT_WIDE_FRAC * max(0.0, width_s - 0.1)
    return max(min(qt, QT_MOST_FRAC * last_s), width_s + JT_LEAST_S)


def turned(xyz: Array, angle_deg: float | Array) -> Array:
    """Return vectors, shape (..., 3), turned in the frontal plane, positive to the right."""
    angle = np.deg2rad(angle_deg)
    cos, sin = np.cos(angle), np.sin(angle)
    x, y = xyz[..., 0], xyz[..., 1]
    return np.stack([x * cos - y * sin, x * sin + y * cos, xyz[..., 2]], axis=-1)


def p_wave(params: EcgParams, kind: str) -> Wave:
    """Return a P wave; an enlarged left atrium is later, longer and larger to the back."""
    enlarged = params.la_enlargement_frac
    rows = P_WAVES[kind].copy()
    width = params.p_ms / 1e3
    rows[:, 0] *= width
    rows[:, 1] *= width
    rows[1, 0] *= 1.0 + 0.45 * enlarged
    rows[1, 1] *= 1.0 + 0.25 * enlarged
    rows[1, 2:] *= 1.0 + enlarged * np.array([0.35, 0.25, 2.0])
    rows[:, 2:] *= params.gain_ratio * params.p_ratio
    return Wave(gaussians=rows, rise_s=RISE_S["p"], end_s=_end_s(rows))


def spike_wave(params: EcgParams, kind: str, rate_hz: float) -> Wave:
    """Return a stimulus as an amplifier of that rate shows it, with its after-potential."""
    width = max(0.0008, 0.5 / rate_hz)
    vector = params.spike_mv * _SPIKES[kind]
    rows = np.array([[0.0005 + 2.0 * width, width, *vector], [0.011, 0.005, *(-0.05 * vector)]])
    return Wave(gaussians=rows, rise_s=RISE_S["spike"], end_s=_end_s(rows))


def ventricular_wave(params: EcgParams, kind: str, adapted_s: float, last_s: float) -> Wave:
    """Return QRS and T of a beat that came ``last_s`` after the one before it."""
    parts = _FUSION if kind == "fusion" else {kind: 1.0}
    width = sum(share * _width_s(params, part) for part, share in parts.items())
    qt = qt_s(params.qtc_ms / 1e3, adapted_s, last_s, width)
    scale = (qt - width) / JT_SHAPE_S
    peak = qt - T_END_S * scale
    t_vector = sum((w * _repolarization(params, k, T_PEAK) for k, w in parts.items()), np.zeros(3))
    st = sum((w * _repolarization(params, k, ST) for k, w in parts.items()), np.zeros(3))
    rows = [_qrs_rows(params, part, share) for part, share in parts.items()]
    t_rows = np.empty((T_SHAPE.shape[0], 5))
    t_rows[:, 0] = peak + scale * T_SHAPE[:, 0]
    t_rows[:, 1] = scale * T_SHAPE[:, 1]
    t_rows[:, 2:] = params.t_ratio * T_SHAPE[:, 2:] * t_vector
    gaussians = np.vstack([*rows, t_rows])
    gaussians[:, 2:] = params.gain_ratio * turned(gaussians[:, 2:], params.axis_deg)
    st_vector = params.gain_ratio * turned(st, params.axis_deg)
    st_s = (0.55 * width, 1.05 * width, peak - 0.06 * scale, peak + 0.06 * scale)
    end_s = max(_end_s(gaussians), st_s[3])
    return Wave(gaussians=gaussians, rise_s=RISE_S["qrs"], end_s=end_s, st_mv=st_vector, st_s=st_s)


def _end_s(rows: Array) -> float:
    return float((rows[:, 0] + TAIL_SD * rows[:, 1]).max())


def _width_s(params: EcgParams, kind: str) -> float:
    if kind == "qrs":
        return (params.qrs_ms + 14.0 * params.lvh_frac + 10.0 * params.rvh_frac) / 1e3
    widths = {
        "qrs_lbbb": params.lbbb_ms,
        "qrs_rbbb": params.rbbb_ms,
        "qrs_lafb": params.lafb_ms,
        "qrs_escape": params.escape_ms,
        "qrs_paced_rv": params.paced_ms,
        "qrs_paced_lv": params.paced_ms,
    }
    return widths.get(kind, params.ectopic_ms) / 1e3


def _qrs_rows(params: EcgParams, kind: str, share: float) -> Array:
    rows = QRS[kind].copy()
    left, right = params.lvh_frac, params.rvh_frac
    if kind in _NARROW:
        rows[:, 2:] += left * (QRS_LVH - QRS["qrs"])[:, 2:] + right * (QRS_RVH - QRS["qrs"])[:, 2:]
    else:
        rows[:, 2:] *= 1.0 + 0.25 * left
    rows[:, :2] *= _width_s(params, kind)
    rows[:, 2:] *= share
    return rows


def _repolarization(params: EcgParams, kind: str, table: dict[str, Array]) -> Array:
    vector = table[kind]
    if kind in _NARROW:
        vector = vector + params.strain_frac * (table["strain"] - vector)
        vector = vector + params.rvh_frac * (table["rvh"] - vector)
    return vector
