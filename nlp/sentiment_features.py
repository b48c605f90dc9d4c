"""What the sentiment regression sees of one sentence: numbers, and the words that speak against and for.

Only features that travel are counted: lists and phrases of our own, the two dictionaries, and signs of writing. A name
of a product or of a company is never one; ``@names`` and addresses are not heard at all.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Final

from .phrasebook import Match
from .sentiment_phrases import (
    BLAME,
    CONTRAST,
    Place,
    asks_plainly,
    is_name,
    phrases_in,
    reached_by_negation,
)
from .sentiment_words import faces, marks_of, things, valence_of, well_written
from .voices import Voices, listen, word_valence
from .words import Sentence, Word

_MARKS: Final = (
    "bad", "fault", "good", "fair", "negator", "wait", "persist", "thanks", "swear", "money", "intense", "why",
)  # fmt: skip
_CUES: Final = (
    "failure",
    "grievance",
    "success",
    "delight",
    "request",
    "sarcasm",
    "outcry",
    "relief",
)
FEATURES: Final = (
    "polarity", "subjectivity", "vader_negative", "vader_neutral", "vader_positive", "vader_compound",
    *_CUES, *_MARKS,
    "question", "exclaimed", "exclaimed_much", "silent", "contrast", "for", "against", "turned", "trailing", "shouted",
    "drawn_out", "glad_face", "sour_face", "asked_not", "asked_failure", "asked_praise", "one_sided",
)  # fmt: skip
"""The columns of the coefficients in ``sentiment_seed.py``, in this order."""
_WEAK: Final = frozenset(("negator", "wait", "persist", "swear"))
_BLAMING: Final = _WEAK | {"bad", "fault"}
_SIDES: Final = {
    "failure": False, "grievance": False, "sarcasm": False, "outcry": False, "success": True, "delight": True,
    "relief": True,
}  # fmt: skip
_TURN: Final = -0.6
_UNFELT_WITHIN: Final = {
    "relief": -1, "request": 1, "hollow": 0, "success": -1, "delight": -1, "lukewarm": 0,
}  # fmt: skip
"""Phrases within which bad (-1), good (1) or any words (0) are not felt."""
_WRITER: Final = frozenset("i i'm i've i'd i'll im ive my me mine myself we we're we've us our ours".split())
_STRETCHED: Final = 1.3
_CAP: Final = 3
_GLAD: Final = re.compile(r"(?<!\w)(?:[:;=8][-o*']?[)\]dDpP3*]+|<3+|\^_+\^|\(:)(?!\w)")
_SOUR: Final = re.compile(r"(?<!\w)(?:[:=][-o*']?[(\[/\\|@]+|:'\(|D:|-_+-|>:\(|\):)(?!\w)")
_UNHEARD: Final = re.compile(r"@\w+|https?://\S+|www\.\S+")
_CAPITALS: Final = re.compile(r"[^\W\d_a-z]{3}")
_DRAWN_OUT: Final = re.compile(r"([a-z])\1\1", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heard:
    """One sentence as numbers in the order of :data:`FEATURES`, with the places behind each pole and our phrases.

    ``is_two_sided``: both poles have words of their own, more than a ``not`` or a ``still``. ``is_personal``: it
    speaks of the writer.
    """

    numbers: tuple[float, ...]
    against: tuple[Place, ...]
    pro: tuple[Place, ...]
    is_two_sided: bool
    is_personal: bool
    matches: tuple[Match, ...]


def hear(sentence: Sentence) -> Heard:
    """The numbers and the evidence of one sentence."""
    matches = phrases_in(sentence)
    tones = _tones(sentence, matches)
    shown = _faces_in(sentence)
    coloured = _coloured(sentence.words, matches, tones)
    against, pro, is_two_sided = _evidence(coloured, matches, tones, shown)
    told = _counted(coloured, matches)
    told |= _toned(tones, shown)
    told |= _signs(sentence)
    told |= _voiced(listen(spoken(sentence, matches)))
    if told.get("outcry") or told.get("relief"):
        told["question"] = 0.0  # It wants no answer.
    asked = told["question"]
    told["asked_not"] = asked * told.get("negator", 0.0)
    told["asked_failure"] = asked * told.get("failure", 0.0)
    told["asked_praise"] = asked * min(1.0, sum(told.get(name, 0.0) for name in ("success", "delight", "good")))
    is_personal = any(word.key in _WRITER for word in sentence.words)
    told["one_sided"] = float(bool(pro)) - float(bool(against))
    return Heard(
        tuple(map(told.get, FEATURES, repeat(0.0))),
        against,
        pro,
        is_two_sided,
        is_personal,
        matches,
    )


def _coloured(
    words: Sequence[Word], matches: Sequence[Match], tones: Sequence[_Tone]
) -> list[tuple[Word, frozenset[str]]]:
    """The words of our lists with the names of the lists; no blame where it is taken back: ``no problem``."""
    calm = [(match.start, match.end) for match in matches if match.label in ("relief", "lukewarm")]
    calm += [tone.place for tone in tones if tone.is_turned and tone.valence > 0]
    coloured = []
    for word in words:
        names = marks_of(word.key)
        if names and calm and any(start <= word.start < end for start, end in calm):
            names -= _BLAMING
        if names:
            coloured.append((word, names))
    return coloured


def _counted(coloured: Sequence[tuple[Word, frozenset[str]]], matches: Sequence[Match]) -> dict[str, float]:
    counts: Counter[str] = Counter()
    ends: dict[str, int] = {}
    for match in matches:  # Those that overlap say the same thing twice.
        if match.start >= ends.get(match.label, -1):
            counts[match.label] += 1
        ends[match.label] = max(match.end, ends.get(match.label, -1))
    counts.update(name for _, names in coloured for name in names)
    return {name: float(min(count, _CAP)) for name, count in counts.items()}


def _voiced(voices: Voices) -> dict[str, float]:
    return {
        "polarity": voices.polarity,
        "subjectivity": voices.subjectivity,
        "vader_negative": voices.negative,
        "vader_neutral": voices.neutral,
        "vader_positive": voices.positive,
        "vader_compound": voices.compound,
        "silent": float(voices.polarity == 0.0 and voices.compound == 0.0),
    }


def _signs(sentence: Sentence) -> dict[str, float]:
    """How it is written: marks, capitals, drawn-out words."""
    text = sentence.text
    bangs = text.count("!")
    shouting = () if _CAPITALS.search(text) is None else text.split()
    shouted = sum(len(piece) > 2 and piece.isalpha() and piece.isupper() for piece in shouting)
    return {
        "question": float(sentence.is_question),
        "exclaimed": float(bangs > 0),
        "exclaimed_much": float(min(max(bangs - 1, 0), _CAP)),
        "contrast": float(any(word.key in CONTRAST for word in sentence.words)),
        "trailing": float("..." in text or "\u2026" in text),
        "shouted": min(shouted, _CAP) / _CAP,
        "drawn_out": float(bool(_DRAWN_OUT.search(text))),
    }


def _toned(tones: Sequence[_Tone], shown: Sequence[tuple[Place, float]]) -> dict[str, float]:
    """How much speaks for, against, and for it but is negated; each from 0 towards 1."""
    pro = sum(tone.valence for tone in tones if tone.valence > 0)
    against = -sum(tone.valence for tone in tones if tone.valence < 0)
    turned = -sum(tone.valence for tone in tones if tone.is_turned and tone.valence < 0)
    return {
        "for": pro / (1 + pro),
        "against": against / (1 + against),
        "turned": turned / (1 + turned),
        "glad_face": float(min(sum(value > 0 for _, value in shown), 2)),
        "sour_face": float(min(sum(value < 0 for _, value in shown), 2)),
    }


@dataclass(frozen=True, slots=True)
class _Tone:
    """A word that sounds good or bad where it stands, with the words that turn it."""

    place: Place
    valence: float
    is_turned: bool


def _tones(sentence: Sentence, matches: Sequence[Match]) -> list[_Tone]:
    """The words of feeling with what negation and intensifiers make of them; hollow and wished ones left out."""
    words, unfelt = sentence.words, _unfelt(sentence, matches)
    tones = []
    for at, (word, turner) in enumerate(zip(words, reached_by_negation(words), strict=True)):
        valence = valence_of(word.key)
        if not valence or (unfelt and _is_unfelt(word, valence, unfelt)):
            continue
        if at and "intense" in marks_of(words[at - 1].key):
            valence *= _STRETCHED
        if turner is None:
            tones.append(_Tone((word.start, word.end), valence, False))
        else:
            tones.append(_Tone((words[turner].start, word.end), _TURN * valence, True))
    return tones


def _unfelt(sentence: Sentence, matches: Sequence[Match]) -> list[tuple[int, int, int]]:
    """Stretches in which bad (-1), good (1) or any words (0) are not felt. Nothing good is in irony or a question."""
    if any(match.label == "sarcasm" for match in matches) or asks_plainly(sentence):
        return [(0, sys.maxsize, 1)]
    unfelt = [
        (match.start, match.end, _UNFELT_WITHIN[match.label]) for match in matches if match.label in _UNFELT_WITHIN
    ]
    unfelt += [(word.start, word.end, 0) for at, word in enumerate(sentence.words) if is_name(sentence, at)]
    turners = [word.start for word in sentence.words if "negator" in marks_of(word.key)]
    for match in matches:  # ``made fun of`` is no fun; ``not good`` is bad because of ``good``.
        if match.label in BLAME and not any(match.start <= start < match.end for start in turners):
            unfelt.append((match.start, match.end, 1))
    return unfelt


def _is_unfelt(word: Word, valence: float, unfelt: Sequence[tuple[int, int, int]]) -> bool:
    return any(start <= word.start < end and kind * valence >= 0 for start, end, kind in unfelt)


def spoken(sentence: Sentence, matches: Sequence[Match]) -> str:
    """The sentence as the dictionaries hear it: things, names, and words that are not meant as felt, feel nothing."""
    names, unfelt = things(), _unfelt(sentence, matches)
    text = _UNHEARD.sub(lambda found: "_" * len(found.group()), sentence.text)
    parts, at = [], 0
    for word in sentence.words:
        is_mute = word.key in names or "fair" in marks_of(word.key) or _is_unfelt_by_dictionaries(word, unfelt)
        heard = "item" if is_mute else well_written(word.key)
        if heard != word.key:
            parts += [text[at : word.start - sentence.start], heard]
            at = word.end - sentence.start
    return "".join(parts) + text[at:]


def _is_unfelt_by_dictionaries(word: Word, unfelt: Sequence[tuple[int, int, int]]) -> bool:
    return bool(unfelt) and _is_unfelt(word, word_valence(word.key), unfelt)


def _faces_in(sentence: Sentence) -> list[tuple[Place, float]]:
    """Emoji and emoticons with what they say."""
    text, start = sentence.text, sentence.start
    found_faces = [
        ((start + found.start(), start + found.end()), value)
        for pattern, value in ((_GLAD, 1.0), (_SOUR, -1.0))
        for found in pattern.finditer(text)
    ]
    if not text.isascii():
        values = faces()
        found_faces += [((start + at, start + at + 1), values[one]) for at, one in enumerate(text) if one in values]
    return found_faces


def _evidence(
    coloured: Sequence[tuple[Word, frozenset[str]]],
    matches: Sequence[Match],
    tones: Sequence[_Tone],
    shown: Sequence[tuple[Place, float]],
) -> tuple[tuple[Place, ...], tuple[Place, ...], bool]:
    """The stretches that speak against and for, and whether both do so by more than a ``not`` or a ``still``."""
    sides: dict[bool, set[Place]] = {True: set(), False: set()}
    for match in matches:
        if match.label in _SIDES:
            sides[_SIDES[match.label]].add((match.start, match.end))
    for tone in tones:
        sides[tone.valence > 0].add(tone.place)
    for place, value in shown:
        sides[value > 0].add(place)
    is_two_sided = bool(sides[True]) and bool(sides[False])
    for word, names in coloured:
        if not _WEAK.isdisjoint(names):
            sides[False].add((word.start, word.end))
    return tuple(sorted(sides[False])), tuple(sorted(sides[True])), is_two_sided
