"""``openvalve plan``: read, compute, write, print."""

from pathlib import Path

from openvalve.cli._failure import save_failure
from openvalve.cli._output import console, print_hint, print_json, to_json
from openvalve.cli._progress import ProgressLine
from openvalve.cli._seed import seed_items
from openvalve.cli._staging import staged_folder
from openvalve.errors import InputError, InputItem, MissingExtraError, SolverError

__all__ = ["run_plan"]

OWNED = ("plan.json", "report.html", "report.pdf")
LEAST_DRAWS = 20
MOST_DRAWS = 20_000


def run_plan(patient: Path, out: Path, *, as_json: bool, draws: int, seed: int) -> None:
    """Plan one patient and write ``plan.json`` and ``report.html`` into ``out``.

    Raises
    ------
    InputError : the file, a balloon or an option is refused.
    SolverError : the computation failed; time and state are saved beside ``out``.
    FileError : ``out`` cannot be written.
    """
    _check_options(draws, seed)
    from openvalve.patient import read_patient

    person = read_patient(patient)
    with staged_folder(out, owned=OWNED) as folder:
        try:
            from openvalve.planning import make_plan

            with ProgressLine() as progress:
                made = make_plan(person, draws=draws, seed=seed, progress=progress)
            (folder / OWNED[0]).write_text(
                to_json(made.document, indent=1) + "\n", encoding="utf-8"
            )
        except SolverError as error:
            save_failure(error, out, what=f"openvalve plan {patient} --draws {draws} --seed {seed}")
            raise
        hint = ""
        try:
            from openvalve.report import write_report

            write_report(made, folder)
        except MissingExtraError as error:
            hint = f"no report.html: {error}; {error.hint}"
    if as_json:
        print_json(made.document)
    else:
        from openvalve.report import terminal_table

        console().print(terminal_table(made))
        console().print(f"Written: {', '.join(_written(out))}", soft_wrap=True, markup=False)
    if hint:
        print_hint(hint)


def _check_options(draws: int, seed: int) -> None:
    items = []
    if not LEAST_DRAWS <= draws <= MOST_DRAWS:
        allowed = f"{LEAST_DRAWS} to {MOST_DRAWS}"
        items.append(InputItem(key="--draws", got=str(draws), allowed=allowed))
    items += seed_items(seed)
    if items:
        raise InputError(items)


def _written(out: Path) -> list[str]:
    return [str(out / name) for name in OWNED if (out / name).exists()]
