"""Rhythm: when each chamber fires, for how long and how strongly."""

from openvalve.rhythm._curves import (
    CURVE_COUNT,
    CURVE_SPAN_S,
    REFERENCE_INTERVAL_S,
    activation_at,
    atrial_curve,
    duration_scale,
    ventricular_curve,
)
from openvalve.rhythm._schedule import Rhythm, Schedule, schedule

__all__ = [
    "CURVE_COUNT",
    "CURVE_SPAN_S",
    "REFERENCE_INTERVAL_S",
    "Rhythm",
    "Schedule",
    "activation_at",
    "atrial_curve",
    "duration_scale",
    "schedule",
    "ventricular_curve",
]
