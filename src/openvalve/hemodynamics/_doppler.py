"""Findings that a reader takes from Doppler envelopes, simulated or recorded."""

import math

import numpy as np
from numpy.typing import NDArray

from openvalve.hemodynamics._areas import (
    VALVES,
    continuity_area_cm2,
    pressure_half_time_area_cm2,
)
from openvalve.hemodynamics._beats import Beats, Phase, cut_beats
from openvalve.hemodynamics._checks import above, check, one_of
from openvalve.hemodynamics._inflow import KICK_S, _decay_samples
from openvalve.hemodynamics._measure import _jet_values, _put
from openvalve.recording import Recording
from openvalve.units import Cm, Ml

__all__ = ["doppler_findings"]

Samples = NDArray[np.float64]

LVOT = "VELOCITY_LVOT"
OPEN_FRAC = 0.05  # of the peak: an envelope below it is not traced, as readers begin at the rise
OPEN_LEAST_M_S = 0.15
LEAK_FRAC = 0.5  # of the peak of a leak: where its decay is read
LEAK_LEAST_M_S = 0.5  # slower backward flow is the closing of the valve, no jet
LEAK_LEAST_S = 0.08  # a shorter one is a closing click
MONOTONE_MARGIN = 1.03  # an atrial wave rises at least this much over where its window begins


def doppler_findings(
    recording: Recording,
    valve: str,
    *,
    lvot_cm: Cm | None = None,
    stroke_volume_ml: Ml | None = None,
) -> dict[str, float]:
    """Return every number that the envelopes allow; what cannot be read is left out.

    Parameters
    ----------
    recording : ``JET_<VALVE>`` and, for continuity, ``VELOCITY_LVOT``, in m/s, forward positive;
        with ventricular onsets.
    valve : aortic | mitral | pulmonary | tricuspid.
    lvot_cm : diameter of the outflow tract; with it ``VELOCITY_LVOT`` gives the stroke volume.
    stroke_volume_ml : known otherwise; used where the outflow tract was not looked at.

    Returns
    -------
    Keys of the patient file, and of Doppler alone:

    - ``heart_rate_bpm``, ``velocity_peak_m_s``, ``gradient_peak_instant_mmhg``,
      ``gradient_mean_doppler_mmhg``, ``valve_vti_cm``; outflow valves ``ejection_period_s``,
      inflow valves ``filling_period_s``, ``pressure_half_time_ms``, ``valve_area_pht_cm2``.
    - ``e_velocity_m_s``; in regular beats with an atrial wave ``a_velocity_m_s``, ``e_a_ratio``.
    - ``lvot_vti_cm``, ``stroke_volume_ml``, ``valve_area_continuity_cm2``.
    - of a leak: ``regurgitant_velocity_peak_m_s``, ``regurgitant_vti_cm``; aortic or pulmonary
      ``regurgitant_half_time_ms``.

    Equation
    --------
    4 v^2 for drops; VTI = integral of v; areas: SV/VTI, 220/PHT (mitral), 190/PHT (tricuspid).

    Raises
    ------
    InputError : an unknown valve, an impossible diameter or volume, no whole beat.
    """
    check(
        one_of("valve", valve, VALVES),
        None if lvot_cm is None else above("lvot_cm", lvot_cm, 0.0, 5.0),
        None
        if stroke_volume_ml is None
        else above("stroke_volume_ml", stroke_volume_ml, 0.0, 400.0),
    )
    jet = f"JET_{valve.upper()}"
    beats = cut_beats(recording, (jet, LVOT))
    values: dict[str, float] = {"heart_rate_bpm": 60.0 / beats.beat_s}
    volume = _outflow_tract(beats, lvot_cm, values)
    if volume is None:
        volume = stroke_volume_ml
    if jet not in beats:
        return values
    inflow = valve in ("mitral", "tricuspid")
    signal = beats.turned(jet) if inflow else beats[jet]
    forward = np.maximum(signal, 0.0)
    threshold = max(OPEN_LEAST_M_S, OPEN_FRAC * float(forward.max(initial=0.0)))
    phase = beats.phase(forward, threshold, turned=inflow)
    if phase is not None:
        values["filling_period_s" if inflow else "ejection_period_s"] = phase.period_s
        _jet_values(beats, valve, phase, values)
        if inflow:
            _waves(forward, phase, beats, values)
    _leak(beats, valve, np.maximum(-beats[jet], 0.0), values)
    _areas(valve, volume, values)
    return {k: v for k, v in values.items() if math.isfinite(v)}


def _outflow_tract(beats: Beats, lvot_cm: Cm | None, values: dict[str, float]) -> Ml | None:
    """Write the outflow tract's integral; return the stroke volume where its width is known."""
    if LVOT not in beats:
        return None
    v = beats[LVOT]
    ahead = sum(float(np.maximum(v[a:b], 0.0).sum()) for a, b in beats.systolic_windows())
    vti = 100.0 * ahead / beats.rate_hz / beats.count
    values["lvot_vti_cm"] = vti
    if lvot_cm is None:
        return None
    volume = 0.25 * math.pi * lvot_cm**2 * vti
    values["stroke_volume_ml"] = volume
    return volume


def _waves(forward: Samples, phase: Phase, beats: Beats, values: dict[str, float]) -> None:
    """Write the early and, where one rises from the decay, the atrial wave of the filling."""
    early, late = [], []
    for first, after in phase.spans:
        kick = min(int(KICK_S * beats.rate_hz), (after - first) // 3)
        turn = after - kick
        early.append(float(forward[first : max(turn, first + 1)].max()))
        wave = forward[turn:after]
        if kick > 1 and float(wave.max()) > MONOTONE_MARGIN * float(wave[0]):
            late.append(float(wave.max()))
    values["e_velocity_m_s"] = sum(early) / len(early)
    if beats.regular and len(late) == len(early):
        values["a_velocity_m_s"] = sum(late) / len(late)
        values["e_a_ratio"] = values["e_velocity_m_s"] / values["a_velocity_m_s"]


def _leak(beats: Beats, valve: str, backward: Samples, values: dict[str, float]) -> None:
    """Write peak, integral and, of an outflow valve, the half-time of the backward jet."""
    peaks, integrals, halves = [], [], []
    for a, b in zip(beats.edges, beats.edges[1:], strict=False):
        v = backward[a:b]
        seen = v > LEAK_LEAST_M_S
        if int(seen.sum()) < LEAK_LEAST_S * beats.rate_hz:
            continue
        peaks.append(float(v.max()))
        integrals.append(100.0 * float(v[seen].sum()) / beats.rate_hz)
        decay = v[int(v.argmax()) :]
        below = decay < LEAK_FRAC * peaks[-1]
        samples = _decay_samples(decay[: int(below.argmax()) or decay.shape[0]], beats.rate_hz)
        if samples is not None:
            halves.append(1000.0 * samples / beats.rate_hz)
    if not peaks:
        return
    values["regurgitant_velocity_peak_m_s"] = sum(peaks) / len(peaks)
    values["regurgitant_vti_cm"] = sum(integrals) / len(integrals)
    if valve in ("aortic", "pulmonary") and halves:
        values["regurgitant_half_time_ms"] = sum(halves) / len(halves)


def _areas(valve: str, volume: Ml | None, values: dict[str, float]) -> None:
    vti, half = values.get("valve_vti_cm"), values.get("pressure_half_time_ms")
    if volume is not None and vti is not None:
        _put(
            values,
            "valve_area_continuity_cm2",
            lambda: continuity_area_cm2(stroke_volume_ml=volume, valve_vti_cm=vti),
        )
    if half is not None:
        _put(
            values,
            "valve_area_pht_cm2",
            lambda: pressure_half_time_area_cm2(valve, pressure_half_time_ms=half),
        )
