"""Where a failed computation leaves its time and state, for a later look."""

import json
import tempfile
from pathlib import Path

from openvalve import __version__
from openvalve.errors import SolverError

__all__ = ["save_failure"]


def save_failure(error: SolverError, beside: Path | None = None, *, what: str) -> None:
    """Save time and state of a failure and put the place into the error's hint.

    Parameters
    ----------
    error : the failure; its hint names the file afterwards.
    beside : the output that was to be written; the file goes into its parent, or else into the
        current folder, or into the one for temporary files.
    what : the command and its input, to find the case again.
    """
    name = f"{beside.name}-failure.json" if beside is not None else "openvalve-failure.json"
    text = json.dumps(
        {
            "what": what,
            "version": __version__,
            "message": str(error),
            "time_s": error.time_s,
            # repr keeps NaN and infinity, which JSON has no word for
            "state": {key: repr(float(value)) for key, value in error.state.items()},
        },
        indent=2,
    )
    folders = [beside.parent] if beside is not None else []
    for folder in (*folders, Path.cwd(), Path(tempfile.gettempdir())):
        path = folder / name
        try:
            path.write_text(text + "\n", encoding="utf-8")
        except OSError:
            continue
        error.hint = f"time and state are in {path}"
        return
    error.hint = "time and state could not be saved: no folder can be written"
