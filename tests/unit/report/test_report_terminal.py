"""The table on the terminal: short, within 100 columns, without the report extra."""

import io
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from rich.console import Console

from openvalve.report import terminal_table


def _print(plan: object, width: int = 100) -> str:
    console = Console(width=width, file=io.StringIO(), force_terminal=False)
    console.print(terminal_table(plan))  # type: ignore[arg-type]
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize("name", ["mock_plan", "mock_aortic_plan", "mock_hostile_plan"])
def test_fits_100_columns_and_says_what_it_is(mock: ModuleType, name: str) -> None:
    text = _print(getattr(mock, name)())
    assert max(len(line.rstrip()) for line in text.splitlines()) <= 100
    assert "Not a medical device." in text
    assert not re.search(r"\b(nan|None|inf)\b", text)
    assert len(text.splitlines()) < 30


def test_numbers_of_each_balloon(mock: ModuleType) -> None:
    text = _print(mock.mock_plan())
    row = next(line for line in text.splitlines() if "15 + 18 mm" in line)
    assert "1.82 [1.50–2.15]" in row
    assert "9.8 [8.0–11.5]" in row
    assert "3.0" in row and "77" in row
    assert "before 0.90" in text
    assert "off by more than 2 SD (RV end-diastolic)" in text
    assert "1 conflicting value;" in text


def test_markup_of_the_patient_is_not_markup(mock: ModuleType) -> None:
    document = mock.mock_document()
    document["patient"] = "[bold red]x[/]\x1b[31m"
    assert "[bold red]x[/]" in _print(mock.MockPlan(document=document))
    assert "\x1b" not in _print(mock.MockPlan(document=document))


def test_empty_plan_prints(mock: ModuleType) -> None:
    assert "unnamed patient" in _print(mock.MockPlan(document={}))


def test_needs_no_report_extra() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        "sys.modules['matplotlib'] = None; sys.modules['jinja2'] = None;"
        "from mock_plan import MockPlan, mock_document;"
        "from rich.console import Console; from openvalve.report import terminal_table;"
        "Console().print(terminal_table(MockPlan(document=mock_document())))"
    )
    here = str(Path(__file__).parent)
    subprocess.run([sys.executable, "-B", "-c", code, here], check=True, capture_output=True)
