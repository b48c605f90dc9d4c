"""Signs of feeling that are no words: faces, ratings, and on which side of a ``but`` the feelings stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from .ratings import Rating, ratings_in
from .sentiment_words import faces
from .words import Sentence, Word

Place = tuple[int, int]
TURNING: Final = frozenset("but however yet except".split())
"""What is said after these weighs more than what stands before."""
_NOT_TURNING: Final = frozenset("anything nothing everything all none nobody no last can't help only".split())
"""Before ``but`` these make it mean *except*: ``anything but simple``, ``nothing but praise``."""
_GLAD: Final = re.compile(r"(?<!\w)(?:[:;=8][-o*']?[)\]dDpP3*]+|<3+|\^_+\^|\(:)(?!\w)")
_SOUR: Final = re.compile(r"(?<!\w)(?:[:=][-o*']?[(\[/\\|@]+|:'\(|D:|-_+-|>:\(|\):)(?!\w)")
_OF_FACES: Final = re.compile("[:;=8<^_]")
"""One of these is in every face."""


def ratings_of(sentence: Sentence) -> list[Rating]:
    """The ratings that a sentence gives, with their places in the text."""
    start, found = sentence.start, ratings_in(sentence.text, sentence.keys)
    return [Rating(start + one.start, start + one.end, one.value) for one in found] if found else found


def faces_in(sentence: Sentence, rated: Sequence[Rating]) -> list[tuple[Place, float]]:
    """Emoji and emoticons with what they say; stars of a rating are none."""
    text, start = sentence.text, sentence.start
    found = []
    if _OF_FACES.search(text) is not None:
        found += [
            ((start + face.start(), start + face.end()), value)
            for pattern, value in ((_GLAD, 1.0), (_SOUR, -1.0))
            for face in pattern.finditer(text)
        ]
    if not text.isascii():
        found += _emoji_in(text, start)
    if rated:
        found = [(place, value) for place, value in found if not within(place, rated)]
    return found


def _emoji_in(text: str, start: int) -> list[tuple[Place, float]]:
    """Each emoji that feels something; of a row of the same feeling the second one takes in all that follow."""
    values, found = faces(), list[tuple[Place, float]]()
    if values.keys().isdisjoint(text):
        return found
    for at, one in enumerate(text):
        value = values.get(one)
        if value is None:
            continue
        place = start + at, start + at + 1
        is_row = len(found) > 1 and found[-1][1] == found[-2][1] == value
        if is_row and not text[found[-1][0][1] - start : at].strip("\ufe0f "):
            found[-1] = (found[-1][0][0], place[1]), value
        else:
            found.append((place, value))
    return found


def within(place: Place, rated: Iterable[Rating]) -> bool:
    """Whether a place touches one of the ratings."""
    return any(one.start < place[1] and place[0] < one.end for one in rated)


def speaks_without_words(text: str) -> bool:
    """Whether a text without a letter says how somebody feels: ``10/10``, a row of angry faces."""
    sentence = Sentence(text, 0, len(text), ())
    rated = ratings_of(sentence)
    return bool(rated) or bool(faces_in(sentence, rated))


def swung(words: Sequence[Word], felt: Iterable[tuple[int, float]]) -> tuple[float, float]:
    """What is felt before and after the last turning word, each from -1 to 1; ``felt`` are places with what they say.

    Both are 0 where nothing turns.
    """
    turn = next(
        (
            word.start
            for before, word in reversed(list(pairwise(words)))
            if word.key in TURNING and before.key not in _NOT_TURNING
        ),
        None,
    )
    if turn is None:
        return 0.0, 0.0
    before = after = 0.0
    for start, value in felt:
        if start < turn:
            before += value
        else:
            after += value
    return before / (1 + abs(before)), after / (1 + abs(after))
