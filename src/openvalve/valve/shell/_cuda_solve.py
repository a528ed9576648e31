"""A factor that the threads of a block make and solve with, level by level.

A place of the order of elimination needs those before it that its row names; places that need none
of each other make a level. Every sum is one thread's, in the order of ``factor`` and ``solve``: the
same bits on any number of threads. Between the levels stands a barrier.
"""

from openvalve._kernels import leaf
from openvalve.valve.shell._cuda_layout import Knots, Marks, Span, Tissues, Work
from openvalve.valve.shell._node_step import shares, tied_node

__all__ = ["back", "forth", "load_places", "move_tied", "reduce_level", "scale_level"]


@leaf
def reduce_level(t: int, threads: int, level: int, k: Knots) -> float:
    """Take from the columns of a level what earlier ones give; return 1 where no factor is."""
    bad = 0.0
    for q in range(k.level_start[level] + t, k.level_start[level + 1], threads):
        j = k.up[q]
        d = k.pivot[j]
        for r in range(k.left_begin[j], k.left_begin[j + 1]):
            at = k.left[r]
            d -= k.lower[at] * (k.lower[at] * k.pivot[k.left_column[r]])
        k.pivot[j] = d
        if not d > 0.0:
            bad = 1.0
    for q in range(k.entry_start[level] + t, k.entry_start[level + 1], threads):
        at = k.entries[q]
        value = k.lower[at]
        mine = k.left_begin[k.rows[at]]
        for r in range(k.left_begin[k.column[at]], k.left_begin[k.column[at] + 1]):
            c = k.left_column[r]
            while k.left_column[mine] < c:  # this row has the column of ``at``, after all of these
                mine += 1
            if k.left_column[mine] == c:
                value -= k.lower[k.left[mine]] * (k.lower[k.left[r]] * k.pivot[c])
        k.lower[at] = value
    return bad


@leaf
def scale_level(t: int, threads: int, level: int, k: Knots) -> None:
    """Divide the columns of a level by their pivots."""
    for q in range(k.entry_start[level] + t, k.entry_start[level + 1], threads):
        at = k.entries[q]
        k.lower[at] *= 1.0 / k.pivot[k.column[at]]


@leaf
def load_places(t: int, threads: int, s: Span, c: Tissues, w: Work, k: Knots) -> None:
    """Set the right side of each place to the force on its node."""
    for i in range(s.node + t, s.node_end, threads):
        at = k.place[i]
        for j in range(3):
            k.y[at, j] = (w.f[i, j] + w.g[i, j]) * c.free[i, j]


@leaf
def forth(t: int, threads: int, level: int, k: Knots) -> None:
    """Solve for the places of a level with what lies below the diagonal."""
    first, end = k.level_start[level], k.level_start[level + 1]
    for q in range(3 * first + t, 3 * end, threads):
        i, j = k.up[q // 3], q % 3
        value = k.y[i, j]
        for r in range(k.left_begin[i], k.left_begin[i + 1]):
            value -= k.lower[k.left[r]] * k.y[k.left_column[r], j]
        k.y[i, j] = value


@leaf
def back(t: int, threads: int, level: int, k: Knots) -> None:
    """Solve for the places of a level with the pivots and what lies above the diagonal."""
    first, end = k.down_start[level], k.down_start[level + 1]
    for q in range(3 * first + t, 3 * end, threads):
        i, j = k.down[q // 3], q % 3
        value = 1.0 / k.pivot[i] * k.y[i, j]
        for r in range(k.begin[i], k.begin[i + 1]):
            value -= k.lower[r] * k.y[k.rows[r], j]
        k.y[i, j] = value


@leaf
def move_tied(
    t: int, threads: int, s: Span, c: Tissues, m: Marks, w: Work, k: Knots, damping: float
) -> tuple[float, float, float]:
    """Move nodes by what was solved for; return as ``move_nodes`` does."""
    keep, give = shares(damping)
    work, loss, fastest = 0.0, 0.0, 0.0
    for i in range(s.node + t, s.node_end, threads):
        at = k.place[i]
        gone = tied_node(
            m.x, m.v, w.f, w.g, c.free, k.momentum, i,
            k.y[at, 0], k.y[at, 1], k.y[at, 2], keep, give,
        )  # fmt: skip
        fastest = max(fastest, gone.square)
        work += gone.work
        loss += gone.loss
    return work, loss, fastest
