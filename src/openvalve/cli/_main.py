"""The entry point: runs a command and turns whatever ends it into a message and an exit code."""

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn, TextIO

from typer import Abort

from openvalve.cli._app import app
from openvalve.cli._errors import report_error

__all__ = ["main", "run"]

INTERRUPTED = 130
TERMINATED = 143
CLOSED_PIPE = 1  # how Typer leaves when the reader of stdout has gone; no command uses it


def main() -> NoReturn:
    """Run the command line of this process and exit: 0 done, 2 input, 3 computation, 4 files."""
    signal.signal(signal.SIGTERM, _terminate)
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; never raises on purpose."""
    given, debug = _without_debug(arguments)
    for stream in (sys.stdout, sys.stderr):
        _never_fail_to_encode(stream)
    try:
        code = app(given or ["--help"], prog_name="openvalve", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        return _closed_pipe()
    except SystemExit as stop:
        if stop.code != CLOSED_PIPE:
            raise
        return _closed_pipe()
    except (KeyboardInterrupt, Abort):
        code = INTERRUPTED
    except Exception as error:
        if debug:
            raise
        return report_error(error, arguments=given, as_json="--json" in _options(given))
    if code == INTERRUPTED:
        print("error: stopped", file=sys.stderr)
    return code if isinstance(code, int) else 0


def _options(arguments: Sequence[str]) -> Sequence[str]:
    """Return what stands before ``--``."""
    return arguments[: arguments.index("--")] if "--" in arguments else arguments


def _without_debug(arguments: Sequence[str]) -> tuple[list[str], bool]:
    """Take ``--debug`` out, wherever it stands before ``--``."""
    options = _options(arguments)
    rest = arguments[len(options) :]
    return [a for a in options if a != "--debug"] + list(rest), "--debug" in options


def _never_fail_to_encode(stream: TextIO) -> None:
    """Print ``?`` for a character that the terminal's encoding lacks."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")


def _closed_pipe() -> int:
    """Leave quietly when the reader of stdout has gone (``openvalve balloons | head``)."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _terminate(number: int, frame: FrameType | None) -> None:
    sys.exit(TERMINATED)
