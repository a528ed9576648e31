"""Every valve that can be asked for is a good mesh with the asked opening."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from openvalve.anatomy import (
    Seam,
    ValveMesh,
    ValveShape,
    height_ratio,
    orifice_area_cm2,
    valve_mesh,
)

KINDS = (
    ("aortic", "calcific", "tricuspid"),
    ("aortic", "calcific", "bicuspid_0"),
    ("aortic", "calcific", "bicuspid_1"),
    ("aortic", "bioprosthesis", "tricuspid"),
    ("aortic", "rheumatic", "tricuspid"),
    ("aortic", "congenital", "bicuspid_0"),
    ("aortic", "congenital", "bicuspid_1"),
    ("aortic", "congenital", "bicuspid_2"),
    ("aortic", "congenital", "unicuspid"),
    ("aortic", "calcific", "bicuspid_2"),
    ("aortic", "calcific", "unicuspid"),
    ("aortic", "congenital", "domed"),
    ("mitral", "congenital", "domed"),
    ("mitral", "rheumatic", "domed"),
    ("mitral", "calcific", "domed"),
    ("pulmonary", "congenital", "domed"),
    ("pulmonary", "congenital", "dysplastic"),
    ("pulmonary", "carcinoid", "tricuspid"),
    ("tricuspid", "rheumatic", "tricuspid"),
    ("tricuspid", "carcinoid", "tricuspid"),
)
MITRAL = ("mitral", "rheumatic", "domed")
RING_MM = {"aortic": 23.0, "mitral": 31.0, "pulmonary": 20.0, "tricuspid": 33.0}


@cache
def usual(kind: tuple[str, str, str]) -> ValveShape:
    valve, etiology, morphology = kind
    ring = RING_MM[valve]
    return ValveShape(
        valve=valve,
        etiology=etiology,
        morphology=morphology,
        annulus_mm=ring,
        area_anatomic_cm2=0.16 * np.pi / 400.0 * ring**2,
        annulus_axis_ratio=1.3 if valve == "mitral" else 1.08,
        calcium_agatston=2400.0 if etiology == "calcific" else 0.0,
        commissural_calcium="mild" if valve == "mitral" else "none",
        wilkins_calcium_score=3.0,
    )


@cache
def built(kind: tuple[str, str, str], seed: int = 1, triangles: int = 2700) -> ValveMesh:
    return valve_mesh(usual(kind), seed, triangles)


def each(names: tuple[tuple[str, str, str], ...] = KINDS) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("kind", names, ids="-".join)


def welded(mesh: ValveMesh) -> NDArray[np.int64]:
    """Return the triangles with coincident sides of the seams made one."""
    name = np.arange(len(mesh.nodes_mm))
    pairs = np.concatenate([seam.pairs for seam in mesh.seams])
    while np.any(name[pairs[:, 0]] != name[pairs[:, 1]]):
        low = np.minimum(name[pairs[:, 0]], name[pairs[:, 1]])
        np.minimum.at(name, pairs[:, 0], low)
        np.minimum.at(name, pairs[:, 1], low)
    return name[mesh.triangles]


def directed(triangles: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])


def border(triangles: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the directed edges that have no partner."""
    edges = {(int(a), int(b)) for a, b in directed(triangles)}
    return np.array([(a, b) for a, b in edges if (b, a) not in edges])


def loops(edges: NDArray[np.int64]) -> int:
    ahead = {int(a): int(b) for a, b in edges}
    assert len(ahead) == len(edges)  # one edge leaves each node of the border
    count = 0
    while ahead:
        start, at = ahead.popitem()
        while at != start:
            at = ahead.pop(at)
        count += 1
    return count


def normals(mesh: ValveMesh) -> NDArray[np.float64]:
    corners = mesh.nodes_mm[mesh.triangles]
    return 0.5 * np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])


def check(mesh: ValveMesh, shape: ValveShape, target: int) -> None:
    """Hold a mesh to everything that is asked of it."""
    assert np.isfinite(mesh.nodes_mm).all()
    assert 0.92 * target <= len(mesh.triangles) <= 1.06 * target
    assert height_ratio(mesh).min() >= 0.3
    assert orifice_area_cm2(mesh) == pytest.approx(shape.area_anatomic_cm2, rel=0.005)
    for triangles in (mesh.triangles.astype(np.int64), welded(mesh)):
        edges = directed(triangles)
        assert len(np.unique(edges, axis=0)) == len(edges)  # two triangles an edge, one sense
    whole = welded(mesh)
    edges = np.unique(np.sort(directed(whole), axis=1), axis=0)
    euler = len(np.unique(whole)) - len(edges) + len(whole)
    assert euler == 0  # an annulus: ring and orifice
    assert loops(border(whole)) == 2
    for seam in mesh.seams:
        gap = mesh.nodes_mm[seam.pairs[:, 0]] - mesh.nodes_mm[seam.pairs[:, 1]]
        assert np.abs(gap).max(initial=0.0) <= 1e-12
        assert np.all(seam.pairs[:, 0] != seam.pairs[:, 1])
        assert np.all(seam.tributary_mm > 0.0)
        assert np.all(np.diff(seam.ring_distance_mm) > 0.0)
    assert len(np.unique(mesh.triangles)) == len(mesh.nodes_mm)  # no node without a triangle


@each()
@pytest.mark.parametrize("triangles", [2700, 7000])
def test_usual_valves(kind: tuple[str, str, str], triangles: int) -> None:
    check(built(kind, 1, triangles), usual(kind), triangles)


@each((KINDS[0], MITRAL))
def test_fine_valves(kind: tuple[str, str, str]) -> None:
    check(built(kind, 1, 25000), usual(kind), 25000)


@settings(max_examples=25, deadline=None, derandomize=True, phases=(Phase.generate,))
@given(
    kind=st.sampled_from(KINDS),
    ring=st.floats(5.0, 45.0),
    ratio=st.floats(1.0, 1.6),
    share=st.floats(0.01, 0.88),
    load=st.floats(0.0, 1200.0),
    item=st.floats(1.0, 4.0),
    grade=st.sampled_from(("none", "mild", "heavy")),
    apart=st.none() | st.floats(0.5, 1.1),
    seed=st.integers(0, 2**62),
)
def test_random_valves(
    kind: tuple[str, str, str],
    ring: float,
    ratio: float,
    share: float,
    load: float,
    item: float,
    grade: str,
    apart: float | None,
    seed: int,
) -> None:
    shape = replace(
        usual(kind),
        annulus_mm=ring,
        annulus_axis_ratio=ratio,
        area_anatomic_cm2=share * np.pi / 400.0 * ring**2,
        calcium_agatston=load * np.pi / 400.0 * ring**2,
        wilkins_calcium_score=item,
        wilkins_subvalvular_score=item,
        commissural_calcium=grade,
        intercommissural_mm=None if apart is None else apart * ring,
    )
    check(valve_mesh(shape, seed), shape, 2700)


@each()
def test_normals_face_downstream(kind: tuple[str, str, str]) -> None:
    mesh = built(kind)
    across = normals(mesh)
    middle = mesh.nodes_mm[mesh.triangles].mean(axis=1)
    size = np.linalg.norm(across, axis=1)
    # Forward pressure acts along the normals, and its sum is that of the ring less the orifice.
    ring = mesh.nodes_mm[mesh.ring]
    ahead = np.roll(ring, -1, axis=0)
    whole = 0.5 * np.cross(ring, ahead).sum(axis=0)[2]
    assert across[:, 2].sum() == pytest.approx(whole - 100.0 * orifice_area_cm2(mesh), rel=2e-3)
    assert np.mean(across[:, 2] > 0.0) > 0.8
    # Where a leaflet stands upright its normal faces the wall.
    steep = np.abs(across[:, 2]) < 0.5 * size
    center = mesh.nodes_mm[np.concatenate(mesh.free_edges)].mean(axis=0)
    out = np.einsum("mi,mi->m", (middle - center)[:, :2], across[:, :2])
    assert np.all(out[steep] > 0.0)


@each()
def test_ring_free_edges_and_leaflets_bound_the_valve(kind: tuple[str, str, str]) -> None:
    mesh = built(kind)
    ring = {int(n) for n in mesh.ring}
    free = {int(n) for edge in mesh.free_edges for n in edge}
    assert not ring & free
    seams = [seam for seam in mesh.seams if seam.kind != "calcium"]
    assert len(seams) == len(mesh.free_edges) == mesh.leaflet.max() + 1
    for seam in seams:
        assert {int(n) for n in seam.pairs[0]} <= ring
        assert {int(n) for n in seam.pairs[-1]} <= free
        assert seam.ring_distance_mm[0] == 0.0
        assert seam.tributary_mm.sum() == pytest.approx(seam.ring_distance_mm[-1])
    for k, edge in enumerate(mesh.free_edges):
        own = {int(n) for n in np.unique(mesh.triangles[mesh.leaflet == k])}
        assert {int(n) for n in edge} <= own
        assert int(edge[0]) in {int(n) for n in seams[k].pairs[-1]}
        assert int(edge[-1]) in {int(n) for n in seams[(k + 1) % len(seams)].pairs[-1]}
    turn = np.unwrap(np.arctan2(*mesh.nodes_mm[mesh.ring][:, 1::-1].T))
    assert np.all(np.diff(turn) > -1e-9)  # counter-clockwise seen from downstream
    assert turn[-1] - turn[0] == pytest.approx(2.0 * np.pi, rel=1e-6)


@each()
def test_ring_has_its_size_and_stands_at_zero(kind: tuple[str, str, str]) -> None:
    mesh, shape = built(kind), usual(kind)
    ring = mesh.nodes_mm[mesh.ring]
    ahead = np.roll(ring, -1, axis=0)
    area = 0.5 * np.cross(ring, ahead).sum(axis=0)[2]
    assert area == pytest.approx(100.0 * shape.ring_cm2, rel=5e-3)
    if shape.valve in ("mitral", "tricuspid"):
        assert abs(ring[:, 2].mean()) < 0.05 * shape.annulus_mm
        assert np.abs(ring[:, 2]).max() < 0.1 * shape.annulus_mm
    else:
        assert ring[:, 2].min() == pytest.approx(0.0, abs=0.01)
    assert mesh.nodes_mm[np.concatenate(mesh.free_edges), 2].min() > ring[:, 2].mean()


@each()
def test_places_and_fibres(kind: tuple[str, str, str]) -> None:
    mesh = built(kind)
    assert np.all((mesh.place > 0.0) & (mesh.place < 1.0))
    assert np.linalg.norm(mesh.fibre, axis=1) == pytest.approx(1.0)
    size = np.linalg.norm(normals(mesh), axis=1)[:, None]
    assert np.abs(np.einsum("mi,mi->m", mesh.fibre, normals(mesh) / size)).max() < 1e-9
    # Fibres go round: level in the middle of a cusp whose two ends are alike, rising towards the
    # commissure in one that ends at a low raphe.
    middle = np.abs(mesh.place[:, 0] - 0.5) < 0.05
    kinds = kinds_of(mesh)
    for k, kind_before in enumerate(kinds):
        after = kinds[(k + 1) % len(kinds)]
        rise = mesh.fibre[middle & (mesh.leaflet == k), 2].mean()
        if kind_before == after:
            assert abs(rise) < 0.15
        else:
            assert rise > 0.05 if after == "commissure" else rise < -0.05
    out = mesh.nodes_mm[mesh.triangles].mean(axis=1)[:, :2]
    out -= mesh.nodes_mm[np.concatenate(mesh.free_edges)].mean(axis=0)[:2]
    turning = out[:, 0] * mesh.fibre[:, 1] - out[:, 1] * mesh.fibre[:, 0]
    assert np.mean(turning > 0.0) > 0.97


def kinds_of(mesh: ValveMesh) -> list[str]:
    return [seam.kind for seam in mesh.seams if seam.kind != "calcium"]


def test_seams_by_morphology() -> None:
    expected = {
        "tricuspid": (3, 0),
        "bicuspid_0": (2, 0),
        "bicuspid_1": (2, 1),
        "bicuspid_2": (1, 2),
        "unicuspid": (1, 2),
    }
    for kind in KINDS[:11]:
        kinds = kinds_of(built(kind))
        assert (kinds.count("commissure"), kinds.count("raphe")) == expected[kind[2]]
    assert kinds_of(built(MITRAL)) == ["commissure", "commissure"]


def test_same_numbers_same_mesh() -> None:
    shape = usual(KINDS[2])
    one, two, other = valve_mesh(shape, 7), valve_mesh(shape, 7), valve_mesh(shape, 8)
    assert np.array_equal(one.nodes_mm, two.nodes_mm)
    assert np.array_equal(one.triangles, two.triangles)
    assert np.array_equal(one.calcium_frac, two.calcium_frac)
    assert not (
        len(one.triangles) == len(other.triangles)
        and np.array_equal(one.calcium_frac, other.calcium_frac)
    )


def calcium(mesh: ValveMesh) -> tuple[float, NDArray[np.float64], float]:
    """Return the calcified share of the area, its middle in (u, v) by leaflet, and its lines."""
    size = np.linalg.norm(normals(mesh), axis=1)
    weight = size * mesh.calcium_frac
    middles = [
        np.average(mesh.place[mesh.leaflet == k], axis=0, weights=weight[mesh.leaflet == k])
        for k in range(mesh.leaflet.max() + 1)
    ]
    length = sum(_length(seam) for seam in mesh.seams if seam.kind == "calcium")
    return float(weight.sum() / size.sum()), np.array(middles), length


def _length(seam: Seam) -> float:
    return float(seam.ring_distance_mm[-1] - seam.ring_distance_mm[0]) if len(seam.pairs) else 0.0


@each((KINDS[0], KINDS[2], MITRAL))
def test_calcium_is_the_same_patient_on_every_mesh(kind: tuple[str, str, str]) -> None:
    coarse, middle, fine = (calcium(built(kind, 5, n)) for n in (2700, 7000, 25000))
    for mesh in (coarse, middle):
        assert mesh[0] == pytest.approx(fine[0], rel=0.03)
        assert mesh[1] == pytest.approx(fine[1], abs=0.015)
    lines = [len(built(kind, 5, n).seams) for n in (2700, 7000, 25000)]
    assert lines[0] == lines[1] == lines[2]


def test_calcium_grows_with_its_score_and_likes_its_places() -> None:
    base = usual(KINDS[0])
    shares = []
    for agatston in (0.0, 500.0, 2000.0, 6000.0):
        mesh = valve_mesh(replace(base, calcium_agatston=agatston), 3)
        shares.append(calcium(mesh)[0] if agatston else float(mesh.calcium_frac.max()))
    assert shares[0] == 0.0
    assert np.all(np.diff(shares) > 0.05)
    seeds = range(6)
    cusp = np.mean([calcium(built(KINDS[0], s))[1][:, 1].mean() for s in seeds])
    margin = np.mean([calcium(built(MITRAL, s))[1][:, 1].mean() for s in seeds])
    assert cusp < 0.5 < margin  # from the attachment in calcific cusps, from the edge in rheumatic


def test_heavy_commissural_calcium_lies_at_the_commissures() -> None:
    near = []
    for grade in ("none", "heavy"):
        shape = replace(usual(MITRAL), commissural_calcium=grade, wilkins_calcium_score=2.0)
        meshes = [valve_mesh(shape, seed) for seed in range(4)]
        near.append(
            np.mean(
                [
                    m.calcium_frac[np.minimum(m.place[:, 0], 1.0 - m.place[:, 0]) < 0.15].mean()
                    for m in meshes
                ]
            )
        )
    assert near[1] > near[0] + 0.1


@each()
def test_chords(kind: tuple[str, str, str]) -> None:
    mesh, shape = built(kind), usual(kind)
    if shape.valve not in ("mitral", "tricuspid"):
        assert len(mesh.chord_nodes) == len(mesh.chord_anchors_mm) == len(mesh.chord_kind) == 0
        return
    assert set(mesh.chord_kind.tolist()) == {0, 1}
    free = {int(n) for edge in mesh.free_edges for n in edge}
    marginal = mesh.chord_nodes[mesh.chord_kind == 0]
    assert all(int(n) in free for n in marginal)
    assert not any(int(n) in free for n in mesh.chord_nodes[mesh.chord_kind == 1])
    assert len(set(mesh.chord_nodes.tolist())) == len(mesh.chord_nodes)
    drop = mesh.chord_anchors_mm[:, 2] - mesh.nodes_mm[mesh.chord_nodes, 2]
    assert np.all(drop > 0.0)  # muscles stand downstream


def test_fusion_draws_the_muscles_near() -> None:
    lengths = []
    for item in (1.0, 2.0, 3.0, 4.0):
        shape = replace(usual(MITRAL), wilkins_subvalvular_score=item)
        mesh = valve_mesh(shape, 1)
        gap = mesh.chord_anchors_mm - mesh.nodes_mm[mesh.chord_nodes]
        lengths.append(np.linalg.norm(gap, axis=1)[mesh.chord_kind == 0].mean())
    assert np.all(np.diff(lengths) < -1.0)
    assert 14.0 < lengths[0] < 25.0


@each()
def test_wall_profile(kind: tuple[str, str, str]) -> None:
    mesh = built(kind)
    z, radius = mesh.wall_profile_mm.T
    assert np.all(np.diff(z) > 0.0)
    assert np.all(radius > 0.0)
    assert np.interp(0.0, z, radius) == pytest.approx(0.5 * mesh.annulus_mm)
    top = mesh.nodes_mm[:, 2].max()
    assert z[0] < 0.0 < top < z[-1]


def test_mitral_leaflets_are_those_of_anatomy() -> None:
    mesh = built(MITRAL)
    size = np.linalg.norm(normals(mesh), axis=1)
    share = [size[mesh.leaflet == k].sum() / size.sum() for k in (0, 1)]
    assert share[0] == pytest.approx(0.5, abs=0.12)  # of nearly the same area [thoracickey_mv]
    ring = mesh.nodes_mm[mesh.ring]
    ends = [mesh.nodes_mm[seam.pairs[0, 0]] for seam in mesh.seams[:2]]
    apart = float(np.linalg.norm(ends[0] - ends[1]))
    assert apart == pytest.approx(27.0, abs=8.0)  # 27 +- 4 mm [mohtaj_2018], two SD
    behind = np.flatnonzero(ring[:, 1] < min(end[1] for end in ends) - 1e-9)
    front = ring[: behind[0]]  # the anterior leaflet's part comes first
    length = np.linalg.norm(np.diff(front, axis=0), axis=1).sum()
    whole = np.linalg.norm(np.diff(np.vstack((ring, ring[:1])), axis=0), axis=1).sum()
    assert whole / length == pytest.approx(3.0, abs=0.4)  # posterior twice the anterior


def test_aortic_cusps_have_their_height() -> None:
    mesh = built(KINDS[0])
    edge = mesh.nodes_mm[mesh.free_edges[0]]
    middle = edge[len(edge) // 2]
    ring = mesh.nodes_mm[mesh.ring]
    nadir = ring[
        np.argmin(np.linalg.norm(ring[:, :2] - 11.5 * middle[:2] / np.hypot(*middle[:2]), axis=1))
    ]
    height = float(np.linalg.norm(middle - nadir))
    assert 14.0 < height < 22.0  # 20.0 to 20.7 +- 2.2 mm in life [schaefers_2013], shrunken
    commissure = max(mesh.nodes_mm[seam.pairs[-1, 0], 2] for seam in mesh.seams[:3])
    assert commissure < (1.69 + 0.18) * 11.5  # below the sinotubular junction


def test_a_given_intercommissural_distance_is_kept() -> None:
    shape = replace(usual(MITRAL), intercommissural_mm=26.0)
    mesh = valve_mesh(shape, 1)
    ends = [mesh.nodes_mm[seam.pairs[0, 0]] for seam in mesh.seams[:2]]
    assert np.linalg.norm(ends[0] - ends[1]) == pytest.approx(26.0, abs=0.3)
