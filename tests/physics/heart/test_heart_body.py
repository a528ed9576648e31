"""The parts of the whole body, each by what only it can do; on the live patient."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.signal import find_peaks

from openvalve.circulation import State
from openvalve.circulation._step import VOLUMES_COUNT
from openvalve.heart import COLUMNS, Live, reference_heart
from openvalve.heart._layout import STATE_AT

ORIFICES = ("aortic", "mitral", "tricuspid", "pulmonary")


@pytest.fixture(scope="module")
def settled():
    return Live(reference_heart(bsa_m2=1.8)).snapshot()


@pytest.fixture
def live(settled):
    return Live.restore(settled)


def blood_ml(live):
    return float(live._buffer[STATE_AT : STATE_AT + VOLUMES_COUNT].sum())


def feet(flow):
    """Return where ejection begins."""
    return np.flatnonzero((flow[1:] > 20.0) & (flow[:-1] <= 20.0))


# One run or many


@pytest.mark.parametrize("cut_ms", [40, 7, 20, 1, 613])
def test_however_time_is_cut_it_is_the_same_to_the_last_bit(settled, cut_ms):
    """4 s at once against frames of 40 ms and odd cuts, with a rhythm, a ramp's end and a drug."""
    one, many = Live.restore(settled), Live.restore(settled)
    for patient in (one, many):
        patient.change(rhythm="atrial_fibrillation", rate_bpm=110.0, infusion_ml_s=0.5)
        patient.give("phenylephrine", 100.0)
        patient.infuse("dobutamine", 5.0)
        patient.fire(["rv", "lv"], at_s=patient.time_s + 1.2345, strength_frac=0.8)
    whole = one.run(4.0)
    parts, left = [], 4000
    while left:
        parts.append(many.run(min(cut_ms, left) * 1e-3))
        left -= min(cut_ms, left)
    assert one.time_s == many.time_s
    for name in whole.channels:
        joined = np.concatenate([part[name] for part in parts])
        np.testing.assert_array_equal(whole[name], joined, err_msg=name)
    np.testing.assert_array_equal(one.snapshot().buffer, many.snapshot().buffer)


def test_a_cut_ramp_is_the_same_as_a_whole_one(settled):
    one, many = Live.restore(settled), Live.restore(settled)
    whole = one.run(2.0, ramps={"aortic_occlusion_frac": [(0.0, 0.0), (2.0, 0.8)]})
    parts = []
    for k in range(50):
        start, end = 0.8 * k / 50, 0.8 * (k + 1) / 50
        parts.append(many.run(0.04, ramps={"aortic_occlusion_frac": [(0.0, start), (0.04, end)]}))
    joined = np.concatenate([part["AO"] for part in parts])
    np.testing.assert_allclose(joined, whole["AO"], rtol=1e-9)


# Arteries


def foot(wave):
    """Return the foot of an upstroke: tangent of its steepest rise against its lowest point."""
    low = int(wave[:250].argmin())
    steep = int(np.gradient(wave)[: int(wave.argmax()) + 1].argmax())
    return steep - (wave[steep] - wave[low]) / np.gradient(wave)[steep]


def test_the_pulse_comes_later_and_higher_at_wrist_and_groin(live):
    """Its foot 50 to 120 ms after the root's (waves of 6 to 12 m/s over 0.7 m [K]), a higher peak,
    a lower trough, nearly the same mean."""
    rec = live.run(10.0)
    for name, gain in (("ART", 5.0), ("FEM", 3.0)):
        assert rec[name].max() - rec["AO"].max() > gain
        assert rec[name].min() < rec["AO"].min()
        assert -6.0 < rec[name].mean() - rec["AO"].mean() < -1.0
        late = [
            foot(rec[name][a:b]) - foot(rec["AO"][a:b])
            for a, b in pairwise(feet(rec["FLOW_AORTIC"]) - 40)
            if a >= 0
        ]
        assert 50.0 < np.median(late) < 120.0


# Ventricles


def bulge(live, seconds):
    """Return the septal bulge towards the right ventricle, mL, window by window."""
    k = STATE_AT + State._fields.index("v_septum")
    found = []
    for _ in range(round(seconds / 0.02)):
        live.run(0.02)
        found.append(float(live._buffer[k]))
    return np.array(found)


def test_the_septum_leans_away_from_the_stronger_ventricle(settled):
    """Left to right at rest, further with a narrow aortic valve, back with a narrow pulmonary."""
    leans = {}
    for name, change in (
        ("rest", {}),
        ("left", {"aortic_area_cm2": 0.6}),
        ("right", {"pulmonary_area_cm2": 0.3}),
    ):
        patient = Live.restore(settled)
        patient.change(**change)
        patient.run(20.0)
        leans[name] = bulge(patient, 1.0)
    assert leans["rest"].min() > 0.0
    assert leans["left"].mean() > leans["rest"].mean() + 0.5
    assert leans["right"].min() < -2.0
    assert leans["right"].mean() < leans["rest"].mean() - 1.0


def test_a_full_right_ventricle_takes_room_from_the_left(live):
    """Ventricular interdependence: the left ventricle fills less at the same filling pressure."""
    rest = live.run(5.0)
    live.change(pulmonary_area_cm2=0.3)
    loaded = live.run(30.0)
    last = slice(-5000, None)
    assert loaded["VOL_RV"][last].max() > rest["VOL_RV"].max() + 5.0
    assert loaded["VOL_LV"][last].max() < rest["VOL_LV"].max() - 10.0


# Blood


def test_every_millilitre_is_booked(live):
    for inputs, change_ml in (
        ({"infusion_ml_s": 4.0}, 40.0),
        ({"infusion_ml_s": 0.0, "bleed_ml_s": 3.0}, -30.0),
        ({"bleed_ml_s": 0.0, "effusion_ml_s": 1.0}, -10.0),
    ):
        before = blood_ml(live)
        live.change(**inputs)
        rec = live.run(10.0)
        assert blood_ml(live) - before == pytest.approx(change_ml, abs=1e-8), inputs
    assert rec["VOL_PERICARDIUM"][-1] == pytest.approx(10.0, abs=1e-9)
    live.change(effusion_ml_s=0.0, drain_ml_s=3.0)
    before = blood_ml(live)
    drained = live.run(10.0)["VOL_PERICARDIUM"]
    assert np.interp(2.0, np.arange(10_000) / 1e3, drained) == pytest.approx(4.0, abs=0.1)
    assert drained[-1] == 0.0  # no more comes out than is there
    assert blood_ml(live) == pytest.approx(before, abs=1e-8)  # fluid, not blood


def test_what_is_bled_thins_and_what_is_given_thins_more(live):
    cells = live.state["blood.haemoglobin_g"]
    live.change(bleed_ml_s=5.0)
    live.run(100.0)
    bled = live.state["blood.haemoglobin_g"]
    assert bled == pytest.approx(cells * (1.0 - 500.0 / 4900.0), rel=5e-3)
    live.change(bleed_ml_s=0.0, infusion_ml_s=5.0)
    live.run(100.0)
    assert live.state["blood.haemoglobin_g"] == pytest.approx(bled, rel=1e-12)


def test_a_wound_bleeds_itself_slow(live):
    """At ten litres a minute the pressure is gone first, and the blood is not."""
    live.change(bleed_ml_s=100.0)
    rec = live.run(120.0)
    assert np.isfinite(rec["AO"]).all()
    assert rec["AO"][-1] < 30.0
    assert rec["VOL_LV"].min() > 0.0


# Balloons


@pytest.mark.parametrize("valve", ORIFICES)
@pytest.mark.parametrize("gap_cm2", [0.0, 0.1, 0.5])
def test_occlusion_of_any_orifice_is_survived_and_undone(live, valve, gap_cm2):
    before = live.run(5.0)
    upstream = {"aortic": "LV", "mitral": "LA", "tricuspid": "RA", "pulmonary": "RV"}[valve]
    block = {f"{valve}_occlusion_frac": [(0.0, 0.0), (1.0, 1.0)]}
    block[f"{valve}_gap_cm2"] = [(0.0, gap_cm2)]
    rec = live.run(10.0, ramps=block)
    assert all(np.isfinite(rec[name]).all() for name in rec.channels)
    assert rec[upstream].max() > 1.3 * before[upstream].max()
    if valve == "aortic":
        assert 150.0 <= rec["LV"].max() <= 390.0  # Bittl 1989
    if gap_cm2 <= 0.1:
        assert rec["FLOW_AORTIC"][-3000:].mean() < 0.5 * before["FLOW_AORTIC"].mean()
    np.testing.assert_allclose(rec[f"AREA_{valve.upper()}"][-1000:], max(gap_cm2, 1e-4))
    live.change(**{f"{valve}_occlusion_frac": 0.0})
    after = live.run(60.0)
    assert after["FLOW_AORTIC"][-5000:].mean() > 0.8 * before["FLOW_AORTIC"].mean()


def test_a_balloon_holds_the_leaflets_apart(live):
    """The gap beside it leaks backwards, as a shut valve would not."""
    ramps = {"aortic_occlusion_frac": [(0.0, 1.0)], "aortic_gap_cm2": [(0.0, 0.3)]}
    rec = live.run(5.0, ramps=ramps)
    assert rec["FLOW_AORTIC"].min() < -20.0


# Rates and rhythms


@pytest.mark.parametrize("rate", [0.0, 5.0, 20.0, 40.0, 100.0, 150.0, 220.0, 280.0, 350.0])
@pytest.mark.parametrize("how", ["rate_bpm", "pacing_bpm"])
def test_any_rate_from_none_to_350(live, how, rate):
    live.change(**{how: rate})
    rec = live.run(15.0)
    assert all(np.isfinite(rec[name]).all() for name in rec.channels)
    for name in ("VOL_LV", "VOL_RV", "VOL_LA", "VOL_RA"):
        assert rec[name].min() > 0.0


def test_fibrillation_drops_beats_and_differs_from_beat_to_beat(live):
    sinus = live.run(10.0)
    live.change(rhythm="atrial_fibrillation", rate_bpm=110.0)
    rec = live.run(40.0)
    beats = feet(rec["FLOW_AORTIC"])
    assert np.diff(beats).std() / np.diff(beats).mean() > 0.15
    strokes = [rec["FLOW_AORTIC"][a:b].sum() for a, b in pairwise(beats)]
    usual = feet(sinus["FLOW_AORTIC"])
    even = [sinus["FLOW_AORTIC"][a:b].sum() for a, b in pairwise(usual)]
    assert np.std(strokes) / np.mean(strokes) > 3.0 * np.std(even) / np.mean(even)


def test_adenosine_stops_the_ventricles_not_the_atria(live):
    live.give("adenosine", 12.0)
    rec = live.run(40.0)
    beats = feet(rec["FLOW_AORTIC"])
    longest = int(np.diff(beats).argmax())
    pause = slice(beats[longest] + 500, beats[longest + 1])  # after the v wave
    assert 2.0 < np.diff(beats).max() * 1e-3 < 12.0
    kicks, _ = find_peaks(rec["LA"][pause], prominence=1.0)
    assert kicks.size >= 2
    assert live.run(5.0)["AO"].mean() > 60.0


# Beats from outside


def strokes_after(live, early_s):
    """Return the strokes over the usual one: from the beat fired ``early_s`` after another on."""
    before = live.run(4.0)["FLOW_AORTIC"]
    first = feet(before)
    usual = np.mean([before[a:b].clip(0.0).sum() for a, b in pairwise(first)])
    onset = live.time_s - 4.0 + first[-1] * 1e-3 - 0.07  # of the last ventricular contraction
    while onset + early_s < live.time_s:
        onset += np.diff(first).mean() * 1e-3
    live.fire(["rv", "lv"], at_s=onset + early_s)
    start = live.time_s
    flow = live.run(6.0)["FLOW_AORTIC"].clip(0.0)
    begins = np.flatnonzero((flow[1:] > 5.0) & (flow[:-1] <= 5.0))
    fired = int(np.searchsorted(begins * 1e-3 + start, onset + early_s))
    return [flow[a:b].sum() / usual for a, b in pairwise(begins[fired:])]


def test_a_beat_fired_early_ejects_little_because_it_was_not_filled(live):
    fired, *later = strokes_after(live, 0.45)
    assert 0.0 < fired < 0.6
    assert max(later[:3]) > 1.05  # after the pause the ventricle is fuller


def test_the_beat_after_an_early_one_from_outside_is_the_stronger(live):
    assert strokes_after(live, 0.6)[1] > 1.0


def test_atria_can_be_fired_alone(live):
    live.change(rhythm="none", av_block_frac=1.0)
    live.run(15.0)
    before = live.run(0.3)
    live.fire(["ra", "la"], at_s=live.time_s + 0.1)
    rec = live.run(0.5)
    assert rec["LA"].max() > before["LA"].max() + 2.0
    assert np.ptp(rec["LV"]) < 8.0


def test_columns_are_where_the_contract_says(live):
    rec = live.run(0.1)
    assert set(COLUMNS) <= set(rec.channels)
    for name in (
        *("PLEURAL", "SPO2", "SAO2", "ETCO2", "RATE", "FLOW_CORONARY", "FLOW_SHUNT"),
        *("VOL_PERICARDIUM", "PERICARDIUM", "ISCHAEMIA", "ART", "FEM", "RVOT"),
    ):
        assert name in rec.channels
