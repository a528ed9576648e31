"""The exception tree: codes, exit codes and what the messages say."""

import pytest

from openvalve.errors import (
    FileError,
    InputError,
    InputItem,
    MissingExtraError,
    OpenValveError,
    SolverError,
)


def test_input_error_lists_every_item() -> None:
    items = [
        InputItem(key="balloon[0].diameter_mm", got="90 mm", allowed="2 to 40 mm"),
        InputItem(key="sex", got="'x'", allowed="female or male"),
    ]
    error = InputError(items, hint="see the guide")
    assert str(error).splitlines() == [
        "balloon[0].diameter_mm: got 90 mm, allowed 2 to 40 mm",
        "sex: got 'x', allowed female or male",
    ]
    assert error.items == tuple(items)
    assert error.hint == "see the guide"


def test_solver_error_says_when() -> None:
    error = SolverError("lost", time_s=1.2345, state={"lv": 3.0})
    assert str(error) == "lost at 1.234 s" or str(error) == "lost at 1.235 s"
    assert error.state == {"lv": 3.0}


def test_solver_error_without_a_clock() -> None:
    error = SolverError("not finite", state={})
    assert str(error) == "not finite"
    assert error.time_s is None


def test_missing_extra_says_what_to_install() -> None:
    error = MissingExtraError("report", "the HTML report")
    assert "report" in str(error)
    assert error.hint == "pip install 'openvalve[report]'"


@pytest.mark.parametrize(
    ("error", "code", "exit_code"),
    [
        (InputError([]), "input", 2),
        (SolverError("x", state={}), "solver", 3),
        (FileError("x", hint="y"), "file", 4),
        (MissingExtraError("a", "b"), "missing_extra", 2),
    ],
)
def test_codes(error: OpenValveError, code: str, exit_code: int) -> None:
    assert isinstance(error, OpenValveError)
    assert (error.code, error.exit_code) == (code, exit_code)
