"""The valve: orifice laws and the reduced mechanics of a balloon in it (docs/valve.md)."""

from openvalve.valve._bonds_tables import VALVE_CLASSES
from openvalve.valve._cohort import (
    UsualBalloon,
    area_change_ratio,
    usual_area_cm2,
    usual_balloon,
)
from openvalve.valve._geometric import GEOMETRIC, GeometricRow, geometric_rule, learn_geometric
from openvalve.valve._inflate import BalloonLike, Inflation, inflate
from openvalve.valve._leak import leak_grade, leak_mm2
from openvalve.valve._learn import PRIOR, AreaObservation, learn, predicted_log_ratio
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
from openvalve.valve._ring import annular_stretch_ratio, rupture_probability
from openvalve.valve._state import ValveState, build_valve, class_of

__all__ = [
    "GEOMETRIC",
    "PARAMETERS",
    "POPULATION",
    "PRIOR",
    "VALVE_CLASSES",
    "AreaObservation",
    "BalloonLike",
    "GeometricRow",
    "Inflation",
    "Population",
    "PopulationDraws",
    "UsualBalloon",
    "ValveState",
    "annular_stretch_ratio",
    "area_change_ratio",
    "build_valve",
    "class_of",
    "contraction_coefficient",
    "elco_cm2",
    "geometric_rule",
    "inflate",
    "leak_grade",
    "leak_mm2",
    "learn",
    "learn_geometric",
    "opening_elasticity",
    "orifice_drop_mmhg",
    "predicted_log_ratio",
    "rupture_probability",
    "sample_population",
    "usual_area_cm2",
    "usual_balloon",
]
