"""Valve: what is refused, tables both ways, learning, plain rule."""

import dataclasses
import math

import numpy as np
import pytest

from openvalve.errors import InputError
from openvalve.valve import (
    GEOMETRIC,
    PARAMETERS,
    POPULATION,
    PRIOR,
    VALVE_CLASSES,
    AreaObservation,
    GeometricRow,
    ValveState,
    area_change_ratio,
    build_valve,
    class_of,
    geometric_rule,
    inflate,
    leak_grade,
    leak_mm2,
    learn,
    learn_geometric,
    predicted_log_ratio,
    sample_population,
    usual_area_cm2,
    usual_balloon,
)


class Cylinder:
    """A balloon of fixed size."""

    nominal_atm = 3.0

    def __init__(self, diameter_mm: float) -> None:
        self.diameter_mm = diameter_mm

    def perimeter_mm(self, pressure_atm: float) -> float:
        assert pressure_atm > 0
        return math.pi * self.diameter_mm


def mitral(area_cm2: float = 0.7, score: float | None = 8.0, age: float = 45.0) -> ValveState:
    """Return a rheumatic mitral valve."""
    return build_valve(
        valve="mitral",
        etiology="rheumatic",
        morphology="domed",
        annulus_mm=31.0,
        area_effective_cm2=area_cm2,
        age_years=age,
        wilkins_score=score,
    )


def test_every_wrong_input_is_named_at_once() -> None:
    with pytest.raises(InputError) as caught:
        build_valve(
            valve="tetracuspid",
            etiology="calcific",
            morphology="square",
            annulus_mm=900.0,
            area_effective_cm2=np.array([0.5, np.nan, -1.0]),
            age_years=70.0,
        )
    keys = [item.key for item in caught.value.items]
    assert keys == ["valve", "morphology", "annulus_mm", "area_effective_cm2"]
    assert "2 to 70 mm" in str(caught.value)


@pytest.mark.parametrize(("atm", "inflations"), [(0.0, 1), (-2.0, 1), (90.0, 1), (3.0, 0)])
def test_impossible_inflations_are_refused(atm: float, inflations: int) -> None:
    draws = sample_population(5, 0, POPULATION)
    with pytest.raises(InputError, match=r"balloon\.inflation"):
        inflate(mitral(), Cylinder(26.0), inflation_atm=atm, inflations=inflations, draws=draws)


def test_no_draws_are_refused() -> None:
    with pytest.raises(InputError, match="draws: got 0"):
        sample_population(0, 0, POPULATION)


@pytest.mark.parametrize(
    ("valve", "etiology", "expected"),
    [
        ("pulmonary", "congenital", "pulmonary"),
        ("pulmonary", "carcinoid", "pulmonary"),
        ("aortic", "calcific", "calcific"),
        ("aortic", "bioprosthesis", "calcific"),
        ("aortic", "congenital", "congenital"),
        ("mitral", "rheumatic", "rheumatic"),
        ("tricuspid", "carcinoid", "rheumatic"),
    ],
)
def test_classes(valve: str, etiology: str, expected: str) -> None:
    assert class_of(valve, etiology) == expected
    assert expected in VALVE_CLASSES


@pytest.mark.parametrize(
    ("morphology", "bonds"),
    [
        ("tricuspid", ("calcium", "calcium", "sealed")),
        ("bicuspid_1", ("calcium", "calcium", "sealed")),
        ("bicuspid_0", ("calcium", "sealed")),
    ],
)
def test_calcific_valves_are_bound_by_plates(morphology: str, bonds: tuple[str, ...]) -> None:
    valve = build_valve(
        valve="aortic",
        etiology="calcific",
        morphology=morphology,
        annulus_mm=24.0,
        area_effective_cm2=0.6,
        age_years=78.0,
    )
    assert valve.bonds == bonds
    assert valve.area_anatomic_cm2[0] - 0.6 == pytest.approx(0.22, abs=0.14)  # migliore_2017


def test_raphe_counts_as_a_bond_and_young_tissue_is_thin() -> None:
    def child(morphology: str, age: float, ring: float) -> ValveState:
        return build_valve(
            valve="aortic",
            etiology="congenital",
            morphology=morphology,
            annulus_mm=ring,
            area_effective_cm2=0.3,
            age_years=age,
        )

    assert child("unicuspid", 8.0, 16.0).bonds.count("raphe") == 2
    assert child("bicuspid_0", 8.0, 16.0).bonds == ("commissure", "commissure")
    young, old = (child("bicuspid_1", age, 22.0).bond_strength_ratio[0] for age in (8.0, 60.0))
    small = child("bicuspid_1", 8.0, 11.0).bond_strength_ratio[0]
    assert young == pytest.approx(0.6)
    assert small == pytest.approx(0.3)
    assert old == pytest.approx(1.0)


def test_score_defaults_and_large_orifices() -> None:
    assert mitral(score=None).bond_strength_ratio == mitral(score=8.0).bond_strength_ratio
    wide = mitral(area_cm2=40.0)
    assert wide.area_anatomic_cm2[0] == pytest.approx(0.9 * math.pi * 31.0**2 / 400.0)


def test_leak_and_grade_are_one_table() -> None:
    """Moderate 35 +/- 12 and severe 75 +/- 33 mm2 mitral, 21 and 38 mm2 aortic (enriquez_1994)."""
    for valve, moderate, severe in (("mitral", 38.0, 75.0), ("aortic", 26.0, 38.0)):
        assert leak_mm2(valve, 3.0) == moderate
        assert leak_mm2(valve, 4.0) == severe
    grades = np.arange(0.0, 4.5, 0.5)
    holes = np.array([leak_mm2("pulmonary", g) for g in grades])
    assert leak_grade("pulmonary", holes) == pytest.approx(grades)
    # A child's ring of 10 mm: a quarter of the adult's area below 20 mm.
    assert leak_mm2("aortic", 4.0, 10.0) == pytest.approx(38.0 / 4.0)
    assert leak_grade("aortic", np.array([9.5]), 10.0)[0] == 4.0
    assert leak_mm2("aortic", 4.0, 27.0) == 38.0


def test_leak_before_stays() -> None:
    valve = dataclasses.replace(mitral(), eroa_mm2=22.0)
    after = inflate(valve, Cylinder(26.0), draws=sample_population(100, 1, POPULATION))
    assert np.all(after.eroa_mm2 >= 22.0)
    assert np.all(after.regurgitation_grade >= 2.0)


def observation(
    area_cm2: float, diameter_mm: float, log_ratio: float, age: float = 45.0
) -> AreaObservation:
    """Return a mitral cohort with a wanted change."""
    return AreaObservation(
        source_id=f"made_{area_cm2}_{diameter_mm}",
        state=mitral(area_cm2, age=age),
        balloon_perimeter_mm=math.pi * diameter_mm,
        inflation_atm=2.5,
        log_ratio=log_ratio,
        log_sd=0.05,
    )


def test_learning_finds_what_made_the_data() -> None:
    """Areas made by a known population give it back (recoil and share are free here)."""
    truth = dataclasses.replace(
        PRIOR, retained_rheumatic_frac=0.30, recoil_exponent_ratio=0.8, bond_strength_n_mm=1.5
    )
    made = []
    for age in (10.0, 30.0, 45.0, 60.0, 75.0):
        for area in (0.5, 0.7, 0.9):
            for diameter in (24.0, 27.0, 30.0):
                blank = observation(area, diameter, 0.0, age)
                seen = predicted_log_ratio(blank, truth)
                made.append(dataclasses.replace(blank, log_ratio=seen, log_sd=0.02))
    found = learn(made)
    assert found.retained_rheumatic_frac == pytest.approx(0.30, rel=0.03)
    assert found.recoil_exponent_ratio == pytest.approx(0.8, rel=0.06)
    assert found.retained_pulmonary_frac == pytest.approx(PRIOR.retained_pulmonary_frac, rel=0.01)
    assert found.log_errors[2] < 0.1 < found.log_errors[5]
    assert np.allclose(np.diag(np.array(found.correlation_frac)), 1.0)


def test_learning_shrugs_off_one_odd_paper() -> None:
    usual = [observation(a, 26.0, math.log(2.1)) for a in (0.6, 0.65, 0.7, 0.75, 0.8)]
    odd = observation(0.7, 26.0, math.log(6.0))
    plain, disturbed = learn(usual), learn([*usual, odd])
    asked = observation(0.7, 26.0, 0.0)
    shift = predicted_log_ratio(asked, disturbed) - predicted_log_ratio(asked, plain)
    assert 0.0 < shift < 0.15


def test_nothing_learned_from_nothing() -> None:
    assert learn([]) is PRIOR
    assert len(PARAMETERS) <= 6


def test_single_prediction_agrees_with_the_mean_of_draws() -> None:
    """Fixed quantile points against thousands of random valves, parameters held."""
    sure = dataclasses.replace(POPULATION, log_errors=(1e-9,) * 6, residual_frac=(0.0,) * 4)
    draws = sample_population(20_000, 4, sure)
    for diameter, atm in ((22.0, 1.2), (26.0, 2.2), (31.0, 3.0)):
        asked = dataclasses.replace(observation(0.7, diameter, 0.0), inflation_atm=atm)
        after = inflate(asked.state, Cylinder(diameter), inflation_atm=atm, draws=draws)
        sampled = math.log(float(after.area_effective_cm2.mean()) / 0.7)
        assert predicted_log_ratio(asked, sure) == pytest.approx(sampled, abs=0.03)


def test_draws_carry_the_learned_errors_and_their_correlation() -> None:
    draws = sample_population(40_000, 2, POPULATION)
    logs = np.log(draws.parameters)
    assert logs.mean(axis=0) == pytest.approx(POPULATION.logs(), abs=0.01)
    assert logs.std(axis=0) == pytest.approx(np.array(POPULATION.log_errors), rel=0.03)
    expected = np.array(POPULATION.correlation_frac)
    assert np.corrcoef(logs.T) == pytest.approx(expected, abs=0.03)
    assert np.exp(draws.column("bond_strength_n_mm").mean()) > 0


def test_geometric_rule_by_hand() -> None:
    """1.0 cm2, one 26 mm balloon, share 0.31: 35.4 -> 49.8 mm, 1.97 cm2."""
    after = geometric_rule(
        valve_class="rheumatic", area_effective_cm2=1.0, balloon_perimeter_mm=math.pi * 26.0
    )
    assert after == pytest.approx(1.97, abs=0.01)
    inside = geometric_rule(
        valve_class="calcific", area_effective_cm2=2.0, balloon_perimeter_mm=30.0
    )
    assert inside == pytest.approx(2.0)


def test_geometric_share_is_the_median_and_keeps_its_start() -> None:
    rows = [
        GeometricRow(
            valve_class="rheumatic",
            before_cm2=1.0,
            after_cm2=geometric_rule(
                valve_class="rheumatic",
                area_effective_cm2=1.0,
                balloon_perimeter_mm=80.0,
                shares={"rheumatic": share},
            ),
            balloon_perimeter_mm=80.0,
        )
        for share in (0.2, 0.33, 0.9)
    ]
    useless = GeometricRow(
        valve_class="rheumatic", before_cm2=9.0, after_cm2=9.5, balloon_perimeter_mm=80.0
    )
    learned = learn_geometric([*rows, useless])
    assert learned["rheumatic"] == pytest.approx(0.33)
    assert learned["calcific"] == GEOMETRIC["calcific"]


@pytest.mark.parametrize(
    ("valve", "etiology", "kind", "ring", "expected"),
    [
        ("mitral", "rheumatic", None, 33.0, ("inoue", (26.0,))),
        ("mitral", "rheumatic", "double", 31.0, ("double", (18.0, 20.0))),
        ("mitral", "rheumatic", "cylinder", 31.0, ("cylinder", (25.0,))),
        ("aortic", "calcific", None, 25.0, ("cylinder", (20.0,))),
        ("aortic", "calcific", None, 20.0, ("cylinder", (19.0,))),
        ("aortic", "congenital", None, 15.0, ("cylinder", (14.0,))),
        ("pulmonary", "congenital", None, 20.0, ("cylinder", (25.0,))),
    ],
)
def test_usual_balloons(
    valve: str, etiology: str, kind: str | None, ring: float, expected: tuple[str, tuple[float]]
) -> None:
    usual = usual_balloon(valve=valve, etiology=etiology, kind=kind, annulus_mm=ring)
    assert (usual.kind, usual.diameters_mm) == expected


def test_usual_areas_and_gradients() -> None:
    assert usual_area_cm2("aortic", "calcific", 1.8) == 0.55
    assert usual_area_cm2("pulmonary", "congenital", 1.0) == pytest.approx(0.28)
    # Halved gradient: 2^(2/3) = 1.587 of the area, since the flow rises.
    assert area_change_ratio(0.5) == pytest.approx(1.587, abs=0.001)
    assert area_change_ratio(1.2) == 1.0
