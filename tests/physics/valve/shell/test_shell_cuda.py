"""The GPU form of the shell against the processor's: in the CUDA simulator, on tiny valves."""

import dataclasses
import importlib.util
import os
import pickle
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numba
import numpy as np
import pytest
from numpy.typing import NDArray

from openvalve.errors import InputError
from openvalve.valve.closing import contact_arrays
from openvalve.valve.shell import (
    TISSUES,
    Balloon,
    Bonds,
    Cables,
    Control,
    FreeEdge,
    Load,
    Relaxation,
    Report,
    Set,
    State,
    _cuda_kernel,
    relax,
    ring_cables,
    shell_of,
    start,
)
from openvalve.valve.shell._cuda import Task, advance_batch_gpu, relax_batch_gpu, run_of
from openvalve.valve.shell._cuda_pack import pack, unpack
from openvalve.valve.shell._mesh_mass import mass_times
from openvalve.valve.shell._relax import Run, finished, kept_of
from openvalve.valve.shell._relaxation import Piece, advance_pieces
from openvalve.valve.shell._ties import mass_of

Floats = NDArray[np.float64]
STEPS = 18
SUMS_LIMIT = 1e-9  # of energies, which are added in another order
NO_SIMULATOR = 77
DEVICE = """
import pickle, sys
from openvalve.valve.shell._cuda import advance_batch_gpu, relax_batch_gpu
try:
    from numba import cuda
except ImportError:
    sys.exit(77)
sys.setswitchinterval(1e-4)  # the simulator's threads wait for one another
with open(sys.argv[1], "rb") as file:
    at_once, in_pieces = pickle.load(file)
made = []
for tasks, threads in at_once:
    outcomes = relax_batch_gpu(tasks, threads_count=threads)
    made.append([one if isinstance(one, tuple) else repr(one) for one in outcomes])
for beats, threads in in_pieces:
    for pieces in beats:
        errors = advance_batch_gpu(pieces, threads_count=threads)
        assert errors == [None] * len(pieces), errors
        for piece in pieces:
            if not piece.calm:
                piece.relaxation.keep()
    made.append([piece.relaxation for piece in pieces])
with open(sys.argv[2], "wb") as file:
    pickle.dump(made, file)
"""


def washer(around: int, rings: int, seed: int) -> Task:
    """Return a domed ring of leaflet with every kind of part, some of which give way in the run."""
    rng = np.random.default_rng(seed)
    angle = 2.0 * np.pi * np.arange(around) / around
    radii = np.linspace(3.0, 7.0, rings)
    nodes = np.array([(r * np.cos(a), r * np.sin(a), 0.3 * (7 - r)) for r in radii for a in angle])
    tri = []
    for k in range(rings - 1):
        for i in range(around):
            a, b = k * around + i, k * around + (i + 1) % around
            tri += [(a, a + around, b), (b, a + around, b + around)]
    triangles = np.array(tri)
    outer = np.arange(around * (rings - 1), around * rings)
    pairs, values = ring_cables(nodes, outer.astype(np.int32), stiffness_n=3.0, exponent=4.0)
    chord = np.array([[0, around // 2], [1, around // 2 + 1]])
    length = np.linalg.norm(nodes[chord[:, 1]] - nodes[chord[:, 0]], axis=1)
    weak = np.column_stack([0.95 * length, [3.0, 3.0], [5.0, 5.0], [0.2, np.inf], [0.0, 0.0]])
    shell = shell_of(
        nodes, triangles, 0.5 + 0.3 * rng.random(len(triangles)),
        np.cross([0.0, 0.0, 1.0], nodes[triangles].mean(axis=1)), TISSUES["mitral_rheumatic"],
        bonds=Bonds(
            pairs=np.array([[0, 2], [1, 3]]), tributary_mm=np.array([1.0, 0.5]),
            peak_n_mm=np.array([0.3, 2.0]), energy_mj_mm=np.array([0.4, 9.0]),
        ),
        cables=Cables(pairs=np.vstack([pairs, chord]), values=np.vstack([values, weak])),
        anchor_n_mm=np.where(np.arange(len(nodes)) >= outer[0], 2.0, 0.0),
        permanent=Set(
            stretch_frac=0.6, stretch_yield_frac=0.01, bend_frac=0.5, crack_mpa=0.02,
            crushed_frac=0.7,
        ),
    )  # fmt: skip
    share = np.zeros(len(nodes))
    share[:around] = 2.0 * 3.0 * np.sin(np.pi / around)
    balloon = Balloon(
        axes_mm=np.array([[-0.6, 0.1], [0.7, 0.0]]), bottom_mm=-6.0, spacing_mm=1.0,
        radius_mm=np.array([4.0, 3.4])[:, None, None] * np.linspace(0.3, 1.0, 5)[:, None]
        * np.cos(np.linspace(-0.9, 0.9, 13)),
        pressure_mpa=np.linspace(0.0, 0.03, 5), stage=np.array([0.0, 3.0, 4.0, 4.0]),
        edge=FreeEdge(nodes=np.arange(around), length_mm=share, ring_mm=7.0, ring_z_mm=0.0),
    )  # fmt: skip
    load = Load(
        pressure_mmhg=np.array([0.0, 30.0, 0.0, -20.0]),
        face_share=rng.random(len(triangles)),
        facing=True,
        node_force_n=0.01 * rng.standard_normal(nodes.shape),
        balloon=balloon,
    )
    return Task(shell, start(shell), load, Control(steps=STEPS, refresh=7))


def meeting(across: int, raised_mm: float, control: Control) -> Task:
    """Return two leaflets that lie one on the other, not quite alike, and are pressed together.

    The lower one has been lifted from its unloaded place by ``raised_mm``.
    """
    grid = np.arange(across * across).reshape(across, across)
    a, b, c, d = (q.ravel() for q in (grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]))
    one = np.concatenate([np.column_stack([a, b, c]), np.column_stack([a, c, d])])
    x, y = np.meshgrid(
        np.arange(across, dtype=float), np.arange(across, dtype=float), indexing="ij"
    )
    upper = np.column_stack([x.ravel(), y.ravel(), 1.6 + 0.05 * x.ravel()])
    lower = np.column_stack([0.9 * x.ravel() + 0.27, 0.95 * y.ravel() + 0.11, 0.02 * y.ravel()])
    nodes, triangles = np.vstack([upper, lower]), np.vstack([one, one[:, ::-1] + across * across])
    rim = np.zeros((across, across), bool)
    rim[[0, -1]] = True
    held = np.tile(rim.ravel(), 2)
    shell = shell_of(
        nodes, triangles, 0.7, np.tile([1.0, 0.2, 0.0], (len(triangles), 1)),
        TISSUES["mitral_rheumatic"], held=held,
    )  # fmt: skip
    leaflet = np.repeat(np.arange(2), len(one)).astype(np.int8)
    sheets = contact_arrays(shell.nodes_mm, triangles.astype(np.int32), leaflet, shell.thickness_mm)
    moved = shell.nodes_mm.copy()
    moved[across * across :, 2] += raised_mm
    push = np.zeros_like(nodes)
    push[: across * across, 0] = 0.02  # so that the sheets slide
    load = Load(pressure_mmhg=np.array([-40.0, -60.0]), node_force_n=push, sheets=sheets)
    return Task(shell, dataclasses.replace(start(shell), nodes_mm=moved), load, control)


Beats = list[list[Piece]]


def beats_of(tasks: list[Task], *, tied: bool, steps: int = 20) -> Beats:
    """Return three pieces of runs that go on: the second damps by the last step and lasts."""
    runs = [Relaxation(task.shell, task.state, tied=tied) for task in tasks]
    both = list(zip(runs, tasks, strict=True))
    return [
        [Piece(run, task.load, steps, calm) for run, task in both] for calm in (True, False, True)
    ]


def joined(one: Beats, other: Beats) -> Beats:
    return [[*p, *q] for p, q in zip(one, other, strict=True)]


def on_the_cpu(beats: Beats) -> list[Relaxation]:
    """Return runs that the processor made; those that are handed in do not change."""
    beats = pickle.loads(pickle.dumps(beats))
    for pieces in beats:
        for run, *asked, calm, _ in pieces:
            run.advance(*asked, calm=calm)
            if not calm:
                run.keep()
    return [piece.relaxation for piece in beats[-1]]


def in_the_simulator(
    at_once: list[tuple[list[Task], int]], in_pieces: list[tuple[Beats, int]], folder: Path
) -> Any:
    """Return what the kernel does in a process of its own, where the simulator is on."""
    before, after = folder / "before.pickle", folder / "after.pickle"
    before.write_bytes(pickle.dumps((at_once, in_pieces)))
    done = subprocess.run(
        [sys.executable, "-c", DEVICE, str(before), str(after)],
        env={**os.environ, "NUMBA_ENABLE_CUDASIM": "1", "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == NO_SIMULATOR:
        pytest.skip("no CUDA simulator: this Numba ships none and numba-cuda is not installed")
    assert done.returncode == 0, done.stderr
    return pickle.loads(after.read_bytes())


@dataclasses.dataclass(frozen=True)
class Made:
    """What the simulator made of valves: of two at once, of such as go on, tied ones among them."""

    tasks: list[Task]
    alone: Any
    four: Any
    met: Any
    broken: Any
    beats: Beats
    going: Any
    going_four: Any


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    tasks = [washer(9, 3, 1), washer(7, 3, 2), meeting(4, 1.1, Control(steps=STEPS, refresh=5))]
    state, way = tasks[1].state, np.full_like(tasks[1].state.nodes_mm, np.nan)
    broken = [
        tasks[1]._replace(state=dataclasses.replace(state, velocity_mm=way)),
        tasks[1]._replace(state=dataclasses.replace(state, nodes_mm=way)),
        tasks[1],
    ]
    at_once = [(tasks[:2], 1), (tasks[1:2], 4), (tasks[1:], 4), (broken, 1)]
    beats = joined(beats_of(tasks[1:], tied=True), beats_of(tasks[1:2], tied=False))
    folder = tmp_path_factory.mktemp("cuda")
    found = in_the_simulator(at_once, [(beats, 1), (beats_of(tasks[1:], tied=True), 4)], folder)
    return Made(tasks, *found[:4], beats, *found[4:])


def differences(got: State, expected: State) -> dict[str, float]:
    """Return the largest difference of each array of a state."""
    arrays = [f.name for f in dataclasses.fields(State) if f.name != "lost_mj"]
    return {
        name: float(np.abs(getattr(got, name) - getattr(expected, name)).max(initial=0.0))
        for name in arrays
    }


def assert_same_report(got: Report, expected: Report) -> None:
    for field in dataclasses.fields(Report):
        assert getattr(got, field.name) == pytest.approx(
            getattr(expected, field.name), rel=SUMS_LIMIT, abs=SUMS_LIMIT
        ), field.name


def test_everything_happens_in_these_runs(made: Made) -> None:
    for task in made.tasks[:2]:
        state, report = relax(*task)
        assert (state.stretch_set > 0.0).any()
        assert (state.bend_set_rad != 0.0).any()
        assert 0.0 < (state.crack_frac < 1.0).mean() < 1.0
        assert state.torn.tolist() == [0.0] * (len(state.torn) - 2) + [1.0, 0.0]
        opening = state.opening_mm < task.shell.bond_law[:, 2]
        assert opening.tolist() == [False, True]
        assert report.loads_mj > 0.0


def test_one_thread_gives_the_bits_of_the_processor(made: Made) -> None:
    """Two valves of different size in one batch, balloon, bonds, cables and set included."""
    for (state, report), task in zip(made.alone, made.tasks, strict=False):
        expected = relax(*task)
        assert set(differences(state, expected[0]).values()) == {0.0}
        assert_same_report(report, expected[1])


def test_more_threads_give_the_same_bits(made: Made) -> None:
    ((state, report),) = made.four
    expected = relax(*made.tasks[1])
    assert set(differences(state, expected[0]).values()) == {0.0}
    assert_same_report(report, expected[1])


def test_leaflets_meet_with_the_same_bits_on_any_number_of_threads(made: Made) -> None:
    """In a batch with a valve whose leaflets do not meet."""
    task = made.tasks[2]
    state, report = made.met[1]
    expected = relax(*task)
    apart = task._replace(load=dataclasses.replace(task.load, sheets=None))
    assert max(differences(expected[0], relax(*apart)[0]).values()) > 1e-3
    assert set(differences(state, expected[0]).values()) == {0.0}
    assert_same_report(report, expected[1])


def assert_same_runs(got: list[Relaxation], expected: list[Relaxation]) -> None:
    """Compare all that a run goes on by, to the bit; energies to the order of their sums."""
    for one, other in zip(got, expected, strict=True):
        assert set(differences(one.state, other.state).values()) == {0.0}
        ends = [run.asked(Piece(run, Load(), 3)) for run in (one, other)]
        for a, b in zip(*((*e.pace, *e.kept, *mass_of(e.ties), e.left.mass) for e in ends),
                        strict=True):  # fmt: skip
            np.testing.assert_array_equal(a, b)
        np.testing.assert_allclose(
            one.mark().gains, other.mark().gains, rtol=SUMS_LIMIT, atol=SUMS_LIMIT
        )


def test_runs_go_on_with_the_bits_of_the_processor(made: Made) -> None:
    """Tied and not, in one batch: masses, damping that looks back, and what lasts."""
    expected = on_the_cpu(made.beats)
    assert_same_runs(made.going, expected)
    assert_same_runs(made.going_four, expected[:2])


def test_in_these_runs_everything_matters_that_a_run_goes_on_by(made: Made) -> None:
    tied, _, plain = on_the_cpu(made.beats)
    assert np.abs(tied.nodes_mm - plain.nodes_mm).max() > 0.01
    for run in (tied, plain):
        asked = run.asked(Piece(run, Load(), 3))
        lasts, now = asked.kept, kept_of(asked.arrays)
        assert any((a != b).any() for a, b in zip(lasts, now, strict=True))  # of the last piece
        assert (lasts.bend_set != 0.0).any()
        assert (lasts.stretch_set > 0.0).any()
    hasty = [[piece._replace(calm=False) for piece in pieces] for pieces in made.beats]
    assert np.abs(on_the_cpu(hasty)[0].nodes_mm - tied.nodes_mm).max() > 1e-6


def test_momentum_is_the_tied_mass_times_the_way(made: Made) -> None:
    """So what was solved with is the mass that holds the tissue stable, and not its diagonal."""
    for run in made.going_four:
        asked = run.asked(Piece(run, Load(), 3))
        v, free = asked.arrays["velocity_mm"], asked.shell.free
        heavy = np.empty_like(v)
        mass_times(asked.ties, v, heavy)
        scale = np.abs(heavy).max()
        assert scale > 0.0
        np.testing.assert_allclose(asked.ties.momentum * free, heavy * free, atol=1e-9 * scale)
        alone = asked.ties.ground[:, None] * v
        assert np.abs((alone - heavy) * free).max() > 0.1 * scale


class Dim(NamedTuple):
    """Index of the only block, of its only thread, or how many there are."""

    x: int


def on_the_processor() -> Any:
    """Return the kernel's own text, compiled for the processor as one thread."""
    spec = importlib.util.spec_from_file_location("one_thread_kernel", str(_cuda_kernel.__file__))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    one, shared = ModuleType("one"), ModuleType("shared")
    shared.array = numba.njit(lambda size, _: np.zeros(size))
    one.shared, one.syncthreads = shared, numba.njit(lambda: None)
    one.blockIdx, one.threadIdx, one.blockDim = Dim(0), Dim(0), Dim(1)
    one.jit = numba.njit(error_model="numpy")
    module.cuda = one
    return module.valves_kernel()


def alone(kernel: Any, run: Run) -> int:
    """Advance a run in place by a kernel of one thread."""
    batch = pack([run])
    kernel(*batch)
    return unpack(run, batch, 0)


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="the kernel is compiled here")
def test_the_compiled_kernel_gives_the_bits_of_the_processor() -> None:
    """Hundreds of triangles over thousands of steps, which the simulator would take minutes for."""
    kernel = on_the_processor()
    control = Control(steps=2000)
    tasks = [washer(24, 8, 3)._replace(control=control), meeting(12, 0.3, control)]
    for task in tasks:
        begun, run = run_of(task)
        state, report = finished(
            task.shell, task.state, task.control, begun, run.left, alone(kernel, run)
        )
        expected = relax(*task)
        assert set(differences(state, expected[0]).values()) == {0.0}
        assert_same_report(report, expected[1])
    beats = joined(beats_of(tasks, tied=True, steps=200), beats_of(tasks, tied=False, steps=300))
    expected = on_the_cpu(beats)
    for pieces in beats:
        found = advance_pieces(pieces, lambda runs: [alone(kernel, run) for run in runs])
        assert found == [None] * 4
        for piece in pieces:
            if not piece.calm:
                piece.relaxation.keep()
    assert_same_runs([piece.relaxation for piece in beats[-1]], expected)


def test_a_valve_that_loses_a_number_is_named_and_hurts_no_other(made: Made) -> None:
    lost, shapeless, (state, _) = made.broken
    assert lost == f"SolverError('valve shell: a number was lost at step 0 of {STEPS}')"
    assert shapeless == "SolverError('valve shell: the shape it starts from is not finite')"
    assert set(differences(state, relax(*made.tasks[1])[0]).values()) == {0.0}


def test_what_cannot_run_is_refused_before_anything_does() -> None:
    with pytest.raises(InputError) as refused:
        relax_batch_gpu([], threads_count=48)
    assert [item.key for item in refused.value.items] == ["tasks", "threads_count"]
    task = meeting(4, 0.0, Control(steps=3))
    hasty = task._replace(control=Control(steps=1))
    sheets = contact_arrays(
        task.shell.nodes_mm,
        task.shell.triangles[::-1].astype(np.int32),
        np.zeros(len(task.shell.triangles), np.int8),
        task.shell.thickness_mm,
    )
    other = task._replace(load=dataclasses.replace(task.load, sheets=sheets))
    slack = Balloon(
        axes_mm=np.zeros((1, 2)),
        bottom_mm=0.0,
        spacing_mm=1.0,
        radius_mm=np.ones((1, 2, 2)),
        pressure_mpa=np.ones(2),
        stage=np.array([0.0, 1.0]),
        follows=np.arange(3),
    )
    followed = task._replace(load=dataclasses.replace(task.load, balloon=slack))
    with pytest.raises(InputError) as refused:
        relax_batch_gpu([task, hasty, other, followed])
    assert [item.key for item in refused.value.items] == [
        "tasks[1].control.steps", "tasks[2].load.sheets", "tasks[3].load.balloon.follows",
    ]  # fmt: skip
    run = Relaxation(task.shell, task.state, tied=True)
    with pytest.raises(InputError) as refused:
        advance_batch_gpu([Piece(run, task.load, 1), Piece(run, other.load, 3)])
    assert [item.key for item in refused.value.items] == [
        "pieces", "pieces[0].control.steps", "pieces[1].load.sheets",
    ]  # fmt: skip
    assert run.steps == 0
