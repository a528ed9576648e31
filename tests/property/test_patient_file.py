"""Whatever a file holds, reading it gives a patient or an honest refusal."""

import json
import math

import jsonschema
from hypothesis import given, settings
from hypothesis import strategies as st

from openvalve.errors import FileError, InputError
from openvalve.patient import (
    MEASURED_KEYS,
    Patient,
    complete,
    find_contradictions,
    measurement_errors,
    parse_patient,
    patient_mapping,
    patient_schema,
    read_patient,
)

VALIDATOR = jsonschema.Draft202012Validator(patient_schema())

junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
top_keys = st.sampled_from(
    [
        "id",
        "age_years",
        "age_days",
        "sex",
        "height_cm",
        "weight_kg",
        "bsa_m2",
        "rhythm",
        "schema",
        "pregnancy_weeks",
        "contraindications",
        "lesion",
        "measured",
        "balloon",
        "haemoglobin_g_dl",
    ]
)


def value_of(key):
    low, high = MEASURED_KEYS[key]
    number = st.floats(low, high)
    table = st.fixed_dictionaries(
        {"value": number},
        optional={"sd": st.floats(0.01, 50), "method": st.sampled_from(["ct", "doppler", "fick"])},
    )
    return number | table


measured = st.lists(st.sampled_from(sorted(MEASURED_KEYS)), max_size=14, unique=True).flatmap(
    lambda keys: st.fixed_dictionaries({key: value_of(key) for key in keys})
)
lesions = st.fixed_dictionaries(
    {"valve": st.sampled_from(["aortic", "mitral", "pulmonary", "tricuspid"])},
    optional={
        "etiology": st.sampled_from(["calcific", "rheumatic", "congenital"]),
        "morphology": st.sampled_from(["tricuspid", "bicuspid_1", "domed"]),
        "annulus_mm": st.floats(3, 60),
        "annulus_area_mm2": st.floats(7, 3000),
        "wilkins_score": st.floats(4, 16),
        "regurgitation_grade": st.integers(0, 8).map(lambda half: half / 2),
        "calcium_agatston": st.floats(0, 20_000),
    },
)
balloons = st.fixed_dictionaries(
    {"diameter_mm": st.floats(3, 40) | st.lists(st.floats(3, 40), min_size=2, max_size=2)},
    optional={"inflations": st.integers(1, 30), "hold_s": st.floats(0.5, 120)},
)
files = st.fixed_dictionaries(
    {
        "id": st.text("abcxyz -_.09", min_size=1, max_size=20),
        "age_years": st.floats(0, 120),
        "sex": st.sampled_from(["female", "male"]),
        "lesion": st.lists(lesions, min_size=1, max_size=3, unique_by=lambda x: x["valve"]),
    },
    optional={
        "height_cm": st.floats(20, 250),
        "weight_kg": st.floats(0.5, 250),
        "bsa_m2": st.floats(0.05, 3.5),
        "rhythm": st.sampled_from(["sinus", "atrial_fibrillation", "paced"]),
        "contraindications": st.lists(st.sampled_from(["la_thrombus", "endocarditis"]), max_size=2),
        "measured": measured,
        "balloon": st.lists(balloons, max_size=3),
    },
)


@settings(max_examples=40, deadline=None)
@given(files)
def test_valid_files_round_trip_complete_and_match_the_schema(data):
    VALIDATOR.validate(data)
    patient = parse_patient(data)
    again = json.loads(json.dumps(patient_mapping(patient), allow_nan=False))
    VALIDATOR.validate(again)
    assert parse_patient(again) == patient
    profile = complete(patient)
    for prior in [*profile.expected.values(), *profile.annuli_mm.values(), profile.bsa_m2]:
        assert math.isfinite(prior.mean)
        assert math.isfinite(prior.sd)
        assert prior.sd > 0
    for contradiction in find_contradictions(patient):
        assert all(math.isfinite(value) for value in contradiction.smallest_change.values())
        assert contradiction.message
    assert all(math.isfinite(sd) for sd in measurement_errors(patient).values())
    assert all(isinstance(warning, str) for warning in patient.warnings)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(top_keys | st.text(max_size=8), junk, max_size=8))
def test_junk_is_refused_item_by_item(data):
    try:
        patient = parse_patient(data)
    except InputError as error:
        assert error.items
        assert all(item.key and item.allowed for item in error.items)
    else:
        assert isinstance(patient, Patient)


@settings(max_examples=100, deadline=None)
@given(files, top_keys, junk)
def test_one_spoiled_key_of_a_good_file(data, key, value):
    try:
        parse_patient({**data, key: value})
    except InputError as error:
        assert error.items


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8")))
def test_any_bytes_in_a_file(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("any")
    for name in ("p.toml", "p.json"):
        path = folder / name
        path.write_bytes(content)
        try:
            read_patient(path)
        except (InputError, FileError) as error:
            assert str(error)


@settings(max_examples=60, deadline=None)
@given(files, st.sets(st.sampled_from(sorted(MEASURED_KEYS)), min_size=1, max_size=5))
def test_every_wrong_key_is_named_at_once(data, wrong):
    broken = {**data, "measured": {key: MEASURED_KEYS[key][1] * 2 + 1 for key in wrong}}
    try:
        parse_patient(broken)
    except InputError as error:
        assert {item.key for item in error.items} >= {f"measured.{key}" for key in wrong}
    else:
        raise AssertionError("accepted values beyond the range")
