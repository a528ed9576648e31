"""Rhythm: when each chamber fires, for how long and how strongly."""

from openvalve.rhythm._curves import (
    ATRIUM,
    REFERENCE_INTERVAL_S,
    VENTRICLE,
    Beat,
    Beats,
    aged,
    atrial_activation,
    duration_scale,
    quiet,
    started,
    ventricular_activation,
)
from openvalve.rhythm._draws import uniform
from openvalve.rhythm._marks import (
    ATRIAL_MECHANICAL_S,
    VENTRICULAR_MECHANICAL_S,
    Marks,
    beat_times,
    electrical_events,
    no_marks,
)
from openvalve.rhythm._outside import (
    ACTIONS,
    ATRIA_ACTION,
    RUN_ACTION,
    SHOCK_ACTION,
    VF_ACTION,
    outside_step,
)
from openvalve.rhythm._schedule import Rhythm, Schedule, schedule
from openvalve.rhythm._source import source_step
from openvalve.rhythm._source_state import (
    CODES,
    PACING_MODES,
    PACING_PLACES,
    RhythmInput,
    SourceState,
    Ways,
    initial_source,
    resting_rhythm,
)
from openvalve.rhythm._strength import (
    PACED_STRENGTH_FRAC,
    Fired,
    beats_after,
    contraction_strength,
)
from openvalve.rhythm._ways import FIRST_WAYS, RETROGRADE_FRAC, draw_ways

__all__ = [
    "ACTIONS",
    "ATRIAL_MECHANICAL_S",
    "ATRIA_ACTION",
    "ATRIUM",
    "CODES",
    "FIRST_WAYS",
    "PACED_STRENGTH_FRAC",
    "PACING_MODES",
    "PACING_PLACES",
    "REFERENCE_INTERVAL_S",
    "RETROGRADE_FRAC",
    "RUN_ACTION",
    "SHOCK_ACTION",
    "VENTRICLE",
    "VENTRICULAR_MECHANICAL_S",
    "VF_ACTION",
    "Beat",
    "Beats",
    "Fired",
    "Marks",
    "Rhythm",
    "RhythmInput",
    "Schedule",
    "SourceState",
    "Ways",
    "aged",
    "atrial_activation",
    "beat_times",
    "beats_after",
    "contraction_strength",
    "draw_ways",
    "duration_scale",
    "electrical_events",
    "initial_source",
    "no_marks",
    "outside_step",
    "quiet",
    "resting_rhythm",
    "schedule",
    "source_step",
    "started",
    "uniform",
    "ventricular_activation",
]
