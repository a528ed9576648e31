"""The valve: orifice laws and the reduced mechanics of a balloon in it (docs/valve.md)."""

from openvalve.valve._inflate import BalloonLike, Inflation, inflate
from openvalve.valve._leak import leak_grade, leak_mm2
from openvalve.valve._learn import AreaObservation, learn, predicted_log_ratio
from openvalve.valve._orifice import (
    contraction_coefficient,
    elco_cm2,
    opening_elasticity,
    orifice_drop_mmhg,
)
from openvalve.valve._population import (
    PARAMETERS,
    Population,
    PopulationDraws,
    sample_population,
)
from openvalve.valve._population_tables import POPULATION
from openvalve.valve._state import ValveState, build_valve

__all__ = [
    "PARAMETERS",
    "POPULATION",
    "AreaObservation",
    "BalloonLike",
    "Inflation",
    "Population",
    "PopulationDraws",
    "ValveState",
    "build_valve",
    "contraction_coefficient",
    "elco_cm2",
    "inflate",
    "leak_grade",
    "leak_mm2",
    "learn",
    "opening_elasticity",
    "orifice_drop_mmhg",
    "predicted_log_ratio",
    "sample_population",
]
