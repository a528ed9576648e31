"""Section 4, model against analysis: steady orifice, areas returned by their own formulas."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from openvalve.circulation import HEAD_FACTOR, Branch, CirculationParams, Coronaries, State
from openvalve.circulation._orifice import AreaFraction, orifice_flow
from openvalve.circulation._packed import PackedOrifice, pack
from openvalve.heart import COLUMNS, build_circulation
from openvalve.heart._kernel import advance
from openvalve.heart._simulate import NO_INPUTS, TICK_S, patient_buffer, raise_failure
from openvalve.hemodynamics import energy_loss_area_cm2, measure
from openvalve.validation._acceptance_types import Measured, curve
from openvalve.validation._circulation_hearts import adult, settled, with_area
from openvalve.validation._circulation_types import CirculationSettings

__all__ = ["decay", "gorlin", "steady", "windkessel"]

Samples = NDArray[np.float64]

STEP_S = 2e-4
STEADY_STEP_S, STEADY_STEPS = 0.02, 66
NO_EVENTS = np.empty((0, 4))
ENDLESS_ML_MMHG = 1e9  # veins that never fill
STEADY = (("a10_q250", 1.0, 250.0), ("a07_q250", 0.7, 250.0), ("a10_q150", 1.0, 150.0))


def _mitral(area_cm2: float, step_s: float) -> PackedOrifice:
    """Return the model's mitral valve of an area, as its kernel reads it."""
    return pack(build_circulation(with_area(adult(), "mitral", area_cm2)), step_s).mitral


def _steady_drop_mmhg(area_cm2: float, flow_ml_s: float) -> float:
    """Return the drop at which the model's valve carries a steady flow, by bisection."""
    packed = _mitral(area_cm2, STEADY_STEP_S)
    opened = AreaFraction(1.0, area_cm2, 1.0)
    low, high = 0.0, 200.0
    for _ in range(60):
        drop = 0.5 * (low + high)
        q = flow_ml_s
        for _ in range(STEADY_STEPS):
            q = orifice_flow(opened, packed, q, drop, 0.0, 0.0)
        low, high = (drop, high) if q < flow_ml_s else (low, drop)
    return 0.5 * (low + high)


def steady(settings: CirculationSettings) -> Measured:
    """Return the steady drop across the model's valve, its viscous part included."""
    found = {}
    for name, area, flow in STEADY:
        found[f"{name}_mmhg"] = _steady_drop_mmhg(area, flow)
    flows = np.linspace(50.0, 400.0, 15)
    drops = [_steady_drop_mmhg(1.0, float(q)) for q in flows]
    return Measured(values=found, curves={"A 1.0": curve(flows, drops)})


def gorlin(settings: CirculationSettings) -> Measured:
    """Return areas computed back from the traces of an aortic stenosis of 1.0 cm2 over the true."""
    heart = with_area(adult(), "aortic", 1.0)
    recording = settled(heart, record=2)
    aorta_cm2 = math.pi / 400.0 * heart.aorta_mm**2
    true = energy_loss_area_cm2(area_effective_cm2=1.0, aorta_area_cm2=aorta_cm2)
    values = measure(recording, "aortic")
    n = round(float(recording.beats_s[1] - recording.beats_s[0]) * recording.rate_hz)
    flow = recording["FLOW_AORTIC"][:n]
    drop = recording["LV"][:n] - recording["AO"][:n]
    ahead = flow > 0.01 * flow.max()
    root = np.sqrt(np.maximum(drop[ahead], 0.0))
    constant = 1.0 / math.sqrt(HEAD_FACTOR)
    area = float(flow[ahead].sum()) / (constant * float(root.sum()))
    mean_flow = float(flow[ahead].mean())
    averaged = mean_flow / (constant * math.sqrt(float(np.maximum(drop[ahead], 0.0).mean())))
    return Measured(
        values={
            "energy_loss_ratio": area / true,
            "continuity_ratio": values["valve_area_continuity_cm2"] / 1.0,
            "averaging_ratio": averaged / area,
            "reader_ratio": values["valve_area_gorlin_cm2"] / true,
        },
        curves={
            "flow": curve(1e3 * recording.time_s[:n], flow),
            "drop": curve(1e3 * recording.time_s[:n], drop),
        },
    )


def _decay_heads_mmhg(area_cm2: float, net_ml_mmhg: float, first_mmhg: float) -> Samples:
    """Return the head of the jet while two constant compliances equalise through a mitral valve.

    The valve is the model's, already open, and the blood already moving as it does once the early
    acceleration is over, which the closed form does not know. While the flow falls steadily, at
    k^2/(2 Cn), its inertia adds L k^2/(2 Cn) to the drop: the head is a parabola of the same slope,
    a little higher.
    """
    packed = _mitral(area_cm2, STEP_S)
    opened = AreaFraction(1.0, area_cm2, 1.0)
    k = area_cm2 / math.sqrt(HEAD_FACTOR)
    inertance = STEP_S / (packed.gain * area_cm2)
    q = k * math.sqrt(first_mmhg)
    drop = first_mmhg - inertance * k * k / (2.0 * net_ml_mmhg)
    heads = [first_mmhg]
    for _ in range(round(3.0 / STEP_S)):
        q = orifice_flow(opened, packed, q, drop, 0.0, 0.0)
        drop -= STEP_S * q / net_ml_mmhg
        heads.append((q / k) ** 2)
        if q <= 0.0:
            break
    return np.array(heads)


def _half_time_s(heads: Samples) -> tuple[float, float]:
    """Return the time in which the head halves, and the head it began with."""
    below = np.flatnonzero(heads <= 0.5 * heads[0])
    return float(below[0]) * STEP_S, float(heads[0])


def decay(settings: CirculationSettings) -> Measured:
    """Return half-times and shape of the transmitral decay against the parabola."""
    errors, fits = [], []
    cases = (
        (1.0, 5.0, 14.0),
        (1.0, 8.0, 10.0),
        (1.5, 6.0, 12.0),
        (2.0, 10.0, 8.0),
        (0.7, 4.0, 16.0),
    )
    for area, net, first in cases:
        half, head = _half_time_s(_decay_heads_mmhg(area, net, first))
        errors.append(abs(half / (0.01168 * net * math.sqrt(head) / area) - 1.0))
    for area in (0.3, 1.0, 3.0):
        for first in (2.4, 14.2):
            for net in (16.0, 29.0):
                heads = _decay_heads_mmhg(area, net, first)
                tail = heads[heads > 0.05 * heads[0]]
                t = np.arange(tail.size, dtype=np.float64)
                parabola = np.polyval(np.polyfit(t, tail, 2), t)
                fits.append(float(np.corrcoef(parabola, tail)[0, 1]))
    heads = _decay_heads_mmhg(1.0, 5.0, 14.0)
    half, head = _half_time_s(heads)
    t = STEP_S * np.arange(heads.size)
    ideal = np.maximum(math.sqrt(head) - 50.15 / (2.0 * 5.0) * t, 0.0) ** 2
    curves = {"model": curve(1e3 * t, heads), "parabola": curve(1e3 * t, ideal)}
    return Measured(
        values={
            "half_time_error_frac": max(errors),
            "t220_ms": 1000.0 * half * math.sqrt(14.0 / head),
            "parabola_r": min(fits),
        },
        curves=curves,
    )


def windkessel(settings: CirculationSettings) -> Measured:
    """Return the mean balance of a beating body and the decay of a stopped one."""
    heart = adult()
    recording = settled(heart, record=4)
    whole = slice(0, round(float(recording.beats_s[-1] - recording.beats_s[0]) * recording.rate_hz))
    circulation = build_circulation(heart)
    conductance = sum(1.0 / _branch_mmhg_s_ml(b) for b in (circulation.upper, circulation.lower))
    resistance = 1.0 / conductance + circulation.cava.resistance_mmhg_s_ml
    drop = float((recording["AO"] - recording["RA"])[whole].mean())
    flow = float((recording["FLOW_AORTIC"] - recording["FLOW_CORONARY"])[whole].mean())
    decay, constant = _stopped_decay_s(circulation)
    return Measured(
        values={"mean_ratio": drop / (flow * resistance), "decay_ratio": decay / constant}
    )


def _bed_mmhg_s_ml(b: Branch) -> float:
    """Return the resistance between arteries and veins of one half: the bed beside the line."""
    line = b.line.resistance_mmhg_s_ml + b.line.drain_resistance_mmhg_s_ml
    return 1.0 / (1.0 / b.resistance_mmhg_s_ml + 1.0 / line)


def _branch_mmhg_s_ml(b: Branch) -> float:
    """Return the resistance of one half of the body: root, bed beside line, veins."""
    return b.root_resistance_mmhg_s_ml + _bed_mmhg_s_ml(b) + b.venous_resistance_mmhg_s_ml


def _stopped_decay_s(circulation: CirculationParams) -> tuple[float, float]:
    """Return the time constant of the arteries when nothing beats, and R C of the closed form.

    The two halves run into veins that stay empty, without coronaries; C is all arteries, R the two
    beds: what lies before the arteries and behind the empty veins holds nothing back.
    """
    params = replace(
        circulation,
        upper=replace(circulation.upper, venous_compliance_ml_mmhg=ENDLESS_ML_MMHG),
        lower=replace(circulation.lower, venous_compliance_ml_mmhg=ENDLESS_ML_MMHG),
        coronaries=Coronaries(left_conductance_ml_s_mmhg=0.0, right_conductance_ml_s_mmhg=0.0),
    )
    halves = (params.upper, params.lower)
    parts = {
        "v_ao": params.aorta.compliance_ml_mmhg,
        "v_ua": halves[0].arterial_compliance_ml_mmhg,
        "v_rad": halves[0].line.compliance_ml_mmhg,
        "v_lo": halves[1].arterial_compliance_ml_mmhg,
        "v_fem": halves[1].line.compliance_ml_mmhg,
    }
    values = np.array([100.0 * parts.get(name, 0.0) for name in State._fields])
    # Everything else is at zero pressure: chambers at their rest volumes.
    for name in ("la", "lv", "ra", "rv"):
        values[State._fields.index(f"v_{name}")] = getattr(params, name).rest_volume_ml
    buffer = patient_buffer(params, values, TICK_S)
    rows = np.empty((3000, len(COLUMNS)))
    failed = advance(buffer, NO_EVENTS, NO_INPUTS, 0, 3000, 20, TICK_S, rows, 0, 1)
    if failed >= 0:
        raise_failure(buffer, failed * TICK_S)
    ao = rows[500:2500, COLUMNS.index("AO")]
    slope = float(np.polyfit(TICK_S * np.arange(ao.size), np.log(ao), 1)[0])
    resistance = 1.0 / sum(1.0 / _bed_mmhg_s_ml(b) for b in halves)
    return -1.0 / slope, resistance * sum(parts.values())
