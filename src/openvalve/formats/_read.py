"""Read a recording: which format a file is, and one door for all."""

import warnings
from collections.abc import Callable
from os import PathLike
from pathlib import Path

from openvalve.errors import FileError, OpenValveError
from openvalve.formats._csv_read import read_csv
from openvalve.formats._dicom_read import read_dicom
from openvalve.formats._edf_read import read_edf
from openvalve.formats._faults import refuse
from openvalve.formats._raw import Raw, assemble
from openvalve.formats._wfdb_read import read_wfdb
from openvalve.recording import Recording
from openvalve.units import S

__all__ = ["read_recording"]

ALLOWED = "WFDB (.hea), EDF or BDF, CSV, DICOM waveform"
_READERS: dict[str, Callable[..., Raw]] = {
    "wfdb": read_wfdb,
    "edf": read_edf,
    "csv": read_csv,
    "dicom": read_dicom,
}


def read_recording(
    path: str | PathLike[str],
    *,
    keep_identity: bool = False,
    from_s: S = 0.0,
    to_s: S | None = None,
) -> Recording:
    """Return the recording in a file, in our names and units, at one rate.

    Read are WFDB (by ``.hea``, by a signal file of the same name or by the bare name of the
    record), EDF, EDF+, BDF, CSV and DICOM waveforms; the content decides, the extension helps.

    Names become those of the house (``ABP`` is ``ART``, ``ECG lead II`` is ``II``), units those of
    the table (``uV`` becomes mV, ``kPa`` and ``cmH2O`` mmHg), rates the highest one, invalid
    samples NaN. A pressure whose unit is missing is refused; another channel is kept as plain
    numbers with a warning. What a reader did is in ``notes``: ``format``, ``read``, ``warnings``,
    ``labels`` (our name to that in the file), ``removed``, ``patient`` (sex, age; 90 for all above
    89), ``events`` and ``rhythm_marks`` where the file has them.

    Parameters
    ----------
    path : the file.
    keep_identity : True keeps comments, names and days in ``notes["identity"]``.
    from_s, to_s : a part of it, seconds after its first sample; so a file that is too large for
        memory can be read. CSV is read up to the part, WFDB and EDF only the part.

    Raises
    ------
    InputError
        No such file, an unknown format, a file that was cut or whose checksum is wrong, no sample,
        no valid sample in a channel, a pressure without its unit, more than 2^27 samples at once.
    FileError
        The file is there and cannot be read.
    MissingExtraError
        The library of the format is not installed: ``pip install 'openvalve[formats]'``.
    """
    if not 0 <= from_s < (float("inf") if to_s is None else to_s):
        raise refuse("from_s", f"{from_s} s (to_s {to_s})", "0 or more, and below to_s")
    file = Path(path)
    try:
        kind, file = _kind(file)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            raw = _READERS[kind](file, from_s=from_s, to_s=to_s, keep_identity=keep_identity)
            return assemble(raw)
    except OpenValveError:
        raise
    except OSError as error:
        raise FileError(f"cannot read {file}: {error}") from error
    except Exception as error:  # the libraries raise of every kind on garbled bytes
        got = f"{file.name} that cannot be decoded ({type(error).__name__}: {error})"
        raise refuse("RECORDING", got[:300], ALLOWED) from error


def _kind(path: Path) -> tuple[str, Path]:
    """Return format and the file to read: by content, then by name."""
    header = path.with_name(path.name + ".hea")
    if not path.exists() and header.is_file():
        return "wfdb", header
    if not path.exists() or path.is_dir():
        kind = "a folder" if path.is_dir() else "no such file"
        raise refuse("RECORDING", f"{path} ({kind})", ALLOWED)
    if path.stat().st_size == 0:
        raise refuse("RECORDING", f"{path.name} of 0 bytes", ALLOWED)
    with path.open("rb") as file:
        head = file.read(132)
    if path.suffix.lower() == ".hea":
        return "wfdb", path
    if head[128:132] == b"DICM":
        return "dicom", path
    if head[:8] in (b"0       ", b"\xffBIOSEMI"):
        return "edf", path
    suffix = path.suffix.lower()
    if suffix in (".edf", ".bdf"):
        return "edf", path
    if suffix in (".dcm", ".dicom"):
        return "dicom", path
    if suffix in (".csv", ".tsv", ".txt"):
        return "csv", path
    beside = path.with_suffix(".hea")
    if beside.is_file():
        return "wfdb", beside
    if _is_text(head):
        return "csv", path
    if suffix == ".dat":
        hint = f"its header {beside.name} is not beside it"
        raise refuse("RECORDING", f"{path.name} without a header", ALLOWED, hint=hint)
    raise refuse("RECORDING", f"{path.name} (an unknown format)", ALLOWED)


def _is_text(head: bytes) -> bool:
    return all(byte >= 32 or byte in (9, 10, 13) for byte in head) and head.isascii()
