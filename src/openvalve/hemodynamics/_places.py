"""Pressures and volumes of each place, averaged over whole beats."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvalve.hemodynamics._beats import Beats, Phase

__all__ = ["JOULE_PER_MMHG_ML", "place_values"]

JOULE_PER_MMHG_ML = 133.322387415e-6

A_WAVE_BEFORE_S = 0.20  # before the ventricular onset: PR interval of 0.12 to 0.20 s
A_WAVE_AFTER_S = 0.03  # after it, before the c wave
V_WAVE_AFTER_S = 0.04  # after the inflow valve opens
V_WAVE_LATEST_FRAC = 0.45  # of sqrt(RR in s): the T wave is over, where no opening is known


def place_values(
    beats: Beats, filling: dict[str, Phase], rhythm: Any, values: dict[str, float]
) -> None:
    """Write the pressures and volumes of every place that has a channel.

    Parameters
    ----------
    beats : whole beats.
    filling : the open periods of the inflow valves.
    rhythm : name of the rhythm where known; else regular beats are taken to have an a wave.
    values : written in place.
    """
    for channel, name in (("AO", "aortic"), ("ART", "cuff"), ("PA", "pa")):
        if channel in beats:
            values[f"{name}_systolic_mmhg"] = beats.peaks[channel]
            values[f"{name}_diastolic_mmhg"] = beats.lows[channel]
            values[f"{name}_mean_mmhg"] = beats.means[channel]
    _ventricles(beats, values)
    kicks = beats.regular if rhythm is None else rhythm != "atrial_fibrillation"
    _atrium(beats, "LA", "la", filling.get("mitral"), kicks, values)
    _atrium(beats, "RA", "ra", filling.get("tricuspid"), kicks, values)
    if "PCW" in beats:
        _atrium(beats, "PCW", "pcw", filling.get("mitral"), kicks, values)
    else:
        # The wedge shows the left atrium; its delay and damping are the line's, not the body's.
        for key in ("mean", "v_wave", "a_wave"):
            if f"la_{key}_mmhg" in values:
                values[f"pcw_{key}_mmhg"] = values[f"la_{key}_mmhg"]
    _volumes(beats, values)


def _ventricles(beats: Beats, values: dict[str, float]) -> None:
    for channel, name in (("LV", "lv"), ("RV", "rv")):
        if channel in beats:
            x = beats[channel]
            values[f"{name}_systolic_mmhg"] = beats.peaks[channel]
            onsets = [float(x[a]) for a in beats.edges[:-1]]
            values[f"{name}_end_diastolic_mmhg"] = sum(onsets) / beats.count
    if "LV" in beats:
        x = beats["LV"]
        rise = x[2:] - x[:-2]
        steepest = [float(rise[a : b - 2].max()) for a, b in beats.systolic_windows()]
        values["lv_dpdt_max_mmhg_s"] = 0.5 * beats.rate_hz * sum(steepest) / beats.count
    if "RV" in beats and "RVOT" in beats:
        drop = beats.peaks["RV"] - beats.peaks["RVOT"]
        values["rv_infundibular_gradient_mmhg"] = max(drop, 0.0)


def _atrium(
    beats: Beats,
    channel: str,
    name: str,
    filling: Phase | None,
    kicks: bool,
    values: dict[str, float],
) -> None:
    if channel not in beats:
        return
    x = beats.turned(channel)
    values[f"{name}_mean_mmhg"] = beats.means[channel]
    v_wave = [float(x[a:b].max()) for a, b in _v_windows(beats, filling)]
    values[f"{name}_v_wave_mmhg"] = sum(v_wave) / len(v_wave)
    if kicks:
        a_wave = [float(x[a:b].max()) for a, b in _a_windows(beats)]
        values[f"{name}_a_wave_mmhg"] = sum(a_wave) / len(a_wave)


def _v_windows(beats: Beats, filling: Phase | None) -> list[tuple[int, int]]:
    """Return where v waves are: from mid systole until shortly after the inflow valve opens."""
    if filling is not None and len(filling.spans) == beats.count:
        after = max(1, int(V_WAVE_AFTER_S * beats.rate_hz))
        begins = beats.fillings[:-1]
        return [(a, b + after) for a, (b, _) in zip(begins, filling.spans, strict=True)]
    latest = int(V_WAVE_LATEST_FRAC * beats.beat_s**0.5 * beats.rate_hz)
    turn = beats.systole[0]
    return [
        (begin, max(begin + 2, min(a + latest, int(0.8 * b + 0.2 * a)) - turn))
        for begin, a, b in zip(beats.fillings, beats.edges, beats.edges[1:], strict=False)
    ]


def _a_windows(beats: Beats) -> list[tuple[int, int]]:
    """Return where a waves are: around each ventricular onset, the first counted at the end."""
    before = int(A_WAVE_BEFORE_S * beats.rate_hz)
    after = int(A_WAVE_AFTER_S * beats.rate_hz) + 1
    turn = beats.systole[0]
    return [(max(0, o - turn - before), o - turn + after) for o in beats.edges[1:]]


def _volumes(beats: Beats, values: dict[str, float]) -> None:
    for chamber, name in (("LV", "lv"), ("RV", "rv")):
        channel = f"VOL_{chamber}"
        if channel not in beats:
            continue
        full, empty = beats.filling_peaks[channel], beats.filling_lows[channel]
        values[f"{name}_end_diastolic_volume_ml"] = full
        values[f"{name}_end_systolic_volume_ml"] = empty
        if full > 0.0:
            values[f"{name}_ejection_frac"] = (full - empty) / full
        if chamber in beats:
            work = _loop_area_mmhg_ml(beats[chamber], beats[channel]) / beats.count
            values[f"{name}_stroke_work_j"] = JOULE_PER_MMHG_ML * work
    if "VOL_LA" in beats:
        values["la_volume_ml"] = beats.filling_peaks["VOL_LA"]


def _loop_area_mmhg_ml(pressure: NDArray[np.float64], volume: NDArray[np.float64]) -> float:
    """Return the area inside pressure-volume loops, closed from the end to the start.

    Equation
    --------
    W = -sum (p_i + p_i+1) / 2 (v_i+1 - v_i) = -sum p_i (v_i+1 - v_i-1) / 2, cyclic; positive when
    the loop runs counter-clockwise.
    """
    inner = float(pressure[1:-1] @ (volume[2:] - volume[:-2]))
    first = float(pressure[0]) * float(volume[1] - volume[-1])
    last = float(pressure[-1]) * float(volume[0] - volume[-2])
    return -0.5 * (inner + first + last)
