"""The circulation's acceptance table: its form, how it judges, and a sample of its rows."""

import math
import re
from dataclasses import replace
from pathlib import Path

import pytest

from openvalve.errors import InputError
from openvalve.validation import (
    AcceptanceRow,
    CirculationSettings,
    circulation_rows,
    run_circulation,
)

# Rows that need no living patient and take a second: run everywhere. The rest: make validate.
SAMPLE = ("C4.gorlin", "C4.donati", "C4.nishimura", "C4.orhon", "C4.circadapt", "C4.scarsoglio")


def test_ids_are_fixed_and_unique() -> None:
    ids = [row.id for row in circulation_rows()]
    assert len(set(ids)) == len(ids)
    assert {i.partition(".")[0] for i in ids} == {"C3", "C4", "C5", "C6", "C7"}
    assert len(ids) >= 230


@pytest.mark.parametrize("row", circulation_rows(), ids=lambda row: row.id)
def test_every_row_can_fail_and_says_why_it_passes(row: AcceptanceRow) -> None:
    assert row.asks and row.expected and row.tolerance and row.source
    assert row.low is not None or row.high is not None
    assert row.low is None or row.high is None or row.low <= row.high
    assert bool(row.cannot) != bool(row.protocol and row.key)
    outside = (row.high or 0.0) + 1e9 if row.high is not None else (row.low or 0.0) - 1e9
    for bad in (None, math.nan, math.inf, outside):
        assert not row.judge(bad).passed


def test_limits_count_as_inside() -> None:
    row = next(r for r in circulation_rows() if r.id == "C3.ra_mean")
    assert [row.judge(x).passed for x in (0.99, 1.0, 6.0, 6.01)] == [False, True, True, False]
    assert not replace(row, cannot="no such organ").judge(3.0).passed


def test_every_row_has_a_protocol() -> None:
    from openvalve.validation._circulation_protocols import PROTOCOLS

    wanted = {row.protocol for row in circulation_rows() if not row.cannot}
    assert wanted == set(PROTOCOLS)


@pytest.mark.parametrize("prefix", SAMPLE)
def test_sampled_rows_pass(prefix: str) -> None:
    result = run_circulation(only=prefix)
    assert result.summary["failed"] == []
    assert result.summary["passed_frac"] == 1.0


def test_a_lost_protocol_loses_its_rows_only() -> None:
    result = run_circulation(only="C7.numerics")  # nobody measures the solver here
    assert result.summary["passed"] == 0
    assert all("numerics" in v.why for v in result.verdicts)


def test_numerics_come_from_the_caller() -> None:
    figures = {"drift_frac": 1e-14, "failures_count": 0.0, "patients_count": 10.0}
    settings = CirculationSettings(patients=10, numerics=lambda patients: figures)
    passed = {
        v.row.id: v.passed for v in run_circulation(settings=settings, only="C7.numerics").verdicts
    }
    assert passed["C7.numerics.drift"] and passed["C7.numerics.failures"]
    assert not passed["C7.numerics.patients"] and not passed["C7.numerics.dt_volume"]


def test_unknown_rows_are_refused() -> None:
    with pytest.raises(InputError):
        run_circulation(only="C9")


@pytest.mark.slow
def test_every_miss_is_explained_and_no_more() -> None:
    """The page's table of misses is the table that is measured; numerics are measured elsewhere."""
    page = Path(__file__).parents[2] / "docs" / "circulation_validation.md"
    told = set(re.findall(r"^\| `(C\d\.[\w.]+)` \|", page.read_text("utf-8"), re.MULTILINE))
    missed = set(run_circulation().summary["failed"])

    def measured_here(ids: set[str]) -> set[str]:
        return {i for i in ids if not i.startswith("C7.numerics")}

    assert measured_here(missed) == measured_here(told)
