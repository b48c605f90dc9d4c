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
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NamedTuple

from vaderSentiment.vaderSentiment import BOOSTER_DICT, SentimentIntensityAnalyzer, SentiText

_QUOTES: Final = re.compile("[\\s'\"\u2018\u2019\u201c\u201d]+")
_MAY_SMILE: Final = re.compile("[<>\u2665:;=*\u00b0_]|[Xx8] ?-? ?[D)]|o ?\\. ?O|\\( ?!")
"""What any of TextBlob's emoticons, and its mark of irony, holds; most sentences do not."""


class _Smiles:
    """TextBlob's pattern of emoticons, tried only where one may be: it is slow on every letter."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern = pattern

    def sub(self, put: Any, text: str) -> str:
        """As the pattern's own ``sub``."""
        return self._pattern.sub(put, text) if _MAY_SMILE.search(text) else text


class _Known(dict[str, Any]):
    """TextBlob's dictionary as a plain one: its own asks at each word whether it has been loaded yet."""

    def __init__(self, lazy: Any) -> None:
        super().__init__(lazy.items())
        self.labeler = lazy.labeler
        self.negations = frozenset(lazy.negations)
        self.modifiers = lazy.modifiers
        self.modifier = lazy.modifier


class TextBlobVoice:
    """TextBlob's sentiment of a text: polarity from -1 to 1 and subjectivity from 0 to 1."""

    __slots__ = ("_known", "_module", "_punctuation")

    def __init__(self, module: ModuleType, lazy: Any) -> None:
        self._module = module
        self._known = _Known(lazy)
        self._punctuation = module.PUNCTUATION

    def __call__(self, text: str) -> tuple[float, float]:
        if self._is_silent(text):
            return 0.0, 0.0
        module = self._module
        # All its contractions hold an apostrophe: without one there is nothing to replace.
        replace = module.replacements if "'" in text else {}
        tokens = " ".join(module.find_tokens(text, replace=replace)).lower().split()
        found = module.Sentiment.assessments(self._known, ((token, None) for token in tokens))
        count = len(found) or 1
        return sum(one[1] for one in found) / count, sum(one[2] for one in found) / count

    def _is_silent(self, text: str) -> bool:
        """Whether no word of the text is in the dictionary and it can hold no emoticon."""
        known, marks = self._known, self._punctuation
        if _MAY_SMILE.search(text):
            return False
        return not any(piece in known or piece.strip(marks) in known for piece in _QUOTES.split(text.lower()))


@cache
def textblob_voice() -> TextBlobVoice | Any:
    """TextBlob's voice, loaded once in a process."""
    try:
        return _by_itself()
    except (ImportError, OSError, AttributeError):
        return importlib.import_module("textblob.en").sentiment


def _by_itself() -> TextBlobVoice:
    spec = importlib.util.find_spec("textblob")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("textblob is not installed")
    folder = Path(spec.submodule_search_locations[0])
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
    module.RE_EMOTICONS = _Smiles(module.RE_EMOTICONS)  # type: ignore[attr-defined]
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


class VaderVoice:
    """VADER's scores of a text. ``lexicon`` and ``emojis`` are its dictionaries."""

    __slots__ = ("_analyser", "emojis", "lexicon")

    def __init__(self) -> None:
        self._analyser = SentimentIntensityAnalyzer()
        self.lexicon: dict[str, float] = self._analyser.lexicon
        self.emojis: dict[str, str] = self._analyser.emojis

    def __call__(self, text: str) -> VaderScores:
        if not text.isascii() and any(character in self.emojis for character in text):
            told = self._analyser.polarity_scores(text)
        else:
            told = self._without_emoji(text.strip())
        return VaderScores(told["neg"], told["neu"], told["pos"], told["compound"])

    def _without_emoji(self, text: str) -> dict[str, float]:
        """Only words of the dictionary are weighed; VADER itself weighs each of the others, to nothing."""
        lows = [_stripped(piece).lower() for piece in text.split()]
        lexicon = self.lexicon
        if not any(low in lexicon for low in lows):
            return {"neg": 0.0, "neu": 1.0 if lows else 0.0, "pos": 0.0, "compound": 0.0}
        whole = SentiText(text)
        words = whole.words_and_emoticons
        sentiments: list[float] = []
        for place, low in enumerate(lows):
            kind_of = low == "kind" and lows[place + 1 : place + 2] == ["of"]
            if low not in lexicon or low in BOOSTER_DICT or kind_of:
                sentiments.append(0)
            else:
                self._analyser.sentiment_valence(0, whole, words[place], place, sentiments)
        scores: dict[str, float] = self._analyser.score_valence(
            self._analyser._but_check(words, sentiments),
            text,
        )
        return scores


def _stripped(piece: str) -> str:
    """A word without the marks around it; what is then too short was an emoticon."""
    stripped = piece.strip(string.punctuation)
    return piece if len(stripped) <= 2 else stripped


@cache
def vader_voice() -> VaderVoice:
    """VADER's voice, loaded once in a process."""
    return VaderVoice()
