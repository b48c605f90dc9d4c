"""Does a sentence suggest something: to whoever makes a thing, or as advice to its next customers?

Cues of grammar carry points (a modal and who it speaks of, a condition, a wish, advice in the first person), and so
does an order. A sentence suggests when the points reach 1. Such signs travel between domains; single words do not.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Final, NamedTuple

from .bare_wishes import bare_wish
from .evidence import Place
from .lexicon import load
from .orders import may_order, order_in, word_sets
from .phrasebook import Match, PhraseBook
from .remembering import Remembered
from .words import Sentence, Word

ENOUGH: Final = 1.0
"""Points from which a sentence suggests."""
_FAINT: Final = "0.5"
"""The points of signs that never make a suggestion by themselves; they count once."""
_REACH: Final = 14
"""Words of a part in which a phrase at its head may lie."""
_ORDER: Final = "order"
_VETO: Final = "veto"
_ADVICE: Final = " advice"
"""Behind the points of what is told to other customers."""
_START: Final = itemgetter(1)
_BREAK: Final = re.compile(r"[,:;()\[\]–—\"“”*•.!?-](?:(?<=[,:;()\[\]–—\"“”*•])|(?<=\.)\.|(?<=[!?])\s|(?<=\s-)-*\s)")
"""All breaks begin with one of the signs in front, or with a space before a dash."""
_SHAPES: Final = {"ing": "gerundform", "ed": "participleform"}
"""One word for all forms in -ing, and one for all in -ed, that no phrase names."""


class Suggestion(NamedTuple):
    """How much speaks for a suggestion, and where it stands; the places with most points first.

    ``wished`` are those of them that ask something of a maker: advice to its next customers may praise, a wish may not.
    """

    points: float
    places: tuple[Place, ...]
    wished: tuple[Place, ...] = ()


_NOTHING: Final = Suggestion(0.0, ())


@dataclass(frozen=True, slots=True)
class _Cues:
    """Phrases anywhere in a sentence, phrases at the head of its parts and their first words, all words they name."""

    book: PhraseBook
    heads: PhraseBook
    openings: frozenset[str]
    named: frozenset[str]


@cache
def _cues() -> _Cues:
    content = load("suggestions")
    stated = [
        (str(cue["points"]) + _ADVICE * cue.get("to_customers", False), phrase)
        for cue in content["cue"]
        for phrase in cue["phrases"]
    ]
    stated += [(_VETO, phrase) for phrase in content[_VETO]["phrases"]]
    sets = word_sets()
    named = frozenset(word for _, phrase in stated for word in re.findall(r"[a-z']+", phrase)) | sets["good"]
    spelled = {
        "make": sets["change"],
        "change": sets["change"],
        "verb": sets["change"] | sets["advice"],
        "told": sets["change"] | sets["advice"] - sets["expected"],
        "good": sets["good"],
        "ing": {_SHAPES["ing"], *(word for word in named if _shape(word) == "ing")},
        "done": {_SHAPES["ed"], *sets["done"], *(word for word in named if _shape(word) == "ed")},
    }
    book, heads, openings = PhraseBook(_SHAPED), PhraseBook(), set[str]()
    for label, phrase in stated:
        plain = re.sub(r"@(\w+)", lambda found: "|".join(sorted(spelled[found.group(1)])), phrase)
        (heads if phrase.startswith("^") else book).add(label, plain)
        if phrase.startswith("^"):
            openings.update(plain.split()[1].split("|"))
    return _Cues(book, heads, frozenset(openings), named)


def _shape(key: str) -> str | None:
    if len(key) > 5 and key.endswith("ing") and not key.endswith("thing"):
        return "ing"
    return "ed" if len(key) > 4 and key.endswith("ed") else None


def _shaped(key: str) -> str:
    """The key by which phrases know a word."""
    shape = _shape(key)
    return key if shape is None or key in _cues().named else _SHAPES[shape]


_SHAPED: Final = Remembered(_shaped)


def book() -> PhraseBook:
    """What suggests anywhere in a sentence, ready for use."""
    return _cues().book


def suggestion_in(sentence: Sentence) -> Suggestion:
    """What speaks for a suggestion in the sentence."""
    if sentence.suggestion is None:
        bare = bare_wish(sentence)
        sentence.suggestion = weigh(sentence, sentence.words) if bare is None else Suggestion(ENOUGH, (bare,), (bare,))
    found: Suggestion = sentence.suggestion
    return found


def weigh(sentence: Sentence, words: Sequence[Word]) -> Suggestion:
    """As :func:`suggestion_in`, with only these words of the sentence."""
    cues = _cues()
    keys = [word[0] for word in words]
    found = [*cues.book.find_in(sentence)] if words is sentence.words else cues.book.find(words)
    if True in map(_MAY_OPEN.__getitem__, keys):
        found += _in_parts(sentence, words, cues)
    if not found:
        return _NOTHING
    barred = [(match.start, match.end) for match in found if match.label == _VETO]
    return _summed([match for match in found if match.label != _VETO and not _is_barred(match, barred)])


def _in_parts(sentence: Sentence, words: Sequence[Word], cues: _Cues) -> list[Match]:
    """What stands at the heads of the parts of a sentence: phrases and orders."""
    found = list[Match]()
    before: Sequence[Word] = ()
    for whole in _parts(sentence, words):
        at = _opened(whole)
        if _MAY_OPEN[whole[at][0]]:
            part = whole[at:] if at else whole
            found += cues.heads.find(part[:_REACH]) if part[0].key in cues.openings else ()
            order = order_in(part, bool(before) and _goes_on(sentence, before, whole))
            if order is not None:
                found.append(Match(str(order[0]), _ORDER, *order[1:]))
        before = whole
    return found


def _may_open(key: str) -> bool:
    """Whether a phrase at the head of a part, or an order, may begin with this word."""
    return key in _cues().openings or may_order(key)


_MAY_OPEN: Final = Remembered(_may_open)


def _is_barred(match: Match, barred: Sequence[Place]) -> bool:
    """Whether a veto touches a cue; one that begins within a wish takes nothing back: ``wish I could``."""
    if match.phrase == _ORDER:
        return False
    first = match.start if match.phrase.startswith("wish") else 0
    return any(start < match.end and match.start < end for start, end in barred if first == 0 or start <= first)


def _summed(kept: Sequence[Match]) -> Suggestion:
    """Points of cues that lie apart; of those that overlap only the one with most counts."""
    total, faint, places = 0.0, 0.0, list[Place]()
    for match in sorted(kept, key=lambda match: (-_points_of(match), match.start - match.end)):
        if not any(start < match.end and match.start < end for start, end in places):
            places.append((match.start, match.end))
            if match.label == _FAINT:
                faint = _points_of(match)
            else:
                total += _points_of(match)
    wished = [(match.start, match.end) for match in kept if _is_wish(match)]
    return Suggestion(round(total + faint, 2), tuple(places), tuple(wished))


def _is_wish(match: Match) -> bool:
    """Whether a cue asks something of a maker."""
    return match.phrase != _ORDER and match.label != _FAINT and not match.label.endswith(_ADVICE)


def _points_of(match: Match) -> float:
    return float(match.label.removesuffix(_ADVICE))


def _parts(sentence: Sentence, words: Sequence[Word]) -> list[Sequence[Word]]:
    """The words between breaks."""
    offset, begun = sentence.start, 0
    parts: list[Sequence[Word]] = []
    for found in _BREAK.finditer(sentence.text, words[0][2] - offset, words[-1][1] - offset):
        at = bisect_left(words, found.start() + offset, begun, key=_START)
        if at > begun:
            parts.append(words[begun:at])
            begun = at
    parts.append(words[begun:] if begun else words)
    return parts


@cache
def _first_of_openings() -> frozenset[str]:
    return frozenset(opening.partition("_")[0] for opening in word_sets()["opening"])


def _opened(part: Sequence[Word]) -> int:
    """The place of the first word of a part after the small words that open it."""
    firsts = _first_of_openings()
    if part[0][0] not in firsts:
        return 0
    sets, at = word_sets(), 0
    while at < len(part) - 1 and part[at].key in firsts:
        if at < len(part) - 2 and f"{part[at].key}_{part[at + 1].key}" in sets["opening"]:
            at += 2
        elif part[at].key in sets["opening"]:
            at += 1
        else:
            break
    return at


def _goes_on(sentence: Sentence, before: Sequence[Word], part: Sequence[Word]) -> bool:
    """Whether the part before is a statement, and no condition or announcement."""
    keys = [word.key for word in before]
    if ":" in sentence.text[before[-1].end - sentence.start : part[0].start - sentence.start]:
        return False
    return len(keys) > 2 and keys[0] not in word_sets()["condition"] and "if" not in keys and "when" not in keys
