"""The balloon from folded to full, where it lies, what it holds; what an inflation refuses."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from openvalve.anatomy import ValveShape
from openvalve.devices import Balloon, find_balloon
from openvalve.errors import InputError
from openvalve.patient import BalloonRequest
from openvalve.units import MMHG_PER_ATM, MMHG_PER_MPA
from openvalve.valve.balloon import balloon_surface, burst_pressure_atm, pressure_volume
from openvalve.valve.closing import open_area
from openvalve.valve.leaflets import LeafletValve, build_leaflets, inflate_leaflets
from openvalve.valve.leaflets._inflate import _burst_atm
from openvalve.valve.leaflets._stages import Stages, balloon_stages
from openvalve.valve.shell import Load, State, forces_n, start

DOME = ValveShape(
    valve="pulmonary", etiology="congenital", morphology="domed", annulus_mm=14.0,
    area_anatomic_cm2=0.4, age_years=8.0,
)  # fmt: skip
MITRAL = ValveShape(
    valve="mitral", etiology="rheumatic", morphology="tricuspid", annulus_mm=32.0,
    area_anatomic_cm2=0.8, annulus_axis_ratio=1.2,
)  # fmt: skip


def balloon(kind: str, diameter: float | list[float]) -> Balloon:
    return find_balloon(BalloonRequest(kind=kind, diameter_mm=diameter))


BALLOONS = {
    "cylinder": (MITRAL, balloon("cylinder", 24.0), 3.0),
    "inoue": (MITRAL, balloon("inoue", 26.0), 1.2),
    "double": (MITRAL, balloon("double", [15.0, 18.0]), 3.0),
}


@cache
def built(shape: ValveShape) -> LeafletValve:
    return build_leaflets(shape, seed=1, target_triangles=2000)


@cache
def staged(name: str) -> tuple[LeafletValve, Stages, float]:
    shape, device, atm = BALLOONS[name]
    valve = built(shape)
    return valve, balloon_stages(valve, balloon_surface(device, seat_mm=8.0), atm), atm


def each() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("name", tuple(BALLOONS))


@each()
def test_folded_to_full(name: str) -> None:
    """A thread at first, the chart's own shape and pressure at last, never narrower on the way."""
    _, stages, atm = staged(name)
    made = stages.balloon
    widest = made.radius_mm.max(axis=2)
    assert np.all(widest[:, 0] <= 0.5)
    assert np.all(np.diff(widest, axis=1) >= -1e-9)
    full = stages.surface.profile(atm)
    assert made.radius_mm[:, -1] == pytest.approx(full.radius_mm)
    assert made.pressure_mpa[-1] == pytest.approx(atm * MMHG_PER_ATM / MMHG_PER_MPA)
    assert np.all(np.diff(made.pressure_mpa) >= 0.0)
    assert stages.pressures_atm[0] == 0.0
    assert made.edge is staged(name)[0].free_edge


@each()
def test_the_run_goes_through_every_stage_in_turn(name: str) -> None:
    _, stages, atm = staged(name)
    table = stages.balloon.stage
    assert table[0] == 0.0
    assert table[-1] == pytest.approx(len(stages.pressures_atm) - 1.0)
    assert np.all(np.diff(table) >= 0.0)
    assert stages.held().balloon.stage == pytest.approx(np.full(2, table[-1]))
    assert stages.emptied().balloon.stage == pytest.approx(table[::-1])
    assert stages.row_of(0.0) == 0.0
    for share in (0.3, 0.6, 1.0):
        row = stages.row_of(share * atm)
        at = np.interp(row, np.arange(len(stages.pressures_atm)), stages.pressures_atm)
        assert at == pytest.approx(share * atm)


@each()
def test_it_lies_in_the_middle_of_the_orifice(name: str) -> None:
    valve, stages, _ = staged(name)
    moved = start(valve.shell).nodes_mm + np.array([1.5, -0.7, 0.0])
    state = replace(start(valve.shell), nodes_mm=moved)
    nodes = moved[: valve.count]
    middle = open_area(nodes, valve.mesh.triangles, valve.mesh.ring).openings[0].center_mm
    there = stages.centred(valve, state).balloon
    assert there.axes_mm == pytest.approx(stages.balloon.axes_mm + np.array(middle))
    assert there.follows is None
    # the run itself finds the middle as well, by coarser lines
    followed, held = (
        forces_n(valve.shell, state, Load(balloon=replace(one, stage=one.stage[-1:])))[1]
        for one in (stages.balloon, there)
    )
    assert np.abs(held).max() > 0.1
    assert followed == pytest.approx(held, abs=0.03 * float(np.abs(held).max()))


def wide_open(valve: LeafletValve) -> State:
    """Return a valve with its nodes away from the axis, so that nothing is a waist."""
    nodes = start(valve.shell).nodes_mm.copy()
    nodes[:, :2] *= 1e3
    return replace(start(valve.shell), nodes_mm=nodes)


@pytest.mark.parametrize("name", ["cylinder", "inoue"])
def test_volume_rises_with_pressure(name: str) -> None:
    """In a still valve, waist and all."""
    valve, stages, atm = staged(name)
    state = start(valve.shell)
    rows = [stages.row_of(p) for p in np.linspace(0.1 * atm, atm, 9)]
    points = [stages.point(valve, state, row) for row in rows]
    volumes = [point.volume_ml for point in points]
    assert np.all(np.diff(volumes) > 0.0)
    free = pressure_volume(stages.surface).volume_ml(atm)
    assert 0.5 * free < volumes[-1] < 0.99 * free
    assert all(point.waist_mm <= point.free_mm for point in points)
    assert points[-1].inflation_atm == pytest.approx(atm)


@pytest.mark.parametrize("name", ["cylinder", "inoue"])
def test_without_a_waist_the_volume_is_the_free_one(name: str) -> None:
    valve, stages, atm = staged(name)
    state = start(valve.shell)
    point = stages.point(valve, wide_open(valve), stages.row_of(atm))
    waisted = stages.point(valve, state, stages.row_of(atm))
    free = pressure_volume(stages.surface).volume_ml(atm)
    assert point.volume_ml == pytest.approx(free, rel=0.01)
    assert point.volume_ml > waisted.volume_ml


def refused(device: Balloon, atm: float | None = None) -> list[str]:
    with pytest.raises(InputError) as caught:
        inflate_leaflets(built(DOME), device, inflation_atm=atm)
    return [item.key for item in caught.value.items]


def test_a_balloon_over_twice_the_ring_is_refused() -> None:
    assert refused(balloon("cylinder", 28.5)) == ["balloon.diameter_mm"]


@pytest.mark.parametrize("atm", [np.nan, np.inf, -1.0, 0.0, 0.01, 60.0])
def test_a_pressure_off_the_chart_is_refused(atm: float) -> None:
    assert refused(balloon("cylinder", 16.0), atm) == ["inflation_atm"]


def test_every_fault_is_named_at_once() -> None:
    keys = refused(balloon("cylinder", 30.0), np.nan)
    assert keys == ["balloon.diameter_mm", "inflation_atm"]


def test_burst_is_a_draw_of_valve_and_inflation() -> None:
    """Same seed and count, same pressure; others differ; all from the balloon's own hazard."""
    valve, device = built(DOME), balloon("cylinder", 16.0)
    drawn = [_burst_atm(replace(valve, seed=k), device, 1) for k in range(200)]
    assert drawn == [_burst_atm(replace(valve, seed=k), device, 1) for k in range(200)]
    assert len(set(drawn)) == 200
    assert _burst_atm(valve, device, 1) != _burst_atm(valve, device, 2)
    middle = burst_pressure_atm(device, 0.0, 0.5)
    assert 0.4 < np.mean(np.array(drawn) < middle) < 0.6


def test_two_balloons_burst_at_the_weaker_of_two_draws() -> None:
    valve, pair = built(DOME), balloon("double", [10.0, 10.0])
    one = [_burst_atm(replace(valve, seed=k), pair.parts[0], 1) for k in range(200)]
    both = [_burst_atm(replace(valve, seed=k), pair, 1) for k in range(200)]
    assert np.all(np.array(both) <= np.array(one))
    assert np.median(both) < np.median(one)
