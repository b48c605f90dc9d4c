"""Job read-messages: claims waiting messages, reads them outside any transaction, writes what was understood once.

Tags are written for everybody, to answer them. Signals are written only under a consent that is in force at that very
moment: the customers of the batch are locked first, so a withdrawal comes either before (no signal) or after it (and
ends the signal).
"""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from nlp import Reading
from portal import conversations, db, likeness, live
from portal.accounts import Customer
from portal.conversations import Read, Waiting
from portal.likeness import Print
from portal.needs import rules, signals
from portal.needs.claims import claims_of, language_name, need_name, preview
from portal.needs.in_force import catch_up
from portal.needs.models import MessageFingerprint, MessageReading, Tag

ReadText = Callable[[str], Reading]
Pair = tuple[Waiting, Reading]


def _never() -> bool:
    return False


def read_waiting(
    engine: Engine,
    *,
    clock: Callable[[], datetime],
    worker: str,
    should_stop: Callable[[], bool] = _never,
    limit: int = 200,
    read: ReadText = preview,
) -> tuple[int, int]:
    """Read everything that waits; gives how many were read and how many attempts failed.

    :param limit: messages claimed and written in one go.
    :param read: what reads a text; a message for which it raises is tried again later, at most five times.
    """
    token = f"{worker}/{secrets.token_hex(4)}"
    done = failed = 0
    while not should_stop():
        with db.writing(engine) as session:
            catch_up(session)
            claimed = conversations.claim_waiting(session, worker=token, limit=limit, now=clock())
        if not claimed:
            break
        pairs, faults = _read_all(claimed, read)
        prints = prints_of(pairs)
        with db.writing(engine) as session:
            done += keep_readings(session, pairs, prints, worker=token, now=clock())
            for waiting, kind in faults:
                conversations.mark_failed(session, waiting.id, worker=token, error=kind, now=clock())
        failed += len(faults)
    return done, failed


def _read_all(claimed: Sequence[Waiting], read: ReadText) -> tuple[list[Pair], list[tuple[Waiting, str]]]:
    pairs: list[Pair] = []
    faults: list[tuple[Waiting, str]] = []
    for waiting in claimed:
        try:
            pairs.append((waiting, read(waiting.text)))
        except Exception as fault:  # whatever one text does to the reader, the others are read
            faults.append((waiting, type(fault).__name__))
    return pairs, faults


def prints_of(pairs: Sequence[Pair]) -> list[Print]:
    """By what each message will be found among those like it; to be made before the writing begins."""
    return likeness.prints_of("message_id", {waiting.id: _storable(reading.masked_text) for waiting, reading in pairs})


def keep_readings(
    session: Session, pairs: Sequence[Pair], prints: Sequence[Print], *, worker: str, now: datetime
) -> int:
    """Write readings, tags, signals and what the portal says about them, for messages this worker still holds.

    :param prints: what `prints_of` made of these pairs.
    """
    ours = conversations.still_ours(session, [waiting.id for waiting, _ in pairs], worker=worker, now=now)
    kept = [pair for pair in pairs if pair[0].id in ours]
    if not kept:
        return 0
    connection = session.connection()
    connection.execute(sa.insert(MessageReading), [_reading_row(pair, now) for pair in kept])
    likeness.keep(session, MessageFingerprint, "message_id", [one for one in prints if one["message_id"] in ours])
    tags = [row for pair in kept for row in _tag_rows(pair, now)]
    if tags:
        connection.execute(sa.insert(Tag), tags)
    conversations.mark_read(session, [_read(pair) for pair in kept])
    signals.rest_on_new_tags(session, [waiting for waiting, _ in kept], now=now)
    from_here = [pair for pair in kept if pair[0].origin == "portal"]
    languages = _languages(session, from_here) if from_here else {}
    for pair in from_here:
        _tell(session, pair, languages, now)
    return len(kept)


def _read(pair: Pair) -> Read:
    waiting, reading = pair
    return Read(
        id=waiting.id,
        conversation_id=waiting.conversation_id,
        masked_text=_storable(reading.masked_text),
        readable=reading.readable,
        urgency=reading.urgency.score,
        distress=rules.is_distress(flag.kind for flag in reading.safety),
        sentiment=reading.sentiment.label if reading.sentiment else None,
    )


def _storable(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _reading_row(pair: Pair, now: datetime) -> dict[str, Any]:
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


def _tag_rows(pair: Pair, now: datetime) -> list[dict[str, Any]]:
    waiting, reading = pair
    return [
        {
            "message_id": waiting.id,
            "kind": claim.kind,
            "value": claim.value,
            "need_state": claim.need_state,
            "confidence": claim.confidence,
            "is_estimate": claim.is_estimate,
            "polarity": claim.polarity,
            "source": claim.source,
            "reader_version": reading.version,
            "spans": [list(span) for span in claim.spans],
            "review": "none",
            "created_at": now,
        }
        for claim in claims_of(reading)
    ]


def _languages(session: Session, pairs: Sequence[Pair]) -> dict[int, str]:
    """The language each customer is answered in; somebody unknown is answered in the one they wrote in."""
    owners = {waiting.customer_id for waiting, _ in pairs}
    wanted = sa.select(Customer.id, Customer.language).where(Customer.id.in_(owners))
    return dict(session.execute(wanted).all())


def _tell(session: Session, pair: Pair, languages: dict[int, str], now: datetime) -> None:
    """Say in the conversation what was understood, and to an open page that it was."""
    waiting, reading = pair
    if waiting.may_reply:
        sure = [
            (need_name(claim.need), claim.state)
            for claim in reading.needs
            if rules.makes_signal(rules.thousandths(claim.confidence), claim.source, "none")
        ]
        text = rules.acknowledgement(
            sure,
            readable=reading.readable,
            language=language_name(reading.language),
            distress=rules.is_distress(flag.kind for flag in reading.safety),
            wants_answer=reading.actionability in ("response_needed", "suggestion"),
            spoken=languages.get(waiting.customer_id or 0, reading.language),
        )
        conversations.acknowledge(session, waiting.conversation_id, text, author_name="", now=now)
    if waiting.customer_id is not None:
        live.tell(
            session,
            waiting.customer_id,
            "message-read",
            {"message": waiting.id, "conversation": waiting.conversation_id},
            now,
        )
