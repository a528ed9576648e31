"""The step in pieces; short enough to run without a compiler (see docs/physics.md, Coverage)."""

from dataclasses import FrozenInstanceError, replace

import pytest

from openvalve.circulation import (
    HEAD_FACTOR,
    Activation,
    Infundibulum,
    Orifice,
    State,
    pack,
    pressures,
    step,
    valve_area,
)
from openvalve.circulation._step import (
    AREA_FLOOR_CM2,
    _pack_orifice,
    jet_velocity,
    valve_flow,
    valve_opening,
)
from openvalve.heart import build_circulation, initial_state, reference_heart

REST, FULL = Activation(0.0, 0.0), Activation(0.0, 1.0)


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


def test_opening_stays_between_shut_and_open_at_any_step():
    orifice = _pack_orifice(Orifice(area_effective_cm2=3.0))
    for dt in (1e-5, 1e-3, 1.0):
        for z in (0.0, 0.4, 1.0):
            for dp in (-300.0, -1.0, 0.0, 1.0, 300.0):
                after = valve_opening(orifice, z, dp, dt)
                assert 0.0 <= after <= 1.0
                assert (after - z) * dp >= 0.0
                if dp == 0.0:
                    assert after == z


def test_opening_rate_is_that_of_the_equation():
    orifice = _pack_orifice(
        Orifice(area_effective_cm2=3.0, opening_rate_per_mmhg_s=16.0, closing_rate_per_mmhg_s=53.3)
    )
    dt = 1e-8
    assert (valve_opening(orifice, 0.25, 10.0, dt) - 0.25) / dt == pytest.approx(
        16.0 * 0.75 * 10.0, rel=1e-5
    )
    assert (valve_opening(orifice, 0.25, -10.0, dt) - 0.25) / dt == pytest.approx(
        -53.3 * 0.25 * 10.0, rel=1e-5
    )


def test_a_tight_shut_valve_keeps_a_hair_open():
    orifice = _pack_orifice(Orifice(area_effective_cm2=3.0))
    assert valve_area(orifice, 0.0, 0.0) == AREA_FLOOR_CM2
    assert jet_velocity(orifice, 0.0, -0.05) == pytest.approx(-0.01 * 0.05 / AREA_FLOOR_CM2)


def test_a_leak_larger_than_the_valve_stays_open():
    torn = _pack_orifice(Orifice(area_effective_cm2=0.3, area_leak_cm2=0.5))
    assert valve_area(torn, 0.0, 0.0) == valve_area(torn, 1.0, 100.0) == 0.5


def test_flow_comes_up_to_the_steady_one_from_below():
    steady = (50.0 / HEAD_FACTOR) ** 0.5 * 0.7
    inertia = 2.0 * HEAD_FACTOR * 3.0  # 3 cm of blood
    q = 0.0
    for _ in range(150):
        after = valve_flow(q, 50.0, 0.7, HEAD_FACTOR / 0.49, inertia, 0.0, 1e-3)
        assert q <= after <= steady * (1.0 + 1e-12)
        q = after
    assert q == pytest.approx(steady, rel=1e-6)


# Pressures


def test_pericardium_presses_on_all_four_chambers_alike(params, state):
    tight = replace(
        params, pericardium=replace(params.pericardium, slack_volume_ml=sum(state[:4]) - 120.0)
    )
    slack, squeezed = pressures(state, pack(params), REST), pressures(state, pack(tight), REST)
    assert slack.pericardium == 0.0
    assert squeezed.pericardium > 1.0
    for name in ("la", "lv", "ra", "rv"):
        rise = getattr(squeezed, name) - getattr(slack, name)
        assert rise == pytest.approx(squeezed.pericardium)
    assert squeezed.ao == slack.ao


def test_viscous_wall_resists_filling(params, state):
    filling = state._replace(q_aortic=300.0)
    x = pressures(filling, pack(params), REST)
    bed = params.systemic
    assert x.ao - filling.v_ao / bed.root_compliance_ml_mmhg == pytest.approx(
        300.0 * bed.root_wall_resistance_mmhg_s_ml
    )


def test_infundibulum_narrows_with_contraction_and_pressure_holds_it(params, state):
    flowing = state._replace(q_pulmonary=300.0, z_pulmonary=1.0)

    def lost(grip, activation, holding=40.0):
        gripped = replace(
            params,
            infundibulum=Infundibulum(grip_frac=grip, holding_pressure_mmhg=holding),
        )
        return pressures(flowing, pack(gripped), activation).infundibulum_b

    assert lost(0.0, FULL) == 0.0
    assert lost(0.9, REST) == 0.0
    assert 0.0 < lost(0.5, FULL) < lost(0.9, FULL)
    assert lost(0.9, FULL, holding=10.0) < lost(0.9, FULL, holding=100.0)
    x = pressures(flowing, pack(replace(params, infundibulum=Infundibulum(grip_frac=0.9))), FULL)
    assert x.rv - x.rvot == pytest.approx(x.infundibulum_b * 300.0**2)


# The whole step


def test_step_conserves_blood(params, state):
    packed = pack(params)
    total = sum(state[:10])
    for n in range(150):
        state = step(state, packed, Activation(0.2, min(1.0, n / 100)), 1e-3)
    assert sum(state[:10]) == pytest.approx(total, rel=1e-14)
    assert state.q_aortic > 50.0
    assert state.z_aortic > 0.9
    assert state.z_mitral < 0.1


def test_step_goes_nowhere_in_no_time(params, state):
    assert step(state, pack(params), FULL, 0.0) == pytest.approx(state)


def test_flow_runs_down_the_pressure(params, state):
    """Contraction sends blood forward through the outlets and holds the inlets shut."""
    packed = pack(params)
    for _ in range(100):
        state = step(state, packed, FULL, 1e-3)
    assert state.v_lv < initial_state(params).values[1]
    assert state.v_ao > initial_state(params).values[4]
    assert abs(state.q_mitral) < 1.0
    assert state.q_pulmonary != 0.0
