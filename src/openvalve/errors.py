"""The exceptions of OpenValve.

::

    OpenValveError                    exit code
    ├── InputError                    2   wrong use or bad input; carries every item at once
    ├── SolverError                   3   a computation failed; carries time and state
    ├── FileError                     4   reading or writing failed
    └── MissingExtraError             2   an optional package is not installed
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = [
    "FileError",
    "InputError",
    "InputItem",
    "MissingExtraError",
    "OpenValveError",
    "SolverError",
]


class OpenValveError(Exception):
    """Any error that OpenValve raises on purpose."""

    code = "error"
    exit_code = 1
    hint = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class InputItem:
    """One thing that is wrong with an input.

    Attributes
    ----------
    key : dotted name of the value, ``lesion[0].annulus_mm``.
    got : what was given, as text with its unit.
    allowed : what is accepted, as text.
    """

    key: str
    got: str
    allowed: str

    def __str__(self) -> str:
        """Return ``key: got ..., allowed ...``."""
        return f"{self.key}: got {self.got}, allowed {self.allowed}"


class InputError(OpenValveError):
    """An input is refused; ``items`` lists every reason at once."""

    code = "input"
    exit_code = 2

    def __init__(self, items: Sequence[InputItem], *, hint: str = "") -> None:
        self.items = tuple(items)
        self.hint = hint
        super().__init__("\n".join(str(item) for item in self.items))


class SolverError(OpenValveError):
    """A computation lost its footing: a NaN, a negative volume or a lost mass balance.

    Attributes
    ----------
    time_s : simulated time of the failure; None where no clock runs.
    state : name to value at that time, what a later look needs.
    """

    code = "solver"
    exit_code = 3

    def __init__(
        self, message: str, *, time_s: float | None = None, state: Mapping[str, float]
    ) -> None:
        self.time_s = time_s
        self.state = dict(state)
        super().__init__(message if time_s is None else f"{message} at {time_s:.3f} s")


class FileError(OpenValveError):
    """A file cannot be read or written."""

    code = "file"
    exit_code = 4

    def __init__(self, message: str, *, hint: str = "") -> None:
        self.hint = hint
        super().__init__(message)


class MissingExtraError(OpenValveError):
    """A feature needs an optional package."""

    code = "missing_extra"
    exit_code = 2

    def __init__(self, extra: str, feature: str) -> None:
        self.hint = f"pip install 'openvalve[{extra}]'"
        super().__init__(f"{feature} needs the extra '{extra}'")
