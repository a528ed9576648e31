"""The balloon: one real size of one model, with its chart."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from openvalve.devices._geometry import taut_loop_area_mm2, taut_loop_perimeter_mm
from openvalve.patient import KeyUnit
from openvalve.units import Atm, Frac, French, Ml, Mm, Mm2

__all__ = ["Assumed", "Balloon", "Kind", "Stage"]

Kind = Literal["cylinder", "inoue", "double", "nucleus"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Assumed:
    """Why a field that no source prints has the value it has.

    Attributes
    ----------
    value : what is used, in the unit of the field.
    low, high : where the true value may lie.
    basis : rule or source it was made from.
    """

    value: KeyUnit
    low: KeyUnit
    high: KeyUnit
    basis: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """One stage of a balloon that fills in parts.

    Attributes
    ----------
    name : ``distal``, ``hourglass`` or ``full``; ``ends`` or ``full`` of a nucleus.
    volume_frac : of the full volume.
    distal_mm, waist_mm, proximal_mm : diameters of the three parts.
    """

    name: str
    volume_frac: Frac
    distal_mm: Mm
    waist_mm: Mm
    proximal_mm: Mm


@dataclass(frozen=True, kw_only=True, slots=True)
class Balloon:
    """One balloon, or two side by side.

    Attributes
    ----------
    model, maker : as printed.
    kind : cylinder | inoue | double | nucleus.
    diameter_mm : label (Inoue: the diameter of this step); two balloons: of the circle with the
        same perimeter.
    length_mm : of the working part.
    nominal_atm : inflation at which the label holds; Inoue: peak pressure inside at full volume;
        nucleus: at which its waist has 90 % of the label.
    rated_burst_atm : 999 of 1000 survive it.
    burst_median_atm : half have burst, free on the bench.
    sheath_fr : smallest sheath (two balloons: the larger of the two).
    volume_ml : at nominal.
    chart : knots (atm, mm), rising, of the free diameter; empty for two balloons.
    diameter_sd_frac : spread between balloons of one label.
    puncture_frac : chance that a wholly calcified valve punctures it, a full inflation.
    shape : in words.
    valve_use : what it is made or used for.
    source : ids of ``data/sources.csv``.
    seen : ``read`` or ``memory``: whether the row was seen in a text.
    memory_fields : fields of the row that were not seen in a text.
    assumed : field to reason, for what no source prints.
    stages : how it fills, empty for cylinders.
    parts : the two balloons of a double, else empty.
    note : of the row.
    """

    model: str
    maker: str
    kind: Kind
    diameter_mm: Mm
    length_mm: Mm
    nominal_atm: Atm
    rated_burst_atm: Atm
    burst_median_atm: Atm
    sheath_fr: French
    volume_ml: Ml
    chart: tuple[tuple[Atm, Mm], ...]
    diameter_sd_frac: Frac
    puncture_frac: Frac
    shape: str
    valve_use: tuple[str, ...]
    source: str
    seen: str
    memory_fields: tuple[str, ...]
    assumed: Mapping[str, Assumed]
    stages: tuple[Stage, ...] = ()
    parts: tuple["Balloon", ...] = ()
    note: str = ""

    def diameter_at_mm(self, pressure_atm: Atm) -> Mm:
        """Return the free diameter at a pressure, linear between knots, held beyond the last.

        Two balloons: diameter of the circle with the same perimeter.
        """
        if self.parts:
            return self.perimeter_mm(pressure_atm) / math.pi
        pressures, diameters = zip(*self.chart, strict=True)
        return float(np.interp(pressure_atm, pressures, diameters))

    def perimeter_mm(self, pressure_atm: Atm) -> Mm:
        """Return the length of a taut loop round the free balloon at a pressure."""
        if self.parts:
            one, two = (part.diameter_at_mm(pressure_atm) for part in self.parts)
            return taut_loop_perimeter_mm(diameter_one_mm=one, diameter_two_mm=two)
        return math.pi * self.diameter_at_mm(pressure_atm)

    def area_mm2(self, pressure_atm: Atm) -> Mm2:
        """Return the cross-section of the free balloon at a pressure; of two, both circles."""
        if self.parts:
            return sum(part.area_mm2(pressure_atm) for part in self.parts)
        return 0.25 * math.pi * self.diameter_at_mm(pressure_atm) ** 2

    def enclosed_area_mm2(self, pressure_atm: Atm) -> Mm2:
        """Return the area inside the taut loop, the gaps beside two balloons included."""
        if self.parts:
            one, two = (part.diameter_at_mm(pressure_atm) for part in self.parts)
            return taut_loop_area_mm2(diameter_one_mm=one, diameter_two_mm=two)
        return self.area_mm2(pressure_atm)

    def pressure_at_atm(self, diameter_mm: Mm) -> Atm:
        """Return the pressure at which the free balloon has a diameter; ends are held.

        Two balloons: both at the same pressure, found by bisection.
        """
        if not self.parts:
            pressures, diameters = zip(*self.chart, strict=True)
            return float(np.interp(diameter_mm, diameters, pressures))
        low, high = 0.0, max(part.chart[-1][0] for part in self.parts)
        for _ in range(40):
            middle = 0.5 * (low + high)
            smaller = self.diameter_at_mm(middle) < diameter_mm
            low, high = (middle, high) if smaller else (low, middle)
        return 0.5 * (low + high)

    @property
    def effective_diameter_mm(self) -> Mm:
        """Diameter of the circle with the perimeter of the labelled balloon, or of the two."""
        if self.parts:
            one, two = (part.diameter_mm for part in self.parts)
            return taut_loop_perimeter_mm(diameter_one_mm=one, diameter_two_mm=two) / math.pi
        return self.diameter_mm
