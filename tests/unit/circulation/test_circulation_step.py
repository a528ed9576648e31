"""The step in pieces; short enough to run without a compiler (see docs/physics.md, Coverage)."""

import math
from dataclasses import FrozenInstanceError, replace

import pytest

from openvalve.circulation import (
    AREA_FLOOR_CM2,
    HEAD_FACTOR,
    Activation,
    AreaFraction,
    Infundibulum,
    Orifice,
    State,
    effective_area,
    jet_velocity,
    pack,
    pressures,
    resting_control,
    step,
    valve_now,
)
from openvalve.circulation._orifice import opening_step, orifice_flow
from openvalve.circulation._packed import PackedOrifice, _pack_orifice
from openvalve.circulation._step import VOLUMES_COUNT, infundibular
from openvalve.heart import build_circulation, initial_state, reference_heart

REST = Activation(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
FULL = REST._replace(lv=1.0, rv=1.0)
TICK_S = 1e-3


def seen(params, state, activation=REST, **control):
    """Pressures of a state under a resting control with some values changed."""
    changed = resting_control(params)._replace(**control)
    return pressures(state, pack(params, TICK_S), changed, activation)


@pytest.fixture(scope="module")
def params():
    return build_circulation(reference_heart(bsa_m2=1.8))


@pytest.fixture
def state(params):
    return State(*(float(v) for v in initial_state(params).values))


def test_head_factor_is_half_the_density():
    assert pytest.approx(0.5 * 1.06 / 1333.22387415, rel=1e-12) == HEAD_FACTOR


def test_parameters_are_frozen_and_keyword_only(params):
    with pytest.raises(FrozenInstanceError):
        params.la.ees_mmhg_ml = 1.0
    with pytest.raises(TypeError):
        Orifice(1.0)


# Valves


def opened(valve, z, dp, dt):
    return opening_step(_pack_orifice(valve, dt), valve_now(valve), z, 0.0, dp).opening


def test_opening_stays_between_shut_and_open_at_any_step():
    valve = Orifice(area_effective_cm2=3.0)
    for dt in (1e-5, 1e-3, 1.0):
        for z in (0.0, 0.4, 1.0):
            for dp in (-300.0, -1.0, 0.0, 1.0, 300.0):
                after = opened(valve, z, dp, dt)
                assert 0.0 <= after <= 1.0
                assert (after - z) * dp >= 0.0
                if dp == 0.0:
                    assert after == z


def test_opening_rate_is_that_of_the_equation():
    valve = Orifice(
        area_effective_cm2=3.0, opening_rate_per_mmhg_s=16.0, closing_rate_per_mmhg_s=53.3
    )
    dt = 1e-8
    assert (opened(valve, 0.25, 10.0, dt) - 0.25) / dt == pytest.approx(120.0, rel=1e-5)
    assert (opened(valve, 0.25, -10.0, dt) - 0.25) / dt == pytest.approx(-133.25, rel=1e-5)


def test_back_flow_carries_the_leaflets_with_it():
    # 1.5 mL through a valve that sweeps 1 mL leaves exp(-1.5) of the opening, however they run.
    for seconds in (0.01, 0.1):
        valve = Orifice(area_effective_cm2=4.0, swept_volume_ml=1.0)
        dt = seconds / 20_000
        z = 0.8
        for _ in range(20_000):
            z = opening_step(_pack_orifice(valve, dt), valve_now(valve), z, -1.5 / seconds, 0.0)[0]
        assert z == pytest.approx(0.8 * math.exp(-1.5), rel=1e-4)
    forward = opening_step(_pack_orifice(valve, 1e-3), valve_now(valve), 0.8, 500.0, 0.0)
    assert forward.opening == 0.8


@pytest.mark.parametrize("z", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("q", [-80.0, 0.0, 350.0])
def test_fraction_is_the_area_after_the_step(z, q):
    valve = Orifice(area_effective_cm2=0.9, area_leak_cm2=0.1, opening_elasticity_ratio=0.2)
    orifice, now = _pack_orifice(valve, TICK_S), valve_now(valve)
    a = opening_step(orifice, now, z, q, 12.0)
    assert a.num / a.den == pytest.approx(effective_area(orifice, now, a.opening, q), rel=1e-12)


def test_a_balloon_leaves_its_gap_whatever_the_leaflets_do():
    valve = Orifice(area_effective_cm2=3.0)
    orifice, now = _pack_orifice(valve, TICK_S), valve_now(valve)._replace(keep=0.0, gap=0.1)
    assert (
        effective_area(orifice, now, 0.0, -50.0) == effective_area(orifice, now, 1.0, 50.0) == 0.1
    )


def test_a_tight_shut_valve_keeps_a_hair_open():
    valve = Orifice(area_effective_cm2=3.0)
    orifice, now = _pack_orifice(valve, TICK_S), valve_now(valve)
    assert effective_area(orifice, now, 0.0, 0.0) == AREA_FLOOR_CM2
    jet = jet_velocity(orifice, now, 0.0, -0.05)
    assert jet == pytest.approx(-0.01 * 0.05 / AREA_FLOOR_CM2)


def test_a_leak_larger_than_the_valve_stays_open():
    torn = Orifice(area_effective_cm2=0.3, area_leak_cm2=0.5)
    orifice, now = _pack_orifice(torn, TICK_S), valve_now(torn)
    assert effective_area(orifice, now, 0.0, 0.0) == effective_area(orifice, now, 1.0, 100.0) == 0.5


def test_flow_comes_up_to_the_steady_one_from_below():
    steady = (50.0 / HEAD_FACTOR) ** 0.5 * 0.7
    gain = 1e-3 / (2.0 * HEAD_FACTOR * 3.0)  # 3 cm of blood
    orifice = PackedOrifice(0.0, 0.0, 1.0, 0.0, 0.0, 0.0, gain, 0.0)
    q = 0.0
    for _ in range(150):
        after = orifice_flow(AreaFraction(1.0, 1.4, 2.0), orifice, q, 50.0, 0.0, 0.0)
        assert q <= after <= steady * (1.0 + 1e-12)
        q = after
    assert q == pytest.approx(steady, rel=1e-6)


# Pressures


def test_pericardium_presses_on_all_four_chambers_alike(params, state):
    tight = replace(
        params, pericardium=replace(params.pericardium, slack_volume_ml=sum(state[:4]) - 120.0)
    )
    slack, squeezed = seen(params, state), seen(tight, state)
    assert slack.pericardium == 0.0
    assert squeezed.pericardium > 1.0
    for name in ("la", "lv", "ra", "rv"):
        rise = getattr(squeezed, name) - getattr(slack, name)
        assert rise == pytest.approx(squeezed.pericardium)
    assert squeezed.ao == slack.ao


def test_fluid_in_the_sac_presses_as_blood_does(params, state):
    fluid = params.pericardium.slack_volume_ml - sum(state[:4]) + 60.0
    assert seen(params, state, fluid=fluid).pericardium > 0.5
    assert seen(params, state, fluid=fluid - 70.0).pericardium == 0.0


def test_chest_pressure_is_felt_inside_the_chest(params, state):
    calm = seen(params, state)
    strained = seen(params, state, REST._replace(pleural=40.0))
    for name in ("la", "lv", "ra", "rv", "ao", "pr", "pa", "pv", "cava"):
        assert getattr(strained, name) - getattr(calm, name) == pytest.approx(40.0), name
    assert strained.ua == calm.ua
    assert strained.upper_veins == calm.upper_veins


def test_viscous_wall_resists_filling(params, state):
    filling = state._replace(q_aortic=300.0)
    root = params.aorta
    rise = seen(params, filling).ao - filling.v_ao / root.compliance_ml_mmhg
    assert rise == pytest.approx(300.0 * root.wall_resistance_mmhg_s_ml)


def test_ejecting_muscle_gives_way(params, state):
    held = seen(params, state, FULL)
    thrown = seen(params, state._replace(q_aortic=400.0), FULL)
    lost = 1.0 - params.ejection_loss_s_ml * 400.0
    assert thrown.lv == pytest.approx(held.lv * lost, rel=1e-12)


def test_infundibulum_narrows_with_contraction_and_pressure_holds_it(params):
    def lost(grip, activation, holding=40.0, trunk=20.0):
        gripped = replace(
            params, infundibulum=Infundibulum(grip_frac=grip, holding_pressure_mmhg=holding)
        )
        wide_open = AreaFraction(1.0, 4.0, 1.0)
        return infundibular(pack(gripped, TICK_S), wide_open, 300.0, trunk, activation).b

    assert lost(0.0, 1.0) == pytest.approx(0.0, abs=1e-15)
    assert lost(0.9, 0.0) == pytest.approx(0.0, abs=1e-15)
    assert 0.0 < lost(0.5, 1.0) < lost(0.9, 1.0)
    assert lost(0.9, 1.0, holding=10.0) < lost(0.9, 1.0, holding=100.0)
    assert lost(0.9, 1.0, trunk=80.0) < lost(0.9, 1.0, trunk=10.0)


# The whole step


def test_step_conserves_blood(params, state):
    packed, control = pack(params, TICK_S), resting_control(params)
    total = sum(state[:VOLUMES_COUNT])
    for n in range(150):
        e = Activation(0.2, 0.2, min(1.0, n / 100), min(1.0, n / 100), 0.0, 0.0)
        state = step(state, packed, control, e, TICK_S)
    assert sum(state[:VOLUMES_COUNT]) == pytest.approx(total, rel=1e-14)
    assert state.q_aortic > 50.0
    assert state.z_aortic > 0.5
    assert state.z_mitral < 0.1


def test_what_is_bled_and_given_is_booked(params, state):
    packed = pack(params, TICK_S)
    control = resting_control(params)._replace(bleed=30.0, infusion=50.0, effusion=5.0)
    total = sum(state[:VOLUMES_COUNT])
    for _ in range(100):
        state = step(state, packed, control, REST, TICK_S)
    assert sum(state[:VOLUMES_COUNT]) == pytest.approx(total + 0.1 * 15.0, rel=1e-12)


def test_step_goes_nowhere_in_no_time(params, state):
    still = step(state, pack(params, 0.0), resting_control(params), FULL, 0.0)
    assert still == pytest.approx(state)


def test_a_hole_between_the_atria_lets_blood_down(params, state):
    control = resting_control(params)._replace(shunt_area=1.0)
    packed = pack(params, TICK_S)
    for more, sign in (("v_la", 1.0), ("v_ra", -1.0)):
        s = state._replace(**{more: getattr(state, more) + 60.0})
        for _ in range(30):
            s = step(s, packed, control, REST, TICK_S)
        assert sign * s.q_shunt > 5.0


def test_flow_runs_down_the_pressure(params, state):
    """Contraction sends blood forward through the outlets and holds the inlets shut."""
    packed, control = pack(params, TICK_S), resting_control(params)
    first = state
    for _ in range(100):
        state = step(state, packed, control, FULL, TICK_S)
    assert state.v_lv < first.v_lv
    assert state.v_ao > first.v_ao
    assert abs(state.q_mitral) < 1.0
    assert state.q_pulmonary != 0.0
