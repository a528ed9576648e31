"""What the damping is taken from, on the threads of a block: the last step, or the way of many."""

from openvalve._kernels import leaf
from openvalve.valve.shell._cuda_layout import Knots, Marks, Numbers, Span, Tissues, Work
from openvalve.valve.shell._cuda_ties import node_beside, tied_part

__all__ = ["far_quotient", "first_damping", "last_quotient", "mark_nodes"]


@leaf
def first_damping(n: Numbers, before: float) -> float:
    """Return the damping that a run begins with, ``before`` the one that it had."""
    return max(before, n.damping_floor) if n.damping_fixed < 0.0 else n.damping_fixed


@leaf
def last_quotient(t: int, threads: int, s: Span, c: Tissues, m: Marks, w: Work, k: Knots) -> None:
    """Set the terms of v K v and v M v of the last step."""
    for i in range(s.node + t, s.node_end, threads):
        for j in range(3):
            way = m.v[i, j] * c.free[i, j]
            w.terms[0, 3 * i + j] = way * (w.before[i, j] - w.f[i, j] - w.g[i, j])
            heavy = k.momentum[i, j] if s.knot_end > s.knot else w.mass[i] * way
            w.terms[1, 3 * i + j] = way * heavy


@leaf
def far_quotient(t: int, threads: int, s: Span, c: Tissues, m: Marks, w: Work, k: Knots) -> None:
    """Set the terms of u K u and u M u of the way u since the mark."""
    for i in range(s.node + t, s.node_end, threads):
        for j in range(3):
            moved = m.x[i, j] - w.mark_x[i, j]
            way = moved * c.free[i, j]
            heavy = w.mass[i] * way
            if s.knot_end > s.knot:
                heavy = k.ground[i] * moved
                for q in range(k.pair_start[i], k.pair_start[i + 1]):
                    r = node_beside(k, q)
                    heavy += tied_part(k, q, moved, m.x[r, j] - w.mark_x[r, j])
            w.terms[0, 3 * i + j] = way * (w.mark_f[i, j] - w.f[i, j] - w.g[i, j])
            w.terms[1, 3 * i + j] = way * heavy


@leaf
def mark_nodes(t: int, threads: int, s: Span, m: Marks, w: Work) -> None:
    """Set the mark to the shape and the forces now."""
    for i in range(s.node + t, s.node_end, threads):
        for j in range(3):
            w.mark_x[i, j] = m.x[i, j]
            w.mark_f[i, j] = w.f[i, j] + w.g[i, j]
