"""Where numbers come from: source ids in a text, and the citations behind them."""

import csv
import functools
import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from openvalve.report._view import Document, rows_of

if TYPE_CHECKING:
    from markupsafe import Markup

__all__ = ["anchor", "cite", "cited"]

TABLE = ("validation", "data", "sources.csv")  # the evidence the package ships
MEMORY = "from memory, not checked in a text"
_ID = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+")
_MEMORY = re.compile(r"\[(?:mem|memory|K)\]|^(?:mem|memory)$|(?<=, )mem$")


@functools.cache
def _citations() -> Mapping[str, str]:
    """Return source id to citation for every source of the shipped evidence."""
    table = files("openvalve").joinpath(*TABLE)
    if not table.is_file():
        return {}
    rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    return {row["source_id"]: _citation(row) for row in rows}


def _citation(row: Mapping[str, str]) -> str:
    parts = [row.get(k) or "" for k in ("first_author", "title", "journal", "year")]
    text = ". ".join(p.strip().rstrip(".") for p in parts if p.strip())
    identifier = re.sub(r"https?://(?:dx\.)?(?:doi\.org/)?", "", row.get("doi_or_pmid") or "")
    seen = row.get("seen") or ""
    return (
        f"{text}."
        + (f" {identifier}." if identifier else "")
        + (f" [{seen}]" if seen and seen != "read" else "")
    )


def _source_texts(value: Any, *, inside: bool = False) -> Iterator[str]:
    """Yield every text below a key that names a source or a guideline."""
    if isinstance(value, str):
        if inside:
            yield value
    elif isinstance(value, Mapping):
        for key, entry in value.items():
            yield from _source_texts(entry, inside=key in ("source", "guideline"))
    elif isinstance(value, list | tuple):
        for entry in value:
            yield from _source_texts(entry, inside=inside)


def cited(document: Document) -> dict[str, str]:
    """Return id to citation of what the document rests on: its own list, then the shipped one."""
    own = {
        str(row.get("id") or ""): str(row.get("citation") or "")
        for row in rows_of(document.get("sources"))
    }
    known = _citations()
    used = {name for text in _source_texts(document) for name in _ID.findall(text)}
    found = {name: known[name] for name in sorted(used) if name in known}
    return {**found, **{name: text for name, text in own.items() if name}}


def anchor(name: str) -> str:
    """Return the place of a source on the page."""
    return "source-" + re.sub(r"\W+", "-", name)


def cite(text: str, sources: Mapping[str, str]) -> "Markup":
    """Return a text, escaped, whose source ids link to their citations.

    Marks of memory are put into words; ids may break at their underscores.
    """
    from markupsafe import Markup, escape

    found: list[Markup] = []
    end = 0
    for match in re.finditer(f"{_MEMORY.pattern}|{_ID.pattern}", text):
        found.append(escape(text[end : match.start()]))
        name = match.group()
        shown = Markup("_<wbr>").join(name.split("_"))
        if _MEMORY.match(name):
            found.append(Markup(f"({MEMORY})" if name.startswith("[") else MEMORY))
        elif name in sources:
            found.append(Markup('<a href="#{}">{}</a>').format(anchor(name), shown))
        else:
            found.append(shown)
        end = match.end()
    found.append(escape(text[end:]))
    return Markup("").join(found)
