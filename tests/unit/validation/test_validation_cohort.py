import pytest

from openvalve.patient import MEASURED_KEYS
from openvalve.validation import (
    QUANTITIES,
    cohort_patient,
    parse_evidence,
    questions_of,
    shipped_cases,
    shipped_evidence,
)

HEADER = (
    "id,valve,population,n,technique,quantity,pre_mean,post_mean,source_id,timepoint,baseline,"
    "cohort,note\n"
)


def test_relations_name_known_keys() -> None:
    for quantity in QUANTITIES.values():
        assert set(quantity.relation) <= set(MEASURED_KEYS), quantity.name
        assert quantity.key is None or quantity.key in MEASURED_KEYS, quantity.name


def test_every_shipped_cohort_is_a_patient() -> None:
    for rows in (shipped_evidence(), shipped_cases()):
        for question in questions_of(rows):
            patient = cohort_patient(question.cohort)
            assert patient.lesion[0].valve == question.cohort.valve
            assert all(row.post_mean is None for row in question.rows)


def test_before_values_become_keys() -> None:
    text = HEADER + (
        'c.1,mitral,"pregnant, Wilkins >8",9,Inoue,valve_area_cm2,0.9,1.8,s,acute,pre,c,SEM 1\n'
        "c.2,mitral,,9,Inoue,LVEF_percent,55,60,s,acute,pre,c,\n"
        "c.3,mitral,,9,Inoue,LA_mean_pressure_mmHg,25,12,s,acute,pre,c,\n"
        "c.4,mitral,,9,Inoue,unheard_of_thing,3,4,s,acute,pre,c,\n"
    )
    (question,) = questions_of(parse_evidence(text))
    patient = cohort_patient(question.cohort)
    assert patient.measured["valve_area_cm2"].value == 0.9
    assert patient.measured["lv_ejection_frac"].value == pytest.approx(0.55)
    assert patient.measured["la_mean_mmhg"].value == 25
    assert len(patient.measured) == 3
    assert patient.sex == "female" and patient.pregnancy_weeks == 24
    wilkins = patient.lesion[0].wilkins_score
    assert wilkins is not None and wilkins.value == 10


def test_second_row_of_a_quantity_gets_its_own_cohort() -> None:
    text = HEADER + (
        "c.1,aortic,severe AS,9,retrograde,valve_area_cm2,0.5,0.8,s,acute,pre,c,invasive\n"
        "c.2,aortic,severe AS,9,retrograde,valve_area_cm2,0.6,0.9,s,acute,pre,c,TEE\n"
        "c.3,aortic,severe AS,9,retrograde,mean_gradient_mmHg,50,25,s,acute,pre,c,\n"
        "c.4,aortic,severe AS,9,retrograde,mean_gradient_mmHg,25,40,s,6mo,post_acute,c,\n"
    )
    first, second = questions_of(parse_evidence(text))
    assert [row.id for row in first.rows] == ["c.1", "c.3"]
    assert [row.id for row in second.rows] == ["c.2"]
    assert first.cohort.before["valve_area_cm2"].mean == 0.5
    assert second.cohort.before["valve_area_cm2"].mean == 0.6
    assert second.cohort.before["mean_gradient_mmHg"].mean == 50


def test_surgical_rows_are_not_asked() -> None:
    text = (
        HEADER + "c.1,mitral,MS (surgical comparator),9,closed surgical,valve_area_cm2,1,2,s,,,c,\n"
    )
    assert questions_of(parse_evidence(text)) == ()
