"""Section 4, model against analysis: steady orifice, areas returned by their own formulas."""

import math

import numpy as np

from openvalve.circulation import HEAD_FACTOR, Orifice
from openvalve.circulation._step import _pack_orifice, loss_coefficient, valve_flow
from openvalve.heart import build_circulation
from openvalve.hemodynamics import energy_loss_area_cm2, measure
from openvalve.validation._circulation_hearts import adult, settled, with_area
from openvalve.validation._circulation_types import CirculationSettings, Measured, curve

__all__ = ["decay", "gorlin", "steady"]

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


def _decay_heads_mmhg(
    area_cm2: float, net_ml_mmhg: float, first_mmhg: float, step_s: float = 2e-4
) -> np.ndarray:
    """Return the head of the jet while two constant compliances equalise through a mitral valve.

    The valve is the model's, already open, and the blood already moving as it does once the early
    acceleration is over, which the closed form does not know. While the flow falls steadily, at
    k^2/(2 Cn), its inertia adds L k^2/(2 Cn) to the drop: the head is a parabola of the same slope,
    a little higher.
    """
    packed = _pack_orifice(build_circulation(with_area(adult(), "mitral", area_cm2)).mitral)
    b = loss_coefficient(area_cm2, 0.0)
    k = 1.0 / math.sqrt(b)
    carried = packed.rho_length / area_cm2 * k * k / (2.0 * net_ml_mmhg)
    drop, q = first_mmhg - carried, k * math.sqrt(first_mmhg)
    heads = [first_mmhg]
    for _ in range(round(3.0 / step_s)):
        q = valve_flow(q, drop, area_cm2, b, packed.rho_length, packed.resistance, step_s)
        drop -= step_s * q / net_ml_mmhg
        heads.append(b * q * abs(q))
        if q <= 0.0:
            break
    return np.array(heads)


def _half_time_s(heads: np.ndarray, step_s: float = 2e-4) -> tuple[float, float]:
    """Return the time in which the head halves, and the head it began with."""
    below = np.flatnonzero(heads <= 0.5 * heads[0])
    return float(below[0]) * step_s, float(heads[0])


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
    t = 2e-4 * np.arange(heads.size)
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
