"""What a reader hands over, and how it becomes a recording."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import InputError, InputItem
from openvalve.formats._faults import check_values, refuse
from openvalve.formats._names import kind_of, name_of, printable
from openvalve.formats._names_tables import PRESSURES
from openvalve.formats._resample import ratio_of, resample
from openvalve.formats._units_in import parse_unit
from openvalve.recording import Channel, Recording

__all__ = ["Raw", "RawChannel", "assemble"]


@dataclass(frozen=True, kw_only=True, slots=True)
class RawChannel:
    """One channel as the file has it: label and unit as written, "" where none is.

    ``name`` is ours where the file says by a code what the channel is.
    """

    label: str
    unit: str
    rate_hz: float
    samples: NDArray[np.float64]
    measured: bool = True
    name: str = ""


@dataclass(kw_only=True, slots=True)
class Raw:
    """A file as read: what is kept, what was taken out, what should be known about it."""

    format: str
    channels: Sequence[RawChannel]
    beats_s: Sequence[float] = ()
    start_s: float = 0.0
    said: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    patient: dict[str, Any] = field(default_factory=dict)
    identity: dict[str, str] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)


def assemble(raw: Raw) -> Recording:
    """Return the recording: our names and units, one rate, identity left out.

    Raises
    ------
    InputError
        No channel, no sample, a channel without a valid sample, a pressure without its unit:
        every one at once.
    """
    named = _named(raw)
    rate_hz = max(channel.rate_hz for channel in named.values())
    length = _length(named, rate_hz)
    check_values([length] * len(named))
    channels = {}
    items = []
    for name, channel in named.items():
        unit, factor = _unit(name, channel, raw)
        samples = _at_rate(channel, rate_hz, length, raw) * factor
        if np.isnan(samples).all():
            got = f"no valid sample in {length}"
            items.append(InputItem(key=f"channel {name}", got=got, allowed="numbers"))
        channels[name] = Channel(name=name, unit=unit, samples=samples, measured=channel.measured)
    if items:
        raise InputError(items)
    beats = np.asarray(sorted(raw.beats_s), dtype=np.float64)
    beats = beats[(beats >= 0) & (beats < length / rate_hz)]
    return Recording(
        rate_hz=rate_hz,
        channels=channels,
        beats_s=beats,
        start_s=raw.start_s,
        notes=_notes(raw, named),
    )


def _named(raw: Raw) -> dict[str, RawChannel]:
    """Return the channels by our name; a name taken already leaves the label, then a number."""
    if not raw.channels:
        raise refuse("RECORDING", "no channel", "at least one channel with samples")
    if max(channel.samples.shape[0] for channel in raw.channels) == 0:
        raise refuse("RECORDING", "no sample", "at least one sample in each channel")
    _check_pressures(raw.channels)
    named: dict[str, RawChannel] = {}
    for i, channel in enumerate(raw.channels):
        label = printable(channel.label) or f"channel {i + 1}"
        name = channel.name or name_of(label, _suffix(channel.unit)) or label
        if name in named:
            other, name = name, next(n for n in _spare(label) if n not in named)
            raw.warnings.append(f"{label}: named {name}, for {other} is there already")
        named[name] = channel
    return named


def _spare(label: str) -> Sequence[str]:
    return [label, *(f"{label}_{i}" for i in range(2, 1000))]


def _suffix(text: str) -> str:
    parsed = parse_unit(text)
    return parsed[0] if parsed else ""


def _check_pressures(channels: Sequence[RawChannel]) -> None:
    """Raise where a pressure has no unit of pressure: its numbers cannot be read."""
    items = []
    for channel in channels:
        suffix = _suffix(channel.unit)
        name = channel.name or name_of(channel.label, suffix)
        if name in PRESSURES and suffix != "mmhg":
            got = f"unit {channel.unit!r}" if channel.unit.strip() else "no unit"
            key = f"channel {printable(channel.label)} ({name})"
            items.append(InputItem(key=key, got=got, allowed="mmHg, kPa, cmH2O or mbar"))
    if items:
        raise InputError(items, hint="a pressure needs its unit; write it into the file's header")


def _unit(name: str, channel: RawChannel, raw: Raw) -> tuple[str, float]:
    """Return suffix and factor; a unit that is not known leaves arbitrary numbers, and says so."""
    parsed = parse_unit(channel.unit)
    if parsed is None:
        what = f"unit {channel.unit!r} is not known" if channel.unit.strip() else "no unit"
        shape = "; its shape can be read, not its height" if kind_of(name, "") == "ecg" else ""
        raw.warnings.append(f"{name}: {what}: kept as plain numbers{shape}")
        return "ratio", 1.0
    suffix, factor = parsed
    if factor != 1.0:
        raw.said.append(f"{name}: {channel.unit} converted to {suffix} (x {factor:.6g})")
    return suffix, factor


def _length(named: dict[str, RawChannel], rate_hz: float) -> int:
    """Return the samples at the common rate: of the longest channel that has that rate."""
    return max(len(c.samples) for c in named.values() if c.rate_hz == rate_hz)


def _at_rate(channel: RawChannel, rate_hz: float, length: int, raw: Raw) -> NDArray[np.float64]:
    if channel.rate_hz != rate_hz:
        label = printable(channel.label)
        try:
            ratio = ratio_of(channel.rate_hz, rate_hz)
        except ValueError as error:
            raise refuse(f"channel {label}", str(error), "rates in a simple ratio") from error
        raw.said.append(f"{label}: resampled from {channel.rate_hz:g} to {rate_hz:g} Hz")
        return resample(channel.samples, ratio, length)
    missing = length - channel.samples.shape[0]
    if missing:
        raw.warnings.append(f"{printable(channel.label)}: ends {missing} samples before the others")
        return np.pad(channel.samples, (0, missing), constant_values=np.nan)
    return channel.samples


def _notes(raw: Raw, named: dict[str, RawChannel]) -> dict[str, Any]:
    labels = {n: printable(c.label) for n, c in named.items() if printable(c.label) != n}
    notes: dict[str, Any] = {
        "format": raw.format,
        "read": _together(raw.said),
        "warnings": _together(raw.warnings),
        "labels": labels,
        "removed": raw.removed,
        **raw.more,
    }
    if raw.patient:
        notes["patient"] = raw.patient
    if raw.identity:
        notes["identity"] = raw.identity
    return notes


def _together(lines: Sequence[str]) -> list[str]:
    """Return ``I, II: the same`` for ``I: the same`` and ``II: the same``."""
    names: dict[str, list[str]] = {}
    for line in lines:
        name, colon, fact = line.partition(": ")
        names.setdefault(fact if colon else line, []).extend([name] if colon else [])
    return [f"{', '.join(n)}: {fact}" if n else fact for fact, n in names.items()]
