"""MB9: the fast solver against the static reference: square patches and a closed aortic leaflet."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.units import MMHG_PER_MPA, Frac, Mm, Ratio
from openvalve.validation._acceptance_types import Measured
from openvalve.validation._mechanics_patches import (
    Grid,
    Rectangle,
    fast_shell,
    grid,
    patch_gap_frac,
    settled,
)
from openvalve.validation._mechanics_reference import (
    Plane,
    Reference,
    StaticMembrane,
    solve_membrane,
)
from openvalve.validation._mechanics_types import MechanicsSettings
from openvalve.valve.shell import RAMP_HOLD, TISSUES, Balloon, Load, Report, Tissue, stretches

__all__ = [
    "CLOSING_MMHG",
    "Leaflet",
    "closed_leaflet",
    "leaflet_fast",
    "leaflet_measures",
    "leaflet_problem",
    "leaflet_reference",
]

Floats = NDArray[np.float64]

# A normal valve [kaiser_code, read]: radius 12.5 mm, lowest point of the commissures 0.9 radii up,
# commissures 0.5 radii high, thickness 0.44 mm. Free edge [thubrikar_1981, read]: our choice within
# its angle, 4 mm lower in the middle; rounded by 0.6 mm where it turns [K].
RADIUS_MM, COMMISSURE_MM, SIDE_MM, SAG_MM, ROUNDING_MM = 12.5, 11.25, 6.25, 4.0, 0.6
THICKNESS_MM = 0.44
CLOSING_MMHG = 80.0
SIXTH_RAD = np.pi / 3.0
# Walls of the sector: what a neighbour, mirrored, presses. 2 MPa/mm gives way by 5 um at 80 mmHg.
WALL_MPA_MM = 2.0
WALL_MM = 1e5  # the solver knows round balloons: so large, one is flat to 1 um over a leaflet
PATCH = Rectangle(long_mm=10.0, wide_mm=10.0, thick_mm=0.5, cells=8)
# Line tension of the patch; a closed leaflet bears about p r = 0.01 MPa x 12 mm = 0.13 N/mm.
PATCH_N_MM = 0.12
# Tensions along and across (shares of that), and turn of the fibres: all but the first are "other".
EQUIBIAXIAL = ((1.0, 1.0), 0.0)
OTHER = (((1.0, 0.5), 0.0), ((0.5, 1.0), 0.0), ((1.0, 1.0), 30.0), ((1.0, 0.5), 30.0))
STEPS_AT_24 = 2000


def leaflet_place(u: Floats, v: Floats) -> Floats:
    """Return the unloaded leaflet, ruled from its attachment (v 0) to its free edge (v 1), mm.

    u from one commissure (-1) to the other (1); z along flow; its sector opens along +x.
    """
    turn = SIXTH_RAD * u
    attached = np.stack([RADIUS_MM * np.cos(turn), RADIUS_MM * np.sin(turn), COMMISSURE_MM * u**2])
    aside = RADIUS_MM * np.sin(SIXTH_RAD) * u
    edge = np.stack(
        [
            np.sqrt(aside**2 / 3.0 + ROUNDING_MM**2),
            aside,
            COMMISSURE_MM + SIDE_MM - SAG_MM * (1.0 - u**2),
        ]
    )
    return np.asarray(attached * (1.0 - v) + edge * v)


def _walls() -> tuple[Plane, Plane]:
    sine, cosine = np.sin(SIXTH_RAD), np.cos(SIXTH_RAD)
    one, two = (
        Plane(
            normal=np.array([sine, side * cosine, 0.0]),
            point_mm=np.zeros(3),
            stiffness_mpa_mm=WALL_MPA_MM,
        )
        for side in (-1.0, 1.0)
    )
    return one, two


def _attached(places: Floats) -> NDArray[np.bool_]:
    still = (np.abs(np.abs(places[0]) - 1.0) < 1e-9) | (places[1] < 1e-9)
    return np.broadcast_to(still, (3, still.size))


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaflet:
    """A leaflet under pressure by the fast solver.

    Attributes
    ----------
    grid : its parameters; nodes_mm : (n, 3) closed shape; stretch : (m, 2) round and radial.
    report : how the run ended.
    """

    grid: Grid
    nodes_mm: Floats
    stretch: Floats
    report: Report


def leaflet_problem(columns: int, rows: int, order: int, tissue: Tissue) -> StaticMembrane:
    """Return the closed leaflet as a static problem on a grid of (columns, rows)."""
    net = grid(columns, rows, (-1.0, 0.0), (1.0, 1.0))
    return StaticMembrane(
        points=net.points,
        triangles=net.triangles,
        place=leaflet_place,
        order=order,
        held=_attached,
        tissue=tissue,
        thickness_mm=THICKNESS_MM,
        pressure_mpa=-CLOSING_MMHG / MMHG_PER_MPA,
        planes=_walls(),
    )


def leaflet_fast(
    problem: StaticMembrane, *, steps: int, bending_ratio: Ratio = 0.0, mass_ratio: Ratio = 2.0
) -> Leaflet:
    """Return the closed leaflet by the fast solver, on the problem's mesh.

    Parameters
    ----------
    problem : of order 1.
    steps : of a run; grows as 1/h^2.
    bending_ratio : share of the tissue's bending stiffness; none, as the reference has none.
    mass_ratio : as ``Control``.
    """
    shell = fast_shell(problem, bending_ratio)
    normals = np.array([plane.normal[:2] for plane in problem.planes])
    walls = Balloon(
        axes_mm=-WALL_MM * normals,
        bottom_mm=-100.0,
        spacing_mm=200.0,
        radius_mm=np.full((len(normals), 1, 2), WALL_MM),
        pressure_mpa=np.array([100.0]),
        stage=np.zeros(2),
        stiffness_mpa_mm=WALL_MPA_MM,
    )
    load = Load(pressure_mmhg=-CLOSING_MMHG * np.array(RAMP_HOLD), balloon=walls)
    state, report = settled(shell, load, steps, mass_ratio=mass_ratio)
    return Leaflet(
        grid=Grid(points=problem.points, triangles=problem.triangles),
        nodes_mm=state.nodes_mm,
        stretch=stretches(shell, state)[:, :2],
        report=report,
    )


def leaflet_reference(problem: StaticMembrane, near: Leaflet | Reference) -> Reference:
    """Return the static solution, started from the shape of another one."""
    if isinstance(near, Reference):
        return solve_membrane(problem, lambda u, v: near.at(np.stack([u, v])).T)
    from scipy.interpolate import LinearNDInterpolator

    between = LinearNDInterpolator(near.grid.points.T, near.nodes_mm)

    def guess(u: Floats, v: Floats) -> Floats:
        return np.asarray(between(np.column_stack([u, v])).T)

    return solve_membrane(problem, guess)


def _length(points: Floats) -> Mm:
    return float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())


def leaflet_measures(fast: Leaflet, still: Reference) -> dict[str, tuple[float, float]]:
    """Return each measure by the fast solver and by the reference.

    Lengths along the middle, the free edge and half-way round; how far the middle of the free edge
    and of the belly stand above the ring; how deep the belly hangs off the chord between the
    commissures. All in mm. Strains are means over the belly, |u| < 0.5, v from 0.3 to 0.7.
    """
    points = fast.grid.points
    lines = {
        "middle_mm": np.abs(points[0]) < 1e-9,
        "edge_mm": points[1] > 1.0 - 1e-9,
        "round_mm": np.abs(points[1] - 0.5) < 1e-9,
    }
    result = {}
    for name, on in lines.items():
        order = np.flatnonzero(on)[np.lexsort(points[:, on])]
        own = fast.nodes_mm[order]
        result[name] = _length(own), _length(still.at(points[:, order]))
    middle = np.flatnonzero(lines["middle_mm"])
    pairs = fast.nodes_mm[middle], still.at(points[:, middle])
    top = int(np.argmax(points[1, middle]))
    half = int(np.argmin(np.abs(points[1, middle] - 0.5)))
    chord = RADIUS_MM * np.cos(SIXTH_RAD)
    result["edge_height_mm"] = (float(pairs[0][top, 2]), float(pairs[1][top, 2]))
    result["belly_height_mm"] = (float(pairs[0][half, 2]), float(pairs[1][half, 2]))
    result["belly_depth_mm"] = (
        chord - float(pairs[0][half, 0]),
        chord - float(pairs[1][half, 0]),
    )
    centers = points[:, fast.grid.triangles].mean(axis=1)
    belly = (np.abs(centers[0]) < 0.5) & (np.abs(centers[1] - 0.5) < 0.2)
    exact = still.stretch(centers[:, belly])
    for k, name in enumerate(("strain_round", "strain_radial")):
        result[name] = (
            float(fast.stretch[belly, k].mean()) - 1.0,
            float(exact[:, k].mean()) - 1.0,
        )
    return result


def _columns(triangles: int) -> int:
    """Return columns of a leaflet's grid, three quarters as many rows, of a third of a valve."""
    return 4 * max(2, round(0.25 * float(np.sqrt(triangles / 3.0 / 1.5))))


def _solved(columns: int, tissue: Tissue, **options: float) -> Leaflet:
    problem = leaflet_problem(columns, 3 * columns // 4, 1, tissue)
    steps = round(STEPS_AT_24 * max(1.0, columns / 24.0) ** 2)
    return leaflet_fast(problem, steps=steps, **options)


def _gaps(measures: dict[str, tuple[float, float]], what: str) -> list[float]:
    return [
        abs(a / b - 1.0)
        for name, (a, b) in measures.items()
        if name.startswith("strain") == (what == "strain")
    ]


def closed_leaflet(settings: MechanicsSettings) -> Measured:
    """MB9: patches, then the leaflet closed at 80 mmHg, against the static reference.

    The same mesh by both (what the solver alone does), and the reference with quadratic triangles
    on it and on half of it (what the mesh adds, and whether the reference has converged).
    """
    tissue = TISSUES["aortic_young_porcine"]
    columns = _columns(settings.triangles)
    fast = _solved(columns, tissue)
    values: dict[str, float] = {}

    def patch(state: tuple[tuple[float, float], float]) -> Frac:
        (one, two), turn = state
        return patch_gap_frac(tissue, (PATCH_N_MM * one, PATCH_N_MM * two), turn, PATCH)

    values["patch_equibiaxial_frac"] = patch(EQUIBIAXIAL)
    values["patch_other_frac"] = max(map(patch, OTHER))
    rows = 3 * columns // 4
    flat = leaflet_reference(leaflet_problem(columns, rows, 1, tissue), fast)
    same = leaflet_measures(fast, flat)
    values["same_mesh_frac"] = max(_gaps(same, "length") + _gaps(same, "strain"))
    exact = leaflet_reference(leaflet_problem(columns, rows, 2, tissue), flat)
    against = leaflet_measures(fast, exact)
    values["dimensions_frac"] = max(_gaps(against, "length"))
    values["strain_frac"] = max(_gaps(against, "strain"))
    halved = leaflet_problem(2 * columns, 2 * rows, 2, tissue)
    finer = leaflet_measures(fast, leaflet_reference(halved, exact))
    values["reference_pair_frac"] = max(
        abs(finer[name][1] / found[1] - 1.0) for name, found in against.items()
    )
    values |= _rules(fast, exact, columns, tissue)
    worst = max(against, key=lambda name: abs(against[name][0] / against[name][1] - 1.0))
    note = ", ".join(f"{name} {a:.3f} / {b:.3f}" for name, (a, b) in against.items())
    return Measured(
        values=values,
        mesh_triangles_count=fast.grid.triangles.shape[1],
        notes={"dimensions_frac": f"fast / reference: {note}; worst {worst}"},
    )


def _rules(fast: Leaflet, exact: Reference, columns: int, tissue: Tissue) -> dict[str, float]:
    """Return what the list's rules for all benchmarks ask of the fast solver."""
    base = leaflet_measures(fast, exact)
    finer = leaflet_measures(_solved(2 * columns, tissue), exact)
    lighter = leaflet_measures(_solved(columns, tissue, mass_ratio=1.0), exact)
    again = _solved(columns, tissue)
    return {
        "mesh_pair_frac": max(abs(finer[k][0] / base[k][0] - 1.0) for k in base),
        "mass_pair_frac": max(abs(lighter[k][0] / base[k][0] - 1.0) for k in base),
        "kinetic_ratio": fast.report.kinetic_ratio,
        "repeats": float(np.array_equal(again.nodes_mm, fast.nodes_mm)),
    }
