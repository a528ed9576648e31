"""Annotated types of this room: numbers whose unit stands beside them in the table."""

from typing import Annotated, Literal

from openvalve.units import Unit

__all__ = ["Block", "LogRatio", "RowValue", "Skill", "Valve", "Z"]

Valve = Literal["aortic", "mitral", "pulmonary", "tricuspid"]
Block = Literal["area", "gradient", "other", "case"]

RowValue = Annotated[float, Unit(suffix="", label="unit of its row", ucum="1", si_factor=1.0)]
LogRatio = Annotated[float, Unit(suffix="", label="ln(after/before)", ucum="1", si_factor=1.0)]
Z = Annotated[float, Unit(suffix="", label="yardsticks", ucum="1", si_factor=1.0)]
Skill = Annotated[float, Unit(suffix="", label="1 - error/baseline", ucum="1", si_factor=1.0)]
