"""Source ids become links to citations; marks of memory become words; all is escaped."""

import re
from types import ModuleType

from openvalve.report._sources import anchor, cite, cited

SOURCES = {"palacios_1995": "Palacios IF. Follow-up. Circulation. 1995."}


def test_known_ids_link_and_others_stay() -> None:
    text = str(cite("palacios_1995; who_2007 (n 88)", SOURCES))
    assert text == '<a href="#source-palacios_1995">palacios_<wbr>1995</a>; who_<wbr>2007 (n 88)'


def test_memory_is_said_in_words() -> None:
    words = "from memory, not checked in a text"
    assert str(cite("mem", {})) == words
    assert str(cite("adult mean [memory]", {})) == f"adult mean ({words})"
    assert str(cite("procedure.md section 6, mem", {})) == f"procedure.md section 6, {words}"
    assert "memory" not in str(cite("members of a family", {}))


def test_text_around_is_escaped() -> None:
    text = str(cite("<b>palacios_1995</b>", SOURCES))
    assert text.startswith("&lt;b&gt;") and text.endswith("&lt;/b&gt;")
    assert re.fullmatch(r"source-[\w-]+", anchor('a "b" <c>'))


def test_citations_come_from_the_shipped_table() -> None:
    """Palacios et al., Circulation 1995, is in the evidence and is named by the document."""
    document = {"options": [{"risk": {"death": {"source": "palacios_1995, nobody_1900"}}}]}
    found = cited(document)
    assert set(found) == {"palacios_1995"}
    assert "Palacios" in found["palacios_1995"] and "1995" in found["palacios_1995"]
    assert "http" not in found["palacios_1995"]


def test_the_documents_own_list_goes_first() -> None:
    document = {
        "alternatives": [{"source": "palacios_1995"}],
        "sources": [{"id": "palacios_1995", "citation": "mine"}, {"id": "x", "citation": "other"}],
    }
    assert cited(document) == {"palacios_1995": "mine", "x": "other"}


def test_page_lists_what_it_cites(mock: ModuleType) -> None:
    found = cited(mock.mock_document())
    assert {"palacios_1995", "nhlbi_bmc_1992", "iung_1996"} <= set(found)
