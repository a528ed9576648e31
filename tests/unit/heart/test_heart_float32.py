"""Twins in single precision: same results to single rounding, no double instruction left."""

import re

import numba
import numpy as np
import pytest

from openvalve._kernels import leaf
from openvalve.circulation import Activation, Packed, State, pack, resting_control
from openvalve.circulation._step import pressures, step
from openvalve.heart import build_circulation, initial_state, reference_heart
from openvalve.heart._float32 import cast_float32, float32_twin
from openvalve.heart._window import BALANCE_FRAC, sound

pytestmark = pytest.mark.skipif(
    bool(numba.config.DISABLE_JIT), reason="twins are made of compiled kernels"
)

CIRCULATION = build_circulation(reference_heart(bsa_m2=1.8))
TICK_S = 1e-3
PACKED = pack(CIRCULATION, TICK_S)
CONTROL = resting_control(CIRCULATION)
F32 = np.float32
DOUBLE = re.compile(r"= (?:fadd|fsub|fmul|fdiv|fneg|fpext)[^\n]*\bdouble\b|@llvm\.\w+\.f64\(double")


def start() -> State:
    return State(*(float(v) for v in initial_state(CIRCULATION).values))


def forced(force: float) -> Activation:
    return Activation(0.1, 0.1, force, force, 0.0, 0.0)


def double_instructions(twin, *arguments) -> list[str]:
    """Return the lines of the compiled body, without its Python wrapper, that compute in double."""
    twin(*arguments)
    text = twin.inspect_llvm(twin.signatures[0])
    bodies = re.findall(r"^define (?![^\n]*(?:cpython|cfunc))[^\n]*\n.*?^}", text, re.S | re.M)
    assert bodies
    return [line for body in bodies for line in body.splitlines() if DOUBLE.search(line)]


def test_a_step_in_single_precision_follows_the_double_one() -> None:
    twin = leaf(float32_twin(step))
    state, short = start(), cast_float32(start())
    short_packed, short_control = cast_float32(PACKED), cast_float32(CONTROL)
    for tick in range(300):
        e = forced(0.5 if tick < 150 else 0.0)
        state = step(state, PACKED, CONTROL, e, TICK_S)
        moved = twin(short, short_packed, short_control, cast_float32(e), F32(TICK_S))
        short = cast_float32(moved)
    np.testing.assert_allclose(short, state, rtol=1e-4, atol=1e-3)
    assert np.abs(np.array(short) - np.array(state)).max() > 1e-9  # or it was not single at all


@pytest.mark.parametrize("function", [step, pressures])
def test_no_double_instruction_is_left(function) -> None:
    arguments = [cast_float32(x) for x in (start(), PACKED, CONTROL, forced(0.2))]
    if function is step:
        arguments.append(F32(TICK_S))
    assert double_instructions(leaf(float32_twin(function)), *arguments) == []


def mixes_an_integer(x: float) -> float:
    return x * 2


def counts_ticks(x: float) -> float:
    return x * 2.0 if x > 1.0 else x + 0.5


def test_the_count_sees_a_double() -> None:
    assert double_instructions(leaf(float32_twin(mixes_an_integer)), F32(1.5))
    assert not double_instructions(leaf(float32_twin(counts_ticks)), F32(1.5))


def test_named_tuples_keep_their_kind() -> None:
    short = cast_float32(PACKED)
    assert isinstance(short, Packed)
    assert all(type(v) is F32 for v in short.lv)


def test_the_original_is_untouched() -> None:
    before = step.py_func.__code__.co_consts
    float32_twin(step)
    assert step.py_func.__code__.co_consts == before
    assert step.py_func.__globals__["HEAD_FACTOR"].__class__ is float


def test_the_balance_of_blood_is_judged_as_single_precision_allows() -> None:
    assert sound.py_func.__globals__["BALANCE_FRAC"] == BALANCE_FRAC == 1e-9
    assert float32_twin(sound).__globals__["BALANCE_FRAC"] == 1e-3
