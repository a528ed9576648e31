import math

import numpy as np
import pytest

from openvalve.devices import find_balloon, taut_loop_area_mm2, taut_loop_perimeter_mm
from openvalve.patient import BalloonRequest


def test_benchmark_mb12() -> None:
    """12 and 18 mm: 77.73 mm, 24.74 mm of a circle; the paper prints 24.8 [sequential_1988]."""
    loop = taut_loop_perimeter_mm(diameter_one_mm=12.0, diameter_two_mm=18.0)
    assert loop == pytest.approx(77.73, abs=0.005)
    balloon = find_balloon(BalloonRequest(model="Multi-Track", diameter_mm=(12.0, 18.0)))
    assert balloon.effective_diameter_mm == pytest.approx(24.74, rel=0.005)
    assert balloon.effective_diameter_mm == pytest.approx(24.8, abs=0.1)


def test_equal_balloons_follow_the_printed_rule() -> None:
    """D = (D1 + D2) (1 + pi/2) / pi."""
    balloon = find_balloon(BalloonRequest(diameter_mm=(18.0, 18.0)))
    assert balloon.effective_diameter_mm == pytest.approx(36.0 * (1.0 + math.pi / 2) / math.pi)
    assert balloon.diameter_mm == balloon.effective_diameter_mm


def hull(one_mm: float, two_mm: float) -> tuple[float, float]:
    """Return perimeter and area of the convex hull of two touching circles, by many points."""
    from scipy.spatial import ConvexHull

    turn = np.linspace(0.0, 2.0 * np.pi, 20_001)[:-1]
    circle = np.column_stack((np.cos(turn), np.sin(turn)))
    r1, r2 = one_mm / 2, two_mm / 2
    found = ConvexHull(np.vstack((r1 * circle, r2 * circle + [r1 + r2, 0.0])))
    return float(found.area), float(found.volume)


@pytest.mark.parametrize(("one", "two"), [(20.0, 20.0), (18.0, 20.0), (12.0, 18.0), (6.0, 25.0)])
def test_loop_is_the_convex_hull(one: float, two: float) -> None:
    perimeter, area = hull(one, two)
    assert taut_loop_perimeter_mm(diameter_one_mm=one, diameter_two_mm=two) == pytest.approx(
        perimeter, rel=1e-6
    )
    assert taut_loop_area_mm2(diameter_one_mm=one, diameter_two_mm=two) == pytest.approx(
        area, rel=1e-6
    )


def test_order_does_not_matter() -> None:
    ab = taut_loop_perimeter_mm(diameter_one_mm=12.0, diameter_two_mm=18.0)
    assert taut_loop_perimeter_mm(diameter_one_mm=18.0, diameter_two_mm=12.0) == ab


def test_areas() -> None:
    """18 and 20 mm: two circles of 5.69 cm2 [clin_method]."""
    balloon = find_balloon(BalloonRequest(diameter_mm=(18.0, 20.0)))
    rated = [part.rated_burst_atm for part in balloon.parts]
    assert balloon.rated_burst_atm == min(rated)
    circles = sum(0.25 * math.pi * d**2 for d in (18.0, 20.0))
    assert circles == pytest.approx(569.0, abs=0.5)
    at = [part.pressure_at_atm(part.diameter_mm) for part in balloon.parts]
    assert balloon.parts[0].area_mm2(at[0]) + balloon.parts[1].area_mm2(at[1]) == pytest.approx(
        circles
    )
    assert balloon.area_mm2(4.0) < balloon.enclosed_area_mm2(4.0)
    single = balloon.parts[0]
    assert single.area_mm2(3.0) == single.enclosed_area_mm2(3.0)
    assert balloon.perimeter_mm(4.0) == pytest.approx(math.pi * balloon.diameter_at_mm(4.0))


def test_what_two_share() -> None:
    balloon = find_balloon(BalloonRequest(model="Z-MED II", diameter_mm=(15.0, 20.0)))
    one, two = balloon.parts
    assert balloon.kind == "double"
    assert balloon.volume_ml == pytest.approx(one.volume_ml + two.volume_ml)
    assert balloon.sheath_fr == max(one.sheath_fr, two.sheath_fr)
    assert balloon.nominal_atm == min(one.nominal_atm, two.nominal_atm)
    assert all(key.startswith("parts[") for key in balloon.assumed)
