"""Chooses which messages people are asked to look at: up to fifty a day (job fill-queue), and more when they ask."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from nlp.learning import Candidate, Picked, choose, near_duplicate_groups
from portal import db
from portal.conversations.models import Conversation, Message
from portal.needs.learning.labels import permitted_words
from portal.needs.learning.models import QueueItem
from portal.needs.learning.rules import A_DAY
from portal.needs.models import MessageReading, Review, Tag

RECENT = timedelta(days=90)
CONSIDERED = 2_000
"""Newest messages that are chosen from: more would cost time and tell little more."""


def _never() -> bool:
    return False


def fill_queue(
    engine: Engine,
    *,
    clock: Callable[[], datetime],
    worker: str,
    should_stop: Callable[[], bool] = _never,
) -> tuple[int, int]:
    """Put messages into the queue until fifty wait, at most fifty a day; gives how many are new.

    :param worker: who works, for the log of the job; an item belongs to nobody until it is done.
    """
    now = clock()
    with db.reading(engine) as session:
        room = _room(session, now)
        rows = _unreviewed(session, now) if room > 0 else []
    picked = _picked(rows, room, seed=now.date().toordinal())
    if not picked or should_stop():
        return 0, 0
    with db.writing(engine) as session:
        _one_at_a_time(session)
        if _room(session, now) < len(picked):  # somebody asked for more meanwhile
            return 0, 0
        return _put(session, picked, now), 0


def ask_for_more(session: Session, *, now: datetime) -> int | None:
    """Put up to fifty more before people at once, however many the day has had; gives how many.

    The shares are those of every day: a fifth is drawn at random, for measuring.

    :returns: 0 when nothing is left to ask about; None when messages wait already, as after a second press.
    """
    _one_at_a_time(session)
    waiting, today = _counts(session, now)
    if waiting:
        return None
    return _put(session, _picked(_unreviewed(session, now), A_DAY, seed=now.date().toordinal() + today), now)


def more_to_ask(session: Session, now: datetime) -> bool:
    """Whether there is any message that nobody was asked about and that may be learned from."""
    return bool(_unreviewed(session, now, limit=1))


def _one_at_a_time(session: Session) -> None:
    """Let whoever fills the queue at the same moment wait, and then see what was put there."""
    session.execute(sa.select(QueueItem.id).order_by(QueueItem.id.desc()).limit(1).with_for_update())


def _put(session: Session, picked: Sequence[Picked], now: datetime) -> int:
    return len(db.insert_new(session, QueueItem, [_row(one, now) for one in picked]))


def _room(session: Session, now: datetime) -> int:
    return A_DAY - max(_counts(session, now))


def _counts(session: Session, now: datetime) -> tuple[int, int]:
    """How many wait, and how many were chosen today."""
    row = session.execute(
        sa.select(
            sa.func.count().filter(QueueItem.state == "open"),
            sa.func.count().filter(QueueItem.round == now.date(), QueueItem.kinds.is_(None)),
        )
    ).one()
    return row[0], row[1]


def _unreviewed(session: Session, now: datetime, *, limit: int = CONSIDERED) -> Sequence[Any]:
    """Messages nobody has said anything about and that may be learned from, with how sure the reader is of them."""
    allowed, may = permitted_words(now)
    return session.execute(
        sa.select(
            Message.id,
            Message.masked_text,
            sa.func.min(Tag.confidence).label("confidence"),
            sa.func.count().filter(Tag.kind == "safety").label("safety"),
            sa.func.count().filter(Tag.kind == "need").label("needs"),
        )
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(MessageReading, MessageReading.message_id == Message.id)
        .outerjoin(Tag, sa.and_(Tag.message_id == Message.id, Tag.ended_at.is_(None)))
        .outerjoin(allowed, allowed.c.customer_id == Conversation.customer_id)
        .where(
            Message.written_at >= now - RECENT,
            Message.written_at <= now,
            Message.masked_text.is_not(None),
            MessageReading.readable,
            may,
            ~sa.exists().where(QueueItem.message_id == Message.id),
            ~sa.exists().where(Review.message_id == Message.id),
        )
        .group_by(Message.id)
        .order_by(Message.written_at.desc(), Message.id.desc())
        .limit(limit)
    ).all()


def _picked(rows: Sequence[Any], room: int, *, seed: int) -> list[Picked]:
    groups = near_duplicate_groups([row.masked_text for row in rows])
    candidates = [
        Candidate(
            key=str(row.id),
            confidence=None if row.confidence is None else row.confidence / 1000,
            safety=row.safety > 0,
            abstained=row.needs == 0,
            group=group,
        )
        for row, group in zip(rows, groups, strict=True)
    ]
    # The shares are of what is there: were fifty wished for and ten there, all ten would be for measuring.
    return choose(candidates, min(room, len(set(groups))), seed=seed)


def _row(picked: Picked, now: datetime) -> dict[str, Any]:
    return {
        "message_id": int(picked.key),
        "part": picked.part,
        "frozen": picked.part == "random",
        "round": now.date(),
        "state": "open",
        "added_at": now,
    }
