"""Masses that tie nodes into a batch of the GPU form, and out of it."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from openvalve.valve.shell._cuda_layout import Knots, Mesh, Span, Whole
from openvalve.valve.shell._relax import Run
from openvalve.valve.shell._ties import Ties, mass_of

__all__ = ["Tree", "gathered", "knots_into", "knots_of", "tree_of", "whole_ties"]


class Tree(NamedTuple):
    """Elimination tree: how high each place stands over the lowest below it, and how deep.

    Attributes
    ----------
    height, depth : (n,) levels by which rows are solved upwards, and columns downwards.
    levels : how many there are.
    """

    height: NDArray[np.int64]
    depth: NDArray[np.int64]
    levels: int


class Part(NamedTuple):
    """Ties of one valve of a batch, and where its parts lie."""

    ties: Ties
    span: Span
    tree: Tree


def whole_ties(run: Run) -> Ties:
    """Return ties with a place for each node, without a pair where masses are diagonal."""
    if len(run.ties.places):
        return run.ties
    n = len(run.left.mass)
    places, starts = np.arange(n, dtype=np.uint32), np.zeros(n + 1, np.uint32)
    return run.ties._replace(
        places=places, begin=starts, left_begin=starts, ground=np.zeros(n), pivot=np.ones(n),
        momentum=np.zeros((n, 3)),
    )  # fmt: skip


def tree_of(ties: Ties) -> Tree:
    """Return the elimination tree of ties: the parent of a place is the first row of its column."""
    n = len(ties.places)
    height, depth = [0] * n, [0] * n
    begin, rows = ties.begin.tolist(), ties.rows.tolist()
    parent = [rows[a] if a < b else -1 for a, b in pairwise(begin)]
    for j, above in enumerate(parent):
        if above >= 0:
            height[above] = max(height[above], height[j] + 1)
    for j in reversed(range(n)):
        if parent[j] >= 0:
            depth[j] = depth[parent[j]] + 1
    return Tree(np.array(height), np.array(depth), max(height) + 1)


def gathered(keys: NDArray[Any], count: int) -> tuple[Whole, Whole]:
    """Return where what has each key begins, (count + 1,), and its places, in their order."""
    flat = keys.ravel()
    order = np.argsort(flat, kind="stable")
    start = np.searchsorted(flat[order], np.arange(count + 1))
    return start.astype(np.int32), order.astype(np.int32)


def knots_of(runs: Sequence[Run], trees: Sequence[Tree], mesh: Mesh) -> Knots:
    """Return the ties of a batch; a valve without them has no pairs."""
    spans = [Span(*row) for row in mesh.span.tolist()]
    parts = [Part(whole_ties(r), s, t) for r, s, t in zip(runs, spans, trees, strict=True)]
    ties, nodes = [p.ties for p in parts], spans[-1].node_end
    return Knots(
        **_pairs(parts, mesh, nodes),
        **_factor(parts),
        **_levels(parts),
        wanted=np.zeros(spans[-1].knot_end),
        weight=np.concatenate([t.weight for t in ties]),
        ground=np.concatenate([t.ground for t in ties]),
        lower=np.concatenate([t.lower for t in ties]),
        pivot=np.concatenate([t.pivot for t in ties]),
        momentum=np.concatenate([t.momentum for t in ties]),
        y=np.zeros((nodes, 3)),
        tug=np.zeros(spans[-1].axis_end),
    )


def _pairs(parts: Sequence[Part], mesh: Mesh, nodes: int) -> dict[str, Whole]:
    """Return which nodes are paired, and what stiffens each pair."""
    pairs = np.concatenate([p.ties.pairs.astype(np.int64) + p.span.node for p in parts])
    keys = np.concatenate([_keys(p.ties, p.span) for p in parts])
    codes = np.concatenate([_codes(p.ties, p.span, mesh) for p in parts])
    part_start, order = gathered(keys, len(pairs))
    pair_start, pair_of = gathered(pairs, nodes)
    return {
        "pairs": np.ascontiguousarray(pairs.T, np.int32),
        "part_start": part_start,
        "part_of": codes[order].astype(np.int32),
        "pair_start": pair_start,
        "pair_of": pair_of,
    }


def _factor(parts: Sequence[Part]) -> dict[str, Whole]:
    """Return the pattern of all factors, their places and entries numbered through the batch."""

    def moved(of: Callable[[Part], NDArray[Any]], first: str) -> Whole:
        tables = [of(p).astype(np.int64) + getattr(p.span, first) for p in parts]
        return np.concatenate(tables).astype(np.int32)

    last = np.array([parts[-1].span.entry_end], np.int32)
    return {
        "place": moved(lambda p: p.ties.places, "node"),
        "begin": np.append(moved(lambda p: p.ties.begin[:-1], "entry"), last),
        "rows": moved(lambda p: p.ties.rows, "node"),
        "left_begin": np.append(moved(lambda p: p.ties.left_begin[:-1], "entry"), last),
        "left": moved(lambda p: p.ties.left, "entry"),
        "left_column": moved(lambda p: p.ties.left_column, "node"),
        "slot": moved(lambda p: p.ties.slots, "entry"),
        "column": moved(lambda p: _columns(p.ties), "node"),
    }


def _columns(ties: Ties) -> NDArray[np.int64]:
    """Return the column of each entry of a factor."""
    begin = ties.begin.astype(np.int64)
    return np.repeat(np.arange(len(ties.places)), begin[1:] - begin[:-1])


def _levels(parts: Sequence[Part]) -> dict[str, Whole]:
    """Return the places and entries of each level, upwards, and the places downwards."""

    def sorted_by(of: Callable[[Part], NDArray[Any]], first: str) -> tuple[Whole, Whole]:
        counts = [np.bincount(of(p), minlength=p.tree.levels) for p in parts]
        items = [np.argsort(of(p), kind="stable") + getattr(p.span, first) for p in parts]
        starts = np.cumsum(np.concatenate([np.zeros(1, np.int64), *counts]))
        return starts.astype(np.int32), np.concatenate(items).astype(np.int32)

    level_start, up = sorted_by(lambda p: p.tree.height, "node")
    entry_start, entries = sorted_by(lambda p: p.tree.height[_columns(p.ties)], "entry")
    down_start, down = sorted_by(lambda p: p.tree.depth, "node")
    return {
        "level_start": level_start,
        "up": up,
        "entry_start": entry_start,
        "entries": entries,
        "down_start": down_start,
        "down": down,
    }


def _keys(t: Ties, s: Span) -> NDArray[np.int64]:
    """Return the pair of each part that stiffens one, in the order in which they are added."""
    parts = [t.sides.ravel(), t.hinged.ravel(), t.bonds, t.cables]
    return np.concatenate(parts).astype(np.int64) + s.knot


def _codes(t: Ties, s: Span, mesh: Mesh) -> NDArray[np.int64]:
    """Return where each of those parts is in ``Work.part``."""
    hinge = 3 * mesh.tri.shape[1]
    bond = hinge + 4 * mesh.hinges.shape[1]
    cable = bond + mesh.bonds.shape[1]
    return np.concatenate(
        [3 * s.tri + np.arange(t.sides.size), hinge + 4 * s.hinge + np.arange(t.hinged.size),
         bond + s.bond + np.arange(t.bonds.size), cable + s.cable + np.arange(t.cables.size)]
    )  # fmt: skip


def knots_into(ties: Ties, knots: Knots, s: Span) -> None:
    """Set the arrays of ties that a run changes to what the batch made of them."""
    if len(ties.places) == 0:
        return
    nodes, pairs, entries = (
        slice(s.node, s.node_end), slice(s.knot, s.knot_end), slice(s.entry, s.entry_end)
    )  # fmt: skip
    made = (
        knots.weight[pairs], knots.ground[nodes], knots.lower[entries], knots.pivot[nodes],
        knots.momentum[nodes],
    )  # fmt: skip
    for array, values in zip(mass_of(ties), made, strict=True):
        array[...] = values
