"""Stage 6: what the writer wants, sentence by sentence; rules, because rules travel between domains."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from .intake import Intake
from .lexicon import load_phrases
from .phrasebook import PhraseBook
from .reading import INTENTS, IntentClaim, SafetyFlag, Span
from .sentiment import Felt
from .words import Sentence

_ONE_HIT = 0.6
_MORE_HITS = 0.8


@cache
def _book() -> PhraseBook:
    return PhraseBook.of(load_phrases("intents"))


def find_intents(
    intake: Intake, sentences: Sequence[Sentence], felt: Sequence[Felt], safety: Sequence[SafetyFlag]
) -> tuple[IntentClaim, ...]:
    """All intents of the text with their words, most certain first; ``none`` alone when there is none."""
    found: dict[str, set[tuple[int, int]]] = {}
    for sentence, feeling in zip(sentences, felt, strict=True):
        for label, places in intents_of(sentence, feeling).items():
            found.setdefault(label, set()).update(places)
    claims = [
        IntentClaim(label, _MORE_HITS if len(places) > 1 else _ONE_HIT, True, "rule", _spans(intake, places))
        for label, places in found.items()
    ]
    claims += [
        IntentClaim("data_rights", _MORE_HITS, True, "rule", flag.spans)
        for flag in safety
        if flag.kind == "data_rights"
    ]
    if not claims:
        return (IntentClaim("none", 0.5, True, "rule", ()),)
    return tuple(sorted(claims, key=lambda claim: (-claim.confidence, INTENTS.index(claim.intent))))


def intents_of(sentence: Sentence, felt: Felt) -> dict[str, list[tuple[int, int]]]:
    """The intents of one sentence with the offsets of their words."""
    found: dict[str, list[tuple[int, int]]] = {}
    for match in _book().find(sentence.words):
        found.setdefault(match.label, []).append((match.start, match.end))
    if sentence.is_question and "question" not in found and sentence.words:
        found["question"] = [(sentence.words[-1].start, sentence.end)]
    wish = "request" in felt.cues or "idea" in found
    if "praise" in found and ("sarcasm" in felt.cues or felt.score < 0 or (wish and felt.score < 0.9)):
        del found["praise"]
    if "complaint" in found and felt.score > 0.3:
        del found["complaint"]
    if "complaint" not in found and felt.score < -0.4 and felt.against:
        found["complaint"] = list(felt.against)
    if "idea" in found and "question" in found and not sentence.is_question:
        del found["question"]
    return found


def _spans(intake: Intake, places: set[tuple[int, int]]) -> tuple[Span, ...]:
    return tuple(sorted({intake.span(start, end) for start, end in places}))
