"""Phrases written by people in TOML, found in words with their offsets, fast.

The small language of a phrase, word by word:
``charg*`` any word that begins so · ``a|b`` one of several · ``word?`` may be missing · ``~`` up to three words
between (``~5`` up to five) · ``^`` the sentence begins here · ``$`` it ends here.
Phrases in Chinese, Japanese or Korean are found
as plain runs of characters, since those scripts put no spaces between words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from .words import Word, words_of

_GAP: Final = 3
_NO_SPACES = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found: what it stands for, and the stretch of text it was found in."""

    label: str
    phrase: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Step:
    """One word of a phrase: exact spellings, beginnings, how many words may come before, may it be missing."""

    exact: frozenset[str]
    prefixes: tuple[str, ...]
    gap: int
    optional: bool

    def fits(self, key: str) -> bool:
        return key in self.exact or (bool(self.prefixes) and key.startswith(self.prefixes))


@dataclass(frozen=True, slots=True)
class _Phrase:
    label: str
    text: str
    steps: tuple[_Step, ...]
    at_start: bool
    at_end: bool


@dataclass(slots=True)
class PhraseBook:
    """Phrases by label. Add once, then look up as often as you like."""

    _by_word: dict[str, list[_Phrase]] = field(default_factory=dict)
    _by_prefix: dict[str, list[_Phrase]] = field(default_factory=dict)
    _runs: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, phrases: dict[str, list[str]]) -> PhraseBook:
        """A book from lists of phrases by label."""
        book = cls()
        for label, texts in phrases.items():
            for text in texts:
                book.add(label, text)
        return book

    def add(self, label: str, text: str) -> None:
        """Teach one phrase. Raises ``ValueError`` when it has no first word to look for."""
        if _NO_SPACES.search(text):
            self._runs.append((text, label))
            return
        phrase = _parsed(label, text)
        first = phrase.steps[0]
        for word in first.exact:
            self._by_word.setdefault(word, []).append(phrase)
        for prefix in first.prefixes:
            self._by_prefix.setdefault(prefix[:3], []).append(phrase)

    def find(self, words: Sequence[Word]) -> list[Match]:
        """Every phrase in the words of one sentence, in order."""
        found: list[Match] = []
        for at, word in enumerate(words):
            for phrase in self._candidates(word.key):
                end = _match(phrase, words, at)
                if end is not None:
                    found.append(Match(phrase.label, phrase.text, word.start, words[end - 1].end))
        return found

    def find_runs(self, text: str) -> list[Match]:
        """Every phrase of scripts without spaces in the whole text."""
        found: list[Match] = []
        for run, label in self._runs:
            at = text.find(run)
            while at >= 0:
                found.append(Match(label, run, at, at + len(run)))
                at = text.find(run, at + len(run))
        return found

    def _candidates(self, key: str) -> Iterable[_Phrase]:
        exact = self._by_word.get(key)
        prefixed = self._by_prefix.get(key[:3])
        if prefixed is None:
            return exact or ()
        fitting = [phrase for phrase in prefixed if key.startswith(phrase.steps[0].prefixes)]
        return fitting if exact is None else [*exact, *fitting]


def _match(phrase: _Phrase, words: Sequence[Word], at: int) -> int | None:
    """Where the phrase that begins at word ``at`` ends, or ``None``. The first step is known to fit."""
    if phrase.at_start and at != 0:
        return None
    place = at + 1
    for step in phrase.steps[1:]:
        for place_tried in range(place, min(len(words), place + step.gap + 1)):
            if step.fits(words[place_tried].key):
                place = place_tried + 1
                break
        else:
            if not step.optional:
                return None
    return None if phrase.at_end and place != len(words) else place


def _parsed(label: str, text: str) -> _Phrase:
    steps: list[_Step] = []
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
    if not steps or steps[0].optional or any(len(prefix) < 3 for prefix in steps[0].prefixes):
        raise ValueError(f"a phrase needs a first word of its own (three letters before a *): {text!r}")
    return _Phrase(label, text, tuple(steps), pieces[0] == "^", pieces[-1] == "$")


def _step(piece: str, gap: int) -> _Step:
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
    return _Step(frozenset(exact), tuple(prefixes), gap, optional)
