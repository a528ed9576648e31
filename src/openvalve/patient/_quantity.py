"""What a value of the patient file is: a number, or a table of value, error and method."""

from collections.abc import Mapping
from typing import Annotated, Any, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Strict,
    StringConstraints,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from openvalve.patient._keys import allowed_text, range_of
from openvalve.units import Unit

__all__ = ["Frozen", "KeyUnit", "Measurement", "Name", "Quantity", "Text", "as_number"]

KeyUnit = Annotated[float, Unit(suffix="", label="unit of its key", ucum="1", si_factor=1.0)]
"""A number whose unit is the suffix of the key that holds it."""

Text = Annotated[str, Strict(), StringConstraints(min_length=1, max_length=120)]
Name = Annotated[
    str, Strict(), StringConstraints(min_length=1, max_length=64, pattern=r"^[^/\\\x00-\x1f]+$")
]


def as_number(value: object) -> object:
    """Refuse what only looks like a number: booleans, text and integers beyond any float."""
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e300:
        raise PydanticCustomError("not_aas_number", "a number")
    return float(value)


_NUMBER = BeforeValidator(as_number)


class Frozen(BaseModel):
    """Immutable, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Measurement(Frozen):
    """A value with its error: ``54`` or ``{ value = 54, sd = 6, method = "catheter" }``.

    Attributes
    ----------
    value : in the unit of the key that holds it.
    sd : standard deviation of the measurement error, None when not stated.
    method : how it was measured ("catheter", "ct", "fick" ...), None when not stated.
    """

    value: Annotated[KeyUnit, BeforeValidator(as_number), Field(allow_inf_nan=False)]
    sd: (
        Annotated[KeyUnit, BeforeValidator(as_number), Field(allow_inf_nan=False, ge=1e-6)] | None
    ) = None
    method: Text | None = None

    def __float__(self) -> float:
        """Return the value alone."""
        return float(self.value)


def _as_table(value: object) -> object:
    if isinstance(value, Measurement | Mapping) or value is None:
        return value
    return {"value": value}


class Quantity:
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
                "sd": {"type": "number", "minimum": 1e-6},
                "method": {"type": "string"},
            },
            "required": ["value"],
            "additionalProperties": False,
        }
        text = allowed_text(self.section, self.key)
        return {"anyOf": [number, table, {"type": "null"}], "description": text}
