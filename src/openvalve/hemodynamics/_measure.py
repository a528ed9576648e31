"""The numbers that a laboratory would write down, read from the traces of whole beats."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import InputError
from openvalve.hemodynamics._areas import (
    VALVES,
    continuity_area_cm2,
    gorlin_area_cm2,
    pressure_half_time_area_cm2,
)
from openvalve.hemodynamics._beats import OPEN_FRAC, Beats, Phase, cut_beats
from openvalve.hemodynamics._checks import check, one_of
from openvalve.hemodynamics._inflow import half_time_ms
from openvalve.hemodynamics._places import JOULE_PER_MMHG_ML, place_values
from openvalve.hemodynamics._pressures import (
    energy_loss_area_cm2,
    valve_resistance_dyn_s_cm5,
)
from openvalve.recording import Recording
from openvalve.units import Cm2, Ml

__all__ = ["measure"]

Samples = NDArray[np.float64]

# Pressures up- and downstream of each valve. Pulmonary: across valve and infundibulum together,
# as a pull-back reads it.
SIDES = {
    "aortic": ("LV", "AO"),
    "mitral": ("LA", "LV"),
    "pulmonary": ("RV", "PA"),
    "tricuspid": ("RA", "RV"),
}
OUTFLOW_OF = {
    "aortic": "aortic",
    "mitral": "aortic",
    "pulmonary": "pulmonary",
    "tricuspid": "pulmonary",
}
LEAST_GRADIENT_MMHG = 0.05  # below this no area is computed from a gradient
PLACES = ("LV", "AO", "ART", "LA", "PCW", "RA", "RV", "RVOT", "PA", "VOL_LV", "VOL_RV", "VOL_LA")
FLOWS = tuple(f"FLOW_{valve.upper()}" for valve in VALVES)


def measure(
    recording: Recording,
    valve: str,
    *,
    lvot_area_cm2: Cm2 | None = None,
    aorta_area_cm2: Cm2 | None = None,
) -> dict[str, float]:
    """Return every number of the contract that the channels of a recording allow.

    Averages over the whole beats between the first and the last ventricular onset. A number whose
    channels are missing, or that cannot be read, is left out; nothing in the result is NaN.

    Parameters
    ----------
    recording : pressures in mmHg (``LV AO LA RA RV PA PCW ART RVOT``), volumes in mL
        (``VOL_LV VOL_LA VOL_RV``), flows in mL/s (``FLOW_<VALVE>``), jets in m/s
        (``JET_<VALVE>``); any subset; simulated or recorded.
    valve : the valve that gradients, areas and leaks are of.
    lvot_area_cm2 : area of the outflow tract, for ``lvot_vti_cm``.
    aorta_area_cm2 : area of the ascending aorta, for ``energy_loss_area_cm2``.

    Returns
    -------
    Key to value, among them:

    - ``gradient_mean_mmhg``: catheter, the area between the two curves while the upstream one is
      above, over that time, as it is planimetered. (Flow goes on for some 30 ms after the
      crossover, by its inertia: ``ejection_period_s`` and ``filling_period_s`` are the flow's,
      ``gradient_period_s`` is the reader's, and that of Gorlin's formula.)
    - ``gradient_peak_to_peak_mmhg``: difference of the systolic peaks.
    - ``gradient_peak_instant_mmhg``, ``velocity_peak_m_s``, ``gradient_mean_doppler_mmhg``,
      ``valve_vti_cm``: Doppler, from the jet, 4 v^2.
    - ``gradient_peak_instant_catheter_mmhg``: largest catheter drop in the open period.
    - ``lv_end_diastolic_mmhg``: at the ventricular onset (the R wave), averaged over beats.
    - ``valve_area_gorlin_cm2``: as a reader does, from net output, rate, period, mean gradient.
    - ``valve_area_continuity_cm2``: forward volume of the outflow tract over the jet's integral.
    - ``pressure_half_time_ms``: from the decay of the early filling jet.

    Raises
    ------
    InputError : an unknown valve, or no whole beat.
    """
    check(one_of("valve", valve, VALVES))
    beats = cut_beats(recording, (*PLACES, *FLOWS, f"JET_{valve.upper()}"))
    values: dict[str, float] = {"heart_rate_bpm": 60.0 / beats.beat_s}
    phases = _phases(beats)
    place_values(beats, phases, recording.notes.get("rhythm"), values)
    _flow_values(beats, values)
    if lvot_area_cm2 is not None and "FLOW_AORTIC" in beats:
        values["lvot_vti_cm"] = _forward_ml(beats, "FLOW_AORTIC") / lvot_area_cm2
    _periods(phases, valve, values)
    phase = phases.get(valve)
    if phase is not None:
        _gradient_values(beats, valve, phase, values)
        _jet_values(beats, valve, phase, values)
    _leak_values(beats, valve, values)
    _derived_values(beats, valve, phase, values, aorta_area_cm2)
    return {k: v for k, v in values.items() if math.isfinite(v)}


def _phases(beats: Beats) -> dict[str, Phase]:
    """Return when each valve is open: by its flow, else by the pressures on its two sides.

    By flow the period runs from the first to the last sample above 1 % of the peak. By pressures
    it is the reader's, from the first to the last sample with the upstream pressure above.
    """
    phases = {}
    for valve, (up, down) in SIDES.items():
        flow = f"FLOW_{valve.upper()}"
        turned = valve in ("mitral", "tricuspid")
        if flow in beats:
            signal = beats.turned(flow) if turned else beats[flow]
            threshold = OPEN_FRAC * max(beats.peaks[flow], 1e-6)
        elif up in beats and down in beats:
            signal = _drop(beats, up, down, turned=turned)
            threshold = 0.0
        else:
            continue
        phase = beats.phase(signal, threshold, turned=turned)
        if phase is not None:
            phases[valve] = phase
    return phases


def _drop(beats: Beats, up: str, down: str, *, turned: bool) -> Samples:
    if turned:
        return beats.turned(up) - beats.turned(down)
    return beats[up] - beats[down]


def _periods(phases: dict[str, Phase], valve: str, values: dict[str, float]) -> None:
    right = valve in ("pulmonary", "tricuspid")
    out, into = ("pulmonary", "tricuspid") if right else ("aortic", "mitral")
    if out in phases:
        values["ejection_period_s"] = phases[out].period_s
    if into in phases:
        values["filling_period_s"] = phases[into].period_s


def _per_beat(beats: Beats, total: float) -> float:
    """Return a sum over all samples as an integral over time, per beat."""
    return total / beats.rate_hz / beats.count


def _forward_ml(beats: Beats, flow: str) -> Ml:
    return _per_beat(beats, float(np.maximum(beats[flow], 0.0).sum()))


def _flow_values(beats: Beats, values: dict[str, float]) -> None:
    """Write output and stroke volume, net of any leak, of the aortic valve."""
    if "FLOW_AORTIC" not in beats:
        return
    minute = 60.0 / 1000.0
    net = beats.means["FLOW_AORTIC"]
    values["cardiac_output_l_min"] = net * minute
    values["stroke_volume_ml"] = net * beats.beat_s
    if "FLOW_PULMONARY" in beats and net > 0.0:
        values["qp_qs_ratio"] = beats.means["FLOW_PULMONARY"] / net


def _gradient_values(beats: Beats, valve: str, phase: Phase, values: dict[str, float]) -> None:
    """Write the catheter's gradients of the treated valve."""
    up, down = SIDES[valve]
    if up not in beats or down not in beats:
        return
    drop = _drop(beats, up, down, turned=phase.turned)
    inside = [drop[a:b] for a, b in phase.spans]
    area = sum(float(np.maximum(x, 0.0).sum()) for x in inside)
    above = max(sum(_span_above(x) for x in inside), 1)
    values["gradient_mean_mmhg"] = area / above
    values["gradient_period_s"] = above / beats.rate_hz / len(inside)
    peaks = [float(x.max()) for x in inside]
    values["gradient_peak_instant_catheter_mmhg"] = sum(peaks) / len(peaks)
    if not phase.turned:
        values["gradient_peak_to_peak_mmhg"] = beats.peaks[up] - beats.peaks[down]
    if valve == "pulmonary" and "RVOT" in beats:
        values["gradient_valvar_peak_to_peak_mmhg"] = beats.peaks["RVOT"] - beats.peaks["PA"]


def _span_above(drop: Samples) -> int:
    """Return the samples from the first to the last crossing of two curves in one open period."""
    above = np.flatnonzero(drop > 0.0)
    return int(above[-1] - above[0]) + 1 if above.size else 0


def _jet_values(beats: Beats, valve: str, phase: Phase, values: dict[str, float]) -> None:
    """Write what Doppler reads from the jet of the treated valve."""
    jet = f"JET_{valve.upper()}"
    if jet not in beats:
        return
    v = np.maximum(beats.turned(jet) if phase.turned else beats[jet], 0.0)
    inside = [v[a:b] for a, b in phase.spans]
    peaks = [float(x.max()) for x in inside]
    values["velocity_peak_m_s"] = sum(peaks) / len(peaks)
    values["gradient_peak_instant_mmhg"] = 4.0 * sum(p * p for p in peaks) / len(peaks)
    open_samples = phase.period_s * len(phase.spans) * beats.rate_hz
    values["gradient_mean_doppler_mmhg"] = 4.0 * sum(float(x @ x) for x in inside) / open_samples
    values["valve_vti_cm"] = 100.0 * _per_beat(beats, sum(float(x.sum()) for x in inside))
    if phase.turned:
        half = half_time_ms(v, phase, beats.rate_hz, atrial_kick=beats.regular)
        if half is not None:
            values["pressure_half_time_ms"] = half


def _leak_values(beats: Beats, valve: str, values: dict[str, float]) -> None:
    """Write the leak of the treated valve; the few mL that close a valve are part of it."""
    flow = f"FLOW_{valve.upper()}"
    if flow not in beats:
        return
    ahead = np.maximum(beats[flow], 0.0)
    forward = _per_beat(beats, float(ahead.sum()))
    back = max(forward - _per_beat(beats, beats.means[flow] * beats.size), 0.0)
    values["regurgitant_volume_ml"] = back
    if forward > 0.0:
        values["regurgitant_fraction_frac"] = back / forward
    up, down = SIDES[valve]
    if up in beats and down in beats:
        lost = _per_beat(beats, float((beats[up] - beats[down]) @ ahead))
        values["valve_energy_loss_j"] = JOULE_PER_MMHG_ML * lost


def _derived_values(
    beats: Beats,
    valve: str,
    phase: Phase | None,
    values: dict[str, float],
    aorta_area_cm2: Cm2 | None,
) -> None:
    """Write the areas and the resistance that a reader computes from the numbers above."""
    if phase is not None and values.get("gradient_mean_mmhg", 0.0) > LEAST_GRADIENT_MMHG:
        common = {
            "cardiac_output_l_min": values.get("cardiac_output_l_min", 0.0),
            "heart_rate_bpm": values["heart_rate_bpm"],
            "period_s": values["gradient_period_s"],
            "gradient_mean_mmhg": values["gradient_mean_mmhg"],
        }
        _put(values, "valve_area_gorlin_cm2", lambda: gorlin_area_cm2(valve, **common))
        _put(values, "valve_resistance_dyn_s_cm5", lambda: valve_resistance_dyn_s_cm5(**common))
    flow = f"FLOW_{OUTFLOW_OF[valve].upper()}"
    flow = flow if flow in beats else f"FLOW_{valve.upper()}"
    if flow in beats and "valve_vti_cm" in values:
        forward, vti = _forward_ml(beats, flow), values["valve_vti_cm"]
        _put(
            values,
            "valve_area_continuity_cm2",
            lambda: continuity_area_cm2(stroke_volume_ml=forward, valve_vti_cm=vti),
        )
    area = values.get("valve_area_continuity_cm2")
    if aorta_area_cm2 is not None and area is not None and valve == "aortic":
        _put(
            values,
            "energy_loss_area_cm2",
            lambda: energy_loss_area_cm2(area_effective_cm2=area, aorta_area_cm2=aorta_area_cm2),
        )
    half = values.get("pressure_half_time_ms")
    if half is not None:
        _put(
            values,
            "valve_area_pht_cm2",
            lambda: pressure_half_time_area_cm2(valve, pressure_half_time_ms=half),
        )


def _put(values: dict[str, float], key: str, formula: Callable[[], float]) -> None:
    """Write what a formula gives; leave it out where the traces are beyond its inputs."""
    try:
        values[key] = formula()
    except InputError:
        return
