"""``openvalve schema``: the JSON Schemas of what goes in and what comes out."""

import json
from importlib import resources
from typing import Any

from openvalve.cli._output import to_json
from openvalve.errors import InputError, InputItem

__all__ = ["plan_schema", "run_schema"]

NAMES = ("patient", "plan")


def plan_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of ``plan.json``."""
    text = resources.files("openvalve.report").joinpath("plan.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def run_schema(name: str) -> None:
    """Print one schema, indented."""
    if name not in NAMES:
        raise InputError([InputItem(key="NAME", got=name, allowed=" or ".join(NAMES))])
    if name == "patient":
        from openvalve.patient import patient_schema

        print(to_json(patient_schema(), indent=2))
    else:
        print(to_json(plan_schema(), indent=2))
