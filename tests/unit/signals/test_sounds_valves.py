"""One valve watched by itself: what sounds, when, and what stays silent."""

import numpy as np
import pytest

from openvalve.signals._sounds_valves import KINDS, MODES, RING_MS, Strike, ValveWatch, ring


def follow(watch, opening, drop, *, open_cm2=4.0, leak_cm2=1e-4, flow=200.0):
    """Run a watch through openings (0 to 1) and pressure drops; return the strikes."""
    rows = rows_of(opening, drop, open_cm2=open_cm2, leak_cm2=leak_cm2, flow=flow)
    return watch.run(0.0, *rows)


def rows_of(opening, drop, *, open_cm2=4.0, leak_cm2=1e-4, flow=200.0):
    """Return area, flow, jet and drop, the first sample twice."""
    opening, drop = np.asarray(opening, float), np.asarray(drop, float)
    leak = np.broadcast_to(leak_cm2, opening.shape)
    area = leak + (open_cm2 - leak) * opening
    q = np.where(opening > 0.02, flow, -1e-3)
    jet = np.where(q > 0.0, 0.01 * q / open_cm2, -1.0)
    return [np.insert(row, 0, row[0]) for row in (area, q, jet, drop)]


@pytest.mark.parametrize("step", [1, 13, 240])
def test_chunks_change_no_strike(step):
    opening, drop = beat()
    narrow = {"open_cm2": 1.0, "flow": 80.0}
    whole = follow(ValveWatch("M1", "OS", 5.7, 1.0), opening, drop, **narrow)
    rows = rows_of(opening, drop, **narrow)
    watch, struck = ValveWatch("M1", "OS", 5.7, 1.0), []
    for a in range(0, rows[0].size - 1, step):
        part = [row[a : a + step + 1] for row in rows]
        for strike in struck:
            watch.load(strike, a, 1e3 * np.diff(part[3]))
        struck += watch.run(float(a), *part)
    assert [s.kind for s in whole] == ["OS", "M1"]
    assert struck == whole


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
        strike = Strike(kind="A2", at_ms=4.5, travel_frac=1.0)
        strike.load(0.0, np.full(20, rate))  # what came before it does not count
        strike.load(20.0, np.full(30, rate))
        assert strike.ticks == list(range(5, 30))  # tensed by then
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
