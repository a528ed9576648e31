"""Progress speaks after two seconds, and only then."""

import io
import sys
import time

import pytest

from openvalve.cli import _progress
from openvalve.cli._progress import ProgressLine


class Terminal(io.StringIO):
    """A stderr that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_quiet_when_quick(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressLine() as progress:
        for step in range(10):
            progress("fit", step / 10)
    assert capsys.readouterr() == ("", "")


def test_lines_in_a_log(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(_progress.time, "monotonic", lambda: now[0])
    with ProgressLine() as progress:
        progress("fit", 0.0)
        now[0] += 3.0
        progress("fit", 0.25)
        now[0] += 1.0
        progress("fit", 0.5)
        now[0] += 5.0
        progress("balloons", 0.1)
        now[0] += 6.0
        progress("balloons", 0.3)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "fit: 25 %, about 9 s left",
        "balloons: 10 %",
        "balloons: 30 %, about 21 s left",
    ]


def test_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(_progress, "PATIENCE_S", 0.01)
    monkeypatch.setenv("TERM", "xterm")
    with ProgressLine() as progress:
        progress("fit", 0.0)
        deadline = time.monotonic() + 5.0
        while "fit" not in terminal.getvalue() and time.monotonic() < deadline:
            time.sleep(0.02)
        progress("balloons", 0.5)
    assert "fit" in terminal.getvalue()
