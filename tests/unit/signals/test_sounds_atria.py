"""The fourth sound: when the atrium pushes, and as loud as it pushes harder than in health."""

import numpy as np
import pytest

from openvalve.heart import Live, reference_heart
from openvalve.signals._sounds import HeartSounds, SoundParams
from openvalve.signals._sounds_atria import NORMAL_M_S2, AtrialKick

AREA_CM2 = 5.7
PEAK_ML_S = 100.0 * NORMAL_M_S2["S4"] * AREA_CM2 * 0.05 * 2.0 / np.pi  # of a normal push, 50 ms


def filling(*, kick=1.0, gap=100, early=600.0):
    """Return an early wave, diastasis, and the atrium's wave of 100 ms from ``150 + gap`` on."""
    e = early * np.sin(np.pi * np.arange(150) / 150) ** 2
    e[75:] = np.maximum(e[75:], 20.0)
    a = kick * PEAK_ML_S * np.sin(np.pi * np.arange(100) / 100)
    return np.concatenate((np.zeros(50), e, np.full(gap, 20.0), 20.0 + a, np.zeros(200)))


def heard(flow, step=10_000):
    kick, found = AtrialKick("S4", AREA_CM2), []
    for first in range(0, flow.size - 1, step):
        part = flow[first : first + step + 1]
        for strike in found:
            kick.load(strike, first + 1.0, 1000.0 * np.diff(part))
        found += kick.run(first + 1.0, part)
    return found


def level(strike):
    return float(np.abs(strike.sound(strike.at_ms + np.arange(0.0, 200.0, 0.25))).max())


@pytest.mark.parametrize("step", [1, 7, 10_000])
def test_it_begins_with_the_push_and_grows_with_it(step):
    levels = []
    for kick in (0.7, 1.3, 1.9):
        (strike,) = heard(filling(kick=kick), step)
        assert strike.at_ms == pytest.approx(50 + 150 + 100, abs=3.0)
        levels.append(level(strike))
    assert levels[0] == 0.0
    assert levels[2] > 2.0 * levels[1] > 0.0


@pytest.mark.parametrize("step", [1, 13, 40])
def test_chunks_change_nothing(step):
    assert heard(filling(kick=1.5), step) == heard(filling(kick=1.5))


def test_a_push_after_slow_creeping_is_loaded_by_itself_alone():
    creep = np.concatenate((filling(kick=0.0)[:300], np.linspace(20.0, 120.0, 300)))
    flow = np.concatenate((creep, 120.0 + 600.0 * np.sin(np.pi * np.arange(60) / 120.0)))
    for step in (40, 10_000):
        (strike,) = heard(flow, step)
        assert strike.at_ms == pytest.approx(600.0, abs=2.0)
        assert strike.ticks[0] == strike.at_ms


def test_one_wave_and_a_slow_valve_are_silent():
    assert not heard(filling(kick=0.0))
    assert not heard(filling(kick=0.0, gap=0))
    assert not heard(filling(kick=0.02))


@pytest.fixture(scope="module")
def hearts():
    def life(what="", **changes):
        live = Live(reference_heart(bsa_m2=1.8))
        live.change(**changes)
        if what:
            live.induce(what)
        live.run(30.0)
        return live.run(10.0)

    return {
        "healthy": life(),
        "stenosis": life(aortic_area_cm2=0.6),
        "mitral": life(mitral_area_cm2=1.0),
        "fibrillation": life("atrial_fibrillation"),
    }


def fourths(true):
    """Return times and levels of S4, the right one left out."""
    ears = HeartSounds(SoundParams(), 0)
    strikes = []
    began = ears._watch

    def watched(*rows):
        new = began(*rows)
        strikes.extend(s for s in new if s.kind == "S4")
        return new

    ears._watch = watched
    ears.hear(true)
    return [s.at_ms for s in strikes], [level(s) for s in strikes]


def test_it_comes_before_each_qrs_of_a_sinus_beat(hearts):
    # Some 90 ms before the first sound (teaching pages); ours begins 10 ms before the QRS.
    times, _ = fourths(hearts["stenosis"])
    onsets = [1e3 * at for at, kind in hearts["stenosis"].notes["events"] if kind == "qrs"]
    gaps = [at - max(t for t in times if t < at) for at in onsets if at > times[0]]
    assert len(gaps) >= 10
    assert all(80.0 < gap < 140.0 for gap in gaps)


def test_a_loaded_atrium_is_heard_a_healthy_one_is_not(hearts):
    assert max(fourths(hearts["healthy"])[1]) == 0.0
    assert min(fourths(hearts["stenosis"])[1]) > 0.01  # 40 dB below a normal first sound


def test_none_without_an_atrium_that_pushes(hearts):
    assert not fourths(hearts["fibrillation"])[0]
    assert not fourths(hearts["mitral"])[0]
