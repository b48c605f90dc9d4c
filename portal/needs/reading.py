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
from portal import conversations, db, likeness, live, writing
from portal.accounts import Customer
from portal.conversations import Waiting
from portal.likeness import Print
from portal.needs import rules, signals
from portal.needs.claims import claims_of, language_name, need_name, preview
from portal.needs.in_force import catch_up
from portal.needs.learning.shadow import count_along, read_along
from portal.needs.models import MessageFingerprint, MessageReading, Tag
from portal.needs.rows import Pair, read_row, reading_row, storable, tag_row

ReadText = Callable[[str], Reading]


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
        along = read_along((waiting.id, waiting.text, reading) for waiting, reading in pairs)
        with db.writing(engine) as session:
            count_along(session, along)
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
    return likeness.prints_of("message_id", {waiting.id: storable(reading.masked_text) for waiting, reading in pairs})


def keep_readings(
    session: Session, pairs: Sequence[Pair], prints: Sequence[Print], *, worker: str, now: datetime
) -> int:
    """Write readings, tags, signals and what the portal says about them, for messages this worker still holds.

    :param prints: what `prints_of` made of these pairs.
    """
    ours = conversations.still_ours(session, [waiting.id for waiting, _ in pairs], worker=worker)
    kept = [pair for pair in pairs if pair[0].id in ours]
    if not kept:
        return 0
    writing.insert_many(session, MessageReading, [reading_row(pair, now) for pair in kept])
    likeness.keep(session, MessageFingerprint, "message_id", [one for one in prints if one["message_id"] in ours])
    writing.insert_many(session, Tag, [row for pair in kept for row in _tag_rows(pair, now)])
    conversations.mark_read(session, [read_row(pair, _feeling(pair[1])) for pair in kept])
    signals.rest_on_new_tags(session, [waiting for waiting, _ in kept], now=now)
    from_here = [pair for pair in kept if pair[0].origin == "portal"]
    languages = _languages(session, from_here) if from_here else {}
    for pair in from_here:
        _tell(session, pair, languages, now)
    return len(kept)


def _feeling(reading: Reading) -> str | None:
    return reading.sentiment.label if reading.sentiment else None


def _tag_rows(pair: Pair, now: datetime) -> list[dict[str, Any]]:
    message, reading = pair
    return [tag_row(message.id, claim, reading.version, now) for claim in claims_of(reading)]


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
