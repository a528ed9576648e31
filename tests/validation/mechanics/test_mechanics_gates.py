"""The gates of the mechanics: all of them on the 2.7k mesh, the finer one in make validate."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from openvalve.validation import MechanicsResult, MechanicsSettings, mechanics_rows, run_mechanics
from openvalve.validation import _mechanics_closed as closed
from openvalve.valve.shell import TISSUES

pytest.importorskip("skfem", reason="the static reference of MB9")
TISSUE = TISSUES["aortic_young_porcine"]
GATES = [row.id for row in mechanics_rows() if row.kind == "G"]
# Whole inflations are targets, and take minutes: test_mechanics_inflations.py.
QUICK = ("MB1.", "MB2.", "MB3.", "MB4.", "MB8", "MB9.", "MB10.", "MB12.")
ROWS = [row for row in mechanics_rows() if row.id.startswith(QUICK)]
# What MB1.curves says: the points of the published curves have not been read; and so on.
NOT_ASKED = {row.id for row in ROWS if row.cannot}


@pytest.fixture(scope="module")
def result() -> MechanicsResult:
    parts = [run_mechanics(only=prefix) for prefix in QUICK]
    return MechanicsResult(
        verdicts=tuple(verdict for part in parts for verdict in part.verdicts),
        measured={name: found for part in parts for name, found in part.measured.items()},
    )


def test_no_gate_is_left_out() -> None:
    assert set(GATES) <= {row.id for row in ROWS}


@pytest.mark.parametrize("gate", GATES)
def test_gate(
    result: MechanicsResult, gate: str, record_property: Callable[[str, object], None]
) -> None:
    (row,) = [row for row in result.rows if row["id"] == gate]
    asked = f"{row['expected']}, {row['tolerance']}"
    ran = f"{row['mesh_triangles_count']} triangles, {row['wall_s']} s"
    record_property(gate, f"{row['got']} ({asked}); {ran}")
    assert row["passed"], row


def test_targets_that_can_be_asked_are_met(result: MechanicsResult) -> None:
    assert set(result.summary["targets_failed"]) == NOT_ASKED


def test_summary(result: MechanicsResult) -> None:
    assert result.summary["gates_passed_frac"] == 1.0
    targets = [row for row in ROWS if row.kind == "T"]
    share = 1.0 - len(NOT_ASKED) / len(targets)
    assert result.summary["targets_passed_frac"] == pytest.approx(share, abs=1e-4)


def test_a_wrong_law_does_not_pass_as_the_reference() -> None:
    """Fibres turned by a right angle, or a pressure 1.5 times: far outside the gates."""
    columns = 16
    problem = closed.leaflet_problem(columns, 12, 1, TISSUE)
    fast = closed.leaflet_fast(problem, steps=1500)
    good = closed.leaflet_reference(problem, fast)
    assert max(closed._gaps(closed.leaflet_measures(fast, good), "strain")) < 0.005
    pressed = dataclasses.replace(problem, pressure_mpa=1.5 * problem.pressure_mpa)
    more = closed.leaflet_measures(fast, closed.leaflet_reference(pressed, fast))
    assert max(closed._gaps(more, "length")) > 0.026
    turned = closed.leaflet_fast(dataclasses.replace(problem, fibre_deg=90.0), steps=1500)
    assert max(closed._gaps(closed.leaflet_measures(turned, good), "strain")) > 0.07


def test_bending_hardly_moves_a_closed_leaflet(
    record_property: Callable[[str, object], None],
) -> None:
    """The reference has none; with all of the tissue's own the leaflet stays within the gate."""
    problem = closed.leaflet_problem(24, 18, 1, TISSUE)
    bare = closed.leaflet_fast(problem, steps=2000)
    bent = closed.leaflet_fast(problem, steps=2000, bending_ratio=1.0)
    still = closed.leaflet_reference(problem, bare)
    gaps = closed._gaps(closed.leaflet_measures(bent, still), "length")
    record_property("dimensions with bending", f"{max(gaps):.4f}")
    assert 1e-4 < max(gaps) < 0.026


def test_leaflets_stay_in_their_sector() -> None:
    fast = closed.leaflet_fast(closed.leaflet_problem(24, 18, 1, TISSUE), steps=2000)
    aside = np.sqrt(3.0) * fast.nodes_mm[:, 0] - np.abs(fast.nodes_mm[:, 1])
    assert aside.min() > -0.04
    assert (aside < 0.02).sum() > 20  # the rim lies on the walls: it coapts


@pytest.mark.slow
@pytest.mark.xfail(
    strict=True,
    reason="the static reference, a membrane without bending, finds no rest on its finest mesh of "
    "57,240 unknowns: Newton's method stalls at 0.26 % of its forces (docs/mechanics.md)",
)
def test_gates_on_the_finer_mesh(record_property: Callable[[str, object], None]) -> None:
    result = run_mechanics(settings=MechanicsSettings(triangles=7000), only="MB9")
    record_property("MB9 at 7k", str(result.lines))
    assert result.summary["gates_failed"] == []
    contraction = run_mechanics(settings=MechanicsSettings(triangles=7000), only="MB10")
    assert contraction.summary["gates_failed"] == []
