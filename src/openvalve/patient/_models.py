"""The pydantic models of the patient file and of the patient made from it; all frozen."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Strict,
    StringConstraints,
    create_model,
    field_validator,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from openvalve.patient._keys import (
    BALLOON_KEYS,
    MEASURED_KEYS,
    allowed_text,
    range_of,
)
from openvalve.units import M2, UNITS, Atm, Bpm, Cm, GDl, Kg, Ml, Mm, S, Unit, Years

__all__ = [
    "BalloonRequest",
    "KeyUnit",
    "Lesion",
    "Measurement",
    "Patient",
    "PatientFile",
    "Wilkins",
]

KeyUnit = Annotated[float, Unit(suffix="", label="unit of its key", ucum="1", si_factor=1.0)]
"""A number whose unit is the suffix of the key that holds it."""

Weeks = Annotated[float, UNITS["weeks"]]

Valve = Literal["aortic", "mitral", "pulmonary", "tricuspid"]
Etiology = Literal["calcific", "rheumatic", "congenital", "carcinoid", "bioprosthesis"]
Morphology = Literal[
    "tricuspid", "bicuspid_0", "bicuspid_1", "bicuspid_2", "unicuspid", "domed", "dysplastic"
]
CalciumGrade = Literal["none", "mild", "heavy"]
PriorProcedure = Literal["none", "balloon", "surgical_commissurotomy", "replacement"]
BalloonKind = Literal["cylinder", "inoue", "double", "nucleus"]
Sex = Literal["female", "male"]
Rhythm = Literal["sinus", "atrial_fibrillation", "paced"]
Text = Annotated[str, Strict(), StringConstraints(min_length=1, max_length=120)]
Name = Annotated[
    str, Strict(), StringConstraints(min_length=1, max_length=64, pattern=r"^[^/\\\x00-\x1f]+$")
]


def _number(value: object) -> object:
    """Refuse what only looks like a number: booleans, text and integers beyond any float."""
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e300:
        raise PydanticCustomError("not_a_number", "a number")
    return float(value)


Number = Annotated[float, BeforeValidator(_number), Field(allow_inf_nan=False)]


class _Frozen(BaseModel):
    """Immutable, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Measurement(_Frozen):
    """A value with its error: ``54`` or ``{ value = 54, sd = 6, method = "catheter" }``.

    Attributes
    ----------
    value : in the unit of the key that holds it.
    sd : standard deviation of the measurement error, None when not stated.
    method : how it was measured ("catheter", "ct", "fick" ...), None when not stated.
    """

    value: Annotated[KeyUnit, BeforeValidator(_number), Field(allow_inf_nan=False)]
    sd: Annotated[KeyUnit, BeforeValidator(_number), Field(allow_inf_nan=False, ge=0)] | None = None
    method: Text | None = None

    def __float__(self) -> float:
        """Return the value alone."""
        return float(self.value)


def _as_table(value: object) -> object:
    if isinstance(value, Measurement | Mapping) or value is None:
        return value
    return {"value": value}


class _Quantity:
    """Marks a field that is a number or a table, inside the range of its key."""

    def __init__(self, section: str, key: str, *, step: float = 0.0) -> None:
        self.section, self.key, self.step = section, key, step

    def check(self, measurement: Measurement | None) -> Measurement | None:
        """Return the measurement if its value lies in the range of the key."""
        if measurement is None:
            return None
        low, high = cast("tuple[float, float]", range_of(self.section, self.key))
        value = measurement.value
        in_steps = not self.step or (value / self.step).is_integer()
        if not (low <= value <= high and in_steps):
            raise PydanticCustomError("out_of_range", "out of range")
        return measurement

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        table = core_schema.no_info_before_validator_function(_as_table, handler(source))
        return core_schema.no_info_after_validator_function(self.check, table)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        low, high = cast("tuple[float, float]", range_of(self.section, self.key))
        number: dict[str, Any] = {"type": "number", "minimum": low, "maximum": high}
        if self.step:
            number["multipleOf"] = self.step
        table = {
            "type": "object",
            "properties": {
                "value": number,
                "sd": {"type": "number", "minimum": 0},
                "method": {"type": "string"},
            },
            "required": ["value"],
            "additionalProperties": False,
        }
        text = allowed_text(self.section, self.key)
        return {"anyOf": [number, table, {"type": "null"}], "description": text}


def _lesion_quantity(key: str, step: float = 0.0) -> Any:
    return Annotated[Measurement | None, _Quantity("lesion", key, step=step)]


class Wilkins(_Frozen):
    """The four parts of the Wilkins score, each 1 to 4."""

    mobility: Annotated[int, Strict(), Field(ge=1, le=4)]
    thickening: Annotated[int, Strict(), Field(ge=1, le=4)]
    subvalvular: Annotated[int, Strict(), Field(ge=1, le=4)]
    calcium: Annotated[int, Strict(), Field(ge=1, le=4)]

    @property
    def score(self) -> int:
        """Return the sum, 4 to 16."""
        return self.mobility + self.thickening + self.subvalvular + self.calcium


class Lesion(_Frozen):
    """A valve as reported, before any mechanics; every number is a ``Measurement`` or None."""

    valve: Valve
    etiology: Etiology | None = None
    morphology: Morphology | None = None
    annulus_mm: Annotated[Measurement | None, _Quantity("lesion", "annulus_mm")] = None
    annulus_min_mm: Annotated[Measurement | None, _Quantity("lesion", "annulus_min_mm")] = None
    annulus_max_mm: Annotated[Measurement | None, _Quantity("lesion", "annulus_max_mm")] = None
    annulus_area_mm2: Annotated[Measurement | None, _Quantity("lesion", "annulus_area_mm2")] = None
    intercommissural_mm: Annotated[
        Measurement | None, _Quantity("lesion", "intercommissural_mm")
    ] = None
    lvot_mm: Annotated[Measurement | None, _Quantity("lesion", "lvot_mm")] = None
    ascending_aorta_mm: Annotated[Measurement | None, _Quantity("lesion", "ascending_aorta_mm")] = (
        None
    )
    pulmonary_artery_mm: Annotated[
        Measurement | None, _Quantity("lesion", "pulmonary_artery_mm")
    ] = None
    calcium_agatston: Annotated[Measurement | None, _Quantity("lesion", "calcium_agatston")] = None
    commissural_calcium: CalciumGrade | None = None
    lvot_calcium: CalciumGrade | None = None
    wilkins_score: Annotated[Measurement | None, _Quantity("lesion", "wilkins_score")] = None
    wilkins: Wilkins | None = None
    regurgitation_grade: Annotated[
        Measurement | None, _Quantity("lesion", "regurgitation_grade", step=0.5)
    ] = None
    eroa_mm2: Annotated[Measurement | None, _Quantity("lesion", "eroa_mm2")] = None
    regurgitant_fraction_frac: Annotated[
        Measurement | None, _Quantity("lesion", "regurgitant_fraction_frac")
    ] = None
    prior_procedure: PriorProcedure = "none"


def _ranged(key: str) -> Any:
    low, high = BALLOON_KEYS[key]
    return Field(ge=low, le=high, allow_inf_nan=False)


def _diameters(value: object) -> object:
    """Accept one diameter or two; the range is that of ``diameter_mm``."""
    low, high = BALLOON_KEYS["diameter_mm"]
    pair = value if isinstance(value, list | tuple) else [value]
    if len(pair) not in (1, 2) or (isinstance(value, list | tuple) and len(pair) != 2):
        raise PydanticCustomError("out_of_range", "one number or two")
    numbers = [_number(item) for item in pair]
    if not all(low <= cast("float", item) <= high for item in numbers):
        raise PydanticCustomError("out_of_range", "out of range")
    return numbers[0] if len(numbers) == 1 else tuple(numbers)


_DIAMETER_SCHEMA: dict[str, Any] = {
    "type": "number",
    "minimum": BALLOON_KEYS["diameter_mm"][0],
    "maximum": BALLOON_KEYS["diameter_mm"][1],
}


class _Diameters:
    """One diameter, or two for a double balloon."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            lambda value: None if value is None else _diameters(value)
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        pair = {"type": "array", "items": _DIAMETER_SCHEMA, "minItems": 2, "maxItems": 2}
        return {"anyOf": [_DIAMETER_SCHEMA, pair, {"type": "null"}]}


class BalloonRequest(_Frozen):
    """A balloon to compare; whether the model and size exist is for ``devices`` to say.

    Attributes
    ----------
    model : a catalogue model, or None.
    kind : given, else inferred from the diameters, the steps or the model's name.
    diameter_mm : 3 to 40 mm; two numbers for a double balloon.
    steps_mm : diameters of a stepwise dilatation, in order.
    inflations : how many.
    inflation_atm, volume_ml : None means the balloon's nominal.
    hold_s : how long it stays full.
    pacing_bpm : rapid pacing while full, None for none.
    """

    model: Text | None = None
    kind: BalloonKind = "cylinder"
    diameter_mm: Annotated[Mm | tuple[Mm, Mm] | None, _Diameters()] = None
    steps_mm: (
        Annotated[
            tuple[Annotated[Mm, BeforeValidator(_number), _ranged("steps_mm")], ...],
            Field(min_length=1, max_length=12),
        ]
        | None
    ) = None
    inflations: Annotated[int, Strict(), _ranged("inflations")] | None = None
    inflation_atm: Annotated[Atm, BeforeValidator(_number), _ranged("inflation_atm")] | None = None
    volume_ml: Annotated[Ml, BeforeValidator(_number), _ranged("volume_ml")] | None = None
    hold_s: Annotated[S, BeforeValidator(_number), _ranged("hold_s")] | None = None
    pacing_bpm: Annotated[Bpm, BeforeValidator(_number), _ranged("pacing_bpm")] | None = None

    @model_validator(mode="before")
    @classmethod
    def _infer_kind(cls, data: Any) -> Any:
        if not isinstance(data, Mapping) or data.get("kind") is not None:
            return data
        return {**data, "kind": _kind_of(data)}


def _kind_of(data: Mapping[str, Any]) -> BalloonKind:
    """Return the kind that the model's name, two diameters or steps imply."""
    model = str(data.get("model") or "").lower()
    if isinstance(data.get("diameter_mm"), list | tuple) or "multi-track" in model:
        return "double"
    if data.get("steps_mm") is not None or "inoue" in model or "accura" in model:
        return "inoue"
    return "nucleus" if "nucleus" in model else "cylinder"


class _StressMeasured(_Frozen):
    """Base of the measured sections; the keys come from ``MEASURED_KEYS``."""

    def given(self) -> dict[str, Measurement]:
        """Return what was given, by key, in the order of ``MEASURED_KEYS``."""
        values = {key: getattr(self, key) for key in MEASURED_KEYS}
        return {key: value for key, value in values.items() if value is not None}


_MEASURED_FIELDS: dict[str, Any] = {
    key: (Annotated[Measurement | None, _Quantity("measured", key)], None) for key in MEASURED_KEYS
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
    return _Quantity("", key)


class PatientFile(_Frozen):
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


class Patient(_Frozen):
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
