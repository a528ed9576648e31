"""The shapes that one inflation went through, as pictures and mesh files show them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from openvalve.valve.leaflets import LeafletInflation

__all__ = ["Still", "film_torn", "stills_of", "torn_nodes"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True)
class Still:
    """One shape of a valve.

    Attributes
    ----------
    name : before, peak, opened or closed.
    nodes_mm : (n, 3) of the mesh.
    torn : (s,) which bonds of the shell are torn.
    """

    name: str
    nodes_mm: Floats
    torn: Bools


def stills_of(one: "LeafletInflation", former: "LeafletInflation | None") -> tuple[Still, ...]:
    """Return the valve before, at the peak, opened and closed after.

    Parameters
    ----------
    former : the inflation of the same valve that came before, None for the first.
    """
    torn = _torn_at(one, one.state.opening_mm)
    return (
        Still(name="before", nodes_mm=one.before.nodes_mm, torn=_torn_before(one, former)),
        Still(name="peak", nodes_mm=one.peak_nodes_mm, torn=torn),
        Still(name="opened", nodes_mm=one.after.nodes_mm, torn=torn),
        Still(name="closed", nodes_mm=one.closed_after.nodes_mm, torn=torn),
    )


def _torn_at(one: "LeafletInflation", opening_mm: Floats) -> Bools:
    return np.asarray(opening_mm >= one.valve.shell.bond_law[:, 2])


def _torn_before(one: "LeafletInflation", former: "LeafletInflation | None") -> Bools:
    if former is None:
        return np.zeros(len(one.valve.shell.bonds), dtype=bool)
    return _torn_at(former, former.state.opening_mm)


def film_torn(one: "LeafletInflation", former: "LeafletInflation | None") -> tuple[Bools, ...]:
    """Return which bonds are torn at every point of the course, (s,) each, none healing."""
    found, torn = [], _torn_before(one, former)
    last = _torn_at(one, one.state.opening_mm)
    for point in one.course:
        torn = torn | (last & _torn_at(one, _gaps_mm(one, point.nodes_mm)))
        found.append(torn)
    return tuple(found)


def _gaps_mm(one: "LeafletInflation", nodes_mm: Floats) -> Floats:
    """Return how far the two sides of each bond are apart, (s,)."""
    first, second = one.valve.shell.bonds.T
    gap: Floats = np.linalg.norm(nodes_mm[second] - nodes_mm[first], axis=1)
    return gap


def torn_nodes(one: "LeafletInflation", still: Still) -> Bools:
    """Return which nodes of the mesh lie on a torn seam, (n,)."""
    marks = np.zeros(len(still.nodes_mm), dtype=bool)
    marks[one.valve.shell.bonds[still.torn].ravel()] = True
    return marks
