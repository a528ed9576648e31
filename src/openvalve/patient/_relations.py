"""What must hold between reported numbers without any model of the circulation.

A relation is a function of named values that is zero (``equal``) or not above zero (``at most``)
when they agree, and an error of its own for what it leaves out.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from openvalve.patient._models import Patient
from openvalve.patient._quantity import KeyUnit

__all__ = ["Relation", "relations"]

Values = Mapping[str, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Relation:
    """One thing that must hold between values.

    Attributes
    ----------
    keys : the values it needs; the first is the one that is judged.
    residual : first value minus what the others say it should be (for ``equal``), or minus the
        most it can be (for not ``equal``); in the unit of the first key.
    equal : True when the residual must be zero, False when it must not be above zero.
    slack : standard deviation of what the relation leaves out, in the unit of the first key.
    text : the relation in words.
    """

    keys: tuple[str, ...]
    residual: Callable[[Values], float]
    equal: bool
    slack: KeyUnit
    text: str


def relations(patient: Patient) -> Iterator[Relation]:
    """Return the relations that apply to the lesions of this patient."""
    valves: set[str] = {lesion.valve for lesion in patient.lesion}
    yield from _order(valves)
    yield from _volumes(patient)
    yield from _flows()
    yield from _gradients(patient)
    yield from _areas(patient)


def _at_most(low: str, high: str, slack: float, text: str = "") -> Relation:
    return Relation(
        keys=(low, high),
        residual=lambda v: v[low] - v[high],
        equal=False,
        slack=slack,
        text=text or f"{low} is at most {high}",
    )


def _same(first: str, second: str, slack: float, text: str) -> Relation:
    return Relation(
        keys=(first, second),
        residual=lambda v: v[first] - v[second],
        equal=True,
        slack=slack,
        text=text,
    )


def _order(valves: set[str]) -> Iterator[Relation]:
    """Pressures of one place are in order, and pressure falls along the way."""
    for place in ("aortic", "cuff", "pa"):
        low, mean, high = (f"{place}_{name}_mmhg" for name in ("diastolic", "mean", "systolic"))
        yield _at_most(low, high, 0.0)
        yield _at_most(low, mean, 0.0)
        yield _at_most(mean, high, 0.0)
    for place in ("la", "pcw", "ra"):
        waves = (f"{place}_a_wave_mmhg", f"{place}_v_wave_mmhg")
        mean = f"{place}_mean_mmhg"
        yield Relation(
            keys=(mean, *waves),
            residual=lambda v, m=mean, w=waves: v[m] - max(v[x] for x in w),  # type: ignore[misc]
            equal=False,
            slack=0.0,
            text=f"{mean} is at most its higher wave",
        )
    yield _same("pcw_mean_mmhg", "la_mean_mmhg", 3.0, "the wedge shows the left atrium")
    yield _at_most("la_mean_mmhg", "pa_mean_mmhg", 1.5)
    yield _at_most("pcw_mean_mmhg", "pa_mean_mmhg", 1.5)
    yield _at_most("lv_end_diastolic_mmhg", "lv_systolic_mmhg", 0.0)
    yield _at_most("rv_end_diastolic_mmhg", "rv_systolic_mmhg", 0.0)
    yield _at_most("aortic_systolic_mmhg", "lv_systolic_mmhg", 3.0)
    yield _at_most("pa_systolic_mmhg", "rv_systolic_mmhg", 2.0)
    if "aortic" not in valves:
        text = "without an aortic lesion the LV and the aorta peak together"
        yield _same("lv_systolic_mmhg", "aortic_systolic_mmhg", 5.0, text)
    if "pulmonary" not in valves:
        text = "without a pulmonary lesion the RV and the PA peak together"
        yield _same("rv_systolic_mmhg", "pa_systolic_mmhg", 5.0, text)
    if "tricuspid" not in valves:
        text = "without tricuspid stenosis the RA mean is at most the RV end-diastolic pressure"
        yield _at_most("ra_mean_mmhg", "rv_end_diastolic_mmhg", 1.5, text)


def _volumes(patient: Patient) -> Iterator[Relation]:
    """Ejection fraction, volumes, stroke volume."""
    for side in ("lv", "rv"):
        full, rest = (f"{side}_end_{phase}_volume_ml" for phase in ("diastolic", "systolic"))
        share = f"{side}_ejection_frac"
        yield _at_most(rest, full, 0.0)
        yield Relation(
            keys=(share, full, rest),
            residual=lambda v, s=share, f=full, r=rest: v[s] - (1 - v[r] / v[f]),  # type: ignore[misc]
            equal=True,
            slack=0.01,
            text=f"{share} = 1 - end-systolic / end-diastolic volume",
        )
        yield Relation(
            keys=("stroke_volume_ml", full, rest),
            residual=lambda v, f=full, r=rest: v["stroke_volume_ml"] - (v[f] - v[r]),  # type: ignore[misc]
            equal=not _leaks(patient, side),
            slack=8.0 * min(1.0, patient.age_years / 18.0) + 0.5,
            text="the stroke volume is what the chamber ejects, less any leak",
        )
    yield Relation(
        keys=(
            "cardiac_output_l_min",
            "heart_rate_bpm",
            "lv_end_diastolic_volume_ml",
            "lv_end_systolic_volume_ml",
        ),
        residual=lambda v: (
            v["cardiac_output_l_min"]
            - v["heart_rate_bpm"]
            * (v["lv_end_diastolic_volume_ml"] - v["lv_end_systolic_volume_ml"])
            / 1000.0
        ),
        equal=not _leaks(patient, "lv"),
        slack=0.4 * min(1.0, patient.age_years / 18.0) + 0.1,
        text="the output is rate times what the left ventricle ejects, less any leak",
    )


def _leaks(patient: Patient, side: str) -> bool:
    valves = ("aortic", "mitral") if side == "lv" else ("pulmonary", "tricuspid")
    grades = (x.regurgitation_grade for x in patient.lesion if x.valve in valves)
    return any(grade is not None and grade.value >= 1.0 for grade in grades)


def _flows() -> Iterator[Relation]:
    yield Relation(
        keys=("cardiac_output_l_min", "stroke_volume_ml", "heart_rate_bpm"),
        residual=lambda v: (
            v["cardiac_output_l_min"] - v["stroke_volume_ml"] * v["heart_rate_bpm"] / 1000.0
        ),
        equal=True,
        slack=0.02,
        text="output = stroke volume * rate",
    )
    yield Relation(
        keys=("cardiac_index_l_min_m2", "cardiac_output_l_min", "bsa_m2"),
        residual=lambda v: v["cardiac_index_l_min_m2"] - v["cardiac_output_l_min"] / v["bsa_m2"],
        equal=True,
        slack=0.05,
        text="index = output / surface",
    )
    yield Relation(
        keys=("bsa_m2", "height_cm", "weight_kg"),
        residual=lambda v: v["bsa_m2"] - math.sqrt(v["height_cm"] * v["weight_kg"] / 3600.0),
        equal=True,
        slack=0.05,
        text="surface = sqrt(height * weight / 3600)",
    )
    yield Relation(
        keys=("stroke_volume_ml", "lvot_mm", "lvot_vti_cm"),
        residual=lambda v: (
            v["stroke_volume_ml"] - math.pi / 4 * (v["lvot_mm"] / 10) ** 2 * v["lvot_vti_cm"]
        ),
        equal=True,
        slack=6.0,
        text="stroke volume = outflow tract area * its velocity integral",
    )


def _gradients(patient: Patient) -> Iterator[Relation]:
    """The gradient of the treated valve against the pressures on its two sides."""
    valve = patient.treated.valve
    mean, peak = "gradient_mean_mmhg", "gradient_peak_instant_mmhg"
    peaks = "gradient_peak_to_peak_mmhg"
    yield _at_most(mean, peak, 1.0)
    yield _at_most(peaks, peak, 3.0)
    yield Relation(
        keys=(peak, "velocity_peak_m_s"),
        residual=lambda v: v[peak] - 4.0 * v["velocity_peak_m_s"] ** 2,
        equal=True,
        slack=4.0,
        text="peak gradient = 4 * velocity^2",
    )
    chamber, vessel = {
        "aortic": ("lv_systolic_mmhg", "aortic_systolic_mmhg"),
        "pulmonary": ("rv_systolic_mmhg", "pa_systolic_mmhg"),
    }.get(valve, ("", ""))
    if chamber:
        yield Relation(
            keys=(peaks, chamber, vessel),
            residual=lambda v: v[peaks] - (v[chamber] - v[vessel]),
            equal=valve != "pulmonary",
            slack=3.0,
            text=f"{peaks} = {chamber} - {vessel}",
        )
    atria = {"mitral": ("la_mean_mmhg", "pcw_mean_mmhg"), "tricuspid": ("ra_mean_mmhg",)}
    for atrium in atria.get(valve, ()):
        text = f"the mean gradient is at most {atrium}: the ventricle fills above zero"
        yield _at_most(mean, atrium, 2.0, text)


def _areas(patient: Patient) -> Iterator[Relation]:
    """Valve areas against the formula that made them."""
    yield Relation(
        keys=("valve_area_index_cm2_m2", "valve_area_cm2", "bsa_m2"),
        residual=lambda v: v["valve_area_index_cm2_m2"] - v["valve_area_cm2"] / v["bsa_m2"],
        equal=True,
        slack=0.02,
        text="index = area / surface",
    )
    yield Relation(
        keys=("valve_area_pht_cm2", "pressure_half_time_ms"),
        residual=lambda v: v["valve_area_pht_cm2"] - 220.0 / v["pressure_half_time_ms"],
        equal=True,
        slack=0.03,
        text="area = 220 / pressure half-time",
    )
    yield Relation(
        keys=("valve_area_continuity_cm2", "lvot_mm", "lvot_vti_cm", "valve_vti_cm"),
        residual=lambda v: (
            v["valve_area_continuity_cm2"]
            - math.pi / 4 * (v["lvot_mm"] / 10) ** 2 * v["lvot_vti_cm"] / v["valve_vti_cm"]
        ),
        equal=True,
        slack=0.05,
        text="continuity area = outflow tract area * ratio of velocity integrals",
    )
    yield from _gorlin(patient)


def _gorlin(patient: Patient) -> Iterator[Relation]:
    """Gorlin's area from output, rate, flow period and mean gradient (constants 44.3 and 37.7)."""
    early = patient.treated.valve in ("aortic", "pulmonary")
    period = "ejection_period_s" if early else "filling_period_s"
    constant = 44.3 if early else 37.7
    flow: Sequence[str] = ("cardiac_output_l_min", "heart_rate_bpm", period, "gradient_mean_mmhg")

    def area_cm2(v: Values) -> float:
        seconds = v["heart_rate_bpm"] * v[period]
        root = math.sqrt(max(v["gradient_mean_mmhg"], 0.1))
        return 1000.0 * v["cardiac_output_l_min"] / (constant * seconds * root)

    for key, slack in (("valve_area_gorlin_cm2", 0.04), ("valve_area_cm2", 0.15)):
        yield Relation(
            keys=(key, *flow),
            residual=lambda v, k=key: v[k] - area_cm2(v),  # type: ignore[misc]
            equal=True,
            slack=slack,
            text="Gorlin's area from output, rate, period and mean gradient",
        )
