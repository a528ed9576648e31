"""What a fit may turn: the open parameters of one heart, as factors on a first guess."""

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.heart import HeartParams
from openvalve.units import Frac

__all__ = ["KNOBS", "Knob", "apply_knobs", "knob_logs", "knobs_of"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Knob:
    """One open parameter.

    Attributes
    ----------
    name : field of HeartParams, or ``valve_area`` for the area of the treated valve.
    spread_frac : log standard deviation of its prior around the first guess.
    source : where the spread comes from.
    """

    name: str
    spread_frac: Frac
    source: str


# Spreads between people of one age, sex, body and lesion. Ees 3.07 +/- 1.56 and 1.43 +/- 0.83
# [Efstratiadis 2008, circulation_targets section 3, V] gives log-SD 0.5 about a class mean; the
# others are [K], wide enough that a measurement decides.
KNOBS: tuple[Knob, ...] = (
    Knob(name="systemic_resistance_mmhg_s_ml", spread_frac=0.35, source="SVR 8.8-20 WU [V]"),
    Knob(name="pulmonary_resistance_mmhg_s_ml", spread_frac=0.60, source="PVR <= 3 WU, PH to 15"),
    Knob(name="arterial_compliance_ml_mmhg", spread_frac=0.35, source="pulse pressure by age [K]"),
    Knob(name="pulmonary_compliance_ml_mmhg", spread_frac=0.40, source="[K]"),
    Knob(name="lv_ees_mmhg_ml", spread_frac=0.50, source="Efstratiadis 2008 [V]"),
    Knob(name="rv_ees_mmhg_ml", spread_frac=0.50, source="as LV [K]"),
    Knob(name="lv_filling_volume_ml", spread_frac=0.25, source="LVEDV 62-150 mL [K]"),
    Knob(name="rv_filling_volume_ml", spread_frac=0.25, source="RVEDV 190/148 mL [V]"),
    Knob(name="la_stiffness_mmhg_ml", spread_frac=0.40, source="net compliance 1.7-8.1 [V]"),
    Knob(name="circulating_volume_ml", spread_frac=0.30, source="retained volume [M]"),
    Knob(name="valve_area", spread_frac=0.35, source="between patients of one grade [K]"),
)
GRIP = Knob(name="infundibulum_grip", spread_frac=0.8, source="VACA residual sites [stanger_1990]")


def knobs_of(valve: str) -> tuple[Knob, ...]:
    """Return the open parameters for a treated valve; the pulmonary one adds the infundibulum."""
    return (*KNOBS, GRIP) if valve == "pulmonary" else KNOBS


def apply_knobs(
    base: HeartParams, valve: str, names: tuple[str, ...], theta: NDArray[np.float64]
) -> HeartParams:
    """Return ``base`` with each named parameter multiplied by exp(theta), shape (k,).

    The infundibular grip is a fraction: its logit is shifted instead.
    """
    changes: dict[str, object] = {}
    for name, t in zip(names, theta, strict=True):
        factor = math.exp(t)
        if name == "valve_area":
            orifice = getattr(base, valve)
            changes[valve] = dataclasses.replace(
                orifice, area_effective_cm2=orifice.area_effective_cm2 * factor
            )
        elif name == "infundibulum_grip":
            grip = base.infundibulum_grip_frac
            odds = grip / (1.0 - grip) * factor
            changes["infundibulum_grip_frac"] = odds / (1.0 + odds)
        else:
            changes[name] = getattr(base, name) * factor
    return dataclasses.replace(base, **changes)  # type: ignore[arg-type]


def knob_logs(
    knobs: Sequence[Knob], valve: str, heart: HeartParams, base: HeartParams
) -> NDArray[np.float64]:
    """Return the log factors by which one heart's parameters differ from another's, shape (k,).

    Check: ``apply_knobs`` undone.
    """
    return np.array(
        [math.log(_value(k.name, valve, heart) / _value(k.name, valve, base)) for k in knobs]
    )


def _value(name: str, valve: str, heart: HeartParams) -> float:
    """Return what a factor acts on; of the infundibular grip its odds."""
    if name == "valve_area":
        return float(getattr(heart, valve).area_effective_cm2)
    if name == "infundibulum_grip":
        return heart.infundibulum_grip_frac / (1.0 - heart.infundibulum_grip_frac)
    return float(getattr(heart, name))
