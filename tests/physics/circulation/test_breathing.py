"""The equation of motion in closed form, the acts against published pressures, and no jumps.

1 cmH2O = 0.7356 mmHg. Quiet and deep pleural pressure: circulation_targets section 6.
"""

import math

import numba
import numpy as np
import pytest

from openvalve.circulation._breathing import (
    ACT_LEVELS_MMHG,
    ACTS,
    BreathParams,
    breath_effects,
    breath_step,
    initial_breath,
    pack_breath,
)

CMH2O = 0.7356
PLEURAL, ALVEOLAR, ABDOMEN, VOLUME, VENTILATION = range(5)
REST = pack_breath(BreathParams())


@numba.njit
def drive(s, p, windows, act, level, rate, peep, factor):
    out = np.empty((windows, 5))
    for i in range(windows):
        s = breath_step(s, p, act, level, rate, peep, factor)
        e = breath_effects(s, p)
        out[i, 0] = e.pleural_mmhg
        out[i, 1] = e.alveolar_mmhg
        out[i, 2] = e.abdominal_mmhg
        out[i, 3] = e.lung_volume_ml
        out[i, 4] = e.ventilation_ml_s
    return s, out


def breathe(act, seconds, state=None, p=REST, level=0.0, rate=14.0, peep=0.0, factor=1.0):
    state = initial_breath() if state is None else state
    windows = round(seconds / p.dt)
    return drive(state, p, windows, ACTS[act], level, rate, peep, factor)


# Closed forms


def test_a_constant_airway_pressure_ends_at_compliance_times_pressure():
    # Apnea with a mask of 2 mmHg: V = C P, and the chest wall bears its share of it.
    _, out = breathe("apnea", 20.0, peep=2.0)
    chest, lung = 272.0, 272.0 * (1.0 + (out[-1, VOLUME] * REST.inv_stiff) ** 2) ** -1
    assert out[-1, VOLUME] == pytest.approx(2.0 / (1.0 / chest + 1.0 / lung), rel=1e-6)
    assert out[-1, PLEURAL] == pytest.approx(-5 * CMH2O + out[-1, VOLUME] / chest, abs=2e-3)
    assert out[-1, ALVEOLAR] == pytest.approx(2.0, rel=1e-6)


@pytest.mark.parametrize("window_s", [0.02, 0.005])
def test_relaxed_emptying_is_exponential_with_resistance_times_compliance(window_s):
    # Below flow limitation and with a linear lung, at any window: V = V0 exp(-t / RC).
    p = pack_breath(BreathParams(pleural_deep_mmhg=-15.0 * CMH2O), window_s)
    assert p.inv_stiff == 0.0
    s = initial_breath()._replace(act=ACTS["apnea"], volume=100.0)
    lag = 1.5e-3 * 136.0
    _, out = breathe("apnea", 0.6, s, p)
    times = (np.arange(len(out)) + 1) * window_s
    assert out[:, VOLUME] == pytest.approx(100.0 * np.exp(-times / lag), rel=1e-9)


def test_forced_emptying_follows_the_flow_limit_down_to_residual_volume():
    # Cough muscles against an open airway: flow falls with volume, never below the reserve.
    p = REST
    s = initial_breath()._replace(act=ACTS["cough"], phase=0.55, volume=2000.0, muscle=100.0)
    _, out = breathe("cough", 0.2, s, p, level=100.0)
    expected = (2000.0 + 1200.0) * (1.0 - 1.9 * 0.02) ** np.arange(1, 11) - 1200.0
    assert out[:, VOLUME] == pytest.approx(expected, rel=1e-9)
    worst = initial_breath()._replace(volume=-1199.0, muscle=400.0)
    _, out = breathe("quiet", 5.0, worst)
    assert out[:, VOLUME].min() > -1200.0


def test_dead_space_is_taken_off_every_breath():
    _, out = breathe("quiet", 600.0)
    breath = slice(-round(60.0 / 14.0 / 0.02 * 70), None)  # 70 breaths, 5 minutes
    tidal = np.ptp(out[breath, VOLUME])
    assert out[breath, VENTILATION].mean() == pytest.approx((tidal - 154.0) * 14.0 / 60.0, rel=0.01)
    assert REST.ventilation_rest == pytest.approx(out[breath, VENTILATION].mean(), rel=0.01)


# Published sizes


def test_quiet_breathing_of_an_adult():
    _, out = breathe("quiet", 60.0)
    late = out[-1500:]
    assert np.ptp(late[:, VOLUME]) == pytest.approx(500.0, rel=0.03)
    assert late[:, PLEURAL].min() / CMH2O == pytest.approx(-8.0, abs=0.5)
    assert out[:, PLEURAL].max() / CMH2O == pytest.approx(-5.0, abs=0.5)
    assert np.abs(late[:, ALVEOLAR]).max() / CMH2O < 2.0  # about 1 in life
    assert 1.0 < np.ptp(late[:, ABDOMEN]) < 6.0


@pytest.mark.parametrize("weight_kg", [3.5, 20.0, 120.0])
def test_tidal_volume_goes_with_weight(weight_kg):
    p = pack_breath(BreathParams(weight_kg=weight_kg))
    _, out = breathe("quiet", 60.0, p=p, rate=p.rate)
    assert np.ptp(out[-1000:, VOLUME]) == pytest.approx(500.0 / 70.0 * weight_kg, rel=0.04)
    assert out[-1000:, PLEURAL].min() / CMH2O == pytest.approx(-8.0, abs=0.6)


def test_a_deep_breath_held():
    _, out = breathe("hold_inspiration", 20.0)
    assert out[-1, PLEURAL] / CMH2O == pytest.approx(-30.0, abs=0.5)
    assert out[-1, VOLUME] == pytest.approx(3000.0, rel=0.01)
    assert out[-500:, VENTILATION].max() == 0.0
    assert np.diff(out[:50, PLEURAL]).max() <= 0.0  # straight down, no swing


def test_valsalva_holds_the_airway_pressure_and_lifts_the_pleura():
    s, _ = breathe("quiet", 31.0)
    _, out = breathe("valsalva", 15.0, s)
    held = out[100:]
    assert held[:, ALVEOLAR] == pytest.approx(40.0, abs=0.1)
    assert 34.0 < held[:, PLEURAL].mean() < 40.0
    assert (held[:, ABDOMEN] > held[:, PLEURAL]).all()
    assert held[:, VENTILATION].max() == 0.0
    assert np.ptp(held[:, VOLUME]) == 0.0
    _, harder = breathe("valsalva", 15.0, s, level=60.0)
    assert harder[-1, ALVEOLAR] == pytest.approx(60.0, abs=0.1)


def test_cough_is_explosive():
    _, out = breathe("cough", 15.0)
    assert 80.0 < out[:, PLEURAL].max() < 150.0
    above = out[:, PLEURAL] > 0.5 * out[:, PLEURAL].max()
    starts = np.count_nonzero(np.diff(above.astype(int)) == 1)
    assert starts == 10  # one cough every 1.5 s
    assert 0.2 < above.mean() * 15.0 / starts < 0.5  # seconds of pressure in each
    # Pes rises at up to 1200 cmH2O/s in normal subjects.
    assert 400.0 < np.diff(out[:, PLEURAL]).max() / 0.02 / CMH2O < 1600.0
    flow = -np.diff(out[:, VOLUME]).min() / 0.02 / 1000.0
    assert 2.0 < flow < 10.0  # L/s, peak cough flow
    assert out[:, ABDOMEN].max() > out[:, PLEURAL].max()


def test_a_machine_raises_the_pressure_that_a_muscle_lowers():
    _, own = breathe("quiet", 30.0)
    _, machine = breathe("positive_pressure", 30.0)
    assert own[:, PLEURAL].min() < -5.0 * CMH2O - 1.0
    assert machine[:, PLEURAL].min() > -5.0 * CMH2O - 0.01
    assert machine[:, PLEURAL].max() > -5.0 * CMH2O + 1.0
    # Half of the inflating pressure, since lung and chest are equally compliant.
    rise = machine[:, PLEURAL].max() + 5.0 * CMH2O
    assert rise == pytest.approx(0.5 * ACT_LEVELS_MMHG["positive_pressure"], rel=0.05)
    assert 400.0 < np.ptp(machine[-1000:, VOLUME]) < 700.0
    _, peep = breathe("positive_pressure", 30.0, peep=5.0, level=9.5)
    end = peep[-1000:, VOLUME].min()
    assert end == pytest.approx(5.0 * 136.0, rel=0.06)
    assert peep[-1000:, PLEURAL].mean() > machine[-1000:, PLEURAL].mean() + 2.0


def test_a_narrowed_airway_deepens_the_swing():
    _, open_airway = breathe("quiet", 30.0)
    _, narrow = breathe("obstruction", 30.0)
    assert np.ptp(narrow[-1000:, PLEURAL]) > 3.0 * np.ptp(open_airway[-1000:, PLEURAL])
    assert narrow[:, ALVEOLAR].min() < -5.0


@pytest.mark.parametrize("act", ["apnea", "hold_expiration"])
def test_nothing_moves_in_a_hold(act):
    s, _ = breathe("quiet", 30.9)  # in the middle of a breath
    _, out = breathe(act, 10.0, s)
    assert out[200:, VENTILATION].max() == 0.0
    assert out[-1, PLEURAL] == pytest.approx(-5 * CMH2O, abs=1e-3)
    assert out[-1, ABDOMEN] == pytest.approx(3.0, abs=1e-3)
    assert out[-1, VOLUME] == pytest.approx(0.0, abs=0.1)


def test_sedation_slows_and_shallows_with_minute_volume_going_as_drive():
    volume = {}
    for factor in (1.0, 0.5, 0.25):
        _, out = breathe("quiet", 240.0, factor=factor)
        drawn = np.diff(out[3000:, VOLUME])
        volume[factor] = drawn[drawn > 0.0].sum()
    assert volume[0.5] / volume[1.0] == pytest.approx(0.5, rel=0.1)
    assert volume[0.25] / volume[1.0] == pytest.approx(0.25, rel=0.15)
    _, none = breathe("quiet", 20.0, factor=0.0)
    assert none[:, VENTILATION].max() == 0.0
    assert np.ptp(none[:, PLEURAL]) == 0.0


# Safety


def test_rest_is_exactly_the_stated_rest():
    e = breath_effects(initial_breath(), REST)
    assert e.pleural_mmhg == REST.pleural_rest == pytest.approx(-5.0 * CMH2O, abs=1e-3)
    assert (e.alveolar_mmhg, e.abdominal_mmhg, e.lung_volume_ml) == (0.0, 3.0, 0.0)


@pytest.mark.parametrize("after", sorted(ACTS))
@pytest.mark.parametrize("before", sorted(ACTS))
def test_no_pressure_jumps_when_an_act_follows_another(before, after):
    s, first = breathe(before, 7.33)
    _, then = breathe(after, 3.0, s)
    joined = np.concatenate([first, then])
    # The muscles' lag bounds every step: coughs 0.18, other acts 0.1 of the way.
    fastest = 22.0 if "cough" in (before, after) else 6.0
    assert np.abs(np.diff(joined[:, PLEURAL])).max() < fastest


def test_any_input_stays_finite_and_bounded():
    rng = np.random.Generator(np.random.PCG64(4))
    acts = list(ACTS)
    s = initial_breath()
    for _ in range(200):
        s, out = breathe(
            acts[rng.integers(len(acts))],
            rng.uniform(0.02, 4.0),
            s,
            level=rng.uniform(-20.0, 200.0),
            rate=rng.uniform(-5.0, 400.0),
            peep=rng.uniform(-10.0, 40.0),
            factor=rng.uniform(-1.0, 8.0),
        )
        assert np.isfinite(out).all()
        assert out[:, VOLUME].min() > -1200.0
        assert out[:, VENTILATION].min() >= 0.0
        assert math.isfinite(s.phase) and 0.0 <= s.phase < 1.0
