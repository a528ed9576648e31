"""``openvalve validate WHAT``: one part of the model against its own acceptance table."""

from collections.abc import Sequence
from pathlib import Path

from openvalve.errors import InputError, InputItem

__all__ = ["run_validate_part"]

PARTS = ("circulation", "mechanics")
MOST_PATIENTS = 1_000_000


def run_validate_part(
    what: str,
    tables: Sequence[Path | None],
    *,
    rows: str,
    patients: int,
    full: bool,
    as_json: bool,
) -> None:
    """Check one part of the model against its own table.

    Parameters
    ----------
    what : ``circulation`` or ``mechanics``.
    tables : what belongs to the predictions, and so must not be given.
    rows : only those whose id begins so; all where empty.
    patients : random patients put through the solver of the circulation.
    full : every virtual valve of the mechanics, not the first of each population only.
    as_json : one object with the rows.
    """
    items = []
    if what not in PARTS:
        allowed = f"nothing, {' or '.join(PARTS)}"
        items.append(InputItem(key="WHAT", got=what, allowed=allowed))
    if any(table is not None for table in tables):
        items.append(
            InputItem(key="table", got="a file", allowed="tables go with the predictions only")
        )
    if not 1 <= patients <= MOST_PATIENTS:
        allowed = f"1 to {MOST_PATIENTS}"
        items.append(InputItem(key="--patients", got=str(patients), allowed=allowed))
    if full and what != "mechanics":
        items.append(InputItem(key="--full", got=f"with {what}", allowed="with mechanics only"))
    if items:
        raise InputError(items)
    if what == "mechanics":
        from openvalve.cli._validate_mechanics import run_validate_mechanics

        run_validate_mechanics(rows=rows, full=full, as_json=as_json)
        return
    from openvalve.cli._validate_circulation import run_validate_circulation

    run_validate_circulation(rows=rows, patients=patients, as_json=as_json)
