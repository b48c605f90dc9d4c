"""Stage 8: products, channels and steps that are spoken of; each with the feeling of its own clause."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from .intake import Intake
from .lexicon import load
from .phrasebook import PhraseBook
from .reading import AspectClaim
from .sentiment import Felt, feel
from .words import Sentence, clauses_of


@cache
def _book() -> PhraseBook:
    return PhraseBook.of(
        {
            f"{kind}/{aspect}": phrases
            for kind, section in load("aspects").items()
            for aspect, phrases in section.items()
        }
    )


def find_aspects(intake: Intake, sentences: Sequence[Sentence], felt: Sequence[Felt]) -> tuple[AspectClaim, ...]:
    """Every aspect once, in order of appearance, with all its places and the mean feeling of their clauses."""
    places: dict[str, list[tuple[int, int, float]]] = {}
    for sentence, feeling in zip(sentences, felt, strict=True):
        matches = _book().find(sentence.words)
        if not matches:
            continue
        scores = _clause_scores(sentence, feeling)
        for match in matches:
            score = next((score for start, end, score in scores if start <= match.start < end), feeling.score)
            places.setdefault(match.label, []).append((match.start, match.end, score))
    claims = []
    for label, found in places.items():
        kind, _, aspect = label.partition("/")
        spans = tuple(sorted({intake.span(start, end) for start, end, _ in found}))
        polarity = round(sum(score for _, _, score in found) / len(found), 4)
        claims.append(AspectClaim(aspect, kind, polarity, spans))
    return tuple(claims)


def _clause_scores(sentence: Sentence, felt: Felt) -> list[tuple[int, int, float]]:
    """The feeling of each clause; a sentence of one clause, or without feeling, is not read twice."""
    clauses = clauses_of(sentence)
    if len(clauses) == 1 or not (felt.against or felt.pro):
        return [(sentence.start, sentence.end, felt.score)]
    return [(part.start, part.end, feel(part).score) for part in clauses]
