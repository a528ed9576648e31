"""Whole inflations on the coarsest mesh: what opens, tears, springs back, and is refused.

About six inflations; the pairs of meshes and of masses are slow.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from openvalve.anatomy import ValveShape
from openvalve.devices import Balloon, find_balloon
from openvalve.errors import InputError, SolverError
from openvalve.patient import BalloonRequest
from openvalve.valve.balloon import balloon_surface, inoue_pressure_atm, pressure_volume
from openvalve.valve.closing import open_area
from openvalve.valve.leaflets import (
    LeafletInflation,
    LeafletValve,
    Strengths,
    beat,
    build_leaflets,
    close_valve,
    inflate_leaflets,
    matched_leaflets,
)
from openvalve.valve.leaflets import _phases as phases
from openvalve.valve.leaflets._after import beating, first_beat, ring_diameter_mm
from openvalve.valve.leaflets._fill import Filled, fill_to_pressure, fill_to_volume
from openvalve.valve.leaflets._inflate import _burst_atm
from openvalve.valve.leaflets._stages import orifice_mm2
from openvalve.valve.shell import Control, Load, State, forces_n, start
from openvalve.valve.shell import relax as shell_relax

MITRAL = ValveShape(
    valve="mitral", etiology="rheumatic", morphology="tricuspid", annulus_mm=32.0,
    area_anatomic_cm2=0.8, annulus_axis_ratio=1.2,
)  # fmt: skip
AORTIC = ValveShape(
    valve="aortic", etiology="calcific", morphology="tricuspid", annulus_mm=23.0,
    area_anatomic_cm2=0.6, age_years=78.0, calcium_agatston=2400.0,
)  # fmt: skip
DOME = ValveShape(
    valve="pulmonary", etiology="congenital", morphology="domed", annulus_mm=20.0,
    area_anatomic_cm2=0.5, age_years=20.0,
)  # fmt: skip
TRICUSPID = replace(MITRAL, valve="tricuspid", annulus_mm=33.0, area_anatomic_cm2=1.2)
SHAPES = {"mitral": MITRAL, "aortic": AORTIC, "pulmonary": DOME, "tricuspid": TRICUSPID}
# Nothing tears, cracks or keeps a set: what remains must spring back.
ELASTIC = Strengths(seam_ratio=20.0, calcium_ratio=20.0, set_ratio=0.0)


def balloon(kind: str, diameter_mm: float) -> Balloon:
    return find_balloon(BalloonRequest(kind=kind, diameter_mm=diameter_mm))


@cache
def built(
    name: str, seed: int = 1, strengths: Strengths | None = None, triangles: int = 2000
) -> LeafletValve:
    return build_leaflets(SHAPES[name], seed=seed, target_triangles=triangles, strengths=strengths)


@pytest.fixture(scope="module")
def mitral() -> LeafletInflation:
    return inflate_leaflets(built("mitral", 2), balloon("inoue", 26.0))  # 1 is refused, below


@pytest.fixture(scope="module")
def again(mitral: LeafletInflation) -> LeafletInflation:
    return inflate_leaflets(mitral.valve, balloon("inoue", 28.0), former=mitral)


@pytest.fixture(scope="module")
def strong() -> LeafletInflation:
    return inflate_leaflets(built("mitral", 1, ELASTIC), balloon("inoue", 26.0))


@pytest.fixture(scope="module")
def dome() -> LeafletInflation:
    return inflate_leaflets(built("pulmonary"), balloon("cylinder", 24.0))


@pytest.fixture(scope="module")
def snapped() -> LeafletInflation:
    return inflate_leaflets(built("aortic", 1, ELASTIC), balloon("cylinder", 20.0))


EACH = ("mitral", "again", "strong", "dome", "snapped")


def filled(valve: LeafletValve, device: Balloon, atm: float | None = None) -> Filled:
    """Fill a balloon in a valve that has not beaten yet."""
    edges = np.concatenate(valve.mesh.free_edges)
    surface = balloon_surface(device, seat_mm=float(valve.mesh.nodes_mm[edges, 2].mean()))
    if atm is None:
        return fill_to_volume(valve, start(valve.shell), surface, surface.highest_atm)
    return fill_to_pressure(valve, start(valve.shell), surface, atm)


@pytest.mark.xfail(strict=True, raises=SolverError, reason="torn leaflets tremble, pressed shut")
def test_a_valve_whose_leaflets_crumple_comes_to_rest() -> None:
    inflate_leaflets(built("mitral"), balloon("inoue", 26.0))


@pytest.mark.parametrize("name", EACH)
def test_each_reported_shape_is_at_rest(name: str, request: pytest.FixtureRequest) -> None:
    done: LeafletInflation = request.getfixturevalue(name)
    assert [phase.name for phase in done.phases] == ["inflate", "deflate", "close", "open"]
    assert done.phases[2] is done.closed_after.phase
    assert done.phases[3] is done.after.phase
    for phase in (done.before.phase, done.closed_before.phase, *done.phases):
        assert phase.report.imbalance_frac < 0.02
        if phase.name != "deflate":
            assert phase.settled
            assert phase.report.kinetic_ratio < 0.05
    assert np.isfinite(done.state.nodes_mm).all()
    if name != "dome":
        assert not done.after.wall_torn
    else:  # a flap of a torn dome may hang over the orifice: it hides, and shows no wall
        mesh = done.valve.mesh
        seen = open_area(done.after.nodes_mm, mesh.triangles, mesh.ring)
        assert seen.area_mm2 < 1.001 * seen.vector_area_mm2
        assert all(opening.wall_mm == 0.0 for opening in seen.openings)


@pytest.mark.parametrize("name", EACH)
def test_areas_and_leaks_are_possible(name: str, request: pytest.FixtureRequest) -> None:
    done: LeafletInflation = request.getfixturevalue(name)
    ring_cm2 = done.valve.shape.ring_cm2
    for opened in (done.before, done.after):
        assert 0.0 < opened.area_effective_mm2 < opened.area_anatomic_mm2 < 115.0 * ring_cm2
    for closed in (done.closed_before, done.closed_after):
        assert closed.leak.area_mm2 >= 0.0
        assert 0.0 <= closed.eroa_mm2 <= closed.leak.area_mm2
    assert 0.0 <= done.leak_before_grade <= 4.0
    assert 0.0 <= done.leak_after_grade <= 4.0
    assert done.waist_mm <= done.free_mm


@pytest.mark.parametrize("name", EACH)
def test_seams_part_from_the_edge_outward(name: str, request: pytest.FixtureRequest) -> None:
    done: LeafletInflation = request.getfixturevalue(name)
    valve = done.valve
    torn = done.state.opening_mm >= valve.shell.bond_law[:, 2]
    for k, seam in enumerate(valve.mesh.seams):
        if seam.kind != "calcium":  # from ring to edge: whole, then torn
            assert np.all(np.diff(torn[valve.seam_of_bond == k].astype(int)) >= 0)


@pytest.mark.parametrize("name", EACH)
def test_nothing_heals(name: str, request: pytest.FixtureRequest) -> None:
    done: LeafletInflation = request.getfixturevalue(name)
    course = np.array([point.torn_frac for point in done.course])
    assert np.all(np.diff(course, axis=0) >= 0.0)
    whole = [seam.length_mm for seam in done.seams]
    assert all(0.0 <= s.torn_mm <= w for s, w in zip(done.seams, whole, strict=True))


@pytest.mark.parametrize("name", EACH)
def test_the_balloon_lies_in_the_orifice(name: str, request: pytest.FixtureRequest) -> None:
    """At its peak it goes through the opening: no narrower there than before it came."""
    done: LeafletInflation = request.getfixturevalue(name)
    before = 2.0 * np.sqrt(100.0 * done.area_anatomic_before_cm2 / np.pi)
    assert done.waist_mm > before
    rests = [p.waist_mm for p in done.course if p.inflation_atm == done.inflation_atm]
    assert rests[-1] >= 0.98 * max(p.waist_mm for p in done.course)


def test_a_mitral_valve_opens(mitral: LeafletInflation) -> None:
    assert mitral.area_anatomic_after_cm2 > 1.3 * mitral.area_anatomic_before_cm2
    assert mitral.area_effective_after_cm2 > 1.3 * mitral.area_effective_before_cm2
    commissures = [s for s in mitral.seams if s.kind == "commissure"]
    assert len(commissures) == 2
    assert sum(s.torn_mm for s in commissures) > 5.0
    assert mitral.split_atm is not None
    assert 0.0 < mitral.split_atm <= mitral.inflation_atm
    assert not mitral.burst
    # what the new split leaves is no less tight than it was
    assert mitral.leak_after_mm2 >= mitral.leak_before_mm2


def test_an_inoue_ends_on_the_volume_of_its_label(
    mitral: LeafletInflation, strong: LeafletInflation
) -> None:
    """0.05 atm short at most, which is less than 2 % of its volume."""
    device = mitral.balloon
    table = pressure_volume(balloon_surface(device, seat_mm=0.0))
    label = table.volume_ml(inoue_pressure_atm(device, 3.0))
    for done in (mitral, strong):
        assert done.course[-1].volume_ml == pytest.approx(label, rel=0.02)
    # a waist that stays takes volume, so that the pressure is higher
    assert strong.inflation_atm > mitral.inflation_atm + 0.3
    assert strong.waist_mm < mitral.waist_mm


def test_a_second_larger_balloon_goes_on(mitral: LeafletInflation, again: LeafletInflation) -> None:
    assert (mitral.count, again.count) == (1, 2)
    assert again.before is mitral.after
    assert again.closed_before is mitral.closed_after
    for old, new in zip(mitral.seams, again.seams, strict=True):
        assert new.torn_mm >= old.torn_mm
    assert sum(s.torn_mm for s in again.seams) > sum(s.torn_mm for s in mitral.seams)
    assert again.area_anatomic_after_cm2 > mitral.area_anatomic_after_cm2
    assert np.all(again.state.opening_mm >= mitral.state.opening_mm)


def test_beats_leave_no_set(mitral: LeafletInflation) -> None:
    """Only the balloon does; what beats could leave, those before it have left."""
    first = first_beat(mitral.valve).state
    assert not first.stretch_set.any()
    assert not first.bend_set_rad.any()
    assert mitral.state.bend_set_rad.any()
    later, _, _ = beat(mitral.valve, mitral.state, mitral.before)
    for key in ("stretch_set", "bend_set_rad", "crack_frac"):
        assert np.array_equal(getattr(later, key), getattr(mitral.state, key))


def test_a_split_valve_has_one_rest_under_its_flow(mitral: LeafletInflation) -> None:
    """Held open from below and from above, through a flow that domes any leaflet."""
    valve, after = mitral.valve, mitral.after
    spent = beating(valve)

    def held(state: State, pressure_mmhg: float) -> State:
        load = phases.flow_load(valve, pressure_mmhg, after.area_anatomic_mm2)
        return phases.settle(spent, phases.relaxation(spent, state), load, "open")[0]

    shut, _ = close_valve(valve, mitral.state)
    areas = []
    for state in (shut, held(mitral.state, 20.0)):
        areas.append(orifice_mm2(valve, held(state, after.pressure_mmhg)))
    assert areas[0] == pytest.approx(areas[1], rel=0.01)
    assert areas[0] == pytest.approx(after.area_anatomic_mm2, rel=0.02)


def test_flow_hardly_changes_a_stenotic_orifice(mitral: LeafletInflation) -> None:
    """1.27, 1.29, 1.28 and 1.27 cm2 from early to late diastole in 50 patients [messika_2003].

    Two readers of one echo differ by some 20 % [K], so that means of 50 differ by 4 % by chance.
    """
    valve, before = mitral.valve, mitral.before
    spent, state = beating(valve), first_beat(valve).state
    load = phases.flow_load(valve, 0.25 * before.pressure_mmhg, before.area_anatomic_mm2)
    late, _ = phases.settle(spent, phases.relaxation(spent, state), load, "open")
    assert orifice_mm2(valve, late) == pytest.approx(before.area_anatomic_mm2, rel=0.04)


def test_seams_that_hold_let_nothing_stay_open(strong: LeafletInflation) -> None:
    assert strong.split_frac == 0.0
    assert strong.split_atm is None
    assert strong.torn_chords_count == 0
    assert strong.area_anatomic_after_cm2 == pytest.approx(
        strong.area_anatomic_before_cm2, rel=0.03
    )


def test_a_pulmonary_dome_opens(dome: LeafletInflation) -> None:
    """Seams open and tissue keeps no set; published gains are 1.6 to 2.5 times and more."""
    assert dome.area_anatomic_after_cm2 > 1.3 * dome.area_anatomic_before_cm2
    assert dome.split_frac > 0.2
    assert dome.cracked_frac == 0.0


def test_aortic_leaflets_that_snapped_over_come_back(snapped: LeafletInflation) -> None:
    assert snapped.waist_mm > 0.9 * snapped.free_mm  # they were pressed out of the way
    assert all(seam.torn_mm == 0.0 for seam in snapped.seams)
    assert snapped.cracked_frac == 0.0
    assert snapped.area_anatomic_after_cm2 == pytest.approx(
        snapped.area_anatomic_before_cm2, rel=0.03
    )


def test_a_former_of_another_valve_is_refused(mitral: LeafletInflation) -> None:
    for other in (
        built("mitral", 3),
        built("aortic"),
        built("mitral", 2, Strengths(seam_ratio=1.1)),
        built("mitral", 2, None, 2500),
    ):
        with pytest.raises(InputError, match="former"):
            inflate_leaflets(other, balloon("inoue", 26.0), former=mitral)


def test_a_balloon_that_bursts_ends_below_what_was_asked() -> None:
    device = balloon("cylinder", 23.0)
    edge = balloon_surface(device, seat_mm=0.0).highest_atm
    seed = next(k for k in range(500) if _burst_atm(replace(built("mitral", 2), seed=k), device, 1)
                < edge - 0.2)  # fmt: skip
    valve = replace(built("mitral", 2), seed=seed)
    done = inflate_leaflets(valve, device, inflation_atm=edge)
    assert done.burst
    assert done.inflation_atm < edge
    assert done.inflation_atm == pytest.approx(_burst_atm(valve, device, 1))
    assert (
        done.course[-1].free_mm
        < balloon_surface(device, seat_mm=0.0).profile(edge).radius_mm.max() * 2.0
    )


@pytest.mark.parametrize("name", ["aortic", "mitral", "pulmonary"])
def test_an_untouched_valve_measures_the_same_before_and_after(name: str) -> None:
    """Without a balloon between, the flow of before finds the area of before.

    Its gradient is found to 5 %, 2.5 % of the area where nothing gives.
    """
    valve = built(name)
    state, _, before = beat(valve, start(valve.shell))
    _, closed, after = beat(valve, state, before)
    assert after.area_anatomic_mm2 == pytest.approx(before.area_anatomic_mm2, rel=0.025)
    assert after.pressure_mmhg == pytest.approx(before.pressure_mmhg, rel=0.05)
    assert closed.leak.area_mm2 >= 0.0


@pytest.mark.parametrize("name", tuple(SHAPES))
def test_forward_pressure_opens_and_back_pressure_closes(name: str) -> None:
    """Trap 9 of the prototype: a wrong sign passes unnoticed. From the unloaded shape, 60 mmHg."""
    valve = built(name, 1, ELASTIC)
    rest = start(valve.shell)
    area = []
    for pressure in (60.0, 0.0, -60.0):
        load = Load(pressure_mmhg=np.array([0.0, pressure]), sheets=valve.sheets)
        state, _ = shell_relax(valve.shell, rest, load, Control(steps=2500))
        nodes = state.nodes_mm[: valve.count]
        area.append(open_area(nodes, valve.mesh.triangles, valve.mesh.ring).area_mm2)
    assert area[1] == pytest.approx(100.0 * valve.shape.area_anatomic_cm2, rel=0.02)
    assert area[0] > 1.005 * area[1]
    assert area[2] < 0.995 * area[1]


def test_filling_repeats_to_the_bit() -> None:
    valve, device = built("pulmonary"), balloon("cylinder", 22.0)
    one, other = (filled(valve, device, 2.0) for _ in range(2))
    for key in ("nodes_mm", "velocity_mm", "opening_mm", "bend_set_rad"):
        assert getattr(one[0], key).tobytes() == getattr(other[0], key).tobytes()
    assert one[1] == other[1]


def test_a_larger_balloon_tears_more() -> None:
    valve = built("pulmonary")
    small, large = (filled(valve, balloon("cylinder", size), 2.5) for size in (16.0, 24.0))
    assert np.all(valve.torn_frac(large[0].opening_mm) >= valve.torn_frac(small[0].opening_mm))
    assert large[2][-1].torn_frac != small[2][-1].torn_frac
    assert orifice_mm2(valve, large[0]) > orifice_mm2(valve, small[0])


def test_an_over_wide_balloon_stretches_the_ring() -> None:
    """28 mm in a ring of 23 widens it, but not past the balloon; 20 mm does not."""
    valve = built("aortic")
    ring = ring_diameter_mm(valve, valve.mesh.nodes_mm)
    assert ring == pytest.approx(valve.mesh.annulus_mm, rel=0.01)
    wide, fitting = (
        ring_diameter_mm(valve, filled(valve, balloon("cylinder", size), 3.0)[0].nodes_mm) / ring
        for size in (28.0, 20.0)
    )
    assert 1.05 < wide < 28.5 / 23.0
    assert 0.98 < fitting < 1.02


def test_a_narrow_orifice_stays_on_its_balloon() -> None:
    """The balloon follows it in the run; about a fixed axis it slipped off sideways."""
    valve = built("mitral", 1, ELASTIC)
    state, phase, points, stages = filled(valve, balloon("cylinder", 24.0), 3.0)
    nodes = state.nodes_mm[: valve.count]
    middle = np.array(open_area(nodes, valve.mesh.triangles, valve.mesh.ring).openings[0].center_mm)
    assert phase.settled
    away = np.hypot(*(nodes[np.concatenate(valve.mesh.free_edges), :2] - middle).T)
    assert away.min() > 0.2 * points[-1].waist_mm
    assert points[-1].waist_mm > 10.2  # 0.8 cm2 before
    push = forces_n(valve.shell, state, stages.held())[1][:, :2]
    assert np.hypot(*push.sum(axis=0)) < 0.1 * np.hypot(*push.T).sum()  # hardly to one side


def test_a_matched_valve_opens_to_the_area_asked() -> None:
    wanted = replace(DOME, area_anatomic_cm2=0.7)
    valve = matched_leaflets(wanted, seed=2, target_triangles=2000)
    state, closed, opened = beat(valve, start(valve.shell))
    assert opened.area_anatomic_mm2 == pytest.approx(70.0, rel=0.02)
    assert valve.seed == 2
    # it brings this beat along, so that an inflation need not compute it again
    brought = first_beat(valve)
    assert brought is valve.beaten
    assert brought.state.nodes_mm.tobytes() == state.nodes_mm.tobytes()
    assert (brought.opened.phase, brought.closed.phase) == (opened.phase, closed.phase)
    other = first_beat(replace(valve, shell=replace(valve.shell)))
    assert other is not brought  # what belongs to another shell is computed anew
    assert other.state.nodes_mm.tobytes() == state.nodes_mm.tobytes()


@pytest.mark.parametrize("area", [0.0, -0.5, np.nan, 3.2, np.inf])
def test_an_area_that_no_ring_has_is_refused(area: float) -> None:
    with pytest.raises(InputError, match="area_effective_cm2"):
        matched_leaflets(DOME, area_effective_cm2=area, target_triangles=2000)
    with pytest.raises(InputError, match="area_anatomic_cm2"):
        matched_leaflets(replace(DOME, area_anatomic_cm2=area), target_triangles=2000)


@pytest.mark.slow
def test_an_area_that_no_drawn_shape_opens_to_is_refused() -> None:
    """The least that may be drawn opens to 0.0043 cm2."""
    with pytest.raises(SolverError, match="no unloaded shape opens to"):
        matched_leaflets(DOME, area_effective_cm2=0.002, target_triangles=2000)


@pytest.mark.slow
def test_a_whole_inflation_repeats_to_the_bit(dome: LeafletInflation) -> None:
    other = inflate_leaflets(
        build_leaflets(DOME, seed=1, target_triangles=2000), balloon("cylinder", 24.0)
    )
    assert other.state.nodes_mm.tobytes() == dome.state.nodes_mm.tobytes()
    assert other.peak_nodes_mm.tobytes() == dome.peak_nodes_mm.tobytes()
    assert other.seams == dome.seams
    assert [p.report for p in other.phases] == [p.report for p in dome.phases]
    for key in ("area_effective_after_cm2", "leak_after_mm2", "annular_stretch_ratio"):
        assert getattr(other, key) == getattr(dome, key)


@pytest.mark.slow
def test_the_area_after_grows_with_the_balloon(mitral: LeafletInflation) -> None:
    """A fresh valve each time, 22 to 30 mm."""
    sizes = (22.0, 26.0, 30.0)
    after = [
        mitral.area_anatomic_after_cm2
        if size == 26.0
        else inflate_leaflets(mitral.valve, balloon("inoue", size)).area_anatomic_after_cm2
        for size in sizes
    ]
    assert np.all(np.diff(after) > 0.0)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_what_a_balloon_does_is_that_of_a_finer_mesh(
    seed: int, record_property: Callable[[str, object], None]
) -> None:
    """The usual 2,700 against 7,000 triangles: what tears, and how wide the peak is.

    On 2,000 the second commissure of seed 1 is on the brink and stays whole; on 2,700, 4,000 and
    7,000 it tears by 7 mm.

    The area after is told and not asked for: a split valve has two rests under its flow, and which
    one a mesh comes to is chance (docs/mechanics.md).
    """
    coarse, fine = (
        inflate_leaflets(built("mitral", seed, None, count), balloon("inoue", 26.0))
        for count in (2700, 7000)
    )
    pair = coarse.area_anatomic_after_cm2 / fine.area_anatomic_after_cm2 - 1.0
    record_property("mesh_pair_frac", pair)
    assert coarse.area_anatomic_before_cm2 == pytest.approx(fine.area_anatomic_before_cm2, rel=0.02)
    assert coarse.waist_mm == pytest.approx(fine.waist_mm, rel=0.01)
    assert coarse.split_frac == pytest.approx(fine.split_frac, abs=0.05)


@pytest.mark.slow
def test_twice_the_mass_is_the_same_answer(
    mitral: LeafletInflation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pseudo-masses are no physics: 2.0 in place of 1.0 times the least that is stable."""
    monkeypatch.setattr(phases, "MASS_RATIO", 2.0)
    heavy = inflate_leaflets(mitral.valve, mitral.balloon)
    assert mitral.area_anatomic_after_cm2 == pytest.approx(heavy.area_anatomic_after_cm2, rel=0.01)
