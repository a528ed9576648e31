"""What relief does to the parameters of a heart, before any beat is run."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openvalve.heart import HeartParams, reference_heart
from openvalve.planning import (
    AFTER_PARAMETERS,
    AFTER_PRIOR,
    AFTER_STATE,
    AfterState,
    apply_relief,
    relief_frac,
)
from openvalve.planning._after import TimePoint

VALVES = ("aortic", "mitral", "pulmonary", "tricuspid")
AREAS = st.floats(0.05, 5.0)


def narrow(valve: str, area_cm2: float = 0.8) -> HeartParams:
    heart = reference_heart(bsa_m2=1.8)
    orifice = dataclasses.replace(getattr(heart, valve), area_effective_cm2=area_cm2)
    return dataclasses.replace(heart, pulmonary_resistance_mmhg_s_ml=0.4, **{valve: orifice})


@given(AREAS, AREAS)
def test_relief_is_a_share_of_the_drop(before: float, after: float) -> None:
    share = relief_frac(before, after)
    assert 0.0 <= share < 1.0
    if after <= before:
        assert share == 0.0
    else:
        # At equal flow a drop goes with one over the area squared.
        assert 1.0 - share == pytest.approx((1 / after**2) / (1 / before**2))


@given(AREAS, AREAS, AREAS)
def test_relief_grows_with_the_area(before: float, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert relief_frac(before, low) <= relief_frac(before, high)


def test_doubling_the_area_relieves_three_quarters() -> None:
    assert relief_frac(0.7, 1.4) == pytest.approx(0.75)


@pytest.mark.parametrize("valve", VALVES)
@pytest.mark.parametrize("time", ["acute", "hours"])
@pytest.mark.parametrize("area", [0.8, 0.6])
def test_nothing_opened_is_nothing_changed(valve: str, time: TimePoint, area: float) -> None:
    """The same area, or a smaller one, leaves the rest of the body bit for bit."""
    heart = narrow(valve)
    relieved = apply_relief(heart, valve, area_cm2=area, leak_cm2=0.1, after=AFTER_STATE, time=time)
    orifice = getattr(relieved, valve)
    assert (orifice.area_effective_cm2, orifice.area_leak_cm2) == (area, 0.1)
    assert dataclasses.replace(relieved, **{valve: getattr(heart, valve)}) == heart


@pytest.mark.parametrize("valve", VALVES)
@pytest.mark.parametrize("time", ["acute", "hours"])
def test_a_body_that_does_not_answer_changes_only_the_valve(valve: str, time: TimePoint) -> None:
    still = AfterState(**dict.fromkeys(AFTER_PARAMETERS, 0.0))
    heart = narrow(valve)
    relieved = apply_relief(heart, valve, area_cm2=2.0, leak_cm2=0.0, after=still, time=time)
    if time == "acute" or valve in ("pulmonary", "tricuspid"):
        assert dataclasses.replace(relieved, **{valve: getattr(heart, valve)}) == heart


@pytest.mark.parametrize("valve", ["aortic", "mitral"])
def test_lung_resistance_falls_toward_normal_and_never_below(valve: str) -> None:
    strong = dataclasses.replace(AFTER_STATE, lung_resistance_frac=1.0)
    for resistance in (0.05, 0.1, 0.4, 1.5):
        heart = dataclasses.replace(narrow(valve), pulmonary_resistance_mmhg_s_ml=resistance)
        relieved = apply_relief(
            heart, valve, area_cm2=20.0, leak_cm2=0.0, after=strong, time="acute"
        )
        after = relieved.pulmonary_resistance_mmhg_s_ml
        assert min(resistance, 0.0999) <= after <= resistance


def test_a_right_sided_valve_leaves_lungs_and_left_heart_alone() -> None:
    heart = narrow("pulmonary")
    relieved = apply_relief(
        heart, "pulmonary", area_cm2=2.0, leak_cm2=0.0, after=AFTER_STATE, time="hours"
    )
    for name in ("pulmonary_resistance_mmhg_s_ml", "lv_ees_mmhg_ml", "lv_filling_volume_ml"):
        assert getattr(relieved, name) == getattr(heart, name)


@pytest.mark.parametrize("valve", VALVES)
def test_more_relief_changes_more(valve: str) -> None:
    heart = narrow(valve)
    volumes = [
        apply_relief(
            heart, valve, area_cm2=a, leak_cm2=0.0, after=AFTER_STATE
        ).circulating_volume_ml
        for a in (0.8, 1.0, 1.4, 2.0)
    ]
    assert volumes == sorted(volumes, reverse=True)
    assert volumes[-1] > 0.5 * heart.circulating_volume_ml


def test_contractility_falls_at_once_and_is_back_after_hours() -> None:
    heart = narrow("aortic")
    acute, hours = (
        apply_relief(heart, "aortic", area_cm2=1.4, leak_cm2=0.0, after=AFTER_PRIOR, time=time)
        for time in ("acute", "hours")
    )
    assert acute.lv_ees_mmhg_ml < heart.lv_ees_mmhg_ml == hours.lv_ees_mmhg_ml
    assert hours.systemic_resistance_mmhg_s_ml < acute.systemic_resistance_mmhg_s_ml
    assert acute.systemic_resistance_mmhg_s_ml == heart.systemic_resistance_mmhg_s_ml


@pytest.mark.parametrize("state", [AFTER_STATE, AFTER_PRIOR])
def test_learned_parameters_are_plausible(state: AfterState) -> None:
    for name in AFTER_PARAMETERS:
        assert 0.0 <= getattr(state, name) <= 1.0, name
