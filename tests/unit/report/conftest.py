"""The made-up plans of ``mock_plan.py``, loaded by path (import mode importlib)."""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from openvalve.report import write_report

HERE = Path(__file__).parent
PLANS = ("mock_plan", "mock_aortic_plan", "mock_hostile_plan")


def _load() -> ModuleType:
    name = "openvalve_report_mock_plan"
    spec = importlib.util.spec_from_file_location(name, HERE / "mock_plan.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def mock() -> ModuleType:
    return _load()


@pytest.fixture(scope="session")
def page_of(mock: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Return the page of one of the made-up plans, written once."""
    made: dict[str, str] = {}

    def page(name: str) -> str:
        if name not in made:
            target = write_report(getattr(mock, name)(), tmp_path_factory.mktemp(name))
            made[name] = target.read_text(encoding="utf-8")
        return made[name]

    return page


@pytest.fixture(params=PLANS)
def page(request: pytest.FixtureRequest, page_of: Callable[[str], str]) -> str:
    text: str = page_of(request.param)
    return text
