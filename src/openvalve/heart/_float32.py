"""The kernels in single precision, made from the same functions.

Numba takes a Python constant for a double, so one literal turns a whole expression into double
precision. The twin of a function is the same byte code with every float constant and every float
global as ``numpy.float32``, and with the twins of the functions that it calls: nothing is written
twice and no source is generated. Whether an expression stays single is decided by its operands
alone, so a leaf never mixes an integer into float arithmetic (``2.0 * x``, not ``2 * x``); a test
counts the double instructions of the compiled twin (docs/adr/0006).
"""

from collections.abc import Callable
from functools import cache
from types import FunctionType
from typing import Any, cast

import numpy as np

from openvalve._kernels import leaf

__all__ = ["cast_float32", "float32_twin"]

SUFFIX = "_float32"
ROOM_PREFIX = "openvalve."
# Limits that single precision cannot hold, by the name of the constant: volumes of 500 mL are kept
# to 3e-5 mL, and 60,000 such roundings make a run of a minute.
LOOSER = {"BALANCE_FRAC": 1e-3}


def float32_twin(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the plain, undecorated twin of a leaf, a driver or a CUDA kernel.

    Parameters
    ----------
    function : a plain function or one decorated by ``leaf`` or ``driver``.

    Notes
    -----
    Verified  : tests/unit/heart/test_heart_float32.py
    """
    return _twin(_plain(function) or cast(FunctionType, function))


def cast_float32(value: Any) -> Any:
    """Return nested named tuples of floats with every float as ``numpy.float32``."""
    if isinstance(value, tuple):
        return type(value)(*(cast_float32(item) for item in value))
    return np.float32(value)


@cache
def _twin(function: FunctionType) -> FunctionType:
    code = function.__code__
    names = {n: LOOSER.get(n, function.__globals__[n]) for n in _globals_read(function)}
    twin = FunctionType(
        code.replace(
            co_consts=tuple(_constant(c) for c in code.co_consts),
            co_name=code.co_name + SUFFIX,
            co_qualname=code.co_qualname + SUFFIX,
        ),
        {**function.__globals__, **{name: _global(value) for name, value in names.items()}},
        function.__name__ + SUFFIX,
        tuple(_constant(d) for d in function.__defaults__ or ()),
        function.__closure__,
    )
    twin.__module__ = function.__module__
    return twin


def _globals_read(function: FunctionType) -> list[str]:
    return [name for name in function.__code__.co_names if name in function.__globals__]


def _constant(value: Any) -> Any:
    """Return a constant in single precision; whatever is not a float stays as it is."""
    if isinstance(value, tuple):
        items = (_constant(item) for item in value)
        return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
    return np.float32(value) if isinstance(value, float) else value


def _global(value: Any) -> Any:
    if value is np.float64:
        return np.float32
    plain = _plain(value)
    return leaf(_twin(plain)) if plain is not None else _constant(value)


def _plain(value: Any) -> FunctionType | None:
    """Return the Python function of a kernel of ours, or None for anything else."""
    inner = getattr(value, "py_func", value)
    ours = isinstance(inner, FunctionType) and inner.__module__.startswith(ROOM_PREFIX)
    return inner if ours else None
