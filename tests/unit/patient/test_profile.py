"""Priors against numbers printed in the evidence, written here by hand."""

import math

import pytest

from openvalve.patient import complete, mosteller_m2, parse_patient, presets


def patient(**keys):
    valve = keys.pop("valve", "aortic")
    lesion = {"valve": valve, **keys.pop("lesion", {})}
    age = {} if "age_days" in keys else {"age_years": 70}
    return parse_patient({"id": "x", "sex": "female", **age, **keys, "lesion": [lesion]})


def test_mosteller():
    assert mosteller_m2(160, 66) == pytest.approx(1.7127, abs=1e-4)


def test_children_follow_the_pediatric_heart_network():
    """Body surface 0.5 m2: aortic ring 10.5, main pulmonary artery 12.9 mm, pulmonary ring 13.5 to
    14.2, mitral 16.3 front to back (anatomy_and_devices.md section 1)."""
    profile = complete(patient(age_years=2, height_cm=86, weight_kg=12, bsa_m2=0.5))
    rings = profile.annuli_mm
    assert rings["aortic"].mean == pytest.approx(10.5, abs=0.1)
    assert 13.5 <= rings["pulmonary"].mean <= 14.2
    assert rings["mitral"].mean == pytest.approx(16.3, abs=0.6)
    assert profile.pulmonary_artery_mm.mean == pytest.approx(12.9, abs=0.1)
    assert profile.chambers_ml["lv_end_diastolic_volume_ml"].mean == pytest.approx(
        62.02 * 0.5**1.3, rel=1e-6
    )


@pytest.mark.parametrize(("sex", "ring"), [("male", 25.7), ("female", 22.9)])
def test_adult_aortic_ring_is_that_of_the_ct_cohort(sex, ring):
    size = 1.95 if sex == "male" else 1.72
    profile = complete(patient(sex=sex, age_years=80, bsa_m2=size))
    assert profile.annulus_mm.mean == pytest.approx(ring)


def test_adolescents_are_blended():
    def ring(age):
        return complete(patient(age_years=age, height_cm=162, weight_kg=55)).annulus_mm.mean

    assert min(ring(15), ring(20)) < ring(17.5) < max(ring(15), ring(20))
    assert ring(17.5) == pytest.approx(0.5 * (ring(15) + ring(20)), rel=1e-9)


@pytest.mark.parametrize(
    ("days", "rate"), [(0, 127), (29.2, 145), (730.5, 113)]
)  # Fleming 2011, abstract
def test_heart_rate_of_infants(days, rate):
    profile = complete(patient(age_days=days, valve="pulmonary"))
    assert profile.expected["heart_rate_bpm"].mean == pytest.approx(rate, abs=1)


def test_newborn_of_three_kilograms():
    profile = complete(patient(age_days=2, weight_kg=3.0, valve="pulmonary", sex="male"))
    assert 45 < profile.height_cm.mean < 51
    assert 0.18 < profile.bsa_m2.mean < 0.22
    assert 230 < profile.blood_volume_ml.mean < 280
    assert profile.expected["cardiac_output_l_min"].mean < 1.2
    assert profile.expected["lv_end_diastolic_volume_ml"].mean < 12


def test_healthy_adult_lies_in_the_reference_ranges():
    """circulation_targets.md section 3."""
    expected = complete(presets()["healthy_man"]).expected
    limits = {
        "cardiac_index_l_min_m2": (2.4, 4.0),
        "ra_mean_mmhg": (1, 6),
        "rv_systolic_mmhg": (15, 25),
        "rv_end_diastolic_mmhg": (1, 8),
        "pa_systolic_mmhg": (15, 25),
        "pa_diastolic_mmhg": (4, 12),
        "pa_mean_mmhg": (11, 17),
        "pcw_mean_mmhg": (4, 12),
        "lv_systolic_mmhg": (90, 140),
        "lv_end_diastolic_mmhg": (5, 12),
        "lv_ejection_frac": (0.52, 0.72),
        "lv_dpdt_max_mmhg_s": (1200, 2000),
        "filling_period_s": (0.35, 0.55),
    }
    for key, (low, high) in limits.items():
        assert low <= expected[key].mean <= high, key


def test_lesions_raise_what_lies_upstream():
    aortic = complete(patient()).expected
    mitral = complete(patient(valve="mitral", age_years=35)).expected
    pulmonary = complete(patient(valve="pulmonary", age_years=20)).expected
    tricuspid = complete(patient(valve="tricuspid", age_years=35)).expected
    well = complete(presets()["healthy_woman"]).expected
    assert aortic["lv_systolic_mmhg"].mean > well["lv_systolic_mmhg"].mean + 40
    assert mitral["la_mean_mmhg"].mean > well["la_mean_mmhg"].mean + 10
    assert mitral["pa_systolic_mmhg"].mean > well["pa_systolic_mmhg"].mean + 20
    assert pulmonary["rv_systolic_mmhg"].mean > well["rv_systolic_mmhg"].mean + 40
    assert pulmonary["pa_systolic_mmhg"].mean < 30
    assert tricuspid["ra_mean_mmhg"].mean > well["ra_mean_mmhg"].mean + 5


def test_a_mild_valve_is_expected_to_have_mild_pressures():
    mild = complete(patient(measured={"valve_area_cm2": 2.0})).expected
    severe = complete(patient(measured={"valve_area_cm2": 0.6})).expected
    assert mild["lv_systolic_mmhg"].mean < severe["lv_systolic_mmhg"].mean - 20


def test_pregnancy_raises_output_and_volume_and_lowers_haemoglobin():
    """Output and blood volume about 40 % up near term of the second trimester."""
    calm = complete(patient(valve="mitral", age_years=27, weight_kg=60))
    pregnant = complete(patient(valve="mitral", age_years=27, weight_kg=66, pregnancy_weeks=28))
    ratio = (
        pregnant.expected["cardiac_index_l_min_m2"].mean
        / calm.expected["cardiac_index_l_min_m2"].mean
    )
    assert 1.3 < ratio < 1.5
    assert 1.25 < pregnant.blood_volume_ml.mean / calm.blood_volume_ml.mean < 1.5
    assert pregnant.haemoglobin_g_dl.mean < calm.haemoglobin_g_dl.mean


def test_given_values_are_kept_and_not_listed_as_assumed():
    data = {"annulus_mm": {"value": 21, "sd": 0.7, "method": "ct"}, "calcium_agatston": 2400}
    profile = complete(patient(height_cm=158, weight_kg=60, lesion=data))
    assert (profile.annulus_mm.mean, profile.annulus_mm.sd) == (21, 0.7)
    assert profile.annulus_mm.given
    assert profile.calcium_agatston.mean == 2400
    keys = {assumption.key for assumption in profile.assumed}
    assert not keys & {"annulus_mm", "calcium_agatston", "height_cm", "weight_kg"}
    assert {"haemoglobin_g_dl", "lvot_mm", "etiology", "femoral_artery_mm"} <= keys


def test_ring_from_area_and_from_axes():
    area = complete(patient(lesion={"annulus_area_mm2": 452.39})).annulus_mm.mean
    axes = complete(patient(lesion={"annulus_min_mm": 21, "annulus_max_mm": 25})).annulus_mm.mean
    short = complete(patient(lesion={"annulus_min_mm": 23.5})).annulus_mm.mean
    assert area == pytest.approx(24.0, abs=0.001)
    assert axes == pytest.approx(23.0)
    assert short == pytest.approx(24.9, abs=0.05)  # Tops 2008: 26.3 x 23.5


def test_calcium_of_high_gradient_stenosis_by_sex():
    """avc_size_2024: women 2018 at a ring of 4.12 cm2, men 3394 at 5.15 cm2."""
    for sex, ring_cm2, agatston in (("female", 4.12, 2018), ("male", 5.15, 3394)):
        diameter = 20 * math.sqrt(ring_cm2 / math.pi)
        made = complete(patient(sex=sex, lesion={"annulus_mm": diameter}))
        assert made.calcium_agatston.mean == pytest.approx(agatston, rel=0.01)


@pytest.mark.parametrize(
    ("age", "valve", "etiology"),
    [
        (78, "aortic", "calcific"),
        (12, "aortic", "congenital"),
        (35, "mitral", "rheumatic"),
        (0.5, "mitral", "congenital"),
        (60, "pulmonary", "congenital"),
        (40, "tricuspid", "rheumatic"),
    ],
)
def test_usual_etiology(age, valve, etiology):
    assert complete(patient(age_years=age, valve=valve)).etiology == etiology


def test_wilkins_parts_make_the_score():
    parts = {"mobility": 2, "thickening": 3, "subvalvular": 3, "calcium": 2}
    profile = complete(patient(valve="mitral", lesion={"wilkins": parts}))
    assert profile.wilkins_score.mean == 10
    assert profile.treated.wilkins_thickening_score.mean == 3
    assert complete(patient(valve="mitral")).wilkins_score.mean == 8


def test_leak_from_the_regurgitant_orifice():
    assert complete(patient(lesion={"eroa_mm2": 0})).regurgitation_grade.mean == 0
    severe = complete(patient(lesion={"eroa_mm2": 30})).regurgitation_grade.mean
    assert severe > 3
    half = complete(patient(lesion={"regurgitant_fraction_frac": 0.25})).regurgitation_grade.mean
    assert 1 < half < 2.5


def test_fibrillating_atria_have_no_a_wave():
    expected = complete(patient(valve="mitral", rhythm="atrial_fibrillation")).expected
    assert not [key for key in expected if "a_wave" in key]
    assert "la_v_wave_mmhg" in expected


def test_several_lesions_keep_the_higher_filling_pressure():
    two = parse_patient(
        {
            "id": "x",
            "age_years": 50,
            "sex": "male",
            "lesion": [{"valve": "pulmonary"}, {"valve": "mitral"}],
        }
    )
    profile = complete(two)
    assert profile.expected["pa_mean_mmhg"].mean > 20
    assert profile.lesion[1].valve == "mitral"
    assert any(a.key == "lesion[1].annulus_mm" for a in profile.assumed)


def test_stated_surface_gives_height_and_weight():
    profile = complete(patient(age_years=63, bsa_m2=1.46))
    assert mosteller_m2(profile.height_cm.mean, profile.weight_kg.mean) == pytest.approx(1.46)
    with_height = complete(patient(age_years=63, bsa_m2=1.46, height_cm=150))
    assert with_height.weight_kg.mean == pytest.approx(3600 * 1.46**2 / 150)


@pytest.mark.parametrize("name", sorted(presets()))
def test_presets_are_whole_and_without_warnings(name):
    made = presets()[name]
    assert made.id == name
    assert made.warnings == ()
    assert all(prior.sd > 0 for prior in complete(made).expected.values())


def test_every_number_of_a_profile_names_its_source():
    profile = complete(patient(valve="mitral"))
    assert all(assumption.source for assumption in profile.assumed)
    assert profile.lvot_calcium == "none"
    assert profile.prior_procedure == "none"
    assert profile.intercommissural_mm.mean == pytest.approx(27, abs=1)
    assert profile.annulus_min_mm.mean < profile.annulus_mm.mean < profile.annulus_max_mm.mean
    assert profile.ascending_aorta_mm.mean == pytest.approx(31.9)
    assert profile.commissural_calcium in ("none", "mild", "heavy")
    assert (profile.valve, profile.morphology) == ("mitral", "domed")
    assert profile.lvot_mm.mean > 15
