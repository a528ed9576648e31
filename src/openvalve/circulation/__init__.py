"""The closed loop: chambers, valves with state, vessels, pericardium, infundibulum.

Equations, sources and closed-form checks: docs/physics.md. The loop takes activations and the four
orifices from outside; ``openvalve.heart`` couples it to a rhythm.
"""

from openvalve.circulation._parameters import (
    Bed,
    Chamber,
    CirculationParams,
    Infundibulum,
    Orifice,
    Pericardium,
)
from openvalve.circulation._step import (
    HEAD_FACTOR,
    Activation,
    Packed,
    Pressures,
    State,
    pack,
    pressures,
    step,
    valve_area,
)

__all__ = [
    "HEAD_FACTOR",
    "Activation",
    "Bed",
    "Chamber",
    "CirculationParams",
    "Infundibulum",
    "Orifice",
    "Packed",
    "Pericardium",
    "Pressures",
    "State",
    "pack",
    "pressures",
    "step",
    "valve_area",
]
