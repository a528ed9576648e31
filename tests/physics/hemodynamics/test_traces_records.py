"""Recordings of real laboratories and wards: what their own reports and papers say of them."""

import dataclasses
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from openvalve.formats import read_recording
from openvalve.hemodynamics import TraceFindings, analyze
from openvalve.recording import Recording

pytest.importorskip("wfdb")

SHARED = Path(__file__).parents[4] / "shared/data/waveforms"
WARD = "human_icu_ecg_abp"


def record(name: str) -> Recording:
    path = SHARED / f"{name}.hea"
    if not path.exists():
        pytest.skip("no shared data")
    return read_recording(path)


def told(found: TraceFindings, words: str) -> bool:
    return any(words in w for w in found.warnings)


def cut(recording: Recording, start_s: float, end_s: float) -> Recording:
    a, b = round(start_s * recording.rate_hz), round(end_s * recording.rate_hz)
    channels = {
        name: dataclasses.replace(c, samples=c.samples[a:b])
        for name, c in recording.channels.items()
    }
    return dataclasses.replace(recording, channels=channels, beats_s=np.empty(0))


def test_right_ventricle_within_2_mmhg_of_its_own_report() -> None:
    found = analyze(record("human_rhc_rv_ecg/rhc_rv_01"))
    report = json.loads((SHARED / "human_rhc_rv_ecg/rhc_rv_01.json").read_text())["maclab"]
    value = {key: f.value for key, f in found.findings.items()}
    assert value["rv_systolic_mmhg"] == pytest.approx(report["RV_sys"], abs=2.0)
    assert value["rv_diastolic_mmhg"] == pytest.approx(report["RV_dia"], abs=2.0)
    assert value["rv_end_diastolic_mmhg"] == pytest.approx(report["RV_edp"], abs=2.0)
    assert value["heart_rate_bpm"] == pytest.approx(report["HR_RV"], abs=2.0)
    assert told(found, "read as RV by its shape")


def test_moved_catheter_and_closed_line_are_left_out() -> None:
    """The catheter moves near 10.5 s; the line is closed from about 14 s on (README)."""
    found = analyze(record("human_rhc_rv_ecg/rhc_rv_01"))
    closed = [s for s in found.stretches if s.kind == "closed"]
    assert closed[-1].start_s == pytest.approx(14.2, abs=0.5)
    assert closed[-1].end_s == pytest.approx(20.0, abs=0.1)
    read = np.isfinite(found.per_beat["rv_systolic_mmhg"])
    begins = found.beats_s[:-1]
    assert not read[begins > 14.0].any()
    assert not read[(begins > 9.8) & (begins < 11.0)].any()
    assert read[begins < 9.0].all()


def test_swine_gradient_near_the_published_10_mmhg() -> None:
    """Aortic-banded group of the paper: about 10 mmHg in ejection (README of the data)."""
    found = analyze(record("swine_lv_ao_ecg/swine_pv_01"))
    mean = found.findings["gradient_mean_mmhg"]
    assert found.valve == "aortic"
    assert mean.value == pytest.approx(10.0, abs=2.0)
    assert found.beats_from == "pressure LV"  # the scanner's gradients spoil the ECG


def test_swine_occlusion_is_followed_beat_by_beat() -> None:
    """The LV peak falls from 61 to 36 mmHg and recovers (README)."""
    found = analyze(record("swine_lv_ao_ecg/swine_pv_01"))
    peaks = found.per_beat["lv_systolic_mmhg"]
    begins = found.beats_s[:-1]
    assert np.nanmax(peaks) == pytest.approx(61.0, abs=1.0)
    assert np.nanmin(peaks) == pytest.approx(36.0, abs=1.0)
    assert 24.0 < begins[np.nanargmin(peaks)] < 30.0
    assert np.nanmean(peaks[begins > 55.0]) > 54.0
    assert told(found, "LV: systolic pressure goes from")
    assert told(found, "AO: spikes")  # the disturbance near 25 s


def test_swine_early_beats_are_left_out() -> None:
    """Ectopic beats lie in the first 4 s (README)."""
    found = analyze(record("swine_lv_ao_ecg/swine_pv_01"))
    begins = found.beats_s[:-1]
    unread = begins[np.isnan(found.per_beat["lv_systolic_mmhg"])]
    assert (unread < 4.5).sum() >= 2


def test_a_disconnected_line_is_refused() -> None:
    found = analyze(record(f"{WARD}/3234460_0018"))
    assert "disconnected" in found.refused["ART"]
    assert not found.findings
    assert found.beats_s.shape == (0,)


def test_a_clean_radial_line() -> None:
    """About 150/75; opened and flushed in the first 10 s, a fall near 250 s (README)."""
    found = analyze(record(f"{WARD}/3975656_0015"))
    assert found.findings["cuff_systolic_mmhg"].value == pytest.approx(150.0, abs=15.0)
    assert found.findings["cuff_diastolic_mmhg"].value == pytest.approx(75.0, abs=10.0)
    assert told(found, "ART: flushed")
    assert all(s.end_s < 11.0 for s in found.stretches if s.kind in ("flush", "off"))


def test_a_weak_line() -> None:
    found = analyze(record(f"{WARD}/03700181"))
    assert found.findings["cuff_systolic_mmhg"].value == pytest.approx(45.0, abs=3.0)
    assert found.findings["cuff_diastolic_mmhg"].value == pytest.approx(29.0, abs=3.0)


def test_two_pressures_at_once() -> None:
    found = analyze(record(f"{WARD}/041s"))
    value = {key: f.value for key, f in found.findings.items()}
    assert not found.refused
    assert 5.0 < value["pa_diastolic_mmhg"] < value["pa_mean_mmhg"] < value["pa_systolic_mmhg"] < 35
    assert 35.0 < value["cuff_diastolic_mmhg"] < value["cuff_systolic_mmhg"] < 95.0
    assert value["heart_rate_bpm"] == pytest.approx(95.5, abs=2.0)


def test_an_early_beat_with_a_weak_pulse() -> None:
    found = analyze(record(f"{WARD}/mixedsignals"))
    assert told(found, "early or odd beats")
    assert found.findings["cuff_systolic_mmhg"].value == pytest.approx(160.0, abs=8.0)


@pytest.mark.parametrize("name", [f"{WARD}/3975656_0015", f"{WARD}/mixedsignals"])
def test_labels_of_real_arteries_are_not_doubted(name: str) -> None:
    assert not told(analyze(record(name)), "shape of")


def test_labels_of_the_swine_swapped() -> None:
    recording = record("swine_lv_ao_ecg/swine_pv_01")
    channels = dict(recording.channels)
    channels["LV"], channels["AO"] = (
        dataclasses.replace(channels["AO"], name="LV"),
        dataclasses.replace(channels["LV"], name="AO"),
    )
    found = analyze(dataclasses.replace(recording, channels=channels))
    assert told(found, "AO has the shape of a ventricle")
    assert "gradient_mean_mmhg" not in found.findings


def test_numbers_do_not_hang_on_where_the_record_begins() -> None:
    """Three parts of the swine record before and after the occlusion: gradients within 1 mmHg."""
    recording = record("swine_lv_ao_ecg/swine_pv_01")
    means = [
        analyze(cut(recording, a, b)).findings["gradient_mean_mmhg"].value
        for a, b in ((4.3, 14.0), (30.0, 42.0), (50.0, 64.0))
    ]
    assert np.ptp(means) < 1.0


def test_time_of_ten_minutes(record_property: Callable[[str, object], None]) -> None:
    """Told, not judged: 600 s of six channels at 250 Hz; goal 1 s, floor 3 s."""
    recording = record("swine_lv_ao_ecg/swine_pv_01")
    names = ("ECG_LA", "ECG_LL", "LV", "AO")
    rows = {name: recording[name][::4] for name in names}
    rows |= {"RV": 0.5 * rows["LV"], "PA": 0.4 * rows["AO"]}
    channels = {
        name: dataclasses.replace(
            recording.channels["LV" if name in ("RV", "PA", "LV", "AO") else name],
            name=name,
            samples=np.tile(x, 10)[: 600 * 250],
        )
        for name, x in rows.items()
    }
    long = Recording(rate_hz=250.0, channels=channels, beats_s=np.empty(0))
    analyze(long)
    started = time.perf_counter()
    found = analyze(long, cardiac_output_l_min=3.0)
    record_property("analyze 10 min", f"{time.perf_counter() - started:.2f} s")
    assert found.beats_s.shape[0] > 450
