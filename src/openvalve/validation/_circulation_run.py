"""Runs the acceptance table of the circulation and says what passed."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from openvalve.errors import InputError, InputItem, OpenValveError
from openvalve.validation._circulation_rows import circulation_rows
from openvalve.validation._circulation_types import (
    CirculationRow,
    CirculationSettings,
    CirculationVerdict,
    Measured,
    Protocol,
)

__all__ = ["CirculationResult", "run_circulation"]

Progress = Callable[[str, float], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class CirculationResult:
    """The verdict on every row, in the order of the table, and what the protocols measured."""

    verdicts: tuple[CirculationVerdict, ...]
    measured: Mapping[str, Measured]

    @property
    def summary(self) -> dict[str, Any]:
        """Return the summary of the contract: ``checks``, ``passed_frac`` and by section."""
        failed = [v.row.id for v in self.verdicts if not v.passed]
        return {
            "checks": len(self.verdicts),
            "passed_frac": _share(self.verdicts),
            "passed": len(self.verdicts) - len(failed),
            "failed": failed,
            "not_expressible": [v.row.id for v in self.verdicts if v.row.cannot],
            "sections": {
                name: {"checks": len(part), "passed_frac": _share(part)}
                for name, part in self._sections().items()
            },
            "label": "research and education, not for clinical use",
        }

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Return every row with expected, got, tolerance and source."""
        return [v.document() for v in self.verdicts]

    @property
    def lines(self) -> list[str]:
        """Return one line per row, for reading."""
        head = f"{'row':<34}{'got':>11}  {'limits':<19}{'unit':<10} {'':<5} what"
        return [head, *(_line(v) for v in self.verdicts)]

    def _sections(self) -> dict[str, list[CirculationVerdict]]:
        parts: dict[str, list[CirculationVerdict]] = {}
        for verdict in self.verdicts:
            parts.setdefault(verdict.row.id.partition(".")[0], []).append(verdict)
        return parts


def _share(verdicts: tuple[CirculationVerdict, ...] | list[CirculationVerdict]) -> float:
    return round(sum(v.passed for v in verdicts) / len(verdicts), 4) if verdicts else 0.0


def _limits(row: CirculationRow) -> str:
    if row.low is None:
        return f"<= {row.high:.4g}"
    if row.high is None:
        return f">= {row.low:.4g}"
    return f"{row.low:.4g} to {row.high:.4g}"


def _line(verdict: CirculationVerdict) -> str:
    row = verdict.row
    got = "-" if verdict.got is None else f"{verdict.got:.4g}"
    mark = "ok" if verdict.passed else "MISS"
    why = f" ({verdict.why})" if verdict.why else ""
    return f"{row.id:<34}{got:>11}  {_limits(row):<19}{row.unit:<10} {mark:<5} {row.asks}{why}"


def run_circulation(
    *,
    settings: CirculationSettings | None = None,
    only: str = "",
    progress: Progress | None = None,
) -> CirculationResult:
    """Measure every row of the table and judge it.

    Parameters
    ----------
    settings : counts, and who measures the numerics; without one those rows fail.
    only : rows whose id begins so, ``C3`` or ``C7.pacing``; all unless given.
    progress : called with a stage and the fraction done.

    Raises
    ------
    InputError : no row begins so.
    """
    from openvalve.validation._circulation_protocols import PROTOCOLS

    rows = [row for row in circulation_rows() if row.id.startswith(only)]
    if not rows:
        raise InputError([InputItem(key="only", got=only, allowed="the beginning of a row's id")])
    settings = settings or CirculationSettings()
    wanted = list(dict.fromkeys(row.protocol for row in rows if not row.cannot))
    measured: dict[str, Measured] = {}
    failures: dict[str, str] = {}
    for place, name in enumerate(wanted):
        if progress is not None:
            progress(name, place / len(wanted))
        found = _measure(PROTOCOLS[name], settings) if name in PROTOCOLS else "no protocol yet"
        if isinstance(found, str):
            failures[name] = found
        else:
            measured[name] = found
    return CirculationResult(
        verdicts=tuple(_judge(row, measured, failures) for row in rows), measured=measured
    )


def _measure(protocol: Protocol, settings: CirculationSettings) -> Measured | str:
    """Return what a protocol found, or what stopped it: one lost protocol loses its rows only."""
    try:
        return protocol(settings)
    except (OpenValveError, ArithmeticError, ValueError, IndexError, KeyError) as error:
        return f"{type(error).__name__}: {' '.join(str(error).split())}"


def _judge(
    row: CirculationRow, measured: Mapping[str, Measured], failures: Mapping[str, str]
) -> CirculationVerdict:
    found = measured.get(row.protocol)
    got = None if found is None else found.values.get(row.key)
    if got is not None and not math.isfinite(got):
        got = None
    return row.judge(got, failures.get(row.protocol, ""))
