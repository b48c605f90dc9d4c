"""A reading in words, stage by stage."""

from __future__ import annotations

from collections.abc import Sequence

from .reading import Explanation, Reading, Span


def explain(reading: Reading) -> Explanation:
    """Say what each stage contributed to a reading, in the order in which they ran."""
    stages = [
        ("intake", _intake(reading)),
        ("personal data", ", ".join(f"{item.kind} hidden" for item in reading.pii) or "none found"),
        ("safety", "; ".join(f"{flag.kind} {_quotes(flag.spans)}" for flag in reading.safety) or "nothing found"),
        ("language", _language(reading)),
    ]
    if reading.readable:
        stages += _what_was_read(reading)
    reasons = ", ".join(reading.urgency.reasons) or "no reason to hurry"
    stages += [
        ("urgency", f"{reading.urgency.score} of 100: {reasons}"),
        ("actionability", reading.actionability.replace("_", " ")),
        ("version", reading.version),
    ]
    return Explanation(reading, tuple(stages))


def _intake(reading: Reading) -> str:
    tail = "; only the first 5,000 were read" if reading.truncated else ""
    return f"{reading.text_length} characters typed{tail}"


def _language(reading: Reading) -> str:
    told = f"{reading.language} ({reading.language_confidence:.2f})"
    return told if reading.readable else f"{told}: not read, {reading.not_read_reason}"


def _what_was_read(reading: Reading) -> list[tuple[str, str]]:
    sentiment = reading.sentiment
    feeling = "none"
    if sentiment is not None:
        sure = "no evidence" if sentiment.confidence is None else f"{sentiment.confidence:.2f}, an estimate"
        feeling = f"{sentiment.label} {sentiment.score:+.2f} ({sure}) {_quotes(sentiment.spans)}"
    needs = [
        f"{claim.need} {claim.state} ({claim.source} {claim.confidence:.2f}) {_quotes(claim.spans)}"
        for claim in reading.needs
    ]
    intents = [f"{claim.intent} {_quotes(claim.spans)}" for claim in reading.intents]
    aspects = [f"{claim.aspect} {claim.polarity:+.2f}" for claim in reading.aspects]
    return [
        ("sentiment", feeling),
        ("intents", "; ".join(intents)),
        ("needs", "; ".join(needs) or "not sure: for a person"),
        ("aspects", ", ".join(aspects) or "none named"),
    ]


def _quotes(spans: Sequence[Span]) -> str:
    return " ".join(f"“{span.text}”" for span in spans)
