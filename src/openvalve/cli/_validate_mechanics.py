"""``openvalve validate mechanics``: valve and balloon against their acceptance table."""

import os

from openvalve.cli._failure import save_failure
from openvalve.cli._output import print_json, to_json
from openvalve.cli._progress import ProgressLine
from openvalve.errors import SolverError

__all__ = ["run_validate_mechanics"]


def run_validate_mechanics(*, rows: str, full: bool, as_json: bool) -> None:
    """Print one line per row; the last line is the JSON summary.

    Parameters
    ----------
    rows : only those whose id begins so; all where empty.
    full : every virtual valve of each population, on the cores that are free; else the first few.
    as_json : one object with the rows instead.
    """
    from openvalve.validation import MechanicsSettings, run_mechanics

    settings = MechanicsSettings()
    if full:
        settings = MechanicsSettings(valves_count=None, processes_count=_free_cores())

    try:
        with ProgressLine() as progress:
            result = run_mechanics(settings=settings, only=rows, progress=progress)
    except SolverError as error:
        save_failure(error, None, what="openvalve validate mechanics")
        raise
    if as_json:
        print_json({**result.summary, "rows": result.rows})
        return
    for line in (*result.lines, to_json(result.summary)):
        print(line)


def _free_cores() -> int:
    """Return how many cores nobody else uses now, at least one."""
    cores = os.cpu_count() or 1
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0  # not on Windows
    return max(1, round(cores - busy))
