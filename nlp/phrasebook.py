"""Phrases written by people in TOML, found in words with their offsets, fast.

The small language of a phrase, word by word:
``charg*`` any word that begins so · ``a|b`` one of several · ``word?`` may be missing · ``~`` up to three words
between (``~5`` up to five) · ``^`` the sentence begins here · ``$`` it ends here.
Phrases in Chinese, Japanese or Korean are found
as plain runs of characters, since those scripts put no spaces between words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from .phrase_heads import Heads, Match
from .phrases import LEAST, Phrase, Step, parsed
from .vectors import is_stop
from .words import Sentence, Word

__all__ = ["Match", "PhraseBook", "Shelf"]

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

    __slots__ = ("_by_prefix", "_by_word", "_heads", "_quiet", "_runs", "known_as")

    def __init__(self, known_as: Mapping[str, str] | None = None) -> None:
        """With ``known_as``, a word is known under the name that stands there: one name may stand for many forms."""
        self.known_as = known_as
        self._quiet = _Quiet()
        self._by_word: dict[str, list[Phrase]] = {}
        self._by_prefix: dict[str, list[Phrase]] = {}
        self._heads = Heads([self])
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
        phrase = parsed(self, label, text, self.known_as)
        self._heads = Heads([self])
        self._quiet.add_phrase(phrase)
        for word in phrase.steps[0].exact:
            self._by_word.setdefault(word, []).append(phrase)
        for start in {prefix[:LEAST] for prefix in phrase.steps[0].prefixes}:
            self._by_prefix.setdefault(start, []).append(phrase)

    def beginning_with(self, key: str) -> list[Phrase]:
        """The phrases that may begin with a word."""
        key = key if self.known_as is None else self.known_as[key]
        prefixed = self._by_prefix.get(key[:LEAST], ())
        phrases = [phrase for phrase in prefixed if key.startswith(phrase.steps[0].prefixes)]
        return phrases + [phrase for phrase in self._by_word.get(key, ()) if phrase not in phrases]

    def find(self, words: Sequence[Word], keys: list[str] | None = None) -> list[Match]:
        """Every phrase in the words of one sentence, in order; ``keys`` are theirs, when they are at hand."""
        keys = keys or [word[0] for word in words]
        if self.known_as is not None:
            keys = list(map(self.known_as.__getitem__, keys))
        # A third of all searches end here, at a tenth of the cost of looking at each word.
        if self._quiet.issuperset(keys):
            return []
        if not self._quiet.met.issuperset(keys):
            self._quiet.meet(keys)
        if len(self._heads) >= _REMEMBERED:
            self._heads = Heads([self])
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
        self._heads = Heads(books)
        self._nothing: dict[object, Sequence[Match]] = dict.fromkeys(books, ())

    def find(self, sentence: Sentence) -> None:
        """Search one sentence, which then knows what each of the books has found in it."""
        if len(self._heads) >= _REMEMBERED:
            self._heads = Heads(self._books)
        found = sentence.phrases = self._nothing.copy()
        for book, match in self._heads.search(sentence.words, sentence.keys):
            found[book] = [*found[book], match]


def _can_be_sign(step: Step) -> bool:
    return not step.optional and all(len(prefix) >= LEAST for prefix in step.prefixes)


def _frequency(step: Step) -> int:
    """Roughly how often a word fits a step, compared with other steps."""
    return sum(_FREQUENT if word in _COMMON or is_stop(word) else 1 for word in step.exact) + 2 * len(step.prefixes)
