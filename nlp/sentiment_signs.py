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
GRANTING: Final = frozenset("although though despite".split())
"""What begins with these weighs less, as far as the next comma, than the rest."""
_EARLY: Final = 2
"""An ``although`` farther on adds the catch: ``a lovely room, although we could not sleep``."""
TURNS: Final = TURNING | GRANTING
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
    """What is granted and what is said against it, each from -1 to 1; ``felt`` are places with what they say.

    Both are 0 where nothing turns.
    """
    said = _turn(words)
    if said is None:
        return 0.0, 0.0
    start, end, is_after = said
    before = after = 0.0
    for at, value in felt:
        if (start <= at < end) is is_after:
            after += value
        else:
            before += value
    return before / (1 + abs(before)), after / (1 + abs(after))


def _turn(words: Sequence[Word]) -> tuple[int, int, bool] | None:
    """The stretch after the last ``but``, which weighs more, or of an ``although``, which weighs less, if any."""
    for before, word in reversed(list(pairwise(words))):
        if word.key in TURNING and before.key not in _NOT_TURNING:
            return word.start, words[-1].end, True
    for at, word in enumerate(words):
        if word.key == "despite" or (at < _EARLY and word.key in GRANTING):
            return word.start, _end_of_clause(words, at), False
    return None


def _end_of_clause(words: Sequence[Word], at: int) -> int:
    """Where the clause ends that begins with the word: at the next gap of two characters, as a comma leaves it."""
    for before, word in pairwise(words[at:]):
        if word.start - before.end > 1:
            return before.end
    return words[-1].end
