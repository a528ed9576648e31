"""``openvalve balloons``: the catalogue."""

import dataclasses
from typing import TYPE_CHECKING, Any

from openvalve.cli._output import console, print_json

if TYPE_CHECKING:
    from rich.table import Table

    from openvalve.devices import Balloon

__all__ = ["run_balloons"]

COLUMNS = (
    ("model", "Model", ""),
    ("kind", "Kind", ""),
    ("diameter_mm", "Diameter", "mm"),
    ("length_mm", "Length", "mm"),
    ("nominal_atm", "Nominal", "atm"),
    ("rated_burst_atm", "Rated burst", "atm"),
    ("sheath_fr", "Sheath", "Fr"),
    ("volume_ml", "Volume", "mL"),
)


def run_balloons(*, as_json: bool) -> None:
    """Print every balloon; with ``as_json`` every field of it, sources included."""
    from openvalve.devices import catalogue

    balloons = catalogue()
    if as_json:
        print_json({"balloons": [_record(b) for b in balloons]})
    else:
        console(least_width=120).print(_table(balloons))


def _record(balloon: "Balloon") -> dict[str, Any]:
    return {key: value for key, value in dataclasses.asdict(balloon).items() if value is not None}


def _table(balloons: "tuple[Balloon, ...]") -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for _, title, unit in COLUMNS:
        heading = f"{title}\n{unit}" if unit else title
        table.add_column(Text(heading), justify="right" if unit else "left", no_wrap=True)
    for balloon in balloons:
        table.add_row(*(Text(_text(getattr(balloon, key))) for key, _, _ in COLUMNS))
    return table


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else "-" if value is None else str(value)
