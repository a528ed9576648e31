"""``openvalve validate circulation``, as a user starts it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


def openvalve(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "openvalve", "validate", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_rows_and_summary() -> None:
    text = openvalve("circulation", "--rows", "C4.gorlin")
    assert text.returncode == 0, text.stderr
    *lines, last = text.stdout.splitlines()
    summary = json.loads(last)
    assert summary["checks"] == 3
    assert 0.0 <= summary["passed_frac"] <= 1.0
    assert sum(line.startswith("C4.gorlin") for line in lines) == 3
    machine = openvalve("circulation", "--rows", "C4.gorlin", "--json")
    assert machine.stdout.count("\n") == 1
    document = json.loads(machine.stdout)
    assert {key: document[key] for key in summary} == summary
    for row in document["rows"]:
        assert {"id", "expected", "got", "tolerance", "source", "passed"} <= set(row)


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (("everything",), "WHAT"),
        (("circulation", "--rows", "X1"), "only"),
        (("circulation", "--patients", "0"), "--patients"),
        (("circulation", "--cases", "mine.toml"), "table"),
    ],
)
def test_wrong_use_is_refused(arguments: tuple[str, ...], key: str, tmp_path: Path) -> None:
    done = openvalve(*arguments, "--json")
    assert done.returncode == 2
    assert [item["key"] for item in json.loads(done.stdout)["error"]["items"]] == [key]
