"""Catalogues for tests: every sentence that `make messages` would collect; its translation is itself in brackets."""

import re
import shlex
from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords
from babel.messages.mofile import write_mo

ROOT = Path(__file__).resolve().parents[1]
BRACKETED = re.compile(r"⟦[^⟦⟧]*⟧")


def keywords() -> dict[str, object]:
    """In whose brackets the Makefile looks for words."""
    said_in = re.search(r"^SAID_IN := ((?:.*\\\n)*.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert said_in
    named = [word for word in shlex.split(said_in[1].replace("\\\n", " ")) if word != "-k"]
    return {**DEFAULT_KEYWORDS, **parse_keywords(named)}


def collected(folder: str) -> set[str]:
    """Every sentence that stands in a folder of the repository, as `make messages` collects them."""
    found = extract_from_dir(ROOT / folder, [("**.py", "python"), ("**.html", "jinja2")], keywords=keywords())
    return {text for _, _, texts, _, _ in found for text in ([texts] if isinstance(texts, str) else texts)}


def write(folder: Path, language: str, words: dict[str, str]) -> None:
    """A compiled catalogue with these words."""
    catalogue = Catalog(locale=language)
    for sentence, translation in words.items():
        catalogue.add(sentence, translation)
    place = folder / language / "LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)


def bracketed(sentences: Iterable[str]) -> dict[str, str]:
    """Each sentence in brackets, so that what is outside of all brackets was not translated."""
    return {sentence: f"⟦{sentence}⟧" for sentence in sentences}


def outside(text: str) -> str:
    """What of a text is in no brackets, from the inside out."""
    while BRACKETED.search(text):
        text = BRACKETED.sub("", text)
    return text.strip()
