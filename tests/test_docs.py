"""What exists is documented, and what is documented exists."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from openvalve.bench import BENCHMARKS
from openvalve.cli._app import app
from openvalve.patient import MEASURED_KEYS, patient_schema
from openvalve.units import unit_of_name

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
TEXT = {p.relative_to(DOCS).as_posix(): p.read_text(encoding="utf-8") for p in PAGES}
COMMANDS: dict[str, Any] = dict(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


class _Loader(yaml.SafeLoader):
    """Reads mkdocs.yml; tags of Python objects are skipped."""


_Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda *_: None)


def _nav() -> list[str]:
    # a subclass of SafeLoader
    config = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), _Loader)

    def pages(node: Any) -> list[str]:
        if isinstance(node, str):
            return [node]
        children = node.values() if isinstance(node, dict) else node
        return [page for child in children for page in pages(child)]

    return pages(config["nav"])


def test_every_page_of_the_nav_exists_and_the_reverse() -> None:
    assert sorted(_nav()) == sorted(TEXT)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented(name: str) -> None:
    page = TEXT["reference/commands.md"]
    assert f"`openvalve {name}" in page
    for parameter in COMMANDS[name].params:
        for option in parameter.opts:
            if option.startswith("--") and option != "--help":
                assert f"`{option}`" in page, option


@pytest.mark.parametrize("option", ["--debug", "--version", "--help"])
def test_every_global_option_is_documented(option: str) -> None:
    assert f"`{option}`" in TEXT["reference/commands.md"]


@pytest.mark.parametrize("name", BENCHMARKS)
def test_every_benchmark_is_documented(name: str) -> None:
    assert f"`openvalve bench {name}`" in TEXT["reference/figures.md"]


def test_every_extra_is_documented() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for extra in project["optional-dependencies"]:
        assert f"| `{extra}` |" in TEXT["guides/install.md"], extra


def test_every_environment_variable_is_documented() -> None:
    sources = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "src").rglob("*.py"))
    for name in set(re.findall(r"environ(?:\.get\(|\[)\s*\"([A-Z_]+)\"", sources)) - {"TERM"}:
        assert name in TEXT["guides/install.md"], name


def test_decisions_are_numbered_and_have_four_parts() -> None:
    records = sorted(p.name for p in (DOCS / "adr").glob("*.md"))
    assert [r[:4] for r in records] == [f"{n:04d}" for n in range(1, len(records) + 1)]
    for record in records:
        text = TEXT[f"adr/{record}"]
        assert text.startswith(f"# {record[:4]} ")
        for part in ("Context", "Decision", "Rejected", "Consequence"):
            assert f"**{part}.**" in text, (record, part)
        assert f"adr/{record}" in _nav()


def test_every_measured_key_is_listed_with_its_range() -> None:
    page = TEXT["reference/patient-file.md"]
    for key, (low, high) in MEASURED_KEYS.items():
        unit = unit_of_name(key)
        label = unit.label if unit else ""
        assert f"| `{key}` | {label} | {low:g} to {high:g} |" in page, key


def test_every_key_of_the_patient_file_is_documented() -> None:
    page, schema = TEXT["reference/patient-file.md"], patient_schema()
    groups = [schema, *(schema["$defs"][n] for n in ("Lesion", "BalloonRequest"))]
    keys = {key for group in groups for key in group["properties"]} - {"lesion", "balloon"}
    assert not {key for key in keys if f"`{key}`" not in page and f"[{key}]" not in page}


def test_every_key_of_a_plan_is_documented() -> None:
    from openvalve.cli._schema import plan_schema

    page, schema = TEXT["reference/plan-json.md"], plan_schema()
    keys = {*schema["required"], *schema["$defs"]["option"]["required"]}
    assert not {key for key in keys if f"`{key}`" not in page}


def test_links_between_pages_hold() -> None:
    for name, text in TEXT.items():
        for target in re.findall(r"\]\(([^)#:]+\.md)", text):
            assert (DOCS / name).parent.joinpath(target).resolve().exists(), (name, target)


def test_code_map_names_real_files() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text[text.index("## Code map") : text.index("Tests mirror this")]
    missing, room = [], ""
    for path in re.findall(r"`([\w./-]+\.[\w.]+)`", table):
        place = path.removeprefix("src/openvalve/")
        room = place.rpartition("/")[0] if "/" in place else room
        package = ROOT / "src" / "openvalve"
        choices = (ROOT / path, package / place, package / room / place)
        if not any(c.exists() for c in choices):
            missing.append(path)
    assert not missing


def test_changelog_keeps_its_form() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert text.startswith("# Changelog")
    assert "keepachangelog.com" in text
    assert "## [Unreleased]" in text
    allowed = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert set(re.findall(r"^### (\w+)", text, re.MULTILINE)) <= allowed


def _cited(text: str) -> set[str]:
    """Return keys such as ``hakki_1981`` in square brackets, marks like ``mem`` left out."""
    inside = re.findall(r"\[([a-z][a-z0-9_, ]*?(?:, (?:mem|memory|K|V|M))?)\]", text)
    return {k for group in inside for k in re.split(r", ?", group) if re.search(r"_\d{4}$", k)}


def test_cited_sources_can_be_found() -> None:
    found = set(re.findall(r"^@\w+\{([^,]+),", (DOCS / "references.bib").read_text("utf-8"), re.M))
    for table in (ROOT / "src").rglob("sources.csv"):
        found |= {line.partition(",")[0] for line in table.read_text("utf-8").splitlines()}
    for path in [*(ROOT / "src").rglob("*.py"), *PAGES]:
        missing = _cited(path.read_text(encoding="utf-8")) - found
        assert not missing, (path.relative_to(ROOT), missing)
