"""The ring model: closed forms, energy, mesh, and benchmarks MB2 and MB4."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq

from openvalve.devices import find_balloon
from openvalve.errors import InputError, SolverError
from openvalve.patient import BalloonRequest
from openvalve.valve.balloon import (
    ChartCylinder,
    ElasticCylinder,
    Tube,
    inflate_in_tube,
    large_against_small,
    opening_atm,
    rubber_tube,
    stenosed_tube,
)

MPA_PER_ATM = 0.101325
SMALL = ElasticCylinder(radius_mm=5.0, stiffness_n_mm=75.0)
LARGE = ElasticCylinder(radius_mm=8.0, stiffness_n_mm=75.0)
EDWARDS = ChartCylinder(balloon=find_balloon(BalloonRequest(model="9350BC23", diameter_mm=23.0)))


def capelli_tube(length_mm: float, shear_mpa: float, step_mm: float = 0.1) -> Tube:
    """4 mm lumen in a 10 mm vessel of 1 mm wall; the paper's own lengths were not seen."""
    return stenosed_tube(
        lumen_mm=4.0,
        vessel_mm=10.0,
        length_mm=length_mm,
        wall_mm=1.0,
        shear_mpa=shear_mpa,
        step_mm=step_mm,
    )


@pytest.mark.parametrize("length_mm", [5.0, 7.5, 10.0])
def test_benchmark_mb4(length_mm: float, record_property: object) -> None:
    """Ratio 0.55 (0.55 and 1.00 MPa), allowed 0.45 to 0.65 [capelli_2010]; p x R says 0.625.

    Found 0.464, 0.549, 0.622 for narrowings of 5, 7.5, 10 mm: the flanks of the large balloon pull
    the waist open, the more the shorter it is.
    """
    found = large_against_small(length_mm)
    record_property("pressure ratio", found.pressure_ratio)  # type: ignore[operator]
    assert 0.45 <= found.pressure_ratio <= 0.65


def test_mb4_mesh_and_lumen_at_equal_surface_tension() -> None:
    """Mesh halved: below 2 %. At equal p x R 9.73 and 8.68 mm [capelli_2010].

    The lumen is no part of the gate: narrowings of 5, 7.5 and 10 mm give 8.61, 9.17, 9.85 mm.
    """
    coarse, fine = (large_against_small(5.0, step_mm=step) for step in (0.2, 0.1))
    assert coarse.pressure_ratio == pytest.approx(fine.pressure_ratio, rel=0.02)
    assert fine.small_lumen_mm == pytest.approx(8.68, abs=0.2)


def test_flank_is_the_mylar_curve() -> None:
    """Slack flank between rigid waist a and cylinder R: cos = (r/R)^2, length int cot dr."""
    waist, size = 4.0, 8.0
    z = 0.02 * np.arange(-1000, 1001, dtype=np.float64)
    lumen = np.where(np.abs(z) <= 4.0, waist, 60.0)
    tube = Tube(z_mm=z, lumen_mm=lumen, outer_mm=lumen + 20.0, shear_mpa=1e4)
    state = inflate_in_tube(ElasticCylinder(radius_mm=size, stiffness_n_mm=1e5), tube, 1.0)
    radius = state.radius_mm
    flank = (z > 4.0) & (radius > 4.3) & (radius < 7.8)
    cosine = 1.0 / np.hypot(1.0, np.gradient(radius, z)[flank])
    assert cosine == pytest.approx((radius[flank] / size) ** 2, abs=0.01)
    expected = quad(lambda r: r**2 / np.sqrt(size**4 - r**4), 4.3, 7.8)[0]
    assert np.ptp(z[flank]) == pytest.approx(expected, abs=0.06)


def test_free_balloon_and_even_tube_in_closed_form() -> None:
    """No contact: the free radius. In an even tube: p = T(r)/r + q(r) in every ring."""
    far = stenosed_tube(lumen_mm=40.0, vessel_mm=40.0, length_mm=5.0, wall_mm=2.0, shear_mpa=1.0)
    state = inflate_in_tube(EDWARDS, far, 4.0)
    assert 2.0 * state.radius_mm == pytest.approx(EDWARDS.balloon.diameter_at_mm(4.0), abs=1e-6)
    assert state.contact_mpa.max() == 0.0
    tube = rubber_tube(inner_mm=21.0, wall_mm=2.0, distensibility_per_mmhg=2e-4)
    state = inflate_in_tube(EDWARDS, tube, 4.0)
    balance = state.hoop_n_mm / state.radius_mm + state.contact_mpa
    assert balance == pytest.approx(4.0 * MPA_PER_ATM, rel=1e-6)


def test_wall_law_is_the_slope_of_its_energy() -> None:
    """Work on a thick neo-Hookean ring: mu/2 int (l^2 + l^-2 - 2) 2 pi R dR = int p 2 pi a da."""
    tube = capelli_tube(5.0, 0.7)
    middle = tube.z_mm.size // 2
    inner, outer = float(tube.lumen_mm[middle]), float(tube.outer_mm[middle])

    def pressure(a: float) -> float:
        return float(tube.pressure_mpa(np.full(tube.z_mm.size, a))[middle])

    def stored(r: float) -> float:
        stretch2 = (r**2 + 5.0**2 - inner**2) / r**2
        return 0.5 * 0.7 * (stretch2 + 1.0 / stretch2 - 2.0) * 2.0 * np.pi * r

    work = quad(lambda a: pressure(a) * 2.0 * np.pi * a, inner, 5.0)[0]
    assert work == pytest.approx(quad(stored, inner, outer)[0], rel=1e-6)


def test_forces_balance_as_a_whole() -> None:
    """Over half of the tube, int (p r - T - q r) dz is the meridian's pull at its ends, here 0."""
    tube = capelli_tube(7.5, 1.1)
    state = inflate_in_tube(LARGE, tube, 5.0)
    push = 5.0 * MPA_PER_ATM * state.radius_mm - state.hoop_n_mm
    push = push - state.contact_mpa * state.radius_mm
    assert np.trapezoid(push, tube.z_mm) == pytest.approx(0.0, abs=1e-5)
    middle = tube.z_mm.size // 2
    assert push[middle] < 0.0, "the flanks help: the wall bears more than the pressure"
    assert state.residual_ratio < 1e-9


def test_mesh_halved_moves_nothing() -> None:
    coarse, fine = (opening_atm(LARGE, capelli_tube(7.5, 1.1, step), 10.0) for step in (0.2, 0.1))
    assert coarse == pytest.approx(fine, rel=0.005)


def test_same_answer_twice() -> None:
    tube = capelli_tube(7.5, 1.1)
    first, second = (inflate_in_tube(LARGE, tube, 4.0).radius_mm for _ in range(2))
    assert np.array_equal(first, second)


def test_pressure_opens_the_waist_steadily() -> None:
    tube = capelli_tube(7.5, 1.1)
    lumens = [inflate_in_tube(LARGE, tube, p).radius_mm.min() for p in np.linspace(0.5, 9.0, 18)]
    assert np.all(np.diff(lumens) > 0.0)


@pytest.mark.parametrize("distensibility", [3.0e-3, 6.5e-3])
def test_benchmark_mb2_stand_in(distensibility: float, record_property: object) -> None:
    """Edwards 23 mm in soft rubber (3.0e-3 to 6.5e-3 a mmHg [biglino_2013]), up to 6.6 atm.

    The paper's curve, lumen and wall were not seen, so its error (95 mmHg, 0.49 mm) cannot be
    taken. Held here: at one volume the rubber adds its own pressure and nothing else.
    """
    tube = rubber_tube(inner_mm=20.0, wall_mm=1.0, distensibility_per_mmhg=distensibility)
    far = rubber_tube(inner_mm=60.0, wall_mm=1.0, distensibility_per_mmhg=distensibility)
    inside = inflate_in_tube(EDWARDS, tube, 6.6)

    def missing(atm: float) -> float:
        return inflate_in_tube(EDWARDS, far, atm).volume_ml - inside.volume_ml

    free = float(brentq(missing, 0.5, 7.0))
    added_mmhg = 760.0 * (6.6 - free)
    record_property("pressure added by the rubber, mmHg", added_mmhg)  # type: ignore[operator]
    contact_mmhg = 7500.61683 * float(inside.contact_mpa[0])
    assert added_mmhg == pytest.approx(contact_mmhg, rel=1e-3)
    assert 20.0 < added_mmhg < 200.0
    assert 20.0 < 2.0 * inside.radius_mm[0] < EDWARDS.balloon.diameter_at_mm(6.6)


def test_distensibility_of_the_rubber() -> None:
    """dA / (A dp) at rest is what was asked for."""
    tube = rubber_tube(inner_mm=20.0, wall_mm=1.0, distensibility_per_mmhg=4e-3)
    rise_mmhg = 7500.61683 * float(tube.pressure_mpa(np.full(tube.z_mm.size, 10.0 + 1e-5))[0])
    assert (2.0 * 1e-5 / 10.0) / rise_mmhg == pytest.approx(4e-3, rel=1e-4)


def test_what_cannot_be_is_refused() -> None:
    tube = capelli_tube(7.5, 1.1)
    for atm in (0.0, -1.0, 50.0, float("nan")):
        with pytest.raises(InputError):
            inflate_in_tube(LARGE, tube, atm)
    with pytest.raises(InputError, match="allowed at most"):
        opening_atm(SMALL, tube, 14.0, highest_atm=12.0)
    with pytest.raises(InputError, match="there are"):
        opening_atm(LARGE, tube, 3.0)
    with pytest.raises(InputError, match="vessel"):
        stenosed_tube(lumen_mm=9, vessel_mm=8, length_mm=5, wall_mm=1, shear_mpa=1)
    with pytest.raises(InputError) as caught:
        rubber_tube(inner_mm=-1.0, wall_mm=float("nan"), distensibility_per_mmhg=1e-3)
    assert len(caught.value.items) == 2
    with pytest.raises(InputError, match="for this wall"):
        ElasticCylinder(radius_mm=8.0, stiffness_n_mm=20.0).free_radius_mm(30.0)


@pytest.mark.parametrize("limit", ["MOST_STEPS", "MOST_ENDS"])
def test_a_balloon_that_does_not_settle_says_so(
    limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"openvalve.valve.balloon._ring_model.{limit}", 1)
    with pytest.raises(SolverError, match="did not settle") as caught:
        inflate_in_tube(LARGE, capelli_tube(7.5, 1.1), 4.0)
    assert caught.value.state
