"""``openvalve validate mechanics``: valve and balloon against their acceptance table."""

from openvalve.cli._failure import save_failure
from openvalve.cli._output import print_json, to_json
from openvalve.cli._progress import ProgressLine
from openvalve.errors import SolverError

__all__ = ["run_validate_mechanics"]


def run_validate_mechanics(*, rows: str, as_json: bool) -> None:
    """Print one line per row; the last line is the JSON summary.

    Parameters
    ----------
    rows : only those whose id begins so; all where empty.
    as_json : one object with the rows instead.
    """
    from openvalve.validation import run_mechanics

    try:
        with ProgressLine() as progress:
            result = run_mechanics(only=rows, progress=progress)
    except SolverError as error:
        save_failure(error, None, what="openvalve validate mechanics")
        raise
    if as_json:
        print_json({**result.summary, "rows": result.rows})
        return
    for line in (*result.lines, to_json(result.summary)):
        print(line)
