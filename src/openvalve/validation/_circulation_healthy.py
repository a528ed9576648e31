"""Section 3: the healthy adult after twenty beats from the default start."""

from dataclasses import replace

import numpy as np

from openvalve.heart import HeartParams, simulate
from openvalve.hemodynamics import measure, vascular_resistance_wood
from openvalve.validation._acceptance_types import Measured, curve
from openvalve.validation._circulation_hearts import adult, settled, tuned, with_area
from openvalve.validation._circulation_reading import beat_features
from openvalve.validation._circulation_types import CirculationSettings

__all__ = ["end_systolic_slope_mmhg_ml", "healthy", "isovolumic"]

FIRST_BEATS = 20
FILLINGS = (1.0, 0.95, 0.9, 0.85, 0.8)  # of the circulating volume, as by a caval balloon
USUAL_MEAN_MMHG = 95.0  # arterial; the paper prints none
OCCLUDED_CM2 = 2e-4  # a valve that lets nothing out


def healthy(settings: CirculationSettings) -> Measured:
    """Return every number of the reference table, and a beat's curves."""
    heart = adult()
    recording = simulate(heart, beats=FIRST_BEATS + 3, record_beats=3).recording
    read = measure(recording, "aortic")
    found = {**read, **beat_features(recording)}
    output = read["cardiac_output_l_min"]
    found["cardiac_index_l_min_m2"] = output / heart.bsa_m2
    found["ef_percent"] = 100.0 * read["lv_ejection_frac"]
    found["pvr_wood"] = vascular_resistance_wood(
        upstream_mmhg=read["pa_mean_mmhg"],
        downstream_mmhg=read["la_mean_mmhg"],
        cardiac_output_l_min=output,
    )
    found["svr_wood"] = vascular_resistance_wood(
        upstream_mmhg=read["aortic_mean_mmhg"],
        downstream_mmhg=read["ra_mean_mmhg"],
        cardiac_output_l_min=output,
    )
    found["e_then_a"] = float(found["e_m_s"] > 0.0 and found["a_at_ms"] > found["e_at_ms"])
    slope, points = end_systolic_slope_mmhg_ml(heart)
    found["ees_mmhg_ml"] = slope
    found["ea_ees_ratio"] = points[0, 1] / read["stroke_volume_ml"] / slope
    time = 1000.0 * recording.time_s
    names = ("LV", "AO", "LA", "VOL_LV", "FLOW_AORTIC", "FLOW_MITRAL", "JET_MITRAL", "RV", "PA")
    return Measured(values=found, curves={name: curve(time, recording[name]) for name in names})


def end_systolic_slope_mmhg_ml(heart: HeartParams) -> tuple[float, np.ndarray]:
    """Return the slope of the end-systolic points while filling falls, and the points.

    End systole is where P / (V - V0) is greatest; V0 is found by iteration, as readers do.
    """
    loops = []
    for filling in FILLINGS:
        made = replace(heart, circulating_volume_ml=filling * heart.circulating_volume_ml)
        recording = settled(made, record=2)
        n = round(float(recording.beats_s[1] - recording.beats_s[0]) * recording.rate_hz)
        loops.append((recording["LV"][:n], recording["VOL_LV"][:n]))
    v0, slope = 0.0, 0.0
    points = np.empty((len(loops), 2))
    for _ in range(5):
        for k, (pressure, volume) in enumerate(loops):
            at = int((pressure / np.maximum(volume - v0, 1.0)).argmax())
            points[k] = volume[at], pressure[at]
        slope, at_zero = np.polyfit(points[:, 0], points[:, 1], 1)
        v0 = float(np.clip(-at_zero / slope, -50.0, 0.8 * points[:, 0].min()))
    return float(slope), points


def _isovolumic_peak_mmhg(heart: HeartParams) -> float:
    """Return the LV peak of the first beat that finds its outlet closed at its usual filling."""
    start = simulate(heart, beats=60, record_beats=2)
    shut = with_area(heart, "aortic", OCCLUDED_CM2)
    run = simulate(shut, beats=2, record_beats=2, initial=start.state)
    recording = run.recording
    n = round(float(recording.beats_s[1] - recording.beats_s[0]) * recording.rate_hz)
    return float(recording["LV"][:n].max())


def isovolumic(settings: CirculationSettings) -> Measured:
    """Return Ees and isovolumic peak of two failing hearts: EF 51 and 32 % [Efstratiadis 2008]."""
    found = {}
    for name, index, ejected in (("compensated", 33.6, 0.509), ("poor", 71.0, 0.320)):
        heart = adult()
        end_systolic = index * heart.bsa_m2
        heart = tuned(
            heart,
            "aortic",
            {
                "lv_end_systolic_volume_ml": end_systolic,
                "lv_end_diastolic_volume_ml": end_systolic / (1.0 - ejected),
                "aortic_mean_mmhg": USUAL_MEAN_MMHG,
            },
            (
                *("lv_ees_mmhg_ml", "lv_filling_volume_ml"),
                *("circulating_volume_ml", "systemic_resistance_mmhg_s_ml"),
            ),
        )
        found[f"ees_{name}_mmhg_ml"] = end_systolic_slope_mmhg_ml(heart)[0]
        found[f"peak_{name}_mmhg"] = _isovolumic_peak_mmhg(heart)
    return Measured(values=found)
