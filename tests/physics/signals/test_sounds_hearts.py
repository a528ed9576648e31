"""Heart sounds of simulated hearts: an envelope finds the valves, the murmur tells the gradient."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from scipy.io import wavfile
from scipy.signal import butter, find_peaks, sosfiltfilt, spectrogram, welch

from openvalve.heart import Live, reference_heart
from openvalve.signals._sounds import HeartSounds, SoundParams

SHARED = Path(__file__).parents[4] / "shared/data/waveforms/human_pcg"
SECONDS = 20.0


def heart(**changes):
    """Return 20 s of a heart at rest after half a minute with the change."""
    live = Live(reference_heart(bsa_m2=1.8))
    live.run(5.0)
    if changes:
        live.change(**changes)
    live.run(25.0)
    return live.run(SECONDS)


HEARD = {}


def sounds(recording, **params):
    """Return what is heard, computed once."""
    key = (id(recording), *params.items())
    if key not in HEARD:
        HEARD[key] = (recording, HeartSounds(SoundParams(**params), 1).hear(recording))
    return HEARD[key][1]


@pytest.fixture(scope="module")
def healthy():
    return heart()


@pytest.fixture(scope="module")
def aortic():
    return {area: heart(aortic_area_cm2=area) for area in (1.5, 1.0, 0.6)}


@pytest.fixture(scope="module")
def mitral():
    fluid = {2.2: 0.0, 1.4: 0.0, 1.0: 0.0, 0.7: 2.0}
    return {a: heart(mitral_area_cm2=a, infusion_ml_s=f) for a, f in fluid.items()}


def closures(recording, valve):
    """Return the times at which the area has fallen to 5 % of its range, s; fast closures only."""
    area = recording[f"AREA_{valve}"]
    z = (area - area.min()) / np.ptp(area)
    at = np.flatnonzero((z[1:] < 0.05) & (z[:-1] >= 0.05)) + 1
    up, down = {"AORTIC": ("LV", "AO"), "MITRAL": ("LA", "LV")}[valve]
    drop = recording[up] - recording[down]
    return at[[k + 25 < drop.size and drop[k + 25] < drop[k] - 0.5 for k in at]] * 1e-3


def envelope(x, low_hz, high_hz, smooth_hz=15.0):
    band = butter(3, [low_hz, high_hz], btype="bandpass", fs=4000.0, output="sos")
    smooth = butter(2, smooth_hz, fs=4000.0, output="sos")
    return np.sqrt(np.maximum(sosfiltfilt(smooth, sosfiltfilt(band, x) ** 2), 0.0))


def segment(x):
    """Return the times of first and second sounds by envelope alone: systole is the shorter gap."""
    e = envelope(x, 25.0, 150.0)
    peaks, _ = find_peaks(e, height=0.15 * e.max(), distance=600)
    gaps = np.diff(peaks)
    first = int(gaps[0] > gaps[1])
    return peaks[first::2] / 4000.0, peaks[1 - first :: 2] / 4000.0


def errors_ms(found, true):
    inside = true[(true > 1.0) & (true < SECONDS - 1.0)]
    return np.array([1e3 * np.min(np.abs(found - t)) for t in inside])


def test_an_envelope_finds_both_sounds(healthy, record_property):
    audio = sounds(healthy)
    s1, s2 = segment(audio["SOUND_APEX"])
    one = errors_ms(s1, closures(healthy, "MITRAL"))
    two = errors_ms(s2, closures(healthy, "AORTIC"))
    record_property(
        "S1 against mitral closure", f"{np.median(one):.1f}, at most {one.max():.1f} ms"
    )
    record_property(
        "S2 against aortic closure", f"{np.median(two):.1f}, at most {two.max():.1f} ms"
    )
    assert one.size > 17
    assert two.size > 17
    assert one.max() < 20.0
    assert two.max() < 20.0


def half_and_ninety(x, rate_hz):
    f, p = welch(x, rate_hz, nperseg=int(rate_hz * 0.512))
    share = np.cumsum(p) / p.sum()
    return f[np.searchsorted(share, 0.5)], f[np.searchsorted(share, 0.9)]


def test_power_lies_where_real_recordings_have_it(healthy, record_property):
    half, ninety = half_and_ninety(sounds(healthy)["SOUND_APEX"], 4000.0)
    record_property("half and 90 % of the power below", f"{half:.0f} and {ninety:.0f} Hz")
    assert 43.0 <= half <= 53.0
    assert 75.0 <= ninety <= 103.0


@pytest.mark.skipif(not SHARED.is_dir(), reason="real recordings are not here")
def test_the_measure_gives_the_published_range_on_real_recordings():
    files = sorted(SHARED.glob("*.wav"))
    for rate, x in (wavfile.read(f) for f in files):
        half, ninety = half_and_ninety(x / 32768.0, rate)
        assert 42.0 <= half <= 54.0
        assert 75.0 <= ninety <= 105.0


def test_first_sound_beside_second(healthy):
    # S1/A2 1.4 +- 0.7 in normal subjects [NEJM 1982;307:334].
    audio = sounds(healthy)
    apex = audio["SOUND_APEX"]
    assert 0.7 < size(audio, apex, "M1") / size(audio, apex, "A2") < 2.1


def size(audio, x, kind):
    """Return the mean peak within 50 ms of a sound."""
    at = [round(4000 * t) for t, k in audio.notes["sounds"] if k == kind]
    peaks = [np.abs(x[i : i + 200]).max() for i in at if 4000 < i < x.size - 4000]
    return float(np.mean(peaks)) if peaks else 0.0


def split_ms(audio):
    marks = audio.notes["sounds"]
    a2 = [t for t, k in marks if k == "A2"]
    p2 = np.array([t for t, k in marks if k == "P2"])
    return np.array([1e3 * (p2[np.argmin(np.abs(p2 - t))] - t) for t in a2[1:-1]])


def test_the_split_breathes(healthy, record_property):
    audio = sounds(healthy)
    split = split_ms(audio)
    record_property("A2-P2", f"{split.min():.0f} to {split.max():.0f} ms")
    times = np.array([t for t, k in audio.notes["sounds"] if k == "A2"])[1:-1]
    pleural = np.interp(times - 0.3, np.arange(healthy.length_count) * 1e-3, healthy["PLEURAL"])
    assert split.min() > 5.0
    assert np.corrcoef(split, pleural)[0, 1] < -0.4  # wider while the chest draws in


def test_the_split_breathes_as_published(healthy):
    # Close together in expiration, 20 to 40 ms apart in inspiration (heartsoundslab.com, teaching).
    split = split_ms(sounds(healthy))
    assert split.min() < 20.0
    assert split.max() - split.min() > 10.0


def test_an_atrial_septal_defect_fixes_the_split(healthy, record_property):
    # A2-P2 10.6 ms in expiration in health, 50.2 with a defect, where inspiration adds 0 to 10 ms
    # in 115 of 118 patients [Circulation 1962;25:328, abstract read].
    whole, open_septum = split_ms(sounds(healthy)), split_ms(sounds(heart(shunt_area_cm2=3.0)))
    told = f"{open_septum.min():.0f} to {open_septum.max():.0f} ms"
    record_property("A2-P2 with a defect of 3 cm2", told)
    assert np.ptp(open_septum) < 10.0 < np.ptp(whole)
    assert open_septum.min() > whole.min()


def test_a_healthy_heart_has_no_murmur(healthy):
    audio = sounds(healthy)
    jets = HeartSounds(SoundParams(), 1)
    jets._watch = lambda *_: []  # type: ignore[method-assign]
    murmur = jets.hear(healthy)
    for name in audio.channels:
        loudest = np.abs(audio[name]).max()
        assert np.abs(murmur[name]).max() < 0.003 * loudest, name  # 50 dB below


def murmur_profile(recording, audio):
    """Return the mean power above 150 Hz over ejection, 101 points."""
    e = envelope(audio["SOUND_AORTIC"], 150.0, 700.0, 12.0)[3::4] ** 2
    flow = recording["FLOW_AORTIC"]
    flows = flow > 0.05 * flow.max()
    feet = np.flatnonzero(flows[1:] & ~flows[:-1]) + 1
    ends = np.flatnonzero(~flows[1:] & flows[:-1]) + 1
    whole = [(a, ends[ends > a][0]) for a in feet[1:-1]]
    grid = np.linspace(0.0, 1.0, 101)
    return np.mean([np.interp(grid, np.arange(b - a) / (b - a), e[a:b]) for a, b in whole], axis=0)


def time_above_300(audio):
    """Return the share of time in which the loudest frequency of the murmur is above 300 Hz."""
    f, _, power = spectrogram(audio["SOUND_AORTIC"][4000:], 4000.0, nperseg=256, noverlap=192)
    high = power * (f >= 100.0)[:, None]
    return float(np.mean((f[high.argmax(axis=0)] > 300.0) & (high.sum(axis=0) > 1e-9)))


def test_the_murmur_peaks_later_as_the_gradient_grows(aortic, record_property):
    at, gradient = [], []
    for area, recording in aortic.items():
        profile = murmur_profile(recording, sounds(recording))
        inside = profile[:90]  # before the second sound
        at.append(float(np.average(np.arange(90), weights=inside**2)))
        gradient.append(4.0 * recording["JET_AORTIC"].max() ** 2)
        record_property(f"murmur of {area} cm2", f"{gradient[-1]:.0f} mmHg, peak at {at[-1]:.0f} %")
    assert gradient[0] < gradient[1] < gradient[2]
    assert at[0] < at[1] < at[2]


def test_a_balloon_lowers_and_softens_the_murmur(aortic, record_property):
    before, after = sounds(aortic[0.6]), sounds(aortic[1.0])
    high = time_above_300(before), time_above_300(after)
    loud = [
        np.sqrt(murmur_profile(r, a).mean())
        for r, a in ((aortic[0.6], before), (aortic[1.0], after))
    ]
    record_property("time above 300 Hz", f"{high[0]:.3f} to {high[1]:.3f}")
    assert high[1] < 0.8 * high[0]
    assert loud[1] < 0.8 * loud[0]


def test_a2_softens_when_the_valve_hardly_moves(healthy, aortic):
    levels = []
    for recording in (healthy, *aortic.values()):
        audio = sounds(recording)
        levels.append(a2_strength(audio, recording))
    assert levels[0] > levels[1] > levels[2] > levels[3]
    assert levels[3] < 0.5 * levels[0]


def a2_strength(audio, recording):
    """Return the size of A2 in the neck, where P2 and the leaks are hardly heard, low-passed."""
    neck = sosfiltfilt(butter(3, 90.0, fs=4000.0, output="sos"), audio["SOUND_NECK"])
    return size(audio, neck, "A2")


def test_p2_grows_in_pulmonary_hypertension(healthy):
    live = Live(
        dataclasses.replace(reference_heart(bsa_m2=1.8), pulmonary_resistance_mmhg_s_ml=0.4)
    )
    live.run(30.0)
    tight = live.run(SECONDS)
    assert tight["PA"].mean() > healthy["PA"].mean() + 10.0
    normal, loud = sounds(healthy), sounds(tight)
    p2 = [size(a, a["SOUND_PULMONARY"], "P2") for a in (normal, loud)]
    a2 = [size(a, a["SOUND_AORTIC"], "A2") for a in (normal, loud)]
    assert p2[1] > p2[0]
    assert p2[1] / a2[1] > 1.5 * p2[0] / a2[0]


def test_mitral_stenosis_has_a_loud_first_sound_and_a_snap(healthy, mitral):
    normal = sounds(healthy)
    assert "OS" not in {k for _, k in normal.notes["sounds"]}
    for area in (1.4, 1.0):
        audio, stiff = sounds(mitral[area]), sounds(mitral[area], mitral_pliable_frac=0.0)
        assert size(audio, audio["SOUND_APEX"], "M1") > 1.5 * size(
            normal, normal["SOUND_APEX"], "M1"
        )
        assert "OS" in {k for _, k in audio.notes["sounds"]}
        assert "OS" not in {k for _, k in stiff.notes["sounds"]}
        assert size(stiff, stiff["SOUND_APEX"], "M1") < size(audio, audio["SOUND_APEX"], "M1")


def a2_to_snap(recording):
    """Return per beat: A2-OS, A2 to crossing, tau, LV pressure at A2, LA at the crossing; ms."""
    marks = sounds(recording).notes["sounds"]
    lv, la = recording["LV"], recording["LA"]
    rows = []
    for t, kind in marks:
        snaps = [u for u, k in marks if k == "OS" and 0.0 < u - t < 0.25]
        if kind != "A2" or not snaps:
            continue
        i = round(1e3 * t)
        cross = i + int(np.argmax(lv[i:] < la[i:]))
        steep = i + int(np.argmin(np.diff(lv[i:cross])))
        slope = np.polyfit(np.arange(steep, cross), np.log(lv[steep:cross]), 1)[0]
        rows.append((1e3 * (snaps[0] - t), cross - 1e3 * t, -1.0 / slope, lv[i], la[cross]))
    return np.mean(rows, axis=0)


def test_the_snap_comes_when_the_pressures_cross(mitral, record_property):
    table = {area: a2_to_snap(r) for area, r in mitral.items()}
    for area, (snap, cross, tau, p_a2, p_la) in table.items():
        told = f"{snap:.0f} ms at LA {p_la:.0f}, tau {tau:.0f} ms, {p_a2:.0f} mmHg at A2"
        record_property(f"A2-OS of {area} cm2", told)
        assert 0.0 < snap - cross < 15.0
    snaps = [row[0] for row in table.values()]
    atrial = [row[4] for row in table.values()]
    assert atrial == sorted(atrial)
    assert snaps == sorted(snaps, reverse=True)  # the higher the atrium, the sooner


@pytest.mark.xfail(
    strict=True,
    reason="A2-OS is up to 18 ms longer than tau ln(P(A2)/P(LA)), not 15: the ventricle holds its "
    "pressure for some 15 ms after the aortic valve has shut before it falls exponentially",
)
def test_a2_os_is_that_of_exponential_relaxation(mitral):
    for row in mitral.values():
        snap, _, tau, p_a2, p_la = a2_to_snap(row)
        assert abs(snap - tau * np.log(p_a2 / p_la)) < 15.0


def test_snap_follows_relaxation_once_it_is_exponential(mitral):
    for recording in mitral.values():
        marks = sounds(recording).notes["sounds"]
        lv, la = recording["LV"], recording["LA"]
        for t, _ in [m for m in marks if m[1] == "OS"][2:-2]:
            at = round(1e3 * t)
            steep = at - 150 + int(np.argmin(np.diff(lv[at - 150 : at])))
            cross = steep + int(np.argmax(lv[steep:] < la[steep:]))
            slope = np.polyfit(np.arange(steep, cross), np.log(lv[steep:cross]), 1)[0]
            expected = -np.log(lv[steep] / la[cross]) / slope
            assert abs((at - steep) - expected) < 15.0
