"""Phrases written by people in TOML, found in words with their offsets, fast.

The small language of a phrase, word by word:
``charg*`` any word that begins so · ``a|b`` one of several · ``word?`` may be missing · ``~`` up to three words
between (``~5`` up to five) · ``^`` the sentence begins here · ``$`` it ends here.
Phrases in Chinese, Japanese or Korean are found
as plain runs of characters, since those scripts put no spaces between words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from .vectors import is_stop
from .words import Word, words_of

_GAP: Final = 3
_REMEMBERED: Final = 50_000
"""Words of which a book remembers what they may begin, so that no flood of new words fills the memory."""
_LEAST: Final = 3
"""Letters that a beginning must have when a phrase begins with it."""
_FREQUENT: Final = 50
"""How many rare words a frequent one is counted for."""
_COMMON: Final = frozenset(
    "not no never don't can't won't doesn't didn't isn't wasn't all any some more only out up back new time good like "
    "want need use about after again because".split()
)
"""Frequent words beside those that tell no texts apart."""
_NO_SPACES = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class Match(NamedTuple):
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


@dataclass(frozen=True, slots=True, eq=False)
class _Phrase:
    label: str
    text: str
    steps: tuple[_Step, ...]
    following: tuple[_Step, ...]
    at_start: bool
    at_end: bool


class _Head:
    """The phrases that may begin with one word, by what must follow, so that most are never tried.

    ``seconds`` holds those whose second word is one of a few spellings, ``words``, at most ``reach`` words away.
    """

    __slots__ = ("reach", "rest", "seconds", "words")

    def __init__(self) -> None:
        self.rest: list[_Phrase] = []
        self.seconds: dict[str, list[_Phrase]] = {}
        self.words: set[str] = set()
        self.reach = 0

    def add(self, phrase: _Phrase) -> None:
        second = phrase.steps[1] if len(phrase.steps) > 1 else None
        if second is None or second.optional or second.prefixes:
            self.rest.append(phrase)
            return
        self.reach = max(self.reach, second.gap)
        self.words |= second.exact
        for word in second.exact:
            self.seconds.setdefault(word, []).append(phrase)


class _Heads(dict[str, _Head | None]):
    """For every word met so far, the phrases that may begin with it; most words begin none."""

    def __init__(self, by_word: dict[str, list[_Phrase]], by_prefix: dict[str, list[_Phrase]]) -> None:
        super().__init__()
        self._by_word = by_word
        self._by_prefix = by_prefix

    def __missing__(self, key: str) -> _Head | None:
        if len(self) >= _REMEMBERED:
            self.clear()
        prefixed = self._by_prefix.get(key[:3], ())
        phrases = [phrase for phrase in prefixed if key.startswith(phrase.steps[0].prefixes)]
        phrases += [phrase for phrase in self._by_word.get(key, ()) if phrase not in phrases]
        head = _Head() if phrases else None
        for phrase in phrases:
            head.add(phrase)  # type: ignore[union-attr]
        self[key] = head
        return head


class _Quiet(set[str]):
    """The words met so far that are the rarest word of no phrase: a sentence of nothing else holds no phrase."""

    def __init__(self) -> None:
        super().__init__()
        self.met: set[str] = set()
        self._words: set[str] = set()
        self._beginnings: set[str] = set()

    def add_phrase(self, phrase: _Phrase) -> None:
        """Take one step of a phrase, the one that is met least often, for its sign."""
        rarest = min((step for step in phrase.steps if _can_be_sign(step)), key=_frequency)
        self._words |= rarest.exact
        self._beginnings |= {prefix[:_LEAST] for prefix in rarest.prefixes}
        self.clear()
        self.met.clear()

    def meet(self, keys: Sequence[str]) -> None:
        """Learn which of these words are quiet."""
        if len(self.met) >= _REMEMBERED:
            self.met.clear()
            self.clear()
        self.met.update(keys)
        self.update(key for key in keys if key not in self._words and key[:_LEAST] not in self._beginnings)


class PhraseBook:
    """Phrases by label. Add once, then look up as often as you like."""

    __slots__ = ("_by_prefix", "_by_word", "_heads", "_quiet", "_runs")

    def __init__(self) -> None:
        self._quiet = _Quiet()
        self._by_word: dict[str, list[_Phrase]] = {}
        self._by_prefix: dict[str, list[_Phrase]] = {}
        self._heads = _Heads(self._by_word, self._by_prefix)
        self._runs: list[tuple[str, str]] = []

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
        self._heads.clear()
        self._quiet.add_phrase(phrase)
        for word in phrase.steps[0].exact:
            self._by_word.setdefault(word, []).append(phrase)
        for start in {prefix[:3] for prefix in phrase.steps[0].prefixes}:
            self._by_prefix.setdefault(start, []).append(phrase)

    def find(self, words: Sequence[Word], keys: list[str] | None = None) -> list[Match]:
        """Every phrase in the words of one sentence, in order; with ``keys`` as if these were the keys of the words."""
        found: list[Match] = []
        keys = keys or [word[0] for word in words]
        # A third of all searches end here, at a tenth of the cost of looking at each word.
        if self._quiet.issuperset(keys):
            return found
        if not self._quiet.met.issuperset(keys):
            self._quiet.meet(keys)
        for at, head in enumerate(map(self._heads.__getitem__, keys)):
            if head is None:
                continue
            for phrase in head.rest:
                _try(phrase, words, keys, at, found)
            if not head.words.isdisjoint(keys[at + 1 : at + 2 + head.reach]):
                _try_seconds(head, words, keys, at, found)
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


def _can_be_sign(step: _Step) -> bool:
    return not step.optional and all(len(prefix) >= _LEAST for prefix in step.prefixes)


def _frequency(step: _Step) -> int:
    """Roughly how often a word fits a step, compared with other steps."""
    return sum(_FREQUENT if word in _COMMON or is_stop(word) else 1 for word in step.exact) + 2 * len(step.prefixes)


def _try_seconds(head: _Head, words: Sequence[Word], keys: list[str], at: int, found: list[Match]) -> None:
    seconds = head.seconds
    for place, key in enumerate(keys[at + 1 : at + 2 + head.reach], at + 1):
        for phrase in seconds.get(key, ()):
            second = phrase.steps[1]
            # Only the nearest second word counts, and only when it is near enough.
            if place - at - 1 <= second.gap and second.exact.isdisjoint(keys[at + 1 : place]):
                _try(phrase, words, keys, at, found)


def _try(phrase: _Phrase, words: Sequence[Word], keys: list[str], at: int, found: list[Match]) -> None:
    """Put the phrase that may begin at word ``at`` among those found, if it fits. Its first step is known to fit."""
    if phrase.at_start and at != 0:
        return
    place = at + 1
    for step in phrase.following:
        for place_tried, key in enumerate(keys[place : place + step.gap + 1], place):
            if key in step.exact or (step.prefixes and key.startswith(step.prefixes)):
                place = place_tried + 1
                break
        else:
            if not step.optional:
                return
    if not phrase.at_end or place == len(keys):
        found.append(Match(phrase.label, phrase.text, words[at].start, words[place - 1].end))


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
    if not steps or steps[0].optional or any(len(prefix) < _LEAST for prefix in steps[0].prefixes):
        raise ValueError(f"a phrase needs a first word of its own (three letters before a *): {text!r}")
    return _Phrase(label, text, tuple(steps), tuple(steps[1:]), pieces[0] == "^", pieces[-1] == "$")


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
