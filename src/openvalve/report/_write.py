"""Write the page beside its final name, then rename: no half-written report."""

import functools
import importlib.util
import os
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openvalve.errors import FileError, MissingExtraError
from openvalve.report._page import page_context
from openvalve.report._panes import PlanLike
from openvalve.report._sources import anchor, cite

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["check_extra", "place_page", "read_part", "write_report"]

NAME = "report.html"


def check_extra() -> None:
    for package in ("jinja2", "matplotlib"):
        if importlib.util.find_spec(package) is None:
            raise MissingExtraError("report", "the HTML report")


@functools.cache
def _template() -> "Template":
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined)
    environment.filters.update(cite=cite, anchor=anchor)
    return environment.from_string(read_part("page.html.j2"))


def read_part(name: str) -> str:
    return (files("openvalve.report") / name).read_text(encoding="utf-8")


def _render(context: dict[str, Any]) -> str:
    from markupsafe import Markup

    return _template().render(**context, style=Markup(read_part("style.css")))  # our own file


def write_report(plan: PlanLike, out_dir: Path | str) -> Path:
    """Write a plan as one self-contained page, ``report.html``.

    Parameters
    ----------
    plan : what ``openvalve.planning.make_plan`` returns; what its document lacks is not shown.
    out_dir : folder, made when it is not there.

    Returns
    -------
    Path of the page. The same plan gives the same bytes.

    Raises
    ------
    MissingExtraError : jinja2 or matplotlib is not installed.
    FileError : the folder or the page cannot be written.
    """
    check_extra()
    return place_page(_render(page_context(plan)), Path(out_dir) / NAME)


def place_page(page: str, target: Path) -> Path:
    """Write a page beside its final place, then rename it.

    Raises
    ------
    FileError : the folder or the page cannot be written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(prefix=".report-", suffix=".html", dir=target.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(page)
            Path(beside).chmod(0o644)
            Path(beside).replace(target)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise FileError(f"{target}: cannot be written ({error.strerror})") from error
    return target
