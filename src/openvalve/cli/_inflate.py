"""``openvalve inflate``: one balloon, or several in turn, in the leaflets of one patient."""

import time
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openvalve.cli._failure import save_failure
from openvalve.cli._output import console, print_hint, print_json, to_json
from openvalve.cli._progress import ProgressLine
from openvalve.cli._seed import seed_items
from openvalve.cli._staging import staged_folder
from openvalve.errors import InputError, InputItem, MissingExtraError, SolverError
from openvalve.units import Atm

if TYPE_CHECKING:
    from openvalve.devices import Balloon
    from openvalve.patient import Patient
    from openvalve.valve.leaflets import LeafletInflation, LeafletValve

__all__ = ["run_inflate"]

MOST_BALLOONS = 6
TRIANGLES = (2000, 60000)
SHAPES = ("before", "peak", "opened", "closed")
OWNED = (
    "inflate.json",
    "sizes.png",
    *(
        f"{k}-{name}"
        for k in range(1, MOST_BALLOONS + 1)
        for name in ("valve.png", "curves.png", "film.gif", *(f"{s}.vtu" for s in SHAPES))
    ),
)


def run_inflate(
    patient: Path,
    balloons: Sequence[str],
    *,
    inflation_atm: Atm | None,
    seed: int,
    triangles: int,
    compare: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Inflate balloons one after the other in one valve; print, and write into ``out``.

    Raises
    ------
    InputError : the file, a balloon or an option is refused; no stenosis.
    SolverError : a phase did not settle; nothing is written but its ratios, beside ``out``.
    FileError : ``out`` cannot be written.
    """
    _check_options(balloons, inflation_atm, seed, triangles)
    from openvalve.cli._inflate_balloon import balloon_of
    from openvalve.patient import read_patient

    found = [balloon_of(text) for text in balloons]
    person = read_patient(patient)
    _refuse_balloons(person, found, inflation_atm, balloons)
    began = time.monotonic()
    hints: list[str] = []
    with staged_folder(out, owned=OWNED) if out is not None else nullcontext() as folder:
        try:
            from openvalve.cli._inflate_document import inflate_document
            from openvalve.cli._inflate_root import roots_beside
            from openvalve.cli._inflate_valve import patient_valve

            with ProgressLine() as progress:
                progress("valve", 0.0)
                valve = patient_valve(person, seed=seed, triangles=triangles)
                made = _in_turn(valve.leaflets, found, inflation_atm, balloons, progress)
                sizes = _sizes(valve.leaflets, found[0], inflation_atm, progress) if compare else []
                progress("root", 0.0)
                roots = roots_beside(person, valve.leaflets, made)
            wall_s = time.monotonic() - began
            document = inflate_document(person, valve, made, sizes, roots)
            text = to_json(document, indent=1) + "\n"
        except SolverError as error:
            refused = _with_ratios(error)
            save_failure(refused, out, what=f"openvalve inflate {patient} {' '.join(balloons)}")
            raise refused from error
        if folder is not None:
            (folder / OWNED[0]).write_text(text, encoding="utf-8")
            hints = _write_extras(made, sizes, folder)
    _print(document, wall_s, out, as_json=as_json)
    for hint in hints:
        print_hint(hint)


def _check_options(
    balloons: Sequence[str], inflation_atm: Atm | None, seed: int, triangles: int
) -> None:
    items = []
    if len(balloons) > MOST_BALLOONS:
        allowed = f"up to {MOST_BALLOONS} times"
        items.append(InputItem(key="--balloon", got=f"{len(balloons)} times", allowed=allowed))
    if inflation_atm is not None and not inflation_atm > 0.0:
        got = f"{inflation_atm:g} atm"
        items.append(InputItem(key="--inflation-atm", got=got, allowed="above 0 atm"))
    low, high = TRIANGLES
    if not low <= triangles <= high:
        allowed = f"{low} to {high}"
        items.append(InputItem(key="--triangles", got=str(triangles), allowed=allowed))
    items += seed_items(seed)
    if items:
        raise InputError(items)


def _refuse_balloons(
    person: "Patient",
    found: "Sequence[Balloon]",
    inflation_atm: Atm | None,
    texts: Sequence[str],
) -> None:
    """Refuse every balloon that no such valve takes, before the slow matching begins."""
    from openvalve.patient import complete
    from openvalve.valve.leaflets import refuse_balloon

    ring = complete(person).treated.annulus_mm.mean
    items: list[InputItem] = []
    for balloon, text in zip(found, texts, strict=True):
        try:
            refuse_balloon(balloon, annulus_mm=ring, inflation_atm=inflation_atm)
        except InputError as error:
            items += [item for item in _by_option(error, text).items if item not in items]
    if items:
        raise InputError(items)


def _in_turn(
    valve: "LeafletValve",
    found: "Sequence[Balloon]",
    inflation_atm: Atm | None,
    texts: Sequence[str],
    progress: ProgressLine,
) -> "list[LeafletInflation]":
    """Inflate one after the other; each goes on from what the former left."""
    from openvalve.valve.leaflets import inflate_leaflets

    made: list[LeafletInflation] = []
    for k, (balloon, text) in enumerate(zip(found, texts, strict=True)):
        progress("balloon", k / len(found))
        try:
            made.append(
                inflate_leaflets(
                    valve,
                    balloon,
                    inflation_atm=inflation_atm,
                    former=made[-1] if made else None,
                )
            )
        except InputError as error:
            raise _by_option(error, text) from error
    return made


def _sizes(
    valve: "LeafletValve", balloon: "Balloon", inflation_atm: Atm | None, progress: ProgressLine
) -> "list[LeafletInflation]":
    """Inflate sizes about the ring, each in a fresh valve."""
    from openvalve.cli._inflate_balloon import sizes_about
    from openvalve.valve.leaflets import inflate_leaflets

    sizes = sizes_about(balloon, valve.mesh.annulus_mm)
    made = []
    for k, size in enumerate(sizes):
        progress("sizes", k / len(sizes))
        made.append(inflate_leaflets(valve, size, inflation_atm=inflation_atm))
    return made


def _by_option(error: InputError, text: str) -> InputError:
    """Return a refusal of the leaflets in the words of the command line."""
    names = {"balloon.diameter_mm": f"--balloon {text!r}", "inflation_atm": "--inflation-atm"}
    return InputError(
        [InputItem(key=names.get(i.key, i.key), got=i.got, allowed=i.allowed) for i in error.items]
    )


def _with_ratios(error: SolverError) -> SolverError:
    """Return the error with the numbers that say how far from rest it was."""
    numbers = ", ".join(f"{key} {value:.2g}" for key, value in error.state.items())
    return SolverError(f"{error} ({numbers})" if numbers else str(error), state=error.state)


def _write_extras(
    made: "Sequence[LeafletInflation]", sizes: "Sequence[LeafletInflation]", folder: Path
) -> list[str]:
    """Write pictures and mesh files; return a hint for each extra that is missing."""
    hints = []
    try:
        from openvalve.report import write_valve_pictures

        write_valve_pictures(made, sizes, folder)
    except MissingExtraError as error:
        hints.append(f"no pictures: {error}; {error.hint}")
    try:
        from openvalve.cli._inflate_meshes import write_meshes

        write_meshes(made, folder)
    except MissingExtraError as error:
        hints.append(f"no mesh files: {error}; {error.hint}")
    return hints


def _print(document: dict[str, Any], wall_s: float, out: Path | None, *, as_json: bool) -> None:
    if as_json:
        print_json(document)
        return
    from openvalve.cli._inflate_table import print_inflations

    print_inflations(document, wall_s)
    if out is not None:
        written = [str(out / name) for name in OWNED if (out / name).exists()]
        console().print(f"Written: {', '.join(written)}", soft_wrap=True, markup=False)
