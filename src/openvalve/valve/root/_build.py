"""From an aortic valve's plain numbers to its root: unloaded wall, springs, strength, at rest."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from openvalve.anatomy import ValveShape
from openvalve.errors import InputError, InputItem, SolverError
from openvalve.units import Mm, Mmhg, Ratio, Years
from openvalve.valve._ring_tables import RIMS
from openvalve.valve.leaflets import Phase
from openvalve.valve.root._mesh import RootMesh, root_mesh
from openvalve.valve.root._nodule import Nodule, checked_nodule
from openvalve.valve.root._settle import settle_root
from openvalve.valve.root._wall_tables import (
    ADULT_RING_MM,
    CALCIUM_RATIO,
    END_MPA,
    OLD_SD_RATIO,
    REST_MMHG,
    RING_HALF_MM,
    SURROUNDING_MPA,
    WALL_MM,
    WALL_OLD,
    WALL_YOUNG,
    YOUNG_SD_RATIO,
    YOUNG_YEARS,
)
from openvalve.valve.shell import Cables, Load, Shell, State, Tissue, ring_cables, shell_of, start
from openvalve.valve.shell._checks import THICKNESS_MM

__all__ = [
    "AorticRoot",
    "build_root",
    "drawn_strength",
    "strength_sd_ratio",
    "usual_wall_mm",
    "wall_tissue",
]

Floats = NDArray[np.float64]
STREAM = 8  # of the draw of strength
LEAST_STRENGTH_RATIO: Ratio = 0.4  # below 3.5 SD of the table: not tissue any more [K]
FULL_CALCIUM_FRAC = 0.3  # share of a nodule's thickness from which on it is as stiff as calcium
TRIANGLES = (800, 20000)
# The unloaded shape is moved by what is missing to the seen one, by a share of it because a wide
# soft wall gains more than it is given, until that is this share of the ring's radius, root mean
# square; the best of so many is taken, and refused where it misses by more [K; 0.01 to 0.05].
MOST_CORRECTIONS, CORRECTED_FRAC = 12, 0.7
SEEN_FRAC, SEEN_MOST_FRAC = 0.003, 0.03


@dataclass(frozen=True, kw_only=True, slots=True)
class AorticRoot:
    """The wall of one root, ready for a balloon; nothing of it changes.

    Attributes
    ----------
    shape, nodule, seed, wall_mm, rest_mmhg : what it was made from.
    mesh : as it was seen, under the pressure of diastole.
    shell, tissue : unloaded; the tissue without calcium.
    rest : under the pressure of diastole; ``seen_mm`` is the farthest that it is from the mesh.
    phase : how the rest ended.
    strength_ratio : of this wall over the mean of its age, from the seed.
    edge_mm : mean edge.
    """

    shape: ValveShape
    nodule: Nodule | None
    seed: int
    wall_mm: Mm
    rest_mmhg: Mmhg
    mesh: RootMesh
    shell: Shell
    tissue: Tissue
    rest: State
    seen_mm: Mm
    phase: Phase
    strength_ratio: Ratio
    edge_mm: Mm

    @property
    def across(self) -> Ratio:
        """Return how many edges of the mesh lie across the ring."""
        return self.shape.annulus_mm / self.edge_mm

    @property
    def soft(self) -> NDArray[np.bool_]:
        """Return which triangles are soft wall, (m,), a decay length of a tube off its held ends.

        Equation : sqrt(R t).
        """
        z = self.mesh.nodes_mm[self.mesh.triangles, 2].mean(axis=1)
        reach = (0.5 * self.shape.annulus_mm * self.wall_mm) ** 0.5
        inside = (z > z.min() + reach) & (z < z.max() - reach)
        return np.asarray((self.mesh.bulge_frac <= 0.0) & inside)


def wall_tissue(age_years: Years) -> Tissue:
    """Return the wall's tissue at an age; its strengths are the means of the table."""
    return WALL_YOUNG if age_years < YOUNG_YEARS else WALL_OLD


def usual_wall_mm(annulus_mm: Mm) -> Mm:
    """Return the usual thickness: an adult's, in proportion to a child's ring."""
    return WALL_MM * min(1.0, annulus_mm / ADULT_RING_MM)


def build_root(
    shape: ValveShape,
    *,
    nodule: Nodule | None = None,
    seed: int = 0,
    wall_mm: Mm | None = None,
    target_triangles: int = 3000,
    rest_mmhg: Mmhg = REST_MMHG,
) -> AorticRoot:
    """Return the root about an aortic valve, at rest under the pressure of diastole.

    The shape is what a scan shows, under pressure; the unloaded one is sought that it comes from.

    Parameters
    ----------
    shape : of an aortic valve; ring, outflow tract and age count.
    nodule : below the ring; None for none, ``drawn_nodule`` for one of a grade.
    seed : of the wall's strength.
    wall_mm : unloaded thickness, 0.3 to 3 mm; None for its usual one, which follows small rings.
    target_triangles : 800 to 20,000.
    rest_mmhg : pressure of diastole, 20 to 160 mmHg.

    Raises
    ------
    InputError : not an aortic valve, or a number out of range; with every reason.
    SolverError : it does not come to rest.

    Verified  : tests/physics/valve/root
    """
    wall_mm = usual_wall_mm(shape.annulus_mm) if wall_mm is None else wall_mm
    _refuse(shape, nodule, wall_mm, target_triangles, rest_mmhg)
    mesh = root_mesh(shape, nodule, target_triangles)
    tissue = wall_tissue(shape.age_years)
    corners = mesh.nodes_mm[mesh.triangles]
    edge = float(np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).mean())
    ring: Mm = shape.annulus_mm
    shell, state, phase = _unloaded(
        mesh, tissue, nodule, wall_mm, rest_mmhg, ring / edge, 0.5 * ring
    )
    return AorticRoot(
        shape=shape,
        nodule=nodule,
        seed=seed,
        wall_mm=wall_mm,
        rest_mmhg=rest_mmhg,
        mesh=mesh,
        shell=shell,
        tissue=tissue,
        rest=state,
        seen_mm=float(np.linalg.norm(state.nodes_mm - mesh.nodes_mm, axis=1).max()),
        phase=phase,
        strength_ratio=drawn_strength(shape.age_years, seed),
        edge_mm=edge,
    )


def strength_sd_ratio(age_years: Years) -> Ratio:
    """Return the spread of strength at an age, over its mean."""
    return YOUNG_SD_RATIO if age_years < YOUNG_YEARS else OLD_SD_RATIO


def drawn_strength(age_years: Years, seed: int) -> Ratio:
    """Return the strength of a wall over the mean of its age."""
    rng = np.random.Generator(np.random.Philox(key=seed, counter=[0, 0, 0, STREAM]))
    drawn = 1.0 + strength_sd_ratio(age_years) * float(rng.standard_normal())
    return max(drawn, LEAST_STRENGTH_RATIO)


def _refuse(
    shape: ValveShape, nodule: Nodule | None, wall_mm: Mm, triangles: int, rest_mmhg: Mmhg
) -> None:
    items = [] if nodule is None else checked_nodule(nodule)
    if shape.valve != "aortic":
        items.append(InputItem(key="valve", got=repr(shape.valve), allowed="aortic"))
    limits = {
        "annulus_mm": (shape.annulus_mm, 4.0, 60.0, " mm"),
        "annulus_axis_ratio": (shape.annulus_axis_ratio, 1.0, 1.8, ""),
        "outflow_mm": (shape.outflow_mm or 10.0, 3.0, 60.0, " mm"),
        "age_years": (shape.age_years, 0.0, 120.0, ""),
        "wall_mm": (wall_mm, 0.3, 3.0, " mm"),
        "target_triangles": (triangles, *TRIANGLES, ""),
        "rest_mmhg": (rest_mmhg, 20.0, 160.0, " mmHg"),
    }
    for key, (value, low, high, unit) in limits.items():
        if not low <= value <= high:
            allowed = f"{low:g} to {high:g}{unit}"
            items.append(InputItem(key=key, got=f"{value:g}{unit}", allowed=allowed))
    if items:
        raise InputError(items)


def _unloaded(
    mesh: RootMesh,
    tissue: Tissue,
    nodule: Nodule | None,
    wall_mm: Mm,
    rest_mmhg: Mmhg,
    across: Ratio,
    radius: Mm,
) -> tuple[Shell, State, Phase]:
    """Return the unloaded wall that the pressure brings to the mesh, and that rest."""
    load = Load(pressure_mmhg=np.full(2, rest_mmhg))
    nodes, best, least = mesh.nodes_mm.copy(), None, np.inf
    state: State | None = None
    for _ in range(MOST_CORRECTIONS):
        try:
            shell = _shell(mesh, nodes, tissue, nodule, wall_mm)
        except InputError:  # the unloaded wall would fold
            break
        begin = start(shell)
        if state is not None:
            begin = replace(begin, nodes_mm=state.nodes_mm)
        state, phase = settle_root(shell, begin, load, "rest", across=across)
        missing = mesh.nodes_mm - state.nodes_mm
        far = float(np.sqrt((missing**2).sum(axis=1).mean())) / radius
        if far < least:
            best, least = (shell, state, phase), far
        if far < SEEN_FRAC:
            break
        nodes = nodes + CORRECTED_FRAC * missing
    if best is None or least > SEEN_MOST_FRAC:
        raise SolverError(
            f"root: no unloaded shape found that {rest_mmhg:g} mmHg brings to the one seen",
            state={"missing_frac": least},
        )
    return best


def _shell(
    mesh: RootMesh, nodes: Floats, tissue: Tissue, nodule: Nodule | None, wall_mm: Mm
) -> Shell:
    calcium = np.minimum(mesh.bulge_frac / FULL_CALCIUM_FRAC, 1.0)
    more = 0.0 if nodule is None else nodule.thickness_mm
    return shell_of(
        nodes,
        mesh.triangles,
        np.minimum(wall_mm + more * mesh.bulge_frac, THICKNESS_MM[1]),
        mesh.round,
        tissue,
        stiffness_ratio=1.0 + (CALCIUM_RATIO - 1.0) * calcium,
        cables=_ring(mesh, nodes),
        anchor_n_mm=_anchors(mesh, nodes),
    )


def _ring(mesh: RootMesh, nodes: Floats) -> Cables:
    """Return the ring: that of the leaflets, spread over rows near its plane."""
    heights = mesh.nodes_mm[:: mesh.columns, 2]
    share = np.clip(1.0 - np.abs(heights) / RING_HALF_MM, 0.0, None)
    share /= share.sum()
    rim = RIMS["aortic"]
    made = [
        ring_cables(
            nodes, mesh.row(k), stiffness_n=rim.stiffness_n * share[k], exponent=rim.exponent
        )
        for k in np.flatnonzero(share).tolist()
    ]
    return Cables(
        pairs=np.concatenate([pairs for pairs, _ in made]),
        values=np.concatenate([values for _, values in made]),
    )


def _anchors(mesh: RootMesh, nodes: Floats) -> Floats:
    """Return the spring of each node to its place, N/mm: what lies round the root, and its ends."""
    corners = nodes[mesh.triangles]
    area = 0.5 * np.linalg.norm(
        np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1
    )
    share = np.bincount(mesh.triangles.ravel(), np.repeat(area / 3.0, 3), len(nodes))
    springs = 2.0 * SURROUNDING_MPA / np.linalg.norm(nodes[:, :2], axis=1) * share
    for row in (mesh.row(0), mesh.row(-1)):
        loop = nodes[row]
        springs[row] += END_MPA * np.linalg.norm(np.roll(loop, -1, axis=0) - loop, axis=1)
    return np.asarray(springs)
