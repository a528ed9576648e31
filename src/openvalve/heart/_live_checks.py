"""What a live patient is asked, checked: every value that cannot be, told at once."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from openvalve.circulation import ACTS
from openvalve.errors import InputError, InputItem
from openvalve.heart._blocks import field_names
from openvalve.heart._inputs import Inputs
from openvalve.heart._limits import INPUT_LIMITS
from openvalve.rhythm import CODES, PACING_MODES, PACING_PLACES

__all__ = ["NAMES", "WORDS", "checked_numbers", "ramp_numbers", "refuse_outside"]

NAMES = {name.replace(".", "_"): k for k, name in enumerate(field_names(Inputs))}
WORDS: dict[str, dict[str, float]] = {
    "act": ACTS,
    "rhythm": CODES,
    "pacing_place": PACING_PLACES,
    "pacing_mode": PACING_MODES,
}


def refuse_outside(
    values: Sequence[tuple[str, float, float, float]], bad: Sequence[InputItem] = ()
) -> None:
    """Refuse all values that lie outside their limits, and what is wrong already.

    Parameters
    ----------
    values : key, value, lowest and highest allowed.
    bad : what is wrong already.

    Raises
    ------
    InputError : all of it, at once.
    """
    items = list(bad)
    for key, value, low, high in values:
        if not low <= value <= high:
            items.append(InputItem(key=key, got=f"{value}", allowed=f"{low:g} to {high:g}"))
    if items:
        raise InputError(items)


def ramp_numbers(
    ramps: Mapping[str, Sequence[tuple[float, float]]],
) -> dict[str, list[float]]:
    """Return the values of every ramp as numbers; refuse all that cannot be, at once."""
    bad: list[InputItem] = []
    numbers: dict[str, list[float]] = {}
    for name, points in ramps.items():
        times = [t for t, _ in points]
        ascending = all(a <= b for a, b in pairwise(times))
        if not points or not ascending or not np.isfinite(times).all():
            rule = "one or more (time, value), times ascending"
            bad.append(InputItem(key=f"ramps.{name}", got=str(list(points)), allowed=rule))
        for _, value in points:
            try:
                numbers.setdefault(name, []).append(checked_numbers({name: value})[name])
            except InputError as error:
                bad.extend(error.items)
    if bad:
        raise InputError(bad)
    return numbers


def checked_numbers(values: Mapping[str, Any]) -> dict[str, float]:
    """Return the values as numbers; refuse all that cannot be, at once."""
    good: dict[str, float] = {}
    bad: list[InputItem] = []
    for name, value in values.items():
        if name not in NAMES or name.startswith("drugs_"):
            bad.append(InputItem(key=name, got=str(value), allowed=", ".join(INPUT_LIMITS)))
            continue
        low, high = INPUT_LIMITS[name]
        code = WORDS.get(name, {}).get(value, value) if isinstance(value, str) else value
        try:
            number = float(code)
        except (TypeError, ValueError):
            number = np.nan
        whole = name not in WORDS or number in WORDS[name].values()
        if low <= number <= high and whole:
            good[name] = number
        else:
            allowed = ", ".join(WORDS[name]) if name in WORDS else f"{low:g} to {high:g}"
            bad.append(InputItem(key=name, got=str(value), allowed=allowed))
    if bad:
        raise InputError(bad)
    return good
