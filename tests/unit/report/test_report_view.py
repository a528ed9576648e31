"""Who, what is compared with what, and how far the model is off: small facts by hand."""

import re
from types import ModuleType
from typing import Any

import pytest

from openvalve.report._bars import BandRow, band_panel
from openvalve.report._chances import chance_rows, leak_of
from openvalve.report._numbers import Estimate
from openvalve.report._view import (
    AREA_KEYS,
    before_of,
    clean,
    conflict_rows,
    fit_rows,
    gradient_key,
    model_before_of,
    options_of,
    pick_key,
    who,
)


@pytest.mark.parametrize(
    ("age", "sex", "text"),
    [
        (5 / 365.25, "male", "5-day-old newborn boy"),
        (0.25, "female", "3-month-old girl"),
        (1.5, "male", "18-month-old boy"),
        (8.0, "female", "8-year-old girl"),
        (27.0, "female", "27-year-old woman"),
        (78.4, "male", "78-year-old man"),
        (None, "female", "Female patient"),
        (30.0, "", "30-year-old person"),
    ],
)
def test_person(age: float | None, sex: str, text: str) -> None:
    assert who({"summary": {"age_years": age, "sex": sex}})["body"][0] == text


@pytest.mark.parametrize(
    ("grade", "stage", "text", "severe"),
    [
        ("severe", "D1", "Severe stenosis, stage D1", True),
        ("very severe", "", "Very severe stenosis", True),
        ("mild", "", "Mild stenosis", False),
        ("unknown", "", "Severity not graded", False),
        ("none", "", "No stenosis by these numbers", False),
    ],
)
def test_severity_names_its_guideline(grade: str, stage: str, text: str, severe: bool) -> None:
    guideline = "ACC/AHA 2020, aortic stenosis [accaha_2020_as, wjc_2016]"
    head = who({"summary": {"severity": {"grade": grade, "stage": stage, "guideline": guideline}}})
    assert (head["grade"], head["severe"]) == (text, severe)
    assert head["guideline"] == "ACC/AHA 2020"
    assert head["guideline_source"] == "accaha_2020_as, wjc_2016"


def _plan(fit: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {"fit": fit, "options": [{"label": "x", "after": after}]}


def test_like_is_compared_with_like() -> None:
    """The measured kind of area goes before the others; the model's own is the last resort."""
    after = dict.fromkeys(AREA_KEYS, 1.8)
    measured = {"valve_area_planimetry_cm2": {"measured": 0.9, "median": 0.95}}
    document = _plan(measured, after)
    assert pick_key(document, options_of(document), AREA_KEYS) == "valve_area_planimetry_cm2"
    document = _plan({}, {"valve_area_effective_cm2": 1.8})
    assert pick_key(document, options_of(document), AREA_KEYS) == "valve_area_effective_cm2"
    assert pick_key(_plan({}, {}), options_of(_plan({}, {})), AREA_KEYS) is None


def test_gradient_is_the_one_that_was_measured() -> None:
    after = {"gradient_mean_mmhg": 20.0, "gradient_peak_to_peak_mmhg": 25.0}
    document = _plan({"gradient_peak_to_peak_mmhg": {"measured": 60.0}}, after)
    assert gradient_key(document, options_of(document), "aortic") == "gradient_peak_to_peak_mmhg"
    document = _plan({}, after)
    assert gradient_key(document, options_of(document), "aortic") == "gradient_mean_mmhg"
    assert gradient_key(document, options_of(document), "pulmonary") == "gradient_peak_to_peak_mmhg"


def test_before_is_measured_then_fitted_then_general_then_upstream() -> None:
    fitted = {"median": 0.95, "p05": 0.9, "p95": 1.0}
    key = "valve_area_cm2"
    found = [
        before_of({"fit": {key: {"measured": 0.9, **fitted}}}, key),
        before_of({"fit": {key: {"measured": None, **fitted}}}, key),
        before_of({"before": {key: 0.8}}, key),
        before_of({"options": [{"upstream": {key: {"before": 0.7}}}]}, key),
    ]
    assert [e and e.median for e in found] == [0.9, 0.95, 0.8, 0.7]
    assert before_of({}, key) is None


@pytest.mark.parametrize(
    ("measured", "starts"),
    [(0.89, 0.95), (0.9, None), (1.0, None), (1.01, 0.95), (None, None)],
)
def test_model_is_named_where_it_starts_elsewhere(
    measured: float | None, starts: float | None
) -> None:
    fitted = {"median": 0.95, "p05": 0.9, "p95": 1.0}
    key = "valve_area_cm2"
    found = model_before_of({"fit": {key: {"measured": measured, **fitted}}}, key)
    assert (found and found.median) == starts
    assert model_before_of({"before": {key: 0.8}}, key) is None


@pytest.mark.parametrize(
    ("before", "model"), [(33.0, 24.0), (1.0, 2.0), (39.0, 40.0), (24.0, 33.0)]
)
def test_both_starts_are_named_apart(before: float, model: float) -> None:
    """Labels of the value before and of the model's stand side by side, whatever their places."""
    row = BandRow(letter="A", label="20 mm", acute=Estimate(median=40.0), later=None)
    key = "gradient_mean_mmhg"
    svg = band_panel("x", key, [row], Estimate(median=before), Estimate(median=model))
    spans = []
    for side, x, text in re.findall(r'text-anchor: (\w+)[^>]* x="([\d.]+)" y="13">([^<]+)<', svg):
        wide = 5.5 * len(text)  # of a face of 10 pixels
        left = float(x) - {"start": 0.0, "middle": 0.5 * wide, "end": wide}[side]
        spans.append((left, left + wide))
    spans.sort()
    assert len(spans) == 2
    assert spans[0][0] >= 0.0
    assert spans[0][1] <= spans[1][0]
    assert spans[1][1] <= 340.0
    assert "starts from" in svg


def test_distance_of_the_model_in_errors_of_the_measurement() -> None:
    fit = {
        "la_mean_mmhg": {"measured": 38.0, "measured_sd": 2.0, "median": 35.0, "p05": 33.0},
        "ra_mean_mmhg": {"measured": 3.0, "measured_sd": 1.0, "median": 12.0},
        "lv_ejection_frac": {"expected": 0.6, "measured_sd": 0.06, "median": 0.6},
        "pa_mean_mmhg": {"measured": 30.0, "median": 31.0},
    }
    rows = {r.key: r for r in fit_rows({"fit": fit})}
    assert rows["la_mean_mmhg"].gap == "−1.5"
    assert rows["la_mean_mmhg"].at == pytest.approx(50.0 - 1.5 * 12.5)
    assert rows["la_mean_mmhg"].low == pytest.approx(50.0 - 2.5 * 12.5)
    assert rows["ra_mean_mmhg"].beyond
    assert rows["ra_mean_mmhg"].at == 98.0  # kept inside its picture
    assert rows["lv_ejection_frac"].expected
    assert rows["pa_mean_mmhg"].at is None  # no error known: nothing to measure the gap with
    assert next(iter(reversed(rows))) == "lv_ejection_frac"  # what was not measured comes last


def test_conflict_in_words(mock: ModuleType) -> None:
    (row,) = conflict_rows(mock.mock_document())
    assert row["what"] == "RV end-diastolic"
    assert row["message"].startswith("RV end-diastolic: measured 3.3")
    assert row["change"] == "RV end-diastolic 3.3 → 7.4"


def test_smallest_change_may_name_several_values() -> None:
    change = {"ra_mean_mmhg": 8.65, "rv_end_diastolic_mmhg": 8.65}
    (row,) = conflict_rows({"conflicts": [{"keys": list(change), "smallest_change": change}]})
    assert row["what"] == "RA mean · RV end-diastolic"
    assert row["change"] == "RA mean to 8.7\u202fmmHg, RV end-diastolic to 8.7\u202fmmHg"
    assert conflict_rows({"conflicts": [{"keys": 3.0}]})[0]["what"] == "Measurements"


def test_a_change_is_told_once() -> None:
    row = {"message": "x; smallest change: y", "smallest_change": {"ra_mean_mmhg": 8.0}}
    assert conflict_rows({"conflicts": [row]})[0]["change"] == ""


def test_leak_needs_all_its_numbers(mock: ModuleType) -> None:
    document = mock.mock_document()
    document["options"][1]["regurgitation_grade_prob"] = [0.5, float("nan"), 0.5]
    first, second, _ = options_of(document)
    assert sum(leak_of(first)) == pytest.approx(1.0)
    assert leak_of(second) == ()


def test_chances_line_up_with_the_balloons(mock: ModuleType) -> None:
    document = mock.mock_document()
    del document["options"][1]["risk"]["death"]
    rows = {r.head.name: r for r in chance_rows(options_of(document), "risk")}
    assert [c.text for c in rows["Death"].cells] == ["0.8\u202f%", "–", "0.8\u202f%"]
    assert rows["Death"].head.horizon == "30 days"
    assert not rows["Death"].same


def test_options_without_label_are_named_by_their_balloon() -> None:
    raw = [{"balloon": {"kind": "inoue", "diameter_mm": 26}}, {"balloon": {}}, {}, "no"]
    found = options_of(
        {"options": [*raw, {"balloon": {"kind": "double", "diameter_mm": [18, 20]}}]}
    )
    assert [o.label for o in found] == ["Inoue 26 mm", "Balloon", "Balloon", "Double 18 + 20 mm"]
    assert [o.letter for o in found] == ["A", "B", "C", "D"]


def test_clean_keeps_words_and_numbers() -> None:
    assert clean({"a\x00": ["x\ty", 1.5, None, "über 5 cm²"]}) == {
        "a": ["xy", 1.5, None, "über 5 cm²"]
    }
