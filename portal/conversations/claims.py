"""The reader's side of messages: claimed by compare-and-set, read elsewhere, marked once.

New words come before what an import brought, so that somebody who just wrote is read within seconds. A message
that cannot be read is tried again later and given up after a few attempts; a claim whose worker died is taken over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import writing
from portal.conversations import rules
from portal.conversations.models import Conversation, Message

_OF_MESSAGE: dict[str, sa.types.TypeEngine[Any]] = {"this": sa.Integer(), "outcome": sa.Text(), "masked": sa.Text()}
_OF_CONVERSATION: dict[str, sa.types.TypeEngine[Any]] = {
    "this": sa.Integer(),
    "soon": sa.Integer(),
    "distressed": sa.Boolean(),
    "feeling": sa.Text(),
}
"""What is told of each to the statements that mark it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message this worker has claimed. `customer_id` is None when nobody knows who wrote it."""

    id: int
    text: str
    customer_id: int | None
    written_at: datetime
    conversation_id: int
    origin: str
    may_reply: bool


@dataclass(frozen=True, slots=True)
class Read:
    """What becomes of a message and its conversation once it is read. `urgency` is 0…100."""

    id: int
    conversation_id: int
    masked_text: str
    readable: bool
    urgency: int
    distress: bool
    sentiment: str | None


def claim_waiting(session: Session, *, worker: str, limit: int, now: datetime) -> list[Waiting]:
    """Take up to `limit` messages to read; nobody else gets them until the claim is two minutes old.

    :param worker: unique to this run, so that a late worker cannot write over the one who took its place.
    """
    _begin_anew_what_is_ahead(session, now)
    _give_up_stale(session, now)
    fresh = sa.and_(Message.reading == "waiting", Message.read_after.is_(None))
    later = sa.and_(Message.reading == "waiting", Message.read_after <= now)
    stale = sa.and_(Message.reading == "claimed", Message.claimed_at < now - rules.CLAIM_LASTS)
    claimed: list[int] = []
    for kind in (fresh, later, stale):
        if len(claimed) < limit:
            claimed += _claim(session, kind, worker, limit - len(claimed), now)
    return _claimed(session, claimed)


def more_wait_than(session: Session, number: int) -> bool:
    """Whether more than so many messages wait to be read."""
    waiting = sa.select(Message.id).where(Message.reading == "waiting")
    return session.scalar(waiting.limit(1).offset(number)) is not None


def _claim(session: Session, kind: sa.ColumnElement[bool], worker: str, limit: int, now: datetime) -> Sequence[int]:
    chosen = (
        sa.select(Message.id)
        .where(kind)
        .order_by(Message.read_after, Message.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = session.scalars(chosen).all()
    if not ids:
        return []
    taken = (
        sa.update(Message)
        .where(Message.id.in_(ids), kind)
        .values(reading="claimed", claimed_by=worker, claimed_at=now, attempts=Message.attempts + 1)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return session.scalars(taken).all()


def _begin_anew_what_is_ahead(session: Session, now: datetime) -> None:
    """Claims that a jumped clock wrote run from now on, else nobody would get them until that time has come."""
    session.execute(
        sa.update(Message)
        .where(Message.reading == "claimed", Message.claimed_at > now + rules.CLAIM_LASTS)
        .values(claimed_at=now)
        .execution_options(synchronize_session=False)
    )


def _give_up_stale(session: Session, now: datetime) -> None:
    """Whoever claimed these died each time: a person has to look."""
    session.execute(
        sa.update(Message)
        .where(
            Message.reading == "claimed",
            Message.claimed_at < now - rules.CLAIM_LASTS,
            Message.attempts >= rules.ATTEMPTS,
        )
        .values(reading="failed", last_error="WorkerDied", claimed_by=None)
        .execution_options(synchronize_session=False)
    )


def _claimed(session: Session, ids: list[int]) -> list[Waiting]:
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
        .where(Message.id.in_(ids))
        .order_by(Message.id)
    )
    return [Waiting(*row) for row in rows]


def still_ours(session: Session, ids: Sequence[int], *, worker: str) -> set[int]:
    """Which of these this worker still holds; locks them until the transaction ends."""
    held = (
        sa.select(Message.id)
        .where(Message.id.in_(ids), Message.reading == "claimed", Message.claimed_by == worker)
        .order_by(Message.id)
        .with_for_update()
    )
    return set(session.scalars(held))


def mark_read(session: Session, read: Sequence[Read]) -> None:
    """Write down that these were read, and what that means for the order of the inbox. Call after `still_ours`."""
    if not read:
        return
    messages = [
        {"this": one.id, "outcome": "read" if one.readable else "not_read", "masked": one.masked_text} for one in read
    ]
    writing.update_many(session, _marked, _OF_MESSAGE, messages)
    conversations = _of_conversations(read)
    # In order, so that two who hold messages of the same conversations wait for each other and never both.
    hold = sa.select(Conversation.id).where(Conversation.id.in_([one["this"] for one in conversations]))
    session.execute(hold.order_by(Conversation.id).with_for_update()).all()
    writing.update_many(session, _moved, _OF_CONVERSATION, conversations)


def _of_conversations(read: Sequence[Read]) -> list[dict[str, Any]]:
    """What several messages mean for one conversation: the most urgent of them counts, and the last feeling."""
    found: dict[int, dict[str, Any]] = {}
    for one in read:
        known = found.setdefault(
            one.conversation_id, {"this": one.conversation_id, "soon": 0, "distressed": False, "feeling": None}
        )
        known["soon"] = max(known["soon"], one.urgency)
        known["distressed"] = known["distressed"] or one.distress
        known["feeling"] = one.sentiment or known["feeling"]
    return list(found.values())


def _marked(told: Mapping[str, sa.ColumnElement[Any]]) -> sa.Update:
    return (
        sa.update(Message)
        .where(Message.id == told["this"])
        .values(reading=told["outcome"], masked_text=told["masked"], claimed_by=None, last_error=None, read_after=None)
    )


def _moved(told: Mapping[str, sa.ColumnElement[Any]]) -> sa.Update:
    sooner = sa.case((Conversation.urgency < told["soon"], told["soon"]), else_=Conversation.urgency)
    return (
        sa.update(Conversation)
        .where(Conversation.id == told["this"])
        .values(
            urgency=sooner,
            distress=sa.or_(Conversation.distress, told["distressed"]),
            sentiment=sa.func.coalesce(told["feeling"], Conversation.sentiment),
        )
    )


def mark_failed(session: Session, message_id: int, *, worker: str, error: str, now: datetime) -> None:
    """Push a message ahead that could not be read, or give it up after five attempts.

    :param error: the kind of error, never a customer's words.
    """
    attempts = session.scalar(
        sa.select(Message.attempts).where(
            Message.id == message_id, Message.reading == "claimed", Message.claimed_by == worker
        )
    )
    if attempts is None:
        return
    given_up = attempts >= rules.ATTEMPTS
    session.execute(
        sa.update(Message)
        .where(Message.id == message_id, Message.reading == "claimed", Message.claimed_by == worker)
        .values(
            reading="failed" if given_up else "waiting",
            read_after=now + rules.pause_before_retry(attempts),
            claimed_by=None,
            last_error=error[:200],
        )
        .execution_options(synchronize_session=False)
    )
