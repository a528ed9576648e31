"""Refusals of impossible inputs, all of them at once."""

from openvalve.errors import InputError, InputItem
from openvalve.units import unit_of_name

__all__ = ["above", "check", "one_of", "within"]


def _label(key: str) -> str:
    unit = unit_of_name(key)
    return f" {unit.label}" if unit is not None and unit.label else ""


def above(key: str, value: float, low: float, high: float) -> InputItem | None:
    """Return an item unless ``low < value <= high``; NaN is refused."""
    if low < value <= high:
        return None
    return InputItem(
        key=key,
        got=f"{value:g}{_label(key)}",
        allowed=f"more than {low:g}, up to {high:g}{_label(key)}",
    )


def within(key: str, value: float, low: float, high: float) -> InputItem | None:
    """Return an item unless ``low <= value <= high``; NaN is refused."""
    if low <= value <= high:
        return None
    label = _label(key)
    return InputItem(key=key, got=f"{value:g}{label}", allowed=f"{low:g} to {high:g}{label}")


def one_of(key: str, value: str, names: tuple[str, ...]) -> InputItem | None:
    """Return an item unless ``value`` is one of ``names``."""
    if value in names:
        return None
    return InputItem(key=key, got=value, allowed=", ".join(names))


def check(*items: InputItem | None) -> None:
    """Raise one ``InputError`` with every item that is not None."""
    found = [item for item in items if item is not None]
    if found:
        raise InputError(found)
