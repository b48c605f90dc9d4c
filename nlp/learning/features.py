"""Words, pairs of neighbours, pieces of words and words in company as sparse numbers, and the way back to the words.

A vocabulary is learned from the texts of the labels alone. Every feature belongs to one or two words of the text, so
that whatever a model concludes can be pointed at.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlp.vectors import STEMS
from nlp.words import Sentence

Places = tuple[int, int]
Ids = NDArray[np.int32]
Numbers = NDArray[np.float64]
_SIGNS = re.compile("[!?]+|\\.{3,}|…|[\u2600-\u27bf\U0001f300-\U0001faff]|(?<!\\w)[:;=]-?[()DPp/\\\\|3](?!\\w)")
_DIGITS = re.compile(r"[0-9]+")
_SIZES: Final = (3, 4, 5)
_LONGEST: Final = 24
"""Characters of one word of which the pieces are taken: longer strings are no words."""
_MOST_FEATURES: Final = 120_000
WORDS_SHARE: Final = 2.0
PIECES_SHARE: Final = 2.0
COMPANY_SHARE: Final = 2.0
"""How much words and pairs count together, pieces together, company together; each is brought to length 1 before."""
_FAR: Final = 10
"""Words of one sentence this far apart still keep company."""
_COMPANY_LEAST: Final = 2
"""Texts in which two words must meet: what met once says nothing that the words do not say."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words and signs of a text in order, with their offsets in the clean text; pairs never cross ``breaks``."""

    keys: tuple[str, ...]
    places: tuple[Places, ...]
    breaks: frozenset[int]


def tokens_of(sentences: Sequence[Sentence]) -> Tokens:
    """Words, and the signs between them that carry feeling: marks, emoji, emoticons. Numbers become one word."""
    keys: list[str] = []
    places: list[Places] = []
    breaks: set[int] = set()
    for sentence in sentences:
        breaks.add(len(keys))
        found = [(word.start, word.end, plain(word.key)) for word in sentence.words]
        offset = sentence.start
        signs = [
            (offset + sign.start(), offset + sign.end(), sign.group()[:2]) for sign in _SIGNS.finditer(sentence.text)
        ]
        if signs:
            found = sorted(found + signs)
        for start, end, key in found:
            keys.append(key)
            places.append((start, end))
    return Tokens(tuple(keys), tuple(places), frozenset(breaks))


@lru_cache(maxsize=20_000)
def plain(key: str) -> str:
    """The word with every number in it as one sign, so that amounts and dates are told apart from words only."""
    return key if key.isalpha() else _DIGITS.sub("0", key)


@lru_cache(maxsize=50_000)
def pieces_of(key: str) -> tuple[str, ...]:
    """The stretches of three to five characters of one word with its bounds."""
    bounded = f"_{key[:_LONGEST]}_"
    if len(bounded) <= _SIZES[0]:
        return (bounded,) if key.isalnum() else ()
    return tuple(bounded[at : at + size] for size in _SIZES for at in range(len(bounded) - size + 1))


@dataclass(frozen=True, slots=True)
class Rows:
    """Sparse rows: those of row ``r`` are ``ids[starts[r]:starts[r + 1]]`` with as many ``values``."""

    starts: NDArray[np.int64]
    ids: Ids
    values: Numbers
    width: int

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def owners(self) -> NDArray[np.int64]:
        """The row of every value."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))


class Vocabulary:
    """Features with their rarity. ``words`` may hold pairs; ``pieces`` are stretches of characters.

    ``company`` are two stems anywhere near each other, whatever their order: ``charg fee`` for *a fee was charged*.
    """

    __slots__ = ("_of_word", "company", "pieces", "rarity", "words")

    def __init__(
        self, words: Sequence[str], pieces: Sequence[str], rarity: Numbers, company: Sequence[str] = ()
    ) -> None:
        begin = len(words) + len(pieces)
        self.words = {word: number for number, word in enumerate(words)}
        self.pieces = {piece: len(words) + number for number, piece in enumerate(pieces)}
        self.company = {pair: begin + number for number, pair in enumerate(company)}
        self.rarity = rarity
        self._of_word: dict[str, list[int]] = {}
        if len(rarity) != len(self.words) + len(self.pieces) + len(self.company):
            raise ValueError("a vocabulary needs one rarity for each feature, and each feature once")

    def __len__(self) -> int:
        return len(self.rarity)

    @classmethod
    def of(cls, texts: Iterable[Tokens], least: int = 1) -> Vocabulary:
        """Learn the features that stand in at least ``least`` texts; the most frequent when there are too many."""
        words: Counter[str] = Counter()
        pieces: Counter[str] = Counter()
        company: Counter[str] = Counter()
        count = 0
        for tokens in texts:
            count += 1
            words.update({*tokens.keys, *(pair for pair, _ in pairs_of(tokens))})
            pieces.update({piece for key in set(tokens.keys) for piece in pieces_of(key)})
            company.update(company_of(tokens).keys())
        told = (words, least), (pieces, least), (company, max(least, _COMPANY_LEAST))
        kept = [_frequent(counts, fewest) for counts, fewest in told]
        frequency = [counts[one] for (counts, _), ones in zip(told, kept, strict=True) for one in ones]
        rarity = np.log((1.0 + count) / (1.0 + np.array(frequency, dtype=np.float64))) + 1.0
        return cls(kept[0], kept[1], rarity, kept[2])

    def occurrences(self, tokens: Tokens) -> tuple[list[int], list[int]]:
        """The features of a text as often as they occur, and the token of each.

        Two words together belong to the second one.
        """
        ids: list[int] = []
        owners: list[int] = []
        for number, key in enumerate(tokens.keys):
            own = self._of_word.get(key)
            if own is None:
                own = self._remember(key)
            ids += own
            owners += [number] * len(own)
        words = self.words
        for pair, number in pairs_of(tokens):
            if (found := words.get(pair)) is not None:
                ids.append(found)
                owners.append(number)
        if self.company:
            for pair, number in company_of(tokens).items():
                if (found := self.company.get(pair)) is not None:
                    ids.append(found)
                    owners.append(number)
        return ids, owners

    def _remember(self, key: str) -> list[int]:
        own = [number for piece in pieces_of(key) if (number := self.pieces.get(piece)) is not None]
        word = self.words.get(key)
        own = own if word is None else [word, *own]
        if len(self._of_word) < 100_000:
            self._of_word[key] = own
        return own

    def weigh(self, ids: Ids) -> Numbers:
        """The value of each occurrence, so that those of one feature add up to its value in the text."""
        features, inverse, counts = np.unique(ids, return_inverse=True, return_counts=True)
        values = (1.0 + np.log(counts)) * self.rarity[features]
        first, last = np.searchsorted(features, (len(self.words), len(self.words) + len(self.pieces)))
        blocks = (slice(0, first), slice(first, last), slice(last, None))
        for block, share in zip(blocks, (WORDS_SHARE, PIECES_SHARE, COMPANY_SHARE), strict=True):
            length = math.sqrt(float(values[block] @ values[block]))
            if length:
                values[block] *= share / length
        weighed: Numbers = (values / counts)[inverse]
        return weighed

    def rows(self, texts: Sequence[Tokens]) -> Rows:
        """All texts as sparse rows, each feature of a text once."""
        starts, ids, values = [0], [], []
        for tokens in texts:
            occurring = np.array(self.occurrences(tokens)[0], dtype=np.int32)
            features, inverse = np.unique(occurring, return_inverse=True)
            ids.append(features)
            values.append(np.bincount(inverse, self.weigh(occurring), len(features)) if len(features) else np.empty(0))
            starts.append(starts[-1] + len(features))
        joined = np.concatenate(ids) if ids else np.empty(0, np.int32)
        weights = np.concatenate(values).astype(np.float64) if values else np.empty(0)
        return Rows(np.array(starts, dtype=np.int64), joined.astype(np.int32), weights, len(self))


def pairs_of(tokens: Tokens) -> list[tuple[str, int]]:
    """Neighbours within a sentence as one feature each, with the number of the second."""
    keys, breaks = tokens.keys, tokens.breaks
    return [(f"{keys[at - 1]} {keys[at]}", at) for at in range(1, len(keys)) if at not in breaks]


def company_of(tokens: Tokens) -> dict[str, int]:
    """Any two words near each other in a sentence, by their stems and in no order, with the number of the second."""
    found: dict[str, int] = {}
    stems = list(map(STEMS.__getitem__, tokens.keys))
    begin = 0
    for at, later in enumerate(stems):
        if at in tokens.breaks:
            begin = at
        for earlier in stems[max(begin, at - _FAR) : at]:
            if earlier != later:
                found[f"{earlier} {later}" if earlier < later else f"{later} {earlier}"] = at
    return found


def _frequent(counts: Counter[str], least: int) -> list[str]:
    kept = [(-count, feature) for feature, count in counts.items() if count >= least]
    return sorted(feature for _, feature in sorted(kept)[:_MOST_FEATURES])
