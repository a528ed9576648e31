"""What the parser of the command line refuses, as key, got and allowed."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, cast

import typer

from openvalve.errors import InputError, InputItem

__all__ = ["UsageError", "usage_error"]

# The errors of the parser are Click's, whose home differs between versions of Typer; so the class
# is found from Typer's public one, and its fields by name.
UsageError = cast(type[Exception], typer.BadParameter.__bases__[0])


def usage_error(error: Exception, arguments: Sequence[str]) -> InputError:
    """Return a refusal of the parser as an error of ours.

    Parameters
    ----------
    error : a ``UsageError``.
    arguments : of the command line.
    """
    context: Any = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "openvalve"
    return InputError([_item(error, context, arguments)], hint=f"see '{path} --help'")


def _item(error: Exception, context: Any, arguments: Sequence[str]) -> InputItem:
    kind = type(error).__name__
    message = str(getattr(error, "message", "")) or str(error)
    option = getattr(error, "option_name", None)
    parameter: Any = getattr(error, "param", None)
    if kind == "NoSuchOption":
        near = getattr(error, "possibilities", None) or _option_names(context)
        return InputItem(key="option", got=str(option), allowed=", ".join(sorted(near)))
    if kind == "MissingParameter":
        return InputItem(key=_name(parameter), got="nothing", allowed=_help(parameter))
    if kind == "BadOptionUsage":
        needs = "requires" in message
        got = "nothing" if needs else _given([str(option)], arguments)
        return InputItem(key=str(option), got=got, allowed="a value" if needs else "no value")
    if parameter is not None:
        got = _given(parameter.opts, arguments)
        return InputItem(key=_name(parameter), got=got, allowed=_help(parameter) or message)
    found = re.search(r"No such command '?([^']*)'?", message)
    if found and context is not None:
        names = sorted(context.command.commands)
        return InputItem(key="command", got=found[1], allowed=", ".join(names))
    extra = re.search(r"unexpected extra arguments?\(?s?\)? \((.*)\)", message)
    if extra:
        return InputItem(key="arguments", got=extra[1], allowed=_usage(context))
    return InputItem(key="command line", got=message.rstrip("."), allowed=_usage(context))


def _usage(context: Any) -> str:
    """Return ``openvalve plan [OPTIONS] PATIENT``."""
    if context is None:
        return "see the help"
    pieces = (p.strip("{}") for p in context.command.collect_usage_pieces(context))
    return " ".join([context.command_path, *pieces])


def _name(parameter: Any) -> str:
    first = str(parameter.opts[0])
    return first if first.startswith("-") else str(parameter.metavar or first.upper())


def _help(parameter: Any) -> str:
    text = str(getattr(parameter, "help", "") or "").rstrip(".")
    return text[:1].lower() + text[1:]


def _option_names(context: Any) -> Iterable[str]:
    if context is None:
        return ()
    return (o for p in context.command.params for o in p.opts if o.startswith("--"))


def _given(options: Sequence[str], arguments: Sequence[str]) -> str:
    """Return what stands after an option on the command line, or ``?``."""
    for place, argument in enumerate(arguments):
        name, equals, value = argument.partition("=")
        if name in options:
            return value if equals else next(iter(arguments[place + 1 :]), "?")
    return "?"
