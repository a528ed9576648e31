"""Files that are there in full or not at all: written beside, then moved into place."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from openvalve.errors import FileError
from openvalve.formats._faults import refuse

__all__ = ["placed"]


@contextmanager
def placed(folder: Path) -> Iterator[Path]:
    """Yield an empty folder; move its files into ``folder`` when all went well.

    A file named ``*.hea`` goes last, for it makes a record of the others.

    Raises
    ------
    InputError : ``folder`` is not there.
    FileError : it cannot be written; what was there stays.
    """
    if not folder.is_dir():
        raise refuse("the output", f"{folder} (no such folder)", "a file in a folder that exists")
    try:
        beside = Path(tempfile.mkdtemp(prefix=".openvalve-", dir=folder))
    except OSError as error:
        raise FileError(f"{folder}: cannot be written ({error.strerror})") from error
    try:
        yield beside
        for file in sorted(beside.iterdir(), key=lambda p: (p.suffix == ".hea", p.name)):
            file.replace(folder / file.name)
    except OSError as error:
        raise FileError(f"{folder}: cannot be written ({error.strerror or error})") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
