"""Recordings of real laboratories from the command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WAVES = ROOT.parent / "shared" / "data" / "waveforms"
RIGHT_HEART = WAVES / "human_rhc_rv_ecg" / "rhc_rv_01"
OPEN_LINE = WAVES / "human_icu_ecg_abp" / "3234460_0018"

pytest.importorskip("wfdb", reason="the extra formats is not installed")
needs_data = pytest.mark.skipif(not WAVES.is_dir(), reason="shared/ is absent")


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "openvalve", "analyze", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@needs_data
def test_a_right_heart_catheter_reads_as_its_own_report(tmp_path: Path) -> None:
    """The laboratory's own system printed RV 34/1, end-diastolic 8 mmHg."""
    done = analyze(str(RIGHT_HEART), "--json", "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    value = {key: row["value"] for key, row in document["findings"].items()}
    assert value["rv_systolic_mmhg"] == pytest.approx(34.0, abs=2.0)
    assert value["rv_diastolic_mmhg"] == pytest.approx(1.0, abs=2.0)
    assert value["rv_end_diastolic_mmhg"] == pytest.approx(8.0, abs=2.0)
    page = (tmp_path / "out" / "findings.html").read_text(encoding="utf-8")
    assert "Not a medical device" in page
    assert page.count("<svg") == 4  # traces and overview, for a desk and for a phone
    assert json.loads((tmp_path / "out" / "findings.json").read_text()) == document


@needs_data
def test_a_line_open_to_air_is_refused() -> None:
    document = json.loads(analyze(str(OPEN_LINE), "--json").stdout)
    assert not [key for key in document["findings"] if key.endswith("_mmhg")]
    assert any("ART refused" in warning for warning in document["warnings"])


@pytest.mark.parametrize("content", [b"", b"time,LV\n", bytes(range(256)) * 40])
def test_what_is_no_recording_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    done = analyze(str(path), "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert done.stderr.startswith("error:")
    assert not (tmp_path / "out").exists()


def test_an_impossible_flow_is_refused(tmp_path: Path) -> None:
    done = analyze(str(tmp_path / "none.csv"), "--flow", "900")
    assert done.returncode == 2
    assert "--flow" in done.stderr
