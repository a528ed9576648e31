"""Balloon in a valve, worked by hand: tension, order of splits, what stays open."""

import math

import numpy as np
import pytest

from openvalve.valve import Population, PopulationDraws, ValveState, build_valve, inflate
from openvalve.valve._mechanics import full_perimeter_mm, tension_n_mm


class Cylinder:
    """A balloon of fixed size."""

    nominal_atm = 4.0

    def __init__(self, diameter_mm: float) -> None:
        self.diameter_mm = diameter_mm

    def perimeter_mm(self, pressure_atm: float) -> float:
        assert pressure_atm > 0
        return math.pi * self.diameter_mm


def draws_of(
    *,
    bond_n_mm: float,
    retained: float = 0.4,
    side: tuple[float, float, float] = (0.0, 0.0, 0.0),
    leaflet: float = 9.0,
) -> PopulationDraws:
    """Return one draw of a valve without scatter; leaflets far too strong to tear."""
    return PopulationDraws(
        parameters=np.array([[bond_n_mm, 0.0, retained, retained, retained, retained]]),
        side=np.array([side]),
        leaflet=np.full((1, 3), leaflet),
        residual=np.zeros(1),
        tear=np.zeros(1),
        ring=np.zeros((1, 2)),
        residual_frac=(0.0, 0.0, 0.0, 0.0),
    )


def mitral(*, ring_mm: float = 60.0, age_years: float = 40.0) -> ValveState:
    """Return a rheumatic valve whose drawn orifice is a circle of 10 mm (0.785 cm2)."""
    drawn = math.pi * 25.0 / 100.0
    return build_valve(
        valve="mitral",
        etiology="rheumatic",
        morphology="domed",
        annulus_mm=ring_mm,
        area_effective_cm2=0.83 * drawn,
        age_years=age_years,
        wilkins_score=8.0,
    )


def test_line_tension_of_the_inoue_pressure() -> None:
    """0.225 MPa at 13 mm is 2.9 N/mm (mechanics.md section 3)."""
    tension = tension_n_mm(np.array([1.0]), np.array([26.0 * math.pi]), 0.225 / 0.101325, 1.0)
    assert tension[0] == pytest.approx(2.925, abs=0.01)


def test_ring_never_passed_and_small_balloon_free() -> None:
    """At balloon = ring 2^(-1/4) = 0.841 of either; far below, the balloon itself."""
    assert full_perimeter_mm(100.0, 100.0) == pytest.approx(84.1, abs=0.05)
    assert full_perimeter_mm(10.0, 100.0) == pytest.approx(10.0, rel=1e-4)
    assert full_perimeter_mm(1e4, 100.0) == pytest.approx(100.0, rel=1e-4)


def test_both_commissures_split() -> None:
    """20 mm in a 10 mm orifice, 0.4 stays.

    Ring 60 mm: F = 62.83 (1 + (1/3)^4)^(-1/4) = 62.64 mm; P = 31.42 + 0.4 (62.64 - 31.42) =
    43.91 mm; area = 43.91^2 / (4 pi) = 153.4 mm2.
    """
    after = inflate(mitral(), Cylinder(20.0), draws=draws_of(bond_n_mm=1.0))
    assert after.commissures_split_count[0] == 2
    assert after.area_anatomic_cm2[0] == pytest.approx(1.534, abs=0.002)
    assert after.area_effective_cm2[0] == pytest.approx(0.83 * 1.534, abs=0.002)


def test_first_bond_needs_its_tension() -> None:
    """4 atm at the first waist, 5 + 5/3 mm: 0.405 MPa x 6.67 mm = 2.70 N/mm."""
    held = inflate(mitral(), Cylinder(20.0), draws=draws_of(bond_n_mm=2.75))
    assert held.commissures_split_count[0] == 0
    assert held.area_anatomic_cm2[0] == pytest.approx(0.7854, abs=1e-4)
    assert held.waist_tension_n_mm[0] == pytest.approx(2.70, abs=0.01)


def test_weaker_side_splits_and_the_other_holds() -> None:
    """Second waist: 5 + 2 x 5/3 = 8.33 mm bears 3.38 N/mm; a bond of 4 holds.

    Half of the perimeter is freed: P = 31.42 + 0.5 x 0.4 x 31.22 = 37.66 mm, 112.9 mm2. Sides
    at exp(0.4 z): 2 N/mm and 4 N/mm are z = 0 and 1.733.
    """
    one = draws_of(bond_n_mm=2.0, side=(1.7329, 0.0, 0.0))
    after = inflate(mitral(), Cylinder(20.0), draws=one)
    assert after.commissures_split_count[0] == 1
    assert after.area_anatomic_cm2[0] == pytest.approx(1.129, abs=0.002)


def test_two_balloons_by_their_loop() -> None:
    """12 + 18 mm act as one of 24.74 mm (MB12), by perimeter, whatever the area."""
    from openvalve.devices import find_balloon
    from openvalve.patient import BalloonRequest

    double = find_balloon(BalloonRequest(kind="double", diameter_mm=[12.0, 18.0]))
    one = inflate(mitral(), double, inflation_atm=3.0, draws=draws_of(bond_n_mm=0.5))
    same = inflate(
        mitral(),
        Cylinder(double.perimeter_mm(3.0) / math.pi),
        inflation_atm=3.0,
        draws=draws_of(bond_n_mm=0.5),
    )
    assert one.area_anatomic_cm2[0] == pytest.approx(same.area_anatomic_cm2[0])
    assert double.effective_diameter_mm == pytest.approx(24.74, rel=0.005)


def test_thick_tissue_springs_back_by_its_power() -> None:
    """Thickness 3.2 against 1.6 mm at exponent 1: half of the share stays (0.4 -> 0.2)."""
    thick = draws_of(bond_n_mm=0.2)
    thick = PopulationDraws(
        parameters=np.array([[0.2, 1.0, 0.4, 0.4, 0.4, 0.4]]),
        side=thick.side,
        leaflet=thick.leaflet,
        residual=thick.residual,
        tear=thick.tear,
        ring=thick.ring,
        residual_frac=thick.residual_frac,
    )
    after = inflate(mitral(age_years=75.0), Cylinder(20.0), draws=thick)
    expected = (31.416 + 0.2 * (62.64 - 31.416)) ** 2 / (400.0 * math.pi)
    assert after.area_anatomic_cm2[0] == pytest.approx(expected, abs=0.002)


def test_leaflet_weaker_than_its_commissure_tears() -> None:
    """A leaflet at exp(0.45 x -5) of 3.2 x the bond is 0.34 of it: it tears, and the valve leaks.

    Torn mitral leaflet: 60 mm2, grade 3.5 (between 38 and 75 mm2).
    """
    after = inflate(mitral(), Cylinder(20.0), draws=draws_of(bond_n_mm=1.0, leaflet=-5.0))
    assert after.leaflet_torn[0]
    assert after.commissures_split_count[0] == 0
    assert after.eroa_mm2[0] == pytest.approx(60.0)
    assert after.regurgitation_grade[0] == 3.5
    assert after.area_anatomic_cm2[0] > 0.79


def test_calcium_cracks_before_it_breaks() -> None:
    """Plates at 2.1 and a sealed seam at 2.7 x 2 N/mm hold 2.5 N/mm; unseen cracks open the rest.

    18 mm, 4 atm, drawn orifice 10 mm in a 60 mm ring: first waist 5 + 4/4 = 6 mm, 2.43 N/mm, above
    0.4 x 4.2 = 1.68 by exp(0.37): two plates crack, 0.65 each of a third: split share 0.433.
    """
    valve = build_valve(
        valve="aortic",
        etiology="calcific",
        morphology="tricuspid",
        annulus_mm=60.0,
        area_effective_cm2=0.76 * math.pi * 0.25,
        age_years=80.0,
    )
    after = inflate(valve, Cylinder(18.0), draws=draws_of(bond_n_mm=2.0, retained=0.6))
    full = 18.0 * math.pi * (1.0 + 0.3**4) ** -0.25
    perimeter = 31.416 + 0.6 * 0.65 * 2.0 / 3.0 * (full - 31.416)
    assert not after.calcium_fracture[0]
    assert after.commissures_split_count[0] == 0
    assert after.area_anatomic_cm2[0] == pytest.approx(perimeter**2 / (400 * math.pi), abs=0.002)


def test_population_is_a_median_without_errors() -> None:
    """``Population`` gives back what it was made from."""
    population = Population(
        bond_strength_n_mm=1.0,
        recoil_exponent_ratio=0.5,
        retained_rheumatic_frac=0.3,
        retained_calcific_frac=0.4,
        retained_congenital_frac=0.5,
        retained_pulmonary_frac=0.2,
        log_errors=(0.1,) * 6,
        correlation_frac=tuple(tuple(float(i == j) for j in range(6)) for i in range(6)),
        residual_frac=(0.2,) * 4,
    )
    assert np.exp(population.logs()) == pytest.approx([1.0, 0.5, 0.3, 0.4, 0.5, 0.2])
    assert population.retained_frac("calcific") == 0.4
