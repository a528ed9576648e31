"""The nouns of an acceptance table: a row, what a protocol measured, a verdict."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from openvalve.units import Frac, S
from openvalve.validation._types import RowValue

__all__ = ["AcceptanceRow", "Curve", "Measured", "Progress", "Verdict", "curve"]

Mark = Literal["V", "K"]
Kind = Literal["G", "T"]
Progress = Callable[[str, Frac], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class AcceptanceRow:
    """One check: what is asked, between which limits the answer must lie, and who says so.

    Attributes
    ----------
    id : fixed; the section or benchmark of the target list, then what is measured.
    asks : in words.
    protocol, key : which protocol measures it and under which name.
    expected : the published figure as printed.
    low, high : limits of a pass; None where open.
    unit : of ``low`` and ``high``; empty for a pure number, ``yes`` for 1 or 0.
    tolerance : where the limits come from, stated before anything was run.
    source : who printed it.
    mark : V read in the source, K general knowledge, as the target list has it.
    kind : G a gate, T a target, where the target list tells them apart.
    cannot : why the model cannot express it; the row then counts as failed.
    """

    id: str
    asks: str
    protocol: str
    key: str
    expected: str
    low: RowValue | None
    high: RowValue | None
    unit: str
    tolerance: str
    source: str
    mark: Mark
    kind: Kind = "G"
    cannot: str = ""

    def judge(self, got: RowValue | None, why: str = "") -> "Verdict":
        """Return whether ``got`` lies between the limits; what is missing or not finite fails."""
        if self.cannot:
            return Verdict(row=self, got=None, passed=False, why=self.cannot)
        if got is None or not math.isfinite(got):
            return Verdict(row=self, got=None, passed=False, why=why or "not measured")
        low_ok = self.low is None or got >= self.low
        high_ok = self.high is None or got <= self.high
        return Verdict(row=self, got=got, passed=bool(low_ok and high_ok), why="")


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """A row and its answer; ``why`` says what kept it from being measured."""

    row: AcceptanceRow
    got: RowValue | None
    passed: bool
    why: str

    def document(self) -> dict[str, Any]:
        """Return the row as the contract lists it."""
        row = self.row
        return {
            "id": row.id,
            "asks": row.asks,
            "expected": row.expected,
            "low": row.low,
            "high": row.high,
            "unit": row.unit,
            "got": None if self.got is None else float(f"{self.got:.6g}"),
            "passed": self.passed,
            "tolerance": row.tolerance,
            "source": row.source,
            "mark": row.mark,
            "why": self.why,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """A line for the pictures, shape (n,) each."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """What a protocol found: answers by key, and curves for the pictures.

    Attributes
    ----------
    mesh_triangles_count : of the mesh; 0 where the protocol needs none.
    notes : key to what stands beside the answer: how a run settled, how a mesh pair differs.
    wall_s : time that it took, filled in by whoever ran it.
    """

    values: Mapping[str, float]
    curves: Mapping[str, Curve] = field(default_factory=dict)
    mesh_triangles_count: int = 0
    notes: Mapping[str, str] = field(default_factory=dict)
    wall_s: S = 0.0


def curve(x: Any, y: Any) -> Curve:
    """Return a curve from anything that holds numbers."""
    return Curve(x=np.asarray(x, dtype=np.float64), y=np.asarray(y, dtype=np.float64))
