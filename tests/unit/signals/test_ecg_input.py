"""What the ECG refuses, and how it says so."""

import numpy as np
import pytest

from openvalve.errors import InputError
from openvalve.recording import ElectricalEvent
from openvalve.signals._ecg import Ecg
from openvalve.signals._ecg_params import EcgParams, EcgSetup


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("lvh_frac", {"lvh_frac": 1.2}),
        ("qrs_ms", {"qrs_ms": 0.0}),
        ("rate_bpm", {"rate_bpm": float("nan")}),
        ("injury", {"injury_x_ratio": 0.0, "injury_y_ratio": 0.0, "injury_z_ratio": 0.0}),
    ],
)
def test_params_say_what_is_wrong(key, change):
    with pytest.raises(InputError, match=rf"^{key}: got .*, allowed"):
        EcgParams(**change)


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("electrode", {"off": ("V7",)}),
        ("electrode", {"swapped": (("RA", "RL"),)}),
        ("swapped", {"swapped": (("RA", "LA"), ("LA", "LL"))}),
        ("muscle_mv", {"muscle_mv": -0.1}),
        ("range_mv", {"range_mv": 0.0}),
        ("shock", {"shock_s": 0.0}),
    ],
)
def test_setup_says_what_is_wrong(key, change):
    with pytest.raises(InputError, match=rf"^{key}: got .*, allowed"):
        EcgSetup(**change)


@pytest.mark.parametrize(
    "call",
    [
        lambda ecg: ecg.run([], -1.0),
        lambda ecg: ecg.run([], float("nan")),
        lambda ecg: ecg.run([ElectricalEvent(float("inf"), "qrs")], 0.1),
        lambda ecg: ecg.run([ElectricalEvent(0.0, "qrss")], 0.1),
        lambda ecg: ecg.run([], 0.1, st_mv=np.zeros(3)),
        lambda ecg: ecg.run([], 0.1, st_mv=np.zeros((3, 3))),
        lambda ecg: ecg.run([], 0.1, st_mv=float("nan")),
        lambda ecg: ecg.run([], 0.1, st_mv=np.full((50, 3), np.nan)),
        lambda ecg: ecg.run([], 0.1, breathing_ratio=np.zeros(49)),
    ],
)
def test_run_refuses(call):
    ecg = Ecg(EcgParams(), seed=1)
    with pytest.raises(InputError, match="allowed"):
        call(ecg)
    assert ecg.clock_s == 0.0


def test_rate_is_bounded():
    with pytest.raises(InputError, match="rate_hz"):
        Ecg(EcgParams(), seed=1, rate_hz=50.0)


def test_fractions_of_a_sample_are_carried():
    ecg = Ecg(EcgParams(), seed=1)
    count = sum(ecg.run([], 0.0133).shape[0] for _ in range(1000))
    assert count == 6650
    assert ecg.clock_s == pytest.approx(13.3)
