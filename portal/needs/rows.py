"""What a reading is kept as: the row beside its message, its tags, and what becomes of message and conversation."""

from datetime import datetime
from typing import Any

from nlp import Reading
from portal.conversations import Read, Waiting
from portal.needs import rules
from portal.needs.rules import Claim

Pair = tuple[Waiting, Reading]


def storable(text: str) -> str:
    """A text as both databases take it."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def read_row(pair: Pair, sentiment: str | None) -> Read:
    """What becomes of a message and its conversation.

    :param sentiment: the feeling the conversation is listed by from now on; None leaves it as it is.
    """
    waiting, reading = pair
    return Read(
        id=waiting.id,
        conversation_id=waiting.conversation_id,
        masked_text=storable(reading.masked_text),
        readable=reading.readable,
        urgency=reading.urgency.score,
        distress=rules.is_distress(flag.kind for flag in reading.safety),
        sentiment=sentiment,
    )


def reading_row(pair: Pair, now: datetime) -> dict[str, Any]:
    """The row of a reading."""
    waiting, reading = pair
    felt = reading.sentiment
    return {
        "message_id": waiting.id,
        "reader_version": reading.version,
        "language": reading.language,
        "readable": reading.readable,
        "not_read_reason": reading.not_read_reason,
        "sentiment": felt.label if felt else None,
        "score": rules.thousandths(felt.score) if felt else None,
        "actionability": reading.actionability,
        "urgency": reading.urgency.score,
        "safety": [{"kind": flag.kind, "spans": [[s.start, s.end] for s in flag.spans]} for flag in reading.safety],
        "pii": [[found.span.start, found.span.end, found.kind] for found in reading.pii],
        "aspects": [
            {
                "aspect": one.aspect,
                "kind": one.kind,
                "polarity": rules.thousandths(one.polarity),
                "spans": [[s.start, s.end] for s in one.spans],
            }
            for one in reading.aspects
        ],
        "read_at": now,
    }


def tag_row(message_id: int, claim: Claim, version: str, now: datetime) -> dict[str, Any]:
    """The row of a tag nobody has looked at."""
    return {
        "message_id": message_id,
        "kind": claim.kind,
        "value": claim.value,
        "need_state": claim.need_state,
        "confidence": claim.confidence,
        "is_estimate": claim.is_estimate,
        "polarity": claim.polarity,
        "source": claim.source,
        "reader_version": version,
        "spans": [list(span) for span in claim.spans],
        "review": "none",
        "created_at": now,
    }
