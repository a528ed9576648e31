"""What is written comes back: names, units, samples within a converter step, beats, truth."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openvalve.errors import InputError
from openvalve.formats import FORMATS, read_recording, write_recording
from openvalve.formats._quantize import GAP_CODE, quantize
from openvalve.formats._units_in import file_unit, parse_unit
from openvalve.recording import Channel, Recording
from openvalve.units import UNITS

for library in ("wfdb", "pyedflib", "pydicom"):
    pytest.importorskip(library)

STEPS = 65000  # of the range of a channel; the converters of 16 bits have 65534


def _written(recording: Recording, folder: Path, format: str) -> Recording:
    path = folder / f"made{FORMATS[format].extension}"
    names = write_recording(recording, path, format=format)
    read = read_recording(path)
    assert tuple(read.channels) == names
    return read


def _assert_same(read: Recording, written: Recording, steps: int = STEPS) -> None:
    assert read.rate_hz == written.rate_hz
    assert read.length_count == written.length_count
    for name, channel in read.channels.items():
        other = written.channels[name]
        assert (channel.unit, channel.measured) == (other.unit, other.measured), name
        np.testing.assert_array_equal(np.isnan(channel.samples), np.isnan(other.samples))
        step = (np.nanmax(other.samples) - np.nanmin(other.samples)) / steps
        assert np.nanmax(np.abs(channel.samples - other.samples)) <= step, name


@pytest.mark.parametrize("format", ["wfdb", "edf", "csv", "dicom-hemodynamic"])
def test_pressures_come_back(pressures: Recording, tmp_path: Path, format: str) -> None:
    read = _written(pressures, tmp_path, format)
    _assert_same(read, pressures)
    assert read.start_s == pressures.start_s
    assert read.notes["removed"] == []
    assert read.notes["warnings"] == []
    sample_s = 0.5001 / pressures.rate_hz
    np.testing.assert_allclose(read.beats_s, pressures.beats_s, rtol=0, atol=sample_s)
    if format == "csv":
        return
    events = read.notes["events"]
    assert [kind for _, kind in events] == ["p", "qrs", "spike_v"]
    at = [t for t, _ in pressures.notes["events"]]
    np.testing.assert_allclose([t for t, _ in events], at, rtol=0, atol=sample_s)


@pytest.mark.parametrize("format", ["dicom-12lead", "dicom-ecg", "wfdb", "edf"])
def test_leads_come_back(twelve: Recording, tmp_path: Path, format: str) -> None:
    _assert_same(_written(twelve, tmp_path, format), twelve)


def test_sound_comes_back(sound: Recording, tmp_path: Path) -> None:
    _assert_same(_written(sound, tmp_path, "dicom-audio"), sound)


def test_voice_is_8_khz_of_8_bits(sound: Recording, tmp_path: Path) -> None:
    read = _written(sound, tmp_path, "dicom-voice")
    assert (read.rate_hz, read.length_count) == (8000.0, 2 * sound.length_count)
    middle = slice(200, -200)
    off = np.abs(read["SOUND_APEX"][::2] - sound["SOUND_APEX"])[middle]
    assert off.max() <= 1.01 * np.abs(sound["SOUND_APEX"]).max() / 126


def test_hemodynamic_of_1000_hz_is_brought_to_250(tmp_path: Path) -> None:
    time_s = np.arange(8000) / 1000.0
    samples = 100 + 30 * np.sin(2 * np.pi * 1.2 * time_s) + 5 * np.sin(2 * np.pi * 20 * time_s)
    channel = Channel(name="AO", unit="mmhg", samples=samples, measured=True)
    recording = Recording(rate_hz=1000.0, channels={"AO": channel}, beats_s=np.zeros(0))
    read = _written(recording, tmp_path, "dicom-hemodynamic")
    assert (read.rate_hz, read.length_count) == (250.0, 2000)
    middle = slice(100, -100)
    np.testing.assert_allclose(read["AO"][middle], samples[::4][middle], rtol=0, atol=0.05)


@settings(max_examples=60)
@given(
    numbers=st.lists(
        st.one_of(st.floats(-1e6, 1e6, width=32), st.just(float("nan"))), min_size=1, max_size=40
    ).filter(lambda x: not np.isnan(x).all())
)
def test_quantize_is_within_half_a_step(numbers: list[float]) -> None:
    samples = np.array(numbers)
    codes, step, zero = quantize(samples)
    assert np.array_equal(codes == GAP_CODE, np.isnan(samples))
    back = step * (codes.astype(float) - zero)
    valid = ~np.isnan(samples)
    slack = 1e-12 * np.abs(samples[valid]).max()
    assert np.abs(back - samples)[valid].max() <= step / 2 + slack
    span = samples[valid].max() - samples[valid].min()
    assert step <= max(span / 64000, np.abs(samples[valid]).max() / 2**29, 2e-9)


@settings(max_examples=25)
@given(
    rate_hz=st.sampled_from([62.5, 100.0, 125.0, 250.0, 360.0, 500.0, 999.0, 1000.0]),
    length=st.integers(3, 700),
    low=st.floats(-300, 300),
    span=st.floats(0.01, 500),
    seed=st.integers(0, 1000),
    format=st.sampled_from(["wfdb", "edf", "csv", "dicom-hemodynamic"]),
)
def test_any_pressure_comes_back(
    tmp_path_factory: pytest.TempPathFactory,
    rate_hz: float,
    length: int,
    low: float,
    span: float,
    seed: int,
    format: str,
) -> None:
    if format == "dicom-hemodynamic":
        rate_hz = min(rate_hz, 360.0)
    samples = low + span * np.random.default_rng(seed).random(length)
    channel = Channel(name="LV", unit="mmhg", samples=samples, measured=True)
    recording = Recording(rate_hz=rate_hz, channels={"LV": channel}, beats_s=np.zeros(0))
    read = _written(recording, tmp_path_factory.mktemp("made"), format)
    assert read.rate_hz == rate_hz
    assert read.length_count == length
    step = max(span / 60000, 300 / 2**29, 3e-8)
    assert np.abs(read["LV"] - samples).max() <= step


@pytest.mark.parametrize("suffix", sorted(UNITS))
def test_units_come_back(suffix: str) -> None:
    assert parse_unit(file_unit(suffix)) == (suffix, 1.0)


@pytest.mark.parametrize("format", ["wfdb", "edf", "csv"])
def test_constant_channel_comes_back(tmp_path: Path, format: str) -> None:
    samples = np.full(500, 3.14159)
    channel = Channel(name="RA", unit="mmhg", samples=samples, measured=True)
    recording = Recording(rate_hz=100.0, channels={"RA": channel}, beats_s=np.zeros(0))
    read = _written(recording, tmp_path, format)
    assert np.abs(read["RA"] - samples).max() < 1e-4


@pytest.mark.parametrize("format", ["edf", "dicom-hemodynamic", "wfdb"])
def test_many_beats_and_events_come_back(tmp_path: Path, format: str) -> None:
    samples = np.sin(np.arange(250 * 900) / 40.0)
    channel = Channel(name="LV", unit="mmhg", samples=samples, measured=True)
    beats = np.arange(0.3, 899, 0.3)
    events = [[float(t), "qrs"] for t in beats]
    recording = Recording(
        rate_hz=250.0, channels={"LV": channel}, beats_s=beats, notes={"events": events}
    )
    read = _written(recording, tmp_path, format)
    np.testing.assert_allclose(read.beats_s, beats, rtol=0, atol=0.0021)
    assert len(read.notes["events"]) == len(events)


@pytest.mark.parametrize("format", ["wfdb", "edf", "csv", "dicom-hemodynamic"])
def test_part_is_read(pressures: Recording, tmp_path: Path, format: str) -> None:
    path = tmp_path / f"made{FORMATS[format].extension}"
    write_recording(pressures, path, format=format)
    whole = read_recording(path)
    part = read_recording(path, from_s=0.5, to_s=1.5)
    assert part.length_count == 250
    assert part.start_s == pytest.approx(whole.start_s + 0.5)
    np.testing.assert_array_equal(part["AO"], whole["AO"][125:375])
    np.testing.assert_allclose(part.beats_s, [0.45], rtol=0, atol=0.0021)
    with pytest.raises(InputError, match=r"no sample|0 rows"):
        read_recording(path, from_s=100.0)


def test_same_recording_same_bytes(pressures: Recording, tmp_path: Path) -> None:
    for name in FORMATS:
        if name in ("dicom-12lead", "dicom-voice", "dicom-audio"):
            continue
        made = []
        for turn in ("a", "b"):
            (tmp_path / turn / name).mkdir(parents=True)
            path = tmp_path / turn / name / f"made{FORMATS[name].extension}"
            write_recording(pressures, path, format=name) if name != "dicom-ecg" else None
            made.append({p.name: p.read_bytes() for p in path.parent.iterdir()})
        assert made[0] == made[1], name
