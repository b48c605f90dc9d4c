"""What is said and not felt: in wishes, questions, irony, names. The dictionaries are told nothing of it."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Final

from .phrasebook import Match
from .sentiment_phrases import Line, is_name
from .sentiment_turns import BLAME
from .words import Word

Stretch = tuple[int, int, int]
"""From where to where bad (-1), good (1) or any words (0) are not felt."""
_UNFELT_WITHIN: Final = {
    "relief": -1, "eased": -1, "request": 1, "hollow": 0, "success": -1, "delight": -1, "lukewarm": 0,
    "retold": 0,
}  # fmt: skip
"""Phrases within which bad (-1), good (1) or any words (0) are not felt."""
_NOTHING: Final = "item"
"""The word that dictionaries are told in the stead of one that is not felt."""
_UNHEARD: Final = re.compile(r"@\w+|https?://\S+|www\.\S+")


def unfelt_in(line: Line, matches: Sequence[Match]) -> list[Stretch]:
    """The stretches in which words are not felt. Nothing good is in irony or a question."""
    labels = [match.label for match in matches]
    if line.asks or "sarcasm" in labels:
        return [(0, sys.maxsize, 0 if line.is_open else 1)]
    unfelt = [
        (match.start, match.end, _UNFELT_WITHIN[match.label]) for match in matches if match.label in _UNFELT_WITHIN
    ]
    for at, tint in line.loud:
        if tint.is_given_name and is_name(line.sentence, at):
            unfelt.append((line.words[at].start, line.words[at].end, 0))
    if not BLAME.isdisjoint(labels):
        turners = [line.words[at].start for at, tint in line.loud if "negator" in tint.names]
        for match in matches:  # ``made fun of`` is no fun; ``not good`` is bad because of ``good``.
            if match.label in BLAME and not any(match.start <= start < match.end for start in turners):
                unfelt.append((match.start, match.end, 1))
    return unfelt


def is_unfelt(word: Word, valence: float, unfelt: Sequence[Stretch]) -> bool:
    """Whether a word that sounds so stands where that is not felt."""
    at = word[1]
    return any(start <= at < end and kind * valence >= 0 for start, end, kind in unfelt)


def spoken(line: Line, unfelt: Sequence[Stretch]) -> str:
    """The sentence as the dictionaries hear it: things, names, and words that are not meant as felt, feel nothing."""
    text, offset = line.sentence.text, line.sentence.start
    if "@" in text or "://" in text or "www." in text:
        text = _UNHEARD.sub(lambda found: "_" * len(found.group()), text)
    told = _told_instead(line, unfelt) if unfelt else [(at, tint.says) for at, tint in line.loud if tint.says]
    if not told:
        return text
    parts, done = [], 0
    for at, says in told:
        word = line.words[at]
        parts += [text[done : word.start - offset], says]
        done = word.end - offset
    return "".join(parts) + text[done:]


def _told_instead(line: Line, unfelt: Sequence[Stretch]) -> list[tuple[int, str]]:
    """The places of words in whose stead the dictionaries are told another."""
    told = []
    for at, (word, tint) in enumerate(zip(line.words, line.tints, strict=True)):
        says = tint.says if tint else None
        if says != _NOTHING and is_unfelt(word, tint.sound if tint else 0.0, unfelt):
            says = None if word.key == _NOTHING else _NOTHING
        if says is not None:
            told.append((at, says))
    return told
