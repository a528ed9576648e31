"""Values of each place and gradients across each valve, one of each for every beat."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.hemodynamics._places import (
    A_WAVE_AFTER_S,
    A_WAVE_BEFORE_S,
    V_WAVE_AFTER_S,
    V_WAVE_LATEST_FRAC,
)
from openvalve.hemodynamics._traces_lines import PREFIX, Line
from openvalve.units import Hz, S

__all__ = ["Span", "filling_spans", "place_arrays", "systolic_spans", "wedge_delay_s"]

Samples = NDArray[np.float64]
Edges = NDArray[np.int64]

SYSTOLE_FRAC = 0.75  # of a beat that may hold ejection, at most SYSTOLE_S
SYSTOLE_S = 0.60
MID_SYSTOLE_S = 0.20
DPDT_HZ = 40.0  # low-pass before the derivative; a fluid-filled line passes no more
GAP_S = 0.06  # between two runs of one ejection, by whip
LATE_S = 0.06  # filling may end so long after the R wave
DELAY_S = (0.0, 0.25)  # of a wedge; 0.10 to 0.15 usual [Eberli, see signals/_places.py]
DELAY_USUAL_S = 0.12


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """The time in which one valve is open in one beat, by pressure crossings.

    Attributes
    ----------
    window : index of the beat.
    first, last : sample at which upstream rises above downstream, and one after the last.
    drop : shape (last - first,), upstream less downstream, mmHg.
    """

    window: int
    first: int
    last: int
    drop: Samples


def place_arrays(
    line: Line, edges: Edges, rate_hz: Hz, *, kicks: bool, shift: int = 0
) -> dict[str, Samples]:
    """Return key to one value a beat, shape (k,).

    Parameters
    ----------
    line : of any place.
    edges : ventricular onsets, shape (k + 1,).
    rate_hz : samples a second.
    kicks : whether the atria beat, so that there is an a wave.
    shift : samples by which the line is late.
    """
    name = PREFIX.get(line.place)
    if name is None:
        return {}
    if line.place in ("AO", "ART", "FEM", "PA"):
        return {
            f"{name}_systolic_mmhg": line.high,
            f"{name}_diastolic_mmhg": line.low,
            f"{name}_mean_mmhg": line.mean,
        }
    if line.place in ("LV", "RV"):
        return _ventricle(line, name, edges, rate_hz)
    return _atrium(line, name, edges, rate_hz, kicks, shift)


def _ventricle(line: Line, name: str, edges: Edges, rate_hz: float) -> dict[str, Samples]:
    from scipy.signal import butter, sosfiltfilt

    x = line.samples
    near = max(1, round(0.004 * rate_hz))
    end = np.mean(
        [x[np.clip(edges[:-1] + i, 0, x.shape[0] - 1)] for i in range(-near, near + 1)], 0
    )
    values = {
        f"{name}_systolic_mmhg": line.high,
        f"{name}_diastolic_mmhg": line.low,
        f"{name}_end_diastolic_mmhg": np.asarray(end),
    }
    if name == "lv":
        cut = min(DPDT_HZ, 0.45 * rate_hz)
        smooth = sosfiltfilt(butter(2, cut, fs=rate_hz, output="sos"), x)
        rise = np.gradient(smooth)[edges[0] : edges[-1]] * rate_hz
        values["lv_dpdt_max_mmhg_s"] = np.maximum.reduceat(rise, edges[:-1] - edges[0])
    return values


def _atrium(
    line: Line, name: str, edges: Edges, rate_hz: float, kicks: bool, shift: int
) -> dict[str, Samples]:
    x = line.samples
    n = x.shape[0]
    values = {f"{name}_mean_mmhg": line.mean}
    v_wave, a_wave = np.full(line.mean.shape, np.nan), np.full(line.mean.shape, np.nan)
    for k in np.flatnonzero(line.good).tolist():
        a, b = int(edges[k]), int(edges[k + 1])
        beat_s = (b - a) / rate_hz
        start = a + round(min(MID_SYSTOLE_S, 0.4 * beat_s) * rate_hz)
        latest = (V_WAVE_LATEST_FRAC * beat_s**0.5 + V_WAVE_AFTER_S) * rate_hz
        stop = max(start + 2, a + round(min(latest, 0.8 * (b - a))))
        v_wave[k] = x[min(start + shift, n - 2) : min(stop + shift, n)].max()
        low = b - round(min(A_WAVE_BEFORE_S, 0.4 * beat_s) * rate_hz)
        high = b + round(A_WAVE_AFTER_S * rate_hz) + 1
        a_wave[k] = x[min(low + shift, n - 2) : min(high + shift, n)].max()
    values[f"{name}_v_wave_mmhg"] = v_wave
    if kicks:
        values[f"{name}_a_wave_mmhg"] = a_wave
    return values


def systolic_spans(
    up: Samples, down: Samples, edges: Edges, windows: NDArray[np.int64], rate_hz: Hz
) -> list[Span]:
    """Return when the upstream ventricle is above its artery in each of the windows."""
    spans = []
    for k in windows.tolist():
        a = int(edges[k])
        b = a + round(min(SYSTOLE_FRAC * (edges[k + 1] - a), SYSTOLE_S * rate_hz))
        drop = up[a:b] - down[a:b]
        run = _largest_run(drop, round(GAP_S * rate_hz))
        if run is not None:
            first, last = run
            spans.append(Span(window=k, first=a + first, last=a + last, drop=drop[first:last]))
    return spans


def filling_spans(
    up: Samples, down: Samples, edges: Edges, windows: NDArray[np.int64], rate_hz: Hz
) -> list[Span]:
    """Return from when to when the atrium is above its ventricle after the systole of each window.

    From the fall of the ventricle through the atrium to its rise through it; in between they may
    meet (diastasis), which belongs to the filling period.
    """
    spans = []
    n = up.shape[0]
    for k in windows.tolist():
        a, b = int(edges[k]), int(edges[k + 1])
        early = a + round(min(SYSTOLE_FRAC * (b - a), SYSTOLE_S * rate_hz))
        start = a + int(down[a:early].argmax())
        stop = min(b + round(LATE_S * rate_hz), n)
        drop = up[start:stop] - down[start:stop]
        above = np.flatnonzero(drop > 0.0)
        if above.shape[0] < 3:
            continue
        first, last = int(above[0]), int(above[-1]) + 1
        spans.append(Span(window=k, first=start + first, last=start + last, drop=drop[first:last]))
    return spans


def _largest_run(drop: Samples, gap: int) -> tuple[int, int] | None:
    """Return the run of positive drops with the largest area; short gaps are bridged."""
    above = np.flatnonzero(drop > 0.0)
    if above.shape[0] < 3:
        return None
    breaks = np.flatnonzero(np.diff(above) > max(1, gap))
    firsts = above[np.concatenate(([0], breaks + 1))]
    lasts = above[np.concatenate((breaks, [above.shape[0] - 1]))] + 1
    areas = [float(np.maximum(drop[f:e], 0.0).sum()) for f, e in zip(firsts, lasts, strict=True)]
    best = int(np.argmax(areas))
    return int(firsts[best]), int(lasts[best])


def wedge_delay_s(
    wedge: Samples, ventricle: Samples, edges: Edges, windows: NDArray[np.int64], rate_hz: Hz
) -> tuple[S, str]:
    """Return by how much a wedge is late, and how that was found.

    The peak of the v wave of the left atrium is where the falling left ventricle meets it; the
    wedge is moved earlier until its v wave peaks there. Where that gives no time of 0 to 250 ms,
    the usual 120 ms is taken.

    Source    : practice as in [vinayakumar_2016]; 100 to 150 ms, Eberli.
    """
    lates = []
    n = wedge.shape[0]
    for k in windows.tolist():
        a, b = int(edges[k]), int(edges[k + 1])
        early = a + round(min(SYSTOLE_FRAC * (b - a), SYSTOLE_S * rate_hz))
        top = a + int(ventricle[a:early].argmax())
        stop = min(top + round(0.6 * (b - a)), n)
        meets = np.flatnonzero(ventricle[top:stop] < wedge[top:stop].max())
        if meets.shape[0] == 0:
            continue
        meet = top + int(meets[0])
        after = wedge[max(meet - round(0.05 * rate_hz), 0) : min(meet + round(0.3 * rate_hz), n)]
        lates.append((max(meet - round(0.05 * rate_hz), 0) + int(after.argmax()) - meet) / rate_hz)
    if lates:
        late = float(np.median(lates))
        if DELAY_S[0] <= late <= DELAY_S[1]:
            return late, "best fit: v wave to the fall of the LV"
    return DELAY_USUAL_S, "usual delay: no clear v wave"
