"""What a taxonomy must be like, and what is told when it is not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from nlp.phrasebook import PhraseBook

FAMILIES: Final = ("Value", "Function", "Trust", "Relationship")
SERVQUAL: Final = ("tangibles", "reliability", "responsiveness", "assurance", "empathy")
TEXTS: Final = ("family", "name", "servqual", "gloss")
"""What every need says of itself, in a text each."""
KINDS: Final = {
    "unmet": "unmet", "met": "met", "wished": "wished", "core": "core", "phrases": "about", "hints": "hint",
}  # fmt: skip
"""The lists of key phrases in a file, and what their phrases say."""
_EXAMPLES: Final = ("examples_for", "examples_against")
MOST_NEEDS: Final = 60
MOST_PHRASES: Final = 500
"""Key phrases of one need, all lists together."""
_LONGEST: Final = 1_000
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NAME: Final = re.compile(r"[a-z][a-z0-9_.-]{0,39}")
_SEEDS: Final = (5, 15)


class TaxonomyError(ValueError):
    """A taxonomy that cannot be used; ``problems`` says everything that is wrong with it, a sentence each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


def problems_of(content: Mapping[str, Any]) -> list[str]:
    """Everything that is wrong with the content of a taxonomy file; nothing when it can be used."""
    problems = [f"unknown key {name!r}" for name in content if name not in ("key", "version", "needs")]
    if not _is_text(content.get("key")) or not _NAME.fullmatch(content["key"]):
        problems.append("key must be lower case letters, digits, dots and dashes, as in 'bank.en'")
    version = content.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        problems.append("version must be a whole number from 1")
    needs = content.get("needs")
    if not isinstance(needs, Mapping) or not needs:
        return [*problems, "give at least one need, as [needs.cost]"]
    if len(needs) > MOST_NEEDS:
        problems.append(f"{len(needs)} needs are too many: at most {MOST_NEEDS}")
    for key, section in needs.items():
        problems += [f"need {key}: {problem}" for problem in _of_need(key, section)]
    names = Counter(section.get("name") for section in needs.values() if isinstance(section, Mapping))
    return problems + [f"two needs are named {name!r}" for name, count in names.items() if name and count > 1]


def _of_need(key: str, section: Any) -> Iterator[str]:
    if not _KEY.fullmatch(key):
        yield "its key must be lower case letters, digits and underscores"
    if not isinstance(section, Mapping) or not section:
        yield "it is empty"
        return
    known = {*TEXTS, *KINDS, *_EXAMPLES, "seeds"}
    yield from (f"unknown key {name!r}" for name in section if name not in known)
    for name in TEXTS:
        if not _is_text(section.get(name)):
            yield f"{name} must be a text of one line, 1 to {_LONGEST:,} characters"
    for name, allowed in (("family", FAMILIES), ("servqual", SERVQUAL)):
        if _is_text(section.get(name)) and section[name] not in allowed:
            yield f"{name} must be one of {', '.join(allowed)}"
    yield from _of_lists(section)


def _of_lists(section: Mapping[str, Any]) -> Iterator[str]:
    lists = {name: section.get(name, []) for name in ("seeds", *KINDS, *_EXAMPLES)}
    wrong = [name for name, values in lists.items() if not _is_list_of_texts(values)]
    yield from (f"{name} must be a list of texts of one line, 1 to {_LONGEST:,} characters" for name in wrong)
    good = {name: values for name, values in lists.items() if name not in wrong}
    fewest, most = _SEEDS
    if "seeds" in good and not fewest <= len(good["seeds"]) <= most:
        yield f"give {fewest} to {most} seeds, not {len(good['seeds'])}"
    phrases = [phrase for name in KINDS for phrase in good.get(name, ())]
    if len(phrases) > MOST_PHRASES:
        yield f"{len(phrases)} key phrases are too many: at most {MOST_PHRASES}"
    yield from (f"the key phrase {phrase!r} is there twice" for phrase, count in Counter(phrases).items() if count > 1)
    seeds = Counter(str(seed).strip().lower() for seed in good.get("seeds", ()))
    yield from (f"the seed {seed!r} is there twice" for seed, count in seeds.items() if count > 1)
    yield from _unreadable(phrases)


def _unreadable(phrases: Sequence[str]) -> Iterator[str]:
    book = PhraseBook()
    for phrase in phrases:
        try:
            book.add("", phrase)
        except ValueError as error:
            yield str(error)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= len(value) <= _LONGEST and value.isprintable()


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(_is_text(one) for one in value)
