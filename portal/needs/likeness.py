"""Messages that say something alike, so that one answer, one idea or one repair can serve them all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from nlp import FINGERPRINT_VERSION, Fingerprint
from portal import db, likeness
from portal.conversations.models import Conversation, Message
from portal.errors import Invalid
from portal.needs.models import MessageFingerprint, NotAlike

NEIGHBOURS = likeness.Neighbours(MessageFingerprint, "message_id")
_WIDER = 4


@dataclass(frozen=True, slots=True)
class AlikeMessage:
    """A message like another, in the conversation it belongs to; `likeness` runs from 0 to 1 and is an estimate."""

    message: Message
    conversation: Conversation
    likeness: float


def messages_like(session: Session, message: Message, limit: int = 20) -> list[AlikeMessage]:
    """Customers' messages of other conversations that are like this one, most alike first.

    Without those a person already said are not. A message that was not read yet is like nothing.
    """
    kept = session.scalar(sa.select(MessageFingerprint.features).where(MessageFingerprint.message_id == message.id))
    if not kept:
        return []
    without = {message.id, *_cleared(session, message.id)}
    found = dict(NEIGHBOURS.nearest(session, Fingerprint.from_bytes(kept), limit * _WIDER, without=without))
    wanted = (
        sa.select(Message, Conversation)
        .join(Conversation, Message.conversation_id == Conversation.id)
        .where(Message.id.in_(found), Message.conversation_id != message.conversation_id, Message.author == "customer")
    )
    alike = [AlikeMessage(one, its, found[one.id]) for one, its in session.execute(wanted)]
    return sorted(alike, key=lambda one: (-one.likeness, one.message.id))[:limit]


def not_alike(session: Session, message: Message, other: Message, *, by: str, now: datetime) -> None:
    """Remember that two messages are not about the same thing.

    :param by: the name of the person who says so.
    :raises Invalid: when it is one message named twice.
    """
    if message.id == other.id:
        raise Invalid("A message is always like itself.", code="same-message")
    low, high = sorted((message.id, other.id))
    db.insert_new(session, NotAlike, [{"message_id": low, "other_id": high, "at": now, "by": by}])


def index_missing(
    engine: Engine,
    *,
    clock: Callable[[], datetime],
    worker: str,
    should_stop: Callable[[], bool] = lambda: False,
    limit: int = 200,
) -> tuple[int, int]:
    """Make findable the messages that were read but are not yet, or only by fingerprints of an older kind.

    :returns: how many, and 0 failed.
    """
    known = sa.exists().where(
        MessageFingerprint.message_id == Message.id, MessageFingerprint.version == FINGERPRINT_VERSION
    )
    wanted = (
        sa.select(Message.id, Message.masked_text)
        .where(Message.reading == "read", Message.masked_text.is_not(None), ~known)
        .order_by(Message.id)
        .limit(limit)
    )
    done = 0
    while not should_stop():
        with db.reading(engine) as session:
            missing = {number: text or "" for number, text in session.execute(wanted)}
        if not missing:
            break
        prints = likeness.prints_of("message_id", missing)
        with db.writing(engine) as session:
            # What was erased meanwhile must not come back as a fingerprint.
            still = {number for number, text in session.execute(wanted) if missing.get(number) == text}
            likeness.keep(
                session, MessageFingerprint, "message_id", [one for one in prints if one["message_id"] in still]
            )
        done += len(still)
    return done, 0


def _cleared(session: Session, message_id: int) -> set[int]:
    either = sa.or_(NotAlike.message_id == message_id, NotAlike.other_id == message_id)
    pairs = session.execute(sa.select(NotAlike.message_id, NotAlike.other_id).where(either))
    return {one for pair in pairs for one in pair}
