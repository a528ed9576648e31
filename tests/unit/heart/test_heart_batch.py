"""Batches and settled patients in few windows, so that they also pass without a compiler."""

from dataclasses import replace

import numpy as np
import pytest

from openvalve.circulation import PackedReflexes
from openvalve.errors import InputError, SolverError
from openvalve.heart import (
    BodyParams,
    acted_on,
    build_patient,
    reference_heart,
    rough_patient,
    run_patient,
    simulate_batch,
)
from openvalve.heart import _body as body_module
from openvalve.heart import _generate as generate
from openvalve.heart import _layout as layout
from openvalve.heart._batch import LANES
from openvalve.heart._blocks import BLOCKS, field_names, flat, put
from openvalve.heart._layout import (
    INPUTS_AT,
    LEDGER_AT,
    PACKED_REFLEX_AT,
    ROWS,
    STATE_AT,
    TALLY_AT,
)
from openvalve.heart._tally import Tally
from openvalve.rhythm import CODES

HEART = reference_heart(bsa_m2=1.8)
TALLY = slice(TALLY_AT, TALLY_AT + len(Tally._fields))


@pytest.fixture
def quick(monkeypatch):
    """Patients that settle for a moment only."""
    monkeypatch.setattr(body_module, "SETTLE_BEATS", 1)
    monkeypatch.setattr(body_module, "SAMPLED_BEATS", 1)
    monkeypatch.setattr(body_module, "LEARN_S", 0.02)
    monkeypatch.setattr(body_module, "AVERAGE_S", 0.04)


# Layout


def test_blocks_fill_the_buffer_without_gap_or_overlap():
    at = 0
    for name, block in BLOCKS:
        assert getattr(layout, f"{name.upper()}_AT") == at, name
        at += len(field_names(block))
    assert at == ROWS


def plain(name):
    """Return a leaf of the layout as Python: compiling all of them takes a quarter of a minute."""
    leaf = getattr(layout, name)
    return getattr(leaf, "py_func", leaf)


@pytest.mark.parametrize("stride", [1, 3])
def test_what_is_stored_is_loaded_again(stride):
    buffer = np.full(ROWS * stride, np.nan)
    rng = np.random.default_rng(1)
    want = rng.random(ROWS)
    at = stride - 1
    buffer[at::stride] = want
    for name, _ in BLOCKS:
        loaded = plain(f"load_{name}")(buffer, at, stride)
        first = getattr(layout, f"{name.upper()}_AT")
        values = list(flat(loaded))
        np.testing.assert_array_equal(values, want[first : first + len(values)], err_msg=name)
        plain(f"store_{name}")(buffer, at, stride, loaded)
    np.testing.assert_array_equal(buffer[at::stride], want)
    if stride > 1:
        assert np.isnan(buffer[0::stride]).all()  # the neighbour is untouched


def test_the_generator_names_every_block_once():
    source = generate.layout_source()
    for name, block in BLOCKS:
        assert source.count(f"def load_{name}(") == source.count(f"def store_{name}(") == 1
        assert f"-> {block.__name__}:" in source
    assert f"ROWS = {ROWS}\n" in source


# Batches


def test_lanes_equal_the_scalar_form_at_once():
    """Two windows of two patients; 20 patients for 6 s in tests/physics/heart."""
    patients = [
        rough_patient(HEART),
        acted_on(
            rough_patient(replace(HEART, rhythm=replace(HEART.rhythm, name="paced"))),
            rough_patient(HEART).inputs._replace(bleed_ml_s=2.0),
            boluses={"adrenaline": 10.0},
        ),
    ]
    batch = simulate_batch(patients, 0.04, tally_s=0.02, threads_count=1)
    assert batch.buffers.shape == (2, ROWS)
    assert (batch.failed_window_count == -1).all()
    assert (batch.buffers[:, TALLY_AT] == 20.0).all()  # ticks of the last window only
    for k, patient in enumerate(patients):
        alone = run_patient(patient, 0.04).buffer.copy()
        alone[TALLY] = batch.buffers[k, TALLY]
        np.testing.assert_array_equal(batch.buffers[k], alone)


def test_a_failing_lane_is_named_and_hurts_no_other():
    good, bad = rough_patient(HEART), rough_patient(HEART)
    bad.buffer[STATE_AT] = np.nan
    batch = simulate_batch([good, bad, good], 0.04, tally_s=0.04, threads_count=1)
    assert batch.failed_window_count.tolist() == [-1, 0, -1]
    np.testing.assert_array_equal(batch.buffers[0], batch.buffers[2])
    assert np.isfinite(batch.buffers[0]).all()


@pytest.mark.parametrize("count", [1, LANES, LANES + 1])
def test_any_number_of_patients(count):
    batch = simulate_batch([rough_patient(HEART)] * count, 0.02, tally_s=0.02)
    assert batch.buffers.shape == (count, ROWS)
    assert all(v.shape == (count,) for v in batch.numbers.values())


# Patients


def test_a_built_patient_has_its_own_set_points(quick):
    patient = build_patient(HEART)
    free = build_patient(HEART, regulated=False)
    width = len(PackedReflexes._fields)
    learned, none = (
        PackedReflexes(*p.buffer[PACKED_REFLEX_AT : PACKED_REFLEX_AT + width])
        for p in (patient, free)
    )
    assert learned != none
    assert np.isfinite(patient.buffer).all()


def test_bodies_and_rhythms_reach_the_buffer(quick):
    old = BodyParams(age_years=80.0, weight_kg=60.0, haemoglobin_g_dl=10.0, seed_count=7)
    fibrillating = replace(HEART, rhythm=replace(HEART.rhythm, name="atrial_fibrillation"))
    patient = build_patient(fibrillating, old)
    assert patient.inputs.rhythm == CODES["atrial_fibrillation"]
    assert patient.body is old
    paced = build_patient(replace(HEART, rhythm=replace(HEART.rhythm, name="paced")))
    assert paced.inputs.pacing_bpm == HEART.rhythm.rate_bpm
    assert paced.inputs.rate_bpm < HEART.rhythm.rate_bpm


def test_what_acts_leaves_the_given_patient_alone():
    patient = rough_patient(HEART)
    before = patient.buffer.copy()
    changed = acted_on(
        patient,
        patient.inputs._replace(bleed_ml_s=3.0),
        boluses={"phenylephrine": 100.0},
        infusions={"noradrenaline": 0.1},
    )
    np.testing.assert_array_equal(patient.buffer, before)
    assert changed.inputs.bleed_ml_s == 3.0
    assert changed.inputs.drugs.noradrenaline > 0.0
    row = list(flat(changed.inputs))
    np.testing.assert_array_equal(changed.buffer[INPUTS_AT : INPUTS_AT + len(row)], row)
    with pytest.raises(InputError, match="phenylephrine"):
        acted_on(patient, patient.inputs, boluses={"phenylephrine": 1e9})


def test_a_patient_with_a_lost_number_is_an_error():
    patient = rough_patient(HEART)
    patient.buffer[STATE_AT + 1] = np.nan
    with pytest.raises(SolverError, match=r"at 0\.000 s") as caught:
        run_patient(patient, 0.04)
    assert np.isnan(caught.value.state["v_lv"])


def test_blood_that_is_in_no_ledger_is_an_error():
    """A state that holds more than what was given: a lost balance, not a change of the patient."""
    patient = rough_patient(HEART)
    patient.buffer[LEDGER_AT] = 1.0
    with pytest.raises(SolverError):
        run_patient(patient, 0.04)
    put(patient.buffer, LEDGER_AT, (0.0, patient.buffer[LEDGER_AT + 1]))
    run_patient(patient, 0.04)
