"""From pydantic's errors to ours: key, what was given, what is allowed, and a hint."""

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from openvalve.errors import InputItem
from openvalve.patient._balloon_request import BalloonRequest
from openvalve.patient._keys import (
    BALLOON_KEYS,
    BODY_KEYS,
    LESION_KEYS,
    MEASURED_KEYS,
    allowed_text,
    range_of,
    unit_label,
)
from openvalve.patient._models import Lesion, PatientFile, Wilkins
from openvalve.units import unit_of_name

__all__ = ["hint_of", "items_of"]

_TOP_KEYS = tuple(field.alias or name for name, field in PatientFile.model_fields.items())
_SECTION_KEYS: Mapping[str, tuple[str, ...]] = {
    "": _TOP_KEYS,
    "lesion": tuple(Lesion.model_fields),
    "balloon": tuple(BalloonRequest.model_fields),
    "measured": (*MEASURED_KEYS, "dobutamine", "exercise"),
    "wilkins": tuple(Wilkins.model_fields),
    "value": ("value", "sd", "method"),
}
_SECTION_NAME = {"": "the top level", "lesion": "[[lesion]]", "balloon": "[[balloon]]"}
# What turns the usual slip of unit into the unit of the key: m, inch and mm to cm, cm to mm ...
_SLIPS: Mapping[str, tuple[float, ...]] = {
    "cm": (100.0, 0.1, 2.54),
    "mm": (10.0, 0.001),
    "kg": (0.001, 0.453592),
    "frac": (0.01,),
    "g_dl": (0.1,),
    "l_min": (0.001, 0.06),
    "l_min_m2": (0.001,),
    "m_s": (0.01,),
    "cm2": (0.01, 10_000.0),
    "mm2": (100.0,),
    "mmhg": (7.50062,),
    "s": (0.001,),
    "ms": (1000.0,),
    "ml": (1000.0, 0.001),
    "atm": (0.068046, 0.0098692),
    "years": (1 / 365.25,),
}
_USUAL = {"height_cm": (40.0, 210.0), "weight_kg": (0.5, 150.0), "haemoglobin_g_dl": (7.0, 20.0)}
_SIZED = {
    "lesion": "a list: [[lesion]] in double brackets with its valve, 1 to 8 of them",
    "balloon": "a list: [[balloon]] in double brackets, at most 50",
    "contraindications": "a list of names, at most 50",
    "measured": "a table of keys: [measured] in single brackets",
    "dobutamine": "a table of keys: [measured.dobutamine]",
    "exercise": "a table of keys: [measured.exercise]",
    "wilkins": "a table { mobility, thickening, subvalvular, calcium }, or wilkins_score",
    "steps_mm": "1 to 12 diameters",
}


def items_of(error: ValidationError, data: Mapping[str, Any]) -> list[InputItem]:
    """Return one item per wrong key, in the order of the file's errors, without repeats."""
    items: dict[str, InputItem] = {}
    for detail in error.errors(include_url=False, include_context=False):
        item = _item(detail["type"], tuple(detail["loc"]), detail["input"], detail["msg"])
        items.setdefault(item.key, item)
    deeper = tuple(items)
    return [
        item
        for key, item in items.items()
        if not any(other.startswith((f"{key}[", f"{key}.")) for other in deeper)
    ]


def hint_of(items: Iterable[InputItem], data: Mapping[str, Any]) -> str:
    """Return a guess at a wrong unit for the first number out of range, or nothing."""
    for item in items:
        value = _lookup(data, item.key)
        guess = _unit_guess(item.key, value)
        if guess:
            return guess
    return ""


def _item(kind: str, loc: tuple[int | str, ...], given: object, message: str) -> InputItem:
    path = _path(loc)
    section, key = _section(path)
    got = "nothing" if kind == "missing" else _got(given, str(path[-1]) if path else "")
    if kind == "extra_forbidden":
        return InputItem(key=_dotted(path), got="an unknown key", allowed=_nearest(section, key))
    return InputItem(key=_dotted(path), got=got, allowed=_allowed(section, key, message))


def _path(loc: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Drop what pydantic adds to a location and the inner ``value`` of a table."""
    path = [part for part in loc if isinstance(part, int) or not _is_tag(part)]
    if len(path) > 1 and path[-1] == "value":
        path.pop()
    return tuple(path)


def _is_tag(part: str) -> bool:
    return part.startswith(("function-", "nullable", "constrained-", "tuple[", "literal["))


def _dotted(path: tuple[int | str, ...]) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text or "the file"


def _section(path: tuple[int | str, ...]) -> tuple[str, str]:
    """Return the section of the file that a path lies in, and the key inside it."""
    names = [part for part in path if isinstance(part, str)]
    if not names:
        return "", ""
    head, rest = names[0], names[1:]
    if head in ("lesion", "balloon", "measured") and rest:
        if head == "measured" and rest[0] in ("dobutamine", "exercise") and len(rest) > 1:
            rest = rest[1:]
        if rest[0] == "wilkins" and len(rest) > 1:
            return "wilkins", rest[1]
        return (head, rest[0]) if len(rest) == 1 else ("value", rest[-1])
    return ("", head) if not rest else ("value", rest[-1])


def _allowed(section: str, key: str, message: str) -> str:
    if section == "wilkins":
        return "a whole number 1 to 4"
    if section == "value":
        return {"sd": "a number of 0.000001 or more", "method": "a short text"}.get(key, message)
    if section == "balloon" and key == "diameter_mm":
        return f"{allowed_text(section, key)}; two numbers for a double balloon"
    if key == "inflations":
        return f"a whole number {allowed_text(section, key)}"
    if section in ("", "lesion", "balloon", "measured") and range_of(section, key) is not None:
        return allowed_text(section, key)
    if key in _SIZED:
        return _SIZED[key]
    choices = _choices(section, key)
    if choices:
        return ", ".join(choices)
    if key == "id":
        return "a name of 1 to 64 characters without slashes"
    return message[:1].lower() + message[1:]


def _choices(section: str, key: str) -> tuple[str, ...]:
    """Return the words that a key accepts."""
    models: Mapping[str, type[BaseModel]] = {
        "": PatientFile,
        "lesion": Lesion,
        "balloon": BalloonRequest,
    }
    field = models[section].model_fields.get(key) if section in models else None
    if field is None:
        return ("1",) if key == "schema" else ()
    parts = (field.annotation, *get_args(field.annotation))
    words = (word for part in parts for word in get_args(part) if isinstance(word, str))
    return tuple(dict.fromkeys(words))


def _nearest(section: str, key: str) -> str:
    """Return the nearest known key, first here, then in another section."""
    here = difflib.get_close_matches(key, _SECTION_KEYS[section], n=1, cutoff=0.6)
    if here:
        return f"did you mean {here[0]}?"
    for other, keys in _SECTION_KEYS.items():
        if other in ("wilkins", "value") or other == section:
            continue
        there = difflib.get_close_matches(key, keys, n=1, cutoff=0.8)
        if there:
            return f"{there[0]} belongs under {_SECTION_NAME.get(other, f'[{other}]')}"
    return "one of " + ", ".join(_SECTION_KEYS[section])


def _got(value: object, key: str) -> str:
    if isinstance(value, Mapping) and "value" in value:
        value = value["value"]
    number = isinstance(value, int | float) and not isinstance(value, bool)
    text = _short_number(value) if number else repr(value)
    text = text if len(text) <= 60 else text[:57] + "..."
    return f"{text}{unit_label(key)}" if number else text


def _short_number(value: object) -> str:
    try:
        return f"{value:g}"
    except (OverflowError, ValueError):
        return "a number beyond any float"


def _lookup(data: Mapping[str, Any], dotted: str) -> object:
    """Return the raw value at ``lesion[0].annulus_mm``, or None."""
    value: Any = data
    try:
        for part in dotted.replace("[", ".").replace("]", "").split("."):
            value = value[int(part)] if isinstance(value, list | tuple) else value[part]
    except (KeyError, IndexError, TypeError, ValueError):
        return None
    return value["value"] if isinstance(value, Mapping) and "value" in value else value


def _unit_guess(dotted: str, value: object) -> str:
    """Return ``height_cm: did you mean 168 cm?`` where a usual slip of unit explains a value."""
    key = dotted.rsplit(".", 1)[-1].split("[")[0]
    tables = (MEASURED_KEYS, BODY_KEYS, LESION_KEYS, BALLOON_KEYS)
    found = next((table[key] for table in tables if key in table), None)
    unit = unit_of_name(key)
    if found is None or unit is None or not isinstance(value, int | float):
        return ""
    low, high = _USUAL.get(key, found)
    if not 0 < value < 1e9 or found[0] <= value <= found[1]:
        return ""
    for factor in _SLIPS.get(unit.suffix, ()):
        if low <= value * factor <= high:
            return f"{dotted}: did you mean {value * factor:.4g}{unit_label(key)}?"
    return ""
