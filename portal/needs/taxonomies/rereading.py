"""Job reread: reads what was written before with the reader in force, in batches that can be stopped and resumed.

What a person said wins: tags they put, accepted, corrected or rejected are left alone, and what was denied never comes
back. Claims that stand as before keep their tag and its version. Nobody is told again what was understood.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from nlp import Reader
from portal import conversations, db, writing
from portal.conversations import Waiting
from portal.conversations.models import Conversation, Message
from portal.needs import signals
from portal.needs.claims import claims_of
from portal.needs.in_force import catch_up
from portal.needs.models import MessageFingerprint, MessageReading, Review, Tag
from portal.needs.rows import Pair, read_row, reading_row, tag_row
from portal.needs.rules import HUMAN, Claim
from portal.needs.taxonomies.asking import OPEN, WAS_READ
from portal.needs.taxonomies.models import Reread
from portal.needs.taxonomies.standing import Said, StandingTag, settle

BATCH = 200
SUPERSEDED = "another reader"
"""Who stopped a run whose reader is no longer in force."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Messages to read next, and where the run stood when they were chosen."""

    reread_id: int
    position: int
    reader: Reader
    messages: list[Waiting]


def reread(
    engine: Engine,
    *,
    clock: Callable[[], datetime],
    worker: str,
    should_stop: Callable[[], bool] = lambda: False,
    limit: int = BATCH,
) -> tuple[int, int]:
    """Go on with the run that waits or was left, until it is finished, stopped, or another reader comes into force.

    Two workers are safe: a batch counts for who moves the position on. Gives how many messages were done, and 0.

    :param limit: messages read and written in one go.
    """
    done = 0
    while not should_stop():
        with db.writing(engine) as session:
            batch = next_slice(session, limit, clock())
        if batch is None:
            break
        pairs = [(message, batch.reader.read(message.text)) for message in batch.messages]
        with db.writing(engine) as session:
            done += keep_slice(session, batch, pairs, clock())
    return done, 0


def next_slice(session: Session, limit: int, now: datetime) -> Slice | None:
    """The messages to read next; None when nobody asked, all are done, or another reader is in force."""
    run = session.scalars(sa.select(Reread).where(Reread.state.in_(OPEN)).with_for_update()).one_or_none()
    if run is None:
        return None
    reader = catch_up(session, force=True).reader
    if reader.version != run.reader_version:
        run.state, run.slot, run.stopped_by, run.updated_at = "stopped", None, SUPERSEDED, now
        return None
    messages = _after(session, run.position, run.last_id, limit)
    if not messages:
        run.state, run.slot, run.finished_at, run.updated_at = "finished", None, now, now
        return None
    run.state, run.updated_at = "running", now
    return Slice(run.id, run.position, reader, messages)


def _after(session: Session, position: int, last_id: int, limit: int) -> list[Waiting]:
    rows = session.execute(
        sa.select(
            Message.id,
            Message.text,
            Conversation.customer_id,
            Message.written_at,
            Message.conversation_id,
            Conversation.origin,
            Conversation.may_reply,
        )
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.id > position, Message.id <= last_id, WAS_READ)
        .order_by(Message.id)
        .limit(limit)
    )
    return [Waiting(*row) for row in rows]


def keep_slice(session: Session, batch: Slice, pairs: Sequence[Pair], now: datetime) -> int:
    """Write what one batch changes, unless somebody else has, or it was stopped meanwhile."""
    moved = session.execute(
        sa.update(Reread)
        .where(Reread.id == batch.reread_id, Reread.position == batch.position, Reread.state.in_(OPEN))
        .values(position=batch.messages[-1].id, done=Reread.done + len(pairs), updated_at=now)
        .execution_options(synchronize_session=False)
    )
    if not moved.rowcount:  # type: ignore[attr-defined]  # an UPDATE has a rowcount
        return 0
    changed = replace_readings(session, pairs, now=now)
    session.execute(
        sa.update(Reread)
        .where(Reread.id == batch.reread_id)
        .values(changed=Reread.changed + changed)
        .execution_options(synchronize_session=False)
    )
    return len(pairs)


def replace_readings(session: Session, pairs: Sequence[Pair], *, now: datetime) -> int:
    """Put these readings in place of the earlier ones; gives how many messages have other tags than before."""
    ids = [message.id for message, _ in pairs]
    signals.hold_owners(session, [message for message, _ in pairs])
    standing, said = _standing(session, ids), _said(session, ids)
    ended: list[int] = []
    made: list[dict[str, Any]] = []
    changed = 0
    felt: dict[int, str | None] = {}
    for message, reading in pairs:
        outcome = settle(standing.get(message.id, []), claims_of(reading), said.get(message.id, Said()))
        ended += outcome.ended
        made += [tag_row(message.id, claim, reading.version, now) for claim in outcome.made]
        changed += bool(outcome.ended or outcome.made)
        felt[message.id] = outcome.sentiment
    _end(session, ended, now)
    writing.insert_many(session, Tag, made)
    _replace(session, pairs, felt, now)
    signals.rest_again(session, ids, now=now)
    return changed


def _standing(session: Session, ids: Sequence[int]) -> dict[int, list[StandingTag]]:
    """The open tags of these messages, held until the transaction ends."""
    found: dict[int, list[StandingTag]] = {}
    wanted = sa.select(Tag).where(Tag.message_id.in_(ids), Tag.ended_at.is_(None)).order_by(Tag.id).with_for_update()
    for tag in session.scalars(wanted, execution_options={"populate_existing": True}):
        claim = Claim(
            tag.kind,
            tag.value,
            tag.need_state,
            tag.confidence,
            tag.is_estimate,
            tag.polarity,
            tag.source,
            tuple((int(span[0]), int(span[1])) for span in tag.spans),
        )
        by_person = tag.source == HUMAN or tag.review != "none"
        found.setdefault(tag.message_id, []).append(StandingTag(tag.id, claim, by_person))
    return found


def _said(session: Session, ids: Sequence[int]) -> dict[int, Said]:
    """What people have said about the tags of these messages."""
    rows = session.execute(
        sa.select(Review.message_id, Review.tag_id, Review.new_tag_id, Review.verdict, Tag.kind, Tag.value)
        .join(Tag, Tag.id == Review.tag_id)
        .where(Review.message_id.in_(ids))
    )
    found: dict[int, Said] = {}
    for message_id, tag_id, new_tag_id, verdict, kind, value in rows:
        said = found.setdefault(message_id, Said())
        said.about.update(one for one in (tag_id, new_tag_id) if one is not None)
        if verdict in ("reject", "correct"):
            said.denied.add((kind, value))
    return found


def _end(session: Session, tag_ids: Sequence[int], now: datetime) -> None:
    if tag_ids:
        session.execute(
            sa.update(Tag).where(Tag.id.in_(tag_ids)).values(ended_at=now).execution_options(synchronize_session=False)
        )
        signals.end_with_tags(session, tag_ids, cause="reader", now=now)


def _replace(session: Session, pairs: Sequence[Pair], felt: dict[int, str | None], now: datetime) -> None:
    """The reading beside each message, its masked words, and how its conversation stands."""
    ids = [message.id for message, _ in pairs]
    session.execute(sa.delete(MessageReading).where(MessageReading.message_id.in_(ids)))
    writing.insert_many(session, MessageReading, [reading_row(pair, now) for pair in pairs])
    masked = dict(session.execute(sa.select(Message.id, Message.masked_text).where(Message.id.in_(ids))).all())
    newest = _newest_of_conversations(session, [message.conversation_id for message, _ in pairs])
    read = [read_row(pair, felt[pair[0].id] if pair[0].id in newest else None) for pair in pairs]
    remasked = [one.id for one in read if one.masked_text != masked[one.id]]
    if remasked:  # made of words that are hidden now, or were hidden then: made anew by the job that indexes texts
        session.execute(sa.delete(MessageFingerprint).where(MessageFingerprint.message_id.in_(remasked)))
    conversations.mark_read(session, read)


def _newest_of_conversations(session: Session, conversation_ids: Sequence[int]) -> set[int]:
    """The newest read message of each: the one by whose feeling the conversation is listed."""
    newest = sa.select(sa.func.max(Message.id)).where(Message.conversation_id.in_(conversation_ids), WAS_READ)
    return set(session.scalars(newest.group_by(Message.conversation_id)))
