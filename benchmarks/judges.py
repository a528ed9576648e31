"""Run a command with the judges of our DICOM files at hand.

.venv/bin/python benchmarks/judges.py [--work DIR] COMMAND ...

dciodvfy (Debian package dicom3tools) knows every object that we write but General Audio; the tables
of the standard that the Python package highdicom ships know all. What is missing is unpacked into
the work folder without being installed, where the tools for it are there; else the reason is told
and the command runs without that judge.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from peers._environments import NotInstalled, unpack

TABLES = "OPENVALVE_DICOM_TABLES"  # folder of the standard's tables, read by the tests


def dciodvfy(work: Path) -> dict[str, str]:
    """Return what the judge needs in the environment."""
    if shutil.which("dciodvfy"):
        return {}
    root = work / "dicom3tools" / "root" / "usr"
    if not (root / "bin" / "dciodvfy").exists():
        hint = "dciodvfy is missing: apt-get install dicom3tools"
        root = unpack(["dicom3tools"], work / "dicom3tools", hint)
    return {"PATH": os.pathsep.join((str(root / "bin"), os.environ["PATH"]))}


def tables(work: Path) -> dict[str, str]:
    """Return where the tables of the standard lie."""
    folder = work / "highdicom"
    if not (folder / "highdicom").exists():
        pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        command = [
            *pip,
            "--no-deps",
            "--only-binary",
            ":all:",
            "--target",
            str(folder),
            "highdicom",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NotInstalled(f"highdicom: {done.stderr.strip().splitlines()[-1]}")
    return {TABLES: str(folder / "highdicom" / "_standard")}


def main() -> int:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    parser = argparse.ArgumentParser(description="A command with the judges at hand.")
    parser.add_argument("--work", type=Path, default=Path(cache) / "openvalve" / "judges")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    work = given.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    environment = dict(os.environ)
    for judge in (dciodvfy, tables):
        try:
            environment |= judge(work)
        except NotInstalled as error:
            print(f"judge not here: {error}", file=sys.stderr)
    return subprocess.run(given.command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
