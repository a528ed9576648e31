"""Read DICOM waveform objects, ours and those of others."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvalve.formats._dicom_tables import (
    HEMODYNAMIC_CODES,
    IDENTITY_KEYWORDS,
    LEAD_CODES,
    OBJECTS,
)
from openvalve.formats._faults import check_file_size, check_values, refuse
from openvalve.formats._identity import OLDEST_TOLD_YEARS, patient_of
from openvalve.formats._optional import need
from openvalve.formats._raw import Raw, RawChannel
from openvalve.recording import EVENT_KINDS

__all__ = ["ANNOTATION_BEATS", "MAKER", "NO_DAY", "TRUE_STATUS", "read_dicom"]

MAKER = "OpenValve"
NO_DAY = "19850101"  # the day of a recording that has none, as EDF+ has it
ANNOTATION_BEATS = "beat"
TRUE_STATUS = "TEST DATA"  # PS3.3 C.10.9: a channel that no sensor measured

_LEADS = {code.value: name for name, code in LEAD_CODES.items()}
_LEADS |= {f"5.6.3-9-{value.removeprefix('2:')}": name for value, name in _LEADS.items()}
_PRESSURES = {code.value: name for name, code in HEMODYNAMIC_CODES.items()}
_DTYPES = {
    (8, "SB"): "<i1",
    (8, "UB"): "<u1",
    (16, "SS"): "<i2",
    (16, "US"): "<u2",
    (32, "SL"): "<i4",
    (32, "UL"): "<u4",
}


def read_dicom(path: Path, *, from_s: float, to_s: float | None, keep_identity: bool) -> Raw:
    """Return the channels of the multiplex groups that share the time of the longest original one.

    Others, such as an averaged beat, are named in the notes and left out.
    """
    pydicom = need("pydicom", "reading DICOM")
    check_file_size(path)
    try:
        data = pydicom.dcmread(str(path))
    except pydicom.errors.InvalidDicomError as error:
        raise refuse("RECORDING", f"{path.name} (no DICOM file)", "a DICOM waveform") from error
    if not data.get("WaveformSequence"):
        got = f"{path.name}: {getattr(data.get('SOPClassUID'), 'name', 'no waveform')}"
        raise refuse("RECORDING", got, "a DICOM object with a Waveform Sequence")
    raw = Raw(format=_format(data), channels=())
    groups = _groups(data, raw)
    raw.channels = [c for group in groups for c in _channels(group, from_s, to_s)]
    raw.start_s = from_s
    _annotations(data, groups[0], from_s, to_s, raw)
    _identity(data, raw, keep_identity)
    return raw


def _format(data: Any) -> str:
    uid = str(data.get("SOPClassUID", ""))
    return next((name for name, o in OBJECTS.items() if o.uid == uid), "dicom")


def _groups(data: Any, raw: Raw) -> list[Any]:
    """Return the groups of one time; the first is the longest original one."""
    every = list(data.WaveformSequence)
    for group in every:
        if float(group.SamplingFrequency) <= 0 or int(group.NumberOfWaveformSamples) <= 0:
            got = f"{group.NumberOfWaveformSamples} samples at {group.SamplingFrequency} Hz"
            raise refuse("Waveform Sequence", got, "samples at a rate above 0 Hz")
    longest = max(every, key=lambda g: (_is_original(g), _seconds(g)))
    kept = [longest]
    for i, group in enumerate(every):
        if group is longest:
            continue
        tolerance_s = 1.0 / float(group.SamplingFrequency) + 1e-6
        same_start = _offset_ms(group) == _offset_ms(longest)
        if same_start and abs(_seconds(group) - _seconds(longest)) <= tolerance_s:
            kept.append(group)
        else:
            label = str(group.get("MultiplexGroupLabel", "") or "without a label")
            raw.said.append(
                f"group {i + 1} ({label}, {_seconds(group):g} s) left out: another time"
            )
    return kept


def _is_original(group: Any) -> bool:
    return str(group.get("WaveformOriginality", "ORIGINAL")) == "ORIGINAL"


def _seconds(group: Any) -> float:
    return int(group.NumberOfWaveformSamples) / float(group.SamplingFrequency)


def _offset_ms(group: Any) -> float:
    return float(group.get("MultiplexGroupTimeOffset") or 0.0)


def _channels(group: Any, from_s: float, to_s: float | None) -> Iterator[RawChannel]:
    rate_hz = float(group.SamplingFrequency)
    codes = _codes(group)
    padding = _padding(group, codes.dtype)
    first = round(from_s * rate_hz)
    last = codes.shape[0] if to_s is None else min(round(to_s * rate_hz), codes.shape[0])
    if last <= first:
        raise refuse("RECORDING", f"no sample from {from_s:g} s on", "at least one sample")
    definitions = list(group.ChannelDefinitionSequence)
    if len(definitions) != codes.shape[1]:
        got = f"{len(definitions)} definitions of {codes.shape[1]} channels"
        raise refuse("Channel Definition Sequence", got, "one for each channel")
    for i, definition in enumerate(definitions):
        column = codes[first:last, i]
        samples = column.astype(np.float64)
        factor = float(definition.get("ChannelSensitivity") or 1.0)
        factor *= float(definition.get("ChannelSensitivityCorrectionFactor") or 1.0)
        samples = samples * factor + float(definition.get("ChannelBaseline") or 0.0)
        if padding is not None:
            samples[column == padding] = np.nan
        source = _first(definition, "ChannelSourceSequence")
        code = str(source.get("CodeValue", "")) if source is not None else ""
        meaning = str(source.get("CodeMeaning", "")) if source is not None else ""
        label = str(definition.get("ChannelLabel", "") or "") or meaning
        yield RawChannel(
            label=label,
            unit=_unit(definition),
            rate_hz=rate_hz,
            samples=samples,
            measured=str(definition.get("ChannelStatus", "")) != TRUE_STATUS,
            name=_LEADS.get(code) or _PRESSURES.get(code, ""),
        )


def _codes(group: Any) -> NDArray[Any]:
    """Return the stored numbers, shape (samples, channels)."""
    bits, sign = int(group.WaveformBitsAllocated), str(group.WaveformSampleInterpretation)
    if (bits, sign) not in _DTYPES:
        got = f"{bits} bits, {sign}"
        allowed = "UB, SB, SS, US, SL or UL (mu-law and A-law sound is not read)"
        raise refuse("Waveform Sample Interpretation", got, allowed)
    shape = int(group.NumberOfWaveformSamples), int(group.NumberOfWaveformChannels)
    check_values([shape[0] * shape[1]])
    data = bytes(group.WaveformData)
    needed = shape[0] * shape[1] * bits // 8
    if len(data) < needed or shape[1] < 1:
        raise refuse("Waveform Data", f"{len(data)} bytes", f"{needed} bytes: the file was cut")
    return np.frombuffer(data[:needed], dtype=_DTYPES[bits, sign]).reshape(shape)


def _padding(group: Any, dtype: np.dtype[Any]) -> int | None:
    """Return the code of an invalid sample, where the group names one."""
    value = group.get("WaveformPaddingValue")
    if isinstance(value, bytes) and len(value) >= dtype.itemsize:
        return int(np.frombuffer(value[: dtype.itemsize], dtype=dtype)[0])
    return int(value) if isinstance(value, int) else None


def _unit(definition: Any) -> str:
    units = _first(definition, "ChannelSensitivityUnitsSequence")
    return str(units.get("CodeValue", "")) if units is not None else ""


def _first(item: Any, keyword: str) -> Any:
    sequence = item.get(keyword)
    return sequence[0] if sequence else None


def _annotations(data: Any, group: Any, from_s: float, to_s: float | None, raw: Raw) -> None:
    """Take beats and events of our own; the free text of others may name a person."""
    end_s = _seconds(group) if to_s is None else min(to_s, _seconds(group))
    beats: list[float] = []
    events: list[tuple[float, str]] = []
    others = 0
    for item in data.get("WaveformAnnotationSequence") or []:
        text = str(item.get("UnformattedTextValue", ""))
        offsets = _offsets_s(item)
        if text == ANNOTATION_BEATS and offsets:
            beats += offsets
        elif text in EVENT_KINDS and offsets:
            events += [(at, text) for at in offsets]
        else:
            others += 1
    raw.beats_s = [at - from_s for at in beats if from_s <= at < end_s]
    inside = [[at - from_s, kind] for at, kind in sorted(events) if from_s <= at < end_s]
    if inside:
        raw.more["events"] = inside
    if others:
        raw.removed.append(f"DICOM WaveformAnnotationSequence ({others})")


def _offsets_s(item: Any) -> list[float]:
    value = item.get("ReferencedTimeOffsets")
    if value is None:
        return []
    many: Sequence[Any] = [value] if isinstance(value, int | float | str) else list(value)
    return [float(v) / 1000.0 for v in many]


def _identity(data: Any, raw: Raw, keep_identity: bool) -> None:
    """Tell sex and age; leave out every name, day, place and number of a person."""
    ours = str(data.get("Manufacturer", "")) == MAKER
    age = str(data.get("PatientAge", "") or "")
    raw.patient.update(patient_of(sex=str(data.get("PatientSex", "") or ""), age=age))
    if ours:
        raw.start_s += _start_s(str(data.get("AcquisitionDateTime", "")))
        return
    if re.match(r"\d{3}Y", age) and int(age[:3]) > OLDEST_TOLD_YEARS:
        raw.removed.append("DICOM PatientAge (above 89, told as 90)")
    private = 0
    for element in data:
        if element.tag.is_private:
            private += 1
            continue
        is_identity = element.keyword in IDENTITY_KEYWORDS or element.VR in ("PN", "DA", "DT", "TM")
        if is_identity and str(element.value or "").strip():
            raw.removed.append(f"DICOM {element.keyword}")
            if keep_identity:
                raw.identity[element.keyword] = str(element.value)
    if private:
        raw.removed.append(f"DICOM private elements ({private})")
    if keep_identity:
        raw.removed.clear()


def _start_s(text: str) -> float:
    """Return seconds since the start of the day that stands for none."""
    found = re.match(NO_DAY + r"(\d\d)(\d\d)(\d\d(?:\.\d{1,6})?)$", text)
    return int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3]) if found else 0.0
