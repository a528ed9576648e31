"""The numbers that a laboratory would write down, read from the traces of whole beats."""

import math

import numpy as np
from numpy.typing import NDArray

from openvalve.hemodynamics._areas import (
    VALVES,
    continuity_area_cm2,
    gorlin_area_cm2,
    pressure_half_time_area_cm2,
)
from openvalve.hemodynamics._beats import Beats, Phase, cut_beats
from openvalve.hemodynamics._checks import check, one_of
from openvalve.hemodynamics._inflow import half_time_ms
from openvalve.hemodynamics._places import place_values
from openvalve.hemodynamics._pressures import (
    energy_loss_area_cm2,
    valve_resistance_dyn_s_cm5,
)
from openvalve.recording import Recording
from openvalve.units import Cm2

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
JOULE_PER_MMHG_ML = 133.322387415e-6


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

    - ``gradient_mean_mmhg``: catheter, upstream minus downstream over the open period.
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
    beats = cut_beats(recording)
    values: dict[str, float] = {"heart_rate_bpm": 60.0 / beats.beat_s}
    filling = _filling(beats)
    place_values(beats, filling, recording.notes.get("rhythm"), values)
    _flow_values(beats, values)
    if lvot_area_cm2 is not None and "FLOW_AORTIC" in beats:
        values["lvot_vti_cm"] = _forward_ml(beats, "FLOW_AORTIC") / lvot_area_cm2
    phases = {
        name: phase
        for name in ("aortic", "pulmonary")
        if (phase := _ejection(beats, name)) is not None
    } | filling
    _periods(phases, valve, values)
    if valve in phases:
        _gradient_values(beats, valve, phases[valve], values)
        _jet_values(beats, valve, phases[valve], values)
    _leak_values(beats, valve, values)
    _derived_values(valve, phases.get(valve), values, aorta_area_cm2)
    return {k: float(v) for k, v in values.items() if math.isfinite(v)}


def _open_threshold(flow: Samples) -> float:
    return 0.01 * max(float(flow.max()), 1e-6)


def _ejection(beats: Beats, valve: str) -> Phase | None:
    """Return the ejection of an outflow valve: by its flow, else by its pressures.

    Without flow the period is that of the reader: upstream above downstream, less 2 mmHg of
    downstream overshoot, in the first 70 % of the beat.
    """
    flow = f"FLOW_{valve.upper()}"
    if flow in beats:
        phase = beats.phase(beats[flow], _open_threshold(beats[flow]), rotated=False)
    else:
        up, down = SIDES[valve]
        if up not in beats or down not in beats:
            return None
        phase = beats.phase(beats[up] - beats[down], 0.0, rotated=False)
    return phase if phase.first.size else None


def _filling(beats: Beats) -> dict[str, Phase]:
    """Return the filling of the inflow valves: by their flow, else by their pressures."""
    phases = {}
    for valve in ("mitral", "tricuspid"):
        flow = f"FLOW_{valve.upper()}"
        up, down = SIDES[valve]
        if flow in beats:
            signal = beats.rotate(beats[flow])
            phase = beats.phase(signal, _open_threshold(signal), rotated=True)
        elif up in beats and down in beats:
            phase = beats.phase(beats.rotate(beats[up] - beats[down]), 0.0, rotated=True)
        else:
            continue
        if phase.first.size:
            phases[valve] = phase
    return phases


def _periods(phases: dict[str, Phase], valve: str, values: dict[str, float]) -> None:
    right = valve in ("pulmonary", "tricuspid")
    out, into = ("pulmonary", "tricuspid") if right else ("aortic", "mitral")
    if out in phases:
        values["ejection_period_s"] = phases[out].period_s
    if into in phases:
        values["filling_period_s"] = phases[into].period_s


def _forward_ml(beats: Beats, flow: str) -> float:
    return float(np.maximum(beats[flow], 0.0).sum()) / beats.rate_hz / beats.count


def _flow_values(beats: Beats, values: dict[str, float]) -> None:
    """Write output and stroke volume, net of any leak, of the aortic valve."""
    net = {
        name: float(beats[flow].sum()) / beats.rate_hz / beats.count
        for name in ("aortic", "pulmonary")
        if (flow := f"FLOW_{name.upper()}") in beats
    }
    if "aortic" in net:
        values["stroke_volume_ml"] = net["aortic"]
        values["cardiac_output_l_min"] = net["aortic"] * values["heart_rate_bpm"] / 1000.0
        if "pulmonary" in net and net["aortic"] > 0.0:
            values["qp_qs_ratio"] = net["pulmonary"] / net["aortic"]


def _gradient_values(beats: Beats, valve: str, phase: Phase, values: dict[str, float]) -> None:
    """Write the catheter's gradients of the treated valve."""
    up, down = SIDES[valve]
    if up not in beats or down not in beats:
        return
    drop = beats[up] - beats[down]
    seen = beats.rotate(drop) if phase.rotated else drop
    open_s = phase.period_s * phase.first.size
    values["gradient_mean_mmhg"] = float(seen @ phase.inside) / beats.rate_hz / open_s
    starts = beats.rotated_starts if phase.rotated else beats.starts
    # Outside the period a large negative number, so that its maximum never counts.
    values["gradient_peak_instant_catheter_mmhg"] = _mean_max(
        seen - 1e4 * (1.0 - phase.inside), starts
    )
    if valve in ("aortic", "pulmonary"):
        peaks = values[f"{up.lower()}_systolic_mmhg"]
        far = {"AO": "aortic_systolic_mmhg", "PA": "pa_systolic_mmhg"}[down]
        values["gradient_peak_to_peak_mmhg"] = peaks - values[far]
    if valve == "pulmonary" and "RVOT" in beats:
        below = _mean_max(beats["RVOT"], beats.starts)
        values["gradient_valvar_peak_to_peak_mmhg"] = below - values["pa_systolic_mmhg"]


def _mean_max(x: Samples, starts: NDArray[np.intp]) -> float:
    return float(np.maximum.reduceat(x, starts).mean())


def _jet_values(beats: Beats, valve: str, phase: Phase, values: dict[str, float]) -> None:
    """Write what Doppler reads from the jet of the treated valve."""
    jet = f"JET_{valve.upper()}"
    if jet not in beats:
        return
    v = beats.rotate(beats[jet]) if phase.rotated else beats[jet]
    v = np.maximum(v, 0.0) * phase.inside
    starts = beats.rotated_starts if phase.rotated else beats.starts
    peaks = np.maximum.reduceat(v, starts)
    values["velocity_peak_m_s"] = float(peaks.mean())
    values["gradient_peak_instant_mmhg"] = 4.0 * float(peaks @ peaks) / peaks.size
    open_samples = phase.period_s * phase.first.size * beats.rate_hz
    values["gradient_mean_doppler_mmhg"] = 4.0 * float(v @ v) / open_samples
    values["valve_vti_cm"] = 100.0 * float(v.sum()) / beats.rate_hz / beats.count
    if phase.rotated:
        half = half_time_ms(v, phase, beats.rate_hz, atrial_kick=beats.regular)
        if half is not None:
            values["pressure_half_time_ms"] = half


def _leak_values(beats: Beats, valve: str, values: dict[str, float]) -> None:
    """Write the leak of the treated valve; the few mL that close a valve are part of it."""
    flow = f"FLOW_{valve.upper()}"
    if flow not in beats:
        return
    forward = _forward_ml(beats, flow)
    back = forward - float(beats[flow].sum()) / beats.rate_hz / beats.count
    values["regurgitant_volume_ml"] = max(back, 0.0)
    if forward > 0.0:
        values["regurgitant_fraction_frac"] = max(back, 0.0) / forward
    outflow = f"FLOW_{OUTFLOW_OF[valve].upper()}"
    values["_forward_ml"] = _forward_ml(beats, outflow) if outflow in beats else forward
    up, down = SIDES[valve]
    if up in beats and down in beats:
        drop = beats[up] - beats[down]
        lost = float(drop @ np.maximum(beats[flow], 0.0)) / beats.rate_hz / beats.count
        values["valve_energy_loss_j"] = JOULE_PER_MMHG_ML * lost


def _derived_values(
    valve: str, phase: Phase | None, values: dict[str, float], aorta_area_cm2: Cm2 | None
) -> None:
    """Write the areas and the resistance that a reader computes from the numbers above."""
    forward = values.pop("_forward_ml", 0.0)
    output = values.get("cardiac_output_l_min", 0.0)
    gradient = values.get("gradient_mean_mmhg", 0.0)
    if phase is not None and output > 0.0 and gradient > LEAST_GRADIENT_MMHG:
        common = {
            "cardiac_output_l_min": output,
            "heart_rate_bpm": values["heart_rate_bpm"],
            "period_s": phase.period_s,
            "gradient_mean_mmhg": gradient,
        }
        values["valve_area_gorlin_cm2"] = gorlin_area_cm2(valve, **common)
        values["valve_resistance_dyn_s_cm5"] = valve_resistance_dyn_s_cm5(**common)
    vti = values.get("valve_vti_cm", 0.0)
    if forward > 0.0 and vti > 0.0:
        area = continuity_area_cm2(stroke_volume_ml=forward, valve_vti_cm=vti)
        values["valve_area_continuity_cm2"] = area
        if aorta_area_cm2 is not None and valve == "aortic" and area < aorta_area_cm2:
            values["energy_loss_area_cm2"] = energy_loss_area_cm2(
                area_effective_cm2=area, aorta_area_cm2=aorta_area_cm2
            )
    half = values.get("pressure_half_time_ms")
    if half is not None:
        values["valve_area_pht_cm2"] = pressure_half_time_area_cm2(
            valve, pressure_half_time_ms=half
        )
