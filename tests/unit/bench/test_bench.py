"""The benchmarks measure what they say; no figure of speed is judged."""

import math
import subprocess
import sys
import tomllib
from dataclasses import fields
from importlib import resources
from pathlib import Path

import pytest

from openvalve.bench import bench_circulation, bench_mechanics, bench_plan, bench_signals
from openvalve.bench._random_hearts import AREA_CM2, RATE_BPM, random_heart, random_patient
from openvalve.bench._warm import warm_all
from openvalve.heart import HeartParams, reference_heart
from openvalve.patient import parse_patient

ROOT = Path(__file__).parents[3]


def _quiet(stage: str, done: float) -> None:
    assert stage
    assert 0.0 <= done <= 1.0


def test_circulation_figures() -> None:
    figures = bench_circulation(_quiet, patients=40, beats=300)
    assert figures["frame_ms"] > 0.0
    assert figures["batch_patient_s_per_s"] > 0.0
    assert figures["x_real"] == pytest.approx(figures["simulated_s"] / figures["wall_s"])
    assert figures["patients_count"] == 40
    # issue 3: 0 failures, drift below 1e-9; circulation_targets section 1 for the step
    assert figures["failures_count"] == 0
    assert figures["drift_frac"] < 1e-9
    # The goal of 2e-3 is missed by the LV's peak: tests/physics/heart/test_heart_conservation.py.
    assert figures["dt_error_pressure_unpaced_frac"] < 4e-3
    assert figures["dt_error_volume_unpaced_frac"] < 2e-3
    assert figures["dt_error_gradient_unpaced_frac"] < 2e-2


def test_mechanics_figures() -> None:
    figures = bench_mechanics(_quiet, steps=40, inflations={"2k": 2000}, seeds_count=1)
    assert figures["steps_count"] == 40
    for key in ("element_steps_per_s", "element_steps_no_hinges_7k_per_s", "build_2k_s"):
        assert figures[key] > 0.0, key
    assert 0.0 < figures["inflation_2k_s"] < 1.5 * figures["inflation_2k_wall_s"]
    assert figures["steps_inflation_2k_count"] > 1000
    assert figures["seeds_stopped_count"] == 0
    assert figures["area_after_mean_cm2"] == figures["area_after_2k_cm2"] > 0.0
    # issue 6: halving mass scaling moves a result less than 1 %; it does move it
    assert 0.0 < figures["mass_pair_frac"] < 0.01
    # The circulation ran beside in real time: a frame each 40 ms, however slow the machine is.
    assert 1 <= figures["live_frames_count"] <= 1 + figures["live_inflation_s"] / 0.04
    assert 50 < figures["peak_mib"] < 2000


def test_plan_figures() -> None:
    figures = bench_plan(_quiet, draws=20)
    assert figures["draws"] == 20
    assert figures["options"] == 5
    stages = figures["stages_s"]
    assert isinstance(stages, dict)
    assert 0.0 < stages["fit"] <= figures["plan_s"]
    assert 50 < figures["peak_mib"] < 2000


def test_signals_figures() -> None:
    figures = bench_signals(_quiet, hour_s=8.0, analyze_length_s=20.0)
    assert figures["frames_count"] == 200
    parts = [figures[f"{part}_ms"] for part in ("ecg", "lines", "sound", "doppler")]
    assert all(isinstance(part, float) and part > 0.0 for part in parts)
    # The median of sums lies near the sum of medians, and not below its largest part.
    assert max(parts) < figures["frame_signals_ms"]
    assert figures["frame_signals_wall_ms"] < figures["frame_signals_wall_p99_ms"]
    assert figures["hour_x_real"] == pytest.approx(8.0 / figures["hour_wall_s"])
    assert figures["analyze_s"] > 0.0
    assert figures["hour_growth_mib"] < 20.0


def test_random_hearts_are_as_far_out_as_said() -> None:
    reference = reference_heart(bsa_m2=1.8)
    hearts = [random_heart(3, k) for k in range(400)]
    for field in fields(HeartParams):
        value = getattr(reference, field.name)
        if not isinstance(value, float) or value == 0.0:
            continue
        ratios = [getattr(h, field.name) / value for h in hearts]
        assert min(ratios) < 0.45, field.name
        assert max(ratios) > 2.3, field.name
    areas = [h.mitral.area_effective_cm2 for h in hearts]
    assert AREA_CM2[0] <= min(areas) < 0.06
    assert 5.0 < max(areas) <= AREA_CM2[1]
    leaking = sum(h.aortic.area_leak_cm2 > 0 for h in hearts) / len(hearts)
    assert leaking == pytest.approx(0.5, abs=4 * math.sqrt(0.25 / 400))
    rates = [h.rhythm.rate_bpm for h in hearts]
    assert RATE_BPM[0] <= min(rates) < 45 < 215 < max(rates) <= RATE_BPM[1]
    assert {h.rhythm.name for h in hearts} == {"sinus", "atrial_fibrillation", "paced"}


def test_no_heart_depends_on_another() -> None:
    assert random_heart(0, 7) == random_heart(0, 7)
    assert random_heart(0, 7) != random_heart(0, 8)
    assert random_heart(0, 7) != random_heart(1, 7)


def test_random_patients_carry_drugs_and_acts() -> None:
    patients = [random_patient(0, k) for k in range(40)]
    assert len({p.inputs.act for p in patients}) > 3
    assert any(p.inputs.effusion_ml_s > 0.0 for p in patients)
    assert any(max(p.inputs.drugs) > 0.0 for p in patients)


def test_patient_is_the_example_with_five_balloons() -> None:
    text = resources.files("openvalve.bench").joinpath("patient.toml").read_text("utf-8")
    ours = tomllib.loads(text)
    example = tomllib.loads(
        (ROOT / "examples" / "m_pregnant27_double18.toml").read_text(encoding="utf-8")
    )
    assert len(parse_patient(ours).balloon) == 5
    assert {k: v for k, v in ours.items() if k != "balloon"} == {
        k: v for k, v in example.items() if k != "balloon"
    }


def test_warm_twice_is_quick_and_harmless() -> None:
    warm_all()
    assert warm_all() >= 0.0


def test_module_to_run_warns_of_nothing() -> None:
    command = [sys.executable, "-W", "error", "-m", "openvalve.bench._warm"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout
    assert done.stderr == ""
