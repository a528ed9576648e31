"""Doses in clinical units, refusals that name the usual range, and the step in a few windows."""

import math
from pathlib import Path

import pytest

from openvalve.circulation._drugs import drug_step
from openvalve.circulation._drugs_effects import drug_effects
from openvalve.circulation._drugs_give import give, infusion_rate
from openvalve.circulation._drugs_state import (
    DrugParams,
    DrugRates,
    DrugState,
    PackedDrugs,
    no_drugs,
    no_infusions,
    pack_drugs,
)
from openvalve.circulation._drugs_tables import DRUG_TABLE, DRUGS, KINETICS
from openvalve.errors import InputError

ADULT = DrugParams(weight_kg=70.0, age_years=60.0)
PAGE = (Path(__file__).parents[3] / "docs" / "drugs.md").read_text(encoding="utf-8")
INFUSED = [name for name, row in DRUG_TABLE.items() if row.infusion_usual]
INJECTED = [name for name, row in DRUG_TABLE.items() if row.bolus_usual]


def test_order_is_fixed():
    assert DRUGS == (
        "phenylephrine",
        "ephedrine",
        "adrenaline",
        "noradrenaline",
        "dobutamine",
        "atropine",
        "esmolol",
        "nitroglycerin",
        "nitroprusside",
        "adenosine",
        "midazolam",
        "fentanyl",
        "naloxone",
        "flumazenil",
        "lidocaine",
        "heparin",
        "protamine",
        "crystalloid",
        "blood",
        "contrast",
    )
    assert DrugRates._fields == DRUGS


@pytest.mark.parametrize("drug", DRUGS)
def test_every_number_has_a_source(drug):
    row = DRUG_TABLE[drug]
    assert row.bolus_usual or row.infusion_usual
    for text in (row.dose_source, row.kinetics_source, row.effect_source):
        assert text
    assert "[V]" in row.dose_source + row.kinetics_source + row.effect_source or "[K]" in (
        row.dose_source
    )
    for usual, highest in (
        (row.bolus_usual, row.bolus_max),
        (row.infusion_usual, row.infusion_max),
    ):
        assert usual is None or 0.0 < usual[0] < usual[1] <= highest


def _span(usual, highest, unit):
    return "–" if usual is None else f"{usual[0]:g} to {usual[1]:g} {unit} ({highest:g})"


@pytest.mark.parametrize("drug", DRUGS)
def test_the_page_says_what_the_table_says(drug):
    row = DRUG_TABLE[drug]
    bolus = _span(row.bolus_usual, row.bolus_max, row.dose_unit)
    infusion = _span(row.infusion_usual, row.infusion_max, row.infusion_unit)
    assert f"| {drug} | {bolus} | {infusion} |" in PAGE
    for text in (row.dose_source, row.kinetics_source, row.effect_source):
        assert f": {text}." in PAGE


@pytest.mark.parametrize("drug", KINETICS)
def test_the_page_gives_the_kinetics(drug):
    k = KINETICS[drug]
    numbers = [k.central_l_kg, k.clearance_ml_kg_min, k.peripheral_l_kg, k.exchange_ml_kg_min]
    cells = " | ".join(f"{n:g}" if n else "–" for n in (*numbers, k.effect_half_life_min))
    assert f"| {drug} | {cells} |" in PAGE


@pytest.mark.parametrize("drug", INJECTED)
def test_a_usual_dose_arrives_and_does_something(drug):
    dose = DRUG_TABLE[drug].bolus_usual[1]
    state = give(no_drugs(), ADULT, drug, dose)
    assert state != no_drugs()
    assert give(no_drugs(), ADULT, drug, 0.0) == no_drugs()
    assert give(state, ADULT, drug, dose) == DrugState(*(2.0 * v for v in state))


@pytest.mark.parametrize("drug", INFUSED)
def test_a_usual_rate_arrives(drug):
    rate = infusion_rate(ADULT, drug, DRUG_TABLE[drug].infusion_usual[0])
    state = drug_step(no_drugs(), pack_drugs(ADULT), no_infusions()._replace(**{drug: rate}))
    assert state != no_drugs()
    assert all(v >= 0.0 for v in state)


@pytest.mark.parametrize(
    ("drug", "rate", "per_kg_s"),
    [
        ("phenylephrine", 0.6, 0.01),  # ug/kg/min
        ("esmolol", 60.0, 1e-3),  # ug/kg/min, dosed in mg
        ("nitroglycerin", 42.0, 0.01),  # ug/min over 70 kg
        ("midazolam", 2.52, 1e-5),  # mg/h over 70 kg
        ("heparin", 1260.0, 0.005),  # IU/h over 70 kg
        ("protamine", 4.2, 0.001),  # mg/min over 70 kg
        ("crystalloid", 360.0, 0.1),  # mL/h, not per kg
    ],
)
def test_units_of_a_rate(drug, rate, per_kg_s):
    assert infusion_rate(ADULT, drug, rate) == pytest.approx(per_kg_s, rel=1e-12)


@pytest.mark.parametrize("dose", [math.nan, math.inf, -math.inf, -1.0, 5000.1])
def test_wrong_doses_are_refused_with_the_usual_range(dose):
    with pytest.raises(InputError) as refused:
        give(no_drugs(), ADULT, "phenylephrine", dose)
    (item,) = refused.value.items
    assert item.key == "phenylephrine.dose"
    assert item.allowed == "0 to 5000 ug (usual 50 to 250, usual maximum 500 ug)"


@pytest.mark.parametrize("rate", [math.nan, math.inf, -0.1, 60.1])
def test_wrong_rates_are_refused_with_the_usual_range(rate):
    with pytest.raises(InputError) as refused:
        infusion_rate(ADULT, "phenylephrine", rate)
    (item,) = refused.value.items
    assert item.key == "phenylephrine.rate"
    assert "usual 0.5 to 1.4, usual maximum 6 ug/kg/min" in item.allowed


def test_ten_times_the_maximum_is_the_last_that_is_taken():
    assert give(no_drugs(), ADULT, "phenylephrine", 5000.0).phenylephrine_a > 0.0


@pytest.mark.parametrize("drug", ["", "water", "Fentanyl"])
def test_unknown_drugs_are_refused_with_the_list(drug):
    for call in (
        lambda: give(no_drugs(), ADULT, drug, 1.0),
        lambda: infusion_rate(ADULT, drug, 1.0),
    ):
        with pytest.raises(InputError, match="phenylephrine, ephedrine"):
            call()


@pytest.mark.parametrize("drug", sorted(set(DRUGS) - set(INFUSED)))
def test_not_every_drug_is_infused(drug):
    with pytest.raises(InputError, match="not given this way"):
        infusion_rate(ADULT, drug, 1.0)


@pytest.mark.parametrize("drug", sorted(set(DRUGS) - set(INJECTED)))
def test_not_every_drug_is_injected(drug):
    with pytest.raises(InputError, match="not given this way"):
        give(no_drugs(), ADULT, drug, 1.0)


@pytest.mark.parametrize(
    ("wrong", "keys"),
    [
        ({"weight_kg": 0.0}, ["drugs.weight_kg"]),
        ({"weight_kg": math.nan, "age_years": -1.0}, ["drugs.weight_kg", "drugs.age_years"]),
        ({"age_years": 111.0}, ["drugs.age_years"]),
    ],
)
def test_impossible_patients_are_refused(wrong, keys):
    with pytest.raises(InputError) as refused:
        DrugParams(**wrong)
    assert [item.key for item in refused.value.items] == keys


def test_decay_factors_lie_between_nothing_and_all():
    packed = pack_drugs(ADULT)
    for name in PackedDrugs._fields:
        if name in DrugState._fields or name == "adenosine_lag":
            assert 0.0 < getattr(packed, name) < 1.0, name
    assert packed.sedative_gain == pytest.approx(1.0)


def test_a_few_windows_of_everything():
    """Runs without a compiler too (docs/physics.md, Coverage)."""
    packed, rates = pack_drugs(ADULT), no_infusions()
    state = no_drugs()
    for drug in INJECTED:
        state = give(state, ADULT, drug, DRUG_TABLE[drug].bolus_usual[0])
    for drug in INFUSED:
        usual = DRUG_TABLE[drug].infusion_usual[0]
        rates = rates._replace(**{drug: infusion_rate(ADULT, drug, usual)})
    for _ in range(50):
        state = drug_step(state, packed, rates)
    effects = drug_effects(state, packed)
    assert all(math.isfinite(v) for v in (*state, *effects))
    assert effects.act_s > 120.0
    assert effects.volume_ml_s > 0.0
