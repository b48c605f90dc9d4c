"""The two dictionaries of feeling that the reader listens to: TextBlob and VADER. Each is a voice, not the verdict."""

from __future__ import annotations

from functools import lru_cache, partial
from operator import itemgetter
from typing import Final, NamedTuple

from .dictionaries import EMPTY, UNMOVED, Spoken, textblob_voice, vader_voice
from .remembering import Remembered
from .vader_rules import Piece

_BY_TEXTBLOB, _BY_VADER = 1, 2
_SPOKEN: Final = 1_000
"""Characters of one sentence that the dictionaries see: VADER's emphasis check is quadratic in some inputs."""


class Voices(NamedTuple):
    """What both dictionaries say of one sentence; polarities and compound from -1 to 1, the rest from 0 to 1."""

    polarity: float
    subjectivity: float
    negative: float
    neutral: float
    positive: float
    compound: float


_voices: Final = partial(tuple.__new__, Voices)


def listen(sentence: str) -> Voices:
    """Ask both dictionaries. TextBlob is asked by its cheap inner call; its spelling correction is never used."""
    spoken = sentence[:_SPOKEN]
    pieces = list(map(_PIECES.__getitem__, spoken.split()))
    told = 0
    for piece in pieces:
        told |= piece[2]
    polarity, subjectivity, scores = 0.0, 0.0, UNMOVED if pieces else EMPTY
    if told & _BY_TEXTBLOB:
        polarity, subjectivity = textblob_voice().weigh(spoken, list(map(_SPOKEN_BY, pieces)))
    if told & _BY_VADER:
        scores = vader_voice().weigh(spoken, list(map(_KNOWN_BY, pieces)))
    return _voices((polarity, subjectivity, *scores))


def _heard(piece: str) -> tuple[Spoken, Piece, int]:
    """A piece between spaces as both dictionaries know it, and to which of them it is anything, in bits."""
    spoken, known = textblob_voice().hear(piece), vader_voice().hear(piece)
    is_felt = known[1] is not None or vader_voice().shows(piece)
    return spoken, known, _BY_TEXTBLOB * (spoken[1] or spoken[2]) + _BY_VADER * is_felt


_PIECES: Final = Remembered(_heard)
_SPOKEN_BY: Final = itemgetter(0)
_KNOWN_BY: Final = itemgetter(1)


def knows_word(word: str) -> bool:
    """Whether VADER's English dictionary holds the lower-case word, and it is no emoticon or shorthand."""
    return len(word) >= 4 and word.isascii() and word.isalpha() and word in vader_voice().lexicon


@lru_cache(maxsize=50_000)
def word_valence(word: str) -> float:
    """How one lower-case word (or emoji) sounds to the dictionaries, from -1 to 1; 0 when neither knows it."""
    valence = vader_voice().lexicon.get(word)
    if valence is None:
        described = vader_voice().emojis.get(word)
        if described:
            return vader_voice()(described).compound
        return float(textblob_voice()(word)[0])
    return max(-1.0, min(1.0, float(valence) / 4))


def warm_up() -> None:
    """Load both dictionaries now rather than with the first customer's text."""
    listen("A first sentence, good or bad.")
