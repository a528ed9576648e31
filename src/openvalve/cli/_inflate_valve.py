"""From a patient to the leaflets of the treated valve."""

import numpy as np

from openvalve.anatomy import shape_of
from openvalve.errors import InputError, InputItem
from openvalve.hemodynamics import grade
from openvalve.patient import Patient, complete
from openvalve.planning import fit_patient, valve_of
from openvalve.units import Cm2
from openvalve.valve.leaflets import LeafletValve, matched_leaflets

__all__ = ["patient_valve"]

NAMES = {"area_anatomic_cm2": "lesion: opening", "target_triangles": "--triangles"}


def patient_valve(patient: Patient, *, seed: int, triangles: int) -> tuple[LeafletValve, Cm2]:
    """Return the treated valve, and the effective area it was matched to.

    The area is that of the heart fitted to the patient's measurements, as in a plan; the leaflets
    are those that open to it under their usual gradient.

    Raises
    ------
    InputError : no stenosis, no opening, or what cannot be a valve.
    SolverError : no shape opens so.
    """
    profile = complete(patient)
    fit = fit_patient(patient, profile)
    area: Cm2 = getattr(fit.heart, profile.valve).area_effective_cm2
    severity = grade(profile.valve, {"valve_area_cm2": area}, profile.bsa_m2.mean)
    if severity.grade == "none":
        got = f"{profile.valve} area {area:.3g} cm2, no stenosis"
        raise InputError([InputItem(key="lesion", got=got, allowed="a narrowed valve")])
    state = valve_of(patient, profile, np.array([area]))
    shape = shape_of(
        profile.treated,
        area_anatomic_cm2=float(state.area_anatomic_cm2[0]),
        age_years=profile.age_years,
    )
    try:
        valve = matched_leaflets(
            shape, area_effective_cm2=area, seed=seed, target_triangles=triangles
        )
    except InputError as error:
        items = [
            InputItem(key=NAMES.get(i.key, f"lesion.{i.key}"), got=i.got, allowed=i.allowed)
            for i in error.items
        ]
        raise InputError(items) from error
    return valve, area
