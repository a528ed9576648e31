"""The stethoscope as an object: chunks, seeds, refusals, files."""

import time
import wave

import numpy as np
import pytest

from openvalve.errors import FileError, InputError
from openvalve.recording import Channel, Recording
from openvalve.signals._sounds import WANTED, HeartSounds, SoundParams
from openvalve.signals._stethoscope import SITES, write_wav

N = 2400
T = np.arange(N) * 1e-3


def two_beats():
    """Return a heart drawn by hand: 0.8 s beats, systole 0.3 s, a narrow aortic valve."""
    phase = T % 0.8
    systole = np.clip(np.sin(np.pi * (phase - 0.05) / 0.3), 0.0, 1.0) * (phase < 0.35)
    filling = np.clip(np.sin(np.pi * (phase - 0.42) / 0.36), 0.0, 1.0) * (phase > 0.42)
    shape = {"AORTIC": systole, "PULMONARY": systole, "MITRAL": filling, "TRICUSPID": filling}
    full = {"AORTIC": 0.8, "PULMONARY": 4.0, "MITRAL": 5.7, "TRICUSPID": 6.0}
    rows = {
        "LV": 120 * systole + 5,
        "AO": 100 + 0 * T,
        "LA": 5 + 5 * filling,
        "RA": 2 + 3 * filling,
    }
    rows |= {"RV": 25 * systole + 2, "RVOT": 25 * systole + 2, "PA": 18 + 0 * T}
    for valve, s in shape.items():
        rows[f"AREA_{valve}"] = full[valve] * np.clip(4.0 * s, 1e-4, 1.0)
        rows[f"FLOW_{valve}"] = 300.0 * s
        rows[f"JET_{valve}"] = 3.0 * s / full[valve]
    return rows


def recording(rows, start=0, stop=N, rate_hz=1000.0):
    channels = {n: Channel(name=n, unit="mmhg", samples=x[start:stop]) for n, x in rows.items()}
    return Recording(rate_hz=rate_hz, channels=channels, beats_s=np.empty(0), start_s=start * 1e-3)


@pytest.mark.parametrize("step", [1, 7, 40, 333])
def test_chunks_change_nothing(step):
    rows = two_beats()
    whole = HeartSounds(SoundParams(), 9).hear(recording(rows))
    cut = HeartSounds(SoundParams(), 9)
    parts = [cut.hear(recording(rows, a, min(a + step, N))) for a in range(0, N, step)]
    marks = [[p.start_s + t, k] for p in parts for t, k in p.notes["sounds"]]
    assert [k for _, k in marks] == [k for _, k in whole.notes["sounds"]]
    at = [whole.start_s + t for t, _ in whole.notes["sounds"]]
    np.testing.assert_allclose([t for t, _ in marks], at, atol=1e-9)
    for name in whole.channels:
        joined = np.concatenate([p[name] for p in parts])
        np.testing.assert_allclose(joined, whole[name], rtol=0, atol=1e-12)
    assert np.abs(whole["SOUND_APEX"]).max() > 0.01


def test_an_empty_chunk_is_nothing():
    rows = two_beats()
    ears = HeartSounds(SoundParams(), 9)
    assert ears.hear(recording(rows, 0, 0)).length_count == 0
    first = ears.hear(recording(rows, 0, 100))
    fresh = HeartSounds(SoundParams(), 9).hear(recording(rows, 0, 100))
    np.testing.assert_array_equal(first["SOUND_APEX"], fresh["SOUND_APEX"])


def test_clock_sites_and_rate():
    out = HeartSounds(SoundParams(), 0).hear(recording(two_beats(), 500, 700))
    assert out.rate_hz == 4000.0
    assert out.length_count == 800
    assert list(out.channels) == [f"SOUND_{s}" for s in SITES]
    assert out.start_s + 3 / 4000.0 == pytest.approx(0.5)
    assert all(c.measured for c in out.channels.values())


def test_the_seed_is_the_noise():
    rows = two_beats()
    a, b, c = (
        HeartSounds(SoundParams(), s).hear(recording(rows))["SOUND_AORTIC"] for s in (1, 1, 2)
    )
    np.testing.assert_array_equal(a, b)
    assert np.abs(a - c).max() > 1e-3


def test_forty_milliseconds_are_cheap(record_property):
    rows = two_beats()
    ears = HeartSounds(SoundParams(), 0)
    took = []
    for a in range(0, N, 40):
        chunk = recording(rows, a, a + 40)
        started = time.perf_counter()
        ears.hear(chunk)
        took.append(1e3 * (time.perf_counter() - started))
    record_property("heart sounds, 40 ms", f"{np.median(took):.2f} ms")


def test_what_is_missing_is_named_at_once():
    rows = two_beats()
    del rows["LV"], rows["JET_MITRAL"]
    with pytest.raises(InputError) as caught:
        HeartSounds(SoundParams(), 0).hear(recording(rows, rate_hz=500.0))
    keys = {i.key for i in caught.value.items}
    assert keys == {"recording.LV", "recording.JET_MITRAL", "recording.rate_hz"}


def test_what_is_no_number_is_named():
    rows = two_beats()
    rows["AO"][7] = np.nan
    with pytest.raises(InputError) as caught:
        HeartSounds(SoundParams(), 0).hear(recording(rows))
    assert [i.key for i in caught.value.items] == ["recording.AO"]


def test_impossible_parameters_are_refused():
    with pytest.raises(InputError) as caught:
        SoundParams(aortic_area_cm2=0.0, mitral_pliable_frac=float("nan"))
    assert {i.key for i in caught.value.items} == {"aortic_area_cm2", "mitral_pliable_frac"}
    with pytest.raises(InputError):
        HeartSounds(SoundParams(), -1)


def test_a_file_keeps_level_and_never_clips(tmp_path):
    x = 0.3 * np.sin(2 * np.pi * 100 * np.arange(4000) / 4000)
    write_wav(tmp_path / "a.wav", x)
    write_wav(tmp_path / "b.wav", x, full_level_ratio=0.6)
    peaks = []
    for name in ("a.wav", "b.wav"):
        with wave.open(str(tmp_path / name)) as f:
            assert (f.getframerate(), f.getsampwidth(), f.getnchannels()) == (4000, 2, 1)
            peaks.append(np.abs(np.frombuffer(f.readframes(4000), "<i2").astype(int)).max())
    assert peaks[0] == pytest.approx(0.7 * 32767, abs=1)
    assert peaks[1] == pytest.approx(0.35 * 32767, abs=1)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.wav", "b.wav"]


@pytest.mark.parametrize(
    ("x", "level"),
    [(np.zeros((2, 3)), None), (np.array([0.0, np.nan]), None), (np.ones(4), 0.5)],
)
def test_what_cannot_be_a_file_is_refused(tmp_path, x, level):
    with pytest.raises(InputError):
        write_wav(tmp_path / "x.wav", x, full_level_ratio=level)
    assert not list(tmp_path.iterdir())


def test_silence_is_a_file(tmp_path):
    write_wav(tmp_path / "s.wav", np.zeros(8))
    assert (tmp_path / "s.wav").stat().st_size == 44 + 16


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(FileError):
        write_wav(tmp_path / "no" / "x.wav", np.zeros(4))


def test_all_that_is_wanted_is_true():
    assert len(set(WANTED)) == 19
