"""A simulated patient recorded from the command line, read back by other people's software."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
LEADS = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")
PRESSURES = ("AO", "LV", "LA", "RA", "RV", "PA", "PCW", "ART")
SECONDS = 12

wfdb = pytest.importorskip("wfdb", reason="the extra formats is not installed")


def record(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "openvalve", "record", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("record") / "out"
    patient = str(ROOT / "examples" / "mean_harpole_25.toml")
    done = record(patient, "--seconds", str(SECONDS), "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert "not a medical device" in done.stdout.lower()
    return out


def test_a_real_reader_finds_the_names_of_the_contract(recorded: Path) -> None:
    read = wfdb.rdrecord(str(recorded / "recording"))
    assert set(LEADS) | set(PRESSURES) == set(read.sig_name)
    units = dict(zip(read.sig_name, read.units, strict=True))
    assert {units[name] for name in LEADS} == {"mV"}
    assert {units[name] for name in PRESSURES} == {"mmHg"}
    assert read.sig_len == SECONDS * read.fs


def test_einthoven_holds_within_a_step_of_the_converter(recorded: Path) -> None:
    read = wfdb.rdrecord(str(recorded / "recording"))
    lead = {name: read.p_signal[:, k] for k, name in enumerate(read.sig_name)}
    steps = {name: 1.0 / gain for name, gain in zip(read.sig_name, read.adc_gain, strict=True)}
    residual = np.abs(lead["II"] - lead["I"] - lead["III"]).max()
    assert residual <= 0.5 * (steps["I"] + steps["II"] + steps["III"]) + 1e-9


def test_the_measured_is_near_the_truth_but_not_it(recorded: Path) -> None:
    read = wfdb.rdrecord(str(recorded / "recording"))
    truth = json.loads((recorded / "truth.json").read_text())
    for name in ("LV", "AO", "RV", "PA"):
        shown = read.p_signal[:, read.sig_name.index(name)]
        true = truth["pressures"][name]
        assert shown.mean() == pytest.approx(true["mean_mmhg"], abs=0.5)
        assert 0.0 < abs(shown.max() - true["max_mmhg"]) < 8.0


def test_a_judge_finds_the_beats_of_the_truth(recorded: Path) -> None:
    from wfdb.processing import xqrs_detect

    read = wfdb.rdrecord(str(recorded / "recording"))
    truth = json.loads((recorded / "truth.json").read_text())
    lead = read.p_signal[:, read.sig_name.index("II")]
    found = xqrs_detect(lead, fs=read.fs, verbose=False) / read.fs
    late = [t for t in truth["beats_s"] if 1.5 < t < SECONDS - 0.3]
    assert len(late) >= 8
    assert max(np.abs(found - t).min() for t in late) < 0.08


def test_sounds_are_wav_of_4_khz(recorded: Path) -> None:
    from scipy.io import wavfile

    for site in ("aortic", "pulmonary", "tricuspid", "apex", "neck"):
        rate, samples = wavfile.read(recorded / f"sound_{site}.wav")
        assert rate == 4000
        assert samples.shape == (4000 * SECONDS,)
    murmur = wavfile.read(recorded / "sound_aortic.wav")[1].astype(float)
    assert murmur.std() > 300.0  # severe stenosis is heard


def test_doppler_is_a_picture_with_an_envelope_on_the_clock(recorded: Path) -> None:
    doppler = np.load(recorded / "doppler.npz")
    assert str(doppler["valve"]) == "aortic"
    lines = 100 * SECONDS
    assert doppler["time_s"].shape == (lines,)
    assert doppler["time_s"][0] == pytest.approx(0.0045)
    assert doppler["time_s"][-1] == pytest.approx(SECONDS - 0.0055)
    for name in ("jet", "lvot"):
        grey, axis = doppler[f"{name}_grey"], doppler[f"{name}_velocity_m_s"]
        envelope = doppler[f"{name}_envelope_m_s"]
        assert grey.shape == (lines, axis.size)
        assert grey.dtype == np.uint8
        assert envelope.shape == (lines,)
        # Seen from the apex the outflow goes away: beyond the envelope there is speckle only.
        line = int(envelope.argmax())
        beyond = axis < -1.15 * envelope[line]
        inside = (axis > -envelope[line]) & (axis < -0.95 * envelope[line])
        assert grey[line, inside].mean() > grey[line, beyond].mean() + 40.0


def test_doppler_numbers_stand_beside_the_true_ones(recorded: Path) -> None:
    truth = json.loads((recorded / "truth.json").read_text())
    found = truth["doppler"]
    measured, true = found["measured"], found["true"]
    assert found["valve"] == "aortic"
    assert measured.keys() == true.keys()
    of_body = truth["valves"]["aortic"]
    assert true["velocity_peak_m_s"] == pytest.approx(of_body["velocity_peak_m_s"], rel=0.01)
    assert true["stroke_volume_ml"] == pytest.approx(of_body["stroke_volume_ml"], rel=0.03)
    for key, room in (
        ("velocity_peak_m_s", 0.04),
        ("valve_vti_cm", 0.06),
        ("gradient_mean_doppler_mmhg", 0.08),
        ("lvot_vti_cm", 0.08),
        ("valve_area_continuity_cm2", 0.06),
    ):
        assert measured[key] != true[key]
        assert measured[key] == pytest.approx(true[key], rel=room), key


@pytest.mark.parametrize("seconds", ["0", "nan", "1e9", "-3"])
def test_lengths_that_cannot_be_are_refused(seconds: str, tmp_path: Path) -> None:
    patient = str(ROOT / "examples" / "mean_harpole_25.toml")
    done = record(patient, f"--seconds={seconds}", "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert "--seconds" in done.stderr
    assert not (tmp_path / "out").exists()
