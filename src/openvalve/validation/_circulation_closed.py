"""Section 4, model against analysis: steady orifice, areas returned by their own formulas."""

import math

import numpy as np

from openvalve.circulation import HEAD_FACTOR, Orifice
from openvalve.circulation._step import _pack_orifice, loss_coefficient, valve_flow
from openvalve.heart import build_circulation
from openvalve.hemodynamics import energy_loss_area_cm2, measure
from openvalve.validation._circulation_hearts import adult, settled, with_area
from openvalve.validation._circulation_types import CirculationSettings, Measured, curve

__all__ = ["gorlin", "steady"]

STEP_S = 1e-3
STEADY_STEPS = 4000
STEADY = (("a10_q250", 1.0, 250.0), ("a07_q250", 0.7, 250.0), ("a10_q150", 1.0, 150.0))


def _steady_drop_mmhg(orifice: Orifice, area_cm2: float, flow_ml_s: float) -> float:
    """Return the drop at which the model's valve carries a steady flow, by bisection."""
    packed = _pack_orifice(orifice)
    b = loss_coefficient(area_cm2, 0.0)
    low, high = 0.0, 200.0
    for _ in range(60):
        drop = 0.5 * (low + high)
        q = flow_ml_s
        for _ in range(STEADY_STEPS // 60):
            q = valve_flow(q, drop, area_cm2, b, packed.rho_length, packed.resistance, 0.02)
        low, high = (drop, high) if q < flow_ml_s else (low, drop)
    return 0.5 * (low + high)


def steady(settings: CirculationSettings) -> Measured:
    """Return the steady drop across the model's valve, its viscous part included."""
    found = {}
    for name, area, flow in STEADY:
        orifice = build_circulation(with_area(adult(), "mitral", area)).mitral
        found[f"{name}_mmhg"] = _steady_drop_mmhg(orifice, area, flow)
    flows = np.linspace(50.0, 400.0, 15)
    orifice = build_circulation(with_area(adult(), "mitral", 1.0)).mitral
    drops = [_steady_drop_mmhg(orifice, 1.0, float(q)) for q in flows]
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
