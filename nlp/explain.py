"""A reading in words a customer understands: what each stage found, and what would change it.

What would change it is computed, not written: the words of a claim are deleted, and the text is read again. Everything
has a code and parameters beside its English text, so that a page can say it in another language.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from .leaving_out import Place, fewest_first, left_out
from .reading import Change, Explanation, Reading, Span, Stage

_MOST: Final = 22
"""Readings of the rest of a text for one claim, at most."""
_FEELINGS: Final = {
    "negative": "unhappy",
    "positive": "happy",
    "neutral": "neither happy nor unhappy",
    "mixed": "both happy and unhappy",
}
_NOT_READ: Final = {
    "empty": "there is nothing to read",
    "too_short": "there is too little to tell the language",
    "unknown_language": "we could not tell the language",
    "language": "we do not read this language yet",
}

Claims = dict[tuple[str, str], tuple[Span, ...]]
"""What a reading claims, by kind and value, with its words."""


def explain(text: str, read: Callable[[str], Reading]) -> Explanation:
    """What each stage of ``read`` makes of a text, and which words would have to be absent for another outcome."""
    reading = read(text)
    return Explanation(reading, tuple(_stages(reading)), tuple(_changes(text, reading, read)))


def _stages(reading: Reading) -> list[Stage]:
    stages = [
        _intake(reading),
        _stage(
            "personal data",
            "hidden" if reading.pii else "none",
            ", ".join(f"{item.kind} hidden" for item in reading.pii) or "none found",
            kinds=", ".join(item.kind for item in reading.pii),
        ),
        _stage(
            "safety",
            "person_first" if reading.safety else "none",
            "; ".join(
                f"{_plain(flag.kind)} {_quotes(flag.spans)}: a person reads this first" for flag in reading.safety
            )
            or "nothing found",
            kinds=", ".join(flag.kind for flag in reading.safety),
        ),
        _language(reading),
    ]
    if reading.readable:
        stages += _what_was_read(reading)
    reasons = ", ".join(reading.urgency.reasons)
    return [
        *stages,
        _stage(
            "urgency", "scored", f"{reading.urgency.score} of 100: {reasons or 'no reason to hurry'}", reasons=reasons
        ),
        _stage("actionability", reading.actionability, _plain(reading.actionability)),
        _stage("version", "version", reading.version),
    ]


def _stage(name: str, code: str, text: str, **params: str) -> Stage:
    return Stage(name, code, tuple(sorted(params.items())), text)


def _intake(reading: Reading) -> Stage:
    typed = f"{reading.text_length} characters typed"
    if reading.truncated:
        return _stage("intake", "cut", f"{typed}; only the first 5,000 were read", length=str(reading.text_length))
    return _stage("intake", "whole", typed, length=str(reading.text_length))


def _language(reading: Reading) -> Stage:
    told = f"{reading.language} ({reading.language_confidence:.2f})"
    if not reading.readable:
        reason = reading.not_read_reason or ""
        return _stage(
            "language",
            f"not_read_{reason}",
            f"{told}: not read, {_NOT_READ.get(reason, reason)}",
            language=reading.language,
        )
    if reading.also_language:
        told += f"; a part is in {reading.also_language}, which we do not read"
        return _stage("language", "read_in_part", told, language=reading.language, also=reading.also_language)
    return _stage("language", "read", told, language=reading.language)


def _what_was_read(reading: Reading) -> list[Stage]:
    needs = [
        f"{claim.need} {claim.state} ({claim.source} {claim.confidence:.2f}) {_quotes(claim.spans)}"
        for claim in reading.needs
    ]
    intents = [f"{_plain(claim.intent)} {_quotes(claim.spans)}".strip() for claim in reading.intents]
    aspects = [f"{claim.aspect} {claim.polarity:+.2f}" for claim in reading.aspects]
    return [
        _sentiment(reading),
        _stage("intents", "found" if intents else "none", "; ".join(intents) or "none"),
        _stage("needs", "found" if needs else "not_sure", "; ".join(needs) or "not sure: for a person"),
        _stage("aspects", "found" if aspects else "none", ", ".join(aspects) or "none named"),
    ]


def _sentiment(reading: Reading) -> Stage:
    felt = reading.sentiment
    if felt is None:
        return _stage("sentiment", "none", "none")
    if felt.confidence is None:
        sure = "no evidence"
    else:
        sure = f"{felt.confidence:.2f}, an estimate" if felt.is_estimate else f"{felt.confidence:.2f}"
    text = f"{felt.label} {felt.score:+.2f} ({sure}) {_quotes(felt.spans)}".strip()
    return _stage("sentiment", felt.label, text, score=f"{felt.score:+.2f}")


def _changes(text: str, reading: Reading, read: Callable[[str], Reading]) -> list[Change]:
    """For every claim the fewest of its words without which it falls; for a feeling also what it becomes."""
    changes = []
    for (kind, value), spans in _claims(reading).items():
        for places in fewest_first(_stretches(spans), _MOST):
            left = read(left_out(text, places))
            if (kind, value) not in _claims(left):
                words = tuple(Span(start, end, text[start:end]) for start, end in places)
                changes.append(_change(kind, value, words, left))
                break
    return changes


def _stretches(spans: Sequence[Span]) -> list[Place]:
    """The places of the words, those that touch as one."""
    joined: list[Place] = []
    for span in sorted(spans):
        if joined and span.start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], span.end)
        else:
            joined.append((span.start, span.end))
    return joined


def _claims(reading: Reading) -> Claims:
    claims: Claims = {("safety", flag.kind): flag.spans for flag in reading.safety}
    claims |= {("need", f"{claim.need} {claim.state}"): claim.spans for claim in reading.needs}
    claims |= {("intent", claim.intent): claim.spans for claim in reading.intents}
    if reading.sentiment is not None:
        claims["sentiment", reading.sentiment.label] = reading.sentiment.spans
    return {claim: spans for claim, spans in claims.items() if spans}


def _change(kind: str, value: str, spans: tuple[Span, ...], left: Reading) -> Change:
    words = f"Without {_quotes(spans)}"
    if kind == "sentiment":
        after = left.sentiment.label if left.sentiment is not None else None
        becomes = f"it would read as {_FEELINGS[after]}" if after else "there would be nothing to read"
        return Change(kind, value, after, spans, f"{words} {becomes}.")
    after = None
    if kind == "need":
        after = next((claim.state for claim in left.needs if claim.need == value.split(" ")[0]), None)
    named = {"safety": "no reason for a person to read it first as", "need": "no need", "intent": "no"}[kind]
    text = f"{words} there would be {named} {_plain(value)}" + (f", but {after}." if after else ".")
    return Change(kind, value, after, spans, text)


def _plain(code: str) -> str:
    return code.replace("_", " ")


def _quotes(spans: Sequence[Span]) -> str:
    return " ".join(f"“{span.text}”" for span in spans)
