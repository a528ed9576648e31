"""The house style that a machine can hold (STYLE of the project; CONTRIBUTING.md)."""

import ast
import builtins
import dataclasses
import importlib
import inspect
import pkgutil
import subprocess
import sys
import time
import types
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin
from unittest.mock import MagicMock

import pydantic
import pytest

import openvalve
from openvalve.units import DIMENSIONLESS_NAMES, Unit, unit_of_name

PACKAGE = Path(openvalve.__file__).parent
SOURCES = sorted(PACKAGE.rglob("*.py"))
ROOMS = sorted(m.name for m in pkgutil.iter_modules([str(PACKAGE)]) if not m.name.startswith("_"))
MOST_MODULE_LINES = 400
MOST_FUNCTION_LINES = 60

# Public numbers without a unit suffix or type, each with the reason.
NUMBERS_WITHOUT_UNIT: dict[str, str] = {
    "circulation.Drug": "in the drug's own unit, which the row names",
    "circulation.give.dose": "in the drug's own unit",
    "circulation.infusion_rate": "from the drug's own unit to its amount a second",
    "circulation.infusion_rate.infusion_rate": "amount of the drug a second",
    "heart.Live.give.dose": "in the drug's own unit",
    "heart.Live.infuse.rate": "in the drug's own unit",
    "devices.Assumed": "in the unit of the field that it explains",
    "hemodynamics.Finding": "in the unit of its key",
    "planning.Conflict": "in the unit of its key",
    "planning.Target": "in the unit of its key",
    "rhythm.duration_scale": "a factor",
    "valve.AreaObservation.log_sd": "of a logarithm",
    "valve.Population.log_errors": "of a logarithm",
    "units.Unit.si_factor": "the table of units itself",
}
# Kernels are one scalar function each, so that Numba keeps every state in a register
# (docs/adr/0002); they are exempt from the length of a function.
KERNEL_DECORATORS = {"leaf", "driver"}


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _name(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def _listed(tree: ast.Module) -> list[str] | None:
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return list(ast.literal_eval(node.value))
    return None


def _sort_key(name: str) -> tuple[int, str]:
    """Order of ruff's RUF022: constants, classes, the rest."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2, name)


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_all_is_sorted_and_true(path: Path) -> None:
    tree = _tree(path)
    listed = _listed(tree)
    if listed is None:
        assert path.name == "__main__.py" or not _defined(tree), "no __all__"
        return
    assert listed == sorted(listed, key=_sort_key)
    assert set(listed) <= _defined(tree) | _imported(tree)
    if path.name == "__init__.py" and path.parent != PACKAGE:
        assert set(listed) == _imported(tree) | _defined(tree)


def _defined(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
    return {n for n in names if not n.startswith("_") or n == "__version__"}


def _imported(tree: ast.Module) -> set[str]:
    return {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("openvalve")
        for alias in node.names
    }


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_size(path: Path) -> None:
    if path.name.endswith("_tables.py") or path.name == "_layout.py":  # data; generated
        return
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_MODULE_LINES
    long = {f.name: _lines(f) for f in _functions(_tree(path)) if _lines(f) > MOST_FUNCTION_LINES}
    assert not long


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            decorators = {ast.unparse(d).split("(")[0] for d in node.decorator_list}
            if not decorators & KERNEL_DECORATORS:
                yield node


def _lines(function: ast.FunctionDef) -> int:
    """Return the lines of code, the docstring not counted."""
    body = function.body
    first = body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and len(body) > 1:
        first = body[1]
    return int(body[-1].end_lineno or 0) - first.lineno + 1


def _public() -> Iterator[tuple[str, Any]]:
    for room in ROOMS:
        module = importlib.import_module(f"openvalve.{room}")
        for name in module.__all__:
            yield f"{room}.{name}", getattr(module, name)


def _annotations() -> Iterator[tuple[str, str, Any]]:
    """Yield where, name and annotation of every public field, parameter and return."""
    for where, thing in _public():
        if inspect.isclass(thing):
            yield from _of_class(where, thing)
        elif inspect.isfunction(thing):
            yield from _of_function(where, thing)


def _of_class(where: str, thing: type) -> Iterator[tuple[str, str, Any]]:
    # Tuples of the kernels carry the symbols of docs/physics.md; their docstrings give the units.
    is_data = dataclasses.is_dataclass(thing) or issubclass(thing, pydantic.BaseModel)
    if is_data:
        for name, hint in _hints(thing, vars(sys.modules[thing.__module__])).items():
            if not name.startswith("_") and name != "model_config":
                yield where, name, hint
    for name, member in vars(thing).items():
        function = member.fget if isinstance(member, property) else member
        if isinstance(function, staticmethod | classmethod):
            function = function.__func__
        if not name.startswith("_") and inspect.isfunction(function):
            yield from _of_function(f"{where}.{name}", function)


class _Lenient(dict[str, Any]):
    """Names of a module; what only a type checker imports is anything."""

    def __missing__(self, name: str) -> Any:
        return MagicMock(name=name)


def _hints(thing: Any, names: Mapping[str, Any]) -> dict[str, Any]:
    known = _Lenient({**vars(builtins), **names})
    return typing.get_type_hints(thing, localns=known, include_extras=True)


def _of_function(where: str, function: types.FunctionType) -> Iterator[tuple[str, str, Any]]:
    for name, hint in _hints(function, function.__globals__).items():
        yield where, function.__name__ if name == "return" else name, hint


def _bare_float(hint: Any) -> bool:
    """Return whether a number without a unit type is in the annotation; mappings carry keys."""
    if hint is float:
        return True
    origin = get_origin(hint)
    if origin is Annotated:
        return not any(isinstance(m, Unit) for m in hint.__metadata__) and _bare_float(
            get_args(hint)[0]
        )
    if origin in (typing.Union, types.UnionType, tuple, list):
        return any(_bare_float(a) for a in get_args(hint))
    return False


def _unit_of(hint: Any) -> Unit | None:
    if get_origin(hint) is Annotated:
        return next((m for m in hint.__metadata__ if isinstance(m, Unit)), None)
    return None


def test_public_numbers_carry_their_unit() -> None:
    bare = [
        f"{where}: {name}"
        for where, name, hint in _annotations()
        if _bare_float(hint)
        and unit_of_name(name) is None
        and name not in DIMENSIONLESS_NAMES
        and where not in NUMBERS_WITHOUT_UNIT
        and f"{where}.{name}" not in NUMBERS_WITHOUT_UNIT
    ]
    assert not bare, "\n".join(bare)


def test_suffix_and_type_agree() -> None:
    wrong = []
    for where, name, hint in _annotations():
        by_name, by_type = unit_of_name(name), _unit_of(hint)
        if by_name and by_type and by_type.suffix and by_name.label != by_type.label:
            wrong.append(f"{where}: {name} is {by_type.label}")
    assert not wrong, "\n".join(wrong)


def test_exceptions_are_still_needed() -> None:
    places = {w for w, _, _ in _annotations()} | {f"{w}.{n}" for w, n, _ in _annotations()}
    assert set(NUMBERS_WITHOUT_UNIT) <= places


def test_no_open_keyword_arguments() -> None:
    found = [
        f"{_name(path)}: {function.name}"
        for path in SOURCES
        for function in _functions(_tree(path))
        if function.args.kwarg is not None and not function.name.startswith("_")
    ]
    assert not found


def test_data_is_frozen() -> None:
    thawed = [
        where
        for where, thing in _public()
        if dataclasses.is_dataclass(thing)
        and inspect.isclass(thing)
        and not thing.__dataclass_params__.frozen  # type: ignore[attr-defined]
    ]
    assert not thawed


HEAVY = ("numba", "numpy", "scipy", "matplotlib", "jinja2", "openvalve.patient", "openvalve.heart")


@pytest.mark.parametrize("module", ["openvalve", "openvalve.cli", "openvalve.errors"])
def test_start_is_light(module: str) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & set(HEAVY)


def test_help_time_is_told(record_property: Any) -> None:
    command = [sys.executable, "-m", "openvalve", "--help"]
    times = []
    for _ in range(3):
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - started)
    record_property("openvalve --help", f"{sorted(times)[1]:.2f} s")
