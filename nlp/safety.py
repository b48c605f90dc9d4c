"""Stage 2: the safety screen. Any hit means a person first, and selling stops. Tuned for recall, in any language."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from .intake import Intake
from .lexicon import load_phrases
from .phrasebook import Match, PhraseBook
from .reading import SAFETY_KINDS, SafetyFlag
from .words import Sentence


@cache
def _book() -> PhraseBook:
    return PhraseBook.of(load_phrases("safety"))


def screen(intake: Intake, masked: str, sentences: Sequence[Sentence]) -> tuple[SafetyFlag, ...]:
    """Every safety reason found in the masked text, in the fixed order of kinds, with its words."""
    found: dict[str, list[Match]] = {}
    for sentence in sentences:
        for match in _book().find(sentence.words):
            found.setdefault(match.label, []).append(match)
    if not masked.isascii():
        for match in _book().find_runs(masked):
            found.setdefault(match.label, []).append(match)
    return tuple(
        SafetyFlag(kind, tuple(sorted({intake.span(match.start, match.end) for match in found[kind]})), "rule")
        for kind in SAFETY_KINDS
        if kind in found
    )
