"""Read EDF, EDF+ and BDF."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvalve.formats._faults import check_values, refuse
from openvalve.formats._identity import patient_of
from openvalve.formats._optional import need
from openvalve.formats._raw import Raw, RawChannel
from openvalve.recording import EVENT_KINDS

__all__ = ["BEAT_TEXT", "END_TEXT", "GAP_TEXT", "MAKER", "START_TEXT", "TRUE_TEXT", "read_edf"]

# What our own files say in free fields.
MAKER = "OpenValve"
BEAT_TEXT = "beat"
END_TEXT = "Recording ends"
GAP_TEXT = "lowest code: no sample"
START_TEXT = "start_s="
TRUE_TEXT = "true value of a simulation"

_IDENTITY = (
    "getPatientName",
    "getPatientCode",
    "getPatientAdditional",
    "getTechnician",
    "getEquipment",
    "getAdmincode",
    "getRecordingAdditional",
    "getBirthdate",
)


def read_edf(path: Path, *, from_s: float, to_s: float | None, keep_identity: bool) -> Raw:
    """Return the channels of a file; its end is taken from the annotation that we write."""
    pyedflib = need("pyedflib", "reading EDF")
    _check_header(path)
    raw = Raw(format="edf", channels=())
    try:
        reader = pyedflib.EdfReader(str(path))
    except OSError as error:
        raise refuse("RECORDING", f"{path.name} ({error})", "an EDF, EDF+ or BDF file") from error
    try:
        _read(reader, from_s, to_s, raw)
        _identity(reader, raw, keep_identity)
    finally:
        reader.close()
    return raw


def _check_header(path: Path) -> None:
    """Raise where the sizes of the header and of the file do not fit: a cut or a wrong file."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(256)
        try:
            header_bytes, records = int(head[184:192]), int(head[236:244])
            signals = int(head[252:256])
            file.seek(256 + 216 * signals)
            samples = file.read(8 * signals)
            counts = [int(samples[i : i + 8]) for i in range(0, 8 * signals, 8)]
        except ValueError as error:
            got = f"{path.name} with a header that cannot be read"
            raise refuse("RECORDING", got, "an EDF, EDF+ or BDF file") from error
    if signals < 1 or header_bytes != 256 * (signals + 1) or min(counts) < 1:
        got = f"{path.name}: {signals} signals in a header of {header_bytes} bytes"
        raise refuse("RECORDING", got, "an EDF, EDF+ or BDF file")
    width = 3 if head[:1] == b"\xff" else 2
    whole = header_bytes + records * sum(counts) * width
    if records < 1 or whole != size:
        got = f"{path.name} of {size} bytes"
        allowed = f"{whole} bytes, {records} records, as its header says"
        raise refuse("RECORDING", got, allowed, hint="the file was cut, or never closed")


def _read(reader: Any, from_s: float, to_s: float | None, raw: Raw) -> None:
    texts = _texts(reader)
    ends = [at for at, text in texts if text == END_TEXT]
    end_s = min([float(reader.file_duration), *([to_s] if to_s is not None else []), *ends])
    rates = [float(reader.getSampleFrequency(i)) for i in range(reader.signals_in_file)]
    if not rates or end_s <= from_s:
        raise refuse("RECORDING", f"no sample from {from_s:g} s on", "at least one sample")
    spans = [(round(from_s * rate), round(end_s * rate)) for rate in rates]
    check_values([last - first for first, last in spans])
    raw.channels = [
        RawChannel(
            label=reader.getLabel(i),
            unit=reader.getPhysicalDimension(i),
            rate_hz=rate,
            samples=_samples(reader, i, first, last),
            measured=reader.getTransducer(i).strip() != TRUE_TEXT,
        )
        for i, (rate, (first, last)) in enumerate(zip(rates, spans, strict=True))
    ]
    raw.start_s = from_s
    inside = [(at - from_s, text) for at, text in texts if from_s <= at < end_s]
    raw.beats_s = [at for at, text in inside if text == BEAT_TEXT]
    events = [[at, text] for at, text in inside if text in EVENT_KINDS]
    if events:
        raw.more["events"] = events
    known = len(raw.beats_s) + len(events) + len(ends)
    if len(texts) > known and (to_s is None and from_s == 0):
        raw.removed.append(f"EDF annotations of free text ({len(texts) - known})")


def _texts(reader: Any) -> list[tuple[float, str]]:
    """Return seconds from the first sample and text of each annotation."""
    onsets, _, texts = reader.readAnnotations()
    return [(float(at), str(text)) for at, text in zip(onsets, texts, strict=True)]


def _samples(reader: Any, channel: int, first: int, last: int) -> NDArray[np.float64]:
    """Return samples in the channel's unit; where our writer says so, the lowest code is a gap."""
    have = int(reader.getNSamples()[channel])
    codes = reader.readSignal(channel, first, min(last, have) - first, digital=True)
    lowest, highest = reader.getDigitalMinimum(channel), reader.getDigitalMaximum(channel)
    bottom, top = reader.getPhysicalMinimum(channel), reader.getPhysicalMaximum(channel)
    step = (top - bottom) / (highest - lowest)
    samples = bottom + (codes.astype(np.float64) - lowest) * step
    if reader.getPrefilter(channel).strip() == GAP_TEXT:
        samples[codes == lowest] = np.nan
    return np.asarray(samples)


def _identity(reader: Any, raw: Raw, keep_identity: bool) -> None:
    """Tell sex; leave out names, codes and days, and say which were there."""
    for getter in _IDENTITY:
        value = str(getattr(reader, getter)() or "").strip()
        if getter == "getRecordingAdditional" and value.startswith(START_TEXT):
            raw.start_s += float(value.removeprefix(START_TEXT))
            continue
        if value and value.upper() != "X" and (getter, value) != ("getEquipment", MAKER):
            _leave_out(getter.removeprefix("get"), value, raw, keep_identity)
    start = reader.getStartdatetime()
    if (start.year, start.month, start.day) != (1985, 1, 1):  # EDF+: "1 January 1985" is no day
        _leave_out("Startdatetime", start.isoformat(), raw, keep_identity)
    raw.patient.update(patient_of(sex=str(reader.getSex() or "")))
    if keep_identity:
        raw.removed.clear()


def _leave_out(field: str, value: str, raw: Raw, keep_identity: bool) -> None:
    raw.removed.append(f"EDF {field}")
    if keep_identity:
        raw.identity[field] = value
