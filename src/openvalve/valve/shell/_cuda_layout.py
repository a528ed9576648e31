"""How a batch of valves lies in memory, for the GPU form: all meshes in one table each.

Node, triangle and hinge numbers count through the batch; ``Span`` says which of them are a valve's.
Values of triangles, hinges and links lie side by side ([value, triangle]), so that neighboring
threads read neighboring numbers; nodes lie row by row, as the leaves take them.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import leaf

__all__ = [
    "MOST_THREADS",
    "Batch",
    "Marks",
    "Mesh",
    "Numbers",
    "Pushes",
    "Sheets",
    "Span",
    "Tissues",
    "Work",
    "numbers_of",
    "span_of",
]

Floats = NDArray[np.float64]
Whole = NDArray[np.int32]

MOST_THREADS = 256  # of a block; its sums have room for so many


class Span(NamedTuple):
    """Where the parts of one valve begin and end (``_end`` not among them), and its counts.

    Attributes
    ----------
    node to axis : of nodes, triangles, hinges, bonds, cables, and of the tables of ``Pushes``.
    radius : where its radii begin, (axes, stages, heights).
    steps, third, refresh : of ``Control``; keeps : 1 where anything sets or cracks.
    leaflets : that may meet, 0 for none; pair : where the list of their pairs begins.
    """

    node: int
    node_end: int
    tri: int
    tri_end: int
    hinge: int
    hinge_end: int
    bond: int
    bond_end: int
    cable: int
    cable_end: int
    pressure: int
    pressure_end: int
    ramp: int
    ramp_end: int
    stage: int
    stage_end: int
    edge: int
    edge_end: int
    axis: int
    axis_end: int
    balloon: int
    stages: int
    radius: int
    heights: int
    steps: int
    third: int
    refresh: int
    keeps: int
    leaflets: int
    pair: int


class Numbers(NamedTuple):
    """The plain numbers of one valve, as ``advance`` takes them; ``reach`` as it makes it.

    Of leaflets that meet: skin, pressure per overlap, and the largest margin of a node.
    """

    bottom: float
    spacing: float
    contact: float
    ring: float
    ring_z: float
    stretch_share: float
    stretch_yield: float
    bend_share: float
    bend_yield: float
    cracked: float
    crushed: float
    mass_scale: float
    damping_floor: float
    damping_fixed: float
    reach: float
    skin: float
    sheet: float
    thickest: float


class Mesh(NamedTuple):
    """How nodes hang together.

    Attributes
    ----------
    span : (valves, fields of Span).
    tri, hinges, bonds, cables : (3, m), (6, h), (2, s), (2, c) as in ``Shell``.
    tips : (2, h) corner of each face that is a hinge's tip.
    corner_start, corner_of : (n + 1,), (3 m,) corners of triangles at each node, in the order of
        triangles: 3 times the triangle plus the corner; likewise 4 hinge, 2 bond, 2 cable.
    """

    span: Whole
    tri: Whole
    hinges: Whole
    tips: Whole
    bonds: Whole
    cables: Whole
    corner_start: Whole
    corner_of: Whole
    hinge_start: Whole
    hinge_of: Whole
    bond_start: Whole
    bond_of: Whole
    cable_start: Whole
    cable_of: Whole


class Tissues(NamedTuple):
    """What does not change: as in ``Shell``, laws (values, parts)."""

    law: Floats
    hinge_k: Floats
    hinge_rad: Floats
    crack_moment: Floats
    bond_law: Floats
    cable_law: Floats
    free: Floats
    anchor: Floats
    home: Floats


class Marks(NamedTuple):
    """What changes and stays: as in ``State``; ``inverse`` (4, m), ``stretch_set`` (2, m)."""

    x: Floats
    v: Floats
    inverse: Floats
    stretch_set: Floats
    bend_set: Floats
    crack: Floats
    opening: Floats
    torn: Floats


class Pushes(NamedTuple):
    """What acts: as in ``Loads``, tables of all valves end to end; ``numbers`` (valves, values)."""

    numbers: Floats
    face_share: Floats
    node_force: Floats
    pressure: Floats
    ramp: Floats
    stage: Floats
    balloon_p: Floats
    radius: Floats
    axes: Floats
    edge: NDArray[np.uint32]
    edge_length: Floats


class Work(NamedTuple):
    """What a run leaves, and space it works in.

    Attributes
    ----------
    mass, f, g, third_x, gains : as ``advance`` leaves them; failed : (valves,) its answer.
    turns : (6, m) loads of hinges at each corner; pull : (9, m) of a triangle on its second and
        third node, and of the pressure on each; rows : (4, h); rests : (2, h); bond_pull,
        cable_pull : (3, s), (3, c); before, area : of nodes; tug : of axes.
    """

    mass: Floats
    f: Floats
    g: Floats
    third_x: Floats
    gains: Floats
    failed: NDArray[np.int64]
    turns: Floats
    pull: Floats
    rows: Floats
    rests: Floats
    bond_pull: Floats
    cable_pull: Floats
    before: Floats
    area: Floats
    tug: Floats


class Sheets(NamedTuple):
    """Leaflets that may meet: ``ContactArrays``, with their numbers through the batch.

    Attributes
    ----------
    neighbors : (3, m); leaflet, bits, face_margin : (m,); node_leaflet, node_area, margin, rest :
        (n,).
    side, pair_tri, pair_offset, pair_facing, nearest : (leaflets, n) of each node and leaflet; the
        triangle is -1 where it is not near.
    pairs : (valves,) how many are near; listed : (2, pairs) their nodes and leaflets.
    pushing : (2, pairs) triangle that is pushed, and how; push : (6, pairs) force, two weights,
        stiffness.
    face : (7, m) middle, radius, normal; before : (n, 3) places when the list was made; pressed :
        (n,) stiffness.
    """

    neighbors: Whole
    leaflet: Whole
    bits: Whole
    face_margin: Floats
    node_leaflet: Whole
    node_area: Floats
    margin: Floats
    rest: Floats
    side: Whole
    pair_tri: Whole
    pair_offset: Floats
    pair_facing: Whole
    nearest: Floats
    pairs: Whole
    listed: Whole
    pushing: Whole
    push: Floats
    face: Floats
    before: Floats
    pressed: Floats


class Batch(NamedTuple):
    """Everything of a batch."""

    mesh: Mesh
    tissues: Tissues
    marks: Marks
    pushes: Pushes
    work: Work
    sheets: Sheets


@leaf
def span_of(table: Whole, valve: int) -> Span:
    """Return where the parts of a valve are."""
    r = table[valve]
    return Span(
        r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], r[10], r[11], r[12], r[13],
        r[14], r[15], r[16], r[17], r[18], r[19], r[20], r[21], r[22], r[23], r[24], r[25], r[26],
        r[27], r[28], r[29],
    )  # fmt: skip


@leaf
def numbers_of(table: Floats, valve: int) -> Numbers:
    """Return the plain numbers of a valve."""
    r = table[valve]
    return Numbers(
        r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], r[10], r[11], r[12], r[13],
        r[14], r[15], r[16], r[17],
    )  # fmt: skip
