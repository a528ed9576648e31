"""Spectral Doppler against its closed forms: power, aliasing, angle, and the envelope read back."""

import itertools
import math

import numpy as np
import pytest
from numpy.typing import NDArray

from openvalve.errors import InputError
from openvalve.signals._doppler import (
    ContinuousWave,
    Doppler,
    PulsedWave,
    blood_velocity_m_s,
    nyquist_m_s,
)
from openvalve.signals._spectrum import add_blood

Samples = NDArray[np.float64]


def ejection(peak_m_s: float, seconds: int = 10) -> Samples:
    t = np.arange(1000 * seconds) / 1000.0
    phase = (t * 70.0 / 60.0) % 1.0
    return peak_m_s * np.clip(np.sin(np.pi * phase / 0.38), 0.0, None) * (phase < 0.38)


def test_power_of_a_band_is_kept_and_folds_whole() -> None:
    bands = np.array([[[1.0, 3.0, 2.0], [4.9, 4.9, 1.0]]])
    for low, width in ((-7.0, 14.0), (-1.0, 2.0)):  # the second folds everything
        spectrum = np.zeros((1, 256))
        add_blood(bands, 1, low, width / 256, 0.02, 0.01, spectrum)
        assert spectrum.sum() == pytest.approx(3.0, rel=1e-4)


def test_nyquist() -> None:
    assert nyquist_m_s(2e6, 5e3) == pytest.approx(0.9625)
    low, high = PulsedWave(repetition_hz=5e3).axis_limits_m_s()
    assert (low, high) == (pytest.approx(-0.9625), pytest.approx(0.9625))


def test_pulsed_wave_aliases_beyond_nyquist() -> None:
    gate = PulsedWave(repetition_hz=5e3)
    for v in (0.7, 1.2, 1.7):
        doppler = Doppler(gate)
        power = (10.0 ** (doppler.run(np.full(2000, v)) / 10.0)).mean(axis=0)
        peak = float(doppler.axis_m_s[int(power.argmax())])
        folded = (v + 0.9625) % 1.925 - 0.9625
        assert peak == pytest.approx(folded, abs=0.04)
    shifted = Doppler(PulsedWave(repetition_hz=5e3, baseline_frac=0.1))  # baseline moved: unfolded
    power = (10.0 ** (shifted.run(np.full(2000, 1.5)) / 10.0)).mean(axis=0)
    assert float(shifted.axis_m_s[int(power.argmax())]) == pytest.approx(1.5, abs=0.04)


@pytest.mark.parametrize("v", [1.0, 2.0, 3.0, 4.0, 5.0])
@pytest.mark.parametrize("toward", [True, False])
def test_envelope_of_a_steady_jet_is_off_by_the_stated_broadening(v: float, toward: bool) -> None:
    doppler = Doppler(ContinuousWave(toward=toward), seed=1)
    forward, backward = doppler.envelope(doppler.run(np.full(20000, v)))
    stated = doppler.broadening_m_s(v)
    error = float(forward.mean()) - v
    assert 0.0 < error < 1.25 * stated
    assert error == pytest.approx(stated, abs=0.03)
    assert forward.std() < 0.03
    assert backward.max() == 0.0


@pytest.mark.parametrize("peak", [1.2, 2.5, 4.5])
def test_envelope_of_beats_follows_the_fastest_blood_of_each_line(peak: float) -> None:
    jet = ejection(peak, 30)
    scale = 1.4 * peak
    doppler = Doppler(ContinuousWave(low_m_s=-scale, high_m_s=scale), seed=2)
    forward, _ = doppler.envelope(doppler.run(jet))
    fastest = jet.reshape(-1, 10).max(axis=1)
    seen = fastest > 0.5
    errors = (forward - fastest)[seen]
    stated = doppler.broadening_m_s(peak)
    assert abs(errors.mean()) < stated
    assert np.abs(errors).mean() < 1.5 * stated
    assert forward[fastest == 0.0].max() == 0.0  # nothing is traced where nothing flows
    # The integral a reader takes is within 10 % of the true one, and too large.
    assert 1.0 < forward.sum() / jet.reshape(-1, 10).mean(axis=1).sum() < 1.10


def test_angle_costs_its_cosine_beyond_the_aperture() -> None:
    for angle in (20.0, 40.0):
        doppler = Doppler(ContinuousWave(angle_deg=angle, half_aperture_deg=0.01))
        forward, _ = doppler.envelope(doppler.run(np.full(10000, 4.0)))
        heard = 4.0 * math.cos(math.radians(angle))
        assert float(forward.mean()) == pytest.approx(heard, abs=0.1)
        corrected = Doppler(
            ContinuousWave(angle_deg=angle, assumed_deg=angle, half_aperture_deg=0.01)
        )
        forward, _ = corrected.envelope(corrected.run(np.full(10000, 4.0)))
        assert float(forward.mean()) == pytest.approx(4.0, abs=0.1)
    wide = Doppler(ContinuousWave(angle_deg=5.0, half_aperture_deg=5.7))  # some ray hears it all
    forward, _ = wide.envelope(wide.run(np.full(10000, 4.0)))
    assert float(forward.mean()) == pytest.approx(4.0 + wide.broadening_m_s(4.0), abs=0.04)


def test_wall_filter_takes_slow_blood_and_tissue() -> None:
    doppler = Doppler(ContinuousWave(wall_filter_hz=400.0))
    slow = (10.0 ** (doppler.run(np.full(5000, 0.05)) / 10.0)).mean(axis=0)
    still = (10.0 ** (doppler.run(np.zeros(5000)) / 10.0)).mean(axis=0)
    assert slow.max() < 2.0 * still.max()
    assert max(float(e.max()) for e in doppler.envelope(doppler.run(np.zeros(5000)))) == 0.0


def test_speckle_is_that_of_averaged_noise() -> None:
    for looks in (1, 4):
        doppler = Doppler(ContinuousWave(looks_count=looks, clutter_db=-120.0))
        power = 10.0 ** (doppler.run(np.zeros(50000)) / 10.0)
        assert power.mean() == pytest.approx(1e-4, rel=0.01)
        assert power.std() / power.mean() == pytest.approx(looks**-0.5, rel=0.02)


def test_lines_are_the_same_however_time_is_cut() -> None:
    jet = ejection(3.0)
    whole = Doppler(ContinuousWave(), seed=9).run(jet, before_m_s=0.3 * jet)
    doppler = Doppler(ContinuousWave(), seed=9)
    cuts = [0, 3, 3, 40, 77, 1000, 1001, 5000, 10000]
    parts = [doppler.run(jet[a:b], before_m_s=0.3 * jet[a:b]) for a, b in itertools.pairwise(cuts)]
    assert np.array_equal(np.concatenate(parts), whole)
    assert whole.shape == (1000, 256)
    assert not np.array_equal(
        Doppler(ContinuousWave(), seed=8).run(jet, before_m_s=0.3 * jet), whole
    )


def test_more_blood_is_brighter() -> None:
    doppler = Doppler(ContinuousWave())
    strong = doppler.run(np.full(4000, 4.0), area_cm2=np.full(4000, 0.5)).max()
    weak = doppler.run(np.full(4000, 4.0), area_cm2=np.full(4000, 0.05)).max()
    assert strong - weak == pytest.approx(10.0, abs=1.5)


def test_velocity_of_a_flow() -> None:
    assert blood_velocity_m_s(np.array([314.0]), 3.14) == pytest.approx([1.0])


@pytest.mark.parametrize(
    ("beam", "key"),
    [
        (PulsedWave(repetition_hz=9000.0, depth_cm=10.0), "repetition_hz"),
        (ContinuousWave(low_m_s=1.0), "scale"),
        (ContinuousWave(angle_deg=math.nan), "angle_deg"),
        (ContinuousWave(bins_count=2), "bins_count"),
    ],
)
def test_impossible_beams_are_refused(beam: ContinuousWave | PulsedWave, key: str) -> None:
    with pytest.raises(InputError, match=key):
        Doppler(beam)
    with pytest.raises(InputError, match="rate_in_hz"):
        Doppler(ContinuousWave(), rate_in_hz=250.0)
