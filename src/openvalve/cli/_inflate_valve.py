"""From a patient to the leaflets of the treated valve."""

import math
from dataclasses import dataclass

import numpy as np

from openvalve.anatomy import shape_of
from openvalve.errors import InputError, InputItem
from openvalve.hemodynamics import grade
from openvalve.patient import Patient, complete
from openvalve.planning import fit_patient, valve_of
from openvalve.units import Cm2, Frac, Mm
from openvalve.valve.leaflets import LeafletValve, matched_leaflets

__all__ = ["PatientValve", "patient_valve"]

# An opening below this share of the ring is atretic: a hole of a fourteenth of its diameter, below
# which no leaflets are drawn [K; 0.002 to 0.01].
LEAST_OPENING_FRAC: Frac = 0.005
NAMES = {"area_anatomic_cm2": "lesion: opening", "target_triangles": "--triangles"}


@dataclass(frozen=True, kw_only=True, slots=True)
class PatientValve:
    """The treated valve of a patient.

    Attributes
    ----------
    leaflets : ready for a balloon.
    area_effective_cm2 : of the fitted heart, to which they were matched.
    warnings : measurements that this heart does not show.
    """

    leaflets: LeafletValve
    area_effective_cm2: Cm2
    warnings: tuple[str, ...]


def patient_valve(patient: Patient, *, seed: int, triangles: int) -> PatientValve:
    """Return the treated valve.

    The area is that of the heart fitted to the patient's measurements, as in a plan; the leaflets
    are those that open to it under their usual gradient.

    Raises
    ------
    InputError : no stenosis, no opening, or what cannot be a valve.
    SolverError : no shape opens so.
    """
    profile = complete(patient)
    _refuse_shut(patient, profile.treated.annulus_mm.mean)
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
    return PatientValve(
        leaflets=valve,
        area_effective_cm2=area,
        warnings=tuple(
            f"{c.key}: measured {c.measured:g}, the fitted heart has {c.fitted:.3g}"
            for c in fit.conflicts
        ),
    )


def _refuse_shut(patient: Patient, annulus_mm: Mm) -> None:
    """Refuse a valve that was measured as all but shut; no fit of the heart may open it."""
    least: Cm2 = LEAST_OPENING_FRAC * math.pi / 400.0 * annulus_mm**2
    items = [
        InputItem(
            key=f"measured.{key}",
            got=f"{m.value:g} cm2",
            allowed=f"at least {least:.2g} cm2 in a ring of {annulus_mm:.3g} mm: nothing to dilate",
        )
        for key, m in patient.measured.items()
        if key.startswith("valve_area_") and key.endswith("_cm2") and m.value < least
    ]
    if items:
        raise InputError(items)
