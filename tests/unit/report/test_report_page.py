"""The page is self-contained, valid, escaped, the same every time, and says what it is."""

import functools
import itertools
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType

from openvalve.report import write_report

LABEL = "Research and education. Not a medical device."
VOID = {"meta", "input", "br", "img", "link", "hr", "col", "wbr", "path", "rect", "circle"}


class Reader(HTMLParser):
    """Collects tags with attributes, checks nesting, and keeps the visible text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.stack: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.stack and self.stack[-1] == tag, (tag, self.stack[-4:])
            self.stack.pop()

    def handle_data(self, data: str) -> None:
        if self.stack and self.stack[-1] != "style":
            self.texts.append(data)


@functools.cache
def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    assert not reader.stack
    return reader


def test_every_tag_is_closed_and_it_begins_as_html(page: str) -> None:
    read(page)
    assert page.lstrip().startswith("<!doctype html>")


def test_loads_nothing_from_outside(page: str) -> None:
    for tag, attrs in read(page).tags:
        assert tag not in {"script", "link", "img", "iframe", "object", "embed"}
        assert not any(name.startswith("on") for name in attrs)
        assert "src" not in attrs and "srcset" not in attrs
        for name in ("href", "xlink:href"):
            if name in attrs:
                assert (attrs[name] or "").startswith("#")
    assert not re.search(r"@import|url\((?!#)|https?:", page)


def test_label_stands_first_and_last(page: str) -> None:
    texts = [t.strip() for t in read(page).texts if t.strip()]
    body = texts[1:]  # after the title of the document
    assert body[0] == LABEL
    assert body[-1] == LABEL
    assert LABEL in page[page.index("@media print") :]


def test_every_balloon_is_on_the_page(page_of: Callable[[str], str]) -> None:
    text = " ".join(read(page_of("mock_plan")).texts)
    for label in ("2 x 18 mm side by side", "15 + 18 mm side by side", "18 + 20 mm side by side"):
        assert text.count(label) >= 4  # panels, tabs, tables
    text = " ".join(read(page_of("mock_aortic_plan")).texts)
    assert all(f"True Dilatation {size} mm" in text for size in (16, 18, 20, 22, 24))


def test_hostile_texts_stay_texts(page_of: Callable[[str], str]) -> None:
    page = page_of("mock_hostile_plan")
    assert "<script" not in page.lower()
    reader = read(page)
    assert '<script>alert("x")</script>' in "".join(reader.texts)
    assert all(tag != "script" for tag, _ in reader.tags)


def test_no_number_is_printed_that_is_none(page: str) -> None:
    text = " ".join(read(page).texts)
    assert not re.search(r"\b(nan|inf|None|True|False|undefined)\b(?! Dilatation)", text)
    assert "nan" not in re.sub(r"[A-Za-z]*[b-zB-Z]nan[A-Za-z]*", "", text).lower()


def test_ids_are_unique_and_every_reference_is_met(page: str) -> None:
    tags = read(page).tags
    counted = Counter(attrs["id"] for _, attrs in tags if attrs.get("id"))
    assert not [name for name, n in counted.items() if n > 1]
    wanted: set[str] = set(re.findall(r"url\(#([^)]+)\)", page))
    for _, attrs in tags:
        wanted.update((attrs.get("aria-labelledby") or "").split())
        if attrs.get("for"):
            wanted.add(str(attrs["for"]))
        target = attrs.get("href")
        if target:
            wanted.add(target.removeprefix("#"))
    assert wanted <= set(counted)


def test_drawings_are_valid_and_told_in_words(page: str) -> None:
    drawings = re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL)
    assert len(drawings) > 8
    for drawing in drawings:
        root = ET.fromstring(drawing)
        if root.get("role") == "img":
            title, words = root.find("title"), root.find("desc")
            assert title is not None and title.text
            assert words is not None and words.text
        else:
            assert root.get("aria-hidden") == "true"
        assert "nan" not in drawing.lower().replace("nance", "")


def test_drawings_use_only_colors_of_the_page(page: str) -> None:
    for drawing in re.findall(r'<svg[^>]*role="img".*?</svg>', page, flags=re.DOTALL):
        painted = re.findall(r"(?:fill|stroke): ([^;\"]+)", drawing)
        assert painted
        assert not [p for p in painted if not p.startswith("var(--") and p != "none"]


def test_headings_descend_one_step_at_a_time(page: str) -> None:
    levels = [int(tag[1]) for tag, _ in read(page).tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))


def test_tables_have_scoped_headers_and_the_page_a_language(page: str) -> None:
    tags = read(page).tags
    assert ("html", {"lang": "en"}) in tags
    assert all(attrs.get("scope") in {"row", "col"} for tag, attrs in tags if tag == "th")
    assert any(tag == "meta" and attrs.get("name") == "viewport" for tag, attrs in tags)
    names = [a["name"] for t, a in tags if t == "input"]
    assert len(set(names)) == 1


def test_one_balloon_is_shown_at_first_and_each_can_be(page_of: Callable[[str], str]) -> None:
    page = page_of("mock_aortic_plan")
    inputs = [a for t, a in read(page).tags if t == "input"]
    assert [("checked" in a) for a in inputs] == [True, False, False, False, False]
    for i in range(5):
        assert f"#pick-{i}:checked ~ .panes > .pane-{i}" in page


def test_numbers_stand_as_the_document_has_them(page_of: Callable[[str], str]) -> None:
    """Median, band and before of one balloon, written out by hand from the made-up document."""
    text = re.sub(r"\s+", " ", " ".join(read(page_of("mock_plan")).texts))
    assert "2.12 [1.74–2.50]" in text
    assert "before 0.90" in text
    assert "Very severe stenosis (ACC/AHA 2020)" in text
    assert "27-year-old woman · 26 weeks pregnant · sinus rhythm" in text
    assert "RV end-diastolic 3.3 → 7.4" in text  # smallest change, key in words


def test_after_hours_and_basis_are_told_apart(page_of: Callable[[str], str]) -> None:
    text = " ".join(read(page_of("mock_plan")).texts)
    for words in ("After hours", "cohort", "mechanics", "30 days", "Where the risks come from"):
        assert words in text


def test_wording_gives_no_advice(page_of: Callable[[str], str]) -> None:
    text = " ".join(read(page_of("mock_plan")).texts).lower()
    for word in ("recommend", "should", "must", "best balloon", "we suggest", "choose "):
        assert word not in text


def test_page_is_small(page: str) -> None:
    assert len(page.encode()) < 1_500_000


def test_a_warning_that_is_a_conflict_is_shown_once(mock: ModuleType, tmp_path: Path) -> None:
    document = mock.mock_document()
    document["warnings"] = [document["conflicts"][0]["message"], "la_mean_mmhg: something else"]
    page = write_report(mock.MockPlan(document=document), tmp_path).read_text(encoding="utf-8")
    assert page.count("the other numbers fit") == 1
    assert "LA mean: something else" in page
