"""Read text tables: a column of time, then one named column for each channel."""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from openvalve.formats._faults import PART_HINT, check_file_size, refuse
from openvalve.formats._raw import Raw, RawChannel
from openvalve.units import UNITS

__all__ = ["BEAT_COLUMN", "TRUE_SUFFIX", "read_csv"]

BEAT_COLUMN = "beat"
TRUE_SUFFIX = "_true"

_TIME = re.compile(r"(elapsed\s*)?(time|t|seconds|sec)(_(s|ms|us|min))?$", re.IGNORECASE)
_TIME_UNITS = {"": 1.0, "s": 1.0, "sec": 1.0, "seconds": 1.0, "ms": 1e-3, "us": 1e-6, "min": 60.0}
_UNIT = re.compile(r"^(.*?)\s*[\[(]([^\])]*)[\])]$")
MOST_LINE_BYTES = 2**16
LATEST_START_S = 1e6
MOST_COMMENT_LINES_COUNT = 1000


class _Table(NamedTuple):
    """The head of a file: how it is cut, and name and unit of each column."""

    delimiter: str
    names: list[str]
    units: list[str]
    first: str  # first line of numbers
    comments_count: int


def read_csv(path: Path, *, from_s: float, to_s: float | None, keep_identity: bool) -> Raw:
    """Return the channels of a table; the rate comes from its column of time.

    Read: comma, semicolon or tab; a decimal comma beside semicolons; ``LV [mmHg]``, ``LV (mmHg)``,
    ``LV_mmhg``, or a second line of units; an empty field, ``nan`` or ``-`` is a gap.
    """
    is_part = from_s > 0 or to_s is not None
    if not is_part:
        check_file_size(path, hint=PART_HINT)
    raw = Raw(format="csv", channels=())
    try:
        with path.open(encoding="utf-8-sig", newline=None) as file:
            table = _head(file)
            time, scale_s = _time_column(table)
            numeric = _numeric(table, time, raw)
            lines = _lines(file, table)
            if is_part:
                lines = _part(lines, time, scale_s, from_s, to_s)
            values = _values(list(lines), numeric, len(table.names))
    except UnicodeDecodeError as error:
        raise refuse("RECORDING", f"{path.name} (not text)", "UTF-8 text") from error
    if values.shape[0] < 2:
        raise refuse("RECORDING", f"{values.shape[0]} rows", "at least 2 rows of numbers")
    at_s = values[:, 0] * scale_s
    rate_hz = _rate_hz(at_s)
    raw.channels = [
        _channel(table, column, rate_hz, values[:, i])
        for i, column in enumerate(numeric)
        if i > 0 and table.names[column].lower() != BEAT_COLUMN
    ]
    for i, column in enumerate(numeric):
        if i > 0 and table.names[column].lower() == BEAT_COLUMN:
            raw.beats_s = [float(k) / rate_hz for k in np.flatnonzero(values[:, i] > 0.5)]
    raw.start_s = float(at_s[0])
    if raw.start_s > LATEST_START_S and not keep_identity:  # a day, such as seconds since 1970
        raw.start_s = from_s
        raw.removed.append("CSV time of the first row (a date)")
    if table.comments_count and not keep_identity:
        raw.removed.append(f"CSV comment lines ({table.comments_count})")
    return raw


def _head(file: IO[str]) -> _Table:
    comments = 0
    line = file.readline(MOST_LINE_BYTES)
    while line and (line.startswith("#") or not line.strip()):
        comments += line.startswith("#")
        if comments > MOST_COMMENT_LINES_COUNT:
            raise refuse("RECORDING", "only comments", "a line of column names")
        line = file.readline(MOST_LINE_BYTES)
    if not line.strip():
        raise refuse("RECORDING", "an empty table", "a line of column names, then numbers")
    delimiter = max(";\t,", key=line.count)
    names = _fields(line, delimiter)
    if all(_number(name, delimiter) is not None for name in names):
        got = f"numbers in the first line ({line.strip()[:40]!r})"
        raise refuse("RECORDING", got, "a line of column names: time_s, LV [mmHg], ...")
    second = file.readline(MOST_LINE_BYTES)
    units = [""] * len(names)
    texts = _fields(second, delimiter)
    if len(texts) == len(names) and all(_number(t, delimiter) is None for t in texts if t):
        units, second = texts, file.readline(MOST_LINE_BYTES)
    split = [_split(name, unit) for name, unit in zip(names, units, strict=True)]
    return _Table(delimiter, [n for n, _ in split], [u for _, u in split], second, comments)


def _fields(line: str, delimiter: str) -> list[str]:
    return [field.strip().strip("\"'").strip() for field in line.strip("\r\n").split(delimiter)]


def _number(text: str, delimiter: str) -> float | None:
    try:
        return float(text.replace(",", ".") if delimiter == ";" else text)
    except ValueError:
        return None


def _split(name: str, unit: str) -> tuple[str, str]:
    """Return name and unit of ``LV [mmHg]``, ``LV (mmHg)`` or ``LV_mmhg``."""
    unit = unit.strip("[]()")
    found = _UNIT.match(name)
    if found:
        return found[1], unit or found[2]
    for suffix in sorted(UNITS, key=len, reverse=True):
        if name.lower().endswith("_" + suffix) and len(name) > len(suffix) + 1:
            return name[: -len(suffix) - 1], unit or suffix
    return name, unit


def _time_column(table: _Table) -> tuple[int, float]:
    """Return the column of time and the seconds of its unit."""
    for i, name in enumerate(table.names):
        if _TIME.match(name):
            unit = table.units[i].strip().lower()
            if unit not in _TIME_UNITS:
                raise refuse(f"column {name}", f"unit {unit!r}", "s, ms, us or min")
            return i, _TIME_UNITS[unit]
    got = f"columns {', '.join(table.names)[:80]}"
    raise refuse("RECORDING", got, "a column time_s, from which the rate is taken")


def _numeric(table: _Table, time: int, raw: Raw) -> list[int]:
    """Return the columns of numbers, that of time first; text may name a person and is left out."""
    first = _fields(table.first, table.delimiter)
    if len(first) != len(table.names):
        got = f"{len(first)} fields in the first row"
        raise refuse("RECORDING", got, f"{len(table.names)}, one for each column")
    kept = [time]
    for i, text in enumerate(first):
        if i == time:
            continue
        if _number(text, table.delimiter) is None and text not in ("", "-"):
            raw.removed.append(f"CSV column {i + 1} (text)")
        else:
            kept.append(i)
    return kept


def _lines(file: IO[str], table: _Table) -> Iterator[str]:
    """Yield lines of numbers that NumPy reads: commas between, gaps as nan."""
    yield from (_plain(line, table.delimiter) for line in _all(table.first, file))


def _all(first: str, rest: Iterable[str]) -> Iterator[str]:
    if first.strip():
        yield first
    yield from (line for line in rest if line.strip())


def _plain(line: str, delimiter: str) -> str:
    line = line.rstrip("\r\n")
    if delimiter == ";":
        line = line.replace(",", ".")
    if delimiter != ",":
        line = line.replace(delimiter, ",")
    if ",," in line or line.endswith(",") or ",-," in line or line.endswith(",-"):
        line = ",".join(f if f.strip() not in ("", "-") else "nan" for f in line.split(","))
    return line


def _part(
    lines: Iterator[str], time: int, scale_s: float, from_s: float, to_s: float | None
) -> Iterator[str]:
    """Yield the lines from ``from_s`` on after the first, up to ``to_s``."""
    start = None
    for line in lines:
        at_s = float(line.split(",", time + 1)[time]) * scale_s
        start = at_s if start is None else start
        if to_s is not None and at_s - start >= to_s:
            return
        if at_s - start >= from_s - 1e-9:
            yield line


def _values(lines: Sequence[str], columns: Sequence[int], width: int) -> NDArray[np.float64]:
    values = _all_numbers(lines, columns, width)
    try:
        if values is None:
            values = np.loadtxt(lines, delimiter=",", usecols=columns, ndmin=2, comments=None)
    except (ValueError, IndexError) as error:
        got = f"a row that is no row of numbers ({error})"
        raise refuse("RECORDING", got, "numbers") from error
    if np.isinf(values).any():
        raise refuse("RECORDING", "an infinite number", "numbers, or nan for a gap")
    return np.asarray(values, dtype=np.float64)


def _all_numbers(
    lines: Sequence[str], columns: Sequence[int], width: int
) -> NDArray[np.float64] | None:
    """Return the columns by the quick way; None where a field is no number or a row is short.

    ``numpy.fromstring`` takes a quarter of the time of ``loadtxt``, and stops at what is no number.
    """
    if len(columns) != width or any(line.count(",") != width - 1 for line in lines):
        return None
    try:
        flat = np.fromstring(",".join(lines), sep=",")
    except ValueError:
        return None
    if flat.shape[0] != len(lines) * width:
        return None
    return np.ascontiguousarray(flat.reshape(-1, width)[:, list(columns)])


def _rate_hz(at_s: NDArray[np.float64]) -> float:
    """Return samples a second, a whole number where it is one within the digits given.

    A table with rows left out, or with two rows of one time, has no rate; times of few digits
    (0.00, 0.00, 0.01 at 250 Hz) have.
    """
    if not np.isfinite(at_s).all():
        raise refuse("time", "a gap in the time", "a time in every row")
    count = at_s.shape[0] - 1
    span = float(at_s[-1] - at_s[0])
    if span <= 0:
        raise refuse("time", f"{at_s[0]:g} to {at_s[-1]:g} s", "a time that grows")
    digits = 10.0 ** -max(_decimals(float(t)) for t in at_s[:1000]) + 1e-15 * abs(float(at_s[-1]))
    rate = float(count / span)
    whole = round(rate)
    if whole > 0 and abs(count / whole - span) <= digits * 1.01:
        rate = float(whole)
    steps = np.diff(at_s)
    typical = float(np.median(steps))
    slack = 0.5 * typical + 1.01 * digits
    worst = int(np.argmax(np.abs(steps - typical)))
    if abs(steps[worst] - typical) > slack or abs(typical - 1 / rate) > slack:
        got = f"a step of {steps[worst]:g} s after {at_s[worst]:g} s, of {typical:g} s elsewhere"
        raise refuse("time", got, "even steps; write empty fields where samples are missing")
    return float(rate)


def _decimals(value: float) -> int:
    """Return the digits behind the point of a number as it was written, 9 at most."""
    return max(-int(Decimal(repr(round(value, 9))).normalize().as_tuple().exponent), 0)


def _channel(
    table: _Table, column: int, rate_hz: float, samples: NDArray[np.float64]
) -> RawChannel:
    name = table.names[column]
    is_true = name.endswith(TRUE_SUFFIX)
    return RawChannel(
        label=name.removesuffix(TRUE_SUFFIX),
        unit=table.units[column],
        rate_hz=rate_hz,
        samples=np.ascontiguousarray(samples),
        measured=not is_true,
    )
