"""Answers that can be written down without the model.

Closed forms, with units of mmHg, mL, s and cm2; rho = 1.06 g/mL and 1 mmHg = 1333.22 dyn/cm2 are
written out here again, so that a slip in ``openvalve.units`` is seen. Numbers:
circulation_targets.md sections 1 and 4.
"""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from openvalve.circulation import (
    AreaFraction,
    Chamber,
    Orifice,
    State,
    effective_area,
    jet_velocity,
    pack,
    valve_now,
)
from openvalve.circulation._orifice import orifice_flow
from openvalve.circulation._packed import PackedOrifice, _pack_chamber, _pack_orifice
from openvalve.circulation._step import VOLUMES_COUNT, pericardial_pressure
from openvalve.circulation._step import chamber_pressure as kernel_pressure
from openvalve.heart import COLUMNS, build_circulation, initial_state, reference_heart
from openvalve.heart._kernel import advance
from openvalve.heart._layout import STATE_AT
from openvalve.heart._simulate import NO_INPUTS, patient_buffer

RHO = 1.06
DYN = 1333.22387415
SPEED = math.sqrt(2.0 * DYN / RHO)  # 50.15: q = 50.15 A sqrt(dp)


def bernoulli_mmhg(q_ml_s: float, area_cm2: float) -> float:
    return 0.5 * RHO * (q_ml_s / area_cm2) ** 2 / DYN


def valve_flow(q, dp, area, inv_down, rho_length, resistance, dt):
    """The kernel's orifice at a fixed area."""
    orifice = PackedOrifice(inv_down, 0.0, 1.0, 0.0, 0.0, 0.0, dt / rho_length, resistance)
    return orifice_flow(AreaFraction(1.0, area, 1.0), orifice, q, dp, 0.0, 0.0)


def chamber_pressure(packed, volume, activation):
    return kernel_pressure(packed, volume, volume, activation, 1.0)


def steady_flow(dp: float, area: float, inv_down: float = 0.0, resistance: float = 0.0) -> float:
    """The kernel's own step, repeated until the flow stands."""
    q = 0.0
    for _ in range(20_000):
        q = valve_flow(q, dp, area, inv_down, RHO / DYN * 1.0, resistance, 1e-3)
    return q


# Steady flow


@pytest.mark.parametrize(
    ("area_cm2", "flow_ml_s", "drop_mmhg"),
    [(1.0, 250.0, 24.9), (0.7, 250.0, 50.7), (1.0, 150.0, 8.95)],
)
def test_steady_orifice_table(area_cm2, flow_ml_s, drop_mmhg):
    exact = bernoulli_mmhg(flow_ml_s, area_cm2)
    assert exact == pytest.approx(
        drop_mmhg, rel=2.5e-3
    )  # printed with three figures, 24.846 as 24.9
    assert steady_flow(exact, area_cm2) == pytest.approx(flow_ml_s, rel=1e-3)


def test_flow_is_signed_with_the_drop():
    assert steady_flow(-24.9, 1.0) == pytest.approx(-steady_flow(24.9, 1.0), rel=1e-12)


def test_doppler_reads_the_convective_head_within_one_percent():
    # 4 v^2 = 1.006 x rho v^2 / 2 in these units (section 1).
    valve = Orifice(area_effective_cm2=1.0)
    velocity_m_s = jet_velocity(_pack_orifice(valve, 1e-3), valve_now(valve), 1.0, 250.0)
    assert velocity_m_s == pytest.approx(2.50, rel=1e-12)
    assert 4.0 * velocity_m_s**2 / bernoulli_mmhg(250.0, 1.0) == pytest.approx(1.006, abs=5e-4)


@pytest.mark.parametrize(("area", "aorta"), [(0.7, 7.0), (1.0, 4.9), (0.8, math.pi * 1.25**2)])
def test_energy_loss_area_is_what_the_loop_loses(area, aorta):
    # Garcia 2000: ELCo = A A_a / (A_a - A); the drop that is not recovered belongs to it.
    elco = area * aorta / (aorta - area)
    q = steady_flow(40.0, area, 1.0 / aorta)
    assert q / (SPEED * math.sqrt(40.0)) == pytest.approx(elco, rel=1e-4)


def test_smaller_aorta_recovers_more():
    # Liebenberg 2023: AVA 0.8, sinus 25, 30, 35 mm: larger sinus, larger net gradient.
    flows = [steady_flow(40.0, 0.8, 1.0 / (math.pi / 400 * d**2)) for d in (25.0, 30.0, 35.0)]
    assert flows == sorted(flows, reverse=True)
    assert flows[-1] > steady_flow(40.0, 0.8)


def test_nothing_is_lost_into_a_narrower_vessel():
    # Only inertance is left: the flow goes on growing by dt A dp / (rho l) a step.
    step = 1e-3 * 3.0 * 10.0 * DYN / RHO
    q = valve_flow(500.0, 10.0, 3.0, 1.0 / 2.0, RHO / DYN, 0.0, 1e-3)
    assert q - 500.0 == pytest.approx(step, rel=1e-12)


def test_inertance_sets_the_start_of_flow():
    # L dq/dt = dp at q = 0, L = rho l / A: 10 mmHg, 2 cm2, 1.5 cm.
    inertance = RHO * 1.5 / 2.0 / DYN
    dt = 1e-7
    q = valve_flow(0.0, 10.0, 2.0, 0.0, RHO * 1.5 / DYN, 0.0, dt)
    assert q / dt == pytest.approx(10.0 / inertance, rel=1e-4)


# Area from flow and drop


def _pulse(area, inv_down, duration_s=0.3, peak_mmhg=60.0, dt=1e-4):
    n = round(duration_s / dt)
    drop = peak_mmhg * np.sin(np.pi * (np.arange(n) + 0.5) / n)
    flow = np.empty(n)
    q = 0.0
    for i, dp in enumerate(drop):
        q = valve_flow(q, dp, area, inv_down, RHO / DYN * 0.01, 0.0, dt)
        flow[i] = q
    return flow, drop


def test_integral_area_and_the_bias_of_gorlin():
    area, aorta = 0.8, 7.0
    elco = area * aorta / (aorta - area)
    flow, drop = _pulse(area, 1.0 / aorta)
    assert flow.sum() / (SPEED * np.sqrt(drop).sum()) == pytest.approx(elco, rel=0.02)
    # Mean flow over the root of the mean drop, with Gorlin's constant put aside: it reads low by
    # averaging alone. For a drop that is a half sine, mean sqrt(sin) / sqrt(mean sin) = 0.9565.
    averaged = flow.mean() / (SPEED * math.sqrt(drop.mean()))
    assert averaged / elco == pytest.approx(0.9565, rel=0.02)
    assert averaged < elco


def test_averaging_bias_of_the_two_shapes_in_the_evidence():
    """Section 4 item 2: 10 % for a half-sine flow, 13 % for a flow falling linearly to zero."""
    t = (np.arange(100_000) + 0.5) / 100_000
    for flow, bias in ((np.sin(np.pi * t), 0.10), (t, 0.134)):
        assert 1.0 - flow.mean() / math.sqrt((flow**2).mean()) == pytest.approx(bias, abs=0.005)


def test_continuity_returns_the_effective_area():
    valve = Orifice(area_effective_cm2=0.8)
    orifice, now = _pack_orifice(valve, 1e-3), valve_now(valve)
    flow, _ = _pulse(0.8, 0.0)
    jet_cm_s = np.array([100.0 * jet_velocity(orifice, now, 1.0, q) for q in flow])
    assert flow.sum() / jet_cm_s.sum() == pytest.approx(0.8, rel=0.02)


# Transmitral decay


@pytest.mark.parametrize(
    ("area", "net_compliance", "start_mmhg"),
    [(1.0, 5.0, 14.0), (0.5, 20.0, 8.0), (2.0, 16.0, 10.0)],
)
def test_transmitral_decay_is_a_parabola(area, net_compliance, start_mmhg):
    """Thomas & Weyman 1989: sqrt(dp) falls linearly; T1/2 = 0.01168 Cn sqrt(dp0) / A."""
    compliance_atrium = compliance_ventricle = 2.0 * net_compliance
    dt = 1e-4
    # Start on the quasi-steady flow, so that the transient of the inertance is not measured.
    q = SPEED * area * math.sqrt(start_mmhg)
    v_atrium, v_ventricle = start_mmhg * compliance_atrium, 0.0
    drops = []
    while len(drops) < 100_000:
        dp = v_atrium / compliance_atrium - v_ventricle / compliance_ventricle
        if dp <= 0.05 * start_mmhg:
            break
        drops.append(dp)
        q = valve_flow(q, dp, area, 0.0, RHO / DYN * 0.1, 0.0, dt)
        v_atrium -= dt * q
        v_ventricle += dt * q
    time_s = dt * np.arange(len(drops))
    rate = SPEED * area / (2.0 * net_compliance)
    parabola = np.maximum(math.sqrt(start_mmhg) - rate * time_s, 0.0) ** 2
    assert np.abs(np.array(drops) - parabola).max() < 0.02 * start_mmhg
    half = time_s[np.flatnonzero(np.array(drops) <= start_mmhg / 2)[0]]
    assert half == pytest.approx(0.01168 * net_compliance * math.sqrt(start_mmhg) / area, rel=0.02)


def test_hatle_constant_needs_the_product_in_the_evidence():
    # T1/2 = 220 ms at 1.0 cm2 needs Cn sqrt(dp0) = 18.8.
    assert 0.220 / (2.0 * (1.0 - math.sqrt(0.5)) / SPEED) == pytest.approx(18.8, abs=0.05)


# Windkessel


def _arrested():
    """A circulation at rest with shut valves, its arteries one compliance emptying to a vein."""
    params = build_circulation(reference_heart(bsa_m2=1.8))
    huge = 1e9

    def still(branch):
        return replace(
            branch,
            inertance_mmhg_s2_ml=1e-6,
            root_resistance_mmhg_s_ml=1e-6,
            line=replace(branch.line, compliance_ml_mmhg=1e-6, drain_resistance_mmhg_s_ml=huge),
            venous_compliance_ml_mmhg=huge,
            venous_resistance_mmhg_s_ml=huge,
        )

    return replace(
        params,
        aorta=replace(params.aorta, wall_resistance_mmhg_s_ml=0.0),
        upper=still(params.upper),
        lower=still(params.lower),
        coronaries=replace(
            params.coronaries, left_conductance_ml_s_mmhg=0.0, right_conductance_ml_s_mmhg=0.0
        ),
    )


def _rest(params, values, steps, dt):
    """Let the loop run without a beat; return the last row by column name, and the state."""
    row = np.empty((1, len(COLUMNS)))
    buffer = patient_buffer(params, values, dt)
    per_window = round(0.02 / dt)
    no_beats = np.empty((0, 4))
    failed = advance(buffer, no_beats, NO_INPUTS, 0, steps, per_window, dt, row, steps - 1, 1)
    assert failed == -1
    state = buffer[STATE_AT : STATE_AT + len(State._fields)]
    return dict(zip(COLUMNS, row[0], strict=True)), state


def test_arterial_pressure_decays_exponentially_when_the_heart_rests():
    params = _arrested()
    start = dict(zip(State._fields, initial_state(params).values, strict=True))
    held = {"v_ao": params.aorta.compliance_ml_mmhg}
    held |= {"v_ua": params.upper.arterial_compliance_ml_mmhg}
    held |= {"v_lo": params.lower.arterial_compliance_ml_mmhg}
    for name, compliance in held.items():
        start[name] = 90.0 * compliance
    for name in ("v_rad", "v_fem"):
        start[name] = 90.0 * 1e-6
    for name in ("v_upper_veins", "v_lower_veins"):
        start[name] = 0.0
    dt = 1e-4
    conductance = sum(1.0 / b.resistance_mmhg_s_ml for b in (params.upper, params.lower))
    tau = sum(held.values()) / conductance
    count = round(tau / dt)
    row, _ = _rest(params, np.array([start[name] for name in State._fields]), count + 1, dt)
    assert row["AO"] == pytest.approx(90.0 * math.exp(-count * dt / tau), rel=2e-3)


def test_resting_loop_comes_to_one_pressure():
    """With no beat blood runs from the arteries to the veins until nothing drives it."""
    params = build_circulation(reference_heart(bsa_m2=1.8))
    values = initial_state(params).values.copy()
    total = values[:VOLUMES_COUNT].sum()
    row, state = _rest(params, values, 300_000, 1e-3)
    assert state[:VOLUMES_COUNT].sum() == pytest.approx(total, rel=1e-12)
    veins = state[State._fields.index("v_lower_veins")]
    level = veins / params.lower.venous_compliance_ml_mmhg
    for column in ("ART", "AO", "RA", "RV", "PA", "LA", "LV"):
        assert row[column] == pytest.approx(level, abs=0.3), column
    assert 2.0 < level < 12.0  # mean circulatory filling pressure, about 7 [K]


# Chambers


def test_passive_curve_follows_klotz():
    """Klotz 2006 [K]: P = 27.8 v^2.76, v = (V - V0)/(V30 - V0), within 1 mmHg for v 0.4 to 1."""
    heart = reference_heart(bsa_m2=1.8)
    lv = build_circulation(heart).lv
    packed = _pack_chamber(lv)
    for v in np.linspace(0.4, 1.0, 13):
        volume = lv.rest_volume_ml + v * heart.lv_filling_volume_ml
        assert chamber_pressure(packed, volume, 0.0) == pytest.approx(27.8 * v**2.76, abs=1.0)


def test_systolic_curve_bends_over():
    chamber = Chamber(
        ees_mmhg_ml=2.4,
        dead_volume_ml=10.0,
        ceiling_mmhg=300.0,
        rest_volume_ml=16.0,
        stiffness_mmhg_ml=0.01,
        stiffening_mmhg_ml3=6e-6,
    )
    packed = _pack_chamber(chamber)
    low = chamber_pressure(packed, 11.0, 1.0) - chamber_pressure(packed, 10.0, 1.0)
    assert low == pytest.approx(2.4, rel=1e-3)
    values = [chamber_pressure(packed, v, 1.0) for v in np.linspace(10.0, 2000.0, 200)]
    assert all(a < b for a, b in pairwise(values))
    assert values[-1] < 300.0


def test_pericardium_is_slack_then_nearly_exponential():
    params = build_circulation(reference_heart(bsa_m2=1.8))
    sac = params.pericardium
    p0, v0, w = sac.pressure_scale_mmhg, sac.slack_volume_ml, sac.stiffening_volume_ml
    packed = pack(params, 1e-3)
    assert pericardial_pressure(packed, v0 - 50.0) == 0.0
    for excess in (0.25, 0.5, 1.0):
        exact = p0 * (math.exp(excess) - 1.0)
        got = pericardial_pressure(packed, v0 + excess * w)
        assert got == pytest.approx(exact, rel=0.15)


# The valve opens further at a higher drop


def test_stiff_valve_opens_further_at_a_higher_head():
    valve = Orifice(area_effective_cm2=0.8, opening_elasticity_ratio=0.2, reference_head_mmhg=40.0)
    orifice, now = _pack_orifice(valve, 1e-3), valve_now(valve)
    low, reference, high = (
        effective_area(orifice, now, 1.0, SPEED * 0.8 * math.sqrt(h)) for h in (10.0, 40.0, 90.0)
    )
    assert low < reference < high
    assert reference == pytest.approx(0.8, rel=1e-12)
    assert low > 0.8 * 0.8
    assert high < 0.8 * 1.2


def test_free_valve_does_not_care_about_the_head():
    valve = Orifice(area_effective_cm2=0.8)
    orifice, now = _pack_orifice(valve, 1e-3), valve_now(valve)
    assert effective_area(orifice, now, 1.0, 50.0) == effective_area(orifice, now, 1.0, 500.0)
    assert effective_area(orifice, now, 1.0, 50.0) == pytest.approx(0.8, rel=1e-12)


def test_closed_valve_is_its_leak():
    valve = Orifice(area_effective_cm2=3.0, area_leak_cm2=0.3)
    orifice, now = _pack_orifice(valve, 1e-3), valve_now(valve)
    assert effective_area(orifice, now, 0.0, -80.0) == 0.3
    assert jet_velocity(orifice, now, 0.0, -120.0) == pytest.approx(-4.0)
