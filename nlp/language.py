"""Stage 3: which language, and whether we may read it at all.

English has to show itself by its own words, then the writing system speaks, then py3langid over Latin languages
together with the small words of each. What has no model is *not read*: a neutral guess about a language nobody taught
us would be a lie. A text that is mostly English is read, and what else stands in it is said.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from .dictionaries import english_words
from .lexicon import load
from .noise import places_of_noise, without_noise
from .remembering import Remembered
from .scripts import by_script
from .sentiment_signs import speaks_without_words
from .voices import knows_word
from .words import Word

READ: Final = frozenset({"en"})
"""Languages with a model of ours."""

NAMED: Final = frozenset(
    "en it fr de es pt nl sv da no fi pl cs sk sl hr hu ro tr ca et lv lt id vi tl sw af hi".split()
)
"""Languages in Latin letters that a reading may name; every other one is reported as ``und``."""

_LATIN: Final = (*sorted(NAMED - {"hi"}), "eu", "gl", "sq", "ga", "cy", "is", "mt")
_COMMON: Final = {"en": 1.0, "it": 1.0, "fr": 1.0, "de": 1.0, "es": 1.0, "pt": 1.0, "nl": 0.5}
"""What is added to the score of the languages that most customers of ours write."""
_LETTER: Final = re.compile(r"[^\W\d_]")
_NORTHERN: Final = re.compile("w|k|th|sh|gh|oo|ee|y\\b")
"""Letters of English words that are not shared with languages of Latin descent, as *service* and *client* are."""
_BY_SHAPE: Final = 0.35
"""What an unknown word counts for a language of whose endings and letters it has some."""
_CAMEL: Final = re.compile("[a-z][A-Z]")
_DRAWN_OUT: Final = re.compile(r"(.)\1{2,}")
_CRY: Final = re.compile(r"(.)\1\1|(?:[hj][aeio]){2}|\A[bcdfghjklmnpqrstvwxz]+\Z")
_SAMPLE: Final = 100
"""Words that are looked at: of a longer text every second one, every third one, and so on."""
_KINDS: Final = ("own", "plain", "strange", "accented", "other", "nothing")
"""What a word counts as: English alone, English too, no language, one with its accents, others; a laugh or a number."""
_SURE: Final = 0.5
_NAMEABLE: Final = 0.3
"""From here a language we do not read is named: nothing but the name rests on it."""
_UNHEARD: Final = 0.02
"""The chance of a language that the model does not know in Latin letters, such as Hindi."""
_FEW: Final = 3
_SHARED: Final = 0.7
"""What a small word that stands in English too counts for another language: nearly what it counts for English."""


@dataclass(frozen=True, slots=True)
class Language:
    """The outcome of the gate; ``reason`` is why the text is not read, or ``None`` when it is;
    then ``code`` is ``und`` only for one of nothing but faces and ratings.

    ``also`` is another language that part of a text we read is in.
    """

    code: str
    confidence: float
    reason: str | None
    also: str | None = None


@dataclass(slots=True)
class _Evidence:
    """The words of a text by what they speak for: English alone, English too, and each of its neighbours."""

    own: int = 0
    plain: int = 0
    strange: int = 0
    accented: int = 0
    north: int = 0
    count: int = 0
    foreign: float = 0.0
    hits: dict[str, float] = field(default_factory=dict)

    @property
    def known(self) -> int:
        """Words that stand in English."""
        return self.own + self.plain

    def best(self) -> str | None:
        """The neighbour with most words, when there is one."""
        return max(self.hits, key=self.hits.__getitem__, default=None)


@cache
def _english() -> tuple[frozenset[str], frozenset[str]]:
    lists = load("language")["words"]
    return frozenset(lists["english"].split()), frozenset((lists["plain"] + lists["hasty"]).split())


@cache
def _neighbours() -> dict[str, tuple[str, ...]]:
    """The languages in which each small word stands; some stand in English as well."""
    found: dict[str, list[str]] = {}
    for code, words in load("language")["neighbours"].items():
        for word in set(words.split()):
            found.setdefault(word, []).append(code)
    return {word: tuple(codes) for word, codes in found.items()}


@cache
def _shapes() -> dict[str, re.Pattern[str]]:
    """Endings and letters that are frequent in a language, for words that no list of ours holds."""
    return {code: re.compile(shape) for code, shape in load("language")["shapes"].items()}


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(_LATIN))
    # The other hundred languages are never asked for; without them the model takes a third of the memory.
    identifier._full_model = identifier.nb_ptc, identifier.nb_pc, identifier.nb_classes
    return identifier


def load_identifier() -> None:
    """Load the model now, so that processes forked from this one share it."""
    _identifier()


def tell_language(text: str, words: tuple[Word, ...]) -> Language:
    """The language of a masked text, or ``und`` with a reason when it cannot or should not be told."""
    if _LETTER.search(text) is None:
        if speaks_without_words(text):
            return Language("und", 0.0, None)  # Faces and ratings are the same in every language.
        return Language("und", 0.0, "too_short" if text.strip() else "empty")
    script = None if text.isascii() else by_script(text)
    if script is not None and script.share < 0.4:
        return Language(script.code, script.confidence, "unknown_language" if script.code == "und" else "language")
    found = _weighed(text, words)
    also = script.code if script is not None else None
    if _is_plainly_english(found):
        return Language("en", _sure(found), None, also or _second(found))
    return _by_model(text, found, sum(map(str.isalpha, text)), also)


def _weighed(text: str, words: Sequence[Word]) -> _Evidence:
    noise = places_of_noise(text)
    found, first_letter = _Evidence(), words[0].start if words else 0
    counts = dict.fromkeys(_KINDS, 0)
    for key, start, end in words[:: len(words) // _SAMPLE + 1]:
        kind, codes, weight, is_northern = _TOLD_BY[key]
        if noise and any(first <= start < last for first, last in noise):
            continue
        if codes and kind in ("strange", "accented"):
            for code in codes:
                found.hits[code] = found.hits.get(code, 0.0) + _BY_SHAPE
        elif codes:
            _add_foreign(found, codes, weight)
        if kind != "strange" or not _may_be_name(text, start, end, first_letter):
            counts[kind] += 1
            found.north += is_northern
    found.own, found.plain, found.strange, found.accented, others, _ = counts.values()
    found.count = found.own + found.plain + found.strange + found.accented + others
    return found


def _may_be_name(text: str, start: int, end: int, first_letter: int) -> bool:
    """Whether a strange word is perhaps a name, which speaks for no language."""
    if start != first_letter and text[start].isupper() and not text[start:end].isupper():
        return True
    return _CAMEL.search(text, start, end) is not None


def _told_by(key: str) -> tuple[str, tuple[str, ...], float, bool]:
    """What a word counts as for English, the languages it stands in and how much, and whether it is northern."""
    own, plain = _english()
    codes = _neighbours().get(key, ())
    if key.isdigit():
        return "nothing", (), 0.0, False
    if key in own:
        return "own", codes, 0.0, False
    if key in plain:
        return "plain", codes, 0.0, _NORTHERN.search(key) is not None
    if codes:
        return "other", codes, 0.5 if key in english_words() else 1.0, False
    if _is_english(key):
        return "plain", (), 0.0, _NORTHERN.search(key) is not None
    if not key.isascii():
        return "accented", _shaped(key), 0.0, False
    return ("nothing", (), 0.0, False) if _CRY.search(key) else ("strange", _shaped(key), 0.0, False)


def _shaped(key: str) -> tuple[str, ...]:
    """The languages to which the endings and letters of an unknown word point."""
    return tuple(code for code, shape in _shapes().items() if shape.search(key)) if len(key) > 4 else ()


_TOLD_BY: Final = Remembered(_told_by)


def _is_english(key: str) -> bool:
    """Whether a word is in an English dictionary, by itself, before its ``'s``, or with its drawn-out letters cut."""
    every = english_words()
    if key in every or knows_word(key):
        return True
    stem = _DRAWN_OUT.sub(r"\1", key.partition("'")[0])
    return stem != key and (stem in every or stem in _english()[1])


def _add_foreign(found: _Evidence, codes: tuple[str, ...], weight: float) -> None:
    """Count a word for its languages; one that English has too (``weight`` 0) does not tell the two apart."""
    found.foreign += weight
    for code in codes:
        found.hits[code] = found.hits.get(code, 0.0) + (weight or _SHARED)


def _is_plainly_english(found: _Evidence) -> bool:
    """English beyond doubt, without asking the model: its own small words, or hardly any word that is not English."""
    foreign = found.foreign + 0.7 * found.accented
    if found.own >= 2 and found.own + 0.7 * found.plain > 2 * foreign + 0.8 * found.strange:
        return True
    if foreign or not found.count:
        return False
    share = found.known / found.count
    return share == 1.0 or (share >= 0.7 and (found.own >= 1 or found.known >= 4))


def _sure(found: _Evidence) -> float:
    share = found.known / max(1, found.count)
    return round(min(0.99, 0.5 + 0.05 * min(found.own, 6) + 0.3 * share), 3)


def _second(found: _Evidence) -> str | None:
    """The language of a part of an English text, when at least three words speak for it."""
    best = found.best() if found.foreign >= 3 else None
    return best if best and found.hits[best] >= 3 else None


def _by_model(text: str, found: _Evidence, letters: int, also: str | None) -> Language:
    chances = dict.fromkeys(found.hits, _UNHEARD) | dict(_identifier().rank(without_noise(text)))
    scores = {
        code: math.log(max(chance, 1e-9)) + 1.5 * found.hits.get(code, 0.0) + _COMMON.get(code, 0.0)
        for code, chance in chances.items()
    }
    # Words of Latin descent stand in many languages: without small words of its own they prove less for English.
    weight = 0.8 if found.own or not found.strange + found.foreign else 0.4
    scores["en"] += 1.2 * found.own + weight * found.plain - 0.5 * found.accented
    best = max(scores, key=scores.__getitem__)
    confidence = round(1.0 / sum(math.exp(score - scores[best]) for score in scores.values()), 3)
    if best == "en":
        if found.known and confidence >= _SURE and found.known > _against(found):
            return Language("en", confidence, None, also or _second(found))
        return Language("und", confidence, _why_not(found, letters))
    at_a_loss = confidence < _SURE and not found.foreign + found.accented
    if at_a_loss and found.north and found.known + found.own > found.strange:
        return Language("en", round(math.exp(scores["en"] - scores[best]) * confidence, 3), None, also)
    if best not in NAMED or (confidence < _NAMEABLE and not found.foreign):
        return Language("und", confidence, _why_not(found, letters))
    if found.count < 2 and confidence < 0.8 and not found.foreign:
        return Language("und", confidence, _why_not(found, letters))
    return Language(best, confidence, "language")


def _against(found: _Evidence) -> float:
    """How many words speak against English; those of no language count half beside some of another.

    In two or three words without a small one of English, one that is shaped like another language's counts whole.
    """
    if found.count <= _FEW and not found.own and found.hits:
        return found.foreign + found.strange
    return found.foreign + 0.5 * found.strange if found.foreign >= 1 else found.foreign - 0.5


def _why_not(found: _Evidence, letters: int) -> str:
    return "too_short" if letters < 8 or found.count < 2 else "unknown_language"
