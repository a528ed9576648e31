"""Write a recording in a named format."""

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from openvalve.errors import InputError, InputItem
from openvalve.formats._csv_write import write_csv
from openvalve.formats._dicom_write import write_dicom
from openvalve.formats._edf_write import write_edf
from openvalve.formats._faults import refuse
from openvalve.formats._names import kind_of
from openvalve.formats._names_tables import TWELVE_LEADS
from openvalve.formats._place import placed
from openvalve.formats._wfdb_write import write_wfdb
from openvalve.recording import Channel, Recording
from openvalve.units import UNITS

__all__ = ["FORMATS", "Format", "write_recording"]


class Format(NamedTuple):
    """What a file format is, and how its files end."""

    title: str
    extension: str


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "wfdb": Format("WFDB record (PhysioNet)", ".hea"),
        "edf": Format("EDF+ (European Data Format)", ".edf"),
        "csv": Format("text table with named columns and units", ".csv"),
        "dicom-hemodynamic": Format("DICOM Hemodynamic Waveform", ".dcm"),
        "dicom-12lead": Format("DICOM 12-lead ECG Waveform", ".dcm"),
        "dicom-ecg": Format("DICOM General ECG Waveform", ".dcm"),
        "dicom-voice": Format("DICOM Basic Voice Audio Waveform, 8 kHz, 8 bit", ".dcm"),
        "dicom-audio": Format("DICOM General Audio Waveform, 16 bit", ".dcm"),
    }
)


def write_recording(
    recording: Recording,
    path: str | PathLike[str],
    *,
    format: str,
    channels: Sequence[str] | None = None,
) -> tuple[str, ...]:
    """Write a recording and return the names of the channels that are in the file.

    WFDB, EDF+ and CSV take every channel. A DICOM object takes what its standard has a place for:
    pressures and leads (hemodynamic, at most 400 Hz), the twelve leads (12-lead), every lead
    (General ECG), one or two sounds (audio). A rate outside the standard's limits is brought within
    them by a low-pass filter and a whole-number ratio, 1000 Hz to 250 Hz for pressures.

    Samples are within half a converter step of 16 bits (8 bits: voice; CSV: ten digits). Written
    too: gaps, beats, events (not in CSV), ``start_s``, and which channels are true. No identity is:
    ``notes`` stay out but for events and sex (DICOM).

    Parameters
    ----------
    path : the file; WFDB: name of the record, with or without ``.hea``.
    format : a key of ``FORMATS``.
    channels : which ones, in this order; by default every one that the format can hold.

    Raises
    ------
    InputError
        An unknown format or channel, no sample, no valid sample in a channel, an infinite number,
        a channel, rate or length that the format cannot hold: nothing is written.
    FileError
        It cannot be written; what was there stays.
    MissingExtraError
        The library of the format is not installed.
    """
    if format not in FORMATS:
        raise refuse("format", repr(format), ", ".join(FORMATS))
    target = Path(path)
    if target.is_dir() or not target.name:
        raise refuse("the output", f"{target} (a folder)", "a file")
    chosen = _choose(recording, format, channels)
    _check(recording, chosen)
    with placed(target.parent) as folder:
        if format == "wfdb":
            write_wfdb(recording, chosen, folder, target)
        elif format == "edf":
            write_edf(recording, chosen, folder, target)
        elif format == "csv":
            write_csv(recording, chosen, folder, target)
        else:
            write_dicom(recording, chosen, folder, target, format)
    return tuple(c.name for c in chosen)


def _choose(recording: Recording, format: str, names: Sequence[str] | None) -> list[Channel]:
    """Return the channels to write; one that was named and cannot be held is refused."""
    if names is not None:
        missing = [n for n in names if n not in recording]
        if missing:
            allowed = ", ".join(recording.channels) or "none: the recording has no channel"
            raise refuse("channels", ", ".join(missing), allowed)
    asked = list(recording.channels) if names is None else list(names)
    fit = [n for n in asked if _fits(recording.channels[n], format)]
    if names is not None and len(fit) != len(asked):
        wrong = ", ".join(n for n in asked if n not in fit)
        raise refuse("channels", wrong, f"channels that {FORMATS[format].title} can hold")
    if format == "dicom-12lead":
        missing = [n for n in TWELVE_LEADS if n not in fit]
        if missing:
            raise refuse(format, f"no {', '.join(missing)}", "all twelve leads")
        fit = list(TWELVE_LEADS)
    if not fit:
        got = f"channels {', '.join(asked) or 'none'}"
        raise refuse(format, got[:200], f"a channel that {FORMATS[format].title} can hold")
    return [recording.channels[n] for n in fit]


def _fits(channel: Channel, format: str) -> bool:
    kind = kind_of(channel.name, channel.unit)
    if format == "dicom-hemodynamic":
        return kind in ("pressure", "ecg")
    if format == "dicom-12lead":
        return channel.name in TWELVE_LEADS and channel.unit == "mv"
    if format == "dicom-ecg":
        return kind == "ecg"
    if format in ("dicom-voice", "dicom-audio"):
        return kind == "other" and channel.unit in ("ratio", "frac")
    return True


def _check(recording: Recording, channels: Sequence[Channel]) -> None:
    items = []
    length = recording.length_count
    if length == 0:
        items.append(InputItem(key="recording", got="no sample", allowed="at least one sample"))
    for c in channels:
        key = f"channel {c.name}"
        if c.unit not in UNITS:
            items.append(InputItem(key=key, got=f"unit {c.unit!r}", allowed="a unit of the table"))
        if c.samples.shape != (length,):
            got = f"samples of shape {c.samples.shape}"
            items.append(InputItem(key=key, got=got, allowed=f"shape ({length},), as the others"))
        elif length and np.isnan(c.samples).all():
            items.append(InputItem(key=key, got="no valid sample", allowed="numbers"))
        elif np.isinf(c.samples).any():
            items.append(InputItem(key=key, got="an infinite number", allowed="numbers, or NaN"))
    if items:
        raise InputError(items)
