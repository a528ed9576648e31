"""Consecutive recordings as one."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from openvalve.recording import Channel, Recording

__all__ = ["joined"]

# What lasts until something else of its kind begins.
LASTING = {"f": "atria", "flutter": "atria", "atria_quiet": "atria"} | dict.fromkeys(
    ("vf", "vf_end"), "ventricles"
)


def joined(parts: Sequence[Recording]) -> Recording:
    """Return consecutive recordings as one; what lasts over a border begins only once."""
    first = parts[0]
    after_s = [part.start_s - first.start_s for part in parts]
    if len(parts) == 1:
        return first
    channels = {
        name: Channel(
            name=name,
            unit=channel.unit,
            samples=np.concatenate([part[name] for part in parts]),
            measured=channel.measured,
        )
        for name, channel in first.channels.items()
    }
    notes = dict(first.notes)
    for key in ("events", "sounds"):
        if key in first.notes:
            lists = [part.notes[key] for part in parts]
            notes[key] = _joined_marks(lists, after_s)
    beats = np.concatenate(
        [part.beats_s + after for part, after in zip(parts, after_s, strict=True)]
    )
    return replace(first, channels=channels, beats_s=beats, notes=notes)


def _joined_marks(
    lists: Sequence[Sequence[Sequence[float | str]]], after_s: Sequence[float]
) -> list[list[float | str]]:
    """Return marks on the clock of the first part, without beginnings of what goes on already."""
    marks: list[list[float | str]] = []
    lasts: dict[str, str] = {}
    for part, after in zip(lists, after_s, strict=True):
        for at, kind in part:
            regime = LASTING.get(str(kind))
            if regime is not None:
                if lasts.get(regime) == kind:
                    continue
                lasts[regime] = str(kind)
            marks.append([float(at) + after, kind])
    return marks
