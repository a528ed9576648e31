"""Balloons against valves: surface, pressure and volume, slip, times, and a ring model."""

from openvalve.valve.balloon._benchmarks import LargeAgainstSmall, large_against_small
from openvalve.valve.balloon._double import double_axes_mm, loop_perimeters_mm
from openvalve.valve.balloon._inoue import (
    inoue_diameters_mm,
    inoue_label_mm,
    inoue_pressure_atm,
    inoue_progress,
)
from openvalve.valve.balloon._pressure_volume import (
    SHARP_CALCIUM_RATIO,
    PressureVolume,
    burst_pressure_atm,
    burst_risk_prob,
    pressure_volume,
)
from openvalve.valve.balloon._ring_model import (
    ChartCylinder,
    ElasticCylinder,
    Membrane,
    RingState,
    Tube,
    inflate_in_tube,
    opening_atm,
    rubber_tube,
    stenosed_tube,
)
from openvalve.valve.balloon._slip import Orifice, Slip, conical_orifice, slip
from openvalve.valve.balloon._surface import (
    BalloonSurface,
    Profile,
    ProfileTable,
    balloon_surface,
)
from openvalve.valve.balloon._timing import (
    ContrastMix,
    Shaft,
    default_shaft,
    deflation_s,
    inflation_s,
    shaft_flow_ml_s,
    viscosity_ratio,
)
from openvalve.valve.balloon._waist import (
    flank_pull_n_mm,
    waist_displaced_ml,
    waist_radii_mm,
)

__all__ = [
    "SHARP_CALCIUM_RATIO",
    "BalloonSurface",
    "ChartCylinder",
    "ContrastMix",
    "ElasticCylinder",
    "LargeAgainstSmall",
    "Membrane",
    "Orifice",
    "PressureVolume",
    "Profile",
    "ProfileTable",
    "RingState",
    "Shaft",
    "Slip",
    "Tube",
    "balloon_surface",
    "burst_pressure_atm",
    "burst_risk_prob",
    "conical_orifice",
    "default_shaft",
    "deflation_s",
    "double_axes_mm",
    "flank_pull_n_mm",
    "inflate_in_tube",
    "inflation_s",
    "inoue_diameters_mm",
    "inoue_label_mm",
    "inoue_pressure_atm",
    "inoue_progress",
    "large_against_small",
    "loop_perimeters_mm",
    "opening_atm",
    "pressure_volume",
    "rubber_tube",
    "shaft_flow_ml_s",
    "slip",
    "stenosed_tube",
    "viscosity_ratio",
    "waist_displaced_ml",
    "waist_radii_mm",
]
