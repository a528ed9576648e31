"""The live patient answers what is done: acts, pacing, balloon, bleeding, drugs, faults."""

from itertools import pairwise

import numpy as np
import pytest

from openvalve.circulation import AREA_FLOOR_CM2
from openvalve.errors import InputError, SolverError
from openvalve.heart import Live, reference_heart
from openvalve.heart._layout import STATE_AT
from openvalve.heart._live import ROW_NAMES

STRENGTH_AT = ROW_NAMES.index("beats.lv.strength")
SINCE_AT = ROW_NAMES.index("source.ventricles.since")


@pytest.fixture(scope="module")
def settled():
    return Live(reference_heart(bsa_m2=1.8)).snapshot()


@pytest.fixture
def live(settled):
    return Live.restore(settled)


def feet(flow):
    """Return where ejection begins."""
    return np.flatnonzero((flow[1:] > 20.0) & (flow[:-1] <= 20.0))


def strokes(recording):
    """Return onset (s) and stroke volume (mL) of every whole ejection."""
    flow = recording["FLOW_AORTIC"]
    beats = feet(flow)
    return beats[:-1] * 1e-3, np.array([flow[a:b].sum() * 1e-3 for a, b in pairwise(beats)])


def until_a_beat(live):
    """Run to the end of the window in which the ventricles begin to contract."""
    for _ in range(100):
        live.run(0.02)
        if live._buffer[SINCE_AT] <= 0.02:
            return
    pytest.fail("no beat within 2 s")


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
    assert paced["AO"][-4000:].mean() < 0.7 * rest
    assert np.ptp(paced["AO"][-4000:]) < 30.0
    live.change(pacing_bpm=0.0)
    assert live.run(15.0)["AO"][-3000:].mean() > 0.9 * rest


@pytest.mark.xfail(
    strict=True,
    reason="63 mmHg are left in the last 2 s at 190/min, from 97",
)
def test_pacing_takes_the_mean_pressure_below_60(live):
    live.change(pacing_bpm=190.0)
    assert live.run(14.0)["AO"][-2000:].mean() < 60.0


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
    start, stroke = strokes(strain)
    usual = strokes(rest)[1].mean()
    late = stroke[start > 10.0] / usual
    assert late.size >= 4
    assert 0.40 < late.mean() < 0.65  # to about 50 % of control
    assert 0.40 < late[-1] < 0.65
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


def test_a_hole_between_the_atria_relieves_a_narrow_mitral_valve(live):
    """Left to right (Lutembacher): the left atrium empties, the lungs get more than the body."""
    live.change(mitral_area_cm2=1.0)
    closed = live.run(40.0)
    # Shut is AREA_FLOOR_CM2 wide: at most what Bernoulli lets through there (50.15 cm/s at 1 mmHg).
    floor = 50.15 * AREA_FLOOR_CM2 * np.sqrt(np.abs(closed["LA"] - closed["RA"]).max())
    assert np.abs(closed["FLOW_SHUNT"]).max() <= floor
    live.change(shunt_area_cm2=1.0)
    open_ = live.run(40.0)
    last = slice(-5000, None)
    shunt = open_["FLOW_SHUNT"][last].mean()
    assert shunt > 5.0
    assert open_["LA"][last].mean() < closed["LA"][last].mean() - 2.0
    # Whole beats: part of a stroke would be a tenth of the sum.
    beats = np.round((open_.beats_s - open_.start_s) * open_.rate_hz).astype(int)
    beats = slice(beats[-21], beats[-1])
    more = open_["FLOW_PULMONARY"][beats].mean() - open_["FLOW_AORTIC"][beats].mean()
    assert more == pytest.approx(open_["FLOW_SHUNT"][beats].mean(), rel=0.1)
    assert open_["SAO2"][-1] >= closed["SAO2"][-1] - 0.005  # nothing unsaturated passes


def test_a_high_right_atrial_pressure_shunts_unsaturated_blood(live):
    live.change(pulmonary_area_cm2=0.3, tricuspid_area_cm2=0.6)
    closed = live.run(40.0)
    assert closed["RA"][-5000:].mean() > closed["LA"][-5000:].mean()
    live.change(shunt_area_cm2=1.0)
    open_ = live.run(60.0)
    assert open_["FLOW_SHUNT"][-5000:].mean() < -2.0
    assert open_["SAO2"][-1] < closed["SAO2"][-1] - 0.03


@pytest.mark.xfail(
    strict=True,
    reason="the radial peak comes 51 ms before the aortic one, the femoral 21 ms: the aortic "
    "peaks late in ejection (their feet come 83 and 92 ms later, as they should)",
)
@pytest.mark.parametrize("name", ["ART", "FEM"])
def test_the_peak_comes_later_at_wrist_and_groin(live, name):
    rec = live.run(10.0)
    late = [
        int(rec[name][a:b].argmax()) - int(rec["AO"][a:b].argmax())
        for a, b in pairwise(feet(rec["FLOW_AORTIC"]))
    ]
    assert min(late) > 0


def test_asystole_comes_to_one_pressure(live):
    live.change(rhythm="none", rate_bpm=0.0)
    rec = live.run(60.0)
    names = ("AO", "ART", "FEM", "LA", "LV", "RA", "RV", "PA")
    ends = [float(rec[name][-1]) for name in names]
    assert 5.0 <= min(ends) <= max(ends) <= 12.0
    assert max(ends) - min(ends) < 1.0


@pytest.mark.parametrize("early_s", [0.37, 0.45])
def test_an_early_beat_from_outside_builds_pressure_slowly(live, early_s):
    """At the strength of a usual beat: what it lacks is filling."""
    usual = np.diff(live.run(5.0)["LV"]).max()
    until_a_beat(live)
    begun = live.time_s - live._buffer[SINCE_AT]
    live.fire(["rv", "lv"], at_s=begun + early_s)
    skip = round(1e3 * (begun + early_s - live.time_s))
    early = live.run(0.001 * skip + 0.2)["LV"][skip:]
    assert np.diff(early).max() < 0.7 * usual
    assert np.diff(live.run(4.0)["LV"][-1500:]).max() > 0.9 * usual


def test_a_beat_of_the_source_after_an_early_one_is_the_stronger(live):
    """One stimulus 0.6 s after a beat, the next sinus beat finds the node refractory."""
    usual = strokes(live.run(5.0))[1].mean()
    until_a_beat(live)
    live.change(pacing_bpm=100.0)
    until_a_beat(live)
    assert live._buffer[STRENGTH_AT] < 0.6  # from the ventricle, and early
    live.change(pacing_bpm=0.0)
    early = live.time_s
    until_a_beat(live)
    assert live.time_s - early > 1.0  # a pause
    assert 1.05 < live._buffer[STRENGTH_AT] < 1.3
    after = strokes(live.run(2.0))[1][0]
    assert after > 1.1 * usual


def test_drugs_do_what_they_are_for(live):
    rest = live.run(5.0)
    live.give("phenylephrine", 100.0)
    pressed = live.run(120.0)
    assert pressed["AO"][-5000:].mean() > rest["AO"].mean() + 6.0
    assert pressed["RATE"][-1] < rest["RATE"].mean() - 2.0
    live.give("adenosine", 12.0)
    assert live.run(30.0)["AO"].min() < 30.0
