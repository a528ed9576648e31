import math
from dataclasses import FrozenInstanceError, replace

import pytest

from openvalve.circulation import State
from openvalve.circulation._step import VOLUMES_COUNT
from openvalve.heart import OrificeParams, build_circulation, initial_state, reference_heart
from openvalve.heart._simulate import _relaxed_volume_ml

HEALTHY = reference_heart(bsa_m2=1.8)


def test_parameters_are_frozen():
    with pytest.raises(FrozenInstanceError):
        HEALTHY.bsa_m2 = 2.0
    with pytest.raises(FrozenInstanceError):
        HEALTHY.aortic.area_effective_cm2 = 2.0


def test_size_scales_volumes_up_and_resistances_down():
    small, big = reference_heart(bsa_m2=0.9), reference_heart(bsa_m2=1.8)
    for name in (
        "circulating_volume_ml",
        "lv_filling_volume_ml",
        "arterial_compliance_ml_mmhg",
        "pulmonary_compliance_ml_mmhg",
    ):
        assert getattr(big, name) == pytest.approx(2.0 * getattr(small, name))
    for name in ("systemic_resistance_mmhg_s_ml", "lv_ees_mmhg_ml", "la_stiffness_mmhg_ml"):
        assert getattr(big, name) == pytest.approx(0.5 * getattr(small, name))
    assert big.aorta_mm == pytest.approx(math.sqrt(2.0) * small.aorta_mm)
    assert big.mitral.area_effective_cm2 == pytest.approx(2.0 * small.mitral.area_effective_cm2)


def test_compliances_are_shared_out_without_loss():
    params = build_circulation(HEALTHY)
    body = params.aorta.compliance_ml_mmhg
    body += params.upper.arterial_compliance_ml_mmhg + params.lower.arterial_compliance_ml_mmhg
    assert body == pytest.approx(HEALTHY.arterial_compliance_ml_mmhg)
    lungs = params.pulmonary_trunk.compliance_ml_mmhg + params.lungs.arterial_compliance_ml_mmhg
    assert lungs == pytest.approx(HEALTHY.pulmonary_compliance_ml_mmhg)


def test_resistances_of_both_halves_are_the_whole_body():
    params = build_circulation(HEALTHY)
    conductance = 0.0
    for branch in (params.upper, params.lower):
        conductance += 1.0 / branch.resistance_mmhg_s_ml
        conductance += 1.0 / branch.line.drain_resistance_mmhg_s_ml
    assert 1.0 / conductance == pytest.approx(HEALTHY.systemic_resistance_mmhg_s_ml)


def test_only_the_outlets_recover_pressure():
    params = build_circulation(HEALTHY)
    assert params.aortic.area_downstream_cm2 == pytest.approx(math.pi * 1.5**2)
    assert params.pulmonary.area_downstream_cm2 == pytest.approx(math.pi * 1.3**2)
    assert params.mitral.area_downstream_cm2 == params.tricuspid.area_downstream_cm2 == 0.0


def test_published_valve_rates():
    # Section 2 [V]: 0.012, 0.03/0.04, 0.02 cm2/(dyn s); semilunar valves close more slowly, since
    # back-flow does the rest.
    params = build_circulation(HEALTHY)
    dyn = 1333.22387415
    for valve, opening, closing in (
        (params.aortic, 0.012, 0.012 * 2.7 / 16.0),
        (params.mitral, 0.03, 0.04),
        (params.tricuspid, 0.03, 0.04),
        (params.pulmonary, 0.02, 0.02 * 9.5 / 26.7),
    ):
        assert valve.opening_rate_per_mmhg_s == pytest.approx(opening * dyn, rel=0.002)
        assert valve.closing_rate_per_mmhg_s == pytest.approx(closing * dyn, rel=0.002)


def test_contractility_scales_the_ventricles_only():
    weak = build_circulation(replace(HEALTHY, contractility_frac=0.5))
    full = build_circulation(HEALTHY)
    for name in ("lv", "rv"):
        assert getattr(weak, name).ees_mmhg_ml == 0.5 * getattr(full, name).ees_mmhg_ml
        assert getattr(weak, name).ceiling_mmhg == 0.5 * getattr(full, name).ceiling_mmhg
        assert getattr(weak, name).stiffness_mmhg_ml == getattr(full, name).stiffness_mmhg_ml
    assert weak.la == full.la


def test_leak_and_elasticity_reach_the_loop():
    torn = replace(
        HEALTHY,
        mitral=OrificeParams(
            area_effective_cm2=1.8, area_leak_cm2=0.2, opening_elasticity_ratio=0.1
        ),
        infundibulum_grip_frac=0.4,
    )
    params = build_circulation(torn)
    assert params.mitral.area_leak_cm2 == 0.2
    assert params.mitral.opening_elasticity_ratio == 0.1
    assert params.infundibulum.grip_frac == 0.4


def test_first_state_is_level():
    """Chambers and veins start at one pressure; all the blood is there."""
    params = build_circulation(HEALTHY)
    values = initial_state(params).values
    assert values[:VOLUMES_COUNT].sum() == pytest.approx(HEALTHY.circulating_volume_ml, rel=1e-12)
    at = dict(zip(State._fields, values, strict=True))
    level = at["v_lower_veins"] / params.lower.venous_compliance_ml_mmhg
    assert at["v_upper_veins"] / params.upper.venous_compliance_ml_mmhg == pytest.approx(level)
    assert at["v_cava"] / params.cava.compliance_ml_mmhg == pytest.approx(level)
    assert at["v_pv"] / params.lungs.venous_compliance_ml_mmhg == pytest.approx(level)
    for k, chamber in enumerate((params.la, params.lv, params.ra, params.rv)):
        d = values[k] - chamber.rest_volume_ml
        passive = chamber.stiffness_mmhg_ml * d + chamber.stiffening_mmhg_ml3 * d**3
        assert passive == pytest.approx(level, rel=1e-6)
    assert at["v_ao"] / params.aorta.compliance_ml_mmhg == pytest.approx(85.0)
    assert (values[VOLUMES_COUNT:] == 0.0).all()


@pytest.mark.parametrize("pressure_mmhg", [0.0, 0.5, 8.0, 60.0])
def test_relaxed_volume_inverts_the_passive_curve(pressure_mmhg):
    lv = build_circulation(HEALTHY).lv
    d = _relaxed_volume_ml(lv, pressure_mmhg) - lv.rest_volume_ml
    passive = lv.stiffness_mmhg_ml * d + lv.stiffening_mmhg_ml3 * d**3
    assert passive == pytest.approx(pressure_mmhg, abs=1e-9)


def test_little_blood_is_shared_between_arteries_and_the_rest():
    params = build_circulation(replace(HEALTHY, circulating_volume_ml=120.0))
    values = initial_state(params).values
    assert values[:VOLUMES_COUNT].sum() == pytest.approx(120.0)
    assert (values[:VOLUMES_COUNT] > 0.0).all()
