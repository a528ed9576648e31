import math

import pytest

from openvalve.errors import InputError
from openvalve.hemodynamics import (
    GORLIN_CONSTANTS,
    angel_divisor_ratio,
    atrial_compliance_ml_mmhg,
    bernoulli_drop_mmhg,
    bernoulli_net_drop_mmhg,
    circle_area_cm2,
    continuity_area_cm2,
    energy_loss_area_cm2,
    energy_loss_index_cm2_m2,
    eroa_from_volume_mm2,
    eroa_pisa_mm2,
    gorlin_area_cm2,
    hakki_area_cm2,
    net_compliance_ml_mmhg,
    pressure_half_time_area_cm2,
    pressure_recovery_mmhg,
    regurgitant_fraction_frac,
    regurgitant_volume_ml,
    vascular_resistance_dyn_s_cm5,
    vascular_resistance_wood,
)

GOOD = {
    "cardiac_output_l_min": 5.0,
    "heart_rate_bpm": 75.0,
    "period_s": 0.33,
    "gradient_mean_mmhg": 30.0,
}


def test_gorlin_constants_are_root_two_g() -> None:
    """44.3 is sqrt(2 g) in cm and s; the mitral one 0.85 of it [gorlin_1951]."""
    assert GORLIN_CONSTANTS["aortic"] == pytest.approx(math.sqrt(2 * 980.665), abs=0.05)
    assert GORLIN_CONSTANTS["mitral"] == pytest.approx(0.85 * 44.3, abs=0.06)
    assert GORLIN_CONSTANTS["pulmonary"] == GORLIN_CONSTANTS["aortic"]
    assert GORLIN_CONSTANTS["tricuspid"] == GORLIN_CONSTANTS["mitral"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("cardiac_output_l_min", 0.0),
        ("cardiac_output_l_min", -1.0),
        ("heart_rate_bpm", 0.0),
        ("period_s", 0.0),
        ("gradient_mean_mmhg", 0.0),
        ("gradient_mean_mmhg", -5.0),
        ("gradient_mean_mmhg", math.nan),
        ("cardiac_output_l_min", math.inf),
    ],
)
def test_gorlin_refuses(key: str, value: float) -> None:
    with pytest.raises(InputError) as caught:
        gorlin_area_cm2("aortic", **{**GOOD, key: value})
    assert [item.key for item in caught.value.items] == [key]


def test_gorlin_reports_all_at_once() -> None:
    with pytest.raises(InputError) as caught:
        gorlin_area_cm2("left", **{**GOOD, "period_s": 0.0, "gradient_mean_mmhg": -1.0})
    assert [i.key for i in caught.value.items] == ["valve", "period_s", "gradient_mean_mmhg"]
    assert caught.value.items[2].got == "-1 mmHg"


@pytest.mark.parametrize(
    ("valve", "rate", "divisor"),
    [("mitral", 74, 1.35), ("mitral", 76, 1.0), ("aortic", 91, 1.35), ("aortic", 89, 1.0)],
)
def test_angel(valve: str, rate: float, divisor: float) -> None:
    assert angel_divisor_ratio(valve, heart_rate_bpm=rate) == divisor


def test_bernoulli() -> None:
    assert bernoulli_drop_mmhg(velocity_m_s=4.0) == 64.0
    assert bernoulli_net_drop_mmhg(velocity_m_s=4.0, proximal_velocity_m_s=2.0) == 48.0
    assert bernoulli_net_drop_mmhg(velocity_m_s=4.0, proximal_velocity_m_s=1.0) == 64.0
    with pytest.raises(InputError):
        bernoulli_drop_mmhg(velocity_m_s=-1.0)
    with pytest.raises(InputError):
        bernoulli_net_drop_mmhg(velocity_m_s=2.0, proximal_velocity_m_s=3.0)


def test_half_of_mmhg_is_four() -> None:
    """4 is rho/2 of blood in mmHg s2/m2, rounded."""
    assert pytest.approx(4.0, rel=0.01) == 0.5 * 1060.0 / 133.322


def test_losses_have_their_limits() -> None:
    aorta = circle_area_cm2(diameter_mm=26.0)
    assert aorta == pytest.approx(5.309, abs=5e-4)
    # A wide aorta recovers nothing, and the coefficient is the effective area.
    assert energy_loss_area_cm2(area_effective_cm2=0.9, aorta_area_cm2=80.0) == pytest.approx(
        0.9, rel=0.02
    )
    recovered = pressure_recovery_mmhg(
        velocity_m_s=4.0, area_effective_cm2=0.9, aorta_area_cm2=80.0
    )
    assert recovered < 1.5
    # Loss and recovery are one statement up to Borda-Carnot: drop less recovery is the net drop.
    net = 64.0 - pressure_recovery_mmhg(
        velocity_m_s=4.0, area_effective_cm2=0.9, aorta_area_cm2=aorta
    )
    area = energy_loss_area_cm2(area_effective_cm2=0.9, aorta_area_cm2=aorta)
    flow = 400.0 * 0.9
    assert net == pytest.approx(4.0 * (flow / area / 100.0) ** 2, rel=0.05)
    index = energy_loss_index_cm2_m2(area_effective_cm2=0.9, aorta_area_cm2=aorta, bsa_m2=1.8)
    assert index == pytest.approx(0.602, abs=5e-4)
    with pytest.raises(InputError):
        energy_loss_area_cm2(area_effective_cm2=6.0, aorta_area_cm2=5.0)


def test_resistances() -> None:
    """PA 58, LA 38 mmHg at 4.9 L/min (cr_lee_kjim_1992) is 4.08 Wood units, 327 dyn s cm-5."""
    bed = {"upstream_mmhg": 58.0, "downstream_mmhg": 38.0, "cardiac_output_l_min": 4.9}
    assert vascular_resistance_wood(**bed) == pytest.approx(4.082, abs=5e-4)
    assert vascular_resistance_dyn_s_cm5(**bed) == pytest.approx(326.5, abs=0.1)
    with pytest.raises(InputError):
        vascular_resistance_wood(**{**bed, "cardiac_output_l_min": 0.0})


def test_compliances() -> None:
    assert net_compliance_ml_mmhg(area_planimetry_cm2=1.0, e_slope_cm_s2=300.0) == pytest.approx(
        4.233, abs=5e-4
    )
    assert (
        atrial_compliance_ml_mmhg(filling_volume_ml=60.0, v_wave_mmhg=22.0, x_trough_mmhg=10.0)
        == 5.0
    )
    with pytest.raises(InputError):
        atrial_compliance_ml_mmhg(filling_volume_ml=60.0, v_wave_mmhg=9.0, x_trough_mmhg=10.0)


def test_leaks() -> None:
    assert eroa_pisa_mm2(
        radius_mm=8.0, aliasing_velocity_m_s=0.38, jet_peak_m_s=5.0
    ) == pytest.approx(30.56, abs=0.01)
    assert eroa_from_volume_mm2(regurgitant_volume_ml=60.0, jet_vti_cm=150.0) == 40.0
    assert regurgitant_volume_ml(total_ml=100.0, forward_ml=60.0) == 40.0
    assert regurgitant_fraction_frac(total_ml=100.0, forward_ml=60.0) == 0.4
    with pytest.raises(InputError):
        regurgitant_fraction_frac(total_ml=50.0, forward_ml=60.0)


def test_half_time_and_continuity_refuse() -> None:
    with pytest.raises(InputError):
        pressure_half_time_area_cm2(pressure_half_time_ms=0.0)
    with pytest.raises(InputError):
        pressure_half_time_area_cm2("aortic", pressure_half_time_ms=200.0)
    with pytest.raises(InputError):
        continuity_area_cm2(stroke_volume_ml=70.0, valve_vti_cm=0.0)
    with pytest.raises(InputError):
        hakki_area_cm2(cardiac_output_l_min=5.0, gradient_mmhg=-1.0)
