"""Output that is either there in full or not at all: written beside, then moved into place."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from openvalve.errors import FileError, InputError, InputItem

__all__ = ["staged_folder"]


@contextmanager
def staged_folder(target: Path, *, owned: tuple[str, ...]) -> Iterator[Path]:
    """Yield an empty folder beside ``target``; move its files into ``target`` when all went well.

    Parameters
    ----------
    target : the folder that the user named; other files in it stay.
    owned : names that belong to us; an older one that was not written anew is removed, so that a
        folder never mixes two runs. The first is moved last.

    Raises
    ------
    InputError : ``target`` is a file.
    FileError : it cannot be written; nothing was.
    """
    if target.exists() and not target.is_dir():
        raise InputError([InputItem(key="--out", got=f"{target} (a file)", allowed="a folder")])
    made = _missing_parents(target.parent)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        _remove_empty(made)
        raise _cannot_write(target, error) from error
    try:
        yield beside
        _move(beside, target, owned)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        _remove_empty(made)
        raise


def _move(beside: Path, target: Path, owned: tuple[str, ...]) -> None:
    try:
        if not target.exists():
            mask = os.umask(0)
            os.umask(mask)
            beside.chmod(0o777 & ~mask)
            beside.replace(target)
            return
        if not os.access(target, os.W_OK | os.X_OK):
            raise PermissionError(13, "Permission denied", str(target))
        names = sorted((p.name for p in beside.iterdir()), key=lambda name: name == owned[0])
        for name in owned:
            if name not in names:
                (target / name).unlink(missing_ok=True)
        for name in names:
            (beside / name).replace(target / name)
        beside.rmdir()
    except OSError as error:
        raise _cannot_write(target, error) from error


def _cannot_write(target: Path, error: OSError) -> FileError:
    return FileError(
        f"{target}: cannot be written ({error.strerror})", hint="name another folder with --out"
    )


def _missing_parents(folder: Path) -> list[Path]:
    """Return the folders that are not there yet, innermost first."""
    return [p for p in (folder, *folder.parents) if not p.exists()]


def _remove_empty(folders: list[Path]) -> None:
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            return
