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
    torn_chords : (c,) which chords of the mesh are.
    """

    name: str
    nodes_mm: Floats
    torn: Bools
    torn_chords: Bools


def stills_of(one: "LeafletInflation", former: "LeafletInflation | None") -> tuple[Still, ...]:
    """Return the valve before, at the peak, opened and closed after.

    Parameters
    ----------
    former : the inflation of the same valve that came before, None for the first.
    """
    torn, chords = _torn_at(one, one.state.opening_mm), _torn_chords(one, one)
    shapes = {
        "peak": one.peak_nodes_mm,
        "opened": one.after.nodes_mm,
        "closed": one.closed_after.nodes_mm,
    }
    return (
        Still(
            name="before",
            nodes_mm=one.before.nodes_mm,
            torn=_torn_before(one, former),
            torn_chords=_torn_chords(one, former),
        ),
        *(
            Still(name=name, nodes_mm=nodes, torn=torn, torn_chords=chords)
            for name, nodes in shapes.items()
        ),
    )


def _torn_chords(one: "LeafletInflation", made: "LeafletInflation | None") -> Bools:
    """Return which chords are torn after an inflation, or before any."""
    count = one.valve.chord_count
    return np.zeros(count, dtype=bool) if made is None else made.state.torn[:count] != 0.0


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
