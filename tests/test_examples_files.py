"""Every example reads, completes, matches the schema, names its source and keeps its after-values
in comments."""

import json
import math
import tomllib
from pathlib import Path

import jsonschema
import pytest

from openvalve.patient import complete, parse_patient, patient_mapping, patient_schema, read_patient

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.toml"))

# One number of each, copied from the source by hand.
PRINTED = {
    "a_infant36d_loop": ("gradient_peak_to_peak_mmhg", 37),
    "a_neonate5d_umbilical": ("gradient_peak_instant_mmhg", 40),
    "m_laathrombus49": ("heart_rate_bpm", 85),
    "m_man38_exercise": ("valve_area_pht_cm2", 0.85),
    "m_pregnant27": ("valve_area_planimetry_cm2", 0.49),
    "m_pregnant27_double18": ("la_mean_mmhg", 38),
    "m_pregnant39_double": ("valve_area_cm2", 1.4),
    "m_wilkins10_63": ("valve_area_pht_cm2", 1.2),
    "mean_davidson_41": ("lv_dpdt_max_mmhg_s", 1650),
    "mean_fawzy_30": ("valve_area_planimetry_cm2", 0.8),
    "mean_harpole_15": ("lv_end_systolic_volume_ml", 114),
    "mean_harpole_25": ("gradient_peak_to_peak_mmhg", 73),
    "mean_ps7_1984": ("valve_area_index_cm2_m2", 0.33),
    "p_adult52_28mm": ("rv_systolic_mmhg", 90),
    "p_adult68_inoue": ("pa_diastolic_mmhg", 14),
}


@pytest.fixture(scope="module")
def validator():
    schema = patient_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_there_are_ten_of_every_kind():
    patients = [read_patient(path) for path in EXAMPLES]
    assert len(patients) >= 10
    assert {patient.treated.valve for patient in patients} == {"aortic", "mitral", "pulmonary"}
    assert any(patient.age_years < 0.08 for patient in patients)
    assert any(1 < patient.age_years < 18 for patient in patients)
    assert any(patient.pregnancy_weeks > 0 for patient in patients)
    assert any(patient.rhythm == "atrial_fibrillation" for patient in patients)
    assert any("la_thrombus" in patient.contraindications for patient in patients)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example(path):
    patient = read_patient(path)
    assert patient.id == path.stem
    key, printed = PRINTED[path.stem]
    assert patient.measured[key].value == printed

    text = path.read_text(encoding="utf-8")
    assert "# Source:" in text
    assert "# Published after" in text

    profile = complete(patient)
    for priors in (profile.expected, profile.chambers_ml, profile.annuli_mm):
        assert all(math.isfinite(p.mean) and p.sd > 0 and p.source for p in priors.values())
    assert all(assumption.source for assumption in profile.assumed)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_matches_the_schema_as_toml_and_as_json(path, validator):
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    validator.validate(data)
    patient = read_patient(path)
    as_json = json.loads(json.dumps(patient_mapping(patient), allow_nan=False))
    validator.validate(as_json)
    assert parse_patient(as_json) == patient


def test_the_demo_patient_has_every_chamber_and_two_balloons_of_18_mm():
    patient = read_patient(EXAMPLES[0].parent / "m_pregnant27_double18.toml")
    assert patient.balloon[0].kind == "double"
    assert patient.balloon[0].diameter_mm == (18, 18)
    assert patient.pregnancy_weeks == 26
    printed = {
        "cardiac_output_l_min": 4.9,
        "valve_area_cm2": 0.9,
        "gradient_mean_mmhg": 32,
        "pcw_v_wave_mmhg": 45,
        "pa_mean_mmhg": 58,
        "rv_end_diastolic_mmhg": 3.3,
        "ra_a_wave_mmhg": 18,
        "lv_systolic_mmhg": 82,
        "aortic_diastolic_mmhg": 70,
    }
    assert {key: patient.measured[key].value for key in printed} == printed
