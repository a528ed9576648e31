from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from openvalve.anatomy import (
    ValveShape,
    chord_section_mm2,
    shape_of,
    stiffness_ratio,
    thickness_mm,
    valve_mesh,
)
from openvalve.errors import InputError
from openvalve.patient import complete, presets

AORTIC = ValveShape(
    valve="aortic",
    etiology="calcific",
    morphology="tricuspid",
    annulus_mm=23.0,
    area_anatomic_cm2=0.9,
    calcium_agatston=2400.0,
)
MITRAL = replace(AORTIC, valve="mitral", etiology="rheumatic", morphology="domed", annulus_mm=31.0)


def _refused(shape: ValveShape, seed: int = 1, triangles: int = 2700) -> list[str]:
    with pytest.raises(InputError) as caught:
        valve_mesh(shape, seed, triangles)
    return [item.key for item in caught.value.items]


@pytest.mark.parametrize("area", [4.2, 3.9, 100.0, 0.01, 0.0, -1.0, float("nan"), float("inf")])
def test_an_orifice_that_does_not_fit_its_ring_is_refused(area: float) -> None:
    assert _refused(replace(AORTIC, area_anatomic_cm2=area)) == ["area_anatomic_cm2"]


def test_no_opening_is_called_so() -> None:
    with pytest.raises(InputError, match="without an opening"):
        valve_mesh(replace(AORTIC, area_anatomic_cm2=0.0), 1)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("annulus_mm", 3.0),
        ("annulus_mm", 300.0),
        ("annulus_mm", float("nan")),
        ("annulus_axis_ratio", 0.5),
        ("annulus_axis_ratio", 3.0),
        ("intercommissural_mm", 0.0),
        ("calcium_agatston", -1.0),
        ("wilkins_calcium_score", 5.0),
        ("age_years", -1.0),
        ("valve", "eustachian"),
        ("etiology", "bad luck"),
        ("morphology", "mitral"),
        ("commissural_calcium", "some"),
    ],
)
def test_absurd_values_are_refused_by_name(key: str, value: object) -> None:
    assert _refused(replace(AORTIC, **{key: value})) == [key]  # type: ignore[arg-type]


def test_every_reason_is_given_at_once() -> None:
    shape = replace(AORTIC, valve="x", annulus_mm=-2.0, age_years=200.0)
    assert set(_refused(shape)) == {"valve", "annulus_mm", "age_years"}


def test_seed_and_count_are_checked_together() -> None:
    assert _refused(AORTIC, seed=-1, triangles=100) == ["seed", "target_triangles"]
    assert _refused(AORTIC, triangles=1_000_000) == ["target_triangles"]


@pytest.mark.parametrize("name", sorted(presets()))
def test_every_preset_has_a_shape_with_a_mesh(name: str) -> None:
    profile = complete(presets()[name])
    for lesion in profile.lesion:
        area = 0.15 * np.pi / 400.0 * lesion.annulus_mm.mean**2
        shape = shape_of(lesion, area_anatomic_cm2=area, age_years=profile.age_years)
        assert shape.annulus_mm == lesion.annulus_mm.mean
        assert shape.calcium_agatston == lesion.calcium_agatston.mean
        assert (shape.intercommissural_mm is None) == (lesion.valve != "mitral")
        assert valve_mesh(shape, 3).valve == lesion.valve


def test_wilkins_items_thicken_stiffen_and_fuse() -> None:
    places = np.column_stack((np.full(5, 0.5), np.linspace(0.0, 1.0, 5)))
    thick, stiff, section = [], [], []
    for item in (1.0, 2.0, 3.0, 4.0):
        shape = replace(
            MITRAL,
            wilkins_thickening_score=item,
            wilkins_mobility_score=item,
            wilkins_subvalvular_score=item,
        )
        thick.append(thickness_mm(shape, places))
        stiff.append(stiffness_ratio(shape, places))
        section.append(chord_section_mm2(shape))
    assert np.all(np.diff(thick, axis=0) > 0.0)
    assert np.all(np.diff(stiff, axis=0)[:, -1] > 0.0)
    assert np.all(np.diff(stiff, axis=0) >= 0.0)
    assert stiff[1][0] == 1.0  # the base of a valve of item 2 moves normally
    assert np.all(np.diff(section) > 0.0)


def test_thickness_follows_age_ring_and_kind() -> None:
    places = np.array([[0.5, 0.0], [0.5, 1.0]])
    infant = replace(
        AORTIC, etiology="congenital", morphology="unicuspid", annulus_mm=7.0, age_years=0.1
    )
    infant = replace(infant, area_anatomic_cm2=0.1, calcium_agatston=0.0)
    grown = replace(infant, annulus_mm=24.0, age_years=10.0)
    base, edge = thickness_mm(grown, places)
    assert edge == pytest.approx(0.67)  # sahasakul_1988, under 20 years
    assert base <= 0.75 * edge + 1e-12
    assert thickness_mm(infant, places)[1] == pytest.approx(0.67 * 7.0 / 22.0)
    pulmonary = replace(grown, valve="pulmonary", morphology="domed", age_years=70.0)
    dysplastic = replace(pulmonary, morphology="dysplastic")
    assert np.all(thickness_mm(dysplastic, places) > 2.0 * thickness_mm(pulmonary, places))
    assert np.all(thickness_mm(AORTIC, places) == 1.6)


def test_the_room_does_not_reach_up() -> None:
    room = Path(valve_mesh.__code__.co_filename).parent
    text = "".join(path.read_text(encoding="utf-8") for path in room.glob("*.py"))
    for above in ("valve", "heart", "devices", "circulation", "rhythm", "planning"):
        assert f"from openvalve.{above}" not in text
