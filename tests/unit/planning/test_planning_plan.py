"""The plan: its contract, its arithmetic, and that balloons are compared fairly."""

import copy
import json
import math
import subprocess
import sys
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from openvalve.errors import InputError
from openvalve.hemodynamics import SUCCESS_DEFINITIONS
from openvalve.patient import MEASURED_KEYS, complete, parse_patient, read_patient
from openvalve.planning import RISK_NAMES, Plan, _plan, make_plan, requested_balloons

EXAMPLES = Path(__file__).parents[3] / "examples"
OF_THE_MODEL = {"valve_area_effective_cm2", "eroa_mm2"}
MITRAL: dict[str, Any] = {
    "id": "m",
    "age_years": 35,
    "sex": "female",
    "height_cm": 158,
    "weight_kg": 56,
    "lesion": [{"valve": "mitral", "etiology": "rheumatic", "wilkins_score": 7}],
    "measured": {
        "heart_rate_bpm": 78,
        "cardiac_output_l_min": 3.9,
        "valve_area_planimetry_cm2": 0.9,
        "gradient_mean_mmhg": {"value": 14, "sd": 1.5},
        "la_mean_mmhg": 23,
        "pa_mean_mmhg": 33,
    },
    "balloon": [
        {"kind": "inoue", "diameter_mm": 24},
        {"kind": "inoue", "diameter_mm": 26},
        {"kind": "inoue", "diameter_mm": 28},
        {"kind": "inoue", "diameter_mm": 26},
        {"kind": "double", "diameter_mm": [18, 18], "inflations": 2},
    ],
}
OTHERS: dict[str, dict[str, Any]] = {
    "aortic": {
        "id": "a",
        "age_years": 79,
        "sex": "male",
        "lesion": [{"valve": "aortic", "etiology": "calcific", "annulus_mm": 23}],
        "measured": {"heart_rate_bpm": 72, "gradient_mean_mmhg": 45, "valve_area_cm2": 0.7},
        "balloon": [{"kind": "cylinder", "diameter_mm": d} for d in (16, 20, 23)],
    },
    "pulmonary": {
        "id": "p",
        "age_days": 3,
        "sex": "male",
        "weight_kg": 3.2,
        "lesion": [{"valve": "pulmonary", "etiology": "congenital"}],
    },
    "tricuspid": {
        "id": "t",
        "age_years": 30,
        "sex": "female",
        "rhythm": "atrial_fibrillation",
        "lesion": [
            {"valve": "tricuspid", "etiology": "rheumatic"},
            {"valve": "mitral", "regurgitation_grade": 2},
        ],
    },
}


def plan_of(data: dict[str, Any], seed: int = 0, draws: int = 24) -> Plan:
    return make_plan(parse_patient(data), draws=draws, seed=seed)


@pytest.fixture(scope="module")
def plans() -> dict[str, Plan]:
    made = {name: plan_of(data) for name, data in OTHERS.items()}
    made["mitral"] = plan_of(MITRAL)
    made["contradictory"] = make_plan(
        read_patient(EXAMPLES / "m_pregnant27_double18.toml"), draws=24
    )
    return made


ALL = (*OTHERS, "mitral", "contradictory")


@pytest.fixture(params=ALL)
def document(plans: dict[str, Plan], request: pytest.FixtureRequest) -> dict[str, Any]:
    return dict(plans[request.param].document)


def bands(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, dict[str, float]]]:
    if isinstance(value, dict):
        if {"p05", "p95", "median"} <= set(value):
            yield "/".join(path), value
        for key, entry in value.items():
            yield from bands(entry, (*path, key))
    elif isinstance(value, list):
        for i, entry in enumerate(value):
            yield from bands(entry, (*path, str(i)))


def test_document_meets_the_shipped_schema(document: dict[str, Any]) -> None:
    text = resources.files("openvalve.report").joinpath("plan.schema.json").read_text("utf-8")
    validator = jsonschema.Draft202012Validator(json.loads(text))
    validator.validate(json.loads(json.dumps(document, allow_nan=False)))


def test_keys_of_the_contract(document: dict[str, Any]) -> None:
    """DESIGN.md section 3, written out."""
    assert set(document) >= {
        "schema", "patient", "version", "seed", "draws", "fit", "conflicts", "assumed", "options",
        "contraindications", "alternatives",
    }  # fmt: skip
    assert document["schema"] == 1
    for key, row in document["fit"].items():
        assert key in MEASURED_KEYS
        assert set(row) >= {"measured", "median", "sd", "p05", "p95"}
    for option in document["options"]:
        assert set(option) >= {
            "balloon", "after", "regurgitation_grade_prob", "success", "risk", "sizing",
        }  # fmt: skip
        assert set(option["sizing"]) >= {
            "balloon_annulus_ratio", "balloon_lvot_ratio", "sheath_fits",
        }  # fmt: skip
        assert len(set(option["after"]) & set(MEASURED_KEYS)) >= 15
        assert set(option["after"]) >= OF_THE_MODEL


def test_bands_are_ordered(document: dict[str, Any]) -> None:
    rows = list(bands(document))
    assert len(rows) > 60
    for path, row in rows:
        assert row["p05"] <= row["median"] <= row["p95"], path


def test_chances_are_chances(document: dict[str, Any]) -> None:
    valve = document["summary"]["valve"]
    names = {d.name for d in SUCCESS_DEFINITIONS[valve]}
    for option in document["options"]:
        assert len(option["regurgitation_grade_prob"]) == 5
        assert sum(option["regurgitation_grade_prob"]) == pytest.approx(1.0, abs=1e-3)
        chances = [*option["regurgitation_grade_prob"], *option["success"].values()]
        chances += [r["probability"] for r in option["risk"].values()]
        assert all(0.0 <= p <= 1.0 for p in chances)
        assert set(option["success"]) <= set(option["success_definitions"]) == names
        assert all(d["text"] and d["source"] for d in option["success_definitions"].values())


def test_risks_are_named_based_and_sourced(document: dict[str, Any]) -> None:
    for option in document["options"]:
        risk = option["risk"]
        assert {"death", "stroke", "severe_regurgitation"} <= set(risk) <= set(RISK_NAMES)
        assert risk["death"]["basis"] == risk["stroke"]["basis"] == "cohort"
        for name, row in risk.items():
            assert row["basis"] in ("mechanics", "cohort")
            assert row["horizon"] and row["source"], name
            assert 0.0 <= row["p05"] <= row["p95"] <= 1.0


def test_physical_bounds(document: dict[str, Any]) -> None:
    for option in document["options"]:
        for when in ("after", "after_hours"):
            for key, row in option[when].items():
                assert all(math.isfinite(v) for v in row.values())
                if key.endswith("ejection_frac"):
                    assert row["p05"] > 0.0 and row["p95"] < 1.0, key
                if key.startswith(("valve_area", "cardiac_", "stroke_volume", "velocity")):
                    assert row["p05"] > 0.0, key
        after = option["after"]
        assert after["valve_area_effective_cm2"]["median"] < 8.0


def test_relief_never_closes_a_valve(plans: dict[str, Plan]) -> None:
    for plan in plans.values():
        before = plan.document["before"]["valve_area_effective_cm2"]
        for option in plan.document["options"]:
            after = option["after"]["valve_area_effective_cm2"]
            for part in ("p05", "median", "p95"):
                assert after[part] >= before[part] - 1e-9


def test_a_larger_balloon_never_opens_less(plans: dict[str, Plan]) -> None:
    for name, kind in (("mitral", "inoue"), ("aortic", "cylinder")):
        sizes: dict[float, float] = {}
        for option in plans[name].document["options"]:
            if option["balloon"]["kind"] == kind:
                area = option["after"]["valve_area_effective_cm2"]["median"]
                sizes[option["balloon"]["effective_diameter_mm"]] = area
        areas = [sizes[d] for d in sorted(sizes)]
        assert len(areas) == 3
        assert areas == sorted(areas)


def test_a_balloon_listed_twice_gives_the_same_numbers(plans: dict[str, Plan]) -> None:
    options = plans["mitral"].document["options"]
    assert options[1]["balloon"]["diameter_mm"] == options[3]["balloon"]["diameter_mm"] == 26
    one, other = (dict(options[i]) for i in (1, 3))
    assert one == other


def test_a_balloon_alone_gives_what_it_gives_among_others(plans: dict[str, Plan]) -> None:
    alone = plan_of(MITRAL | {"balloon": [{"kind": "inoue", "diameter_mm": 26}]})
    among = plans["mitral"].document["options"][1]
    for key in ("after", "after_hours", "regurgitation_grade_prob", "success", "risk"):
        assert alone.document["options"][0][key] == among[key], key


def test_same_seed_same_plan_and_another_seed_another(plans: dict[str, Plan]) -> None:
    first = dict(plans["aortic"].document)
    again, other = (dict(plan_of(OTHERS["aortic"], seed=s).document) for s in (0, 1))
    for made in (first, again, other):
        made.pop("stages_s")
    assert json.dumps(again) == json.dumps(first)
    assert other["options"][0]["after"] != first["options"][0]["after"]
    # The fit is not drawn: what was measured and aimed at is the same.
    assert [r["measured"] for r in other["fit"].values()] == [
        r["measured"] for r in first["fit"].values()
    ]


def test_seeds_agree_within_their_bands(plans: dict[str, Plan]) -> None:
    one = plans["aortic"].document["options"][1]["after"]["gradient_mean_mmhg"]
    other = plan_of(OTHERS["aortic"], seed=11).document["options"][1]["after"]
    assert one["p05"] < other["gradient_mean_mmhg"]["median"] < one["p95"]


def test_before_is_in_the_patients_own_measure(plans: dict[str, Plan]) -> None:
    before = plans["mitral"].document["before"]
    for key, given in MITRAL["measured"].items():
        value = given["value"] if isinstance(given, dict) else given
        assert before[key]["p05"] <= value <= before[key]["p95"] or before[key][
            "median"
        ] == pytest.approx(value, rel=0.08), key


def test_recordings_of_before_and_of_each_balloon(plans: dict[str, Plan]) -> None:
    for plan in plans.values():
        assert len(plan.after) == len(plan.document["options"])
        for recording in (plan.before, *plan.after):
            for channel in ("LV", "AO", "LA", "RA", "RV", "PA"):
                assert np.isfinite(recording[channel]).all()
        assert {"fit", "before", "options", "total"} <= set(plan.stages_s)
        assert plan.stages_s["total"] >= plan.stages_s["fit"] > 0.0


def test_contradiction_is_reported_with_a_smallest_change(plans: dict[str, Plan]) -> None:
    """RA mean 14 over an RV end-diastolic 3.3 mmHg without tricuspid stenosis."""
    document = plans["contradictory"].document
    rows = [c for c in document["conflicts"] if set(c["keys"]) == {
        "ra_mean_mmhg", "rv_end_diastolic_mmhg",
    }]  # fmt: skip
    assert len(rows) == 1
    assert "14 mmHg" in rows[0]["message"] and "3.3 mmHg" in rows[0]["message"]
    change = rows[0]["smallest_change"]
    assert 3.3 < change["rv_end_diastolic_mmhg"] <= change["ra_mean_mmhg"] + 1e-6
    assert change["ra_mean_mmhg"] < 14.0


def test_a_contradicted_number_does_not_shift_what_comes_after(plans: dict[str, Plan]) -> None:
    """The right ventricle fills at no less than the right atrium's mean, less a little."""
    for option in plans["contradictory"].document["options"]:
        after = option["after"]
        assert after["rv_end_diastolic_mmhg"]["median"] > 0.0
        assert after["rv_end_diastolic_mmhg"]["median"] > after["ra_mean_mmhg"]["median"] - 2.0


def test_an_absurd_gradient_does_not_shift_the_plan(plans: dict[str, Plan]) -> None:
    data = copy.deepcopy(MITRAL)
    data["measured"]["gradient_mean_mmhg"] = {"value": 70, "sd": 1.5}
    made = plan_of(data).document
    assert "gradient_mean_mmhg" in {k for c in made["conflicts"] for k in c["keys"]}
    for option, plain in zip(made["options"], plans["mitral"].document["options"], strict=True):
        for key, within in (("valve_area_effective_cm2", 0.2), ("la_mean_mmhg", 0.2)):
            got, was = option["after"][key]["median"], plain["after"][key]["median"]
            assert got == pytest.approx(was, rel=within), key
        assert option["after"]["gradient_mean_mmhg"]["median"] < 20.0


def test_step_up_names_the_next_inoue_size(plans: dict[str, Plan]) -> None:
    options = plans["mitral"].document["options"]
    assert [bool(o["step_up"]) for o in options] == [True, True, False, True, False]
    step = options[0]["step_up"]
    assert "26" in step["to"]
    assert step["area_gain_cm2"]["median"] >= 0.0
    assert -1.0 <= step["severe_regurgitation_added_prob"] <= 1.0


def test_what_is_kept_but_not_used_is_said() -> None:
    data = copy.deepcopy(MITRAL)
    data["measured"] |= {"lvot_vti_cm": 18, "dobutamine": {"heart_rate_bpm": 120}}
    data["balloon"] = data["balloon"][:1]
    warnings = plan_of(data, draws=20).document["warnings"]
    assert any(w.startswith("lvot_vti_cm") for w in warnings)
    assert any("dobutamine" in w and "not fitted" in w for w in warnings)


def test_steps_are_tried_one_by_one() -> None:
    data = MITRAL | {"balloon": [{"kind": "inoue", "steps_mm": [24, 25, 26]}]}
    patient = parse_patient(data)
    requests = requested_balloons(patient, complete(patient))
    assert [r.diameter_mm for r in requests] == [24, 25, 26]
    assert all(r.steps_mm is None for r in requests)


def test_without_balloons_the_sizing_rule_gives_three() -> None:
    patient = parse_patient(OTHERS["pulmonary"])
    requests = requested_balloons(patient, complete(patient))
    assert len(requests) == 3
    sizes = [r.diameter_mm for r in requests]
    assert sizes == sorted(sizes)


BAD_BALLOONS = (
    {"model": "Zeppelin", "diameter_mm": 20},
    {"model": "True Dilatation", "diameter_mm": 21.5},
    {"kind": "inoue", "diameter_mm": 39},
    {"kind": "inoue", "model": "True Dilatation", "diameter_mm": 22},
)


@pytest.mark.parametrize("balloon", BAD_BALLOONS)
def test_an_unknown_balloon_is_refused_before_any_computation(
    balloon: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*args: object, **kwargs: object) -> None:
        raise AssertionError("computed before the balloons were looked at")

    monkeypatch.setattr(_plan, "fit_patient", never)
    data = MITRAL | {"balloon": [MITRAL["balloon"][0], balloon]}
    with pytest.raises(InputError) as refused:
        plan_of(data)
    assert refused.value.exit_code == 2
    assert refused.value.items[0].allowed


def test_90_mm_ends_with_exit_code_2(tmp_path: Path) -> None:
    data = MITRAL | {"balloon": [{"kind": "cylinder", "diameter_mm": 90}]}
    file = tmp_path / "patient.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "openvalve", "plan", file, "--out", tmp_path / "out", "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    items = json.loads(done.stdout)["error"]["items"]
    assert any("90" in item["got"] and "40 mm" in item["allowed"] for item in items)
    assert not (tmp_path / "out").exists()


def test_progress_runs_forward() -> None:
    told: list[tuple[str, float]] = []
    make_plan(
        parse_patient(MITRAL | {"balloon": MITRAL["balloon"][:2]}),
        draws=20,
        progress=lambda stage, done: told.append((stage, done)),
    )
    assert told[0] == ("fit", 0.0)
    shares = [done for stage, done in told if stage == "balloons"]
    assert shares == sorted(shares)
    assert shares[0] > 0.0 and shares[-1] <= 1.0
