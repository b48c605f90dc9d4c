"""Counting words and pieces of words into weighted, normalised vectors, without a fitted vocabulary."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from .remembering import Remembered
from .words import words_of

_STOP: Final = frozenset(
    "a an the and or of to in on at by for from with as is are was were be been being am i me my mine we our you your "
    "it its this that these those there here they them their he she him her do does did have has had will "
    "would can could should shall may might so if then than too very just also please hello hi hey "
    "thanks thank get got what when where how".split()
)
_SUFFIX = re.compile(r"(?:ations?|ings?|edly|ed|ies|es|s|ly|er|ment|ments)\Z")


def _stem(word: str) -> str:
    """A rough stem, so that ``charges``, ``charged`` and ``charging`` meet."""
    short = _SUFFIX.sub("", word) if len(word) > 4 else word
    short = short if len(short) >= 3 else word
    return short[:-1] if len(short) > 4 and short[-1] in "ey" else short


STEMS: Final = Remembered(_stem)


def _content(word: str) -> str | None:
    return None if word in _STOP else STEMS[word]


CONTENT: Final = Remembered(_content)
"""The stem of a word that carries content, ``None`` for one that is too common to tell texts apart."""


def is_stop(word: str) -> bool:
    """Whether the word is too common to tell texts apart."""
    return word in _STOP


def content_stems(keys: Sequence[str]) -> list[str]:
    """The stems of the words that carry content, in order."""
    return list(filter(None, map(CONTENT.__getitem__, keys)))


def hybrid_features(text: str) -> dict[str, int]:
    """Word stems, pairs of neighbours and character pieces of four with their counts."""
    stems = content_stems([word.key for word in words_of(text)])
    counts: dict[str, int] = {}
    for feature in stems:
        counts["w:" + feature] = counts.get("w:" + feature, 0) + 1
    for first, second in pairwise(stems):
        pair = f"p:{first} {second}"
        counts[pair] = counts.get(pair, 0) + 1
    for feature in stems:
        padded = f" {feature} "
        for at in range(max(1, len(padded) - 3)):
            piece = "c:" + padded[at : at + 4]
            counts[piece] = counts.get(piece, 0) + 1
    return counts
