"""Writing: the same bytes, tolerant of what is missing, clear about what fails."""

import copy
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from openvalve.errors import FileError, MissingExtraError
from openvalve.report import write_report

CODE = """
import sys
sys.path.insert(0, sys.argv[1])
from mock_plan import mock_plan
from openvalve.report import write_report
write_report(mock_plan(), sys.argv[2])
"""


def test_same_plan_same_bytes_in_another_process(mock: ModuleType, tmp_path: Path) -> None:
    here = write_report(mock.mock_plan(), tmp_path / "a").read_bytes()
    folder = Path(__file__).parent
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(
        [sys.executable, "-c", CODE, str(folder), str(tmp_path / "b")],
        check=True,
        env=environment,
    )
    assert (tmp_path / "b" / "report.html").read_bytes() == here
    assert os.listdir(tmp_path / "a") == ["report.html"]


def test_settings_of_the_user_change_nothing(mock: ModuleType, tmp_path: Path) -> None:
    import matplotlib

    first = write_report(mock.mock_plan(), tmp_path).read_bytes()
    with matplotlib.rc_context({"font.size": 30, "lines.linewidth": 9, "svg.fonttype": "path"}):
        assert write_report(mock.mock_plan(), tmp_path).read_bytes() == first


def _small(mock: ModuleType) -> dict[str, Any]:
    document: dict[str, Any] = copy.deepcopy(mock.mock_document())
    document["options"] = document["options"][1:2]
    return document


@pytest.mark.parametrize("value", ["gone", None, 3.0])
def test_a_missing_or_odd_part_is_not_shown(
    mock: ModuleType, tmp_path: Path, value: object
) -> None:
    for key in [k for k in mock.mock_document() if k != "options"]:
        document = _small(mock)
        if value == "gone":
            del document[key]
        else:
            document[key] = value
        page = write_report(mock.MockPlan(document=document), tmp_path).read_text(encoding="utf-8")
        assert page.count("Not a medical device.") >= 3
        assert "15 + 18 mm side by side" in page


@pytest.mark.parametrize("value", ["gone", None, "text", [None, 1.0]])
def test_an_odd_part_of_a_balloon_is_not_shown(
    mock: ModuleType, tmp_path: Path, value: object
) -> None:
    for key in mock.mock_document()["options"][0]:
        document = _small(mock)
        if value == "gone":
            del document["options"][0][key]
        else:
            document["options"][0][key] = value
        page = write_report(mock.MockPlan(document=document), tmp_path).read_text(encoding="utf-8")
        assert "Balloons side by side" in page


def test_without_beats_there_are_no_traces(mock: ModuleType, tmp_path: Path) -> None:
    bare = mock.MockPlan(document=mock.mock_document())
    page = write_report(bare, tmp_path).read_text(encoding="utf-8")
    assert "Pressures before" not in page
    assert "Before, right after and after hours" in page


def test_empty_document_still_makes_a_page(mock: ModuleType, tmp_path: Path) -> None:
    page = write_report(mock.MockPlan(document={}), tmp_path / "new" / "deep").read_text()
    assert "no balloon was compared" in page


def test_control_characters_are_dropped(mock: ModuleType, tmp_path: Path) -> None:
    document = mock.mock_document()
    document["patient"] = "a\x00b\x1b[31mc\ud800d\ne"
    page = write_report(mock.MockPlan(document=document), tmp_path).read_text(encoding="utf-8")
    assert "ab[31mcd e" in page


@pytest.mark.parametrize("package", ["jinja2", "matplotlib"])
def test_missing_extra_is_named(
    mock: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == package else real(name)
    )
    with pytest.raises(MissingExtraError) as caught:
        write_report(mock.mock_plan(), tmp_path)
    assert "openvalve[report]" in caught.value.hint
    assert not list(tmp_path.iterdir())


def test_folder_that_is_a_file_is_refused(mock: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x")
    with pytest.raises(FileError, match="taken"):
        write_report(mock.MockPlan(document={}), tmp_path / "taken")


def test_failed_rename_leaves_nothing_behind(
    mock: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "report.html").write_text("old")

    def fail(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(FileError, match="No space left"):
        write_report(mock.MockPlan(document={}), tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]
    assert (tmp_path / "report.html").read_text() == "old"


def test_import_loads_neither_drawings_nor_templates() -> None:
    code = (
        "import sys, openvalve.report;"
        "bad = {'matplotlib', 'jinja2', 'numba', 'scipy'} & set(sys.modules);"
        "sys.exit(str(bad) if bad else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
