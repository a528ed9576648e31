"""Digits, units, bands and words, against what a clinician would write by hand."""

import math

import pytest

from openvalve.patient import MEASURED_KEYS
from openvalve.report._numbers import (
    Estimate,
    format_band,
    format_error,
    format_estimate,
    format_number,
    format_points,
    format_probability,
    format_probability_band,
    read_estimate,
    read_number,
    unit_label,
)
from openvalve.report._words import key_label, plain, with_key_labels

THIN = "\u202f"


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("valve_area_cm2", 0.9, "0.90"),
        ("gradient_mean_mmhg", 31.6, "32"),
        ("gradient_mean_mmhg", 7.81, "7.8"),
        ("gradient_mean_mmhg", 9.96, "10"),
        ("ra_mean_mmhg", -0.01, "0.0"),
        ("ra_mean_mmhg", -3.26, "−3.3"),
        ("cardiac_output_l_min", 4.85, "4.8"),
        ("heart_rate_bpm", 119.7, "120"),
        ("lv_ejection_frac", 0.583, "58"),
        ("annulus_mm", 22.0, "22.0"),
        ("qp_qs_ratio", 1.0, "1.00"),
        ("lv_dpdt_max_mmhg_s", 1523.4, "1523"),
        ("wilkins_score", 8.0, "8"),
        ("unknown_thing", 0.01234, "0.0123"),
        ("valve_area_cm2", math.nan, "–"),
        ("valve_area_cm2", math.inf, "–"),
        ("valve_area_cm2", None, "–"),
    ],
)
def test_digits(key: str, value: float | None, text: str) -> None:
    assert format_number(key, value) == text


def test_units_and_bands() -> None:
    e = Estimate(median=2.118, low=1.74, high=2.5)
    assert format_estimate("valve_area_cm2", e, unit=True) == f"2.12 [1.74–2.50]{THIN}cm²"
    assert format_band("ra_mean_mmhg", Estimate(median=0.4, low=-2.2, high=3.1)) == "−2.2 to 3.1"
    assert format_band("valve_area_cm2", Estimate(median=1.0)) == ""
    assert unit_label("lv_ejection_frac") == "%"
    assert unit_label("rv_stroke_work_j") == "J"
    assert unit_label("cardiac_output_l_min") == "L/min"


def test_error_has_the_digits_of_its_value() -> None:
    assert format_error("la_mean_mmhg", 38.0, 2.0) == "2"
    assert format_error("valve_area_cm2", 0.9, 0.1) == "0.10"
    assert format_error("la_mean_mmhg", 38.0, 0.2) == "0.2"  # never a zero
    assert format_error("lv_ejection_frac", 0.6, 0.06) == "6"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "<0.1"), (0.0004, "<0.1"), (0.008, "0.8"), (0.0996, "10"), (0.42, "42"), (0.995, ">99")],
)
def test_probabilities(value: float, text: str) -> None:
    assert format_probability(value) == f"{text}{THIN}%"


def test_probability_bands_and_points() -> None:
    assert format_probability(math.nan) == "–"
    assert format_probability_band(0.002, 0.021) == f"0.2–2.1{THIN}%"
    assert format_probability_band(0.25, 0.999) == f"25 to >99{THIN}%"
    assert format_probability_band(0.0, 0.0) == f"<0.1{THIN}%"
    assert format_points(0.03) == "+3.0 points"
    assert format_points(-0.012) == "−1.2 points"


@pytest.mark.parametrize("value", [None, "12", True, math.nan, math.inf, [1.0], {"p05": 1.0}])
def test_what_is_no_number_is_none(value: object) -> None:
    assert read_estimate(value) is None
    assert read_number(value) is None


def test_band_half_missing_is_no_band() -> None:
    e = read_estimate({"median": 1.0, "p05": math.nan, "p95": 2.0})
    assert e is not None
    assert format_band("valve_area_cm2", e) == ""


def test_every_measured_key_has_words_without_its_unit() -> None:
    labels = {key: key_label(key) for key in MEASURED_KEYS}
    assert len(set(labels.values())) == len(labels)
    for key, label in labels.items():
        assert "_" not in label and "mmhg" not in label.lower(), key
        assert label[0].isupper()
        assert unit_label(key) or key.endswith("_ratio"), key


def test_names_are_put_into_words() -> None:
    assert plain("la_thrombus") == "Left atrial thrombus"
    assert plain("severe_subvalvular_disease") == "Severe subvalvular disease"
    assert key_label("la_mean_mmhg") == "LA mean"
    assert key_label("lesion[1].annulus_mm") == "Annulus, lesion 2"


def test_keys_in_a_message_are_put_into_words_whole() -> None:
    keys = ("la_mean_mmhg", "pa_mean_mmhg", "valve_area_cm2")
    text = "la_mean_mmhg 38 above pa_mean_mmhg 20; x_la_mean_mmhg and la_mean_mmhg2 stay"
    assert with_key_labels(text, keys) == (
        "LA mean 38 above PA mean 20; x_la_mean_mmhg and la_mean_mmhg2 stay"
    )
    assert with_key_labels("nothing here", keys) == "nothing here"
