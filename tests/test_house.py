"""The lock, the Makefile and what they promise on a fresh machine."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PYTHONS = ("3.11.0", "3.11.7", "3.12.1", "3.13.0")


def _environment(version: str) -> dict[str, str]:
    return {
        "python_version": version.rpartition(".")[0],
        "python_full_version": version,
        "sys_platform": "linux",
        "platform_system": "Linux",
        "os_name": "posix",
        "platform_machine": "x86_64",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
    }


def _locked() -> list[tuple[Requirement, str]]:
    """Return each requirement with the text of its block."""
    blocks = re.split(r"\n(?=[A-Za-z0-9])", LOCK)
    return [(Requirement(b.split("\\")[0].strip()), b) for b in blocks if b.strip()]


def _wanted() -> list[Requirement]:
    project = PROJECT["project"]
    extras = project["optional-dependencies"]
    lines = [*project["dependencies"], *extras["report"], *PROJECT["dependency-groups"]["dev"]]
    return [Requirement(line) for line in lines]


def test_every_package_is_hashed() -> None:
    assert all("--hash=sha256:" in block for _, block in _locked())


def test_lock_names_no_place() -> None:
    assert not re.search(r"https?:|//|index-url|find-links|\.org|\.io", LOCK)


@pytest.mark.parametrize("version", PYTHONS)
def test_lock_holds_all_that_is_needed_once(version: str) -> None:
    environment = _environment(version)
    active: dict[str, list[str]] = {}
    for requirement, _ in _locked():
        if requirement.marker is None or requirement.marker.evaluate(environment):
            pin = next(iter(requirement.specifier)).version
            active.setdefault(canonicalize_name(requirement.name), []).append(pin)
    assert not {name: pins for name, pins in active.items() if len(pins) != 1}
    for requirement in _wanted():
        pin = active[canonicalize_name(requirement.name)][0]
        assert requirement.specifier.contains(pin), requirement


def test_lower_bounds_only() -> None:
    for requirement in _wanted():
        assert {s.operator for s in requirement.specifier} == {">="}, requirement


def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "house"
    (folder / ".ci").mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "venv", folder / ".ci" / "venv")
    shutil.copy(ROOT / "Makefile", folder)
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / "requirements.lock").write_text(
        f"openvalve-no-such-package==1 --hash=sha256:{'0' * 64}\n", encoding="utf-8"
    )
    return folder


def _make(folder: Path, python: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "venv", f"PYTHON={python}"],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "PIP_NO_INDEX": "1", "MAKEFLAGS": ""},
        check=False,
    )


def _script(tmp_path: Path, text: str) -> str:
    path = tmp_path / "python-of-the-test"
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="no make")


@needs_make
def test_missing_python_is_said(tmp_path: Path) -> None:
    done = _make(_folder(tmp_path), "python-that-is-not-there")
    assert done.returncode != 0
    assert "error: python-that-is-not-there is not installed" in done.stderr
    assert "apt-get install python3 python3-venv" in done.stderr


@needs_make
def test_old_python_is_said(tmp_path: Path) -> None:
    old = _script(
        tmp_path, 'case "$2" in *print*) echo 3.9;; *"sys.exit"*) exit 1;; *) exit 0;; esac'
    )
    done = _make(_folder(tmp_path), old)
    assert done.returncode != 0
    assert "is Python 3.9, 3.11 or newer is needed" in done.stderr
    assert "PYTHON=python3.11" in done.stderr


@needs_make
def test_missing_venv_is_said(tmp_path: Path) -> None:
    bare = _script(
        tmp_path, f'case "$2" in *ensurepip*) exit 1;; *) exec {sys.executable} "$@";; esac'
    )
    done = _make(_folder(tmp_path), bare)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert done.returncode != 0
    assert "has no venv with pip" in done.stderr
    assert f"python{version}-venv" in done.stderr
    assert not (tmp_path / "house" / ".venv").exists()


@needs_make
def test_half_made_venv_does_not_stay(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    left_over = folder / ".venv" / "bin"
    left_over.mkdir(parents=True)
    (left_over / "python").symlink_to(sys.executable)
    done = _make(folder, sys.executable)
    assert done.returncode != 0
    assert "error: .venv could not be made" in done.stderr
    assert not (folder / ".venv").exists()


def test_make_has_the_promised_targets() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("demo", "test", "check", "bench", "validate"):
        assert re.search(rf"^{target}: venv$", text, re.MULTILINE), target


def test_ci_runs_what_the_readme_says() -> None:
    text = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "make check" in text
    assert "make test" in text
    assert "set -eu" in text


# Written so that this file does not name what it looks for.
PLACES_OF_ONE_MACHINE = ["/wo" + "rk/", "/ro" + "ot/", "../sh" + "ared", "pypi." + "org"]


def _sources() -> list[Path]:
    folders = ("src", "tests", "docs", "examples", "benchmarks", ".ci")
    kinds = {".py", ".toml", ".md", ".csv", ".yml", ".j2", ".css", ".json", ".bib", ""}
    found = [p for f in folders for p in (ROOT / f).rglob("*") if p.is_file()]
    found += [p for p in ROOT.iterdir() if p.is_file()]
    return [p for p in found if p.suffix in kinds and p.name != ".coverage"]


def test_nothing_needs_one_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {place}"
        for path in _sources()
        for place in PLACES_OF_ONE_MACHINE
        if "__pycache__" not in path.parts
        and place in path.read_text(encoding="utf-8", errors="replace")
    ]
    assert not found


def test_license_is_apache() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert PROJECT["project"]["license"] == "Apache-2.0"
