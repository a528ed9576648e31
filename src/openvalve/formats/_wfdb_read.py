"""Read a WFDB record: header, signal files, checksums, segments, beat marks."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import InputError, InputItem
from openvalve.formats._faults import check_values, refuse
from openvalve.formats._identity import patient_of
from openvalve.formats._optional import need
from openvalve.formats._raw import Raw, RawChannel
from openvalve.formats._wfdb_marks import DISCLAIMER, read_marks

__all__ = ["read_wfdb"]

_SAFE_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]*$")
_FIELD = re.compile(r"\s*<?(age|sex|gender|dx)>?\s*[:=]\s*(.*)$", re.IGNORECASE)
MOST_HEADER_BYTES = 2**20


def read_wfdb(header: Path, *, from_s: float, to_s: float | None, keep_identity: bool) -> Raw:
    """Return a record by its header file; checksums are compared where the whole is read."""
    wfdb = need("wfdb", "reading WFDB")
    if header.stat().st_size > MOST_HEADER_BYTES:
        raise refuse("RECORDING", f"{header.name} of more than 1 MiB", "a WFDB header")
    record = wfdb.rdheader(str(header.with_suffix("")))
    rate_hz = float(record.fs)
    if not np.isfinite(rate_hz) or rate_hz <= 0:
        raise refuse("sampling frequency", f"{record.fs} Hz", "above 0 Hz")
    length = _total_length(record, header)
    first = min(round(from_s * rate_hz), length)
    last = length if to_s is None else min(round(to_s * rate_hz), length)
    if last <= first:
        raise refuse("RECORDING", f"no sample from {from_s:g} s on", "at least one sample")
    raw = Raw(format="wfdb", channels=())
    if record.n_sig == 0:
        return raw
    segments = _segments(record, header)
    parts = [
        _segment(wfdb, header.parent / name, max(first - at, 0), min(last - at, n), n, raw)
        for name, at, n in segments
        if name != "~" and n > 0 and at < last and at + n > first
    ]
    spans = [
        (max(at, first), min(at + n, last))
        for name, at, n in segments
        if name != "~" and n > 0 and at < last and at + n > first
    ]
    raw.channels = _join(parts, spans, first, last, rate_hz)
    raw.start_s = from_s
    if (first, last) != (0, length):
        raw.said.append("checksums not compared: a part was read")
    _comments(record, raw, keep_identity)
    read_marks(wfdb, header, rate_hz, first, last, raw)
    return raw


def _total_length(record: Any, header: Path) -> int:
    """Return the frames of the record; where the header does not say, from the file's size."""
    if record.sig_len is not None:
        length = int(record.sig_len)
        if length <= 0:
            raise refuse("RECORDING", f"{header.name} with {length} samples", "at least one sample")
        return length
    got = f"{header.name} without a number of samples"
    raise refuse("RECORDING", got, "a header that says how long the signals are")


def _segments(record: Any, header: Path) -> list[tuple[str, int, int]]:
    """Return name, first frame and frames of each segment; a plain record is one segment."""
    if getattr(record, "n_seg", None) is None:
        return [(header.stem, 0, int(record.sig_len))]
    found, at = [], 0
    for name, n in zip(record.seg_name, record.seg_len, strict=True):
        if name != "~":
            _check_name(name, header)
            if name == header.stem:
                raise refuse(header.name, f"segment {name!r} within itself", "other records")
        found.append((name, at, int(n)))
        at += int(n)
    if at != int(record.sig_len):
        got = f"segments of {at} samples in a record of {record.sig_len}"
        raise refuse(header.name, got, "segments that add up")
    return found


def _check_name(name: str | None, header: Path) -> None:
    """Raise where a header names a file outside its own folder."""
    if name is None or not _SAFE_FILE.match(name):
        raise refuse(header.name, f"signal file {name!r}", "a file in the folder of the header")


def _segment(wfdb: Any, stem: Path, first: int, last: int, length: int, raw: Raw) -> Any:
    """Return one segment with its physical samples, ``e_p_signal``, its checksums compared."""
    header = stem.with_name(stem.name + ".hea")
    if not header.is_file():
        raise refuse("RECORDING", f"no {header.name} (a segment)", "every segment of the record")
    head = wfdb.rdheader(str(stem))
    if getattr(head, "n_seg", None) is not None or int(head.sig_len or 0) != length:
        raise refuse(header.name, f"{head.sig_len} samples", f"one segment of {length} samples")
    for file in set(head.file_name):
        _check_name(file, header)
        if not (stem.parent / file).is_file():
            raise refuse("RECORDING", f"no {file}", f"the signal file that {header.name} names")
    check_values([int(spf or 1) * (last - first) for spf in head.samps_per_frame])
    try:
        record = wfdb.rdrecord(
            str(stem),
            sampfrom=first,
            sampto=last,
            physical=False,
            smooth_frames=False,
            ignore_skew=True,
        )
    except (ValueError, IndexError, RuntimeError) as error:
        got = f"signal files that end too early or cannot be decoded ({error})"
        raise refuse(header.name, got, f"{length} samples of {head.n_sig} signals") from error
    counts = [len(s) for s in record.e_d_signal]
    if counts != [int(spf or 1) * (last - first) for spf in head.samps_per_frame]:
        raise refuse(header.name, f"samples {counts}", f"{length} samples of each signal")
    if (first, last) == (0, length):
        _check_sums(head, record.e_d_signal, header)
    record.dac(expanded=True, return_res=64, inplace=True)
    for i, skew in enumerate(head.skew):
        if skew:
            record.e_p_signal[i] = _shift(record.e_p_signal[i], int(skew) * counts[i] // counts[0])
            raw.said.append(f"{head.sig_name[i]}: moved by its skew of {skew} samples")
    return record


def _check_sums(head: Any, signals: Sequence[NDArray[np.int64]], header: Path) -> None:
    """Raise where the sum of a signal is not what its header says: some bytes are wrong."""
    items = [
        InputItem(
            key=f"{header.name}, signal {name}",
            got=f"checksum {int(np.sum(signal) % 65536)}",
            allowed=f"{int(said) % 65536}, as the header says",
        )
        for name, said, signal in zip(head.sig_name, head.checksum, signals, strict=True)
        if said is not None and (int(np.sum(signal)) - int(said)) % 65536
    ]
    if items:
        raise InputError(items, hint="the signal file was cut or changed; fetch it again")


def _shift(samples: NDArray[np.float64], skew: int) -> NDArray[np.float64]:
    """Return samples moved earlier; what the file does not have is a gap."""
    moved = np.full_like(samples, np.nan)
    moved[: samples.shape[0] - skew] = samples[skew:]
    return moved


def _join(
    parts: Sequence[Any], spans: Sequence[tuple[int, int]], first: int, last: int, rate_hz: float
) -> list[RawChannel]:
    """Return the channels of all segments on one time; where a segment lacks one, a gap."""
    keys: dict[tuple[str, int], tuple[str, int]] = {}
    for part in parts:
        for key, unit, spf in _keys(part):
            if keys.setdefault(key, (unit, spf)) != (unit, spf):
                got = f"{unit}, {spf} samples a frame"
                raise refuse(f"signal {key[0]}", got, "the same unit and rate in every segment")
    if not keys:
        raise refuse("RECORDING", "no sample in any segment", "at least one sample")
    check_values([spf * (last - first) for _, spf in keys.values()])
    joined = {k: np.full((last - first) * spf, np.nan) for k, (_, spf) in keys.items()}
    for part, (start, end) in zip(parts, spans, strict=True):
        for (key, _, spf), samples in zip(_keys(part), part.e_p_signal, strict=True):
            joined[key][(start - first) * spf : (end - first) * spf] = samples
    return [
        RawChannel(label=key[0], unit=unit, rate_hz=rate_hz * spf, samples=joined[key])
        for key, (unit, spf) in keys.items()
    ]


def _keys(part: Any) -> list[tuple[tuple[str, int], str, int]]:
    """Return name with its turn among equal names, unit and samples a frame of each signal."""
    names = [name or "" for name in part.sig_name]
    return [
        ((name, names[:i].count(name)), str(unit or ""), int(spf or 1))
        for i, (name, unit, spf) in enumerate(
            zip(names, part.units, part.samps_per_frame, strict=True)
        )
    ]


def _comments(record: Any, raw: Raw, keep_identity: bool) -> None:
    """Keep our own lines, sex, age and coded diagnoses; leave out the rest and say so."""
    told: dict[str, str] = {}
    true: set[str] = set()
    others = 0
    for number, line in enumerate(record.comments or [], start=1):
        if line == DISCLAIMER:
            continue
        if line.startswith("openvalve {"):
            fact = json.loads(line.removeprefix("openvalve "))
            true |= set(fact.get("true", ()))
            raw.start_s += float(fact.get("start_s", 0.0))
            continue
        found = _FIELD.match(line)
        if found:
            told[found[1].lower()] = found[2]
            continue
        others += 1
        if keep_identity:
            raw.identity[f"comment {number}"] = line
    if others:
        raw.removed.append(f"WFDB comment lines ({others})")
    _tell_patient(told, raw)
    for name in ("base_date", "base_time"):
        if getattr(record, name, None) is not None:
            raw.removed.append(f"WFDB {name}")
            if keep_identity:
                raw.identity[name] = str(getattr(record, name))
    if keep_identity:
        raw.removed.clear()
    raw.channels = [_with_truth(channel, true) for channel in raw.channels]


def _tell_patient(told: dict[str, str], raw: Raw) -> None:
    sex = told.get("sex") or told.get("gender") or ""
    raw.patient.update(patient_of(sex=sex, age=told.get("age", "")))
    codes = [code for code in re.split(r"[,\s]+", told.get("dx", "")) if code.isdigit()]
    if codes:
        raw.patient["diagnosis_codes"] = codes


def _with_truth(channel: RawChannel, true: set[str]) -> RawChannel:
    if channel.label not in true:
        return channel
    return RawChannel(
        label=channel.label,
        unit=channel.unit,
        rate_hz=channel.rate_hz,
        samples=channel.samples,
        measured=False,
    )
