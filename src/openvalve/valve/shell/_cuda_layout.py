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
    "Knots",
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
    lasts : 1 where all that is reached lasts, as in ``relax``.
    leaflets : that may meet, 0 for none; pair : where the list of their pairs begins.
    knot : of pairs of nodes that masses tie, none where masses are diagonal; entry : of the factor
        below its diagonal; level : of those by which it is solved.
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
    lasts: int
    leaflets: int
    pair: int
    knot: int
    knot_end: int
    entry: int
    entry_end: int
    level: int
    level_end: int


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
    facing: float


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
    """What changes and stays: as in ``State``; ``inverse`` (4, m), ``stretch_set`` (2, m).

    The ``kept`` arrays are what lasts, as in ``advance``.
    """

    x: Floats
    v: Floats
    inverse: Floats
    stretch_set: Floats
    bend_set: Floats
    crack: Floats
    opening: Floats
    torn: Floats
    stretch_kept: Floats
    bend_kept: Floats
    crack_kept: Floats
    opening_kept: Floats


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
    mass, f, g, third_x, gains, mark_x, mark_f : as ``advance`` leaves them; pace : (valves, 3) too;
        failed : (valves,) its answer.
    turns : (6, m) loads of hinges at each corner; pull : (9, m) of a triangle on its second and
        third node, and of the pressure on each; rows : (4, h); rests : (2, h); bond_pull,
        cable_pull : (3, s), (3, c); before, area : of nodes; tug : of axes; part : what stiffens
        pairs, one end to end with the next: (m, 3) of a triangle's sides as in ``Ties``, (h, 4) of
        a hinge's tips, (s,), (c,); terms : (2, 3 n) of the sums that the damping comes from.
    """

    mass: Floats
    f: Floats
    g: Floats
    third_x: Floats
    gains: Floats
    pace: Floats
    mark_x: Floats
    mark_f: Floats
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
    part: Floats
    terms: Floats


class Knots(NamedTuple):
    """Masses that tie nodes: ``Ties``, with their numbers through the batch.

    A valve's places in the order of elimination begin at its first node.

    Attributes
    ----------
    pairs : (2, e); part_start, part_of : (e + 1,), what stiffens each pair, in the order in which
        ``tie_weights`` adds it; pair_start, pair_of : (n + 1,), pairs of each node, in their order:
        2 times the pair plus which end.
    place, begin, rows, left_begin, left, left_column, slot : as in ``Ties``; column : (l,).
    level_start : (levels + 1,) first of ``up``, places whose rows need none of the same or a later
        level; entry_start, entries : (levels + 1,), (l,) the columns of those places.
    down_start, down : (levels + 1,), (n,) the same from the last place up.
    wanted : (e,) weight asked for; weight, ground, lower, pivot, momentum : as in ``Ties``.
    y : (n, 3) of places; tug : of axes, the larger one between two stages.
    """

    pairs: Whole
    part_start: Whole
    part_of: Whole
    pair_start: Whole
    pair_of: Whole
    place: Whole
    begin: Whole
    rows: Whole
    left_begin: Whole
    left: Whole
    left_column: Whole
    slot: Whole
    column: Whole
    level_start: Whole
    up: Whole
    entry_start: Whole
    entries: Whole
    down_start: Whole
    down: Whole
    wanted: Floats
    weight: Floats
    ground: Floats
    lower: Floats
    pivot: Floats
    momentum: Floats
    y: Floats
    tug: Floats


class Sheets(NamedTuple):
    """Leaflets that may meet: ``ContactArrays``, with their numbers through the batch.

    Attributes
    ----------
    neighbors : (3, m); leaflet, bits, face_margin : (m,); node_leaflet, node_area, margin, rest :
        (n,).
    side, pair_tri, pair_offset, pair_facing, nearest : (leaflets, n) of each node and leaflet; the
        triangle is -1 where it is not near.
    pairs, wait : (valves,) how many are near, -1 before any were sought, and steps until the next
        look; listed : (2, pairs) their nodes and leaflets.
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
    wait: Whole
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
    knots: Knots


@leaf
def span_of(table: Whole, valve: int) -> Span:
    """Return where the parts of a valve are."""
    r = table[valve]
    return Span(
        r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], r[10], r[11], r[12], r[13],
        r[14], r[15], r[16], r[17], r[18], r[19], r[20], r[21], r[22], r[23], r[24], r[25], r[26],
        r[27], r[28], r[29], r[30], r[31], r[32], r[33], r[34], r[35], r[36],
    )  # fmt: skip


@leaf
def numbers_of(table: Floats, valve: int) -> Numbers:
    """Return the plain numbers of a valve."""
    r = table[valve]
    return Numbers(
        r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], r[10], r[11], r[12], r[13],
        r[14], r[15], r[16], r[17], r[18],
    )  # fmt: skip
