"""Recordings that nobody here made: the files beside the repository, pydicom's own."""

from pathlib import Path

import numpy as np
import pytest

from openvalve.formats import read_recording, write_recording
from openvalve.formats._names_tables import TWELVE_LEADS

wfdb = pytest.importorskip("wfdb")
pydicom = pytest.importorskip("pydicom")

WAVEFORMS = Path(__file__).parents[4] / "shared/data/waveforms"
HEADERS = sorted(WAVEFORMS.rglob("*.hea"))

needs_waveforms = pytest.mark.skipif(not HEADERS, reason="no recorded waveforms here")


@needs_waveforms
@pytest.mark.parametrize("header", HEADERS, ids=lambda p: p.stem)
def test_every_record_opens_as_its_own_library_reads_it(header: Path) -> None:
    recording = read_recording(header)
    with np.errstate(all="ignore"):
        other = wfdb.rdrecord(str(header.with_suffix("")), smooth_frames=False, m2s=True)
    labels = {label: name for name, label in recording.notes["labels"].items()}
    fastest = max(other.samps_per_frame)
    compared = 0
    for i, label in enumerate(other.sig_name):
        if other.samps_per_frame[i] != fastest:
            continue
        theirs = other.e_p_signal[i]
        np.testing.assert_allclose(recording[labels.get(label, label)], theirs, rtol=0, atol=1e-9)
        compared += 1
    assert compared >= 1
    assert recording.rate_hz == pytest.approx(other.fs * fastest)


@needs_waveforms
def test_swine_pressures_have_their_names_and_units() -> None:
    recording = read_recording(WAVEFORMS / "swine_lv_ao_ecg/swine_pv_01")
    assert recording.channels["LV"].unit == recording.channels["AO"].unit == "mmhg"
    assert recording.length_count == 64600
    assert "ECG_RA" in recording and "RA" not in recording
    assert any("NU" in w for w in recording.notes["warnings"])


@needs_waveforms
def test_segments_are_joined_and_slower_signals_follow() -> None:
    whole = read_recording(WAVEFORMS / "human_icu_ecg_abp/041s.hea")
    second = read_recording(WAVEFORMS / "human_icu_ecg_abp/041s02.hea")
    assert {"ART", "PA"} <= set(whole.channels)
    np.testing.assert_array_equal(whole["I"][4000:], second["I"])
    original = wfdb.rdrecord(
        str(WAVEFORMS / "human_icu_ecg_abp/041s02"), smooth_frames=False
    ).e_p_signal[3]
    middle = slice(50, -50)
    np.testing.assert_allclose(second["ART"][::4][middle], original[middle], rtol=0, atol=0.5)
    assert any("125 to 500 Hz" in line for line in whole.notes["read"])


@needs_waveforms
def test_marks_of_beats_are_read() -> None:
    recording = read_recording(WAVEFORMS / "human_annotated_beats/mitdb100_5min.hea")
    assert recording.beats_s.shape == (371,)
    assert recording.notes["labels"] == {"II": "MLII"}


@needs_waveforms
def test_patient_without_identity() -> None:
    recording = read_recording(WAVEFORMS / "human_12lead/s0010_re.hea")
    assert recording.notes["patient"] == {"sex": "female", "age_years": 81}
    told = str(recording.notes)
    assert "1990" not in told and "lysis" not in told
    kept = read_recording(WAVEFORMS / "human_12lead/s0010_re.hea", keep_identity=True)
    assert "ECG date: 01/10/1990" in kept.notes["identity"].values()
    assert kept.notes["removed"] == []


@needs_waveforms
@pytest.mark.parametrize("format", ["wfdb", "edf", "csv"])
def test_real_record_goes_round(format: str, tmp_path: Path) -> None:
    recording = read_recording(WAVEFORMS / "human_icu_ecg_abp/3975656_0015.hea")
    path = tmp_path / {"wfdb": "r.hea", "edf": "r.edf", "csv": "r.csv"}[format]
    write_recording(recording, path, format=format)
    back = read_recording(path)
    for name, channel in recording.channels.items():
        step = np.nanmax(channel.samples) - np.nanmin(channel.samples)
        assert np.nanmax(np.abs(back[name] - channel.samples)) <= step / 65000


def test_dicom_ecg_of_pydicom_is_read() -> None:
    path = pydicom.examples.get_path("waveform")
    recording = read_recording(path)
    theirs = pydicom.dcmread(path).waveform_array(0) / 1000.0  # uV
    assert tuple(recording.channels) == TWELVE_LEADS
    assert (recording.rate_hz, recording.length_count) == (1000.0, 10000)
    for i, name in enumerate(TWELVE_LEADS):
        np.testing.assert_allclose(recording[name], theirs[:, i], rtol=0, atol=1e-9)
    assert recording.notes["patient"] == {"sex": "female", "age_years": 42}
    assert any("MEDIAN BEAT" in line for line in recording.notes["read"])


def test_dicom_ecg_of_pydicom_loses_its_identity() -> None:
    path = pydicom.examples.get_path("waveform")
    recording = read_recording(path)
    removed = " ".join(recording.notes["removed"])
    for field in ("PatientName", "PatientID", "PatientBirthDate", "InstitutionName", "StudyDate"):
        assert field in removed
    assert "private" in removed
    told = str({k: v for k, v in recording.notes.items() if k != "removed"})
    for secret in ("642341", "1971", "Galliera", "2013", "RITMO"):
        assert secret not in told
    kept = read_recording(path, keep_identity=True)
    assert kept.notes["identity"]["PatientID"] == "642341"


def test_dicom_ecg_of_pydicom_goes_round(tmp_path: Path) -> None:
    recording = read_recording(pydicom.examples.get_path("waveform"))
    write_recording(recording, tmp_path / "again.dcm", format="dicom-12lead")
    back = read_recording(tmp_path / "again.dcm")
    for name in TWELVE_LEADS:
        span = np.ptp(recording[name])
        assert np.abs(back[name] - recording[name]).max() <= span / 65000
    assert back.notes["patient"] == {"sex": "female"}
