"""The kernel cache: it notices a changed leaf, and works where nothing can be written."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import openvalve
from openvalve import _kernels
from openvalve._kernels import KERNEL_ROOMS, LEAFLET_ROOMS, cache_directory, sources_hash
from openvalve.heart import reference_heart, simulate

PACKAGE = Path(openvalve.__file__).parent
# One short beat; prints something that every chamber and valve has a hand in.
SCRIPT = """
from openvalve.heart import reference_heart, simulate
run = simulate(reference_heart(bsa_m2=1.8, rate_bpm=200.0), beats=1, record_beats=1)
print(repr(float(run.recording["LV"].sum())))
"""


def copy_of_the_package(tmp_path: Path) -> Path:
    """Only what a heart needs, so that the copy is small."""
    root = tmp_path / "src"
    target = root / "openvalve"
    target.mkdir(parents=True)
    for name in ("__init__.py", "_kernels.py", "units.py", "errors.py"):
        shutil.copy2(PACKAGE / name, target / name)
    for room in ("recording", "circulation", "rhythm", "heart"):
        shutil.copytree(PACKAGE / room, target / room, ignore=shutil.ignore_patterns("__pycache__"))
    return root


def run(root: Path, cache: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("NUMBA")}
    environment |= {"PYTHONPATH": str(root), "OPENVALVE_CACHE_DIR": str(cache), "NUMBA_OPT": "1"}
    return subprocess.run(
        [sys.executable, *flags, "-c", SCRIPT],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1, (path, old)
    path.write_text(text.replace(old, new))


def test_an_edited_leaf_is_seen_by_a_fresh_process(tmp_path):
    root, cache = copy_of_the_package(tmp_path), tmp_path / "cache"
    first, again = run(root, cache), run(root, cache)
    assert again.stdout == first.stdout
    assert first.stderr == ""
    assert len(list(cache.glob("kernels-*"))) == 1
    compiled = list(cache.rglob("*.nbc"))
    assert compiled, "nothing was cached"

    # The driver's own file stays as it is; only a leaf in another room changes.
    leaf = root / "openvalve/circulation/_step.py"
    edit(leaf, "return resting + activation * systolic", "return resting + 1.5")
    changed = run(root, cache)
    assert float(changed.stdout) != pytest.approx(float(first.stdout), rel=1e-3)
    assert len(list(cache.glob("kernels-*"))) == 2


def test_a_constant_of_the_units_is_part_of_the_kernels(tmp_path):
    root = copy_of_the_package(tmp_path)
    before = sources_hash(root / "openvalve")
    edit(root / "openvalve/units.py", "DENSITY_BLOOD_G_ML = 1.06", "DENSITY_BLOOD_G_ML = 1.05")
    assert sources_hash(root / "openvalve") != before


@pytest.mark.parametrize("room", KERNEL_ROOMS + LEAFLET_ROOMS)
def test_every_kernel_room_counts_for_its_own_drivers(tmp_path, room):
    root = tmp_path / "openvalve"
    for name in KERNEL_ROOMS + LEAFLET_ROOMS:
        (root / name).mkdir(parents=True, exist_ok=True)
        (root / name / "_leaf.py").write_text("x = 1\n")
    (root / "_kernels.py").write_text("")
    (root / "units.py").write_text("")
    mine, other = (KERNEL_ROOMS, LEAFLET_ROOMS)[:: 1 if room in KERNEL_ROOMS else -1]
    before = sources_hash(root, mine), sources_hash(root, other)
    (root / room / "_leaf.py").write_text("x = 2\n")
    assert sources_hash(root, mine) != before[0]
    assert sources_hash(root, other) == before[1]


def test_hash_is_short_and_plain():
    assert len(sources_hash()) == 16
    int(sources_hash(), 16)


def test_an_unwritable_cache_warns_once_and_the_heart_still_beats(tmp_path):
    # A file stands where the folder should be; that stops a superuser too.
    blocked = tmp_path / "file"
    blocked.write_text("")
    root = copy_of_the_package(tmp_path)
    bad = run(root, blocked / "cache")
    assert bad.stderr.count("kernels are compiled anew in every process") == 1
    assert "OPENVALVE_CACHE_DIR" in bad.stderr
    here = simulate(reference_heart(bsa_m2=1.8, rate_bpm=200.0), beats=1, record_beats=1)
    assert float(bad.stdout) == pytest.approx(here.recording["LV"].sum(), rel=1e-12)


@pytest.fixture
def fresh_cache_directory():
    cache_directory.cache_clear()
    yield
    cache_directory.cache_clear()


@pytest.mark.usefixtures("fresh_cache_directory")
def test_cache_directory_is_named_for_the_sources(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENVALVE_CACHE_DIR", str(tmp_path))
    folder = cache_directory()
    assert folder == tmp_path / f"kernels-{sources_hash()}"
    assert folder.is_dir()
    assert list(folder.iterdir()) == []


@pytest.mark.usefixtures("fresh_cache_directory")
def test_cache_directory_falls_back_to_the_home(tmp_path, monkeypatch):
    monkeypatch.delenv("OPENVALVE_CACHE_DIR", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = cache_directory()
    assert folder is not None
    assert folder.parent == tmp_path / ".cache" / "openvalve"


@pytest.mark.usefixtures("fresh_cache_directory")
def test_driver_without_a_cache_still_compiles(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("OPENVALVE_CACHE_DIR", str(tmp_path / "file" / "cache"))
    with pytest.warns(RuntimeWarning, match="compiled anew"):
        double = _kernels.driver(_twice)
    assert double(21) == 42


def test_decorating_leaves_the_numba_settings_as_they_were():
    import numba

    before = numba.config.CACHE_DIR
    _kernels.driver(_twice)
    assert before == numba.config.CACHE_DIR


def _twice(x):
    return 2 * x
