"""Recordings to write, and nothing that needs a simulation."""

from collections.abc import Callable

import numpy as np
import pytest

from openvalve.recording import Channel, Recording

TWELVE = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")
Made = Callable[..., Recording]


def made(
    *, units: dict[str, str], rate_hz: float = 250.0, length: int = 1013, **facts: object
) -> Recording:
    """Return a recording of pressures near 80, of leads near 0, each channel its own numbers."""
    channels = {}
    for k, (name, unit) in enumerate(units.items()):
        random = np.random.default_rng(k)
        wave = np.sin(np.arange(length) / rate_hz * 7 + k) + 0.05 * random.normal(size=length)
        samples = 80 + 40 * wave if unit == "mmhg" else wave
        channels[name] = Channel(name=name, unit=unit, samples=samples, measured=True)
    return Recording(rate_hz=rate_hz, channels=channels, beats_s=np.array([0.1, 0.95]), **facts)


@pytest.fixture
def pressures() -> Recording:
    """LV with a gap, AO, and a true LA; beats, events, and a start of 12.5 s."""
    recording = made(
        units={"LV": "mmhg", "AO": "mmhg", "LA": "mmhg", "II": "mv"},
        start_s=12.5,
        notes={"events": [[0.05, "p"], [0.1, "qrs"], [1.0, "spike_v"]]},
    )
    recording["LV"][10:20] = np.nan
    la = recording.channels["LA"]
    true = Channel(name="LA", unit="mmhg", samples=la.samples, measured=False)
    return Recording(
        rate_hz=recording.rate_hz,
        channels={**recording.channels, "LA": true},
        beats_s=recording.beats_s,
        start_s=recording.start_s,
        notes=recording.notes,
    )


@pytest.fixture
def twelve() -> Recording:
    return made(units=dict.fromkeys(TWELVE, "mv"), rate_hz=500.0, length=5000)


@pytest.fixture
def sound() -> Recording:
    return made(units={"SOUND_APEX": "ratio"}, rate_hz=4000.0, length=8000)
