"""What must hold whatever the patient: blood, repeatability, convergence with the step."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from openvalve.bench._random_hearts import random_patient
from openvalve.circulation import Activation, State, pack, pressures, resting_control
from openvalve.heart import (
    HeartParams,
    HeartState,
    build_circulation,
    initial_state,
    reference_heart,
    simulate,
    simulate_batch,
    total_volume_ml,
)
from openvalve.rhythm import Rhythm

HEALTHY = reference_heart(bsa_m2=1.8)
AT_REST = Activation(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def with_valve(heart: HeartParams, valve: str, **changes: float) -> HeartParams:
    return replace(heart, **{valve: replace(getattr(heart, valve), **changes)})


HEARTS = {
    "healthy": HEALTHY,
    "aortic 0.7": with_valve(HEALTHY, "aortic", area_effective_cm2=0.7),
    "mitral 1.0 at 90": replace(
        with_valve(HEALTHY, "mitral", area_effective_cm2=1.0), rhythm=Rhythm(rate_bpm=90.0)
    ),
    "paced 220, aortic 0.7": replace(
        with_valve(HEALTHY, "aortic", area_effective_cm2=0.7),
        rhythm=Rhythm(name="paced", rate_bpm=220.0),
    ),
    "fibrillating, leaking newborn": replace(
        with_valve(reference_heart(bsa_m2=0.2), "mitral", area_leak_cm2=0.05),
        rhythm=Rhythm(name="atrial_fibrillation", rate_bpm=150.0, seed=3),
    ),
}


@pytest.mark.parametrize("name", HEARTS)
def test_blood_is_conserved_over_a_thousand_beats(name):
    heart = HEARTS[name]
    run = simulate(heart, beats=1000)
    drift = total_volume_ml(run.state.values) / heart.circulating_volume_ml - 1.0
    assert abs(drift) < 1e-12  # the issue asks for 1e-9, circulation_targets section 7 for this


def test_volume_of_a_chamber_changes_by_what_flows():
    rec = simulate(HEARTS["mitral 1.0 at 90"], beats=5).recording
    change = np.diff(rec["VOL_LV"])
    through = (rec["FLOW_MITRAL"] - rec["FLOW_AORTIC"])[1:] / rec.rate_hz
    np.testing.assert_allclose(change, through, atol=1e-10)


def test_the_same_inputs_give_the_same_bits():
    heart = HEARTS["fibrillating, leaking newborn"]
    a, b = simulate(heart, beats=20), simulate(heart, beats=20)
    assert a.state.values.tobytes() == b.state.values.tobytes()
    for name in a.recording.channels:
        assert a.recording[name].tobytes() == b.recording[name].tobytes()


def test_a_run_does_not_change_the_state_it_starts_from():
    start = initial_state(build_circulation(HEALTHY))
    before = start.values.copy()
    simulate(HEALTHY, beats=3, initial=start)
    assert start.values.tobytes() == before.tobytes()


def test_a_continued_run_goes_to_the_same_steady_state():
    # Not beat by beat: a run ends at a ventricular onset and the next begins at an atrial one.
    whole = simulate(HEALTHY, beats=80).recording
    first = simulate(HEALTHY, beats=40)
    rest = simulate(HEALTHY, beats=40, initial=first.state).recording
    for name in ("AO", "LV", "LA", "RA", "PA", "VOL_LV"):
        assert rest[name].max() == pytest.approx(whole[name].max(), rel=1e-3)
        assert rest[name].mean() == pytest.approx(whole[name].mean(), rel=1e-3)


def test_where_it_starts_is_forgotten():
    params = build_circulation(HEALTHY)
    low = simulate(HEALTHY, beats=60, initial=initial_state(params, arterial_mmhg=40.0)).recording
    high = simulate(HEALTHY, beats=60, initial=initial_state(params, arterial_mmhg=140.0)).recording
    assert low["AO"].mean() == pytest.approx(high["AO"].mean(), rel=1e-3)


def test_a_heart_too_large_for_its_sac_starts_at_one_pressure():
    # Filled to the veins' pressure across its walls alone, this heart began at 3,200 mmHg.
    params = build_circulation(HEALTHY)
    tight = replace(params.pericardium, slack_volume_ml=60.0)
    start = initial_state(replace(params, pericardium=tight)).values
    v = dict(zip(State._fields, start.tolist(), strict=True))
    packed = pack(replace(params, pericardium=tight), 1e-3)
    seen = pressures(State(*start.tolist()), packed, resting_control(params), AT_REST)
    assert v["v_lv"] < dict(zip(State._fields, initial_state(params).values, strict=True))["v_lv"]
    assert seen.pericardium > 2.0
    for chamber in (seen.la, seen.lv, seen.ra, seen.rv):
        assert chamber == pytest.approx(seen.cava, abs=1e-6)
    assert total_volume_ml(start) == pytest.approx(HEALTHY.circulating_volume_ml, rel=1e-12)


@pytest.mark.parametrize("index", [11869, 53882])
def test_the_hardest_of_100000_random_patients_survive(index):
    # One begins with a heart far too large for its sac; the other's ventricle is emptied to the
    # last drop by the momentum of the blood that leaves it.
    lost = simulate_batch([random_patient(0, index)], 15.0).failed_window_count
    assert lost.tolist() == [-1]


def test_given_blood_goes_to_the_veins():
    start = simulate(HEALTHY, beats=10).state
    fuller = replace(HEALTHY, circulating_volume_ml=HEALTHY.circulating_volume_ml + 100.0)
    run = simulate(fuller, beats=2, record_beats=1, initial=start)
    assert total_volume_ml(run.state.values) == pytest.approx(fuller.circulating_volume_ml)
    assert total_volume_ml(start.values) == pytest.approx(HEALTHY.circulating_volume_ml)


def summary(heart: HeartParams, tick_s: float, beats: int):
    rec = simulate(heart, beats=beats, tick_s=tick_s).recording
    out = {f"{p} max": rec[p].max() for p in ("LV", "AO", "RV", "PA")}
    out |= {f"{p} mean": rec[p].mean() for p in ("AO", "PA", "LA", "RA")}
    out["AO min"] = rec["AO"].min()
    out["end-diastolic"], out["end-systolic"] = rec["VOL_LV"].max(), rec["VOL_LV"].min()
    out["output"] = rec["FLOW_AORTIC"].mean()
    gradients = {}
    for valve, up, down in (
        ("AORTIC", "LV", "AO"),
        ("MITRAL", "LA", "LV"),
        ("PULMONARY", "RV", "PA"),
    ):
        forward = rec[f"FLOW_{valve}"] > 0.02 * rec[f"FLOW_{valve}"].max()
        gradients[f"{valve} peak"] = (rec[up] - rec[down])[forward].max()
    stenotic = {"aortic": "LV AO AORTIC", "mitral": "LA LV MITRAL"}
    for valve, names in stenotic.items():
        up, down, name = names.split()
        if getattr(heart, valve).area_effective_cm2 < 1.5:
            forward = rec[f"FLOW_{name}"] > 0.02 * rec[f"FLOW_{name}"].max()
            gradients[f"{name} mean"] = (rec[up] - rec[down])[forward].mean()
    return out, gradients


LAGGING = pytest.mark.xfail(
    strict=True, reason="peak of the left ventricle 0.28 to 0.33 % high: it gives way a step late"
)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("healthy", marks=LAGGING),
        "aortic 0.7",
        pytest.param("mitral 1.0 at 90", marks=LAGGING),
    ],
)
def test_one_millisecond_is_fine_enough(name):
    """1 ms against 0.02 ms: 0.2 % for pressures and volumes, 2 % for gradients (the issue)."""
    got, got_gradients = summary(HEARTS[name], 1e-3, 20)
    want, want_gradients = summary(HEARTS[name], 2e-5, 20)
    errors = {k: 100 * (got[k] / want[k] - 1) for k in want}
    gradient_errors = {k: 100 * (got_gradients[k] / want_gradients[k] - 1) for k in want_gradients}
    print(name, errors, gradient_errors)
    assert max(abs(e) for e in errors.values()) < 0.2, errors
    assert max(abs(e) for e in gradient_errors.values()) < 2.0, gradient_errors


@pytest.mark.xfail(
    strict=True,
    reason="paced at 220/min with a valve of 0.7 cm2: up to 0.5 % (LV peak, stroke volume)",
)
def test_one_millisecond_is_fine_enough_under_rapid_pacing():
    got, _ = summary(HEARTS["paced 220, aortic 0.7"], 1e-3, 40)
    want, _ = summary(HEARTS["paced 220, aortic 0.7"], 2e-5, 40)
    assert max(abs(got[k] / want[k] - 1) for k in want) < 2e-3


def test_error_falls_with_the_step():
    """First order: a tenth of the step leaves about a tenth of the error."""
    heart = HEARTS["aortic 0.7"]
    fine = summary(heart, 1e-5, 6)[0]["output"]
    coarse, medium = (abs(summary(heart, t, 6)[0]["output"] - fine) for t in (1e-3, 1e-4))
    assert medium < 0.3 * coarse


PLAIN = """
import json, sys
from dataclasses import replace
import numba
from openvalve.heart import reference_heart, simulate
assert numba.config.DISABLE_JIT
heart = reference_heart(bsa_m2=1.8, rate_bpm=200.0)
heart = replace(heart, aortic=replace(heart.aortic, area_effective_cm2=0.7, area_leak_cm2=0.1,
    opening_elasticity_ratio=0.2), infundibulum_grip_frac=0.5)
run = simulate(heart, beats=1, record_beats=1, tick_s=2e-3)
rows = [float(run.recording[c].sum()).hex() for c in run.recording.channels]
json.dump([[float(v).hex() for v in run.state.values], rows], sys.stdout)
"""


def test_compiled_and_plain_python_agree():
    """The same 196 steps without a compiler, in a process of their own."""
    plain = subprocess.run(
        [sys.executable, "-c", PLAIN],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    want_state, want_rows = json.loads(plain.stdout)
    heart = reference_heart(bsa_m2=1.8, rate_bpm=200.0)
    aortic = replace(
        heart.aortic, area_effective_cm2=0.7, area_leak_cm2=0.1, opening_elasticity_ratio=0.2
    )
    heart = replace(heart, aortic=aortic, infundibulum_grip_frac=0.5)
    run = simulate(heart, beats=1, record_beats=1, tick_s=2e-3)
    got_rows = [run.recording[c].sum() for c in run.recording.channels]
    # fastmath is off and no operation is fused, so not even the last bit may differ.
    assert [float(v).hex() for v in run.state.values] == want_state
    np.testing.assert_allclose(got_rows, [float.fromhex(v) for v in want_rows], rtol=1e-12)


def test_state_of_another_heart_can_be_taken_over():
    start = HeartState(values=simulate(HEALTHY, beats=5).state.values)
    stenosed = HEARTS["aortic 0.7"]
    assert simulate(stenosed, beats=5, initial=start).recording["LV"].max() > 130.0
