"""The pydantic models of the patient file and of the patient made from it; all frozen."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, Strict, create_model, field_validator
from pydantic_core import PydanticCustomError

from openvalve.patient._balloon_request import BalloonRequest
from openvalve.patient._keys import MEASURED_KEYS
from openvalve.patient._quantity import Frozen, Measurement, Name, Quantity
from openvalve.units import M2, UNITS, Cm, GDl, Kg, Mm, Years

__all__ = ["Lesion", "Patient", "PatientFile", "Wilkins"]

Weeks = Annotated[float, UNITS["weeks"]]

Valve = Literal["aortic", "mitral", "pulmonary", "tricuspid"]
Etiology = Literal["calcific", "rheumatic", "congenital", "carcinoid", "bioprosthesis"]
Morphology = Literal[
    "tricuspid", "bicuspid_0", "bicuspid_1", "bicuspid_2", "unicuspid", "domed", "dysplastic"
]
CalciumGrade = Literal["none", "mild", "heavy"]
PriorProcedure = Literal["none", "balloon", "surgical_commissurotomy", "replacement"]
Sex = Literal["female", "male"]
Rhythm = Literal["sinus", "atrial_fibrillation", "paced"]


class Wilkins(Frozen):
    """The four parts of the Wilkins score, each 1 to 4."""

    mobility: Annotated[int, Strict(), Field(ge=1, le=4)]
    thickening: Annotated[int, Strict(), Field(ge=1, le=4)]
    subvalvular: Annotated[int, Strict(), Field(ge=1, le=4)]
    calcium: Annotated[int, Strict(), Field(ge=1, le=4)]

    @property
    def score(self) -> int:
        """Return the sum, 4 to 16."""
        return self.mobility + self.thickening + self.subvalvular + self.calcium


class Lesion(Frozen):
    """A valve as reported, before any mechanics; every number is a ``Measurement`` or None."""

    valve: Valve
    etiology: Etiology | None = None
    morphology: Morphology | None = None
    annulus_mm: Annotated[Measurement | None, Quantity("lesion", "annulus_mm")] = None
    annulus_min_mm: Annotated[Measurement | None, Quantity("lesion", "annulus_min_mm")] = None
    annulus_max_mm: Annotated[Measurement | None, Quantity("lesion", "annulus_max_mm")] = None
    annulus_area_mm2: Annotated[Measurement | None, Quantity("lesion", "annulus_area_mm2")] = None
    intercommissural_mm: Annotated[
        Measurement | None, Quantity("lesion", "intercommissural_mm")
    ] = None
    lvot_mm: Annotated[Measurement | None, Quantity("lesion", "lvot_mm")] = None
    ascending_aorta_mm: Annotated[Measurement | None, Quantity("lesion", "ascending_aorta_mm")] = (
        None
    )
    pulmonary_artery_mm: Annotated[
        Measurement | None, Quantity("lesion", "pulmonary_artery_mm")
    ] = None
    calcium_agatston: Annotated[Measurement | None, Quantity("lesion", "calcium_agatston")] = None
    commissural_calcium: CalciumGrade | None = None
    lvot_calcium: CalciumGrade | None = None
    wilkins_score: Annotated[Measurement | None, Quantity("lesion", "wilkins_score")] = None
    wilkins: Wilkins | None = None
    regurgitation_grade: Annotated[
        Measurement | None, Quantity("lesion", "regurgitation_grade", step=0.5)
    ] = None
    eroa_mm2: Annotated[Measurement | None, Quantity("lesion", "eroa_mm2")] = None
    regurgitant_fraction_frac: Annotated[
        Measurement | None, Quantity("lesion", "regurgitant_fraction_frac")
    ] = None
    prior_procedure: PriorProcedure = "none"


class _StressMeasured(Frozen):
    """Base of the measured sections; the keys come from ``MEASURED_KEYS``."""

    def given(self) -> dict[str, Measurement]:
        """Return what was given, by key, in the order of ``MEASURED_KEYS``."""
        values = {key: getattr(self, key) for key in MEASURED_KEYS}
        return {key: value for key, value in values.items() if value is not None}


_MEASURED_FIELDS: dict[str, Any] = {
    key: (Annotated[Measurement | None, Quantity("measured", key)], None) for key in MEASURED_KEYS
}
StressMeasured: type[_StressMeasured] = create_model(
    "StressMeasured", __base__=_StressMeasured, **_MEASURED_FIELDS
)
RestMeasured: type[_StressMeasured] = create_model(
    "RestMeasured",
    __base__=StressMeasured,
    dobutamine=(StressMeasured | None, None),
    exercise=(StressMeasured | None, None),
)


def _body_quantity(key: str) -> Any:
    return Quantity("", key)


class PatientFile(Frozen):
    """The file as written (DESIGN.md section 3); ``Patient`` is made from it."""

    schema_version: Annotated[Literal[1], Field(alias="schema")] = 1
    id: Name
    age_years: Annotated[Measurement | None, _body_quantity("age_years")] = None
    age_days: Annotated[Measurement | None, _body_quantity("age_days")] = None
    sex: Sex
    height_cm: Annotated[Measurement | None, _body_quantity("height_cm")] = None
    weight_kg: Annotated[Measurement | None, _body_quantity("weight_kg")] = None
    bsa_m2: Annotated[Measurement | None, _body_quantity("bsa_m2")] = None
    rhythm: Rhythm = "sinus"
    pregnancy_weeks: Annotated[Measurement | None, _body_quantity("pregnancy_weeks")] = None
    haemoglobin_g_dl: Annotated[Measurement | None, _body_quantity("haemoglobin_g_dl")] = None
    femoral_artery_mm: Annotated[Measurement | None, _body_quantity("femoral_artery_mm")] = None
    contraindications: Annotated[tuple[Name, ...], Field(max_length=50)] = ()
    lesion: Annotated[tuple[Lesion, ...], Field(min_length=1, max_length=8)]
    measured: RestMeasured | None = None
    balloon: Annotated[tuple[BalloonRequest, ...], Field(max_length=50)] = ()


class Patient(Frozen):
    """A patient: body, rhythm, lesions as reported, what was measured, balloons to compare.

    Attributes
    ----------
    id : name of the patient in every output.
    age_years : also from ``age_days`` (365.25 days a year).
    height_cm, weight_kg, bsa_m2, haemoglobin_g_dl, femoral_artery_mm : None when not given.
    pregnancy_weeks : 0 when not pregnant.
    body : the same body values as given, with error and method.
    lesion : the first is the one to treat.
    measured, measured_dobutamine, measured_exercise : by key of ``MEASURED_KEYS``, given ones only.
    balloon : what to compare; empty means the published sizing rule.
    """

    id: Name
    age_years: Years
    sex: Sex
    height_cm: Cm | None = None
    weight_kg: Kg | None = None
    bsa_m2: M2 | None = None
    rhythm: Rhythm = "sinus"
    pregnancy_weeks: Weeks = 0.0
    haemoglobin_g_dl: GDl | None = None
    femoral_artery_mm: Mm | None = None
    contraindications: tuple[str, ...] = ()
    body: Mapping[str, Measurement] = {}
    lesion: Annotated[tuple[Lesion, ...], Field(min_length=1)]
    measured: Mapping[str, Measurement] = {}
    measured_dobutamine: Mapping[str, Measurement] = {}
    measured_exercise: Mapping[str, Measurement] = {}
    balloon: tuple[BalloonRequest, ...] = ()

    @field_validator("measured", "measured_dobutamine", "measured_exercise")
    @classmethod
    def _known(cls, measured: Mapping[str, Measurement]) -> Mapping[str, Measurement]:
        unknown = [key for key in measured if key not in MEASURED_KEYS]
        if unknown:
            raise PydanticCustomError("unknown_key", f"unknown key {unknown[0]}")
        return measured

    @property
    def treated(self) -> Lesion:
        """The lesion to treat: the first."""
        return self.lesion[0]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is unlikely or contradicts itself, as sentences; nothing of it is refused."""
        from openvalve.patient._warnings import warnings_of

        return warnings_of(self)

    @classmethod
    def from_file(cls, file: PatientFile) -> Self:
        """Return the patient that a validated file describes."""
        keys = ("height_cm", "weight_kg", "bsa_m2", "haemoglobin_g_dl", "femoral_artery_mm")
        body = {key: getattr(file, key) for key in ("age_years", "age_days", *keys)}
        body = {key: value for key, value in body.items() if value is not None}
        years = file.age_years.value if file.age_years else _years(file.age_days)
        measured = file.measured
        stress = {
            f"measured_{name}": section.given() if section is not None else {}
            for name in ("dobutamine", "exercise")
            for section in [getattr(measured, name, None)]
        }
        return cls(
            id=file.id,
            age_years=years,
            sex=file.sex,
            rhythm=file.rhythm,
            pregnancy_weeks=file.pregnancy_weeks.value if file.pregnancy_weeks else 0.0,
            contraindications=file.contraindications,
            body=body,
            lesion=file.lesion,
            measured=measured.given() if measured is not None else {},
            balloon=file.balloon,
            **stress,
            **{key: body[key].value for key in keys if key in body},
        )


def _years(days: Measurement | None) -> float:
    return days.value / 365.25 if days is not None else 0.0
