"""A valve as the solver sees it: arrays of elements, hinges, bonds, cables; and its state."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from openvalve.units import Frac
from openvalve.valve.shell._bonds import ONSET_FRAC
from openvalve.valve.shell._checks import check_mesh
from openvalve.valve.shell._element import LAW
from openvalve.valve.shell._hinge import hinges_of
from openvalve.valve.shell._ring import CABLE
from openvalve.valve.shell._tissue import Tissue, law_of

__all__ = ["Bonds", "Cables", "Set", "Shell", "State", "shell_of", "start"]

Floats = NDArray[np.float64]
Ints = NDArray[np.uint32]  # unsigned: Numba then checks no index for being negative

NO_PAIRS = np.empty((0, 2), dtype=np.int64)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bonds:
    """What holds seams: coincident pairs (s, 2), and per pair (s,) its law.

    Attributes
    ----------
    pairs : node on one side, node on the other.
    tributary_mm : length of seam that a pair stands for.
    peak_n_mm : line force at which it yields, N per mm of seam.
    energy_mj_mm : opening energy, mJ per mm of seam (N).
    """

    pairs: NDArray[np.int64] = field(default_factory=lambda: NO_PAIRS)
    tributary_mm: Floats = field(default_factory=lambda: np.empty(0))
    peak_n_mm: Floats = field(default_factory=lambda: np.empty(0))
    energy_mj_mm: Floats = field(default_factory=lambda: np.empty(0))


@dataclass(frozen=True, kw_only=True, slots=True)
class Cables:
    """Springs of the ring and chords: pairs (c, 2) of nodes, values (c, 5) as in ``CABLE``."""

    pairs: NDArray[np.int64] = field(default_factory=lambda: NO_PAIRS)
    values: Floats = field(default_factory=lambda: np.empty((0, len(CABLE))))


@dataclass(frozen=True, kw_only=True, slots=True)
class Set:
    """Permanent set and cracking: what stretched and bent tissue keeps.

    Attributes
    ----------
    stretch_frac : share of a stretch along the fibres beyond ``stretch_yield_frac`` that stays.
    bend_frac : share of a change of angle beyond ``bend_yield_deg`` that stays.
    crack_mpa : bending stress at which a hinge cracks; infinite where nothing does.
    cracked_frac, crushed_frac : stiffness, and share of its whole turn, that a cracked hinge keeps.
    """

    stretch_frac: Frac = 0.0
    stretch_yield_frac: Frac = 0.0
    bend_frac: Frac = 0.0
    bend_yield_deg: float = 0.0
    crack_mpa: float = np.inf
    cracked_frac: Frac = 0.3
    crushed_frac: Frac = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Shell:
    """The unloaded valve; arrays are not changed by a run.

    Attributes
    ----------
    nodes_mm : (n, 3) unloaded shape.
    triangles : uint32 (m, 3), normals towards the outflow side.
    thickness_mm, fibre : (m,), (m, 3).
    inverse : (m, 4) inverse of the reference edges in the fibre frame, columns of ``INVERSE``.
    law : (m, 7) tissue times reference volume, columns of ``LAW``.
    hinges : uint32 (h, 6); hinge_n_mm, hinge_rad, hinge_crack_n_mm : (h,) stiffness (mJ), angle of
        the unloaded shape, bending moment (N mm) that cracks it.
    bonds : uint32 (s, 2); bond_law : (s, 3), columns of ``BOND``.
    cables : uint32 (c, 2); cable_law : (c, 5), columns of ``CABLE``.
    free : (n, 3) 1 where a node may move, 0 where it is held.
    anchor_n_mm : (n,) spring of each node to its unloaded place.
    set : what stays of a deformation.
    """

    nodes_mm: Floats
    triangles: Ints
    thickness_mm: Floats
    fibre: Floats
    inverse: Floats
    law: Floats
    hinges: Ints
    hinge_mj: Floats
    hinge_rad: Floats
    hinge_crack_mj: Floats
    bonds: Ints
    bond_law: Floats
    cables: Ints
    cable_law: Floats
    free: Floats
    anchor_n_mm: Floats
    set: Set


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """A valve in some shape, and what it has been through.

    Attributes
    ----------
    nodes_mm, velocity_mm : (n, 3) place, and way in the last pseudo-step.
    stretch_set : (m, 2) permanent stretch round and radial, 0 at first.
    bend_set_rad : (h,) permanent change of angle.
    crack_frac : (h,) share of its stiffness that a hinge has.
    opening_mm : (s,) largest opening of each bond so far.
    torn : (c,) 1 where a cable is broken.
    lost_mj : energy spent by bonds, set, cracks and broken cables up to now.
    """

    nodes_mm: Floats
    velocity_mm: Floats
    stretch_set: Floats
    bend_set_rad: Floats
    crack_frac: Floats
    opening_mm: Floats
    torn: Floats
    lost_mj: float = 0.0


def start(shell: Shell) -> State:
    """Return the shell unloaded, at rest and whole."""
    return State(
        nodes_mm=shell.nodes_mm.copy(),
        velocity_mm=np.zeros_like(shell.nodes_mm),
        stretch_set=np.zeros((len(shell.triangles), 2)),
        bend_set_rad=np.zeros(len(shell.hinges)),
        crack_frac=np.ones(len(shell.hinges)),
        opening_mm=np.zeros(len(shell.bonds)),
        torn=np.zeros(len(shell.cables)),
    )


def shell_of(
    nodes_mm: Floats,
    triangles: NDArray[np.int32],
    thickness_mm: Floats,
    fibre: Floats,
    tissue: Tissue,
    *,
    stiffness_ratio: Floats | None = None,
    bent_tissue: Tissue | None = None,
    bending_ratio: Floats | None = None,
    bonds: Bonds | None = None,
    cables: Cables | None = None,
    held: NDArray[np.bool_] | None = None,
    anchor_n_mm: Floats | None = None,
    permanent: Set | None = None,
) -> Shell:
    """Return the shell of a mesh.

    Parameters
    ----------
    nodes_mm : (n, 3).
    triangles : (m, 3) int, all wound the same way, normals towards the outflow side.
    thickness_mm : (m,) 0.1 to 5 mm.
    fibre : (m, 3) direction round the valve; its part in the triangle counts.
    tissue : of every triangle.
    stiffness_ratio : (m,) factor on the membrane, as of calcium.
    bent_tissue : of the hinges; ``tissue`` by default.
    bending_ratio : (m,) factor on the bending stiffness; ``stiffness_ratio`` by default.
    bonds, cables : seams; ring and chords.
    held : bool (n,) or (n, 3), what does not move.
    anchor_n_mm : (n,) springs to the unloaded place.
    permanent : permanent set and cracking.
    """
    nodes = np.ascontiguousarray(nodes_mm, dtype=np.float64)
    tri = np.ascontiguousarray(triangles, dtype=np.int64)
    thick = np.broadcast_to(np.asarray(thickness_mm, dtype=np.float64), (len(tri),)).copy()
    check_mesh(nodes, tri, thick, fibre, held)
    stiff = np.ones(len(tri)) if stiffness_ratio is None else np.asarray(stiffness_ratio)
    bend = stiff if bending_ratio is None else np.asarray(bending_ratio)
    inverse, frame, area = _reference(nodes, tri, np.asarray(fibre, dtype=np.float64))
    law = np.tile(law_of(tissue), (len(tri), 1))
    scaled = [LAW.index(k) for k in ("shear", "round", "radial")]
    law[:, scaled] *= (stiff * area * thick)[:, None]
    hinges = hinges_of(tri)
    stiffness, angle, crack = _hinge_values(
        nodes, hinges, frame, area, thick, bend, bent_tissue or tissue
    )
    keeps = Set() if permanent is None else permanent
    tied = Bonds() if bonds is None else bonds
    ropes = Cables() if cables is None else cables
    free = np.ones_like(nodes)
    if held is not None:
        free[held] = 0.0
    return Shell(
        nodes_mm=nodes,
        triangles=tri.astype(np.uint32),
        thickness_mm=thick,
        fibre=frame,
        inverse=inverse,
        law=law,
        hinges=hinges.astype(np.uint32),
        hinge_mj=stiffness,
        hinge_rad=angle,
        hinge_crack_mj=crack * keeps.crack_mpa,
        bonds=np.ascontiguousarray(tied.pairs, dtype=np.uint32),
        bond_law=_bond_law(tied),
        cables=np.ascontiguousarray(ropes.pairs, dtype=np.uint32),
        cable_law=np.ascontiguousarray(ropes.values, dtype=np.float64),
        free=free,
        anchor_n_mm=np.zeros(len(nodes)) if anchor_n_mm is None else np.array(anchor_n_mm, float),
        set=keeps,
    )


def _reference(
    nodes: Floats, tri: NDArray[np.int64], fibre: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return inverse reference edges (m, 4), unit fibre in each triangle (m, 3), area (m,)."""
    u = nodes[tri[:, 1]] - nodes[tri[:, 0]]
    w = nodes[tri[:, 2]] - nodes[tri[:, 0]]
    normal = np.cross(u, w)
    twice = np.linalg.norm(normal, axis=1)
    normal /= twice[:, None]
    e1 = fibre - np.einsum("ij,ij->i", fibre, normal)[:, None] * normal
    e1 /= np.linalg.norm(e1, axis=1)[:, None]
    e2 = np.cross(normal, e1)
    u1, u2 = np.einsum("ij,ij->i", u, e1), np.einsum("ij,ij->i", u, e2)
    w1, w2 = np.einsum("ij,ij->i", w, e1), np.einsum("ij,ij->i", w, e2)
    det = u1 * w2 - w1 * u2  # of D = [[u1, w1], [u2, w2]]; rows of D^-1 belong to u and w
    inverse = np.column_stack([w2, -w1, -u2, u1]) / det[:, None]
    return inverse, e1, 0.5 * twice


def _hinge_values(
    nodes: Floats,
    hinges: NDArray[np.int64],
    frame: Floats,
    area: Floats,
    thick: Floats,
    bend: Floats,
    tissue: Tissue,
) -> tuple[Floats, Floats, Floats]:
    """Return stiffness (mJ), angle (rad), and moment (mJ) per MPa of stress at the surface."""
    a, b, c, d, f, g = hinges.T
    edge = nodes[b] - nodes[a]
    length = np.linalg.norm(edge, axis=1)
    n1 = np.cross(edge, nodes[c] - nodes[a])
    n2 = np.cross(nodes[d] - nodes[a], edge)
    along = np.einsum("ij,ij->i", edge, frame[f] + _aligned(frame[g], frame[f])) / length
    along /= np.linalg.norm(frame[f] + _aligned(frame[g], frame[f]), axis=1)
    across = np.sqrt(np.clip(1.0 - along**2, 0.0, 1.0))
    t = 0.5 * (thick[f] + thick[g])
    rigidity = tissue.bending_mpa(across) * np.sqrt(bend[f] * bend[g]) * t**3 / 12.0
    sine = np.einsum("ij,ij->i", n1, nodes[d] - nodes[a]) * length
    cosine = np.einsum("ij,ij->i", n1, n2)
    return (
        rigidity * length**2 / (area[f] + area[g]),
        np.arctan2(sine, cosine),
        length * t**2 / 6.0,
    )


def _aligned(one: Floats, other: Floats) -> Floats:
    """Return directions ``one``, turned round where they oppose ``other``."""
    return np.where(np.einsum("ij,ij->i", one, other)[:, None] < 0.0, -one, one)


def _bond_law(bonds: Bonds) -> Floats:
    """Return peak (N), opening at the peak and at the end (mm)."""
    final = 2.0 * bonds.energy_mj_mm / bonds.peak_n_mm
    return np.column_stack([bonds.peak_n_mm * bonds.tributary_mm, ONSET_FRAC * final, final])
