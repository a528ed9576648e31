"""Runs the acceptance table of the circulation and says what passed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openvalve.validation._acceptance_run import (
    judged,
    measured_by,
    passed_frac,
    row_line,
    selected,
)
from openvalve.validation._acceptance_types import Measured, Progress, Verdict
from openvalve.validation._circulation_rows import circulation_rows
from openvalve.validation._circulation_types import CirculationSettings

__all__ = ["CirculationResult", "run_circulation"]


@dataclass(frozen=True, kw_only=True, slots=True)
class CirculationResult:
    """The verdict on every row, in the order of the table, and what the protocols measured."""

    verdicts: tuple[Verdict, ...]
    measured: Mapping[str, Measured]

    @property
    def summary(self) -> dict[str, Any]:
        """Return the summary of the contract: ``checks``, ``passed_frac`` and by section."""
        failed = [v.row.id for v in self.verdicts if not v.passed]
        return {
            "checks": len(self.verdicts),
            "passed_frac": passed_frac(self.verdicts),
            "passed": len(self.verdicts) - len(failed),
            "failed": failed,
            "not_expressible": [v.row.id for v in self.verdicts if v.row.cannot],
            "sections": {
                name: {"checks": len(part), "passed_frac": passed_frac(part)}
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
        return [head, *(row_line(v) for v in self.verdicts)]

    def _sections(self) -> dict[str, list[Verdict]]:
        parts: dict[str, list[Verdict]] = {}
        for verdict in self.verdicts:
            parts.setdefault(verdict.row.id.partition(".")[0], []).append(verdict)
        return parts


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

    rows = selected(circulation_rows(), only)
    settings = settings or CirculationSettings()
    measured, failures = measured_by(rows, PROTOCOLS, settings, progress)
    return CirculationResult(
        verdicts=tuple(judged(row, measured, failures) for row in rows), measured=measured
    )
