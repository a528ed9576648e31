"""Write a WFDB record: 16-bit signals, beats and events beside it."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from openvalve.formats._faults import refuse
from openvalve.formats._optional import need
from openvalve.formats._quantize import quantize
from openvalve.formats._units_in import file_unit
from openvalve.formats._wfdb_marks import BEAT_MARK, BEATS, DISCLAIMER, EVENT_MARK, EVENTS
from openvalve.recording import Channel, Recording

__all__ = ["write_wfdb"]

_NAMES_A_LINE = 8


def write_wfdb(
    recording: Recording, channels: Sequence[Channel], folder: Path, target: Path
) -> None:
    """Write ``target``'s record into ``folder``; gaps become the format's invalid sample."""
    wfdb = need("wfdb", "writing WFDB")
    stem = target.name.removesuffix(".hea")
    if not re.fullmatch(r"[A-Za-z0-9_\-]+", stem):
        raise refuse("the output", repr(target.name), "letters, digits, _ and - (WFDB record)")
    made = [quantize(c.samples) for c in channels]
    wfdb.wrsamp(
        stem,
        fs=recording.rate_hz,
        units=[file_unit(c.unit) for c in channels],
        sig_name=[c.name for c in channels],
        d_signal=np.column_stack([q.codes for q in made]).astype(np.int64),
        fmt=["16"] * len(channels),
        adc_gain=[1.0 / q.step for q in made],
        baseline=[q.zero for q in made],
        comments=_comments(recording, channels),
        write_dir=str(folder),
    )
    marks = [(round(t * recording.rate_hz), BEAT_MARK, "") for t in recording.beats_s]
    _write_marks(wfdb, recording, stem, BEATS, marks, folder)
    events = [
        (round(float(at_s) * recording.rate_hz), EVENT_MARK, str(kind))
        for at_s, kind in recording.notes.get("events", ())
    ]
    _write_marks(wfdb, recording, stem, EVENTS, events, folder)


def _comments(recording: Recording, channels: Sequence[Channel]) -> list[str]:
    """Return what the format has no field for: our own lines, which our reader knows."""
    lines = [DISCLAIMER]
    if recording.start_s:
        lines.append("openvalve " + json.dumps({"start_s": recording.start_s}))
    true = [c.name for c in channels if not c.measured]
    for i in range(0, len(true), _NAMES_A_LINE):
        lines.append("openvalve " + json.dumps({"true": true[i : i + _NAMES_A_LINE]}))
    return lines


def _write_marks(
    wfdb: object,
    recording: Recording,
    stem: str,
    extension: str,
    marks: Sequence[tuple[int, str, str]],
    folder: Path,
) -> None:
    inside = sorted(m for m in marks if 0 <= m[0] < recording.length_count)
    if inside:
        wfdb.wrann(  # type: ignore[attr-defined]
            stem,
            extension,
            np.array([m[0] for m in inside]),
            symbol=[m[1] for m in inside],
            aux_note=[m[2] for m in inside],
            fs=recording.rate_hz,
            write_dir=str(folder),
        )
