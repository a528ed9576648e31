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
from openvalve.valve.shell._cuda_phases import (
    Filled,
    filled,
    gather_forces,
    move_nodes,
    pull_links,
    pull_triangles,
    quotient,
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
from openvalve.valve.shell._motion import due_refresh, rayleigh_damping

__all__ = [
    "block_max",
    "block_pairs",
    "block_refresh",
    "block_run",
    "block_sum",
    "cuda",
    "valves_kernel",
]

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
def block_refresh(
    t: int, threads: int, s: Span, n: Numbers,
    mesh: Mesh, tissues: Tissues, marks: Marks, work: Work, sheets: Sheets,
) -> tuple[float, float]:  # fmt: skip
    """Take set, cracks and masses anew; return the energy lost and that brought by masses."""
    kept = 0.0
    if s.keeps == 1:
        kept += stretch_triangles(t, threads, s, n, mesh, tissues, marks, work)
        cuda.syncthreads()
        kept += bend_hinges(t, threads, s, n, mesh, tissues, marks, work)
        cuda.syncthreads()
    row_triangles(t, threads, s, mesh, tissues, marks, work)
    row_hinges(t, threads, s, mesh, marks, work)
    row_links(t, threads, s, mesh, tissues, marks, work)
    cuda.syncthreads()
    return kept, gather_masses(t, threads, s, n, mesh, tissues, marks, work, sheets)


@leaf
def block_pairs(
    valve: int, t: int, threads: int, shared: Any, s: Span, n: Numbers,
    mesh: Mesh, marks: Marks, sheets: Sheets, pairs: int,
) -> int:  # fmt: skip
    """Make the list of pairs anew where nodes have moved; return its length, -1 where one is lost.

    ``pairs`` is its length now, -1 where there is none yet.
    """
    moved = moved_most(t, threads, s, marks, sheets)
    if block_max(shared, t, threads, moved[1]) > 0.0:
        return -1
    most = math.sqrt(block_max(shared, t, threads, moved[0]))
    if pairs >= 0 and not most > MOVE_FRAC * n.skin:
        return pairs
    bad = measure_faces(t, threads, s, mesh, marks, sheets)
    if block_max(shared, t, threads, bad) > 0.0:
        return -1
    seek_pairs(t, threads, s, n, mesh, marks, sheets)
    cuda.syncthreads()
    if t == 0:
        sheets.pairs[valve] = list_pairs(s, sheets)
    cuda.syncthreads()
    return int(sheets.pairs[valve])


@leaf
def block_run(
    valve: int, t: int, threads: int, shared: Any,
    mesh: Mesh, tissues: Tissues, marks: Marks, pushes: Pushes, work: Work, sheets: Sheets,
) -> int:  # fmt: skip
    """Advance a valve by all its steps, thread ``t`` of its block; return as ``advance`` does."""
    s, n = span_of(mesh.span, valve), numbers_of(pushes.numbers, valve)
    loads, lost, brought, bonds, kept, cables = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    damping = n.damping_fixed
    if damping < 0.0:
        damping = max(damping, n.damping_floor)
    since, way, wait, pairs = 0, 0.0, 0, -1
    rest_hinges(t, threads, s, tissues, marks, work)
    if s.leaflets > 0:  # how stiff contact is, which the first masses need too
        pairs = block_pairs(valve, t, threads, shared, s, n, mesh, marks, sheets, pairs)
        if pairs < 0:
            return 0
        wait = CHECK_EVERY - 1
        push_pairs(t, threads, s, n, mesh, marks, sheets, pairs)
        cuda.syncthreads()
        add_pushes(t, threads, s, mesh, work.before, sheets, pairs)
        cuda.syncthreads()
    for step in range(s.steps):
        frac = (step + 1) / s.steps
        pressure = table_at(pushes.pressure[s.pressure : s.pressure_end], frac)
        ramp = table_at(pushes.ramp[s.ramp : s.ramp_end], frac)
        at = Filled(0, 0, 0.0, 0.0)
        if s.stages > 0:
            at = filled(s, pushes, frac)
        fresh = step == 0 or (s.refresh < s.steps and due_refresh(since, s.refresh, way, n.reach))
        since += 1
        if fresh:
            since, way = 1, 0.0
            anew = block_refresh(t, threads, s, n, mesh, tissues, marks, work, sheets)
            kept += anew[0]
            brought += anew[1]
            if s.stages > 0:
                tug_edges(t, threads, s, n, marks, pushes, work, at)
        if s.leaflets > 0:
            wait -= 1
            if wait < 0:
                pairs = block_pairs(valve, t, threads, shared, s, n, mesh, marks, sheets, pairs)
                if pairs < 0:
                    return step
                wait = CHECK_EVERY - 1
            push_pairs(t, threads, s, n, mesh, marks, sheets, pairs)
        turn_hinges(t, threads, s, mesh, marks, work)
        cuda.syncthreads()
        pull_triangles(t, threads, s, mesh, tissues, marks, pushes, work, pressure)
        spent = pull_links(t, threads, s, mesh, tissues, marks, work)
        bonds += spent[0]
        cables += spent[1]
        cuda.syncthreads()
        gather_forces(t, threads, s, mesh, tissues, marks, pushes, work, ramp, pressure)
        if s.leaflets > 0:
            add_pushes(t, threads, s, mesh, work.g, sheets, pairs)
        if s.stages > 0:
            touch_nodes(t, threads, s, n, marks, pushes, work, at)
        if fresh:
            part = quotient(t, threads, s, tissues, marks, work)
            over = block_sum(shared, t, threads, part[0])
            under = block_sum(shared, t, threads, part[1])
            if not (math.isfinite(over) and math.isfinite(under)):
                return step
            if n.damping_fixed < 0.0:
                damping = rayleigh_damping(over, under, n.damping_floor)
        moved = move_nodes(t, threads, s, tissues, marks, work, damping)
        loads += moved[0]
        lost += damping * moved[1]
        if step == s.third:
            for i in range(s.node + t, s.node_end, threads):
                for j in range(3):
                    work.third_x[i, j] = marks.x[i, j]
        way += math.sqrt(block_max(shared, t, threads, moved[2]))
    gains = (loads, lost, brought, bonds, kept, cables)
    for k in range(6):
        total = block_sum(shared, t, threads, gains[k])
        if t == 0:
            work.gains[valve, k] = total
    return -1


@cache
def valves_kernel() -> Any:
    """Return the kernel, to be compiled at its first launch: block i runs valve i."""

    def valves_run(mesh, tissues, marks, pushes, work, sheets):  # type: ignore[no-untyped-def]
        shared = cuda.shared.array(MOST_THREADS, numba.float64)
        valve, t, threads = cuda.blockIdx.x, cuda.threadIdx.x, cuda.blockDim.x
        failed = block_run(valve, t, threads, shared, mesh, tissues, marks, pushes, work, sheets)
        if t == 0:
            work.failed[valve] = failed

    return cuda.jit(valves_run)
