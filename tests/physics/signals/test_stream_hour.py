"""An hour of a patient in frames: memory stays, and however time is cut the signals are the same.

The hour is part of ``make validate``; CI streams a sample of it.
"""

import gc
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from openvalve.heart import Live, reference_heart
from openvalve.signals import DopplerProbe, Laboratory, apical_beam, laboratory_of

FRAME_S = 0.04
SAMPLE_S = 2.0
PAGE = 4096.0
GROWTH_MIB = 2.0  # an hour of one channel at 250 Hz would be 6.9

Signals = dict[str, NDArray[np.float64]]


def resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * PAGE / 2**20


def streamed(frame_s: float, seconds_s: float) -> Iterator[tuple[float, Signals]]:
    """Yield the time and every signal of each frame of a patient in atrial fibrillation."""
    live = Live(reference_heart(bsa_m2=1.8))
    live.change(aortic_area_cm2=0.7, mitral_leak_cm2=0.2)
    live.run(10.0)
    live.induce("atrial_fibrillation")
    laboratory = Laboratory(replace(laboratory_of(live.run(4.0), bsa_m2=1.8), line_rate_hz=250.0))
    probe = DopplerProbe({"aortic": apical_beam("aortic", 5.0)})
    for k in range(round(seconds_s / frame_s)):
        true = live.run(frame_s)
        doppler = probe.run(true)
        seen = [laboratory.leads(true), laboratory.pressures(true), laboratory.hear(true)]
        signals: Signals = {
            name: channel.samples
            for recording in (*seen, doppler.envelopes)
            for name, channel in recording.channels.items()
        }
        yield k * frame_s, signals | {f"{n}_IMAGE": x for n, x in doppler.images_db.items()}


def sampled(frame_s: float, seconds_s: float, every_s: float) -> Mapping[str, Signals]:
    """Return the first two seconds of each stretch of ``every_s``, by its beginning."""
    parts: dict[str, list[Signals]] = {}
    for at, signals in streamed(frame_s, seconds_s):
        stretch, inside = divmod(at + 1e-6, every_s)
        if inside < SAMPLE_S:
            parts.setdefault(f"{stretch * every_s:g} s", []).append(signals)
    return {
        key: {name: np.concatenate([x[name] for x in rows]) for name in rows[0]}
        for key, rows in parts.items()
    }


def assert_same(one: Mapping[str, Signals], other: Mapping[str, Signals]) -> None:
    assert one.keys() == other.keys()
    for key, signals in one.items():
        assert signals.keys() == other[key].keys()
        for name, samples in signals.items():
            where = f"{name} at {key}"
            np.testing.assert_array_equal(samples, other[key][name], err_msg=where)


@pytest.mark.parametrize("frame_s", [0.1, 1.0])
def test_frames_change_nothing(frame_s: float) -> None:
    ours = sampled(FRAME_S, 12.0, 5.0)
    assert list(ours) == ["0 s", "5 s", "10 s"]
    assert ours["5 s"]["II"].shape == (1000,)
    assert ours["5 s"]["LV"].shape == (500,)
    assert ours["5 s"]["SOUND_APEX"].shape == (8000,)
    assert ours["5 s"]["JET_AORTIC"].shape == (200,)
    assert_same(ours, sampled(frame_s, 12.0, 5.0))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the memory of now")
def test_two_minutes_need_no_more_memory_than_one() -> None:
    assert growth_mib(120.0, warm_s=60.0) < GROWTH_MIB


def growth_mib(seconds_s: float, *, warm_s: float) -> float:
    before = np.nan
    for at, _ in streamed(FRAME_S, seconds_s):
        if np.isnan(before) and at >= warm_s:
            gc.collect()
            before = resident_mib()
    gc.collect()
    return resident_mib() - before


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the memory of now")
def test_an_hour_needs_no_more_memory_than_its_first_minute(record_property) -> None:  # type: ignore[no-untyped-def]
    growth = growth_mib(3600.0, warm_s=60.0)
    record_property("growth of an hour", f"{growth:.2f} MiB")
    assert growth < GROWTH_MIB


@pytest.mark.slow
def test_an_hour_in_frames_is_an_hour_in_seconds() -> None:
    assert_same(sampled(FRAME_S, 3600.0, 600.0), sampled(1.0, 3600.0, 600.0))
