"""``openvalve validate``: published results beside our predictions."""

import os
from pathlib import Path

from openvalve.cli._failure import save_failure
from openvalve.cli._output import print_json, to_json
from openvalve.cli._progress import ProgressLine
from openvalve.errors import FileError, InputError, InputItem, SolverError

__all__ = ["run_validate"]


def run_validate(
    *,
    evidence: Path | None,
    cases: Path | None,
    contrasts: Path | None,
    predictions: Path | None,
    as_json: bool,
) -> None:
    """Print one line per endpoint and the scores; the last line is the JSON summary."""
    if predictions is not None:
        _check_writable(predictions)
    from openvalve.validation import run_validation

    try:
        with ProgressLine() as progress:
            result = run_validation(
                evidence=evidence,
                cases=cases,
                contrasts=contrasts,
                predictions=predictions,
                progress=progress,
            )
        if as_json:
            print_json({**result.summary, "rows": list(result.rows)})
            return
        summary = to_json(result.summary)
    except SolverError as error:
        save_failure(error, predictions, what="openvalve validate")
        raise
    for line in (*result.lines, summary):
        print(line)


def _check_writable(path: Path) -> None:
    """Refuse a place that cannot be written before the long computation, not after it."""
    if path.is_dir():
        raise InputError(
            [InputItem(key="--predictions", got=f"{path} (a folder)", allowed="a file")]
        )
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise FileError(f"{path}: cannot be written", hint=f"make the folder {path.parent}")
