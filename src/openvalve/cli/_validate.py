"""``openvalve validate``: published results beside our predictions."""

from pathlib import Path

from openvalve.cli._failure import save_failure
from openvalve.cli._output import print_json, to_json
from openvalve.cli._progress import ProgressLine
from openvalve.errors import SolverError

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
