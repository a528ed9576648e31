"""Gases against closed forms (Fick, alveolar gas, shunt) and published apnea, lag and capnometry.

Sources: Severinghaus 1979 (curve), Kobayashi 1994 (Masui 43:1130, PaCO2 in apnea), Berthoud 1991
(10.1093/bja/67.4.464, time to 90 % after oxygen), Khoo 1992 (Ann Acad Med Singap 21:705, without
oxygen), Lee 1994 (10.4097/kjae.1994.27.11.1596) and Pandit 2003 (Anesthesiology 99:841, washing
nitrogen out), Shibutani 1994 (10.1213/00000539-199411000-00002, end-tidal against output).
"""

import numba
import numpy as np
import pytest

from openvalve.circulation._breathing import (
    ACTS,
    BreathParams,
    breath_effects,
    breath_step,
    chemical_drive,
    initial_breath,
    pack_breath,
)
from openvalve.circulation._gases import (
    GasParams,
    GasState,
    gas_effects,
    gas_step,
    initial_gases,
    pack_gases,
    saturation_frac,
)

FLOW = 83.3  # mL/s, 5 L/min
HB = 14.0
WINDOW = 0.02
LUNGS = pack_breath(BreathParams())
GAS = pack_gases(GasParams())
RESTING = initial_gases(GasParams(), LUNGS.ventilation_rest, FLOW)
COLUMN = {name: i for i, name in enumerate(GasState._fields)}


@numba.njit
def steady(s, p, windows, ventilation, lung, body, right_to_left, fio2, hb, metabolic):
    out = np.empty((windows, 20))
    for i in range(windows):
        s = gas_step(s, p, ventilation, lung, body, right_to_left, fio2, hb, metabolic)
        out[i] = np.array(s)
    return s, out


@numba.njit
def settle(s, p, windows, ventilation, flow, fio2):
    for _ in range(windows):
        s = gas_step(s, p, ventilation, flow, flow, 0.0, fio2, 14.0, 1.0)
    return s


@numba.njit
def breathing(b, pb, s, p, windows, act, factor, loop, flow, fio2):
    out = np.empty((windows, 20))
    for i in range(windows):
        chemical = chemical_drive(s.arterial_co2, s.sat_arterial) if loop else 1.0
        b = breath_step(b, pb, act, 0.0, 14.0, 0.0, factor * chemical)
        v = breath_effects(b, pb).ventilation_ml_s
        s = gas_step(s, p, v, flow, flow, 0.0, fio2, 14.0, 1.0)
        out[i] = np.array(s)
    return b, s, out


def run(
    seconds, s=RESTING, p=GAS, v=LUNGS.ventilation_rest, q=FLOW, body=None, rl=0.0, fio2=0.21, hb=HB
):
    windows = round(seconds / WINDOW)
    return steady(s, p, windows, v, q, q if body is None else body, rl, fio2, hb, 1.0)


def live(seconds, act="quiet", b=None, s=RESTING, factor=1.0, loop=False, fio2=0.21):
    b = initial_breath() if b is None else b
    windows = round(seconds / WINDOW)
    return breathing(b, LUNGS, s, GAS, windows, ACTS[act], factor, loop, FLOW, fio2)


def column(out, name):
    return out[:, COLUMN[name]]


def first_below(values, limit):
    assert values.min() < limit
    return float(np.argmax(values < limit)) * WINDOW


def content(po2, hb=HB):
    return 0.0134 * hb * saturation_frac(po2) + 3.1e-5 * po2


# Closed forms


@pytest.mark.parametrize(
    ("po2", "percent"),
    # The standard curve, 37 degC, pH 7.4 (Severinghaus 1979, table 1); his fit is within 0.55.
    [(10.0, 9.6), (26.86, 50.0), (40.0, 74.9), (60.0, 91.0), (80.0, 95.8), (100.0, 97.5)],
)
def test_dissociation_curve(po2, percent):
    assert 100.0 * saturation_frac(po2) == pytest.approx(percent, abs=0.56)


def test_rest_is_steady_and_normal():
    s, out = run(3600.0)
    for name in ("arterial_o2", "arterial_co2", "sat_arterial", "sat_venous", "spo2", "end_tidal"):
        assert column(out, name)[::500] == pytest.approx(RESTING[COLUMN[name]], rel=1e-4), name
    e = gas_effects(s)
    assert e.sao2_frac == pytest.approx(0.975, abs=0.005)
    assert e.spo2_frac == pytest.approx(e.sao2_frac, abs=1e-6)
    assert e.paco2_mmhg == pytest.approx(40.0, abs=1.0)
    assert 80.0 < e.pao2_mmhg < 100.0
    assert 35.0 < e.etco2_mmhg < 40.0
    assert 2.0 < e.paco2_mmhg - e.etco2_mmhg < 5.0  # Satoh 2015: 2 to 5
    assert 0.65 < e.svo2_frac < 0.77


def test_rest_is_steady_with_breaths_too():
    _, _, out = live(1200.0)
    late = out[-3000:]
    assert np.ptp(column(late, "sat_arterial")) < 0.003
    assert column(late, "arterial_co2").mean() == pytest.approx(RESTING.arterial_co2, abs=0.5)
    assert np.ptp(column(late, "arterial_co2")) < 3.0
    assert np.ptp(column(late, "spo2")) < 1e-3


@pytest.mark.parametrize("fio2", [0.15, 0.21, 0.4, 1.0])
@pytest.mark.parametrize("v", [50.0, 80.7, 160.0])
def test_alveolar_gas_equation(fio2, v):
    s = settle(RESTING, GAS, 12 * 180_000, v, FLOW, fio2)  # 12 h; slow stores take an hour
    effective = v * FLOW / (FLOW + 7.0)
    r = 3.4 / 4.17
    assert s.alveolar_co2 == pytest.approx(863.0 * 3.4 / effective, rel=1e-3)
    expected = fio2 * 713.0 - s.alveolar_co2 * (fio2 + (1.0 - fio2) / r)
    assert s.alveolar_o2 == pytest.approx(expected, rel=1e-3)
    if fio2 == 1.0:
        assert s.alveolar_o2 + s.alveolar_co2 == pytest.approx(713.0, abs=0.1)


@pytest.mark.parametrize("fio2", [0.21, 0.8])
@pytest.mark.parametrize("flow_l_min", [2.5, 4.0, 5.0, 8.0])
def test_fick(flow_l_min, fio2):
    q = flow_l_min * 1000.0 / 60.0
    s, _ = run(3600.0, q=q, hb=15.0, fio2=fio2)
    taken = q * (content(s.arterial_o2, 15.0) - s.content_venous)
    assert taken == pytest.approx(4.17, rel=2e-3)
    # The textbook figures, 75 % at 5 L/min and 50 % at half of it, to the digit they have.
    if fio2 == 0.21 and flow_l_min in (2.5, 5.0):
        textbook = 0.75 if flow_l_min == 5.0 else 0.50
        assert s.sat_venous == pytest.approx(textbook, abs=0.03)


@pytest.mark.parametrize("rl", [10.0, 30.0, 60.0])
def test_right_to_left_shunt_equation(rl):
    lung = 60.0
    s, _ = run(3600.0, q=lung, body=lung + rl, rl=rl)
    end = content(s.alveolar_o2)
    shunt = (end - content(s.arterial_o2)) / (end - s.content_venous)  # Berggren
    assert shunt == pytest.approx((rl + 0.03 * lung) / (rl + lung), rel=5e-3)
    assert s.sat_arterial == pytest.approx(saturation_frac(s.arterial_o2), abs=1e-6)
    assert s.sat_arterial < RESTING.sat_arterial


def test_left_to_right_shunt_takes_up_nothing_more():
    s, _ = run(3600.0, q=2.0 * FLOW, body=FLOW)
    assert s.sat_arterial == pytest.approx(RESTING.sat_arterial, abs=0.003)
    assert s.sat_venous == pytest.approx(RESTING.sat_venous, abs=0.01)


def test_oxygen_is_conserved_on_the_way_to_steady_state():
    # What the lung lost and the airway brought is what tissue used and blood holds.
    s, out = run(60.0, v=0.0, fio2=0.0)
    lost = 2400.0 / 863.0 * (RESTING.alveolar_o2 - s.alveolar_o2)
    lost += 350.0 * (RESTING.content_arterial - s.content_arterial)
    lost += 4500.0 * (RESTING.content_venous - s.content_venous)
    assert lost == pytest.approx(60.0 * 4.17, rel=0.01)
    assert column(out, "sat_venous").min() > 0.25  # use was not yet limited


# Published courses


def test_preoxygenation():
    _, _, out = live(180.0, fio2=1.0)
    expired = column(out, "alveolar_o2") / 713.0 * 100.0
    # End-tidal 78.7, 89.2, 91.9 % after 1, 2, 3 min (Lee, n 31); 92 +- 1 (Pandit). Ours mixes at
    # once and without leak, so that it comes to lie above from the second minute on.
    assert expired[2999] == pytest.approx(78.7, abs=6.0)
    assert expired[5999] == pytest.approx(89.2, abs=6.0)
    assert expired[8999] == pytest.approx(91.9, abs=3.0)


def test_apnea_after_oxygen_lasts_minutes():
    b, s, _ = live(180.0, fio2=1.0)
    _, _, out = live(780.0, "apnea", b, s)  # the mask is off: what is drawn in is air
    spo2_90 = first_below(column(out, "spo2"), 0.90)
    assert spo2_90 == pytest.approx(595.0, abs=142.0)  # Berthoud, mean and SD, n 6
    # Then it falls fast, as in the curves of Farmery and Roe.
    assert first_below(column(out, "spo2"), 0.80) - spo2_90 < 40.0


def test_apnea_on_air_lasts_a_minute():
    b, s, _ = live(120.0)
    _, _, out = live(120.0, "apnea", b, s)
    assert 45.0 < first_below(column(out, "spo2"), 0.90) < 90.0
    # Lowest 81.7 +- 7.8 % at 87 +- 24.5 s after suxamethonium, whose apnea begins by 20 to 45 s.
    assert 40.0 < first_below(column(out, "spo2"), 0.817) < 87.0 + 24.5


def test_oxygen_at_the_airway_carries_an_apnea_on():
    b, s, _ = live(180.0, fio2=1.0)
    _, _, out = live(900.0, "apnea", b, s, fio2=1.0)
    assert column(out, "spo2").min() > 0.98  # apneic oxygenation


def test_carbon_dioxide_in_apnea():
    b, s, _ = live(180.0, fio2=1.0)
    _, _, out = live(240.0, "apnea", b, s, fio2=1.0)
    paco2 = column(out, "arterial_co2")[[0, 2999, 5999, 8999, 11999]]
    rise = np.diff(paco2)
    assert rise[0] == pytest.approx(9.8, abs=1.9)  # Kobayashi, first minute
    # Ours are 3.7, 3.4 and 3.2: the fourth minute lies 0.2 below the published range.
    assert ((rise[1:] > 3.0) & (rise[1:] < 4.8)).all(), rise  # 3.4 to 4.4 a minute after


def test_the_finger_lags_behind_the_artery():
    b, s, _ = live(120.0)
    _, _, out = live(100.0, "apnea", b, s)
    lag = first_below(column(out, "spo2"), 0.90) - first_below(column(out, "sat_arterial"), 0.90)
    assert 10.0 < lag < 20.0
    half, slow = FLOW / 2.0, []
    for q in (FLOW, half):
        s, _ = run(1800.0, q=q)
        _, out = run(200.0, s, q=q, v=0.0)
        slow.append(
            first_below(column(out, "spo2"), 0.88) - first_below(column(out, "sat_arterial"), 0.88)
        )
    # Ten seconds of way double with half the flow; lung to finger 46 against 32 s in heart failure.
    assert 4.0 < slow[1] - slow[0] < 15.0


def test_the_probe_is_a_chain_of_known_delay():
    # A step of saturation passes 10 s of way and 6 s of averaging: the area over the curve.
    s = RESTING._replace(probe_1=0.5, probe_2=0.5, probe_3=0.5, probe_4=0.5, spo2=0.5)
    end, out = run(300.0, s)
    above = (end.spo2 - column(out, "spo2")).sum() * WINDOW / (end.spo2 - 0.5)
    assert above == pytest.approx(16.0, abs=0.1)


def test_end_tidal_follows_output():
    # Percent of end-tidal per percent of output, 0.33 within 10 min (Shibutani, n 24).
    q = FLOW / 2.0
    _, out = run(600.0, q=q)
    fall = (1.0 - column(out, "end_tidal") / RESTING.end_tidal) / 0.5
    assert fall[round(60 / WINDOW)] == pytest.approx(0.33, abs=0.06)
    assert fall[500:].mean() == pytest.approx(0.33, abs=0.1)
    stop, out = run(60.0, q=0.0)
    assert stop.end_tidal < 1.0  # ventilated without flow: nothing comes out
    quarter, _ = run(120.0, q=FLOW / 4.0)
    assert 0.4 < quarter.end_tidal / RESTING.end_tidal < 0.7


def test_the_capnometer_without_breaths():
    b, s, _ = live(120.0)
    _, held, out = live(15.0, "hold_expiration", b, s)
    shown = column(out, "end_tidal")[500:]  # 10 s
    assert np.ptp(shown) == 0.0  # the last number stays
    assert shown[-1] == pytest.approx(s.end_tidal, abs=4.0)
    _, _, out = live(60.0, "apnea", b, s)
    assert column(out, "end_tidal")[-1] < 0.1  # then there is none
    assert held.arterial_co2 > s.arterial_co2


def test_sedation_lowers_saturation_and_raises_carbon_dioxide():
    paco2, sao2 = [], []
    for factor in (1.0, 0.6, 0.3):
        _, s, out = live(1800.0, factor=factor, loop=True)
        paco2.append(column(out[-6000:], "arterial_co2").mean())
        sao2.append(column(out[-6000:], "sat_arterial").mean())
    assert paco2[0] < paco2[1] < paco2[2] < 60.0  # the drive of carbon dioxide holds it
    assert sao2[0] > sao2[1] > sao2[2]
    _, s, _ = live(600.0, factor=0.3)  # the open loop falls further
    assert s.sat_arterial < 0.85


def test_arterial_blood_at_rest_adds_no_drive():
    assert chemical_drive(RESTING.arterial_co2, RESTING.sat_arterial) == 1.0
    assert chemical_drive(46.0, 0.97) == pytest.approx(2.0)
    assert chemical_drive(90.0, 0.3) == 4.0


@pytest.mark.parametrize("weight_kg", [3.5, 20.0, 120.0])
def test_rest_at_any_weight(weight_kg):
    params = GasParams(weight_kg=weight_kg)
    v = pack_breath(BreathParams(weight_kg=weight_kg)).ventilation_rest
    q = FLOW * (weight_kg / 70.0) ** 0.75
    start = initial_gases(params, v, q)
    s, _ = run(1200.0, start, pack_gases(params), v=v, q=q)
    assert s.arterial_co2 == pytest.approx(RESTING.arterial_co2, abs=0.3)
    assert s.sat_arterial == pytest.approx(RESTING.sat_arterial, abs=0.002)


def test_initial_gases_with_oxygen():
    start = initial_gases(GasParams(), LUNGS.ventilation_rest, FLOW, 0.5)
    s, _ = run(600.0, start, fio2=0.5)
    assert s.arterial_o2 == pytest.approx(start.arterial_o2, rel=2e-3)


# Safety


def test_any_input_stays_bounded():
    rng = np.random.Generator(np.random.PCG64(5))
    s = RESTING
    for _ in range(200):
        s, out = steady(
            s,
            GAS,
            500,
            rng.choice([0.0, rng.uniform(-10.0, 5000.0)]),
            rng.choice([0.0, rng.uniform(-50.0, 350.0)]),
            rng.choice([0.0, rng.uniform(-50.0, 350.0)]),
            rng.choice([0.0, rng.uniform(-10.0, 350.0)]),
            rng.uniform(0.0, 1.1),
            rng.uniform(0.0, 25.0),
            rng.uniform(-0.5, 4.0),
        )
        assert np.isfinite(out).all()
        assert out.min() >= 0.0
        for name in ("sat_arterial", "sat_venous", "spo2", "probe_1"):
            assert column(out, name).max() <= 1.0
        assert column(out, "alveolar_o2").max() <= 713.0
        assert column(out, "content_arterial").max() < 0.4


def test_arterial_pressure_finds_its_content_again_after_a_jump():
    s = RESTING
    for fio2, v in ((1.0, 300.0), (0.0, 600.0), (1.0, 600.0), (0.21, 80.0)):
        s, _ = run(60.0, s, v=v, fio2=fio2)
        assert content(s.arterial_o2) == pytest.approx(s.content_arterial, abs=2e-5)
