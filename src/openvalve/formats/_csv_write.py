"""Write a text table: ``time_s``, one column for each channel, ``beat``."""

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
    row = ",".join(["%.12g", *["%.10g"] * len(channels), "%d"])
    with (folder / target.name).open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(["time_s", *names, BEAT_COLUMN]) + "\n")
        for first in range(0, recording.length_count, BLOCK_ROWS):
            part = slice(first, first + BLOCK_ROWS)
            columns = [at_s[part], *(c.samples[part] for c in channels), beat[part]]
            rows = zip(*(column.tolist() for column in columns), strict=True)
            file.write("".join(row % values + "\n" for values in rows).replace("nan", ""))
