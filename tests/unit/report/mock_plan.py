"""A made-up plan with sensible curves, for the tests of the report only.

The beats come from a small closed-form-free toy (two elastances and two orifices a side, Euler
steps of 1 ms); the numbers of the document are written by hand around the published patient
``m_pregnant27_double18``. Nothing here is a result of OpenValve.
"""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from openvalve.recording import Channel, Recording


@dataclass(frozen=True)
class MockPlan:
    """What the report needs of a plan."""

    document: dict[str, Any]
    before: Recording | None = None
    after: tuple[Recording, ...] = ()
    stages_s: dict[str, float] = field(default_factory=dict)


def _activation(t: float, period: float, start: float, length: float) -> float:
    phase = (t - start) % period
    return math.sin(math.pi * phase / length) ** 2 if phase < length else 0.0


def _side(
    period: float, inflow_cm2: float, outflow_cm2: float, *, source: float, stiff: float, art: float
) -> dict[str, np.ndarray]:
    """Return pressures, volumes and flows of one side of the heart over two beats, 1 kHz."""
    steps, keep = 40_000, round(2000 * period)
    va, vv, pa = 60.0, 90.0, art
    rows = []
    for i in range(steps):
        t = i * 1e-3
        ea = 0.16 + 0.14 * _activation(t, period, 0.78 * period, 0.2 * period)
        ev = 0.055 + stiff * _activation(t, period, 0.0, 0.42 * period + 0.06)
        p_atr = ea * (va - 8.0)
        p_ven = ev * (vv - 8.0)
        q_in = _orifice(p_atr - p_ven, inflow_cm2)
        q_out = _orifice(p_ven - pa, outflow_cm2)
        q_vein = (source - p_atr) / 0.06
        va += 1e-3 * (q_vein - q_in)
        vv += 1e-3 * (q_in - q_out)
        pa += 1e-3 * (q_out - (pa - 6.0) / (art / 95.0)) / (110.0 / art)
        if i >= steps - keep:
            rows.append((p_atr, p_ven, pa, va, vv, q_in, q_out))
    names = ("atrium", "ventricle", "artery", "vol_a", "vol_v", "q_in", "q_out")
    return dict(zip(names, np.array(rows).T, strict=True))


def _orifice(drop: float, area: float) -> float:
    return area * 50.25 * math.sqrt(drop) if drop > 0 else 0.0


def mock_recording(
    *,
    mitral_cm2: float = 4.0,
    aortic_cm2: float = 3.0,
    rate: float = 80.0,
    pulmonary_cm2: float = 3.5,
) -> Recording:
    """Return two beats of a toy heart with the given valve areas."""
    period = round(60.0 / rate, 3)
    left = _side(period, mitral_cm2, aortic_cm2, source=12 + 26 / mitral_cm2, stiff=1.05, art=85.0)
    right = _side(period, 5.0, pulmonary_cm2, source=8.0, stiff=0.9, art=28.0 + 12 / mitral_cm2)
    found = {
        "LV": ("mmhg", left["ventricle"]),
        "AO": ("mmhg", left["artery"]),
        "LA": ("mmhg", left["atrium"]),
        "RV": ("mmhg", right["ventricle"]),
        "RVOT": ("mmhg", 0.98 * right["ventricle"]),
        "PA": ("mmhg", right["artery"]),
        "RA": ("mmhg", right["atrium"]),
        "VOL_LV": ("ml", left["vol_v"]),
        "VOL_RV": ("ml", right["vol_v"]),
        "VOL_LA": ("ml", left["vol_a"]),
        "VOL_RA": ("ml", right["vol_a"]),
        "FLOW_MITRAL": ("ml_s", left["q_in"]),
        "FLOW_AORTIC": ("ml_s", left["q_out"]),
        "FLOW_TRICUSPID": ("ml_s", right["q_in"]),
        "FLOW_PULMONARY": ("ml_s", right["q_out"]),
    }
    return Recording(
        rate_hz=1000.0,
        channels={k: Channel(name=k, unit=u, samples=s) for k, (u, s) in found.items()},
        beats_s=np.array([0.0, period, 2 * period]),
    )


def _band(median: float, width: float) -> dict[str, float]:
    return {
        "median": median,
        "p05": round(median * (1 - width), 4),
        "p95": round(median * (1 + width), 4),
    }


MEASURED = {  # key: measured, its error, model's median
    "heart_rate_bpm": (120, 2, 120),
    "cardiac_output_l_min": (4.9, 0.5, 4.7),
    "valve_area_cm2": (0.9, 0.1, 0.86),
    "gradient_mean_mmhg": (32, 2, 30.9),
    "la_mean_mmhg": (38, 2, 37.1),
    "la_a_wave_mmhg": (35, 3, 39.8),
    "la_v_wave_mmhg": (42, 3, 41.1),
    "pcw_mean_mmhg": (38, 3, 37.1),
    "pa_systolic_mmhg": (77, 4, 78.2),
    "pa_diastolic_mmhg": (37, 3, 42.4),
    "pa_mean_mmhg": (58, 3, 55.9),
    "rv_systolic_mmhg": (84, 4, 79.0),
    "rv_end_diastolic_mmhg": (3.3, 2, 11.4),
    "ra_mean_mmhg": (14, 2, 12.6),
    "lv_systolic_mmhg": (82, 4, 86.3),
    "aortic_systolic_mmhg": (82, 4, 83.9),
    "aortic_diastolic_mmhg": (70, 3, 66.5),
}
ACUTE = {
    "valve_area_cm2": 2.12,
    "valve_area_effective_cm2": 2.05,
    "gradient_mean_mmhg": 8.4,
    "cardiac_output_l_min": 5.9,
    "la_mean_mmhg": 17.2,
    "pa_mean_mmhg": 36.0,
    "pa_systolic_mmhg": 52.0,
    "rv_systolic_mmhg": 49.0,
    "aortic_systolic_mmhg": 92.0,
    "lv_end_diastolic_mmhg": 9.0,
    "lv_ejection_frac": 0.61,
    "heart_rate_bpm": 120,
    "rv_stroke_work_j": 0.24,
}


def _option(label: str, diameter: list[float], scale: float, leak: list[float]) -> dict[str, Any]:
    acute = {
        k: _band(v * (scale if "area" in k else 1 / scale if "gradient" in k else 1.0), 0.18)
        for k, v in ACUTE.items()
    }
    hours = {
        k: _band(v["median"] * (0.86 if "la_mean" in k or "pa_" in k else 1.03), 0.2)
        for k, v in acute.items()
    }
    effective = 0.82 * sum(diameter)
    return {
        "label": label,
        "balloon": {
            "model": "generic",
            "kind": "double",
            "diameter_mm": diameter,
            "effective_diameter_mm": round(effective, 2),
            "inflations": 2,
            "inflation_atm": 4.0,
            "rated_burst_atm": 6.0,
            "volume_ml": None,
            "hold_s": None,
            "pacing_bpm": None,
        },
        "after": acute,
        "after_hours": hours,
        "regurgitation_grade_prob": leak,
        "success": {"area_1_5_no_severe_mr": 0.9 * min(scale, 1.05), "area_doubled": 0.8 * scale},
        "success_definitions": {
            "area_1_5_no_severe_mr": {
                "text": "area at least 1.5 cm² and no leak above grade 2",
                "source": "palacios_1995",
            },
            "area_doubled": {"text": "area at least doubled", "source": "iung_1996"},
        },
        "risk": {
            "death": {
                "probability": 0.008,
                "p05": 0.002,
                "p95": 0.021,
                "horizon": "30 days",
                "basis": "cohort",
                "source": "nhlbi_bmc_1992, palacios_1995",
            },
            "severe_regurgitation": {
                "probability": leak[3] + leak[4],
                "p05": 0.01,
                "p95": 0.09,
                "horizon": "procedure",
                "basis": "mechanics",
                "source": "docs/valve.md",
            },
            "balloon_rupture": {
                "probability": 0.0004,
                "p05": 0.0,
                "p95": 0.002,
                "horizon": "procedure",
                "basis": "mechanics",
                "source": "docs/valve.md",
            },
        },
        "sizing": {
            "balloon_annulus_ratio": round(effective / 29.5, 3),
            "balloon_lvot_ratio": round(effective / 20, 3),
            "sheath_fr": 12.0,
            "sheath_fits": True,
        },
        "mechanics": {
            "commissures_split_prob": [0.04, 0.31, 0.65],
            "calcium_fracture_prob": 0.0,
            "leaflet_torn_prob": 0.03,
            "annular_stretch_ratio": _band(1.04, 0.03),
        },
        "step_up": None,
        "upstream": {
            "la_mean_mmhg": {
                "before": _band(38, 0.05),
                "after": acute["la_mean_mmhg"],
                "after_hours": hours["la_mean_mmhg"],
            },
            "pa_mean_mmhg": {
                "before": _band(58, 0.05),
                "after": acute["pa_mean_mmhg"],
                "after_hours": hours["pa_mean_mmhg"],
            },
            "rv_stroke_work_j": {
                "before": _band(0.39, 0.1),
                "after": acute["rv_stroke_work_j"],
                "after_hours": hours["rv_stroke_work_j"],
            },
        },
        "warnings": [],
    }


def mock_document() -> dict[str, Any]:
    """Return a document as ``openvalve.planning`` writes it."""
    options = [
        _option("2 x 18 mm side by side", [18, 18], 1.0, [0.42, 0.33, 0.19, 0.05, 0.01]),
        _option("15 + 18 mm side by side", [15, 18], 0.86, [0.55, 0.30, 0.12, 0.025, 0.005]),
        _option("18 + 20 mm side by side", [18, 20], 1.08, [0.31, 0.33, 0.22, 0.10, 0.04]),
    ]
    options[2]["sizing"]["sheath_fits"] = False
    options[2]["warnings"] = ["6.5 atm is above the rated burst pressure of 6 atm"]
    return {
        "schema": 1,
        "patient": "m_pregnant27_double18",
        "version": "0.1.0",
        "seed": 0,
        "draws": 200,
        "summary": {
            "age_years": 27.0,
            "sex": "female",
            "rhythm": "sinus",
            "height_cm": 160.0,
            "weight_kg": 58.0,
            "bsa_m2": 1.6,
            "pregnancy_weeks": 26.0,
            "valve": "mitral",
            "etiology": "rheumatic",
            "morphology": "tricuspid",
            "annulus_mm": 29.5,
            "severity": {
                "grade": "very severe",
                "guideline": "ACC/AHA 2020",
                "reasons": [
                    "valve area 0.90 cm² (severe at or below 1.5)",
                    "PA systolic 77 mmHg (above 50)",
                ],
            },
        },
        "fit": {
            **{
                k: {
                    "measured": m,
                    "measured_sd": s,
                    "sd": s / 2,
                    "median": v,
                    "p05": v - 0.8 * s,
                    "p95": v + 0.9 * s,
                    "expected": None,
                }
                for k, (m, s, v) in MEASURED.items()
            },
            "lv_ejection_frac": {
                "measured": None,
                "measured_sd": 0.06,
                "sd": 0.04,
                "median": 0.58,
                "p05": 0.49,
                "p95": 0.66,
                "expected": 0.62,
            },
        },
        "conflicts": [
            {
                "keys": ["rv_end_diastolic_mmhg"],
                "measured": 3.3,
                "sd": 2.0,
                "fitted": 11.4,
                "sd_used": 8.1,
                "gap_sds": 4.05,
                "message": "rv_end_diastolic_mmhg: measured 3.3, the other numbers fit"
                " 11.4; kept, with an error of 8.1 instead of 2",
                "smallest_change": "rv_end_diastolic_mmhg 3.3 → 7.4",
            }
        ],
        "warnings": ["pcw_a_wave_mmhg: kept, but the model has nothing to compare it with"],
        "assumed": [
            {"key": "height_cm", "value": 160.0, "sd": 6.5, "source": "who_2007"},
            {"key": "annulus_mm", "value": 29.5, "sd": 2.4, "source": "anatomy.csv"},
            {"key": "morphology", "value": "domed", "sd": None, "source": "[memory]"},
        ],
        "options": options,
        "contraindications": [
            {
                "name": "la_thrombus",
                "message": "Left atrial thrombus: balloon mitral valvotomy is held off.",
                "source": "mca_ptmc",
            }
        ],
        "alternatives": [
            {
                "name": "surgical_commissurotomy",
                "message": "Closed surgery reached"
                " the same area as one balloon (0.62 to 1.5 and 0.68 to 1.5 cm²).",
                "source": "cmc_single_double",
            },
            {"name": "waiting", "message": "Waiting with drugs and review.", "source": "mem"},
        ],
        "stages_s": {"fit": 4.2, "before": 1.1, "options": 11.7, "total": 17.3},
    }


def mock_plan() -> MockPlan:
    """Return a mitral plan with three balloons and their beats."""
    return MockPlan(
        document=mock_document(),
        before=mock_recording(mitral_cm2=0.9, rate=120),
        after=tuple(mock_recording(mitral_cm2=a, rate=120) for a in (2.1, 1.8, 2.3)),
        stages_s={"total": 17.3},
    )


def _aortic_option(i: int, size: float) -> dict[str, Any]:
    scale = size / 20.0
    after = {
        "valve_area_gorlin_cm2": _band(0.84 * scale, 0.2), "lv_systolic_mmhg": _band(158, 0.08),
        "gradient_peak_to_peak_mmhg": _band(28 / scale, 0.25),
        "gradient_mean_mmhg": _band(31 / scale, 0.2), "aortic_systolic_mmhg": _band(131, 0.1),
        "valve_area_effective_cm2": _band(0.8 * scale, 0.2),
        "cardiac_output_l_min": _band(4.4, 0.12), "lv_end_diastolic_mmhg": _band(17, 0.3),
        "ra_mean_mmhg": {"median": 0.4, "p05": -2.2, "p95": 3.1},
        "lv_ejection_frac": _band(0.47, 0.12), "la_mean_mmhg": _band(15, 0.3),
        "velocity_peak_m_s": _band(3.6, 0.1),
    }  # fmt: skip
    leak = [max(0.0, 0.5 - 0.07 * i), 0.3, 0.15 + 0.03 * i, 0.04 + 0.03 * i, 0.01 + 0.01 * i]
    risk = {
        name: {"probability": p, "p05": p / 3, "p95": 2.5 * p, "horizon": "in hospital",
               "basis": "cohort", "source": "saia_repeat_2015, koning_repeat, rotterdam_1988"}
        for name, p in (("death", 0.026), ("stroke", 0.024), ("tamponade", 0.03),
                        ("vascular", 0.1), ("conduction_block", 0.08), ("restenosis", 0.75))
    }  # fmt: skip
    for name, p in (("severe_regurgitation", leak[3] + leak[4]), ("annular_rupture", 0.004 * i),
                    ("balloon_rupture", 0.03 + 0.02 * i)):  # fmt: skip
        risk[name] = {"probability": p, "p05": 0.5 * p, "p95": 1.6 * p, "horizon": "procedure",
                      "basis": "mechanics", "source": "docs/valve.md"}  # fmt: skip
    return {
        "label": f"True Dilatation {size:g} mm",
        "balloon": {"model": "True Dilatation", "kind": "cylinder", "diameter_mm": size,
                    "effective_diameter_mm": size, "inflation_atm": 4.0, "rated_burst_atm": 6.0},
        "after": after,
        "after_hours": {k: _band(v["median"] * 1.04, 0.2) for k, v in after.items()},
        "regurgitation_grade_prob": leak,
        "success": {"gradient_halved": 0.1 + 0.12 * i, "area_plus_25": min(0.99, 0.5 + 0.12 * i)},
        "success_definitions": {
            "gradient_halved": {"text": "peak-to-peak gradient at least halved",
                                "source": "sherman_1989"},
            "area_plus_25": {"text": "area up by a quarter or more", "source": "fang_2025"}},
        "risk": risk,
        "sizing": {"balloon_annulus_ratio": round(size / 22.0, 3),
                   "balloon_lvot_ratio": round(size / 20.5, 3), "sheath_fr": 12.0,
                   "sheath_fits": True},
        "mechanics": {"calcium_fracture_prob": 0.4 + 0.08 * i, "leaflet_torn_prob": 0.02 * i,
                      "annular_stretch_ratio": _band(1.02, 0.02)},
        "step_up": {"to": f"True Dilatation {size + 2:g} mm", "area_gain_cm2": _band(0.06, 0.6),
                    "severe_regurgitation_added_prob": 0.03},
        "upstream": {k: {"before": _band(b, 0.05), "after": after[a], "after_hours": after[a]}
                     for k, b, a in (("lv_systolic_mmhg", 186.0, "lv_systolic_mmhg"),
                                     ("lv_end_diastolic_mmhg", 22.0, "lv_end_diastolic_mmhg"))},
        "warnings": [],
    }  # fmt: skip


def mock_aortic_plan() -> MockPlan:
    """Return an aortic plan with five balloons."""
    document = mock_document()
    document["patient"] = "as_calcific_78"
    document["summary"] = {
        "age_years": 78.0, "sex": "female", "rhythm": "atrial_fibrillation", "height_cm": 160.0,
        "weight_kg": 66.0, "bsa_m2": 1.69, "pregnancy_weeks": 0.0, "valve": "aortic",
        "etiology": "calcific", "morphology": "tricuspid", "annulus_mm": 22.0,
        "severity": {"grade": "severe", "guideline": "ACC/AHA 2020",
                     "reasons": ["mean gradient 54 mmHg (40 or more)"]}}  # fmt: skip
    measured = {"heart_rate_bpm": (76, 2, 76.2), "cardiac_output_l_min": (4.2, 0.4, 4.1),
                "valve_area_gorlin_cm2": (0.6, 0.06, 0.58), "gradient_mean_mmhg": (54, 3, 53.1),
                "gradient_peak_to_peak_mmhg": (58, 4, 61.0), "aortic_systolic_mmhg": (128, 4, 127),
                "lv_systolic_mmhg": (186, 5, 188)}  # fmt: skip
    document["fit"] = {
        k: {"measured": m, "measured_sd": s, "sd": s / 2, "median": v, "p05": v - s, "p95": v + s}
        for k, (m, s, v) in measured.items()
    }
    document["options"] = [_aortic_option(i, size) for i, size in enumerate((16, 18, 20, 22, 24))]
    document["conflicts"], document["contraindications"], document["warnings"] = [], [], []
    return MockPlan(
        document=document,
        before=mock_recording(aortic_cm2=0.6, rate=76),
        after=tuple(mock_recording(aortic_cm2=0.7 + 0.06 * i, rate=76) for i in range(5)),
    )


HOSTILE = "<script>alert(\"x\")</script> & 'q' $\\frac{1}{2}$"


def mock_hostile_plan() -> MockPlan:
    """Return a plan whose every text tries to break out, whose numbers are partly no numbers."""
    plan = mock_plan()
    document = plan.document
    document["patient"] = HOSTILE
    document["summary"].update(rhythm=HOSTILE, etiology=HOSTILE, morphology=HOSTILE)
    document["summary"]["severity"] = {"grade": HOSTILE, "guideline": HOSTILE, "reasons": [HOSTILE]}
    document["warnings"] = [HOSTILE]
    document["conflicts"][0].update(keys=[HOSTILE], message=HOSTILE, smallest_change=HOSTILE)
    document["assumed"][0].update(key=HOSTILE, value=HOSTILE, source=HOSTILE)
    document["contraindications"][0].update(name=HOSTILE, message=HOSTILE, source=HOSTILE)
    document["alternatives"][0].update(name=HOSTILE, message=HOSTILE, source=HOSTILE)
    document["sources"] = [{"id": HOSTILE, "citation": HOSTILE}]
    document["version"] = HOSTILE
    option = document["options"][0]
    option["label"], option["balloon"]["model"] = HOSTILE, HOSTILE
    option["warnings"] = [HOSTILE]
    option["success"][HOSTILE] = 0.5
    option["success_definitions"][HOSTILE] = {"text": HOSTILE, "source": HOSTILE}
    option["risk"][HOSTILE] = {"probability": math.nan, "horizon": HOSTILE, "basis": HOSTILE,
                               "source": HOSTILE}  # fmt: skip
    option["step_up"] = {HOSTILE: HOSTILE}
    option["after"][HOSTILE] = _band(1.0, 0.1)
    option["after"]["valve_area_cm2"] = {"median": math.nan, "p05": math.nan, "p95": math.inf}
    option["after_hours"] = None
    document["fit"][HOSTILE] = {"measured": 1.0, "median": math.nan}
    document["fit"]["la_mean_mmhg"]["median"] = None
    return plan
