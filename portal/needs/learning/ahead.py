"""How far the next model is: what people still have to say before one can be trained, and judged. Only reads."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from nlp.learning.gate import MINIMUM_ITEMS
from portal.conversations.models import Conversation, Message
from portal.needs.learning.labels import permitted_words
from portal.needs.learning.models import LearntModel, QueueItem
from portal.needs.learning.rules import FEWEST
from portal.needs.models import MessageReading, Review


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is missing, in messages.

    :param to_learn: to be gone through before a model is trained at all.
    :param to_measure: to be gone through of those drawn at random, before a model can be judged.
    :param newest: number of the newest model, None before the first.
    :param is_new: whether somebody has said something since that one was trained.
    """

    to_learn: int
    to_measure: int
    newest: int | None
    is_new: bool


def ahead(session: Session, now: datetime) -> Ahead:
    """How far the next model is. Counts words that may be learned from at `now`; copies of each other count twice."""
    there = session.execute(_spoken_of(now)).one()
    said = max((at for at in (there.reviewed_at, there.finished_at) if at is not None), default=None)
    return Ahead(
        to_learn=max(0, FEWEST - there.learned_from),
        to_measure=max(0, MINIMUM_ITEMS - there.measured_on),
        newest=there.newest,
        is_new=said is not None and (there.newest is None or said > there.trained_at),
    )


def _spoken_of(now: datetime) -> Any:
    allowed, may = permitted_words(now)
    done = QueueItem.state == "done"
    reviewed_at = (
        sa.select(Review.message_id, sa.func.max(Review.at).label("at")).group_by(Review.message_id).subquery()
    )
    frozen = sa.func.coalesce(QueueItem.frozen, sa.false())
    newest = sa.select(sa.func.max(LearntModel.number)).scalar_subquery()
    trained_at = sa.select(LearntModel.trained_at).where(LearntModel.number == newest).scalar_subquery()
    return (
        sa.select(
            sa.func.count().filter(done, frozen).label("measured_on"),
            sa.func.count().filter(~frozen).label("learned_from"),
            sa.func.max(reviewed_at.c.at).label("reviewed_at"),
            sa.func.max(QueueItem.done_at).label("finished_at"),
            newest.label("newest"),
            trained_at.label("trained_at"),
        )
        .select_from(Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(MessageReading, MessageReading.message_id == Message.id)
        .outerjoin(QueueItem, QueueItem.message_id == Message.id)
        .outerjoin(reviewed_at, reviewed_at.c.message_id == Message.id)
        .outerjoin(allowed, allowed.c.customer_id == Conversation.customer_id)
        .where(
            sa.or_(done, reviewed_at.c.message_id.is_not(None)),
            Message.masked_text.is_not(None),
            MessageReading.readable,
            may,
        )
    )
