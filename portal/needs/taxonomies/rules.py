"""What follows from two versions of the needs, and from what is wrong with one. Values in, values out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from json import dumps
from typing import Any

from nlp import Need, Taxonomy
from nlp.phrasebook import PhraseBook
from portal.sentences import Sentence

TEXTS = ("name", "gloss", "family", "servqual")
LISTS = ("seeds", "core", "unmet", "met", "wished", "phrases", "hints", "examples_for", "examples_against")
KEY_PHRASES = LISTS[1:7]
FIELDS = (*TEXTS, *LISTS)
"""What a need is made of, in the order it is edited in."""
NO_NEED = ""
"""Fingerprint of a need that is not there."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What differs in one field of a need: two texts, or the entries a list lost and won."""

    field: str
    before: str = ""
    after: str = ""
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NeedChange:
    """What became of one need: `added`, `removed` or `changed`; its fields only for the last."""

    key: str
    name: str
    kind: str
    fields: tuple[FieldChange, ...] = ()


def difference(before: Taxonomy, after: Taxonomy) -> list[NeedChange]:
    """What the second has otherwise than the first: needs removed, changed (renamed among them) and added."""
    changes = []
    for key, need in before.needs.items():
        if key not in after.needs:
            changes.append(NeedChange(key, need.name, "removed"))
        elif fields := _changed_fields(need, after.needs[key]):
            changes.append(NeedChange(key, after.needs[key].name, "changed", fields))
    changes += [NeedChange(key, need.name, "added") for key, need in after.needs.items() if key not in before.needs]
    return changes


def _changed_fields(before: Need, after: Need) -> tuple[FieldChange, ...]:
    old, new = section_of(before), section_of(after)
    found = [FieldChange(name, old[name], new[name]) for name in TEXTS if old[name] != new[name]]
    for name in LISTS:
        removed = tuple(one for one in old[name] if one not in new[name])
        added = tuple(one for one in new[name] if one not in old[name])
        if removed or added:
            found.append(FieldChange(name, removed=removed, added=added))
    return tuple(found)


def section_of(need: Need) -> dict[str, Any]:
    """Every field of a need, lists that are empty too."""
    section = need.as_dict()
    return {name: section.get(name, [] if name in LISTS else "") for name in FIELDS}


def fingerprint_of(need: Need | None) -> str:
    """By which a form knows whether the need it was opened with is still the same."""
    if need is None:
        return NO_NEED
    return sha256(dumps(section_of(need), sort_keys=True).encode()).hexdigest()[:20]


def with_need(taxonomy: Taxonomy, key: str, section: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a file like this one in which the need `key` says `section`; a new one comes last."""
    content = taxonomy.as_dict()
    content["needs"][key] = {name: value for name, value in section.items() if value}
    return content


def problems_by_field(problems: Iterable[str], key: str, section: Mapping[str, Any]) -> dict[str, list[str]]:
    """What is wrong with the need `key`, by the field of its form; what belongs to none stands under `form`."""
    found: dict[str, list[str]] = {}
    told = set()
    for name, phrase, fault in _phrases_that_fail(section):
        told.add(fault)
        found.setdefault(name, []).append(Sentence("“%(phrase)s” is not a phrase we understand.", phrase=phrase))
    for problem in problems:
        text = problem.removeprefix(f"need {key}: ")
        if text not in told:
            found.setdefault(_field_of(text, section), []).append(f"{text[:1].upper()}{text[1:]}.")
    return found


def _phrases_that_fail(section: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Key phrases that cannot be read: the list they stand in, the phrase, what the reader says of it."""
    book = PhraseBook()
    for name in KEY_PHRASES:
        for phrase in section.get(name, ()):
            try:
                book.add("", phrase)
            except ValueError as error:
                yield name, phrase, str(error)


def _field_of(text: str, section: Mapping[str, Any]) -> str:
    """The field a problem speaks of, by how the reader words it."""
    if text.startswith("its key"):
        return "key"
    if text.startswith("two needs are named"):
        return "name"
    first = text.split(" ", 1)[0]
    if first in FIELDS:
        return first
    if text.startswith(("give ", "the seed ")):
        return "seeds"
    places = [name for name in KEY_PHRASES for phrase in section.get(name, ()) if phrase in text]
    return places[-1] if places and text.startswith("the key phrase ") else "form"


@dataclass(frozen=True, slots=True)
class Example:
    """An example that a reader does not take as it was given: `for` must be claimed, `against` must not."""

    text: str
    wanted: bool


def examples_that_fail(need: Need, claimed: Mapping[str, Sequence[str]]) -> list[Example]:
    """Which examples of a need are read otherwise than they say.

    :param claimed: by text, the needs that were claimed in it.
    """
    wanted = [(text, True) for text in need.examples_for] + [(text, False) for text in need.examples_against]
    return [Example(text, is_for) for text, is_for in wanted if (need.key in claimed[text]) is not is_for]


Claimed = Mapping[tuple[str, str], str | None]
"""Claims of one text: by kind and value, how a need stands."""


def changed_claims(before: Claimed, after: Claimed) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The claims that go and those that come, as kind and value; a need that stands otherwise goes and comes."""
    gone = [key for key, state in before.items() if key not in after or after[key] != state]
    new = [key for key, state in after.items() if key not in before or before[key] != state]
    return gone, new
