"""Whole inflations of virtual valves: who they are, what is counted, what is said of the rest."""

from collections import Counter

import numpy as np
import pytest

from openvalve.errors import InputError, SolverError
from openvalve.validation import MechanicsSettings, run_mechanics
from openvalve.validation import _mechanics_outcomes as outcomes
from openvalve.validation import _mechanics_whole as whole
from openvalve.validation._mechanics_outcomes import Outcome
from openvalve.validation._mechanics_virtual import POPULATIONS, VirtualValve

SIZES = {"excised_mitral": 15, "mitral_patients": 15, "calcific_aortic": 39}


def outcome(
    *,
    splits_mm: tuple[float, ...] = (0.0, 0.0),
    calcium_mm: float = 0.0,
    after_cm2: float = 1.2,
    peak_atm: float = 2.0,
) -> Outcome:
    return Outcome(
        oversize_frac=0.1,
        area_before_cm2=0.8,
        area_after_cm2=after_cm2,
        splits_mm=splits_mm,
        calcium_mm=calcium_mm,
        rim_torn=False,
        overstretched_mm2=0.0,
        peak_atm=peak_atm,
        free_atm=0.9,
    )


def told(monkeypatch: pytest.MonkeyPatch, *found: Outcome | str) -> None:
    """Let the valves' outcomes be these, without inflating any."""
    monkeypatch.setattr(outcomes, "_mapped", lambda valves, processes: list(found))


@pytest.mark.parametrize(("name", "size"), SIZES.items())
def test_populations_are_as_large_as_the_papers_and_always_the_same(name: str, size: int) -> None:
    valves = POPULATIONS[name]()
    assert len(valves) == size
    assert valves == POPULATIONS[name]()
    assert len({valve.seed for valve in valves}) == size
    assert len({valve.strengths.seam_ratio for valve in valves}) == size


def test_excised_valves_have_the_area_printed() -> None:
    areas = np.array([v.shape.area_anatomic_cm2 for v in POPULATIONS["excised_mitral"]()])
    assert areas.mean() == pytest.approx(0.8, abs=0.005)
    assert areas.std(ddof=1) / np.sqrt(15) == pytest.approx(0.03, abs=0.005)
    logs = np.log([v.strengths.seam_ratio for v in POPULATIONS["excised_mitral"]()])
    assert logs.mean() == pytest.approx(0.0, abs=1e-9)
    assert logs.std(ddof=1) == pytest.approx(0.3, abs=0.03)


def test_patients_have_all_three_inoue_balloons() -> None:
    sizes = Counter(v.balloon.diameter_mm for v in POPULATIONS["mitral_patients"]())
    assert sizes == {24.0: 5, 26.0: 5, 28.0: 5}


def test_calcific_valves_are_those_of_the_paper() -> None:
    valves = POPULATIONS["calcific_aortic"]()
    kinds = Counter((v.shape.etiology, v.shape.morphology.partition("_")[0]) for v in valves)
    assert kinds == {
        ("calcific", "tricuspid"): 28,
        ("calcific", "bicuspid"): 8,
        ("rheumatic", "tricuspid"): 3,
    }
    sizes = np.array([v.balloon.diameter_mm for v in valves])
    assert sizes.min() >= 15.0
    assert sizes.max() <= 25.0
    assert ((sizes >= 18.0) & (sizes <= 20.0)).sum() >= 6


def test_a_sample_is_the_first_valves_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[VirtualValve] = []

    def mapped(valves: list[VirtualValve], processes: int) -> list[Outcome | str]:
        asked.extend(valves)
        return [outcome(), "leaflets: close does not settle"]

    monkeypatch.setattr(outcomes, "_mapped", mapped)
    settings = MechanicsSettings(valves_count=2)
    found = outcomes.outcomes_of("excised_mitral", settings)
    assert asked == POPULATIONS["excised_mitral"]()[:2]
    assert len(found.outcomes) == 1
    assert found.told == (
        "1 of 2 valves at rest, a sample of 15; stopped: leaflets: close does not settle"
    )


def test_no_answer_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    told(monkeypatch, "does not settle")
    with pytest.raises(SolverError, match="does not settle"):
        outcomes.outcomes_of("excised_mitral", MechanicsSettings(valves_count=1))
    rows = run_mechanics(only="MB5", settings=MechanicsSettings(valves_count=1)).rows
    assert not any(row["passed"] for row in rows)
    assert all("does not settle" in row["why"] for row in rows)


def test_a_valve_that_cannot_be_built_is_told_not_raised() -> None:
    valve, huge = POPULATIONS["calcific_aortic"]()[:2]
    answer = outcomes.inflated(
        VirtualValve(
            shape=valve.shape.__class__(
                valve="aortic",
                etiology="calcific",
                morphology="tricuspid",
                annulus_mm=5.0,
                area_anatomic_cm2=0.05,
            ),
            balloon=huge.balloon,
            strengths=valve.strengths,
            seed=1,
            matched=False,
        )
    )
    assert isinstance(answer, str)
    assert "balloon.diameter_mm" in answer


def test_perimeter_rule_is_that_of_the_bench(monkeypatch: pytest.MonkeyPatch) -> None:
    """0.8 to 1.2 cm2 with splits of 2.6 and 2.1 mm is 0.76 [ribeiro_1988]."""
    told(monkeypatch, outcome(splits_mm=(2.6, 2.1)))
    found = whole.excised_opening(MechanicsSettings())
    assert found.values["perimeter_ratio"] == pytest.approx(0.76, abs=0.005)
    assert found.values["area_cm2"] == pytest.approx(1.2)
    assert found.values["split_anterior_mm"] == 2.6
    told(monkeypatch, outcome())
    assert "perimeter_ratio" not in whole.excised_opening(MechanicsSettings()).values


def test_pressure_is_split_in_balloon_and_valve(monkeypatch: pytest.MonkeyPatch) -> None:
    """2.22 atm is the 0.225 MPa of yamabe_1994; 0.9 atm of it is the free balloon's."""
    told(monkeypatch, outcome(peak_atm=2.22), outcome(peak_atm=2.0))
    found = whole.inoue_pressure(MechanicsSettings(valves_count=2))
    assert found.values["mean_mpa"] == pytest.approx(2.11 * 0.101325, rel=1e-4)
    assert found.values["sd_mpa"] == pytest.approx(0.22 / 2**0.5 * 0.101325, rel=1e-4)
    assert "free balloon needs 0.091 MPa of it" in found.notes["mean_mpa"]
    assert "the valve adds 0.123" in found.notes["mean_mpa"]
    told(monkeypatch, outcome())
    assert "sd_mpa" not in whole.inoue_pressure(MechanicsSettings()).values


def test_ways_of_opening_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    told(
        monkeypatch,
        outcome(splits_mm=(0.6, 0.6)),
        outcome(calcium_mm=2.5, after_cm2=0.8),
        outcome(splits_mm=(3.0, 0.0), calcium_mm=2.5),
        outcome(splits_mm=(0.4, 0.4), calcium_mm=1.5),
    )
    values = whole.calcific_opening(MechanicsSettings()).values
    ways = ("commissure", "fracture", "both", "neither")
    assert [values[f"{way}_frac"] for way in ways] == [0.25] * 4
    assert values["grows_frac"] == 0.75


def test_full_belongs_to_the_mechanics() -> None:
    from openvalve.cli._validate_parts import run_validate_part

    with pytest.raises(InputError, match="--full"):
        run_validate_part("circulation", (), rows="", patients=10, full=True, as_json=True)
