"""The documents say what is so: settings, words and commands are complete, links lead somewhere."""

import importlib.metadata
import re
from dataclasses import fields
from pathlib import Path

import pytest

from portal import tables
from portal.settings import Settings
from tests.architecture.sources import ROOT, capabilities

README = ROOT / "README.md"
GLOSSARY = ROOT / "docs" / "glossary.md"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
MAKE = re.compile(r"(?:^ {4}|`)make ([a-z][a-z0-9-]*)", re.MULTILINE)
HOST = re.compile(r"://|index-url|find-links|(^| )-f ", re.MULTILINE)
VERSION = re.compile(r"^## (\d+\.\d+\.\d+)", re.MULTILINE)


SHOWN = {"": "empty", "True": "`yes`", "False": "`no`"}


def rows(text: str) -> dict[str, list[str]]:
    """The rows of all tables, by their first cell."""
    lines = [line.strip().strip("|") for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.split("|")] for line in lines]
    return {row[0]: row[1:] for row in cells}


def spoken(model: str) -> str:
    """`ConsentEntry` is looked up as `consent entry`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", model).lower()


def test_the_readme_has_every_setting_with_its_default_and_what_it_does() -> None:
    table = rows(README.read_text())
    wanted = {
        f"`CANDOUR_{item.name.upper()}`": [SHOWN.get(str(item.default), f"`{item.default}`"), item.metadata["text"]]
        for item in fields(Settings)
    }
    assert {name: table.get(name) for name in wanted} == wanted


def test_no_setting_is_described_that_does_not_exist() -> None:
    known = {f"CANDOUR_{item.name.upper()}" for item in fields(Settings)}
    text = README.read_text() + (ROOT / "docs" / "operations.md").read_text()
    assert set(re.findall(r"\bCANDOUR_[A-Z_]+[A-Z]\b", text)) - known == set()


def test_the_architecture_page_places_every_capability() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    assert [folder.name for folder in capabilities() if not re.search(rf"\b{folder.name}\b", text)] == []


def test_the_glossary_explains_every_thing_that_is_kept() -> None:
    explained = {word.lower() for word in rows(GLOSSARY.read_text())}
    kept = sorted(spoken(mapper.class_.__name__) for mapper in tables.Base.registry.mappers)
    assert len(kept) > 1
    assert [word for word in kept if word not in explained] == []


def test_the_glossary_is_in_the_order_of_the_alphabet() -> None:
    words = [word.lower() for word in rows(GLOSSARY.read_text())][2:]
    assert words == sorted(words)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    broken = [link for link in LINK.findall(document.read_text()) if not (document.parent / link).exists()]
    assert broken == []


def test_every_make_command_that_is_mentioned_exists() -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    texts = [path.read_text() for path in DOCUMENTS]
    mentioned = {target for text in texts for target in MAKE.findall(text)}
    assert {"demo", "test"} <= mentioned
    assert mentioned - targets == set()


def test_the_version_installed_is_the_newest_of_the_changelog() -> None:
    assert VERSION.findall((ROOT / "CHANGELOG.md").read_text())[0] == importlib.metadata.version("candour")


def test_the_locks_name_no_host() -> None:
    locks = sorted((ROOT / "requirements").glob("*.txt"))
    assert [lock.stem for lock in locks] == ["bench", "dev", "e2e", "run", "uv"]
    assert [
        lock.name for lock in locks if re.search(r"://|index-url|find-links|(^| )-f ", lock.read_text(), re.M)
    ] == []


def test_every_locked_package_has_hashes() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        entries = re.split(r"\n(?=\S)", lock.read_text().strip())
        assert entries
        assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_licence_is_the_one_the_package_names() -> None:
    assert "Apache License" in (ROOT / "LICENSE").read_text()
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text()
