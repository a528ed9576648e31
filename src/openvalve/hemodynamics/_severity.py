"""Severity grades, with the guideline they come from and the reasons."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from openvalve.hemodynamics._areas import VALVES
from openvalve.hemodynamics._checks import above, check, one_of
from openvalve.units import M2

__all__ = ["Severity", "grade", "regurgitation_grade_of"]

ACC_AORTIC = "ACC/AHA 2020, aortic stenosis [accaha_2020_as, wjc_2016]"
ACC_MITRAL = "ACC/AHA 2020, mitral stenosis [accaha_2020_ms]"
PULMONARY = "ACC/AHA 2018, pulmonary stenosis [mem]"
TRICUSPID = "ESC, tricuspid stenosis [thij_pttbv, cr_bozbas_2023]"

GRADES = ("none", "mild", "moderate", "severe", "very severe")

# Effective regurgitant orifice (mm2) and regurgitant fraction at which grades 1 to 4 begin
# [K: ASE/ESC grading; left-sided severe of 40 and 30 mm2, fraction 0.5]. A pulmonary orifice is
# graded by the fraction that it gives the heart of an adult
# (tests/physics/heart/test_pulmonary_leak.py): no guideline gives one.
LEAK_LIMITS: Mapping[str, tuple[tuple[float, ...], tuple[float, ...]]] = MappingProxyType(
    {
        "mitral": ((3.0, 20.0, 30.0, 40.0), (0.05, 0.30, 0.40, 0.50)),
        "aortic": ((3.0, 10.0, 20.0, 30.0), (0.05, 0.30, 0.40, 0.50)),
        "pulmonary": ((7.0, 38.0, 80.0, 175.0), (0.05, 0.20, 0.30, 0.40)),
        "tricuspid": ((3.0, 20.0, 30.0, 40.0), (0.05, 0.30, 0.40, 0.50)),
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Severity:
    """How severe a stenosis is.

    Attributes
    ----------
    grade : none | mild | moderate | severe | very severe | unknown.
    guideline : whose limits, with source ids; [mem] where not seen in a text.
    reasons : what speaks for the grade, and what speaks against it, as sentences.
    stage : of the guideline where it has stages (``D2``), else empty.
    regurgitation_grade : 0 to 4 from orifice or fraction, None where neither is known.
    """

    grade: str
    guideline: str
    reasons: tuple[str, ...]
    stage: str = ""
    regurgitation_grade: int | None = None


class _Case:
    """Values of one patient, and the reasons collected from them."""

    def __init__(self, values: Mapping[str, float], bsa_m2: M2) -> None:
        self.values = values
        self.bsa_m2 = bsa_m2
        self.reasons: list[str] = []
        self.found: list[int] = []

    def get(self, *keys: str) -> float | None:
        return next((self.values[k] for k in keys if k in self.values), None)

    def at_least(self, what: str, value: float | None, limits: tuple[float, ...], unit: str) -> int:
        """Grade a value that is worse when larger, by the lower limits of mild and on."""
        if value is None:
            return -1
        level = sum(value >= limit for limit in limits)
        return self._note(what, value, unit, level)

    def at_most(self, what: str, value: float | None, limits: tuple[float, ...], unit: str) -> int:
        """Grade a value that is worse when smaller, by the upper limits of mild and on."""
        if value is None:
            return -1
        level = sum(value <= limit for limit in limits)
        return self._note(what, value, unit, level)

    def _note(self, what: str, value: float, unit: str, level: int) -> int:
        self.reasons.append(f"{what} {value:.3g} {unit}: {GRADES[level]}")
        self.found.append(level)
        return level


def regurgitation_grade_of(valve: str, values: Mapping[str, float]) -> int | None:
    """Return the leak grade 0 to 4 from ``eroa_mm2``, else ``regurgitant_fraction_frac``.

    A reported ``regurgitation_grade`` goes first. None where nothing is known.
    """
    check(one_of("valve", valve, VALVES))
    if "regurgitation_grade" in values:
        return round(values["regurgitation_grade"])
    orifice, fraction = LEAK_LIMITS[valve]
    if "eroa_mm2" in values:
        return sum(values["eroa_mm2"] >= limit for limit in orifice)
    if "regurgitant_fraction_frac" in values:
        return sum(values["regurgitant_fraction_frac"] >= limit for limit in fraction)
    return None


def grade(valve: str, values: Mapping[str, float], bsa_m2: M2) -> Severity:
    """Return the severity of a stenosis by the limits of a named guideline.

    Parameters
    ----------
    valve : aortic | mitral | pulmonary | tricuspid.
    values : measured keys (``valve_area_cm2``, ``gradient_mean_mmhg``, ``velocity_peak_m_s``,
        ``stroke_volume_ml``, ``lv_ejection_frac``, ...), any subset.
    bsa_m2 : body surface, for indexed areas and stroke volume.

    Source    : evidence sizing_and_severity.md section 1.
    """
    check(one_of("valve", valve, VALVES), above("bsa_m2", bsa_m2, 0.0, 4.0))
    case = _Case(values, bsa_m2)
    level, stage, guideline = _GRADERS[valve](case)
    return Severity(
        grade=GRADES[level] if case.found else "unknown",
        guideline=guideline,
        reasons=tuple(case.reasons) or ("no area, gradient or velocity is known",),
        stage=stage,
        regurgitation_grade=regurgitation_grade_of(valve, values),
    )


def _area(case: _Case, *first: str) -> float | None:
    keys = (*first, "valve_area_cm2", "valve_area_gorlin_cm2", "valve_area_continuity_cm2")
    area = case.get(*keys, "valve_area_planimetry_cm2", "valve_area_pht_cm2")
    index = case.get("valve_area_index_cm2_m2")
    return index * case.bsa_m2 if area is None and index is not None else area


def _doppler_mean(case: _Case) -> float | None:
    return case.get("gradient_mean_mmhg", "gradient_mean_doppler_mmhg")


def _velocity(case: _Case) -> float | None:
    velocity, peak = case.get("velocity_peak_m_s"), case.get("gradient_peak_instant_mmhg")
    if velocity is None and peak is not None and peak >= 0.0:
        return float((peak / 4.0) ** 0.5)
    return velocity


def _aortic(case: _Case) -> tuple[int, str, str]:
    jet = max(
        case.at_least("peak velocity", _velocity(case), (2.0, 3.0, 4.0, 5.0), "m/s"),
        case.at_least("mean gradient", _doppler_mean(case), (5.0, 20.0, 40.0, 60.0), "mmHg"),
    )
    area = _area(case)
    narrow = case.at_most("valve area", area, (2.0, 1.5, 1.0), "cm²")
    if area is not None:
        index = area / case.bsa_m2
        narrow_index = case.at_most("indexed area", index, (1.1, 0.85, 0.6), "cm²/m²")
        # A small body may have a small valve: area and indexed area must both say severe.
        narrow = min(narrow, narrow_index) if case.bsa_m2 < 1.5 else narrow
    if jet >= 3 or narrow < 3:
        # Gradient and velocity say severe, or the area does not: the jet decides where it is known.
        level = jet if jet >= 0 else max(narrow, 0)
        return level, _aortic_stage(case, level), ACC_AORTIC
    return _low_gradient(case, jet), _low_stage(case), ACC_AORTIC


def _aortic_stage(case: _Case, level: int) -> str:
    if level >= 3:
        ejection = case.get("lv_ejection_frac")
        return "D1 or C1" if ejection is None or ejection >= 0.5 else "D1 or C2"
    return "B" if level >= 1 else "A"


def _stroke_index(case: _Case) -> float | None:
    volume = case.get("stroke_volume_ml")
    output, rate = case.get("cardiac_output_l_min"), case.get("heart_rate_bpm")
    if volume is None and output is not None and rate:
        volume = 1000.0 * output / rate
    return None if volume is None else volume / case.bsa_m2


def _low_gradient(case: _Case, jet: int) -> int:
    """Return the grade of a small area with a low gradient: severe where flow is low."""
    if jet < 0:
        return 3
    ejection, index = case.get("lv_ejection_frac"), _stroke_index(case)
    if ejection is not None and ejection < 0.5:
        case.reasons.append(
            f"ejection fraction {ejection:.2g} with a low gradient: stage D2 if dobutamine brings"
            " 4 m/s with an area of 1.0 cm² or less"
        )
        return 3
    if index is not None and index < 35.0:
        case.reasons.append(f"stroke volume index {index:.3g} mL/m², low flow: stage D3")
        return 3
    case.reasons.append(
        "area says severe, gradient does not, flow is not low: measurements to be checked;"
        " calcium by CT decides"
    )
    return max(jet, 2)


def _low_stage(case: _Case) -> str:
    ejection, index = case.get("lv_ejection_frac"), _stroke_index(case)
    if ejection is not None and ejection < 0.5:
        return "D2"
    return "D3" if index is not None and index < 35.0 else ""


def _mitral(case: _Case) -> tuple[int, str, str]:
    # Planimetry leads; the half-time only where no area is known. Very severe at 1.0 [mem].
    area = case.at_most(
        "valve area", _area(case, "valve_area_planimetry_cm2"), (4.0, 2.5, 1.5, 1.0), "cm²"
    )
    level = area
    if area < 0:
        half = case.get("pressure_half_time_ms")
        level = case.at_least("half-time", half, (90.0, 120.0, 150.0, 220.0), "ms")
    if level < 0:
        # By itself the gradient does not grade: it moves with rate and flow [periop_ms].
        mean = _doppler_mean(case)
        level = case.at_least(
            "mean gradient (rate and flow move it)", mean, (2.0, 5.0, 10.0), "mmHg"
        )
    pressure = case.get("pa_systolic_mmhg")
    if pressure is not None and pressure > 50.0:
        case.reasons.append(f"pulmonary artery systolic {pressure:.3g} mmHg, above 50")
    stage = "C or D" if level >= 3 else "B" if level >= 1 else "A"
    return max(level, 0), stage, ACC_MITRAL


def _pulmonary(case: _Case) -> tuple[int, str, str]:
    peak = case.get("gradient_peak_instant_mmhg")
    level = max(
        case.at_least("peak velocity", case.get("velocity_peak_m_s"), (1.7, 3.0, 4.0), "m/s"),
        case.at_least("peak gradient", peak, (10.0, 36.0, 64.0), "mmHg"),
    )
    if level < 0:
        pull_back = case.get("gradient_peak_to_peak_mmhg")
        level = case.at_least("peak-to-peak gradient", pull_back, (10.0, 36.0, 64.0), "mmHg")
    return max(level, 0), "", PULMONARY


def _tricuspid(case: _Case) -> tuple[int, str, str]:
    level = max(
        case.at_least("mean gradient", _doppler_mean(case), (1.0, 2.0, 5.0), "mmHg"),
        case.at_most("valve area", _area(case), (4.0, 2.0, 1.0), "cm²"),
    )
    return max(level, 0), "", TRICUSPID


_GRADERS: Mapping[str, Callable[[_Case], tuple[int, str, str]]] = MappingProxyType(
    {"aortic": _aortic, "mitral": _mitral, "pulmonary": _pulmonary, "tricuspid": _tricuspid}
)
