"""Orifice laws against closed forms and published contraction."""

import numpy as np
import pytest

from openvalve.valve import (
    contraction_coefficient,
    elco_cm2,
    opening_elasticity,
    orifice_drop_mmhg,
)


def test_drop_in_clinic_units() -> None:
    """0.5 x 1060 kg/m3 x (2.5 m/s)^2 = 3312 Pa = 24.85 mmHg; signed with the flow."""
    assert orifice_drop_mmhg(250.0, 1.0) == pytest.approx(24.85, abs=0.02)
    assert orifice_drop_mmhg(-250.0, 1.0) == pytest.approx(-24.85, abs=0.02)


def test_recovered_pressure_is_the_energy_loss_area() -> None:
    """0.9 cm2 below a 26 mm aorta (5.31 cm2): 1.08 cm2 (sizing_and_severity, section 5)."""
    assert elco_cm2(0.9, 5.309) == pytest.approx(1.08, abs=0.005)
    plain, recovered = orifice_drop_mmhg(250.0, 0.9), orifice_drop_mmhg(250.0, 0.9, 5.309)
    assert recovered / plain == pytest.approx((0.9 / 1.0837) ** 2, abs=0.001)


@pytest.mark.parametrize(("shape", "seen"), [("flat", 0.73), ("dome", 0.87)])
def test_contraction_of_mitral_shapes(shape: str, seen: float) -> None:
    """MB10: 0.73 flat, 0.87 dome at 1.5 cm2, +/- 0.04; an ellipse 5:1 is 3 to 8 % lower."""
    round_one = contraction_coefficient(
        valve="mitral", etiology="rheumatic", area_effective_cm2=1.5 * seen, shape=shape
    )
    assert round_one == pytest.approx(seen, abs=0.04)
    ellipse = contraction_coefficient(
        valve="mitral",
        etiology="rheumatic",
        area_effective_cm2=1.5 * seen,
        shape=shape,
        axis_ratio=5.0,
    )
    assert -0.08 < ellipse / round_one - 1.0 < -0.03


def test_contraction_takes_arrays_and_stays_below_one() -> None:
    areas = np.array([0.3, 0.7, 2.0, 20.0])
    ratio = contraction_coefficient(valve="aortic", etiology="calcific", area_effective_cm2=areas)
    assert ratio.shape == (4,)
    assert ratio[0] == ratio[1] == pytest.approx(0.76)
    assert np.all(np.diff(ratio) >= 0)
    assert ratio[3] == pytest.approx(0.95)
    one = contraction_coefficient(valve="aortic", etiology="calcific", area_effective_cm2=2.0)
    assert one == pytest.approx(ratio[2])
    other = contraction_coefficient(valve="tricuspid", etiology="carcinoid", area_effective_cm2=0.7)
    assert other == pytest.approx(0.75)


def test_stiff_valves_open_further_at_a_higher_drop() -> None:
    assert opening_elasticity("calcific") > opening_elasticity("congenital")
    assert all(0.05 < opening_elasticity(e) < 0.3 for e in ("rheumatic", "carcinoid"))
