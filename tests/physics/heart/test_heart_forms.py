"""The forms of the loop are one: lanes equal the scalar loop to the last bit."""

import subprocess
import sys

import numpy as np
import pytest

from openvalve.bench._random_hearts import random_patient
from openvalve.heart import Patient, build_patient, reference_heart, run_patient, simulate_batch
from openvalve.heart._generate import OUTPUT, layout_source
from openvalve.heart._layout import TALLY_AT
from openvalve.heart._tally import Tally

TALLY = slice(TALLY_AT, TALLY_AT + len(Tally._fields))


def without_tally(buffer: np.ndarray) -> np.ndarray:
    kept = buffer.copy()
    kept[..., TALLY] = 0.0
    return kept


@pytest.fixture(scope="module")
def patients() -> list[Patient]:
    settled = build_patient(reference_heart(bsa_m2=1.8))
    return [settled, *(random_patient(11, k) for k in range(19))]


def test_lanes_equal_the_scalar_form_bit_for_bit(patients):
    batch = simulate_batch(patients, 6.0)
    assert (batch.failed_window_count < 0).all()
    for k, patient in enumerate(patients):
        alone = run_patient(patient, 6.0)
        np.testing.assert_array_equal(
            without_tally(batch.buffers[k]), without_tally(alone.buffer), err_msg=str(k)
        )


def test_a_patient_does_not_depend_on_the_others(patients):
    one = simulate_batch(patients, 2.0, threads_count=1)
    turned = simulate_batch(patients[::-1], 2.0, threads_count=2)
    np.testing.assert_array_equal(one.buffers, turned.buffers[::-1])


def test_numbers_of_a_batch_are_those_of_a_healthy_adult(patients):
    numbers = simulate_batch(patients[:1], 8.0).numbers
    assert 4.0 <= numbers["cardiac_output_l_min"][0] <= 6.5
    assert 85.0 <= numbers["aortic_mean_mmhg"][0] <= 105.0
    assert numbers["aortic_diastolic_mmhg"][0] < numbers["aortic_systolic_mmhg"][0]


def test_the_layout_is_what_the_generator_writes():
    formatted = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "-", "--stdin-filename", str(OUTPUT)],
        input=layout_source(),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert formatted == OUTPUT.read_text(encoding="utf-8")
