"""What every test relies on: fixed seeds, no display, and figures that are told, not judged."""

import os
from collections.abc import Callable

import hypothesis
import pytest

os.environ.setdefault("MPLBACKEND", "Agg")

hypothesis.settings.register_profile("openvalve", deadline=None, derandomize=True)
hypothesis.settings.load_profile("openvalve")


@pytest.fixture
def record_property(
    record_property: Callable[[str, object], None],
) -> Callable[[str, object], None]:
    """Record text: numbers of NumPy cannot travel between the processes of pytest-xdist."""
    return lambda name, value: record_property(name, str(value))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests measured with ``record_property``, such as the time of ``--help``."""
    for report in terminalreporter.stats.get("passed", []):
        for name, value in report.user_properties:
            terminalreporter.write_line(f"measured: {name} = {value}")
