"""What a fit may turn: factors are exact, the grip stays a fraction, nothing else moves."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openvalve.heart import HeartParams, reference_heart
from openvalve.planning._knobs import GRIP, KNOBS, apply_knobs, knob_logs, knobs_of

VALVES = ("aortic", "mitral", "pulmonary", "tricuspid")
BASE = dataclasses.replace(reference_heart(bsa_m2=1.8), infundibulum_grip_frac=0.35)
PLAIN = tuple(k.name for k in KNOBS if k.name != "valve_area")


@pytest.mark.parametrize("valve", VALVES)
def test_a_factor_of_one_changes_nothing(valve: str) -> None:
    names = tuple(k.name for k in KNOBS)
    assert apply_knobs(BASE, valve, names, np.zeros(len(names))) == BASE


@pytest.mark.parametrize("name", PLAIN)
def test_factor_is_exact_and_alone(name: str) -> None:
    heart = apply_knobs(BASE, "mitral", (name,), np.array([math.log(1.5)]))
    assert getattr(heart, name) == pytest.approx(1.5 * getattr(BASE, name), rel=1e-14)
    assert dataclasses.replace(heart, **{name: getattr(BASE, name)}) == BASE


@pytest.mark.parametrize("valve", VALVES)
def test_area_knob_opens_the_treated_valve_only(valve: str) -> None:
    heart = apply_knobs(BASE, valve, ("valve_area",), np.array([math.log(0.5)]))
    for name in VALVES:
        before, after = getattr(BASE, name), getattr(heart, name)
        share = 0.5 if name == valve else 1.0
        assert after.area_effective_cm2 == pytest.approx(share * before.area_effective_cm2)
        assert after.area_leak_cm2 == before.area_leak_cm2


@given(st.floats(0.01, 0.95), st.floats(-4.0, 4.0))
def test_grip_stays_a_fraction_and_its_odds_are_multiplied(grip: float, shift: float) -> None:
    base = dataclasses.replace(BASE, infundibulum_grip_frac=grip)
    heart = apply_knobs(base, "pulmonary", (GRIP.name,), np.array([shift]))
    after = heart.infundibulum_grip_frac
    assert 0.0 < after < 1.0
    assert after / (1.0 - after) == pytest.approx(grip / (1.0 - grip) * math.exp(shift), rel=1e-9)


@pytest.mark.parametrize("valve", VALVES)
def test_logs_undo_what_was_applied(valve: str) -> None:
    knobs = knobs_of(valve)
    theta = np.linspace(-0.4, 0.5, len(knobs))
    heart = apply_knobs(BASE, valve, tuple(k.name for k in knobs), theta)
    np.testing.assert_allclose(knob_logs(knobs, valve, heart, BASE), theta, atol=1e-12)


def test_only_the_pulmonary_valve_has_an_infundibulum() -> None:
    assert [v for v in VALVES if GRIP in knobs_of(v)] == ["pulmonary"]


def test_every_knob_is_a_parameter_of_the_heart_with_a_spread_and_a_source() -> None:
    fields = {f.name for f in dataclasses.fields(HeartParams)} | {"valve_area"}
    for knob in KNOBS:
        assert knob.name in fields
        assert 0.05 <= knob.spread_frac <= 1.0
        assert knob.source
    assert len({k.name for k in KNOBS}) == len(KNOBS)


def test_names_and_factors_must_pair() -> None:
    with pytest.raises(ValueError, match="zip"):
        apply_knobs(BASE, "aortic", ("valve_area",), np.zeros(2))
