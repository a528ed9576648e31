"""Marks beside a WFDB record: beats (``.atr``) and our electrical events (``.evt``)."""

import re
from pathlib import Path
from typing import Any

from openvalve.formats._raw import Raw
from openvalve.recording import EVENT_KINDS

__all__ = ["BEATS", "BEAT_MARK", "DISCLAIMER", "EVENTS", "EVENT_MARK", "read_marks"]

DISCLAIMER = "OpenValve: research and education, not for clinical use"
BEATS, EVENTS = "atr", "evt"
BEAT_MARK, EVENT_MARK = "N", '"'

# PhysioNet's codes for a ventricular beat of any origin (wfdb.io.annotation.ann_labels); not "x",
# an atrial wave without one, nor "!", a wave of flutter.
_BEAT_SYMBOLS = frozenset("NLRBAaJSVrFejnE/fQ?")
# Notes that define the file; wfdb 4.3 (interpret_defintion_annotations) never ends on any other
# that begins with "## ", nor on a second resolution.
_DEFINITION = re.compile(
    rb"## (time resolution: \d|annotation type definitions|end of definitions)"
)
MOST_MARKS_BYTES = 2**26
_RHYTHM = re.compile(r"\([A-Z0-9]{1,7}$")


def read_marks(wfdb: Any, header: Path, rate_hz: float, first: int, last: int, raw: Raw) -> None:
    """Add beats, rhythm changes and events of the files beside a header, where they can be read."""
    beats = _marks(wfdb, header, BEATS, raw)
    inside = [(s - first, c, t) for s, c, t in beats if first <= s < last]
    raw.beats_s = [at / rate_hz for at, symbol, _ in inside if symbol in _BEAT_SYMBOLS]
    if raw.beats_s:
        raw.said.append(f"beats: {len(raw.beats_s)} marks of {header.stem}.{BEATS}")
    rhythm = [[at / rate_hz, text] for at, _, text in inside if _RHYTHM.match(text)]
    if rhythm:
        raw.more["rhythm_marks"] = rhythm
    events = [
        [(s - first) / rate_hz, text]
        for s, _, text in _marks(wfdb, header, EVENTS, raw)
        if first <= s < last and text in EVENT_KINDS
    ]
    if events:
        raw.more["events"] = events


def _marks(wfdb: Any, header: Path, extension: str, raw: Raw) -> list[tuple[int, str, str]]:
    """Return sample, symbol and text of each mark; a file that cannot be read warns."""
    file = header.with_suffix(f".{extension}")
    if not file.is_file():
        return []
    try:
        _check_definitions(file)
        found = wfdb.rdann(str(header.with_suffix("")), extension)
        texts = [str(text or "").strip("\x00 ") for text in found.aux_note]
        samples = [int(s) for s in found.sample]
        return list(zip(samples, found.symbol, texts, strict=True))
    except Exception as error:  # marks are a help, and the library raises of every kind
        raw.warnings.append(f"marks of {file.suffix} left out: cannot be read ({error})")
        return []


def _check_definitions(file: Path) -> None:
    """Raise where the library would not come back from a file of marks."""
    if file.stat().st_size > MOST_MARKS_BYTES:
        raise ValueError(f"more than {MOST_MARKS_BYTES} bytes")
    data = file.read_bytes()
    known = _DEFINITION.findall(data)
    resolutions = sum(text.startswith(b"time") for text in known)
    if len(known) != data.count(b"## ") or resolutions > 1:
        raise ValueError("a definition of an unknown kind")
