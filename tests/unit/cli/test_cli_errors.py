"""Every way a command can end: what is printed where, and the exit code."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest

from openvalve.cli import _plan
from openvalve.cli._main import run
from openvalve.cli._output import to_json
from openvalve.errors import FileError, InputError, InputItem, MissingExtraError, SolverError

Raise = Callable[[Exception], None]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Raise:
    """Make ``openvalve plan`` end with an error."""

    def arrange(error: Exception) -> None:
        def run_plan(*_: object, **__: object) -> None:
            raise error

        monkeypatch.setattr(_plan, "run_plan", run_plan)

    return arrange


ERRORS = [
    (InputError([InputItem(key="sex", got="x", allowed="female")], hint="look"), 2, "input"),
    (SolverError("lost", time_s=1.5, state={"lv": 2.0}), 3, "solver"),
    (FileError("disk full"), 4, "file"),
    (MissingExtraError("report", "the page"), 2, "missing_extra"),
    (PermissionError(13, "Permission denied", "plan.json"), 4, "file"),
    (ZeroDivisionError("division by zero"), 3, "internal"),
    (MemoryError(), 3, "internal"),
]


@pytest.mark.parametrize(("error", "exit_code", "code"), ERRORS, ids=lambda v: str(v)[:30])
def test_json_errors_are_one_object_on_one_line(
    error: Exception,
    exit_code: int,
    code: str,
    failing: Raise,
    capsys: pytest.CaptureFixture[str],
) -> None:
    failing(error)
    assert run(["plan", "p.toml", "--out", "o", "--json"]) == exit_code
    out, err = capsys.readouterr()
    assert err == ""
    assert out.count("\n") == 1
    body = json.loads(out)
    assert set(body) == {"error"}
    assert body["error"]["code"] == code
    assert all(set(item) == {"key", "got", "allowed"} for item in body["error"]["items"])


@pytest.mark.parametrize(("error", "exit_code", "code"), ERRORS, ids=lambda v: str(v)[:30])
def test_text_errors_go_to_stderr_without_traceback(
    error: Exception,
    exit_code: int,
    code: str,
    failing: Raise,
    capsys: pytest.CaptureFixture[str],
) -> None:
    failing(error)
    assert run(["plan", "p.toml", "--out", "o"]) == exit_code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert "Traceback" not in err
    assert "\x1b" not in err


def test_hint_follows_error(failing: Raise, capsys: pytest.CaptureFixture[str]) -> None:
    failing(MissingExtraError("report", "the page"))
    run(["plan", "p.toml", "--out", "o"])
    assert capsys.readouterr().err.splitlines() == [
        "error: the page needs the extra 'report'",
        "hint: pip install 'openvalve[report]'",
    ]


@pytest.mark.parametrize("place", [0, 1, 4])
def test_debug_raises_wherever_it_stands(failing: Raise, place: int) -> None:
    failing(ZeroDivisionError())
    arguments = ["plan", "p.toml", "--out", "o"]
    arguments.insert(place, "--debug")
    with pytest.raises(ZeroDivisionError):
        run(arguments)


def test_interrupt_is_quiet(failing: Raise, capsys: pytest.CaptureFixture[str]) -> None:
    failing(KeyboardInterrupt())  # type: ignore[arg-type]
    assert run(["plan", "p.toml", "--out", "o"]) == 130
    assert capsys.readouterr().err == "error: stopped\n"


USAGE = [
    (["nope"], "command", "nope", "plan"),
    (["plan"], "PATIENT", "nothing", "patient file"),
    (["plan", "p.toml"], "--out", "nothing", "folder"),
    (["plan", "p.toml", "--out"], "--out", "nothing", "a value"),
    (["plan", "p.toml", "--out", "o", "--drwas", "3"], "option", "--drwas", "--draws"),
    (["plan", "p.toml", "--out", "o", "--draws", "many"], "--draws", "many", "20 to 20000"),
    (["plan", "p.toml", "--out", "o", "--draws=1.5"], "--draws", "1.5", "whole number"),
    (["plan", "p.toml", "--out", "o", "--draws", "19"], "--draws", "19", "20 to 20000"),
    (["plan", "p.toml", "--out", "o", "--draws", "20001"], "--draws", "20001", "20 to 20000"),
    (["plan", "p.toml", "--out", "o", "--seed", "-1"], "--seed", "-1", "0 to"),
    (["plan", "p.toml", "q.toml", "--out", "o"], "arguments", "q.toml", "PATIENT"),
    (["--nope"], "option", "--nope", "--version"),
    (["schema", "heart"], "NAME", "heart", "patient or plan"),
    (["bench", "heart"], "NAME", "heart", "circulation, mechanics, plan, signals"),
    (["validate", "--evidnce", "x"], "option", "--evidnce", "--evidence"),
]


@pytest.mark.parametrize(("arguments", "key", "got", "allowed"), USAGE, ids=lambda v: str(v)[:40])
def test_wrong_use(
    arguments: list[str], key: str, got: str, allowed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    first, *_ = err.splitlines()
    assert out == ""
    assert first.startswith(f"error: {key}: got {got}, allowed ")
    assert allowed in first


def test_wrong_use_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plan", "p.toml", "--out", "o", "--json", "--drwas", "3"]) == 2
    item = json.loads(capsys.readouterr().out)["error"]["items"][0]
    assert item == {"key": "option", "got": "--drwas", "allowed": "--draws"}


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--help"], [], ["plan", "--help"], ["--version"]):
        assert run(arguments) == 0
    out, err = capsys.readouterr()
    assert "Research and education" in out
    assert "openvalve 0." in out
    assert err == ""


def test_not_finite_results_are_named() -> None:
    document = {"a": [1.0, {"b": math.nan}], "c": math.inf, "d": "NaN"}
    with pytest.raises(SolverError, match=r"a\[1\]\.b, c$"):
        to_json(document)
    assert to_json({"a": [1, 2.5], "b": None}) == '{"a":[1,2.5],"b":null}'


def test_failed_computation_saves_time_and_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import openvalve.planning

    def make_plan(*_: object, **__: object) -> None:
        raise SolverError("lost its volume", time_s=3.25, state={"v_lv": math.nan, "v_la": 40.0})

    monkeypatch.setattr(openvalve.planning, "make_plan", make_plan)
    example = Path(__file__).parents[3] / "examples" / "m_pregnant27_double18.toml"
    assert run(["plan", str(example), "--out", str(tmp_path / "out")]) == 3
    err = capsys.readouterr().err
    saved = tmp_path / "out-failure.json"
    assert "lost its volume at 3.250 s" in err
    assert str(saved) in err
    content = json.loads(saved.read_text(encoding="utf-8"))
    assert content["time_s"] == 3.25
    assert content["state"] == {"v_lv": "nan", "v_la": "40.0"}
    assert [p.name for p in tmp_path.iterdir()] == ["out-failure.json"]


class _Made:
    """As much of a plan as the command touches with ``--json``."""

    document: ClassVar[dict[str, object]] = {"schema": 1, "patient": "x"}


@pytest.fixture
def quick_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    import openvalve.planning

    monkeypatch.setattr(openvalve.planning, "make_plan", lambda *_, **__: _Made())


EXAMPLE = Path(__file__).parents[3] / "examples" / "m_pregnant27_double18.toml"


@pytest.mark.usefixtures("quick_plan")
def test_without_the_report_extra_there_is_a_plan_and_a_hint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import openvalve.report

    def write_report(*_: object) -> None:
        raise MissingExtraError("report", "the HTML report")

    monkeypatch.setattr(openvalve.report, "write_report", write_report)
    assert run(["plan", str(EXAMPLE), "--out", str(tmp_path / "o"), "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == _Made.document
    assert "pip install 'openvalve[report]'" in err
    assert [p.name for p in (tmp_path / "o").iterdir()] == ["plan.json"]


@pytest.mark.usefixtures("quick_plan")
def test_a_report_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import openvalve.report

    def write_report(made: object, folder: Path) -> None:
        (folder / "report.html").write_text("half", encoding="utf-8")
        raise FileError("disk full")

    monkeypatch.setattr(openvalve.report, "write_report", write_report)
    assert run(["plan", str(EXAMPLE), "--out", str(tmp_path / "o")]) == 4
    assert "disk full" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_not_finite_plan_is_a_failed_computation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import openvalve.planning

    class Lost:
        document: ClassVar[dict[str, object]] = {"fit": {"la_mean_mmhg": {"median": math.nan}}}

    monkeypatch.setattr(openvalve.planning, "make_plan", lambda *_, **__: Lost())
    assert run(["plan", str(EXAMPLE), "--out", str(tmp_path / "o"), "--json"]) == 3
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == "solver"
    assert "fit.la_mean_mmhg.median" in error["message"]
    assert [p.name for p in tmp_path.iterdir()] == ["o-failure.json"]
