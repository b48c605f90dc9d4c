"""The needs a company wants to hear, as a TOML file of its own: names, key phrases, seed phrases, examples."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

FAMILIES: Final = ("Value", "Function", "Trust", "Relationship")
SERVQUAL: Final = ("tangibles", "reliability", "responsiveness", "assurance", "empathy")
STATED: Final = ("unmet", "met", "wished")


@dataclass(frozen=True, slots=True)
class Need:
    """One need. ``phrases`` holds ``(phrase, kind)``, kind one of ``core unmet met wished about hint``."""

    key: str
    family: str
    name: str
    gloss: str
    servqual: str
    phrases: tuple[tuple[str, str], ...]
    seeds: tuple[str, ...]
    examples_for: tuple[str, ...]
    examples_against: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """The needs by key, in the order of the file, and the version that every reading names."""

    key: str
    version: int
    needs: Mapping[str, Need]

    @property
    def name(self) -> str:
        """Key and version, as in ``bank.en/1``."""
        return f"{self.key}/{self.version}"

    @classmethod
    def shipped(cls, key: str = "bank.en") -> Taxonomy:
        """A taxonomy that ships with the reader."""
        return cls.from_toml(resources.files(__package__).joinpath(f"{key}.toml").read_text(encoding="utf-8"))

    @classmethod
    def from_file(cls, path: Path) -> Taxonomy:
        """A company's own taxonomy. Raises ``ValueError`` that says what is wrong with it."""
        return cls.from_toml(path.read_text(encoding="utf-8"))

    @classmethod
    def from_toml(cls, text: str) -> Taxonomy:
        """Read and check the text of a taxonomy file."""
        content = tomllib.loads(text)
        needs = {key: _need(key, section) for key, section in content["needs"].items()}
        return cls(str(content["key"]), int(content["version"]), needs)


def _need(key: str, section: dict[str, Any]) -> Need:
    if section["family"] not in FAMILIES:
        raise ValueError(f"need {key}: family must be one of {', '.join(FAMILIES)}")
    if section["servqual"] not in SERVQUAL:
        raise ValueError(f"need {key}: servqual must be one of {', '.join(SERVQUAL)}")
    if not 5 <= len(section["seeds"]) <= 15:
        raise ValueError(f"need {key}: give 5 to 15 seeds, not {len(section['seeds'])}")
    kinds = {**{kind: kind for kind in STATED}, "core": "core", "phrases": "about", "hints": "hint"}
    phrases = tuple((phrase, kinds[kind]) for kind in kinds for phrase in section.get(kind, ()))
    return Need(
        key=key,
        family=section["family"],
        name=section["name"],
        gloss=section["gloss"],
        servqual=section["servqual"],
        phrases=phrases,
        seeds=tuple(section["seeds"]),
        examples_for=tuple(section.get("examples_for", ())),
        examples_against=tuple(section.get("examples_against", ())),
    )
