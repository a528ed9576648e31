"""``openvalve validate circulation``: the circulation against its acceptance table."""

from collections.abc import Mapping

from openvalve.cli._failure import save_failure
from openvalve.cli._output import print_json, to_json
from openvalve.cli._progress import ProgressLine
from openvalve.errors import SolverError

__all__ = ["run_validate_circulation"]

SPEED_BEATS = 100  # the speed is not asked here


def run_validate_circulation(*, rows: str, patients: int, as_json: bool) -> None:
    """Print one line per row; the last line is the JSON summary.

    Parameters
    ----------
    rows : only those whose id begins so; all where empty.
    patients : random patients put through the solver.
    as_json : one object with the rows instead.
    """
    from openvalve.validation import CirculationSettings, run_circulation

    settings = CirculationSettings(patients=patients, numerics=_numerics)
    try:
        with ProgressLine() as progress:
            result = run_circulation(settings=settings, only=rows, progress=progress)
        if as_json:
            print_json({**result.summary, "rows": result.rows})
            return
        summary = to_json(result.summary)
    except SolverError as error:
        save_failure(error, None, what="openvalve validate circulation")
        raise
    for line in (*result.lines, summary):
        print(line)


def _numerics(patients: int) -> Mapping[str, float]:
    """Return what ``openvalve bench circulation`` measures of drift, step error and failures."""
    from openvalve.bench import bench_circulation

    figures = bench_circulation(_silent, patients=patients, beats=SPEED_BEATS)
    return {key: float(value) for key, value in figures.items() if isinstance(value, int | float)}


def _silent(stage: str, fraction: float) -> None:
    """Show nothing: the rows have their own progress."""
