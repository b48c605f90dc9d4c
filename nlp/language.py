"""Stage 3: which language, and whether we may read it at all.

English function words decide first (they are right and cheap), then the writing system, then py3langid over Latin
languages. What has no model is *not read*: a neutral guess about a language nobody taught us would be a lie.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from .lexicon import load
from .voices import knows_word
from .words import Word

READ: Final = frozenset({"en"})
"""Languages with a model of ours."""

NAMED: Final = frozenset({"en", "it", "zh", "fr", "de", "es", "pt"})
"""Languages a reading may name; every other one is reported as ``und``."""

_LATIN: Final = (
    "en", "it", "fr", "de", "es", "pt", "nl", "sv", "da", "no", "fi", "pl", "cs", "sk", "sl", "hr", "hu", "ro",
    "tr", "ca", "eu", "gl", "et", "lv", "lt", "sq", "id", "vi", "sw", "tl", "ga", "cy", "is", "mt", "af",
)  # fmt: skip
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_KANA_HANGUL = re.compile(r"[\u3040-\u30ff\u1100-\u11ff\uac00-\ud7af]")
_SURE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Language:
    """The outcome of the gate; ``reason`` is why the text is not read, or ``None`` when it is."""

    code: str
    confidence: float
    reason: str | None


@dataclass(frozen=True, slots=True)
class _Words:
    """Words that tell English from its neighbours."""

    english: frozenset[str]
    plain: frozenset[str]
    foreign: frozenset[str]


@cache
def _word_lists() -> _Words:
    lists = {name: frozenset(words.split()) for name, words in load("language")["words"].items()}
    return _Words(lists["english"], lists["plain"], lists["foreign"])


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(_LATIN))
    return identifier


def load_identifier() -> None:
    """Load the model now, so that processes forked from this one share it."""
    _identifier()


def tell_language(text: str, words: tuple[Word, ...]) -> Language:
    """The language of a masked text, or ``und`` with a reason when it cannot or should not be told."""
    letters = sum(map(str.isalpha, text))
    if letters == 0:
        return Language("und", 0.0, "too_short" if text.strip() else "empty")
    scripted = None if text.isascii() else _by_script(text, letters)
    if scripted:
        return scripted
    keys = [word.key for word in words if not word.key.isdigit()]
    english = _english_evidence(text, keys)
    if english:
        return english
    return _by_model(text, keys, letters)


def _by_script(text: str, letters: int) -> Language | None:
    """The answer of the writing system, or ``None`` when most letters are Latin."""
    latin = sum(character.isalpha() and character < "\u0250" for character in text)
    if latin >= 0.6 * letters:
        return None
    if _KANA_HANGUL.search(text):
        return Language("und", 0.9, "unknown_language")
    han = len(_HAN.findall(text))
    if 2 * han + latin >= letters and han >= 0.15 * letters:
        return Language("zh", round(min(0.99, 0.7 + 0.3 * han / letters), 3), "language")
    return Language("und", 0.9, "unknown_language")


def _english_evidence(text: str, keys: list[str]) -> Language | None:
    """English when its own function words, or plain English words, outweigh those of its neighbours.

    Few words are only enough when all of them are English, or when the model agrees: *App ottima* is half English too.
    """
    lists = _word_lists()
    own = sum(key in lists.english for key in keys)
    plain = sum(key not in lists.english and (key in lists.plain or knows_word(key)) for key in keys)
    foreign = sum(key in lists.foreign for key in keys)
    known = own + plain
    share = known / max(1, len(keys))
    if known <= 2 * foreign or share < 0.2:
        return None
    decisive = own >= 2 or share == 1.0 or (known >= 4 and share >= 0.5)
    if not decisive and not _model_agrees(text, known, share, foreign):
        return None
    return Language("en", round(min(0.99, 0.6 + 0.1 * own + 0.3 * share), 3), None)


def _model_agrees(text: str, known: int, share: float, foreign: int) -> bool:
    """The model says English too; or it is at a loss, and half of at least two words are English."""
    code, confidence = _identifier().classify(text)
    at_a_loss = confidence < _SURE and known >= 2 and share >= 0.5 and foreign == 0
    return (share >= 0.3 and code == "en") or at_a_loss


def _by_model(text: str, keys: list[str], letters: int) -> Language:
    code, confidence = _identifier().classify(text)
    confidence = round(float(confidence), 3)
    foreign = sum(key in _word_lists().foreign for key in keys)
    if code == "en" and foreign == 0 and confidence >= _SURE and len(keys) >= 2:
        return Language("en", confidence, None)
    if letters < 8 or (len(keys) < 2 and not (code in NAMED and confidence >= 0.9 and letters >= 10)):
        return Language("und", confidence, "too_short")
    if code == "en" or confidence < _SURE or code not in NAMED:
        return Language("und", confidence, "unknown_language")
    return Language(code, confidence, "language")
