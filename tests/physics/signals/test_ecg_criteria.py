"""What a cardiologist reads: voltage rules, widths, axes, ST, P, fibrillation."""

import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import find_peaks

from openvalve.signals._dower import LEADS
from openvalve.signals._ecg import Ecg
from openvalve.signals._ecg_params import EcgParams, EcgSetup

sys.path.insert(0, str(Path(__file__).parent))
from ecg_events import events, sinus

RATE_HZ = 1000.0
ONSET_S = 0.5
LEFT, RIGHT = {"lvh_frac": 1.0, "strain_frac": 1.0}, {"rvh_frac": 1.0}


def beat(kind="qrs", *, st_mv=0.0, setup=None, **params):
    """Return lead name to one clean beat from 300 ms before its QRS, mV by millisecond."""
    ecg = Ecg(EcgParams(rate_bpm=70.0, **params), seed=1, rate_hz=RATE_HZ)
    marks = events((ONSET_S, kind), (ONSET_S - 0.17, "p")) if kind else []
    leads = ecg.run(marks, 1.2, st_mv=st_mv, setup=setup)
    return dict(zip(LEADS, leads[200:].T, strict=True))


def r_mv(lead, upto=170):
    return lead[295 : 300 + upto].max()


def s_mv(lead, upto=170):
    return -lead[295 : 300 + upto].min()


def t_mv(lead, begin=480, end=760):
    part = lead[begin:end]
    return part[np.argmax(np.abs(part))]


def axis_deg(leads, begin=300, end=470):
    """Axis from the areas of QRS in I and aVF."""
    one, foot = leads["I"][begin:end].sum(), leads["aVF"][begin:end].sum()
    return np.rad2deg(np.arctan2(foot * 2.0 / np.sqrt(3.0), one))


def qrs_ms(leads, threshold_mv_s=3.0):
    """First to last steep sample of any lead, up to 250 ms after the onset."""
    all_leads = np.stack(list(leads.values()))
    slope = np.abs(np.gradient(all_leads, axis=1)).max(axis=0) * RATE_HZ
    steep = np.flatnonzero(slope[280:500] > threshold_mv_s)
    gaps = np.flatnonzero(np.diff(steep) > 20)
    last = steep[gaps[0]] if gaps.size else steep[-1]
    return last - steep[0]


def sokolow_lyon_mv(leads):
    return s_mv(leads["V1"]) + max(r_mv(leads["V5"]), r_mv(leads["V6"]))


def cornell_mv(leads):
    return r_mv(leads["aVL"]) + s_mv(leads["V3"])


def test_normal_is_normal():
    leads = beat()
    assert sokolow_lyon_mv(leads) < 3.5
    assert cornell_mv(leads) < 2.0
    assert r_mv(leads["V1"]) < s_mv(leads["V1"])
    assert -30.0 < axis_deg(leads) < 90.0
    assert 70 <= qrs_ms(leads) <= 110
    for name in ("I", "II", "V2", "V3", "V4", "V5", "V6"):
        assert t_mv(leads[name]) > 0.08, name
    r = [r_mv(leads[f"V{i}"]) for i in range(1, 5)]
    assert r == sorted(r)
    assert r_mv(leads["V5"]) > 5 * s_mv(leads["V5"])


def test_left_hypertrophy_is_positive_and_strained():
    leads = beat(**LEFT)
    assert sokolow_lyon_mv(leads) >= 3.5
    assert cornell_mv(leads) > 2.0  # of women; of men 2.8
    assert leads["V6"][300 + 170] < -0.05
    for name in ("I", "aVL", "V5", "V6"):
        assert t_mv(leads[name]) < -0.1, name
    assert t_mv(leads["V1"]) > 0.1
    assert qrs_ms(leads) < 120


def test_hypertrophy_comes_by_degrees():
    values = [sokolow_lyon_mv(beat(lvh_frac=f)) for f in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert np.all(np.diff(values) > 0.1)


def test_right_hypertrophy():
    leads = beat(**RIGHT)
    assert r_mv(leads["V1"]) > s_mv(leads["V1"])
    assert r_mv(leads["V1"]) >= 0.7
    assert axis_deg(leads) > 90.0
    assert s_mv(leads["V6"]) > r_mv(leads["V6"])
    assert t_mv(leads["V1"]) < -0.1


def test_left_bundle_branch_block():
    leads = beat("qrs_lbbb")
    assert qrs_ms(leads) >= 140  # strict criterion of men; women 130
    assert s_mv(leads["V1"]) > 10 * max(r_mv(leads["V1"], upto=110), 0.01)
    for name in ("I", "V5", "V6"):
        assert s_mv(leads[name], upto=60) < 0.02, name  # no septal q
        assert t_mv(leads[name]) < 0.0, name
    assert t_mv(leads["V1"]) > 0.0
    for name in ("I", "aVR", "aVL", "V5", "V6"):  # notched once, not rippled
        peaks, _ = find_peaks(np.abs(leads[name][300:480]), prominence=0.02)
        assert len(peaks) <= 2, name


def test_right_bundle_branch_block():
    leads = beat("qrs_rbbb")
    assert qrs_ms(leads) >= 120
    v1 = leads["V1"][300:460]
    low = int(np.argmin(v1))
    assert v1[low:].max() > v1[:low].max() > 0.1  # r S R'
    assert s_mv(leads["I"]) > 0.2
    assert s_mv(leads["V6"]) > 0.2
    assert t_mv(leads["V1"]) < 0.0


def test_left_anterior_fascicular_block():
    leads = beat("qrs_lafb")
    assert -90.0 < axis_deg(leads) < -45.0
    assert qrs_ms(leads) < 120
    assert s_mv(leads["aVL"], upto=40) > 0.05  # qR
    for name in ("II", "III", "aVF"):
        assert s_mv(leads[name]) > r_mv(leads[name]) > 0.05, name


@pytest.mark.parametrize(
    ("kind", "v1", "up", "down"),
    [
        ("qrs_paced_rv", -1, ("I", "aVL"), ("II", "III", "aVF")),
        ("qrs_paced_lv", 1, ("aVR",), ("II", "III", "V5", "V6")),
        ("qrs_ectopic_rv", -1, ("II", "III", "aVF"), ("aVR",)),
        ("qrs_ectopic_lv", 1, ("aVR",), ("II", "V5", "V6")),
    ],
)
def test_wide_beats_tell_where_they_start(kind, v1, up, down):
    leads = beat(kind)
    assert 140 <= qrs_ms(leads) <= 200
    area = {name: lead[300:480].sum() for name, lead in leads.items()}
    assert v1 * area["V1"] > 0
    assert all(area[name] > 0 for name in up)
    assert all(area[name] < 0 for name in down)
    for name, value in area.items():
        if abs(value) > 50.0:  # discordant T in every lead with a QRS to speak of
            assert value * t_mv(leads[name]) < 0, name


def test_left_atrial_enlargement():
    normal, large = beat(), beat(la_enlargement_frac=1.0)

    def terminal_mm_s(leads):
        p = 10.0 * np.minimum(leads["V1"][130:290], 0.0)
        return -p.min() * np.count_nonzero(p < -0.2) / RATE_HZ

    def duration_ms(leads):
        return np.ptp(np.flatnonzero(leads["II"][100:295] > 0.01))

    assert terminal_mm_s(normal) < 0.04 <= terminal_mm_s(large)
    assert duration_ms(normal) < 110 < 120 <= duration_ms(large) <= 160
    p = large["II"][130:290]
    peaks = np.flatnonzero((p[1:-1] > p[:-2]) & (p[1:-1] > p[2:])) + 1
    tall = peaks[p[peaks] > 0.04]
    assert tall.size == 2 and np.ptp(tall) >= 40  # notched, peaks 40 ms or more apart


def test_the_axis_turns_as_asked():
    axes = [axis_deg(beat(axis_deg=turn)) for turn in (-60.0, -30.0, 0.0, 30.0, 60.0)]
    assert np.all(np.diff(axes) > 10.0)
    assert axes[0] < -30.0  # left axis deviation
    assert axes[-1] > 90.0  # right axis deviation


@pytest.mark.parametrize("st_mv", [-0.2, 0.3])
def test_injury_moves_st_and_nothing_else(st_mv):
    base, hurt = beat(), beat(st_mv=st_mv)
    j60 = 300 + 92 + 60
    for name in ("V4", "V5", "II"):
        shift = hurt[name] - base[name]
        assert shift[j60] * np.sign(st_mv) > 0.1
        assert np.abs(shift[:300]).max() == 0.0
        assert np.abs(shift[800:]).max() < 1e-9
    assert (hurt["aVR"] - base["aVR"])[j60] * np.sign(st_mv) < 0.0
    vector = np.zeros((1200, 3))
    vector[:] = st_mv * np.array([0.72, 0.45, -0.25]) / np.linalg.norm([0.72, 0.45, -0.25])
    same = beat(st_mv=vector)
    assert np.abs(same["V4"] - hurt["V4"]).max() < 1e-9


def test_swapped_arms_follow_from_potentials():
    right, wrong = beat(), beat(setup=EcgSetup(swapped=(("RA", "LA"),)))
    pairs = {"I": "I", "II": "III", "III": "II", "aVR": "aVL", "aVL": "aVR", "aVF": "aVF"}
    for name, other in pairs.items():
        sign = -1.0 if name == "I" else 1.0
        assert np.abs(wrong[name] - sign * right[other]).max() < 1e-11
    for i in range(1, 7):
        assert np.abs(wrong[f"V{i}"] - right[f"V{i}"]).max() < 1e-11


def test_swapped_leg_moves_what_it_should():
    right, wrong = beat(), beat(setup=EcgSetup(swapped=(("LA", "LL"),)))
    assert np.abs(wrong["I"] - right["II"]).max() < 1e-11
    assert np.abs(wrong["III"] + right["III"]).max() < 1e-11
    assert np.abs(wrong["aVR"] - right["aVR"]).max() < 1e-11


def test_a_loose_electrode_spoils_only_what_it_feeds():
    base = beat()
    chest = beat(setup=EcgSetup(off=("V3",)))
    assert np.ptp(chest["V3"]) < 1e-9
    assert all(np.array_equal(chest[n], base[n]) for n in LEADS if n != "V3")
    arm = beat(setup=EcgSetup(off=("LA",)))
    assert np.abs(arm["II"] - base["II"]).max() < 1e-11
    assert np.abs(arm["I"] - base["I"]).max() > 0.1


@pytest.mark.parametrize("mains_hz", [50.0, 60.0])
def test_mains_lies_at_its_frequency_and_grows_without_ground(mains_hz):
    setup = EcgSetup(mains_mv=0.02, mains_hz=mains_hz)
    lead = Ecg(EcgParams(), seed=3).run([], 4.0, setup=setup)[:, 7]
    power = np.abs(np.fft.rfft(lead - lead.mean()))
    assert np.fft.rfftfreq(2000, 1 / 500.0)[np.argmax(power)] == mains_hz
    loose = EcgSetup(mains_mv=0.02, mains_hz=mains_hz, off=("RL",))
    assert np.std(Ecg(EcgParams(), seed=3).run([], 4.0, setup=loose)[:, 7]) > 5 * np.std(lead)


def test_noise_has_the_size_asked_for():
    for name in ("contact_mv", "muscle_mv", "wander_mv", "diathermy_mv"):
        setup = EcgSetup(**{name: 0.1}, range_mv=500.0)
        leads = Ecg(EcgParams(), seed=4).run([], 60.0, setup=setup)
        spread = np.sqrt(np.mean(np.square(leads[:, 6:]), axis=0)).mean()
        assert spread == pytest.approx(0.1 * np.sqrt(4 / 3), rel=0.2), name


def test_shock_saturates_and_recovers():
    y = Ecg(EcgParams(), seed=2).run(events((1.0, "shock")), 8.0)
    assert np.abs(y[:499]).max() == 0.0
    assert np.abs(y[510]).max() >= 10.0
    assert np.abs(y[3000:]).max() < 0.01


def dominant_hz(lead, rate_hz=500.0):
    from scipy.signal import welch

    hz, power = welch(lead, rate_hz, nperseg=int(8 * rate_hz))
    return hz[np.argmax(power)]


@pytest.mark.parametrize("seed", range(5))
def test_ventricular_fibrillation(seed):
    params = EcgParams(vf_decay_s=100.0)
    y = Ecg(params, seed=seed).run(events((0.0, "vf")), 120.0)
    for lead in y.T:
        assert 4.0 <= dominant_hz(lead) <= 7.0
    early, late = np.std(y[1000:10000], axis=0), np.std(y[50000:59000], axis=0)
    assert np.all(late < 0.7 * early)
    assert 0.5 < np.ptp(y[:5000, 1]) < 4.0


@pytest.mark.parametrize("seed", range(5))
def test_fibrillating_atria(seed):
    y = Ecg(EcgParams(), seed=seed).run(events((0.0, "f"), (90.0, "atria_quiet")), 100.0)
    v1 = y[:45000, LEADS.index("V1")]
    assert 4.0 <= dominant_hz(v1) <= 9.0
    assert 0.06 <= 4.0 * np.std(v1) <= 0.35  # peak to peak in 20 patients
    assert np.std(v1) >= 0.999 * np.std(y[:45000], axis=0).max()
    assert np.abs(y[45100:]).max() == 0.0


def test_flutter_is_a_saw_tooth_of_three_hundred():
    y = Ecg(EcgParams(), seed=1).run(events((0.0, "flutter")), 20.0)[:, 1]
    assert dominant_hz(y) == pytest.approx(5.0, abs=0.2)
    steps = np.diff(y[500:])
    assert np.mean(steps < 0) > 0.6  # falls longer than it rises
    assert np.ptp(y) == pytest.approx(0.27, abs=0.05)


def test_qt_follows_rate():
    def t_peak_ms(rate_bpm):
        marks, beats = sinus(rate_bpm, 20.0)
        lead = Ecg(EcgParams(rate_bpm=rate_bpm), seed=1, rate_hz=1000.0).run(marks, 20.0)[:, 10]
        at = int(1000 * beats[-4])
        last = int(0.9 * 60000 / rate_bpm)
        return 150 + np.argmax(lead[at + 150 : at + min(last, 600)])

    assert t_peak_ms(50.0) > t_peak_ms(75.0) + 30 > t_peak_ms(110.0) + 60


def test_breathing_turns_the_axis_and_shrinks_the_beat():
    def r_of(breath):
        ecg = Ecg(EcgParams(), seed=1, rate_hz=1000.0)
        return ecg.run(events((0.1, "qrs")), 0.6, breathing_ratio=breath).max(axis=0)

    out, full = r_of(0.0), r_of(1.0)
    assert full[10] < 0.97 * out[10]
    assert full[2] > out[2]  # III grows as the axis turns to the right
