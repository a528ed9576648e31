import pickle
import tomllib
from pathlib import Path

import pytest

from openvalve.errors import FileError, InputError
from openvalve.patient import complete, find_contradictions, parse_patient, read_patient

# The patient file as the contract prints it; the numbers are illustrative.
CONTRACT = """
schema = 1
id = "example"
age_years = 78
sex = "female"
height_cm = 160
weight_kg = 66
rhythm = "sinus"
pregnancy_weeks = 0
haemoglobin_g_dl = 12.5
femoral_artery_mm = 7.5
contraindications = []
[[lesion]]
valve = "aortic"
etiology = "calcific"
morphology = "tricuspid"
annulus_mm = { value = 22.0, method = "ct" }
annulus_min_mm = 21
annulus_max_mm = 23
annulus_area_mm2 = 380
intercommissural_mm = 27
lvot_mm = 20.5
ascending_aorta_mm = 33
pulmonary_artery_mm = 24
calcium_agatston = 2400
commissural_calcium = "none"
lvot_calcium = "mild"
wilkins_score = 7
regurgitation_grade = 1
eroa_mm2 = 8
regurgitant_fraction_frac = 0.2
prior_procedure = "none"
[[lesion]]
valve = "mitral"
wilkins = { mobility=2, thickening=2, subvalvular=1, calcium=2 }
[measured]
heart_rate_bpm = 76
cardiac_output_l_min = { value = 4.2, method = "fick" }
stroke_volume_ml = 55
qp_qs_ratio = 1
valve_area_gorlin_cm2 = 0.60
valve_area_continuity_cm2 = 0.62
valve_area_planimetry_cm2 = 0.7
valve_area_pht_cm2 = 0.7
valve_area_cm2 = 0.6
gradient_mean_mmhg = { value = 54, sd = 6, method = "catheter" }
gradient_peak_to_peak_mmhg = 58
gradient_peak_instant_mmhg = 88
velocity_peak_m_s = 4.7
lvot_vti_cm = 17
valve_vti_cm = 90
filling_period_s = 0.4
ejection_period_s = 0.33
aortic_systolic_mmhg = 128
aortic_diastolic_mmhg = 66
aortic_mean_mmhg = 88
cuff_systolic_mmhg = 130
cuff_diastolic_mmhg = 68
cuff_mean_mmhg = 90
lv_systolic_mmhg = 186
lv_end_diastolic_mmhg = 18
lv_end_diastolic_volume_ml = 130
lv_end_systolic_volume_ml = 65
lv_ejection_frac = 0.5
lv_dpdt_max_mmhg_s = 1600
la_mean_mmhg = 18
pcw_mean_mmhg = 18
la_a_wave_mmhg = 22
la_v_wave_mmhg = 24
ra_mean_mmhg = 6
pa_systolic_mmhg = 45
pa_diastolic_mmhg = 20
pa_mean_mmhg = 29
rv_systolic_mmhg = 46
rv_end_diastolic_mmhg = 7
rv_infundibular_gradient_mmhg = 0
[measured.dobutamine]
cardiac_output_l_min = 5.5
[measured.exercise]
gradient_mean_mmhg = 65
[[balloon]]
model = "True Dilatation"
kind = "cylinder"
diameter_mm = 20
inflations = 2
inflation_atm = 4
hold_s = 8
pacing_bpm = 180
[[balloon]]
kind = "inoue"
steps_mm = [24, 25, 26]
volume_ml = 20
[[balloon]]
kind = "double"
diameter_mm = [18, 20]
"""

MINIMAL = {"id": "x", "age_years": 70, "sex": "female", "lesion": [{"valve": "aortic"}]}


def items(data):
    with pytest.raises(InputError) as caught:
        parse_patient(data)
    return {item.key: item for item in caught.value.items}, caught.value.hint


def test_minimal_patient_is_enough():
    patient = parse_patient(MINIMAL)
    assert patient.treated.valve == "aortic"
    assert patient.height_cm is None
    assert patient.measured == {}


def test_number_and_table_are_the_same_value():
    number = parse_patient({**MINIMAL, "measured": {"gradient_mean_mmhg": 54}})
    table = parse_patient(
        {**MINIMAL, "measured": {"gradient_mean_mmhg": {"value": 54, "sd": 6, "method": "fick"}}}
    )
    assert number.measured["gradient_mean_mmhg"].value == 54
    measured = table.measured["gradient_mean_mmhg"]
    assert (measured.value, measured.sd, measured.method) == (54, 6, "fick")


def test_every_error_at_once_with_key_value_and_allowed():
    found, hint = items(
        {
            "id": "x",
            "sex": "f",
            "height_cm": 1.68,
            "lesion": [{"valve": "aortal", "anulus_mm": 22, "wilkins": {"mobility": 7}}],
            "measured": {
                "hart_rate_bpm": 70,
                "heart_rate_bpm": float("nan"),
                "cardiac_output_l_min": -4.2,
                "dobutamine": {"gradient_mean_mmhg": float("inf")},
            },
            "balloon": [{"diameter_mm": 90}, {"kind": "double", "diameter_mm": 18}, {}],
        }
    )
    assert found["age_years"].got == "nothing"
    assert found["sex"].allowed == "female, male"
    assert found["height_cm"].got == "1.68 cm"
    assert found["height_cm"].allowed == "20 to 250 cm"
    assert "did you mean annulus_mm?" in found["lesion[0].anulus_mm"].allowed
    assert "aortic, mitral, pulmonary, tricuspid" in found["lesion[0].valve"].allowed
    assert found["lesion[0].wilkins.mobility"].allowed == "a whole number 1 to 4"
    assert "did you mean heart_rate_bpm?" in found["measured.hart_rate_bpm"].allowed
    assert found["measured.heart_rate_bpm"].allowed == "20 to 300 /min"
    assert "0.05 to 25 L/min" in found["measured.cardiac_output_l_min"].allowed
    assert "measured.dobutamine.gradient_mean_mmhg" in found
    assert found["balloon[0].diameter_mm"].got == "90 mm"
    assert found["balloon[0].diameter_mm"].allowed.startswith("3 to 40 mm")
    assert "two diameters" in found["balloon[1].diameter_mm"].allowed
    assert found["balloon[2].diameter_mm"].got == "nothing"
    assert hint == "height_cm: did you mean 168 cm?"


@pytest.mark.parametrize(
    ("path", "value", "meant"),
    [
        ("height_cm", 1.68, "168 cm"),
        ("weight_kg", 3200, "3.2 kg"),
        ("haemoglobin_g_dl", 125, "12.5 g/dL"),
        ("measured.lv_ejection_frac", 54, "0.54"),
        ("measured.cardiac_output_l_min", 4200, "4.2 L/min"),
        ("measured.velocity_peak_m_s", 450, "4.5 m/s"),
        ("lesion.annulus_mm", 2.2, "22 mm"),
    ],
)
def test_wrong_unit_is_refused_with_the_likely_value(path, value, meant):
    data = {**MINIMAL}
    if "." in path:
        section, key = path.split(".")
        data[section] = [{"valve": "aortic", key: value}] if section == "lesion" else {key: value}
    else:
        data[path] = value
    _, hint = items(data)
    assert f"did you mean {meant}?" in hint


@pytest.mark.parametrize("value", [True, "54", [], {}, None, {"sd": 3}, 10**400])
def test_what_is_no_number_is_refused(value):
    if value is None:
        assert parse_patient({**MINIMAL, "height_cm": None}).height_cm is None
        return
    found, _ = items({**MINIMAL, "height_cm": value})
    assert any(key.startswith("height_cm") for key in found)


def test_key_of_another_section_is_pointed_to():
    found, _ = items({**MINIMAL, "annulus_mm": 22})
    assert found["annulus_mm"].allowed == "annulus_mm belongs under [[lesion]]"


def test_a_newborn_of_three_kilograms_is_a_patient():
    patient = parse_patient(
        {
            "id": "newborn",
            "age_days": 3,
            "sex": "male",
            "weight_kg": 3.0,
            "lesion": [{"valve": "pulmonary", "annulus_mm": 6.5}],
            "balloon": [{"diameter_mm": 8}],
        }
    )
    assert patient.age_years == pytest.approx(3 / 365.25)
    assert patient.weight_kg == 3.0


def test_ages_that_differ_and_impossible_pregnancies_are_refused():
    found, _ = items({**MINIMAL, "age_days": 30})
    assert "age_days" in found
    found, _ = items({**MINIMAL, "sex": "male", "pregnancy_weeks": 20})
    assert "pregnancy_weeks" in found


@pytest.mark.parametrize(
    ("balloon", "kind"),
    [
        ({"diameter_mm": [18, 20]}, "double"),
        ({"diameter_mm": 20}, "cylinder"),
        ({"steps_mm": [24, 25]}, "inoue"),
        ({"model": "Inoue PTMC-26"}, "inoue"),
        ({"model": "NuCLEUS-X", "diameter_mm": 22}, "nucleus"),
        ({"model": "True Dilatation", "kind": "cylinder", "diameter_mm": 20}, "cylinder"),
    ],
)
def test_kind_of_balloon_is_inferred(balloon, kind):
    assert parse_patient({**MINIMAL, "balloon": [balloon]}).balloon[0].kind == kind


def test_a_patient_cannot_be_changed():
    patient = parse_patient(MINIMAL)
    with pytest.raises(ValueError, match="frozen"):
        patient.id = "y"


def test_file_toml_and_json(tmp_path: Path):
    toml = tmp_path / "p.toml"
    toml.write_text('id = "x"\nage_years = 70\nsex = "female"\n[[lesion]]\nvalve = "aortic"\n')
    json = tmp_path / "p.json"
    json.write_text(
        '{"id": "x", "age_years": 70, "sex": "female", "lesion": [{"valve": "aortic"}]}'
    )
    assert read_patient(toml) == read_patient(json) == parse_patient(MINIMAL)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("none.toml", None),
        ("bad.toml", b"id = "),
        ("bad.json", b'{"id": 1,'),
        ("list.json", b"[1, 2]"),
        ("twice.json", b'{"id": "a", "id": "b"}'),
        ("binary.toml", b"\xff\xfe\x00\x01"),
        ("deep.json", b"[" * 100_000),
        ("large.toml", b"#" * 1_100_000),
        ("empty.toml", b""),
    ],
)
def test_files_that_are_no_patient_files(tmp_path, name, content):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_patient(path)
    assert caught.value.exit_code == 2
    assert caught.value.items


def test_a_folder_is_no_patient(tmp_path):
    with pytest.raises(InputError, match="a folder"):
        read_patient(tmp_path)


def test_every_key_of_the_contract_is_read():
    patient = parse_patient(tomllib.loads(CONTRACT))
    raw = tomllib.loads(CONTRACT)["measured"]
    assert set(patient.measured) == raw.keys() - {"dobutamine", "exercise"}
    assert patient.measured_dobutamine["cardiac_output_l_min"].value == 5.5
    assert patient.measured_exercise["gradient_mean_mmhg"].value == 65
    assert patient.balloon[1].steps_mm == (24, 25, 26)
    assert patient.lesion[1].wilkins.score == 7
    assert float(patient.treated.annulus_mm) == 22
    assert find_contradictions(patient) == ()


def test_patients_and_profiles_travel_between_processes():
    patient = parse_patient(tomllib.loads(CONTRACT))
    assert pickle.loads(pickle.dumps(patient)) == patient
    profile = complete(patient)
    assert pickle.loads(pickle.dumps(profile)) == profile


def test_one_lesion_for_each_valve():
    found, _ = items({**MINIMAL, "lesion": [{"valve": "aortic"}, {"valve": "aortic"}]})
    assert found["lesion[1].valve"].got == "'aortic' again"


def test_a_patient_made_in_code_accepts_known_keys_only():
    patient = parse_patient(MINIMAL)
    with pytest.raises(ValueError, match="unknown key"):
        type(patient)(**{**dict(patient), "measured": {"pulse": {"value": 3}}})


def test_a_file_that_cannot_be_read_is_a_file_error(tmp_path, monkeypatch):
    path = tmp_path / "p.toml"
    path.write_text("")

    def broken(_self):
        raise OSError("disk on fire")

    monkeypatch.setattr(Path, "read_bytes", broken)
    with pytest.raises(FileError, match="disk on fire") as caught:
        read_patient(path)
    assert caught.value.exit_code == 4


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("lesion", {"valve": "aortic"}, "double brackets"),
        ("lesion", [], "double brackets"),
        ("measured", [1], "single brackets"),
        ("contraindications", "la_thrombus", "a list of names"),
        ("schema", 2, "1"),
        ("rhythm", "af", "atrial_fibrillation"),
        ("id", "a/b", "without slashes"),
    ],
)
def test_wrong_shapes_say_what_is_meant(key, value, allowed):
    found, _ = items({**MINIMAL, key: value})
    assert allowed in found[key].allowed
