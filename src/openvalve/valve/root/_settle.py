"""A load on a root, held until it rests, or refused with its ratios."""

from collections.abc import Callable

from openvalve.errors import SolverError
from openvalve.units import Frac, Ratio
from openvalve.valve.leaflets import Phase
from openvalve.valve.shell import Load, Relaxation, Shell, State

__all__ = ["settle_root"]

# Steps of a load that rises, and between looks, times the square of edges across; rest is asked
# for over so many looks. Ramps twice as long move no number by a thousandth: the wall is elastic.
RAMP_PARTS, LOOK_PARTS = 1.0, 0.5
MOST_LOOKS = 120
# Change in a look: a heavy nodule moves slowly, and 1 % left 2 % of stress open.
STILL_FRAC: Frac = 0.002
CALM = 4.0  # least damping times the square of edges across
MASS_RATIO: Ratio = 1.0  # over the least that row sums call stable


def settle_root(
    shell: Shell,
    state: State,
    load: Load,
    name: str,
    *,
    across: Ratio,
    follow: Callable[[State], Load] | None = None,
) -> tuple[State, Phase]:
    """Apply a load, hold its end, and return the shape once it rests.

    Parameters
    ----------
    load : over the first steps; its last values are then held.
    across : edges of the mesh across the ring: a step carries a disturbance one edge far.
    follow : gives the held load anew at every look, as of a balloon that finds its place; the last
        values of ``load`` by default.

    Raises
    ------
    SolverError : it does not rest, with its ratios; or a number was lost.
    """
    run = Relaxation(shell, state, mass_ratio=MASS_RATIO, damping_floor_ratio=CALM / across**2)
    look = max(60, int(LOOK_PARTS * across**2))
    run.advance(load, max(60, int(RAMP_PARTS * across**2)), calm=False)
    held = load
    for _ in range(MOST_LOOKS):
        mark = run.mark()
        if follow is not None:
            held = follow(run.state)
        run.advance(held, look)
        report = run.report(mark)
        if report.settled and report.change_frac < STILL_FRAC:
            return run.state, Phase(name=name, report=report, settled=True)
    raise SolverError(
        f"root: {name} does not settle in {run.steps} steps",
        state=report.ratios,
    )
