"""What speaks against a balloon and what else there is: the rules, with their limits."""

from typing import Any

import pytest

from openvalve.patient import complete, parse_patient
from openvalve.planning._screen import alternatives, contraindications

IMPERATIVE = (
    "do ", "do not", "don't", "perform", "treat ", "give ", "use ", "avoid", "refer", "choose",
    "consider", "must", "should", "operate", "stop ", "start ", "never ",
)  # fmt: skip


def screen(
    lesion: dict[str, Any], *, age: float = 40.0, area: float | None = None, **body: Any
) -> set[str]:
    patient = parse_patient(
        {"id": "x", "age_years": age, "sex": "female", "lesion": [lesion], **body}
    )
    values = {} if area is None else {"valve_area_cm2": area}
    found = contraindications(patient, complete(patient), values)
    assert all(f.message and f.source for f in found)
    return {f.name for f in found}


def test_a_good_valve_is_not_screened_out() -> None:
    assert screen({"valve": "mitral", "wilkins_score": 6, "regurgitation_grade": 1}, area=0.9) == (
        set()
    )


def test_named_ones_are_passed_on() -> None:
    found = screen({"valve": "mitral"}, contraindications=["la_thrombus", "allergy_to_contrast"])
    assert {"la_thrombus", "allergy_to_contrast"} <= found


@pytest.mark.parametrize(("grade", "named"), [(2.5, False), (3.0, True), (4.0, True)])
def test_mitral_leak_of_three_plus(grade: float, named: bool) -> None:
    found = screen({"valve": "mitral", "regurgitation_grade": grade})
    assert ("mitral_regurgitation" in found) == named


@pytest.mark.parametrize(("score", "named"), [(8, False), (9, True), (12, True)])
def test_wilkins_above_eight(score: int, named: bool) -> None:
    found = screen({"valve": "mitral", "wilkins_score": score})
    assert ("unfavourable_score" in found) == named


def test_a_score_nobody_gave_says_nothing() -> None:
    assert "unfavourable_score" not in screen({"valve": "mitral"}, age=85.0)


@pytest.mark.parametrize(("area", "named"), [(1.5, False), (1.6, True), (None, False)])
def test_mild_mitral_stenosis(area: float | None, named: bool) -> None:
    assert ("mild_stenosis" in screen({"valve": "mitral"}, area=area)) == named


def test_mild_stenosis_by_whatever_area_was_measured() -> None:
    patient = parse_patient(
        {
            "id": "x",
            "age_years": 40,
            "sex": "male",
            "lesion": [{"valve": "mitral"}],
        }
    )
    for key in ("valve_area_planimetry_cm2", "valve_area_gorlin_cm2"):
        names = {f.name for f in contraindications(patient, complete(patient), {key: 1.8})}
        assert "mild_stenosis" in names, key


@pytest.mark.parametrize(("grade", "named"), [(2.0, False), (2.5, True)])
def test_aortic_leak_beside_a_mitral_valve(grade: float, named: bool) -> None:
    patient = parse_patient(
        {
            "id": "x",
            "age_years": 40,
            "sex": "male",
            "lesion": [{"valve": "mitral"}, {"valve": "aortic", "regurgitation_grade": grade}],
        }
    )
    names = {f.name for f in contraindications(patient, complete(patient), {})}
    assert ("aortic_regurgitation" in names) == named


@pytest.mark.parametrize(("age", "named"), [(59.0, False), (60.0, True), (85.0, True)])
def test_calcific_valve_of_the_elderly_is_palliation(age: float, named: bool) -> None:
    found = screen({"valve": "aortic", "etiology": "calcific"}, age=age)
    assert ("palliation_only" in found) == named


def test_moderate_aortic_leak() -> None:
    assert "aortic_regurgitation" in screen({"valve": "aortic", "regurgitation_grade": 2})
    assert "aortic_regurgitation" not in screen({"valve": "aortic", "regurgitation_grade": 1})


def test_dysplastic_pulmonary_valve() -> None:
    dysplastic = screen({"valve": "pulmonary", "morphology": "dysplastic"}, age=3.0)
    assert "dysplastic_valve" in dysplastic
    assert "dysplastic_valve" not in screen({"valve": "pulmonary", "morphology": "domed"}, age=3.0)


@pytest.mark.parametrize("valve", ["aortic", "mitral", "pulmonary", "tricuspid"])
@pytest.mark.parametrize("age", [0.01, 10.0, 40.0, 85.0])
def test_alternatives_state_and_never_order(valve: str, age: float) -> None:
    patient = parse_patient(
        {"id": "x", "age_years": age, "sex": "male", "lesion": [{"valve": valve}]}
    )
    found = alternatives(patient, complete(patient))
    assert "waiting" in {f.name for f in found}
    assert len({f.name for f in found}) == len(found)
    for finding in found:
        assert finding.source
        for sentence in finding.message.lower().split(". "):
            assert not sentence.startswith(IMPERATIVE), sentence
            assert " should " not in sentence and " must " not in sentence


def test_a_childs_aortic_valve_is_not_offered_a_transcatheter_valve() -> None:
    for age, name in ((5.0, "surgical_valvotomy"), (80.0, "transcatheter_valve")):
        patient = parse_patient(
            {"id": "x", "age_years": age, "sex": "male", "lesion": [{"valve": "aortic"}]}
        )
        names = {f.name for f in alternatives(patient, complete(patient))}
        assert name in names
        assert len(names & {"surgical_valvotomy", "transcatheter_valve"}) == 1
