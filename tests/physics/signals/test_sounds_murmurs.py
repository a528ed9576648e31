"""Murmurs of steady jets: pitch on the published line, level with speed, silence of small leaks."""

import numpy as np
import pytest
from scipy.signal import welch

from openvalve.recording import Channel, Recording
from openvalve.signals._sounds import WANTED, HeartSounds, SoundParams

QUIET = 12000


def steady(valve, speed_m_s, flow_ml_s, *, leak=False):
    """Return the audio of one jet that never changes, and nothing else."""
    sign = -1.0 if leak else 1.0
    rows = {name: np.zeros(QUIET) for name in WANTED}
    rows[f"JET_{valve}"] += sign * speed_m_s
    rows[f"FLOW_{valve}"] += sign * flow_ml_s
    channels = {n: Channel(name=n, unit="mmhg", samples=x) for n, x in rows.items()}
    recording = Recording(rate_hz=1000.0, channels=channels, beats_s=np.empty(0))
    return HeartSounds(SoundParams(), 5).hear(recording)


def loudest_hz(x):
    f, p = welch(x[4000:], 4000.0, nperseg=512)
    return f[p.argmax()]


@pytest.mark.parametrize("speed", [1.5, 2.0, 3.0, 4.0, 5.0])
@pytest.mark.parametrize(
    ("valve", "site", "flow", "leak"),
    [
        ("AORTIC", "AORTIC", 250.0, False),
        ("PULMONARY", "PULMONARY", 250.0, False),
        ("AORTIC", "PULMONARY", 60.0, True),
        ("MITRAL", "APEX", 60.0, True),
        ("TRICUSPID", "TRICUSPID", 60.0, True),
    ],
)
def test_pitch_is_on_the_published_line(valve, site, flow, leak, speed):
    # f = 66 Hz + 74 Hz per m/s [Donnerstein 1989, evidence/ecg_and_murmur.md section 4].
    x = steady(valve, speed, flow, leak=leak)[f"SOUND_{site}"]
    assert abs(loudest_hz(x) - (66.0 + 74.0 * speed)) < 60.0


@pytest.mark.parametrize("speed", [1.2, 2.0, 2.8])
def test_inflow_rumbles_low(speed):
    x = steady("MITRAL", speed, 200.0)["SOUND_APEX"]
    f, p = welch(x[4000:], 4000.0, nperseg=1024)
    inside = (f >= 30.0) & (f <= 150.0)
    assert 30.0 <= f[p.argmax()] <= 150.0
    assert p[inside].sum() > 0.7 * p.sum()


def test_level_grows_with_speed_and_flow():
    def rms(speed, flow):
        return steady("AORTIC", speed, flow)["SOUND_AORTIC"][4000:].std()

    low, fast, full = rms(2.0, 150.0), rms(4.0, 150.0), rms(4.0, 300.0)
    assert fast > 4.0 * low
    assert 1.2 < full / fast < 1.6  # sqrt 2, less what the wider orifice takes


def test_a_laminar_leak_is_silent():
    # 0.0001 cm2 at 5 m/s, the closed valve of the model: Re = 170.
    assert np.abs(steady("AORTIC", 5.0, 0.05, leak=True)["SOUND_PULMONARY"]).max() == 0.0


def test_each_murmur_is_loudest_at_its_place():
    places = {
        ("AORTIC", False): "SOUND_AORTIC",
        ("PULMONARY", False): "SOUND_PULMONARY",
        ("MITRAL", False): "SOUND_APEX",
        ("TRICUSPID", False): "SOUND_TRICUSPID",
        ("AORTIC", True): "SOUND_PULMONARY",
        ("MITRAL", True): "SOUND_APEX",
    }
    for (valve, leak), place in places.items():
        audio = steady(valve, 3.0, 80.0, leak=leak)
        level = {name: audio[name].std() for name in audio.channels}
        assert max(level, key=level.__getitem__) == place, (valve, leak)
    stenosis = steady("AORTIC", 4.0, 250.0)
    neck = {v: steady(v, 3.0, 80.0)["SOUND_NECK"].std() for v in ("AORTIC", "MITRAL", "PULMONARY")}
    assert neck["AORTIC"] > 3.0 * max(neck["MITRAL"], neck["PULMONARY"])
    assert stenosis["SOUND_NECK"].std() > 0.4 * stenosis["SOUND_AORTIC"].std()
