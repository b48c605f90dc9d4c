"""What the sentiment regression sees of one sentence: numbers, and the words that speak against and for.

Only features that travel are counted: lists and phrases of our own, the two dictionaries, and signs of writing. A name
of a product or of a company is never one; ``@names`` and addresses are not heard at all.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from functools import partial
from itertools import repeat
from typing import Final, NamedTuple

from .negation import CONTRAST
from .phrasebook import Match
from .sentiment_phrases import Line, Place, phrases_in
from .sentiment_signs import TURNS, faces_in, ratings_of, swung, within
from .sentiment_turns import WEAK, WRITER, denies, fails, is_kept_waiting, lacks, of_the_writer
from .unfelt import Stretch, is_unfelt, spoken, unfelt_in
from .voices import listen
from .words import Sentence, Word

_MARKS: Final = (
    "bad", "fault", "good", "fair", "negator", "wait", "persist", "thanks", "swear", "money", "intense", "why",
)  # fmt: skip
_CUES: Final = ("failure", "grievance", "success", "delight", "request", "sarcasm", "outcry", "relief", "eased")
_VOICES: Final = (
    "polarity", "subjectivity", "vader_negative", "vader_neutral", "vader_positive", "vader_compound",
)  # fmt: skip
_TOLD: Final = (
    *_CUES, *_MARKS,
    "question", "exclaimed", "exclaimed_much", "silent", "contrast", "for", "against", "turned", "trailing", "shouted",
    "drawn_out", "glad_face", "sour_face", "asked_not", "asked_failure", "asked_praise", "one_sided", "rating",
    "swung_from", "swung_to", "fails", "denies", "lacks",
)  # fmt: skip
FEATURES: Final = (*_VOICES, *_TOLD)
"""The columns of the coefficients in ``sentiment_seed.py``, in this order."""
_BLAMING: Final = WEAK | {"swear"} | {"bad", "fault"}
_SIDES: Final = {
    "failure": False, "grievance": False, "sarcasm": False, "outcry": False, "success": True, "delight": True,
    "relief": True, "eased": True,
}  # fmt: skip
_TURN: Final = -0.6
_CALMING: Final = ("relief", "eased", "lukewarm", "retold")
_STRETCHED: Final = 1.3
_CAP: Final = 3
_CAPITALS: Final = re.compile(r"[^\W\d_a-z]{3}")


_Evidence = tuple[tuple[Place, ...], tuple[Place, ...], bool]
_SILENCE: Final[_Evidence] = ((), (), False)


class Heard(NamedTuple):
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


_heard: Final = partial(tuple.__new__, Heard)


def hear(sentence: Sentence) -> Heard:
    """The numbers and the evidence of one sentence."""
    line = Line(sentence)
    matches = of_the_writer(phrases_in(line))
    rated = ratings_of(sentence)
    if rated:  # What a rating says is said once.
        matches = tuple(match for match in matches if not within((match.start, match.end), rated))
    unfelt = unfelt_in(line, matches)
    tones = _tones(line, unfelt)
    shown = faces_in(sentence, rated)
    coloured = _coloured(line, matches, tones) if line.loud else []
    is_heard = bool(coloured or matches or tones or shown or rated)
    unmet = _unmet(line) if is_heard else {}
    signs = [*shown, *(((one.start, one.end), one.value) for one in rated if one.value)]
    against, pro, is_two_sided = _evidence(coloured, matches, tones, signs, bool(unmet)) if is_heard else _SILENCE
    told = _counted(coloured, matches) | unmet if is_heard else {}
    if tones or shown:
        told |= _toned(tones, shown)
    if rated:
        told["rating"] = rated[-1].value
    if is_heard and not TURNS.isdisjoint(line.keys):
        told["swung_from"], told["swung_to"] = _swung(line, matches, tones, signs)
    _add_signs(told, line)
    voices = listen(spoken(line, unfelt))
    told["silent"] = float(voices[0] == 0.0 and voices[5] == 0.0)
    if "outcry" in told or "relief" in told:
        told["question"] = 0.0  # It wants no answer.
    if told["question"]:
        told["asked_not"] = told.get("negator", 0.0)
        told["asked_failure"] = told.get("failure", 0.0)
        told["asked_praise"] = min(1.0, sum(told.get(name, 0.0) for name in ("success", "delight", "good")))
    told["one_sided"] = float(bool(pro)) - float(bool(against))
    numbers = (*voices, *map(told.get, _TOLD, repeat(0.0)))
    return _heard((numbers, against, pro, is_two_sided, not WRITER.isdisjoint(line.keys), matches))


def _coloured(line: Line, matches: Sequence[Match], tones: Sequence[_Tone]) -> list[tuple[Word, frozenset[str]]]:
    """The words of our lists with the names of the lists; no blame where it is taken back: ``no problem``."""
    calm = [(match.start, match.end) for match in matches if match.label in _CALMING]
    calm += [(0, sys.maxsize)] if line.is_open else line.wished
    calm += [tone.place for tone in tones if tone.is_turned and tone.valence > 0]
    coloured = []
    for at, tint in line.loud:
        names, word = tint.names, line.words[at]
        if names and calm and any(start <= word.start < end for start, end in calm):
            names -= _BLAMING
        if names:
            coloured.append((word, names))
    return coloured


def _unmet(line: Line) -> dict[str, float]:
    """Whether somebody does not do, is not or has not what is named. A question leaves that open."""
    if line.asks or line.wished or "negator" not in line.names:
        return {}
    found = {"fails": fails(line.keys), "denies": denies(line.keys), "lacks": lacks(line.keys)}
    return {name: 1.0 for name, is_so in found.items() if is_so}


def _swung(
    line: Line, matches: Sequence[Match], tones: Sequence[_Tone], signs: Sequence[tuple[Place, float]]
) -> tuple[float, float]:
    felt = [(tone.place[0], tone.valence) for tone in tones]
    felt += [(match.start, 1.0 if _SIDES[match.label] else -1.0) for match in matches if match.label in _SIDES]
    return swung(line.words, felt + [(place[0], value) for place, value in signs])


def _counted(coloured: Sequence[tuple[Word, frozenset[str]]], matches: Sequence[Match]) -> dict[str, float]:
    counts: dict[str, float] = {}
    ends: dict[str, int] = {}
    for label, _, start, end in matches:  # Those that overlap say the same thing twice.
        last = ends.get(label, -1)
        if start >= last:
            counts[label] = counts.get(label, 0.0) + 1.0
        ends[label] = max(end, last)
    for _, names in coloured:
        for name in names:
            counts[name] = counts.get(name, 0.0) + 1.0
    for name, count in counts.items():
        if count > _CAP:
            counts[name] = float(_CAP)
    return counts


def _add_signs(told: dict[str, float], line: Line) -> None:
    """How it is written: marks, capitals, drawn-out words."""
    text = line.sentence.text
    told["question"] = float(line.sentence.is_question)
    bangs = text.count("!")
    if bangs:
        told["exclaimed"] = 1.0
        told["exclaimed_much"] = float(min(bangs - 1, _CAP))
    told["contrast"] = float(not CONTRAST.isdisjoint(line.keys))
    told["trailing"] = float("..." in text or "\u2026" in text)
    for _, tint in line.loud:
        if tint.is_drawn_out:
            told["drawn_out"] = 1.0
    if not text[1:].islower() and _CAPITALS.search(text) is not None:
        shouted = sum(len(piece) > 2 and piece.isalpha() and piece.isupper() for piece in text.split())
        told["shouted"] = min(shouted, _CAP) / _CAP


def _toned(tones: Sequence[_Tone], shown: Sequence[tuple[Place, float]]) -> dict[str, float]:
    """How much speaks for, against, and for it but is negated; each from 0 towards 1."""
    pro = against = turned = 0.0
    for _, valence, is_turned in tones:
        if valence > 0:
            pro += valence
        else:
            against -= valence
            turned -= valence * is_turned
    toned = {"for": pro / (1 + pro), "against": against / (1 + against), "turned": turned / (1 + turned)}
    if shown:
        toned["glad_face"] = float(min(sum(value > 0 for _, value in shown), 2))
        toned["sour_face"] = float(min(sum(value < 0 for _, value in shown), 2))
    return toned


class _Tone(NamedTuple):
    """A word that sounds good or bad where it stands, with the words that turn it."""

    place: Place
    valence: float
    is_turned: bool


_tone: Final = partial(tuple.__new__, _Tone)


def _tones(line: Line, unfelt: Sequence[Stretch]) -> list[_Tone]:
    """The words of feeling with what negation and intensifiers make of them; hollow and wished ones left out."""
    words, reached = line.words, line.reached
    tones = list[_Tone]()
    for at, tint in line.loud:
        valence, word = tint.valence, words[at]
        if not valence or tint.is_bare_negator or (unfelt and is_unfelt(word, valence, unfelt)):
            continue
        before = line.tints[at - 1] if at else None
        if before is not None and "intense" in before.names:
            valence *= _STRETCHED
        turner = reached[at] if reached else None
        if turner is None:
            tones.append(_tone((word[1:], valence, False)))
        else:
            tones.append(_tone(((words[turner].start, word.end), _TURN * valence, True)))
    return tones


def _evidence(
    coloured: Sequence[tuple[Word, frozenset[str]]],
    matches: Sequence[Match],
    tones: Sequence[_Tone],
    shown: Sequence[tuple[Place, float]],
    is_failed: bool,
) -> _Evidence:
    """The stretches that speak against and for, and whether both do so by more than a ``not`` or a ``still``."""
    against, pro = set[Place](), set[Place]()
    for label, _, start, end in matches:
        if label in _SIDES:
            (pro if _SIDES[label] else against).add((start, end))
    for place, value, _ in tones:
        (pro if value > 0 else against).add(place)
    for place, value in shown:
        (pro if value > 0 else against).add(place)
    is_two_sided = bool(pro) and bool(against)
    for (_, start, end), names in coloured:
        if "swear" in names:
            against.add((start, end))
    if against or is_failed or is_kept_waiting([names for _, names in coloured]):
        against.update([(start, end) for (_, start, end), names in coloured if not WEAK.isdisjoint(names)])
    return tuple(sorted(against)), tuple(sorted(pro)), is_two_sided
