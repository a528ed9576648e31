"""The wall of the aortic root beside the leaflets, at the peak of each inflation."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from openvalve.errors import OpenValveError
from openvalve.patient import Patient, complete
from openvalve.valve.leaflets import LeafletInflation, LeafletValve
from openvalve.valve.root import RootInflation, build_root, drawn_nodule, inflate_root

__all__ = ["RootsBeside", "root_document", "root_rows", "roots_beside"]

Document = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class RootsBeside:
    """One answer for each inflation, None where there is none, and why there is none."""

    inflations: tuple[RootInflation | None, ...]
    warnings: tuple[str, ...] = ()


def roots_beside(
    person: Patient, leaflets: LeafletValve, made: Sequence[LeafletInflation]
) -> RootsBeside:
    """Return what each balloon does to the wall of an aortic root, at its peak pressure.

    Calcium of the outflow tract is a nodule at a place that the seed decides. Other valves have no
    such wall. A wall that does not rest is no answer, and leaves that of the leaflets as it is.
    """
    if leaflets.shape.valve != "aortic":
        return RootsBeside(inflations=(None,) * len(made))
    mesh, seed = leaflets.mesh, leaflets.seed
    seat = float(mesh.nodes_mm[np.concatenate(mesh.free_edges), 2].mean())
    found: list[RootInflation | None] = []
    warnings: list[str] = []
    try:
        nodule = drawn_nodule(complete(person).treated.lvot_calcium, seed=seed)
        root = build_root(leaflets.shape, nodule=nodule, seed=seed)
    except OpenValveError as error:
        return RootsBeside(inflations=(None,) * len(made), warnings=(f"no root wall: {error}",))
    for one in made:
        try:
            found.append(
                inflate_root(root, one.balloon, inflation_atm=one.inflation_atm, seat_mm=seat)
            )
        except OpenValveError as error:
            found.append(None)
            warnings.append(f"no root wall: {error}")
    return RootsBeside(inflations=tuple(found), warnings=tuple(warnings))


def root_document(one: RootInflation | None) -> dict[str, Any] | None:
    """Return what ``inflate.json`` says of the root's wall in one inflation."""
    if one is None:
        return None
    root, wall, report = one.root, one.wall, one.phases[-1].report
    return {
        "areal_stretch_ratio": wall.areal_stretch_ratio,
        "ring_stretch_ratio": one.ring_stretch_ratio,
        "stress_mpa": wall.stress_mpa,
        "stress_ratio": wall.stress_ratio,
        "rupture_prob": wall.rupture_prob,
        "ruptures": wall.ruptures,
        "contained": wall.contained,
        "overstressed_mm2": wall.overstressed_mm2,
        "direction_deg": wall.direction_deg,
        "height_mm": wall.height_mm,
        "contact_n": one.contact_n,
        "conduction_n": one.conduction_n,
        "inflation_atm": one.inflation_atm,
        "seat_mm": one.seat_mm,
        "wall_mm": root.wall_mm,
        "strength_ratio": root.strength_ratio,
        "nodule": None if root.nodule is None else asdict(root.nodule),
        "triangles_count": len(root.mesh.triangles),
        "steps_count": report.steps,
        **report.ratios,
    }


def root_rows(made: Sequence[Document]) -> list[tuple[str, list[str]]]:
    """Return the rows of the table that tell of the root's wall; none where there is none."""
    if not any(one["root"] for one in made):
        return []
    names = (
        "root wall, most stretched in area by",
        "root wall, stress over strength",
        "walls of this age that are weaker",
        "push on the conduction tissue, N",
    )
    columns = [("-",) * len(names), *(_cells(one["root"]) for one in made)]
    return [(name, list(row)) for name, row in zip(names, zip(*columns, strict=True), strict=True)]


def _cells(root: Document | None) -> tuple[str, ...]:
    if root is None:
        return ("no answer",) * 4
    torn = ", tears in a patch" if root["contained"] else ", tears" if root["ruptures"] else ""
    return (
        f"{100.0 * (root['areal_stretch_ratio'] - 1.0):+.0f} %",
        f"{root['stress_ratio']:.2f}{torn}",
        f"{100.0 * root['rupture_prob']:.1f} %" if root["rupture_prob"] >= 0.001 else "< 0.1 %",
        f"{root['conduction_n']:.1f}",
    )
