"""The root's wall in ``openvalve inflate``: aortic valves only, beside the leaflets."""

import json
from types import SimpleNamespace
from typing import Any

import pytest

from openvalve.anatomy import ValveShape
from openvalve.cli import _inflate_root
from openvalve.cli._inflate_balloon import balloon_of
from openvalve.cli._inflate_root import root_document, root_rows, roots_beside
from openvalve.errors import SolverError
from openvalve.patient import Patient, parse_patient
from openvalve.valve.leaflets import LeafletValve, build_leaflets


def person(lvot_calcium: str = "none") -> Patient:
    lesion = {
        "valve": "aortic", "etiology": "calcific", "annulus_mm": 23, "lvot_calcium": lvot_calcium,
    }  # fmt: skip
    return parse_patient(
        {"schema": 1, "id": "x", "age_years": 78, "sex": "female", "lesion": [lesion]}
    )


@pytest.fixture(scope="module")
def leaflets() -> LeafletValve:
    shape = ValveShape(
        valve="aortic",
        etiology="calcific",
        morphology="tricuspid",
        annulus_mm=23.0,
        area_anatomic_cm2=0.7,
        age_years=78.0,
    )
    return build_leaflets(shape, seed=3, target_triangles=2000)


def inflated(text: str, atm: float = 2.0) -> Any:
    return SimpleNamespace(balloon=balloon_of(text), inflation_atm=atm)


def test_each_balloon_has_its_wall(leaflets: LeafletValve) -> None:
    made = [inflated("24"), inflated("29")]
    bare = roots_beside(person(), leaflets, made)
    calcified = roots_beside(person("heavy"), leaflets, made)
    assert bare.warnings == calcified.warnings == ()
    documents = [root_document(one) for one in (*bare.inflations, *calcified.inflations)]
    small, large, _, beside = documents
    assert small and large and beside
    assert json.loads(json.dumps(documents, allow_nan=False)) == documents
    assert large["areal_stretch_ratio"] > small["areal_stretch_ratio"]
    assert large["conduction_n"] > small["conduction_n"] > 0.0
    assert beside["stress_mpa"] > large["stress_mpa"]
    assert large["nodule"] is None
    assert beside["nodule"]["width_mm"] >= 5.0
    assert large["inflation_atm"] == 2.0
    assert 13.0 < large["seat_mm"] < 17.0  # at the free edges, as in the leaflets


def test_other_valves_have_no_such_wall() -> None:
    mitral: Any = SimpleNamespace(shape=SimpleNamespace(valve="mitral"))
    found = roots_beside(person(), mitral, [inflated("20")])
    assert found.inflations == (None,)
    assert root_document(None) is None
    assert root_rows([{"root": None}]) == []


def test_a_wall_that_does_not_rest_is_told(
    leaflets: LeafletValve, monkeypatch: pytest.MonkeyPatch
) -> None:
    def restless(*_: object, **__: object) -> None:
        raise SolverError("root: inflate does not settle", state={})

    made = [inflated("20"), inflated("22")]
    monkeypatch.setattr(_inflate_root, "inflate_root", restless)
    found = roots_beside(person(), leaflets, made)
    assert found.inflations == (None, None)
    assert found.warnings == ("no root wall: root: inflate does not settle",) * 2
    monkeypatch.setattr(_inflate_root, "build_root", restless)
    found = roots_beside(person(), leaflets, made)
    assert found.inflations == (None, None)
    assert len(found.warnings) == 1


@pytest.mark.parametrize(
    ("ruptures", "contained", "prob", "words"),
    [
        (False, False, 0.0001, ("+55 %", "0.90", "< 0.1 %", "7.2")),
        (True, True, 0.25, ("+55 %", "0.90, tears in a patch", "25.0 %", "7.2")),
        (True, False, 0.25, ("+55 %", "0.90, tears", "25.0 %", "7.2")),
    ],
)
def test_rows_of_the_table(
    ruptures: bool, contained: bool, prob: float, words: tuple[str, ...]
) -> None:
    root = {
        "areal_stretch_ratio": 1.55, "stress_ratio": 0.9, "ruptures": ruptures,
        "contained": contained, "rupture_prob": prob, "conduction_n": 7.21,
    }  # fmt: skip
    rows = root_rows([{"root": root}, {"root": None}])
    assert [cells for _, cells in rows] == [["-", word, "no answer"] for word in words]
    assert rows[0][0].startswith("root wall")
