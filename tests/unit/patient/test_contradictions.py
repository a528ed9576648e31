"""Contradictions against arithmetic done here and against an independent minimiser."""

import math

import pytest
from scipy.optimize import minimize

from openvalve.patient import find_contradictions, measurement_errors, parse_patient


def found(valve="aortic", lesion=None, **keys):
    measured = {k: v for k, v in keys.items() if k not in ("height_cm", "weight_kg", "bsa_m2")}
    body = {k: v for k, v in keys.items() if k not in measured}
    made = parse_patient(
        {
            "id": "x",
            "age_years": 70,
            "sex": "female",
            **body,
            "lesion": [{"valve": valve, **(lesion or {})}],
            "measured": measured,
        }
    )
    return made, find_contradictions(made)


def test_agreeing_numbers_contradict_nothing():
    made, contradictions = found(
        lv_ejection_frac=0.387,
        lv_end_diastolic_volume_ml=186,
        lv_end_systolic_volume_ml=114,
        stroke_volume_ml=72,
        heart_rate_bpm=76,
        cardiac_output_l_min=5.5,
        lv_systolic_mmhg=186,
        aortic_systolic_mmhg=128,
        aortic_diastolic_mmhg=70,
        aortic_mean_mmhg=92,
        gradient_peak_to_peak_mmhg=58,
        gradient_mean_mmhg=54,
        gradient_peak_instant_mmhg=88,
        velocity_peak_m_s=4.7,
    )
    assert contradictions == ()
    assert made.warnings == ()


@pytest.mark.parametrize(
    ("first", "measured"),
    [
        ("aortic_diastolic_mmhg", {"aortic_systolic_mmhg": 80, "aortic_diastolic_mmhg": 90}),
        ("aortic_mean_mmhg", {"aortic_systolic_mmhg": 120, "aortic_mean_mmhg": 125}),
        ("aortic_diastolic_mmhg", {"aortic_diastolic_mmhg": 70, "aortic_mean_mmhg": 60}),
        (
            "lv_end_systolic_volume_ml",
            {"lv_end_diastolic_volume_ml": 100, "lv_end_systolic_volume_ml": 120},
        ),
        (
            "lv_ejection_frac",
            {
                "lv_ejection_frac": 0.7,
                "lv_end_diastolic_volume_ml": 186,
                "lv_end_systolic_volume_ml": 114,
            },
        ),
        (
            "cardiac_output_l_min",
            {"cardiac_output_l_min": 4.0, "stroke_volume_ml": 80, "heart_rate_bpm": 80},
        ),
        (
            "gradient_peak_to_peak_mmhg",
            {
                "gradient_peak_to_peak_mmhg": 90,
                "lv_systolic_mmhg": 160,
                "aortic_systolic_mmhg": 120,
            },
        ),
        ("gradient_mean_mmhg", {"gradient_mean_mmhg": 90, "gradient_peak_instant_mmhg": 60}),
        ("gradient_peak_instant_mmhg", {"gradient_peak_instant_mmhg": 90, "velocity_peak_m_s": 3}),
        ("pcw_mean_mmhg", {"pcw_mean_mmhg": 30, "la_mean_mmhg": 10, "pa_mean_mmhg": 40}),
        ("la_mean_mmhg", {"la_mean_mmhg": 40, "la_a_wave_mmhg": 20, "la_v_wave_mmhg": 25}),
        ("la_mean_mmhg", {"la_mean_mmhg": 40, "pa_mean_mmhg": 20}),
        ("valve_area_pht_cm2", {"valve_area_pht_cm2": 2.0, "pressure_half_time_ms": 220}),
    ],
)
def test_contradictions_are_found(first, measured):
    made, contradictions = found(**measured)
    hits = [c for c in contradictions if c.keys[0] == first]
    assert hits
    hit = hits[0]
    assert hit.got == measured[first]
    assert hit.gap == pytest.approx(hit.got - hit.expected)
    assert hit.smallest_change
    assert any(first in warning for warning in made.warnings)


def test_least_change_of_two_equal_errors_is_the_middle():
    _, (hit,) = found(
        aortic_systolic_mmhg={"value": 80, "sd": 3}, aortic_diastolic_mmhg={"value": 90, "sd": 3}
    )
    assert hit.smallest_change["aortic_systolic_mmhg"] == pytest.approx(85)
    assert hit.smallest_change["aortic_diastolic_mmhg"] == pytest.approx(85)
    assert hit.gap == pytest.approx(10)


def test_least_change_goes_to_the_value_with_the_larger_error():
    _, (hit,) = found(
        aortic_systolic_mmhg={"value": 80, "sd": 1}, aortic_diastolic_mmhg={"value": 90, "sd": 3}
    )
    change = hit.smallest_change
    assert change["aortic_systolic_mmhg"] == pytest.approx(81)
    assert change["aortic_diastolic_mmhg"] == pytest.approx(81)


def test_least_change_agrees_with_an_independent_minimiser():
    start = {"cardiac_output_l_min": 4.0, "stroke_volume_ml": 80.0, "heart_rate_bpm": 80.0}
    errors = {"cardiac_output_l_min": 0.4, "stroke_volume_ml": 6.0, "heart_rate_bpm": 4.0}
    _, (hit,) = found(**{key: {"value": start[key], "sd": errors[key]} for key in start})
    names = list(start)
    best = minimize(
        lambda x: sum(((x[i] - start[n]) / errors[n]) ** 2 for i, n in enumerate(names)),
        [start[n] for n in names],
        constraints={"type": "eq", "fun": lambda x: x[0] - x[1] * x[2] / 1000},
        method="SLSQP",
        options={"ftol": 1e-12},
    )
    for i, name in enumerate(names):
        assert hit.smallest_change[name] == pytest.approx(best.x[i], rel=2e-3)


def test_gorlin_worked_example_agrees_and_its_double_does_not():
    """CO 5000, rate 75, ejection 0.33 s, mean gradient 30 mmHg give 0.83 cm2 (calc_only)."""
    flow = {
        "cardiac_output_l_min": 5.0,
        "heart_rate_bpm": 75,
        "ejection_period_s": 0.33,
        "gradient_mean_mmhg": 30,
    }
    assert found(**flow, valve_area_gorlin_cm2=0.83)[1] == ()
    _, (hit,) = found(**flow, valve_area_gorlin_cm2=1.7)
    assert hit.expected == pytest.approx(0.833, abs=0.001)


def test_continuity_worked_example():
    """Outflow tract 20 mm, integrals 20 and 90 cm give 0.698 cm2."""
    lesion = {"lvot_mm": 20}
    flow = {"lvot_vti_cm": 20, "valve_vti_cm": 90}
    assert found(lesion=lesion, **flow, valve_area_continuity_cm2=0.70)[1] == ()
    _, (hit,) = found(lesion=lesion, **flow, valve_area_continuity_cm2=1.2)
    assert hit.expected == pytest.approx(0.698, abs=0.001)


def test_mitral_gradient_cannot_exceed_the_atrial_pressure():
    """The Dhaka series prints a mean gradient of 24 with an LA mean of 21.4 mmHg: within error."""
    assert found("mitral", gradient_mean_mmhg=24.0, la_mean_mmhg=21.4)[1] == ()
    _, (hit,) = found("mitral", gradient_mean_mmhg=30.0, la_mean_mmhg=15.0)
    assert hit.keys == ("gradient_mean_mmhg", "la_mean_mmhg")


def test_a_leak_explains_a_larger_ejected_volume():
    volumes = {"lv_end_diastolic_volume_ml": 200, "lv_end_systolic_volume_ml": 80}
    assert found("mitral", **volumes, stroke_volume_ml=60)[1]
    leak = {"regurgitation_grade": 3}
    assert found("mitral", leak, **volumes, stroke_volume_ml=60)[1] == ()


def test_the_demo_patient_contradicts_itself_at_the_right_atrium():
    _, (hit,) = found("mitral", ra_mean_mmhg=14, rv_end_diastolic_mmhg=3.3)
    assert hit.gap == pytest.approx(10.7)
    middle = 0.5 * (14 + 3.3)
    assert hit.smallest_change["ra_mean_mmhg"] == pytest.approx(middle)


def test_contradicting_values_get_more_error():
    made, _ = found(
        aortic_systolic_mmhg={"value": 80, "sd": 3},
        aortic_diastolic_mmhg={"value": 90, "sd": 3},
        heart_rate_bpm={"value": 70, "sd": 2},
    )
    errors = measurement_errors(made)
    assert errors["aortic_systolic_mmhg"] == pytest.approx(math.hypot(3, 5))
    assert errors["heart_rate_bpm"] == 2


def test_stress_values_are_judged_apart():
    made = parse_patient(
        {
            "id": "x",
            "age_years": 70,
            "sex": "male",
            "lesion": [{"valve": "aortic"}],
            "measured": {
                "gradient_mean_mmhg": 30,
                "gradient_peak_instant_mmhg": 50,
                "dobutamine": {"gradient_mean_mmhg": 60, "gradient_peak_instant_mmhg": 40},
            },
        }
    )
    (hit,) = find_contradictions(made)
    assert hit.keys[0] == "dobutamine.gradient_mean_mmhg"


def test_ring_axes_scores_and_surface():
    parts = {"mobility": 2, "thickening": 2, "subvalvular": 1, "calcium": 1}
    _, contradictions = found("mitral", {"wilkins_score": 9, "wilkins": parts})
    assert contradictions[0].keys[0] == "lesion[0].wilkins_score"
    _, contradictions = found(lesion={"annulus_mm": 20, "annulus_min_mm": 23})
    assert contradictions[0].keys[0] == "lesion[0].annulus_min_mm"
    _, contradictions = found(height_cm=160, weight_kg=66, bsa_m2=2.4)
    assert contradictions[0].expected == pytest.approx(1.713, abs=0.001)


def test_unlikely_and_misplaced_values_are_kept_and_warned_about():
    made, _ = found(lesion={"wilkins_score": 8, "morphology": "domed"}, la_mean_mmhg=60)
    text = "\n".join(made.warnings)
    assert "la_mean_mmhg: 60 mmHg is unlikely" in text
    assert "wilkins_score: meant for the mitral valve" in text
    assert made.measured["la_mean_mmhg"].value == 60
    heavy, _ = found(weight_kg=240)
    assert "weight_kg: 240 kg is unlikely" in "\n".join(heavy.warnings)
    odd, _ = found("mitral", {"morphology": "bicuspid_1"})
    assert "does not describe a mitral valve" in "\n".join(odd.warnings)
