"""``openvalve validate mechanics`` as a user starts it, on rows that cost nothing."""

import json
import os
import subprocess
import sys

import pytest

from openvalve.cli._validate_mechanics import _free_cores


def openvalve(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "openvalve", "validate", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("more", [(), ("--full",)])
def test_json_is_the_summary_with_its_rows(more: tuple[str, ...]) -> None:
    done = openvalve("mechanics", "--rows", "MB12", "--json", *more)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["gates_passed_frac"] == 1.0
    (row,) = found["rows"]
    assert row["got"] == pytest.approx(24.74, abs=0.01)
    assert {"expected", "tolerance", "source", "mesh_triangles_count", "wall_s", "note"} <= set(row)


def test_text_ends_with_the_summary() -> None:
    done = openvalve("mechanics", "--rows", "MB4")
    assert done.returncode == 0, done.stderr
    *lines, last = done.stdout.splitlines()
    assert json.loads(last)["gates"] == 2
    (ratio,) = [line for line in lines if line.startswith("MB4.ratio")]
    assert "[G]" in ratio
    assert "wall fitted to the small balloon" in ratio  # what stands beside the answer


def test_full_is_refused_elsewhere() -> None:
    done = openvalve("circulation", "--full")
    assert done.returncode == 2
    assert "--full" in done.stderr


def test_cores_that_others_use_are_left_to_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    for load, free in ((0.2, 4), (2.4, 2), (9.0, 1)):
        monkeypatch.setattr(os, "getloadavg", lambda load=load: (load, 0.0, 0.0), raising=False)
        assert _free_cores() == free
    monkeypatch.delattr(os, "getloadavg")
    assert _free_cores() == 4
