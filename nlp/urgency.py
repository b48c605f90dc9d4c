"""Stage 9: how soon a person should look, and what kind of answer is owed. Rules with reasons."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from .lexicon import load
from .phrasebook import PhraseBook
from .reading import IntentClaim, SafetyFlag, Sentiment, Urgency
from .words import Sentence

_SAFETY_POINTS: Final = {
    "self_harm": (100, "may be at risk of harming themselves"),
    "threat": (80, "a threat"),
    "fraud": (70, "money or identity may be in danger"),
    "hardship": (55, "may be in hardship"),
    "bereavement": (50, "a death is spoken of"),
    "discrimination": (45, "discrimination is spoken of"),
    "regulator": (45, "a regulator, lawyer or the press is spoken of"),
    "data_rights": (40, "a data right is used; a legal period runs"),
    "abuse": (20, "abusive words"),
}
_MOST_FROM_REST: Final = 60


@cache
def book() -> PhraseBook:
    """What makes a text urgent, ready for use."""
    return PhraseBook.of({label: section["phrases"] for label, section in load("urgency").items()})


@cache
def _points() -> dict[str, tuple[int, str]]:
    return {label: (int(section["points"]), str(section["reason"])) for label, section in load("urgency").items()}


def rate_urgency(
    sentences: Sequence[Sentence],
    safety: Sequence[SafetyFlag],
    sentiment: Sentiment | None,
    intents: Sequence[IntentClaim],
) -> Urgency:
    """The score from 0 to 100: the gravest safety flag, plus what the words and the feeling add."""
    reasons = [_SAFETY_POINTS[flag.kind] for flag in safety]
    gravest = max((points for points, _ in reasons), default=0)
    rest = _from_words(sentences)
    wanted = {claim.intent for claim in intents}
    if sentiment is not None and sentiment.label == "negative" and sentiment.score <= -0.5:
        rest.append((15, "strongly negative"))
    if wanted & {"complaint", "bug"}:
        rest.append((10, "a complaint or a fault"))
    score = gravest + min(_MOST_FROM_REST, sum(points for points, _ in rest))
    told = [reason for _, reason in sorted(reasons, reverse=True)] + [reason for _, reason in rest]
    return Urgency(min(100, score), tuple(told))


def _from_words(sentences: Sequence[Sentence]) -> list[tuple[int, str]]:
    labels = {match.label for sentence in sentences for match in book().find_in(sentence)}
    return [told for label, told in _points().items() if label in labels] if labels else []


def actionability_of(
    readable: bool,
    reason: str | None,
    intents: Sequence[IntentClaim],
    safety: Sequence[SafetyFlag],
    sentiment: Sentiment | None,
) -> str:
    """What is owed: ``response_needed``, ``suggestion``, ``praise`` or ``not_meaningful``.

    A text in a language we do not read needs a person; one with nothing to read does not.
    """
    wanted = {claim.intent for claim in intents}
    if safety or reason in ("language", "unknown_language"):
        return "response_needed"
    if not readable:
        return "not_meaningful"
    if wanted & {"complaint", "bug", "request", "data_rights", "question"} and "idea" not in wanted:
        return "response_needed"
    if wanted & {"complaint", "bug"}:
        return "response_needed"
    if "idea" in wanted:
        return "suggestion"
    if sentiment is not None and sentiment.label in ("negative", "mixed"):
        return "response_needed"
    return (
        "praise"
        if "praise" in wanted or (sentiment is not None and sentiment.label == "positive")
        else "not_meaningful"
    )
