"""The valve whose opening under flow is the one that was measured."""

import math
from dataclasses import replace

from openvalve.anatomy import ValveShape
from openvalve.errors import SolverError
from openvalve.units import Cm2
from openvalve.valve.leaflets._after import beat
from openvalve.valve.leaflets._build import LeafletValve, build_leaflets
from openvalve.valve.leaflets._strength_tables import Strengths
from openvalve.valve.shell import start

__all__ = ["matched_leaflets"]

NEAR_FRAC = 0.02  # of the area: a tenth of what two readers of one echo differ by [K]
MOST_TRIES = 7
SLOWEST, FASTEST = 0.25, 2.0  # of d log opened / d log drawn, so that no step runs away
SMALLEST_FRAC = 0.006  # of the ring's area that may be drawn


def matched_leaflets(
    shape: ValveShape,
    *,
    area_effective_cm2: Cm2 | None = None,
    seed: int = 0,
    target_triangles: int = 2700,
    strengths: Strengths | None = None,
) -> LeafletValve:
    """Return the valve that opens to a given area under its usual gradient.

    What is measured in a patient is a valve held open by its flow; the unloaded one, which the
    mesh is, may be nearly shut. Found by secants on the logarithm of the drawn area.

    Parameters
    ----------
    shape : its ``area_anatomic_cm2`` is the opening that is wanted and the first guess.
    area_effective_cm2 : the jet that is wanted instead.
    seed, target_triangles, strengths : as in ``build_leaflets``.

    Raises
    ------
    SolverError : no drawn area within bounds opens so, to 2 %; with the last one.

    Verified  : tests/physics/valve/leaflets/test_inflation.py
    """
    wanted = shape.area_anatomic_cm2 if area_effective_cm2 is None else area_effective_cm2
    drawn = math.log(shape.area_anatomic_cm2)
    low = math.log(SMALLEST_FRAC * shape.ring_cm2)
    slope, last = 1.0, None
    for _ in range(MOST_TRIES):
        tried = replace(shape, area_anatomic_cm2=math.exp(drawn))
        valve = build_leaflets(
            tried, seed=seed, target_triangles=target_triangles, strengths=strengths
        )
        opened = beat(valve, start(valve.shell))[2]
        got = opened.area_effective_mm2 if area_effective_cm2 else opened.area_anatomic_mm2
        miss = math.log(max(0.01 * got, 1e-6) / wanted)
        if abs(miss) < NEAR_FRAC:
            return valve
        if last is not None and drawn != last[0]:
            slope = min(max((miss - last[1]) / (drawn - last[0]), SLOWEST), FASTEST)
        last = (drawn, miss)
        drawn = max(drawn - miss / slope, low)
    raise SolverError(
        f"leaflets: no unloaded shape opens to {wanted:.3g} cm2",
        state={"wanted_cm2": wanted, "got_cm2": 0.01 * got, "drawn_cm2": tried.area_anatomic_cm2},
    )
