"""The waist in closed form against the ring model and against virtual work."""

import numpy as np
import pytest
from scipy.integrate import quad

from openvalve.devices import find_balloon
from openvalve.errors import InputError
from openvalve.patient import BalloonRequest
from openvalve.valve.balloon import (
    ElasticCylinder,
    Tube,
    balloon_surface,
    flank_pull_n_mm,
    inflate_in_tube,
    waist_displaced_ml,
    waist_radii_mm,
)

TRUE_20 = find_balloon(BalloonRequest(model="True Dilatation", diameter_mm=20))
PAIR = find_balloon(BalloonRequest(model="Multi-Track", diameter_mm=(12.0, 18.0)))
SURFACE = balloon_surface(TRUE_20, step_mm=0.05)
MPA_PER_ATM = 0.101325


def lumen_mm(radius_mm: float, half_mm: float) -> np.ndarray:
    return np.where(np.abs(SURFACE.grid_mm) <= half_mm, radius_mm, np.inf)


def test_pull_by_hand() -> None:
    assert flank_pull_n_mm(3.0, 10.0, 6.0) == pytest.approx(2.36, abs=0.01)
    assert flank_pull_n_mm(3.0, 10.0, 10.0) == 0.0


def test_pull_is_what_the_ring_model_puts_on_a_rigid_waist() -> None:
    """Contact over a rigid waist: p r L from pressure and K sin from each of two flanks."""
    z = 0.02 * np.arange(-1000, 1001, dtype=np.float64)
    lumen = np.where(np.abs(z) <= 3.0, 6.0, 60.0)
    tube = Tube(z_mm=z, lumen_mm=lumen, outer_mm=lumen + 20.0, shear_mpa=3e4)
    state = inflate_in_tube(ElasticCylinder(radius_mm=10.0, stiffness_n_mm=1e6), tube, 3.0)
    found = float(np.trapezoid(state.contact_mpa * state.radius_mm, z))
    expected = 3.0 * MPA_PER_ATM * 6.0 * 6.0 + 2.0 * 6.0 * flank_pull_n_mm(3.0, 10.0, 6.0)
    assert found == pytest.approx(expected, rel=0.01)


def test_pull_is_the_work_of_the_volume_and_the_meridian() -> None:
    """With R fixed: p dV + K dS over a flank, per radian, is p sqrt(R^4 - r^4) / 2 dr."""
    size = 10.0

    def energy(waist: float) -> float:
        volume = quad(
            lambda r: 0.5 * (size**2 - r**2) * r**2 / np.sqrt(size**4 - r**4), waist, size
        )
        length = quad(lambda r: size**2 / np.sqrt(size**4 - r**4), waist, size)
        axial = quad(lambda r: r**2 / np.sqrt(size**4 - r**4), waist, size)
        return volume[0] + 0.5 * size**2 * (length[0] - axial[0])

    slope = (energy(6.001) - energy(5.999)) / 0.002
    pull = flank_pull_n_mm(1.0, size, 6.0) * 6.0 / MPA_PER_ATM
    assert -slope == pytest.approx(pull, rel=1e-4)


def test_flank_on_the_surface() -> None:
    """Radius beside a 6 mm waist follows the closed curve, then the free cylinder."""
    radii = waist_radii_mm(SURFACE, 3.0, lumen_mm(6.0, 2.0))[0]
    size = float(SURFACE.profile(3.0).radius_mm.max())
    assert radii[np.abs(SURFACE.grid_mm) <= 2.0] == pytest.approx(6.0)
    for radius in (7.0, 8.5, 9.5):
        away = quad(lambda r: r**2 / np.sqrt(size**4 - r**4), 6.0, radius)[0]
        at = np.interp(2.0 + away, SURFACE.grid_mm, radii)
        assert at == pytest.approx(radius, abs=0.05)
    assert radii[np.abs(SURFACE.grid_mm - 15.0).argmin()] == pytest.approx(size)
    assert np.all(radii <= SURFACE.profile(3.0).radius_mm[0] + 1e-12)


def test_flanks_add_to_the_displaced_volume() -> None:
    size = float(SURFACE.profile(3.0).radius_mm.max())
    flank = quad(lambda r: np.pi * (size**2 - r**2) * r**2 / np.sqrt(size**4 - r**4), 6.0, size)[0]
    expected = (np.pi * (size**2 - 36.0) * 4.0 + 2.0 * flank) / 1000.0
    found = waist_displaced_ml(SURFACE, 3.0, lumen_mm(6.0, 2.0))
    assert found == pytest.approx(expected, rel=0.02)
    assert found > SURFACE.displaced_ml(3.0, lumen_mm(6.0, 2.0))


def test_nothing_touches_nothing_changes() -> None:
    wide = np.full(SURFACE.grid_mm.size, np.inf)
    assert np.array_equal(waist_radii_mm(SURFACE, 3.0, wide), SURFACE.profile(3.0).radius_mm)
    assert waist_displaced_ml(SURFACE, 3.0, wide) == 0.0


def test_two_balloons_have_two_waists() -> None:
    surface = balloon_surface(PAIR)
    lumen = np.full((2, surface.grid_mm.size), np.inf)
    lumen[1, np.abs(surface.grid_mm) <= 2.0] = 5.0
    radii, free = waist_radii_mm(surface, 3.0, lumen), surface.profile(3.0).radius_mm
    assert np.array_equal(radii[0], free[0])
    assert radii[1].min() < 5.0 + 1e-9 < free[1].max()


def test_impossible_waists_are_refused() -> None:
    for radius in (0.0, -1.0, np.nan):
        with pytest.raises(InputError):
            waist_radii_mm(SURFACE, 3.0, np.full(SURFACE.grid_mm.size, radius))
    with pytest.raises(InputError):
        flank_pull_n_mm(3.0, 10.0, 11.0)
