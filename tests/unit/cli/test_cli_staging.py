"""Output is there in full or not at all."""

import os
from pathlib import Path

import pytest

from openvalve.cli._staging import staged_folder
from openvalve.errors import FileError, InputError

OWNED = ("plan.json", "report.html")


def _write(target: Path, *names: str) -> None:
    with staged_folder(target, owned=OWNED) as folder:
        for name in names:
            (folder / name).write_text("new", encoding="utf-8")


def test_new_folder_with_parents(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b" / "out"
    _write(target, *OWNED)
    assert sorted(p.name for p in target.iterdir()) == sorted(OWNED)
    assert [p.name for p in target.parent.iterdir()] == ["out"]


@pytest.mark.parametrize("depth", ["out", "a/b/out"])
def test_failure_leaves_nothing(tmp_path: Path, depth: str) -> None:
    with (
        pytest.raises(KeyboardInterrupt),
        staged_folder(tmp_path / depth, owned=OWNED) as folder,
    ):
        (folder / "plan.json").write_text("half", encoding="utf-8")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_failure_keeps_the_older_output(tmp_path: Path) -> None:
    target = tmp_path / "out"
    _write(target, *OWNED)
    with pytest.raises(RuntimeError), staged_folder(target, owned=OWNED) as folder:
        (folder / "plan.json").write_text("half", encoding="utf-8")
        raise RuntimeError
    assert (target / "plan.json").read_text(encoding="utf-8") == "new"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_runs_are_not_mixed_and_other_files_stay(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / "notes.txt").write_text("mine", encoding="utf-8")
    (target / "report.html").write_text("old", encoding="utf-8")
    _write(target, "plan.json")
    assert sorted(p.name for p in target.iterdir()) == ["notes.txt", "plan.json"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="allowed a folder"):
        _write(target, "plan.json")
    assert target.read_text(encoding="utf-8") == "mine"


def test_parent_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(FileError, match="cannot be written"):
        _write(tmp_path / "file" / "out", "plan.json")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_no_right_to_write(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(FileError, match="cannot be written"):
        _write(tmp_path / "a" / "out", "plan.json")
    tmp_path.chmod(0o700)


def test_permissions_are_those_of_a_new_folder(tmp_path: Path) -> None:
    _write(tmp_path / "out", "plan.json")
    (tmp_path / "plain").mkdir()
    assert (tmp_path / "out").stat().st_mode == (tmp_path / "plain").stat().st_mode
