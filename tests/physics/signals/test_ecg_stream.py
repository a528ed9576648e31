"""Chunks equal one run; the same seed gives the same numbers; 40 ms are cheap."""

import time

import numpy as np
import pytest

from openvalve.recording import ElectricalEvent
from openvalve.signals._ecg import Ecg
from openvalve.signals._ecg_params import EcgParams, EcgSetup

NOISY = EcgSetup(
    contact_mv=0.005,
    muscle_mv=0.02,
    diathermy_mv=0.5,
    wander_mv=0.1,
    breathing_mv=0.05,
    mains_mv=0.05,
    mains_hz=60.0,
    off=("V3",),
    swapped=(("RA", "LA"),),
    range_mv=100.0,
)
EVENTS = [
    ElectricalEvent(at, kind)
    for at, kind in sorted(
        [(0.2 + 0.83 * i, "p") for i in range(4)]
        + [(0.36 + 0.83 * i, "qrs") for i in range(4)]
        + [(3.2, "f"), (3.61, "qrs_lbbb"), (4.0, "qrs_ectopic_rv"), (4.71, "fusion")]
        + [(5.0, "flutter"), (5.5, "qrs_rbbb"), (5.8, "atria_quiet"), (6.0, "spike_a")]
        + [(6.0 + 1 / 3 * i, "spike_v") for i in range(6)]
        + [(6.02 + 1 / 3 * i, "qrs_paced_rv") for i in range(6)]
        + [(8.1234567, "vf"), (10.0, "shock"), (10.02, "vf_end"), (11.2, "qrs_escape")]
    )
]


def chunked(events, seconds, chunk_s, ecg, breath, st_mv, setup, samples):
    parts, done = [], 0.0
    while done < seconds - 1e-9:
        step = min(chunk_s, seconds - done)
        inside = [
            ElectricalEvent(e.at_s - done, e.kind) for e in events if done <= e.at_s < done + step
        ]
        first, last = round(done * samples), round((done + step) * samples)
        parts.append(
            ecg.run(
                inside,
                step,
                breathing_ratio=breath[first:last],
                st_mv=st_mv[first:last],
                setup=setup,
            )
        )
        done += step
    return np.concatenate(parts)


@pytest.mark.parametrize("chunk_s", [0.002, 0.04, 0.25, 1.0])
@pytest.mark.parametrize("setup", [None, NOISY], ids=["clean", "noisy"])
def test_chunks_equal_one_run(chunk_s, setup):
    samples = np.arange(6500) / 500.0
    breath = 0.5 - 0.5 * np.cos(2 * np.pi * samples / 4.0)
    st_mv = -0.02 * samples
    whole = Ecg(EcgParams(), seed=5).run(
        EVENTS, 13.0, breathing_ratio=breath, st_mv=st_mv, setup=setup
    )
    ecg = Ecg(EcgParams(), seed=5)
    parts = chunked(EVENTS, 13.0, chunk_s, ecg, breath, st_mv, setup, 500)
    assert parts.shape == whole.shape == (6500, 12)
    assert np.abs(parts - whole).max() < 1e-12


def test_events_may_come_early():
    ecg = Ecg(EcgParams(), seed=5)
    early = np.concatenate([ecg.run(EVENTS, 3.0), ecg.run([], 10.0)])
    assert np.abs(early - Ecg(EcgParams(), seed=5).run(EVENTS, 13.0)).max() < 1e-12


def test_seeds():
    one, same, other = (Ecg(EcgParams(), seed=s).run(EVENTS, 13.0, setup=NOISY) for s in (7, 7, 8))
    assert np.array_equal(one, same)
    assert np.abs(one - other).max() > 0.1


def test_einthoven_holds_through_everything():
    y = Ecg(EcgParams(), seed=5).run(EVENTS, 13.0, setup=NOISY)
    assert np.array_equal(y[:, 0] + y[:, 2], y[:, 1])
    assert not np.any(y[:, 3] + y[:, 4] + y[:, 5])


def test_hours_neither_grow_nor_drift():
    ecg = Ecg(EcgParams(rate_bpm=75.0), seed=1)
    beat = [ElectricalEvent(0.1, "p"), ElectricalEvent(0.26, "qrs")]
    for _ in range(4500):  # an hour
        last = ecg.run(beat, 0.8)
    for _ in range(100):
        later = ecg.run(beat, 0.8)
    assert ecg.clock_s == pytest.approx(3680.0)
    assert np.abs(later - last).max() < 1e-9
    assert len(ecg._active._waves) <= 4


def test_forty_milliseconds(record_property):
    """Told, not judged: timing on shared cores; the goal is 1 ms."""
    ecg = Ecg(EcgParams(), seed=1)
    setup = EcgSetup(contact_mv=0.004, wander_mv=0.02, mains_mv=0.002, muscle_mv=0.004)
    times = []
    for i in range(250):
        events = [ElectricalEvent(0.0, "p"), ElectricalEvent(0.03, "qrs")] if i % 20 == 0 else []
        start = time.perf_counter()
        ecg.run(events, 0.04, st_mv=-0.1, breathing_ratio=0.5, setup=setup)
        times.append(time.perf_counter() - start)
    record_property("ecg 40 ms", f"{np.median(times) * 1e3:.2f} ms")
