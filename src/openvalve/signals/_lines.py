"""Pressure lines: what the transducer at the far end shows of the pressure at the tip.

A line is a second-order system driven by the pressure at the tip, solved exactly for a pressure
that runs straight from sample to sample; then the transducer's height, zero and gain, an
anti-aliasing filter, noise and the step of the converter.
"""

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm
from scipy.signal import butter

from openvalve._kernels import driver
from openvalve.errors import InputError, InputItem, SolverError
from openvalve.signals._draws import NormalDraws
from openvalve.signals._tubes import COLUMN_MMHG_CM, Fluid, Response, bubble_compliance_ml_mmhg
from openvalve.units import Cm, Frac, Hz, Ml, MlPerMmhg, Mmhg, MmhgPerS, Ratio

__all__ = ["LINE_TAPS", "LineParams", "LineTap", "PressureLine", "line_response"]

Samples = NDArray[np.float64]

LineTap = Literal["open", "flush", "closed", "air", "disconnected"]
LINE_TAPS: tuple[LineTap, ...] = ("open", "flush", "closed", "air", "disconnected")

FLUSH_MMHG = 300.0  # pressure bag [read: WFSA tutorial]; 250 to 300
FLUSH_RISE_S = 0.006  # the bag fills the transducer through the open valve [K]; 2 to 20 ms
AIR_FALL_S = 0.02  # a line opened to air empties [K]
CUTOFF_FRAC = 0.4  # of the rate out: corner of the anti-aliasing filter, 4th order Butterworth
SLOPE_MMHG_S = 1000.0  # rise of ventricular pressure at which a whip has its stated size
WHIP_DAMPING_RATIO = 0.2  # [K]; 0.1 to 0.4
CLOT_POWER = 2.0  # resistance of a narrowed stretch goes with area^-2 (Poiseuille)
CLOT_LENGTH_FRAC = 0.05  # as in ``tube_response``


@dataclass(frozen=True, kw_only=True, slots=True)
class LineParams:
    """One line and its transducer.

    Attributes
    ----------
    natural_frequency_hz, damping_ratio : of the clean line. The defaults are a fresh 110 cm
        pulmonary catheter with its set, 17.9 +/- 0.4 Hz and 0.234 +/- 0.004 (after 48 h 7.4 Hz and
        0.356) [Anesthesiology 2000;92:208, read]. In use: 10 to 25 Hz and 0.1 to 0.5; good 20 Hz
        and 0.6; a catheter-tip manometer has thousands of Hz.
    compliance_ml_mmhg : of the clean set; what a bubble adds is weighed against it.
    height_cm : of the transducer above the middle of the heart; above reads too low.
    zero_mmhg : what it shows at atmospheric pressure.
    gain_ratio : shown over true.
    bubble_ml : air at the transducer.
    obstruction_frac : share of the lumen's area taken by a clot over 5 % of the length, below 1.
    whip_mmhg : pressure by movement of the catheter while the pressure rises by 1000 mmHg/s.
    whip_frequency_hz : at which it swings [K]; 5 to 25 Hz.
    open_end_cm : height of the open end over the transducer when disconnected.
    leak_mmhg_s : how fast the pressure behind a closed tap drifts.
    noise_mmhg : root mean square of the amplifier's noise.
    step_mmhg : of the converter; 0 is none.
    fluid : what fills the line.
    """

    natural_frequency_hz: Hz = 17.9
    damping_ratio: Ratio = 0.234
    compliance_ml_mmhg: MlPerMmhg = 5e-6
    height_cm: Cm = 0.0
    zero_mmhg: Mmhg = 0.0
    gain_ratio: Ratio = 1.0
    bubble_ml: Ml = 0.0
    obstruction_frac: Frac = 0.0
    whip_mmhg: Mmhg = 0.0
    whip_frequency_hz: Hz = 12.0
    open_end_cm: Cm = 0.0
    leak_mmhg_s: MmhgPerS = 0.0
    noise_mmhg: Mmhg = 0.0
    step_mmhg: Mmhg = 0.0
    fluid: Fluid = "saline"


# Lowest and highest accepted: of the possible, not of the likely.
LIMITS: dict[str, tuple[float, float]] = {
    "natural_frequency_hz": (0.1, 1e5),
    "damping_ratio": (0.0, 100.0),
    "compliance_ml_mmhg": (1e-9, 1.0),
    "height_cm": (-300.0, 300.0),
    "zero_mmhg": (-300.0, 300.0),
    "gain_ratio": (0.0, 10.0),
    "bubble_ml": (0.0, 10.0),
    "obstruction_frac": (0.0, 0.999),
    "whip_mmhg": (0.0, 100.0),
    "whip_frequency_hz": (0.1, 1e3),
    "open_end_cm": (-300.0, 300.0),
    "leak_mmhg_s": (-1e3, 1e3),
    "noise_mmhg": (0.0, 100.0),
    "step_mmhg": (0.0, 100.0),
}


def line_response(params: LineParams) -> Response:
    """Return natural frequency and damping ratio of a line with its bubble and its clot.

    Equation
    --------
    c = 1 + C_bubble/C, l = 1 + 0.05 (1/(1-s) - 1), r = 1 + 0.05 (1/(1-s)^2 - 1);
    f' = f / sqrt(c l), zeta' = zeta r sqrt(c / l). (The clean tube's own formulas, as ratios.)
    """
    left = 1.0 - params.obstruction_frac
    compliance = 1.0 + bubble_compliance_ml_mmhg(params.bubble_ml) / params.compliance_ml_mmhg
    inertance = 1.0 + CLOT_LENGTH_FRAC * (1.0 / left - 1.0)
    resistance = 1.0 + CLOT_LENGTH_FRAC * (left**-CLOT_POWER - 1.0)
    return Response(
        params.natural_frequency_hz / math.sqrt(compliance * inertance),
        params.damping_ratio * resistance * math.sqrt(compliance / inertance),
    )


class PressureLine:
    """A line that runs: chunks in, chunks out, the state kept between them.

    However time is cut into chunks, the samples that come out are the same, bit for bit. It starts
    settled at the first pressure it sees. The filter delays by about 4 ms at 250 Hz out.

    Parameters
    ----------
    params : the line.
    rate_in_hz, rate_out_hz : samples a second; the first a whole multiple of the second. At equal
        rates there is no anti-aliasing filter.
    seed, stream_count : of the noise; another stream for each line.
    """

    def __init__(
        self,
        params: LineParams | None = None,
        *,
        rate_in_hz: Hz = 1000.0,
        rate_out_hz: Hz = 250.0,
        seed: int = 0,
        stream_count: int = 0,
    ) -> None:
        ratio = rate_in_hz / rate_out_hz if rate_out_hz > 0.0 else 0.0
        if not (ratio >= 1.0 and ratio == round(ratio)):
            got, allowed = f"{rate_out_hz:g} Hz", f"a whole part of {rate_in_hz:g} Hz"
            raise InputError([InputItem(key="line.rate_out_hz", got=got, allowed=allowed)])
        self.rate_in_hz = rate_in_hz
        self.rate_out_hz = rate_out_hz
        self._every = round(ratio)
        self._phase = 0
        self._state = np.zeros(10)
        self._started = False
        self._frequency_hz = 1.0
        self._tap: LineTap = "open"
        self._noise = NormalDraws(seed, stream_count)
        self.change(LineParams() if params is None else params)

    def change(self, params: LineParams) -> None:
        """Take other parameters from the next sample on; pressure and flow in the tube go on."""
        _check(params)
        self.params = params
        response = line_response(params)
        whip = Response(params.whip_frequency_hz, WHIP_DAMPING_RATIO)
        before = self._frequency_hz if self._started else response.natural_frequency_hz
        self._state[1] *= before / response.natural_frequency_hz  # the same rate of rise
        self._frequency_hz = response.natural_frequency_hz
        self._coefficients = np.concatenate(
            [
                step_matrix(response, 1.0 / self.rate_in_hz),
                step_matrix(whip, 1.0 / self.rate_in_hz),
                low_pass(self.rate_out_hz, self.rate_in_hz),
            ]
        )
        self.turn(self._tap)

    def turn(self, tap: LineTap) -> None:
        """Turn the tap, from the next sample on.

        ``open`` measures; ``flush`` opens the pressure bag; ``closed`` shuts the line before the
        transducer; ``air`` opens the transducer to the room; ``disconnected`` lets the line hang.
        """
        if tap not in LINE_TAPS:
            raise InputError(
                [InputItem(key="line.tap", got=str(tap), allowed=", ".join(LINE_TAPS))]
            )
        self._tap = tap
        p = self.params
        column = COLUMN_MMHG_CM[p.fluid]
        held = {"flush": FLUSH_MMHG, "disconnected": column * p.open_end_cm}.get(tap, 0.0)
        rise_s = FLUSH_RISE_S if tap == "flush" else AIR_FALL_S
        dt = 1.0 / self.rate_in_hz
        self._settings = np.array(
            [
                0.0 if tap == "open" else 2.0 if tap == "closed" else 1.0,
                held,
                1.0 - math.exp(-dt / rise_s),
                p.leak_mmhg_s * dt,
                -column * p.height_cm,
                p.gain_ratio,
                p.zero_mmhg,
                p.whip_mmhg * self.rate_in_hz / SLOPE_MMHG_S,
            ]
        )

    def set_zero(self) -> None:
        """Call what the transducer shows now 0: done with the tap to ``air``."""
        shown = self.params.gain_ratio * float(self._state[0]) + self.params.zero_mmhg
        self.change(replace(self.params, zero_mmhg=self.params.zero_mmhg - shown))

    def run(self, true_mmhg: Samples, motion_mmhg: Samples | None = None) -> Samples:
        """Return what the line shows of the next chunk, at the rate out.

        Parameters
        ----------
        true_mmhg : shape (n,), pressure at the tip at the rate in.
        motion_mmhg : shape (n,), pressure of the chamber that moves the catheter; the tip's own
            by default. Only a whip needs it.
        """
        true = np.ascontiguousarray(true_mmhg, dtype=np.float64)
        motion = true if motion_mmhg is None else np.ascontiguousarray(motion_mmhg, np.float64)
        n = true.shape[0]
        if motion.shape[0] != n:
            got, allowed = f"{motion.shape[0]} samples", f"{n}, as many as of the pressure"
            raise InputError([InputItem(key="line.motion_mmhg", got=got, allowed=allowed)])
        if n == 0:
            return np.empty(0)
        if not self._started:
            self._settle(float(true[0]), float(motion[0]))
        first = -self._phase % self._every
        out = np.empty(max(0, -(-(n - first) // self._every)))
        run_line(
            true,
            motion,
            self._state,
            self._coefficients,
            self._settings,
            self._every,
            first,
            out,
        )
        self._phase = (self._phase + n) % self._every
        if not math.isfinite(float(self._state[0])):
            state = {"pressure_mmhg": float(self._state[0]), "samples": float(n)}
            raise SolverError("a pressure line lost its pressure in this chunk", state=state)
        return self._converted(out)

    def _settle(self, true_mmhg: float, motion_mmhg: float) -> None:
        pressure = true_mmhg + float(self._settings[4])
        shown = self.params.gain_ratio * pressure + self.params.zero_mmhg
        self._state[:] = 0.0
        self._state[0] = self._state[2] = pressure
        self._state[5] = motion_mmhg
        s = self._coefficients[12:]  # sections settled at what they see
        self._state[6], self._state[7] = shown * (1.0 - s[0]), shown * (s[2] - s[4])
        self._state[8], self._state[9] = shown * (1.0 - s[5]), shown * (s[7] - s[9])
        self._started = True

    def _converted(self, shown: Samples) -> Samples:
        if self.params.noise_mmhg > 0.0:
            shown = shown + self.params.noise_mmhg * self._noise.draw(shown.shape[0])
        if self.params.step_mmhg > 0.0:
            shown = self.params.step_mmhg * np.round(shown / self.params.step_mmhg)
        return shown


def _check(params: LineParams) -> None:
    items = [
        InputItem(
            key=f"line.{key}", got=f"{getattr(params, key):g}", allowed=f"{low:g} to {high:g}"
        )
        for key, (low, high) in LIMITS.items()
        if not low <= getattr(params, key) <= high
    ]
    if params.fluid not in COLUMN_MMHG_CM:
        items.append(
            InputItem(key="line.fluid", got=str(params.fluid), allowed=", ".join(COLUMN_MMHG_CM))
        )
    if items:
        raise InputError(items)


@lru_cache(maxsize=64)
def step_matrix(response: Response, dt_s: float) -> Samples:
    """Return what one sample does to (p, p'/w), shape (6,), for an input straight in between.

    Equation
    --------
    p'' + 2 zeta w p' + w^2 p = w^2 u; with x = (p, p'/w): x1 = Phi x0 + G0 u0 + G1 (u1 - u0), from
    the exponential of the augmented matrix. Order: Phi11 Phi12 Phi21 Phi22 in rows, the columns
    of G folded in by p = u at rest: G0 = (1 - Phi11, -Phi21); then G1.
    """
    w = 2.0 * math.pi * response.natural_frequency_hz
    m = np.zeros((4, 4))
    m[0, 1] = w
    m[1, :3] = (-w, -2.0 * response.damping_ratio * w, w)
    m *= dt_s
    m[2, 3] = 1.0
    e = expm(m)
    return np.array([e[0, 0], e[0, 1], e[1, 0], e[1, 1], e[0, 3], e[1, 3]])


@lru_cache(maxsize=16)
def low_pass(rate_out_hz: float, rate_in_hz: float) -> Samples:
    """Return two sections (b0 b1 b2 a1 a2) of the anti-aliasing filter; none at equal rates."""
    if rate_out_hz == rate_in_hz:
        return np.array([1.0, 0.0, 0.0, 0.0, 0.0] * 2)
    sos = butter(4, CUTOFF_FRAC * rate_out_hz, fs=rate_in_hz, output="sos")
    sos[:, :3] *= (sos[:, 3:].sum(axis=1) / sos[:, :3].sum(axis=1))[:, None]  # gain 1 each
    return np.ascontiguousarray(sos[:, [0, 1, 2, 4, 5]]).ravel()


@driver
def run_line(
    true: Samples,
    motion: Samples,
    s: Samples,
    c: Samples,
    k: Samples,
    every: int,
    first: int,
    out: Samples,
) -> None:
    """Advance a line over a chunk; every ``every``-th sample from ``first`` on goes to ``out``.

    State: p, p'/w, last input, whip, its rate, last motion, two sections of the filter (2 + 2).
    """
    p, q, u0, w, wq, m0, a1, a2, b1, b2 = s
    at = 0
    for i in range(true.shape[0]):
        f1 = k[7] * (motion[i] - m0)
        m0 = motion[i]
        w, wq = (
            c[6] * w + c[7] * wq + (1.0 - c[6]) * f1,
            c[8] * w + c[9] * wq - c[8] * f1,
        )
        u1 = true[i] + w + k[4]
        if k[0] == 0.0:
            rise = u1 - u0
            p, q = (
                c[0] * p + c[1] * q + (1.0 - c[0]) * u0 + c[4] * rise,
                c[2] * p + c[3] * q - c[2] * u0 + c[5] * rise,
            )
        elif k[0] == 1.0:
            p += k[2] * (k[1] - p)
            q = 0.0
        else:
            p += k[3]
            q = 0.0
        u0 = u1
        x = k[5] * p + k[6]
        y = c[12] * x + a1
        a1 = c[13] * x - c[15] * y + a2
        a2 = c[14] * x - c[16] * y
        x = y
        y = c[17] * x + b1
        b1 = c[18] * x - c[20] * y + b2
        b2 = c[19] * x - c[21] * y
        if i >= first and (i - first) % every == 0:
            out[at] = y
            at += 1
    s[0], s[1], s[2], s[3], s[4], s[5] = p, q, u0, w, wq, m0
    s[6], s[7], s[8], s[9] = a1, a2, b1, b2
