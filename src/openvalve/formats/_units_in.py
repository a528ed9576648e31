"""Units as files write them, to and from the suffixes of the one table."""

from openvalve.units import UNITS

__all__ = ["file_unit", "parse_unit"]

# Units that we read and do not keep: SI factor (value in SI = factor * value), unit kept.
# cmH2O is the conventional one at 4 °C (98.0665 Pa); exact by definition, as are torr and bar.
_FOREIGN: dict[str, tuple[float, str]] = {
    "uv": (1e-6, "mv"),
    "nv": (1e-9, "mv"),
    "v": (1.0, "mv"),
    "pa": (1.0, "mmhg"),
    "hpa": (100.0, "mmhg"),
    "kpa": (1e3, "mmhg"),
    "mbar": (100.0, "mmhg"),
    "cmh2o": (98.0665, "mmhg"),
    "mmh2o": (9.80665, "mmhg"),
    "torr": (101325.0 / 760.0, "mmhg"),
    "cm/s": (1e-2, "m_s"),
    "l/min": (1e-3 / 60, "l_min"),
    "ml/min": (1e-6 / 60, "ml_s"),
    "l/s": (1e-3, "ml_s"),
    "l": (1e-3, "ml"),
    "cc": (1e-6, "ml"),
    "us": (1e-6, "ms"),
    "g/l": (1.0, "g_dl"),
}
_ALIASES = {
    "microvolt": "uv",
    "microvolts": "uv",
    "millivolt": "mv",
    "millivolts": "mv",
    "volt": "v",
    "volts": "v",
    "mm hg": "mmhg",
    "cm[h2o]": "cmh2o",
    "cm h2o": "cmh2o",
    "mm[h2o]": "mmh2o",
    "beats/min": "bpm",
    "1/min": "bpm",
    "1": "ratio",
    "{no units}": "ratio",
    "no units": "ratio",
    "sec": "s",
    "seconds": "s",
}
_OWN = {
    spelling: unit.suffix
    for unit in UNITS.values()
    for spelling in (unit.suffix, unit.label.lower(), unit.ucum.lower())
    if spelling not in ("", "1")
}


def parse_unit(text: str) -> tuple[str, float] | None:
    """Return the suffix that a written unit becomes and the factor on its values.

    ``parse_unit("uV")`` is ``("mv", 0.001)``; None where the unit is not known. Capitals do not
    count: devices write ``mv`` and ``MMHG``, and no megavolt comes from a patient.
    """
    key = text.strip().replace("µ", "u").replace("μ", "u").lower()
    key = _ALIASES.get(key, key)
    if key in _OWN:
        return _OWN[key], 1.0
    if key in _FOREIGN:
        si_factor, suffix = _FOREIGN[key]
        return suffix, si_factor / UNITS[suffix].si_factor
    return None


def file_unit(suffix: str) -> str:
    """Return a unit as we write it into a file: ASCII without spaces, which we read back."""
    unit = UNITS[suffix]
    if unit.ucum == "1":
        return suffix
    return unit.label if unit.label.isascii() else unit.ucum
