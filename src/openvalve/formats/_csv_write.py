"""Write a text table: ``time_s``, one column for each channel, ``beat``."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from openvalve.errors import InputError, InputItem
from openvalve.formats._csv_read import BEAT_COLUMN, TRUE_SUFFIX
from openvalve.formats._units_in import file_unit
from openvalve.recording import Channel, Recording

__all__ = ["write_csv"]

BLOCK_ROWS = 10_000


def write_csv(
    recording: Recording, channels: Sequence[Channel], folder: Path, target: Path
) -> None:
    """Write ``target`` into ``folder``: ten digits, a gap as an empty field.

    The header is ``LV [mmHg]``, or ``LV_true [mmHg]`` for what the body does. ``beat`` is 1 in the
    row of an onset. Events are not written: a table of samples has no place for them.
    """
    items = [
        InputItem(key=f"channel {c.name}", got="its name", allowed="a name without , ; [ ] ( )")
        for c in channels
        if set(c.name) & set(",;[]()\"'\t\n") or c.name.lower() == BEAT_COLUMN
    ]
    if items:
        raise InputError(items)
    names = [f"{c.name}{'' if c.measured else TRUE_SUFFIX} [{file_unit(c.unit)}]" for c in channels]
    beat = np.zeros(recording.length_count)
    at = np.rint(recording.beats_s * recording.rate_hz).astype(np.int64)
    beat[at[(at >= 0) & (at < beat.shape[0])]] = 1
    at_s = recording.start_s + recording.time_s
    with (folder / target.name).open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["time_s", *names, BEAT_COLUMN])
        for first in range(0, recording.length_count, BLOCK_ROWS):
            part = slice(first, first + BLOCK_ROWS)
            columns = [
                [f"{t:.9f}".rstrip("0").rstrip(".") for t in at_s[part]],
                *([_text(x) for x in c.samples[part]] for c in channels),
                [str(int(b)) for b in beat[part]],
            ]
            rows.writerows(zip(*columns, strict=True))


def _text(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.10g}"
