"""How far a balloon is filled: to a pressure, or, an Inoue, to the volume of its label."""

import math
from dataclasses import replace

from openvalve.errors import InputError
from openvalve.units import Atm, Ml
from openvalve.valve.balloon import (
    BalloonSurface,
    PressureVolume,
    inoue_pressure_atm,
    pressure_volume,
)
from openvalve.valve.leaflets._build import LeafletValve
from openvalve.valve.leaflets._phases import Phase, hold_balloon, inflate
from openvalve.valve.leaflets._stages import Point, Stages, balloon_stages
from openvalve.valve.shell import State

__all__ = ["fill_to_pressure", "fill_to_volume"]

FULL = 3.0  # progress of an Inoue at its label
STEP_ATM: Atm = 0.4  # most that pressure rises before the valve is looked at again
CLOSE_ATM: Atm = 0.05
MOST_RISES = 14

Filled = tuple[State, Phase, tuple[Point, ...], Stages]


def fill_to_pressure(
    valve: LeafletValve, state: State, surface: BalloonSurface, inflation_atm: Atm
) -> Filled:
    """Fill a balloon to a pressure inside and hold it until the valve rests."""
    stages = balloon_stages(valve, surface, inflation_atm)
    state, points, steps = inflate(valve, state, stages)
    state, phase = hold_balloon(valve, state, stages)
    points = (*points, stages.point(valve, state, stages.row_of(inflation_atm)))
    return state, _lengthened(phase, steps), points, stages


def fill_to_volume(
    valve: LeafletValve, state: State, surface: BalloonSurface, most_atm: Atm
) -> Filled:
    """Fill an Inoue balloon to the volume that it has free at its label.

    What a waist takes has to go elsewhere, so that the pressure rises until the valve gives way or
    the mesh of the balloon has taken it: p with V_free(p) - v(p) = V_label, v by the orifice now.

    Parameters
    ----------
    most_atm : where it bursts, or its table ends.
    """
    table = pressure_volume(surface)
    now = min(inoue_pressure_atm(surface.balloon, FULL), most_atm)
    volume = table.volume_ml(now)
    stages = balloon_stages(valve, surface, now)
    state, points, steps = inflate(valve, state, stages)
    nearly = True
    for _ in range(2 * MOST_RISES):
        state, phase = hold_balloon(valve, state, stages, nearly=nearly)
        steps += phase.report.steps
        points = (*points, stages.point(valve, state, stages.row_of(now)))
        wanted = min(_needed_atm(valve, state, table, volume, stages), most_atm)
        enough = wanted <= now + CLOSE_ATM
        if enough and not nearly:
            break
        nearly = not enough
        if nearly:
            after = min(wanted, now + STEP_ATM)
            stages = balloon_stages(valve, surface, after)
            state, rise, more = inflate(valve, state, stages, begin_atm=now)
            points, steps, now = (*points, *rise), steps + more, after
    else:
        state, phase = hold_balloon(valve, state, stages)
    return state, _lengthened(phase, steps - phase.report.steps), points, stages


def _needed_atm(
    valve: LeafletValve, state: State, table: PressureVolume, volume_ml: Ml, stages: Stages
) -> Atm:
    """Return the pressure of a volume in the waist that the valve now makes; endless if too much.

    What a rigid waist takes away is made up for by the rest of the balloon.
    """
    try:
        return table.settled_atm(volume_ml, stages.lumen_mm(valve, state))
    except InputError:  # more than fits at the end of its table
        return math.inf


def _lengthened(phase: Phase, steps: int) -> Phase:
    return replace(phase, report=replace(phase.report, steps=phase.report.steps + steps))
