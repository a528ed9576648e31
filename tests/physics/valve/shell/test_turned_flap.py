"""A flap on a hinge under the pressure of a closed valve: a follower drives it round for ever."""

import numpy as np

from openvalve.valve.shell import TISSUES, Load, Relaxation, Report, Shell, shell_of, start

LONG_MM, WIDE_MM = 10.0, 4.0
PRESSURE_MMHG = -12.0


def flap() -> Shell:
    """Return a strip that is held along one of its short sides."""
    along, across = 21, 9
    x, y = np.meshgrid(
        np.linspace(0.0, LONG_MM, along), np.linspace(0.0, WIDE_MM, across), indexing="ij"
    )
    nodes = np.column_stack([x.ravel(), y.ravel(), np.zeros(x.size)])
    grid = np.arange(x.size).reshape(along, across)
    a, b, c, d = (q.ravel() for q in (grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]))
    tri = np.concatenate([np.column_stack([a, b, c]), np.column_stack([a, c, d])])
    fibre = np.tile([0.0, 1.0, 0.0], (len(tri), 1))
    return shell_of(nodes, tri, 0.2, fibre, TISSUES["pulmonary"], held=nodes[:, 0] < 0.6)


def held(facing: bool) -> tuple[list[float], Report]:
    """Return the heights of the flap's tip, look by look, and the last report."""
    shell = flap()
    run = Relaxation(shell, start(shell), mass_ratio=1.0, damping_floor_ratio=0.02, tied=True)
    rising = Load(pressure_mmhg=np.array([0.0, PRESSURE_MMHG]), facing=facing)
    run.advance(rising, 300, damping_floor_ratio=0.5)
    heights = []
    for _ in range(8):
        mark = run.mark()
        run.advance(Load(pressure_mmhg=np.full(2, PRESSURE_MMHG), facing=facing), 600)
        heights.append(float(run.nodes_mm[-1, 2]))
    return heights, run.report(mark)


def test_a_follower_drives_a_flap_round() -> None:
    """Pushed along its own normal wherever it is, it swings from below its hinge to above it."""
    heights, report = held(facing=False)
    assert min(heights) < -2.0
    assert max(heights) > 2.0
    assert report.kinetic_ratio > 0.5


def test_a_flap_that_has_turned_over_hangs() -> None:
    """Where a face that looks away is spared, it rests below its hinge."""
    heights, report = held(facing=True)
    assert report.settled
    assert report.change_frac < 1e-3
    assert heights[-1] < -0.5 * LONG_MM
    assert max(heights) < 0.0
