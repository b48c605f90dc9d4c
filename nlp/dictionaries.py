"""The doors to TextBlob's and VADER's dictionaries: the same numbers as by their own doors, for less.

``import textblob`` loads all of NLTK, which takes seconds and which the dictionary of feeling does not need. So the one
file that reads it is loaded by itself, under a name of ours; when a release of TextBlob lays its files out otherwise,
its own door is taken. That the numbers are the same is tested on thousands of sentences.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
import string
from collections.abc import Sequence
from functools import cache, lru_cache, partial
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NamedTuple

from vaderSentiment.vaderSentiment import (
    BOOSTER_DICT,
    NEGATE,
    SPECIAL_CASES,
    SentimentIntensityAnalyzer,
    SentiText,
)

from .textblob_rules import Known, Tokens, weighed

_MAY_SMILE: Final = re.compile(
    "[:;=](?!\\s*[^\\W_]{2}|//)|<\\s*3|>\\s*\\.|[\u2665\u00b0]|\\*\\s*-?\\s*\\)|o\\s*[._]\\s*O|[Xx8]\\s*-?\\s*[D)]|\\(\\s*!",
    re.IGNORECASE,
)
"""What any of TextBlob's emoticons, and its mark of irony, holds; most sentences do not."""
_OF_SMILE: Final = re.compile("[:;=<>\u2665\u00b0*(]|[oO][._]|\\A[._]|[oO]\\Z|[xX8](?:[-dD)]|\\Z)")
"""What a piece between spaces holds when it may be the beginning of such a sign."""
_NO_WORDS: Final = ("NNP", "FW")
_REMEMBERED: Final = 50_000
"""Words whose tokens are remembered, at most."""
_TURNING: Final = frozenset(
    {*NEGATE, "least", "no", "or", "nor", "so", "this", "without", "doubt", "never"}.union(
        *(phrase.split() for phrase in (*BOOSTER_DICT, *SPECIAL_CASES))
    )
)
"""Every word that VADER's rules look for around a word of feeling."""


class _Silent(set[str]):
    """Pieces between spaces met so far that say nothing, whatever stands around them: of most sentences all do."""

    def take(self, pieces: Sequence[str]) -> None:
        """Remember these."""
        if len(self) >= _REMEMBERED:
            self.clear()
        self.update(pieces)


class TextBlobVoice:
    """TextBlob's sentiment of a text: polarity from -1 to 1 and subjectivity from 0 to 1."""

    __slots__ = ("_find_tokens", "_heard", "_known", "_of_piece", "_silent")

    def __init__(self, module: ModuleType, lazy: Any) -> None:
        self._known = Known(lazy)
        self._find_tokens = module.find_tokens
        self._heard = Tokens(self._known, module)
        self._of_piece = lru_cache(_REMEMBERED)(self._tokens)
        self._silent = _Silent()

    def __call__(self, text: str) -> tuple[float, float]:
        """Polarity and subjectivity; both 0 when TextBlob knows no word of the text."""
        # Without emoticons a text has the tokens of its pieces, and most pieces have been seen before.
        pieces = text.split()
        if self._silent.issuperset(pieces):
            return 0.0, 0.0
        may_smile = any(map(_may_be_of_smile, pieces))
        if may_smile and _MAY_SMILE.search(text):
            tokens: Sequence[str] = self._tokens(text)
        else:
            tokens = list(chain.from_iterable(map(self._of_piece, pieces)))
            if self._known.keys().isdisjoint(tokens):
                if not may_smile:
                    self._silent.take(pieces)
                return 0.0, 0.0
        return weighed(list(map(self._heard.__getitem__, tokens)))

    def _tokens(self, text: str) -> tuple[str, ...]:
        """TextBlob's tokens. A number becomes letters of its length: that spares it the search among emoticons."""
        tokens = " ".join(self._find_tokens(text)).lower().split()
        return tuple("q" * len(token) if token.isdigit() and token not in self._known else token for token in tokens)


@lru_cache(_REMEMBERED)
def _may_be_of_smile(piece: str) -> bool:
    return _OF_SMILE.search(piece) is not None


@cache
def textblob_voice() -> TextBlobVoice | Any:
    """TextBlob's voice, loaded once in a process."""
    try:
        return _by_itself()
    except (ImportError, OSError, AttributeError):
        return importlib.import_module("textblob.en").sentiment


def _textblob_folder() -> Path:
    spec = importlib.util.find_spec("textblob")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("textblob is not installed")
    return Path(spec.submodule_search_locations[0])


@cache
def english_words() -> frozenset[str]:
    """Some forty thousand English words that are no names, from TextBlob's list for tagging; empty without it."""
    try:
        lines = (_textblob_folder() / "en" / "en-lexicon.txt").read_text(encoding="utf-8").splitlines()
    except OSError:
        return frozenset()
    pairs = (line.split(" ", 1) for line in lines if " " in line and not line.startswith(";;;"))
    return frozenset(
        word
        for word, tags in pairs
        if len(word) >= 3 and word.isascii() and word.isalpha() and word.islower() and not tags.startswith(_NO_WORDS)
    )


def _by_itself() -> TextBlobVoice:
    folder = _textblob_folder()
    inner = importlib.util.spec_from_file_location("nlp._textblob_text", folder / "_text.py")
    if inner is None or inner.loader is None:
        raise ImportError("textblob/_text.py cannot be loaded")
    module = importlib.util.module_from_spec(inner)
    inner.loader.exec_module(module)
    lazy = module.Sentiment(path=str(folder / "en" / "en-sentiment.xml"), synset="wordnet_id", language="en")
    lazy.load()
    if not dict.__len__(lazy):
        raise OSError("textblob/en/en-sentiment.xml is missing")
    _with_adverbs(lazy)
    return TextBlobVoice(module, lazy)


def _with_adverbs(lazy: Any) -> None:
    """TextBlob lets an adverb sound like its adjective: ``terribly`` like ``terrible``."""
    for word, senses in list(dict.items(lazy)):
        if "JJ" in senses:
            base = word[:-1] + "i" if word.endswith("y") else word
            base = base[:-2] if base.endswith("le") else base
            lazy.annotate(base + "ly", "RB", *senses["JJ"])


class VaderScores(NamedTuple):
    """What VADER says: the shares from 0 to 1, ``compound`` from -1 to 1."""

    negative: float
    neutral: float
    positive: float
    compound: float


_vader_scores: Final = partial(tuple.__new__, VaderScores)
_UNMOVED: Final = VaderScores(0.0, 1.0, 0.0, 0.0)
_EMPTY: Final = VaderScores(0.0, 0.0, 0.0, 0.0)


class VaderVoice:
    """VADER's scores of a text. ``lexicon`` and ``emojis`` are its dictionaries."""

    __slots__ = ("_analyser", "_silent", "emojis", "lexicon")

    def __init__(self) -> None:
        self._analyser = SentimentIntensityAnalyzer()
        self._silent = _Silent()
        self.lexicon: dict[str, float] = self._analyser.lexicon
        self.emojis: dict[str, str] = self._analyser.emojis

    def __call__(self, text: str) -> VaderScores:
        """The scores of a text with or without emoji."""
        pieces = text.split()
        if self._silent.issuperset(pieces):
            return _UNMOVED if pieces else _EMPTY
        if not text.isascii() and any(character in self.emojis for character in text):
            told = self._analyser.polarity_scores(text)
        else:
            told = self._without_emoji(text.strip(), pieces)
        return _vader_scores((told["neg"], told["neu"], told["pos"], told["compound"]))

    def _without_emoji(self, text: str, pieces: Sequence[str]) -> dict[str, float]:
        """Only words of the dictionary are weighed; VADER itself weighs each of the others, to nothing."""
        lows = list(map(_low, pieces))
        lexicon = self.lexicon
        if lexicon.keys().isdisjoint(lows):
            self._silent.take(pieces)
            return {"neg": 0.0, "neu": 1.0 if lows else 0.0, "pos": 0.0, "compound": 0.0}
        whole: SentiText | None = None
        sentiments: list[float] = [0] * len(lows)
        is_plain = _is_plain(lows)  # Then it is plain around each of its words.
        for place, low in enumerate(lows):
            if low not in lexicon or low in BOOSTER_DICT:
                continue
            if not _stripped(pieces[place]).isupper() and (is_plain or _is_plain(lows[max(0, place - 3) : place + 3])):
                sentiments[place] = lexicon[low]
            else:
                whole = whole or SentiText(text)
                sentiments[place] = self.weighed(whole, lows, place)
        if "but" in lows:
            sentiments = self._analyser._but_check(lows, sentiments)
        scores: dict[str, float] = self._analyser.score_valence(sentiments, text)
        return scores

    def weighed(self, whole: SentiText, lows: Sequence[str], place: int) -> float:
        """VADER's own rules for a word among others that may turn or strengthen it."""
        if lows[place] == "kind" and lows[place + 1 : place + 2] == ["of"]:
            return 0
        told: list[float] = []
        self._analyser.sentiment_valence(0, whole, whole.words_and_emoticons[place], place, told)
        return told[-1]


def _is_plain(around: Sequence[str]) -> bool:
    """Whether none of these words can turn, weaken or strengthen a word of feeling among them."""
    return _TURNING.isdisjoint(around) and not any("n't" in word for word in around)


@lru_cache(_REMEMBERED)
def _stripped(piece: str) -> str:
    """A word without the marks around it; what is then too short was an emoticon."""
    stripped = piece.strip(string.punctuation)
    return piece if len(stripped) <= 2 else stripped


@lru_cache(_REMEMBERED)
def _low(piece: str) -> str:
    return _stripped(piece).lower()


@cache
def vader_voice() -> VaderVoice:
    """VADER's voice, loaded once in a process."""
    return VaderVoice()
