"""The valve whose opening under flow is the one that was measured."""

import math
from dataclasses import replace

from openvalve.anatomy import ValveShape
from openvalve.errors import InputError, InputItem, SolverError
from openvalve.units import Cm2
from openvalve.valve.leaflets._after import first_beat
from openvalve.valve.leaflets._build import LeafletValve, build_leaflets
from openvalve.valve.leaflets._strength_tables import Strengths

__all__ = ["matched_leaflets"]

NEAR_FRAC = 0.02  # of the area: a tenth of what two readers of one echo differ by [K]
# Where leaflets snap, no drawn area opens between two openings: so near one may stand for it, about
# what two readers of one echo differ by [K].
SNAP_FRAC = 0.15
MOST_TRIES = 7
SLOWEST, FASTEST = 0.25, 2.0  # of d log opened / d log drawn, so that no step runs away
SMALLEST_FRAC, LARGEST_FRAC = 0.006, 0.89  # of the ring's area that may be drawn


def matched_leaflets(
    shape: ValveShape,
    *,
    area_effective_cm2: Cm2 | None = None,
    seed: int = 0,
    target_triangles: int = 2700,
    strengths: Strengths | None = None,
) -> LeafletValve:
    """Return the valve that opens to a given area under its usual gradient, its first beat with it.

    What is measured in a patient is a valve held open by its flow; the unloaded one, which the
    mesh is, may be nearly shut. Found by secants on the logarithm of the drawn area, to 2 %; where
    leaflets snap past the area, the nearest opening within 15 %.

    Parameters
    ----------
    shape : its ``area_anatomic_cm2`` is the opening that is wanted and the first guess.
    area_effective_cm2 : the jet that is wanted instead.
    seed, target_triangles, strengths : as in ``build_leaflets``.

    Raises
    ------
    InputError : an area that is none, or not below the ring's.
    SolverError : no drawn area within bounds opens so, to 15 %; with the last one.

    Verified  : tests/physics/valve/leaflets/test_inflation.py
    """
    wanted = shape.area_anatomic_cm2 if area_effective_cm2 is None else area_effective_cm2
    _check(shape, "area_anatomic_cm2", shape.area_anatomic_cm2)
    _check(shape, "area_effective_cm2", wanted)
    low, high = (math.log(f * shape.ring_cm2) for f in (SMALLEST_FRAC, LARGEST_FRAC))
    drawn = min(max(math.log(shape.area_anatomic_cm2), low), high)
    slope, last = 1.0, None
    nearest, least = None, math.inf
    for _ in range(MOST_TRIES):
        tried = replace(shape, area_anatomic_cm2=math.exp(drawn))
        valve = build_leaflets(
            tried, seed=seed, target_triangles=target_triangles, strengths=strengths
        )
        beaten = first_beat(valve)
        valve, opened = replace(valve, beaten=beaten), beaten.opened
        jet = area_effective_cm2 is not None
        got = opened.area_effective_mm2 if jet else opened.area_anatomic_mm2
        miss = math.log(max(0.01 * got, 1e-6) / wanted)
        if abs(miss) < NEAR_FRAC:
            return valve
        if abs(miss) < least:
            nearest, least = valve, abs(miss)
        if last is not None:
            slope = min(max((miss - last[1]) / (drawn - last[0]), SLOWEST), FASTEST)
        last = (drawn, miss)
        drawn = min(max(drawn - miss / slope, low), high)
        if drawn == last[0]:
            break
    if nearest is not None and least < SNAP_FRAC:
        return nearest
    raise SolverError(
        f"leaflets: no unloaded shape opens to {wanted:.3g} cm2",
        state={"wanted_cm2": wanted, "got_cm2": 0.01 * got, "drawn_cm2": tried.area_anatomic_cm2},
    )


def _check(shape: ValveShape, key: str, area_cm2: Cm2) -> None:
    if not 0.0 < area_cm2 < shape.ring_cm2:
        allowed = f"above 0, below the ring's {shape.ring_cm2:.3g} cm2"
        raise InputError([InputItem(key=key, got=f"{area_cm2:g} cm2", allowed=allowed)])
