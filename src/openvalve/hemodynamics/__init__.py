"""Hemodynamics: what a reader computes from numbers and traces, the same for real and simulated.

Formulas (Gorlin, Hakki, continuity, half-time, losses), ``measure`` that reads the numbers of the
contract from a recording, ``analyze`` that finds the beats in measured traces and reads the numbers
with their uncertainty, severity grades and definitions of success with their sources.
"""

from openvalve.hemodynamics._areas import (
    GORLIN_CONSTANTS,
    HALF_TIME_CONSTANTS_MS_CM2,
    angel_divisor_ratio,
    continuity_area_cm2,
    gorlin_area_cm2,
    hakki_angel_area_cm2,
    hakki_area_cm2,
    lvot_continuity_area_cm2,
    pressure_half_time_area_cm2,
)
from openvalve.hemodynamics._doppler import doppler_findings
from openvalve.hemodynamics._leaks import (
    eroa_from_volume_mm2,
    eroa_pisa_mm2,
    regurgitant_fraction_frac,
    regurgitant_volume_ml,
)
from openvalve.hemodynamics._measure import measure
from openvalve.hemodynamics._pressures import (
    atrial_compliance_ml_mmhg,
    bernoulli_drop_mmhg,
    bernoulli_net_drop_mmhg,
    circle_area_cm2,
    energy_loss_area_cm2,
    energy_loss_index_cm2_m2,
    net_compliance_ml_mmhg,
    pressure_recovery_mmhg,
    valve_resistance_dyn_s_cm5,
    vascular_resistance_dyn_s_cm5,
    vascular_resistance_wood,
)
from openvalve.hemodynamics._quality import Stretch
from openvalve.hemodynamics._severity import Severity, grade, regurgitation_grade_of
from openvalve.hemodynamics._success import SUCCESS_DEFINITIONS, Definition, success
from openvalve.hemodynamics._traces import analyze
from openvalve.hemodynamics._traces_types import Finding, GradientWindow, TraceFindings

__all__ = [
    "GORLIN_CONSTANTS",
    "HALF_TIME_CONSTANTS_MS_CM2",
    "SUCCESS_DEFINITIONS",
    "Definition",
    "Finding",
    "GradientWindow",
    "Severity",
    "Stretch",
    "TraceFindings",
    "analyze",
    "angel_divisor_ratio",
    "atrial_compliance_ml_mmhg",
    "bernoulli_drop_mmhg",
    "bernoulli_net_drop_mmhg",
    "circle_area_cm2",
    "continuity_area_cm2",
    "doppler_findings",
    "energy_loss_area_cm2",
    "energy_loss_index_cm2_m2",
    "eroa_from_volume_mm2",
    "eroa_pisa_mm2",
    "gorlin_area_cm2",
    "grade",
    "hakki_angel_area_cm2",
    "hakki_area_cm2",
    "lvot_continuity_area_cm2",
    "measure",
    "net_compliance_ml_mmhg",
    "pressure_half_time_area_cm2",
    "pressure_recovery_mmhg",
    "regurgitant_fraction_frac",
    "regurgitant_volume_ml",
    "regurgitation_grade_of",
    "success",
    "valve_resistance_dyn_s_cm5",
    "vascular_resistance_dyn_s_cm5",
    "vascular_resistance_wood",
]
