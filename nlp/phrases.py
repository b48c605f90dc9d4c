"""One phrase of a list: its small language, as :mod:`nlp.phrasebook` tells it, and whether it fits where it begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .words import words_of

_GAP: Final = 3
LEAST: Final = 3
"""Letters that a beginning must have when a phrase begins with it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One word of a phrase: exact spellings, beginnings, how many words may come before, may it be missing."""

    exact: frozenset[str]
    prefixes: tuple[str, ...]
    gap: int
    optional: bool


@dataclass(frozen=True, slots=True, eq=False)
class Phrase:
    """A phrase and the book it stands in.

    ``seconds`` are the steps one of which must follow the first; none when the first word alone may be enough.
    ``known_as`` tells under which name its book knows each word, when that is not the word itself.
    """

    book: object
    label: str
    text: str
    steps: tuple[Step, ...]
    following: tuple[Step, ...]
    seconds: tuple[Step, ...]
    at_start: bool
    at_end: bool
    known_as: Mapping[str, str] | None


def end_of(phrase: Phrase, keys: list[str], at: int) -> int:
    """The place after the last word of a phrase that may begin at word ``at``; 0 when it does not fit.

    Its first step is known to fit.
    """
    if at and phrase.at_start:
        return 0
    if phrase.known_as is not None:
        keys = list(map(phrase.known_as.__getitem__, keys))
    place = at + 1
    for step in phrase.following:
        for place_tried, key in enumerate(keys[place : place + step.gap + 1], place):
            if key in step.exact or (step.prefixes and key.startswith(step.prefixes)):
                place = place_tried + 1
                break
        else:
            if not step.optional:
                return 0
    return place if not phrase.at_end or place == len(keys) else 0


def parsed(book: object, label: str, text: str, known_as: Mapping[str, str] | None = None) -> Phrase:
    """A phrase of a book. Raises ``ValueError`` when it has no first word to look for."""
    steps: list[Step] = []
    gap = 0
    pieces = text.split()
    for piece in pieces:
        if piece in ("^", "$"):
            continue
        if piece.startswith("~"):
            gap = int(piece[1:] or _GAP)
            continue
        steps.append(_step(piece, gap))
        gap = 0
    if not steps or steps[0].optional or any(len(prefix) < LEAST for prefix in steps[0].prefixes):
        raise ValueError(f"a phrase needs a first word of its own (three letters before a *): {text!r}")
    following = tuple(steps[1:])
    at_start, at_end = pieces[0] == "^", pieces[-1] == "$"
    return Phrase(book, label, text, tuple(steps), following, _seconds(following), at_start, at_end, known_as)


def _seconds(following: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps up to the first that may not be missing, when each can be told by its word or its first letters."""
    for count, step in enumerate(following, 1):
        if any(len(prefix) < LEAST for prefix in step.prefixes):
            return ()
        if not step.optional:
            return following[:count]
    return ()


def _step(piece: str, gap: int) -> Step:
    optional = piece.endswith("?")
    exact: set[str] = set()
    prefixes: list[str] = []
    for option in piece.rstrip("?").split("|"):
        if option.endswith("*"):
            prefixes.append(option[:-1])
        else:
            keys = [word.key for word in words_of(option)]
            if len(keys) != 1:
                raise ValueError(f"not one word: {option!r}")
            exact.add(keys[0])
    return Step(frozenset(exact), tuple(prefixes), gap, optional)
