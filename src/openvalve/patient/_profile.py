"""Fill what the file does not give: the profile of a patient, with the source of every filling."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Annotated, Any

from openvalve.patient._anatomy import (
    VALVES,
    annulus_prior,
    chamber_priors,
    given_annulus,
    lesion_dimensions,
)
from openvalve.patient._body import body_priors
from openvalve.patient._expected import expected_priors
from openvalve.patient._lesion_priors import etiology_of, finding_priors, morphology_of
from openvalve.patient._models import Lesion, Patient
from openvalve.patient._prior import Assumption, Prior
from openvalve.units import M2, UNITS, Years

__all__ = ["LesionProfile", "Profile", "complete"]


@dataclass(frozen=True, kw_only=True, slots=True)
class LesionProfile:
    """One lesion with nothing missing.

    Attributes
    ----------
    valve, etiology, morphology, commissural_calcium, lvot_calcium, prior_procedure : words of the
        patient file.
    annulus_mm : circle-equivalent diameter of the ring; ``_min`` and ``_max`` its axes.
    intercommissural_mm : distance between the commissures (mitral).
    wilkins_score : 4 to 16 (read for rheumatic valves only; of wide spread elsewhere).
    calcium_agatston : calcium of the aortic valve.
    regurgitation_grade : before the balloon, 0 to 4.
    """

    valve: str
    etiology: str
    morphology: str
    annulus_mm: Prior
    annulus_min_mm: Prior
    annulus_max_mm: Prior
    intercommissural_mm: Prior
    lvot_mm: Prior
    ascending_aorta_mm: Prior
    pulmonary_artery_mm: Prior
    calcium_agatston: Prior
    commissural_calcium: str
    lvot_calcium: str
    wilkins_score: Prior
    wilkins_mobility_score: Prior
    wilkins_thickening_score: Prior
    wilkins_subvalvular_score: Prior
    wilkins_calcium_score: Prior
    regurgitation_grade: Prior
    prior_procedure: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """A patient with nothing missing; every number says where it comes from.

    Attributes
    ----------
    patient : as read.
    lesion : in the order of the file; the first is treated, and its fields are also found here
        (``profile.annulus_mm`` is ``profile.lesion[0].annulus_mm``).
    annuli_mm : rings of all four valves.
    chambers_ml : volumes of the four chambers by key.
    expected : resting hemodynamics by key of ``MEASURED_KEYS`` as one would expect them before any
        measurement; never the measured values.
    assumed : what was filled in, in the order of the file's keys.
    """

    patient: Patient
    age_years: Years
    sex: str
    rhythm: str
    pregnancy_weeks: Annotated[float, UNITS["weeks"]]
    height_cm: Prior
    weight_kg: Prior
    bsa_m2: Prior
    haemoglobin_g_dl: Prior
    blood_volume_ml: Prior
    femoral_artery_mm: Prior
    lesion: tuple[LesionProfile, ...]
    annuli_mm: Mapping[str, Prior]
    chambers_ml: Mapping[str, Prior]
    expected: Mapping[str, Prior]
    assumed: tuple[Assumption, ...]

    @property
    def treated(self) -> LesionProfile:
        """The lesion to treat."""
        return self.lesion[0]

    @property
    def valve(self) -> str:
        """The valve to treat."""
        return self.lesion[0].valve

    @property
    def etiology(self) -> str:
        """Etiology of the treated valve."""
        return self.lesion[0].etiology

    @property
    def morphology(self) -> str:
        """Morphology of the treated valve."""
        return self.lesion[0].morphology

    @property
    def commissural_calcium(self) -> str:
        """Calcium of the commissures of the treated valve: none, mild or heavy."""
        return self.lesion[0].commissural_calcium

    @property
    def lvot_calcium(self) -> str:
        """Calcium of the outflow tract: none, mild or heavy."""
        return self.lesion[0].lvot_calcium

    @property
    def prior_procedure(self) -> str:
        """What was done to the treated valve before."""
        return self.lesion[0].prior_procedure

    @property
    def annulus_mm(self) -> Prior:
        """Ring of the treated valve, circle-equivalent diameter."""
        return self.lesion[0].annulus_mm

    @property
    def annulus_min_mm(self) -> Prior:
        """Short axis of the treated ring."""
        return self.lesion[0].annulus_min_mm

    @property
    def annulus_max_mm(self) -> Prior:
        """Long axis of the treated ring."""
        return self.lesion[0].annulus_max_mm

    @property
    def intercommissural_mm(self) -> Prior:
        """Distance between the commissures of a mitral valve."""
        return self.lesion[0].intercommissural_mm

    @property
    def lvot_mm(self) -> Prior:
        """Left ventricular outflow tract."""
        return self.lesion[0].lvot_mm

    @property
    def ascending_aorta_mm(self) -> Prior:
        """Ascending aorta."""
        return self.lesion[0].ascending_aorta_mm

    @property
    def pulmonary_artery_mm(self) -> Prior:
        """Main pulmonary artery."""
        return self.lesion[0].pulmonary_artery_mm

    @property
    def calcium_agatston(self) -> Prior:
        """Calcium of the treated valve."""
        return self.lesion[0].calcium_agatston

    @property
    def wilkins_score(self) -> Prior:
        """Wilkins score of the treated valve."""
        return self.lesion[0].wilkins_score

    @property
    def regurgitation_grade(self) -> Prior:
        """Leak of the treated valve before the balloon."""
        return self.lesion[0].regurgitation_grade


def complete(patient: Patient) -> Profile:
    """Return the patient with nothing missing.

    Parameters
    ----------
    patient : as read; nothing of it is changed.

    Assumes   : what is not given follows age, sex, body, rhythm and lesion.
    Source    : every ``Prior`` and ``Assumption`` names its own.
    Verified  : tests/unit/patient/test_profile.py
    """
    body = body_priors(patient)
    bsa_m2 = body["bsa_m2"].mean
    lesions = tuple(_lesion(patient, lesion, bsa_m2) for lesion in patient.lesion)
    by_valve = {lesion.valve: lesion.annulus_mm for lesion in reversed(lesions)}
    chambers = chamber_priors(patient, bsa_m2)
    return Profile(
        patient=patient,
        age_years=patient.age_years,
        sex=patient.sex,
        rhythm=patient.rhythm,
        pregnancy_weeks=patient.pregnancy_weeks,
        **body,
        lesion=lesions,
        annuli_mm={v: by_valve.get(v) or annulus_prior(patient, v, bsa_m2) for v in VALVES},
        chambers_ml=chambers,
        expected=expected_priors(patient, bsa_m2, chambers),
        assumed=_assumed(patient, body, lesions),
    )


def _lesion(patient: Patient, lesion: Lesion, bsa_m2: M2) -> LesionProfile:
    annulus = given_annulus(lesion) or annulus_prior(patient, lesion.valve, bsa_m2)
    etiology, _ = etiology_of(patient, lesion)
    morphology, _ = morphology_of(patient, lesion)
    words, numbers = finding_priors(patient, lesion, etiology, annulus)
    return LesionProfile(
        valve=lesion.valve,
        etiology=etiology,
        morphology=morphology,
        annulus_mm=annulus,
        prior_procedure=lesion.prior_procedure,
        commissural_calcium=words["commissural_calcium"][0],
        lvot_calcium=words["lvot_calcium"][0],
        **numbers,
        **lesion_dimensions(patient, lesion, annulus, bsa_m2),
    )


def _assumed(
    patient: Patient, body: Mapping[str, Prior], lesions: tuple[LesionProfile, ...]
) -> tuple[Assumption, ...]:
    made = [_assumption(key, prior) for key, prior in body.items() if not prior.given]
    for index, (lesion, profile) in enumerate(zip(patient.lesion, lesions, strict=True)):
        prefix = "" if index == 0 else f"lesion[{index}]."
        made += [
            Assumption(key=prefix + a.key, value=a.value, sd=a.sd, source=a.source)
            for a in _lesion_assumed(patient, lesion, profile)
        ]
    return tuple(made)


_ONLY_FOR = {
    "wilkins": ("mitral",),
    "intercommissural_mm": ("mitral",),
    "calcium_agatston": ("aortic",),
    "lvot_calcium": ("aortic",),
    "lvot_mm": ("aortic",),
    "ascending_aorta_mm": ("aortic",),
    "pulmonary_artery_mm": ("pulmonary",),
}


def _lesion_assumed(patient: Patient, lesion: Lesion, profile: LesionProfile) -> list[Assumption]:
    """Return what was filled in of one lesion, as far as it matters to its valve."""
    etiology = etiology_of(patient, lesion)
    words: dict[str, tuple[str, str]] = {
        "etiology": etiology,
        "morphology": morphology_of(patient, lesion),
        **finding_priors(patient, lesion, etiology[0], profile.annulus_mm)[0],
    }
    made = [
        Assumption(key=key, value=word, sd=None, source=source)
        for key, (word, source) in words.items()
        if getattr(lesion, key) is None and _matters(key, lesion.valve)
    ]
    for key in (field.name for field in fields(profile) if field.name in Lesion.model_fields):
        prior: Any = getattr(profile, key)
        if isinstance(prior, Prior) and not prior.given and _matters(key, lesion.valve):
            made.append(_assumption(key, prior))
    return made


def _matters(key: str, valve: str) -> bool:
    return all(valve in valves for start, valves in _ONLY_FOR.items() if key.startswith(start))


def _assumption(key: str, prior: Prior) -> Assumption:
    return Assumption(key=key, value=prior.mean, sd=prior.sd, source=prior.source)
