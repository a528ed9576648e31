"""The small commands: help, version, schemas, the balloon list."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.toml"))


def openvalve(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "openvalve", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_console_script_is_the_same_command() -> None:
    script = Path(sys.executable).with_name("openvalve")
    done = subprocess.run([script, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == openvalve("--version").stdout


@pytest.mark.parametrize(
    "command", ["plan", "validate", "record", "analyze", "bench", "schema", "balloons"]
)
def test_every_command_has_help(command: str) -> None:
    done = openvalve(command, "--help")
    assert done.returncode == 0
    assert f"openvalve {command}" in done.stdout


def test_examples_meet_the_patient_schema() -> None:
    schema = json.loads(openvalve("schema", "patient").stdout)
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    assert EXAMPLES
    for path in EXAMPLES:
        validator.validate(tomllib.loads(path.read_text(encoding="utf-8")))


def test_balloons_as_json() -> None:
    done = openvalve("balloons", "--json")
    balloons = json.loads(done.stdout)["balloons"]
    assert done.stdout.count("\n") == 1
    assert len(balloons) > 50
    inoue = [b for b in balloons if b["kind"] == "inoue"]
    assert all(20 <= b["diameter_mm"] <= 32 for b in inoue)
    assert all(b["source"] for b in balloons)


def test_balloons_as_a_table() -> None:
    lines = openvalve("balloons").stdout.splitlines()
    assert any("Inoue" in line for line in lines)


def test_closed_pipe_is_quiet() -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "openvalve", "balloons"]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert done.returncode == 0
    assert done.stderr == ""
