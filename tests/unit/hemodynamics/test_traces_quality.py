"""Artefacts put into a known pressure are found where they are."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from openvalve.hemodynamics import Stretch
from openvalve.hemodynamics._quality import bad_stretches, damping_of, flush_response, shape_of

RATE = 250.0


def artery(seconds: float = 20.0) -> NDArray[np.float64]:
    """Return 120/80 at 75/min, a rise of 0.1 s and a slow fall."""
    u = (np.arange(round(seconds * RATE)) / RATE) % 0.8
    up = 80.0 + 20.0 * (1.0 - np.cos(np.pi * np.minimum(u, 0.1) / 0.1))
    return np.where(u < 0.1, up, 80.0 + 40.0 * np.exp(-(u - 0.1) / 0.25))


def kinds(x: NDArray[np.float64], name: str = "AO") -> dict[str, list[tuple[float, float]]]:
    found: dict[str, list[tuple[float, float]]] = {}
    for s in bad_stretches(name, x, RATE)[1]:
        found.setdefault(s.kind, []).append((s.start_s, s.end_s))
    return found


def test_a_clean_trace_has_nothing() -> None:
    bad, stretches = bad_stretches("AO", artery(), RATE)
    assert not bad.any()
    assert not stretches


def test_missing() -> None:
    x = artery()
    x[1000:1100] = np.nan
    assert kinds(x) == {"missing": [pytest.approx((3.95, 4.45), abs=0.01)]}


def test_flush_and_its_ringing() -> None:
    x = artery()
    x[1000:1250] = 290.0
    found = kinds(x)
    assert list(found) == ["flush"]
    start, end = found["flush"][0]
    assert 3.5 < start <= 4.0
    assert 5.0 <= end < 5.5


@pytest.mark.parametrize("height", [-60.0, 25.0, 90.0])
def test_spike(height: float) -> None:
    x = artery()
    x[2000:2003] += height
    assert list(kinds(x)) == ["spike"]
    (start, end) = kinds(x)["spike"][0]
    assert start < 8.0 < end
    assert end - start < 0.2


def test_saturation() -> None:
    found = kinds(np.minimum(artery(), 90.0))
    assert set(found) == {"saturated"}
    assert len(found["saturated"]) > 20


@pytest.mark.parametrize(("level", "kind"), [(30.0, "closed"), (-16.0, "off"), (0.5, "off")])
def test_a_line_that_loses_its_pulse(level: float, kind: str) -> None:
    x = artery()
    noise = 0.2 * np.random.default_rng(1).standard_normal(2500)
    x[2500:] = level + noise
    found = kinds(x)
    assert kind in found
    start, end = found[kind][-1]
    assert start == pytest.approx(10.0, abs=0.3)
    assert end == pytest.approx(20.0, abs=0.1)


def test_a_slow_heart_is_not_a_closed_line() -> None:
    t = np.arange(round(30 * RATE)) / RATE
    assert not kinds(80.0 + 40.0 * np.exp(-(t % 2.0) / 0.5))  # 30/min


def test_damping_of_a_printed_example() -> None:
    """Mark's figure in Miller's Anesthesia: 24 and 17 mm, 1.7 mm a cycle at 25 mm/s."""
    ring = damping_of(17.0 / 24.0, half_period_s=0.5 * 1.7 / 25.0)
    assert ring.damping_ratio == pytest.approx(0.11, abs=0.005)
    assert ring.natural_frequency_hz == pytest.approx(14.7, rel=0.01)


@pytest.mark.parametrize(("natural_hz", "zeta"), [(8.0, 0.12), (12.0, 0.2), (20.0, 0.3)])
def test_flush_gives_back_the_line(natural_hz: float, zeta: float) -> None:
    """Step response of a second-order system from 290 to 90 mmHg, sampled at 500 Hz."""
    rate = 500.0
    t = np.arange(round(0.5 * rate)) / rate
    w = 2.0 * math.pi * natural_hz
    wd = w * math.sqrt(1.0 - zeta**2)
    fall = np.exp(-zeta * w * t) * (np.cos(wd * t) + zeta * w / wd * np.sin(wd * t))
    x = np.concatenate((np.full(500, 290.0), 90.0 + 200.0 * fall))
    flush = Stretch(channel="AO", start_s=0.0, end_s=1.3, kind="flush")
    ring = flush_response(x, rate, flush)
    assert ring is not None
    assert ring.natural_frequency_hz == pytest.approx(natural_hz, rel=0.10)
    assert ring.damping_ratio == pytest.approx(zeta, abs=0.04)


def test_a_line_that_does_not_ring_says_nothing() -> None:
    x = np.concatenate((np.full(500, 290.0), 90.0 + 200.0 * np.exp(-np.arange(500) / 50.0)))
    flush = Stretch(channel="AO", start_s=0.0, end_s=3.0, kind="flush")
    assert flush_response(x, RATE, flush) is None


def test_shapes() -> None:
    u = np.arange(100) / 100.0
    ejects = (u > 0.1) & (u < 0.5)
    fills = 5.0 + 5.0 * ((u - 0.5) % 1.0)  # lowest after ejection, then slowly up
    ventricle = np.where(ejects, 9.0 + 111.0 * np.sin(np.pi * (u - 0.1) / 0.4), fills)
    assert shape_of(ventricle) == "ventricle"
    assert shape_of(0.2 * ventricle) == "ventricle"  # a right one
    pulse = np.where(u < 0.15, 40.0 * u / 0.15, 40.0 * np.exp(-(u - 0.15) / 0.35))
    assert shape_of(80.0 + pulse) == "artery"
    assert shape_of(10.0 + 0.4 * pulse) == "artery"
    assert shape_of(np.full(100, 10.0)) == "unclear"
