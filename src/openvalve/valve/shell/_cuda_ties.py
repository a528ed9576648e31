"""What the threads of a block do where tied masses are taken anew: the arithmetic of ``tied_mass``.

Each takes every ``threads``-th pair or node; what ``_mesh_mass`` adds to a node pair by pair, the
node gathers in their order.
"""

from openvalve._kernels import leaf
from openvalve.valve.shell._contact import balloon_touch, edge_pull, table_at
from openvalve.valve.shell._cuda_layout import (
    Knots,
    Marks,
    Mesh,
    Numbers,
    Pushes,
    Sheets,
    Span,
    Tissues,
    Work,
)
from openvalve.valve.shell._mesh_mass import LEAST, LOOSE, SLACK, TETHER

__all__ = [
    "gather_ground",
    "node_beside",
    "slacken",
    "stages_until",
    "tie_nodes",
    "tied_part",
    "tug_stages",
    "weigh_pairs",
]


@leaf
def stages_until(s: Span, p: Pushes, frac: float) -> tuple[int, int]:
    """Return the stages of the balloon before and after what comes until masses are due again."""
    stage = p.stage[s.stage : s.stage_end]
    now = min(max(table_at(stage, frac), 0.0), s.stages - 1.0)
    ahead = min(frac + s.refresh / s.steps, 1.0)
    then = min(max(table_at(stage, ahead), 0.0), s.stages - 1.0)
    low, high = int(min(now, then)), int(max(now, then))
    if high < max(now, then):  # rounded up; what a GPU calls ceil is a float
        high += 1
    return low, min(high, s.stages - 1)


@leaf
def tug_stages(
    t: int, threads: int, s: Span, n: Numbers, m: Marks, p: Pushes, k: Knots, low: int, high: int
) -> None:
    """Set the larger pull of each axis' flanks on the edge at two stages."""
    for axis in range(t, s.axis_end - s.axis, threads):
        first = s.radius + axis * s.stages * s.heights
        lower, upper = first + low * s.heights, first + high * s.heights
        tug = 0.0
        for mix in (0.0, 1.0):
            tug = max(tug, edge_pull(
                m.x, p.edge[s.edge : s.edge_end], p.axes[s.axis : s.axis_end], axis,
                n.bottom, n.spacing, p.radius[lower : lower + s.heights],
                p.radius[upper : upper + s.heights], mix, n.ring, n.ring_z,
            ))  # fmt: skip
        k.tug[s.axis + axis] = tug


@leaf
def weigh_pairs(
    t: int, threads: int, s: Span, n: Numbers, w: Work, k: Knots, begins: bool
) -> float:
    """Set the mass that each pair asks for; return 1 where what was factored does not do."""
    due = 0.0
    for p in range(s.knot + t, s.knot_end, threads):
        weight = 0.0
        for q in range(k.part_start[p], k.part_start[p + 1]):
            weight += w.part[k.part_of[q]]
        weight *= 0.25 * n.mass_scale
        k.wanted[p] = weight
        had = k.weight[p]
        if weight > had or (begins and had > LOOSE * weight + LEAST):
            due = 1.0
    return due


@leaf
def _pressed(
    s: Span, n: Numbers, m: Marks, p: Pushes, w: Work, k: Knots, i: int, low: int, high: int
) -> float:
    """Return how stiff a node's contact with the balloon may be between two stages, N/mm."""
    touched = 0.0
    margin = 2.0 * n.reach
    deepest = max(p.balloon_p[s.balloon + low], p.balloon_p[s.balloon + high]) / n.contact + margin
    for axis in range(s.axis_end - s.axis):
        ax, ay = p.axes[s.axis + axis, 0], p.axes[s.axis + axis, 1]
        first = s.radius + axis * s.stages * s.heights
        lower = p.radius[first + low * s.heights : first + (low + 1) * s.heights]
        upper = p.radius[first + high * s.heights : first + (high + 1) * s.heights]
        x, y, z = m.x[i, 0], m.x[i, 1], m.x[i, 2]
        one = balloon_touch(x, y, z, ax, ay, n.bottom, n.spacing, lower, lower, 0.0).depth
        other = balloon_touch(x, y, z, ax, ay, n.bottom, n.spacing, upper, upper, 0.0).depth
        if max(one, other) > -margin and min(one, other) < deepest:
            touched = n.contact * (w.area[i] + k.tug[s.axis + axis] * p.edge_length[i])
    return touched


@leaf
def gather_ground(
    t: int, threads: int, s: Span, n: Numbers, mesh: Mesh, c: Tissues, m: Marks, p: Pushes,
    w: Work, meet: Sheets, k: Knots, low: int, high: int, begins: bool,
) -> float:  # fmt: skip
    """Set areas and the mass that each node asks for alone; return as ``weigh_pairs`` does."""
    due, scale = 0.0, 0.25 * n.mass_scale
    for i in range(s.node + t, s.node_end, threads):
        area = 0.0
        for q in range(mesh.corner_start[i], mesh.corner_start[i + 1]):
            area += w.pull[3, mesh.corner_of[q] // 3]
        w.area[i] = area
        ground = c.anchor[i]
        if s.leaflets > 0:
            ground += 2.0 * meet.pressed[i]
        if s.stages > 0:
            ground += _pressed(s, n, m, p, w, k, i, low, high)
        for q in range(k.pair_start[i], k.pair_start[i + 1]):
            ground += TETHER * k.wanted[k.pair_of[q] // 2] / scale
        ground = scale * ground + LEAST
        w.mass[i] = ground
        had = k.ground[i]
        if ground > had or (begins and had > LOOSE * ground):
            due = 1.0
        for j in range(3):
            w.before[i, j] = w.f[i, j] + w.g[i, j]
    return due


@leaf
def slacken(t: int, threads: int, s: Span, m: Marks, w: Work, k: Knots) -> float:
    """Set what is to be factored, but for what lies off its diagonal; return energy it replaces."""
    gone = 0.0
    for at in range(s.entry + t, s.entry_end, threads):
        k.lower[at] = 0.0
    for p in range(s.knot + t, s.knot_end, threads):
        k.weight[p] = SLACK * k.wanted[p]
    for i in range(s.node + t, s.node_end, threads):
        k.ground[i] = SLACK * w.mass[i]
        pivot = k.ground[i]
        for q in range(k.pair_start[i], k.pair_start[i + 1]):
            pivot += SLACK * k.wanted[k.pair_of[q] // 2]
        k.pivot[k.place[i]] = pivot
        for j in range(3):
            gone += 0.5 * m.v[i, j] * k.momentum[i, j]
    return gone


@leaf
def tied_part(k: Knots, q: int, own: float, beside: float) -> float:
    """Return what the ``q``-th pair adds to the mass of its node times a way, its own and beside.

    Added as ``mass_times`` does: the first node of a pair bears it, the second its opposite.
    """
    pair = k.pair_of[q] // 2
    if k.pair_of[q] % 2 == 0:
        return float(k.weight[pair] * (own - beside))
    return float(-(k.weight[pair] * (beside - own)))


@leaf
def node_beside(k: Knots, q: int) -> int:
    """Return the other node of the ``q``-th pair that nodes gather."""
    return int(k.pairs[1 - k.pair_of[q] % 2, k.pair_of[q] // 2])


@leaf
def tie_nodes(t: int, threads: int, s: Span, c: Tissues, m: Marks, k: Knots) -> float:
    """Set what is to be factored off its diagonal, and momenta; return the kinetic energy."""
    brought = 0.0
    for p in range(s.knot + t, s.knot_end, threads):
        a, b = k.pairs[0, p], k.pairs[1, p]
        if c.free[a, 0] != 0.0 and c.free[b, 0] != 0.0:
            k.lower[k.slot[p]] = -k.weight[p]
    for i in range(s.node + t, s.node_end, threads):
        for j in range(3):
            momentum = k.ground[i] * m.v[i, j]
            for q in range(k.pair_start[i], k.pair_start[i + 1]):
                momentum += tied_part(k, q, m.v[i, j], m.v[node_beside(k, q), j])
            k.momentum[i, j] = momentum
            brought += 0.5 * m.v[i, j] * momentum
    return brought
