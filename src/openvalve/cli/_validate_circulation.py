"""``openvalve validate circulation``: the circulation against its acceptance table."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from openvalve.cli._failure import save_failure
from openvalve.cli._output import print_json, to_json
from openvalve.cli._progress import ProgressLine
from openvalve.errors import InputError, InputItem, SolverError

__all__ = ["run_validate_part"]

SPEED_BEATS = 100  # the speed is not asked here


MOST_PATIENTS = 1_000_000


def run_validate_part(
    what: str, tables: Sequence[Path | None], *, rows: str, patients: int, as_json: bool
) -> None:
    """Check one part of the model against its own table.

    Parameters
    ----------
    what : ``circulation``.
    tables : what belongs to the predictions, and so must not be given.
    rows, patients, as_json : as ``_circulation`` takes them.
    """
    items = []
    if what != "circulation":
        items.append(InputItem(key="WHAT", got=what, allowed="nothing, or circulation"))
    if any(table is not None for table in tables):
        items.append(
            InputItem(key="table", got="a file", allowed="tables go with the predictions only")
        )
    if not 1 <= patients <= MOST_PATIENTS:
        allowed = f"1 to {MOST_PATIENTS}"
        items.append(InputItem(key="--patients", got=str(patients), allowed=allowed))
    if items:
        raise InputError(items)
    _circulation(rows=rows, patients=patients, as_json=as_json)


def _circulation(*, rows: str, patients: int, as_json: bool) -> None:
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
