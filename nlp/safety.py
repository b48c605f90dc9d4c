"""Stage 2: the safety screen. Any hit means a person first, and selling stops. Tuned for recall, in any language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from .intake import Intake
from .lexicon import load_phrases
from .phrasebook import Match, PhraseBook
from .reading import SAFETY_KINDS, SafetyFlag
from .words import Sentence

_STARRED: Final = re.compile(
    r"(?<!\w)(?:f(?:[*#@!$%]{1,4}(?:k|ck|king|cking|ker)s?|\*{3})|sh?[*#@!$%]{1,3}te?y?|b[*#@!$%]{1,4}ch(?:es)?"
    r"|c[*#@!$%]{1,3}n?ts?|b[*#@!$%]st[a*@]rds?|a[*#@!$%]{1,3}holes?|w[*#@!$%]nkers?|tw[*#@!$%]ts?|d[*#@!$%]ckheads?"
    r"|f[ .]u[ .]c[ .]k|s[ .]h[ .]i[ .]t)(?=\W|\Z)",
    re.IGNORECASE,
)
"""Swearing behind stars and other signs, or letter by letter, which is no word."""
_HIDES: Final = re.compile(r"[*#@!$%]\w|[fs][ .][uh][ .]")
_PAST: Final = 12
"""Letters that a match may stick out of an idiom and still be of it."""


@cache
def book() -> PhraseBook:
    """What a person shall read first, ready for use."""
    return PhraseBook.of(load_phrases("safety"))


@cache
def _idioms() -> PhraseBook:
    return PhraseBook.of(load_phrases("idioms"))


def screen(intake: Intake, masked: str, sentences: Sequence[Sentence]) -> tuple[SafetyFlag, ...]:
    """Every safety reason found in the masked text, in the fixed order of kinds, with its words."""
    found: dict[str, set[tuple[int, int]]] = {}
    for sentence in sentences:
        for match in _meant(sentence):
            found.setdefault(match.label, set()).add((match.start, match.end))
    if not masked.isascii():
        for match in book().find_runs(masked):
            found.setdefault(match.label, set()).add((match.start, match.end))
    if _HIDES.search(masked) is not None:
        for starred in _STARRED.finditer(masked):
            found.setdefault("abuse", set()).add(starred.span())
    return tuple(SafetyFlag(kind, intake.spans(found[kind]), "rule") for kind in SAFETY_KINDS if kind in found)


def _meant(sentence: Sentence) -> Sequence[Match]:
    """The matches of one sentence without those that lie in a turn of phrase: *shoot me an e-mail* threatens nobody."""
    matches = book().find_in(sentence)
    if not matches:
        return matches
    idioms = _idioms().find_in(sentence)
    return [match for match in matches if not any(_is_only(match, idiom) for idiom in idioms)]


def _is_only(match: Match, idiom: Match) -> bool:
    """Whether a match shares words with an idiom of its kind and does not go on long past it."""
    overlaps = match.label == idiom.label and match.start < idiom.end and idiom.start < match.end
    return overlaps and match.end <= idiom.end + _PAST and idiom.start <= match.start + _PAST
