"""Limits of sizing_and_severity.md section 1; those marked [mem] there are not tested as limits."""

import pytest

from openvalve.errors import InputError
from openvalve.hemodynamics import grade, regurgitation_grade_of


@pytest.mark.parametrize(
    ("velocity", "mean", "expected"),
    [
        (2.5, 15.0, "mild"),
        (3.5, 30.0, "moderate"),
        (4.0, 40.0, "severe"),
        (5.0, 55.0, "very severe"),
        (4.5, 62.0, "very severe"),
    ],
)
def test_aortic_by_its_jet(velocity: float, mean: float, expected: str) -> None:
    values = {"velocity_peak_m_s": velocity, "gradient_mean_mmhg": mean}
    found = grade("aortic", values, bsa_m2=1.8)
    assert found.grade == expected
    assert "ACC/AHA 2020" in found.guideline
    assert any("mean gradient" in r for r in found.reasons)


def test_aortic_high_gradient_is_severe_whatever_the_area() -> None:
    values = {"gradient_mean_mmhg": 45.0, "valve_area_gorlin_cm2": 1.1}
    found = grade("aortic", values, bsa_m2=2.0)
    assert found.grade == "severe"
    assert found.stage == "D1 or C1"


@pytest.mark.parametrize(
    ("ejection", "volume", "grade_of", "stage"),
    [
        (0.35, 60.0, "severe", "D2"),
        (0.60, 55.0, "severe", "D3"),
        (0.60, 80.0, "moderate", ""),
    ],
)
def test_low_gradient_with_a_small_area(
    ejection: float, volume: float, grade_of: str, stage: str
) -> None:
    """Area 0.8 cm2, mean 28 mmHg, 1.8 m2: low flow is below 35 mL/m2."""
    values = {
        "valve_area_cm2": 0.8,
        "gradient_mean_mmhg": 28.0,
        "velocity_peak_m_s": 3.4,
        "lv_ejection_frac": ejection,
        "stroke_volume_ml": volume,
    }
    found = grade("aortic", values, bsa_m2=1.8)
    assert (found.grade, found.stage) == (grade_of, stage)


def test_flow_from_output_and_rate() -> None:
    values = {
        "valve_area_cm2": 0.8,
        "gradient_mean_mmhg": 28.0,
        "lv_ejection_frac": 0.6,
        "cardiac_output_l_min": 4.0,
        "heart_rate_bpm": 80.0,
    }
    assert grade("aortic", values, bsa_m2=1.8).stage == "D3"


def test_a_small_body_may_have_a_small_valve() -> None:
    """0.9 cm2 in 1.3 m2 is 0.69 cm2/m2, above 0.6: the jet decides."""
    values = {"valve_area_cm2": 0.9, "gradient_mean_mmhg": 28.0}
    assert grade("aortic", values, bsa_m2=1.3).grade == "moderate"


@pytest.mark.parametrize(
    ("area", "expected"), [(2.0, "moderate"), (1.5, "severe"), (1.2, "severe")]
)
def test_mitral_by_area(area: float, expected: str) -> None:
    found = grade("mitral", {"valve_area_cm2": area, "gradient_mean_mmhg": 20.0}, bsa_m2=1.6)
    assert found.grade == expected
    assert "ACC/AHA 2020" in found.guideline


def test_mitral_planimetry_leads_and_pressure_is_told() -> None:
    values = {
        "valve_area_planimetry_cm2": 1.4,
        "valve_area_pht_cm2": 1.8,
        "pa_systolic_mmhg": 60.0,
    }
    found = grade("mitral", values, bsa_m2=1.6)
    assert found.grade == "severe"
    assert any("60 mmHg, above 50" in r for r in found.reasons)


def test_mitral_half_time_where_nothing_else_is_known() -> None:
    assert grade("mitral", {"pressure_half_time_ms": 160.0}, bsa_m2=1.6).grade == "severe"
    assert grade("mitral", {"pressure_half_time_ms": 140.0}, bsa_m2=1.6).grade == "moderate"


def test_index_is_turned_into_an_area() -> None:
    """0.578 cm2/m2 at 1.2 m2 (mean_eight_children) is 0.69 cm2."""
    found = grade("mitral", {"valve_area_index_cm2_m2": 0.578}, bsa_m2=1.2)
    assert "0.694 cm²" in found.reasons[0]


def test_tricuspid() -> None:
    """Mean of 5 mmHg or area of 1.0 cm2 is severe [thij_pttbv]."""
    assert grade("tricuspid", {"gradient_mean_mmhg": 5.0}, bsa_m2=1.8).grade == "severe"
    assert grade("tricuspid", {"valve_area_cm2": 1.0}, bsa_m2=1.8).grade == "severe"
    assert grade("tricuspid", {"gradient_mean_mmhg": 3.0}, bsa_m2=1.8).grade != "severe"


def test_pulmonary_rises_with_the_peak() -> None:
    order = ["none", "mild", "moderate", "severe"]
    found = [
        grade("pulmonary", {"gradient_peak_instant_mmhg": peak}, bsa_m2=1.0).grade
        for peak in (5.0, 25.0, 50.0, 90.0)
    ]
    assert found == order
    assert "[mem]" in grade("pulmonary", {}, bsa_m2=1.0).guideline


def test_nothing_known() -> None:
    found = grade("aortic", {}, bsa_m2=1.8)
    assert found.grade == "unknown"
    assert found.reasons


def test_bad_input() -> None:
    with pytest.raises(InputError):
        grade("left", {}, bsa_m2=1.8)
    with pytest.raises(InputError):
        grade("aortic", {}, bsa_m2=0.0)


def test_leak_grades_rise_and_reported_goes_first() -> None:
    """Means of Doppler orifices: mitral moderate 35, severe 75 mm2 [enriquez_1994]."""
    assert regurgitation_grade_of("mitral", {"eroa_mm2": 75.0}) == 4
    assert regurgitation_grade_of("mitral", {"eroa_mm2": 35.0}) in (2, 3)
    assert regurgitation_grade_of("aortic", {"eroa_mm2": 38.0}) == 4
    assert regurgitation_grade_of("aortic", {"eroa_mm2": 21.0}) in (2, 3)
    assert regurgitation_grade_of("mitral", {"regurgitant_fraction_frac": 0.6}) == 4
    assert regurgitation_grade_of("mitral", {"eroa_mm2": 75.0, "regurgitation_grade": 1.0}) == 1
    assert regurgitation_grade_of("mitral", {}) is None
    with pytest.raises(InputError):
        regurgitation_grade_of("left", {})
