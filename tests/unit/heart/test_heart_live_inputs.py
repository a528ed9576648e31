"""What a live patient is asked, refused and told; runs of a few windows."""

from dataclasses import replace

import numpy as np
import pytest

from openvalve.circulation import ACTS
from openvalve.errors import InputError, SolverError
from openvalve.heart import INPUT_LIMITS, Live, Patient, reference_heart
from openvalve.heart import _live as live_module
from openvalve.heart._blocks import WATCHED
from openvalve.heart._body import rough_patient
from openvalve.heart._layout import STATE_AT
from openvalve.heart._live_checks import NAMES, WORDS
from openvalve.rhythm import CODES

STATE = slice(STATE_AT, STATE_AT + 30)


@pytest.fixture
def live(monkeypatch):
    """A patient who need not settle first: nothing here looks at pressures."""

    def rough(heart, body, *, regulated) -> Patient:
        return rough_patient(heart, body)

    monkeypatch.setattr(live_module, "build_patient", rough)
    return Live(reference_heart(bsa_m2=1.8))


def refused(call) -> dict[str, str]:
    with pytest.raises(InputError) as caught:
        call()
    return {item.key: item.allowed for item in caught.value.items}


def test_every_input_may_be_changed_within_its_limits(live):
    assert set(INPUT_LIMITS) <= set(live.inputs)
    for name, (low, high) in INPUT_LIMITS.items():
        for value in (low, high):
            live.change(**{name: value})
            assert live.inputs[name] == value
        if name in WORDS:
            continue
        for value in (low - 1e-3, high * 1.001, np.nan, np.inf, "much", [1.0]):
            assert set(refused(lambda v=value, n=name: live.change(**{n: v}))) == {name}


def test_acts_and_rhythms_go_by_their_names(live):
    for act, code in ACTS.items():
        live.change(act=act)
        assert live.inputs["act"] == code
    for rhythm, code in CODES.items():
        live.change(rhythm=rhythm)
        assert live.inputs["rhythm"] == code
    assert refused(lambda: live.change(act="Valsalva"))["act"] == ", ".join(ACTS)
    assert refused(lambda: live.change(rhythm=0.5))["rhythm"] == ", ".join(CODES)


def test_all_that_is_wrong_is_told_and_nothing_is_changed(live):
    before = live.inputs
    wrong = refused(
        lambda: live.change(fio2_frac=2.0, bleed_ml_s=np.nan, act="sing", rate_bpm=72.0)
    )
    assert set(wrong) == {"fio2_frac", "bleed_ml_s", "act"}
    assert wrong["fio2_frac"] == "0.1 to 1"
    assert live.inputs == before


@pytest.mark.parametrize("seconds_s", [-1.0, np.nan, np.inf])
def test_time_runs_forward(live, seconds_s):
    assert set(refused(lambda: live.run(seconds_s))) == {"seconds_s"}
    assert live.time_s == 0.0


def test_no_time_changes_nothing(live):
    before = live.snapshot().buffer
    assert live.run(0.0).length_count == 0
    np.testing.assert_array_equal(live.snapshot().buffer, before)


def test_bad_ramps_are_refused_together(live):
    before = live.snapshot()
    ramps = {
        "aortic_occlusion_frac": [(0.0, 7.0)],
        "fio2_frac": [(0.0, 0.21), (1.0, 9.0)],
        "mitral_gap_cm2": [],
        "bleed_ml_s": [(1.0, 0.0), (0.0, 1.0)],
        "drain_ml_s": [(np.nan, 0.0)],
        "nonsense": [(0.0, 0.0)],
    }
    assert set(refused(lambda: live.run(1.0, ramps=ramps))) == {
        "aortic_occlusion_frac",
        "fio2_frac",
        "ramps.mitral_gap_cm2",
        "ramps.bleed_ml_s",
        "ramps.drain_ml_s",
        "nonsense",
    }
    np.testing.assert_array_equal(live.snapshot().buffer, before.buffer)
    assert live.time_s == 0.0


def test_a_ramp_is_linear_between_and_its_last_value_stays(live):
    ramps = {"aortic_occlusion_frac": [(0.02, 0.2), (0.06, 0.6)]}
    table = live._table(100, ramps)
    column = table[:, NAMES["aortic_occlusion_frac"]]
    np.testing.assert_allclose(column, [0.2, 0.2, 0.4, 0.6, 0.6, 0.6])
    live.run(0.1, ramps=ramps)
    assert live.inputs["aortic_occlusion_frac"] == 0.6
    live.run(0.05)
    assert live.inputs["aortic_occlusion_frac"] == 0.6


def test_a_ramp_across_windows_acts_at_their_borders(live):
    live.run(0.013)
    table = live._table(40, {"bleed_ml_s": [(0.0, 0.0), (0.04, 40.0)]})
    # Windows start 7 and 27 ms into this run; the last row is what stays.
    np.testing.assert_allclose(table[:, NAMES["bleed_ml_s"]], [7.0, 27.0, 40.0])


def test_acts_of_a_ramp_are_held_until_the_next(live):
    table = live._table(80, {"act": [(0.0, "quiet"), (0.04, "valsalva")]})
    column = table[:, NAMES["act"]]
    assert set(column) == {ACTS["quiet"], ACTS["valsalva"]}
    assert column.tolist() == [0.0, 0.0, 3.0, 3.0, 3.0]


def test_contractions_that_cannot_be_are_refused_together(live):
    wrong = refused(
        lambda: live.fire(["lv", "heart"], at_s=-1.0, strength_frac=np.nan, duration_ratio=0.0)
    )
    assert set(wrong) == {"chambers", "at_s", "strength_frac", "duration_ratio"}
    assert wrong["chambers"] == "ra, la, rv, lv"
    assert set(refused(lambda: live.fire([], at_s=1.0))) == {"chambers"}
    assert live._events.shape == (0, 4)


def test_contractions_wait_in_their_order(live):
    live.fire(["lv"], at_s=0.5)
    live.fire(["ra", "la"], at_s=0.2, strength_frac=0.9)
    assert live._events[:, 0].tolist() == [0.2, 0.5]
    assert live._events[:, 1].tolist() == [3.0, 8.0]
    live.run(0.1)
    assert len(live._events) == 2
    live.run(0.15)
    assert live._events[:, 0].tolist() == [0.5]
    assert set(refused(lambda: live.fire(["lv"], at_s=0.2))) == {"at_s"}  # it is past


def lose(live, name):
    live._buffer[live_module.ROW_NAMES.index(name)] = np.nan


def test_a_failure_leaves_clock_state_and_inputs_together(live):
    live.run(0.1)
    good = live.snapshot().buffer[STATE].copy()
    lose(live, "breath.volume")  # the heart is still sound
    with pytest.raises(SolverError) as caught:
        live.run(0.1, ramps={"bleed_ml_s": [(0.0, 3.0), (0.1, 5.0)]})
    assert caught.value.time_s == live.time_s == pytest.approx(0.1)
    np.testing.assert_array_equal(list(caught.value.state.values()), good)
    np.testing.assert_array_equal(live.snapshot().buffer[STATE], good)
    assert live.inputs["bleed_ml_s"] == 3.0


def test_a_failure_in_the_middle_of_a_run_tells_its_own_time(live):
    """What fails later than at the start leaves the clock there, not at the start of the run."""
    live.fire(["lv"], at_s=0.05)
    live._events[0, 3] = np.nan
    live.run(0.03)
    with pytest.raises(SolverError) as caught:
        live.run(3.0)
    assert caught.value.time_s == pytest.approx(0.04)  # of the window that failed
    assert live.time_s == caught.value.time_s
    assert np.isfinite(live.snapshot().buffer[STATE]).all()


@pytest.mark.parametrize(
    "name", ["beats.lv.age", "gas.arterial_o2", "reflex.pressure", "drugs.esmolol_e"]
)
def test_a_lost_slow_number_is_found(live, name):
    """By what it does to the fast state; at the latest when the next beat needs it."""
    lose(live, name)
    with pytest.raises(SolverError):
        live.run(1.0)


@pytest.mark.parametrize("block", WATCHED)
def test_every_lost_number_is_found(live, block):
    names = [name for name in live_module.ROW_NAMES if name.startswith(f"{block}.")]
    good = live.snapshot()
    assert names
    for name in names:
        again = Live.restore(good)
        lose(again, name)
        with pytest.raises(SolverError):
            again.run(0.02)


def test_a_snapshot_of_other_kernels_is_refused(live):

    snapshot = replace(live.snapshot(), kernel="0123")
    with pytest.raises(InputError, match=r"snapshot\.kernel: got 0123") as caught:
        Live.restore(snapshot)
    assert "replay" in caught.value.hint


def test_a_snapshot_is_a_copy(live):
    kept = live.snapshot()
    before = kept.buffer.copy()
    live.run(0.1)
    live.change(bleed_ml_s=9.0)
    np.testing.assert_array_equal(kept.buffer, before)
    again = Live.restore(kept)
    assert again.time_s == 0.0
    assert again.inputs["bleed_ml_s"] == 0.0
    again.run(0.1)
    np.testing.assert_array_equal(kept.buffer, before)


def test_drugs_go_in_by_name(live):
    live.give("phenylephrine", 100.0)
    assert live.state["drugs.phenylephrine_a"] > 0.0
    live.infuse("noradrenaline", 0.1)
    assert live.inputs["drugs_noradrenaline"] > 0.0
    live.infuse("noradrenaline", 0.0)
    assert live.inputs["drugs_noradrenaline"] == 0.0


def test_drugs_are_refused_as_inputs(live):
    assert set(refused(lambda: live.run(0.02, ramps={"drugs_esmolol": [(0.0, 1.0)]})))
    with pytest.raises(InputError, match="drug"):
        live.give("water", 1.0)
    with pytest.raises(InputError, match="noradrenaline"):
        live.infuse("noradrenaline", np.nan)


def test_state_names_every_slow_number(live):
    state = live.state
    assert all(np.isfinite(v) for v in state.values())
    assert {"breath.volume", "gas.spo2", "reflex.pressure", "blood.fluid"} <= set(state)
    assert not any(name.startswith("packed") for name in state)
