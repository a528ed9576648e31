"""A balloon that the patient file asks to compare."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, cast

from pydantic import (
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Strict,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from openvalve.patient._keys import BALLOON_KEYS
from openvalve.patient._quantity import Frozen, Text, as_number
from openvalve.units import Atm, Bpm, Ml, Mm, S

__all__ = ["BalloonRequest"]

_NUMBER = BeforeValidator(as_number)
BalloonKind = Literal["cylinder", "inoue", "double", "nucleus"]


def _ranged(key: str) -> Any:
    low, high = BALLOON_KEYS[key]
    limits: dict[str, Any] = {"minimum": low, "maximum": high}
    return Field(ge=low, le=high, allow_inf_nan=False, json_schema_extra=limits)


def _diameters(value: object) -> object:
    """Accept one diameter or two; the range is that of ``diameter_mm``."""
    low, high = BALLOON_KEYS["diameter_mm"]
    pair = value if isinstance(value, list | tuple) else [value]
    if len(pair) not in (1, 2) or (isinstance(value, list | tuple) and len(pair) != 2):
        raise PydanticCustomError("out_of_range", "one number or two")
    numbers = [as_number(item) for item in pair]
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


class BalloonRequest(Frozen):
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
            tuple[Annotated[Mm, _NUMBER, _ranged("steps_mm")], ...],
            Field(min_length=1, max_length=12),
        ]
        | None
    ) = None
    inflations: Annotated[int, Strict(), _ranged("inflations")] | None = None
    inflation_atm: Annotated[Atm, _NUMBER, _ranged("inflation_atm")] | None = None
    volume_ml: Annotated[Ml, _NUMBER, _ranged("volume_ml")] | None = None
    hold_s: Annotated[S, _NUMBER, _ranged("hold_s")] | None = None
    pacing_bpm: Annotated[Bpm, _NUMBER, _ranged("pacing_bpm")] | None = None

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
