"""Which phrases begin with a word, and what must follow: a sentence is searched without trying most of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Final, NamedTuple, Protocol

from .phrases import LEAST, Phrase, end_of
from .words import Word


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


class Head:
    """The phrases that may begin with one word, by what must follow, so that most are never tried.

    ``seconds`` holds them by their second word, ``begun`` by the first letters of it when that is not spelled out;
    all of these are at most ``reach`` words away. ``alone`` are those for which nothing must follow.
    """

    __slots__ = ("alone", "begun", "reach", "renames", "seconds", "words")

    def __init__(self) -> None:
        self.alone: list[tuple[Phrase, int]] = []
        self.seconds: dict[str, list[_Ranked]] = {}
        self.words = self.seconds.keys()
        self.begun: dict[str, list[_Ranked]] = {}
        self.reach = 0
        self.renames = False

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
        self.renames = self.renames or phrase.known_as is not None
        for step in phrase.seconds:
            for word in step.exact if phrase.known_as is None else _known(step.exact, phrase.known_as):
                self.seconds.setdefault(word, []).append(ranked)
            for letters in {prefix[:LEAST] for prefix in step.prefixes}:
                self.begun.setdefault(letters, []).append(ranked)

    def meet(self, key: str) -> None:
        """Learn of a word that may follow."""
        begun = self.begun.get(key[:LEAST], ())
        fits = [ranked for ranked in begun if any(key.startswith(step.prefixes) for step in ranked[0].seconds)]
        if fits:
            self.seconds.setdefault(key, []).extend(fits)

    def rename(self, key: str, name: str) -> None:
        """Learn of a word that some books know under another name."""
        fits = [ranked for ranked in self.seconds.get(name, ()) if ranked[0].known_as is not None]
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


def _known(words: Iterable[str], known_as: Mapping[str, str]) -> list[str]:
    """Those of the words that are known as themselves: no other is ever found as it is spelled."""
    return [word for word in words if known_as[word] == word]


class Book(Protocol):
    """Phrases, and the names under which they know words."""

    @property
    def known_as(self) -> Mapping[str, str] | None:
        """The name of each word, when that is not the word itself."""

    def beginning_with(self, key: str) -> list[Phrase]:
        """The phrases that may begin with a word."""


class Heads(dict[str, Head | None]):
    """For every word met so far, the phrases of some books that may begin with it; most words begin none.

    Of these books, one may know words under other names.
    """

    def __init__(self, books: Sequence[Book]) -> None:
        super().__init__()
        self._books = books
        self._open: dict[str, list[Head]] = {}
        self._names = next((book.known_as for book in books if book.known_as is not None), None)
        self._renamed: dict[str, str] = {}
        self._renaming: list[Head] = []

    def __missing__(self, key: str) -> Head | None:
        head = Head()
        for book in self._books:
            for rank, phrase in enumerate(book.beginning_with(key)):
                head.add(phrase, rank)
        self._introduce(head)
        found = self[key] = head if head.alone or head.reach else None
        for one in list(self._open.get(key[:LEAST], ())):
            one.meet(key)
        if self._names is not None and self._names[key] != key:
            name = self._renamed[key] = self._names[key]
            for one in list(self._renaming):
                one.rename(key, name)
        return found

    def _introduce(self, head: Head) -> None:
        """Let a head know the words met so far that its phrases do not spell out."""
        # In this order, so that of two threads one at least sees what the other does; to meet a word twice is no harm.
        if head.begun:
            for letters in head.begun:
                self._open.setdefault(letters, []).append(head)
            for met in list(self):
                head.meet(met)
        if head.renames:
            self._renaming.append(head)
            for met, name in list(self._renamed.items()):
                head.rename(met, name)

    def search(self, words: Sequence[Word], keys: list[str]) -> list[tuple[object, Match]]:
        """Every phrase in the words of one sentence with its book, in order."""
        found: list[tuple[object, Match]] = []
        # Every word is to be met before any of them is looked for behind another.
        for at, head in enumerate(list(map(self.__getitem__, keys))):
            if head is None:
                continue
            following = keys[at + 1 : at + 1 + head.reach]
            hits = [] if head.words.isdisjoint(following) else head.fitting(keys, at, following)
            if head.alone:
                hits += [(rank, phrase, end) for phrase, rank in head.alone if (end := end_of(phrase, keys, at))]
            if len(hits) > 1:
                hits.sort(key=_RANK)
            for _, phrase, end in hits:
                found.append((phrase.book, _match((phrase.label, phrase.text, words[at][1], words[end - 1][2]))))
        return found


_RANK: Final = itemgetter(0)
_match: Final = partial(tuple.__new__, Match)
