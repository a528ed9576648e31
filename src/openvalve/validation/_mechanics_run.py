"""Runs the acceptance table of the mechanics and says what passed."""

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
from openvalve.validation._mechanics_rows import mechanics_rows
from openvalve.validation._mechanics_types import MechanicsSettings

__all__ = ["MechanicsResult", "run_mechanics"]


@dataclass(frozen=True, kw_only=True, slots=True)
class MechanicsResult:
    """The verdict on every row, in the order of the table, and what the protocols measured."""

    verdicts: tuple[Verdict, ...]
    measured: Mapping[str, Measured]

    @property
    def summary(self) -> dict[str, Any]:
        """Return the summary of the contract: shares of gates and targets that pass."""
        gates, targets = ([v for v in self.verdicts if v.row.kind == kind] for kind in ("G", "T"))
        return {
            "gates_passed_frac": passed_frac(gates),
            "targets_passed_frac": passed_frac(targets),
            "gates": len(gates),
            "targets": len(targets),
            "gates_failed": [v.row.id for v in gates if not v.passed],
            "targets_failed": [v.row.id for v in targets if not v.passed],
            "not_expressible": [v.row.id for v in self.verdicts if v.row.cannot],
            "label": "research and education, not for clinical use",
        }

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Return every row with expected, got, tolerance, source, mesh and time."""
        return [self._document(v) for v in self.verdicts]

    @property
    def lines(self) -> list[str]:
        """Return one line per row, for reading."""
        head = f"{'row':<34}{'got':>11}  {'limits':<19}{'unit':<10} {'':<5} what"
        return [head, *(f"{row_line(v)} [{v.row.kind}]{self._aside(v)}" for v in self.verdicts)]

    def _document(self, verdict: Verdict) -> dict[str, Any]:
        row = verdict.row
        found = self.measured.get(row.protocol)
        return {
            **verdict.document(),
            "kind": row.kind,
            "mesh_triangles_count": 0 if found is None else found.mesh_triangles_count,
            "wall_s": None if found is None else round(found.wall_s, 3),
            "note": "" if found is None else found.notes.get(row.key, ""),
        }

    def _aside(self, verdict: Verdict) -> str:
        found = self.measured.get(verdict.row.protocol)
        if found is None:
            return ""
        mesh, note = found.mesh_triangles_count, found.notes.get(verdict.row.key, "")
        ran = f" {mesh} triangles, {found.wall_s:.1f} s" if mesh else f" {found.wall_s:.1f} s"
        return f"{ran}; {note}" if note else ran


def run_mechanics(
    *,
    settings: MechanicsSettings | None = None,
    only: str = "",
    progress: Progress | None = None,
) -> MechanicsResult:
    """Measure every row of the table and judge it.

    Parameters
    ----------
    settings : size of the meshes and of the virtual populations.
    only : rows whose id begins so, ``MB9`` or ``MB10.flat``; all unless given.
    progress : called with a stage and the fraction done.

    Raises
    ------
    InputError : no row begins so.
    """
    from openvalve.validation._mechanics_protocols import PROTOCOLS

    rows = selected(mechanics_rows(), only)
    settings = settings or MechanicsSettings()
    measured, failures = measured_by(rows, PROTOCOLS, settings, progress)
    return MechanicsResult(
        verdicts=tuple(judged(row, measured, failures) for row in rows), measured=measured
    )
