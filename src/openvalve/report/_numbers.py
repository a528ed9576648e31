"""Numbers as a reader wants them: sensible digits, a unit, a band; never NaN."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openvalve.units import Frac, unit_of_name

__all__ = [
    "DASH",
    "Estimate",
    "digits_of",
    "format_band",
    "format_error",
    "format_estimate",
    "format_number",
    "format_points",
    "format_probability",
    "format_probability_band",
    "read_estimate",
    "read_number",
    "unit_label",
]

DASH = "–"
MINUS = "−"
THIN = "\u202f"
# Decimals by unit suffix; pressures and volumes get one more below 10.
DECIMALS = {
    "cm2": 2, "cm2_m2": 2, "mmhg": 0, "l_min": 1, "l_min_m2": 1, "bpm": 0, "ml": 0, "mm": 1,
    "mm2": 0, "m_s": 1, "s": 2, "ms": 0, "cm": 1, "kg": 1, "m2": 2, "ratio": 2, "percent": 0,
    "mmhg_s": 0, "g_dl": 1, "fr": 1, "atm": 1, "j": 2, "years": 0, "weeks": 0, "score": 0,
    "agatston": 0,
}  # fmt: skip
FINER_BELOW_10 = ("mmhg", "ml", "mm2")
MORE_UNITS = {"j": "J"}  # work of a chamber per beat


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A number with its 90 % band, in the unit of the key that holds it.

    Attributes
    ----------
    median : the middle of the draws, or the only number there is.
    low, high : 5th and 95th percentile, None where no band is known.
    """

    median: float
    low: float | None = None
    high: float | None = None


def read_number(value: Any) -> float | None:
    """Return a finite number, or None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def read_estimate(value: Any) -> Estimate | None:
    """Return an estimate from a number or from ``{"median", "p05", "p95"}``, else None."""
    if isinstance(value, Mapping):
        middle = next(
            (n for k in ("median", "probability") if (n := read_number(value.get(k))) is not None),
            None,
        )
        if middle is None:
            return None
        return Estimate(
            median=middle, low=read_number(value.get("p05")), high=read_number(value.get("p95"))
        )
    number = read_number(value)
    return None if number is None else Estimate(median=number)


def _suffix(key: str) -> str:
    """Return the unit suffix of a key, ``""`` where it has none."""
    last = key.rsplit("_", 1)[-1]
    if last in ("j", "score", "agatston"):
        return last
    unit = unit_of_name(key)
    return unit.suffix if unit else ""


def unit_label(key: str) -> str:
    """Return the printed unit of a key; fractions are shown in percent."""
    suffix = _suffix(key)
    if suffix in ("frac", "prob"):
        return "%"
    if suffix in MORE_UNITS:
        return MORE_UNITS[suffix]
    unit = unit_of_name(key)
    return unit.label if unit else ""


def digits_of(key: str, value: float) -> int:
    """Return how many decimals a value of this key is printed with."""
    suffix = _suffix(key)
    if suffix in ("frac", "prob"):
        return 0
    if suffix in DECIMALS:
        return DECIMALS[suffix] + (1 if suffix in FINER_BELOW_10 and abs(value) < 9.95 else 0)
    if value == 0.0 or float(value).is_integer():
        return 0
    return max(0, 2 - math.floor(math.log10(abs(value))))


def _shown(key: str, value: float) -> float:
    return 100.0 * value if _suffix(key) in ("frac", "prob") else value


def _text(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}"
    if float(text) == 0.0:
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def format_number(key: str, value: float | None, *, unit: bool = False) -> str:
    """Return one number, with its unit when asked; an en dash for what is missing."""
    if value is None or not math.isfinite(value):
        return DASH
    text = _text(_shown(key, value), digits_of(key, value))
    label = unit_label(key) if unit else ""
    return f"{text}{THIN}{label}" if label else text


def format_error(key: str, value: float | None, error: float) -> str:
    """Return an error in the digits of its value, or in as many as it takes not to read zero."""
    digits = digits_of(key, error if value is None else value)
    while digits < 4 and float(f"{_shown(key, error):.{digits}f}") == 0.0:
        digits += 1
    return _text(_shown(key, error), digits)


def format_band(key: str, estimate: Estimate | None) -> str:
    """Return ``low–high`` in the digits of the median; ``low to high`` below zero."""
    if estimate is None or estimate.low is None or estimate.high is None:
        return ""
    digits = digits_of(key, estimate.median)
    low, high = (_text(_shown(key, v), digits) for v in (estimate.low, estimate.high))
    return f"{low} to {high}" if MINUS in low + high else f"{low}{DASH}{high}"


def format_estimate(key: str, estimate: Estimate | None, *, unit: bool = False) -> str:
    """Return ``median [low–high]``, with the unit when asked."""
    if estimate is None:
        return DASH
    band = format_band(key, estimate)
    text = format_number(key, estimate.median) + (f" [{band}]" if band else "")
    label = unit_label(key) if unit else ""
    return f"{text}{THIN}{label}" if label else text


def format_probability(value: Frac | None) -> str:
    """Return a chance in percent: ``<0.1 %``, ``0.8 %``, ``42 %``, ``>99 %``."""
    if value is None or not math.isfinite(value):
        return DASH
    percent = 100.0 * value
    if percent < 0.1:
        text = "<0.1"
    elif percent < 9.95:
        text = f"{percent:.1f}"
    else:
        text = ">99" if percent > 99.0 else f"{percent:.0f}"
    return f"{text}{THIN}%"


def format_points(change: Frac) -> str:
    """Return a change of a chance in percentage points, signed: ``+3.0 points``."""
    return f"{100.0 * change:+.1f}".replace("-", MINUS) + " points"


def format_probability_band(low: Frac, high: Frac) -> str:
    """Return the band of a chance: ``0.2–2.1 %``, ``25 to >99 %``, ``<0.1 %`` where both agree."""
    first, last = format_probability(low), format_probability(high)
    if first == last:
        return last
    first = first.removesuffix(f"{THIN}%")
    return f"{first} to {last}" if set("<>") & set(first + last) else f"{first}{DASH}{last}"
