"""Puts the protocols of an acceptance table to work and judges its rows."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from openvalve.errors import InputError, InputItem, OpenValveError
from openvalve.units import Frac
from openvalve.validation._acceptance_types import AcceptanceRow, Measured, Progress, Verdict

__all__ = ["judged", "measured_by", "passed_frac", "row_line", "selected"]

Settings = TypeVar("Settings")


def selected(rows: Sequence[AcceptanceRow], only: str) -> list[AcceptanceRow]:
    """Return the rows whose id begins with ``only``; refused where there are none."""
    wanted = [row for row in rows if row.id.startswith(only)]
    if not wanted:
        raise InputError([InputItem(key="only", got=only, allowed="the beginning of a row's id")])
    return wanted


def measured_by(
    rows: Sequence[AcceptanceRow],
    protocols: Mapping[str, Callable[[Settings], Measured]],
    settings: Settings,
    progress: Progress | None,
) -> tuple[dict[str, Measured], dict[str, str]]:
    """Return what each protocol that the rows need found, and why others found nothing."""
    wanted = list(dict.fromkeys(row.protocol for row in rows if not row.cannot))
    measured: dict[str, Measured] = {}
    failures: dict[str, str] = {}
    for place, name in enumerate(wanted):
        if progress is not None:
            progress(name, place / len(wanted))
        found = _measure(protocols[name], settings) if name in protocols else "no protocol yet"
        if isinstance(found, str):
            failures[name] = found
        else:
            measured[name] = found
    return measured, failures


def _measure(protocol: Callable[[Settings], Measured], settings: Settings) -> Measured | str:
    """Return what a protocol found, or what stopped it: one lost protocol loses its rows only."""
    started = time.perf_counter()
    try:
        found = protocol(settings)
    except (OpenValveError, ArithmeticError, ValueError, IndexError, KeyError) as error:
        return f"{type(error).__name__}: {' '.join(str(error).split())}"
    return replace(found, wall_s=time.perf_counter() - started)


def judged(
    row: AcceptanceRow, measured: Mapping[str, Measured], failures: Mapping[str, str]
) -> Verdict:
    """Return the verdict on one row."""
    found = measured.get(row.protocol)
    got = None if found is None else found.values.get(row.key)
    if got is not None and not math.isfinite(got):
        got = None
    return row.judge(got, failures.get(row.protocol, ""))


def passed_frac(verdicts: Sequence[Verdict]) -> Frac:
    """Return the share of rows that pass; 0 of none."""
    return round(sum(v.passed for v in verdicts) / len(verdicts), 4) if verdicts else 0.0


def _limits(row: AcceptanceRow) -> str:
    if row.low is None:
        return f"<= {row.high:.4g}"
    if row.high is None:
        return f">= {row.low:.4g}"
    return f"{row.low:.4g} to {row.high:.4g}"


def row_line(verdict: Verdict) -> str:
    """Return a row for reading."""
    row = verdict.row
    got = "-" if verdict.got is None else f"{verdict.got:.4g}"
    mark = "ok" if verdict.passed else "MISS"
    why = f" ({verdict.why})" if verdict.why else ""
    return f"{row.id:<34}{got:>11}  {_limits(row):<19}{row.unit:<10} {mark:<5} {row.asks}{why}"
