"""Stage 4: sentences and words with their offsets. TextBlob's own splitters need corpora, so these are ours."""

from __future__ import annotations

import re
import sys
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from operator import attrgetter
from typing import Any, Final, NamedTuple

from .remembering import Remembered

_WORD = re.compile(r"[^\W_]+(?:['&][^\W_]+)*")
_END = re.compile(r"[.!?…。！？\n;](?:(?<=[.!?…])[\"')\]]*(?=\s)|(?<=[。！？])(?:[\"')\]]*(?=\s))?|(?<=\n)\n*|(?<=;))")
"""All ends begin with one of the signs in front: so the search passes over everything else at once."""
_ABBREVIATION = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|st|no|vs|etc|approx|e\.g|i\.e|a\.m|p\.m|inc|ltd)|\b[A-Za-z])\.\Z", re.IGNORECASE
)
_SHORT: Final = ("mr", "mrs", "ms", "dr", "st", "no", "vs", "etc", "approx", ".g", ".e", ".m", "inc", "ltd")
"""How what stands before an abbreviation's full stop ends, unless it is one letter."""
_CLAUSE = re.compile(
    r"[,\s](?:(?<=,)\s|(?<=\s)(?:but|although|though|however|while|whereas|except|yet|and then"
    r"|and (?=i |you |the |it |they |we |nobody |no )))",
    re.IGNORECASE,
)
_PARTING: Final = ("but", "although", "though", "however", "while", "whereas", "except", "yet", "and")
"""How words begin before which a clause may begin."""
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
_word: Final = partial(tuple.__new__, Word)
"""A word from a tuple: a third of what calling the class costs, and there is nothing of which more are made."""


class Sentence:
    """One sentence of the masked text with its words; ``start`` and ``end`` are offsets into that text.

    ``keys`` are those of its words. ``phrases``, ``felt`` and ``suggestion`` are what later stages have found out about
    it, kept so that none of them asks twice.
    """

    __slots__ = ("_clauses", "end", "felt", "is_question", "keys", "phrases", "start", "suggestion", "text", "words")

    def __init__(self, text: str, start: int, end: int, words: tuple[Word, ...], keys: list[str] | None = None) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.words = words
        self.keys = [word[0] for word in words] if keys is None else keys
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
    return tuple(_joined(words) if _NOT in [word[0] for word in words] else words)


def _words_of(text: str, offset: int) -> list[Word]:
    """Every word as it stands; what lies between words counts only for where the next one is."""
    words: list[tuple[str, int, int]] = []
    at, known = offset, _OF_PIECE
    for piece in text.split(" "):
        for key, start, end in known[piece]:
            words.append((key, at + start, at + end))
        at += len(piece) + 1
    return list(map(_word, words))


def _in_piece(piece: str) -> list[tuple[str, int, int]]:
    return [(_key_of(found.group()), found.start(), found.end()) for found in _WORD.finditer(piece)]


def _key_of(typed: str) -> str:
    lower = typed.lower()
    return sys.intern(_ONE_SPELLING.get(lower, lower))


_OF_PIECE: Final = Remembered(_in_piece)
"""The words in a stretch without a space, with their places in it."""


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
    keys = [word[0] for word in words]
    if _NOT in keys:
        return Sentence(text, start, start + len(text), tuple(_joined(words)))
    return Sentence(text, start, start + len(text), tuple(words), keys)


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Where the text may be cut into sentences."""
    at = 0
    for match in _END.finditer(text):
        mark = match.start() + 1
        if text[mark - 1] == "." and _may_shorten(text, mark) and _ABBREVIATION.search(text, max(0, mark - 8), mark):
            continue
        yield at, match.end()
        at = match.end()
    yield at, len(text)


def _may_shorten(text: str, mark: int) -> bool:
    """Whether an abbreviation may end with the full stop before ``mark``: a cheap look before the search for one."""
    if not text.isascii() or mark < 3:
        return True
    before = text[mark - 3]
    is_one_letter = not before.isalnum() and before != "_"
    return is_one_letter or text[max(0, mark - 8) : mark - 1].lower().endswith(_SHORT)


def _clauses_of(sentence: Sentence) -> Sequence[Sentence]:
    """The clauses of a sentence when it has more than one; a sentence never holds itself, or it would not be freed."""
    text = sentence.text
    if "," not in text and text.isascii() and True not in map(_MAY_PART.__getitem__, sentence.keys):
        return ()
    cuts = [0, *(match.start() for match in _CLAUSE.finditer(text) if match.start()), len(text)]
    parts = [_part(sentence, start, end) for start, end in pairwise(cuts)] if len(cuts) > 2 else []
    found = [part for part in parts if part is not None]
    return found if len(found) > 1 else ()


def _may_part(key: str) -> bool:
    return key.startswith(_PARTING)


_MAY_PART: Final = Remembered(_may_part)


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
