import math

import numpy as np
import pytest

from openvalve.devices import Balloon, catalogue, find_balloon
from openvalve.errors import InputError
from openvalve.patient import BalloonRequest
from openvalve.valve.balloon import balloon_surface, double_axes_mm, loop_perimeters_mm

TRUE = {
    size: find_balloon(BalloonRequest(model="True Dilatation", diameter_mm=size))
    for size in (20.0, 24.0, 28.0)
}
NUCLEUS = find_balloon(BalloonRequest(kind="nucleus", diameter_mm=20.0))
PAIR = find_balloon(BalloonRequest(model="Multi-Track", diameter_mm=(12.0, 18.0)))
KINDS = [TRUE[20.0], NUCLEUS, PAIR, find_balloon(BalloonRequest(kind="inoue", diameter_mm=26.0))]


def middle_mm(balloon: Balloon, pressure_atm: float) -> float:
    surface = balloon_surface(balloon)
    return float(2.0 * surface.profile(pressure_atm).radius_mm[0, surface.grid_mm.size // 2])


@pytest.mark.parametrize(
    ("size", "at_3_mm", "top_atm", "top_mm"),
    [(20.0, 20.02, 15.0, 20.39), (24.0, 23.90, 15.0, 24.55), (28.0, 27.62, 12.0, 28.39)],
)
def test_benchmark_mb3(size: float, at_3_mm: float, top_atm: float, top_mm: float) -> None:
    """Free True balloons at 3 atm and at the top, +-0.15 mm; growth 3 to 6 atm at most 2 % [B1]."""
    assert middle_mm(TRUE[size], 3.0) == pytest.approx(at_3_mm, abs=0.15)
    assert middle_mm(TRUE[size], top_atm) == pytest.approx(top_mm, abs=0.15)
    assert 1.0 <= middle_mm(TRUE[size], 6.0) / middle_mm(TRUE[size], 3.0) <= 1.02


@pytest.mark.parametrize("size", [20.0, 24.0, 28.0])
def test_acceptance_limit_at_6_atm(size: float) -> None:
    """Within 1 mm of the label at 6 atm [B2]."""
    assert middle_mm(TRUE[size], 6.0) == pytest.approx(size, abs=1.0)


@pytest.mark.parametrize("balloon", KINDS, ids=lambda b: b.kind)
def test_grid_is_uniform_and_only_radii_change(balloon: Balloon) -> None:
    surface = balloon_surface(balloon, seat_mm=4.0)
    low, high = surface.profile(0.1), surface.profile(surface.highest_atm)
    assert np.array_equal(low.z_mm, high.z_mm)
    assert np.allclose(np.diff(low.z_mm), 0.25, atol=1e-12)
    assert low.z_mm.mean() == pytest.approx(4.0)
    assert np.all(high.radius_mm >= low.radius_mm)
    assert high.radius_mm.shape == (len(surface.parts), low.z_mm.size)
    assert high.axes_mm.shape == (len(surface.parts), 2)
    ends = high.radius_mm[:, [0, -1]]
    assert np.all(ends < 1.3), "shoulders end on the shaft"
    slope = np.abs(np.diff(high.radius_mm, axis=1)) / 0.25
    assert slope.max() < 3.0, "no step for a contact search to fall over"


@pytest.mark.parametrize("balloon", KINDS, ids=lambda b: b.kind)
def test_table_between_its_rows(balloon: Balloon) -> None:
    """A kernel that interpolates rows by pressure has the profile: exact, an Inoue to 0.1 mm."""
    surface = balloon_surface(balloon, line_deg=20.0)
    table = surface.table()
    assert table.radius_mm.flags.c_contiguous
    assert np.all(np.diff(table.pressures_atm) > 0.0)
    for atm in np.linspace(0.01, surface.highest_atm - 0.01, 17):
        row = int(np.searchsorted(table.pressures_atm, atm)) - 1
        low, high = table.pressures_atm[row : row + 2]
        share = (atm - low) / (high - low)
        radius = (1 - share) * table.radius_mm[row] + share * table.radius_mm[row + 1]
        axes = (1 - share) * table.axes_mm[row] + share * table.axes_mm[row + 1]
        profile = surface.profile(float(atm))
        close = 0.1 if balloon.kind == "inoue" else 1e-9
        assert np.abs(radius - profile.radius_mm).max() < close
        assert np.abs(axes - profile.axes_mm).max() < close


def test_every_balloon_of_the_catalogue_has_a_surface() -> None:
    for balloon in catalogue():
        surface = balloon_surface(balloon, step_mm=0.5)
        volumes = [surface.volumes_ml(p).sum() for p in np.linspace(0, surface.highest_atm, 12)]
        assert np.all(np.diff(volumes) > -1e-12), balloon.model
        assert np.all(np.isfinite(volumes))


def test_working_part_and_printed_volume() -> None:
    """Printed cylinder volumes: 14.1 (20 mm) and 27.7 mL (28 mm) [B3]; shoulders come on top."""
    for size, printed_ml in ((20.0, 14.1), (28.0, 27.7)):
        surface = balloon_surface(TRUE[size], step_mm=0.05)
        radius = surface.profile(TRUE[size].pressure_at_atm(size)).radius_mm[0]
        inside = np.abs(surface.grid_mm) <= 22.5
        section = np.pi * radius[inside] ** 2
        cylinder = np.trapezoid(section, surface.grid_mm[inside]) / 1000.0
        assert cylinder == pytest.approx(printed_ml, rel=0.01)
        assert 1.1 < surface.volumes_ml(3.0)[0] / printed_ml < 1.4


def test_nucleus() -> None:
    """Ends fill first; waist at 90 % with the inflation volume, full at rated burst [B8]."""
    surface = balloon_surface(NUCLEUS)
    half = surface.grid_mm.size // 2

    def waist_and_ends(atm: float) -> tuple[float, float]:
        radius = surface.profile(atm).radius_mm[0]
        return 2.0 * float(radius[half]), 2.0 * float(radius.max())

    waist, ends = waist_and_ends(NUCLEUS.nominal_atm)
    assert waist == pytest.approx(18.0, abs=0.01)
    assert ends == pytest.approx(20.0, abs=0.01)
    waist, ends = waist_and_ends(NUCLEUS.rated_burst_atm)
    assert waist == pytest.approx(20.0, abs=0.01)
    assert ends <= 22.0, "within 10 % at rated burst"
    waist, ends = waist_and_ends(0.15)
    assert waist < 0.6 * 20.0 < 0.9 * 20.0 < ends


def test_two_balloons_touch_and_mb12() -> None:
    """Taut loop round 12 and 18 mm: 24.74 mm +- 0.5 % [sequential_1988, geometry]."""
    surface = balloon_surface(PAIR, line_deg=30.0)
    atm = PAIR.pressure_at_atm(PAIR.effective_diameter_mm)
    profile = surface.profile(atm)
    radii = profile.radius_mm.max(axis=1)
    apart = float(np.linalg.norm(profile.axes_mm[1] - profile.axes_mm[0]))
    assert apart == pytest.approx(radii.sum())
    assert surface.effective_diameters_mm(atm).max() == pytest.approx(24.74, rel=0.005)
    line = profile.axes_mm[1] - profile.axes_mm[0]
    assert math.degrees(math.atan2(line[1], line[0])) == pytest.approx(30.0)


def test_pair_spans_the_origin_evenly() -> None:
    axes = double_axes_mm(6.0, 9.0)
    assert axes[0, 0] - 6.0 == -15.0
    assert axes[1, 0] + 9.0 == 15.0
    loops = loop_perimeters_mm(np.array([[6.0, 6.0], [9.0, 9.0]]))
    assert loops == pytest.approx([77.73, 77.73], abs=0.005)
    assert loop_perimeters_mm(np.array([[6.0]])) == pytest.approx([12.0 * math.pi])


def test_tip_and_taper() -> None:
    inoue = KINDS[3]
    forward = balloon_surface(inoue).profile(0.25)
    backward = balloon_surface(inoue, distal_forward=False).profile(0.25)
    assert np.allclose(forward.radius_mm, backward.radius_mm[:, ::-1])
    assert forward.z_mm[np.argmax(forward.radius_mm[0])] > 0.0, "the distal half fills first"
    cone = balloon_surface(TRUE[20.0], taper_frac=0.3).profile(3.0)
    first, last = (float(cone.radius_mm[0][np.abs(cone.z_mm - z).argmin()]) for z in (-22.5, 22.5))
    assert last / first == pytest.approx(0.7, abs=0.01)


def test_displaced_volume() -> None:
    surface = balloon_surface(TRUE[20.0], step_mm=0.05)
    lumen = np.where(np.abs(surface.grid_mm) <= 5.0, 6.0, np.inf)
    expected = math.pi * (10.01**2 - 6.0**2) * 10.0 / 1000.0
    assert surface.displaced_ml(3.0, lumen) == pytest.approx(expected, rel=0.01)
    assert surface.displaced_ml(3.0, np.full(surface.grid_mm.size, np.inf)) == 0.0


@pytest.mark.parametrize("atm", [-0.1, 15.5, math.nan, math.inf])
def test_pressures_off_the_chart_are_refused(atm: float) -> None:
    with pytest.raises(InputError, match="chart"):
        balloon_surface(TRUE[20.0]).profile(atm)


def test_impossible_grids_are_refused_at_once() -> None:
    with pytest.raises(InputError) as caught:
        balloon_surface(TRUE[20.0], step_mm=5.0, taper_frac=0.9)
    assert len(caught.value.items) == 2
