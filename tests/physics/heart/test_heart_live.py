"""The live patient answers what is done: acts, pacing, balloon, bleeding, drugs, faults."""

import numpy as np
import pytest
from scipy.signal import find_peaks

from openvalve.errors import InputError, SolverError
from openvalve.heart import Live, reference_heart
from openvalve.heart._layout import STATE_AT


@pytest.fixture(scope="module")
def settled():
    return Live(reference_heart(bsa_m2=1.8)).snapshot()


@pytest.fixture
def live(settled):
    return Live.restore(settled)


def test_rest_is_steady(live):
    first, second = live.run(30.0), live.run(30.0)
    for name in ("AO", "LA", "RA", "PA", "RATE", "SPO2"):
        assert second[name].mean() == pytest.approx(first[name].mean(), rel=0.03), name
    assert first["ISCHAEMIA"].max() < 1e-6
    assert first["ART"].max() > first["AO"].max() + 5.0
    assert 0.95 < first["SPO2"].min() < 1.0


def test_cuts_change_nothing(settled):
    whole, cut = Live.restore(settled), Live.restore(settled)
    whole.change(pacing_bpm=150.0)
    cut.change(pacing_bpm=150.0)
    one = whole.run(2.1)
    parts = [cut.run(0.007)["LV"] for _ in range(300)]
    np.testing.assert_array_equal(one["LV"], np.concatenate(parts))
    np.testing.assert_array_equal(whole.snapshot().buffer, cut.snapshot().buffer)


def test_a_snapshot_goes_on(settled):
    a = Live.restore(settled)
    a.run(1.0)
    b = Live.restore(a.snapshot())
    np.testing.assert_array_equal(a.run(1.0)["AO"], b.run(1.0)["AO"])


def test_all_that_is_wrong_is_refused_at_once(live):
    before = live.inputs
    with pytest.raises(InputError) as caught:
        live.change(fio2_frac=2.0, bleed_ml_s=float("nan"), act="sing", rate_bpm=72.0)
    assert {i.key for i in caught.value.items} == {"fio2_frac", "bleed_ml_s", "act"}
    assert live.inputs == before
    with pytest.raises(InputError, match="phenylephrine"):
        live.give("phenylephrine", 1e6)
    with pytest.raises(InputError):
        live.fire(["lv"], at_s=-1.0)


def test_a_lost_number_stops_with_the_last_good_state(live):
    live.run(1.0)
    live._buffer[STATE_AT + 1] = np.nan
    with pytest.raises(SolverError) as caught:
        live.run(1.0)
    assert caught.value.time_s == pytest.approx(live.time_s, abs=0.03)


def test_pacing_takes_the_pressure_and_it_comes_back(live):
    rest = live.run(5.0)["AO"].mean()
    live.change(pacing_bpm=190.0)
    paced = live.run(14.0)
    # The mean falls by 30 to 43 % (section 5); whether below 60, and the systolic below 70, is
    # judged by the acceptance rows, which miss it narrowly (docs/circulation_validation.md).
    assert paced["AO"][-4000:].mean() < 0.7 * rest
    assert np.ptp(paced["AO"][-4000:]) < 30.0
    live.change(pacing_bpm=0.0)
    assert live.run(15.0)["AO"][-3000:].mean() > 0.9 * rest


def test_occlusion_of_the_aortic_valve(live):
    ramps = {"aortic_occlusion_frac": [(0.0, 0.0), (1.0, 1.0)], "aortic_gap_cm2": [(0.0, 0.1)]}
    rec = live.run(10.0, ramps=ramps)
    assert 150.0 <= rec["LV"].max() <= 390.0  # Bittl 1989
    assert rec["AO"][-2000:].mean() < 45.0
    assert rec["ISCHAEMIA"][-1] > 0.05


@pytest.mark.parametrize("valve", ["mitral", "tricuspid", "pulmonary"])
def test_occlusion_of_the_other_valves_lowers_the_output(live, valve):
    before = live.run(5.0)["FLOW_AORTIC"].mean()
    ramps = {f"{valve}_occlusion_frac": [(0.0, 0.0), (1.0, 1.0)], f"{valve}_gap_cm2": [(0.0, 0.1)]}
    assert live.run(6.0, ramps=ramps)["FLOW_AORTIC"][-2000:].mean() < 0.5 * before


def test_valsalva(live):
    rest = live.run(6.0)
    live.change(act="valsalva", act_level_mmhg=40.0)
    strain = live.run(15.0)
    stroke = strain["FLOW_AORTIC"][-3000:].mean() / strain["RATE"][-3000:].mean()
    usual = rest["FLOW_AORTIC"].mean() / rest["RATE"].mean()
    assert 0.35 < stroke / usual < 0.65  # to about 50 % of control
    assert strain["AO"][500:2000].mean() > rest["AO"].mean() + 15.0  # phase I
    assert strain["RATE"][-1000:].mean() > rest["RATE"].mean() + 3.0
    live.change(act="quiet", act_level_mmhg=0.0)
    after = live.run(10.0)
    assert after["AO"][:2000].mean() < rest["AO"].mean() - 15.0  # phase III
    assert after["AO"][4000:6000].mean() > rest["AO"].mean() + 2.0  # phase IV
    assert after["RATE"].min() < rest["RATE"].mean() - 3.0


def test_bleeding_is_answered_and_then_not(live):
    rest = live.run(5.0)
    live.change(bleed_ml_s=5.0)
    little = live.run(60.0)
    much = live.run(240.0)
    assert little["AO"][-5000:].mean() > 0.92 * rest["AO"].mean()
    assert little["RESISTANCE"][-1] > 1.05
    assert much["AO"][-5000:].mean() < 0.55 * rest["AO"].mean()


def test_effusion_squeezes_and_a_drain_frees(live):
    rest = live.run(5.0)["FLOW_AORTIC"].mean()
    live.change(effusion_ml_s=3.0)
    tight = live.run(180.0)
    assert tight["FLOW_AORTIC"][-5000:].mean() < 0.6 * rest
    assert tight["PERICARDIUM"][-5000:].mean() > 3.0
    live.change(effusion_ml_s=0.0, drain_ml_s=20.0)
    assert live.run(60.0)["FLOW_AORTIC"][-5000:].mean() > 0.7 * rest


def test_a_hole_between_the_atria_shunts_down_the_pressure(live):
    live.change(shunt_area_cm2=1.0)
    assert live.run(20.0)["FLOW_SHUNT"][-5000:].mean() > 5.0
    live.change(pulmonary_area_cm2=0.3, tricuspid_area_cm2=0.6)
    right = live.run(40.0)
    assert right["FLOW_SHUNT"][-5000:].mean() < -2.0
    assert right["SAO2"][-1] < 0.96


def test_asystole_comes_to_one_pressure(live):
    live.change(rhythm="none", rate_bpm=0.0)
    rec = live.run(60.0)
    ends = [float(rec[name][-1]) for name in ("AO", "LA", "LV", "RA", "RV", "PA")]
    assert 5.0 <= min(ends) <= max(ends) <= 12.0
    assert max(ends) - min(ends) < 1.0


@pytest.mark.parametrize("rate", [20.0, 350.0])
def test_any_rate_runs(live, rate):
    live.change(rate_bpm=rate)
    assert np.isfinite(live.run(20.0)["AO"]).all()


def test_an_early_beat_is_weak(live):
    usual = live.run(5.0)["LV"].max()
    live.fire(["rv", "lv"], at_s=live.time_s + 0.37, strength_frac=0.75, duration_ratio=0.7)
    rec = live.run(2.5)
    peaks, _ = find_peaks(rec["LV"], prominence=15.0)
    assert rec["LV"][peaks].min() < 0.85 * usual
    assert live.run(1.0)["LV"].max() > 0.9 * usual


def test_drugs_do_what_they_are_for(live):
    rest = live.run(5.0)
    live.give("phenylephrine", 100.0)
    pressed = live.run(120.0)
    assert pressed["AO"][-5000:].mean() > rest["AO"].mean() + 6.0
    assert pressed["RATE"][-1] < rest["RATE"].mean() - 2.0
    live.give("adenosine", 12.0)
    assert live.run(30.0)["AO"].min() < 30.0
