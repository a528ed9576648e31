"""The CUDA kernel of the shell: one block a valve; imported only when a batch goes to the GPU.

The simulator looks for ``cuda`` among the globals of a kernel, so the import stands here and not
inside a function.
"""

import math
from functools import cache
from typing import Any

import numba
import numba.cuda

from openvalve._kernels import leaf
from openvalve.valve.closing._contact_step import CHECK_EVERY, MOVE_FRAC
from openvalve.valve.shell._contact import table_at
from openvalve.valve.shell._cuda_layout import (
    MOST_THREADS,
    Knots,
    Marks,
    Mesh,
    Numbers,
    Pushes,
    Sheets,
    Span,
    Tissues,
    Work,
    numbers_of,
    span_of,
)
from openvalve.valve.shell._cuda_pace import far_quotient, first_damping, last_quotient, mark_nodes
from openvalve.valve.shell._cuda_phases import (
    filled,
    gather_forces,
    keep_third,
    move_nodes,
    pull_links,
    pull_triangles,
    touch_nodes,
    tug_edges,
    turn_hinges,
)
from openvalve.valve.shell._cuda_refresh import (
    bend_hinges,
    gather_masses,
    rest_hinges,
    row_hinges,
    row_links,
    row_triangles,
    side_hinges,
    stretch_triangles,
)
from openvalve.valve.shell._cuda_sheets import (
    add_pushes,
    list_pairs,
    measure_faces,
    moved_most,
    push_pairs,
    seek_pairs,
)
from openvalve.valve.shell._cuda_solve import (
    back,
    forth,
    load_places,
    move_tied,
    reduce_level,
    scale_level,
)
from openvalve.valve.shell._cuda_ties import (
    gather_ground,
    slacken,
    stages_until,
    tie_nodes,
    tug_stages,
    weigh_pairs,
)
from openvalve.valve.shell._motion import calm_damping, due_refresh, rayleigh_damping

__all__ = ["cuda", "valves_kernel"]

cuda: Any = numba.cuda


@leaf
def block_sum(shared: Any, t: int, threads: int, value: float) -> Any:
    """Return the sum over the threads of a block, in an order of its own, on every thread."""
    cuda.syncthreads()
    shared[t] = value
    half = threads // 2
    while half > 0:
        cuda.syncthreads()
        if t < half:
            shared[t] += shared[t + half]
        half //= 2
    cuda.syncthreads()
    return shared[0]


@leaf
def block_max(shared: Any, t: int, threads: int, value: float) -> Any:
    """Return the largest value over the threads of a block, on every thread."""
    cuda.syncthreads()
    shared[t] = value
    half = threads // 2
    while half > 0:
        cuda.syncthreads()
        if t < half:
            shared[t] = max(shared[t], shared[t + half])
        half //= 2
    cuda.syncthreads()
    return shared[0]


@leaf
def block_terms(shared: Any, t: int, threads: int, s: Span, work: Work) -> tuple[float, float]:
    """Return both sums of ``terms``, in their order, on every thread."""
    cuda.syncthreads()
    for row in range(t, 2, threads):
        total = 0.0
        for q in range(3 * s.node, 3 * s.node_end):
            total += work.terms[row, q]
        shared[row] = total
    cuda.syncthreads()
    return shared[0], shared[1]


@leaf
def block_masses(
    t: int, threads: int, shared: Any, s: Span, n: Numbers, mesh: Mesh, tissues: Tissues,
    marks: Marks, pushes: Pushes, work: Work, sheets: Sheets, knots: Knots, frac: float, step: int,
) -> tuple[bool, float]:  # fmt: skip
    """Take masses anew, tied ones where they are due, and the pull of flanks.

    Return whether there are masses, and the kinetic energy that they bring.
    """
    if s.stages > 0:
        tug_edges(t, threads, s, n, marks, pushes, work, filled(s, pushes, frac))
    if s.knot_end == s.knot:
        return True, gather_masses(t, threads, s, n, mesh, tissues, marks, work, sheets)
    low, high = 0, 0
    if s.stages > 0:
        low, high = stages_until(s, pushes, frac)
        tug_stages(t, threads, s, n, marks, pushes, knots, low, high)
    due = weigh_pairs(t, threads, s, n, work, knots, step == 0)
    cuda.syncthreads()
    due = max(due, gather_ground(
        t, threads, s, n, mesh, tissues, marks, pushes, work, sheets, knots, low, high, step == 0
    ))  # fmt: skip
    if not block_max(shared, t, threads, due) > 0.0:
        return True, 0.0
    gone, bad = slacken(t, threads, s, marks, work, knots), 0.0
    cuda.syncthreads()
    brought = tie_nodes(t, threads, s, tissues, marks, knots) - gone
    cuda.syncthreads()
    for level in range(s.level, s.level_end):
        bad = max(bad, reduce_level(t, threads, level, knots))
        cuda.syncthreads()
        scale_level(t, threads, level, knots)
        cuda.syncthreads()
    return block_max(shared, t, threads, bad) == 0.0, brought


@leaf
def block_refresh(
    t: int, threads: int, s: Span, n: Numbers,
    mesh: Mesh, tissues: Tissues, marks: Marks, work: Work,
) -> float:  # fmt: skip
    """Take set and cracks anew, and what masses are made of; return the energy lost."""
    kept = 0.0
    if s.keeps == 1:
        kept += stretch_triangles(t, threads, s, n, mesh, tissues, marks, work)
        cuda.syncthreads()
        kept += bend_hinges(t, threads, s, n, mesh, tissues, marks, work)
        cuda.syncthreads()
    row_triangles(t, threads, s, mesh, tissues, marks, work)
    row_links(t, threads, s, mesh, tissues, marks, work)
    if s.knot_end > s.knot:
        side_hinges(t, threads, s, mesh, marks, work)
    else:
        row_hinges(t, threads, s, mesh, marks, work)
    cuda.syncthreads()
    return kept


@leaf
def block_meet(
    valve: int, t: int, threads: int, shared: Any, s: Span, n: Numbers,
    mesh: Mesh, marks: Marks, sheets: Sheets, pairs: int, wait: int,
) -> tuple[int, int]:  # fmt: skip
    """Set the pushes of leaflets; make the list of pairs anew where nodes have moved.

    Return its length, -1 where a number is lost, and the steps until the next look; ``pairs`` and
    ``wait`` are those of the last step, ``pairs`` -1 where there is no list yet.
    """
    wait -= 1
    if wait < 0:
        wait = CHECK_EVERY - 1
        moved = moved_most(t, threads, s, marks, sheets)
        if block_max(shared, t, threads, moved[1]) > 0.0:
            return -1, wait
        most = math.sqrt(block_max(shared, t, threads, moved[0]))
        if pairs < 0 or most > MOVE_FRAC * n.skin:
            bad = measure_faces(t, threads, s, mesh, marks, sheets)
            if block_max(shared, t, threads, bad) > 0.0:
                return -1, wait
            seek_pairs(t, threads, s, n, mesh, marks, sheets)
            cuda.syncthreads()
            if t == 0:
                sheets.pairs[valve] = list_pairs(s, sheets)
            cuda.syncthreads()
            pairs = int(sheets.pairs[valve])
    push_pairs(t, threads, s, n, mesh, marks, sheets, pairs)
    cuda.syncthreads()
    return pairs, wait


@leaf
def block_forces(
    t: int, threads: int, s: Span, n: Numbers, mesh: Mesh, tissues: Tissues, marks: Marks,
    pushes: Pushes, work: Work, sheets: Sheets, frac: float, pairs: int,
) -> tuple[float, float]:  # fmt: skip
    """Set inner and outer forces, pushes of leaflets set; return what bonds and cables lost."""
    pressure = table_at(pushes.pressure[s.pressure : s.pressure_end], frac)
    ramp = table_at(pushes.ramp[s.ramp : s.ramp_end], frac)
    turn_hinges(t, threads, s, mesh, marks, work)
    cuda.syncthreads()
    pull_triangles(t, threads, s, mesh, tissues, marks, pushes, work, pressure, n.facing)
    spent = pull_links(t, threads, s, mesh, tissues, marks, work)
    cuda.syncthreads()
    gather_forces(t, threads, s, mesh, tissues, marks, pushes, work, ramp, pressure)
    if s.leaflets > 0:
        add_pushes(t, threads, s, mesh, work.g, sheets, pairs)
    if s.stages > 0:
        touch_nodes(t, threads, s, n, marks, pushes, work, filled(s, pushes, frac))
    return spent


@leaf
def block_damping(
    t: int, threads: int, shared: Any, s: Span, n: Numbers, tissues: Tissues, marks: Marks,
    work: Work, knots: Knots, window: float, damping: float, since_mark: float,
) -> tuple[bool, float, float]:  # fmt: skip
    """Return whether all is still a number, the damping, and the steps since the mark."""
    last_quotient(t, threads, s, tissues, marks, work, knots)
    over, under = block_terms(shared, t, threads, s, work)
    if not (math.isfinite(over) and math.isfinite(under)):
        return False, damping, since_mark
    if n.damping_fixed >= 0.0:
        return True, damping, since_mark
    if window <= 0.0:
        return True, rayleigh_damping(over, under, n.damping_floor), since_mark
    if since_mark < window:
        return True, damping, since_mark
    far_quotient(t, threads, s, tissues, marks, work, knots)
    far_over, far_under = block_terms(shared, t, threads, s, work)
    mark_nodes(t, threads, s, marks, work)
    damping = calm_damping(over, under, far_over, far_under, since_mark, n.damping_floor)
    return True, damping, 0.0


@leaf
def block_move(
    t: int, threads: int, s: Span, tissues: Tissues, marks: Marks, work: Work, knots: Knots,
    damping: float,
) -> tuple[float, float, float]:  # fmt: skip
    """Move nodes; return as ``move_nodes`` does."""
    if s.knot_end == s.knot:
        return move_nodes(t, threads, s, tissues, marks, work, damping)
    load_places(t, threads, s, tissues, work, knots)
    cuda.syncthreads()
    for level in range(s.level + 1, s.level_end):  # the first level's rows need nothing
        forth(t, threads, level, knots)
        cuda.syncthreads()
    for level in range(s.level, s.level_end):
        back(t, threads, level, knots)
        cuda.syncthreads()
    return move_tied(t, threads, s, tissues, marks, work, knots, damping)


@leaf
def block_gains(
    valve: int, t: int, threads: int, shared: Any, work: Work, gains: tuple[float, ...]
) -> None:
    """Add each thread's gains to those of a valve, in the order of GAINS."""
    for k in range(6):
        total = block_sum(shared, t, threads, gains[k])
        if t == 0:
            work.gains[valve, k] += total


@cache
def valves_kernel() -> Any:
    """Return the kernel, to be compiled at its first launch: block i runs valve i.

    The whole of ``advance``, with ``failed`` for what it returns. Before the first step leaflets
    only meet: how stiff that is the first masses need too.
    """

    def valves_run(mesh, tissues, marks, pushes, work, sheets, knots):  # type: ignore[no-untyped-def]
        shared = cuda.shared.array(MOST_THREADS, numba.float64)
        valve, t, threads = cuda.blockIdx.x, cuda.threadIdx.x, cuda.blockDim.x
        s, n = span_of(mesh.span, valve), numbers_of(pushes.numbers, valve)
        loads, lost, brought, bonds, kept, cables = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        window, since_mark = work.pace[valve, 0], work.pace[valve, 2]
        damping = first_damping(n, work.pace[valve, 1])
        since, way, fine = 0, 0.0, True
        pairs, wait = int(sheets.pairs[valve]), int(sheets.wait[valve])
        rest_hinges(t, threads, s, tissues, marks, work)
        cuda.syncthreads()
        for step in range(-1, s.steps):
            frac = (step + 1) / s.steps
            due = s.refresh < s.steps and due_refresh(since, s.refresh, way, n.reach)
            fresh = step == 0 or (step > 0 and due)
            since += 1
            if fresh:
                since, way = 1, 0.0
                kept += block_refresh(t, threads, s, n, mesh, tissues, marks, work)
                fine, heavier = block_masses(
                    t, threads, shared, s, n, mesh, tissues, marks, pushes, work, sheets, knots,
                    frac, step,
                )  # fmt: skip
                brought += heavier
            if fine and s.leaflets > 0:
                pairs, wait = block_meet(
                    valve, t, threads, shared, s, n, mesh, marks, sheets, pairs, wait
                )
                fine = pairs >= 0
            if not fine:
                break
            if step < 0:
                add_pushes(t, threads, s, mesh, work.before, sheets, pairs)
                continue
            spent = block_forces(
                t, threads, s, n, mesh, tissues, marks, pushes, work, sheets, frac, pairs
            )
            bonds, cables = bonds + spent[0], cables + spent[1]
            if fresh:
                fine, damping, since_mark = block_damping(
                    t, threads, shared, s, n, tissues, marks, work, knots,
                    window, damping, since_mark,
                )  # fmt: skip
                if not fine:
                    break
            since_mark += 1.0
            moved = block_move(t, threads, s, tissues, marks, work, knots, damping)
            loads, lost = loads + moved[0], lost + damping * moved[1]
            if step == s.third:
                keep_third(t, threads, s, marks, work)
            way += math.sqrt(block_max(shared, t, threads, moved[2]))
        gains = (loads, lost, brought, bonds, kept, cables)
        block_gains(valve, t, threads, shared, work, gains)
        if t == 0:
            work.failed[valve] = -1 if fine else max(step, 0)
            work.pace[valve, 1], work.pace[valve, 2] = damping, since_mark
            sheets.pairs[valve], sheets.wait[valve] = pairs, wait

    return cuda.jit(valves_run)
