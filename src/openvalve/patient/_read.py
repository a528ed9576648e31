"""Read a patient file (TOML or JSON) and refuse what is wrong, everything at once."""

import json
import tomllib
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from openvalve.errors import FileError, InputError, InputItem
from openvalve.patient._items import hint_of, items_of
from openvalve.patient._models import Patient, PatientFile

__all__ = ["parse_patient", "patient_schema", "read_patient"]

MAX_FILE_BYTES = 1_048_576


def read_patient(path: str | PathLike[str]) -> Patient:
    """Return the patient of a TOML or JSON file.

    JSON where the name ends in ``.json`` or the text begins with ``{``, else TOML.

    Raises
    ------
    InputError
        The file is missing, is neither TOML nor JSON, or any value is wrong: every item at once.
    FileError
        The file is there and cannot be read.
    """
    file = Path(path)
    return parse_patient(_decode(_text(file), file))


def parse_patient(data: Mapping[str, Any]) -> Patient:
    """Return the patient that a mapping with the keys of the file describes.

    Raises
    ------
    InputError
        Any key or value is wrong: every item at once, with a hint where a unit slipped.
    """
    if not isinstance(data, Mapping):
        raise _refuse("the file", type(data).__name__, "a table of keys")
    items: list[InputItem] = []
    file = None
    try:
        file = PatientFile.model_validate(dict(data))
    except ValidationError as error:
        items += items_of(error, data)
    items += _age_items(data) + _pregnancy_items(data)
    items += _lesion_items(data) + _balloon_items(data)
    if items or file is None:
        raise InputError(items, hint=hint_of(items, data))
    return Patient.from_file(file)


def patient_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the patient file, for TOML and JSON alike."""
    schema = PatientFile.model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "OpenValve patient"
    schema["anyOf"] = [{"required": ["age_years"]}, {"required": ["age_days"]}]
    return schema


def _text(file: Path) -> str:
    try:
        if file.is_dir() or not file.exists():
            kind = "a folder" if file.is_dir() else "no such file"
            raise _refuse("PATIENT", f"{file} ({kind})", "a patient file, TOML or JSON")
        raw = file.read_bytes()
    except (OSError, ValueError) as error:
        raise FileError(f"cannot read {file}: {error}") from error
    if len(raw) > MAX_FILE_BYTES:
        raise _refuse("PATIENT", f"{file} of {len(raw)} bytes", "at most 1 MiB")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refuse("PATIENT", f"{file} (not text)", "UTF-8 text, TOML or JSON") from error


def _decode(text: str, file: Path) -> Mapping[str, Any]:
    is_json = file.suffix.lower() == ".json" or text.lstrip().startswith("{")
    name = "JSON" if is_json else "TOML"
    try:
        data = json.loads(text, object_pairs_hook=_unique) if is_json else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refuse("PATIENT", f"{file} ({error})", f"a patient file in {name}") from error
    if not isinstance(data, Mapping):
        raise _refuse("PATIENT", f"{file} ({type(data).__name__})", "a table of keys")
    return data


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"key {twice!r} given twice")
    return data


def _refuse(key: str, got: str, allowed: str) -> InputError:
    return InputError([InputItem(key=key, got=got, allowed=allowed)])


def _age_items(data: Mapping[str, Any]) -> list[InputItem]:
    """Return what is wrong with the age as a whole: none, or two that differ."""
    if data.get("age_years") is None and data.get("age_days") is None:
        allowed = "age_years, 0 to 120 years, or age_days"
        return [InputItem(key="age_years", got="nothing", allowed=allowed)]
    years, days = _value(data.get("age_years")), _value(data.get("age_days"))
    if years is not None and days is not None and abs(years * 365.25 - days) > 366:
        got = f"{days:g} days beside age_years {years:g}"
        return [InputItem(key="age_days", got=got, allowed="the same age, or only one of the two")]
    return []


def _pregnancy_items(data: Mapping[str, Any]) -> list[InputItem]:
    """Return what is wrong with a pregnancy of somebody who cannot be pregnant."""
    weeks = _value(data.get("pregnancy_weeks"))
    years = _value(data.get("age_years"))
    if weeks is None or weeks <= 0:
        return []
    if data.get("sex") == "male" or (years is not None and years < 8):
        got = f"{weeks:g} weeks with sex {data.get('sex')!r}, age {years} years"
        return [InputItem(key="pregnancy_weeks", got=got, allowed="0 for this patient")]
    return []


def _lesion_items(data: Mapping[str, Any]) -> list[InputItem]:
    """Return the lesions of a valve that already has one."""
    lesions = data.get("lesion")
    if not isinstance(lesions, list | tuple):
        return []
    valves = [x.get("valve") if isinstance(x, Mapping) else None for x in lesions]
    return [
        InputItem(
            key=f"lesion[{i}].valve",
            got=f"{valve!r} again",
            allowed=f"one [[lesion]] for each valve; add to lesion[{valves.index(valve)}]",
        )
        for i, valve in enumerate(valves)
        if isinstance(valve, str) and valve in valves[:i]
    ]


def _value(given: object) -> float | None:
    """Return the number of a value that may be a table; None where it is no number."""
    inner = given.get("value") if isinstance(given, Mapping) else given
    is_number = isinstance(inner, int | float) and not isinstance(inner, bool)
    return float(inner) if is_number and abs(inner) < 1e300 else None  # type: ignore


def _balloon_items(data: Mapping[str, Any]) -> list[InputItem]:
    """Return the balloons that name nothing to inflate, or whose kind and size disagree."""
    requests = data.get("balloon")
    if not isinstance(requests, list | tuple):
        return []
    found = ((i, _balloon_fault(b)) for i, b in enumerate(requests) if isinstance(b, Mapping))
    return [
        InputItem(key=f"balloon[{i}].{key}", got=got, allowed=allowed)
        for i, fault in found
        if fault is not None
        for key, got, allowed in [fault]
    ]


def _balloon_fault(balloon: Mapping[str, Any]) -> tuple[str, str, str] | None:
    size, kind = balloon.get("diameter_mm"), balloon.get("kind")
    if size is None and balloon.get("steps_mm") is None and balloon.get("model") is None:
        return "diameter_mm", "nothing", "diameter_mm, steps_mm or model"
    pair = isinstance(size, list | tuple)
    if kind == "double" and size is not None and not pair:
        return "diameter_mm", f"{size} with kind double", "two diameters, such as [18, 20] mm"
    if pair and kind is not None and kind != "double":
        return "kind", f"{kind!r} with two diameters", "double, or one diameter"
    return None
