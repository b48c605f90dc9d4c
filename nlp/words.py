"""Stage 4: sentences and words with their offsets. TextBlob's own splitters need corpora, so these are ours."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import accumulate, pairwise
from operator import attrgetter
from typing import Any, Final, NamedTuple

_WORD = re.compile(r"([^\W_]+(?:['&][^\W_]+)*)")
_END = re.compile(r"[.!?…][\"')\]]*(?=\s)|[。！？](?:[\"')\]]*(?=\s))?|\n+|;")
_ABBREVIATION = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|st|no|vs|etc|approx|e\.g|i\.e|a\.m|p\.m|inc|ltd)|\b[A-Za-z])\.\Z", re.IGNORECASE
)
_CLAUSE = re.compile(
    r",\s|\s(?:but|although|though|however|while|whereas|except|yet|and then"
    r"|and (?=i |you |the |it |they |we |nobody |no ))",
    re.IGNORECASE,
)
_ONE_SPELLING: Final = {"cannot": "can't"} | {
    word.replace("'", ""): word
    for word in (
        "can't don't won't doesn't didn't isn't wasn't aren't weren't couldn't wouldn't shouldn't haven't "
        "hasn't hadn't "
        "i'm i've i'd you're they're that's there's it'll"
    ).split()
    if word not in ("i'd",)
}
_JOINED_NOT: Final = {
    "can": "can't", "do": "don't", "does": "doesn't", "did": "didn't", "is": "isn't", "was": "wasn't",
    "are": "aren't", "were": "weren't", "could": "couldn't", "would": "wouldn't", "should": "shouldn't",
    "have": "haven't", "has": "hasn't", "had": "hadn't", "will": "won't",
}  # fmt: skip


class Word(NamedTuple):
    """One word: ``key`` is lower case with contractions in one spelling (``cannot``, ``can not`` → ``can't``)."""

    key: str
    start: int
    end: int


_START: Final = attrgetter("start")
_NOT: Final = "not"
_REMEMBERED: Final = 50_000
_word: Final = partial(tuple.__new__, Word)
"""A word from a tuple: a third of what calling the class costs, and there is nothing of which more are made."""


class _Keys(dict[str, str]):
    """The key of every word met so far, by how it was typed."""

    def __missing__(self, typed: str) -> str:
        if len(self) >= _REMEMBERED:
            self.clear()
        lower = typed.lower()
        key = self[typed] = _ONE_SPELLING.get(lower, lower)
        return key


_KEYS: Final = _Keys()


class Sentence:
    """One sentence of the masked text with its words; ``start`` and ``end`` are offsets into that text.

    ``keys`` are those of its words. ``phrases``, ``felt`` and ``suggestion`` are what later stages have found out about
    it, kept so that none of them asks twice.
    """

    __slots__ = ("_clauses", "end", "felt", "is_question", "keys", "phrases", "start", "suggestion", "text", "words")

    def __init__(self, text: str, start: int, end: int, words: tuple[Word, ...]) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.words = words
        self.keys = [word[0] for word in words]
        self.is_question = _asks(text)
        self.phrases: dict[object, Sequence[Any]] = {}
        self.felt: Any = None
        self.suggestion: Any = None
        self._clauses: Sequence[Sentence] | None = None

    @property
    def clauses(self) -> Sequence[Sentence]:
        """The parts between commas and contrasting or joining words, as sentences of their own; itself when one."""
        if self._clauses is None:
            self._clauses = _clauses_of(self)
        return self._clauses or (self,)


def _asks(text: str) -> bool:
    """Whether a sentence ends as a question."""
    return ("?" in text or "？" in text) and text.rstrip(" \"')]!.").endswith(("?", "？"))


def words_of(text: str, offset: int = 0) -> tuple[Word, ...]:
    """The words of ``text`` with offsets moved by ``offset``."""
    words = _words_of(text, offset)
    return tuple(_joined(words) if any(word[0] == _NOT for word in words) else words)


def _words_of(text: str, offset: int) -> list[Word]:
    """Every word as it stands; what lies between words counts only for where the next one is."""
    pieces = _WORD.split(text)
    places = list(accumulate(map(len, pieces), initial=offset))
    return list(map(_word, zip(map(_KEYS.__getitem__, pieces[1::2]), places[1::2], places[2::2], strict=False)))


def _joined(words: Sequence[Word]) -> list[Word]:
    """``can not`` as the one word ``can't``."""
    joined: list[Word] = []
    for word in words:
        if word.key == _NOT and joined and joined[-1].key in _JOINED_NOT:
            before = joined.pop()
            joined.append(Word(_JOINED_NOT[before.key], before.start, word.end))
        else:
            joined.append(word)
    return joined


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text that hold anything but space, in order."""
    words = _words_of(text, 0)  # None goes beyond a sentence.
    starts = [word[1] for word in words]
    sentences: list[Sentence] = []
    low = 0
    for first, last in _pieces(text):
        piece = text[first:last].lstrip()
        if piece:
            start, piece = last - len(piece), piece.rstrip()
            high = bisect_left(starts, last, low)
            sentences.append(_sentence(piece, start, words[low:high]))
            low = high
    return tuple(sentences)


def _sentence(text: str, start: int, words: list[Word]) -> Sentence:
    if _NOT in text.lower():
        words = _joined(words)
    return Sentence(text, start, start + len(text), tuple(words))


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Where the text may be cut into sentences."""
    at = 0
    for match in _END.finditer(text):
        mark = match.start() + 1
        if text[mark - 1] == "." and _ABBREVIATION.search(text, max(0, mark - 8), mark):
            continue
        yield at, match.end()
        at = match.end()
    yield at, len(text)


def _clauses_of(sentence: Sentence) -> Sequence[Sentence]:
    """The clauses of a sentence when it has more than one; a sentence never holds itself, or it would not be freed."""
    text = sentence.text
    cuts = [0, *(match.start() for match in _CLAUSE.finditer(text) if match.start()), len(text)]
    parts = [_part(sentence, start, end) for start, end in pairwise(cuts)] if len(cuts) > 2 else []
    found = [part for part in parts if part is not None]
    return found if len(found) > 1 else ()


def _part(sentence: Sentence, start: int, end: int) -> Sentence | None:
    piece = sentence.text[start:end]
    stripped = piece.strip()
    if not stripped:
        return None
    first = sentence.start + start + piece.index(stripped)
    last = first + len(stripped)
    low = bisect_left(sentence.words, first, key=_START)
    high = bisect_left(sentence.words, last, low, key=_START)
    return Sentence(stripped, first, last, sentence.words[low:high])
