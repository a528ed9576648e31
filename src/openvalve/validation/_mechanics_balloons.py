"""MB1, MB3, MB4 and MB12: balloons free, against a tube, and side by side."""

import math

import numpy as np

from openvalve.devices import Balloon, burst_probability, check_inflation, find_balloon
from openvalve.patient import BalloonRequest
from openvalve.units import Mm
from openvalve.validation._acceptance_types import Measured, curve
from openvalve.validation._mechanics_types import MechanicsSettings
from openvalve.valve.balloon import (
    balloon_surface,
    large_against_small,
    loop_perimeters_mm,
    pressure_volume,
)

__all__ = ["free_edwards", "free_true", "large_small", "two_balloons"]

EDWARDS_ATM = (2.0, 5.6)
TRUE_TOP_ATM = {20: 15.0, 24: 15.0, 28: 12.0}  # B1


def _balloon(model: str, diameter_mm: Mm) -> Balloon:
    return find_balloon(BalloonRequest(model=model, diameter_mm=diameter_mm))


def free_edwards(settings: MechanicsSettings) -> Measured:
    """MB1: diameter over 2 to 5.6 atm, and how much steeper pressure rises once it is full."""
    balloon = _balloon("9350BC23", 23.0)
    pressures = np.linspace(*EDWARDS_ATM, 37)
    diameters = np.array([balloon.diameter_at_mm(float(p)) for p in pressures])
    table = pressure_volume(balloon_surface(balloon))
    slope = np.gradient(table.pressures_atm, table.volumes_ml)
    full = table.pressures_atm >= EDWARDS_ATM[0]
    half = table.volumes_ml <= 0.5 * table.volumes_ml[-1]
    return Measured(
        values={
            "diameter_least_mm": float(diameters.min()),
            "diameter_most_mm": float(diameters.max()),
            "slope_ratio": float(slope[full].mean() / slope[half].mean()),
        },
        curves={"pressure_volume": curve(table.volumes_ml, table.pressures_atm)},
    )


def free_true(settings: MechanicsSettings) -> Measured:
    """MB3: chart of three sizes, growth, warning and burst."""
    values: dict[str, float] = {}
    for size, top in TRUE_TOP_ATM.items():
        balloon = _balloon("True Dilatation", float(size))
        low, rated = balloon.diameter_at_mm(3.0), balloon.diameter_at_mm(6.0)
        values |= {
            f"low_{size}_mm": low,
            f"top_{size}_mm": balloon.diameter_at_mm(top),
            f"growth_{size}_frac": rated / low - 1.0,
            f"warned_{size}": float(
                not check_inflation(balloon, 6.0) and bool(check_inflation(balloon, 6.1))
            ),
            f"burst_rated_{size}_prob": burst_probability(balloon, 6.0, 0.0),
            f"burst_top_{size}_prob": burst_probability(balloon, top, 0.0),
        }
    return Measured(values=values)


def large_small(settings: MechanicsSettings) -> Measured:
    """MB4, and the same with the grid halved."""
    coarse, fine = large_against_small(), large_against_small(step_mm=0.05)
    return Measured(
        values={
            "pressure_ratio": fine.pressure_ratio,
            "pair_frac": abs(coarse.pressure_ratio / fine.pressure_ratio - 1.0),
        },
        notes={
            "pressure_ratio": f"wall fitted to the small balloon: {fine.shear_mpa:.3f} MPa;"
            f" at equal surface tension it reaches {fine.small_lumen_mm:.2f} mm (8.68 in print)"
        },
    )


def two_balloons(settings: MechanicsSettings) -> Measured:
    """MB12: the taut loop round circles of 12 and 18 mm."""
    loop = loop_perimeters_mm(np.array([[6.0], [9.0]]))
    return Measured(values={"diameter_mm": float(loop[0]) / math.pi})
