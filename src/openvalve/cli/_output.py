"""What the commands print: tables or one JSON object to stdout, messages to stderr."""

import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from openvalve.errors import SolverError

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["console", "print_hint", "print_json", "to_json"]


def to_json(document: Mapping[str, Any], *, indent: int | None = None) -> str:
    """Return a document as JSON, on one line unless indented.

    Raises
    ------
    SolverError : the document holds a number that is not finite; the first ones are named.
    """
    separators = (",", ":") if indent is None else None
    try:
        return json.dumps(document, allow_nan=False, indent=indent, separators=separators)
    except ValueError as error:
        lost = dict(_not_finite(document, ""))
        names = ", ".join(list(lost)[:5])
        raise SolverError(f"the result is not finite: {names}", state=lost) from error


def _not_finite(value: object, path: str) -> Iterator[tuple[str, float]]:
    """Yield the path and value of every NaN and infinity."""
    if isinstance(value, float) and not math.isfinite(value):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _not_finite(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for index, item in enumerate(value):
            yield from _not_finite(item, f"{path}[{index}]")


def print_json(document: Mapping[str, Any]) -> None:
    """Print one JSON object on one line, and nothing else."""
    sys.stdout.write(to_json(document) + "\n")


def console(*, least_width: int = 80) -> "Console":
    """Return the console of stdout; colors end with NO_COLOR or where no terminal listens.

    Parameters
    ----------
    least_width : columns that a file or pipe gets; a terminal has its own.
    """
    from rich.console import Console

    made = Console(file=sys.stdout, highlight=False)
    if not made.is_terminal and made.width < least_width:
        made.width = least_width
    return made


def print_hint(text: str) -> None:
    """Print a hint to stderr."""
    print(f"hint: {text}", file=sys.stderr)
