"""Lists of phrases, as TOML: a section per label, each with ``phrases``. Written by us, read by people."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any


def load(name: str) -> dict[str, Any]:
    """The content of ``nlp/lexicon/NAME.toml``."""
    text = resources.files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def load_phrases(name: str) -> dict[str, list[str]]:
    """The phrases of each section of ``nlp/lexicon/NAME.toml``, by its ``label`` or else by its name."""
    found: dict[str, list[str]] = {}
    for label, section in load(name).items():
        found.setdefault(section.get("label", label), []).extend(section["phrases"])
    return found
