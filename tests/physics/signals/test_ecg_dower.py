"""Dower's matrix against a patient with 12 leads and Frank X, Y, Z together (PTB s0010_re)."""

from pathlib import Path

import numpy as np
import pytest

from openvalve.signals._dower import DOWER, LEADS

RECORD = Path(__file__).parents[4] / "shared/data/waveforms/human_12lead/s0010_re"
# Measured on this record, 0.5 to 100 Hz. He is 81 and infarcted: one matrix for all chests is
# rough (V2); a wrong sign, order or axis of the matrix is far off (second test).
# lead: correlation, error as root mean square in mV
EXPECTED = {
    "I": (0.916, 0.076),
    "II": (0.926, 0.051),
    "V1": (0.601, 0.186),
    "V2": (0.229, 0.248),
    "V3": (0.609, 0.243),
    "V4": (0.911, 0.094),
    "V5": (0.747, 0.079),
    "V6": (0.459, 0.085),
}


@pytest.fixture(scope="module")
def traces():
    wfdb = pytest.importorskip("wfdb")
    if not RECORD.with_suffix(".hea").exists():
        pytest.skip("no shared data")
    from scipy.signal import butter, sosfiltfilt

    record = wfdb.rdrecord(str(RECORD))
    band = butter(2, (0.5, 100.0), "bandpass", fs=record.fs, output="sos")
    signals = sosfiltfilt(band, record.p_signal, axis=0)
    names = [n.lower() for n in record.sig_name]
    frank = signals[:, [names.index(n) for n in ("vx", "vy", "vz")]]
    leads = signals[:, [names.index(n.lower()) for n in LEADS if n in EXPECTED]]
    return frank, leads


def _correlation(frank, leads, matrix):
    made = frank @ matrix.T
    pairs = zip(made.T, leads.T, strict=True)
    return np.array([np.corrcoef(a, b)[0, 1] for a, b in pairs])


def test_leads_of_a_patient(traces, record_property):
    frank, leads = traces
    correlation = _correlation(frank, leads, DOWER)
    error_mv = np.sqrt(np.mean(np.square(frank @ DOWER.T - leads), axis=0))
    for name, r, error in zip(EXPECTED, correlation, error_mv, strict=True):
        record_property(f"Dower {name}", f"r {r:.3f}, error {error:.3f} mV")
        assert (r, error) == pytest.approx(EXPECTED[name], abs=0.002)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_no_axis_points_the_other_way(traces, axis):
    frank, leads = traces
    flipped = DOWER.copy()
    flipped[:, axis] *= -1.0
    right = _correlation(frank, leads, DOWER).mean()
    assert right > _correlation(frank, leads, flipped).mean() + 0.1
