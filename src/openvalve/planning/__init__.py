"""Planning: fit the heart to the measurements, try every balloon, say what is left open."""

from openvalve.planning._after import (
    AFTER_PARAMETERS,
    AFTER_PRIOR,
    AfterState,
    apply_relief,
    relief_frac,
)
from openvalve.planning._bedside import live_patient
from openvalve.planning._doubt import Conflict
from openvalve.planning._fit import Fit, fit_patient
from openvalve.planning._options import valve_of
from openvalve.planning._plan import Plan, make_plan, requested_balloons
from openvalve.planning._population_tables import AFTER_STATE
from openvalve.planning._risk import RISK_NAMES
from openvalve.planning._targets import Target

__all__ = [
    "AFTER_PARAMETERS",
    "AFTER_PRIOR",
    "AFTER_STATE",
    "RISK_NAMES",
    "AfterState",
    "Conflict",
    "Fit",
    "Plan",
    "Target",
    "apply_relief",
    "fit_patient",
    "live_patient",
    "make_plan",
    "relief_frac",
    "requested_balloons",
    "valve_of",
]
