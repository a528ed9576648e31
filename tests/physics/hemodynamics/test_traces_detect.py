"""Beats against annotations, xqrs and drawn truth; rhythm against annotated rhythm."""

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from openvalve.hemodynamics._detect import detect_qrs
from openvalve.hemodynamics._pulses import find_pulses
from openvalve.hemodynamics._traces_beats import rhythm_of
from openvalve.recording import ElectricalEvent
from openvalve.signals import LEADS, Ecg, EcgParams, EcgSetup

wfdb = pytest.importorskip("wfdb")

SHARED = Path(__file__).parents[4] / "shared/data/waveforms"
ANNOTATED = SHARED / "human_annotated_beats"
BEAT_SYMBOLS = frozenset("NLRBAaJSVrFejnE/fQ")
Samples = NDArray[np.float64]


def annotated(name: str) -> tuple[Samples, float, Samples]:
    """Return leads of shape (n, k), rate, and the times of the marked beats."""
    if not (ANNOTATED / f"{name}.dat").exists():
        pytest.skip("no shared data")
    record = wfdb.rdrecord(str(ANNOTATED / name))
    marks = wfdb.rdann(str(ANNOTATED / name), "atr")
    is_beat = np.array([s in BEAT_SYMBOLS for s in marks.symbol])
    return record.p_signal, float(record.fs), marks.sample[is_beat] / record.fs


def matched(truth: Samples, found: Samples, tolerance_s: float) -> tuple[int, Samples]:
    """Return how many match one to one, and the errors of those."""
    free = np.ones(found.shape[0], dtype=bool)
    errors = []
    for at in truth:
        gap = np.where(free, np.abs(found - at), np.inf)
        k = int(gap.argmin()) if gap.size else -1
        if k >= 0 and gap[k] <= tolerance_s:
            free[k] = False
            errors.append(found[k] - at)
    return len(errors), np.array(errors)


def f1(truth: Samples, found: Samples, tolerance_s: float) -> float:
    hits, _ = matched(truth, found, tolerance_s)
    return 2.0 * hits / (truth.shape[0] + found.shape[0])


@pytest.mark.parametrize(
    ("name", "tolerance_s", "least"),
    [
        ("mitdb100_5min", 0.05, 0.99),
        ("data_8_2", 0.15, 0.97),
        ("data_92_4", 0.15, 0.97),
        ("data_35_4", 0.15, 0.97),
    ],
)
def test_marked_beats_are_found(
    name: str, tolerance_s: float, least: float, record_property: Callable[[str, object], None]
) -> None:
    leads, rate_hz, truth = annotated(name)
    found = detect_qrs(list(leads.T), rate_hz).peaks / rate_hz
    score = f1(truth, found, tolerance_s)
    record_property(f"F1 {name}", round(score, 4))
    assert score >= least


def test_marks_lie_on_the_r_wave() -> None:
    leads, rate_hz, truth = annotated("mitdb100_5min")
    found = detect_qrs(list(leads.T), rate_hz).peaks / rate_hz
    _, errors = matched(truth, found, 0.05)
    assert np.abs(errors).mean() < 0.003


@pytest.mark.parametrize("name", ["E07500", "E07505", "E07506", "HR06001", "HR06004", "JS20014"])
def test_twelve_leads_count_as_xqrs_does(name: str) -> None:
    path = SHARED / "human_12lead" / name
    if not path.with_suffix(".hea").exists():
        pytest.skip("no shared data")
    from wfdb.processing import xqrs_detect

    record = wfdb.rdrecord(str(path))
    leads, rate_hz = record.p_signal, float(record.fs)
    found = detect_qrs(list(leads.T), rate_hz).peaks / rate_hz
    judge = xqrs_detect(leads[:, 1], rate_hz, verbose=False) / rate_hz
    judge = judge[judge > 1.0]
    hits, _ = matched(judge, found, 0.10)
    assert hits == judge.shape[0]
    assert (found > judge[0] - 0.1).sum() <= judge.shape[0] + 1


NOISE = EcgSetup(contact_mv=0.004, muscle_mv=0.006, wander_mv=0.03, mains_mv=0.003)


@pytest.mark.parametrize("kind", ["qrs_paced_rv", "qrs_paced_lv"])
@pytest.mark.parametrize("rate_hz", [500.0, 250.0])
def test_wide_paced_complexes_at_200(kind: str, rate_hz: float) -> None:
    spikes = np.arange(0.5, 29.0, 0.3)
    onsets = spikes + 0.02
    marks = [ElectricalEvent(float(at), "spike_v") for at in spikes]
    marks += [ElectricalEvent(float(at), kind) for at in onsets]
    leads = Ecg(EcgParams(), seed=3, rate_hz=rate_hz).run(
        sorted(marks, key=lambda m: m.at_s), 30.0, setup=NOISE
    )
    good = 0
    for lead in leads.T:
        found = detect_qrs([lead], rate_hz).peaks / rate_hz
        good += f1(onsets + 0.06, found, 0.12) >= 0.97
    assert good >= 10, f"{good} of {len(LEADS)} leads"
    together = detect_qrs(list(leads.T), rate_hz).peaks / rate_hz
    assert f1(onsets + 0.06, together, 0.12) >= 0.99


def test_fibrillation_and_noise_have_no_beats() -> None:
    from scipy.signal import butter, sosfilt

    rate_hz = 250.0
    for seed in range(20):
        white = np.random.default_rng(seed).standard_normal(round(20 * rate_hz))
        for band in ([4.0, 7.0], [4.5, 6.0], [5.0, 5.6]):
            wave = sosfilt(butter(2, band, "band", fs=rate_hz, output="sos"), white)
            assert detect_qrs([wave], rate_hz).peaks.shape == (0,)
        assert detect_qrs([white], rate_hz).peaks.shape == (0,)


@pytest.mark.parametrize(
    ("name", "rhythm"),
    [
        ("mitdb100_5min", "sinus"),
        ("data_8_2", "atrial_fibrillation"),  # marked persistent fibrillation
        ("data_92_4", "sinus"),  # marked fibrillation from 316 to 326 s of 415 only
        ("data_35_4", "sinus"),  # marked not fibrillation, yet irregular
    ],
)
def test_rhythm_as_annotated(name: str, rhythm: str) -> None:
    leads, rate_hz, truth = annotated(name)
    assert rhythm_of(np.diff(truth)) == rhythm
    found = detect_qrs(list(leads.T), rate_hz).peaks / rate_hz
    assert rhythm_of(np.diff(found)) == rhythm


def test_pulses_follow_the_ecg() -> None:
    """Every pulse of a clean arterial line has its QRS, and the other way round."""
    path = SHARED / "human_icu_ecg_abp/3975656_0015"
    if not path.with_suffix(".dat").exists():
        pytest.skip("no shared data")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        record = wfdb.rdrecord(str(path))
    rate_hz = float(record.fs)
    part = slice(round(15 * rate_hz), round(240 * rate_hz))
    second, chest, pressure = record.p_signal[part].T
    beats = detect_qrs([second, chest], rate_hz).peaks / rate_hz
    pulses = find_pulses(pressure, rate_hz) / rate_hz
    lag = float(np.median(pulses[1:] - beats[np.searchsorted(beats, pulses[1:]) - 1]))
    assert 0.05 < lag < 0.3
    assert f1(beats + lag, pulses, 0.06) >= 0.99
