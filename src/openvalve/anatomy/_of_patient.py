"""The shape of a patient's valve."""

from openvalve.anatomy._shape import ValveShape
from openvalve.patient import LesionProfile
from openvalve.units import Cm2, Years

__all__ = ["shape_of"]

_VESSELS = {"aortic": "ascending_aorta_mm", "pulmonary": "pulmonary_artery_mm"}


def shape_of(lesion: LesionProfile, *, area_anatomic_cm2: Cm2, age_years: Years) -> ValveShape:
    """Return the plain numbers of one lesion, each at its mean.

    Parameters
    ----------
    lesion : of a completed patient, ``complete(patient).lesion[k]``.
    area_anatomic_cm2 : of its opening; the room ``valve`` makes it from the effective area and
        the contraction of the jet, which this room does not know.
    age_years : of the patient.
    """
    ratio = lesion.annulus_max_mm.mean / lesion.annulus_min_mm.mean
    vessel = _VESSELS.get(lesion.valve)
    return ValveShape(
        valve=lesion.valve,
        etiology=lesion.etiology,
        morphology=lesion.morphology,
        annulus_mm=lesion.annulus_mm.mean,
        area_anatomic_cm2=area_anatomic_cm2,
        annulus_axis_ratio=min(1.8, max(1.0, ratio)),
        intercommissural_mm=lesion.intercommissural_mm.mean if lesion.valve == "mitral" else None,
        outflow_mm=lesion.lvot_mm.mean if lesion.valve == "aortic" else None,
        vessel_mm=getattr(lesion, vessel).mean if vessel is not None else None,
        age_years=age_years,
        calcium_agatston=max(0.0, lesion.calcium_agatston.mean),
        commissural_calcium=lesion.commissural_calcium,
        wilkins_mobility_score=lesion.wilkins_mobility_score.mean,
        wilkins_thickening_score=lesion.wilkins_thickening_score.mean,
        wilkins_subvalvular_score=lesion.wilkins_subvalvular_score.mean,
        wilkins_calcium_score=lesion.wilkins_calcium_score.mean,
    )
