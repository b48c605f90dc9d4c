"""VADER's rules for the words of a sentence, as its ``polarity_scores`` has them, over pieces looked up once."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Final, NamedTuple

from vaderSentiment.vaderSentiment import (
    BOOSTER_DICT,
    C_INCR,
    N_SCALAR,
    NEGATE,
    SPECIAL_CASES,
    SentimentIntensityAnalyzer,
    normalize,
)

_TURN: Final = float(N_SCALAR)
_SHOUT: Final = float(C_INCR)
"""What a negation makes of a valence, and what capitals add to it."""
_NEGATING: Final = frozenset(NEGATE)
_PHRASES: Final = frozenset(phrase for phrase in (*SPECIAL_CASES, *BOOSTER_DICT) if " " in phrase)
_BEGINNINGS: Final = frozenset(phrase.split()[0] for phrase in _PHRASES)
_TURNING: Final = frozenset(
    (*NEGATE, *BOOSTER_DICT, "least", "no", "so", "this", "never", *(max(one.split(), key=len) for one in _PHRASES))
)
"""Words of which one must stand around a word of feeling for any rule to hold there: of a phrase its longest."""
_FADING: Final = (1.0, 0.95, 0.9)
"""What is left of the strength of a word one, two and three places before."""


class Piece(NamedTuple):
    """What VADER knows of a piece between spaces.

    ``low``: its word in lower case. ``valence``: how that sounds, if it does. ``boost``: how it strengthens what
    follows. ``moves``: whether any rule looks for it around a word of feeling; ``stirs``: that, or its capitals, or
    that it is *but*, may change what other words or itself say.
    """

    low: str
    valence: float | None
    is_upper: bool
    boost: float
    negates: bool
    moves: bool
    stirs: bool


_LOW: Final = itemgetter(0)
_VALENCE: Final = itemgetter(1)
_MOVES: Final = itemgetter(5)
_STIRS: Final = itemgetter(6)


def piece_of(lexicon: Mapping[str, float], typed: str) -> Piece:
    """What VADER knows of a piece between spaces; the same in every text."""
    stripped = typed.strip(string.punctuation)
    word = typed if len(stripped) <= 2 else stripped  # What is then too short was an emoticon.
    low = word.lower()
    negates, boost = low in _NEGATING or "n't" in low, float(BOOSTER_DICT.get(low, 0.0))
    moves, is_upper = negates or low in _TURNING, word.isupper()
    return Piece(low, lexicon.get(low), is_upper, boost, negates, moves, moves or is_upper or low == "but")


def scored(pieces: Sequence[Piece], text: str) -> tuple[float, float, float, float]:
    """VADER's shares of negative, neutral and positive, and its compound, of a text of these pieces."""
    if True not in map(_STIRS, pieces):  # Most: each word says what it says by itself.
        felt = [valence for valence in map(_VALENCE, pieces) if valence]
        return _summed(felt, len(pieces) - len(felt), text)
    is_moved = True in map(_MOVES, pieces)
    sentiments = [
        0.0 if piece[1] is None else _weighed(pieces, place) if is_moved or piece[2] else piece[1]
        for place, piece in enumerate(pieces)
    ]
    lows = list(map(_LOW, pieces))
    if "but" in lows:
        sentiments = SentimentIntensityAnalyzer._but_check(lows, sentiments)
    return _summed(sentiments, 0, text)


def _weighed(pieces: Sequence[Piece], place: int) -> float:
    """A word among others that may turn or strengthen it."""
    piece = pieces[place]
    after = pieces[place + 1] if place + 1 < len(pieces) else None
    valence = piece.valence
    if valence is None or piece.boost or (piece.low == "kind" and after is not None and after.low == "of"):
        return 0.0
    if True in map(_MOVES, pieces[max(0, place - 3) : place + 3]):
        return _among(pieces, place, valence, after)
    return _raised(valence) if piece.is_upper and _differs(pieces) else valence


def _among(pieces: Sequence[Piece], place: int, valence: float, after: Piece | None) -> float:
    piece, before = pieces[place], [pieces[place - far] if place >= far else None for far in (1, 2, 3)]
    if _is_denied(before):
        valence *= _TURN
    elif piece.low == "no" and after is not None and after.valence is not None:
        valence = 0.0
    is_loud = any(one is not None and one.is_upper for one in (piece, *before)) and _differs(pieces)
    if piece.is_upper and is_loud:
        valence = _raised(valence)
    for far, one in enumerate(before):
        if one is not None and one.valence is None:
            valence = _turned(valence + _strength(one, valence, is_loud) * _FADING[far], before, far)
            if far == 2:
                valence = _in_phrase(valence, pieces, place)
    return valence * _TURN if _is_least(before) else valence


def _raised(valence: float) -> float:
    return valence + _SHOUT if valence > 0 else valence - _SHOUT


def _differs(pieces: Sequence[Piece]) -> bool:
    """Whether some words are in capitals, and others are not."""
    shouted = [piece.is_upper for piece in pieces]
    return any(shouted) and not all(shouted)


def _is_denied(before: Sequence[Piece | None]) -> bool:
    """Whether a ``no`` stands close before: ``no good``, ``no great joy``, ``no harm or trouble``."""
    one, two, three = before
    if (one is not None and one.low == "no") or (two is not None and two.low == "no"):
        return True
    return three is not None and three.low == "no" and one is not None and one.low in ("or", "nor")


def _is_least(before: Sequence[Piece | None]) -> bool:
    one, two, _ = before
    if one is None or one.low != "least" or one.valence is not None:
        return False
    return two is None or two.low not in ("at", "very")


def _strength(one: Piece, valence: float, is_loud: bool) -> float:
    """What a word before adds to a valence."""
    boost = one.boost
    if not boost:
        return 0.0
    boost = -boost if valence < 0 else boost
    if one.is_upper and is_loud:
        boost += _SHOUT if valence > 0 else -_SHOUT
    return boost


def _turned(valence: float, before: Sequence[Piece | None], far: int) -> float:
    """A valence after what the word ``far`` + 1 places before does to it."""
    at = before[far]
    if at is None:
        return valence
    between = [one.low for one in before[:far] if one is not None]
    if far:
        is_so = any(low in ("so", "this") for low in (between if far == 1 else between[1:]))
        if (at.low == "never" and is_so) or (far == 2 and between[0] in ("so", "this")):
            return valence * 1.25
        if at.low == "without" and "doubt" in between:
            return valence
    return valence * _TURN if at.negates else valence


def _in_phrase(valence: float, pieces: Sequence[Piece], place: int) -> float:
    """A valence after the turns of phrase that a word is in or stands behind."""
    lows = [piece[0] for piece in pieces[place - 3 : place + 3]]
    if _BEGINNINGS.isdisjoint(lows[:4]):
        return valence
    three, two, one, own = lows[:4]
    behind = f"{three} {two} {one}", f"{three} {two}", f"{two} {one}"
    for phrase in (f"{one} {own}", f"{two} {one} {own}", behind[2], behind[0], behind[1]):
        if phrase in SPECIAL_CASES:
            valence = float(SPECIAL_CASES[phrase])
            break
    for end in (5, 6):
        valence = float(SPECIAL_CASES.get(" ".join(lows[3:end]), valence)) if len(lows) >= end else valence
    return valence + sum([float(BOOSTER_DICT[phrase]) for phrase in behind if phrase in BOOSTER_DICT])


def _summed(sentiments: Sequence[float], silent: int, text: str) -> tuple[float, float, float, float]:
    """What VADER says of a text of these valences and of ``silent`` words more."""
    emphasis = _emphasis(text) if "!" in text or "?" in text else 0.0
    whole = float(sum(sentiments))
    whole += emphasis if whole > 0 else -emphasis if whole < 0 else 0.0
    good = bad = 0.0
    for one in sentiments:
        if one > 0:
            good += one + 1
        elif one < 0:
            bad -= one - 1
        else:
            silent += 1
    if good > bad:
        good += emphasis
    elif good < bad:
        bad += emphasis
    total = good + bad + silent
    return round(bad / total, 3), round(silent / total, 3), round(good / total, 3), round(normalize(whole), 4)


def _emphasis(text: str) -> float:
    asked = text.count("?")
    raised = 0.0 if asked < 2 else asked * 0.18 if asked <= 3 else 0.96
    return min(text.count("!"), 4) * 0.292 + raised
