"""No text, however odd, may do more than be refused with every bad row named."""

import csv
import io
import math

from hypothesis import given, settings
from hypothesis import strategies as st

from openvalve.errors import InputError
from openvalve.validation import (
    QUANTITIES,
    baselines,
    cohort_patient,
    parse_cases,
    parse_evidence,
    predict_rows,
    questions_of,
)
from openvalve.validation._text import (
    age_years_of,
    balloon_of,
    sex_of,
    spreads_of,
    valve_class_of,
    wilkins_of,
)

PIECES = [
    *("mean ", "age ", "annulus ", "median ", "Wilkins ", "BAR ", "Inoue ", "double ", "single "),
    *("pregnant ", "children ", "adults ", "congenital ", "calcific ", "SEM ", " and ", " mm "),
    *(" y ", " months", "-", "<=", ">", " psi", "0", "7", "25", "900", "1.2", ".", ","),
    "smaller than annulus",
]
WORDS = st.lists(st.sampled_from(PIECES), max_size=9).map("".join)
NUMBERS = st.one_of(
    st.just(""), st.floats(-5, 500, allow_nan=False).map(lambda x: f"{x:.4g}"), st.just("nan")
)


@settings(max_examples=300, deadline=None)
@given(WORDS)
def test_text_readers_take_anything(text: str) -> None:
    age = age_years_of(text)
    assert age is None or age >= 0
    score = wilkins_of(text)
    assert score is None or 4 <= score <= 16
    diameter = balloon_of(text).diameter_mm
    assert diameter is None or 2 <= diameter <= 45
    sex_of(text)
    valve_class_of("aortic", text, age)
    spreads_of(text, 12)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_files_of_anything(text: str) -> None:
    for parse in (parse_evidence, parse_cases):
        try:
            parse(text)
        except InputError as error:
            assert error.items


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["aortic", "mitral", "pulmonary", "tricuspid"]),
            st.sampled_from([*QUANTITIES, "nobody_knows_this"]),
            WORDS,
            WORDS,
            NUMBERS,
            NUMBERS,
        ),
        min_size=1,
        max_size=6,
    )
)
def test_rows_of_anything_make_patients_and_predictions(
    rows: list[tuple[str, str, str, str, str, str]],
) -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ["id", "valve", "quantity", "population", "technique", "pre_mean", "post_mean", "cohort"]
    )
    for i, (valve, quantity, population, technique, pre, post) in enumerate(rows):
        writer.writerow((f"r{i}", valve, quantity, population, technique, pre, post, f"c{i % 2}"))
    try:
        table = parse_evidence(out.getvalue())
    except InputError as error:
        assert any("nan" in item.got for item in error.items)
        return
    for question in questions_of(table):
        cohort_patient(question.cohort)
    found = predict_rows(baselines()[0], table)
    assert all(math.isfinite(p.mean) and math.isfinite(p.p95) for p in found.values())
