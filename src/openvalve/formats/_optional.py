"""The libraries of the extra ``formats``, brought in when a file of their kind comes up."""

import importlib
from typing import Any

from openvalve.errors import MissingExtraError

__all__ = ["need"]


def need(module: str, feature: str) -> Any:
    """Return an optional module.

    Raises
    ------
    MissingExtraError
        It is not installed; the hint says ``pip install 'openvalve[formats]'``.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtraError("formats", feature) from error
