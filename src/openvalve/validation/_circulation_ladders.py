"""Sections 4 and 7: what a valve of a given area does to a heart that has nothing else."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from openvalve.heart import BodyParams, HeartParams, Live, OrificeParams
from openvalve.hemodynamics import measure
from openvalve.recording import Recording
from openvalve.rhythm import Rhythm
from openvalve.validation._acceptance_types import Curve, Measured, curve
from openvalve.validation._circulation_beats import onsets_s
from openvalve.validation._circulation_hearts import (
    VALVES,
    adult,
    at_rate,
    read,
    settled,
    tuned,
    with_area,
)
from openvalve.validation._circulation_types import CirculationSettings

__all__ = [
    "as_ladder",
    "circadapt",
    "fibrillation",
    "ms_ladder",
    "nishimura",
    "severe",
    "tachycardia",
]

PACED_S, READ_S = 60.0, 20.0  # at each rate of the pacemaker
AORTIC_CM2 = (1.5, 1.0, 0.7)
MITRAL_CM2 = (2.0, 1.5, 1.0)
# Three grades of the guideline [EACVI/ASE 2009, 2010, 2013]: area of a stenosis, EROA of a leak.
GRADES_CM2 = {
    "AS": ("aortic", (1.8, 1.25, 0.8)),
    "MS": ("mitral", (2.0, 1.5, 1.0)),
    "AR": ("aortic", (0.08, 0.20, 0.35)),
    "MR": ("mitral", (0.15, 0.30, 0.50)),
}
# What is compared between a stenosis and a leak: sizes, pressures, flow through the chamber.
DISTURBED = (
    *("lv_end_diastolic_volume_ml", "lv_end_systolic_volume_ml", "la_volume_ml"),
    *("la_mean_mmhg", "pa_mean_mmhg", "aortic_mean_mmhg", "lv_systolic_mmhg"),
    *("cardiac_output_l_min", "ejected_ml"),
)


def _rising(values: Sequence[float]) -> float:
    return float(all(b > a for a, b in itertools.pairwise(values)))


def _tag(area_cm2: float) -> str:
    return f"{round(10 * area_cm2):02d}"


def _ladder(valve: str, areas: Sequence[float]) -> tuple[list[dict[str, float]], dict[str, Curve]]:
    rungs, curves = [], {}
    for area in (None, *areas):
        heart = adult() if area is None else with_area(adult(), valve, area)
        recording = settled(heart)
        name = "normal" if area is None else f"{area:g}"
        pair = ("LV", "AO") if valve == "aortic" else ("LA", "LV")
        for channel in pair:
            curves[f"{name} {channel}"] = curve(1e3 * recording.time_s, recording[channel])
        rungs.append(measure(recording, valve))
    return rungs, curves


def _common(rungs: Sequence[Mapping[str, float]], bsa_m2: float) -> dict[str, float]:
    return {
        "la_up": _rising([r["la_mean_mmhg"] for r in rungs]),
        "pa_up": _rising([r["pa_mean_mmhg"] for r in rungs]),
        "least_index_l_min_m2": min(r["cardiac_output_l_min"] for r in rungs) / bsa_m2,
        "least_stroke_ml_m2": min(r["stroke_volume_ml"] for r in rungs) / bsa_m2,
    }


def as_ladder(settings: CirculationSettings) -> Measured:
    """Return gradients, velocities and the load upstream at 1.5, 1.0 and 0.7 cm2."""
    rungs, curves = _ladder("aortic", AORTIC_CM2)
    found = _common(rungs[1:], adult().bsa_m2)
    found["lvsp_up"] = _rising([r["lv_systolic_mmhg"] for r in rungs])
    for area, rung in zip(AORTIC_CM2, rungs[1:], strict=True):
        found[f"mean_{_tag(area)}_mmhg"] = rung["gradient_mean_doppler_mmhg"]
        found[f"velocity_{_tag(area)}_m_s"] = rung["velocity_peak_m_s"]
        found[f"net_{_tag(area)}_mmhg"] = rung["gradient_mean_mmhg"]
        found[f"lvsp_{_tag(area)}_mmhg"] = rung["lv_systolic_mmhg"]
    return Measured(values=found, curves=curves)


def ms_ladder(settings: CirculationSettings) -> Measured:
    """Return gradients, half-times and the load upstream at 2.0, 1.5 and 1.0 cm2."""
    rungs, curves = _ladder("mitral", MITRAL_CM2)
    found = _common(rungs[1:], adult().bsa_m2)
    peaks = [r["lv_systolic_mmhg"] for r in rungs]
    found["lvsp_down"] = float(all(b <= a for a, b in itertools.pairwise(peaks)))
    for area, rung in zip(MITRAL_CM2, rungs[1:], strict=True):
        found[f"mean_{_tag(area)}_mmhg"] = rung["gradient_mean_doppler_mmhg"]
        if "pressure_half_time_ms" in rung:
            found[f"half_time_{_tag(area)}_ms"] = rung["pressure_half_time_ms"]
        found[f"la_{_tag(area)}_mmhg"] = rung["la_mean_mmhg"]
    return Measured(values=found, curves=curves)


def severe(settings: CirculationSettings) -> Measured:
    """Return how far a severe stenosis of 0.8 cm2 reads from the guideline's 4 m/s and 40 mmHg."""
    rung = read(with_area(adult(), "aortic", 0.8))
    return Measured(
        values={
            "peak_error_frac": rung["gradient_peak_instant_mmhg"] / 64.0 - 1.0,
            "mean_error_frac": rung["gradient_mean_doppler_mmhg"] / 40.0 - 1.0,
        }
    )


def nishimura(settings: CirculationSettings) -> Measured:
    """Return the fall of the mean gradient for +0.31 cm2 in a low-gradient and a usual patient.

    Both have a cardiac index of 2.2, as the registry's groups (below 2.5); the mean gradients
    before, 30 and 60 mmHg, stand for <= 40 and > 40. The body's answer is left out: at once.
    """
    found = {}
    for name, gradient in (("low", 30.0), ("normal", 60.0)):
        heart = with_area(at_rate(adult(), 75.0), "aortic", 0.6)
        index = 2.2 * heart.bsa_m2
        heart = tuned(
            heart,
            "aortic",
            {
                "gradient_mean_mmhg": gradient,
                "cardiac_output_l_min": index,
                "aortic_mean_mmhg": 90.0,
                "la_mean_mmhg": 18.0,
                "lv_ejection_frac": 0.40,
            },
            (
                *("aortic", "lv_ees_mmhg_ml", "systemic_resistance_mmhg_s_ml"),
                *("circulating_volume_ml", "lv_filling_volume_ml"),
            ),
        )
        before = read(heart)["gradient_mean_mmhg"]
        area = heart.aortic.area_effective_cm2 + 0.31
        after = read(with_area(heart, "aortic", area))["gradient_mean_mmhg"]
        found[f"{name}_mmhg"] = after - before
        found[f"{name}_before_mmhg"] = before
    return Measured(values=found)


def _disturbance(values: Mapping[str, float], lone: Mapping[str, float]) -> float:
    """Return the mean relative change of sizes, pressures and flows."""
    return float(np.mean([abs(values[k] / lone[k] - 1.0) for k in DISTURBED]))


def _fibrillating(heart: HeartParams) -> dict[str, float]:
    made = replace(heart, rhythm=Rhythm(name="atrial_fibrillation", rate_bpm=90.0, seed=1))
    recording: Recording = settled(made, record=20)
    values = measure(recording, "aortic")
    values["ejected_ml"] = (
        values["lv_end_diastolic_volume_ml"] - values["lv_end_systolic_volume_ml"]
    )
    return values


def fibrillation(settings: CirculationSettings) -> Measured:
    """Return how much each lesion of each grade disturbs a fibrillating heart."""
    lone = _fibrillating(adult())
    sizes: dict[str, list[float]] = {}
    for name, (valve, grades) in GRADES_CM2.items():
        for area in grades:
            heart = adult()
            if name.endswith("S"):
                heart = with_area(heart, valve, area)
            else:
                heart = _leaking(heart, valve, area)
            sizes.setdefault(name, []).append(_disturbance(_fibrillating(heart), lone))
    return Measured(
        values={
            "monotone": float(all(_rising(s) for s in sizes.values())),
            "aortic_ratio": sizes["AR"][-1] / sizes["AS"][-1],
            "mitral_ratio": sizes["MR"][-1] / sizes["MS"][-1],
        },
        curves={name: curve([1, 2, 3], s) for name, s in sizes.items()},
    )


def _leaking(heart: HeartParams, valve: str, leak_cm2: float) -> HeartParams:
    orifice: OrificeParams = getattr(heart, valve)
    made = replace(orifice, area_leak_cm2=leak_cm2)
    assert valve in VALVES
    return replace(heart, **{valve: made})  # type: ignore[arg-type]


def circadapt(settings: CirculationSettings) -> Measured:
    """Return whether an effective open area and a leak area act as in life."""
    normal = read(adult())
    narrow = read(with_area(adult(), "aortic", 0.8))
    leaky = read(_leaking(adult(), "mitral", 0.4), "mitral")
    output = narrow["cardiac_output_l_min"] / normal["cardiac_output_l_min"]
    stenosis = (
        narrow["gradient_mean_mmhg"] > 20.0
        and narrow["lv_systolic_mmhg"] > normal["lv_systolic_mmhg"] + 20.0
        and narrow["lv_stroke_work_j"] > normal["lv_stroke_work_j"]
        and output < 1.0
    )
    regurgitation = (
        leaky["regurgitant_volume_ml"] > 20.0
        and leaky["la_v_wave_mmhg"] > normal["la_v_wave_mmhg"] + 3.0
        and leaky["lv_end_diastolic_volume_ml"] > normal["lv_end_diastolic_volume_ml"]
        and leaky["stroke_volume_ml"] < normal["stroke_volume_ml"]
    )
    return Measured(
        values={
            "stenosis": float(stenosis),
            "regurgitation": float(regurgitation),
            "regurgitant_volume_ml": leaky["regurgitant_volume_ml"],
        }
    )


def tachycardia(settings: CirculationSettings) -> Measured:
    """Return a patient sampled to the 1983 group at 80/min, then paced from the atrium, awake.

    The reflexes act on vessels and strength; the node's own rate is overridden by the pacemaker.
    """
    heart = with_area(at_rate(adult(), 80.0), "aortic", 0.7)
    targets = {
        "lv_systolic_mmhg": 208.0,
        "lv_end_diastolic_mmhg": 18.0,
        "gradient_mean_mmhg": 64.0,
        "gradient_peak_instant_catheter_mmhg": 82.0,
        # Index of such patients about 2.9; 61.8 g m/m2 of stroke work at 208 mmHg [abstract].
        "cardiac_output_l_min": 2.9 * heart.bsa_m2,
    }
    heart = tuned(
        heart,
        "aortic",
        targets,
        (
            *("aortic", "lv_ees_mmhg_ml", "systemic_resistance_mmhg_s_ml", "lv_filling_volume_ml"),
            *("circulating_volume_ml", "arterial_compliance_ml_mmhg"),
        ),
    )
    live = Live(heart, BodyParams(age_years=60.0, vagal_gain_ratio=0.0))
    rows = {}
    for rate in (80.0, 95.0, 109.0, 120.0, 131.0):
        live.change(rate_bpm=rate, act="quiet")
        live.run(PACED_S)
        recording = live.run(READ_S)
        rows[rate] = measure(replace(recording, beats_s=onsets_s(recording)), "aortic")
    base = rows[80.0]
    keys = {
        "lvsp": "lv_systolic_mmhg",
        "lvedp": "lv_end_diastolic_mmhg",
        "mean": "gradient_mean_mmhg",
        "peak": "gradient_peak_instant_catheter_mmhg",
    }
    found = {f"{name}_80_mmhg": base[key] for name, key in keys.items()}
    share = {rate: 100.0 * r["ejection_period_s"] * rate / 60.0 for rate, r in rows.items()}
    found["ejection_80_percent"] = share[80.0]
    for rate in (109.0, 131.0):
        for name, key in keys.items():
            found[f"{name}_{rate:g}_change_mmhg"] = rows[rate][key] - base[key]
        found[f"ejection_{rate:g}_change_percent"] = share[rate] - share[80.0]
        ratio = rows[rate]["cardiac_output_l_min"] / base["cardiac_output_l_min"]
        found[f"index_{rate:g}_ratio"] = ratio
    curves = {k: curve(list(rows), [r[key] for r in rows.values()]) for k, key in keys.items()}
    return Measured(values=found, curves=curves)
