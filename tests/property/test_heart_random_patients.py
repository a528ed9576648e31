"""No patient within reach fails: circulation_targets.md section 1.

All parameters x 0.4 to 2.5, valve areas 0.05 to 6 cm2, half of the valves leaking up to 0.6 cm2,
40 to 220 beats a minute, sinus, fibrillating or paced, newborn to large adult, 15 s each.
"""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openvalve.circulation import State
from openvalve.circulation._step import VOLUMES_COUNT
from openvalve.errors import SolverError
from openvalve.heart import (
    HeartParams,
    HeartState,
    OrificeParams,
    build_circulation,
    initial_state,
    reference_heart,
    simulate,
    total_volume_ml,
)
from openvalve.rhythm import Rhythm

VALVES = ("mitral", "aortic", "tricuspid", "pulmonary")
RHYTHMS = ("sinus", "atrial_fibrillation", "paced")
KEPT = {"bsa_m2", "infundibulum_grip_frac"}
SPAN_S = 15.0
OPENINGS = [k for k, name in enumerate(State._fields) if name.startswith("z_")]


def log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def random_patient(seed: int) -> HeartParams:
    rng = np.random.default_rng(seed)
    base = reference_heart(bsa_m2=log_uniform(rng, 0.18, 2.6))
    scaled = {
        f.name: getattr(base, f.name) * log_uniform(rng, 0.4, 2.5)
        for f in fields(base)
        if isinstance(getattr(base, f.name), float) and f.name not in KEPT
    }
    valves = {
        v: OrificeParams(
            area_effective_cm2=log_uniform(rng, 0.05, 6.0),
            area_leak_cm2=float(rng.uniform(0.0, 0.6)) if rng.random() < 0.5 else 0.0,
            opening_elasticity_ratio=float(rng.uniform(0.0, 0.3)),
        )
        for v in VALVES
    }
    return replace(
        base,
        **scaled,
        **valves,
        infundibulum_grip_frac=float(rng.uniform(0.0, 0.95)),
        rhythm=Rhythm(
            name=RHYTHMS[rng.integers(3)],
            rate_bpm=float(rng.uniform(40.0, 220.0)),
            seed=int(rng.integers(1 << 30)),
        ),
    )


def check(heart: HeartParams) -> None:
    beats = max(3, round(SPAN_S * heart.rhythm.rate_bpm / 60.0))
    run = simulate(heart, beats=beats, record_beats=beats)  # all of it is looked at
    for name, channel in run.recording.channels.items():
        assert np.isfinite(channel.samples).all(), name
    assert np.isfinite(run.state.values).all()
    for name in ("VOL_LV", "VOL_LA", "VOL_RV", "VOL_RA"):
        assert run.recording[name].min() > 0.0, name
    openings = np.array([run.state.values[k] for k in OPENINGS])
    assert openings.min() >= 0.0
    assert openings.max() <= 1.0
    for name in ("AREA_AORTIC", "AREA_MITRAL", "AREA_PULMONARY", "AREA_TRICUSPID"):
        assert run.recording[name].min() > 0.0
    drift = total_volume_ml(run.state.values) / heart.circulating_volume_ml - 1.0
    assert abs(drift) < 1e-12


@pytest.mark.parametrize("block", range(10))
def test_a_thousand_random_patients(block):
    for seed in range(100 * block, 100 * (block + 1)):
        check(random_patient(seed))


@pytest.mark.slow
@pytest.mark.parametrize("block", range(10))
def test_ten_thousand_random_patients(block):
    for seed in range(1000 * (block + 1), 1000 * (block + 2)):
        check(random_patient(seed))


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    bsa_m2=st.floats(0.18, 2.6),
    rate_bpm=st.floats(40.0, 220.0),
    area_cm2=st.floats(0.05, 6.0),
    leak_cm2=st.floats(0.0, 0.6),
    valve=st.sampled_from(VALVES),
    rhythm=st.sampled_from(RHYTHMS),
)
def test_corners_of_the_box(bsa_m2, rate_bpm, area_cm2, leak_cm2, valve, rhythm):
    heart = reference_heart(bsa_m2=bsa_m2, rate_bpm=rate_bpm)
    orifice = OrificeParams(area_effective_cm2=area_cm2, area_leak_cm2=leak_cm2)
    check(replace(heart, **{valve: orifice}, rhythm=Rhythm(name=rhythm, rate_bpm=rate_bpm)))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(bsa_m2=st.floats(0.18, 2.6), arterial_mmhg=st.floats(5.0, 200.0), volume=st.floats(0.3, 3.0))
def test_first_state_holds_the_patients_blood(bsa_m2, arterial_mmhg, volume):
    heart = reference_heart(bsa_m2=bsa_m2)
    heart = replace(heart, circulating_volume_ml=volume * heart.circulating_volume_ml)
    start = initial_state(build_circulation(heart), arterial_mmhg=arterial_mmhg)
    assert total_volume_ml(start.values) == pytest.approx(heart.circulating_volume_ml, rel=1e-12)
    assert (start.values[:VOLUMES_COUNT] > 0.0).all()


@pytest.mark.parametrize("index", range(len(State._fields)))
def test_a_lost_number_is_an_error_with_time_and_state(index):
    heart = reference_heart(bsa_m2=1.8)
    values = simulate(heart, beats=2, record_beats=1).state.values.copy()
    values[index] = np.nan
    with pytest.raises(SolverError) as caught:
        simulate(heart, beats=2, record_beats=1, initial=HeartState(values=values))
    assert caught.value.time_s >= 0.0
    assert len(caught.value.state) == len(State._fields)
    assert not np.isfinite(list(caught.value.state.values())).all()


def test_a_run_that_blows_up_reports_the_last_good_state():
    heart = reference_heart(bsa_m2=1.8)
    values = simulate(heart, beats=2, record_beats=1).state.values.copy()
    values[1] = 1e7  # ten cubic metres in a ventricle
    with pytest.raises(SolverError, match="left all bounds at") as caught:
        simulate(heart, beats=2, record_beats=1, initial=HeartState(values=values))
    assert caught.value.state["v_lv"] == 1e7
    assert caught.value.exit_code == 3
