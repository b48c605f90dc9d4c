"""The needs a company wants to hear, as a TOML file of its own: names, key phrases, seed phrases, examples.

``Taxonomy.load(path)`` reads and checks a file, ``Taxonomy.from_dict(content)`` the same content from a form, and
``taxonomy.as_toml()`` writes what both read. What is wrong is told all at once, as :class:`TaxonomyError`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

from .checks import FAMILIES, KINDS, SERVQUAL, TEXTS, TaxonomyError, problems_of

STATED: Final = ("unmet", "met", "wished")

__all__ = ["FAMILIES", "SERVQUAL", "STATED", "Need", "Taxonomy", "TaxonomyError"]


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

    def as_dict(self) -> dict[str, Any]:
        """The section of this need in a taxonomy file."""
        section: dict[str, Any] = {name: getattr(self, name) for name in TEXTS}
        lists = {"seeds": self.seeds, **{name: self.phrases_of(kind) for name, kind in KINDS.items()}}
        lists |= {"examples_for": self.examples_for, "examples_against": self.examples_against}
        return section | {name: list(values) for name, values in lists.items() if values}

    def phrases_of(self, kind: str) -> tuple[str, ...]:
        """Its key phrases of one kind."""
        return tuple(phrase for phrase, its in self.phrases if its == kind)


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
    def load(cls, path: Path) -> Taxonomy:
        """A company's own taxonomy. Raises :class:`TaxonomyError` with everything that is wrong with it."""
        return cls.from_toml(path.read_text(encoding="utf-8"))

    @classmethod
    def from_toml(cls, text: str) -> Taxonomy:
        """Read and check the text of a taxonomy file; errors as :meth:`load`."""
        try:
            content = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise TaxonomyError([f"this is not TOML: {error}"]) from None
        return cls.from_dict(content)

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Taxonomy:
        """Check the content of a taxonomy file, as plain dicts, lists, strings and numbers; errors as :meth:`load`."""
        problems = problems_of(content)
        if problems:
            raise TaxonomyError(problems)
        needs = {key: _need(key, section) for key, section in content["needs"].items()}
        return cls(content["key"], content["version"], needs)

    def as_dict(self) -> dict[str, Any]:
        """The content of a file that reads as this taxonomy."""
        return {
            "key": self.key,
            "version": self.version,
            "needs": {need.key: need.as_dict() for need in self.needs.values()},
        }

    def as_toml(self) -> str:
        """The text of a file that reads as this taxonomy; comments of the file it came from are not kept."""
        lines = [f"key = {_quoted(self.key)}", f"version = {self.version}"]
        for need in self.needs.values():
            lines += ["", f"[needs.{need.key}]"]
            for name, value in need.as_dict().items():
                if isinstance(value, str):
                    lines.append(f"{name} = {_quoted(value)}")
                else:
                    lines += [f"{name} = [", *(f"  {_quoted(one)}," for one in value), "]"]
        return "\n".join(lines) + "\n"


def _need(key: str, section: Mapping[str, Any]) -> Need:
    phrases = tuple((phrase, kind) for name, kind in KINDS.items() for phrase in section.get(name, ()))
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


def _quoted(text: str) -> str:
    """A basic string of TOML."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
