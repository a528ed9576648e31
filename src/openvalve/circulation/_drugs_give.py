"""Giving drugs: clinical doses and rates in, amounts for the kernel out, wrong ones refused."""

import math

from openvalve.circulation._drugs_state import DrugParams, DrugState
from openvalve.circulation._drugs_tables import DRUG_TABLE, DRUGS, KINETICS, Drug
from openvalve.errors import InputError, InputItem

__all__ = ["give", "infusion_rate"]

REFUSED_BEYOND = 10.0  # times the usual maximum

# Where a dose goes: every exponential of a linear drug, or the one place where it starts.
_PLACES: dict[str, tuple[str, ...]] = {
    drug: tuple(f for f in (f"{drug}_a", f"{drug}_b", f"{drug}_e") if f in DrugState._fields)
    for drug in (*KINETICS, "lidocaine")
} | {
    "adenosine": ("adenosine_1",),
    "heparin": ("heparin",),
    "protamine": ("protamine",),
    "crystalloid": ("crystalloid_bag",),
    "blood": ("blood_bag",),
    "contrast": ("contrast_bag",),
}
_NOT_PER_KG = ("lidocaine", "crystalloid", "blood", "contrast")

_MASS_IN_UG = {"ug": 1.0, "mg": 1000.0}
_SECONDS = {"min": 60.0, "h": 3600.0}


def _row(drug: str) -> Drug:
    if drug not in DRUG_TABLE:
        raise InputError([InputItem(key="drug", got=repr(drug), allowed=", ".join(DRUGS))])
    return DRUG_TABLE[drug]


def _checked(
    key: str, value: float, unit: str, usual: tuple[float, float] | None, highest: float
) -> float:
    """Return the value, or refuse it naming what is usual."""
    if usual is None:
        raise InputError([InputItem(key=key, got=f"{value:g}", allowed="not given this way")])
    if not (math.isfinite(value) and 0.0 <= value <= REFUSED_BEYOND * highest):
        allowed = (
            f"0 to {REFUSED_BEYOND * highest:g} {unit}"
            f" (usual {usual[0]:g} to {usual[1]:g}, usual maximum {highest:g} {unit})"
        )
        raise InputError([InputItem(key=key, got=f"{value:g} {unit}", allowed=allowed)])
    return value


def give(state: DrugState, params: DrugParams, drug: str, dose: float) -> DrugState:
    """Return the state after a bolus.

    Parameters
    ----------
    state : what is in the body.
    params : whom it is given to.
    drug : one of ``DRUGS``.
    dose : in the dose unit of ``DRUG_TABLE[drug]``. Crystalloid and blood hang as a bag that runs
        in at 100 mL/min, contrast is injected at 12 mL/s.

    Raises
    ------
    InputError : unknown drug, not a number, negative, or beyond ten times the usual maximum.
    """
    row = _row(drug)
    key = f"{drug}.dose"
    amount = _checked(key, dose, row.dose_unit, row.bolus_usual, row.bolus_max)
    if drug not in _NOT_PER_KG:
        amount /= params.weight_kg
    return state._replace(**{place: getattr(state, place) + amount for place in _PLACES[drug]})


def infusion_rate(params: DrugParams, drug: str, rate: float) -> float:
    """Return what a pump set to ``rate`` brings in: dose unit per kg and s; fluids mL/s.

    Parameters
    ----------
    params : whom it is given to.
    drug : one of ``DRUGS``.
    rate : in the infusion unit of ``DRUG_TABLE[drug]``.

    Raises
    ------
    InputError : as ``give``, and for drugs that are not infused.
    """
    row = _row(drug)
    key = f"{drug}.rate"
    value = _checked(key, rate, row.infusion_unit, row.infusion_usual, row.infusion_max)
    amount_unit, *per_kg, time = row.infusion_unit.split("/")
    value *= _MASS_IN_UG.get(amount_unit, 1.0) / _MASS_IN_UG.get(row.dose_unit, 1.0)
    value /= _SECONDS[time]
    if drug in _NOT_PER_KG or per_kg:
        return value
    return value / params.weight_kg
