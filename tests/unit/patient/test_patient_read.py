from pathlib import Path

import pytest

from openvalve.errors import InputError
from openvalve.patient import parse_patient, read_patient

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
