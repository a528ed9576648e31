"""What a textbook says of one beat, read from its traces: intervals, relaxation, waves, loops.

``openvalve.hemodynamics.measure`` reads what a laboratory writes down; here are the further
features that the acceptance table of the circulation asks for.
"""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from openvalve.recording import Recording

__all__ = ["TAU_ABOVE_MMHG", "beat_features", "relaxation_s"]

Samples = NDArray[np.float64]

OPEN_FRAC = 0.01  # of the peak flow: a valve counts as open above it, as in ``hemodynamics``
TAU_AFTER_S = 0.005  # relaxation is fitted from here after the steepest fall ...
TAU_ABOVE_MMHG = 5.0  # ... to this much above the end-diastolic pressure [Weiss 1976]
NOTCH_MMHG = 1.0  # least rise after the incisura for a notch that an eye sees
CLOSING_S = 0.08  # after forward flow has ended: where the incisura lies
SEEN_MMHG = 0.3  # least rise after it
UPSTROKE_FRAC = (0.05, 0.95)  # of the pulse, between which the upstroke is timed
A_BEFORE_S = 0.20  # before the ventricular onset: where the a wave is looked for


def _crossing_s(x: Samples, k: int, level: float, rate_hz: float) -> float:
    """Return the time at which ``x`` crosses ``level`` between samples k - 1 and k."""
    a, b = float(x[k - 1]), float(x[k])
    return (k - 1 + ((level - a) / (b - a) if b != a else 0.5)) / rate_hz


def _open_span_s(flow: Samples, first: int, last: int, rate_hz: float) -> tuple[float, float]:
    """Return when flow begins and ends between two samples, NaN where it never begins."""
    level = OPEN_FRAC * float(flow[first:last].max())
    above = np.flatnonzero(flow[first:last] > level)
    if level <= 0.0 or above.size == 0 or above[0] + first == 0:
        return math.nan, math.nan
    a, b = first + int(above[0]), first + int(above[-1]) + 1
    end = _crossing_s(flow, min(b, flow.size - 1), level, rate_hz)
    return _crossing_s(flow, a, level, rate_hz), end


def relaxation_s(pressure: Samples, end_diastolic_mmhg: float, rate_hz: float) -> float:
    """Return tau of the isovolumic fall of pressure, one beat, zero asymptote.

    Equation
    --------
    ln P = ln P0 - t / tau, by least squares from just after the steepest fall to 5 mmHg above
    end-diastolic pressure [Weiss 1976].
    """
    steep = int(np.diff(pressure).argmin()) + max(1, round(TAU_AFTER_S * rate_hz))
    below = np.flatnonzero(pressure[steep:] <= end_diastolic_mmhg + TAU_ABOVE_MMHG)
    if below.size == 0 or below[0] < 3:
        return math.nan
    t = np.arange(below[0]) / rate_hz
    slope = float(np.polyfit(t, np.log(pressure[steep : steep + below[0]]), 1)[0])
    return -1.0 / slope


def beat_features(recording: Recording) -> Mapping[str, float]:
    """Return the features of the first whole beat of a recording of two or more regular beats.

    Times in ms from the ventricular onset (the R wave) unless named an interval.
    """
    rate = recording.rate_hz
    edges = [round(float(t) * rate) for t in recording.beats_s]
    first, after = edges[0], edges[1]
    n = after - first
    return {
        **_left_intervals(recording, first, n, rate),
        **_inflow(recording, first, n, rate),
        **_aortic(recording, first, n, rate),
        **_atrial_waves(recording, first, n, rate),
        **_loop(recording, first, n, rate),
    }


def _closure_s(ao: Samples, stops_s: float, rate: float) -> float:
    """Return when the aortic valve closes: at the incisura, as carotid pulse and A2 have it.

    The least aortic pressure within 80 ms after forward flow has ended, where pressure rises again
    after it; else the end of the flow.
    """
    if not math.isfinite(stops_s):
        return stops_s
    start = round(stops_s * rate)
    window = ao[start : start + round(CLOSING_S * rate)]
    low = int(window.argmin())
    after = ao[start + low : start + low + round(CLOSING_S * rate)]
    seen = 0 < low < window.size - 1 and float(after.max()) - float(window[low]) > SEEN_MMHG
    return (start + low) / rate if seen else stops_s


def _left_intervals(r: Recording, first: int, n: int, rate: float) -> dict[str, float]:
    lv = r["LV"][first : first + n]
    opens, stops = _open_span_s(r["FLOW_AORTIC"], first, first + int(0.7 * n), rate)
    closes = _closure_s(r["AO"], stops, rate)
    fills, _ = _open_span_s(r["FLOW_MITRAL"], first + int(0.3 * n), first + n, rate)
    start = first / rate
    return {
        "pre_ejection_ms": 1000.0 * (opens - start),
        "ejection_ms": 1000.0 * (closes - opens),
        "forward_flow_ms": 1000.0 * (stops - opens),
        "relaxation_interval_ms": 1000.0 * (fills - closes),
        "aortic_opening_ms": 1000.0 * (opens - start),
        "aortic_closure_ms": 1000.0 * (closes - start),
        "mitral_opening_ms": 1000.0 * (fills - start),
        "tau_ms": 1000.0 * relaxation_s(lv, float(lv[0]), rate),
        "dpdt_max_mmhg_s": float(np.gradient(lv).max()) * rate,
        "dpdt_min_mmhg_s": float(np.gradient(lv).min()) * rate,
    }


def _inflow(r: Recording, first: int, n: int, rate: float) -> dict[str, float]:
    """Return the early and atrial jets through the mitral valve and how they separate."""
    jet = r["JET_MITRAL"]
    flow = r["FLOW_MITRAL"]
    begin, end = first + int(0.3 * n), first + n + int(0.1 * n)
    fills, _ = _open_span_s(flow, begin, first + n, rate)
    if not math.isfinite(fills):
        return {}
    a = int(fills * rate) + 1
    kick = first + n - int(A_BEFORE_S * rate)
    peak_e = a + int(jet[a:kick].argmax())
    peak_a = kick + int(jet[kick:end].argmax())
    e, late = float(jet[peak_e]), float(jet[peak_a])
    between = jet[peak_e : peak_a + 1]
    backward = np.flatnonzero(between < 0.0)
    return {
        "e_m_s": e,
        "a_m_s": late,
        "e_a_ratio": e / late if late > 0 else math.nan,
        "deceleration_ms": _deceleration_ms(jet, peak_e, kick, rate),
        "diastasis_m_s": float(between.min()),
        "diastasis_back_ml": float(-np.minimum(flow[peak_e:peak_a], 0.0).sum()) / rate,
        "reversal_before_a": float(backward.size > 0),
        "e_at_ms": 1000.0 * (peak_e / rate - first / rate),
        "a_at_ms": 1000.0 * (peak_a / rate - first / rate),
    }


def _deceleration_ms(jet: Samples, peak: int, end: int, rate: float) -> float:
    """Return the deceleration time: the line through the fall from 90 to 50 % of E, drawn to zero.

    Readers draw the line along the steep upper part of the slope.
    """
    e = float(jet[peak])
    tail = jet[peak:end]
    upper = np.flatnonzero(tail < 0.9 * e)
    lower = np.flatnonzero(tail < 0.5 * e)
    if upper.size == 0:
        return math.nan
    last = int(lower[0]) if lower.size else tail.size - 1
    first = int(upper[0])
    span = slice(first, min(max(last, first + 3), tail.size))
    if span.stop - span.start < 3:
        return math.nan
    t = np.arange(tail.size)[span] / rate
    slope, at = np.polyfit(t, tail[span], 1)
    return float(1000.0 * -at / slope) if slope < 0.0 else math.nan


def _aortic(r: Recording, first: int, n: int, rate: float) -> dict[str, float]:
    """Return back-flow at closure, the notch, the upstroke, peak flow and jet."""
    flow, ao = r["FLOW_AORTIC"][first : first + n], r["AO"][first : first + n]
    closed = int(flow.argmax()) + int(np.flatnonzero(flow[flow.argmax() :] <= 0.0)[0])
    back = float(-np.minimum(flow[closed:], 0.0).sum()) / rate
    # The incisura: least pressure within 60 ms of closure; the notch: the rise after it.
    window = ao[max(closed - 10, 0) : closed + int(0.06 * rate)]
    low = max(closed - 10, 0) + int(window.argmin())
    rise = float(ao[low : low + int(0.12 * rate)].max() - ao[low])
    foot = int(np.argmax(flow > OPEN_FRAC * flow.max()))
    top = int(ao.argmax())
    base, pulse = float(ao[foot]), float(ao[top] - ao[foot])
    marks = [foot + int(np.argmax(ao[foot:] >= base + f * pulse)) for f in UPSTROKE_FRAC]
    return {
        "aortic_flow_peak_ml_s": float(flow.max()),
        "aortic_velocity_peak_m_s": float(r["JET_AORTIC"][first : first + n].max()),
        "closure_back_flow_ml": back,
        "notch_rise_mmhg": rise,
        "notch_present": float(rise >= NOTCH_MMHG),
        "upstroke_ms": 1000.0 * (marks[1] - marks[0]) / rate,
    }


def _atrial_waves(r: Recording, first: int, n: int, rate: float) -> dict[str, float]:
    """Return whether the left atrium shows a, x, v, y in order, and v against mitral opening."""
    la, flow = r["LA"], r["FLOW_MITRAL"]
    before = int(A_BEFORE_S * rate)
    # One cycle from 200 ms before the second onset to 200 ms before the third.
    start = first + n - before
    cycle = la[start : start + n]
    if cycle.size < n:
        start = first
        cycle = np.concatenate([la[first + n - before : first + n], la[first : first + n - before]])
        turned = np.concatenate(
            [flow[first + n - before : first + n], flow[first : first + n - before]]
        )
    else:
        turned = flow[start : start + n]
    a = int(cycle[: before + int(0.03 * rate)].argmax())
    opening = before + int(0.25 * n)
    opening += int(np.argmax(turned[opening:] > OPEN_FRAC * float(turned.max())))
    v = (
        a
        + int(0.08 * rate)
        + int(cycle[a + int(0.08 * rate) : opening + int(0.05 * rate)].argmax())
    )
    x = a + int(cycle[a : v + 1].argmin())
    y = v + int(cycle[v : min(v + int(0.3 * rate), n)].argmin())
    in_order = a < x < v < y and cycle[a] > cycle[x] < cycle[v] > cycle[y]
    return {
        "la_a_mmhg": float(cycle[a]),
        "la_x_mmhg": float(cycle[x]),
        "la_v_mmhg": float(cycle[v]),
        "la_y_mmhg": float(cycle[y]),
        "la_waves_in_order": float(bool(in_order)),
        "v_after_opening_ms": 1000.0 * (v - opening) / rate,
    }


def _loop(r: Recording, first: int, n: int, rate: float) -> dict[str, float]:
    """Return how far a left ventricular loop is from closing and the volume change of its sides."""
    _, stops = _open_span_s(r["FLOW_AORTIC"], first, first + int(0.7 * n), rate)
    closed = round(_closure_s(r["AO"], stops, rate) * rate) - first
    vol = r["VOL_LV"][first : first + n + 1]
    q_in, q_out = r["FLOW_MITRAL"][first : first + n], r["FLOW_AORTIC"][first : first + n]
    stroke = float(vol.max() - vol.min())
    out = np.flatnonzero(q_out > OPEN_FRAC * q_out.max())
    rise = vol[: int(out[0]) + 1]
    begin = int(0.3 * n)
    opened = begin + int(np.argmax(q_in[begin:] > OPEN_FRAC * q_in.max()))
    fall = vol[closed : opened + 1]
    return {
        "loop_gap_frac": abs(float(vol[-1] - vol[0])) / stroke if vol.size == n + 1 else math.nan,
        "contraction_change_frac": float(np.ptp(rise)) / stroke,
        "relaxation_change_frac": float(np.ptp(fall)) / stroke,
    }
