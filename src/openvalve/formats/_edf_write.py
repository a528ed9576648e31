"""Write EDF+: 16 bits, beats and events as annotations."""

import math
import warnings
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import FileError, InputError, InputItem
from openvalve.formats._edf_read import BEAT_TEXT, END_TEXT, GAP_TEXT, MAKER, START_TEXT, TRUE_TEXT
from openvalve.formats._faults import refuse
from openvalve.formats._optional import need
from openvalve.formats._units_in import file_unit
from openvalve.recording import EVENT_KINDS, Channel, Recording

__all__ = ["write_edf"]

LOWEST, HIGHEST = -32768, 32767
FIELD_CHARACTERS = 8
LABEL_CHARACTERS = 16
LONGEST_RECORD_S = 60
MOST_RECORD_BYTES = 61440
MOST_ANNOTATION_SIGNALS = 64
NO_DAY = datetime(1985, 1, 1)


def write_edf(
    recording: Recording, channels: Sequence[Channel], folder: Path, target: Path
) -> None:
    """Write ``target`` into ``folder``; the lowest code is a gap, and the header says so."""
    pyedflib = need("pyedflib", "writing EDF+")
    _check_fields(channels)
    duration_s = _record_duration_s(recording.rate_hz, len(channels))
    per_record = round(recording.rate_hz * duration_s)
    ranges = [_range(c) for c in channels]
    writer = pyedflib.EdfWriter(
        str(folder / target.name), len(channels), file_type=pyedflib.FILETYPE_EDFPLUS
    )
    try:
        annotations = _annotations(recording)
        records = -(-recording.length_count // per_record)
        needed = -(-len(annotations) // records)  # the library keeps one a record and signal
        if needed > MOST_ANNOTATION_SIGNALS:
            got = f"{len(annotations)} beats and events in {records} records"
            raise refuse("recording", got, f"at most {MOST_ANNOTATION_SIGNALS} a record")
        writer.set_number_of_annotation_signals(needed)
        writer.setStartdatetime(NO_DAY)
        writer.setEquipment(MAKER)
        if recording.start_s:
            writer.setRecordingAdditional(f"{START_TEXT}{recording.start_s:.6f}")
        _set_channels(writer, recording, channels, ranges, duration_s)
        codes = [
            _codes(c, low, high, per_record)
            for c, (low, high) in zip(channels, ranges, strict=True)
        ]
        for at in range(0, codes[0].shape[0], per_record):
            block = np.concatenate([c[at : at + per_record] for c in codes])
            if writer.blockWriteDigitalSamples(block) < 0:
                raise FileError(f"{target}: samples cannot be written")
        for at_s, text in annotations:
            writer.writeAnnotation(at_s, -1, text)
    finally:
        writer.close()


def _check_fields(channels: Sequence[Channel]) -> None:
    items = [
        InputItem(key=f"channel {c.name}", got=got, allowed=allowed)
        for c in channels
        for got, allowed, ok in (
            ("its name", "16 ASCII characters", c.name.isascii() and len(c.name) <= 16),
            (f"unit {c.unit}", "a unit of 8 characters", len(file_unit(c.unit)) <= 8),
            ("numbers above 9999999", "at most 9999999", np.nanmax(np.abs(c.samples)) < 9_999_999),
        )
        if not ok
    ]
    if items:
        raise InputError(items, hint="write WFDB or CSV")


def _record_duration_s(rate_hz: float, channel_count: int) -> float:
    """Return seconds of a data record that hold a whole number of samples.

    One second, a part of it where a record would pass 61440 bytes (the format's advice), or as
    many seconds as make the samples whole: 62.5 Hz goes into 2 s.
    """
    rate = Fraction(rate_hz).limit_denominator(LONGEST_RECORD_S)
    if abs(float(rate) / rate_hz - 1) > 1e-9:
        allowed = f"a rate with whole samples in 1 to {LONGEST_RECORD_S} s (EDF)"
        raise refuse("rate", f"{rate_hz:g} Hz", allowed, hint="write WFDB or CSV")
    for part in (1, 2, 5, 10):
        whole = rate / part
        if rate.denominator == 1 and whole.denominator == 1:
            duration_s = 1 / part
            if whole * channel_count * 2 <= MOST_RECORD_BYTES:
                return duration_s
    return float(rate.denominator)


def _range(channel: Channel) -> tuple[float, float]:
    """Return physical ends that 8 characters carry exactly, a step wider than the samples."""
    low, high = float(np.nanmin(channel.samples)), float(np.nanmax(channel.samples))
    margin = max((high - low) * 1e-3, 1e-3)
    return _written(low - margin, math.floor), _written(high + margin, math.ceil)


def _written(value: float, whole: Any) -> float:
    """Return the number of at most 8 characters next to ``value`` on the given side."""
    digits = FIELD_CHARACTERS - 2 - len(str(abs(int(value)))) - (1 if value < 0 else 0)
    scale = 10 ** max(digits, 0)
    return float(whole(value * scale) / scale)


def _codes(channel: Channel, low: float, high: float, per_record: int) -> NDArray[np.int32]:
    """Return codes, filled up with gaps to whole records."""
    step = (high - low) / (HIGHEST - LOWEST)
    gap = np.isnan(channel.samples)
    codes = np.rint((np.where(gap, low, channel.samples) - low) / step) + LOWEST
    codes[gap] = LOWEST
    fill = -codes.shape[0] % per_record
    return np.pad(codes, (0, fill), constant_values=LOWEST).astype(np.int32)


def _set_channels(
    writer: Any,
    recording: Recording,
    channels: Sequence[Channel],
    ranges: Sequence[tuple[float, float]],
    duration_s: float,
) -> None:
    headers = [
        {
            "label": c.name,
            "dimension": file_unit(c.unit),
            "sample_frequency": recording.rate_hz,
            "physical_min": low,
            "physical_max": high,
            "digital_min": LOWEST,
            "digital_max": HIGHEST,
            "transducer": "" if c.measured else TRUE_TEXT,
            "prefilter": GAP_TEXT,
        }
        for c, (low, high) in zip(channels, ranges, strict=True)
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        writer.setSignalHeaders(headers)
        writer.setDatarecordDuration(duration_s)


def _annotations(recording: Recording) -> list[tuple[float, str]]:
    """Return beats, events and the end, in the order of time."""
    end_s = recording.length_count / recording.rate_hz
    texts = [(float(t), BEAT_TEXT) for t in recording.beats_s]
    texts += [
        (float(at_s), str(kind))
        for at_s, kind in recording.notes.get("events", ())
        if kind in EVENT_KINDS
    ]
    inside = sorted(t for t in texts if 0 <= t[0] < end_s)
    return [*inside, (end_s, END_TEXT)]
