"""Our DICOM objects before ``dciodvfy``, before the standard's tables, and through pydicom.

``benchmarks/judges.py`` brings the first two (Debian dicom3tools, Python highdicom).
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from openvalve.formats import read_recording, write_recording
from openvalve.recording import Recording

pydicom = pytest.importorskip("pydicom")
needs_judge = pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="no dicom3tools")

TABLES = os.environ.get("OPENVALVE_DICOM_TABLES")
needs_tables = pytest.mark.skipif(TABLES is None, reason="no tables of the standard")
OBJECTS = [
    ("dicom-hemodynamic", "pressures"),
    ("dicom-ecg", "twelve"),
    ("dicom-12lead", "twelve"),
    ("dicom-voice", "sound"),
    ("dicom-audio", "sound"),
]


def _verdict(path: Path) -> list[str]:
    done = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True, check=False)
    lines = (done.stdout + done.stderr).splitlines()
    return [line for line in lines if line.startswith(("Error", "Warning"))]


@needs_judge
@pytest.mark.parametrize("with_gap", [False, True], ids=["whole", "gap"])
@pytest.mark.parametrize(("format", "source"), [row for row in OBJECTS if row[0] != "dicom-audio"])
def test_objects_pass_the_judge(
    format: str,
    source: str,
    with_gap: bool,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    recording: Recording = request.getfixturevalue(source)
    for channel in recording.channels.values():
        channel.samples[100:110] = np.nan if with_gap else 0.0
    write_recording(recording, tmp_path / "made.dcm", format=format)
    errors = [line for line in _verdict(tmp_path / "made.dcm") if line.startswith("Error")]
    assert errors == []


@needs_judge
def test_the_judge_finds_faults(pressures: Recording, tmp_path: Path) -> None:
    write_recording(pressures, tmp_path / "made.dcm", format="dicom-hemodynamic")
    data = pydicom.dcmread(tmp_path / "made.dcm")
    del data.WaveformSequence[0].SamplingFrequency
    data.save_as(tmp_path / "bad.dcm")
    assert any("SamplingFrequency" in line for line in _verdict(tmp_path / "bad.dcm"))


def _missing(data: Any) -> list[str]:
    """Return what the standard's tables ask of an object and it lacks, or has without a value."""
    objects, modules, attributes = (
        json.loads((Path(str(TABLES)) / f"{name}_map.json").read_text(encoding="utf-8"))
        for name in ("sop_class_iod", "iod_module", "module_attribute")
    )
    missing = []
    for module in modules[objects[data.SOPClassUID]]:
        if module["usage"] != "M":
            continue
        for wanted in attributes[module["key"]]:
            items = [data]
            for step in wanted["path"]:
                items = [below for item in items for below in item.get(step, ())]
            for item in items:
                keyword = wanted["keyword"]
                absent = wanted["type"] in "12" and keyword not in item
                empty = wanted["type"] == "1" and keyword in item and not item[keyword].value
                if absent or (empty and item[keyword].value != 0):
                    missing.append(f"{module['key']}: {keyword}")
    return missing


@needs_tables
@pytest.mark.parametrize(("format", "source"), OBJECTS)
def test_nothing_that_the_standard_asks_for_is_missing(
    format: str, source: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    write_recording(request.getfixturevalue(source), tmp_path / "made.dcm", format=format)
    data = pydicom.dcmread(tmp_path / "made.dcm")
    assert _missing(data) == []
    del data.WaveformSequence[0].ChannelDefinitionSequence[0].WaveformBitsStored
    del data.PatientName
    assert _missing(data) == ["patient: PatientName", "waveform: WaveformBitsStored"]


def test_pydicom_decodes_what_was_written(pressures: Recording, tmp_path: Path) -> None:
    write_recording(pressures, tmp_path / "made.dcm", format="dicom-hemodynamic")
    data = pydicom.dcmread(tmp_path / "made.dcm")
    array = data.waveform_array(0)
    group = data.WaveformSequence[0]
    for i, (name, channel) in enumerate(pressures.channels.items()):
        definition = group.ChannelDefinitionSequence[i]
        assert definition.ChannelLabel == name
        valid = ~np.isnan(channel.samples)
        step = float(definition.ChannelSensitivity)
        assert np.abs(array[valid, i] - channel.samples[valid]).max() <= step
    codes = [d.ChannelSourceSequence[0].CodeValue for d in group.ChannelDefinitionSequence]
    assert codes == ["128438003", "128444004", "128441007", "2:2"]
    assert group.ChannelDefinitionSequence[0].ChannelSensitivityUnitsSequence[0].CodeValue == (
        "mm[Hg]"
    )
    assert group.SamplingFrequency == 250


def test_general_audio_is_16_bit_signed(sound: Recording, tmp_path: Path) -> None:
    """dciodvfy does not know this object (2022 edition): its values are looked at here."""
    write_recording(sound, tmp_path / "made.dcm", format="dicom-audio")
    data = pydicom.dcmread(tmp_path / "made.dcm")
    group = data.WaveformSequence[0]
    assert data.SOPClassUID == pydicom.uid.GeneralAudioWaveformStorage
    assert data.Modality == "AU"
    assert (group.WaveformBitsAllocated, group.WaveformSampleInterpretation) == (16, "SS")
    assert group.ChannelDefinitionSequence[0].ChannelSourceSequence[0].CodeValue == "109114"
    np.testing.assert_allclose(data.waveform_array(0)[:, 0], sound["SOUND_APEX"], rtol=0, atol=1e-4)


def test_many_channels_go_into_groups(tmp_path: Path, sound: Recording) -> None:
    from openvalve.recording import Channel

    names = ["LV", "AO", "LA", "RA", "RV", "PA", "PCW", "ART", "FEM", "I", "II", "V1"]
    channels = {
        n: Channel(
            name=n,
            unit="mv" if n in ("I", "II", "V1") else "mmhg",
            samples=sound["SOUND_APEX"] + k,
            measured=True,
        )
        for k, n in enumerate(names)
    }
    recording = Recording(rate_hz=250.0, channels=channels, beats_s=np.zeros(0))
    write_recording(recording, tmp_path / "made.dcm", format="dicom-hemodynamic")
    data = pydicom.dcmread(tmp_path / "made.dcm")
    assert [g.NumberOfWaveformChannels for g in data.WaveformSequence] == [8, 4]
    assert tuple(read_recording(tmp_path / "made.dcm").channels) == tuple(names)
