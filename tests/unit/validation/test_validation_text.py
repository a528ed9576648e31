import pytest

from openvalve.validation._text import (
    age_years_of,
    balloon_of,
    is_balloon_procedure,
    rhythm_of,
    sex_of,
    spreads_of,
    valve_class_of,
    wilkins_of,
)


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("children 10-18 y MS", 14.0),
        ("congenital AS, 2 d - 28 y", 14.003),
        ("juvenile MS <20 y", 14.0),
        ("calcific AS, mean 78 y", 78.0),
        ("congenital AS, 80, age 9 SD 9 y", 9.0),
        ("congenital AS, median 8 months, 22 US centres", 0.667),
        ("children congenital AS, 23 institutions, median 6.8 y", 6.8),
        ("newborn critical PS", 0.03),
        ("nonagenarians severe AS", 92.0),
        ("pregnant women, severe MS", 27.0),
        ("young adults 16-24 y congenital AS, annulus 24 mm (12 bicuspid)", 20.0),
        ("MS, PA mean >=50 mmHg", None),
        ("MS, mean gradient 50 mmHg", None),
        ("rheumatic MS, 3-year follow-up", None),
        ("elderly AS, >=2 BAV (224 procedures)", 80.0),
        ("", None),
        ("%%%% 12-", None),
    ],
)
def test_age_from_words(text: str, age: float | None) -> None:
    found = age_years_of(text)
    assert found == (None if age is None else pytest.approx(age, rel=1e-2))


@pytest.mark.parametrize(
    ("text", "sex"),
    [
        ("pregnant, severe MS", "female"),
        ("women, high-gradient severe AS (CT study)", "female"),
        ("men, high-gradient severe AS (CT study)", "male"),
        ("symptomatic MS, 24 centres, 81% women", None),
        ("MS", None),
    ],
)
def test_sex_from_words(text: str, sex: str | None) -> None:
    assert sex_of(text) == sex


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("MS, Wilkins <=8", 7.0),
        ("MS, MGH, Wilkins >8", 10.0),
        ("MS, echo score 6", 6.0),
        ("MS, Wilkins < 8", 6.0),
        ("MS, MVA<1, pliable", 7.0),
        ("MS, Wilkins >16", 16.0),
        ("severe AS", None),
    ],
)
def test_wilkins_from_words(text: str, score: float | None) -> None:
    assert wilkins_of(text) == score


@pytest.mark.parametrize(
    ("valve", "text", "age", "expected"),
    [
        ("aortic", "elderly calcific AS", None, "aortic_calcific"),
        ("aortic", "congenital valvular AS", None, "aortic_congenital"),
        ("aortic", "severe AS", 12.0, "aortic_congenital"),
        ("aortic", "severe AS", 75.0, "aortic_calcific"),
        ("aortic", "combined rheumatic MS+AS, aortic part", 42.0, "aortic_rheumatic"),
        ("aortic", "", None, "aortic_calcific"),
        ("mitral", "children", 9.0, "mitral"),
    ],
)
def test_valve_class(valve: str, text: str, age: float | None, expected: str) -> None:
    assert valve_class_of(valve, text, age) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "kind", "diameter_mm", "ratio"),
    [
        ("Inoue 20-28 mm, mean 25 mm, stepwise", "inoue", 25.0, None),
        ("Inoue, reference size 24.5 SD 1.03 mm", "inoue", 24.5, None),
        ("single balloon 25 mm antegrade", "cylinder", 25.0, None),
        ("retrograde, 15-20 mm balloons", "cylinder", 17.5, None),
        ("BAR 1.28 (1.2-1.4)", None, None, 1.28),
        (
            "retrograde; balloon >=1 mm smaller than annulus, 10-20 mm, 80-120 psi",
            "cylinder",
            15.0,
            0.93,
        ),
        ("double balloon 12, single 3", "double", None, None),
        ("single 41, double 6, Inoue 18; BAR 1.0-1.19 in 19", "cylinder", None, 1.0),
        ("1 balloon 17, 2 balloons 15", "cylinder", None, None),
        ("Inoue 876, double 586, single 30", "inoue", None, None),
        ("Inoue 18, bifoil 2", "inoue", None, None),
        ("mostly double balloon", "double", None, None),
        ("Chinese single balloon", "inoue", None, None),
        ("Tyshak balloons", "cylinder", None, None),
        ("percutaneous", None, None, None),
        ("", None, None, None),
        ("balloon 900 mm", None, None, None),
    ],
)
def test_balloon_from_words(
    text: str, kind: str | None, diameter_mm: float | None, ratio: float | None
) -> None:
    found = balloon_of(text)
    assert (found.kind, found.diameter_mm, found.annulus_ratio) == (kind, diameter_mm, ratio)


def test_pressure_from_words() -> None:
    assert balloon_of("hand inflation 3-7 atm").inflation_atm == 5.0
    assert balloon_of("80-120 psi").inflation_atm == pytest.approx(6.805, rel=1e-3)
    assert balloon_of("Inoue stepwise").stepwise


def test_spreads_from_notes() -> None:
    assert spreads_of("SEM 2 and 1; no further fall in 24 h", 25) == (10.0, 5.0)
    assert spreads_of("spread 6.0 and 4.0 (SEM)", 16) == (24.0, 16.0)
    # Normal quartiles lie 0.6745 SD from the mean.
    before, after = spreads_of("medians; IQR 50-71 and 15-30", 373)
    assert before == pytest.approx(21 / 1.349) and after == pytest.approx(15 / 1.349)
    assert spreads_of("medians; IQR 65-100, 14-34", 53)[1] == pytest.approx(20 / 1.349)
    assert spreads_of("reported as transaortic gradient; spread may be SEM", 7) == (None, None)
    assert spreads_of("SEM 0.9, range 18.5-30", 15) == (None, None)
    assert spreads_of("SEM 2 and 1", None) == (None, None)
    assert spreads_of("", 5) == (None, None)


def test_what_is_a_balloon() -> None:
    assert is_balloon_procedure("severe AS", "retrograde")
    assert is_balloon_procedure("AS at surgery, intraoperative balloon", "surgical-field balloon")
    assert is_balloon_procedure("severe AS", "")
    assert not is_balloon_procedure("MS, MVA<1, pliable (surgical comparator)", "closed surgical")
    assert not is_balloon_procedure("isolated MS (measurement study)", "none")
    assert not is_balloon_procedure("severe AS", "none")


def test_rhythm_from_words() -> None:
    assert rhythm_of("MS with AF") == "atrial_fibrillation"
    assert rhythm_of("sinus rhythm") == "sinus"
    assert rhythm_of("after fasting") is None
