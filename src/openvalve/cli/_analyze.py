"""``openvalve analyze``: a recording in, beats, findings and warnings out."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openvalve import DISCLAIMER, __version__
from openvalve.cli._output import console, print_hint, print_json, to_json
from openvalve.cli._staging import staged_folder
from openvalve.errors import InputError, InputItem, MissingExtraError

if TYPE_CHECKING:
    from openvalve.hemodynamics import TraceFindings
    from openvalve.recording import Recording

__all__ = ["run_analyze"]

NAMES = ("findings.json", "findings.html")
FLOW_L_MIN = (0.2, 20.0)


def run_analyze(
    recording: Path, *, flow_l_min: float | None, out: Path | None, as_json: bool
) -> None:
    """Analyze one recording; print the findings, write ``findings.json`` and a page into ``out``.

    Raises
    ------
    InputError : the file or an option is refused.
    FileError : the file cannot be read or ``out`` not be written.
    """
    low, high = FLOW_L_MIN
    if flow_l_min is not None and not low <= flow_l_min <= high:
        allowed = f"{low:g} to {high:g} L/min"
        raise InputError([InputItem(key="--flow", got=f"{flow_l_min:g} L/min", allowed=allowed)])
    from openvalve.formats import read_recording
    from openvalve.hemodynamics import analyze

    read = read_recording(recording)
    found = analyze(read, cardiac_output_l_min=flow_l_min)
    document = _document(recording, read.notes, found)
    hint = ""
    if out is not None:
        with staged_folder(out, owned=NAMES) as folder:
            (folder / NAMES[0]).write_text(to_json(document, indent=1) + "\n", encoding="utf-8")
            hint = _write_page(read, found, document, folder)
    if as_json:
        print_json(document)
    else:
        _print_table(document)
        if out is not None:
            written = [str(out / name) for name in NAMES if (out / name).exists()]
            console().print(f"Written: {', '.join(written)}", soft_wrap=True, markup=False)
    if hint:
        print_hint(hint)


def _write_page(
    read: "Recording", found: "TraceFindings", document: Mapping[str, Any], folder: Path
) -> str:
    """Write the page; return a hint where the extra for it is missing."""
    from openvalve.report import write_trace_page

    try:
        write_trace_page(read, found, document, folder)
    except MissingExtraError as error:
        return f"no {NAMES[1]}: {error}; {error.hint}"
    return ""


def _document(recording: Path, notes: Mapping[str, Any], found: "TraceFindings") -> dict[str, Any]:
    return {
        "schema": 1,
        "disclaimer": DISCLAIMER,
        "version": __version__,
        "recording": recording.name,
        "beats": [round(float(t), 4) for t in found.beats_s],
        "findings": {
            key: {
                "value": finding.value,
                "sd": finding.sd,
                "formula": finding.formula,
                "inputs": dict(finding.inputs),
            }
            for key, finding in found.findings.items()
        },
        "warnings": [*notes.get("warnings", ()), *found.warnings],
        "removed": list(notes.get("removed", ())),
    }


def _print_table(document: Mapping[str, Any]) -> None:
    from rich.table import Table

    table = Table(title=f"{document['recording']}: {len(document['beats'])} beats")
    for name in ("finding", "value", "SD", "formula"):
        table.add_column(name, justify="right" if name in ("value", "SD") else "left")
    for key, row in document["findings"].items():
        table.add_row(key, f"{row['value']:.4g}", f"{row['sd']:.2g}", row["formula"])
    console().print(table)
    for warning in document["warnings"]:
        console().print(f"warning: {warning}", markup=False, soft_wrap=True)
    console().print(str(document["disclaimer"]), markup=False)
