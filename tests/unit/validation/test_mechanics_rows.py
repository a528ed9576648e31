"""The mechanics' acceptance table: its form, how it judges, and that it is the list's."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial import ConvexHull

from openvalve.errors import InputError, MissingExtraError
from openvalve.validation import AcceptanceRow, MechanicsSettings, mechanics_rows, run_mechanics
from openvalve.validation import _mechanics_reference as reference
from openvalve.validation._mechanics_protocols import PROTOCOLS

LIST = Path(__file__).parents[4] / "shared" / "evidence" / "mechanics_benchmarks.md"


def test_ids_are_fixed_and_unique() -> None:
    ids = [row.id for row in mechanics_rows()]
    assert len(set(ids)) == len(ids)
    benchmarks = {f"MB{k}" for k in range(1, 13)} | {"MB8b"}
    assert {i.partition(".")[0] for i in ids} == benchmarks


def test_kinds_are_those_of_the_list() -> None:
    if not LIST.exists():
        pytest.skip("the evidence lies beside the checkout")
    printed = dict(re.findall(r"^\| (MB\w+) \| ([GT]) \|", LIST.read_text("utf-8"), re.MULTILINE))
    assert len(printed) == 13
    for row in mechanics_rows():
        assert row.kind == printed[row.id.partition(".")[0]], row.id


@pytest.mark.parametrize("row", mechanics_rows(), ids=lambda row: row.id)
def test_every_row_can_fail_and_says_why_it_passes(row: AcceptanceRow) -> None:
    assert row.asks and row.expected and row.tolerance and row.source
    assert row.low is not None or row.high is not None
    assert row.low is None or row.high is None or row.low <= row.high
    assert bool(row.cannot) != bool(row.protocol and row.key)
    outside = (row.high or 0.0) + 1e9 if row.high is not None else (row.low or 0.0) - 1e9
    for bad in (None, math.nan, math.inf, outside):
        assert not row.judge(bad).passed


def test_no_gate_is_excused() -> None:
    assert not [row.id for row in mechanics_rows() if row.kind == "G" and row.cannot]


def test_every_row_has_a_protocol() -> None:
    assert {row.protocol for row in mechanics_rows() if not row.cannot} == set(PROTOCOLS)


def test_balloon_rows_pass_and_are_documented() -> None:
    for prefix in ("MB3", "MB12", "MB1.d"):
        result = run_mechanics(only=prefix)
        assert result.summary["gates_failed"] == result.summary["targets_failed"] == []
        for row in result.rows:
            assert {"id", "kind", "expected", "got", "low", "high", "tolerance", "source"} <= set(
                row
            )
            assert row["wall_s"] >= 0.0
            assert row["mesh_triangles_count"] == 0


def test_summary_counts_what_cannot_be_asked_as_missed() -> None:
    summary = run_mechanics(only="MB2").summary
    assert (summary["gates"], summary["targets"]) == (0, 1)
    assert summary["targets_passed_frac"] == 0.0
    assert summary["not_expressible"] == summary["targets_failed"] == ["MB2.curves"]


def test_the_loop_of_two_circles_is_their_convex_hull() -> None:
    turn = np.linspace(0.0, 2.0 * np.pi, 4001)
    circle = np.column_stack([np.cos(turn), np.sin(turn)])
    hull = ConvexHull(np.concatenate([6.0 * circle, 9.0 * circle + [15.0, 0.0]]))
    (row,) = run_mechanics(only="MB12").rows
    assert row["got"] == pytest.approx(hull.area / np.pi, rel=1e-5)


def test_without_the_library_the_gate_fails_and_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(reference.importlib, "import_module", absent)
    with pytest.raises(MissingExtraError):
        reference._library()


def test_unknown_rows_are_refused() -> None:
    with pytest.raises(InputError):
        run_mechanics(only="MB13", settings=MechanicsSettings())
