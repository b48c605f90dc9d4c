"""Stage 4: sentences and words with their offsets. TextBlob's own splitters need corpora, so these are ours."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from operator import attrgetter
from typing import Final, NamedTuple

_WORD = re.compile(r"[^\W_]+(?:['&][^\W_]+)*")
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


class Sentence(NamedTuple):
    """One sentence of the masked text with its words; ``start`` and ``end`` are offsets into that text."""

    text: str
    start: int
    end: int
    words: tuple[Word, ...]

    @property
    def is_question(self) -> bool:
        """Whether it ends as a question."""
        return self.text.rstrip(" \"')]!.").endswith(("?", "？"))


def words_of(text: str, offset: int = 0) -> tuple[Word, ...]:
    """The words of ``text`` with offsets moved by ``offset``."""
    words = [_word((_KEYS[match[0]], offset + match.start(), offset + match.end())) for match in _WORD.finditer(text)]
    return tuple(_joined(words) if _NOT in text.lower() else words)


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
    sentences: list[Sentence] = []
    at = 0
    for match in _END.finditer(text):
        mark = match.start() + 1
        if text[mark - 1] == "." and _ABBREVIATION.search(text, max(0, mark - 8), mark):
            continue
        _add(sentences, text, at, match.end())
        at = match.end()
    _add(sentences, text, at, len(text))
    return tuple(sentences)


def _add(sentences: list[Sentence], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        first = start + piece.index(stripped)
        sentences.append(Sentence(stripped, first, first + len(stripped), words_of(stripped, first)))


def clauses_of(sentence: Sentence) -> list[Sentence]:
    """The parts of a sentence between commas and contrasting or joining words, as sentences of their own."""
    cuts = [0, *(match.start() for match in _CLAUSE.finditer(sentence.text) if match.start()), len(sentence.text)]
    if len(cuts) == 2:
        return [sentence]
    parts = [part for start, end in pairwise(cuts) if (part := _part(sentence, start, end)) is not None]
    return parts if len(parts) > 1 else [sentence]


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
