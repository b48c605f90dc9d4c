"""What the portal says, it says whole in each of its languages."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from tests.architecture.sources import ROOT
from tests.catalogues import keywords

CATALOGUES = sorted((ROOT / "portal" / "translations").glob("*/LC_MESSAGES/messages.po"))
BLANK = re.compile(r"%\(\w+\)[a-z]|%%|\$[a-z_]+")
SPOKEN = [path.parts[-3] for path in CATALOGUES]

Said = str | tuple[str, ...]


def said() -> set[Said]:
    """Every sentence that code and templates hold; one with a plural is a pair."""
    methods = [("**.py", "python"), ("**.html", "jinja2")]
    found: set[Said] = set()
    for folder in ("portal", "templates"):
        for _, _, texts, _, _ in extract_from_dir(ROOT / folder, methods, keywords=keywords()):
            found.add(texts if isinstance(texts, str) else tuple(texts))
    return found


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def texts(value: Said | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def key(message: Message) -> Said:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def test_the_languages_we_speak_are_italian_and_traditional_chinese() -> None:
    assert SPOKEN == ["it", "zh_Hant"]


@pytest.mark.parametrize("path", CATALOGUES, ids=SPOKEN)
def test_nothing_is_left_in_english(path: Path) -> None:
    translated = {
        key(message) for message in read(path) if message.id and not message.fuzzy and all(texts(message.string))
    }
    assert sorted(map(str, said() - translated)) == [], "run `make messages`, then translate what is empty"


@pytest.mark.parametrize("path", CATALOGUES, ids=SPOKEN)
def test_every_blank_of_a_sentence_is_filled_in_its_translation(path: Path) -> None:
    for message in read(path):
        if message.id:
            wanted = [set(BLANK.findall(text)) for text in texts(message.id)]  # of one ("in one day"), then of many
            filled = [set(BLANK.findall(text)) for text in texts(message.string)]
            fitting = all(blanks in wanted for blanks in filled) and filled[-1:] == wanted[-1:]
            assert fitting, f"{message.id!r} → {message.string!r}"


def test_what_the_page_of_promises_points_to_exists() -> None:
    named = re.findall(
        r"`((?:portal|tests|templates|benchmarks|nlp)/[^`]+)`", (ROOT / "docs" / "consent.md").read_text()
    )
    assert len(named) > 50
    assert [path for path in named if not (ROOT / path).exists()] == []
