"""Errors as the contract wants them: ``error:`` then ``hint:``, or one JSON object; exit codes."""

import json
import os
import sys
from collections.abc import Sequence
from typing import Any

from openvalve.cli._usage import UsageError, usage_error
from openvalve.errors import FileError, InputError, OpenValveError, SolverError

__all__ = ["report_error"]

INTERNAL_EXIT_CODE = 3


def report_error(error: Exception, *, arguments: Sequence[str], as_json: bool) -> int:
    """Print an error and return the exit code that belongs to it.

    Parameters
    ----------
    error : what ended the command.
    arguments : of the command line, to name the value that the parser refused.
    as_json : print the contract's error object to stdout instead of text to stderr.
    """
    known = _known(error, arguments)
    if as_json:
        print(json.dumps({"error": _document(known)}, allow_nan=False, separators=(",", ":")))
    else:
        _print_text(known)
    return known.exit_code


class _InternalError(OpenValveError):
    """A mistake of ours: anything that no part of OpenValve raises on purpose."""

    code = "internal"
    exit_code = INTERNAL_EXIT_CODE
    hint = "this is a bug; run again with --debug and report what is printed"


def _known(error: Exception, arguments: Sequence[str]) -> OpenValveError:
    """Return the error of our tree that says the same."""
    if isinstance(error, OpenValveError):
        return error
    if isinstance(error, UsageError):
        return usage_error(error, arguments)
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return FileError(f"{where}{error.strerror or error}")
    text = " ".join(str(error).split())
    return _InternalError(f"{type(error).__name__}: {text}")


def _document(error: OpenValveError) -> dict[str, Any]:
    """Return the contract's error object; message, hint and what else is known beside it."""
    items = error.items if isinstance(error, InputError) else ()
    document: dict[str, Any] = {
        "code": error.code,
        "items": [{"key": i.key, "got": i.got, "allowed": i.allowed} for i in items],
        "message": str(error),
    }
    if error.hint:
        document["hint"] = error.hint
    if isinstance(error, SolverError) and error.time_s is not None:
        document["time_s"] = error.time_s
    return document


def _print_text(error: OpenValveError) -> None:
    lines = str(error).splitlines() or [type(error).__name__]
    for line in lines:
        print(f"{_color('error:', '1;31')} {line}", file=sys.stderr)
    if error.hint:
        print(f"{_color('hint:', '1;36')} {error.hint}", file=sys.stderr)


def _color(text: str, code: str) -> str:
    """Return text in a color where a terminal listens and NO_COLOR does not forbid it."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not sys.stderr.isatty():
        return text
    return f"\x1b[{code}m{text}\x1b[0m"
