"""The two dictionaries of feeling that the reader listens to: TextBlob and VADER. Each is a voice, not the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from textblob.en import sentiment as textblob_sentiment
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

_SPOKEN: Final = 1_000
"""Characters of one sentence that the dictionaries see: VADER's emphasis check is quadratic in some inputs."""


@dataclass(frozen=True, slots=True)
class Voices:
    """What both dictionaries say of one sentence; polarities and compound from -1 to 1, the rest from 0 to 1."""

    polarity: float
    subjectivity: float
    negative: float
    neutral: float
    positive: float
    compound: float


@cache
def _vader() -> SentimentIntensityAnalyzer:
    return SentimentIntensityAnalyzer()


def listen(sentence: str) -> Voices:
    """Ask both dictionaries. TextBlob is asked by its cheap inner call; its spelling correction is never used."""
    spoken = sentence[:_SPOKEN]
    polarity, subjectivity = textblob_sentiment(spoken)
    scores = _vader().polarity_scores(spoken)
    return Voices(polarity, subjectivity, scores["neg"], scores["neu"], scores["pos"], scores["compound"])


def knows_word(word: str) -> bool:
    """Whether VADER's English dictionary holds the lower-case word, and it is no emoticon or shorthand."""
    return len(word) >= 4 and word.isascii() and word.isalpha() and word in _vader().lexicon


@lru_cache(maxsize=50_000)
def word_valence(word: str) -> float:
    """How one lower-case word (or emoji) sounds to the dictionaries, from -1 to 1; 0 when neither knows it."""
    valence = _vader().lexicon.get(word)
    if valence is None:
        described = _vader().emojis.get(word)
        if described:
            return float(_vader().polarity_scores(described)["compound"])
        return float(textblob_sentiment(word)[0])
    return max(-1.0, min(1.0, float(valence) / 4))


def warm_up() -> None:
    """Load both dictionaries now rather than with the first customer's text."""
    listen("A first sentence, good or bad.")
