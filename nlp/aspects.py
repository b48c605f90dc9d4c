"""Stage 8: products, channels and steps that are spoken of; each with the feeling of its own clause."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from .intake import Intake
from .lexicon import load
from .phrasebook import Match, PhraseBook
from .reading import AspectClaim
from .sentiment import Felt, feel
from .words import Sentence

_FELT: Final = 0.3
"""How far from nothing a polarity must be to be called a feeling."""


@cache
def book() -> PhraseBook:
    """What names an aspect, ready for use."""
    return PhraseBook.of(
        {
            f"{kind}/{aspect}": phrases
            for kind, section in load("aspects").items()
            for aspect, phrases in section.items()
        }
    )


def find_aspects(intake: Intake, sentences: Sequence[Sentence], felt: Sequence[Felt]) -> tuple[AspectClaim, ...]:
    """Every aspect once, in order of appearance, with all its places and the mean feeling of their clauses."""
    found: dict[str, list[tuple[Match, float]]] = {}
    named = book()
    for sentence, feeling in zip(sentences, felt, strict=True):
        matches = named.find_in(sentence)
        for match, score in scored_places(sentence, feeling, matches) if matches else ():
            found.setdefault(match.label, []).append((match, score))
    claims = []
    for label, places in found.items():
        kind, _, aspect = label.partition("/")
        spans = intake.spans((match.start, match.end) for match, _ in places)
        polarity = round(sum(score for _, score in places) / len(places), 4)
        claims.append(AspectClaim(aspect, kind, polarity, spans))
    return tuple(claims)


def scored_places(sentence: Sentence, felt: Felt, matches: Sequence[Match]) -> list[tuple[Match, float]]:
    """Each place where an aspect is named, with the feeling of its own clause.

    A sentence of one clause, or without feeling, is not read twice; nor is a clause that names no aspect.
    """
    if not matches:
        return []
    clauses = sentence.clauses
    if len(clauses) == 1 or not (felt.against or felt.pro):
        return [(match, felt.score) for match in matches]
    scored = []
    for part in clauses:
        own = [match for match in matches if part.start <= match.start < part.end]
        if own:
            score = feel(part).score
            scored += [(match, score) for match in own]
    return scored


def pole_of(polarity: float) -> str:
    """A polarity in a word: ``negative``, ``neutral`` or ``positive``."""
    return "positive" if polarity > _FELT else "negative" if polarity < -_FELT else "neutral"
