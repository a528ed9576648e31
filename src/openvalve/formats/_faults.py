"""Refusals of the room, each an item with what was got and what is allowed."""

from collections.abc import Sequence
from pathlib import Path

from openvalve.errors import InputError, InputItem

__all__ = ["MOST_FILE_BYTES", "MOST_VALUES_COUNT", "check_file_size", "check_values", "refuse"]

# Held in memory at once: 2^27 values of 8 bytes are 1 GiB, four hours of 8 channels at 1 kHz.
MOST_VALUES_COUNT = 2**27
MOST_FILE_BYTES = 2**30

PART_HINT = "read a part of it: read_recording(path, from_s=..., to_s=...)"


def refuse(key: str, got: str, allowed: str, *, hint: str = "") -> InputError:
    """Return the error for one thing that is wrong."""
    return InputError([InputItem(key=key, got=got, allowed=allowed)], hint=hint)


def check_file_size(path: Path, *, hint: str = "") -> None:
    """Raise where a file that must be held whole is too large."""
    size = path.stat().st_size
    if size > MOST_FILE_BYTES:
        got = f"{path.name} of {size / 2**30:.1f} GiB"
        raise refuse("RECORDING", got, f"at most {MOST_FILE_BYTES / 2**30:.0f} GiB", hint=hint)


def check_values(counts: Sequence[int]) -> None:
    """Raise where the samples of all channels, decoded, would not fit into memory."""
    total = sum(counts)
    if total > MOST_VALUES_COUNT:
        got = f"{total} samples, {total * 8 / 2**30:.1f} GiB in memory"
        allowed = f"at most {MOST_VALUES_COUNT} at once"
        raise refuse("RECORDING", got, allowed, hint=PART_HINT)
