"""Stage 4: sentences and words with their offsets. TextBlob's own splitters need corpora, so these are ours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

_WORD = re.compile(r"[^\W_]+(?:['&][^\W_]+)*")
_END = re.compile(r"(?<=[.!?…。！？])[\"')\]]*(?=\s)|[\n]+|(?<=[。！？])|;")
_ABBREVIATION = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|st|no|vs|etc|approx|e\.g|i\.e|a\.m|p\.m|inc|ltd)|\b[A-Za-z])\.\Z", re.IGNORECASE
)
_CLAUSE = re.compile(
    r",\s|\s(?:but|although|though|however|while|whereas|except|yet|and then"
    r"|and (?=i |you |the |it |they |we |nobody |no ))",
    re.IGNORECASE,
)
_WITHOUT_APOSTROPHE: Final = {
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


@dataclass(frozen=True, slots=True)
class Word:
    """One word: ``key`` is lower case with contractions in one spelling (``cannot``, ``can not`` → ``can't``)."""

    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
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
    words: list[Word] = []
    for match in _WORD.finditer(text):
        key = match.group().lower()
        key = "can't" if key == "cannot" else _WITHOUT_APOSTROPHE.get(key, key)
        if key == "not" and words and words[-1].key in _JOINED_NOT:
            before = words.pop()
            words.append(Word(_JOINED_NOT[before.key], before.start, offset + match.end()))
        else:
            words.append(Word(key, offset + match.start(), offset + match.end()))
    return tuple(words)


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text that hold anything but space, in order."""
    sentences: list[Sentence] = []
    at = 0
    for match in _END.finditer(text):
        if match.end() <= at or _ABBREVIATION.search(text, max(0, match.start() - 8), match.start()):
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
    words = tuple(word for word in sentence.words if first <= word.start < last)
    return Sentence(stripped, first, last, words)
