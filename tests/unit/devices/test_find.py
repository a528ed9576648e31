from typing import Any

import pytest

from openvalve.devices import GENERIC_MODEL, find_balloon
from openvalve.errors import InputError
from openvalve.patient import BalloonRequest


@pytest.mark.parametrize(
    ("asked", "model"),
    [
        ({"model": "true dilatation", "diameter_mm": 20}, "True Dilatation"),
        ({"model": "True", "diameter_mm": 21}, "True Dilatation"),
        ({"model": "Z-MED II", "diameter_mm": 18}, "Z-MED II"),
        ({"model": "ZMED II", "diameter_mm": 18}, "Z-MED II"),
        ({"model": "Atlas Gold", "diameter_mm": 18}, "Atlas / Atlas Gold"),
        ({"model": "NuCLEUS", "diameter_mm": 22}, "NuCLEUS / NuCLEUS-X"),
        ({"model": "Cristal"}, "Cristal"),
        ({"kind": "inoue", "diameter_mm": 26}, "Inoue PTMC-26"),
        ({"kind": "nucleus", "diameter_mm": 20}, "NuCLEUS / NuCLEUS-X"),
        ({"steps_mm": [24, 25, 26]}, "Inoue PTMC-26"),
        ({"diameter_mm": 12}, GENERIC_MODEL),
        ({"model": GENERIC_MODEL, "diameter_mm": 17.5}, GENERIC_MODEL),
    ],
)
def test_found(asked: dict[str, Any], model: str) -> None:
    assert find_balloon(BalloonRequest(**asked)).model == model


def refused(**asked: Any) -> tuple[str, str, str]:
    with pytest.raises(InputError) as caught:
        find_balloon(BalloonRequest.model_construct(**{"kind": "cylinder", **asked}))
    item = caught.value.items[0]
    return item.key, item.got, item.allowed


def test_unknown_model_gives_the_nearest_names() -> None:
    key, got, allowed = refused(model="Tru Dilation", diameter_mm=20.0)
    assert (key, got) == ("balloon.model", "Tru Dilation")
    assert "True Dilatation" in allowed
    _, _, allowed = refused(model="Tyshack 2", diameter_mm=8.0)
    assert "Tyshak" in allowed


def test_a_name_like_nothing() -> None:
    _, _, allowed = refused(model="qqq", diameter_mm=20.0)
    assert allowed == "a model of the catalogue, or none"


def test_a_90_mm_balloon() -> None:
    assert refused(diameter_mm=90.0) == ("balloon.diameter_mm", "90 mm", "3 to 40 mm")
    key, got, allowed = refused(model="True Dilatation", diameter_mm=90.0)
    assert (key, got) == ("balloon.diameter_mm", "90 mm")
    assert allowed.startswith("18, 20, 21")


def test_sizes_that_are_not_made() -> None:
    assert refused(model="True Dilatation", diameter_mm=19.0)[2].endswith("of True Dilatation")
    assert refused(model="Z-MED II", diameter_mm=18.5)[2] == "4 to 30 mm in whole mm of Z-MED II"
    assert refused(model="Inoue", kind="inoue", diameter_mm=35.0)[2] == "20 to 30 mm of Inoue"


def test_missing_diameters() -> None:
    assert refused()[2] == "3 to 40 mm"
    assert refused(model="True Dilatation")[1] == "nothing"
    assert refused(kind="double", diameter_mm=20.0)[2] == "two diameters, [18, 20]"
    assert refused(kind="double")[1] == "nothing"


def test_kind_that_contradicts_the_model() -> None:
    assert refused(model="True Dilatation", kind="inoue", diameter_mm=20.0)[0] == "balloon.kind"
    assert refused(model="Inoue", kind="double", diameter_mm=(24.0, 24.0))[0] == "balloon.kind"
    assert refused(model="Inoue", kind="cylinder", diameter_mm=24.0)[0] == "balloon.kind"


def test_things_that_are_no_balloon_or_have_no_size_are_not_offered() -> None:
    for model in ("(not a balloon)", "V8", "True Flow"):
        assert refused(model=model, diameter_mm=20.0)[0] == "balloon.model"
