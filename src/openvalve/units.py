"""One table of units: suffix, label, UCUM code and SI factor; the only conversions.

Every public number carries the suffix of its unit in its name and, where it is annotated, the
matching type below, so that the JSON Schema, help texts and labels all come from the type.
"""

import math
from dataclasses import dataclass
from typing import Annotated

__all__ = [
    "DENSITY_BLOOD_G_ML",
    "DIMENSIONLESS_NAMES",
    "DIMENSIONLESS_SUFFIXES",
    "M2",
    "MMHG_PER_ATM",
    "MMHG_PER_DYN_CM2",
    "MMHG_PER_MPA",
    "MS",
    "UNITS",
    "Atm",
    "Bpm",
    "Cm",
    "Cm2",
    "Count",
    "Db",
    "Deg",
    "DynSCm5",
    "Frac",
    "French",
    "GDl",
    "Hz",
    "J",
    "Kg",
    "LMin",
    "LMinM2",
    "MPa",
    "Ma",
    "Ml",
    "MlPerMmhg",
    "MlPerS",
    "Mm",
    "Mm2",
    "Mmhg",
    "MmhgPerMl",
    "MmhgPerS",
    "MmhgSPerMl",
    "Ms",
    "Mv",
    "NPerMm",
    "Ratio",
    "S",
    "Unit",
    "Years",
    "unit_of_name",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """A unit of measure.

    Attributes
    ----------
    suffix : what the names of public numbers end in.
    label : how it is printed.
    ucum : its code in the Unified Code for Units of Measure.
    si_factor : value in SI base units = si_factor * value (offset units excluded).
    """

    suffix: str
    label: str
    ucum: str
    si_factor: float


UNITS: dict[str, Unit] = {
    u.suffix: u
    for u in (
        Unit(suffix="mmhg", label="mmHg", ucum="mm[Hg]", si_factor=133.322387415),
        Unit(suffix="ml", label="mL", ucum="mL", si_factor=1e-6),
        Unit(suffix="ml_s", label="mL/s", ucum="mL/s", si_factor=1e-6),
        Unit(suffix="l_min", label="L/min", ucum="L/min", si_factor=1e-3 / 60),
        Unit(suffix="l_min_m2", label="L/min/m²", ucum="L/min/m2", si_factor=1e-3 / 60),
        Unit(suffix="s", label="s", ucum="s", si_factor=1.0),
        Unit(suffix="ms", label="ms", ucum="ms", si_factor=1e-3),
        Unit(suffix="bpm", label="/min", ucum="/min", si_factor=1 / 60),
        Unit(suffix="cm2", label="cm²", ucum="cm2", si_factor=1e-4),
        Unit(suffix="cm", label="cm", ucum="cm", si_factor=1e-2),
        Unit(suffix="cm2_m2", label="cm²/m²", ucum="cm2/m2", si_factor=1e-4),
        Unit(suffix="mm", label="mm", ucum="mm", si_factor=1e-3),
        Unit(suffix="mm2", label="mm²", ucum="mm2", si_factor=1e-6),
        Unit(suffix="m2", label="m²", ucum="m2", si_factor=1.0),
        Unit(suffix="m_s", label="m/s", ucum="m/s", si_factor=1.0),
        Unit(suffix="mv", label="mV", ucum="mV", si_factor=1e-3),
        Unit(suffix="ma", label="mA", ucum="mA", si_factor=1e-3),
        Unit(suffix="hz", label="Hz", ucum="Hz", si_factor=1.0),
        Unit(suffix="j", label="J", ucum="J", si_factor=1.0),
        Unit(suffix="kg", label="kg", ucum="kg", si_factor=1.0),
        Unit(suffix="atm", label="atm", ucum="atm", si_factor=101325.0),
        Unit(suffix="mpa", label="MPa", ucum="MPa", si_factor=1e6),
        Unit(suffix="n_mm", label="N/mm", ucum="N/mm", si_factor=1e3),
        Unit(suffix="mmhg_s", label="mmHg/s", ucum="mm[Hg]/s", si_factor=133.322387415),
        Unit(suffix="mmhg_ml", label="mmHg/mL", ucum="mm[Hg]/mL", si_factor=133.322387415e6),
        Unit(suffix="ml_mmhg", label="mL/mmHg", ucum="mL/mm[Hg]", si_factor=1e-6 / 133.322387415),
        Unit(suffix="mmhg_s_ml", label="mmHg·s/mL", ucum="mm[Hg].s/mL", si_factor=133.322387415e6),
        Unit(
            suffix="mmhg_s2_ml", label="mmHg·s²/mL", ucum="mm[Hg].s2/mL", si_factor=133.322387415e6
        ),
        Unit(suffix="dyn_s_cm5", label="dyn·s/cm⁵", ucum="dyn.s/cm5", si_factor=1e5),
        Unit(suffix="g_dl", label="g/dL", ucum="g/dL", si_factor=10.0),
        Unit(suffix="fr", label="Fr", ucum="[Ch]", si_factor=1e-3 / 3),
        Unit(suffix="years", label="years", ucum="a", si_factor=31557600.0),
        Unit(suffix="days", label="days", ucum="d", si_factor=86400.0),
        Unit(suffix="weeks", label="weeks", ucum="wk", si_factor=604800.0),
        Unit(suffix="percent", label="%", ucum="%", si_factor=0.01),
        Unit(suffix="frac", label="", ucum="1", si_factor=1.0),
        Unit(suffix="ratio", label="", ucum="1", si_factor=1.0),
        Unit(suffix="count", label="", ucum="1", si_factor=1.0),
        Unit(suffix="prob", label="", ucum="1", si_factor=1.0),
        Unit(suffix="db", label="dB", ucum="dB", si_factor=1.0),
        Unit(suffix="deg", label="°", ucum="deg", si_factor=math.pi / 180.0),
        Unit(suffix="mib", label="MiB", ucum="MiBy", si_factor=1048576.0),
    )
}

DIMENSIONLESS_SUFFIXES = ("frac", "ratio", "count", "prob")

# Pure numbers that the field names otherwise, listed once (STYLE.md, Units).
DIMENSIONLESS_NAMES = frozenset(
    {"wilkins_score", "regurgitation_grade", "calcium_agatston", "inflations", "x_real", "draws"}
)

MMHG_PER_DYN_CM2 = 1.0 / 1333.22387415
MMHG_PER_ATM = 760.0
MMHG_PER_MPA = 7500.61683
DENSITY_BLOOD_G_ML = 1.06  # evidence: circulation_targets.md header; 1.04 to 1.07

Mmhg = Annotated[float, UNITS["mmhg"]]
Ml = Annotated[float, UNITS["ml"]]
MlPerS = Annotated[float, UNITS["ml_s"]]
LMin = Annotated[float, UNITS["l_min"]]
LMinM2 = Annotated[float, UNITS["l_min_m2"]]
S = Annotated[float, UNITS["s"]]
Ms = Annotated[float, UNITS["ms"]]
Bpm = Annotated[float, UNITS["bpm"]]
Cm2 = Annotated[float, UNITS["cm2"]]
Cm = Annotated[float, UNITS["cm"]]
Mm = Annotated[float, UNITS["mm"]]
Mm2 = Annotated[float, UNITS["mm2"]]
M2 = Annotated[float, UNITS["m2"]]
MS = Annotated[float, UNITS["m_s"]]
Ma = Annotated[float, UNITS["ma"]]
Mv = Annotated[float, UNITS["mv"]]
Hz = Annotated[float, UNITS["hz"]]
J = Annotated[float, UNITS["j"]]
Kg = Annotated[float, UNITS["kg"]]
Atm = Annotated[float, UNITS["atm"]]
MPa = Annotated[float, UNITS["mpa"]]
NPerMm = Annotated[float, UNITS["n_mm"]]
MmhgPerS = Annotated[float, UNITS["mmhg_s"]]
MmhgPerMl = Annotated[float, UNITS["mmhg_ml"]]
MlPerMmhg = Annotated[float, UNITS["ml_mmhg"]]
MmhgSPerMl = Annotated[float, UNITS["mmhg_s_ml"]]
DynSCm5 = Annotated[float, UNITS["dyn_s_cm5"]]
GDl = Annotated[float, UNITS["g_dl"]]
French = Annotated[float, UNITS["fr"]]
Years = Annotated[float, UNITS["years"]]
Db = Annotated[float, UNITS["db"]]
Deg = Annotated[float, UNITS["deg"]]
Frac = Annotated[float, UNITS["frac"]]
Ratio = Annotated[float, UNITS["ratio"]]
Count = Annotated[float, UNITS["count"]]


def unit_of_name(name: str) -> Unit | None:
    """Return the unit that a public name ends in, the longest suffix winning.

    ``unit_of_name("r_sys_mmhg_s_ml").label`` is ``"mmHg·s/mL"``; None where no suffix fits.
    """
    for suffix in sorted(UNITS, key=len, reverse=True):
        if name == suffix or name.endswith("_" + suffix):
            return UNITS[suffix]
    return None
