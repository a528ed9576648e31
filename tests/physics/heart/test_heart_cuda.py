"""The GPU form against the scalar one: in the CUDA simulator here, on a GPU where there is one."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from openvalve._kernels import driver, leaf
from openvalve.bench._random_hearts import random_heart
from openvalve.circulation import WINDOW_S, State
from openvalve.errors import InputError, SolverError
from openvalve.heart._batch import batch_numbers
from openvalve.heart._blocks import field_names
from openvalve.heart._body import BodyParams, build_patient
from openvalve.heart._cuda import (
    patient_run,
    run_on_gpu,
    simulate_batch_gpu,
    window_times,
)
from openvalve.heart._float32 import float32_twin
from openvalve.heart._inputs import Inputs
from openvalve.heart._kernel import advance
from openvalve.heart._layout import INPUTS_AT, ROWS, STATE_AT, TALLY_AT
from openvalve.heart._tally import Tally

TICK_S = 1e-3
TICKS = round(WINDOW_S / TICK_S)
ONE_BEAT_S = 0.86  # 70/min
TWENTY_BEATS_S = 30.0  # of the slowest random heart, 40/min
FLOAT64_LIMIT = 1e-9  # relative to 1 or to the value, whichever is larger
FLOAT32_LIMIT = 1e-3
GRADIENT_LIMIT_MMHG = 0.05
TALLIED_WINDOWS = 500
DOUBLE = re.compile(r"= (fadd|fsub|fmul|fdiv|fpext)[^\n]*\bdouble\b")
NO_GPU_NOR_SIMULATOR = 77
DEVICE = """
import sys
import numpy as np
from openvalve.heart._body import BodyParams, Patient
from openvalve.heart._cuda import simulate_batch_gpu
try:
    from numba import cuda
except ImportError:
    sys.exit(77)
run = simulate_batch_gpu(
    [Patient(buffer=b, inputs=None, body=BodyParams()) for b in np.load(sys.argv[1]).T],
    float(sys.argv[3]),
    tally_s=0.4,
    single=sys.argv[4] == "single",
)
np.savez(
    sys.argv[2],
    buffers=run.buffers.T,
    failed=run.failed_window_count,
    systolic_mmhg=run.numbers["aortic_systolic_mmhg"],
)
"""
# The tally belongs to batches; the scalar form has none.
COMPARED = np.r_[:TALLY_AT, TALLY_AT + len(Tally._fields) : ROWS]


def random_patients(count: int) -> np.ndarray:
    """Return random patients side by side, shape (ROWS, count); who cannot settle is left out."""
    columns: list[np.ndarray] = []
    index = 0
    while len(columns) < count:
        index += 1
        try:
            patient = build_patient(random_heart(7, index), BodyParams(seed_count=index))
        except SolverError:
            continue
        columns.append(patient.buffer)
    return np.stack(columns, axis=1)


def scalar_form(patients: np.ndarray, seconds_s: float) -> np.ndarray:
    """Return the buffers after the scalar loop."""
    after = patients.copy()
    acting = slice(INPUTS_AT, INPUTS_AT + len(field_names(Inputs)))
    for k in range(patients.shape[1]):
        one = patients[:, k].copy()
        row, out = one[acting][None].copy(), np.empty((0, 0))
        ticks = round(seconds_s / TICK_S)
        assert advance(one, np.empty((0, 4)), row, 0, ticks, TICKS, TICK_S, out, 0, 1) == -1
        after[:, k] = one
    return after


def difference(got: np.ndarray, expected: np.ndarray) -> float:
    """Return the largest difference, relative to values above 1."""
    scale = np.maximum(np.abs(expected[COMPARED]), 1.0)
    return float((np.abs(got[COMPARED] - expected[COMPARED]) / scale).max())


def in_the_simulator(patients: np.ndarray, folder: Path, precision: str) -> dict[str, np.ndarray]:
    """Return what the kernel does in a process of its own, where the simulator is on.

    The simulator's arrays cannot enter compiled leaves, so these run as plain Python there.
    """
    before, after = folder / "before.npy", folder / "after.npz"
    np.save(before, patients)
    done = subprocess.run(
        [sys.executable, "-c", DEVICE, str(before), str(after), str(ONE_BEAT_S), precision],
        env={**os.environ, "NUMBA_ENABLE_CUDASIM": "1", "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == NO_GPU_NOR_SIMULATOR:
        pytest.skip("no CUDA simulator: this Numba ships none and numba-cuda is not installed")
    assert done.returncode == 0, done.stderr
    with np.load(after) as found:
        return dict(found)


@pytest.fixture(scope="module")
def four() -> np.ndarray:
    return random_patients(4)


@pytest.fixture(scope="module")
def four_after(four: np.ndarray) -> np.ndarray:
    return scalar_form(four, ONE_BEAT_S)


@pytest.mark.parametrize(
    ("precision", "limit"), [("double", FLOAT64_LIMIT), ("single", FLOAT32_LIMIT)]
)
def test_simulated_gpu_follows_the_scalar_form(
    precision, limit, four, four_after, tmp_path, record_property
) -> None:
    found = in_the_simulator(four, tmp_path, precision)
    assert (found["failed"] == -1).all()
    off = difference(found["buffers"], four_after)
    record_property(f"simulated_gpu_{precision}_difference", f"{off:.1e}")
    assert off < limit
    assert difference(four, four_after) > 1e-2  # something did happen in that beat
    tallied = found["buffers"][TALLY_AT + Tally._fields.index("ticks")]
    assert (tallied == round(0.4 / TICK_S)).all()
    assert (found["systolic_mmhg"] > 0.0).all()


def test_a_patient_that_leaves_all_bounds_is_named(four, tmp_path) -> None:
    broken = four.copy()
    broken[STATE_AT + State._fields.index("v_lv"), 2] = np.nan
    found = in_the_simulator(broken, tmp_path, "double")
    assert found["failed"].tolist() == [-1, -1, 0, -1]
    kept = [0, 1, 3]
    assert difference(found["buffers"][:, kept], scalar_form(four[:, kept], ONE_BEAT_S)) < 1e-9


def test_nobody_and_no_time_are_refused_before_anything_runs() -> None:
    with pytest.raises(InputError) as refused:
        simulate_batch_gpu([], 0.0)
    assert [item.key for item in refused.value.items] == ["patients", "seconds_s"]


def on_the_processor(patients: np.ndarray, kind: type, *, limit_double: int | None = None):
    """Return the buffers after the kernel's own loop, compiled for the processor."""
    run = leaf(float32_twin(patient_run)) if kind is np.float32 else patient_run

    def batch(b, patients, windows, tally_from, times, failed) -> None:
        for i in range(patients):
            failed[i] = run(b, i, patients, windows, tally_from, times)

    compiled = driver(batch)
    count = patients.shape[1]
    after, failed = patients.astype(kind).reshape(-1), np.zeros(count, dtype=np.int64)
    windows = round(TWENTY_BEATS_S / WINDOW_S)
    from_window = windows - TALLIED_WINDOWS
    compiled(after, count, windows, from_window, window_times(TICK_S).astype(kind), failed)
    assert (failed == -1).all()
    if limit_double is not None:
        lines = compiled.inspect_llvm(compiled.signatures[0]).splitlines()
        assert len([x for x in lines if DOUBLE.search(x)]) < limit_double
    return after.reshape(ROWS, count)


def tally_differences(got: np.ndarray, expected: np.ndarray) -> tuple[float, float]:
    """Return the largest differences of tallied numbers: of gradients in mmHg, else relative.

    A gradient counts from the tick to the tick in which its flow crosses a limit; a tick more or
    less moves it, whatever the precision.
    """
    single, double = batch_numbers(got.T.astype(float)), batch_numbers(expected.T)
    gradient_mmhg, relative = 0.0, 0.0
    for name, true in double.items():
        off = np.abs(single[name] - true)
        if name.startswith("gradient"):
            gradient_mmhg = max(gradient_mmhg, float(off.max()))
        else:
            relative = max(relative, float((off / np.maximum(np.abs(true), 1.0)).max()))
    return gradient_mmhg, relative


@pytest.mark.slow
def test_single_precision_follows_for_twenty_beats(record_property) -> None:
    before = random_patients(24)
    # Three conversions on the way to an integer; every operation is single.
    got = on_the_processor(before, np.float32, limit_double=4)
    gradient_mmhg, off = tally_differences(got, on_the_processor(before, np.float64))
    record_property("float32_difference", f"{off:.1e}, gradients {gradient_mmhg:.3f} mmHg")
    assert off < FLOAT32_LIMIT
    assert gradient_mmhg < GRADIENT_LIMIT_MMHG


def a_gpu() -> bool:
    """Return whether an NVIDIA GPU can be used from here."""
    try:
        from numba import cuda
    except ImportError:
        return False
    return bool(cuda.is_available()) and os.environ.get("NUMBA_ENABLE_CUDASIM") != "1"


@pytest.mark.slow
def test_a_gpu_follows_the_scalar_form_for_twenty_beats(record_property) -> None:
    if not a_gpu():
        pytest.skip("no NVIDIA GPU here")
    before = random_patients(1000)
    windows = round(TWENTY_BEATS_S / WINDOW_S)
    after, failed = run_on_gpu(before, windows, windows, single=False)
    assert (failed == -1).all()
    off = difference(after, scalar_form(before, TWENTY_BEATS_S))
    record_property("gpu_double_difference", f"{off:.1e}")
    assert off < FLOAT64_LIMIT


@pytest.mark.slow
def test_a_gpu_in_single_precision_follows_for_twenty_beats(record_property) -> None:
    if not a_gpu():
        pytest.skip("no NVIDIA GPU here")
    before = random_patients(1000)
    windows = round(TWENTY_BEATS_S / WINDOW_S)
    after, failed = run_on_gpu(before, windows, windows - TALLIED_WINDOWS, single=True)
    assert (failed == -1).all()
    gradient_mmhg, off = tally_differences(after, on_the_processor(before, np.float64))
    record_property("gpu_single_difference", f"{off:.1e}, gradients {gradient_mmhg:.3f} mmHg")
    assert off < FLOAT32_LIMIT
    assert gradient_mmhg < GRADIENT_LIMIT_MMHG
