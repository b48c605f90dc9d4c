"""Everything that only reads the queue and the models."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.conversations.models import Conversation, Message
from portal.needs import rules as review_rules
from portal.needs.counting import monday, week_of
from portal.needs.learning.models import LearntFile, LearntModel, QueueItem
from portal.needs.models import MessageReading, Review, Tag

HISTORY = 20


@dataclass(frozen=True, slots=True)
class Queue:
    """How far a day's queue is. `mine` counts what this person settled."""

    open: int
    settled: int
    mine: int

    @property
    def all(self) -> int:
        """How many there are today."""
        return self.open + self.settled


@dataclass(frozen=True, slots=True)
class Material:
    """What there is to learn from, in messages; not all of it may be used."""

    reviewed_by_team: int
    reviewed_by_customers: int
    finished: int
    measured_on: int
    waiting: int


@dataclass(frozen=True, slots=True)
class WeekOfReading:
    """How messages were read in the week from `week` on (a Monday, UTC): counts of customers' messages."""

    week: datetime
    messages: int
    readable: int
    unsure: int
    negative: int
    neutral: int
    positive: int
    mixed: int


def next_item(
    session: Session, after: int = 0, at: int | None = None
) -> tuple[QueueItem, Message, Conversation] | None:
    """The next message to look at, with its conversation; None when nothing waits.

    :param after: id of the item that was looked at last; when nothing follows it, the queue begins anew.
    :param at: id of the item to look at, as long as it waits.
    """
    row = session.execute(
        _with_words()
        .where(QueueItem.state == "open")
        .order_by(QueueItem.id != (at or 0), QueueItem.id <= after, QueueItem.id)
        .limit(1)
    ).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def queue_item(session: Session, item_id: int) -> tuple[QueueItem, Message, Conversation] | None:
    """One item of the queue with its message and its conversation."""
    row = session.execute(_with_words().where(QueueItem.id == item_id)).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def _with_words() -> Any:
    return (
        sa.select(QueueItem, Message, Conversation)
        .join(Message, Message.id == QueueItem.message_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
    )


def queue_today(session: Session, by: str, since: datetime) -> Queue:
    """How many wait and how many were settled; labels that came from a file are not counted.

    :param by: whose share is told apart.
    :param since: the instant this day began.
    """
    today = QueueItem.done_at >= since
    counts = session.execute(
        sa.select(
            sa.func.count().filter(QueueItem.state == "open"),
            sa.func.count().filter(QueueItem.state != "open"),
            sa.func.count().filter(QueueItem.state != "open", QueueItem.done_by == by),
        ).where(sa.or_(QueueItem.state == "open", sa.and_(today, QueueItem.kinds.is_(None))))
    ).one()
    return Queue(*counts)


@dataclass(frozen=True, slots=True)
class Known:
    """A model, and whether its files are still there to read with."""

    model: LearntModel
    has_files: bool


def learnt_models(session: Session) -> list[Known]:
    """The newest models and the one that is live, the newest first."""
    newest = sa.select(LearntModel.id).order_by(LearntModel.number.desc()).limit(HISTORY).subquery()
    rows = session.execute(
        sa.select(LearntModel, sa.exists().where(LearntFile.model_id == LearntModel.id))
        .where(sa.or_(LearntModel.id.in_(sa.select(newest.c.id)), LearntModel.state == "live"))
        .order_by(LearntModel.number.desc())
    ).all()
    return [Known(model, has_files) for model, has_files in rows]


def where_they_stand(session: Session, message_ids: Sequence[int]) -> list[tuple[str, str]]:
    """Of each message, its ref and its conversation's, to look at what a model changes."""
    if not message_ids:
        return []
    rows = session.execute(
        sa.select(Message.ref, Conversation.ref)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.id.in_(message_ids))
        .order_by(Message.id.desc())
    ).all()
    return [(row[0], row[1]) for row in rows]


def material(session: Session) -> Material:
    """How much people have said, in one statement."""
    said = {
        kind: sa.select(sa.func.count(sa.distinct(Review.message_id))).where(Review.by_type == kind).scalar_subquery()
        for kind in ("team", "customer")
    }
    done = QueueItem.state == "done"
    counts = session.execute(
        sa.select(
            said["team"],
            said["customer"],
            sa.func.count().filter(done, ~QueueItem.frozen),
            sa.func.count().filter(done, QueueItem.frozen),
            sa.func.count().filter(QueueItem.state == "open"),
        ).select_from(QueueItem)
    ).one()
    return Material(*counts)


def weeks_of_reading(session: Session, *, since: datetime) -> list[WeekOfReading]:
    """How customers' messages were read week by week, the oldest first; weeks without any are missing.

    Unsure is a message that could be read and of which no need is sure enough to count.
    """
    week = week_of(session).label("week")
    sure = sa.exists().where(
        Tag.message_id == Message.id,
        Tag.kind == "need",
        Tag.ended_at.is_(None),
        sa.or_(
            Tag.source == review_rules.HUMAN,
            Tag.review == "accepted",
            Tag.confidence >= review_rules.SIGNAL_THRESHOLD,
        ),
    )
    felt = [
        sa.func.count().filter(MessageReading.sentiment == one) for one in ("negative", "neutral", "positive", "mixed")
    ]
    rows: Sequence[Any] = session.execute(
        sa.select(
            week,
            sa.func.count(),
            sa.func.count().filter(MessageReading.readable),
            sa.func.count().filter(MessageReading.readable, ~sure),
            *felt,
        )
        .select_from(Message)
        .join(MessageReading, MessageReading.message_id == Message.id)
        .where(Message.written_at >= since)
        .group_by(week)
        .order_by(week)
    ).all()
    return [WeekOfReading(monday(int(row[0])), *row[1:]) for row in rows]
