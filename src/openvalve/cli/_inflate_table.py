"""What the balloons did, as tables of the terminal."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from openvalve.cli._inflate_root import root_rows
from openvalve.cli._output import console
from openvalve.units import S

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["print_inflations"]

Document = Mapping[str, Any]
Row = tuple[str, Sequence[str]]
SPLIT_FRAC = 0.02  # of a seam: less is not seen


def print_inflations(document: Document, wall_s: S) -> None:
    """Print who, what each balloon did, how every phase ended, sizes and warnings.

    Parameters
    ----------
    document : of ``inflate_document``.
    wall_s : time that the valves took.
    """
    out = console(least_width=100)
    valve = document["valve"]
    words = [valve["etiology"], valve["valve"], valve["morphology"].replace("_", " ")]
    out.print(
        f"{document['patient']}: {' '.join(words)}, ring {valve['annulus_mm']:.1f} mm;"
        f" {valve['triangles_count']} triangles, seed {document['seed']}, {wall_s:.1f} s",
        markup=False,
        soft_wrap=True,
    )
    made = document["inflations"]
    head = ["", "before", *(f"after {one['balloon']}" for one in made)]
    out.print(_table(head, _results(made)))
    phases = ["balloon", "phase", "steps", "kinetic", "residual", "change", "imbalance", "settled"]
    out.print(_table(phases, _phases(made), left=2))
    if document["sizes"]:
        sizes = [
            "each in a fresh valve",
            "atm",
            "anatomic cm²",
            "jet cm²",
            "leak mm²",
            "split",
            "ring",
        ]
        out.print(_table(sizes, _sizes(document["sizes"])))
    for warning in document["warnings"]:
        out.print(f"warning: {warning}", markup=False, soft_wrap=True)
    out.print(str(document["disclaimer"]), markup=False)


def _table(head: Sequence[str], rows: Sequence[Row], *, left: int = 1) -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for k, name in enumerate(head):
        table.add_column(Text(name), justify="left" if k < left else "right", overflow="fold")
    for name, cells in rows:
        table.add_row(Text(name), *(Text(cell) for cell in cells))
    return table


def _results(made: Sequence[Document]) -> list[Row]:
    first, after = made[0]["before"], [one["after"] for one in made]
    states = [first, *after]
    rows: list[Row] = [
        ("area, anatomic, cm²", [f"{s['area_anatomic_cm2']:.2f}" for s in states]),
        ("area of the jet, cm²", [f"{s['area_effective_cm2']:.2f}" for s in states]),
        ("leak, jet, mm²", [_leak(s) for s in states]),
        ("leak, where", [_places(s) for s in states]),
    ]
    for k, seam in enumerate(made[0]["seams"]):
        name = "calcium, all" if seam["kind"] == "calcium" else _seam_name(seam)
        rows.append((f"{name}, split", ["-", *(_split(one["seams"][k]) for one in made)]))
    rows += [
        ("calcified tissue cracked", ["-", *(_percent(one["cracked_frac"]) for one in made)]),
        ("chords torn", ["-", *(str(one["torn_chords_count"]) for one in made)]),
        (
            "ring at the peak, wider by",
            ["-", *(_wider(one) for one in made)],
        ),
        (
            "waist at the peak, mm",
            ["-", *(f"{one['waist_mm']:.1f} of {one['free_mm']:.1f}" for one in made)],
        ),
        (
            "pressure inside, atm",
            ["-", *(f"{one['inflation_atm']:.2f}{_burst(one)}" for one in made)],
        ),
    ]
    return [*rows, *root_rows(made)]


def _seam_name(seam: Document) -> str:
    return f"{seam['kind']} at {seam['direction_deg']:.0f}°"


def _leak(state: Document) -> str:
    return f"{state['eroa_mm2']:.1f}, grade {state['leak_grade']:g}"


def _places(state: Document) -> str:
    places = state["leak_places"]
    return ", ".join(dict.fromkeys(p["kind"] for p in places)) or "-"


def _split(seam: Document) -> str:
    if seam["torn_frac"] < SPLIT_FRAC:
        return "none"
    at = "no more" if seam["split_atm"] is None else f"at {seam['split_atm']:.2f} atm"
    return f"{seam['torn_mm']:.1f} mm, {_percent(seam['torn_frac'])}, {at}"


def _percent(share: float) -> str:
    return f"{100.0 * share:.0f} %"


def _wider(one: Document) -> str:
    return f"{100.0 * (one['annular_stretch_ratio'] - 1.0):+.1f} %"


def _burst(one: Document) -> str:
    return ", burst" if one["burst"] else ""


def _phases(made: Sequence[Document]) -> list[Row]:
    names = ("kinetic_ratio", "residual_ratio", "change_frac", "imbalance_frac")
    return [
        (
            one["balloon"] if k == 0 else "",
            [
                phase["name"],
                str(phase["steps_count"]),
                *(f"{phase[name]:.1e}" for name in names),
                "yes" if phase["settled"] else "on the way",
            ],
        )
        for one in made
        for k, phase in enumerate(one["phases"])
    ]


def _sizes(sizes: Sequence[Document]) -> list[Row]:
    return [
        (
            one["balloon"],
            [
                f"{one['inflation_atm']:.2f}{_burst(one)}",
                f"{one['area_anatomic_after_cm2']:.2f}",
                f"{one['area_effective_after_cm2']:.2f}",
                f"{one['eroa_after_mm2']:.1f}, grade {one['leak_after_grade']:g}",
                _percent(one["split_frac"]),
                _wider(one),
            ],
        )
        for one in sizes
    ]
