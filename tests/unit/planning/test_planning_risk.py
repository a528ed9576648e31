"""Chances of trouble: pooled counts against closed forms; causes only where there is one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from openvalve.planning import RISK_NAMES
from openvalve.planning._risk import _cohort, group_of, pooled
from openvalve.planning._risk_tables import COHORT_RISKS, Counted

GROUPS = ("aortic_adult", "aortic_congenital", "mitral", "pulmonary", "tricuspid")


def paper(patients: int, events: float, name: str = "x_1999") -> Counted:
    return Counted(name, patients, events, "procedure")


@pytest.mark.parametrize(("n", "x"), [(105, 0.0), (105, 8.4), (784, 2.0), (41, 31.0), (9, 9.0)])
def test_one_paper_is_jeffreys(n: int, x: float) -> None:
    """Beta(x + 1/2, n - x + 1/2): closed form of a count with Jeffreys' prior."""
    row = pooled((paper(n, x),))
    assert row["probability"] == pytest.approx(beta.mean(x + 0.5, n - x + 0.5))
    assert row["p05"] == pytest.approx(beta.ppf(0.05, x + 0.5, n - x + 0.5))
    assert row["p95"] == pytest.approx(beta.ppf(0.95, x + 0.5, n - x + 0.5))


def test_papers_that_agree_count_as_one() -> None:
    many = pooled((paper(100, 5.0), paper(200, 10.0), paper(300, 15.0)))
    assert many == pytest.approx(pooled((paper(600, 30.0),)))


def test_papers_that_disagree_widen_the_band() -> None:
    agree = pooled((paper(300, 15.0), paper(300, 15.0)))
    differ = pooled((paper(300, 2.0), paper(300, 28.0)))
    assert differ["probability"] == pytest.approx(agree["probability"])
    assert differ["p95"] - differ["p05"] > 2.0 * (agree["p95"] - agree["p05"])


@given(st.lists(st.tuples(st.integers(5, 5000), st.floats(0.0, 1.0)), min_size=1, max_size=6))
def test_chances_are_chances_and_lie_in_their_band(rows: list[tuple[int, float]]) -> None:
    row = pooled(tuple(paper(n, n * share) for n, share in rows))
    assert 0.0 <= row["p05"] <= row["probability"] <= row["p95"] <= 1.0


@pytest.mark.parametrize("group", GROUPS)
def test_death_and_stroke_come_from_cohorts_for_every_valve(group: str) -> None:
    risks = _cohort(group)
    assert {"death", "stroke"} <= set(risks) <= set(RISK_NAMES)
    for name, row in risks.items():
        assert row["basis"] == "cohort", name
        assert row["horizon"] and row["source"]
        borrowed = name not in COHORT_RISKS.get(group, {})
        assert row["source"].startswith("no count of this valve") == borrowed


def test_a_right_heart_valve_gets_no_trouble_of_another_valve() -> None:
    assert set(_cohort("tricuspid")) == {"death", "stroke"}
    assert "reactive_infundibulum" in _cohort("pulmonary")
    assert "reactive_infundibulum" not in _cohort("mitral")
    assert "interatrial_shunt" not in _cohort("aortic_adult")


@pytest.mark.parametrize(
    ("valve", "etiology", "age", "group"),
    [
        ("aortic", "calcific", 80.0, "aortic_adult"),
        ("aortic", "congenital", 0.01, "aortic_congenital"),
        ("aortic", "congenital", 45.0, "aortic_adult"),
        ("mitral", "rheumatic", 30.0, "mitral"),
        ("pulmonary", "congenital", 5.0, "pulmonary"),
        ("tricuspid", "rheumatic", 50.0, "tricuspid"),
    ],
)
def test_groups(valve: str, etiology: str, age: float, group: str) -> None:
    assert group_of(valve, etiology, age) == group


def test_tables_hold_counts() -> None:
    for group, risks in COHORT_RISKS.items():
        assert group in GROUPS
        for name, papers in risks.items():
            assert name in RISK_NAMES
            assert len({p.source for p in papers}) == len(papers), (group, name)
            for entry in papers:
                assert 0.0 <= entry.events <= entry.patients
                assert entry.horizon
