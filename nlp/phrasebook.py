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
from functools import partial
from operator import itemgetter
from typing import Final, NamedTuple

from .phrases import LEAST, Phrase, Step, end_of, parsed
from .vectors import is_stop
from .words import Sentence, Word

_REMEMBERED: Final = 50_000
"""Words of which a book remembers what they may begin, so that no flood of new words fills the memory."""
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


_Ranked = tuple[Phrase, int, int, bool]
"""A phrase, its rank among those that begin with the same word, how many words may lie before its second one, and
whether it is whole with that one, wherever it stands."""
_Hit = tuple[int, Phrase, int]
"""The rank of a phrase found, the phrase, and the place after its last word."""
_LATER: Final = 10_000
"""Added to the rank of a phrase whose second word is one of a few spellings, once and for each word before that."""


class _Head:
    """The phrases that may begin with one word, by what must follow, so that most are never tried.

    ``seconds`` holds them by their second word, ``begun`` by the first letters of it when that is not spelled out;
    all of these are at most ``reach`` words away. ``alone`` are those for which nothing must follow.
    """

    __slots__ = ("alone", "begun", "reach", "seconds", "words")

    def __init__(self) -> None:
        self.alone: list[tuple[Phrase, int]] = []
        self.seconds: dict[str, list[_Ranked]] = {}
        self.words = self.seconds.keys()
        self.begun: dict[str, list[_Ranked]] = {}
        self.reach = 0

    def add(self, phrase: Phrase, rank: int) -> None:
        """Take in a phrase; of those that are found, the ones with lower ranks come first."""
        if not phrase.seconds:
            self.alone.append((phrase, rank))
            return
        gap = max(step.gap for step in phrase.seconds)
        is_whole = len(phrase.following) == 1 and not phrase.at_start and not phrase.at_end
        later = _LATER * (not phrase.steps[1].optional and not phrase.steps[1].prefixes)
        ranked = phrase, rank + later, gap, is_whole
        self.reach = max(self.reach, gap + 1)
        for step in phrase.seconds:
            for word in step.exact:
                self.seconds.setdefault(word, []).append(ranked)
            for letters in {prefix[:LEAST] for prefix in step.prefixes}:
                self.begun.setdefault(letters, []).append(ranked)

    def meet(self, key: str) -> None:
        """Learn of a word that may follow."""
        begun = self.begun.get(key[:LEAST], ())
        fits = [ranked for ranked in begun if any(key.startswith(step.prefixes) for step in ranked[0].seconds)]
        if fits:
            self.seconds.setdefault(key, []).extend(fits)

    def fitting(self, keys: list[str], at: int, following: Sequence[str]) -> list[_Hit]:
        """The phrases that fit here, whose second word is near enough among the words that follow, each once."""
        hits, met, seconds = list[_Hit](), set[Phrase](), self.seconds
        for away, key in enumerate(following):
            for phrase, rank, gap, is_whole in seconds.get(key, ()):
                if away <= gap and phrase not in met:
                    met.add(phrase)
                    end = at + away + 2 if is_whole else end_of(phrase, keys, at)
                    if end:
                        hits.append((rank + away * _LATER if rank >= _LATER else rank, phrase, end))
        return hits


class _Heads(dict[str, _Head | None]):
    """For every word met so far, the phrases of some books that may begin with it; most words begin none."""

    def __init__(self, books: Sequence[PhraseBook]) -> None:
        super().__init__()
        self._books = books
        self._open: dict[str, list[_Head]] = {}

    def __missing__(self, key: str) -> _Head | None:
        head = _Head()
        for book in self._books:
            for rank, phrase in enumerate(book.beginning_with(key)):
                head.add(phrase, rank)
        # In this order, so that of two threads one at least sees what the other does; to meet a word twice is no harm.
        if head.begun:
            for letters in head.begun:
                self._open.setdefault(letters, []).append(head)
            for met in list(self):
                head.meet(met)
        found = self[key] = head if head.alone or head.reach else None
        for one in list(self._open.get(key[:LEAST], ())):
            one.meet(key)
        return found

    def search(self, words: Sequence[Word], keys: list[str]) -> list[tuple[object, Match]]:
        """Every phrase in the words of one sentence with its book, in order."""
        found: list[tuple[object, Match]] = []
        # Every word is to be met before any of them is looked for behind another.
        for at, head in enumerate(list(map(self.__getitem__, keys))):
            if head is None:
                continue
            following = keys[at + 1 : at + 1 + head.reach]
            if not head.words.isdisjoint(following):
                hits = head.fitting(keys, at, following)
                if head.alone:
                    hits += [(rank, phrase, end) for phrase, rank in head.alone if (end := end_of(phrase, keys, at))]
            elif head.alone:
                hits = [(rank, phrase, end) for phrase, rank in head.alone if (end := end_of(phrase, keys, at))]
            else:
                continue
            if len(hits) > 1:
                hits.sort(key=_RANK)
            for _, phrase, end in hits:
                found.append((phrase.book, _match((phrase.label, phrase.text, words[at][1], words[end - 1][2]))))
        return found


_RANK: Final = itemgetter(0)
_match: Final = partial(tuple.__new__, Match)


class _Quiet(set[str]):
    """The words met so far that are the rarest word of no phrase: a sentence of nothing else holds no phrase."""

    def __init__(self) -> None:
        super().__init__()
        self.met: set[str] = set()
        self._words: set[str] = set()
        self._beginnings: set[str] = set()

    def add_phrase(self, phrase: Phrase) -> None:
        """Take one step of a phrase, the one that is met least often, for its sign."""
        rarest = min((step for step in phrase.steps if _can_be_sign(step)), key=_frequency)
        self._words |= rarest.exact
        self._beginnings |= {prefix[:LEAST] for prefix in rarest.prefixes}
        self.clear()
        self.met.clear()

    def meet(self, keys: Sequence[str]) -> None:
        """Learn which of these words are quiet."""
        if len(self.met) >= _REMEMBERED:
            self.met.clear()
            self.clear()
        self.met.update(keys)
        self.update(key for key in keys if key not in self._words and key[:LEAST] not in self._beginnings)


class PhraseBook:
    """Phrases by label. Add once, then look up as often as you like."""

    __slots__ = ("_by_prefix", "_by_word", "_heads", "_quiet", "_runs")

    def __init__(self) -> None:
        self._quiet = _Quiet()
        self._by_word: dict[str, list[Phrase]] = {}
        self._by_prefix: dict[str, list[Phrase]] = {}
        self._heads = _Heads([self])
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
        phrase = parsed(self, label, text)
        self._heads = _Heads([self])
        self._quiet.add_phrase(phrase)
        for word in phrase.steps[0].exact:
            self._by_word.setdefault(word, []).append(phrase)
        for start in {prefix[:LEAST] for prefix in phrase.steps[0].prefixes}:
            self._by_prefix.setdefault(start, []).append(phrase)

    def beginning_with(self, key: str) -> list[Phrase]:
        """The phrases that may begin with a word."""
        prefixed = self._by_prefix.get(key[:LEAST], ())
        phrases = [phrase for phrase in prefixed if key.startswith(phrase.steps[0].prefixes)]
        return phrases + [phrase for phrase in self._by_word.get(key, ()) if phrase not in phrases]

    def find(self, words: Sequence[Word], keys: list[str] | None = None) -> list[Match]:
        """Every phrase in the words of one sentence, in order; with ``keys`` as if these were the keys of the words."""
        keys = keys or [word[0] for word in words]
        # A third of all searches end here, at a tenth of the cost of looking at each word.
        if self._quiet.issuperset(keys):
            return []
        if not self._quiet.met.issuperset(keys):
            self._quiet.meet(keys)
        if len(self._heads) >= _REMEMBERED:
            self._heads = _Heads([self])
        return [match for _, match in self._heads.search(words, keys)]

    def find_in(self, sentence: Sentence) -> Sequence[Match]:
        """As :meth:`find`; when the book stood on a shelf with which the sentence was searched, it was found there."""
        found = sentence.phrases.get(self)
        return self.find(sentence.words, sentence.keys) if found is None else found

    def find_runs(self, text: str) -> list[Match]:
        """Every phrase of scripts without spaces in the whole text."""
        found: list[Match] = []
        for run, label in self._runs:
            at = text.find(run)
            while at >= 0:
                found.append(Match(label, run, at, at + len(run)))
                at = text.find(run, at + len(run))
        return found


class Shelf:
    """Several books that are searched in one pass, so that each word of a sentence is looked up once for all."""

    __slots__ = ("_books", "_heads", "_nothing")

    def __init__(self, books: Sequence[PhraseBook]) -> None:
        self._books = books
        self._heads = _Heads(books)
        self._nothing: dict[object, Sequence[Match]] = dict.fromkeys(books, ())

    def find(self, sentence: Sentence) -> None:
        """Search one sentence, which then knows what each of the books has found in it."""
        if len(self._heads) >= _REMEMBERED:
            self._heads = _Heads(self._books)
        found = sentence.phrases = self._nothing.copy()
        for book, match in self._heads.search(sentence.words, sentence.keys):
            found[book] = [*found[book], match]


def _can_be_sign(step: Step) -> bool:
    return not step.optional and all(len(prefix) >= LEAST for prefix in step.prefixes)


def _frequency(step: Step) -> int:
    """Roughly how often a word fits a step, compared with other steps."""
    return sum(_FREQUENT if word in _COMMON or is_stop(word) else 1 for word in step.exact) + 2 * len(step.prefixes)
