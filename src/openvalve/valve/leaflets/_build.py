"""From the plain numbers of a valve and a seed to the arrays that a balloon acts on."""

import math
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from openvalve.anatomy import (
    Seam,
    ValveMesh,
    ValveShape,
    chord_section_mm2,
    stiffness_ratio,
    thickness_mm,
    valve_mesh,
)
from openvalve.errors import InputError, InputItem
from openvalve.units import Frac, Mm, Ratio
from openvalve.valve._ring_tables import RIMS
from openvalve.valve.closing import ContactArrays, contact_arrays
from openvalve.valve.leaflets._strength_tables import (
    COMMISSURAL_CALCIUM_TOUGHNESS,
    CRACK_MPA,
    LOOSEST_N_MM,
    RIM_FRAC,
    RIM_STRENGTH_RATIO,
    SEAM_LOG_SD,
    SEAMS,
    STURDIEST_N_MM,
    VALVE_LOG_SD,
    Chords,
    Strengths,
)
from openvalve.valve.shell import (
    DISEASES,
    TISSUES,
    Bonds,
    Cables,
    Disease,
    FreeEdge,
    Set,
    Shell,
    Tissue,
    aortic_cusp,
    diseased,
    ring_cables,
    shell_of,
)

if TYPE_CHECKING:
    from openvalve.valve.leaflets._after import Beaten

__all__ = ["LeafletValve", "build_leaflets"]

Floats = NDArray[np.float64]
STREAM = 6  # of the draws of strength, so that none depends on another part's
WHOLE_RATIO = 1e4  # of the energy of the bond on the ring itself: the ring does not tear
CALCIFIED_FRAC = 0.5  # share of calcium from which a hinge may crack
# A balloon bends about an edge over some two thicknesses of leaflet, and at least over what the
# mesh can tell apart [K; 1 to 3 thicknesses].
BENT_THICKNESSES, BENT_EDGES = 2.0, 1.5
LEAST_REST_MM = 1e-6  # nodes of the ring coincide where a seam begins


@dataclass(frozen=True, kw_only=True, slots=True)
class LeafletValve:
    """One valve, ready for a balloon; nothing of it changes.

    Attributes
    ----------
    shape, seed : what it was made from.
    mesh, shell : nodes of the shell are those of the mesh, then the anchors of the chords.
    sheets : contact between leaflets, thickness included.
    seam_of_bond : (s,) index into ``mesh.seams`` of every bond.
    chord_count : of cables that are chords; they come first.
    edge_mm : mean edge of the mesh.
    free_edge : where a balloon's flanks pull.
    beaten : its first beat, where it has been computed already; of this very shell only.
    """

    shape: ValveShape
    seed: int
    mesh: ValveMesh
    shell: Shell
    sheets: ContactArrays
    seam_of_bond: NDArray[np.int64]
    chord_count: int
    edge_mm: Mm
    free_edge: FreeEdge
    beaten: "Beaten | None" = None

    @property
    def count(self) -> int:
        """Number of the mesh's own nodes."""
        return len(self.mesh.nodes_mm)

    def torn_frac(self, opening_mm: Floats) -> Floats:
        """Return the torn share of the length of each seam, shape (seams,)."""
        torn = opening_mm >= self.shell.bond_law[:, 2]
        length = np.concatenate([s.tributary_mm for s in self.mesh.seams])
        seams = len(self.mesh.seams)
        whole = np.bincount(self.seam_of_bond, length, seams)
        return np.asarray(np.bincount(self.seam_of_bond, length * torn, seams) / whole)


def build_leaflets(
    shape: ValveShape,
    *,
    seed: int = 0,
    target_triangles: int = 2700,
    strengths: Strengths | None = None,
) -> LeafletValve:
    """Return a valve with its seams' strengths drawn from the seed.

    Parameters
    ----------
    shape : refused with every reason where it cannot be a valve.
    seed : of calcium and strengths; the same seed is the same valve at every size of mesh.
    target_triangles : 2,000 to 60,000.
    strengths : of this valve against its population; its middle by default.

    Limits    : the vessel wall beyond the ring is not there: leaflets may open past it.
    Verified  : tests/unit/valve/leaflets, tests/physics/valve/leaflets.
    """
    mesh = valve_mesh(shape, seed=seed, target_triangles=target_triangles)
    thick = thickness_mm(shape, mesh.place)
    strengths = _checked(strengths or Strengths())
    tissue, bent, disease = _tissues_of(shape, strengths.stiffness_ratio)
    membrane = stiffness_ratio(shape, mesh.place)
    membrane = membrane * (1.0 + (disease.calcium_ratio - 1.0) * mesh.calcium_frac)
    chords = len(mesh.chord_nodes)
    nodes = np.vstack([mesh.nodes_mm, mesh.chord_anchors_mm]) if chords else mesh.nodes_mm
    held = np.arange(len(nodes)) >= len(mesh.nodes_mm)
    crack = CRACK_MPA * strengths.calcium_ratio if shape.etiology == "calcific" else np.inf
    shell = shell_of(
        nodes,
        mesh.triangles,
        thick,
        mesh.fibre,
        tissue,
        stiffness_ratio=membrane,
        bent_tissue=bent,
        bending_ratio=disease.bending_ratio * np.minimum(membrane, disease.calcium_bending_ratio),
        bonds=_bonds(shape, mesh, thick, seed, strengths),
        cables=_cables(shape, mesh, nodes),
        held=held,
        anchor_n_mm=_anchors(shape, mesh, held),
        permanent=Set(
            stretch_frac=min(strengths.set_ratio * disease.stretch_set_frac, 1.0),
            bend_frac=min(strengths.set_ratio * disease.bend_set_frac, 1.0),
            crack_mpa=crack,
            crushed_frac=min(strengths.set_ratio * disease.crushed_frac, 1.0),
        ),
    )
    edge_mm = _edge_mm(mesh)
    return LeafletValve(
        shape=shape,
        seed=seed,
        mesh=mesh,
        shell=_cracking_where_calcified(shell, mesh),
        sheets=contact_arrays(nodes, mesh.triangles, mesh.leaflet, thick),
        seam_of_bond=np.repeat(
            np.arange(len(mesh.seams)), [len(seam.pairs) for seam in mesh.seams]
        ),
        chord_count=chords,
        edge_mm=edge_mm,
        free_edge=_free_edge(mesh, nodes, BENT_THICKNESSES * float(thick.mean()), edge_mm),
    )


def _checked(strengths: Strengths) -> Strengths:
    """Return the strengths, or refuse every one that is no factor; the set alone may be none."""
    items = []
    for field in fields(strengths):
        value = getattr(strengths, field.name)
        least = 0.0 if field.name == "set_ratio" else math.nextafter(0.0, 1.0)
        if not least <= value < math.inf:
            allowed = "0 or more" if least == 0.0 else "above 0"
            items.append(
                InputItem(key=f"strengths.{field.name}", got=f"{value:g}", allowed=allowed)
            )
    if items:
        raise InputError(items)
    return strengths


def _tissues_of(shape: ValveShape, stiffness_ratio: Ratio) -> tuple[Tissue, Tissue, Disease]:
    """Return tissue of the membrane, of its hinges, and disease of a valve.

    A cusp without calcium stretches as its age lets it; how softly it bends before it is taut
    nobody has measured, so hinges are those of a coupon [K; a third of it to the whole]. A dome of
    one cusp is coupon all through: so slack it turns inside out as it is pressed shut, and gapes.
    """
    if shape.etiology == "rheumatic":
        name = "mitral_rheumatic"
    else:
        name = "pulmonary" if shape.valve in ("pulmonary", "tricuspid") else "aortic_old"
    by_etiology = {"rheumatic": "rheumatic", "calcific": "calcific", "bioprosthesis": "calcific"}
    ill = by_etiology.get(shape.etiology, "congenital")
    if shape.morphology == "dysplastic" or shape.etiology == "carcinoid":
        ill = "dysplastic"
    disease = DISEASES[ill]
    bent = tissue = TISSUES[name]
    if name == "aortic_old" and ill == "congenital" and shape.morphology != "unicuspid":
        tissue = aortic_cusp(shape.age_years)
    stiffer = disease.stiffening_ratio * stiffness_ratio
    return diseased(tissue, stiffer), diseased(bent, stiffer), disease


def _seam_class(shape: ValveShape) -> str:
    if shape.etiology in ("calcific", "bioprosthesis"):
        return "calcific"
    return "rheumatic" if shape.etiology == "rheumatic" else "congenital"


def _bonds(
    shape: ValveShape, mesh: ValveMesh, thick: Floats, seed: int, strengths: Strengths
) -> Bonds:
    """Return the bonds of all seams; calcium shares one draw of its valve."""
    rng = np.random.Generator(np.random.Philox(key=seed, counter=[0, 0, 0, STREAM]))
    valve = VALVE_LOG_SD * rng.standard_normal()
    table = SEAMS[_seam_class(shape)]
    at_node = _node_thickness(mesh, thick)
    never = np.split(_never_torn(mesh), np.cumsum([len(seam.pairs) for seam in mesh.seams])[:-1])
    peaks, energies = [], []
    for seam, whole in zip(mesh.seams, never, strict=True):
        strength = table[seam.kind]
        of_class = strengths.calcium_ratio if seam.kind == "calcium" else strengths.seam_ratio
        drawn = of_class * np.exp(valve + SEAM_LOG_SD * rng.standard_normal())
        t = float(at_node[seam.pairs].min()) * drawn  # of the body: rolled edges are no stronger
        rim = _rim(seam)
        peak = min(max(strength.peak_mpa * t, LOOSEST_N_MM), STURDIEST_N_MM) * rim
        tough = COMMISSURAL_CALCIUM_TOUGHNESS[shape.commissural_calcium]
        tough = tough if seam.kind == "commissure" else 1.0
        energy = strength.toughness_n_mm * tough * t * rim
        # as stiff as its neighbours, q^2 / G, but never torn
        peaks.append(np.where(whole, peak * np.sqrt(WHOLE_RATIO), peak))
        energies.append(np.where(whole, energy * WHOLE_RATIO, energy))
    return Bonds(
        pairs=np.concatenate([seam.pairs for seam in mesh.seams]).astype(np.int64),
        tributary_mm=np.concatenate([seam.tributary_mm for seam in mesh.seams]),
        peak_n_mm=np.concatenate(peaks),
        energy_mj_mm=np.concatenate(energies),
    )


def _never_torn(mesh: ValveMesh) -> NDArray[np.bool_]:
    """Return which bonds stay, (s,): those on the ring, and what holds each piece of calcium.

    Where a crack runs back into itself without a corner, its bond nearest to the ring stays.
    """
    pairs = np.concatenate([seam.pairs for seam in mesh.seams])
    calcium = np.repeat(
        [seam.kind == "calcium" for seam in mesh.seams], [len(seam.pairs) for seam in mesh.seams]
    )
    whole = np.isin(pairs, mesh.ring).all(axis=1)
    whole |= calcium & np.isin(pairs, _calcium_corners(mesh)).any(axis=1)
    while True:
        piece = _pieces(mesh, pairs[whole])
        loose = ~np.isin(piece, piece[mesh.ring])
        if not loose.any():
            return whole
        apart = calcium & loose[pairs].any(axis=1) & (piece[pairs[:, 0]] != piece[pairs[:, 1]])
        radius = np.hypot(mesh.nodes_mm[pairs[:, 0], 0], mesh.nodes_mm[pairs[:, 0], 1])
        whole[np.argmax(np.where(apart, radius, -1.0))] = True


def _pieces(mesh: ValveMesh, tied: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the piece of each node, (n,), where only the pairs ``tied`` (k, 2) hold."""
    links = np.concatenate([mesh.triangles[:, [0, 1]], mesh.triangles[:, [1, 2]], tied])
    size = len(mesh.nodes_mm)
    graph = coo_array((np.ones(len(links)), (links[:, 0], links[:, 1])), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1])


def _calcium_corners(mesh: ValveMesh) -> NDArray[np.int32]:
    """Return nodes where cracks through calcium meet: the tissue under it holds every piece there.

    No debris and no tear in the middle of a leaflet was seen in 39 valves [safian_1987, read].
    """
    pairs = [seam.pairs for seam in mesh.seams if seam.kind == "calcium"]
    if not pairs:
        return np.zeros(0, np.int32)
    nodes = np.unique(np.concatenate(pairs))
    place = np.round(mesh.nodes_mm[nodes], 6)
    _, at, sides = np.unique(place, axis=0, return_inverse=True, return_counts=True)
    return np.asarray(nodes[sides[at.ravel()] > 2], np.int32)


def _rim(seam: Seam) -> Floats:
    """Return how much stronger a seam is near the ring, shape (s,)."""
    if seam.kind == "calcium":
        return np.ones(len(seam.pairs))
    near = seam.ring_distance_mm < RIM_FRAC * seam.ring_distance_mm.max()
    return np.where(near, RIM_STRENGTH_RATIO, 1.0)


def _node_thickness(mesh: ValveMesh, thick: Floats) -> Floats:
    count = len(mesh.nodes_mm)
    total = np.bincount(mesh.triangles.ravel(), np.repeat(thick, 3), count)
    return np.asarray(total / np.maximum(np.bincount(mesh.triangles.ravel(), minlength=count), 1))


def _cables(shape: ValveShape, mesh: ValveMesh, nodes: Floats) -> Cables:
    """Return chords, then the ring; where two of its nodes coincide there is no cable."""
    rim, law = RIMS[shape.valve], Chords()
    ring, values = ring_cables(nodes, mesh.ring, stiffness_n=rim.stiffness_n, exponent=rim.exponent)
    apart = values[:, 0] > LEAST_REST_MM
    ring, values = ring[apart], values[apart]
    count = len(mesh.chord_nodes)
    if count == 0:
        return Cables(pairs=ring, values=values)
    pairs = np.column_stack([mesh.chord_nodes, len(mesh.nodes_mm) + np.arange(count)])
    rest = np.linalg.norm(nodes[pairs[:, 1]] - nodes[pairs[:, 0]], axis=1)
    section = chord_section_mm2(shape)
    chords = np.zeros((count, values.shape[1]))
    chords[:, 0] = rest
    chords[:, 1:4] = law.stiffness_mpa * section, law.exponent, law.break_mpa * section
    return Cables(
        pairs=np.vstack([pairs.astype(np.int64), ring]), values=np.vstack([chords, values])
    )


def _anchors(shape: ValveShape, mesh: ValveMesh, held: NDArray[np.bool_]) -> Floats:
    """Return the spring of each node to its place, N/mm: the ring by its length there."""
    anchor = np.where(held, 1.0, 0.0)
    loop = mesh.nodes_mm[mesh.ring]
    step = np.linalg.norm(np.roll(loop, -1, axis=0) - loop, axis=1)
    anchor[mesh.ring] = RIMS[shape.valve].anchor_mpa * 0.5 * (step + np.roll(step, 1))
    return anchor


def _cracking_where_calcified(shell: Shell, mesh: ValveMesh) -> Shell:
    """Let hinges crack only between calcified triangles."""
    share: Frac = CALCIFIED_FRAC
    sides = mesh.calcium_frac[shell.hinges[:, 4:6]].min(axis=1)
    return replace(shell, hinge_crack_mj=np.where(sides >= share, shell.hinge_crack_mj, np.inf))


def _free_edge(mesh: ValveMesh, nodes: Floats, bent_mm: Mm, edge_mm: Mm) -> FreeEdge:
    """Return the free edges, their length spread over the nodes within ``bent_mm`` of them."""
    reach = max(bent_mm, BENT_EDGES * edge_mm)
    length = np.zeros(len(nodes))
    own = mesh.nodes_mm
    leaflet_of = np.full(len(own), -1)
    leaflet_of[mesh.triangles] = mesh.leaflet[:, None]
    for edge in mesh.free_edges:
        step = np.linalg.norm(np.diff(own[edge], axis=0), axis=1)
        tributary = 0.5 * (np.append(step, 0.0) + np.append(0.0, step))
        beside = np.flatnonzero(leaflet_of == leaflet_of[edge[len(edge) // 2]])
        away = np.linalg.norm(own[beside][:, None] - own[edge][None], axis=2)
        share = np.clip(1.0 - away / reach, 0.0, None)
        length[beside] += (share / share.sum(axis=0)) @ tributary
    ring = own[mesh.ring]
    return FreeEdge(
        nodes=np.concatenate(mesh.free_edges).astype(np.int64),
        length_mm=length,
        ring_mm=float(np.hypot(ring[:, 0], ring[:, 1]).mean()),
        ring_z_mm=float(ring[:, 2].mean()),
    )


def _edge_mm(mesh: ValveMesh) -> Mm:
    corners = mesh.nodes_mm[mesh.triangles]
    return float(np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).mean())
