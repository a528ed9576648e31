"""What rhythm does to the circulation: block, ectopy, pacing, flutter, fibrillation, shocks."""

from itertools import pairwise

import numpy as np
import pytest

from openvalve.errors import InputError
from openvalve.heart import Live, reference_heart


@pytest.fixture(scope="module")
def settled():
    return Live(reference_heart(bsa_m2=1.8)).snapshot()


@pytest.fixture
def live(settled):
    return Live.restore(settled)


def times(recording, *kinds):
    return np.array([at for at, kind in recording.notes["events"] if kind in kinds])


def stroke_ml(recording, begin_s, end_s):
    return recording["FLOW_AORTIC"][round(1e3 * begin_s) : round(1e3 * end_s)].sum() * 1e-3


def opening_s(flow, after_s):
    """Return when a valve first lets blood forward after a time."""
    k = round(1e3 * after_s)
    return after_s + 1e-3 * int(np.flatnonzero(flow[k:] > 20.0)[0])


def test_ventricular_fibrillation_lets_pressure_fall_to_the_filling_pressure(live):
    rest = live.run(5.0)
    live.induce("ventricular_fibrillation")
    rec = live.run(60.0)
    assert times(rec, "vf").size == 1
    assert rec["AO"][4000] < 0.6 * rest["AO"].mean()
    # Breath and the atria, which beat on, still move a little.
    assert rec["FLOW_AORTIC"][-20_000:].mean() < 0.15 * rest["FLOW_AORTIC"].mean()
    ends = [float(rec[name][-1000:].mean()) for name in ("AO", "RA", "PA", "LA")]
    assert 4.0 <= min(ends) <= max(ends) <= 14.0
    assert max(ends) - min(ends) < 6.0


def test_a_shock_brings_the_beats_back(live):
    rest = live.run(5.0)["AO"].mean()
    live.induce("ventricular_fibrillation")
    live.run(8.0)
    live.shock(360.0)
    rec = live.run(30.0)
    kinds = [kind for _, kind in rec.notes["events"]]
    assert "shock" in kinds
    assert "vf_end" in kinds
    assert 0.5 < times(rec, "qrs", "qrs_escape")[0] < 5.0
    assert rec["AO"][-5000:].mean() == pytest.approx(rest, rel=0.15)


@pytest.mark.parametrize(
    ("way", "earlier", "later"),
    [("lbbb_frac", "PULMONARY", "AORTIC"), ("rbbb_frac", "AORTIC", "PULMONARY")],
)
def test_a_blocked_branch_lets_its_ventricle_eject_late(live, way, earlier, later):
    calm = live.run(6.0)
    live.change(**{way: 1.0})
    live.run(6.0)
    rec = live.run(6.0)

    def lag(recording, kind):
        beats = times(recording, kind)[1:-1]
        return np.mean(
            [
                opening_s(recording[f"FLOW_{later}"], at)
                - opening_s(recording[f"FLOW_{earlier}"], at)
                for at in beats
            ]
        )

    more = lag(rec, f"qrs_{way[:4]}") - lag(calm, "qrs")
    assert 0.04 <= more <= 0.10
    if way == "lbbb_frac":
        assert lag(rec, "qrs_lbbb") > 0.04  # interventricular delay in left block [K]


def test_complete_block_is_slow_and_every_beat_large(live):
    rest = live.run(5.0)
    usual = stroke_ml(rest, 0.0, 5.0) / 5.0
    live.change(his_block_frac=1.0)
    rec = live.run(40.0)
    beats = times(rec, "qrs_escape")
    last = np.diff(beats)[-4:]
    assert 1.5 <= last.mean() <= 3.0  # 20 to 40 /min
    flow = stroke_ml(rec, beats[-5], beats[-1]) / (beats[-1] - beats[-5])
    assert flow < 0.8 * usual
    assert flow * last.mean() > 1.1 * usual * 60.0 / rest["RATE"].mean()


def test_a_beat_from_the_wire_ejects_less_and_the_next_more(live):
    live.run(2.0)
    last = live.run(4.0)
    beats = times(last, "qrs")
    usual = np.mean([stroke_ml(last, a, b) for a, b in pairwise(beats)])
    following = last.start_s + beats[-1] + np.diff(beats).mean()
    live.fire(["rv", "lv"], at_s=following + 0.50, strength_frac=0.75)
    rec = live.run(5.0)
    early = times(rec, "qrs_ectopic_rv")[0]
    after = times(rec, "qrs")[times(rec, "qrs") > early]
    assert after[0] - early > 0.9  # a pause
    assert stroke_ml(rec, early, after[0]) < 0.75 * usual
    assert stroke_ml(rec, after[0], after[1]) > 1.05 * usual


def test_contact_with_the_left_ventricle_stops_with_the_contact(live):
    live.change(contact_lv_frac=0.5)
    rec = live.run(20.0)
    assert 3 <= times(rec, "qrs_ectopic_lv").size <= 30
    live.change(contact_lv_frac=0.0)
    live.run(5.0)
    assert times(live.run(10.0), "qrs_ectopic_lv").size == 0


def test_pacing_over_the_wire_and_its_loss(live):
    live.change(pacing_bpm=180.0, pacing_place="lv", pacing_threshold_ma=3.0, pacing_ma=8.0)
    rec = live.run(12.0)
    assert times(rec, "qrs_paced_lv").size >= 25
    assert times(rec, "spike_v").size >= 34
    live.change(pacing_ma=2.0)  # the wire has moved, or the output was turned down
    lost = live.run(15.0)
    assert times(lost, "spike_v").size >= 44
    assert times(lost, "qrs_paced_lv")[1:].size == 0
    assert lost["AO"][-3000:].mean() > rec["AO"][-3000:].mean() + 15.0


def test_flutter_doubles_the_rate(live):
    live.change(rhythm="flutter")
    rec = live.run(20.0)
    assert rec.notes["events"][0][1] == "flutter"
    gaps = np.diff(times(rec, "qrs")[10:])
    assert 0.38 <= gaps.mean() <= 0.45
    assert times(rec, "p").size == 0


def test_a_tachycardia_lowers_the_pressure_and_a_shock_ends_it(live):
    rest = live.run(5.0)["AO"].mean()
    live.induce("ventricular_tachycardia", rate_bpm=190.0)
    rec = live.run(10.0)
    assert np.diff(times(rec, "qrs_ectopic_lv", "fusion")).min() > 0.25
    assert rec["AO"][-3000:].mean() < 0.85 * rest
    live.shock(200.0, synchronized=True)
    after = live.run(15.0)
    assert times(after, "shock").size == 1
    assert (times(after, "qrs_ectopic_lv") < times(after, "shock") + 0.01).all()


def test_what_cannot_be_induced_is_refused_at_once(live):
    with pytest.raises(InputError) as caught:
        live.induce("tamponade", beats_count=-1, rate_bpm=1000.0)
    assert {item.key for item in caught.value.items} == {"what", "beats_count", "rate_bpm"}
    with pytest.raises(InputError, match="energy_j"):
        live.shock(1000.0)
    live.run(0.5)


def differences_ms(recording):
    """Return the root mean square of successive differences of the PP intervals."""
    return 1e3 * float(np.sqrt(np.mean(np.diff(np.diff(times(recording, "p"))) ** 2)))


def test_breathing_moves_the_sinus_rate(live):
    """Respiratory sinus arrhythmia, at 60 years: 22 ms is the median of people of 55 to 65."""
    rec = live.run(60.0)
    assert 12.0 <= differences_ms(rec) <= 30.0
    full = rec["VOL_LUNG"] > 350.0
    empty = rec["VOL_LUNG"] < 30.0
    assert rec["RATE"][full].mean() > rec["RATE"][empty].mean() + 1.0
    assert rec["RATE"].mean() == pytest.approx(70.0, abs=1.0)
    live.give("atropine", 1.5)
    live.run(180.0)
    assert differences_ms(live.run(60.0)) < 0.4 * differences_ms(rec)


def test_breath_that_is_held_leaves_the_intervals_even(live):
    live.change(act="hold_expiration")
    live.run(10.0)
    assert differences_ms(live.run(10.0)) < 4.0


def test_a_body_without_reflexes_has_even_intervals():
    live = Live(reference_heart(bsa_m2=1.8), regulated=False)
    assert differences_ms(live.run(20.0)) < 0.1


@pytest.mark.parametrize("rate", [50.0, 70.0, 100.0, 130.0, 160.0])
def test_no_alternans_from_contractions_as_long_as_their_filling(rate):
    live = Live(reference_heart(bsa_m2=1.8, rate_bpm=rate), regulated=False)
    live.change(act="apnea")
    live.run(10.0)
    rec = live.run(10.0)
    onsets = times(rec, "qrs")[1:-1]
    forward = np.maximum(rec["FLOW_PULMONARY"], 0.0)
    strokes = np.array(
        [forward[round(1e3 * a) : round(1e3 * b)].sum() for a, b in pairwise(onsets)]
    )
    assert strokes.size >= 5
    bend = np.abs(strokes[2:] - 2.0 * strokes[1:-1] + strokes[:-2]) / strokes.mean()
    assert bend.max() < 0.01
