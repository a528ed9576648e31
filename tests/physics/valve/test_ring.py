"""The ring under a balloon: its balance, its crown, and the leaflet solver's rings."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import brentq

from openvalve.anatomy import ValveShape, valve_mesh
from openvalve.devices import Balloon, find_balloon
from openvalve.patient import BalloonRequest
from openvalve.valve import POPULATION, build_valve, inflate, sample_population
from openvalve.valve._ring import ring_strain
from openvalve.valve._ring_tables import RIMS, Rim, crown_ratio

DRAWS = sample_population(200, 3, POPULATION)
BENCHMARKS = Path(__file__).parents[3] / "benchmarks"


def cylinder(diameter_mm: float) -> Balloon:
    """Return a cylinder of the catalogue."""
    return find_balloon(BalloonRequest(kind="cylinder", diameter_mm=diameter_mm))


def test_straight_springs() -> None:
    """A ring without stiffening: balloon, cable and anchors are three springs in a row."""
    rim = Rim(stiffness_n=24.0, exponent=1e-9, anchor_mpa=0.3)
    for loop, pull in ((1.2, 0.0), (1.2, 0.1), (0.7, 0.1), (1.0, 0.0)):
        found = ring_strain(
            rim, radius_mm=11.0, crown=1.5, loop_ratio=loop, push_mpa=0.5, pull_n_mm=pull
        )
        held = 24.0 / (1.5**3 * 11.0) + 0.3 * 1.5 * 11.0
        touched = loop > 1.0
        expected = ((0.5 * 11.0 * (loop - 1.0) if touched else 0.0) - pull) / (
            held + (0.5 * 11.0 if touched else 0.0)
        )
        assert found == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("valve", RIMS)
@pytest.mark.parametrize("loop", [0.3, 0.98, 1.0, 1.05, 1.3, 2.0])
@pytest.mark.parametrize("push_mpa", [0.0, 0.01, 1.0, 8.0])
def test_balance(valve: str, loop: float, push_mpa: float) -> None:
    """The same root as bisection finds; never wider than the balloon, never a NaN."""
    rim = RIMS[valve]
    softer = np.array([0.1, 0.5, 1.0, 10.0])
    pull = np.array([0.0, 0.02, 0.2, 0.02])
    found = ring_strain(
        rim,
        radius_mm=9.0,
        crown=1.22,
        loop_ratio=loop,
        push_mpa=push_mpa,
        pull_n_mm=pull,
        stiffness_ratio=softer,
    )

    def unbalanced(e: float, soft: float, pulled: float) -> float:
        at = e / 1.22**2
        b = rim.exponent
        force = soft * rim.stiffness_n * (math.expm1(b * at) / b if at > 0.0 else at)
        held = force / (1.22 * 9.0) + soft * rim.anchor_mpa * 1.22 * 9.0 * e + pulled
        return held - push_mpa * 9.0 * max(loop - 1.0 - e, 0.0)

    for e, soft, pulled in zip(found, softer, pull, strict=True):
        assert e == pytest.approx(brentq(unbalanced, -5.0, 1.5, args=(soft, pulled)), abs=1e-6)
    assert np.all(found <= max(loop - 1.0, 0.0) + 1e-12)


@pytest.mark.parametrize(
    ("valve", "etiology", "morphology"),
    [
        ("mitral", "rheumatic", "tricuspid"),
        ("tricuspid", "rheumatic", "tricuspid"),
        ("aortic", "rheumatic", "tricuspid"),
        ("aortic", "calcific", "tricuspid"),
        ("aortic", "calcific", "bicuspid_0"),
        ("aortic", "calcific", "bicuspid_1"),
        ("aortic", "calcific", "bicuspid_2"),
        ("aortic", "congenital", "bicuspid_0"),
        ("aortic", "congenital", "bicuspid_1"),
        ("aortic", "congenital", "bicuspid_2"),
        ("aortic", "congenital", "unicuspid"),
        ("pulmonary", "congenital", "domed"),
        ("pulmonary", "congenital", "dysplastic"),
        ("pulmonary", "congenital", "tricuspid"),
    ],
)
def test_crown(valve: str, etiology: str, morphology: str) -> None:
    """The hinge line is as long as that of the mesh."""
    shape = ValveShape(
        valve=valve,
        etiology=etiology,
        morphology=morphology,
        annulus_mm=30.0 if valve in ("mitral", "tricuspid") else 20.0,
        area_anatomic_cm2=1.0,
        age_years=30.0,
    )
    mesh = valve_mesh(shape, seed=1, target_triangles=2000)
    loop = mesh.nodes_mm[mesh.ring]
    step = np.roll(loop, -1, axis=0) - loop
    length = np.linalg.norm(step, axis=1).sum()
    seen = np.linalg.norm(step[:, :2], axis=1).sum()
    kind = "pulmonary" if valve == "pulmonary" else etiology
    assert crown_ratio(valve, kind, morphology) == pytest.approx(length / seen, rel=0.015)


def stretches(valve: str, sizes: tuple[float, ...]) -> list[np.ndarray]:
    """Return the ring's stretch by balloons of those shares of its ring."""
    etiology, morphology = {
        "mitral": ("rheumatic", "domed"),
        "aortic": ("calcific", "tricuspid"),
        "pulmonary": ("congenital", "domed"),
    }[valve]
    state = build_valve(
        valve=valve,
        etiology=etiology,
        morphology=morphology,
        annulus_mm=22.0,
        area_effective_cm2=0.6,
        age_years=40.0,
    )
    return [
        inflate(state, cylinder(22.0 * s), inflation_atm=3.0, draws=DRAWS).annular_stretch_ratio
        for s in sizes
    ]


def test_balloon_that_the_orifice_lets_through_does_nothing() -> None:
    (slim,) = stretches("aortic", (0.3,))
    assert np.all(slim == 1.0)


@pytest.mark.parametrize("valve", ["mitral", "aortic", "pulmonary"])
def test_larger_balloon_widens_the_ring(valve: str) -> None:
    """A small balloon draws it in a little, a large one widens it, less than it is wide itself."""
    small, ring, large = stretches(valve, (0.7, 1.0, 1.3))
    assert 0.9 < small.mean() < 1.0
    assert small.mean() <= ring.mean() + 1e-3
    assert 1.05 < large.mean() < 1.3
    assert np.all(large > ring)


def test_patients_rings_differ() -> None:
    """A stiffer ring widens less; a balloon that draws it in does so less, too."""
    soft, stiff = (replace(DRAWS, ring=np.full((200, 2), (z, 0.0))) for z in (-1.0, 1.0))
    state = build_valve(
        valve="pulmonary",
        etiology="congenital",
        morphology="domed",
        annulus_mm=20.0,
        area_effective_cm2=0.5,
        age_years=20.0,
    )
    wide, narrow = (
        inflate(state, cylinder(26.0), draws=d).annular_stretch_ratio for d in (soft, stiff)
    )
    assert np.all(wide > narrow + 0.01)
    drawn, held = (
        inflate(state, cylinder(14.0), draws=d).annular_stretch_ratio for d in (soft, stiff)
    )
    assert np.all(drawn < held)
    assert np.all(held < 1.0)


def test_reduced_model_is_tied_to_the_leaflet_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hundred lesions, none used for the ring's law: missed by less than patients differ."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    from learn_leaflets import read
    from tie_reduced import ties

    runs = (read(BENCHMARKS / f"leaflet_{n}.csv") for n in ("middle", "again", "runs"))
    found = ties(*runs)
    assert set(found) == {"rheumatic", "calcific", "congenital", "pulmonary"}
    for quantities in found.values():
        assert abs(quantities["stretch"].mean) < 0.005
        for tie in quantities.values():
            assert 0.0 < tie.left < tie.patients
