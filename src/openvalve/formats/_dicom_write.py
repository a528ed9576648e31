"""Write DICOM waveform objects: pressures, ECG, heart sounds."""

import hashlib
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import InputError, InputItem
from openvalve.formats._dicom_read import ANNOTATION_BEATS, MAKER, NO_DAY, TRUE_STATUS
from openvalve.formats._dicom_tables import (
    AUDIO_CODE,
    HEMODYNAMIC_CODES,
    HEMODYNAMIC_GENERAL,
    LEAD_CODES,
    LEAD_UNSPECIFIED,
    OBJECTS,
    Code,
    WaveformObject,
)
from openvalve.formats._faults import refuse
from openvalve.formats._names import kind_of
from openvalve.formats._optional import need
from openvalve.formats._quantize import GAP_CODE, quantize
from openvalve.formats._resample import resample
from openvalve.recording import EVENT_KINDS, Channel, Recording
from openvalve.units import UNITS

__all__ = ["write_dicom"]

OFFSETS_AN_ITEM = 2000  # a DS element of 16-bit length holds 65534 bytes, 17 an offset
LABEL_CHARACTERS = 16


def write_dicom(
    recording: Recording, channels: Sequence[Channel], folder: Path, target: Path, kind: str
) -> None:
    """Write ``target`` into ``folder``; a rate above the kind's limit is brought down to it."""
    pydicom = need("pydicom", "writing DICOM")
    limits = OBJECTS[kind]
    rate_hz, signals = _at_allowed_rate(recording, channels, limits)
    _check(channels, signals[0].shape[0], rate_hz, limits, kind)
    data = _header(pydicom, recording, limits, signals)
    size = limits.channels_count
    data.WaveformSequence = [
        _group(pydicom, channels[i : i + size], signals[i : i + size], rate_hz, limits)
        for i in range(0, len(channels), size)
    ]
    marks = _marks(pydicom, recording)
    if marks:
        data.WaveformAnnotationSequence = marks
    data.save_as(str(folder / target.name), enforce_file_format=True)


def _at_allowed_rate(
    recording: Recording, channels: Sequence[Channel], limits: WaveformObject
) -> tuple[float, list[NDArray[np.float64]]]:
    """Return the rate of the object and the signals at it.

    Above the limit, the largest whole-number part of the rate below it, itself whole if it can be
    (1000 Hz becomes 250 Hz under 400); below it, the smallest whole multiple.
    """
    rate_hz = recording.rate_hz
    if limits.lowest_hz <= rate_hz <= limits.highest_hz:
        return rate_hz, [c.samples for c in channels]
    if rate_hz > limits.highest_hz:
        parts = [k for k in range(2, 1000) if rate_hz / k <= limits.highest_hz]
        whole = [k for k in parts if (rate_hz / k).is_integer() and rate_hz / k >= limits.lowest_hz]
        ratio = Fraction(1, (whole or parts)[0])
    else:
        ratio = Fraction(int(-(-limits.lowest_hz // rate_hz)), 1)
    to_hz = rate_hz * float(ratio)
    if not limits.lowest_hz <= to_hz <= limits.highest_hz:
        allowed = f"{limits.lowest_hz:g} to {limits.highest_hz:g} Hz, or a multiple or part of it"
        raise refuse("rate", f"{rate_hz:g} Hz", allowed)
    length = int(-(-recording.length_count * ratio // 1))
    return to_hz, [resample(c.samples, ratio, length) for c in channels]


def _check(
    channels: Sequence[Channel], length: int, rate_hz: float, limits: WaveformObject, kind: str
) -> None:
    items = []
    most = limits.groups_count * limits.channels_count
    if len(channels) > most:
        got = f"{len(channels)} channels"
        items.append(InputItem(key=kind, got=got, allowed=f"at most {most}; name them"))
    if length > limits.samples_count:
        got = f"{length / rate_hz:g} s at {rate_hz:g} Hz"
        allowed = f"{limits.samples_count / rate_hz:g} s in one object"
        items.append(InputItem(key=kind, got=got, allowed=allowed))
    for channel in channels:
        if not channel.name.isascii() or len(channel.name) > LABEL_CHARACTERS:
            got, allowed = "its name", f"{LABEL_CHARACTERS} ASCII characters"
            items.append(InputItem(key=f"channel {channel.name}", got=got, allowed=allowed))
    if items:
        raise InputError(
            items, hint="dicom-ecg takes longer ones" if kind == "dicom-12lead" else ""
        )


def _header(
    pydicom: Any,
    recording: Recording,
    limits: WaveformObject,
    signals: Sequence[NDArray[np.float64]],
) -> Any:
    """Return an object without a waveform: nobody's, of no day, its identifiers a hash of it."""
    digest = hashlib.sha256(limits.uid.encode())
    for signal in signals:
        digest.update(np.ascontiguousarray(signal).tobytes())
    seed = digest.hexdigest()
    data = pydicom.Dataset()
    data.file_meta = pydicom.dataset.FileMetaDataset()
    data.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    data.file_meta.MediaStorageSOPClassUID = limits.uid
    data.SpecificCharacterSet = "ISO_IR 192"
    data.SOPClassUID = limits.uid
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
        setattr(data, keyword, pydicom.uid.generate_uid(entropy_srcs=[keyword, seed]))
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    moment = _moment(recording.start_s)
    data.StudyDate, data.StudyTime = NO_DAY, "000000"
    data.ContentDate, data.ContentTime = NO_DAY, moment
    data.AcquisitionDateTime = NO_DAY + moment
    data.Modality = limits.modality
    data.Manufacturer = MAKER
    data.ManufacturerModelName = "OpenValve"
    data.DeviceSerialNumber = "none"
    data.SoftwareVersions = "none"
    data.PatientName = "OpenValve^Nobody"
    data.PatientID = "OPENVALVE"
    data.PatientBirthDate = ""
    data.PatientSex = _sex(recording)
    data.ReferringPhysicianName = ""
    data.AccessionNumber = ""
    data.StudyID = "1"
    data.StudyDescription = "Research and education, not for clinical use"
    data.SeriesNumber = 1
    data.InstanceNumber = 1
    data.AcquisitionContextSequence = []
    if limits.modality == "HD":
        data.Laterality = ""  # of this kind alone dciodvfy wants the element, empty
    if limits.synchronized:
        data.SynchronizationFrameOfReferenceUID = pydicom.uid.generate_uid(
            entropy_srcs=["SynchronizationFrameOfReferenceUID", seed]
        )
        data.SynchronizationTrigger = "NO TRIGGER"
        data.AcquisitionTimeSynchronized = "N"
    return data


def _sex(recording: Recording) -> str:
    patient = recording.notes.get("patient")
    sex = patient.get("sex") if isinstance(patient, dict) else None
    return {"female": "F", "male": "M"}.get(str(sex), "")


def _moment(start_s: float) -> str:
    """Return a time of day; a case that starts later than a day has no such time."""
    if not 0 <= start_s < 86400:
        raise refuse("start_s", f"{start_s:g} s", "0 to 86400 s (DICOM)")
    micro = round(start_s * 1e6)
    minutes, rest = divmod(micro, 60_000_000)
    return f"{minutes // 60:02d}{minutes % 60:02d}{rest // 1_000_000:02d}.{rest % 1_000_000:06d}"


def _group(
    pydicom: Any,
    channels: Sequence[Channel],
    signals: Sequence[NDArray[np.float64]],
    rate_hz: float,
    limits: WaveformObject,
) -> Any:
    group = pydicom.Dataset()
    group.WaveformOriginality = "ORIGINAL"
    group.NumberOfWaveformChannels = len(channels)
    group.NumberOfWaveformSamples = signals[0].shape[0]
    group.SamplingFrequency = pydicom.valuerep.DSfloat(rate_hz, auto_format=True)
    made = [_coded(s, limits.bits) for s in signals]
    group.ChannelDefinitionSequence = [
        _definition(pydicom, channel, step, baseline, limits)
        for channel, (_, step, baseline) in zip(channels, made, strict=True)
    ]
    group.WaveformBitsAllocated = limits.bits
    group.WaveformSampleInterpretation = "SS" if limits.bits == 16 else "UB"
    codes = np.column_stack([codes for codes, _, _ in made])
    raw = codes.astype("<i2" if limits.bits == 16 else "<u1").tobytes()
    vr = "OW" if limits.bits == 16 else "OB"
    if any(np.isnan(s).any() for s in signals):
        gap = GAP_CODE if limits.bits == 16 else 0
        padding = np.array([gap], "<i2" if limits.bits == 16 else "<u1").tobytes()
        group.add_new("WaveformPaddingValue", vr, padding + b"\0" * (len(padding) % 2))
    group.add_new("WaveformData", vr, raw + b"\0" * (len(raw) % 2))
    return group


def _coded(samples: NDArray[np.float64], bits: int) -> tuple[NDArray[np.int64], float, float]:
    """Return codes, step and value of code 0; sound in 8 bits is centered on 128."""
    if bits == 16:
        made = quantize(samples)
        return made.codes.astype(np.int64), made.step, -made.zero * made.step
    largest = float(np.nanmax(np.abs(samples)))
    step = float(f"{max(largest, 1e-9) / 126:.6g}")
    gap = np.isnan(samples)
    codes = np.rint(np.where(gap, 0.0, samples) / step) + 128
    return np.where(gap, 0, codes).astype(np.int64), step, -128 * step


def _definition(
    pydicom: Any, channel: Channel, step: float, baseline: float, limits: WaveformObject
) -> Any:
    item = pydicom.Dataset()
    item.ChannelLabel = channel.name
    item.ChannelStatus = "OK" if channel.measured else TRUE_STATUS
    item.ChannelSourceSequence = [_code(pydicom, _source(channel, limits))]
    item.ChannelSensitivity = pydicom.valuerep.DSfloat(step, auto_format=True)
    unit = UNITS[channel.unit]
    item.ChannelSensitivityUnitsSequence = [
        _code(pydicom, Code(unit.ucum, "UCUM", unit.label or "no units"))
    ]
    item.ChannelSensitivityCorrectionFactor = 1
    item.ChannelBaseline = pydicom.valuerep.DSfloat(baseline, auto_format=True)
    item.ChannelSampleSkew = 0
    item.WaveformBitsStored = limits.bits
    return item


def _source(channel: Channel, limits: WaveformObject) -> Code:
    if limits.modality == "AU":
        return AUDIO_CODE
    if channel.name in LEAD_CODES:
        return LEAD_CODES[channel.name]
    if kind_of(channel.name, channel.unit) == "ecg" or limits.modality == "ECG":
        return LEAD_UNSPECIFIED
    return HEMODYNAMIC_CODES.get(channel.name, HEMODYNAMIC_GENERAL)


def _code(pydicom: Any, code: Code) -> Any:
    item = pydicom.Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = code
    return item


def _marks(pydicom: Any, recording: Recording) -> list[Any]:
    """Return annotations: beats and each kind of event, as offsets in ms from the first sample."""
    end_s = recording.length_count / recording.rate_hz
    times: dict[str, list[float]] = {ANNOTATION_BEATS: [float(t) for t in recording.beats_s]}
    for at_s, kind in recording.notes.get("events", ()):
        if kind in EVENT_KINDS:
            times.setdefault(str(kind), []).append(float(at_s))
    items = []
    for text, at in times.items():
        inside = [t for t in at if 0 <= t < end_s]
        for i in range(0, len(inside), OFFSETS_AN_ITEM):
            part = inside[i : i + OFFSETS_AN_ITEM]
            item = pydicom.Dataset()
            item.UnformattedTextValue = text
            item.ReferencedWaveformChannels = [1, 0]
            item.TemporalRangeType = "POINT" if len(part) == 1 else "MULTIPOINT"
            item.ReferencedTimeOffsets = [
                pydicom.valuerep.DSfloat(round(t * 1000, 6), auto_format=True) for t in part
            ]
            item.AnnotationGroupNumber = 1
            items.append(item)
    return items
