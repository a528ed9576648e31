"""Valves into a batch of the GPU form, and out of it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvalve.valve.shell._advance import GAINS, REACH, TIED_REACH
from openvalve.valve.shell._cuda_layout import (
    Batch,
    Marks,
    Mesh,
    Numbers,
    Pushes,
    Span,
    Tissues,
    Whole,
    Work,
)
from openvalve.valve.shell._cuda_sheets_pack import leaflets_of, sheets_into, sheets_of
from openvalve.valve.shell._cuda_ties_pack import (
    Tree,
    gathered,
    knots_into,
    knots_of,
    tree_of,
    whole_ties,
)
from openvalve.valve.shell._relax import Run
from openvalve.valve.shell._shell import Shell

__all__ = ["pack", "unpack"]


def pack(runs: Sequence[Run]) -> Batch:
    """Return a batch of valves of any sizes."""
    trees = [tree_of(whole_ties(r)) for r in runs]
    mesh = _mesh(runs, trees)
    return Batch(
        mesh=mesh, tissues=_tissues([r.shell for r in runs]), marks=_marks(runs),
        pushes=_pushes(runs, mesh.span), work=_work(runs, mesh),
        sheets=sheets_of([r.loads for r in runs], mesh.span), knots=knots_of(runs, trees, mesh),
    )  # fmt: skip


def _tissues(shells: Sequence[Shell]) -> Tissues:
    return Tissues(
        law=_abreast([s.law for s in shells]),
        hinge_k=_joined([s.hinge_mj for s in shells]),
        hinge_rad=_joined([s.hinge_rad for s in shells]),
        crack_moment=_joined([s.hinge_crack_mj for s in shells]),
        bond_law=_abreast([s.bond_law for s in shells]),
        cable_law=_abreast([s.cable_law for s in shells]),
        free=_joined([s.free for s in shells]),
        anchor=_joined([s.anchor_n_mm for s in shells]),
        home=_joined([s.nodes_mm for s in shells]),
    )


def _marks(runs: Sequence[Run]) -> Marks:
    def joined(name: str) -> NDArray[Any]:
        return _joined([r.arrays[name] for r in runs])

    return Marks(
        x=joined("nodes_mm"),
        v=joined("velocity_mm"),
        inverse=_abreast([r.inverse for r in runs]),
        stretch_set=_abreast([r.arrays["stretch_set"] for r in runs]),
        bend_set=joined("bend_set_rad"),
        crack=joined("crack_frac"),
        opening=joined("opening_mm"),
        torn=joined("torn"),
        stretch_kept=_abreast([r.kept.stretch_set for r in runs]),
        bend_kept=_joined([r.kept.bend_set for r in runs]),
        crack_kept=_joined([r.kept.crack for r in runs]),
        opening_kept=_joined([r.kept.opening for r in runs]),
    )


def _work(runs: Sequence[Run], mesh: Mesh) -> Work:
    left = [r.left for r in runs]
    m, h = mesh.tri.shape[1], mesh.hinges.shape[1]
    bonds, cables = mesh.bonds.shape[1], mesh.cables.shape[1]
    return Work(
        mass=_joined([part.mass for part in left]),
        f=_joined([part.inner for part in left]),
        g=_joined([part.outer for part in left]),
        third_x=_joined([part.third for part in left]),
        gains=np.array([part.gains for part in left]).reshape(len(runs), len(GAINS)),
        pace=np.array([r.pace.values for r in runs]),
        mark_x=_joined([r.pace.mark for r in runs]),
        mark_f=_joined([r.pace.force for r in runs]),
        failed=np.full(len(runs), -1, np.int64),
        turns=np.zeros((6, m)),
        pull=np.zeros((9, m)),
        rows=np.zeros((4, h)),
        rests=np.zeros((2, h)),
        bond_pull=np.zeros((3, bonds)),
        cable_pull=np.zeros((3, cables)),
        before=np.zeros((mesh.corner_start.size - 1, 3)),
        area=np.zeros(mesh.corner_start.size - 1),
        tug=np.zeros(sum(len(r.loads.axes) for r in runs)),
        part=np.zeros(3 * m + 4 * h + bonds + cables),
        terms=np.zeros((2, 3 * (mesh.corner_start.size - 1))),
    )


def unpack(run: Run, batch: Batch, valve: int) -> int:
    """Set the arrays of a run to what the batch made of them; return its answer, as ``advance``."""
    s = Span(*batch.mesh.span[valve].tolist())
    nodes, faces = slice(s.node, s.node_end), slice(s.tri, s.tri_end)
    hinges = slice(s.hinge, s.hinge_end)
    marks, work, left, pace = batch.marks, batch.work, run.left, run.pace
    made = {
        "nodes_mm": marks.x[nodes],
        "velocity_mm": marks.v[nodes],
        "stretch_set": marks.stretch_set[:, faces].T,
        "bend_set_rad": marks.bend_set[hinges],
        "crack_frac": marks.crack[hinges],
        "opening_mm": marks.opening[s.bond : s.bond_end],
        "torn": marks.torn[s.cable : s.cable_end],
    }
    for name, values in made.items():
        run.arrays[name][...] = values
    run.inverse[...] = marks.inverse[:, faces].T
    for array, values in (
        (left.mass, work.mass[nodes]), (left.inner, work.f[nodes]), (left.outer, work.g[nodes]),
        (left.third, work.third_x[nodes]), (left.gains, work.gains[valve]),
        (pace.mark, work.mark_x[nodes]), (pace.force, work.mark_f[nodes]),
        (pace.values, work.pace[valve]),
    ):  # fmt: skip
        array[...] = values
    knots_into(run.ties, batch.knots, s)
    sheets_into(run.loads, batch.sheets, s, valve)
    return int(work.failed[valve])


def _joined(parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return np.ascontiguousarray(np.concatenate(parts))


def _abreast(parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Return tables (part, value) of all valves as one (value, part)."""
    return np.ascontiguousarray(np.concatenate(parts).T)


def _starts(counts: Sequence[int]) -> list[int]:
    return [0, *(int(end) for end in np.cumsum(counts))]


def _mesh(runs: Sequence[Run], trees: Sequence[Tree]) -> Mesh:
    shells = [r.shell for r in runs]
    node, tri = (
        _starts([len(s.nodes_mm) for s in shells]),
        _starts([len(s.triangles) for s in shells]),
    )

    def moved(tables: list[NDArray[Any]]) -> NDArray[np.int64]:
        """Return tables of nodes, numbered through the batch."""
        return np.concatenate(
            [t.astype(np.int64) + at for t, at in zip(tables, node, strict=False)]
        )

    faces, hinges = moved([s.triangles for s in shells]), moved([s.hinges for s in shells])
    shift = np.array(tri[:-1], np.int64) - np.array(node[:-1], np.int64)
    hinges[:, 4:] += np.repeat(shift, [len(s.hinges) for s in shells])[:, None]  # triangles
    bonds, cables = moved([s.bonds for s in shells]), moved([s.cables for s in shells])
    tips = [np.argmax(faces[hinges[:, 4 + j]] == hinges[:, 2 + j, None], axis=1) for j in range(2)]
    corners, turned, bonded, tied = (
        gathered(table, node[-1]) for table in (faces, hinges[:, :4], bonds, cables)
    )
    return Mesh(
        span=_spans(runs, trees, node, tri),
        tri=_turned(faces),
        hinges=_turned(hinges),
        tips=np.array(tips, np.int32),
        bonds=_turned(bonds),
        cables=_turned(cables),
        corner_start=corners[0],
        corner_of=corners[1],
        hinge_start=turned[0],
        hinge_of=turned[1],
        bond_start=bonded[0],
        bond_of=bonded[1],
        cable_start=tied[0],
        cable_of=tied[1],
    )


def _turned(table: NDArray[np.int64]) -> Whole:
    return np.ascontiguousarray(table.T, np.int32)


def _spans(runs: Sequence[Run], trees: Sequence[Tree], node: list[int], tri: list[int]) -> Whole:
    shells, loads = [r.shell for r in runs], [r.loads for r in runs]
    ends = [
        node, tri, _starts([len(s.hinges) for s in shells]),
        _starts([len(s.bonds) for s in shells]), _starts([len(s.cables) for s in shells]),
        _starts([len(p.pressure) for p in loads]), _starts([len(p.force_ramp) for p in loads]),
        _starts([len(p.stage) for p in loads]), _starts([len(p.edge) for p in loads]),
        _starts([len(p.axes) for p in loads]),
    ]  # fmt: skip
    stages = [p.radius.shape[1] for p in loads]
    balloon, radius = _starts(stages), _starts([p.radius.size for p in loads])
    leaflets = [leaflets_of(p) for p in loads]
    pair = _starts([k * len(s.nodes_mm) for k, s in zip(leaflets, shells, strict=True)])
    tied = [
        _starts([len(r.ties.pairs) for r in runs]), _starts([len(r.ties.rows) for r in runs]),
        _starts([tree.levels for tree in trees]),
    ]  # fmt: skip
    rows = [
        (
            *(end for table in ends for end in (table[k], table[k + 1])),
            balloon[k], stages[k], radius[k], r.loads.radius.shape[2],
            r.control.steps, 2 * r.control.steps // 3, r.control.refresh, int(_keeps(r.shell)),
            int(r.kept.opening is r.arrays["opening_mm"]), leaflets[k], pair[k],
            *(end for table in tied for end in (table[k], table[k + 1])),
        )
        for k, r in enumerate(runs)
    ]  # fmt: skip
    return np.array(rows, np.int32)


def _keeps(shell: Shell) -> bool:
    keeps = shell.set
    cracks = bool((shell.hinge_crack_mj < np.inf).any())
    return keeps.stretch_frac > 0.0 or keeps.bend_frac > 0.0 or cracks


def _pushes(runs: Sequence[Run], span: Whole) -> Pushes:
    loads = [r.loads for r in runs]
    edges = [
        p.edge.astype(np.int64) + at
        for p, at in zip(loads, span[:, Span._fields.index("node")], strict=True)
    ]
    return Pushes(
        numbers=np.array([_numbers(r) for r in runs]),
        face_share=_joined([p.face_share for p in loads]),
        node_force=_joined([p.node_force for p in loads]),
        pressure=_joined([p.pressure for p in loads]),
        ramp=_joined([p.force_ramp for p in loads]),
        stage=_joined([p.stage for p in loads]),
        balloon_p=_joined([p.balloon_pressure for p in loads]),
        radius=_joined([p.radius.ravel() for p in loads]),
        axes=_joined([p.axes for p in loads]),
        edge=np.concatenate(edges).astype(np.uint32),
        edge_length=_joined([p.edge_length for p in loads]),
    )


def _numbers(run: Run) -> Numbers:
    keeps, p, control = run.shell.set, run.loads, run.control
    b, c = run.inverse[:, :2], run.inverse[:, 2:]
    steepest = max(float(np.abs(part).max()) for part in (b, c, b + c))
    reach = (TIED_REACH if len(run.ties.pairs) else REACH) / steepest
    fixed = -1.0 if control.damping_ratio is None else control.damping_ratio
    return Numbers(
        p.bottom, p.spacing, p.contact, p.ring, p.ring_z,
        keeps.stretch_frac, keeps.stretch_yield_frac, keeps.bend_frac,
        float(np.deg2rad(keeps.bend_yield_deg)), keeps.cracked_frac, keeps.crushed_frac,
        control.mass_ratio, control.damping_floor_ratio, fixed, reach,
        p.skin, p.sheet, max(0.0, float(p.sheets.margin.max())), p.facing,
    )  # fmt: skip
