import pytest

from openvalve.devices import default_balloons, find_balloon, sizing_rule
from openvalve.errors import InputError

ADULT = {"age_years": 75.0, "height_cm": 165.0, "bsa_m2": 1.8}
CHILD = {"age_years": 8.0, "height_cm": 125.0, "bsa_m2": 0.95}
NEWBORN = {"age_years": 0.02, "height_cm": 50.0, "bsa_m2": 0.21}


def sizes(valve: str, etiology: str, annulus_mm: float, **body: float) -> list[float]:
    requests = default_balloons(valve=valve, etiology=etiology, annulus_mm=annulus_mm, **body)
    return [find_balloon(r).effective_diameter_mm for r in requests]


@pytest.mark.parametrize(("height_cm", "expected"), [(150, 25), (160, 26), (170, 27), (180, 28)])
def test_mitral_height_rule(height_cm: float, expected: float) -> None:
    """D = height / 10 + 10 [ssak_pmbc]."""
    found = sizes("mitral", "rheumatic", 36.0, **{**ADULT, "height_cm": height_cm})
    assert found == [expected - 1, expected, expected + 1]


@pytest.mark.parametrize("annulus_mm", [19.0, 21.0, 23.0, 25.0, 27.0])
def test_aortic_adult(annulus_mm: float) -> None:
    """The middle size is 0.9 to 1.0 of the annulus."""
    small, middle, large = sizes("aortic", "calcific", annulus_mm, **ADULT)
    assert 0.89 <= middle / annulus_mm <= 1.0
    assert small < middle < large


@pytest.mark.parametrize("annulus_mm", [6.0, 9.0, 13.0, 18.0])
def test_aortic_child_stays_a_millimetre_below(annulus_mm: float) -> None:
    """0.9 to 1.0 x annulus [mccrindle_1996], at least 1 mm below at first [lababidi_1984]."""
    body = NEWBORN if annulus_mm < 10.0 else CHILD
    small, middle, large = sizes("aortic", "congenital", annulus_mm, **body)
    assert middle <= annulus_mm - 1.0
    assert middle >= 0.9 * annulus_mm - 1.0
    assert large <= annulus_mm + 1e-9
    assert small < middle


@pytest.mark.parametrize("annulus_mm", [7.0, 12.0, 16.0, 20.0, 24.0])
def test_pulmonary(annulus_mm: float) -> None:
    """1.2 to 1.25 x annulus [rao_2021], whole millimetres."""
    body = NEWBORN if annulus_mm < 10.0 else CHILD
    _, middle, _ = sizes("pulmonary", "congenital", annulus_mm, **body)
    assert 1.2 * annulus_mm - 0.5 <= middle <= 1.25 * annulus_mm + 0.5


def test_pulmonary_two_balloons_for_a_large_ring() -> None:
    """Sum of the diameters 1.6 x annulus [tutorsglobe_bpv], as a circle 1.31 x."""
    requests = default_balloons(valve="pulmonary", etiology="congenital", annulus_mm=27.0, **ADULT)
    assert [r.kind for r in requests] == ["double"] * 3
    middle = requests[1].diameter_mm
    assert isinstance(middle, tuple)
    assert sum(middle) == pytest.approx(1.6 * 27.0, abs=1.0)
    assert find_balloon(requests[1]).effective_diameter_mm == pytest.approx(1.31 * 27.0, rel=0.03)


def test_every_default_exists_for_every_size() -> None:
    for valve in ("aortic", "mitral", "pulmonary", "tricuspid"):
        for etiology in ("calcific", "rheumatic", "congenital"):
            for body in (ADULT, CHILD, NEWBORN):
                for annulus_mm in (3.0, 5.0, 8.0, 17.5, 18.0, 30.0, 45.0, 60.0):
                    found = sizes(valve, etiology, annulus_mm, **body)
                    assert len(found) == 3
                    assert found == sorted(set(found))


def test_rules_are_named_and_sourced() -> None:
    assert sizing_rule(valve="aortic", etiology="congenital", age_years=8.0).name == "aortic_child"
    assert sizing_rule(valve="aortic", etiology="calcific", age_years=80.0).name == "aortic_adult"
    assert "ssak_pmbc" in sizing_rule(valve="mitral", etiology="x", age_years=30.0).source
    assert "rao_2021" in sizing_rule(valve="pulmonary", etiology="x", age_years=30.0).source
    assert "[mem]" in sizing_rule(valve="tricuspid", etiology="x", age_years=30.0).source


@pytest.mark.parametrize(
    ("key", "value"), [("annulus_mm", 0.0), ("height_cm", 1.68), ("bsa_m2", -1.0)]
)
def test_impossible_bodies(key: str, value: float) -> None:
    asked = {"annulus_mm": 22.0, **ADULT, key: value}
    with pytest.raises(InputError) as caught:
        default_balloons(valve="aortic", etiology="calcific", **asked)
    assert key in caught.value.items[0].key


def test_unknown_valve() -> None:
    with pytest.raises(InputError):
        sizing_rule(valve="left", etiology="calcific", age_years=80.0)
