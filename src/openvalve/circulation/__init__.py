"""The closed loop: chambers, valves with state, vessels, pericardium, infundibulum.

Equations, sources and closed-form checks: docs/physics.md. The loop takes activations and the four
orifices from outside; ``openvalve.heart`` couples it to a rhythm.
"""

from openvalve.circulation._orifice import AreaFraction, effective_area, jet_velocity
from openvalve.circulation._packed import (
    HEAD_FACTOR,
    WINDOW_S,
    Control,
    Packed,
    ValveNow,
    pack,
    resting_control,
    valve_now,
)
from openvalve.circulation._parameters import (
    Branch,
    Cava,
    Chamber,
    CirculationParams,
    Coronaries,
    Infundibulum,
    Line,
    Lungs,
    Orifice,
    Pericardium,
    Root,
    Septum,
)
from openvalve.circulation._step import (
    Activation,
    Pressures,
    State,
    blood_volume,
    pressures,
    step,
)

__all__ = [
    "HEAD_FACTOR",
    "WINDOW_S",
    "Activation",
    "AreaFraction",
    "Branch",
    "Cava",
    "Chamber",
    "CirculationParams",
    "Control",
    "Coronaries",
    "Infundibulum",
    "Line",
    "Lungs",
    "Orifice",
    "Packed",
    "Pericardium",
    "Pressures",
    "Root",
    "Septum",
    "State",
    "ValveNow",
    "blood_volume",
    "effective_area",
    "jet_velocity",
    "pack",
    "pressures",
    "resting_control",
    "step",
    "valve_now",
]
