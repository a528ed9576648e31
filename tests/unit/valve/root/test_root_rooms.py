"""The root: what is refused, what a seed decides, what a mesh is."""

import dataclasses
import math

import numpy as np
import pytest

from openvalve.anatomy import ValveShape
from openvalve.devices import Balloon, find_balloon
from openvalve.errors import InputError, SolverError
from openvalve.patient import BalloonRequest
from openvalve.valve.root import Nodule, build_root, drawn_nodule, inflate_root, wall_tissue
from openvalve.valve.root import _settle as settle
from openvalve.valve.root._build import drawn_strength
from openvalve.valve.root._inflate import conduction_shares
from openvalve.valve.root._mesh import root_mesh
from openvalve.valve.root._stress import peak_of
from openvalve.valve.shell import uniaxial_mpa
from openvalve.valve.shell._checks import height_ratios

NODULE = Nodule(direction_deg=60.0, depth_mm=4.5, width_mm=8.0, height_mm=6.0, thickness_mm=2.2)
TRIANGLES = 1000


def aortic(
    annulus_mm: float = 23.0, axis_ratio: float = 1.0, age_years: float = 78.0
) -> ValveShape:
    return ValveShape(
        valve="aortic",
        etiology="calcific",
        morphology="tricuspid",
        annulus_mm=annulus_mm,
        area_anatomic_cm2=0.7,
        annulus_axis_ratio=axis_ratio,
        age_years=age_years,
    )


def cylinder(diameter_mm: float) -> Balloon:
    return find_balloon(BalloonRequest(kind="cylinder", diameter_mm=diameter_mm))


def test_every_wrong_number_of_a_root_is_named_at_once() -> None:
    odd = dataclasses.replace(NODULE, width_mm=math.nan, depth_mm=-1.0)
    with pytest.raises(InputError) as caught:
        build_root(
            dataclasses.replace(aortic(), valve="mitral", annulus_mm=math.nan),
            nodule=odd,
            wall_mm=9.0,
            target_triangles=3,
            rest_mmhg=math.inf,
        )
    assert {item.key for item in caught.value.items} == {
        "valve", "annulus_mm", "nodule.width_mm", "nodule.depth_mm", "wall_mm",
        "target_triangles", "rest_mmhg",
    }  # fmt: skip


def test_a_nodule_like_a_needle_is_refused() -> None:
    with pytest.raises(InputError, match="half of its smaller side"):
        build_root(aortic(), nodule=dataclasses.replace(NODULE, thickness_mm=3.5))


def test_balloons_that_no_root_takes_are_refused() -> None:
    root = build_root(aortic(annulus_mm=12.0), target_triangles=TRIANGLES)
    with pytest.raises(InputError, match=r"balloon\.diameter_mm"):
        inflate_root(root, cylinder(25.0))
    for atm in (math.nan, 0.0, 90.0):
        with pytest.raises(InputError, match="inflation_atm"):
            inflate_root(root, cylinder(12.0), inflation_atm=atm)
    for seat in (math.nan, 100.0):
        with pytest.raises(InputError, match="seat_mm"):
            inflate_root(root, cylinder(12.0), seat_mm=seat)


def test_what_does_not_rest_is_refused_with_its_ratios(monkeypatch: pytest.MonkeyPatch) -> None:
    root = build_root(aortic(), target_triangles=TRIANGLES)
    monkeypatch.setattr(settle, "MOST_LOOKS", 1)
    monkeypatch.setattr(settle, "STILL_FRAC", 0.0)
    with pytest.raises(SolverError, match="inflate does not settle") as caught:
        inflate_root(root, cylinder(25.0))
    assert set(caught.value.state) == {
        "kinetic_ratio", "residual_ratio", "change_frac", "imbalance_frac",
    }  # fmt: skip


def test_a_root_that_no_pressure_widens_so_is_refused() -> None:
    """A child's tissue, thin, in a ring far too wide: it balloons out under any pressure."""
    shape = dataclasses.replace(aortic(annulus_mm=50.0, age_years=3.0), outflow_mm=55.0)
    with pytest.raises(SolverError):
        build_root(shape, wall_mm=0.6, rest_mmhg=160.0, target_triangles=TRIANGLES)


def test_the_same_seed_is_the_same_to_the_last_bit() -> None:
    made = [
        inflate_root(
            build_root(aortic(), nodule=NODULE, seed=5, target_triangles=TRIANGLES),
            cylinder(26.0),
        )
        for _ in range(2)
    ]
    assert np.array_equal(made[0].peak_nodes_mm, made[1].peak_nodes_mm)
    assert made[0].wall == made[1].wall
    assert made[0].conduction_n == made[1].conduction_n


@pytest.mark.parametrize(("age", "sd"), [(78.0, 0.17), (20.0, 0.11)])
def test_strength_is_drawn_about_the_table(age: float, sd: float) -> None:
    """1.20 +/- 0.20 and 2.18 +/- 0.24 MPa: mean of ratios 1, SD 0.17 and 0.11."""
    root = build_root(aortic(age_years=age), seed=7, target_triangles=800)
    drawn = [drawn_strength(age, seed) for seed in range(400)]
    assert np.mean(drawn) == pytest.approx(1.0, abs=0.03)
    assert np.std(drawn) == pytest.approx(sd, abs=0.02)
    assert root.strength_ratio == drawn[7]


def test_risk_is_the_share_of_weaker_walls() -> None:
    """It does not depend on the wall drawn, whose rupture does."""
    made = [
        inflate_root(build_root(aortic(), seed=seed, target_triangles=TRIANGLES), cylinder(30.0))
        for seed in range(12)
    ]
    (risk,) = {round(one.wall.rupture_prob, 9) for one in made}
    weak = [one.wall.ruptures for one in made]
    assert 0.1 < risk < 0.9
    assert 0 < sum(weak) < 12
    strengths = np.array([one.root.strength_ratio for one in made])
    assert max(strengths[weak]) < min(strengths[np.logical_not(weak)])


def test_nodules_are_drawn_by_grade() -> None:
    assert drawn_nodule("none", seed=1) is None
    heavy = [drawn_nodule("heavy", seed=k) for k in range(40)]
    mild = [drawn_nodule("mild", seed=k) for k in range(40)]
    assert heavy == [drawn_nodule("heavy", seed=k) for k in range(40)]
    assert len({n.direction_deg for n in heavy if n}) == 40
    assert all(n.width_mm >= 5.0 for n in heavy if n)
    assert all(n.width_mm <= 5.0 for n in mild if n)
    with pytest.raises(InputError, match="lvot_calcium"):
        drawn_nodule("moderate", seed=1)


@pytest.mark.parametrize("triangles", [1500, 3000])
@pytest.mark.parametrize("axis_ratio", [1.0, 1.4])
def test_meshes_are_sound(triangles: int, axis_ratio: float) -> None:
    for seed in range(6):
        for grade in ("none", "mild", "heavy"):
            shape = aortic(annulus_mm=18.0 + 2.0 * seed, axis_ratio=axis_ratio)
            mesh = root_mesh(shape, drawn_nodule(grade, seed=seed), triangles)
            assert len(mesh.triangles) == pytest.approx(triangles, rel=0.1)
            ratios = height_ratios(mesh.nodes_mm, mesh.triangles.astype(np.int64))
            assert ratios.min() >= 0.3
            ring = mesh.nodes_mm[mesh.ring]
            assert np.abs(ring[:, 2]).max() < 1e-9
            x, y = ring[:, 0], ring[:, 1]
            area = 0.5 * (x * np.roll(y, -1) - y * np.roll(x, -1)).sum()
            asked = math.pi / 4.0 * shape.annulus_mm**2
            assert area == pytest.approx(asked, rel=0.01) or grade == "heavy"
            corners = mesh.nodes_mm[mesh.triangles]
            normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
            middle = corners.mean(axis=1)
            assert ((normal[:, :2] * middle[:, :2]).sum(axis=1) > 0.0).all()


@pytest.mark.parametrize(
    ("age", "round_at", "round_mpa", "along_at", "along_mpa"),
    [(78.0, 1.80, 1.20, 1.58, 0.66), (20.0, 2.35, 2.18, 2.00, 1.14)],
)
def test_strips_of_wall_fail_where_the_table_says(
    age: float, round_at: float, round_mpa: float, along_at: float, along_mpa: float
) -> None:
    tissue = wall_tissue(age)
    around = uniaxial_mpa(tissue.round, tissue.shear_mpa, round_at)
    along = uniaxial_mpa(tissue.radial, tissue.shear_mpa, along_at)
    assert around == pytest.approx(round_mpa, rel=0.005) == tissue.round.strength_mpa
    assert along == pytest.approx(along_mpa, rel=0.005) == tissue.radial.strength_mpa


def test_conduction_tissue_is_as_large_as_asked() -> None:
    root = build_root(aortic(), target_triangles=TRIANGLES)
    share = conduction_shares(root)
    radius = np.hypot(*root.mesh.nodes_mm[:, :2].T)
    rows = root.mesh.nodes_mm[:: root.mesh.columns, 2]
    cell = 2.0 * np.pi * radius / root.mesh.columns
    area = (share * cell * np.repeat(np.gradient(rows), root.mesh.columns)).sum()
    assert area == pytest.approx(10.2 * 4.2, rel=0.06)
    place = (share[:, None] * root.mesh.nodes_mm).sum(axis=0) / share.sum()
    assert np.degrees(np.arctan2(place[1], place[0])) == pytest.approx(-30.0, abs=2.0)


def test_peak_is_a_mean_over_a_patch() -> None:
    values, area = np.array([1.0, 5.0, 3.0, 2.0]), np.array([4.0, 6.0, 6.0, 9.0])
    assert peak_of(values, area) == pytest.approx((5.0 * 6.0 + 3.0 * 6.0) / 12.0)
    assert peak_of(values, 10.0 * area) == 5.0
