"""Pressures and volumes of each place, averaged over whole beats."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvalve.hemodynamics._beats import Beats, Phase

__all__ = ["place_values"]

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
    _vessel(beats, "AO", "aortic", values)
    _vessel(beats, "ART", "cuff", values)
    _vessel(beats, "PA", "pa", values)
    _ventricles(beats, values)
    if "LV" in beats:
        steepest = np.maximum.reduceat(np.gradient(beats["LV"]), beats.starts).mean()
        values["lv_dpdt_max_mmhg_s"] = steepest * beats.rate_hz
    kicks = beats.regular if rhythm is None else rhythm != "atrial_fibrillation"
    _atrium(beats, "LA", "la", filling.get("mitral"), kicks, values)
    _atrium(beats, "RA", "ra", filling.get("tricuspid"), kicks, values)
    source = "PCW" if "PCW" in beats else "LA"
    _atrium(beats, source, "pcw", filling.get("mitral"), kicks, values)
    _volumes(beats, values)


def _vessel(beats: Beats, channel: str, name: str, values: dict[str, float]) -> None:
    if channel not in beats:
        return
    x = beats[channel]
    values[f"{name}_systolic_mmhg"] = np.maximum.reduceat(x, beats.starts).mean()
    values[f"{name}_diastolic_mmhg"] = np.minimum.reduceat(x, beats.starts).mean()
    values[f"{name}_mean_mmhg"] = x.mean()


def _ventricles(beats: Beats, values: dict[str, float]) -> None:
    for channel, name in (("LV", "lv"), ("RV", "rv")):
        if channel in beats:
            x = beats[channel]
            values[f"{name}_systolic_mmhg"] = np.maximum.reduceat(x, beats.starts).mean()
            values[f"{name}_end_diastolic_mmhg"] = x[beats.starts].mean()
    if "RV" in beats and "RVOT" in beats:
        below = np.maximum.reduceat(beats["RVOT"], beats.starts).mean()
        values["rv_infundibular_gradient_mmhg"] = max(
            float(values["rv_systolic_mmhg"] - below), 0.0
        )


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
    x = beats[channel]
    values[f"{name}_mean_mmhg"] = x.mean()
    turned = beats.rotate(x)
    v_wave = [float(turned[a:b].max()) for a, b in _v_windows(beats, filling)]
    values[f"{name}_v_wave_mmhg"] = sum(v_wave) / len(v_wave)
    if kicks:
        a_wave = [float(turned[a:b].max()) for a, b in _a_windows(beats)]
        values[f"{name}_a_wave_mmhg"] = sum(a_wave) / len(a_wave)


def _v_windows(beats: Beats, filling: Phase | None) -> list[tuple[int, int]]:
    """Return where v waves are: from mid systole until shortly after the inflow valve opens."""
    begins = beats.rotated_starts.tolist()
    if filling is not None and filling.first.size == beats.count:
        after = max(1, int(V_WAVE_AFTER_S * beats.rate_hz))
        return [(a, b + after) for a, b in zip(begins, filling.first.tolist(), strict=True)]
    latest = int(V_WAVE_LATEST_FRAC * np.sqrt(beats.beat_s) * beats.rate_hz)
    return [
        (a, max(a + 2, onset + min(latest, int(0.8 * n)) - int(beats.systole[0])))
        for a, onset, n in zip(begins, beats.starts.tolist(), beats.length.tolist(), strict=True)
    ]


def _a_windows(beats: Beats) -> list[tuple[int, int]]:
    """Return where a waves are: around each ventricular onset but the first, and the end."""
    before = int(A_WAVE_BEFORE_S * beats.rate_hz)
    after = int(A_WAVE_AFTER_S * beats.rate_hz) + 1
    onsets = [*(int(s) for s in beats.starts[1:]), beats.size]
    shift = int(beats.systole[0])
    return [(max(0, o - shift - before), o - shift + after) for o in onsets]


def _volumes(beats: Beats, values: dict[str, float]) -> None:
    for chamber, name in (("LV", "lv"), ("RV", "rv")):
        channel = f"VOL_{chamber}"
        if channel not in beats:
            continue
        volume = beats[channel]
        turned = beats.rotate(volume)
        end_diastolic = np.maximum.reduceat(turned, beats.rotated_starts).mean()
        end_systolic = np.minimum.reduceat(turned, beats.rotated_starts).mean()
        values[f"{name}_end_diastolic_volume_ml"] = end_diastolic
        values[f"{name}_end_systolic_volume_ml"] = end_systolic
        if end_diastolic > 0.0:
            values[f"{name}_ejection_frac"] = (end_diastolic - end_systolic) / end_diastolic
        if chamber in beats:
            values[f"{name}_stroke_work_j"] = _loop_area_j(beats, beats[chamber], volume)
    if "VOL_LA" in beats:
        turned = beats.rotate(beats["VOL_LA"])
        values["la_volume_ml"] = np.maximum.reduceat(turned, beats.rotated_starts).mean()


def _loop_area_j(beats: Beats, pressure: NDArray[np.float64], volume: NDArray[np.float64]) -> float:
    """Return the area of the pressure-volume loops, closed end to start, per beat."""
    middle = 0.5 * (pressure + np.concatenate((pressure[1:], pressure[:1])))
    change = np.concatenate((volume[1:], volume[:1])) - volume
    return -JOULE_PER_MMHG_ML * float(middle @ change) / beats.count
