"""One valve watched by itself: what sounds, when, and what stays silent."""

import numpy as np
import pytest

from openvalve.signals._sounds_valves import KINDS, MODES, RING_MS, ValveWatch, ring


def follow(watch, opening, drop, *, open_cm2=4.0, leak_cm2=1e-4, flow=200.0):
    """Step a watch through openings (0 to 1) and pressure drops; return the strikes."""
    opening, drop = np.asarray(opening, float), np.asarray(drop, float)
    leak = np.broadcast_to(leak_cm2, opening.shape)
    area = leak + (open_cm2 - leak) * opening
    rates = np.diff(drop, prepend=drop[0]) * 1e3
    q = np.where(opening > 0.02, flow, -1e-3)
    jet = np.where(q > 0.0, 0.01 * q / open_cm2, -1.0)
    rows = zip(area.tolist(), q.tolist(), jet.tolist(), drop.tolist(), rates.tolist(), strict=True)
    struck = [watch.step(float(k), *row) for k, row in enumerate(rows)]
    return [s for s in struck if s is not None]


def beat(rise=10, hold=100, fall=20, rest=100):
    opening = np.concatenate(
        (
            np.zeros(rest),
            np.linspace(0, 1, rise),
            np.ones(hold),
            np.linspace(1, 0, fall),
            np.zeros(rest),
        )
    )
    drop = np.concatenate(
        (np.full(rest, -10.0), np.full(rise + hold, 2.0), -np.arange(fall + rest, dtype=float))
    )
    return opening, drop


def test_one_beat_is_one_sound_when_the_area_has_gone():
    (strike,) = follow(ValveWatch("A2", "EC", 4.0, 0.0), *beat())
    assert strike.kind == "A2"
    assert strike.travel_frac == pytest.approx(1.0)
    assert strike.at_ms == pytest.approx(100 + 10 + 100 + 0.95 * 19, abs=1.0)


@pytest.mark.parametrize("pliable", [0.0, 1.0])
def test_a_narrow_valve_snaps_only_when_pliable(pliable):
    strikes = follow(ValveWatch("M1", "OS", 5.7, pliable), *beat(), open_cm2=1.0)
    kinds = [s.kind for s in strikes]
    assert ("OS" in kinds) == (pliable == 1.0)
    closing = strikes[-1]
    assert closing.travel_frac == pytest.approx(1.0 if pliable else 1.0 / 5.7)


def test_a_closed_a_held_and_a_fluttering_valve_are_silent():
    n = 500
    closed = follow(ValveWatch("A2", "EC", 4.0, 1.0), np.zeros(n), np.full(n, -60.0))
    held = follow(ValveWatch("A2", "EC", 4.0, 1.0), np.full(n, 0.4), np.linspace(5, -60, n))
    low = 0.1 * np.abs(np.sin(np.arange(n) / 10.0))
    flutter = follow(ValveWatch("A2", "EC", 4.0, 1.0), low, np.sin(np.arange(n) / 10.0))
    assert not closed + held + flutter


def test_a_new_leak_does_not_hide_the_closure():
    opening, drop = beat()
    torn = np.where(np.arange(opening.size) > 150, 0.5, 1e-4)
    watch = ValveWatch("A2", "EC", 4.0, 0.0)
    strikes = follow(watch, opening, drop, leak_cm2=torn)
    strikes += follow(watch, opening, drop, leak_cm2=0.5)
    assert [s.kind for s in strikes] == ["A2", "A2"]


def test_a_valve_that_floats_shut_is_struck_softly_later():
    opening, drop = beat()
    drop = np.where(np.arange(drop.size) > 209, -1.0 + 0.0 * drop, drop)
    late = np.concatenate((drop, -1.0 - np.arange(60.0)))
    strikes = follow(ValveWatch("M1", "OS", 4.0, 1.0), np.append(opening, np.zeros(60)), late)
    (strike,) = strikes
    assert strike.at_ms >= drop.size
    assert strike.travel_frac < 0.5


def test_a_faster_load_rings_louder():
    loud = []
    for rate in (200.0, 800.0):
        watch = ValveWatch("A2", "EC", 4.0, 0.0)
        (strike,) = follow(watch, *beat())
        for k in range(30):
            strike.load(strike.at_ms + k, rate)
        assert len(strike.ticks) <= 26  # tensed by then
        loud.append(np.abs(strike.sound(strike.at_ms + np.arange(0.0, 100.0, 0.25))).max())
    assert loud[1] / loud[0] == pytest.approx(2.0)


@pytest.mark.parametrize("kind", KINDS)
def test_ringing_begins_and_ends_in_silence(kind):
    t = np.arange(-10.0, 300.0, 0.25)
    x = ring(kind, t)
    assert (x[t <= 0.0] == 0.0).all()
    assert (x[t >= RING_MS] == 0.0).all()
    assert np.abs(x[(t > RING_MS - 20.0)]).max() < 2e-3 * np.abs(x).max()
    assert 0.1 < np.abs(x).max() < 1.0
    assert sum(share for _, share, _ in MODES[kind]) > 0.0
