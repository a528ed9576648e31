"""Which nodes tie each other, and in which order they are eliminated."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import driver

__all__ = ["Ties", "mass_of", "no_ties", "ties_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.uint32]


class Ties(NamedTuple):
    """Mass of a run that is not diagonal: what it looks like, and what it is now.

    Attributes
    ----------
    pairs : (e, 2) nodes that tie each other; none where masses are diagonal.
    sides : (m, 3) the pairs of a triangle's first and second corner, second and third, third and
        first; bonds : (s,); cables : (c,).
    hinged : (h, 4) the pairs of a hinge's first tip with the edge's nodes, then the second's.
    places : (n,) of each node in the order of elimination.
    begin, rows : (n + 1,), (l,) places below the diagonal of each column of the factor.
    left_begin, left, left_column : (n + 1,), (l,), (l,) the same by rows, columns ascending: where
        each row begins, where each of its numbers is among ``rows``, and in which column.
    slots : (e,) where each pair is among ``rows``.
    weight, ground : (e,), (n,) the mass that was factored: of pairs and of nodes alone, N/mm.
    lower, pivot : (l,), (n,) its factor, L D L'.
    momentum : (n, 3) mass times way in the last step.
    """

    pairs: Ints
    sides: Ints
    bonds: Ints
    cables: Ints
    hinged: Ints
    places: Ints
    begin: Ints
    rows: Ints
    left_begin: Ints
    left: Ints
    left_column: Ints
    slots: Ints
    weight: Floats
    ground: Floats
    lower: Floats
    pivot: Floats
    momentum: Floats


@driver
def _columns(begin: Ints, rows: Ints) -> tuple[Ints, Ints]:
    """Return the pattern of the factor of a matrix given by its columns, both below the diagonal.

    Equation
    --------
    struct(j) = A(j) and struct(c) of every child c, without j; the parent of a column is its first
    row (the elimination tree).
    """
    n = begin.shape[0] - 1
    out = np.empty(16 * n + rows.shape[0], np.uint32)
    first = np.zeros(n + 1, np.uint32)
    mark = np.full(n, -1, np.int64)
    child = np.full(n, -1, np.int64)  # the last child of each column, and its elder sibling
    elder = np.full(n, -1, np.int64)
    for j in range(n):
        at = np.int64(first[j])
        if at + n > out.shape[0]:
            wider = np.empty(2 * out.shape[0] + n, np.uint32)
            wider[:at] = out[:at]
            out = wider
        mark[j] = j
        for k in range(begin[j], begin[j + 1]):
            if mark[rows[k]] != j:
                mark[rows[k]] = j
                out[at] = rows[k]
                at += 1
        c = child[j]
        while c >= 0:
            for k in range(first[c], first[c + 1]):
                if mark[out[k]] != j:
                    mark[out[k]] = j
                    out[at] = out[k]
                    at += 1
            c = elder[c]
        out[first[j] : at] = np.sort(out[first[j] : at])
        if at > first[j]:
            parent = out[first[j]]
            elder[j] = child[parent]
            child[parent] = j
        first[j + 1] = at
    return first, out[: first[n]].copy()


def ties_of(nodes_count: int, triangles: Ints, hinges: Ints, bonds: Ints, cables: Ints) -> Ties:
    """Return the ties of a mesh, nothing factored yet.

    Parameters
    ----------
    triangles : (m, 3); hinges : (h, 6); bonds : (s, 2); cables : (c, 2), as of ``Shell``.
    """
    tables = (np.asarray(a, dtype=np.int64) for a in (triangles, hinges, bonds, cables))
    pattern = _pattern(nodes_count, *(a.tobytes() for a in tables))
    return pattern._replace(
        weight=pattern.weight.copy(),
        ground=pattern.ground.copy(),
        lower=pattern.lower.copy(),
        pivot=pattern.pivot.copy(),
        momentum=pattern.momentum.copy(),
    )


@lru_cache(maxsize=4)  # every phase of an inflation asks for that of its valve
def _pattern(nodes_count: int, *tables: bytes) -> Ties:
    """Return the ties of a mesh by the bytes of its int64 tables; not to be changed."""
    from scipy.sparse import coo_matrix, identity
    from scipy.sparse.linalg import splu

    n = nodes_count
    t, h, bonds, cables = (
        np.frombuffer(raw, dtype=np.int64).reshape(-1, wide)
        for raw, wide in zip(tables, (3, 6, 2, 2), strict=True)
    )
    tips = np.concatenate([h[:, [2, 0]], h[:, [2, 1]], h[:, [3, 0]], h[:, [3, 1]]])
    ends = np.concatenate([t[:, [0, 1]], t[:, [1, 2]], t[:, [2, 0]], tips, bonds, cables])
    keys, index = np.unique(ends.min(axis=1) * n + ends.max(axis=1), return_inverse=True)
    a, b = keys // n, keys % n
    m, s = len(t), len(bonds)
    parts = np.split(index, np.cumsum([3 * m, 4 * len(h), s]))
    one = np.ones(len(keys))
    graph = coo_matrix((one, (a, b)), (n, n))
    matrix = (graph + graph.T + 4.0 * n * identity(n)).tocsc()
    order = splu(
        matrix, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True}
    ).perm_c
    places = order.astype(np.int64)
    low, high = np.minimum(places[a], places[b]), np.maximum(places[a], places[b])
    sort = np.lexsort((high, low))
    begin = np.concatenate([[0], np.cumsum(np.bincount(low, minlength=n))])
    first, rows = _columns(begin.astype(np.uint32), high[sort].astype(np.uint32))
    columns = np.repeat(np.arange(n), first[1:].astype(np.int64) - first[:-1])
    slots = np.searchsorted(columns * n + rows, low * n + high)
    left = np.argsort(rows, kind="stable")
    left_begin = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=n))])
    return Ties(
        pairs=np.column_stack([a, b]).astype(np.uint32),
        sides=np.ascontiguousarray(parts[0].reshape(3, m).T, dtype=np.uint32),
        bonds=parts[2].astype(np.uint32),
        cables=parts[3].astype(np.uint32),
        hinged=np.ascontiguousarray(parts[1].reshape(4, len(h)).T, dtype=np.uint32),
        places=places.astype(np.uint32),
        begin=first,
        rows=rows,
        left_begin=left_begin.astype(np.uint32),
        left=left.astype(np.uint32),
        left_column=columns[left].astype(np.uint32),
        slots=slots.astype(np.uint32),
        weight=np.zeros(len(keys)),
        ground=np.zeros(n),
        lower=np.zeros(len(rows)),
        pivot=np.ones(n),
        momentum=np.zeros((n, 3)),
    )


def no_ties() -> Ties:
    """Return what stands for diagonal masses."""
    none, nothing, first = np.zeros(0, np.uint32), np.zeros(0), np.zeros(1, np.uint32)
    two = np.zeros((0, 2), np.uint32)
    return Ties(
        two, np.zeros((0, 3), np.uint32), none, none, np.zeros((0, 4), np.uint32), none,
        first, none, first, none, none, none, nothing, nothing, nothing, nothing, np.zeros((0, 3)),
    )  # fmt: skip


def mass_of(ties: Ties) -> tuple[Floats, ...]:
    """Return the arrays of ties that a run changes: themselves, no copies."""
    return ties.weight, ties.ground, ties.lower, ties.pivot, ties.momentum
