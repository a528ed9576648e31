"""Bad files and bad wishes: a clear refusal, exit code 2, and nothing half written."""

import builtins
import random
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from openvalve.errors import FileError, InputError, MissingExtraError, OpenValveError
from openvalve.formats import FORMATS, read_recording, write_recording
from openvalve.recording import Channel, Recording

for library in ("wfdb", "pyedflib", "pydicom"):
    pytest.importorskip(library)

SHARED = Path(__file__).parents[4] / "shared/data/waveforms/human_icu_ecg_abp"


def _refused(path: Path, match: str, **options: Any) -> InputError:
    with pytest.raises(InputError, match=match) as caught:
        read_recording(path, **options)
    assert caught.value.exit_code == 2
    assert caught.value.items
    return caught.value


def _write(recording: Recording, folder: Path, format: str) -> Path:
    path = folder / f"made{FORMATS[format].extension}"
    write_recording(recording, path, format=format)
    return path


def _text(folder: Path, text: str, name: str = "made.csv") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


@pytest.mark.parametrize("format", ["wfdb", "edf", "csv", "dicom-hemodynamic"])
@pytest.mark.parametrize("left", [0.0, 0.3, 0.9])
def test_cut_file_is_refused(
    pressures: Recording, tmp_path: Path, format: str, left: float
) -> None:
    path = _write(pressures, tmp_path, format)
    data = path.with_suffix(".dat") if format == "wfdb" else path
    whole = data.read_bytes()
    data.write_bytes(whole[: int(len(whole) * left)])
    if format == "csv" and left:  # a table has no end mark; a row cut within is found
        data.write_bytes(whole[: whole.rindex(b",", 0, int(len(whole) * left))])
    _refused(path, "RECORDING|made|Waveform")


def test_wrong_checksum_is_refused(pressures: Recording, tmp_path: Path) -> None:
    path = _write(pressures, tmp_path, "wfdb")
    data = bytearray(path.with_suffix(".dat").read_bytes())
    data[2 * 4 * 100] ^= 1
    path.with_suffix(".dat").write_bytes(bytes(data))
    error = _refused(path, "signal LV: got checksum")
    assert len(error.items) == 1
    part = read_recording(path, from_s=0.0, to_s=1.0)
    assert any("checksums not compared" in line for line in part.notes["read"])


@pytest.mark.parametrize("name", ["a.bin", "a.edf", "a.dcm", "a.hea", "a.dat", "a"])
def test_unknown_format_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(bytes(range(256)) * 4)
    _refused(tmp_path / name, "WFDB|EDF|DICOM|header")


def test_absent_empty_and_folder_are_refused(tmp_path: Path) -> None:
    _refused(tmp_path / "absent.edf", "no such file")
    _refused(tmp_path, "a folder")
    (tmp_path / "empty.csv").touch()
    _refused(tmp_path / "empty.csv", "0 bytes")


def test_signal_file_without_header_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.dat").write_bytes(b"\x00\x01" * 100)
    assert "a.hea" in _refused(tmp_path / "a.dat", "without a header").hint


def test_pressure_without_unit_is_refused(tmp_path: Path) -> None:
    rows = "".join(f"{i / 100},{i % 7},{i % 5}\n" for i in range(50))
    error = _refused(_text(tmp_path, "time_s,ABP,LVP\n" + rows), "no unit")
    assert {item.key for item in error.items} == {"channel ABP (ART)", "channel LVP (LV)"}


def test_other_channel_without_unit_is_kept_with_a_warning(tmp_path: Path) -> None:
    rows = "".join(f"{i / 100},{i % 7},{i % 5}\n" for i in range(50))
    recording = read_recording(_text(tmp_path, "time_s,Pleth,II\n" + rows))
    assert {c.unit for c in recording.channels.values()} == {"ratio"}
    assert any("II: no unit" in w and "height" in w for w in recording.notes["warnings"])


def test_units_are_converted(tmp_path: Path) -> None:
    text = "time_s,ABP [kPa],CVP (cmH2O),ECG lead II [uV],Flow [L/min]\n"
    text += "".join(f"{i / 100},10,10,1000,6\n" for i in range(50))
    recording = read_recording(_text(tmp_path, text))
    assert recording["ART"][0] == pytest.approx(75.006, abs=1e-3)
    assert recording["CVP"][0] == pytest.approx(7.3556, abs=1e-4)
    assert recording["II"][0] == pytest.approx(1.0)
    assert recording.channels["Flow"].unit == "l_min"


def test_channel_without_a_valid_sample_is_refused(tmp_path: Path) -> None:
    rows = "".join(f"{i / 100},{i % 7},\n" for i in range(50))
    _refused(_text(tmp_path, "time_s,LV [mmHg],AO [mmHg]\n" + rows), "channel AO: got no valid")


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("time_s,LV [mmHg]\n", "fields in the first row|0 rows"),
        ("LV [mmHg],AO [mmHg]\n1,2\n2,3\n", "a column time_s"),
        ("1,2\n2,3\n", "numbers in the first line"),
        ("time_s,LV [mmHg]\n0,1\n1,2\n5,3\n6,4\n", "even step"),
        ("time_s,LV [mmHg]\n0,1\n0,2\n0,3\n", "a time that grows"),
        ("time_s,LV [mmHg]\n0,1\n1,word\n2,3\n", "no row of numbers"),
        ("time_s,LV [mmHg]\n0,1\n1,inf\n2,3\n", "infinite"),
        ("time_h [h],LV [mmHg]\n0,1\n1,2\n", "time"),
        ("# only\n# comments\n", "empty table"),
    ],
)
def test_bad_tables_are_refused(tmp_path: Path, text: str, match: str) -> None:
    _refused(_text(tmp_path, text), match)


def test_tables_of_others(tmp_path: Path) -> None:
    semicolon = "time;LV\ns;mmHg\n" + "".join(f"0,{i:02d};1,5\n" for i in range(50))
    recording = read_recording(_text(tmp_path, semicolon))
    assert (recording.rate_hz, recording["LV"][3]) == (100.0, 1.5)
    text = "# Jane Doe\ntime_ms [ms],name,LV_mmhg\n"
    text += "".join(f"{4 * i},Jane,{i if i != 3 else ''}\n" for i in range(50))
    recording = read_recording(_text(tmp_path, text))
    assert recording.rate_hz == 250.0
    assert np.isnan(recording["LV"]).sum() == 1
    assert recording.notes["removed"] == ["CSV column 2 (text)", "CSV comment lines (1)"]
    assert "Jane" not in str(recording.notes)


@pytest.mark.parametrize("name", ["big.csv", "big.dcm", "big.edf"])
def test_2_gib_file_is_refused_with_its_size(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    head = {"big.csv": b"time_s,LV [mmHg]\n0,1\n", "big.dcm": b"\0" * 128 + b"DICM"}
    path.write_bytes(head.get(name, b"0       "))
    with path.open("r+b") as file:
        file.truncate(2**31)  # sparse: takes no room
    error = _refused(path, "GiB|header|bytes")
    if name != "big.edf":
        assert "2.0 GiB" in str(error)


def test_2_gib_wfdb_record_is_refused_and_a_part_of_it_read(tmp_path: Path) -> None:
    frames = 2**28
    header = f"big 4 1000 {frames}\n" + "".join(
        f"big.dat 16 200/mmHg 16 0 0 0 0 {name}\n" for name in ("LV", "AO", "LA", "RA")
    )
    (tmp_path / "big.hea").write_text(header, encoding="ascii")
    with (tmp_path / "big.dat").open("wb") as file:
        file.truncate(frames * 8)
    error = _refused(tmp_path / "big", "8.0 GiB in memory")
    assert "from_s" in error.hint
    part = read_recording(tmp_path / "big", from_s=200_000.0, to_s=200_001.0)
    assert part.length_count == 1000


def test_header_names_no_file_elsewhere(tmp_path: Path) -> None:
    for name in ("../../etc/passwd", "/etc/passwd", "https://example.org/a.dat", "s3://b/a.dat"):
        text = f"a 1 100 10\n{name} 16 200/mmHg 16 0 0 0 0 LV\n"
        _refused(_text(tmp_path, text, "a.hea"), "signal file|header|decoded|no ")


def test_record_within_itself_is_refused(tmp_path: Path) -> None:
    _refused(_text(tmp_path, "a/2 1 100 20\na 10\na 10\n", "a.hea"), "within itself")


def test_a_table_beside_a_record_of_its_name_is_a_table(
    pressures: Recording, tmp_path: Path
) -> None:
    for format in ("wfdb", "edf", "csv", "dicom-hemodynamic"):
        _write(pressures, tmp_path, format)
    for name, format in (
        ("made.hea", "wfdb"),
        ("made.dat", "wfdb"),
        ("made", "wfdb"),
        ("made.edf", "edf"),
        ("made.csv", "csv"),
        ("made.dcm", "dicom-hemodynamic"),
    ):
        assert read_recording(tmp_path / name).notes["format"] == format


def test_bad_part_is_refused(tmp_path: Path) -> None:
    _refused(tmp_path / "a.csv", "from_s", from_s=-1.0)
    _refused(tmp_path / "a.csv", "from_s", from_s=2.0, to_s=1.0)
    _refused(tmp_path / "a.csv", "from_s", from_s=float("nan"))


def test_marks_that_the_library_cannot_end_are_left_out(
    pressures: Recording, tmp_path: Path
) -> None:
    path = _write(pressures, tmp_path, "wfdb")
    marks = path.with_suffix(".atr")
    marks.write_bytes(marks.read_bytes().replace(b"resolution", b"res0lution"))
    recording = read_recording(path)
    assert recording.beats_s.shape == (0,)
    assert any("left out" in w for w in recording.notes["warnings"])


@pytest.mark.parametrize("format", ["wfdb", "edf", "csv", "dicom-hemodynamic"])
def test_garbled_bytes_give_our_errors_only(
    pressures: Recording, tmp_path: Path, format: str
) -> None:
    path = _write(pressures, tmp_path, format)
    files = sorted(tmp_path.iterdir())
    chance = random.Random(7)
    refused = 0
    for _ in range(60):
        file = chance.choice(files)
        whole = file.read_bytes()
        data = bytearray(whole)
        reach = min(len(data), chance.choice([64, 400, len(data)]))
        for _ in range(chance.randrange(1, 10)):
            data[chance.randrange(reach)] = chance.randrange(256)
        if chance.random() < 0.3:
            del data[chance.randrange(len(data)) :]
        file.write_bytes(bytes(data))
        try:
            recording = read_recording(path)
            assert np.isfinite(recording.rate_hz) and recording.length_count > 0
        except OpenValveError as error:
            assert error.exit_code in (2, 4)
            refused += 1
        file.write_bytes(whole)
    assert refused > 10
    read_recording(path)


@pytest.mark.skipif(not SHARED.exists(), reason="no recorded waveforms here")
def test_missing_segment_is_told(tmp_path: Path) -> None:
    for file in SHARED.glob("041s*"):
        shutil.copyfile(file, tmp_path / file.name)
    (tmp_path / "041s02.hea").unlink()
    _refused(tmp_path / "041s", "041s02.hea")


@pytest.mark.parametrize("library", ["wfdb", "pyedflib", "pydicom"])
def test_missing_library_names_the_extra(
    pressures: Recording, tmp_path: Path, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    format = {"wfdb": "wfdb", "pyedflib": "edf", "pydicom": "dicom-hemodynamic"}[library]
    path = _write(pressures, tmp_path, format)
    monkeypatch.setitem(sys.modules, library, None)
    for attempt in (
        lambda: read_recording(path),
        lambda: write_recording(pressures, path, format=format),
    ):
        with pytest.raises(MissingExtraError) as caught:
            attempt()
        assert caught.value.hint == "pip install 'openvalve[formats]'"


def test_import_brings_no_library() -> None:
    import subprocess

    code = "import sys, openvalve.formats; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"wfdb", "pyedflib", "pydicom", "scipy", "pandas"}
    assert not heavy & set(done.stdout.split())


def _of(samples: np.ndarray, *, name: str = "LV", unit: str = "mmhg") -> Recording:
    channel = Channel(name=name, unit=unit, samples=samples, measured=True)
    return Recording(rate_hz=100.0, channels={name: channel}, beats_s=np.zeros(0))


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_nothing_is_written_of_a_bad_recording(tmp_path: Path, format: str) -> None:
    path = tmp_path / f"made{FORMATS[format].extension}"
    bad = [np.zeros(0), np.full(50, np.nan), np.array([1.0, np.inf, 2.0])]
    for samples in bad:
        with pytest.raises(InputError):
            write_recording(_of(samples), path, format=format)
    empty = Recording(rate_hz=100.0, channels={}, beats_s=np.zeros(0))
    with pytest.raises(InputError):
        write_recording(empty, path, format=format)
    assert list(tmp_path.iterdir()) == []


def test_bad_wishes_are_refused(pressures: Recording, tmp_path: Path) -> None:
    cases: list[tuple[str, dict[str, Any], str]] = [
        ("a.x", {"format": "mp3"}, "wfdb, edf"),
        ("a.dcm", {"format": "dicom-12lead"}, "no I, III"),
        ("a.dcm", {"format": "dicom-ecg", "channels": ["LV"]}, "channels"),
        ("a.csv", {"format": "csv", "channels": ["XX"]}, "got XX"),
        ("a b.hea", {"format": "wfdb"}, "letters, digits"),
        ("absent/a.csv", {"format": "csv"}, "no such folder"),
        (".", {"format": "csv"}, "a folder"),
        ("a.dcm", {"format": "dicom-voice"}, "can hold"),
    ]
    for name, options, match in cases:
        with pytest.raises(InputError, match=match):
            write_recording(pressures, tmp_path / name, **options)
    assert list(tmp_path.iterdir()) == []


def test_limits_of_the_standard_are_held(twelve: Recording, tmp_path: Path) -> None:
    samples = np.tile(twelve["II"], 4)
    channels = {
        n: Channel(name=n, unit="mv", samples=samples, measured=True) for n in twelve.channels
    }
    long = Recording(rate_hz=500.0, channels=channels, beats_s=np.zeros(0))
    with pytest.raises(InputError, match=r"32\.768 s in one object"):
        write_recording(long, tmp_path / "a.dcm", format="dicom-12lead")
    write_recording(long, tmp_path / "a.dcm", format="dicom-ecg")


def test_failed_write_leaves_the_old_file(
    pressures: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _write(pressures, tmp_path, "csv")
    before = path.read_bytes()
    opened = builtins.open

    def fails(self: Path, *args: Any, **options: Any) -> Any:
        if args and args[0] == "w":
            raise OSError(28, "No space left on device")
        return opened(self, *args, **options)

    monkeypatch.setattr(Path, "open", fails)
    with pytest.raises(FileError, match="No space left"):
        write_recording(pressures, path, format="csv")
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_edf_refuses_what_it_cannot_hold(tmp_path: Path) -> None:
    for recording, match in (
        (_of(np.arange(50.0), name="A_NAME_OF_SEVENTEEN"), "16 ASCII"),
        (_of(np.arange(50.0), unit="mmhg_s2_ml"), "8 characters"),
        (_of(np.arange(50.0) * 1e7), "9999999"),
    ):
        with pytest.raises(InputError, match=match):
            write_recording(recording, tmp_path / "a.edf", format="edf")
    odd = Recording(rate_hz=62.4725, channels=_of(np.arange(50.0)).channels, beats_s=np.zeros(0))
    with pytest.raises(InputError, match="whole samples"):
        write_recording(odd, tmp_path / "a.edf", format="edf")
    assert list(tmp_path.iterdir()) == []


def test_mixed_rates_of_edf_come_to_the_highest(tmp_path: Path) -> None:
    import pyedflib

    writer = pyedflib.EdfWriter(str(tmp_path / "a.edf"), 2)
    time_s = np.arange(2000) / 200.0
    signals = [np.sin(time_s), 80 + 40 * np.sin(time_s[::4])]
    for i, (label, unit, rate) in enumerate([("ECG II", "mV", 200), ("ABP", "mmHg", 50)]):
        writer.setSignalHeader(
            i,
            {
                "label": label,
                "dimension": unit,
                "sample_frequency": rate,
                "physical_min": -200.0,
                "physical_max": 200.0,
                "digital_min": -32768,
                "digital_max": 32767,
                "transducer": "",
                "prefilter": "",
            },
        )
    writer.setPatientName("Doe")
    writer.setSex(1)
    writer.writeSamples(signals)
    writer.writeAnnotation(1.0, -1, "Jane coughs")
    writer.close()
    recording = read_recording(tmp_path / "a.edf")
    assert list(recording.channels) == ["II", "ART"]
    assert recording.rate_hz == 200.0
    middle = slice(100, -100)
    expected = 80 + 40 * np.sin(time_s)
    np.testing.assert_allclose(recording["ART"][middle], expected[middle], rtol=0, atol=0.05)
    assert recording.notes["patient"] == {"sex": "male"}
    removed = " ".join(recording.notes["removed"])
    assert "PatientName" in removed and "Startdatetime" in removed and "free text (1)" in removed
    assert "Doe" not in str(recording.notes) and "Jane" not in str(recording.notes)
    assert (
        read_recording(tmp_path / "a.edf", keep_identity=True).notes["identity"]["PatientName"]
        == "Doe"
    )


def test_a_date_in_the_time_is_left_out(tmp_path: Path) -> None:
    rows = "".join(f"{1600000000 + i / 100:.2f},{i % 7}\n" for i in range(50))
    path = _text(tmp_path, "time_s,LV [mmHg]\n" + rows)
    recording = read_recording(path)
    assert (recording.start_s, recording.rate_hz) == (0.0, 100.0)
    assert recording.notes["removed"] == ["CSV time of the first row (a date)"]
    assert read_recording(path, keep_identity=True).start_s == 1.6e9


@pytest.mark.parametrize(
    ("label", "unit", "name"),
    [
        ("ABP", "mmhg", "ART"),
        ("PAP", "mmhg", "PA"),
        ("PCWP", "mmhg", "PCW"),
        ("Ao Pressure", "mmhg", "AO"),
        ("Aortic pressure waveform", "mmhg", "AO"),
        ("LVP", "mmhg", "LV"),
        ("ECG lead II", "mv", "II"),
        ("MLII", "mv", "II"),
        ("avf", "mv", "aVF"),
        ("ECG_V1", "mv", "V1"),
        ("RA", "mmhg", "RA"),
        ("RA", "mv", "ECG_RA"),
        ("ECG_RA", "mv", "ECG_RA"),
        ("RHC_P", "mmhg", "RHC_P"),
        ("Paw", "mmhg", "Paw"),
        ("FLOW_AORTIC", "ml_s", "FLOW_AORTIC"),
    ],
)
def test_names(label: str, unit: str, name: str) -> None:
    from openvalve.formats._names import name_of

    assert name_of(label, unit) == name
