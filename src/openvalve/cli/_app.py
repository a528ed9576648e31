"""The commands with their arguments and help; what they do is imported when they are called."""

from pathlib import Path
from typing import Annotated

import typer

from openvalve import DISCLAIMER, __version__

__all__ = ["app"]

app = typer.Typer(
    name="openvalve",
    help=f"Plan balloon valvuloplasty: what each balloon would do to one patient.\n\n{DISCLAIMER}",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

Json = Annotated[bool, typer.Option("--json", help="One JSON object on one line, nothing else.")]


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"openvalve {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
) -> None:
    """Take the options of every command; ``--debug`` is read before, in ``_main``."""


@app.command()
def plan(
    patient: Annotated[Path, typer.Argument(help="Patient file, TOML or JSON.", metavar="PATIENT")],
    out: Annotated[Path, typer.Option("--out", help="Folder for plan.json and report.html.")],
    json: Json = False,
    draws: Annotated[
        int, typer.Option("--draws", help="Whole number of draws, 20 to 20000.")
    ] = 200,
    seed: Annotated[
        int, typer.Option("--seed", help="Whole number, seed of every random draw.")
    ] = 0,
) -> None:
    """Say what each balloon would do; write the report."""
    from openvalve.cli._plan import run_plan

    run_plan(patient, out, as_json=json, draws=draws, seed=seed)


@app.command()
def inflate(
    patient: Annotated[Path, typer.Argument(help="Patient file, TOML or JSON.", metavar="PATIENT")],
    balloon: Annotated[
        list[str],
        typer.Option(
            "--balloon",
            help="'Inoue 26', 'Z-MED II 18+20', '22'; again for the next balloon in this valve.",
        ),
    ],
    inflation_atm: Annotated[
        float | None,
        typer.Option("--inflation-atm", help="Pressure inside in atm; else nominal."),
    ] = None,
    compare: Annotated[
        bool,
        typer.Option("--compare", help="Also other sizes of the first, each in a fresh valve."),
    ] = False,
    seed: Annotated[
        int, typer.Option("--seed", help="Whole number, seed of every random draw.")
    ] = 0,
    triangles: Annotated[
        int, typer.Option("--triangles", help="Of the mesh, 2000 to 60000.")
    ] = 2700,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder for inflate.json, pictures, film and mesh files."),
    ] = None,
    json: Json = False,
) -> None:
    """Inflate a balloon in the valve's own leaflets; several --balloon, one after the other."""
    from openvalve.cli._inflate import run_inflate

    run_inflate(
        patient,
        balloon,
        inflation_atm=inflation_atm,
        seed=seed,
        triangles=triangles,
        compare=compare,
        out=out,
        as_json=json,
    )


@app.command()
def record(
    patient: Annotated[Path, typer.Argument(help="Patient file, TOML or JSON.", metavar="PATIENT")],
    out: Annotated[Path, typer.Option("--out", help="Folder for recording, truth and sounds.")],
    seconds: Annotated[float, typer.Option("--seconds", help="Length, 2 to 3600 s.")] = 30.0,
    json: Json = False,
    seed: Annotated[
        int, typer.Option("--seed", help="Whole number, seed of every random draw.")
    ] = 0,
) -> None:
    """Record a simulated patient: 12 leads, pressures, heart sounds, and the truth beside them."""
    from openvalve.cli._record import run_record

    run_record(patient, seconds, out, seed=seed, as_json=json)


@app.command()
def analyze(
    recording: Annotated[
        Path, typer.Argument(help="WFDB, EDF, CSV or DICOM waveform.", metavar="RECORDING")
    ],
    flow: Annotated[
        float | None, typer.Option("--flow", help="Cardiac output in L/min, for valve areas.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for findings.json and findings.html.")
    ] = None,
    json: Json = False,
) -> None:
    """Find beats, pressures, gradients and areas in a recording; say what cannot be trusted."""
    from openvalve.cli._analyze import run_analyze

    run_analyze(recording, flow_l_min=flow, out=out, as_json=json)


@app.command()
def validate(
    what: Annotated[
        str,
        typer.Argument(
            help="Nothing, circulation or mechanics.", metavar="[WHAT]", show_default=False
        ),
    ] = "",
    evidence: Annotated[
        Path | None, typer.Option("--evidence", help="Cohorts (CSV) instead of the shipped ones.")
    ] = None,
    cases: Annotated[
        Path | None, typer.Option("--cases", help="Cases (TOML) instead of the shipped ones.")
    ] = None,
    contrasts: Annotated[
        Path | None, typer.Option("--contrasts", help="Head-to-head comparisons (CSV).")
    ] = None,
    predictions: Annotated[
        Path | None, typer.Option("--predictions", help="Write id, mean, sd, p05, p95 here (CSV).")
    ] = None,
    rows: Annotated[
        str, typer.Option("--rows", help="Of WHAT: only rows whose id begins so.")
    ] = "",
    patients: Annotated[
        int, typer.Option("--patients", help="Of circulation: random patients, 1 to 1000000.")
    ] = 100_000,
    full: Annotated[
        bool, typer.Option("--full", help="Of mechanics: whole virtual populations, up to an hour.")
    ] = False,
    json: Json = False,
) -> None:
    """Predict published results, or check one part of the model; print the score."""
    if what:
        from openvalve.cli._validate_parts import run_validate_part

        given = (evidence, cases, contrasts, predictions)
        run_validate_part(what, given, rows=rows, patients=patients, full=full, as_json=json)
        return
    from openvalve.cli._validate import run_validate

    run_validate(
        evidence=evidence,
        cases=cases,
        contrasts=contrasts,
        predictions=predictions,
        as_json=json,
    )


@app.command()
def bench(
    name: Annotated[
        str, typer.Argument(help="circulation, mechanics, plan or signals.", metavar="NAME")
    ],
    json: Json = False,
) -> None:
    """Measure speed and accuracy here."""
    from openvalve.cli._bench import run_bench

    run_bench(name, as_json=json)


@app.command()
def schema(
    name: Annotated[str, typer.Argument(help="patient or plan.", metavar="NAME")],
) -> None:
    """Print the JSON Schema of a file."""
    from openvalve.cli._schema import run_schema

    run_schema(name)


@app.command()
def balloons(json: Json = False) -> None:
    """List the balloon catalogue."""
    from openvalve.cli._balloons import run_balloons

    run_balloons(as_json=json)
