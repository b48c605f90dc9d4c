"""The doors to TextBlob's and VADER's dictionaries: the same numbers as by their own doors, for less.

``import textblob`` loads all of NLTK, which takes seconds and which the dictionary of feeling does not need. So the one
file that reads it is loaded by itself, under a name of ours; when a release of TextBlob lays its files out otherwise,
its own door is taken. That the numbers are the same is tested on thousands of sentences.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
from collections.abc import Sequence
from functools import cache, partial
from itertools import chain
from operator import itemgetter
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NamedTuple

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from .remembering import Remembered
from .textblob_rules import Known, Token, Tokens, weighed
from .vader_rules import Piece, piece_of, scored

_MAY_SMILE: Final = re.compile(
    "[:;=](?!\\s*[^\\W_]{2}|//)|<\\s*3|>\\s*\\.|[\u2665\u00b0]|\\*\\s*-?\\s*\\)|o\\s*[._]\\s*O|[Xx8]\\s*-?\\s*[D)]|\\(\\s*!",
    re.IGNORECASE,
)
"""What any of TextBlob's emoticons, and its mark of irony, holds; most sentences do not."""
_OF_SMILE: Final = re.compile("[:;=<>\u2665\u00b0*(]|[oO][._]|\\A[._]|[oO]\\Z|[xX8](?:[-dD)]|\\Z)")
"""What a piece between spaces holds when it may be the beginning of such a sign."""
_NO_WORDS: Final = ("NNP", "FW")

Spoken = tuple[Sequence[Token | None], bool, bool]
"""TextBlob's tokens of a piece between spaces, whether it knows one of them, and whether a smile may begin in it."""
_TOKENS: Final = itemgetter(0)
_KNOWS: Final = itemgetter(1)
_SMILES: Final = itemgetter(2)


class TextBlobVoice:
    """TextBlob's sentiment of a text: polarity from -1 to 1 and subjectivity from 0 to 1."""

    __slots__ = ("_find_tokens", "_heard", "_known", "_numbers")

    def __init__(self, module: ModuleType, lazy: Any) -> None:
        self._known = Known(lazy)
        self._find_tokens = module.find_tokens
        self._heard = Tokens(self._known, module)
        self._numbers = Remembered(self._heard_in)

    def __call__(self, text: str) -> tuple[float, float]:
        """Polarity and subjectivity; both 0 when TextBlob knows no word of the text."""
        return self.weigh(text, list(map(self.hear, text.split())))

    def hear(self, piece: str) -> Spoken:
        """What a piece between spaces is by itself; the same in every text."""
        # A number is heard as letters of its length, as its token becomes; so numbers are not worked out one by one.
        if piece.isascii() and piece.isdigit() and piece not in self._known:
            return *self._numbers["q" * len(piece)], False
        return *self._heard_in(piece), _OF_SMILE.search(piece) is not None

    def weigh(self, text: str, pieces: Sequence[Spoken]) -> tuple[float, float]:
        """As calling it, for a text of these pieces."""
        # Without emoticons a text has the tokens of its pieces, and most pieces have been seen before.
        if True in map(_SMILES, pieces) and _MAY_SMILE.search(text):
            return weighed(self._heard_in(text)[0])
        return weighed(chain.from_iterable(map(_TOKENS, pieces))) if True in map(_KNOWS, pieces) else (0.0, 0.0)

    def _heard_in(self, text: str) -> tuple[list[Token | None], bool]:
        """TextBlob's tokens, and whether it knows one of them. A number becomes letters of its length.

        That spares it the search among emoticons.
        """
        tokens = " ".join(self._find_tokens(text)).lower().split()
        tokens = ["q" * len(token) if token.isdigit() and token not in self._known else token for token in tokens]
        return list(map(self._heard.__getitem__, tokens)), not self._known.keys().isdisjoint(tokens)


class _OwnDoor:
    """TextBlob by its own door, for a release of it that lays its files out otherwise."""

    def __init__(self) -> None:
        self._sentiment: Any = importlib.import_module("textblob.en").sentiment

    def __call__(self, text: str) -> tuple[float, float]:
        polarity, subjectivity = self._sentiment(text)
        return float(polarity), float(subjectivity)

    def hear(self, piece: str) -> Spoken:
        return [], True, False

    def weigh(self, text: str, pieces: Sequence[Spoken]) -> tuple[float, float]:
        return self(text)


@cache
def textblob_voice() -> TextBlobVoice | _OwnDoor:
    """TextBlob's voice, loaded once in a process."""
    try:
        return _by_itself()
    except (ImportError, OSError, AttributeError):
        return _OwnDoor()


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
UNMOVED: Final = VaderScores(0.0, 1.0, 0.0, 0.0)
EMPTY: Final = VaderScores(0.0, 0.0, 0.0, 0.0)
"""What VADER says of a text without a word of feeling, and of one without a word."""


class VaderVoice:
    """VADER's scores of a text. ``lexicon`` and ``emojis`` are its dictionaries."""

    __slots__ = ("_analyser", "emojis", "hear", "lexicon")

    def __init__(self) -> None:
        self._analyser = SentimentIntensityAnalyzer()
        self.lexicon: dict[str, float] = self._analyser.lexicon
        self.emojis: dict[str, str] = self._analyser.emojis
        self.hear = partial(piece_of, self.lexicon)

    def __call__(self, text: str) -> VaderScores:
        """The scores of a text with or without emoji."""
        return self.weigh(text, list(map(self.hear, text.split())))

    def weigh(self, text: str, pieces: Sequence[Piece]) -> VaderScores:
        """As calling it, for a text of these pieces, as :meth:`hear` gives each."""
        if not text.isascii() and self.shows(text):
            told = self._analyser.polarity_scores(text)
            return VaderScores(told["neg"], told["neu"], told["pos"], told["compound"])
        if not any(piece[1] is not None for piece in pieces):
            return UNMOVED if pieces else EMPTY
        return _vader_scores(scored(pieces, text))

    def shows(self, text: str) -> bool:
        """Whether there is an emoji in it."""
        return not self.emojis.keys().isdisjoint(text)


@cache
def vader_voice() -> VaderVoice:
    """VADER's voice, loaded once in a process."""
    return VaderVoice()
